import { describe, expect, test } from "vitest";
import { type Certificate, readCertificate } from "../../src/pki/certificate.ts";
import { TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { nameConstraintProblems, newBudget } from "../../src/pki/name-constraints.ts";
import { validatePath } from "../../src/pki/path.ts";
import { NOW } from "../support/bundle.ts";
import { type AttributeSpec, mint, mintAppliance, pem } from "../support/mint.ts";
import { type Base, generalName, nameConstraints } from "../support/name-constraints.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";
import { commonName, hex, name, oid, text } from "./hand-made.ts";

const root: readonly AttributeSpec[] = [["CN", "Root"]];

const alternativeNames = (names: readonly Base[]): x509.Extension[] =>
  names.length === 0
    ? []
    : [new x509.Extension("2.5.29.17", false, new Uint8Array(encode(TAG.sequence, ...names.map(generalName))))];

const leafOf = (subject: readonly AttributeSpec[], names: readonly Base[] = []): Promise<Buffer> =>
  mint({ subject, key: "leaf", issuer: { subject: root, key: "root" }, extensions: alternativeNames(names) });

const caOf = (permitted: readonly Base[], excluded: readonly Base[] = []): Promise<Buffer> =>
  mint({
    subject: root,
    key: "root",
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), nameConstraints(permitted, excluded)],
  });

const messages = (path: readonly Certificate[]): string[] =>
  nameConstraintProblems(path, newBudget()).map(({ message }) => message);

const other = (type: string, value: Uint8Array): Base => ["other", Buffer.concat([oid(type), encode(0xa0, value)])];
const utf8 = (value: string): Uint8Array => text(TAG.utf8String, value);
const [smtpUtf8, upn] = ["1.3.6.1.5.5.7.8.9", "1.3.6.1.4.1.311.20.2.3"];
const minimum = hex("800101");
const maximum = hex("810105");

const one = async (
  constraints: readonly [permitted: readonly Base[], excluded?: readonly Base[]],
  subject: readonly AttributeSpec[],
  names: readonly Base[] = [],
): Promise<string[]> => messages([await leafOf(subject, names), await caOf(...constraints)].map(readCertificate));

const cn: readonly AttributeSpec[] = [["CN", "sensor"]];

describe("what is said", () => {
  test.each<readonly [what: string, Parameters<typeof one>, expected: readonly string[]]>([
    ["within", [[[["dns", "contoso.com"]]], cn, [["dns", "sensor.contoso.com"]]], []],
    [
      "not within",
      [[[["dns", "contoso.com"]]], cn, [["dns", "sensor.fabrikam.com"]]],
      ['the DNS name "sensor.fabrikam.com" of "sensor" is not among those that "Root" may certify: "contoso.com"'],
    ],
    [
      "excluded",
      [
        [
          [],
          [
            ["dns", "contoso.com"],
            ["dns", "fabrikam.com"],
          ],
        ],
        cn,
        [["dns", "sensor.contoso.com"]],
      ],
      ['the DNS name "sensor.contoso.com" of "sensor" is among those that "Root" may not certify: "contoso.com"'],
    ],
    [
      "a common name",
      [[[["dns", "contoso.com"]]], [["CN", "sensor.fabrikam.com"]]],
      [
        'the common name "sensor.fabrikam.com" of "sensor.fabrikam.com" is not among those that "Root" may certify: "contoso.com"',
      ],
    ],
    [
      "an address",
      [[[["ip", hex("0a000000 ff000000")]]], cn, [["ip", hex("c0000211")]]],
      ['the address "192.0.2.17" of "sensor" is not among those that "Root" may certify: "10.0.0.0/255.0.0.0"'],
    ],
    [
      "a subject",
      [[[["directory", name([["2.5.4.10", utf8("Contoso")]])]]], cn],
      ['the subject "CN=sensor" of "sensor" is not among those that "Root" may certify: "O=Contoso"'],
    ],
    [
      "two names",
      [
        [[["dns", "contoso.com"]]],
        cn,
        [
          ["dns", "a.com"],
          ["dns", "b.com"],
        ],
      ],
      [
        'the DNS name "a.com" of "sensor" is not among those that "Root" may certify: "contoso.com"',
        'the DNS name "b.com" of "sensor" is not among those that "Root" may certify: "contoso.com"',
      ],
    ],
    [
      "more constraints than are named",
      [[["a", "b", "c", "d", "e", "f", "g"].map((value): Base => ["dns", value])], cn, [["dns", "x.com"]]],
      [
        'the DNS name "x.com" of "sensor" is not among those that "Root" may certify: "a", "b", "c", "d", "e" and 2 more',
      ],
    ],
    [
      "what cannot be compared",
      [[[["uri", "contoso.com"]]], cn, [["uri", "urn:sensor"]]],
      ['the URL "urn:sensor" of "sensor" cannot be compared with the name constraints of "Root"'],
    ],
    [
      "an e-mail address of the wrong string type, whatever is constrained",
      [[[["dns", "contoso.com"]]], [...cn, ["E", "a@contoso.com", "utf8String"]]],
      ['the e-mail address "a@contoso.com" of "sensor" cannot be compared with the name constraints of "Root"'],
    ],
  ])("%s", async (_, parameters, expected) => {
    expect(await one(...parameters)).toEqual(expected);
  });

  test("no more names than are told", async () => {
    const names = Array.from({ length: 100 }, (_, index): Base => ["dns", `sensor-${index}.com`]);
    expect(await one([[["dns", "contoso.com"]]], cn, names)).toHaveLength(20);
  });

  test("OpenSSL's limit", async () => {
    const many = Array.from({ length: 1024 }, (_, index): Base => ["dns", `x${index}.com`]);
    expect(await one([many], cn, many.slice(1))).toEqual([]);
    expect(await one([many], cn, many)).toEqual([
      '"sensor" has more names than OpenSSL compares with the constraints of "Root"',
    ]);
  });

  test("what a CA issues to itself is exempt, the leaf is not", async () => {
    const { leaf, cas } = await mintAppliance({
      cas: [{ subject: root }, { subject: root, more: [nameConstraints([["directory", commonName("Else")]])] }],
    });
    expect(messages([leaf, ...cas].map(readCertificate)).map((text) => text.slice(0, 40))).toEqual([
      'the subject "C=US, ST=Illinois, L=Spring',
    ]);
  });
});

