/** What extensions hold, in lines, and that each one with a name has a meaning. */
import { describe, expect, test } from "vitest";
import { meaningOf } from "../../src/inspection/extension-meanings.ts";
import { readContent } from "../../src/inspection/extension-values.ts";
import { nameOf } from "../../src/inspection/names.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { context, contextPrimitive, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { commonName, extensionOf, handMade, hex, integer, octets, oid, seq, text } from "../pki/hand-made.ts";

/** What becomes of an extension in a certificate. */
function contentOf(id: string, value: Uint8Array) {
  const certificate = readCertificate(handMade({ extensions: [extensionOf(id, value)] }));
  const [extension] = certificate.extensions;
  if (extension === undefined) throw new Error("a certificate with one extension has it");
  return readContent(extension, certificate.bytes);
}

const dns = (name: string): Uint8Array => text(contextPrimitive(2), name);
const uri = (address: string): Uint8Array => text(contextPrimitive(6), address);
const bits = (octetsOf: string): Uint8Array => encode(TAG.bitString, hex(octetsOf));
const point = (...fields: readonly Uint8Array[]): Uint8Array => seq(...fields);
const fullName = (...names: readonly Uint8Array[]): Uint8Array => encode(context(0), encode(context(0), ...names));

/** A list of one timestamp of so many octets. */
function timestamps(signed: Uint8Array): Uint8Array {
  const length = (size: number): Uint8Array => Uint8Array.of(size >> 8, size & 0xff);
  return octets(Buffer.concat([length(signed.length + 2), length(signed.length), signed]));
}
const timestamp = (moment: string): Uint8Array => Buffer.concat([Buffer.alloc(33, 0xa5), hex(moment), hex("0000")]);

