/** The appliance: what it says, and which characters it lists. */
import { describe, expect, test } from "vitest";
import {
  currentEdition,
  dialogFields,
  editions,
  importOptions,
  messages,
  unsupportedCharacters,
} from "../src/defender.ts";

/** As the documents have it: a-z A-Z 0-9 and these. */
const special = "! # % ( ) + , - . / : = ? @ [ \\ ] ^ _ { } ~".split(" ");

describe("the messages", () => {
  test("are those of the product, to the last full stop", () => {
    expect(messages).toEqual({
      passphrase: "Passphrase does not match to the key",
      "chain-of-trust": "Cannot validate chain of trust. The provided Certificate and Root CA do not match.",
      expired: "This SSL certificate has expired and is not considered valid.",
      revoked: "This certificate has been revoked by the CRL and cannot be trusted for a secure connection",
      "crl-unreachable":
        "The CRL (Certificate Revocation List) location is not reachable. Verify the URL can be accessed from this appliance",
      failed: "Certificate validation failed",
    });
  });

  test("come in the order of the documents", () => {
    expect(Object.keys(messages)).toEqual([
      "passphrase",
      "chain-of-trust",
      "expired",
      "revoked",
      "crl-unreachable",
      "failed",
    ]);
  });

  test("the two that only the draft of 2021 has are never emitted", () => {
    expect(Object.values(messages).filter((message) => message.startsWith("Cannot download"))).toEqual([]);
  });
});

test("the last edition is in force", () => {
  expect(currentEdition).toBe(editions.at(-1));
});

describe("the characters of a passphrase", () => {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const isListed = (character: string): boolean => /[a-zA-Z0-9]/.test(character) || special.includes(character);

  test("are listed, or not, one by one", () => {
    expect(special).toHaveLength(22);
    expect(ascii.filter((character) => unsupportedCharacters(character).length === 0)).toEqual(ascii.filter(isListed));
  });

  test("each that is not has a kind", () => {
    const kinds = ascii.flatMap(unsupportedCharacters).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(
      new Set(["a space", "a quotation mark", "one of $ & * ; < > |", "a control character"]),
    );
  });

  test.each([
    ["é", "not an ASCII character"],
    ["\u0301", "not an ASCII character"],
    ["\u0085", "not an ASCII character"],
    ["\u{1f511}", "not an ASCII character"],
    ["\ud83d", "not an ASCII character"],
  ])("beyond ASCII: %j", (character, kind) => {
    expect(unsupportedCharacters(`ab${character}`)).toEqual([{ position: 3, kind }]);
  });

  test("what is said of them repeats none of the passphrase", () => {
    expect(JSON.stringify(unsupportedCharacters('Q w"Ä|7'))).not.toMatch(/[QÄ7w]/);
  });

  test("an empty passphrase has none", () => {
    expect(unsupportedCharacters("")).toEqual([]);
  });
});

describe("the upload", () => {
  const upload = { certificate: "sensor.crt", key: "sensor.key", encrypted: false, validation: true };

  test("without a chain and without a passphrase", () => {
    expect(dialogFields(upload)).toEqual([
      ["Certificate file (.crt)", "sensor.crt"],
      ["Private key (.key)", "sensor.key"],
      ["Certificate chain (.pem)", "(optional, none was given)"],
      ["Passphrase", "(leave empty)"],
      ["Validation", "on"],
    ]);
    expect(importOptions(upload)).toEqual([
      ["--crt", "sensor.crt"],
      ["--key", "sensor.key"],
    ]);
  });

  test("with both, and validation off", () => {
    const full = { ...upload, chain: "ca.pem", encrypted: true, validation: false };
    expect(dialogFields(full).slice(2)).toEqual([
      ["Certificate chain (.pem)", "ca.pem"],
      ["Passphrase", "the one given here"],
      ["Validation", "off"],
    ]);
    expect(importOptions(full).slice(2)).toEqual([
      ["--chain", "ca.pem"],
      ["--pass", "PASSPHRASE"],
    ]);
  });
});
