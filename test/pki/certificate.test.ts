import { X509Certificate } from "node:crypto";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { failureOf } from "./property.ts";
import { fingerprint, isAuthority, isSelfIssued, readCertificate, sameCertificate } from "../../src/pki/certificate.ts";
import { context, DerError, TAG } from "../../src/pki/der.ts";
import { encode, encodeInteger } from "../../src/pki/der-writer.ts";
import { displayName, values } from "../../src/pki/name.ts";
import { describePublicKey } from "../../src/pki/public-key.ts";
import { mintAppliance } from "../support/mint.ts";
import { commonName, extensionOf, type HandMade, handMade, hex, oid, seq, spkiOf, text } from "./hand-made.ts";

let leaf: Buffer;
let ca: Buffer;
beforeAll(async () => {
  const appliance = await mintAppliance();
  leaf = appliance.leaf;
  ca = appliance.cas[0] ?? Buffer.alloc(0);
});

const irregularities = (parts: HandMade): string[] =>
  readCertificate(handMade(parts)).irregularities.map(({ message }) => message);

/** Whether OpenSSL reads it. */
function opens(parts: HandMade): boolean {
  try {
    return new X509Certificate(handMade(parts)).raw.length > 0;
  } catch {
    return false;
  }
}

test("a certificate as it should be", () => {
  const certificate = readCertificate(leaf);
  expect(certificate).toMatchObject({
    version: 3,
    serialNumber: "5a17",
    signature: { name: "sha256WithRSAEncryption" },
    signatureAlgorithm: { name: "sha256WithRSAEncryption" },
    notBefore: { at: Date.parse("2026-01-01T00:00:00Z") },
    notAfter: { at: Date.parse("2048-01-01T00:00:00Z") },
    irregularities: [],
  });
  expect(displayName(certificate.issuer)).toBe("Contoso Issuing CA");
  expect(values(certificate.subject, "CN")).toEqual(["sensor.contoso.com"]);
  expect(describePublicKey(certificate.publicKey)).toBe("RSA 2048");
  expect(leaf.subarray(certificate.publicKeyOffset, certificate.publicKeyOffset + 2)).toEqual(
    Buffer.from([0x30, 0x82]),
  );
  expect(certificate.bytes.length).toBe(leaf.length);
  expect(fingerprint(certificate)).toMatch(/^[0-9a-f]{64}$/);
});

test("relations", () => {
  const [a, b] = [readCertificate(leaf), readCertificate(ca)];
  expect([isAuthority(a), isAuthority(b)]).toEqual([false, true]);
  expect([isSelfIssued(a), sameCertificate(a, a), sameCertificate(a, b)]).toEqual([false, true, false]);
  expect(isSelfIssued(readCertificate(handMade({ issuer: commonName("X"), subject: commonName("x") })))).toBe(true);
});

describe("irregular, yet read", () => {
  test.each<readonly [what: string, parts: HandMade, expected: readonly string[]]>([
    ["nothing", {}, []],
    ["version 1", { version: null }, []],
    [
      "extensions in version 1",
      { version: null, extensions: [extensionOf("1.2.3", hex("0500"))] },
      ["extensions in a certificate of version 1"],
    ],
    ["a negative version", { version: encode(context(0), hex("0201ff")) }, ["the version is out of range"]],
    ["a serial number of zero", { serialNumber: hex("020100") }, ["the serial number is zero"]],
    ["a negative serial number", { serialNumber: hex("0201f0") }, ["a negative serial number"]],
    ["a signature of odd bits", { signatureValue: hex("03020100") }, ["a signature that does not end on a byte"]],
    [
      "a key that is none",
      { spki: seq(seq(oid("1.2.840.113549.1.1.1"), hex("0500")), hex("03020030")) },
      ["the public key cannot be decoded: ends in the middle of an element"],
    ],
    [
      "a key with a text for a modulus",
      { spki: seq(seq(oid("1.2.840.113549.1.1.1")), encode(TAG.bitString, hex("00 3006 0c0161 020103"))) },
      ["the public key cannot be decoded: the modulus expected, found tag 0x0c"],
    ],
  ])("%s", (_, parts, expected) => {
    expect(irregularities(parts)).toEqual(expected);
    expect(opens(parts)).toBe(true);
  });

  // Older versions of OpenSSL read it, newer ones do not: native code is no witness here.
  test("an unreadable date", () => {
    expect(irregularities({ notAfter: text(TAG.utcTime, "2701010000Z") })).toEqual([
      "notAfter is not a time of the form RFC 5280 prescribes",
    ]);
  });

  test("a byte after the end does not belong to it", () => {
    const certificate = readCertificate(Buffer.concat([leaf, Buffer.from("\n")]));
    expect(certificate.irregularities).toEqual([
      { message: "1 byte after the end of the structure", offset: leaf.length },
    ]);
    expect(sameCertificate(certificate, readCertificate(leaf))).toBe(true);
  });

  test("a serial number of 20 octets keeps all its digits", () => {
    const serial = `7f${"00".repeat(18)}01`;
    expect(readCertificate(handMade({ serialNumber: encodeInteger(hex(serial)) })).serialNumber).toBe(serial);
  });
});

