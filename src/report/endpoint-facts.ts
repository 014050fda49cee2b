/** What may be told of a live endpoint: where it is, what it speaks, and what a browser would make of it. */
import type { BrowserError } from "./browser.ts";
import { type Bundle, certificatesIn } from "../bundle/bundle.ts";
import type { Endpoint } from "../bundle/endpoint.ts";
import { type Connection, connectionOf, type EndpointWords, sentenceOf, verdictOf } from "./endpoint-words.ts";
import { type Certificate, fingerprint, isSelfIssued, sameCertificate } from "../pki/certificate.ts";
import { displayName } from "../pki/name.ts";
import { trustCommands } from "../remedy.ts";
import type { Context } from "../rule.ts";
import { protocolName } from "../rules/tls-words.ts";
import type { UploadSteps } from "./upload.ts";

/** What was connected to, and what came of it. */
export interface EndpointFacts extends Connection {
  readonly host: string;
  /** What browsers would show, one after the other. */
  readonly browser: readonly BrowserError[];
  /** The root that those who connect need to trust; absent if no file has it. */
  readonly root?: NonNullable<UploadSteps["root"]>;
  /** A line for a hosts file, where the address was given. */
  readonly hosts?: string;
  readonly words: EndpointWords;
}

/** What the rules, and browsers, came to; whether all was looked at. */
interface Judged {
  readonly browser: readonly BrowserError[];
  readonly isReady: boolean;
  readonly isWhole: boolean;
}

/** The facts. */
export function endpointFacts(bundle: Bundle, endpoint: Endpoint, judged: Judged, context: Context): EndpointFacts {
  const { leaf, chain } = bundle;
  const { host, kind, port, answer, address: given, expected } = endpoint;
  const { address, protocol, cipher } = answer;
  const { browser, isReady, isWhole } = judged;
  const last = chain?.path?.certificates.at(-1) ?? leaf?.certificate;
  const root = chain?.path?.anchored ? rootOf(bundle, endpoint, context) : undefined;
  const connection: Connection = {
    port,
    ...(address !== undefined && { address }),
    ...(protocol !== undefined && { protocol: protocolName(protocol) }),
    ...(cipher !== undefined && { cipher }),
    certificates: answer.certificates.length,
    ...(expected && {
      expected: {
        file: expected.origin.file,
        isServed: leaf !== undefined && sameCertificate(leaf.certificate, expected.certificate),
      },
    }),
  };
  return {
    host,
    ...connection,
    browser,
    ...(root && { root }),
    ...(given !== undefined && kind === "name" && { hosts: `${given} ${host}` }),
    words: {
      verdict: verdictOf(isReady),
      sentence: sentenceOf({ browser, ...(last && { trusted: trustedName(last) }) }, isReady, isWhole),
      connection: connectionOf(connection),
    },
  };
}

/** The root that the path ends at, if the user has it: what the server itself sends is no reason to trust it. */
function rootOf({ chain, slots }: Bundle, { name }: Endpoint, context: Context): EndpointFacts["root"] {
  const root = chain?.path?.certificates.at(-1);
  const origin = (["roots", "chain"] as const)
    .flatMap((slot) => certificatesIn(slots, slot))
    .find((one) => root && one.origin.file !== name && sameCertificate(one.certificate, root))?.origin;
  return (
    root &&
    origin && {
      name: displayName(root.subject),
      fingerprint: fingerprint(root),
      file: origin.file,
      commands: trustCommands(origin, context),
    }
  );
}

/** A root, or who issued the last that is known. */
const trustedName = (last: Certificate): string => displayName(isSelfIssued(last) ? last.subject : last.issuer);
