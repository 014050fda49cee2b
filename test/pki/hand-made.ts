/** DER written by hand, for what no library would issue. */
import { createPublicKey } from "node:crypto";
import { context, TAG } from "../../src/pki/der.ts";
import { encode, encodeInteger } from "../../src/pki/der-writer.ts";
import { keyPem } from "../support/mint.ts";

export const hex = (digits: string): Uint8Array => Buffer.from(digits.replace(/\s/g, ""), "hex");
export const seq = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.sequence, ...parts);
export const text = (tag: number, value: string): Uint8Array => encode(tag, Buffer.from(value, "latin1"));

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
