/** Private keys: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC 1 (RFC 5915); what is said of them is public. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { children, context, DerError, type Element, fields, readDer, TAG, inner, type Irregularity } from "./der.ts";
import { readInteger, readMagnitude, readOid } from "./der-values.ts";
import type { Encryption } from "./encryption.ts";
import type { PemBlock } from "./pem-body.ts";
import { armour } from "./pem-label.ts";
import { keyAlgorithm, type PublicKey, readPublicKey, rsaPublicKey } from "./public-key.ts";

/** What may be known of a private key by anybody; its numbers stay in the functions below. */
export interface PrivateKey {
  readonly container: "PKCS#8" | "PKCS#1" | "SEC 1" | "traditional DSA";
  /** `RSA`, `EC`, `Ed25519`, …, as in `PublicKey`. */
  readonly algorithm: string;
  /** Absent if OpenSSL cannot derive it. */
  readonly publicKey?: PublicKey;
  /** The relations between the numbers of an RSA key that do not hold, such as `n = p·q`. */
  readonly broken: readonly string[];
  /** Why the relations were not computed. */
  readonly unchecked?: string;
  /** Where the encoding strays from DER. Of an encrypted key, which OpenSSL decodes, nothing is known. */
  readonly irregularities: readonly Irregularity[];
}

/** Largest modulus, in bits, whose numbers are checked against each other: more costs seconds, and nobody uses it. */
const MAX_CHECKED_BITS = 16_384;
/** Most primes of a key, as in OpenSSL (RSA_MAX_PRIME_NUM). */
const MAX_PRIMES = 5;
/**
 * Reads an unencrypted private key.
 * @throws DerError if it is none, or damaged
 */
export function readPrivateKey(bytes: Uint8Array): PrivateKey {
  const root = readDer(bytes);
  return { ...readStructure(root, bytes), irregularities: root.input.irregularities };
}

function readStructure(root: Element, bytes: Uint8Array): Omit<PrivateKey, "irregularities"> {
  const [version, second] = children(root);
  if (version?.tag !== TAG.integer || second === undefined) throw new DerError("a private key expected", root.start);
  if (second.tag === TAG.integer) {
    // Version and five numbers are DSA's, which has no standard but OpenSSL's habit.
    if (children(root).length === 6) return { container: "traditional DSA", algorithm: "DSA", broken: [] };
    return { container: "PKCS#1", algorithm: "RSA", ...readRsaPrivateKey(root) };
  }
  if (second.tag === TAG.octetString) return { container: "SEC 1", algorithm: "EC", ...derive(bytes, "sec1") };
  const parts = fields(root, "a private key");
  readInteger(parts.take(TAG.integer, "the version"), "the version");
  const [oid] = children(parts.take(TAG.sequence, "the algorithm"));
  if (oid === undefined) throw new DerError("a private key without an algorithm", second.start);
  const octets = parts.take(TAG.octetString, "the key's numbers");
  const algorithm = keyAlgorithm(readOid(oid));
  // Attributes may follow; OpenSSL takes nothing else.
  parts.optional(context(0));
  parts.end();
  const isOnCurve = /^(?:EC|Ed|X)/.test(algorithm);
  if (algorithm !== "RSA")
    return { container: "PKCS#8", algorithm, ...(isOnCurve ? derive(bytes, "pkcs8") : { broken: [] }) };
  return { container: "PKCS#8", algorithm, ...readRsaPrivateKey(inner(octets, "the RSA private key")) };
}

/** An RSAPrivateKey, RFC 8017 appendix A.1.2. */
function readRsaPrivateKey(root: Element): Pick<PrivateKey, "publicKey" | "broken" | "unchecked"> {
  const parts = fields(root, "an RSA private key");
  const version = parts.take(TAG.integer, "the version");
  const integer = (what: string): Uint8Array => readMagnitude(parts.take(TAG.integer, what), what);
  const modulus = integer("the modulus");
  const exponent = integer("the public exponent");
  const secrets = ["d", "p", "q", "d mod p-1", "d mod q-1", "1/q mod p"].map(integer);
  const more = parts.optional(TAG.sequence);
  parts.end();
  // Version 1 is for more than two primes; OpenSSL takes any other for 0.
  const { negative, magnitude } = readInteger(version, "the version");
  if (!negative && magnitude.length === 1 && magnitude[0] === 1 && more === undefined)
    throw new DerError("an RSA private key of more than two primes, of which two are there", version.start);
  const publicKey = rsaPublicKey({ modulus, exponent });
  const { bits = 0 } = publicKey;
  if (bits > MAX_CHECKED_BITS)
    return {
      publicKey,
      broken: [],
      unchecked: `a modulus of ${bits} bits, more than the ${MAX_CHECKED_BITS} that are checked`,
    };
  const otherPrimes =
    more === undefined
      ? []
      : children(more).map((info) =>
          readMagnitude(fields(info, "a further prime").take(TAG.integer, "a further prime"), "a further prime"),
        );
  if ([exponent, ...secrets, ...otherPrimes].some(({ length }) => length * 8 > MAX_CHECKED_BITS))
    return { publicKey, broken: [], unchecked: `numbers of more than the ${MAX_CHECKED_BITS} bits that are checked` };
  if (otherPrimes.length + 2 > MAX_PRIMES)
    return { publicKey, broken: [`${otherPrimes.length + 2} primes, more than the ${MAX_PRIMES} that OpenSSL takes`] };
  return {
    publicKey,
    broken: brokenRelations([modulus, exponent, ...secrets].map(toBigInt), otherPrimes.map(toBigInt)),
  };
}

