/** Files that somebody made to do harm: what is printed of them is harmless, and costs no more than it should. */
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { context, contextPrimitive, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { UsageError } from "../../src/errors.ts";
import { extensionOf, handMade, hex, integer, name, oid, seq, text } from "../pki/hand-made.ts";
import { memorySystem } from "../support/bundle.ts";
import { mintCrl } from "../support/mint-crl.ts";
import { nastyTexts } from "../support/nasty.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";
import { processorTime } from "../support/processor-time.ts";

/** A run over files of any names, with what was written. */
async function run(argv: readonly string[], files: readonly (readonly [string, Uint8Array])[], columns = 80) {
  const all = new Map(files);
  const system = memorySystem(
    {},
    {
      readFile(path) {
        const content = all.get(path);
        if (content === undefined) throw new UsageError(`${path}: no such file`);
        return content;
      },
      terminal: { isTerminal: false, columns },
    },
  );
  const exitCode = await main(["inspect", ...argv], system);
  return { exitCode, out: system.out, err: system.err };
}

/** UTF-8 has no lone surrogates; BMPString takes any. */
const anyText = (value: string): Uint8Array =>
  /\p{Cs}/u.test(value)
    ? encode(TAG.bmpString, Buffer.from(value, "utf16le").swap16())
    : encode(TAG.utf8String, Buffer.from(value));

/** A certificate with texts wherever they may stand. */
function certificateWith(values: readonly string[], serialNumber = "5a17"): Uint8Array {
  const holder = nameOf(values);
  const of = (tag: number): Uint8Array[] => values.map((value) => text(tag, value));
  const [mail, dns, uri] = [1, 2, 6].map((tag) => of(contextPrimitive(tag)));
  const bmp = (value: string): Uint8Array => encode(TAG.bmpString, Buffer.from(value, "utf16le").swap16());
  return handMade({
    serialNumber: encode(TAG.integer, hex(serialNumber)),
    subject: holder,
    issuer: holder,
    extensions: [
      extensionOf("2.5.29.17", seq(...(mail ?? []), ...(dns ?? []), ...(uri ?? []), encode(context(4), holder))),
      extensionOf("2.5.29.31", seq(seq(encode(context(0), encode(context(0), ...(uri ?? [])))))),
      extensionOf("1.3.6.1.5.5.7.1.1", seq(...(uri ?? []).map((one) => seq(oid("1.3.6.1.5.5.7.48.1"), one)))),
      extensionOf("2.5.29.32", seq(seq(oid("1.2.3"), seq(seq(oid("1.3.6.1.5.5.7.2.2"), seq(...values.map(anyText))))))),
      extensionOf("1.3.6.1.4.1.311.20.2", bmp(values[0] ?? "")),
      extensionOf("2.16.840.1.113730.1.13", text(TAG.ia5String, values[0] ?? "")),
      extensionOf("1.2.3.4", Buffer.from(values.join(""))),
    ],
  });
}

const nameOf = (values: readonly string[]): Uint8Array =>
  name(...values.map((value) => [["2.5.4.3", anyText(value)]] as const));

/** Texts that share a certificate: the first of a group is its name. */
const GROUP = 12;
const groups = Array.from({ length: Math.ceil(nastyTexts.length / GROUP) }, (_, index) => {
  const some = nastyTexts.slice(index * GROUP, (index + 1) * GROUP);
  return { what: some.map(([what]) => what).join(", "), values: some.map(([, value]) => value) };
});

describe.each(groups)("$what", ({ values }) => {
  test("in a certificate, a list and the names of files", async () => {
    const certificate = certificateWith(values);
    const issuer = nameOf(values);
    const list = mintCrl({ issuer, entries: [{ serialNumber: "77", certificateIssuer: issuer }] });
    const names = values.filter((value) => !value.startsWith("-"));
    const files = [
      ["file", certificate],
      ["list", list],
      ["other", certificateWith(["other"], "5a18")],
      ...names.map((value) => [value, Buffer.from("no certificate")] as const),
    ] as const;
    const runs = await Promise.all([
      run(["file", "list", "--serial", "77", ...names], files),
      run(["file", "list", "--format", "json", "--asn1", ...names], files),
      run(["file", "--asn1"], files),
      run(["file", "other"], files, 40),
    ]);
    for (const { exitCode, out, err } of runs)
      expect([exitCode < 2, err, unsafeIn(out), commandIn(out)]).toEqual([true, "", undefined, undefined]);
  });
});

test("in JSON, the text reads back as it was", async () => {
  const value = "sensor\u202e\u001b[2J::error::x";
  const { out } = await run(["file", "--format", "json"], [["file", certificateWith([value])]]);
  const report = JSON.parse(out) as {
    readonly files: readonly { readonly items: readonly { readonly name: string }[] }[];
  };
  expect(report.files[0]?.items[0]?.name).toBe(value);
});

/** Most milliseconds that a file may take: many times what it does, for other tests run at the same time. */
const PATIENCE = 20_000;

describe("large files", () => {
  const many = (count: number, part: Uint8Array): Uint8Array =>
    Buffer.concat(Array.from({ length: count }, () => part));
  test.each<[what: string, content: Uint8Array, longest: number]>([
    [
      "20,000 names",
      handMade({ extensions: [extensionOf("2.5.29.17", seq(many(20_000, text(contextPrimitive(2), "a.b"))))] }),
      20_000,
    ],
    ["extensions without end", handMade({ extensions: [many(5_000, extensionOf("1.2.3.4", hex("0500")))] }), 30_000],
    [
      "a subject of 10,000 attributes",
      handMade({ subject: name(...Array.from({ length: 10_000 }, () => [["2.5.4.11", anyText("x")] as const])) }),
      500_000,
    ],
    [
      "a serial number of 1 MB",
      handMade({ serialNumber: encode(TAG.integer, Buffer.alloc(1_000_000, 0x5a)) }),
      100_000,
    ],
    [
      "an exponent of 1 MB",
      handMade({
        spki: seq(
          seq(oid("1.2.840.113549.1.1.1"), hex("0500")),
          encode(TAG.bitString, hex("00"), seq(integer(0xff00ff), encode(TAG.integer, Buffer.alloc(1_000_000, 0x5a)))),
        ),
      }),
      100_000,
    ],
    ["junk that looks like PEM", Buffer.from("-----BEGIN CERTIFICATE-----\n".repeat(10_000)), 100_000],
    ["4 MiB of zeros", Buffer.alloc(4 * 1024 * 1024), 10_000],
    ["4 MiB of a letter", Buffer.alloc(4 * 1024 * 1024, "A"), 10_000],
    ["levels without end", Buffer.alloc(4 * 1024 * 1024, hex("3080")), 100_000],
  ])("%s", async (_what, content, longest) => {
    const start = processorTime();
    for (const style of [[], ["--asn1", "--format", "json"]]) {
      const { exitCode, out, err } = await run(["file", ...style, "--debug"], [["file", content]]);
      expect({ isJudged: exitCode < 2, err }).toEqual({ isJudged: true, err: "" });
      if (style.length === 0) expect(out.length).toBeLessThan(longest);
    }
    expect(processorTime() - start).toBeLessThan(PATIENCE);
  });
});
