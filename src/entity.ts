/** The end entity of RFC 5280: the appliance, as its certificate describes it or as its request asks for it. */
import type { CertificateArtifact, Origin, RequestArtifact } from "./bundle/artifact.ts";
import type { Certificate } from "./pki/certificate.ts";

/** What certificates and requests have in common. */
export interface Entity extends Pick<Certificate, "subject" | "publicKey" | "publicKeyOffset" | "extensions"> {
  /** As it stands in a sentence. */
  readonly kind: "certificate" | "request";
  readonly origin: Origin;
}

/** What an artifact says of the entity. */
export function entityOf(artifact: CertificateArtifact | RequestArtifact): Entity {
  const { kind, origin } = artifact;
  const { subject, publicKey, publicKeyOffset, extensions } =
    artifact.kind === "certificate" ? artifact.certificate : artifact.request;
  return { kind, origin, subject, publicKey, publicKeyOffset, extensions };
}