describe("values", () => {
  test.each<[what: string, id: string, value: Uint8Array, expected: readonly string[]]>([
    ["basicConstraints of a CA", "2.5.29.19", seq(hex("0101ff"), integer(0)), ["CA:TRUE", "pathLenConstraint:0"]],
    ["basicConstraints of none", "2.5.29.19", seq(), ["CA:FALSE"]],
    ["keyUsage", "2.5.29.15", bits("05a0"), ["digitalSignature", "keyEncipherment"]],
    [
      "extKeyUsage",
      "2.5.29.37",
      seq(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.4.1.311.20.2.2"), oid("1.2.3")),
      ["serverAuth", "msSmartcardLogon", "1.2.3"],
    ],
    ["nsCertType", "2.16.840.1.113730.1.1", bits("00c0"), ["SSL client", "SSL server"]],
    [
      "subjectAltName",
      "2.5.29.17",
      seq(
        dns("a.b"),
        encode(contextPrimitive(7), hex("c0000211")),
        uri("http://a/"),
        text(contextPrimitive(1), "a@b.c"),
        encode(contextPrimitive(8), hex("2a03")),
        encode(context(4), commonName("x")),
      ),
      ["DNS:a.b", "IP:192.0.2.17", "URI:http://a/", "email:a@b.c", "OID:1.2.3", "name:CN=x"],
    ],
    ["issuerAltName", "2.5.29.18", seq(dns("ca.b")), ["DNS:ca.b"]],
    [
      "nameConstraints",
      "2.5.29.30",
      seq(
        encode(context(0), seq(dns("b")), seq(encode(contextPrimitive(7), hex("c0000200ffffff00")))),
        encode(context(1), seq(dns("c.b"))),
      ),
      ["permitted DNS:b", "permitted IP:192.0.2.0/255.255.255.0", "excluded DNS:c.b"],
    ],
    ["subjectKeyIdentifier", "2.5.29.14", octets(hex("0102")), ["0102"]],
    [
      "authorityKeyIdentifier",
      "2.5.29.35",
      seq(
        encode(contextPrimitive(0), hex("0a0b")),
        encode(context(1), encode(context(4), commonName("Root"))),
        encode(contextPrimitive(2), hex("05")),
      ),
      ["0a0b", "issuer CN=Root", "serial number 05"],
    ],
    [
      "cRLDistributionPoints",
      "2.5.29.31",
      seq(
        point(
          fullName(uri("http://a/"), uri("ldap:///b")),
          encode(contextPrimitive(1), hex("0640")),
          encode(context(2), encode(context(4), commonName("Signer"))),
        ),
      ),
      ["URI:http://a/", "URI:ldap:///b", "signed by name:CN=Signer", "for some reasons of revocation only"],
    ],
    ["freshestCRL", "2.5.29.46", seq(point(fullName(uri("http://d/")))), ["URI:http://d/"]],
    [
      "authorityInfoAccess",
      "1.3.6.1.5.5.7.1.1",
      seq(seq(oid("1.3.6.1.5.5.7.48.1"), uri("http://o/")), seq(oid("1.2.3"), dns("x"))),
      ["OCSP http://o/", "1.2.3 x"],
    ],
    [
      "subjectInfoAccess",
      "1.3.6.1.5.5.7.1.11",
      seq(seq(oid("1.3.6.1.5.5.7.48.5"), uri("http://r/"))),
      ["CA repository http://r/"],
    ],
    [
      "certificatePolicies",
      "2.5.29.32",
      seq(
        seq(oid("2.5.29.32.0")),
        seq(
          oid("1.2.3"),
          seq(
            seq(oid("1.3.6.1.5.5.7.2.1"), text(TAG.ia5String, "http://cps/")),
            seq(
              oid("1.3.6.1.5.5.7.2.2"),
              seq(seq(text(TAG.utf8String, "Org"), seq(integer(1))), text(TAG.utf8String, "Notice")),
            ),
          ),
        ),
      ),
      ["2.5.29.32.0 (anyPolicy)", "1.2.3", "certification practice statement http://cps/", "user notice Notice"],
    ],
    ["policyMappings", "2.5.29.33", seq(seq(oid("1.2.3"), oid("1.2.4"))), ["1.2.3 is 1.2.4"]],
    [
      "policyConstraints",
      "2.5.29.36",
      seq(encode(contextPrimitive(0), hex("00")), encode(contextPrimitive(1), hex("02"))),
      ["requireExplicitPolicy:0", "inhibitPolicyMapping:2"],
    ],
    ["inhibitAnyPolicy", "2.5.29.54", integer(3), ["3"]],
    [
      "privateKeyUsagePeriod",
      "2.5.29.16",
      seq(text(contextPrimitive(1), "20270101000000Z")),
      ["until 2027-01-01T00:00:00Z"],
    ],
    ["subjectDirectoryAttributes", "2.5.29.9", seq(seq(oid("2.5.4.6"), encode(TAG.set))), ["2.5.4.6 (C)"]],
    [
      "tlsFeature",
      "1.3.6.1.5.5.7.1.24",
      seq(integer(5), integer(17), integer(9)),
      ["status_request", "status_request_v2", "9"],
    ],
    [
      "signedCertificateTimestampList",
      "1.3.6.1.4.1.11129.2.4.2",
      timestamps(timestamp("0000019b76daa800")),
      ["2026-01-01T00:00:00Z, by the log a5a5a5a5a5a5a5a5…"],
    ],
    [
      "one of the year 300,000",
      "1.3.6.1.4.1.11129.2.4.2",
      timestamps(timestamp("ffffffffffffffff")),
      ["a time beyond all calendars, by the log a5a5a5a5a5a5a5a5…"],
    ],
    ["ocspNoCheck", "1.3.6.1.5.5.7.48.1.5", hex("0500"), []],
    ["msCertificateTemplateName", "1.3.6.1.4.1.311.20.2", hex("1e0400410042"), ["AB"]],
    [
      "msCertificateTemplate",
      "1.3.6.1.4.1.311.21.7",
      seq(oid("1.2.3"), integer(100), integer(7)),
      ["1.2.3", "version 100.7"],
    ],
    [
      "msApplicationPolicies",
      "1.3.6.1.4.1.311.21.10",
      seq(seq(oid("1.3.6.1.5.5.7.3.2"))),
      ["1.3.6.1.5.5.7.3.2 (clientAuth)"],
    ],
    ["msCaVersion", "1.3.6.1.4.1.311.21.1", hex("0203020003"), ["certificate 3, key 2"]],
    ["msPreviousCaCertificateHash", "1.3.6.1.4.1.311.21.2", octets(hex("0a0b")), ["0a0b"]],
    [
      "msSecurityIdentifier",
      "1.3.6.1.4.1.311.25.2",
      seq(encode(context(0), oid("1.3.6.1.4.1.311.25.2.1"), encode(context(0), octets(Buffer.from("S-1-5-21"))))),
      ["S-1-5-21"],
    ],
    ["nsComment", "2.16.840.1.113730.1.13", text(TAG.ia5String, "a comment"), ["a comment"]],
    ["qcStatements", "1.3.6.1.5.5.7.1.3", seq(seq(oid("0.4.0.1862.1.1"))), ["0.4.0.1862.1.1"]],
    ["what nobody knows", "1.2.3.4", octets(hex("01")), []],
  ])("%s", (_what, id, value, expected) => {
    expect(contentOf(id, value)).toEqual({ values: expected, octets: value });
  });

  test.each<[what: string, id: string, value: Uint8Array, problem: string]>([
    ["basicConstraints", "2.5.29.19", integer(1), "basicConstraints expected, found tag 0x02"],
    ["a list of places", "1.3.6.1.5.5.7.1.1", integer(1), "a list of places expected, found tag 0x02"],
    ["policies", "2.5.29.32", seq(integer(1)), "a policy expected, found tag 0x02"],
    ["timestamps", "1.3.6.1.4.1.11129.2.4.2", octets(hex("0006000401020304")), "a timestamp that is cut off"],
    ["a template's name", "1.3.6.1.4.1.311.20.2", integer(1), "text expected, found tag 0x02"],
    ["an account", "1.3.6.1.4.1.311.25.2", seq(), "msSecurityIdentifier expected, found tag 0x30"],
    ["a number beyond all", "2.5.29.54", hex("02077fffffffffffff"), "inhibitAnyPolicy is out of range"],
    ["something that is no element", "2.5.29.54", hex("ff"), "ends in the middle of an element"],
  ])("%s that cannot be decoded", (_what, id, value, problem) => {
    expect(contentOf(id, value)).toEqual({ values: [], problem: expect.stringContaining(problem), octets: value });
  });
});

describe("meanings", () => {
  const unknown = meaningOf("1.2.3", [], "leaf");

  test("each extension that is decoded has one", () => {
    const ids = [
      "2.5.29.14",
      "2.5.29.15",
      "2.5.29.16",
      "2.5.29.17",
      "2.5.29.18",
      "2.5.29.19",
      "2.5.29.20",
      "2.5.29.27",
      "2.5.29.28",
      "2.5.29.30",
    ];
    const more = [
      "2.5.29.31",
      "2.5.29.32",
      "2.5.29.33",
      "2.5.29.35",
      "2.5.29.36",
      "2.5.29.37",
      "2.5.29.46",
      "2.5.29.54",
      "2.5.29.9",
    ];
    const others = [
      "1.3.6.1.5.5.7.1.1",
      "1.3.6.1.5.5.7.1.24",
      "1.3.6.1.4.1.11129.2.4.2",
      "2.16.840.1.113730.1.1",
      "2.16.840.1.113730.1.13",
    ];
    const microsoft = ["20.2", "21.1", "21.2", "21.7", "21.10", "25.2"].map((id) => `1.3.6.1.4.1.311.${id}`);
    for (const id of [...ids, ...more, ...others, ...microsoft])
      expect(meaningOf(nameOf(id), [], "leaf"), id).not.toBe(unknown);
  });

  test.each<[name: string, values: readonly string[], holder: "leaf" | "CA" | "request", expected: RegExp]>([
    ["basicConstraints", ["CA:TRUE"], "leaf", /no need/],
    ["basicConstraints", ["CA:TRUE", "pathLenConstraint:0"], "CA", /no more CAs below it/],
    ["basicConstraints", ["CA:FALSE"], "leaf", /may not sign/],
    ["keyUsage", ["cRLSign"], "leaf", /may not do what a TLS server/],
    ["keyUsage", ["keyEncipherment"], "leaf", /may do what a TLS server/],
    ["keyUsage", ["cRLSign"], "CA", /may not sign certificates/],
    ["extKeyUsage", ["clientAuth"], "leaf", /may not be a server's/],
    ["extKeyUsage", ["clientAuth", "serverAuth"], "request", /may be a server's/],
    ["tlsFeature", ["status_request"], "leaf", /must-staple/],
  ])("%s %j of a %s", (name, values, holder, expected) => {
    expect(meaningOf(name, values, holder)).toMatch(expected);
  });
});

test("a list of no timestamps is no sign of a public CA", () => {
  expect(meaningOf("signedCertificateTimestampList", [], "leaf")).toMatch(/^It names no log/);
  expect(meaningOf("signedCertificateTimestampList", ["2026"], "leaf")).toMatch(/^Public logs have seen it/);
});
