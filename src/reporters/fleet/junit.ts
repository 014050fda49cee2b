/** The report on a fleet as JUnit XML: a suite for each appliance, with a test for each rule that fails, and one for all of them together. */
import { fragment } from "xmlbuilder2";
import type { Result } from "../../evaluation/evaluate.ts";
import { type FailOn, exitCode } from "../../report/report.ts";
import { waiverRemarks } from "../failures.ts";
import { type Suite, writeSuite } from "../junit.ts";
import type { FleetReporter } from "./reporter.ts";
import { gaps } from "./summary.ts";

export const junit: FleetReporter = {
  begin: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="certcheck">\n',
  appliance(report, { failOn }) {
    const { results } = report;
    return suiteText({ ...report, results: exitCode(results, failOn) === 0 ? [...results, passed] : results }, failOn);
  },
  unread: ({ name, why }, { failOn }) =>
    suiteText({ name, verdict: "unknown", results: [{ ...skipped, reason: `not checked: ${why}` }] }, failOn),
  end(report) {
    const remarks = [...gaps(report), ...waiverRemarks(report).map(({ text }) => text)];
    return `${suiteText({ ...report, name: "fleet" }, report.failOn, remarks)}</testsuites>\n`;
  },
};

function suiteText(suite: Suite, failOn: FailOn, remarks?: readonly string[]): string {
  const piece = fragment();
  writeSuite(piece, suite, failOn, remarks);
  return `${piece.end({ prettyPrint: true, offset: 1 })}\n`;
}

/** The test of an appliance of which nothing counts: without any, it would not be seen that it was checked. */
const passed: Result = {
  rule: "appliance/passes",
  outcome: "holds",
  severity: "error",
  ruleSeverity: "error",
  findings: [],
};

/** The test of an appliance that was not checked. Whether that fails the run is for the rule among those of the fleet. */
const skipped: Result = { ...passed, rule: "fleet/files-present", outcome: "skipped" };
