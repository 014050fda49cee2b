/** Rules on the passphrase; those that are used here are in fixtures/keys/README.md. */
import { createDecipheriv, createHash, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { children, content, readDer, TAG } from "../../src/pki/der.ts";
import { readPbes2 } from "../../src/pki/encryption.ts";
import { readPem } from "../../src/pki/pem.ts";
import { passphrase } from "../../src/rules/passphrase.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { keyPem, pem } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";
import { hex, octets, pbes2, pbkdf2, pkcs12Pbe, scrypt, seq } from "../pki/hand-made.ts";

/** A key with a passphrase given for it. */
const given = (key: string, text?: string): BundleSpec => ({
  files: { "sensor.key": keyPem(key) },
  ...(text !== undefined && { operands: { passphrase: `pass:${text}` } }),
});

const right = "Sensor-2026!";
const scheme = "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC";
const listed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#%()+,-./:=?@[\\]^_{}~";

/** What is found in a passphrase `a?b`, for each of these characters. */
const kinds: readonly (readonly [characters: string, kind: string])[] = [
  [" ", "a space"],
  ["\"'`", "a quotation mark"],
  ["$&*;<>|", "one of $ & * ; < > |"],
  ["\t\n\u0001\u007f", "a control character"],
  ["é\u00a0ß€漢\u{1f511}", "not an ASCII character"],
];

/** An encrypted key of which nothing is left but how it was encrypted. */
const closed = (algorithm: Uint8Array, text?: string): BundleSpec => ({
  files: { "sensor.key": pem("ENCRYPTED PRIVATE KEY", seq(algorithm, octets(new Uint8Array(16)))) },
  ...(text !== undefined && { operands: { passphrase: `pass:${text}` } }),
});
const slow = (derivation: Uint8Array, text?: string): BundleSpec => closed(pbes2(derivation), text);

const inContainer = (text: string): BundleSpec => ({
  files: { "a.pfx": readFileSync(join(resolve("fixtures/keys"), "appliance.pfx")) },
  operands: { key: "a.pfx", passphrase: `pass:${text}` },
});
const ofContainer = { skipped: "the passphrase is that of a container, not of a key" };

/** An encrypted key of fixtures, as AES alone sees it. */
function locked(name: "leaf-encrypted" | "leaf-dek-aes"): { readonly decrypt: (passphrase: string) => Buffer } {
  const [block] = readPem(keyPem(name)).blocks;
  const bytes = block?.bytes ?? Buffer.of();
  const decipher = (cipher: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer => {
    const engine = createDecipheriv(cipher, key, iv);
    return Buffer.concat([engine.update(data), engine.final()]);
  };
  const header = block?.headers.get("DEK-Info");
  if (header !== undefined) {
    const iv = hex(header.split(",")[1] ?? "");
    // EVP_BytesToKey: as many bytes as MD5 has are one round.
    const key = (text: string): Buffer => createHash("md5").update(text).update(iv.subarray(0, 8)).digest();
    return { decrypt: (text) => decipher("aes-128-cbc", key(text), iv, bytes) };
  }
  const [algorithm, data] = children(readDer(bytes));
  const { salt, numbers, iv } = readPbes2(algorithm && children(algorithm)[1]);
  if (data === undefined || iv === undefined) throw new Error(`${name}: no data`);
  const key = (text: string): Buffer => pbkdf2Sync(text, salt, numbers[0] ?? 0, 32, "sha256");
  return { decrypt: (text) => decipher("aes-256-cbc", key(text), content(iv), content(data)) };
}

/** The first of many wrong passphrases with which the padding is good: one of 256 is. */
function junkOf(name: "leaf-encrypted" | "leaf-dek-aes"): string {
  const { decrypt } = locked(name);
  for (let number = 0; ; number++) {
    try {
      decrypt(`wrong-${number}`);
      return `wrong-${number}`;
    } catch {
      // The padding is bad.
    }
  }
}

testRules("passphrase", passphrase, [
  ["the right one", "passphrase/opens-key", given("leaf-encrypted", right)],
  ["the right one, of PKCS#1", "passphrase/opens-key", given("leaf-dek-aes", right)],
  [
    "the right one, though its characters are not listed",
    "passphrase/opens-key",
    given("leaf-encrypted-space", "Sensor & 2026"),
  ],
  [
    "a wrong one",
    "passphrase/opens-key",
    given("leaf-encrypted", "Sensor-2025!"),
    [`the passphrase does not open the key (${scheme})`],
  ],
  [
    "one that differs in case",
    "passphrase/opens-key",
    given("leaf-encrypted", "sensor-2026!"),
    [`the passphrase does not open the key (${scheme})`],
  ],
  [
    "a blank too many",
    "passphrase/opens-key",
    given("leaf-encrypted", `${right} `),
    [`the passphrase does not open the key (${scheme})`],
  ],
  [
    "an empty one",
    "passphrase/opens-key",
    given("leaf-encrypted", ""),
    [`the passphrase does not open the key (${scheme})`],
  ],
  [
    "a wrong one, of PKCS#1",
    "passphrase/opens-key",
    given("leaf-dek-aes", "no"),
    ["the passphrase does not open the key (legacy PEM encryption, AES-128-CBC)"],
  ],
  [
    "none",
    "passphrase/opens-key",
    given("leaf-encrypted"),
    [`the key is encrypted (${scheme}), and no passphrase was given`],
  ],
  [
    "none, of PKCS#1",
    "passphrase/opens-key",
    given("leaf-dek-aes"),
    ["the key is encrypted (legacy PEM encryption, AES-128-CBC), and no passphrase was given"],
  ],
  [
    "validation is off",
    "passphrase/opens-key",
    { ...given("leaf-encrypted"), context: { validation: false } },
    [`the key is encrypted (${scheme}), and no passphrase was given`],
  ],
  [
    "a cipher that OpenSSL does not open is no wrong passphrase",
    "passphrase/opens-key",
    given("leaf-dek-des", right),
    {
      skipped: "the key cannot be opened here: DES-CBC needs the legacy provider of OpenSSL 3, which is off by default",
    },
  ],
  [
    "a key that costs too much is no wrong passphrase",
    "passphrase/opens-key",
    slow(pbkdf2(2_000_001), right),
    { skipped: "the key cannot be opened here: 2000001 iterations, more than the 2000000 that certcheck runs" },
  ],
  [
    "a key that costs too much, without a passphrase",
    "passphrase/opens-key",
    slow(pbkdf2(2_000_001)),
    { skipped: "the key cannot be opened here: 2000001 iterations, more than the 2000000 that certcheck runs" },
  ],
  ["the right one, derived with scrypt", "passphrase/opens-key", given("leaf-scrypt", right)],
  ["the right one, of 3DES", "passphrase/opens-key", given("leaf-3des", right)],
  [
    "a wrong one, derived with scrypt",
    "passphrase/opens-key",
    given("leaf-scrypt", "no"),
    ["the passphrase does not open the key (PBES2, scrypt, AES-256-CBC)"],
  ],
  [
    "a wrong one that decrypts to junk with good padding",
    "passphrase/opens-key",
    given("leaf-encrypted", junkOf("leaf-encrypted")),
    [`the passphrase does not open the key (${scheme})`],
  ],
  [
    "a wrong one that decrypts to junk with good padding, of PKCS#1",
    "passphrase/opens-key",
    given("leaf-dek-aes", junkOf("leaf-dek-aes")),
    ["the passphrase does not open the key (legacy PEM encryption, AES-128-CBC)"],
  ],
  ["that of a container", "passphrase/opens-key", inContainer(right), ofContainer],
  [
    "not one of a container",
    "passphrase/opens-key",
    inContainer("no"),
    { skipped: "the container could not be opened" },
  ],
  ["not encrypted", "passphrase/opens-key", {}, { skipped: "the key is not encrypted" }],
  [
    "not encrypted, and one given",
    "passphrase/opens-key",
    given("leaf", right),
    { skipped: "the key is not encrypted" },
  ],

  ["all that are listed", "passphrase/characters", given("leaf-encrypted", listed)],
  ["none at all", "passphrase/characters", given("leaf-encrypted", "")],
  ...kinds.flatMap(([characters, kind]) =>
    Array.from(
      characters,
      (character) =>
        [
          `U+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
          "passphrase/characters",
          given("leaf-encrypted", `a${character}b`),
          [`character 2 of the passphrase is ${kind}`],
        ] as const,
    ),
  ),
  [
    "several, and a character of two code units counts once",
    "passphrase/characters",
    given("leaf-encrypted", " \u{1f511}a$"),
    [
      "character 1 of the passphrase is a space",
      "character 2 of the passphrase is not an ASCII character",
      "character 4 of the passphrase is one of $ & * ; < > |",
    ],
  ],
  [
    "checked though it opens the key",
    "passphrase/characters",
    given("leaf-encrypted-space", "Sensor & 2026"),
    [
      "character 7 of the passphrase is a space",
      "character 8 of the passphrase is one of $ & * ; < > |",
      "character 9 of the passphrase is a space",
    ],
  ],
  [
    "checked though it opens nothing",
    "passphrase/characters",
    given("leaf-dek-des", "a b"),
    ["character 2 of the passphrase is a space"],
  ],
  [
    "2022",
    "passphrase/characters",
    { ...given("leaf-encrypted", "a b"), context: { edition: "2022" } },
    { skipped: "the 2022 edition does not ask for it" },
  ],
  [
    "2021",
    "passphrase/characters",
    { ...given("leaf-encrypted", "a b"), context: { edition: "2021" } },
    { skipped: "the 2021 edition does not ask for it" },
  ],
  ["none given", "passphrase/characters", given("leaf-encrypted"), { skipped: "no passphrase was given" }],

  ["an encrypted key", "passphrase/needed", given("leaf-encrypted", right)],
  ["a wrong one for an encrypted key", "passphrase/needed", given("leaf-encrypted", "no")],
  [
    "a key that is not encrypted",
    "passphrase/needed",
    given("leaf", right),
    ["a passphrase was given, and the key is not encrypted"],
  ],
  ["none given", "passphrase/needed", {}, { skipped: "no passphrase was given" }],
  ["for a container", "passphrase/needed", inContainer(right), ofContainer],
  ["of a container", "passphrase/characters", inContainer(right), ofContainer],

  ["PBKDF2 of OpenSSL", "passphrase/within-limits", given("leaf-encrypted", right)],
  ["without a passphrase", "passphrase/within-limits", given("leaf-encrypted")],
  ["scrypt of OpenSSL", "passphrase/within-limits", given("leaf-scrypt", right)],
  ["headers, which ask for one round", "passphrase/within-limits", given("leaf-dek-aes")],
  ["a cipher that is not opened has a rule of its own", "passphrase/within-limits", given("leaf-dek-des")],
  ["as many rounds as are run", "passphrase/within-limits", slow(pbkdf2(2_000_000))],
  [
    "a round more",
    "passphrase/within-limits",
    slow(pbkdf2(2_000_001)),
    ["2000001 iterations, more than the 2000000 that certcheck runs"],
  ],
  [
    "a round more of PKCS#12's scheme",
    "passphrase/within-limits",
    closed(pkcs12Pbe(3, 2_000_001)),
    ["2000001 iterations, more than the 2000000 that certcheck runs"],
  ],
  [
    "more rounds than a number has room for are damage",
    "passphrase/within-limits",
    slow(pbkdf2(2 ** 48)),
    { skipped: "no private key could be read" },
  ],
  [
    "more memory than OpenSSL spends",
    "passphrase/within-limits",
    slow(scrypt(32_768, 8, 1)),
    ["scrypt with N=32768, r=8, p=1 asks for more memory or time than is spent here"],
  ],
  [
    "more time",
    "passphrase/within-limits",
    slow(scrypt(1024, 8, 1024)),
    ["scrypt with N=1024, r=8, p=1024 asks for more memory or time than is spent here"],
  ],
  ["not encrypted", "passphrase/within-limits", {}, { skipped: "the key is not encrypted" }],
  ["in a container", "passphrase/within-limits", inContainer(right), ofContainer],
]);

test.each(["leaf-encrypted", "leaf-dek-aes"] as const)(
  "of %s, the cipher alone does not tell junk from a key",
  (name) => {
    const { decrypt } = locked(name);
    expect([decrypt(right)[0], decrypt(junkOf(name))[0] === TAG.sequence]).toEqual([TAG.sequence, false]);
  },
);
