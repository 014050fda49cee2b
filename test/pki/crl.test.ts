/** Reading CRLs: in pieces of any size, damaged, hostile, and as openssl reads them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { crlExtension } from "../../src/pki/crl-extensions.ts";
import { type CrlFile, crlReader, MAX_CRL_BYTES } from "../../src/pki/crl-file.ts";
import { context, readDer, TAG } from "../../src/pki/der.ts";
import { extension } from "../../src/pki/extensions.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { formatName } from "../../src/pki/name.ts";
import { MAX_KEPT_BYTES } from "../../src/pki/signature.ts";
import { caName, type CrlSpec, extensionOf, mintCrl } from "../support/mint-crl.ts";
import { type KeyName, keyPem, mint, mintAppliance, pem } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
import { hex, indefinite, integer, octets, seq } from "./hand-made.ts";
import { failureOf } from "./property.ts";

const { cas } = await mintAppliance();
const signers = cas.map((ca) => readCertificate(ca));
const wanted: ReadonlySet<string> = new Set(["5a17", "00"]);

function read(bytes: string | Uint8Array, size = Infinity, candidates = signers): CrlFile {
  const reader = crlReader({ serialNumbers: wanted, signers: candidates });
  const all = Buffer.from(bytes);
  // One array for all pieces, as a caller has it that reads files.
  const piece = new Uint8Array(Math.min(size, all.length));
  for (let at = 0; at < all.length; at += piece.length) {
    const part = all.subarray(at, at + piece.length);
    piece.set(part);
    if (!reader.push(piece.subarray(0, part.length))) break;
  }
  return reader.end();
}

const problemsOf = (bytes: string | Uint8Array): string[] =>
  read(bytes).problems.map(
    ({ effect, message, line, offset }) =>
      `${effect}: ${message} (${line === undefined ? `offset ${offset}` : `line ${line}`})`,
  );

const date = encode(TAG.utcTime, Buffer.from("260101000000Z"));

/** As many entries as fill more than one piece, with wanted ones at the ends. */
const many = [
  { serialNumber: "5a17", reason: 1 },
  ...Array.from({ length: 4000 }, (_, index) => ({
    serialNumber: (0x400000 + index).toString(16),
    ...(index % 3 === 0 && { reason: 4 }),
    ...(index === 2000 && { certificateIssuer: caName("Contoso Issuing CA") }),
    ...(index % 500 === 0 && {
      more: [extensionOf("2.5.29.24", encode(TAG.generalizedTime, Buffer.from("20260101000000Z")))],
    }),
  })),
  { serialNumber: "00" },
  { serialNumber: "5a17", reason: 6, date: "2026-11-02T00:00:00Z" },
];

const specs: Readonly<Record<string, CrlSpec>> = {
  "no entries": {},
  entries: { entries: [{ serialNumber: "5a17", reason: 1 }, { serialNumber: "00ff" }], keyIdentifier: "aabb" },
  "a distribution point": { point: { uris: ["http://crl.contoso.com/a.crl"], onlyUser: true, reasons: "0560" } },
  "version 1": { version: null, number: null, entries: [{ serialNumber: "00" }] },
  "no nextUpdate, no extensions": { nextUpdate: null, number: null, entries: [{ serialNumber: "5a17" }] },
  "a delta CRL": { delta: "05", nextUpdate: "2051-01-01T00:00:00Z" },
  "RSA-PSS": { algorithm: "RSA-PSS" },
  "many entries": { entries: many },
};

describe.each(Object.entries(specs))("%s", (what, spec) => {
  const der = mintCrl(spec);
  const whole = read(der);
  const [crl] = whole.crls;

  test("is read and verified", () => {
    expect(whole).toMatchObject({ encoding: "DER", problems: [], bytes: der.length });
    expect(crl).toMatchObject({ signatureState: "valid", signer: signers[0], entries: spec.entries?.length ?? 0 });
  });

  test("is the same in pieces of any size, and in PEM", () => {
    const text = pem("X509 CRL", der);
    const sizes = what === "many entries" ? [7, 1000, 65_536] : [1, 7, 64, 1000];
    for (const size of sizes) {
      expect(read(der, size)).toEqual(whole);
      expect(read(text, size).crls).toEqual([{ ...crl, line: 1 }]);
      expect(read(text.replaceAll("\n", "\r\n"), size).crls).toEqual([{ ...crl, line: 1 }]);
    }
  });

  test.skipIf(opensslVersion === undefined)(`is what openssl reads${orSkipped}`, () => {
    const { out } = openssl(
      ["crl", "-in", "a.crl", "-inform", "DER", "-noout", "-text", "-nameopt", "sep_comma_plus_space,dn_rev,utf8"],
      { "a.crl": der },
    );
    const day = (at: number | undefined): string =>
      at === undefined ? "NONE" : new Date(at).toISOString().slice(0, 4);
    expect(out).toContain(`Version ${crl?.version} `);
    expect(out.match(/Serial Number:/g)?.length ?? 0).toBe(crl?.entries);
    expect(out).toMatch(new RegExp(`Last Update: .* ${day(crl?.thisUpdate.at)}`));
    expect(out).toMatch(new RegExp(`Next Update: .*${day(crl?.nextUpdate?.at)}`));
    expect(crl && formatName(crl.issuer)).toBe("C=US, O=Contoso Ltd, CN=Contoso Issuing CA");
  });
});

