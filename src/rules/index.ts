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

/** Those that are asked of all appliances of a run together. */
export const fleetRules: readonly Rule[] = fleet;

/** Those that are asked of files. */
export const fileRules: readonly Rule[] = [...applianceRules, ...fleetRules];

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
