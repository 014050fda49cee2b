import * as fc from "fast-check";
import forge from "node-forge";
import { readFileSync } from "node:fs";
import * as pkijs from "pkijs";
import { describe, expect, test } from "vitest";
import { decode } from "../../src/bundle/decode.ts";
import { context, DerError, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { readPem } from "../../src/pki/pem.ts";
import { readPkcs7 } from "../../src/pki/pkcs7.ts";
import { keyPem, mintAppliance, pem } from "../support/mint.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
import { contentInfo, digits, handMade, hex, indefinite, oid, pkcs7, seq, signedData } from "./hand-made.ts";
import { failureOf } from "./property.ts";

const { leaf, cas } = await mintAppliance();
const all = [leaf, ...cas];
const read = (bytes: Uint8Array): string[] => readPkcs7(bytes).certificates.map((found) => digits(found.bytes));
const expected = (certificates: readonly Uint8Array[]): string[] => certificates.map(digits);
/** The bytes of a PEM block. */
const der = (text: string): Uint8Array => readPem(text).blocks[0]?.bytes ?? new Uint8Array();

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/forms-of-certificates/${name}`, import.meta.url));

const crls = encode(context(1), seq(seq()));
const attributeCertificate = encode(context(2), hex("020101"));

describe("what is in a container", () => {
  test.each<readonly [what: string, bytes: Uint8Array, certificates: readonly Uint8Array[]]>([
    ["one certificate", pkcs7(leaf), [leaf]],
    ["several, in their order", pkcs7(...all.toReversed()), all.toReversed()],
    ["one twice", pkcs7(leaf, leaf), [leaf, leaf]],
    ["none", pkcs7(), []],
    ["no field for them", contentInfo(2, signedData(null)), []],
    ["revocation lists beside", contentInfo(2, signedData([leaf], { more: [crls] })), [leaf]],
    ["revocation lists alone", contentInfo(2, signedData(null, { more: [crls] })), []],
    ["attribute certificates beside", contentInfo(2, signedData([attributeCertificate, leaf])), [leaf]],
    ["a signer", contentInfo(2, signedData([leaf], { signers: [seq()] })), [leaf]],
    ["version 3 of CMS", contentInfo(2, signedData([leaf], { version: hex("020103") })), [leaf]],
    ["lengths that are indefinite: the outermost", indefinite(pkcs7(leaf)), [leaf]],
    ["the inner ones", indefinite(contentInfo(2, indefinite(signedData([leaf])))), [leaf]],
    ["a certificate's own", pkcs7(indefinite(leaf)), [indefinite(leaf)]],
    ["plain data", contentInfo(1, encode(TAG.octetString, leaf)), []],
    ["enveloped data", contentInfo(3, seq()), []],
    ["signed data of which nothing is there", contentInfo(2), []],
    ["bytes after the end", Buffer.concat([pkcs7(leaf), hex("0d0a")]), [leaf]],
  ])("%s", (_, bytes, certificates) => {
    expect(read(bytes)).toEqual(expected(certificates));
  });

  test("each certificate has its offset", () => {
    const bytes = pkcs7(...all);
    for (const { offset, bytes: found } of readPkcs7(bytes).certificates)
      expect(digits(bytes.subarray(offset, offset + found.length))).toBe(digits(found));
  });
});

describe("no container", () => {
  test.each<readonly [what: string, bytes: Uint8Array, message: string]>([
    ["nothing", hex(""), "ends in the middle of an element"],
    ["an empty structure", seq(), "the container ends before its type"],
    ["a certificate", leaf, "its type expected, found tag 0x30"],
    ["another structure", hex("0500"), "the container expected, found tag 0x05"],
    ["signed data that is none", contentInfo(2, hex("0500")), "the signed data expected, found tag 0x05"],
    ["signed data without a version", contentInfo(2, seq()), "the signed data ends before the version"],
    [
      "signed data without signers",
      contentInfo(2, seq(hex("020101 3100"), seq(), encode(context(0), leaf))),
      "the signed data ends before the signers",
    ],
    [
      "two structures of signed data",
      contentInfo(2, Buffer.concat([signedData([leaf]), signedData([leaf])])),
      "after the signed data",
    ],
    ["a signer that is none", contentInfo(2, signedData([leaf], { signers: [hex("0500")] })), "a signer expected"],
    ["a type that is no identifier", seq(encode(TAG.oid)), "an incomplete object identifier"],
  ])("%s is an error", (_, bytes, message) => {
    expect(() => readPkcs7(bytes)).toThrow(message);
    expect(() => readPkcs7(bytes)).toThrow(DerError);
  });
});

describe("containers of others", () => {
  const certificates = all.map((bytes) => new x509.X509Certificate(new Uint8Array(bytes)));

  test("@peculiar/x509 in DER and in PEM", () => {
    const chain = new x509.X509Certificates(certificates);
    expect(read(new Uint8Array(chain.export("raw")))).toEqual(expected(all));
    expect(read(der(chain.export("pem")))).toEqual(expected(all));
  });

  test("pkijs", () => {
    const signed = new pkijs.SignedData({
      version: 1,
      encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: "1.2.840.113549.1.7.1" }),
      certificates: all.map((bytes) => pkijs.Certificate.fromBER(new Uint8Array(bytes))),
    });
    const schema = new pkijs.ContentInfo({ contentType: "1.2.840.113549.1.7.2", content: signed.toSchema(true) });
    expect(read(new Uint8Array(schema.toSchema().toBER()))).toEqual(expected(all));
  });

  test("node-forge, signed and detached", () => {
    const signed = forge.pkcs7.createSignedData();
    signed.content = forge.util.createBuffer("text");
    const certificate = forge.pki.certificateFromPem(pem("CERTIFICATE", leaf));
    signed.addCertificate(certificate);
    signed.addSigner({
      key: forge.pki.privateKeyFromPem(keyPem("leaf")),
      certificate,
      digestAlgorithm: "1.2.840.113549.2.5",
    });
    for (const detached of [false, true]) {
      signed.sign({ detached });
      const bytes = Buffer.from(forge.asn1.toDer(signed.toAsn1()).getBytes(), "latin1");
      expect(read(bytes)).toEqual(expected([leaf]));
    }
  });

  const files = {
    "leaf.pem": pem("CERTIFICATE", leaf),
    "chain.pem": cas.map((ca) => pem("CERTIFICATE", ca)).join(""),
    "leaf.key": keyPem("leaf"),
    "text.txt": "text",
  };
  test
    .skipIf(opensslVersion === undefined)
    .each<readonly [what: string, args: string, certificates: readonly Buffer[]]>([
      ["crl2pkcs7", "crl2pkcs7 -nocrl -certfile leaf.pem -certfile chain.pem", all],
      ["crl2pkcs7 without certificates", "crl2pkcs7 -nocrl", []],
      ["a signed message", "smime -sign -in text.txt -signer leaf.pem -inkey leaf.key -outform PEM", [leaf]],
      [
        "signed data that is streamed: BER",
        "cms -sign -stream -in text.txt -signer leaf.pem -inkey leaf.key -outform PEM",
        [leaf],
      ],
      [
        "CMS with signed content",
        "cms -sign -nodetach -in text.txt -signer leaf.pem -inkey leaf.key -outform PEM",
        [leaf],
      ],
      ["CMS by key identifier", "cms -sign -keyid -in text.txt -signer leaf.pem -inkey leaf.key -outform PEM", [leaf]],
      ["CMS without certificates", "cms -sign -nocerts -in text.txt -signer leaf.pem -inkey leaf.key -outform PEM", []],
      ["an encrypted message", "cms -encrypt -in text.txt -outform PEM leaf.pem", []],
    ])(`openssl, %s${orSkipped}`, (_, args, certificates) => {
    const { ok, out } = openssl(args.split(" "), files);
    expect([ok, out]).toEqual([true, expect.stringContaining("-----BEGIN")]);
    expect(new Set(read(der(out)))).toEqual(new Set(expected(certificates)));
  });

  test("what lies in fixtures is what pkijs reads there", () => {
    for (const name of ["p7b.crt", "p7b-pem.crt", "p7b-ber.crt"]) {
      const { artifacts } = decode(name, fixture(name));
      const ours = artifacts.flatMap((artifact) =>
        artifact.kind === "certificate" ? [digits(artifact.certificate.bytes)] : [],
      );
      const bytes = name === "p7b-pem.crt" ? der(fixture(name).toString()) : fixture(name);
      const { content } = pkijs.ContentInfo.fromBER(new Uint8Array(bytes));
      const theirs = new pkijs.SignedData({ schema: content as object }).certificates ?? [];
      expect(ours).toEqual(theirs.map((certificate) => digits(new Uint8Array(certificate.toSchema().toBER()))));
      expect(ours).toEqual(expected(all));
    }
  });
});

describe("damage", () => {
  // Small, since it is read thousands of times.
  const certificate = handMade({ spki: seq(seq(oid("1.3.101.112")), hex("030100")), signatureValue: hex("030100") });
  const samples = [pkcs7(certificate), indefinite(contentInfo(2, indefinite(signedData([certificate, certificate]))))];
  const returnsOrDerError = (bytes: Uint8Array): void => {
    try {
      for (const { offset, bytes: found } of readPkcs7(bytes).certificates)
        expect(offset + found.length).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(bytes.length);
    }
  };

  test("no truncation is read as a container", () => {
    for (const sample of samples)
      for (let length = 0; length < sample.length; length++)
        expect(() => readPkcs7(sample.subarray(0, length))).toThrow(DerError);
  });

  test("each byte with each bit changed is read, or a DerError with its place", () => {
    for (const sample of samples) {
      for (let bit = 0; bit < sample.length * 8; bit++) {
        const bytes = Buffer.from(sample);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        returnsOrDerError(bytes);
      }
    }
  });

  test("so is any mutation", () => {
    const property = fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (sample, mutations) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of mutations) bytes[at % bytes.length] = value;
        returnsOrDerError(bytes);
      },
    );
    expect(failureOf(property, 2000)).toBeUndefined();
  });
});
