import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "./property.ts";
import { DerError, readDer } from "../../src/pki/der.ts";
import { encodeInteger } from "../../src/pki/der-writer.ts";
import { type Encryption, readDekInfo, readEncryption } from "../../src/pki/encryption.ts";
import { decryptKey, readPrivateKey } from "../../src/pki/key.ts";
import type { PemBlock } from "../../src/pki/pem-body.ts";
import { readPem } from "../../src/pki/pem.ts";
import { describePublicKey, readPublicKey, samePublicKey } from "../../src/pki/public-key.ts";
import { type KeyName, keyPem } from "../support/mint.ts";
import { hex, oid, seq, spkiOf } from "./hand-made.ts";

const file = (name: string): string =>
  readFileSync(new URL(`../../fixtures/keys/${name}.key`, import.meta.url), "utf8");
const der = (text: string): Uint8Array => readPem(text).blocks[0]?.bytes ?? new Uint8Array();
const export_ = (name: KeyName, type: "pkcs1" | "sec1" | "pkcs8"): Uint8Array =>
  createPrivateKey(keyPem(name)).export({ format: "der", type });

describe("containers", () => {
  test.each<readonly [what: string, bytes: () => Uint8Array, owner: KeyName, expected: readonly [string, string]]>([
    ["PKCS#8 RSA", () => der(file("leaf")), "leaf", ["PKCS#8", "RSA 2048"]],
    ["PKCS#8 RSA 1024", () => der(file("leaf-1024")), "leaf-1024", ["PKCS#8", "RSA 1024"]],
    ["PKCS#8 RSA 4096", () => der(file("leaf-4096")), "leaf-4096", ["PKCS#8", "RSA 4096"]],
    ["PKCS#1", () => der(file("leaf-pkcs1")), "leaf", ["PKCS#1", "RSA 2048"]],
    ["PKCS#8 EC", () => der(file("leaf-p256")), "leaf-p256", ["PKCS#8", "EC P-256"]],
    ["SEC 1", () => export_("leaf-p256", "sec1"), "leaf-p256", ["SEC 1", "EC P-256"]],
    ["PKCS#8 Ed25519", () => der(file("leaf-ed25519")), "leaf-ed25519", ["PKCS#8", "Ed25519"]],
  ])("%s", (_, bytes, owner, [container, description]) => {
    const key = readPrivateKey(bytes());
    expect([key.container, key.publicKey && describePublicKey(key.publicKey), key.broken]).toEqual([
      container,
      description,
      [],
    ]);
    expect(key.publicKey && samePublicKey(key.publicKey, readPublicKey(readDer(spkiOf(owner))))).toBe(true);
  });

  test.each<readonly [what: string, bytes: () => Uint8Array, algorithm: string, hasPublic: boolean]>([
    ["DSA as OpenSSL writes it", () => seq(...Array<Uint8Array>(6).fill(hex("020101"))), "DSA", false],
    ["X25519", () => generateKeyPairSync("x25519").privateKey.export({ format: "der", type: "pkcs8" }), "X25519", true],
    ["an algorithm that nobody knows", () => seq(hex("020100"), seq(oid("1.2.3.4")), hex("0400")), "1.2.3.4", false],
    ["EC without numbers", () => seq(hex("020101"), hex("0400")), "EC", false],
  ])("%s", (_, bytes, algorithm, hasPublic) => {
    const key = readPrivateKey(bytes());
    expect([key.algorithm, key.publicKey !== undefined, key.broken]).toEqual([algorithm, hasPublic, []]);
  });

  test.each<readonly [what: string, bytes: Uint8Array, expected: string]>([
    ["nothing", hex(""), "ends in the middle of an element"],
    ["an empty structure", hex("3000"), "a private key expected"],
    ["a public key", spkiOf("leaf"), "a private key expected"],
    [
      "PKCS#8 without numbers",
      seq(hex("020100"), seq(oid("1.2.840.113549.1.1.1"))),
      "a private key ends before the key's numbers",
    ],
    ["PKCS#8 without algorithm", seq(hex("020100"), seq(), hex("0400")), "a private key without an algorithm"],
    [
      "PKCS#8 with an empty version",
      seq(hex("0200"), seq(oid("1.2.840.113549.1.1.1")), hex("0400")),
      "the version is an integer without content",
    ],
    [
      "PKCS#8 RSA around nothing",
      seq(hex("020100"), seq(oid("1.2.840.113549.1.1.1")), hex("0400")),
      "ends in the middle of an element",
    ],
    ["PKCS#1 of four numbers", seq(...Array<Uint8Array>(5).fill(hex("020101"))), "an RSA private key ends before"],
    [
      "PKCS#1 of version 1 with two primes",
      seq(hex("020101"), ...Array<Uint8Array>(8).fill(hex("020105"))),
      "of more than two primes, of which two are there",
    ],
    [
      "a number that is text",
      seq(hex("020100"), hex("020101"), ...Array<Uint8Array>(7).fill(hex("0c0141"))),
      "the public exponent expected",
    ],
  ])("%s is an error", (_, bytes, expected) => {
    expect(() => readPrivateKey(bytes)).toThrow(expected);
    expect(() => readPrivateKey(bytes)).toThrow(DerError);
  });
});

