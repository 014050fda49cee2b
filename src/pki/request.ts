/** Certification requests, PKCS#10, RFC 2986: what a subject asks a CA for, and the proof that it has the key. */
import { children, context, type Element, fields, type Irregularity, note, readDer, TAG, whole } from "./der.ts";
import { readBitString, readInteger, readOid } from "./der-values.ts";
import { type Extension, readExtensions } from "./extensions.ts";
import { type Name, readName } from "./name.ts";
import { oidName } from "./oid.ts";
import { type PublicKey, readPublicKey } from "./public-key.ts";
import { type AlgorithmIdentifier, readAlgorithm, type SignatureState, suitsKey, verifyWith } from "./signature.ts";

/** A request, decoded; all offsets are bytes from its start. */
export interface CertificationRequest {
  /** The DER encoding, without what may follow it. */
  readonly bytes: Uint8Array;
  /** The part that is signed. */
  readonly certificationRequestInfo: Uint8Array;
  readonly subject: Name;
  readonly publicKey: PublicKey;
  /** Byte offset of the SubjectPublicKeyInfo. */
  readonly publicKeyOffset: number;
  readonly attributes: readonly RequestAttribute[];
  /** Those that the CA is asked for, RFC 2985 section 5.4.2 or Microsoft's form of it, in their order. */
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
  /** Where the encoding strays from DER or from RFC 2986, though it can be read. */
  readonly irregularities: readonly Irregularity[];
}

/** What stands in a request besides name and key; its value is not kept, for it may be a challenge password. */
export interface RequestAttribute {
  /** Dotted object identifier. */
  readonly oid: string;
  /** Its name in RFC 2985, or the dotted identifier. */
  readonly name: string;
  readonly offset: number;
}

/** The attributes that hold the extensions asked for. */
const extensionRequests: ReadonlySet<string> = new Set(["extensionRequest", "msExtensionRequest"]);

/**
 * Reads a request in DER.
 * @throws DerError with the offset of what is broken
 */
export function readRequest(bytes: Uint8Array): CertificationRequest {
  const root = readDer(bytes);
  const outer = fields(root, "a certificate request");
  const info = outer.take(TAG.sequence, "the signed part");
  const signatureAlgorithm = readAlgorithm(
    outer.take(TAG.sequence, "the signature algorithm"),
    "the signature algorithm",
  );
  const signature = readBitString(outer.take(TAG.bitString, "the signature"), "the signature");
  outer.end();

  const parts = fields(info, "the signed part");
  const version = parts.take(TAG.integer, "the version");
  const { negative, magnitude } = readInteger(version, "the version");
  if (negative || magnitude.some((byte) => byte !== 0)) note(version, "a version other than 1, the only one there is");
  const subject = readName(parts.any("the subject"), "the subject");
  const publicKeyElement = parts.take(TAG.sequence, "the public key");
  const publicKey = readPublicKey(publicKeyElement);
  // RFC 2986 wants the field even if it is empty; some software leaves it out.
  const attributesElement = parts.optional(context(0));
  parts.end();
  const attributes = attributesElement === undefined ? [] : children(attributesElement).map(readAttribute);
  const [, second, ...others] = attributes
    .filter(({ name }) => extensionRequests.has(name))
    .flatMap(({ values }) => children(values));
  if (second !== undefined)
    note(second, `extensions are asked for in ${others.length + 2} places, of which OpenSSL reads one`);

  return {
    bytes: whole(root),
    certificationRequestInfo: whole(info),
    subject,
    publicKey,
    publicKeyOffset: publicKeyElement.start,
    attributes: attributes.map(({ oid, name, offset }) => ({ oid, name, offset })),
    extensions: attributes
      .filter(({ name }) => extensionRequests.has(name))
      .flatMap(({ values }) => children(values).flatMap(readExtensions)),
    signatureAlgorithm,
    signatureValue: signature.unused > 0 ? new Uint8Array() : signature.bytes,
    irregularities: root.input.irregularities,
  };
}

function readAttribute(element: Element): RequestAttribute & { readonly values: Element } {
  const parts = fields(element, "an attribute");
  const oid = readOid(parts.take(TAG.oid, "its type"));
  const values = parts.take(TAG.set, "its values");
  parts.end();
  return { oid, name: oidName(oid), offset: element.start, values };
}

/** Verifies the signature with the key in the request: whoever made it has the private key. Never throws. */
export function verifyRequest(request: CertificationRequest): SignatureState {
  const { signatureAlgorithm, certificationRequestInfo, signatureValue, publicKey } = request;
  if (!suitsKey(signatureAlgorithm, publicKey)) return "invalid";
  return verifyWith(publicKey, signatureAlgorithm, certificationRequestInfo, signatureValue);
}
