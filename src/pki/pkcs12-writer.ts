/** PKCS#12 containers, RFC 7292, as they are written: certificates and a key under one passphrase, with a MAC over all. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { context, contextPrimitive, TAG } from "./der.ts";
import { encode, encodeNumber, encodeOid } from "./der-writer.ts";
import { derivePkcs12, pkcs12Passphrase } from "./pbe.ts";
import { type Age, ROUNDS, seal, sealedKey } from "./sealing.ts";

/** What is to be in a container. */
export interface Pkcs12Content {
  /** In DER, in their order; the key is the first one's. */
  readonly certificates: readonly Uint8Array[];
  /** PKCS#8 in DER. */
  readonly key?: Uint8Array;
  /** What programs show of the first certificate and the key. */
  readonly friendlyName: string;
}

const OID = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  friendlyName: "1.2.840.113549.1.9.20",
  localKeyId: "1.2.840.113549.1.9.21",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certificateBag: "1.2.840.113549.1.12.10.1.3",
} as const;

/** The hash of the MAC. */
const macs = {
  modern: { oid: "2.16.840.1.101.3.4.2.1", hash: "sha256", length: 32 },
  legacy: { oid: "1.3.14.3.2.26", hash: "sha1", length: 20 },
} as const;

/** Most characters of a name in a container: as many as a common name may have. */
const MAX_NAME = 64;

/** Writes a container; an empty passphrase is one. */
export function writePkcs12(
  { certificates, key, friendlyName }: Pkcs12Content,
  passphrase: string,
  age: Age = "modern",
): Uint8Array {
  const [own, ...others] = certificates;
  // What tells which of the certificates is the key's.
  const attributes = [
    attribute(OID.friendlyName, encode(TAG.bmpString, bmp(friendlyName))),
    ...(key === undefined || own === undefined
      ? []
      : [attribute(OID.localKeyId, encode(TAG.octetString, createHash("sha1").update(own).digest()))]),
  ];
  const bags = [...(own ? [certificateBag(own, attributes)] : []), ...others.map((other) => certificateBag(other, []))];
  const safes = [
    encryptedSafe(encode(TAG.sequence, ...bags), passphrase, age),
    ...(key === undefined
      ? []
      : [plainSafe(encode(TAG.sequence, bag(OID.shroudedKeyBag, sealedKey(key, passphrase, age), attributes)))]),
  ];
  const content = encode(TAG.sequence, ...safes);
  return encode(TAG.sequence, encodeNumber(3), plainSafe(content), macData(content, passphrase, age));
}

const attribute = (type: string, value: Uint8Array): Uint8Array =>
  encode(TAG.sequence, encodeOid(type), encode(TAG.set, value));

/** A name as a BMPString, cut between characters. */
const bmp = (name: string): Uint8Array =>
  Buffer.from(
    Array.from(name.replace(/\p{Cs}/gu, "\ufffd"))
      .slice(0, MAX_NAME)
      .join(""),
    "utf16le",
  ).swap16();

const certificateBag = (certificate: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array =>
  bag(
    OID.certificateBag,
    encode(TAG.sequence, encodeOid(OID.x509Certificate), encode(context(0), encode(TAG.octetString, certificate))),
    attributes,
  );

const bag = (type: string, value: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array =>
  encode(
    TAG.sequence,
    encodeOid(type),
    encode(context(0), value),
    // DER has the elements of a set in their order.
    ...(attributes.length === 0 ? [] : [encode(TAG.set, ...attributes.toSorted((a, b) => Buffer.compare(a, b)))]),
  );

/** A part that is not encrypted as a whole. */
const plainSafe = (content: Uint8Array): Uint8Array =>
  encode(TAG.sequence, encodeOid(OID.data), encode(context(0), encode(TAG.octetString, content)));

function encryptedSafe(content: Uint8Array, passphrase: string, age: Age): Uint8Array {
  const { algorithm, data } = seal(content, passphrase, age);
  const info = encode(TAG.sequence, encodeOid(OID.data), algorithm, encode(contextPrimitive(0), data));
  return encode(
    TAG.sequence,
    encodeOid(OID.encryptedData),
    encode(context(0), encode(TAG.sequence, encodeNumber(0), info)),
  );
}

function macData(content: Uint8Array, passphrase: string, age: Age): Uint8Array {
  const { oid, hash, length } = macs[age];
  const [salt, rounds] = [randomBytes(length), ROUNDS[age]];
  const key = derivePkcs12(hash, "mac", { passphrase: pkcs12Passphrase(passphrase), salt, rounds, length });
  const digest = createHmac(hash, key).update(content).digest();
  const algorithm = encode(TAG.sequence, encodeOid(oid), encode(TAG.null));
  return encode(
    TAG.sequence,
    encode(TAG.sequence, algorithm, encode(TAG.octetString, digest)),
    encode(TAG.octetString, salt),
    encodeNumber(rounds),
  );
}
