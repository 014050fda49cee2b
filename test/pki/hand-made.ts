/** DER written by hand, for what no library would issue. */
import { createPublicKey } from "node:crypto";
import { context, contextPrimitive, DerError, type Element, readDer, TAG } from "../../src/pki/der.ts";
import { encode, encodeInteger } from "../../src/pki/der-writer.ts";
import { keyPem } from "../support/mint.ts";

export const hex = (digits: string): Uint8Array => Buffer.from(digits.replace(/\s/g, ""), "hex");
export const digits = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const readHex = (text: string): Element => readDer(hex(text));
export const irregular = ({ input }: Element): string[] => input.irregularities.map(({ message }) => message);

/** What comes of it, or offset and message of the DerError that is thrown. */
export function resultOf<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof DerError) return `${error.offset}: ${error.message}`;
    throw error;
  }
}

export const errorOf = (run: () => unknown): string => resultOf(() => void run()) ?? "no error";

export const seq = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.sequence, ...parts);
export const text = (tag: number, value: string): Uint8Array => encode(tag, Buffer.from(value, "latin1"));
export const octets = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.octetString, ...parts);

/** A non-negative INTEGER. */
export function integer(value: number): Uint8Array {
  const digits = value === 0 ? "" : value.toString(16);
  return encodeInteger(hex(digits.padStart(digits.length + (digits.length % 2), "0")));
}

/** What stands in a definite length, in an indefinite one: BER. */
export function indefinite(der: Uint8Array): Uint8Array {
  const { tag, contentStart } = readDer(der);
  return Buffer.concat([Uint8Array.of(tag, 0x80), der.subarray(contentStart), new Uint8Array(2)]);
}

/** An OCTET STRING in pieces: BER, as old Windows and NSS write it. */
export function pieces(value: Uint8Array, size: number): Uint8Array {
  const found: Uint8Array[] = [];
  for (let at = 0; at < value.length; at += size) found.push(octets(value.subarray(at, at + size)));
  return indefinite(encode(0x24, ...found));
}

/** An OBJECT IDENTIFIER. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const base128 = (arc: number): number[] =>
    arc < 128 ? [arc] : [...base128(Math.floor(arc / 128)).map((septet) => septet | 0x80), arc % 128];
  return encode(TAG.oid, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** A Name of sets of attributes, each its type and its value in DER. */
export const name = (...rdns: readonly (readonly (readonly [type: string, value: Uint8Array])[])[]): Uint8Array =>
  seq(...rdns.map((rdn) => encode(TAG.set, ...rdn.map(([type, value]) => seq(oid(type), value)))));

/** A Name of a common name alone. */
export const commonName = (value: string, tag: number = TAG.utf8String): Uint8Array =>
  name([["2.5.4.3", encode(tag, Buffer.from(value))]]);

/** An extension by its identifier and the DER in its OCTET STRING. */
export const extensionOf = (identifier: string, value: Uint8Array, critical?: number): Uint8Array =>
  seq(
    oid(identifier),
    ...(critical === undefined ? [] : [encode(TAG.boolean, Uint8Array.of(critical))]),
    encode(TAG.octetString, value),
  );

/** The SubjectPublicKeyInfo of a key in fixtures. */
export const spkiOf = (key: Parameters<typeof keyPem>[0]): Uint8Array =>
  createPublicKey(keyPem(key)).export({ format: "der", type: "spki" });

const sha256WithRsa = seq(oid("1.2.840.113549.1.1.11"), hex("0500"));

/** The parts of a certificate in DER; what is absent is as it should be. */
export interface HandMade {
  readonly version?: Uint8Array | null;
  readonly serialNumber?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  /** What follows the extensions in the signed part. */
  readonly more?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  readonly signatureValue?: Uint8Array;
}

/** A certificate with a signature of zeros. */
export function handMade(parts: HandMade = {}): Uint8Array {
  const { version = encode(context(0), hex("020102")), extensions = [] } = parts;
  return seq(
    seq(
      ...(version === null ? [] : [version]),
      parts.serialNumber ?? encodeInteger(hex("5a17")),
      parts.signature ?? sha256WithRsa,
      parts.issuer ?? commonName("Contoso CA"),
      seq(parts.notBefore ?? text(TAG.utcTime, "260101000000Z"), parts.notAfter ?? text(TAG.utcTime, "270101000000Z")),
      parts.subject ?? commonName("sensor.contoso.com"),
      parts.spki ?? spkiOf("leaf"),
      ...(extensions.length === 0 ? [] : [encode(context(3), seq(...extensions))]),
      ...(parts.more === undefined ? [] : [parts.more]),
    ),
    parts.signatureAlgorithm ?? sha256WithRsa,
    parts.signatureValue ?? encode(TAG.bitString, new Uint8Array(257)),
  );
}

