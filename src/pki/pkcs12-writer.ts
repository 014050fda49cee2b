/** PKCS#12 containers, RFC 7292, as they are written: pkijs puts the parts together, node:crypto encrypts them. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { BmpString, fromBER, Null, OctetString, type Sequence } from "asn1js";
import {
  AlgorithmIdentifier,
  Attribute,
  AuthenticatedSafe,
  CertBag,
  ContentInfo,
  DigestInfo,
  EncryptedContentInfo,
  EncryptedData,
  MacData,
  PFX,
  PKCS8ShroudedKeyBag,
  SafeBag,
  SafeContents,
} from "pkijs";
import { derivePkcs12, pkcs12Passphrase } from "./pbe.ts";
import { type Age, ROUNDS, seal } from "./sealing.ts";

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
  const [own] = certificates;
  // What tells which of the certificates is the key's. DER has the elements of a set in their order, pkijs as they come.
  const attributes = [
    new Attribute({ type: OID.friendlyName, values: [new BmpString({ value: shortened(friendlyName) })] }),
    ...(key === undefined || own === undefined
      ? []
      : [new Attribute({ type: OID.localKeyId, values: [octets(createHash("sha1").update(own).digest())] })]),
  ].toSorted((a, b) => Buffer.compare(encoded(a), encoded(b)));
  const bags = certificates.map((certificate) =>
    // As its bytes: decoded and encoded anew, a strange one would lose its signature.
    bagOf(
      OID.certificateBag,
      new CertBag({ certId: OID.x509Certificate, certValue: octets(certificate) }),
      certificate === own ? attributes : [],
    ),
  );
  const safes = [
    encryptedSafe(new SafeContents({ safeBags: bags }), passphrase, age),
    ...(key === undefined
      ? []
      : [
          plainSafe(
            new SafeContents({ safeBags: [bagOf(OID.shroudedKeyBag, shrouded(key, passphrase, age), attributes)] }),
          ),
        ]),
  ];
  const content = encoded(new AuthenticatedSafe({ safeContents: safes }));
  const pfx = new PFX({
    version: 3,
    authSafe: new ContentInfo({ contentType: ContentInfo.DATA, content: octets(content) }),
    macData: macOf(content, passphrase, age),
  });
  return encoded(pfx);
}

/** A structure of pkijs in DER. */
const encoded = (structure: { toSchema(): Sequence }): Uint8Array => new Uint8Array(structure.toSchema().toBER(false));

/** The bytes apart: the library takes whole buffers only. */
const octets = (bytes: Uint8Array): OctetString => new OctetString({ valueHex: Uint8Array.from(bytes).buffer });

/** Cut between characters; halves of characters are none. */
const shortened = (name: string): string =>
  Array.from(name.replace(/\p{Cs}/gu, "\ufffd"))
    .slice(0, MAX_NAME)
    .join("");

const bagOf = (
  bagId: string,
  bagValue: CertBag | PKCS8ShroudedKeyBag,
  bagAttributes: readonly Attribute[],
): SafeBag<CertBag | PKCS8ShroudedKeyBag> =>
  new SafeBag({ bagId, bagValue, ...(bagAttributes.length > 0 && { bagAttributes: [...bagAttributes] }) });

/** A part that is not encrypted as a whole. */
const plainSafe = (contents: SafeContents): ContentInfo =>
  new ContentInfo({ contentType: ContentInfo.DATA, content: octets(encoded(contents)) });

function shrouded(key: Uint8Array, passphrase: string, age: Age): PKCS8ShroudedKeyBag {
  const { algorithm, data } = seal(key, passphrase, age);
  return new PKCS8ShroudedKeyBag({ encryptionAlgorithm: algorithmOf(algorithm), encryptedData: octets(data) });
}

function encryptedSafe(contents: SafeContents, passphrase: string, age: Age): ContentInfo {
  const { algorithm, data } = seal(encoded(contents), passphrase, age);
  const encryptedContentInfo = new EncryptedContentInfo({
    contentType: ContentInfo.DATA,
    contentEncryptionAlgorithm: algorithmOf(algorithm),
    encryptedContent: octets(data),
    // In one piece: DER knows no other.
    disableSplit: true,
  });
  return new ContentInfo({
    contentType: ContentInfo.ENCRYPTED_DATA,
    content: new EncryptedData({ version: 0, encryptedContentInfo }).toSchema(),
  });
}

const algorithmOf = (bytes: Uint8Array): AlgorithmIdentifier =>
  new AlgorithmIdentifier({ schema: fromBER(Uint8Array.from(bytes).buffer).result });

function macOf(content: Uint8Array, passphrase: string, age: Age): MacData {
  const { oid, hash, length } = macs[age];
  const [salt, rounds] = [randomBytes(length), ROUNDS[age]];
  const key = derivePkcs12(hash, "mac", { passphrase: pkcs12Passphrase(passphrase), salt, rounds, length });
  return new MacData({
    mac: new DigestInfo({
      digestAlgorithm: new AlgorithmIdentifier({ algorithmId: oid, algorithmParams: new Null() }),
      digest: octets(createHmac(hash, key).update(content).digest()),
    }),
    macSalt: octets(salt),
    iterations: rounds,
  });
}
