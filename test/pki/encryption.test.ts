import { createPrivateKey } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DerError, readDer } from "../../src/pki/der.ts";
import {
  type Encryption,
  MAX_ROUNDS,
  readDekInfo,
  readDerivation,
  readEncryption,
  readPbes2,
  readRounds,
  readScheme,
} from "../../src/pki/encryption.ts";
import { readPem } from "../../src/pki/pem.ts";
import { keyPem } from "../support/mint.ts";
import { algorithm, hex, hmac, integer, octets, pbes2, pbkdf2, pkcs12Pbe, scrypt, seq } from "./hand-made.ts";
import { failureOf } from "./property.ts";

const legacy = (name: string): Encryption["obstacle"] & object => ({
  kind: "legacy",
  message: `${name} needs the legacy provider of OpenSSL 3, which is off by default`,
});
const unknown = (message: string): Encryption["obstacle"] & object => ({ kind: "unknown", message });
const limit = (message: string): Encryption["obstacle"] & object => ({ kind: "limit", message });

/** An EncryptedPrivateKeyInfo with this algorithm around nothing. */
const around = (identifier: Uint8Array): Uint8Array => seq(identifier, hex("0400"));
const pbes1 = (type: number, rounds: Uint8Array): Uint8Array =>
  algorithm(`1.2.840.113549.1.5.${type}`, seq(octets(hex("00")), rounds));

