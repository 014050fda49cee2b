import { createCipheriv, createPrivateKey, pbkdf2Sync, scryptSync } from "node:crypto";
import * as fc from "fast-check";
import forge from "node-forge";
import { describe, expect, test } from "vitest";
import { children, content, type Element, readDer, whole } from "../../src/pki/der.ts";
import { readScheme } from "../../src/pki/encryption.ts";
import { decrypt, derivePkcs12, hashOfPrf, isDecryptable, pkcs12Passphrase, purposes } from "../../src/pki/pbe.ts";
import { readPem } from "../../src/pki/pem.ts";
import { rc2 } from "../../src/pki/rc2.ts";
import { keyPem } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
import { algorithm, digits, hex, hmac, octets, oid, pbes2, pbkdf2, pkcs12Pbe, scrypt, seq } from "./hand-made.ts";
import { failureOf } from "./property.ts";

const PASSPHRASE = "Sensor-2026!";
const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** The derivation by node-forge, for a hash that it has. */
function derivedByForge(
  name: "sha1" | "sha256" | "sha384" | "sha512",
  purpose: keyof typeof purposes,
  { passphrase, salt, rounds, length }: { passphrase: string | null; salt: Uint8Array; rounds: number; length: number },
): Buffer {
  const { generateKey } = forge.pkcs12 as unknown as {
    generateKey: (
      password: string | null,
      salt: forge.util.ByteStringBuffer,
      id: number,
      rounds: number,
      length: number,
      md: forge.md.MessageDigest,
    ) => forge.util.ByteStringBuffer;
  };
  const buffer = forge.util.createBuffer(binary(salt));
  const md = { sha1: forge.md.sha1, sha256: forge.md.sha256, sha384: forge.md.sha384, sha512: forge.md.sha512 }[name];
  const key = generateKey(passphrase, buffer, purposes[purpose], rounds, length, md.create());
  return Buffer.from(key.getBytes(), "latin1");
}

describe("the key derivation of PKCS#12", () => {
  type Vector = readonly [
    passphrase: string,
    salt: string,
    rounds: number,
    purpose: keyof typeof purposes,
    key: string,
  ];
  // Published by Dr Stephen Henson for the first implementation of OpenSSL, and since then used by most.
  test.each<Vector>([
    ["smeg", "0a58cf64530d823f", 1, "key", "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"],
    ["smeg", "0a58cf64530d823f", 1, "iv", "79993dfe048d3b76"],
    ["smeg", "642b99ab44fb4b1f", 1, "key", "f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966"],
    ["smeg", "642b99ab44fb4b1f", 1, "iv", "c0a38d64a79bea1d"],
    ["smeg", "3d83c0e4546ac140", 1, "mac", "8d967d88f6caa9d714800ab3d48051d63f73a312"],
    ["queeg", "05dec959acff72f7", 1000, "key", "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"],
    ["queeg", "05dec959acff72f7", 1000, "iv", "11dedad7758d4860"],
    ["queeg", "1682c0fc5b3f7ec5", 1000, "key", "483dd6e919d7de2e8e648ba8f862f3fbfbdc2bcb2c02957f"],
    ["queeg", "1682c0fc5b3f7ec5", 1000, "iv", "9d461d1b00355c50"],
    ["queeg", "263216fcc2fab31c", 1000, "mac", "5ec4c7a80df652294c3925b6489a7ab857c83476"],
  ])("%s, salt %s, %i rounds, %s", (passphrase, salt, rounds, purpose, key) => {
    const input = { passphrase: pkcs12Passphrase(passphrase), salt: hex(salt), rounds, length: key.length / 2 };
    expect(digits(derivePkcs12("sha1", purpose, input))).toBe(key);
  });

  const inputs = {
    passphrase: fc.option(fc.string({ unit: "binary", maxLength: 70 })),
    salt: fc.uint8Array({ maxLength: 150 }),
    rounds: fc.integer({ min: 1, max: 5 }),
    length: fc.integer({ min: 1, max: 150 }),
  };

  test("is that of node-forge, whatever goes in", () => {
    const property = fc.property(
      fc.constantFrom("sha1", "sha256", "sha384", "sha512"),
      fc.constantFrom("key", "iv", "mac"),
      fc.record(inputs),
      (name, purpose, { passphrase, ...input }) => {
        const own = derivePkcs12(name, purpose, { passphrase: pkcs12Passphrase(passphrase), ...input });
        expect(digits(own)).toBe(digits(derivedByForge(name, purpose, { passphrase, ...input })));
      },
    );
    expect(failureOf(property, 500)).toBeUndefined();
  });

  test.skipIf(opensslVersion === undefined)(`is that of openssl kdf${orSkipped}`, () => {
    const property = fc.property(
      fc.constantFrom("sha1", "sha224", "sha256", "sha384", "sha512", "blake2b512", "md5"),
      fc.constantFrom("key", "iv", "mac"),
      fc.record({ ...inputs, salt: fc.uint8Array({ minLength: 1, maxLength: 150 }) }),
      (name, purpose, { passphrase, salt, rounds, length }) => {
        // The command takes no passphrase that is absent.
        const bytes = pkcs12Passphrase(passphrase ?? "");
        const options = {
          digest: name,
          hexpass: digits(bytes),
          hexsalt: digits(salt),
          iter: rounds,
          id: purposes[purpose],
        };
        const { out } = openssl([
          "kdf",
          "-keylen",
          String(length),
          ...Object.entries(options).flatMap(([option, value]) => ["-kdfopt", `${option}:${value}`]),
          "PKCS12KDF",
        ]);
        const own = derivePkcs12(name, purpose, { passphrase: bytes, salt, rounds, length });
        expect(digits(own)).toBe(out.trim().replaceAll(":", "").toLowerCase());
      },
    );
    expect(failureOf(property, 60)).toBeUndefined();
  });

  test("the salt and the passphrase that were given stay as they were", () => {
    const [passphrase, salt] = [pkcs12Passphrase("x"), hex("0102030405060708")];
    derivePkcs12("sha1", "key", { passphrase, salt, rounds: 3, length: 100 });
    expect([digits(passphrase), digits(salt)]).toEqual(["00780000", "0102030405060708"]);
  });

  test("a hash that nobody knows is an error", () => {
    const input = { passphrase: new Uint8Array(), salt: new Uint8Array(), rounds: 1, length: 8 };
    expect(() => derivePkcs12("1.2.3", "key", input)).toThrow(Error);
  });
});

