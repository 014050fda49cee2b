import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { readDer } from "../../src/pki/der.ts";
import { keyObject, readPublicKey } from "../../src/pki/public-key.ts";
import { type AlgorithmIdentifier, readAlgorithm, suitsKey, verifySignature } from "../../src/pki/signature.ts";
import { type CertificateSpec, type KeyName, keyPem, mint, type SignatureName } from "../support/mint.ts";
import { hex, oid, seq, spkiOf } from "./hand-made.ts";

const algorithm = (identifier: string, parameters?: Uint8Array): AlgorithmIdentifier =>
  readAlgorithm(readDer(seq(oid(identifier), ...(parameters ? [parameters] : []))), "the algorithm");

const selfSigned = (key: KeyName, signature?: SignatureName): Promise<Buffer> => {
  const spec: CertificateSpec = { subject: [["CN", "x"]], key, extensions: [], ...(signature && { signature }) };
  return mint(spec);
};

describe("signatures of certificates", () => {
  test.each<readonly [key: KeyName, signature: SignatureName | undefined, name: string]>([
    ["leaf", undefined, "sha256WithRSAEncryption"],
    ["leaf", "RSA-SHA1", "sha1WithRSAEncryption"],
    ["leaf", "RSA-SHA384", "sha384WithRSAEncryption"],
    ["leaf", "RSA-PSS", "RSASSA-PSS"],
    ["leaf-p256", undefined, "ecdsa-with-SHA256"],
    ["root-p384", "ECDSA-SHA384", "ecdsa-with-SHA384"],
    ["leaf-ed25519", undefined, "Ed25519"],
  ])("%s %s", async (key, signature, name) => {
    const { signatureAlgorithm, tbsCertificate, signatureValue, publicKey } = readCertificate(
      await selfSigned(key, signature),
    );
    const own = keyObject(publicKey);
    const other = keyObject(readPublicKey(readDer(spkiOf(key === "leaf" ? "other" : "leaf"))));
    if (own === undefined || other === undefined) throw new Error("no key");
    expect(signatureAlgorithm.name).toBe(name);
    expect(suitsKey(signatureAlgorithm, publicKey)).toBe(true);
    const verify = (data: Uint8Array, bytes: Uint8Array, with_: KeyObject): string =>
      verifySignature(signatureAlgorithm, data, bytes, with_);
    expect(verify(tbsCertificate, signatureValue, own)).toBe("valid");
    expect(verify(tbsCertificate.subarray(1), signatureValue, own)).toBe("invalid");
    expect(verify(tbsCertificate, signatureValue.toReversed(), own)).toBe("invalid");
    expect(verify(tbsCertificate, new Uint8Array(), own)).toBe("invalid");
    expect(verify(tbsCertificate, signatureValue, other)).toBe("invalid");
  });
});

describe("parameters of RSASSA-PSS, RFC 4055", () => {
  const id = "1.2.840.113549.1.1.10";
  const key = createPrivateKey(keyPem("leaf"));
  const data = Buffer.from("data");
  const signed = (hash: string, saltLength: number): Buffer => sign(hash, data, { key, padding: 6, saltLength });
  const sha256 = "300d06096086480165030402010500";
  const sha256WithMgf = `a00f${sha256} a11c301a06092a864886f70d010108${sha256}`;

  test.each<readonly [what: string, parameters: Uint8Array | undefined, signature: Buffer, expected: string]>([
    ["given", hex(`3034 ${sha256WithMgf} a203020120`), signed("sha256", 32), "valid"],
    ["another salt length", hex(`3034 ${sha256WithMgf} a203020114`), signed("sha256", 32), "invalid"],
    ["all of their defaults", hex("3000"), signed("sha1", 20), "valid"],
    ["the default salt length", hex(`302f ${sha256WithMgf}`), signed("sha256", 20), "valid"],
    ["MGF1 with another hash", hex(`3011 a00f${sha256}`), signed("sha256", 20), "unknown"],
    ["absent", undefined, signed("sha1", 20), "invalid"],
    ["no sequence", hex("0500"), signed("sha1", 20), "invalid"],
  ])("%s: %s", (_, parameters, signature, expected) => {
    expect(verifySignature(algorithm(id, parameters), data, signature, createPublicKey(key))).toBe(expected);
  });
});

test("an algorithm that nobody knows here is neither valid nor invalid", () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  expect(verifySignature(algorithm("1.2.3.4"), new Uint8Array(), new Uint8Array(), publicKey)).toBe("unknown");
});

test.each([
  ["RSA signs RSA", "1.2.840.113549.1.1.11", "leaf", true],
  ["RSA signs PSS", "1.2.840.113549.1.1.10", "leaf", true],
  ["RSA signs no ECDSA", "1.2.840.10045.4.3.2", "leaf", false],
  ["EC signs ECDSA", "1.2.840.10045.4.3.2", "leaf-p256", true],
  ["EC signs no RSA", "1.2.840.113549.1.1.11", "leaf-p256", false],
  ["EC signs no PSS", "1.2.840.113549.1.1.10", "leaf-p256", false],
  ["Ed25519 signs Ed25519", "1.3.101.112", "leaf-ed25519", true],
  ["Ed25519 signs no Ed448", "1.3.101.113", "leaf-ed25519", false],
  ["who knows", "1.2.3.4", "leaf", true],
] as const)("%s", (_, identifier, key, expected) => {
  expect(suitsKey(algorithm(identifier), readPublicKey(readDer(spkiOf(key))))).toBe(expected);
});