test("wanted entries are told with their dates, reasons and issuers", () => {
  expect(read(mintCrl({ entries: many })).crls[0]?.revoked).toMatchObject([
    { serialNumber: "5a17", reason: "keyCompromise", date: { text: "261001083000Z" }, offset: 129 },
    { serialNumber: "00", certificateIssuer: [{ attributes: [{}, {}, { value: "Contoso Issuing CA" }] }] },
    { serialNumber: "5a17", reason: "certificateHold", date: { text: "261102000000Z" } },
  ]);
});

test("extensions are decoded, each on its own", () => {
  const [crl] = read(
    mintCrl({
      number: "0100",
      delta: "ff",
      keyIdentifier: "0102",
      point: { directory: caName("A"), onlyAuthority: true, indirect: true, reasons: "0540" },
      more: [extensionOf("2.5.29.46", integer(1)), extensionOf("1.2.3", octets(), true)],
    }),
  ).crls;
  if (crl === undefined) throw new Error("no CRL");
  expect(crlExtension(crl, "cRLNumber")).toBe("0100");
  expect(crl.extensions.map(({ name, critical, problem }) => [name, critical, problem])).toEqual([
    ["authorityKeyIdentifier", false, undefined],
    ["cRLNumber", false, undefined],
    ["deltaCRLIndicator", true, "deltaCRLIndicator is negative"],
    ["issuingDistributionPoint", true, undefined],
    ["freshestCRL", false, "freshestCRL expected, found tag 0x02"],
    ["1.2.3", true, undefined],
  ]);
  expect(crlExtension(crl, "issuingDistributionPoint")).toMatchObject({
    point: { names: [{ type: "directory", value: "C=US, O=Contoso Ltd, CN=A" }] },
    onlyContainsUserCerts: false,
    onlyContainsCACerts: true,
    onlyContainsAttributeCerts: false,
    indirectCRL: true,
    onlySomeReasons: ["keyCompromise"],
  });
});

test("lengths that are longer than they need be are told, once", () => {
  const long = (bytes: Uint8Array): Uint8Array => {
    const { tag, contentStart } = readDer(bytes);
    const size = bytes.length - contentStart;
    return Buffer.concat([Uint8Array.of(tag, 0x84, 0, 0, size >> 8, size & 0xff), bytes.subarray(contentStart)]);
  };
  const bytes = long(mintCrl({ issuer: long(caName("Contoso Issuing CA")) }));
  const [crl] = read(bytes).crls;
  expect(crl?.signatureState).toBe("valid");
  expect(crl?.irregularities.map(({ offset }) => offset)).toEqual([0, 27]);
  expect(read(bytes, 1).crls).toEqual([crl]);
});

