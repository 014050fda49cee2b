/** Findings as CI systems list them: what counts, and fingerprints that last. */
import { describe, expect, test } from "vitest";
import { failuresOf, waiverRemarks } from "../../src/reporters/failures.ts";
import { waiverNote } from "../../src/reporters/waiver-words.ts";
import { madeFinding, madeReport, madeResult, madeWaiver, reportOfAllKinds } from "../support/report.ts";

const FOLDER = "/ci/work";

const prints = (...findings: readonly Parameters<typeof madeFinding>[0][]): string[] =>
  failuresOf(madeReport([madeResult({ findings: findings.map(madeFinding) })]), FOLDER).map(
    ({ fingerprint }) => fingerprint,
  );

describe("a fingerprint", () => {
  const [usual] = prints({});

  test.each([
    ["on another line", { line: 40 }],
    ["on another day", { message: "expired on 2025-05-30, 541 days ago" }],
    ["a day after", { message: "expired on 2025-05-30, 1 day ago" }],
    ["on the same day", { message: "expired on 2025-05-30, less than a day ago" }],
    ["with another fix", { fix: "Wait." }],
    ["with the file's path in another form", { file: `${FOLDER}/./sensor.crt` }],
  ])("is the same %s", (_, change) => expect(prints(change)).toEqual([usual]));

  test.each([
    ["file", { file: "other.crt" }],
    ["message", { message: "revoked on 2025-05-30, 540 days ago" }],
  ])("is another one with another %s", (_, change) => expect(prints(change)).not.toEqual([usual]));

  test("is another one for another rule", () => {
    const [failure] = failuresOf(madeReport([madeResult({ rule: "validity/begun" })]), FOLDER);
    expect(failure?.fingerprint).not.toBe(usual);
  });

  test("is never shared, whatever is alike", () => {
    const all = prints({}, {}, { line: 9 });
    expect(new Set(all).size).toBe(3);
    expect(all[0]).toBe(usual);
  });
});

test("what does not fail is not listed, and what is waived or below --fail-on does not count", () => {
  expect(failuresOf(reportOfAllKinds, FOLDER).map(({ result, isCounted }) => [result.rule, isCounted])).toEqual([
    ["validity/not-expired", true],
    ["subject/country", true],
    ["subject/country", true],
    ["validity/not-expiring-soon", false],
    ["key/fast", false],
    ["subject/no-wildcard", false],
    ["subject/organization", true],
  ]);
});

test.each([
  ["in force", "Waived until 2027-01-31 (PKI team: replaced in January)"],
  ["expired", "Its waiver expired on 2027-01-31 (PKI team: replaced in January)"],
] as const)("a waiver %s is told of", (state, text) => {
  expect(waiverNote(madeResult({ waiver: { ...madeWaiver, state } }))).toBe(text);
});

test("waivers that are used are not remarked on", () => {
  expect(waiverRemarks(reportOfAllKinds)).toEqual([
    {
      isExpired: false,
      text: "Waiver of chain/* for sensor.crt: not needed by any failure, until 2027-01-31 (PKI team: replaced in January)",
    },
    {
      isExpired: true,
      text: "Waiver of subject/organization for sensor.crt: expired on 2026-06-30 (PKI team: replaced in January)",
    },
  ]);
});