test.each<readonly [passphrase: string | null, bytes: string]>([
  ["ab", "006100620000"],
  ["ü☂", "00fc26020000"],
  ["\u{1f600}", "d83dde000000"],
  ["", "0000"],
  [null, ""],
])("the passphrase %j is %s", (passphrase, bytes) => expect(digits(pkcs12Passphrase(passphrase))).toBe(bytes));

test.each([
  ["hmacWithSHA1", "sha1"],
  ["hmacWithSHA512", "sha512"],
])("%s has the hash %s", (prf, name) => expect(hashOfPrf(prf)).toBe(name));

/** Something encrypted, and whether its passphrase is one that may be absent. */
interface Locked {
  readonly identifier: Uint8Array;
  readonly data: Uint8Array;
}

const plain = Buffer.from("what was encrypted, of no whole number of blocks");
const iv = hex("000102030405060708090a0b0c0d0e0f");
const salt = hex("0102030405060708");
const aes = { 128: 2, 192: 22, 256: 42 } as const;

const cipher = (name: string, key: Uint8Array, vector: Uint8Array | null): Buffer => {
  const engine = createCipheriv(name, key, vector);
  return Buffer.concat([engine.update(plain), engine.final()]);
};

/** PBES2 with AES-CBC, by node:crypto. */
function lockedByAes(bits: keyof typeof aes, derivation: Uint8Array, key: (length: number) => Buffer): Locked {
  const identifier = pbes2(derivation, `2.16.840.1.101.3.4.1.${aes[bits]}`, iv);
  return { identifier, data: cipher(`aes-${bits}-cbc`, key(bits / 8), iv) };
}

const lockedByHash = (hashName: "sha1" | "sha256" | "sha384" | "sha512", bits: keyof typeof aes): Locked =>
  lockedByAes(bits, pbkdf2(7, { salt, prf: hmac(hashName) }), (length) =>
    pbkdf2Sync(PASSPHRASE, salt, 7, length, hashName),
  );

