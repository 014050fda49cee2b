/** Who signed a CRL: its signature is verified with the keys that may have made it, RFC 5280 section 6.3.3 (f). */
import type { Certificate } from "./certificate.ts";
import { type CrlExtension, crlExtension } from "./crl-extensions.ts";
import { extension } from "./extensions.ts";
import { type Name, sameName } from "./name.ts";
import { type AlgorithmIdentifier, type SignatureState, signatureStream, verifyingKey } from "./signature.ts";

/** Who signed. */
export interface CrlSigner {
  /** Whose key made the signature, among the certificates that were given. */
  readonly signer?: Certificate;
  /** `unknown`: none of the issuer's name was given, or the signature is of a kind that cannot be verified. */
  readonly signatureState: SignatureState;
}

/** Takes the signed bytes, then the signature. */
export interface CrlVerifier {
  update(bytes: Uint8Array): void;
  verify(signature: Uint8Array, extensions: readonly CrlExtension[]): CrlSigner;
}

/** Most keys of the issuer's name that a signature is verified with. */
const MAX_KEYS = 4;

/** A verifier for a CRL of this issuer. */
export function crlVerifier(
  algorithm: AlgorithmIdentifier,
  issuer: Name,
  signers: readonly Certificate[],
): CrlVerifier {
  const candidates = distinctKeys(signers.filter(({ subject }) => sameName(subject, issuer)));
  const stream = signatureStream(algorithm, Math.min(candidates.length, MAX_KEYS));
  return {
    update: (bytes) => stream.update(bytes),
    verify(signature, extensions) {
      const isComplete = candidates.length > 0 && candidates.length <= MAX_KEYS;
      let signatureState: SignatureState = isComplete ? "invalid" : "unknown";
      for (const signer of byIdentifier(candidates, extensions).slice(0, MAX_KEYS)) {
        const key = verifyingKey(signer.publicKey);
        const state = key === undefined ? "unknown" : stream.verify(signature, key);
        if (state === "valid") return { signer, signatureState: "valid" };
        if (state === "unknown") signatureState = "unknown";
      }
      return { signatureState };
    },
  };
}

/** The first certificate with each key. */
function distinctKeys(certificates: readonly Certificate[]): Certificate[] {
  const byKey = new Map<string, Certificate>();
  for (const certificate of certificates) {
    const key = Buffer.from(certificate.publicKey.spki).toString("latin1");
    if (!byKey.has(key)) byKey.set(key, certificate);
  }
  return [...byKey.values()];
}

/** Those with the key that the CRL names come first. */
function byIdentifier(candidates: readonly Certificate[], extensions: readonly CrlExtension[]): readonly Certificate[] {
  const { keyIdentifier } = crlExtension({ extensions }, "authorityKeyIdentifier") ?? {};
  const isNamed = (certificate: Certificate): boolean =>
    extension(certificate, "subjectKeyIdentifier") === keyIdentifier;
  return keyIdentifier === undefined
    ? candidates
    : [...candidates.filter(isNamed), ...candidates.filter((candidate) => !isNamed(candidate))];
}
