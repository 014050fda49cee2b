/** The report on a fleet for people: what comes first, what is left out and counted, and that lines fit. */
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { FleetReport } from "../../../src/fleet/report.ts";
import type { BundleReport } from "../../../src/report/report.ts";
import type { Paint, Style } from "../../../src/reporters/style.ts";
import { madeFinding, madeResult, madeWaiver } from "../../support/report.ts";
import { bundleOf, certificateOf, fleetOf, madeUpFleet, write } from "./made-up.ts";

const linesOf = async (
  bundles: readonly BundleReport[],
  more: Partial<FleetReport> = {},
  style: Partial<Style> = {},
): Promise<string[]> => (await write("human", fleetOf(bundles, more), { columns: 120, ...style })).split("\n");

/** The lines from one on up to the next that is empty. */
const paragraph = (lines: readonly string[], first: string | RegExp): string[] => {
  const start = lines.findIndex((line) => (typeof first === "string" ? line === first : first.test(line)));
  return start < 0 ? [] : lines.slice(start, lines.indexOf("", start));
};

const expired = madeResult({ refusal: "expired" });
const refused = (name: string, more: Partial<BundleReport> = {}): BundleReport =>
  bundleOf(name, {
    verdict: "refused",
    messages: ["expired"],
    certificate: certificateOf(name, "2025-05-30T00:00:00Z"),
    results: [expired],
    ...more,
  });
const warning = madeResult({
  rule: "hygiene/clean",
  severity: "warning",
  findings: [madeFinding({ message: "untidy" })],
});
const broken = madeResult({ rule: "key/size", outcome: "broken", reason: "no such property" });
const keyOf = (certificate: BundleReport["certificate"]): object => ({ keyFingerprint: certificate?.keyFingerprint });
const shared = (count: number): ReturnType<typeof madeResult> =>
  madeResult({
    rule: "fleet/unique-key",
    findings: Array.from({ length: count }, (_, index) => ({
      message: `the same public key ${index}`,
      file: "a.crt",
      fix: `Make a new key.\nopenssl genrsa ${index}`,
    })),
  });

test("a table, worst first, then by name", async () => {
  const lines = await linesOf([
    bundleOf("north/a"),
    bundleOf("north/b", { results: [warning] }),
    refused("north/c", { results: [expired, warning] }),
    refused("north/d"),
    bundleOf("north/e", { results: [broken] }),
    bundleOf("north/f", {
      verdict: "unsupported",
      results: [madeResult({ rule: "key/size", waiver: { ...madeWaiver, state: "in force" } })],
    }),
  ]);
  expect(lines.slice(0, 9)).toEqual([
    "All in north/",
    "",
    "verdict      name  expires     days",
    "Error        e     2027-05-30   190  key/size: no such property",
    "Refused      c     2025-05-30  -540  validity/not-expired: expired on 2025-05-30, 540 days ago +1",
    "Refused      d     2025-05-30  -540  validity/not-expired: expired on 2025-05-30, 540 days ago",
    "Unsupported  f     2027-05-30   190  waived: key/size: expired on 2025-05-30, 540 days ago",
    "Ready        b     2027-05-30   190  hygiene/clean: untidy",
    "Ready        a     2027-05-30   190",
  ]);
});

describe("of many", () => {
  const ready = Array.from({ length: 1040 }, (_, index) => bundleOf(`ready-${index}`));
  const worse = Array.from({ length: 120 }, (_, index) => refused(`refused-${index}`));

  test("those that are ready are counted, and a hundred of the others listed", async () => {
    const lines = await linesOf([...ready, ...worse]);
    expect(paragraph(lines, /^verdict/).slice(-3)).toEqual([
      expect.stringMatching(/^Refused {2}refused-99 /),
      "and 20 more (--verbose lists them)",
      "1,040 more are ready",
    ]);
  });

  test("--verbose lists all", async () => {
    const lines = await linesOf([...ready, ...worse], {}, { verbose: true });
    expect(lines.filter((line) => /^(?:Ready|Refused) /.test(line))).toHaveLength(1160);
  });

  test("if all are ready, there is no table", async () => {
    const lines = await linesOf(ready);
    expect(lines[0]).toBe("1,040 are ready");
    expect(lines.at(-2)).toBe("READY: 1,040 ready, of 1,040 appliances");
    expect(lines.filter((line) => line.startsWith("All about"))).toEqual([]);
  });

  test("those that share what must differ are not among them", async () => {
    const { certificate } = bundleOf("x");
    const twin = (name: string): BundleReport =>
      bundleOf(name, { certificate: { ...certificateOf(name, "2027-05-30T00:00:00Z"), ...keyOf(certificate) } });
    const lines = await linesOf([...ready, twin("y"), twin("z")], { results: [shared(1)] });
    expect(lines.slice(1, 4)).toEqual([
      "Ready    y     2027-05-30   190  fleet/unique-key: public key shared with z",
      "Ready    z     2027-05-30   190  fleet/unique-key: public key shared with y",
      "1,040 more are ready",
    ]);
  });
});

