import { describe, expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { type Extension, extension } from "../../src/pki/extensions.ts";
import { formatIp } from "../../src/pki/general-name.ts";
import { extensionOf, handMade, hex, seq } from "./hand-made.ts";

const ids = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  cRLDistributionPoints: "2.5.29.31",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
  nsCertType: "2.16.840.1.113730.1.1",
};

const read = (...extensions: readonly Uint8Array[]): readonly Extension[] =>
  readCertificate(handMade({ extensions })).extensions;
const value = (name: keyof typeof ids, der: string): Extension | undefined => read(extensionOf(ids[name], hex(der)))[0];

const directory = "a40e300c310a300806035504030c0161";

describe("values", () => {
  test.each([
    ["basicConstraints", "3000", { cA: false }],
    ["basicConstraints", "30030101ff", { cA: true }],
    ["basicConstraints", "3006 0101ff 020103", { cA: true, pathLenConstraint: 3 }],
    ["basicConstraints", "3003 020100", { cA: false, pathLenConstraint: 0 }],
    ["keyUsage", "030205a0", new Set(["digitalSignature", "keyEncipherment"])],
    ["keyUsage", "0303070080", new Set(["decipherOnly"])],
    ["keyUsage", "03020106", new Set(["keyCertSign", "cRLSign"])],
    ["extKeyUsage", "300a 06082b06010505070301", ["serverAuth"]],
    ["extKeyUsage", "3005 06032a0304", ["1.2.3.4"]],
    ["nsCertType", "03020640", 0x40],
    ["nsCertType", "030100", 0],
    ["nameConstraints", "3000", { permitted: [], excluded: [] }],
    ["subjectKeyIdentifier", "0403010203", "010203"],
    ["authorityKeyIdentifier", "3000", {}],
    ["authorityKeyIdentifier", "3004 8002abcd", { keyIdentifier: "abcd" }],
    [
      "cRLDistributionPoints",
      "300a 3008 a006 a004 8602 6162",
      [{ names: ["ab"], partialReasons: false, indirect: false }],
    ],
    ["cRLDistributionPoints", "3006 3004 81020780", [{ names: [], partialReasons: true, indirect: false }]],
    [
      "cRLDistributionPoints",
      "3006 3004 a2028200",
      [
        {
          names: [],
          partialReasons: false,
          indirect: true,
          cRLIssuer: [{ type: "dns", value: "", bytes: Buffer.alloc(0), offset: expect.any(Number) as number }],
        },
      ],
    ],
  ] as const)("%s %s", (name, der, expected) => {
    const found = value(name, der);
    const actual =
      name === "cRLDistributionPoints"
        ? ((found?.value ?? []) as { names: { value: string }[] }[]).map((p) => ({
            ...p,
            names: p.names.map((n) => n.value),
          }))
        : found?.value;
    expect([found?.problem, actual]).toEqual([undefined, expected]);
  });

  test("authorityKeyIdentifier with issuer and serial number", () => {
    const found = extension(
      readCertificate(
        handMade({ extensions: [extensionOf(ids.authorityKeyIdentifier, hex(`3015 a110 ${directory} 820105`))] }),
      ),
      "authorityKeyIdentifier",
    );
    expect([found?.issuer, found?.serialNumber, found?.issuerName?.rdns.length]).toEqual(["CN=a", "05", 1]);
  });

  test.each([
    ["email", "8103614062", "a@b"],
    ["dns", "8203 612e62", "a.b"],
    ["dns that is no ASCII", "8202c3bc", "Ã¼"],
    ["uri", "8603 613a62", "a:b"],
    ["ip", "87040a000005", "10.0.0.5"],
    ["ip", "871020010db8000000000000000000000001", "2001:db8::1"],
    ["ip of no length known", "87020a00", "#0a00"],
    ["directory", directory, "CN=a"],
    ["oid", "8803 2a0304", "1.2.3.4"],
    ["other", "a009 06032a0304 a0020500", "#06032a0304a0020500"],
    ["x400", "a300", "#"],
    ["edi", "a500", "#"],
  ] as const)("subjectAltName: %s %s", (type, der, expected) => {
    const names = value("subjectAltName", Buffer.from(seq(hex(der))).toString("hex"))?.value;
    expect(names).toMatchObject([{ type: type.split(" ")[0], value: expected }]);
  });

  test.each([
    ["dns", "3005 8203 612e62", "a.b", false],
    ["dns, of a minimum that is the default", "3008 8203 612e62 800100", "a.b", false],
    ["dns, of a minimum", "3008 8203 612e62 800101", "a.b", true],
    ["dns, of a maximum", "3008 8203 612e62 810100", "a.b", true],
    ["ip", "300a 8708 0a000000ff000000", "#0a000000ff000000", false],
    ["directory", `3010 ${directory}`, "CN=a", false],
  ] as const)("nameConstraints: %s", (type, der, text, counts) => {
    const subtrees = Buffer.from(hex(der)).toString("hex");
    const wrapped = (tag: string): string => `${tag}${(subtrees.length / 2).toString(16).padStart(2, "0")}${subtrees}`;
    const found = read(
      extensionOf(ids.nameConstraints, seq(hex(wrapped("a0")))),
      extensionOf(ids.nameConstraints, seq(hex(wrapped("a1")))),
    );
    const expected = [{ base: { type: type.split(",")[0], value: text }, counts }];
    expect(found.map((one) => one.value)).toMatchObject([
      { permitted: expected, excluded: [] },
      { permitted: [], excluded: expected },
    ]);
  });

  test("an empty subjectAltName has no names", () => {
    expect(value("subjectAltName", "3000")?.value).toEqual([]);
  });
});

