/** X.509 certificates, RFC 5280 section 4.1. */
import {
  context,
  contextPrimitive,
  type Element,
  fields,
  innerOfTag,
  type Irregularity,
  note,
  readDer,
  TAG,
  whole,
} from "./der.ts";
import { readBitString, readInteger } from "./der-values.ts";
import { type Extension, extension, readExtensions } from "./extensions.ts";
import { type Name, readName, sameName } from "./name.ts";
import { type PublicKey, readPublicKey, sha256 } from "./public-key.ts";
import { type AlgorithmIdentifier, readAlgorithm } from "./signature.ts";
import { readTime, type Time } from "./time.ts";

/** A certificate, decoded; all offsets are bytes from its start. */
export interface Certificate {
  /** The DER encoding, without what may follow it. */
  readonly bytes: Uint8Array;
  /** The part that is signed. */
  readonly tbsCertificate: Uint8Array;
  /** 1, 2 or 3; another number if the certificate says so, 0 if it says nonsense. */
  readonly version: number;
  /** Hexadecimal digits, at least two. */
  readonly serialNumber: string;
  /** The algorithm named beside the signature. */
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** The algorithm named inside the signed part, which must be the same. */
  readonly signature: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Time;
  readonly notAfter: Time;
  readonly publicKey: PublicKey;
  /** Byte offset of the SubjectPublicKeyInfo. */
  readonly publicKeyOffset: number;
  /** In their order. */
  readonly extensions: readonly Extension[];
  /** Where the encoding strays from DER or from RFC 5280, though it can be read. */
  readonly irregularities: readonly Irregularity[];
}

/**
 * Reads a certificate in DER.
 * @throws DerError with the offset of what is broken
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  const root = readDer(bytes);
  const outer = fields(root, "a certificate");
  const tbs = outer.take(TAG.sequence, "the signed part");
  const signatureAlgorithm = readAlgorithm(
    outer.take(TAG.sequence, "the signature algorithm"),
    "the signature algorithm",
  );
  const signatureElement = outer.take(TAG.bitString, "the signature");
  const signatureValue = readBitString(signatureElement, "the signature");
  outer.end();
  if (signatureValue.unused > 0) note(signatureElement, "a signature that does not end on a byte");

  const parts = fields(tbs, "the signed part");
  const versionTag = parts.optional(context(0));
  const version = versionTag === undefined ? 1 : readVersion(innerOfTag(versionTag, "the version"));
  const serialElement = parts.take(TAG.integer, "the serial number");
  const serial = readInteger(serialElement, "the serial number");
  if (serial.negative) note(serialElement, NEGATIVE_SERIAL);
  if (serial.magnitude.length === 0) note(serialElement, "the serial number is zero");
  const signature = readAlgorithm(parts.take(TAG.sequence, "the signature algorithm"), "the signature algorithm");
  const issuer = readName(parts.any("the issuer"), "the issuer");
  const validity = fields(parts.take(TAG.sequence, "the validity"), "the validity");
  const notBefore = readTime(validity.any("notBefore"), "notBefore");
  const notAfter = readTime(validity.any("notAfter"), "notAfter");
  validity.end();
  const subject = readName(parts.any("the subject"), "the subject");
  const publicKeyElement = parts.take(TAG.sequence, "the public key");
  const publicKey = readPublicKey(publicKeyElement);
  parts.optional(contextPrimitive(1)); // issuerUniqueID
  parts.optional(contextPrimitive(2)); // subjectUniqueID
  const extensionsTag = parts.optional(context(3));
  const extensions = extensionsTag === undefined ? [] : readExtensions(innerOfTag(extensionsTag, "the extensions"));
  parts.end();
  if (extensions.length > 0 && version !== 3) note(tbs, `extensions in a certificate of version ${version}`);

  return {
    bytes: whole(root),
    tbsCertificate: whole(tbs),
    version,
    serialNumber: Buffer.from(serial.magnitude).toString("hex") || "00",
    signatureAlgorithm,
    signature,
    // OpenSSL reads such a certificate, and verifies no signature of the kind.
    signatureValue: signatureValue.unused > 0 ? new Uint8Array() : signatureValue.bytes,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    publicKeyOffset: publicKeyElement.start,
    extensions,
    irregularities: root.input.irregularities,
  };
}

/** What is noted of a serial number below zero, which RFC 5280 forbids; its digits are those of its octets. */
export const NEGATIVE_SERIAL = "a negative serial number";

/** 1, 2 or 3, or what a strange certificate says instead. */
function readVersion(element: Element): number {
  const { negative, magnitude } = readInteger(element, "the version");
  if (!negative && magnitude.length <= 1) return (magnitude[0] ?? 0) + 1;
  note(element, "the version is out of range");
  return 0;
}

/** SHA-256 of the whole certificate, hexadecimal digits. */
export const fingerprint = (certificate: Certificate): string => sha256(certificate.bytes);

/** Whether two certificates are the same to the last byte. */
export const sameCertificate = (a: Certificate, b: Certificate): boolean => Buffer.compare(a.bytes, b.bytes) === 0;

/** Whether subject and issuer are the same name; that alone does not make it self-signed. */
export const isSelfIssued = (certificate: Certificate): boolean => sameName(certificate.subject, certificate.issuer);

/** Whether the certificate says of itself that it is a CA. */
export const isAuthority = (certificate: Pick<Certificate, "extensions">): boolean =>
  extension(certificate, "basicConstraints")?.cA === true;