describe("signatures", () => {
  const ca = (key: KeyName) =>
    mint({
      subject: [
        ["C", "US"],
        ["O", "Contoso Ltd"],
        ["CN", "Contoso Issuing CA"],
      ],
      key,
      extensions: [],
    });

  test.each([
    ["EC", "leaf-p256"],
    ["Ed25519", "leaf-ed25519"],
  ] as const)("%s", async (algorithm, key) => {
    const signer = readCertificate(await ca(key));
    const crl = mintCrl({ algorithm, key });
    expect(read(crl, 100, [...signers, signer]).crls[0]).toMatchObject({ signatureState: "valid", signer });
    expect(read(crl, 100).crls[0]).toMatchObject({ signatureState: "invalid" });
    expect(read(mintCrl({ algorithm, key, isAltered: true }), 100, [signer]).crls[0]?.signatureState).toBe("invalid");
  });

  test("of many keys, the one that the CRL names is tried first", async () => {
    const keys = ["other", "root", "policy", "leaf", "leaf-3072"] as const;
    const others = await Promise.all(keys.map(async (key) => readCertificate(await ca(key))));
    const [issuing] = signers;
    const keyIdentifier = (issuing && extension(issuing, "subjectKeyIdentifier")) ?? "";
    const all = [...others, ...signers];
    expect(read(mintCrl({ keyIdentifier }), 100, all).crls[0]).toMatchObject({ signatureState: "valid" });
    expect(read(mintCrl(), 100, all).crls[0]).toMatchObject({ signatureState: "unknown" });
  });

  test("the right key is found wherever it stands", async () => {
    const other = readCertificate(await ca("other"));
    for (const all of [
      [other, ...signers],
      [...signers, other],
    ])
      expect(read(mintCrl(), 100, all).crls[0]?.signer).toBe(signers[0]);
  });

  test("an algorithm that keeps what it signs has a limit", async () => {
    const signer = readCertificate(await ca("leaf-ed25519"));
    const spec = { algorithm: "Ed25519", key: "leaf-ed25519" } as const;
    const one = seq(integer(1), date);
    for (const [size, state] of [
      [MAX_KEPT_BYTES, "unknown"],
      [MAX_KEPT_BYTES / 10, "valid"],
    ] as const) {
      const rawEntries = Buffer.alloc(Math.floor(size / one.length) * one.length, one);
      expect(read(mintCrl({ ...spec, rawEntries }), 65_536, [signer]).crls[0]?.signatureState).toBe(state);
    }
  });

  test("without a signer of the name nothing is known", () => {
    expect(read(mintCrl({ issuer: caName("B") })).crls[0]).toMatchObject({ signatureState: "unknown" });
  });
});

const der = mintCrl({ entries: [{ serialNumber: "5a17", reason: 1 }] });
const good = pem("X509 CRL", der);
const lines = good.split("\n");
const changed = (index: number, change: (line: string) => string): string =>
  lines.map((line, at) => (at === index ? change(line) : line)).join("\n");