/** SignedData around certificates, RFC 2315 section 9: other parts are empty, unless given. */
export const signedData = (
  certificates: readonly Uint8Array[] | null,
  {
    version = hex("020101"),
    more = [],
    signers = [],
  }: Partial<Record<"more" | "signers", readonly Uint8Array[]>> & {
    readonly version?: Uint8Array;
  } = {},
): Uint8Array =>
  seq(
    version,
    encode(TAG.set),
    seq(oid("1.2.840.113549.1.7.1")),
    ...(certificates === null ? [] : [encode(context(0), ...certificates)]),
    ...more,
    encode(TAG.set, ...signers),
  );

/** ContentInfo, RFC 2315 section 7; the types are 1 data, 2 signed data, 3 enveloped data, 6 encrypted data. */
export const contentInfo = (type: number, ...content: readonly Uint8Array[]): Uint8Array =>
  seq(oid(`1.2.840.113549.1.7.${type}`), ...content.map((part) => encode(context(0), part)));

/** A certificates-only container. */
export const pkcs7 = (...certificates: readonly Uint8Array[]): Uint8Array => contentInfo(2, signedData(certificates));

/** PFX, RFC 7292 section 4: safes and their MAC. */
export const pfx = (safes: readonly Uint8Array[], mac?: Uint8Array): Uint8Array =>
  seq(hex("020103"), contentInfo(1, octets(seq(...safes))), ...(mac === undefined ? [] : [mac]));

/** A safe that is not encrypted. */
export const safe = (...bags: readonly Uint8Array[]): Uint8Array => contentInfo(1, octets(seq(...bags)));

/** A safe that is. */
export const encryptedSafe = (algorithm: Uint8Array, data: Uint8Array): Uint8Array =>
  contentInfo(6, seq(hex("020100"), seq(oid("1.2.840.113549.1.7.1"), algorithm, encode(contextPrimitive(0), data))));

const bagTypes = { key: 1, shrouded: 2, certificate: 3, crl: 4, secret: 5, safe: 6 } as const;

/** A bag, RFC 7292 section 4.2. */
export const bag = (type: keyof typeof bagTypes, value: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array =>
  seq(oid(`1.2.840.113549.1.12.10.1.${bagTypes[type]}`), encode(context(0), value), ...attributes);

export const certificateBag = (certificate: Uint8Array): Uint8Array =>
  bag("certificate", seq(oid("1.2.840.113549.1.9.22.1"), encode(context(0), octets(certificate))));

/** MacData, RFC 7292 section 4. */
export const macData = (
  algorithm: Uint8Array,
  digest: Uint8Array,
  { salt = hex("0102030405060708"), rounds = 1 }: { readonly salt?: Uint8Array; readonly rounds?: number } = {},
): Uint8Array => seq(seq(algorithm, octets(digest)), octets(salt), ...(rounds === 1 ? [] : [integer(rounds)]));

/** An AlgorithmIdentifier. */
export const algorithm = (identifier: string, ...parameters: readonly Uint8Array[]): Uint8Array =>
  seq(oid(identifier), ...parameters);

const prfs = { sha1: 7, sha256: 9, sha384: 10, sha512: 11 } as const;

/** A hash for an HMAC, RFC 8018 appendix B.1. */
export const hmac = (hash: keyof typeof prfs): Uint8Array => algorithm(`1.2.840.113549.2.${prfs[hash]}`, hex("0500"));

/** PBKDF2 with its parameters, RFC 8018 appendix A.2. */
export const pbkdf2 = (
  rounds: number,
  { salt = hex("0102030405060708"), length, prf }: Partial<{ salt: Uint8Array; length: number; prf: Uint8Array }> = {},
): Uint8Array =>
  algorithm(
    "1.2.840.113549.1.5.12",
    seq(octets(salt), integer(rounds), ...(length === undefined ? [] : [integer(length)]), ...(prf ? [prf] : [])),
  );

/** scrypt with its parameters, RFC 7914 section 7. */
export const scrypt = (n: number, r: number, p: number, salt = hex("0102030405060708")): Uint8Array =>
  algorithm("1.3.6.1.4.1.11591.4.11", seq(octets(salt), integer(n), integer(r), integer(p)));

/** PBES2 of a key derivation and a cipher with its initialisation vector, RFC 8018 appendix A.4. */
export const pbes2 = (
  derivation: Uint8Array,
  cipher = "2.16.840.1.101.3.4.1.42",
  iv: Uint8Array = new Uint8Array(16),
): Uint8Array => algorithm("1.2.840.113549.1.5.13", seq(derivation, algorithm(cipher, octets(iv))));

/** PKCS#12's own encryption, RFC 7292 appendix C: 3 is 3DES, 4 2DES, 5 RC2-128, 6 RC2-40. */
export const pkcs12Pbe = (type: number, rounds: number, salt = hex("0102030405060708")): Uint8Array =>
  algorithm(`1.2.840.113549.1.12.1.${type}`, seq(octets(salt), integer(rounds)));