const bases: readonly Base[] = [
  ["dns", ""],
  ["dns", "contoso.com"],
  ["dns", ".contoso.com"],
  ["dns", "CONTOSO.com"],
  ["dns", "contoso.com", minimum],
  ["dns", "contoso.com", maximum],
  ["dns", "contoso.com", hex("800100")],
  ["email", "contoso.com"],
  ["email", ".contoso.com"],
  ["email", "a@contoso.com"],
  ["email", "@contoso.com"],
  ["email", ""],
  ["uri", "contoso.com"],
  ["uri", ".contoso.com"],
  ["uri", ""],
  ["ip", hex("0a000000 ff000000")],
  ["ip", hex("0a000000 ff")],
  ["ip", hex(`20010db8${"00".repeat(12)} ffffffff${"00".repeat(12)}`)],
  ["directory", name()],
  ["directory", name([["2.5.4.10", utf8("Contoso")]])],
  ["directory", name([["2.5.4.10", utf8("CONTOSO")]], [["2.5.4.3", utf8("sensor")]])],
  ["oid", hex("2a0304")],
  other(upn, utf8("contoso.com")),
  other(smtpUtf8, utf8("a@contoso.com")),
];

const leaves: Readonly<Record<string, readonly [subject: readonly AttributeSpec[], names?: readonly Base[]]>> = {
  host: [cn, [["dns", "sensor.contoso.com"]]],
  "host of the domain itself": [cn, [["dns", "Contoso.COM"]]],
  "host beside": [cn, [["dns", "sensorcontoso.com"]]],
  "other host": [cn, [["dns", "sensor.fabrikam.com"]]],
  wildcard: [cn, [["dns", "*.contoso.com"]]],
  "host with dots": [cn, [["dns", ".contoso.com"]]],
  "two hosts": [
    cn,
    [
      ["dns", "a.contoso.com"],
      ["dns", "a.fabrikam.com"],
    ],
  ],
  "common name": [[["CN", "sensor.contoso.com"]]],
  "other common name": [[["CN", "sensor.fabrikam.com"]]],
  "common name with an address": [[["CN", "sensor.fabrikam.com"]], [["ip", hex("0a000001")]]],
  "common name with an underscore": [[["CN", "sensor_1.fabrikam.com"]]],
  "common name with a wildcard": [[["CN", "*.fabrikam.com"]]],
  "common name with hyphens": [[["CN", "sensor-.fabrikam.com"]]],
  "common name with inner hyphens": [[["CN", "sen-sor.fabrikam.com"]]],
  "common name with a final dot": [[["CN", "sensor.fabrikam.com."]]],
  "common name with zeros": [[["CN", "sensor.fabrikam.com\0\0"]]],
  "common name with an inner zero": [[["CN", "sensor.contoso.com\0.fabrikam.com"]]],
  "two common names": [
    [
      ["CN", "sensor.contoso.com"],
      ["CN", "sensor.fabrikam.com"],
    ],
  ],
  "wide common name": [[["CN", "sensor.fabrikam.com", "bmpString"]]],
  mail: [[...cn, ["E", "a@contoso.com"]]],
  "other mail": [[...cn, ["E", "A@contoso.com"]]],
  "mail of a host": [cn, [["email", "a@mail.contoso.com"]]],
  "mail without a host": [cn, [["email", "a@"]]],
  "mail without a sign": [cn, [["email", "contoso.com"]]],
  "mail of two signs": [cn, [["email", "a@b@contoso.com"]]],
  "mail of a wide type": [[...cn, ["E", "a@contoso.com", "utf8String"]]],
  url: [cn, [["uri", "http://contoso.com/a"]]],
  "url of a host": [cn, [["uri", "http://www.contoso.com:80/a"]]],
  "url with a colon": [cn, [["uri", "http://contoso.com/a:b"]]],
  "url without a host": [cn, [["uri", "http:///a"]]],
  "no url": [cn, [["uri", "urn:contoso"]]],
  address: [cn, [["ip", hex("0a000001")]]],
  "other address": [cn, [["ip", hex("c0000211")]]],
  "IPv6 address": [cn, [["ip", hex(`20010db8${"00".repeat(12)}`)]]],
  "short address": [cn, [["ip", hex("0a")]]],
  organization: [[["O", "Contoso"], ...cn]],
  "organization with blanks": [
    [
      ["O", " contoso  "],
      ["CN", "Sensor"],
      ["OU", "x"],
    ],
  ],
  "other organization": [[["O", "Contoso Ltd"], ...cn]],
  "no subject": [[], [["dns", "sensor.contoso.com"]]],
  "directory name": [cn, [["directory", name([["2.5.4.10", utf8("Contoso")]])]]],
  identifier: [cn, [["oid", hex("2a0304")]]],
  "principal name": [cn, [other(upn, utf8("a@contoso.com"))]],
  "mail in UTF-8": [cn, [other(smtpUtf8, utf8("a@contoso.com"))]],
  "mail in UTF-8 of a host": [cn, [other(smtpUtf8, utf8("a@x.contoso.com"))]],
  "mail in UTF-8 of a host with two dots": [cn, [other(smtpUtf8, utf8("a@x..contoso.com"))]],
  "mail in UTF-8 of another type": [cn, [other(smtpUtf8, text(TAG.ia5String, "a@contoso.com"))]],
};

