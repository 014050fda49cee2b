/** The rules on files, in the order of reporting: what each run begins with. */
import type { Rule } from "../rule.ts";
import { certificate } from "./certificate.ts";
import { chain } from "./chain.ts";
import { chainPractice } from "./chain-practice.ts";
import { crlPoint } from "./crl-point.ts";
import { files } from "./files.ts";
import { fleet } from "./fleet.ts";
import { handshake } from "./handshake.ts";
import { hygiene } from "./hygiene.ts";
import { key } from "./key.ts";
import { names } from "./names.ts";
import { passphrase } from "./passphrase.ts";
import { policy } from "./policy.ts";
import { request } from "./request.ts";
import { revocation } from "./revocation.ts";
import { subject } from "./subject.ts";
import { validity } from "./validity.ts";

/** Those that one appliance is asked. */
export const applianceRules: readonly Rule[] = [
  ...files,
  ...hygiene,
  ...validity,
  ...certificate,
  ...subject,
  ...names,
  ...crlPoint,
  ...key,
  ...passphrase,
  ...chain,
  ...chainPractice,
  ...revocation,
  ...handshake,
  ...policy,
];

/** What a request has as well: they ask about it what they ask about a certificate and its key. */
const shared: ReadonlySet<Rule["on"]> = new Set(["file", "entity", "host", "key", "encryption", "passphrase"]);

/** Those that a request is asked. It is not uploaded: none of them predicts a message. */
export const requestRules = (): readonly Rule[] =>
  [...applianceRules.filter(({ on }) => shared.has(on)), ...request].map(
    ({ refusal: _refusal, ...rule }) => rule as Rule,
  );

/** Those that are asked of all appliances of a run together. */
export const fleetRules: readonly Rule[] = fleet;

/** Those that are asked of files. */
export const fileRules: readonly Rule[] = [...applianceRules, ...request, ...fleetRules];

/** The ids of those that are asked of live endpoints, which are loaded for them. */
export const endpointIds = [
  "endpoint/reachable",
  "endpoint/speaks-tls",
  "endpoint/modern-protocol",
  "endpoint/no-client-certificate",
  "endpoint/admits-clients",
  "endpoint/key-usage",
  "endpoint/serves-certificate",
  "endpoint/sends-chain",
  "endpoint/chain-in-order",
] as const;