/** PKCS#12's own ciphers, by node:crypto and node-forge. */
function lockedByPkcs12(type: 3 | 4 | 5 | 6, passphrase: string | null = PASSPHRASE): Locked {
  const length = { 3: 24, 4: 16, 5: 16, 6: 5 }[type];
  const input = { passphrase, salt, rounds: 5 };
  const key = derivedByForge("sha1", "key", { ...input, length });
  const vector = derivedByForge("sha1", "iv", { ...input, length: 8 });
  const identifier = pkcs12Pbe(type, 5, salt);
  if (type === 3) return { identifier, data: cipher("des-ede3-cbc", key, vector) };
  if (type === 4) return { identifier, data: cipher("des-ede3-cbc", Buffer.concat([key, key.subarray(0, 8)]), vector) };
  const engine = forge.rc2.createEncryptionCipher(binary(key), type === 5 ? 128 : 40);
  engine.start(binary(vector));
  engine.update(forge.util.createBuffer(binary(plain)));
  engine.finish();
  return { identifier, data: Buffer.from(engine.output.getBytes(), "latin1") };
}

const attempt = ({ identifier, data }: Locked, passphrase: string | null): string => {
  try {
    return Buffer.from(decrypt(readDer(identifier), data, passphrase, rc2)).toString("latin1");
  } catch (error) {
    return `error: ${(error as Error).constructor.name}`;
  }
};

describe("decryption", () => {
  const scrypted = lockedByAes(256, scrypt(16, 2, 3, salt), (length) =>
    scryptSync(PASSPHRASE, salt, length, { N: 16, r: 2, p: 3 }),
  );
  const defaultHash = lockedByAes(128, pbkdf2(7, { salt }), (length) =>
    pbkdf2Sync(PASSPHRASE, salt, 7, length, "sha1"),
  );
  const withLength = lockedByAes(256, pbkdf2(7, { salt, length: 32, prf: hmac("sha256") }), (length) =>
    pbkdf2Sync(PASSPHRASE, salt, 7, length, "sha256"),
  );
  const tripleDes: Locked = {
    identifier: pbes2(pbkdf2(7, { salt }), "1.2.840.113549.3.7", iv.subarray(0, 8)),
    data: cipher("des-ede3-cbc", pbkdf2Sync(PASSPHRASE, salt, 7, 24, "sha1"), iv.subarray(0, 8)),
  };

  test.each<readonly [what: string, locked: Locked]>([
    ["PBES2, AES-128, SHA-1", lockedByHash("sha1", 128)],
    ["PBES2, AES-192, SHA-384", lockedByHash("sha384", 192)],
    ["PBES2, AES-256, SHA-256", lockedByHash("sha256", 256)],
    ["PBES2, AES-256, SHA-512", lockedByHash("sha512", 256)],
    ["PBES2 with the hash it has by default", defaultHash],
    ["PBES2 with the length of its key", withLength],
    ["PBES2, 3DES", tripleDes],
    ["scrypt", scrypted],
    ["PBE-SHA1-3DES", lockedByPkcs12(3)],
    ["PBE-SHA1-2DES", lockedByPkcs12(4)],
    ["PBE-SHA1-RC2-128", lockedByPkcs12(5)],
    ["PBE-SHA1-RC2-40", lockedByPkcs12(6)],
  ])("%s", (_, locked) => {
    expect(attempt(locked, PASSPHRASE)).toBe(plain.toString());
    for (const wrong of ["", `${PASSPHRASE} `, null]) expect(attempt(locked, wrong)).not.toBe(plain.toString());
  });

  test("an absent passphrase is not an empty one, for PKCS#12", () => {
    const [absent, empty] = [lockedByPkcs12(3, null), lockedByPkcs12(3, "")];
    expect([attempt(absent, null), attempt(empty, "")]).toEqual([plain.toString(), plain.toString()]);
    expect([attempt(absent, ""), attempt(empty, null)]).toEqual(["error: Error", "error: Error"]);
  });

  test.each<readonly [what: string, identifier: Uint8Array]>([
    ["no algorithm", seq()],
    ["an unknown algorithm", algorithm("1.2.3")],
    ["PBES1, which is not for PKCS#12", algorithm("1.2.840.113549.1.5.3", seq(octets(salt), hex("020105")))],
    ["PKCS#12 without parameters", seq(oid("1.2.840.113549.1.12.1.3"))],
    ["an unknown derivation", pbes2(algorithm("1.2.3", seq()))],
    ["an unknown cipher", pbes2(pbkdf2(1), "1.2.3")],
    ["an unknown hash", pbes2(pbkdf2(1, { prf: algorithm("1.2.3") }))],
    ["no initialisation vector", pbes2(pbkdf2(1), undefined, new Uint8Array())],
    ["a short initialisation vector", pbes2(pbkdf2(1), undefined, iv.subarray(1))],
    ["no rounds", pbes2(pbkdf2(0))],
    ["an odd cost of scrypt", pbes2(scrypt(15, 1, 1))],
    ["a cost of scrypt beyond its limit", pbes2(scrypt(1 << 20, 8, 1))],
  ])("%s is an error", (_, identifier) => {
    expect(attempt({ identifier, data: new Uint8Array(16) }, PASSPHRASE)).toMatch(/^error: /);
  });

  test.each([1, 15, 17])("%i bytes are not what came of a cipher", (length) => {
    for (const { identifier } of [lockedByHash("sha1", 128), lockedByPkcs12(3), lockedByPkcs12(6)])
      expect(attempt({ identifier, data: new Uint8Array(length) }, PASSPHRASE)).toMatch(/^error: /);
  });

  /** What openssl encrypts: the identifier and the data of an EncryptedPrivateKeyInfo. */
  const parts = (text: string): readonly [Element, Uint8Array] => {
    const [identifier, data] = children(readDer(readPem(text).blocks[0]?.bytes ?? new Uint8Array()));
    if (identifier === undefined || data === undefined) throw new Error(text);
    return [identifier, content(data)];
  };
  const pkcs8 = createPrivateKey(keyPem("leaf-p256")).export({ format: "der", type: "pkcs8" });
  const isLocked = (args: string): void => {
    const command = ["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:Zürich ☂", ...args.split(" ")];
    const [identifier, data] = parts(openssl(command, { "key.pem": keyPem("leaf-p256") }).out);
    expect(isDecryptable(readScheme(identifier))).toBe(true);
    expect(digits(decrypt(identifier, data, "Zürich ☂", rc2))).toBe(digits(pkcs8));
    // A wrong passphrase may by chance give what looks padded.
    expect(attempt({ identifier: whole(identifier), data }, "Zurich ☂")).not.toBe(pkcs8.toString("latin1"));
  };

  test
    .skipIf(opensslVersion === undefined)
    .each([
      "-v2 aes-128-cbc",
      "-v2 aes-192-cbc -v2prf hmacWithSHA384",
      "-v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 10",
      "-v2 des3 -v2prf hmacWithSHA1",
      "-scrypt -scrypt_N 32 -scrypt_r 4 -scrypt_p 2",
      "-v1 PBE-SHA1-3DES",
      "-v1 PBE-SHA1-2DES",
    ])(`openssl pkcs8 -topk8 %s${orSkipped}`, isLocked);

  const hasLegacy = opensslVersion !== undefined && openssl(["list", "-provider", "legacy", "-providers"]).ok;
  test.skipIf(!hasLegacy).each(["-v1 PBE-SHA1-RC2-128", "-v1 PBE-SHA1-RC2-40"])(
    `openssl pkcs8 -topk8 %s${hasLegacy ? "" : " (skipped: no legacy provider)"}`,
    (args) => isLocked(`${args} -provider legacy -provider default`),
  );
});

