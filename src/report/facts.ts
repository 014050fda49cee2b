/** What may be told of files and certificates: public facts, as text and plain data. */
import type { Bundle, BundleKey, Slot } from "../bundle/bundle.ts";
import { otherKinds } from "../bundle/recognise.ts";
import { type Artifact, isBare, isOther, isRequest, type KeyArtifact, type OtherArtifact } from "../bundle/artifact.ts";
import { type Certificate, fingerprint, isAuthority } from "../pki/certificate.ts";
import { extension } from "../pki/extensions.ts";
import { displayName, formatName, values } from "../pki/name.ts";
import { describePublicKey, type PublicKey, sha256 } from "../pki/public-key.ts";
import type { CertificationRequest } from "../pki/request.ts";
import { formatDay, formatTime } from "../pki/time.ts";

/** What a file is. */
export interface FileFacts {
  readonly file: string;
  readonly slot: Slot["slot"];
  /** `certificate`, `private key`, `2 CA certificates`, … */
  readonly kind: string;
  /** The most important facts, most important first. */
  readonly details: readonly string[];
  /** SHA-256 of the file, hexadecimal digits; undefined if it was not read to its end, or is what a server sent. */
  readonly sha256: string | undefined;
}

/** Public facts of a certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly commonName?: string;
  readonly issuer: string;
  /** Hexadecimal digits. */
  readonly serialNumber: string;
  /** In ISO 8601, or as it stands in the certificate if it cannot be read. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly signatureAlgorithm: string;
  readonly publicKey: { readonly algorithm: string; readonly bits?: number; readonly curve?: string };
  /** SHA-256 of the certificate, hexadecimal digits. */
  readonly fingerprint: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal digits. */
  readonly keyFingerprint: string;
  /** DNS names and IP addresses. */
  readonly subjectAltNames: readonly string[];
  readonly crlUrls: readonly string[];
}

/** Public facts of a request. */
export interface RequestFacts extends Pick<
  CertificateFacts,
  "subject" | "commonName" | "signatureAlgorithm" | "publicKey" | "keyFingerprint"
> {
  /** DNS names and IP addresses asked for. */
  readonly subjectAltNames: readonly string[];
  /** Usages asked for; absent if none are. */
  readonly keyUsage?: readonly string[];
  readonly extKeyUsage?: readonly string[];
}

/** What a file is, in a line; without details also without its hash. */
export function describeFile({ slot, contents }: Slot, { leaf, key }: Bundle, hasDetails = true): FileFacts {
  const { file, artifacts, digest } = contents;
  const facts = (kind: string, details: () => readonly string[] = () => []): FileFacts =>
    hasDetails
      ? {
          file,
          slot,
          kind,
          details: details(),
          // Computed for those who look.
          get sha256() {
            return digest?.();
          },
        }
      : { file, slot, kind, details: [], sha256: undefined };
  const certificates = artifacts.flatMap((artifact) => (artifact.kind === "certificate" ? [artifact.certificate] : []));
  const container = artifacts.filter(isOther).find(({ kind }) => kind === "pkcs7" || kind === "pkcs12");
  const hasMore = artifacts.some((artifact) => !isOther(artifact) && isBare(artifact));
  if (container !== undefined && !hasMore)
    return facts(nameOf(container), () => describeContainer(container, artifacts));
  const own = artifacts.find((artifact) => artifact.kind === "key");
  if (own !== undefined && (slot === "key" || certificates.length === 0)) {
    return facts("private key", () => describeKey(key?.origin === own.origin ? key : own));
  }
  const [first] = certificates;
  if (first !== undefined && ["certificate", "key", "request", "previous"].includes(slot)) {
    const certificate = certificates.find((candidate) => candidate === leaf?.certificate) ?? first;
    const kind = certificates.length > 1 ? `${certificates.length} certificates` : "certificate";
    return facts(kind, () => describeCertificate(certificate));
  }
  if (first !== undefined) {
    const kind = certificates.every(isAuthority) ? "CA certificate" : "certificate";
    return facts(count(certificates.length, kind), () => certificates.map(({ subject }) => displayName(subject)));
  }
  const request = artifacts.find(isRequest);
  if (request !== undefined) return facts("certificate request", () => describeRequest(request.request));
  const other = artifacts.find(isOther);
  return facts(other === undefined ? "unreadable" : nameOf(other));
}

