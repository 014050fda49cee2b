/** Waivers: which failures they cover, and until when. */
import { describe, expect, test } from "vitest";
import type { Result } from "../../src/evaluation/evaluate.ts";
import { assembleReport, type BundleReport, type WaiverState } from "../../src/report/report.ts";
import { waive, type WaiverEntry } from "../../src/report/waive.ts";
import { bundle } from "../support/bundle.ts";

const result = (rule: string, outcome: Result["outcome"] = "fails"): Result => ({
  rule,
  outcome,
  severity: "error",
  ruleSeverity: "error",
  findings: [],
});

const appliance = (name: string, results: readonly Result[]): BundleReport => ({
  name,
  verdict: "refused",
  messages: [],
  files: [],
  notChecked: [],
  results,
});

const waiver = (more: Partial<WaiverEntry>): WaiverEntry => ({
  rule: "key/size",
  subject: "sensor-1",
  reason: "new hardware in spring",
  owner: "Jane Doe",
  until: "2026-11-21",
  ...more,
});

const TODAY = "2026-11-21";
const bundles = [
  appliance("sensor-1", [
    result("key/size"),
    result("chain/trusted"),
    result("chain/ordered", "holds"),
    result("key/fast", "skipped"),
  ]),
  appliance("sensor-2", [result("key/size")]),
];

/** The rules whose failures are covered, by appliance, and the states of the waivers. */
function cover(waivers: readonly WaiverEntry[]): { covered: string[]; states: string[] } {
  const { bundles: after, waivers: states } = waive(bundles, waivers, ({ name }) => [name], TODAY);
  return {
    covered: after.flatMap(({ name, results }) =>
      results.flatMap(({ rule, waiver: found }) => (found ? [`${name} ${rule} ${found.state}`] : [])),
    ),
    states: states.map(({ state }) => state),
  };
}

describe("a waiver", () => {
  test.each<[what: string, waiver: Partial<WaiverEntry>, covered: string[], state: WaiverState["state"]]>([
    ["on its last day", {}, ["sensor-1 key/size in force"], "used"],
    ["on the day after", { until: "2026-11-20" }, ["sensor-1 key/size expired"], "expired"],
    [
      "for a pattern of rules",
      { rule: "*" },
      ["sensor-1 key/size in force", "sensor-1 chain/trusted in force"],
      "used",
    ],
    [
      "for a pattern of appliances",
      { subject: "SENSOR-*" },
      ["sensor-1 key/size in force", "sensor-2 key/size in force"],
      "used",
    ],
    ["for a rule that holds", { rule: "chain/ordered" }, [], "unused"],
    ["for a rule that was not asked", { rule: "key/fast" }, [], "unasked"],
    ["for a rule that is not there", { rule: "names/*" }, [], "unasked"],
    ["expired, for a rule that holds", { rule: "chain/ordered", until: "2026-01-01" }, [], "expired"],
    ["for another appliance", { subject: "sensor" }, [], "elsewhere"],
  ])("%s", (_what, more, covered, state) => {
    expect(cover([waiver(more)])).toEqual({ covered, states: [state] });
  });

  test("that is in force goes before one that has expired", () => {
    const { covered, states } = cover([waiver({ until: "2026-01-01" }), waiver({ rule: "key/*" })]);
    expect({ covered, states }).toEqual({ covered: ["sensor-1 key/size in force"], states: ["expired", "used"] });
  });

  test("changes the exit code alone", async () => {
    const { context } = await bundle();
    const codes = [[], [waiver({ rule: "*" })], [waiver({ rule: "*", until: "2026-11-20" })]].map((waivers) => {
      const { bundles: after } = waive(bundles.slice(0, 1), waivers, ({ name }) => [name], TODAY);
      const { verdict, exitCode } = assembleReport(after, context, "warning");
      return { verdict, exitCode };
    });
    expect(codes).toEqual([
      { verdict: "refused", exitCode: 1 },
      { verdict: "refused", exitCode: 0 },
      { verdict: "refused", exitCode: 1 },
    ]);
  });
});