describe("broken values", () => {
  test.each([
    ["basicConstraints", "0101ff", "basicConstraints expected, found tag 0x01"],
    ["basicConstraints", "3006 020100 0101ff", "basicConstraints has a field too many"],
    ["basicConstraints", "3003 0201ff", "pathLenConstraint is out of range"],
    ["basicConstraints", "3004 02020001", "pathLenConstraint is an integer that is not in its shortest form"],
    ["basicConstraints", "300201", "truncated: an element declares 2 bytes, only 1 are there"],
    ["keyUsage", "0403010203", "keyUsage expected, found tag 0x04"],
    ["keyUsage", "03020700", "keyUsage without any usage"],
    ["keyUsage", "030100", "keyUsage without any usage"],
    ["extKeyUsage", "06032a0304", "extKeyUsage expected, found tag 0x06"],
    ["extKeyUsage", "3003020101", "an object identifier expected, found tag 0x02"],
    ["subjectAltName", "0500", "subjectAltName expected, found tag 0x05"],
    ["subjectAltName", "3003 020101", "subjectAltName holds a name of an unknown type"],
    ["subjectAltName", "3002 8900", "subjectAltName holds a name of an unknown type"],
    ["subjectAltName", "3004 a4020500", "a directory name is not a name"],
    ["subjectAltName", "3004 a0020500", "its type expected, found tag 0x05"],
    ["subjectAltName", "3007 a005 06032a0304", "a name of another type ends before its value"],
    ["nameConstraints", "0500", "nameConstraints expected, found tag 0x05"],
    ["nameConstraints", "3004 a0020500", "a name constraint expected, found tag 0x05"],
    ["nameConstraints", "3004 a0023000", "a name constraint ends before its name"],
    ["nameConstraints", "300a a0083006 8203612e6200", "ends in the middle of an element"],
    ["nsCertType", "0500", "nsCertType expected, found tag 0x05"],
    ["subjectKeyIdentifier", "020101", "subjectKeyIdentifier expected, found tag 0x02"],
    ["cRLDistributionPoints", "3003 020101", "a distribution point expected, found tag 0x02"],
    ["cRLDistributionPoints", "", "ends in the middle of an element"],
  ] as const)("%s %s hides no other", (name, der, expected) => {
    const broken = extensionOf(ids[name], hex(der));
    const good = extensionOf("2.5.29.37", hex("300a06082b06010505070301"));
    const other = extensionOf("2.5.29.14", hex("0403010203"));
    const found = read(broken, ...(name === "extKeyUsage" ? [other] : [good]));
    expect(found.map(({ problem }) => problem)).toEqual([expected, undefined]);
    expect(found[0]?.value).toBeUndefined();
    expect(found[1]?.value).toBeDefined();
  });
});

describe("extensions as such", () => {
  const unknown = extensionOf("1.2.3.4", hex("0500"), 0xff);

  test("one that is unknown keeps its identifier, and its content is not looked at", () => {
    expect(read(extensionOf("1.2.3.4", hex("ff"), 0xff))).toMatchObject([
      { oid: "1.2.3.4", name: "1.2.3.4", critical: true },
    ]);
  });

  test.each([
    [
      "critical=FALSE spelled out",
      [extensionOf("1.2.3.4", hex("0500"), 0)],
      "an extension that spells out critical=FALSE",
    ],
    ["critical in BER", [extensionOf("1.2.3.4", hex("0500"), 1)], "critical is a boolean encoded as 1"],
    ["twice", [unknown, unknown], "the extension 1.2.3.4 stands twice"],
  ] as const)("%s is irregular", (_, extensions, expected) => {
    const { irregularities } = readCertificate(handMade({ extensions }));
    expect(irregularities.map(({ message }) => message)).toEqual([expected]);
  });

  test("of two, the first counts", () => {
    const twice = [
      extensionOf(ids.basicConstraints, hex("3000")),
      extensionOf(ids.basicConstraints, hex("30030101ff")),
    ];
    expect(extension(readCertificate(handMade({ extensions: twice })), "basicConstraints")).toEqual({ cA: false });
  });
});

test.each([
  ["c0a80001", "192.168.0.1"],
  ["00000000000000000000000000000000", "::"],
  ["00000000000000000000ffff0a000001", "::ffff:a00:1"],
  ["20010db8000000010000000000000001", "2001:db8:0:1::1"],
  ["0a0000", "#0a0000"],
  ["", "#"],
])("address %s", (bytes, expected) => {
  expect(formatIp(hex(bytes))).toBe(expected);
});