/** Forms of the file, what is said of them, and how many CRLs are read. */
const forms: readonly (readonly [
  what: string,
  file: string | Uint8Array,
  problems: readonly string[],
  crls: number,
])[] = [
  ["text around the block", `Bag Attributes\n\n${good}\nand more -- of it\n`, [], 1],
  ["two blocks", good + good, [], 2],
  ["no newline at the end", good.trimEnd(), [], 1],
  ["blanks at the ends of lines", good.replaceAll("\n", "  \n"), [], 1],
  ["a byte order mark", `\ufeff${good}`, [], 1],
  ["one line", `${lines[0]}\n${der.toString("base64")}\n${lines.at(-2)}\n`, [], 1],
  ["lines of 76", `${lines[0]}\n${der.toString("base64").replace(/(.{76})/g, "$1\n")}\n${lines.at(-2)}\n`, [], 1],
  ["lines of 63", `${lines[0]}\n${der.toString("base64").replace(/(.{63})/g, "$1\n")}\n${lines.at(-2)}\n`, [], 1],
  [
    "a certificate beside it",
    pem("CERTIFICATE", cas[0] ?? der) + good,
    ['tolerated: a block "CERTIFICATE", which is no CRL (line 1)'],
    1,
  ],
  [
    "DER with bytes behind it",
    Buffer.concat([der, Buffer.alloc(3)]),
    ["limit: 3 bytes after the end of the CRL: they were not read (offset undefined)"],
    1,
  ],
  [
    "the label of libraries",
    pem("CRL", der),
    ['refused: the block is labelled "CRL", OpenSSL knows "X509 CRL" alone (line 1)'],
    1,
  ],
  [
    "a blank line in the block",
    changed(1, (line) => `${line}\n`),
    ["refused: an empty line inside the block (line 3)"],
    1,
  ],
  [
    "carriage returns alone",
    good.replaceAll("\n", "\r"),
    ["refused: lines that end in a carriage return alone (line 1)"],
    1,
  ],
  ["an indented BEGIN line", ` ${good}`, ["refused: something before the BEGIN line (line 1)"], 1],
  ["nothing", "", ["unreadable: an empty file instead of a CRL (offset undefined)"], 0],
  ["a web page", "<!DOCTYPE html><html>", ["unreadable: a web page instead of a CRL (offset undefined)"], 0],
  ["text", "Not Found\n", ["unreadable: nothing that is a CRL (offset undefined)"], 0],
  ["bare base64", der.toString("base64"), ["unreadable: base64 without BEGIN and END lines (offset undefined)"], 0],
  [
    "UTF-16",
    Buffer.from(`\ufeff${good}`, "utf16le"),
    ["unreadable: text in UTF-16, which OpenSSL does not read (offset undefined)"],
    0,
  ],
  [
    "a certificate in PEM",
    pem("CERTIFICATE", cas[0] ?? der),
    [
      'tolerated: a block "CERTIFICATE", which is no CRL (line 1)',
      "unreadable: nothing that is a CRL (offset undefined)",
    ],
    0,
  ],
  [
    "a certificate under the label",
    pem("X509 CRL", cas[0] ?? der),
    ["unreadable: this is no CRL: a certificate (line 1)"],
    0,
  ],
  ["a certificate in DER", cas[0] ?? der, ["unreadable: this is no CRL: a certificate (offset 8)"], 0],
  [
    "an illegal character",
    changed(2, (line) => `${line.slice(0, 9)}*${line.slice(10)}`),
    ['unreadable: "*" is not a base64 character (line 3)'],
    0,
  ],
  [
    "base64 of URLs",
    changed(2, (line) => `${line.slice(0, 9)}_${line.slice(10)}`),
    ['unreadable: "_" is not a base64 character (line 3)'],
    0,
  ],
  [
    "padding inside",
    changed(2, (line) => `${line.slice(0, 62)}==`),
    ['unreadable: "M" is not a base64 character behind the padding (line 4)'],
    0,
  ],
  [
    "no END line",
    lines.slice(0, -2).join("\n"),
    ['unreadable: truncated: the block "X509 CRL" that begins at line 1 has no END line (line 11)'],
    0,
  ],
  [
    "another END line",
    good.replace("END X509 CRL", "END PKCS7"),
    ['unreadable: the block begins as "X509 CRL" at line 1 and ends as "PKCS7" (line 12)'],
    0,
  ],
  [
    "the end cut off",
    der.subarray(0, -1),
    [
      `unreadable: truncated: the CRL ends after ${der.length - 1} bytes of the ${der.length} it declares (offset ${der.length - 1})`,
    ],
    0,
  ],
  [
    "a block cut off inside",
    pem("X509 CRL", der.subarray(0, 200)),
    [`unreadable: truncated: the CRL ends after 200 bytes of the ${der.length} it declares (line 1)`],
    0,
  ],
  [
    "damage, then a good block",
    changed(2, (line) => `*${line}`) + good,
    ['unreadable: "*" is not a base64 character (line 3)'],
    1,
  ],
  [
    "an indefinite length",
    indefinite(der),
    ["unreadable: a length that is indefinite: BER, which is not read in a CRL (offset 0)"],
    0,
  ],
];

test.each(forms)("%s", (_, file, problems, crls) => {
  expect(problemsOf(file)).toEqual(problems);
  const whole = read(file);
  expect(whole.crls.map(({ signatureState }) => signatureState)).toEqual(Array.from({ length: crls }, () => "valid"));
  // How much is looked at of a file that is given up depends on the pieces.
  for (const size of [1, 7]) expect({ ...read(file, size), bytes: 0 }).toEqual({ ...whole, bytes: 0 });
});

describe.skipIf(opensslVersion === undefined)(`openssl crl reads and refuses the same files${orSkipped}`, () => {
  test.each(forms)("%s", (what, file, problems) => {
    // Reading BER is not worth its cost here; the first CRL of several is all that openssl crl looks at.
    if (["an indefinite length", "damage, then a good block", "DER with bytes behind it"].includes(what)) return;
    const form = read(file).encoding === "DER" ? "DER" : "PEM";
    const { ok, out } = openssl(["crl", "-in", "a.crl", "-inform", form, "-noout"], { "a.crl": file });
    expect(ok, out).toBe(problems.every((problem) => problem.startsWith("tolerated")));
  });
});

const entry = (...parts: readonly Uint8Array[]): CrlSpec => ({ rawEntries: seq(...parts) });

