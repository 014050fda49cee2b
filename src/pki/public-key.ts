/** Public keys: SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7, with the parameters of RFC 3279, 5480 and 8410. */
import { createPublicKey, hash, type KeyObject } from "node:crypto";
import { children, DerError, type Element, fields, note, TAG, whole } from "./der.ts";
import { innerOfBits, readBitString, readMagnitude, readOid } from "./der-values.ts";
import { encode, encodeInteger } from "./der-writer.ts";
import { oidName } from "./oid.ts";

/** The numbers of an RSA public key, big-endian without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** A public key, whatever its algorithm. */
export interface PublicKey {
  /** `RSA`, `EC`, `Ed25519`, `RSA-PSS`, …, or the dotted identifier of what is unknown here. */
  readonly algorithm: string;
  /** Size in bits of an RSA modulus or of a curve's field. */
  readonly bits?: number;
  /** The named curve of an EC key. */
  readonly curve?: string;
  readonly rsa?: RsaPublicKey;
  /** The SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
}

const algorithmNames: Readonly<Record<string, string>> = {
  rsaEncryption: "RSA",
  rsa: "RSA",
  "RSASSA-PSS": "RSA-PSS",
  "id-ecPublicKey": "EC",
  "id-dsa": "DSA",
  dhPublicNumber: "DH",
  dhKeyAgreement: "DH",
};

/** The name of a key algorithm by its object identifier. */
export const keyAlgorithm = (oid: string): string => algorithmNames[oidName(oid)] ?? oidName(oid);

const curveBits: Readonly<Record<string, number>> = {
  "P-192": 192,
  "P-224": 224,
  "P-256": 256,
  secp256k1: 256,
  "P-384": 384,
  "P-521": 521,
};

/** Reads a SubjectPublicKeyInfo. */
export function readPublicKey(element: Element): PublicKey {
  const parts = fields(element, "the public key");
  const algorithmElement = parts.take(TAG.sequence, "its algorithm");
  const algorithmFields = fields(algorithmElement, "the algorithm of the public key");
  const algorithm = keyAlgorithm(readOid(algorithmFields.take(TAG.oid, "its identifier")));
  const key = parts.take(TAG.bitString, "the bits of the public key");
  parts.end();
  readBitString(key, "the public key");
  const spki = whole(element);
  const [, parameters, ...more] = children(algorithmElement);
  if (more.length > 0 || (parameters?.tag === TAG.null && parameters.contentEnd > parameters.contentStart))
    throw new DerError("the algorithm of the public key has parameters that cannot be", algorithmElement.start);
  if (algorithm === "RSA" || algorithm === "RSA-PSS") {
    try {
      const rsa = readRsaPublicKey(innerOfBits(key, "the RSA public key"));
      return { algorithm, bits: bitLength(rsa.modulus), rsa, spki };
    } catch (error) {
      // OpenSSL reads such a certificate, and fails when it needs the key.
      if (!(error instanceof DerError)) throw error;
      note(element, `the public key cannot be decoded: ${error.message}`, error.offset);
      return { algorithm, spki };
    }
  }
  if (algorithm === "EC") {
    const curve = algorithmFields.optional(TAG.oid);
    if (curve === undefined) {
      note(element, "the public key's curve has no name");
      return { algorithm, spki };
    }
    const curveName = oidName(readOid(curve));
    const size = curveBits[curveName];
    return { algorithm, curve: curveName, ...(size !== undefined && { bits: size }), spki };
  }
  return { algorithm, spki };
}

/** Reads an RSAPublicKey, RFC 8017 appendix A.1.1. */
function readRsaPublicKey(element: Element): RsaPublicKey {
  const parts = fields(element, "the RSA public key");
  const modulus = readMagnitude(parts.take(TAG.integer, "the modulus"), "the modulus");
  const exponent = readMagnitude(parts.take(TAG.integer, "the exponent"), "the exponent");
  parts.end();
  return { modulus, exponent };
}

/** rsaEncryption with its NULL parameters, RFC 3279 section 2.3.1. */
const rsaAlgorithm = Buffer.from("300d06092a864886f70d0101010500", "hex");

/** The public key made of these numbers. */
export function rsaPublicKey(numbers: RsaPublicKey): PublicKey {
  // Copies: the numbers may stand in a private key, whose bytes are erased.
  const { modulus, exponent } = {
    modulus: new Uint8Array(numbers.modulus),
    exponent: new Uint8Array(numbers.exponent),
  };
  return {
    algorithm: "RSA",
    bits: bitLength(modulus),
    rsa: { modulus, exponent },
    // Of a private key's public half, this is seldom wanted.
    get spki() {
      const key = encode(TAG.sequence, encodeInteger(modulus), encodeInteger(exponent));
      return encode(TAG.sequence, rsaAlgorithm, encode(TAG.bitString, new Uint8Array(1), key));
    },
  };
}

/** `RSA 2048`, `EC P-256`, `Ed25519`. */
export function describePublicKey({ algorithm, bits, curve }: PublicKey): string {
  return [algorithm, curve ?? bits].filter((part) => part !== undefined).join(" ");
}

/** Whether two keys are the same key; the encoding of RSA parameters or of an EC point does not count. */
export function samePublicKey(a: PublicKey, b: PublicKey): boolean {
  if (a.rsa !== undefined && b.rsa !== undefined) {
    return Buffer.compare(a.rsa.modulus, b.rsa.modulus) === 0 && Buffer.compare(a.rsa.exponent, b.rsa.exponent) === 0;
  }
  if (a.algorithm !== b.algorithm) return false;
  if (Buffer.compare(a.spki, b.spki) === 0) return true;
  const [left, right] = [keyObject(a), keyObject(b)];
  return left !== undefined && right !== undefined && left.equals(right);
}

/** The key as node:crypto holds it, or nothing if OpenSSL cannot read it. */
export function keyObject({ algorithm, rsa, spki }: PublicKey): KeyObject | undefined {
  try {
    // The numbers of an RSA key as a JSON Web Key: OpenSSL's reader of DER takes ten times as long.
    if (algorithm === "RSA" && rsa !== undefined) {
      const base64url = (number: Uint8Array): string => Buffer.from(number).toString("base64url");
      const key = { kty: "RSA", n: base64url(rsa.modulus), e: base64url(rsa.exponent) };
      return createPublicKey({ key, format: "jwk" });
    }
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

/** SHA-256 in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => hash("sha256", bytes);

/** The number of significant bits of a big-endian magnitude without leading zeros. */
const bitLength = (bytes: Uint8Array): number =>
  bytes[0] === undefined ? 0 : (bytes.length - 1) * 8 + 32 - Math.clz32(bytes[0]);
