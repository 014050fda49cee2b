/** The report for people: what stands where, and what is left of it in quiet. The rest is held by the transcripts. */
import { describe, expect, test } from "vitest";
import type { Result } from "../../src/evaluation/evaluate.ts";
import { counts, type FailOn } from "../../src/report/report.ts";
import { plainStyle } from "../../src/reporters/style.ts";
import { human } from "../../src/reporters/human.ts";
import type { Style } from "../../src/reporters/style.ts";
import { allKinds, madeReport, madeResult, madeWaiver, reportOfAllKinds } from "../support/report.ts";

const written = (results: readonly Result[], style: Partial<Style> = {}, failOn: FailOn = "error"): string =>
  human(madeReport(results, { failOn }), { ...plainStyle, ...style });

/** Lines without a margin, but for the findings' own. */
const headings = (text: string): string[] => text.split("\n").filter((line) => /^[A-Z]/.test(line));

const warning = madeResult({ rule: "validity/not-expiring-soon", severity: "warning" });
const note = madeResult({ rule: "key/fast", severity: "info" });
const waived = madeResult({ rule: "subject/organization", waiver: { ...madeWaiver, state: "in force" } });

test("every failure stands under its heading, what is waived under one of its own", () => {
  const text = human(reportOfAllKinds, plainStyle);
  expect(headings(text)).toEqual([
    "REFUSED: the appliance would show this message",
    "Not supported",
    "Errors of certcheck itself; please report them (--debug prints more)",
    "Warnings",
    "Waived",
    "Notes",
    "Waivers without effect",
  ]);
  const [, ownSection = ""] = text.split("\nWaived\n");
  expect(ownSection).toMatch(/subject\/no-wildcard[^]*Waived until 2027-01-31 \(PKI team: replaced in January\)/);
  for (const { rule } of allKinds.filter(({ outcome }) => outcome === "fails")) expect(text).toContain(rule);
});

describe("in quiet, what makes the exit code 1 is there", () => {
  test.each<[what: string, results: readonly Result[], failOn: FailOn]>([
    ["a warning", [warning, note], "warning"],
    ["a warning beside an error that is waived", [waived, warning], "warning"],
    ["a note that is weighed as an error", [{ ...note, severity: "error" }, warning], "error"],
    ["a requirement of the organisation's own", [madeResult({ rule: "policy/names", isOwn: true }), note], "error"],
    ["all kinds", allKinds, "warning"],
  ])("%s", (_what, results, failOn) => {
    const text = written(results, { quiet: true }, failOn);
    const counted = results.filter((result) => counts(result, failOn));
    expect(counted.length).toBeGreaterThan(0);
    for (const { rule } of counted) expect(text).toContain(rule);
  });

  test("and what does not is not, unless the verdict is due to it", () => {
    const text = written([waived, warning, note], { quiet: true });
    expect([waived, warning, note].map(({ rule }) => text.includes(rule))).toEqual([true, false, false]);
  });
});

test("a note takes a line, unless it fails the run or is asked for", () => {
  const other = { ...note, rule: "certificate/sample-extensions" };
  const has = (text: string): boolean[] => [note, other].map(({ rule }) => text.includes(`\n    ${rule}`));
  expect(has(written([note, other]))).toEqual([false, false]);
  expect(has(written([{ ...note, severity: "error" }, other]))).toEqual([true, false]);
  expect(has(written([note, other], { verbose: true }))).toEqual([true, true]);
  expect(headings(written([{ ...note, severity: "error" }, other])).filter((line) => line === "Notes")).toHaveLength(1);
});

test("a result that is weighed otherwise says so", () =>
  expect(written([madeResult({ severity: "warning", ruleSeverity: "error" })])).toContain(
    "validity/not-expired, weighed as warning\n",
  ));

test.each<[what: string, results: readonly Result[], failOn: FailOn, last: RegExp]>([
  ["ready, and failing", [warning], "warning", /^The run fails all the same, with exit code 1: 1 failure of severity /],
  ["unsupported, and waived", [waived], "error", /^The run passes all the same, with exit code 0: no failure of /],
  ["unsupported, and failing", [madeResult()], "error", /rules hold, 0 do not apply/],
])(
  "where the exit code is not what the verdict lets expect, the last line says why: %s",
  (_what, results, failOn, last) => expect(written(results, { columns: 100 }, failOn).split("\n").at(-1)).toMatch(last),
);
