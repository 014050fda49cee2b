/** What Chromium does not take of a certificate, whatever stands above it, as version 150 was seen to do. */
import { type Certificate, isSelfIssued } from "../pki/certificate.ts";
import { extension } from "../pki/extensions.ts";
import { describe } from "../pki/link.ts";

/** What a certificate of the path has that a browser does not want; nobody looks at that of a root. */
export function unfitWhy(certificate: Certificate): string | undefined {
  if (isSelfIssued(certificate)) return undefined;
  const unknown = certificate.extensions.find(({ name, critical }) => critical && !known.has(name));
  if (unknown) return `${describe(certificate)} has a critical extension that browsers do not know: ${unknown.name}`;
  const usages = extension(certificate, "extKeyUsage");
  // Other than OpenSSL, Chromium takes "any" for it, and Server Gated Cryptography of old for none.
  if (usages === undefined || usages.some((usage) => usage === "serverAuth" || usage === "anyExtendedKeyUsage"))
    return undefined;
  return `the extKeyUsage of ${describe(certificate)} lacks serverAuth: ${usages.join(", ") || "nothing"}`;
}

/** Why a certificate cannot be read as a whole; distribution points are passed over. */
export function unreadableWhy(certificate: Certificate): string | undefined {
  const seen = new Set<string>();
  const broken = certificate.extensions.find(({ oid, name, problem }) => {
    const isTwice = seen.has(oid);
    seen.add(oid);
    return isTwice || (problem !== undefined && name !== "cRLDistributionPoints");
  });
  return broken && `the extension ${broken.name} of ${describe(certificate)} is broken, or stands there twice`;
}

/** Extensions that Chromium knows; another that is critical is in its way. */
const known: ReadonlySet<string> = new Set([
  "basicConstraints",
  "keyUsage",
  "extKeyUsage",
  "subjectAltName",
  "nameConstraints",
  "certificatePolicies",
  "policyConstraints",
  "policyMappings",
  "inhibitAnyPolicy",
]);
