/** The report as GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
import { sha256 } from "../pki/public-key.ts";
import { isWaived, type Report } from "../report/report.ts";
import { applianceNote, breakdownsOf, type Failure, failuresOf, fixLines, waiverRemarks } from "./failures.ts";
import { serialize } from "./json.ts";
import { placeOf } from "./place.ts";
import type { Style } from "./style.ts";
import { neutral } from "./text.ts";
import { waiverNote } from "./waiver-words.ts";

/** One entry of the report. */
export interface Violation {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** Writes the report. */
export function gitlab(report: Report, { folder }: Style): string {
  return serialize(
    [
      ...failuresOf(report, folder).map((failure) => violation(failure)),
      ...breakdownsOf(report).map(({ bundle, rule, message }, index) =>
        wholeFile(rule, message, "blocker", placeOf(bundle.name, folder).path, index),
      ),
      ...waiverViolations(report, folder),
    ],
    2,
  );
}

/** What is to be said of the waivers. */
export const waiverViolations = (report: Pick<Report, "configuration" | "waivers">, folder: string): Violation[] =>
  waiverRemarks(report).map(({ text }, index) =>
    wholeFile("waiver", text, "info", placeOf(report.configuration ?? "certcheck", folder).path, index),
  );

/** About a finding; `more` is harmless text. */
export function violation(failure: Failure, ...more: readonly string[]): Violation {
  const { result, finding, place, fingerprint } = failure;
  const [fix] = fixLines(finding);
  const parts = [waiverNote(result), neutral(finding.message), applianceNote(result), fix, ...more];
  return {
    description: parts.flatMap((part) => part?.replace(/\.$/, "") ?? []).join(". "),
    check_name: result.rule,
    fingerprint,
    severity: severityOf(failure),
    location: { path: neutral(place.path), lines: { begin: finding.line ?? 1 } },
  };
}

/** GitLab's five levels: what the appliance refuses, what it does not support, what else counts, what does not. */
function severityOf({ result, isCounted }: Failure): Violation["severity"] {
  if (isWaived(result) || result.severity === "info") return "info";
  if (result.severity === "error") return result.refusal === undefined ? "critical" : "blocker";
  return isCounted ? "major" : "minor";
}

/** About something that has no line. */
export const wholeFile = (
  check_name: string,
  description: string,
  severity: Violation["severity"],
  path: string,
  index: number | string,
): Violation => ({
  description,
  check_name,
  fingerprint: sha256(Buffer.from(JSON.stringify([check_name, path, index]))),
  severity,
  location: { path: neutral(path), lines: { begin: 1 } },
});
