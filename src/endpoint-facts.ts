/** What may be told of a live endpoint: where it is, what it speaks, and what a browser would make of it. */
import { type BrowserError, browserErrors } from "./browser.ts";
import { type Bundle, certificatesIn } from "./bundle.ts";
import { type Certificate, fingerprint, isSelfIssued, sameCertificate } from "./pki/certificate.ts";
import { displayName } from "./pki/name.ts";
import { trustCommands } from "./remedy.ts";
import type { Context } from "./rule.ts";
import { protocolName } from "./rules/tls-words.ts";
import type { UploadSteps } from "./upload.ts";

/** What was connected to, and what came of it. */
export interface EndpointFacts {
  readonly host: string;
  readonly port: number;
  /** That was connected to; absent if there was no connection. */
  readonly address?: string;
  /** Such as `TLS 1.3`, and the cipher by OpenSSL's name; absent without a handshake. */
  readonly protocol?: string;
  readonly cipher?: string;
  /** How many certificates the server sent. */
  readonly certificates: number;
  /** The file with the certificate that should be served, and whether it is; absent if none was given. */
  readonly expected?: { readonly file: string; readonly isServed: boolean };
  /** What browsers would show, one after the other. */
  readonly browser: readonly BrowserError[];
  /** Whom those who connect need to trust, as far as the certificates tell; absent if none was served. */
  readonly trusted?: string;
  /** The root that this is; absent if no file has it. */
  readonly root?: NonNullable<UploadSteps["root"]>;
  /** A line for a hosts file, where the address was given. */
  readonly hosts?: string;
}

/** The facts; nothing of a bundle that came out of files. */
export function endpointFacts(bundle: Bundle, context: Context): EndpointFacts | undefined {
  const { endpoint, leaf, chain, slots } = bundle;
  if (endpoint === undefined) return undefined;
  const { host, kind, port, answer, address: given, expected } = endpoint;
  const { address, protocol, cipher } = answer;
  const root = chain?.path?.anchored ? chain.path.certificates.at(-1) : undefined;
  // What the server itself sends is no reason to trust it.
  const origin = (["roots", "chain"] as const)
    .flatMap((slot) => certificatesIn(slots, slot))
    .find((one) => root && one.origin.file !== endpoint.name && sameCertificate(one.certificate, root))?.origin;
  return {
    host,
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
    browser: browserErrors(bundle, context),
    ...(leaf && { trusted: trusted(chain?.path?.certificates.at(-1) ?? leaf.certificate) }),
    ...(root &&
      origin && {
        root: {
          name: displayName(root.subject),
          fingerprint: fingerprint(root),
          file: origin.file,
          commands: trustCommands(origin, context),
        },
      }),
    ...(given !== undefined && kind === "name" && { hosts: `${given} ${host}` }),
  };
}

/** A root, or who issued the last that is known. */
const trusted = (last: Certificate): string => displayName(isSelfIssued(last) ? last.subject : last.issuer);