test.each<readonly [what: string, spec: CrlSpec, problem: string]>([
  ["an entry that is none", { rawEntries: integer(1) }, "an entry expected (offset 123)"],
  ["an entry without a date", entry(integer(1)), "an entry ends in the middle of an element (offset 128)"],
  ["an entry with a number for a date", entry(integer(1), integer(2)), "an entry without a date (offset 128)"],
  ["an entry without a serial number", entry(date, date), "an element with tag 0x02 expected in an entry (offset 125)"],
  ["an empty serial number", entry(hex("0200"), date), "a serial number without content (offset 125)"],
  [
    "a padded serial number",
    entry(hex("02020001"), date),
    "a serial number that is not in its shortest form (offset 125)",
  ],
  [
    "a padded negative serial number",
    entry(hex("0202ff80"), date),
    "a serial number that is not in its shortest form (offset 125)",
  ],
  ["a field too many", entry(integer(1), date, seq(), integer(2)), "an entry with a field too many (offset 145)"],
  [
    "an extension without a value",
    entry(integer(1), date, seq(seq(hex("06012a")))),
    "an entry ends in the middle of an element (offset 150)",
  ],
  [
    "an entry longer than the list",
    { rawEntries: hex("3010020101") },
    "an entry that goes beyond their list (offset 123)",
  ],
  [
    "an endless length",
    { rawEntries: hex("3080") },
    "a length that is indefinite: BER, which is not read in a CRL (offset 123)",
  ],
  [
    "a length of many octets",
    { rawEntries: hex("3085010101010101") },
    "a length of 5 octets, more than any file can have (offset 123)",
  ],
])("%s is no CRL to openssl either", (_, spec, problem) => {
  const broken = mintCrl(spec);
  const [found = ""] = problemsOf(broken);
  expect(found).toBe(`unreadable: ${problem}`);
  if (opensslVersion === undefined) return;
  const readsBer = problem.includes("BER");
  expect(openssl(["crl", "-inform", "DER", "-in", "a.crl", "-noout"], { "a.crl": broken }).ok && !readsBer).toBe(false);
});

