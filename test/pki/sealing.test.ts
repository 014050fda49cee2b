import { createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodeNumber, encodeOid } from "../../src/pki/der-writer.ts";
import { readOid, readSmallInteger } from "../../src/pki/der-values.ts";
import { readDer } from "../../src/pki/der.ts";
import { readEncryption } from "../../src/pki/encryption.ts";
import { armour } from "../../src/pki/pem-label.ts";
import { ROUNDS, sealedKey } from "../../src/pki/sealing.ts";
import { keyPem } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

const key = createPrivateKey(keyPem("leaf-p256"));
const plain = key.export({ format: "der", type: "pkcs8" });

describe.each([
  ["modern", "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC"],
  ["legacy", "PBE-SHA1-3DES"],
] as const)("a %s key", (age, scheme) => {
  test.each(["Sensor-2026!", "Grüße 漢字 \u{1f511}"])(
    "is opened by its passphrase, and by no other: %s",
    (passphrase) => {
      const sealed = Buffer.from(sealedKey(plain, passphrase, age));
      expect(readEncryption(sealed)).toEqual({ scheme });
      const open = (given: string): boolean =>
        createPrivateKey({ key: sealed, format: "der", type: "pkcs8", passphrase: given }).equals(key);
      // What node:crypto hands on as UTF-8, PKCS#12 has as UTF-16: only ASCII is the same to both.
      if (age === "modern" || passphrase.startsWith("Sensor")) expect(open(passphrase)).toBe(true);
      expect(() => open("sensor-2026!")).toThrow(/bad decrypt|asn1|unsupported|invalid|wrong/i);
    },
  );
});

test.skipIf(opensslVersion === undefined)(`openssl opens it${orSkipped}`, () => {
  const sealed = armour("ENCRYPTED PRIVATE KEY", sealedKey(plain, "Grüße", "modern"));
  const { ok, out } = openssl(["pkey", "-in", "x.key", "-passin", "pass:Grüße"], { "x.key": sealed });
  expect([ok, createPrivateKey(out).equals(key)]).toEqual([true, true]);
});

test("no two are alike, and none is cheap to guess", () => {
  const [one, two] = [sealedKey(plain, "x"), sealedKey(plain, "x")];
  expect(Buffer.compare(one, two)).not.toBe(0);
  expect(ROUNDS.modern).toBeGreaterThanOrEqual(100_000);
});

describe("the writer of DER", () => {
  test.each([
    "1.2.840.113549.1.9.20",
    "2.16.840.1.101.3.4.1.42",
    "0.9.2342.19200300.100.1.1",
    "1.3.14.3.2.26",
    "2.5.4.3",
  ])("object identifier %s", (dotted) => expect(readOid(readDer(encodeOid(dotted)))).toBe(dotted));

  test.each([0, 1, 127, 128, 255, 256, 2048, 32_768, 100_000])("number %i", (number) =>
    expect(readSmallInteger(readDer(encodeNumber(number)), "it")).toBe(number),
  );
});
