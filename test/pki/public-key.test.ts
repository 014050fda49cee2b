import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readDer, TAG } from "../../src/pki/der.ts";
import { encode, encodeInteger } from "../../src/pki/der-writer.ts";
import {
  describePublicKey,
  keyObject,
  type PublicKey,
  readPublicKey,
  rsaPublicKey,
  samePublicKey,
} from "../../src/pki/public-key.ts";
import type { KeyName } from "../support/mint.ts";
import { hex, oid, seq, spkiOf } from "./hand-made.ts";

const read = (spki: Uint8Array): PublicKey => readPublicKey(readDer(spki));
const spki = (type: "ec" | "x25519" | "ed448", options: object = {}): Uint8Array =>
  generateKeyPairSync(type as "ec", options as { namedCurve: string }).publicKey.export({
    format: "der",
    type: "spki",
  });

test.each<readonly [what: string, spki: () => Uint8Array, expected: string]>([
  ["RSA", () => spkiOf("leaf"), "RSA 2048"],
  ["RSA", () => spkiOf("leaf-1024"), "RSA 1024"],
  ["RSA", () => spkiOf("leaf-3072"), "RSA 3072"],
  ["RSA", () => spkiOf("leaf-4096"), "RSA 4096"],
  ["EC", () => spkiOf("leaf-p256"), "EC P-256"],
  ["EC", () => spkiOf("root-p384"), "EC P-384"],
  ["EC", () => spki("ec", { namedCurve: "secp521r1" }), "EC P-521"],
  ["EC on a curve without a name here", () => spki("ec", { namedCurve: "brainpoolP256r1" }), "EC 1.3.36.3.3.2.8.1.1.7"],
  ["EC on a curve spelled out", () => spki("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" }), "EC"],
  ["Ed25519", () => spkiOf("leaf-ed25519"), "Ed25519"],
  ["Ed448", () => spki("ed448"), "Ed448"],
  ["X25519", () => spki("x25519"), "X25519"],
  [
    "X.500's own identifier of RSA",
    () => seq(seq(oid("2.5.8.1.1"), hex("0500")), hex("030a00 3007 020201ff 020103")),
    "RSA 9",
  ],
  ["an algorithm unknown here", () => seq(seq(oid("1.2.3.4")), hex("030100")), "1.2.3.4"],
  ["a modulus of nothing", () => seq(seq(oid("1.2.840.113549.1.1.1")), hex("0309 00 3006 020100 020103")), "RSA 0"],
])("%s", (_, bytes, expected) => {
  expect(describePublicKey(read(bytes()))).toBe(expected);
});

describe("samePublicKey", () => {
  const rsa = read(spkiOf("leaf"));
  if (rsa.rsa === undefined) throw new Error("no RSA key");
  const { modulus, exponent } = rsa.rsa;
  const bits = encode(TAG.bitString, new Uint8Array(1), seq(encodeInteger(modulus), encodeInteger(exponent)));
  const compressed = createPublicKey({ key: Buffer.from(spkiOf("leaf-p256")), format: "der", type: "spki" }).export({
    format: "jwk",
  });
  const sign = (Buffer.from(compressed.y ?? "", "base64url").at(-1) ?? 0) & 1 ? "03" : "02";
  const point = encode(TAG.bitString, hex(`00${sign}`), Buffer.from(compressed.x ?? "", "base64url"));
  const p256 = seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"));

  test.each<readonly [what: string, a: PublicKey, b: PublicKey, expected: boolean]>([
    ["itself", rsa, read(spkiOf("leaf")), true],
    ["from its numbers", rsa, rsaPublicKey(rsa.rsa), true],
    ["without the NULL of its parameters", rsa, read(seq(seq(oid("1.2.840.113549.1.1.1")), bits)), true],
    ["restricted to PSS", rsa, read(seq(seq(oid("1.2.840.113549.1.1.10")), bits)), true],
    ["another RSA key", rsa, read(spkiOf("other")), false],
    ["another exponent", rsa, rsaPublicKey({ modulus, exponent: Uint8Array.of(3) }), false],
    ["another kind", rsa, read(spkiOf("leaf-p256")), false],
    ["EC", read(spkiOf("leaf-p256")), read(spkiOf("leaf-p256")), true],
    ["EC, the point compressed", read(spkiOf("leaf-p256")), read(seq(p256, point)), true],
    ["EC, no point at all", read(spkiOf("leaf-p256")), read(seq(p256, hex("030100"))), false],
    ["another EC key", read(spkiOf("leaf-p256")), read(spkiOf("root-p384")), false],
    ["Ed25519", read(spkiOf("leaf-ed25519")), read(spkiOf("leaf-ed25519")), true],
  ])("%s", (_, a, b, expected) => {
    expect(samePublicKey(a, b)).toBe(expected);
    expect(samePublicKey(b, a)).toBe(expected);
  });
});

test.each<KeyName>(["leaf", "leaf-p256", "leaf-ed25519"])("OpenSSL reads %s", (name) => {
  expect(keyObject(readPublicKey(readDer(spkiOf(name))))?.export({ format: "der", type: "spki" })).toEqual(
    Buffer.from(spkiOf(name)),
  );
});

test("OpenSSL cannot read what is no key", () => {
  expect(keyObject({ algorithm: "EC", spki: hex("3000") })).toBeUndefined();
});