const nameOf = ({ kind }: OtherArtifact): string => otherKinds[kind].replace(/^an? /, "");

/** What is in it. */
function describeContainer({ closed }: OtherArtifact, artifacts: readonly Artifact[]): string[] {
  if (closed !== undefined) return ["not opened"];
  const keys = artifacts.filter((artifact) => artifact.kind === "key").length;
  const names = artifacts.flatMap((artifact) =>
    artifact.kind === "certificate" ? [displayName(artifact.certificate.subject)] : [],
  );
  return [...(keys > 0 ? [count(keys, "private key")] : []), count(names.length, "certificate"), ...names];
}

function describeCertificate({ subject, issuer, publicKey, notAfter }: Certificate): string[] {
  const until = Number.isNaN(notAfter.at) ? notAfter.text : formatDay(notAfter.at);
  return [
    displayName(subject),
    describePublicKey(publicKey),
    `valid until ${until}`,
    `issued by ${displayName(issuer)}`,
  ];
}

function describeRequest({ subject, publicKey, extensions }: CertificationRequest): string[] {
  const names = presentedNames({ extensions });
  return [
    displayName(subject),
    describePublicKey(publicKey),
    `asks for ${names.length > 0 ? listed(names) : "no alternative name"}`,
  ];
}

/** Names that are listed: whoever asks for hundreds knows them. */
const LISTED = 20;

const listed = (names: readonly string[]): string =>
  [...names.slice(0, LISTED), ...(names.length > LISTED ? [`and ${names.length - LISTED} more`] : [])].join(", ");

function describeKey({ key, encryption }: BundleKey | KeyArtifact): string[] {
  const what = key?.publicKey === undefined ? key?.algorithm : describePublicKey(key.publicKey);
  const lock =
    encryption === undefined
      ? "not encrypted"
      : key !== undefined
        ? "encrypted, opened by the passphrase"
        : "encrypted, not opened";
  return [...(what === undefined ? [] : [what]), lock];
}

/** The public facts of a certificate. */
export function certificateFacts(certificate: Certificate): CertificateFacts {
  const { subject, issuer, serialNumber, notBefore, notAfter, signatureAlgorithm, publicKey } = certificate;
  const [commonName] = values(subject, "CN");
  const points = (extension(certificate, "cRLDistributionPoints") ?? [])
    .flatMap((point) => point.names)
    .filter(({ type }) => type === "uri");
  return {
    subject: formatName(subject),
    ...(commonName !== undefined && { commonName }),
    issuer: formatName(issuer),
    serialNumber,
    notBefore: formatTime(notBefore),
    notAfter: formatTime(notAfter),
    signatureAlgorithm: signatureAlgorithm.name,
    publicKey: publicKeyFacts(publicKey),
    // Getters would give each object a shape of its own, which costs V8 ten times what hashing does.
    fingerprint: fingerprint(certificate),
    keyFingerprint: sha256(publicKey.spki),
    subjectAltNames: presentedNames(certificate),
    crlUrls: points.map(({ value }) => value),
  };
}

/** The public facts of a request. */
export function requestFacts(request: CertificationRequest): RequestFacts {
  const { subject, signatureAlgorithm, publicKey } = request;
  const [commonName] = values(subject, "CN");
  const keyUsage = extension(request, "keyUsage");
  const extKeyUsage = extension(request, "extKeyUsage");
  return {
    subject: formatName(subject),
    ...(commonName !== undefined && { commonName }),
    signatureAlgorithm: signatureAlgorithm.name,
    publicKey: publicKeyFacts(publicKey),
    keyFingerprint: sha256(publicKey.spki),
    subjectAltNames: presentedNames(request),
    ...(keyUsage && { keyUsage: [...keyUsage] }),
    ...(extKeyUsage && { extKeyUsage }),
  };
}

const publicKeyFacts = ({ algorithm, bits, curve }: PublicKey): CertificateFacts["publicKey"] => ({
  algorithm,
  ...(bits !== undefined && { bits }),
  ...(curve !== undefined && { curve }),
});

const presentedNames = (holder: Pick<Certificate, "extensions">): string[] =>
  (extension(holder, "subjectAltName") ?? [])
    .filter(({ type }) => type === "dns" || type === "ip")
    .map(({ value }) => value);

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
