/** The tree of ASN.1: offsets as OpenSSL has them, bounds, what is broken, and what is not shown. */
import { type AsnType, fromBER } from "asn1js";
import { array, assert, nat, property, tuple } from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBlocks } from "../../src/inspection/asn1-blocks.ts";
import { readTree, type Tree } from "../../src/inspection/asn1-tree.ts";
import { context, contextPrimitive, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { bag, handMade, hex, indefinite, integer, octets, oid, pfx, safe, seq, text } from "../pki/hand-made.ts";
import { keyPem, mintAppliance, mintRequest, pem } from "../support/mint.ts";
import { mintCrl } from "../support/mint-crl.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

const { leaf } = await mintAppliance();
const request = await mintRequest();
const derOf = (pemText: string): Buffer => Buffer.from(pemText.replace(/-----[^-]+-----|\s/g, ""), "base64");

const LIMIT = "more than 10000 elements or 100 levels: the rest is not shown";

/** The rows in short: `4 INTEGER 5`. */
const rowsOf = ({ rows }: Tree): string[] =>
  rows.map(({ depth, offset, tag, value, hidden, length }) =>
    [
      `${" ".repeat(depth)}${offset}`,
      tag,
      ...(length === undefined ? ["…"] : []),
      ...(hidden ? ["hidden"] : []),
      value ?? "",
    ]
      .join(" ")
      .trimEnd(),
  );

describe("elements", () => {
  /** What makes all values public: the signed part of a certificate is what stands around. */
  const publicly = (value: Uint8Array): string[] => {
    const holder = handMade({ more: encode(context(5), value) });
    const tree = readTree(holder);
    const at = tree.rows.findIndex(({ tag }) => tag === "[5]");
    const [outer, ...rows] = tree.rows.slice(at);
    const base = (outer?.offset ?? 0) + (outer?.header ?? 0);
    const inner = rows.filter(({ depth }) => depth > (outer?.depth ?? 0));
    const own = inner.slice(0, inner.findIndex(({ offset }) => offset >= base + value.length) >>> 0);
    return rowsOf({ rows: own.map((row) => ({ ...row, depth: row.depth - 3, offset: row.offset - base })) });
  };
  test.each<[what: string, value: Uint8Array, expected: readonly string[]]>([
    ["BOOLEAN", hex("0101ff"), ["0 BOOLEAN TRUE"]],
    ["a negative INTEGER", hex("0201ff"), ["0 INTEGER -1"]],
    ["a serial number", hex("020a0102030405060708090a"), ["0 INTEGER 0x0102030405060708090a"]],
    ["ENUMERATED", hex("0a0101"), ["0 ENUMERATED 1"]],
    ["NULL", hex("0500"), ["0 NULL"]],
    ["an identifier with a name", oid("2.5.4.3"), ["0 OBJECT IDENTIFIER 2.5.4.3 (CN)"]],
    ["one without", oid("1.2.3.4"), ["0 OBJECT IDENTIFIER 1.2.3.4"]],
    ["a broken one", hex("060181"), ["0 OBJECT IDENTIFIER 81"]],
    ["text", text(TAG.utf8String, "Contoso"), ['0 UTF8String "Contoso"']],
    ["BMPString", hex("1e0400410042"), ['0 BMPString "AB"']],
    ["a time", text(TAG.utcTime, "261121000000Z"), ["0 UTCTime 2026-11-21T00:00:00Z"]],
    ["a time that is none", text(TAG.utcTime, "2611210000Z"), ["0 UTCTime 2611210000Z"]],
    ["a long BIT STRING", encode(TAG.bitString, Buffer.alloc(20)), [`0 BIT STRING 152 bits, ${"00".repeat(19)}`]],
    ["a name of a tag", text(contextPrimitive(2), "sensor.contoso.com"), ['0 [2] "sensor.contoso.com"']],
    ["a longer one", encode(TAG.bitString, Buffer.alloc(40)), ["0 BIT STRING 312 bits"]],
    ["a number as long as a key's", encode(TAG.integer, Buffer.alloc(24, 1)), ["0 INTEGER"]],
    ["octets as many as a key has", octets(Buffer.alloc(32, 1)), ["0 OCTET STRING"]],
    ["octets", octets(hex("ff00")), ["0 OCTET STRING ff00"]],
    ["octets that wrap a structure", octets(seq(integer(5))), ["0 OCTET STRING", " 2 SEQUENCE", "  4 INTEGER 5"]],
    ["octets that begin like one", octets(hex("3002ff")), ["0 OCTET STRING 3002ff"]],
    [
      "bits that wrap a structure",
      encode(TAG.bitString, hex("00"), seq(integer(5))),
      ["0 BIT STRING", " 3 SEQUENCE", "  5 INTEGER 5"],
    ],
    ["an indefinite length", indefinite(seq(integer(5), integer(6))), ["0 SEQUENCE …", " 2 INTEGER 5", " 5 INTEGER 6"]],
    ["a length that is not in its shortest form", hex("02810105"), ["0 INTEGER 5"]],
    ["a tag of several octets", hex("9f810005"), ["0 [128]"]],
  ])("%s", (_what, value, expected) => {
    expect(publicly(value)).toEqual(expected);
  });
});

describe("what cannot be read is told of, with its place", () => {
  /** A SEQUENCE in a SEQUENCE, and so on. */
  const deep = (levels: number): Uint8Array => {
    let der: Uint8Array = hex("0500");
    for (let level = 0; level < levels; level++) der = encode(TAG.sequence, der);
    return der;
  };
  test.each<[what: string, bytes: Uint8Array, rows: number, offset: number, message: string]>([
    ["nothing", new Uint8Array(), 0, 0, "no octets"],
    ["one octet", hex("30"), 0, 1, "ends in the middle of an element"],
    ["half of a length", hex("308201"), 0, 3, "ends in the middle of an element"],
    ["a certificate that is cut off", leaf.subarray(0, 600), 64, 0, "an element declares 1068 octets, and has 596"],
    [
      "an element longer than the one around it",
      hex("3005 0500 020505"),
      3,
      4,
      "an element declares 5 octets, and has 1",
    ],
    ["an indefinite length without an end", hex("3080"), 1, 2, "ends before the mark that ends an indefinite length"],
    ["the same with something in it", hex("3080020105"), 2, 5, "ends before the mark that ends an indefinite length"],
    ["the same of a string", hex("0480"), 0, 0, "an indefinite length of an element without parts"],
    [
      "octets behind the end",
      Buffer.concat([leaf, hex("3000")]),
      104,
      leaf.length,
      "2 octets after the end, which are not shown",
    ],
    [
      "a length of many octets",
      hex("3089010000000000000000"),
      0,
      0,
      "a length of 9 octets, more than any file can have",
    ],
    ["a tag of many octets", hex("1fffffffffff0100"), 0, 0, "a tag of more than 4 octets"],
    ["levels without end", deep(3000), 100, 400, LIMIT],
    ["levels of indefinite length", Buffer.alloc(100_000, hex("3080")), 100, 200, LIMIT],
    ["elements without end", encode(TAG.sequence, Buffer.alloc(1_000_000, hex("0500"))), 10_000, 20_003, LIMIT],
    [
      "a structure without end in a string",
      octets(encode(TAG.sequence, Buffer.alloc(1_000_000, hex("0500")))),
      10_000,
      20_006,
      LIMIT,
    ],
    ["junk", Buffer.alloc(4 * 1024 * 1024, 0x41), 1, 67, "4194237 octets after the end, which are not shown"],
    ["zeros", Buffer.alloc(4 * 1024 * 1024), 1, 2, "4194302 octets after the end, which are not shown"],
  ])("%s", (_what, bytes, expected, offset, message) => {
    const { rows, problem } = readTree(bytes);
    expect([rows.length, problem]).toEqual([expected, { offset, message }]);
  });

  test("OCTET STRINGs in OCTET STRINGs end at a hundred levels", () => {
    let der: Uint8Array = seq(integer(5));
    for (let level = 0; level < 200; level++) der = octets(der);
    const { rows, problem } = readTree(handMade({ more: encode(context(5), der) }));
    expect([Math.max(...rows.map(({ depth }) => depth)) < 100, problem?.message]).toEqual([true, LIMIT]);
  });

  test("mutations of certificates never throw, and stay within the bytes", () => {
    const places = array(tuple(nat(leaf.length - 1), nat(255)), { minLength: 1, maxLength: 4 });
    assert(
      property(places, nat(leaf.length), (changes, end) => {
        const bytes = Buffer.from(leaf);
        for (const [at, value] of changes) bytes[at] = value;
        const part = end % 3 === 0 ? bytes.subarray(0, end) : bytes;
        for (const { offset, header, length } of readTree(part).rows)
          if (offset + header > part.length || (length ?? 0) < 0) throw new Error(`${offset} ${header} ${length}`);
      }),
      { numRuns: 150 },
    );
  });
});

describe("what may be secret is not shown", () => {
  /** Octets that stand for a secret. */
  const SECRET = "c0ffee5ec2e7".repeat(4);
  const secret = Buffer.from(SECRET, "hex");
  const attribute = (value: Uint8Array): Uint8Array => seq(oid("1.2.840.113549.1.9.7"), encode(TAG.set, value));
  const requestWith = (value: Uint8Array): Uint8Array =>
    seq(
      seq(
        integer(0),
        seq(),
        seq(seq(oid("1.2.840.113549.1.1.1"), hex("0500")), encode(TAG.bitString, hex("00"), seq(integer(5)))),
        encode(context(0), attribute(value)),
      ),
      seq(oid("1.2.840.113549.1.1.11"), hex("0500")),
      encode(TAG.bitString, hex("0000")),
    );
  test.each<[what: string, bytes: Uint8Array]>([
    ["PKCS#8", seq(integer(0), seq(oid("1.3.101.112")), octets(octets(secret)))],
    [
      "PKCS#8 whose numbers are not where they should be",
      seq(integer(0), seq(oid("1.3.101.112"), octets(secret)), octets(secret), encode(context(0), secret)),
    ],
    ["PKCS#1", seq(...Array.from({ length: 9 }, () => encode(TAG.integer, secret)))],
    ["SEC 1", seq(integer(1), octets(secret), encode(context(0), oid("1.2.840.10045.3.1.7")))],
    ["an encrypted key", seq(seq(oid("1.2.840.113549.1.5.13"), seq()), octets(secret))],
    [
      "a key in a container without encryption",
      pfx([safe(bag("key", seq(integer(0), seq(oid("1.3.101.112")), octets(octets(secret)))))]),
    ],
    ["a key in data that is signed", seq(oid("1.2.840.113549.1.7.2"), encode(context(0), octets(secret)))],
    ["an unknown structure", seq(encode(TAG.utf8String, secret), encode(TAG.bitString, secret), oid("1.2.3"))],
    ["an identifier that is none", seq(encode(TAG.oid, secret.subarray(0, 12)))],
    ["a tag that is a secret", Buffer.concat([hex("300b9f"), hex("ffc0ffeeffc7"), hex("030102039f8105")])],
    ["a challenge password", requestWith(encode(TAG.utf8String, secret))],
    ["one within a structure", requestWith(seq(octets(seq(encode(TAG.printableString, secret)))))],
  ])("%s", (_what, bytes) => {
    const written = JSON.stringify(readTree(bytes).rows);
    for (let at = 0; at + 8 <= SECRET.length; at += 2) expect(written).not.toContain(SECRET.slice(at, at + 8));
    expect(written).not.toContain(JSON.stringify(secret.toString("latin1")).slice(2, 8));
    expect(written).not.toMatch(/\d{12}/);
  });

  test("the value beside a challenge password is", () => {
    const rows = rowsOf(readTree(requestWith(text(TAG.utf8String, "x"))));
    expect(rows.filter((row) => row.includes("hidden"))).toHaveLength(1);
    expect(rows.at(-1)).toMatch(/BIT STRING 8 bits, 00$/);
  });
});

describe("files", () => {
  test("each block of PEM has its tree; what is no ASN.1 says so", () => {
    const openssh = readFileSync("fixtures/keys/leaf-openssh.key", "utf8");
    const dek = readFileSync("fixtures/keys/leaf-dek-aes.key", "utf8");
    const cut = pem("CERTIFICATE", leaf).replace(/\n\w{4}/, "\n*+*+");
    const blocks = readBlocks(Buffer.from(`${pem("CERTIFICATE", leaf)}${openssh}${dek}${cut}`));
    expect(blocks.map(({ label, line, rows, problem }) => [label, line, rows.length > 0, problem?.message])).toEqual([
      ["CERTIFICATE", 1, true, undefined],
      ["OPENSSH PRIVATE KEY", 26, false, "OpenSSH's own format is no ASN.1"],
      [
        "RSA PRIVATE KEY",
        26 + openssh.split("\n").length - 1,
        false,
        "encrypted as a whole: there is no ASN.1 to be seen",
      ],
      [
        "CERTIFICATE",
        26 + openssh.split("\n").length + dek.split("\n").length - 2,
        false,
        "the block cannot be decoded",
      ],
    ]);
  });
});

/** Lines of asn1parse: offset, octets of the header, octets of the content; marks of ends are none of ours. */
const parsed = (out: string): string[] =>
  [...out.matchAll(/^ *(\d+):d=\d+ +hl=(\d+) +l= *(\d+|inf) .*$/gm)]
    .filter(([line]) => !line.includes("EOC"))
    .map(([, ...numbers]) => numbers.join(" "));

/** Where asn1js finds elements, outside of strings. */
function found(node: AsnType, at: number): string[] {
  const { idBlock, lenBlock, valueBlock } = node;
  const header = idBlock.blockLength + lenBlock.blockLength;
  const parts = idBlock.isConstructed && "value" in valueBlock ? (valueBlock.value as AsnType[]) : [];
  let next = at + header;
  const below = parts.flatMap((part) => {
    const rows = found(part, next);
    next += part.blockLength;
    return rows;
  });
  return [`${at} ${header} ${lenBlock.isIndefiniteForm ? "inf" : node.blockLength - header}`, ...below];
}

describe(`asn1js and openssl asn1parse have the same elements${orSkipped}`, () => {
  test.each<[what: string, bytes: Uint8Array]>([
    ["a certificate", leaf],
    ["a request", request],
    ["a CRL", mintCrl({ entries: [{ serialNumber: "77", reason: 1 }] })],
    ["a key", derOf(keyPem("leaf"))],
    ["a key on a curve", derOf(keyPem("leaf-p256"))],
    ["BER", indefinite(seq(integer(5), indefinite(seq(integer(6), integer(7)))))],
    ["a container", readFileSync("fixtures/keys/sensor.pfx")],
  ])("%s", (_what, bytes) => {
    const { rows, problem } = readTree(bytes);
    expect(problem).toBeUndefined();
    const own = new Set(rows.map(({ offset, header, length }) => `${offset} ${header} ${length ?? "inf"}`));
    const { result } = fromBER(bytes, { parseEmbedded: false });
    // Neither looks into OCTET STRINGs: their elements are among ours.
    const theirs = [found(result, 0)];
    if (opensslVersion !== undefined) {
      const { out } = openssl(["asn1parse", "-inform", "DER", "-in", "file"], { file: bytes });
      theirs.push(parsed(out));
    }
    for (const rowsOfOther of theirs) {
      expect(rowsOfOther.length).toBeGreaterThan(3);
      expect(rowsOfOther.filter((row) => !own.has(row))).toEqual([]);
    }
  });
});