describe("how something is encrypted", () => {
  test.each<readonly [what: string, identifier: Uint8Array, expected: Encryption]>([
    ["PBKDF2 with its default hash", pbes2(pbkdf2(2048)), { scheme: "PBES2, PBKDF2 with hmacWithSHA1, AES-256-CBC" }],
    [
      "PBKDF2 with the length of its key and another hash",
      pbes2(pbkdf2(2048, { length: 32, prf: hmac("sha512") })),
      { scheme: "PBES2, PBKDF2 with hmacWithSHA512, AES-256-CBC" },
    ],
    [
      "PBKDF2 with a hash that nobody knows",
      pbes2(pbkdf2(2048, { prf: algorithm("1.2.3") })),
      { scheme: "PBES2, PBKDF2 with 1.2.3, AES-256-CBC" },
    ],
    [
      "PBKDF2 of two million rounds",
      pbes2(pbkdf2(MAX_ROUNDS)),
      { scheme: "PBES2, PBKDF2 with hmacWithSHA1, AES-256-CBC" },
    ],
    [
      "PBKDF2 of one more",
      pbes2(pbkdf2(MAX_ROUNDS + 1)),
      {
        scheme: "PBES2, PBKDF2 with hmacWithSHA1, AES-256-CBC",
        obstacle: limit("2000001 iterations, more than the 2000000 that certcheck runs"),
      },
    ],
    ["3DES", pbes2(pbkdf2(2048), "1.2.840.113549.3.7"), { scheme: "PBES2, PBKDF2 with hmacWithSHA1, DES-EDE3-CBC" }],
    [
      "RC2",
      pbes2(pbkdf2(2048), "1.2.840.113549.3.2"),
      { scheme: "PBES2, PBKDF2 with hmacWithSHA1, RC2-CBC", obstacle: legacy("RC2-CBC") },
    ],
    [
      "DES",
      pbes2(pbkdf2(2048), "1.3.14.3.2.7"),
      { scheme: "PBES2, PBKDF2 with hmacWithSHA1, DES-CBC", obstacle: legacy("DES-CBC") },
    ],
    [
      "a cipher that nobody knows",
      pbes2(pbkdf2(2048), "1.2.3"),
      { scheme: "PBES2, PBKDF2 with hmacWithSHA1, 1.2.3", obstacle: unknown("the cipher 1.2.3 is not opened here") },
    ],
    ["scrypt", pbes2(scrypt(16_384, 8, 1)), { scheme: "PBES2, scrypt, AES-256-CBC" }],
    [
      "scrypt that asks for a little more than OpenSSL grants",
      pbes2(scrypt(32_768, 8, 1)),
      {
        scheme: "PBES2, scrypt, AES-256-CBC",
        obstacle: limit("scrypt with N=32768, r=8, p=1 asks for more memory or time than is spent here"),
      },
    ],
    [
      "scrypt of many lanes",
      pbes2(scrypt(1024, 8, 1024)),
      {
        scheme: "PBES2, scrypt, AES-256-CBC",
        obstacle: limit("scrypt with N=1024, r=8, p=1024 asks for more memory or time than is spent here"),
      },
    ],
    [
      "a derivation that nobody knows",
      pbes2(algorithm("1.2.3", seq())),
      { scheme: "PBES2, 1.2.3, AES-256-CBC", obstacle: unknown("the key derivation 1.2.3 is unknown") },
    ],
    ["PBE-SHA1-3DES", pkcs12Pbe(3, 2048), { scheme: "PBE-SHA1-3DES" }],
    ["PBE-SHA1-2DES", pkcs12Pbe(4, 2048), { scheme: "PBE-SHA1-2DES" }],
    [
      "PBE-SHA1-3DES of many rounds",
      pkcs12Pbe(3, 5_000_000),
      { scheme: "PBE-SHA1-3DES", obstacle: limit("5000000 iterations, more than the 2000000 that certcheck runs") },
    ],
    ["PBE-SHA1-RC4-128", pkcs12Pbe(1, 1), { scheme: "PBE-SHA1-RC4-128", obstacle: legacy("PBE-SHA1-RC4-128") }],
    ["PBE-SHA1-RC4-40", pkcs12Pbe(2, 1), { scheme: "PBE-SHA1-RC4-40", obstacle: legacy("PBE-SHA1-RC4-40") }],
    ["PBE-SHA1-RC2-128", pkcs12Pbe(5, 1), { scheme: "PBE-SHA1-RC2-128", obstacle: legacy("PBE-SHA1-RC2-128") }],
    ["PBE-SHA1-RC2-40", pkcs12Pbe(6, 1), { scheme: "PBE-SHA1-RC2-40", obstacle: legacy("PBE-SHA1-RC2-40") }],
    ["PBE-MD2-DES", pbes1(1, integer(1)), { scheme: "PBE-MD2-DES", obstacle: legacy("PBE-MD2-DES") }],
    ["PBE-MD5-DES", pbes1(3, integer(1)), { scheme: "PBE-MD5-DES", obstacle: legacy("PBE-MD5-DES") }],
    ["PBE-SHA1-DES", pbes1(10, integer(1)), { scheme: "PBE-SHA1-DES", obstacle: legacy("PBE-SHA1-DES") }],
    [
      "nothing known",
      algorithm("1.2.3"),
      { scheme: "1.2.3", obstacle: unknown("the cipher 1.2.3 is not opened here") },
    ],
  ])("%s", (_, identifier, expected) => {
    expect(readEncryption(around(identifier))).toEqual(expected);
    expect(readScheme(readDer(identifier))).toEqual(expected);
  });

  test.each<readonly [what: string, bytes: Uint8Array, expected: string]>([
    ["nothing", hex("3000"), "an encrypted private key without an algorithm"],
    ["no bytes", hex(""), "ends in the middle of an element"],
    ["no identifier", around(seq()), "encryption without an algorithm"],
    ["PBES2 without parameters", around(algorithm("1.2.840.113549.1.5.13")), "PBES2 without parameters"],
    [
      "PBES2 without a cipher",
      around(algorithm("1.2.840.113549.1.5.13", seq(pbkdf2(1)))),
      "the PBES2 parameters ends before the cipher",
    ],
    ["PBES2 without a derivation", around(pbes2(seq())), "incomplete PBES2 parameters"],
    ["PBKDF2 without parameters", around(pbes2(algorithm("1.2.840.113549.1.5.12"))), "incomplete PBES2 parameters"],
    ["negative rounds", around(pbes1(3, hex("0201ff"))), "the iteration count is out of range"],
    ["2^48 rounds", around(pbes1(3, hex("020701000000000000"))), "the iteration count is out of range"],
    ["rounds that are no number", around(pbes1(3, hex("0500"))), "the iteration count expected, found tag 0x05"],
    [
      "a negative cost of scrypt",
      around(pbes2(algorithm("1.3.6.1.4.1.11591.4.11", seq(hex("0400 0201ff 020101 020101"))))),
      "a cost of the key derivation is out of range",
    ],
  ])("%s is an error", (_, bytes, expected) => {
    expect(() => readEncryption(bytes)).toThrow(expected);
    expect(() => readEncryption(bytes)).toThrow(DerError);
  });

  test("OpenSSL agrees on what scrypt may cost", () => {
    const base = createPrivateKey(keyPem("leaf-ed25519"));
    expect(base.asymmetricKeyType).toBe("ed25519");
    // Neither has the right passphrase; where the cost is granted, it is the padding that is wrong.
    const reason = (bytes: Uint8Array): string => {
      try {
        createPrivateKey({ key: Buffer.from(bytes), format: "der", type: "pkcs8", passphrase: "x" });
        return "opened";
      } catch (error) {
        return `${(error as Error).message} ${String((error as { opensslErrorStack?: unknown }).opensslErrorStack)}`;
      }
    };
    expect(reason(around(pbes2(scrypt(32_768, 8, 1))))).toMatch(/memory limit exceeded/);
    expect(reason(around(pbes2(scrypt(16_384, 8, 1))))).not.toMatch(/memory limit exceeded/);
  });
});

