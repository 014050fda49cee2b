/** The report as JUnit XML, as Jenkins' junit-10.xsd has it: an appliance is a suite, a rule is a test. */
import { create } from "xmlbuilder2";
import type { XMLBuilder } from "xmlbuilder2/lib/interfaces.js";
import type { Result } from "../evaluation/evaluate.ts";
import { type BundleReport, counts, type FailOn, isWaived, type Report } from "../report/report.ts";
import { applianceNote, fixLines, waiverRemarks } from "./failures.ts";
import { whyOf } from "./outline.ts";
import { neutral, where } from "./text.ts";
import { waiverNote } from "./waiver-words.ts";

/** Writes the report. It has neither times nor a date: the same files give the same report. */
export function junit(report: Report): string {
  const { bundles, failOn } = report;
  const document = create({ version: "1.0", encoding: "UTF-8" });
  const { tests, failures, errors } = tally(
    bundles.flatMap(({ results }) => results),
    failOn,
  );
  const suites = document.ele("testsuites", { name: "certcheck", tests, failures, errors });
  const remarks = waiverRemarks(report).map(({ text }) => text);
  for (const [index, bundle] of bundles.entries()) writeSuite(suites, bundle, failOn, index === 0 ? remarks : []);
  return document.end({ prettyPrint: true });
}

/** What a suite is about. */
export interface Suite extends Pick<BundleReport, "name" | "owner" | "results"> {
  readonly verdict: BundleReport["verdict"] | "unknown";
}

/** Writes a suite. `remarks` are harmless lines that belong to none of its tests. */
export function writeSuite(
  suites: XMLBuilder,
  { name, verdict, owner, results }: Suite,
  failOn: FailOn,
  remarks: readonly string[] = [],
): void {
  const suite = suites.ele("testsuite", { name: harmless(name), ...tally(results, failOn) });
  const properties = suite.ele("properties");
  properties.ele("property", { name: "verdict", value: verdict });
  if (owner !== undefined) properties.ele("property", { name: "owner", value: harmless(owner) });
  for (const result of results) writeCase(suite, result, failOn);
  if (remarks.length > 0) suite.ele("system-out").txt(harmlessLines(remarks));
}

function writeCase(suite: XMLBuilder, result: Result, failOn: FailOn): void {
  const { rule, outcome, severity, reason = "" } = result;
  const id = harmless(rule);
  const [topic] = id.split("/");
  const test = suite.ele("testcase", { classname: `certcheck.${topic}`, name: id });
  if (outcome === "broken") test.ele("error", { type: "broken", message: harmless(reason) });
  if (outcome === "skipped") test.ele("skipped", { message: harmless(reason) });
  if (outcome !== "fails") return;
  const text = harmlessLines(resultLines(result));
  if (counts(result, failOn)) test.ele("failure", { type: severity, message: summary(result) }).txt(text);
  else test.ele("system-out").txt(`${isWaived(result) ? "" : `${severity}, which does not count: `}${text}`);
}

/** How many there are of each kind. */
const tally = (
  results: readonly Result[],
  failOn: FailOn,
): Record<"tests" | "failures" | "errors" | "skipped", number> => ({
  tests: results.length,
  failures: results.filter((result) => counts(result, failOn)).length,
  errors: results.filter(({ outcome }) => outcome === "broken").length,
  skipped: results.filter(({ outcome }) => outcome === "skipped").length,
});

/** What stands in the list of failed tests. */
function summary({ findings }: Result): string {
  const [first, ...rest] = findings;
  if (first === undefined) return "";
  return xmlText(`${where(first)}: ${neutral(first.message)}`) + (rest.length > 0 ? ` (and ${rest.length} more)` : "");
}

function resultLines(result: Result): string[] {
  const { findings } = result;
  const why = whyOf(result);
  return [
    waiverNote(result),
    ...findings.map((finding) => `${where(finding)}: ${neutral(finding.message)}`),
    applianceNote(result),
    why && `Why: ${why}`,
    // What several findings need is said once.
    ...new Set(findings.map((finding) => fixLines(finding).join("\n"))),
  ].filter((line) => line !== undefined);
}

const harmless = (text: string): string => xmlText(neutral(text));

const harmlessLines = (lines: readonly string[]): string => xmlText(lines.join("\n"));

/**
 * Harmless text as XML 1.0 can hold it: two noncharacters remain after `neutral`. The library takes `&#27;` for a character
 * reference and passes it on, so that the ampersand must not be left to it.
 */
const xmlText = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