describe("the numbers of an RSA key", () => {
  // Of a test key that is public: small, since every case multiplies its numbers.
  const jwk = createPrivateKey(keyPem("leaf-1024")).export({ format: "jwk" });
  const fields = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;
  type Numbers = Readonly<Partial<Record<(typeof fields)[number], (value: bigint) => bigint>>>;
  const number = (field: (typeof fields)[number]): bigint =>
    BigInt(`0x${Buffer.from(jwk[field] ?? "", "base64url").toString("hex")}`);
  const bytesOf = (value: bigint): Uint8Array => {
    const digits = value.toString(16);
    return value === 0n ? new Uint8Array() : hex(digits.padStart(digits.length + (digits.length % 2), "0"));
  };
  const rsa = (changes: Numbers): Uint8Array =>
    seq(hex("020100"), ...fields.map((f) => encodeInteger(bytesOf((changes[f] ?? ((v) => v))(number(f))))));
  const plusTwo = (value: bigint): bigint => value + 2n;
  const [n, ed, dP, dQ, qInv] = [
    "n = p·q",
    "e·d ≡ 1 mod p-1 and q-1",
    "dP = d mod p-1",
    "dQ = d mod q-1",
    "q·qInv ≡ 1 mod p",
  ];
  const missing = "the primes are missing";

  test.each<readonly [what: string, changes: Numbers, broken: readonly (string | undefined)[]]>([
    ["nothing", {}, []],
    ["the modulus", { n: plusTwo }, [n]],
    ["the public exponent", { e: plusTwo }, [ed]],
    ["the private exponent", { d: plusTwo }, [ed, dP, dQ]],
    ["p", { p: plusTwo }, [n, ed, dP, qInv]],
    ["q", { q: plusTwo }, [n, ed, dQ, qInv]],
    ["dP", { dp: plusTwo }, [dP]],
    ["dQ", { dq: plusTwo }, [dQ]],
    ["qInv", { qi: plusTwo }, [qInv]],
    ["p and q exchanged", { p: () => number("q"), q: () => number("p") }, [dP, dQ, qInv]],
    ["a private exponent of the other kind, mod φ(n)", { d: (d) => d + (number("p") - 1n) * (number("q") - 1n) }, []],
    ["all of it zero", Object.fromEntries(fields.map((f) => [f, () => 0n])), [missing]],
    ["p is 1, q is n", { p: () => 1n, q: () => number("n") }, [missing]],
    ["no prime at all", { p: () => 0n, q: () => 0n, dp: () => 0n, dq: () => 0n, qi: () => 0n }, [missing]],
  ])("%s changed", (_, changes, broken) => {
    expect(readPrivateKey(rsa(changes)).broken).toEqual(broken);
  });

  test("three primes, RFC 8017 appendix A.1.2", () => {
    const [p, q, r, e] = [65_537n, 65_539n, 65_543n, 5n];
    const phi = (p - 1n) * (q - 1n) * (r - 1n);
    const inverse = (a: bigint, m: bigint): bigint => {
      let [x, y, u, v] = [a % m, m, 1n, 0n];
      while (x > 0n) [x, y, u, v] = [y % x, x, v - (y / x) * u, u];
      return ((v % m) + m) % m;
    };
    const d = inverse(e, phi);
    const numbers = (third: bigint): Uint8Array =>
      seq(
        hex("020101"),
        ...[p * q * r, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)].map((v) => encodeInteger(bytesOf(v))),
        seq(seq(...[third, d % (r - 1n), inverse(p * q, r)].map((v) => encodeInteger(bytesOf(v))))),
      );
    expect(readPrivateKey(numbers(r)).broken).toEqual([]);
    expect(readPrivateKey(numbers(r + 2n)).broken).toEqual([n]);
  });

  test("a modulus larger than anybody's is not computed with", () => {
    const large = encodeInteger(Buffer.alloc(100_000, 0xff));
    expect(readPrivateKey(seq(hex("020100"), ...Array<Uint8Array>(8).fill(large)))).toMatchObject({
      broken: [],
      unchecked: "a modulus of 800000 bits, more than the 16384 that are checked",
    });
  });

  test("other large numbers, or many, are not computed with either", () => {
    const large = encodeInteger(Buffer.alloc(1_000_000, 0xff));
    const numbers = [large, large, large, large, large, large, large];
    expect(readPrivateKey(seq(hex("020100"), hex("0201ff"), ...numbers))).toMatchObject({
      broken: [],
      unchecked: "numbers of more than the 16384 bits that are checked",
    });
    const primes = seq(Buffer.concat(Array<Uint8Array>(10_000).fill(seq(hex("020103")))));
    expect(readPrivateKey(seq(hex("020101"), ...Array<Uint8Array>(8).fill(hex("020105")), primes)).broken).toEqual([
      "10002 primes, more than the 5 that OpenSSL takes",
    ]);
  });
});

