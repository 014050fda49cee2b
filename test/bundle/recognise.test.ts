import { createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readDer, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import {
  describeUnknown,
  isBareBase64,
  otherKinds,
  recogniseBytes,
  recogniseStructure,
  type Structure,
} from "../../src/bundle/recognise.ts";
import { keyPem } from "../support/mint.ts";
import { commonName, extensionOf, handMade, hex, oid, seq, spkiOf, text } from "../pki/hand-made.ts";

const algorithm = seq(oid("1.2.840.113549.1.1.11"), hex("0500"));
const bits = encode(TAG.bitString, new Uint8Array(9));
const octets = encode(TAG.octetString, new Uint8Array(8));
const one = hex("020101");
const ones = (count: number): Uint8Array[] => Array<Uint8Array>(count).fill(one);
const now = text(TAG.utcTime, "261121000000Z");
const exported = (type: "pkcs1" | "pkcs8"): Uint8Array =>
  createPrivateKey(keyPem("leaf")).export({ format: "der", type });

describe("structures by their shape", () => {
  test.each<readonly [what: string, bytes: Uint8Array, expected: Structure | undefined]>([
    ["a certificate", handMade(), "certificate"],
    ["a certificate of version 1", handMade({ version: null }), "certificate"],
    ["a certificate with extensions", handMade({ extensions: [extensionOf("1.2.3", hex("0500"))] }), "certificate"],
    ["a request", seq(seq(hex("020100"), commonName("x"), spkiOf("leaf"), hex("a000")), algorithm, bits), "request"],
    [
      "a request without attributes",
      seq(seq(hex("020100"), commonName("x"), spkiOf("leaf")), algorithm, bits),
      "request",
    ],
    ["a CRL", seq(seq(one, algorithm, commonName("x"), now, now), algorithm, bits), "crl"],
    ["a CRL of version 1", seq(seq(algorithm, commonName("x"), now), algorithm, bits), "crl"],
    ["PKCS#8", exported("pkcs8"), "private-key"],
    ["PKCS#1", exported("pkcs1"), "private-key"],
    ["PKCS#1 of three primes", seq(...ones(9), seq()), "private-key"],
    ["SEC 1", seq(one, octets, hex("a000")), "private-key"],
    ["DSA", seq(...ones(6)), "private-key"],
    ["an encrypted key", seq(seq(oid("1.2.840.113549.1.5.13"), seq()), octets), "encrypted-key"],
    ["a public key", spkiOf("leaf"), "public-key"],
    ["an RSA public key", seq(...ones(2)), "public-key"],
    ["PKCS#7", seq(oid("1.2.840.113549.1.7.2"), hex("a0023000")), "pkcs7"],
    ["PKCS#7 without content", seq(oid("1.2.840.113549.1.7.2")), "pkcs7"],
    ["PKCS#7 of another type", seq(oid("1.2.840.113549.1.7.6"), hex("a0023000")), "pkcs7"],
    ["PKCS#7 in BER", hex("3080 06092a864886f70d010702 a080 3080 0000 0000 0000"), "pkcs7"],
    ["PKCS#7 with something behind", seq(oid("1.2.840.113549.1.7.2"), hex("a0023000"), one), "pkcs7"],
    ["PKCS#12 without a MAC", seq(hex("020103"), seq(oid("1.2.840.113549.1.7.1"), hex("a0020400"))), "pkcs12"],
    ["PKCS#12", seq(hex("020103"), seq(oid("1.2.840.113549.1.7.1"), hex("a0020400")), seq()), "pkcs12"],
    ["another identifier", seq(oid("1.2.3"), hex("a0023000")), undefined],
    ["another identifier alone", seq(oid("1.2.840.113549.1.8.2")), undefined],
    ["PKCS#7's identifier before something else", seq(oid("1.2.840.113549.1.7.2"), one), undefined],
    ["an empty sequence", seq(), undefined],
    ["no sequence", octets, undefined],
    ["three numbers", seq(...ones(3)), undefined],
    ["text", seq(text(TAG.utf8String, "x")), undefined],
  ])("%s", (_, bytes, expected) => {
    expect(recogniseStructure(readDer(bytes))).toBe(expected);
  });
});

test.each([
  ["a Java keystore", "feedfeed00000002", "java-keystore"],
  ["another Java keystore", "cececece", "java-keystore"],
  ["a ZIP archive", "504b0304", "zip"],
  ["a gzip archive", "1f8b08", "gzip"],
  ["an archive of xz", "fd377a585a00", "archive"],
  ["an archive of bzip2", "425a6839", "archive"],
  ["an archive of 7-Zip", "377abcaf271c", "archive"],
  ["an archive of RAR", "526172211a07", "archive"],
  ["an archive of zstd", "28b52ffd", "archive"],
  ["an archive of tar", `${"61".repeat(257)}7573746172`, "archive"],
  ["a PDF document", Buffer.from("%PDF-1.7\n").toString("hex"), "pdf"],
  ["a key of Microsoft", "1ef1b5b000000000", "pvk"],
  ["a store of Microsoft", "0000000043455254", "certificate-store"],
  ["zeros", "0000000000000000", undefined],
  ["a key of PuTTY", Buffer.from("PuTTY-User-Key-File-2: ssh-rsa\r\n").toString("hex"), "putty-key"],
  ["a public key of OpenSSH", Buffer.from("ssh-ed25519 AAAAC3Nz").toString("hex"), "ssh-public-key"],
  ["one on a curve", Buffer.from("ecdsa-sha2-nistp256 AAAAE2Vj").toString("hex"), "ssh-public-key"],
  ["words that begin like one", Buffer.from("ssh-rsa is a kind of key").toString("hex"), undefined],
  ["a JSON object", Buffer.from('\ufeff{ "a": 1 }').toString("hex"), "json"],
  ["a JSON array", Buffer.from("[\n  {}]").toString("hex"), "json"],
  ["a word in brackets", Buffer.from("[ req ]").toString("hex"), undefined],
  ["an HTML page", Buffer.from("\n<!DOCTYPE html><p>").toString("hex"), "html"],
  ["an HTML page without its type", Buffer.from("<HTML>").toString("hex"), "html"],
  ["a text dump", Buffer.from("Certificate:\n    Data:\n").toString("hex"), "text-dump"],
  ["a word like one", Buffer.from("<header>").toString("hex"), undefined],
  ["nothing", "", undefined],
] as const)("bytes of %s", (_, digits, expected) => {
  const bytes = hex(digits);
  expect(recogniseBytes(bytes, Buffer.from(bytes).toString("utf8"))).toBe(expected);
});

test.each([
  ["", "the file holds blanks only"],
  [" \r\n\t", "the file holds blanks only"],
  ["QUJD", "text, but no certificate, key or container"],
  ["hello", "text, but no certificate, key or container"],
  ["a\0b", "binary data, but no certificate, key or container"],
  ["\ufffd", "binary data, but no certificate, key or container"],
])("%j: %s", (content, expected) => {
  expect(describeUnknown(content)).toBe(expected);
});

test.each([
  ["LF", `${"A".repeat(64)}\n`.repeat(5), true],
  ["CRLF", `${"A".repeat(64)}\r\n`.repeat(5), true],
  ["blanks at the ends of lines", `${"A".repeat(64)} \n`.repeat(5), true],
  ["blanks around", `\n\n  ${"A".repeat(300)}==\n\n`, true],
  ["one line", "A".repeat(201), true],
  ["a character less", "A".repeat(200), false],
  ["with an empty line", `${"A".repeat(64)}\n\n`.repeat(5), false],
  ["for URLs", `${"A".repeat(300)}-_`, false],
  ["too short", "QUJD", false],
  ["with something else", `${"A".repeat(64)}\n`.repeat(5) + "hello, world\n", false],
])("bare base64, %s", (_, content, expected) => {
  expect(isBareBase64(content)).toBe(expected);
});

test("every kind has a name with its article", () => {
  expect(Object.values(otherKinds).filter((name) => !/^(an? |parameters |JSON )/.test(name))).toEqual([]);
});