describe.skipIf(opensslVersion === undefined)(`as openssl verify has it${orSkipped}`, async () => {
  const files: Record<string, string> = {};
  const certificates = new Map<string, Certificate>();
  for (const [index, [what, [subject, names]]] of Object.entries(leaves).entries()) {
    const der = await leafOf(subject, names);
    certificates.set(what, readCertificate(der));
    files[`leaf-${index}.pem`] = pem("CERTIFICATE", der);
  }
  const at = String(NOW / 1000);

  test.each(["permitted", "excluded"])("%s", async (which) => {
    const found: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const base of bases) {
      const der = await (which === "permitted" ? caOf([base]) : caOf([], [base]));
      const ca = readCertificate(der);
      const all = { ...files, "ca.pem": pem("CERTIFICATE", der) };
      const options = ["-no-CApath", "-no-CAstore", "-attime", at, "-CAfile", "ca.pem"];
      const { out } = openssl(["verify", ...options, ...Object.keys(files)], all);
      const what = `${base[0]} ${String(base[1])}`;
      const isGood = (index: number): boolean => out.includes(`leaf-${index}.pem: OK\n`);
      expected[what] = [...certificates.keys()].filter((_, index) => isGood(index));
      found[what] = [...certificates].flatMap(([leaf, certificate]) =>
        validatePath({ leaf: certificate, candidates: [], anchors: [ca], now: NOW }).problems.length === 0
          ? [leaf]
          : [],
      );
    }
    expect(found).toEqual(expected);
    // Each way of saying no was met, and each of saying yes.
    expect(Object.values(expected).flat().length).toBeGreaterThan(100);
  });
});