describe("its numbers", () => {
  test.each<readonly [what: string, identifier: Uint8Array, rounds: number]>([
    ["PBKDF2", pbes2(pbkdf2(2048, { length: 32 })), 2048],
    ["scrypt, as many as take about as long", pbes2(scrypt(16_384, 8, 1)), 62_500],
    ["PBE-SHA1-3DES", pkcs12Pbe(3, 70_000), 70_000],
    ["PBES1", pbes1(3, integer(1)), 1],
    ["an algorithm without parameters", algorithm("1.2.3"), 0],
    ["parameters without rounds", algorithm("1.2.3", seq(hex("0500"))), 0],
    ["nothing", seq(), 0],
  ])("rounds of %s", (_, identifier, rounds) => expect(readRounds(readDer(identifier))).toBe(rounds));

  test("of PBES2", () => {
    const [, parameters] = [0, readDer(seq(pbkdf2(7, { salt: hex("0a0b"), length: 32, prf: hmac("sha256") }), seq()))];
    expect(() => readPbes2(parameters)).toThrow("incomplete PBES2 parameters");
    const derivation = seq(octets(hex("0a0b")), integer(7), integer(32), hmac("sha256"));
    expect(readDerivation(readDer(derivation))).toEqual({
      salt: hex("0a0b"),
      numbers: [7, 32],
      prf: "hmacWithSHA256",
    });
    expect(readDerivation(readDer(seq()))).toEqual({ salt: new Uint8Array(), numbers: [], prf: "hmacWithSHA1" });
  });
});

describe("headers", () => {
  test.each<readonly [what: string, headers: Readonly<Record<string, string>>, expected: Encryption | undefined]>([
    ["none", {}, undefined],
    ["a clear text message", { "Proc-Type": "4,CLEAR" }, undefined],
    [
      "no cipher",
      { "Proc-Type": "4,ENCRYPTED" },
      {
        scheme: "legacy PEM encryption, of no known name",
        obstacle: unknown("the cipher of no known name is not opened here"),
      },
    ],
    [
      "small letters",
      { "Proc-Type": "4,ENCRYPTED", "DEK-Info": "aes-128-cbc,00" },
      { scheme: "legacy PEM encryption, AES-128-CBC" },
    ],
    [
      "no initialisation vector",
      { "Proc-Type": "4,ENCRYPTED", "DEK-Info": "DES-EDE3-CBC" },
      { scheme: "legacy PEM encryption, DES-EDE3-CBC" },
    ],
    [
      "DES",
      { "Proc-Type": "4,ENCRYPTED", "DEK-Info": "DES-CBC,00" },
      { scheme: "legacy PEM encryption, DES-CBC", obstacle: legacy("DES-CBC") },
    ],
    [
      "what may be a key that has lost its line ends",
      { "Proc-Type": "4,ENCRYPTED", "DEK-Info": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" },
      {
        scheme: "legacy PEM encryption, of no known name",
        obstacle: unknown("the cipher of no known name is not opened here"),
      },
    ],
  ])("%s", (_, headers, expected) => {
    const [block] = readPem(keyPem("leaf")).blocks;
    if (block === undefined) throw new Error("no block");
    expect(readDekInfo({ ...block, headers: new Map(Object.entries(headers)) })).toEqual(expected);
  });
});

test("any mutation is read, or a DerError", () => {
  const samples = [
    around(pbes2(pbkdf2(2048, { length: 32, prf: hmac("sha256") }))),
    around(pbes2(scrypt(16_384, 8, 1))),
    around(pkcs12Pbe(3, 2048)),
  ];
  const property = fc.property(
    fc.constantFrom(...samples),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    (sample, mutations) => {
      const bytes = Uint8Array.from(sample);
      for (const [at, value] of mutations) bytes[at % bytes.length] = value;
      try {
        readEncryption(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(DerError);
      }
    },
  );
  expect(failureOf(property, 2000)).toBeUndefined();
});