describe("encrypted keys", () => {
  const PASSPHRASE = "Sensor-2026!";
  /** Encrypted as node:crypto can, by the test's passphrase. */
  const encrypted = (cipher: string): Uint8Array =>
    createPrivateKey(keyPem("leaf")).export({ format: "der", type: "pkcs8", cipher, passphrase: PASSPHRASE });

  test.each<readonly [what: string, bytes: () => Uint8Array, scheme: string, passphrase: string]>([
    ["PBES2", () => der(file("leaf-encrypted")), "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC", PASSPHRASE],
    [
      "a blank in the passphrase",
      () => der(file("leaf-encrypted-space")),
      "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC",
      "Sensor & 2026",
    ],
    ["scrypt", () => der(file("leaf-scrypt")), "PBES2, scrypt, AES-256-CBC", PASSPHRASE],
    ["PKCS#12's own 3DES", () => der(file("leaf-3des")), "PBE-SHA1-3DES", PASSPHRASE],
    ["AES-128", () => encrypted("aes-128-cbc"), "PBES2, PBKDF2 with hmacWithSHA256, AES-128-CBC", PASSPHRASE],
    ["3DES", () => encrypted("des-ede3-cbc"), "PBES2, PBKDF2 with hmacWithSHA256, DES-EDE3-CBC", PASSPHRASE],
  ])("PKCS#8, %s", (_, bytes, scheme, passphrase) => {
    const data = { form: "PKCS#8", bytes: bytes() } as const;
    const encryption = readEncryption(data.bytes);
    expect(encryption).toEqual({ scheme });
    const opened = decryptKey({ encryption, data }, passphrase);
    expect([opened?.algorithm, opened?.broken]).toEqual(["RSA", []]);
    const expected = readPublicKey(readDer(spkiOf("leaf")));
    expect(opened?.publicKey && samePublicKey(opened.publicKey, expected)).toBe(true);
    expect(opened?.publicKey?.spki && Buffer.from(opened.publicKey.spki)).toEqual(Buffer.from(expected.spki));
    for (const wrong of ["", `${passphrase} `, passphrase.toLowerCase()])
      expect(decryptKey({ encryption, data }, wrong)).toBeUndefined();
  });

  const dek = (name: string): { readonly encryption: Encryption | undefined; readonly block: PemBlock } => {
    const [block] = readPem(file(name)).blocks;
    if (block === undefined) throw new Error("no block");
    return { encryption: readDekInfo(block), block };
  };

  test("DEK-Info with AES", () => {
    const { encryption, block } = dek("leaf-dek-aes");
    if (encryption === undefined) throw new Error("not encrypted");
    expect(encryption).toEqual({ scheme: "legacy PEM encryption, AES-128-CBC" });
    const data = { form: "DEK-Info", block } as const;
    const opened = decryptKey({ encryption, data }, PASSPHRASE);
    expect([opened?.publicKey && describePublicKey(opened.publicKey), opened?.broken]).toEqual(["RSA 2048", []]);
    for (const wrong of ["", "Sensor-2026"]) expect(decryptKey({ encryption, data }, wrong)).toBeUndefined();
  });

  test("DEK-Info with DES is not opened, and says why", () => {
    const { encryption } = dek("leaf-dek-des");
    expect(encryption?.scheme).toBe("legacy PEM encryption, DES-CBC");
    expect(encryption?.obstacle?.message).toBe(
      "DES-CBC needs the legacy provider of OpenSSL 3, which is off by default",
    );
  });
});

describe("damage", () => {
  const samples = [
    export_("leaf-1024", "pkcs1"),
    export_("leaf-1024", "pkcs8"),
    export_("leaf-p256", "pkcs8"),
    export_("leaf-p256", "sec1"),
  ];
  const returnsOrDerError = (bytes: Uint8Array): void => {
    try {
      readPrivateKey(bytes);
    } catch (error) {
      // Nothing of the bytes is shown: they are a key.
      expect(error instanceof DerError).toBe(true);
    }
  };

  test("no truncation is read as a key", () => {
    for (const sample of samples)
      for (let length = 0; length < sample.length; length += 3)
        expect(() => readPrivateKey(sample.subarray(0, length))).toThrow(DerError);
  });

  test("any mutation is read, or a DerError", () => {
    expect(
      failureOf(
        fc.property(
          fc.nat(3),
          fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
          (which, mutations) => {
            const bytes = Uint8Array.from(samples[which] ?? []);
            for (const [at, value] of mutations) bytes[at % bytes.length] = value;
            returnsOrDerError(bytes);
          },
        ),
        1500,
      ),
    ).toBeUndefined();
  });

  test("so are any bytes", () => {
    expect(failureOf(fc.property(fc.uint8Array({ maxLength: 200 }), returnsOrDerError), 500)).toBeUndefined();
  });
});
