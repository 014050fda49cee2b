/** The certificates of a bundle that a CRL can revoke: all of the path but its root. */
import type { CertificateArtifact, Origin } from "./artifact.ts";
import { type Bundle, certificatesIn } from "./bundle.ts";
import { type Certificate, isSelfIssued, sameCertificate } from "./pki/certificate.ts";
import { isSelfSigned } from "./pki/link.ts";

/** A certificate with the one that signs its CRL. */
export interface Revocable {
  readonly certificate: Certificate;
  readonly origin: Origin;
  /** Absent if the path does not lead there. */
  readonly issuer?: Certificate;
}

/** The leaf first, then the CAs above it. */
export function revocables({ leaf, chain, slots }: Pick<Bundle, "leaf" | "chain" | "slots">): Revocable[] {
  if (leaf === undefined || isSelfSigned(leaf.certificate)) return [];
  const path = chain?.path?.certificates ?? [leaf.certificate];
  const known: readonly CertificateArtifact[] = [
    leaf,
    ...(chain?.certificates ?? []),
    ...certificatesIn(slots, "roots"),
  ];
  return path.flatMap((certificate, index) => {
    const origin = known.find((other) => sameCertificate(other.certificate, certificate))?.origin;
    const issuer = path[index + 1];
    // Nobody but itself could revoke a root.
    if (origin === undefined || (issuer === undefined && isSelfIssued(certificate))) return [];
    return [{ certificate, origin, ...(issuer && { issuer }) }];
  });
}
