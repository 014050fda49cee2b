/** Rules on the passphrase; those that are used here are in fixtures/keys/README.md. */
import { passphrase } from "../../src/rules/passphrase.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { keyPem } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

/** A key with a passphrase given for it. */
const given = (key: string, text?: string): BundleSpec => ({
  files: { "sensor.key": keyPem(key) },
  ...(text !== undefined && { operands: { passphrase: `pass:${text}` } }),
});

const right = "Sensor-2026!";
const pbes2 = "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC";
const listed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#%()+,-./:=?@[\\]^_{}~";

/** What is found in a passphrase `a?b`, for each of these characters. */
const kinds: readonly (readonly [characters: string, kind: string])[] = [
  [" ", "a space"],
  ["\"'`", "a quotation mark"],
  ["$&*;<>|", "one of $ & * ; < > |"],
  ["\t\n\u0001\u007f", "a control character"],
  ["é\u00a0ß€漢\u{1f511}", "not an ASCII character"],
];

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
    [`the passphrase does not open the key (${pbes2})`],
  ],
  [
    "one that differs in case",
    "passphrase/opens-key",
    given("leaf-encrypted", "sensor-2026!"),
    [`the passphrase does not open the key (${pbes2})`],
  ],
  [
    "a blank too many",
    "passphrase/opens-key",
    given("leaf-encrypted", `${right} `),
    [`the passphrase does not open the key (${pbes2})`],
  ],
  [
    "an empty one",
    "passphrase/opens-key",
    given("leaf-encrypted", ""),
    [`the passphrase does not open the key (${pbes2})`],
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
    [`the key is encrypted (${pbes2}), and no passphrase was given`],
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
    [`the key is encrypted (${pbes2}), and no passphrase was given`],
  ],
  [
    "a cipher that OpenSSL does not open is no wrong passphrase",
    "passphrase/opens-key",
    given("leaf-dek-des", right),
    {
      skipped: "the key cannot be opened here: DES-CBC needs the legacy provider of OpenSSL 3, which is off by default",
    },
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
          [`character 2 is ${kind}`],
        ] as const,
    ),
  ),
  [
    "several, and a character of two code units counts once",
    "passphrase/characters",
    given("leaf-encrypted", " \u{1f511}a$"),
    ["character 1 is a space", "character 2 is not an ASCII character", "character 4 is one of $ & * ; < > |"],
  ],
  [
    "checked though it opens the key",
    "passphrase/characters",
    given("leaf-encrypted-space", "Sensor & 2026"),
    ["character 7 is a space", "character 8 is one of $ & * ; < > |", "character 9 is a space"],
  ],
  [
    "checked though it opens nothing",
    "passphrase/characters",
    given("leaf-dek-des", "a b"),
    ["character 2 is a space"],
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
]);