test("what was not checked is told of by what it is, and of how many", async () => {
  const notChecked = [{ what: "the chain of trust", why: "no chain file was given", option: "--chain" }];
  const lines = await linesOf([bundleOf("a", { notChecked }), bundleOf("b", { notChecked }), bundleOf("c")]);
  expect(paragraph(lines, "Not checked")).toEqual(["Not checked", "  2  the chain of trust: no chain file was given"]);
});

test("what is found across appliances has its reason and its commands", async () => {
  const lines = await linesOf([bundleOf("a")], { results: [shared(1)] });
  expect(lines.slice(lines.indexOf("Across appliances"), lines.indexOf("Across appliances") + 7)).toEqual([
    "Across appliances",
    "",
    "  a.crt: the same public key 0",
    "    fleet/unique-key",
    "    Who takes the private key from one appliance can pose as the others, whatever their certificates",
    "    say.",
    "    Fix: Make a new key.",
  ]);
});

test("of many findings, ten are listed with their commands", async () => {
  const text = (await linesOf([bundleOf("a")], { results: [shared(25)] })).join("\n");
  expect(text.match(/the same public key/g)).toHaveLength(10);
  expect(text.match(/openssl genrsa/g)).toHaveLength(10);
  expect(text).toContain("and 15 more (--verbose lists them)");
});

test("notes are a line each", async () => {
  const note = madeResult({
    rule: "fleet/spread-expiry",
    severity: "info",
    findings: Array.from({ length: 12 }, (_, index) =>
      madeFinding({ message: `week ${index}`, file: "a.crt", line: 1 }),
    ),
  });
  const notes = paragraph(await linesOf([bundleOf("a")], { results: [note] }), "Notes across appliances");
  expect(notes).toHaveLength(12);
  expect(notes[1]).toBe("  a.crt:1: week 0 (fleet/spread-expiry)");
  expect(notes.at(-1)).toBe("  and 2 more (--verbose lists them)");
});

test("messages and rules are counted, most frequent first", async () => {
  const lines = await linesOf([refused("a"), refused("b", { results: [expired, warning] }), bundleOf("c")]);
  expect(paragraph(lines, "What the appliances would show")).toEqual([
    "What the appliances would show",
    "  2  This SSL certificate has expired and is not considered valid.",
  ]);
  expect(paragraph(lines, "What fails, by rule").slice(1)).toEqual([
    "  2  validity/not-expired: The certificate has not expired",
    expect.stringMatching(/^ {2}1 {2}hygiene\/clean: /),
  ]);
});

test.each([
  ["UTF-8", "█"],
  ["ASCII", "#"],
] as const)("the calendar's bars in %s are of %s", async (charset, block) => {
  const months = { "2026-10": 1, "2026-11": 20, "2027-01": 10 };
  const { tally } = fleetOf([bundleOf("a")]).report;
  const lines = await linesOf([bundleOf("a")], { tally: { ...tally, months } }, { charset });
  expect(paragraph(lines, "Certificates that expire").slice(1)).toEqual([
    `  expired   1  ${block.repeat(2)}`,
    `  2026-11  20  ${block.repeat(40)}`,
    "  2026-12   0",
    `  2027-01  10  ${block.repeat(20)}`,
  ]);
});

test("the worst appliance has the command that tells all about it", async () => {
  const lines = await linesOf([bundleOf("a"), refused("Oven No. 7")]);
  expect(paragraph(lines, /^All about/)).toEqual([
    "All about Oven No. 7",
    "  certcheck 'Oven No. 7.crt' 'Oven No. 7.key' --chain ca.pem",
  ]);
});

