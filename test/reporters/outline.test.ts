/** What reports for people have in common. */
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { contradiction, outline, tally } from "../../src/reporters/outline.ts";
import { madeUpReport, PLACE, refusedBundle } from "./made-up.ts";

test("every failure is in one place", () => {
  const bundle = refusedBundle();
  const { refusals, unsupported, own, warnings, notes, waived, broken, holding, skipped } = outline(bundle);
  const parts = [
    refusals.flatMap(({ causes }) => causes),
    unsupported,
    own,
    warnings,
    notes,
    waived,
    broken,
    holding,
    skipped,
  ];
  expect(parts.map((part) => part.map(({ rule }) => rule))).toEqual([
    ["chain/trusted", "revocation/not-revoked"],
    ["subject/country", "subject/organization", `unknown/${PLACE}`],
    [],
    ["hygiene/clean"],
    ["key/fast"],
    ["subject/common-name"],
    ["key/size"],
    ["validity/begun"],
    ["key/consistent"],
  ]);
  expect(parts.flat()).toHaveLength(bundle.results.length);
});

test("a failure whose message is not predicted is not lost", () =>
  expect(outline({ ...refusedBundle(), messages: [] }).unsupported.map(({ rule }) => rule)).toContain("chain/trusted"));

describe("the exit code and the verdict", () => {
  test.each([
    ["refused and failing", { verdict: "refused", exitCode: 1 }, ""],
    ["ready and passing", { verdict: "ready", exitCode: 0 }, ""],
    [
      "refused and passing",
      { exitCode: 0, failOn: "never" },
      "The run passes all the same, with exit code 0: failures do not count with fail-on never.",
    ],
    [
      "ready and failing",
      { verdict: "ready", exitCode: 1, failOn: "warning" },
      "The run fails all the same, with exit code 1: 5 failures of severity error or warning, besides 2 waived.",
    ],
    [
      "ready, and broken",
      { verdict: "ready", exitCode: 3 },
      "The run fails all the same, with exit code 3: an error of certcheck itself.",
    ],
  ] as const satisfies readonly (readonly [string, Partial<Report>, string])[])("%s", (_what, more, expected) =>
    expect(contradiction(madeUpReport(PLACE, more))).toBe(expected),
  );
});

test("appliances are counted from worst to best", () => {
  const [refused, ready] = madeUpReport().bundles;
  if (refused === undefined || ready === undefined) throw new Error("the report has two");
  expect([tally([ready, refused, ready]), tally([])]).toEqual(["1 refused, 2 ready", "no appliances"]);
});