test.each<readonly [what: string, identifier: Uint8Array, expected: boolean]>([
  ["PBES2 with AES", pbes2(pbkdf2(2048)), true],
  ["PBES2 with RC2", pbes2(pbkdf2(2048), "1.2.840.113549.3.2"), false],
  ["PBES2 of an unknown cipher", pbes2(pbkdf2(2048), "1.2.3"), false],
  ["PBES2 of too many rounds", pbes2(pbkdf2(2_000_001)), false],
  ["scrypt", pbes2(scrypt(16_384, 8, 1)), true],
  ["scrypt beyond its limit", pbes2(scrypt(1 << 20, 8, 1)), false],
  ["PBE-SHA1-3DES", pkcs12Pbe(3, 2048), true],
  ["PBE-SHA1-2DES", pkcs12Pbe(4, 2048), true],
  ["PBE-SHA1-RC2-128, which OpenSSL 3 has switched off", pkcs12Pbe(5, 2048), true],
  ["PBE-SHA1-RC2-40", pkcs12Pbe(6, 2048), true],
  ["PBE-SHA1-RC4-128", pkcs12Pbe(1, 2048), false],
  ["PBE-MD5-DES", algorithm("1.2.840.113549.1.5.3", seq(octets(salt), hex("020105"))), false],
])("whether it can be decrypted: %s", (_, identifier, expected) => {
  expect(isDecryptable(readScheme(readDer(identifier)))).toBe(expected);
});