describe("what no rule tells of is listed", () => {
  const unread = [{ name: "a", file: "a.crt", why: "no such file" }];
  const strays = [
    { file: "old.key", kind: "key" },
    { file: "notes.txt", kind: "other" },
  ] as const;
  const titles = ["Appliances that were not checked", "Files that belong to no appliance"] as const;

  test("in a part of a fleet, all", async () => {
    const lines = await linesOf([], { unread, strays, shard: "1/2" });
    expect(titles.map((title) => paragraph(lines, title).slice(1))).toEqual([
      ["  a: no such file"],
      ["  old.key", "  notes.txt"],
    ]);
    expect(lines.at(-3)).toMatch(/^This is part 1\/2 of the fleet/);
    expect(lines.at(-2)).toBe("READY: 1 not checked, of 1 appliance");
  });

  test("in a whole one, the rest", async () => {
    const results = ["fleet/files-present", "fleet/files-assigned"].map((rule) => madeResult({ rule }));
    const lines = await linesOf([], { unread, strays, results });
    expect(titles.map((title) => paragraph(lines, title).slice(1))).toEqual([[], ["  notes.txt"]]);
  });

  test("in quiet, the appliances", async () => {
    const lines = await linesOf([], { unread, strays, shard: "1/2" }, { quiet: true });
    expect(lines.slice(0, 3)).toEqual([titles[0], "  a: no such file", ""]);
    expect(lines).not.toContain(titles[1]);
  });

  test("ten at most", async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ file: `${index}.txt`, kind: "other" as const }));
    expect(paragraph(await linesOf([], { strays: many }), titles[1])).toHaveLength(12);
    expect(paragraph(await linesOf([], { strays: many }, { verbose: true }), titles[1])).toHaveLength(31);
  });
});

test.each([
  [
    "a fault of the whole",
    [bundleOf("a")],
    { results: [shared(2)] },
    "The run fails all the same, with exit code 1: 2 failures of severity error.",
  ],
  [
    "nothing counts",
    [refused("a")],
    { failOn: "never" },
    "The run passes all the same, with exit code 0: failures do not count with fail-on never.",
  ],
] as const)("a verdict that the exit code is at odds with is explained: %s", async (_what, bundles, more, sentence) => {
  expect((await linesOf(bundles, more)).at(-3)).toBe(sentence);
});

test("--quiet says what counts, and the totals", async () => {
  const bundles = [bundleOf("a"), bundleOf("b", { results: [warning] }), refused("c")];
  const lines = await linesOf(
    bundles,
    { results: [shared(1), { ...warning, rule: "fleet/separate-names" }] },
    { quiet: true },
  );
  expect(lines[0]).toBe("Refused  c     2025-05-30  -540  validity/not-expired: expired on 2025-05-30, 540 days ago");
  expect(lines.filter((line) => /^\S/.test(line))).toEqual([
    lines[0],
    "Across appliances",
    "REFUSED: 1 refused, 2 ready, of 3 appliances; 2 findings across them",
  ]);
});

describe("lines are no wider than the terminal", () => {
  const names = ["a".repeat(200), "東京".repeat(40), `${"north/".repeat(20)}sensor`, "e\u0301".repeat(100)];
  const long = madeResult({ findings: [madeFinding({ message: "too long ".repeat(50) })] });
  const bundles = names.flatMap((name, index) => [refused(name, { results: [long] }), bundleOf(`${index}`)]);

  test.each([40, 80, 120, 300])("of %i columns", async (columns) => {
    const lines = await linesOf(bundles, {}, { columns, measure: stringWidth, charset: "UTF-8" });
    const table = paragraph(lines, /^verdict/);
    expect(table).toHaveLength(9);
    expect(table.filter((line) => stringWidth(line) > Math.max(columns, 63))).toEqual([]);
    // All columns begin in the same place.
    const dates = table.slice(1).map((line) => stringWidth(line.slice(0, line.search(/\d{4}-\d\d-\d\d/))));
    expect(new Set(dates).size).toBe(1);
    expect(table.filter((line) => line.includes("…")).length).toBeGreaterThan(0);
  });
});

test("colours change nothing else", async () => {
  const marks = Object.fromEntries(
    ["bad", "unsure", "good", "strong", "faint"].map((name) => [name, (text: string) => `\u001b[1m${text}\u001b[0m`]),
  );
  const plain = await write("human", madeUpFleet());
  const coloured = await write("human", madeUpFleet(), { paint: marks as unknown as Paint });
  expect(coloured.length).toBeGreaterThan(plain.length);
  expect(coloured.replaceAll(/\u001b\[\dm/g, "")).toBe(plain);
});
