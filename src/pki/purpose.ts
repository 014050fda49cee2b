/** The purpose of a path, RFC 5280 section 4.2.1.12, as `openssl verify -purpose sslserver` judges it: whether it is for TLS servers. */
import type { Certificate } from "./certificate.ts";
import { extension } from "./extensions.ts";
import { describe } from "./link.ts";

/** What makes a server of old as good as serverAuth: Server Gated Cryptography of Microsoft and Netscape. */
const serverUsages: ReadonlySet<string> = new Set(["serverAuth", "1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"]);
/** The bit of Netscape's certificate type that stands for servers. */
const SSL_SERVER = 0x40;

/** Why a certificate is not for a TLS server. */
export function serverProblem(certificate: Certificate): string | undefined {
  const problem = usageProblem(certificate);
  if (problem !== undefined) return problem;
  const type = extension(certificate, "nsCertType");
  if (type !== undefined && (type & SSL_SERVER) === 0)
    return `${describe(certificate)} is not for servers: its nsCertType says otherwise`;
  const usage = extension(certificate, "keyUsage");
  const isUsable = (["digitalSignature", "keyEncipherment", "keyAgreement"] as const).some((bit) => usage?.has(bit));
  return usage === undefined || isUsable
    ? undefined
    : `${describe(certificate)} is not for servers: its keyUsage is ${[...usage].join(", ")}`;
}

/** Why a CA may not issue certificates for TLS servers. Other than RFC 5280, OpenSSL does not take "any" for it. */
export function usageProblem(certificate: Certificate): string | undefined {
  const usages = extension(certificate, "extKeyUsage");
  if (usages === undefined || usages.some((usage) => serverUsages.has(usage))) return undefined;
  return `the extKeyUsage of ${describe(certificate)} lacks serverAuth: ${usages.join(", ") || "nothing"}`;
}