describe("hostile", () => {
  const [TOO_LARGE, TOO_LONG] = ["more than 256 MiB", "more than 8000000 lines"];
  const usualEntry = seq(hex("02027777"), date);
  /** A CRL of 805 MB, up to its first entry. */
  const beforeEntries = Buffer.concat([
    hex("30843000000030842fff0000"),
    integer(1),
    hex("300d06092a864886f70d01010b0500"),
    caName("Contoso Issuing CA"),
    date,
    hex("30842ffe0000"),
  ]);

  test("a CRL cut off anywhere is not read, and told as that", () => {
    for (let length = 1; length < der.length; length++) {
      const { crls, problems } = read(der.subarray(0, length));
      expect(crls).toEqual([]);
      expect(problems.some(({ effect }) => effect === "unreadable")).toBe(true);
    }
    for (let length = 1; length < good.length - 1; length++) expect(read(good.slice(0, length)).crls).toEqual([]);
  });

  test("a CRL that was altered anywhere is never verified, nor does it throw", () => {
    const positions = fc.array(fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    const property = fc.property(positions, fc.integer({ min: 1, max: 300 }), (changes, size) => {
      const bytes = Buffer.from(der);
      for (const [at, mask] of changes) bytes[at] = (bytes[at] ?? 0) ^ mask;
      const { crls } = read(bytes, size);
      // The algorithm beside the signature is not signed; that it differs is for the judge.
      const isSame =
        bytes.equals(der) || crls.some((crl) => !Buffer.from(crl.signature.bytes).equals(crl.signatureAlgorithm.bytes));
      return isSame || crls.every(({ signatureState }) => signatureState !== "valid");
    });
    expect(failureOf(property, 3000)).toBeUndefined();
  });

  test("any text and any bytes end in a file", () => {
    const text = fc.array(
      fc.constantFrom(
        "-----BEGIN X509 CRL-----",
        "-----END X509 CRL-----",
        "MIIB",
        "=",
        "\n",
        "\r",
        " ",
        "-",
        "é",
        "-----BEGIN ",
        "AAAA\n",
      ),
      { maxLength: 60 },
    );
    const property = fc.property(
      text,
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 70 }),
      (parts, bytes, size) => {
        const joined = parts.join("");
        expect(read(joined, size)).toEqual(read(joined));
        expect(read(bytes, size)).toEqual(read(bytes));
        const inside = Buffer.concat([hex("30820200"), bytes]);
        expect(read(inside, size)).toEqual(read(inside));
      },
    );
    expect(failureOf(property, 1000)).toBeUndefined();
  });

  test("what is too long is not kept", () => {
    const long = seq(octets(Buffer.alloc(200_000)));
    expect(problemsOf(mintCrl({ issuer: long }))[0]).toMatch(/^limit: a field of more than 64 KiB/);
    expect(problemsOf(mintCrl({ more: [extensionOf("1.2.3", long)] }))[0]).toMatch(
      /^limit: a field of more than 64 KiB/,
    );
    expect(problemsOf(mintCrl({ rawEntries: seq(integer(1), date, long) }))[0]).toMatch(
      /^limit: a field of more than 64 KiB/,
    );
  });

  test("the same serial number over and over is kept a few times, and said to be", () => {
    const rawEntries = Buffer.alloc(300 * 22, seq(hex("02025a17"), date).subarray(0));
    const size = seq(hex("02025a17"), date).length;
    const [crl] = read(
      mintCrl({ rawEntries: rawEntries.subarray(0, Math.floor(rawEntries.length / size) * size) }),
    ).crls;
    expect(crl).toMatchObject({ isCut: true, revoked: { length: 256 } });
  });

  test("many CRLs together keep no more than a file may", () => {
    const entries = Array.from({ length: 200 }, () => ({ serialNumber: "5a17" }));
    const { crls } = read(pem("X509 CRL", mintCrl({ entries })).repeat(4));
    expect(crls.map(({ revoked, isCut }) => [revoked.length, isCut])).toEqual([
      [200, false],
      [200, false],
      [112, true],
      [0, true],
    ]);
  });

  test("a certificateIssuer is read once for all its entries, and has few names", () => {
    const issuers = (count: number): Uint8Array =>
      extensionOf("2.5.29.29", seq(...Array.from({ length: count }, () => encode(context(4), caName("B")))), true);
    const listing = (count: number): Buffer =>
      mintCrl({ entries: [{ serialNumber: "5a17", more: [issuers(count)] }, { serialNumber: "5a17" }] });
    const [first, second] = read(listing(8)).crls[0]?.revoked ?? [];
    expect(first?.certificateIssuer).toHaveLength(8);
    expect(second?.certificateIssuer).toBe(first?.certificateIssuer);
    expect(problemsOf(listing(9))[0]).toMatch(/^limit: a certificateIssuer of more than 8 names/);
  });

  test.each([
    ["of entries", beforeEntries, Buffer.alloc(usualEntry.length << 16, usualEntry), TOO_LARGE],
    ["of text", Buffer.alloc(0), Buffer.alloc(1 << 20, "nothing\t"), TOO_LARGE],
    ["of lines", Buffer.alloc(0), Buffer.alloc(1 << 20, "\n"), TOO_LONG],
    ["of lines that end in a carriage return", Buffer.alloc(0), Buffer.alloc(1 << 20, "---\r"), TOO_LONG],
  ])("a file without end %s is given up", (_, start, chunk, message) => {
    const reader = crlReader({ serialNumbers: wanted, signers });
    let pushed = start.length + chunk.length;
    reader.push(start);
    while (reader.push(chunk) && pushed <= 2 * MAX_CRL_BYTES) pushed += chunk.length;
    expect(pushed).toBeLessThanOrEqual(MAX_CRL_BYTES + chunk.length);
    expect(reader.end().problems).toContainEqual({ effect: "limit", message: `${message}: the rest was not read` });
  });

  test("more CRLs than anybody has are not all read", () => {
    for (const size of [65_536, Infinity]) {
      const { crls, problems } = read(pem("X509 CRL", mintCrl()).repeat(1100), size);
      expect(crls.length).toBe(1000);
      expect(problems).toMatchObject([{ effect: "limit", message: "more than 1000 CRLs: the rest was not read" }]);
    }
  });

  test("a problem is not lost among many that are harmless", () => {
    const { problems } = read(pem("CERTIFICATE", cas[0] ?? der).repeat(80) + changed(2, (line) => `*${line}`));
    expect(problems.filter(({ effect }) => effect === "tolerated").length).toBe(50);
    expect(problems.at(-1)?.effect).toBe("unreadable");
  });

  test("nothing of a key is repeated", () => {
    const text = keyPem("leaf");
    const { problems } = read(text + text.replace("BEGIN PRIVATE KEY", "BEGIN X509 CRL"));
    const secret = text.split("\n").slice(1, -2);
    for (const { message } of problems) for (const line of secret) expect(message).not.toContain(line.slice(0, 8));
  });
});