/** The relations of RFC 8017 section 3.2 that the numbers of a key do not satisfy. */
function brokenRelations(
  [n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dP = 0n, dQ = 0n, qInv = 0n]: readonly bigint[],
  otherPrimes: readonly bigint[],
): string[] {
  if (p < 3n || q < 3n || n === 0n) return ["the primes are missing"];
  const [dModP, dModQ] = [d % (p - 1n), d % (q - 1n)];
  const relations: readonly (readonly [string, boolean])[] = [
    ["n = p·q", otherPrimes.reduce((product, prime) => product * prime, p * q) === n],
    ["e·d ≡ 1 mod p-1 and q-1", (e * dModP) % (p - 1n) === 1n && (e * dModQ) % (q - 1n) === 1n],
    ["dP = d mod p-1", dP === dModP],
    ["dQ = d mod q-1", dQ === dModQ],
    ["q·qInv ≡ 1 mod p", (q * qInv) % p === 1n],
  ];
  return relations.filter(([, holds]) => !holds).map(([relation]) => relation);
}

/** Without a copy of the bytes, which may be secret. */
function toBigInt({ buffer, byteOffset, length }: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(buffer, byteOffset, length).toString("hex") || "0"}`);
}

/** Largest key whose public half is derived, in bytes: that of a curve has a few hundred. */
const MAX_DERIVED_BYTES = 4096;

/** The public half of a key on a curve, by OpenSSL, which would take any time for large DSA and DH keys. */
function derive(bytes: Uint8Array, type: "pkcs8" | "sec1"): Pick<PrivateKey, "publicKey" | "broken"> {
  if (bytes.length > MAX_DERIVED_BYTES) return { broken: [] };
  try {
    return { ...publicHalf(createPrivateKey({ key: Buffer.from(bytes), format: "der", type })), broken: [] };
  } catch {
    return { broken: [] };
  }
}

function publicHalf(key: KeyObject): { publicKey: PublicKey } {
  return { publicKey: readPublicKey(readDer(createPublicKey(key).export({ format: "der", type: "spki" }))) };
}

/** A private key whose passphrase is still wanted. */
export interface EncryptedKey {
  readonly encryption: Encryption;
  /** In DER for PKCS#8; as its block for the legacy form, whose parameters stand in headers. */
  readonly data:
    | { readonly form: "PKCS#8"; readonly bytes: Uint8Array }
    | { readonly form: "DEK-Info"; readonly block: PemBlock };
}

/**
 * Opens a private key.
 * @returns nothing if the passphrase is wrong. A wrong one may by chance decrypt to bytes that look padded: they are no
 * key, so that any failure after the cipher has been recognised is the passphrase's.
 */
export function decryptKey({ data }: EncryptedKey, passphrase: string): PrivateKey | undefined {
  const secret = secretKey(encryptedPem(data), passphrase);
  return secret && readSecretKey(secret);
}

/** The private key itself, for what makes use of it; nothing if OpenSSL cannot read it, or the passphrase is wrong. */
export function secretKey(pem: string, passphrase?: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: "pem", ...(passphrase !== undefined && { passphrase }) });
  } catch {
    return undefined;
  }
}

/** Largest key that OpenSSL is handed, in bytes: RSA of 16,384 bits has 9 kB. */
const MAX_USED_BYTES = 16_384;

/** Whether OpenSSL reads such a key at once: of DSA and DH keys it computes the public half, which takes any time. */
export const isUsable = ({ algorithm }: PrivateKey, bytes: Uint8Array): boolean =>
  bytes.length <= MAX_USED_BYTES && /^(?:RSA|EC|Ed|X)/.test(algorithm);

/** What may be known of it; nothing if OpenSSL writes what cannot be read here. */
export function readSecretKey(secret: KeyObject): PrivateKey | undefined {
  const plain = secret.export({ format: "der", type: "pkcs8" });
  try {
    return readPrivateKey(plain);
  } catch {
    return undefined;
  } finally {
    plain.fill(0);
  }
}

/** An encrypted key as OpenSSL reads it. As PEM: of DER, OpenSSL's reader takes definite lengths only. */
export const encryptedPem = (data: EncryptedKey["data"]): string =>
  data.form === "PKCS#8" ? armour("ENCRYPTED PRIVATE KEY", data.bytes) : legacyPem(data.block);

/** An unencrypted key as OpenSSL reads it. */
export const plainPem = ({ container }: PrivateKey, bytes: Uint8Array): string => armour(labels[container], bytes);

const labels: Readonly<Record<PrivateKey["container"], string>> = {
  "PKCS#8": "PRIVATE KEY",
  "PKCS#1": "RSA PRIVATE KEY",
  "SEC 1": "EC PRIVATE KEY",
  "traditional DSA": "DSA PRIVATE KEY",
};

/** Whether OpenSSL takes a key with headers under this label. */
export const isLegacyLabel = (label: string): boolean => /^(?:RSA|EC|DSA) PRIVATE KEY$/.test(label);

/** The block as OpenSSL reads it, whatever was wrong with its lines. */
function legacyPem({ label: own, headers, bytes = new Uint8Array() }: PemBlock): string {
  const label = isLegacyLabel(own) ? own : "RSA PRIVATE KEY";
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  const base64 =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, "", ...base64, `-----END ${label}-----`, ""].join("\n");
}