describe("refused, as OpenSSL refuses it", () => {
  test.each<readonly [what: string, parts: HandMade, expected: string]>([
    [
      "a serial number with needless zeros",
      { serialNumber: hex("02020001") },
      "the serial number is an integer that is not in its shortest form",
    ],
    ["an empty serial number", { serialNumber: hex("0200") }, "the serial number is an integer without content"],
    ["no serial number", { serialNumber: hex("0500") }, "the serial number expected, found tag 0x05"],
    ["something after the version", { version: encode(context(0), hex("0201020500")) }, "2 bytes after the version"],
    [
      "a date of another type",
      { notAfter: text(TAG.utf8String, "270101000000Z") },
      "notAfter expected, found tag 0x0c",
    ],
    ["a subject that is no name", { subject: hex("0500") }, "the subject is not a name"],
    ["something after the extensions", { more: hex("0500") }, "the signed part has a field too many"],
    ["extensions that are none", { more: encode(context(3), hex("0500")) }, "the extensions expected, found tag 0x05"],
    [
      "an extension without a value",
      { more: encode(context(3), seq(seq(oid("1.2.3")))) },
      "an extension ends before its value",
    ],
    [
      "an extension with two values",
      { more: encode(context(3), seq(seq(oid("1.2.3"), hex("0400"), hex("0400")))) },
      "an extension has a field too many",
    ],
    ["an algorithm without an identifier", { signature: seq() }, "the signature algorithm is empty"],
    [
      "an algorithm with two parameters",
      { signatureAlgorithm: seq(oid("1.2.3"), hex("0500"), hex("0500")) },
      "the signature algorithm has a field too many",
    ],
    ["a signature of another type", { signatureValue: hex("0400") }, "the signature expected, found tag 0x04"],
    [
      "a public key without bits",
      { spki: seq(seq(oid("1.2.3"))) },
      "the public key ends before the bits of the public key",
    ],
    [
      "a public key of nine unused bits",
      { spki: seq(seq(oid("1.2.3")), hex("03020900")) },
      "the public key has 9 unused bits",
    ],
  ])("%s", (_, parts, expected) => {
    expect(() => readCertificate(handMade(parts))).toThrow(expected);
    expect(() => readCertificate(handMade(parts))).toThrow(DerError);
    expect(opens(parts)).toBe(false);
  });

  test("bytes that are no certificate", () => {
    expect(() => readCertificate(spkiOf("leaf"))).toThrow("the signature algorithm expected, found tag 0x03");
    expect(() => readCertificate(hex("3000"))).toThrow("a certificate ends before the signed part");
    expect(() => readCertificate(Buffer.from("hello"))).toThrow(DerError);
  });
});

describe("damage", () => {
  const returnsOrDerError = (bytes: Uint8Array): void => {
    try {
      readCertificate(bytes);
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(bytes.length);
    }
  };

  test("no truncation is read as a certificate", () => {
    for (let length = 0; length < leaf.length; length++)
      expect(() => readCertificate(leaf.subarray(0, length))).toThrow(DerError);
  });

  test("any mutation is read, or a DerError with its place", () => {
    expect(
      failureOf(
        fc.property(
          fc.array(fc.tuple(fc.nat(leaf.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          (mutations) => {
            const bytes = Buffer.from(leaf);
            for (const [at, value] of mutations) bytes[at] = value;
            returnsOrDerError(bytes);
          },
        ),
        3000,
      ),
    ).toBeUndefined();
  });

  test("so are any bytes", () => {
    expect(failureOf(fc.property(fc.uint8Array({ maxLength: 300 }), returnsOrDerError), 1000)).toBeUndefined();
  });
});
