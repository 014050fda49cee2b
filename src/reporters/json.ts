/** The report for programs; its shape is held by docs/report.schema.json. */
import { messages } from "../defender.ts";
import type { EndpointFacts } from "../report/endpoint-facts.ts";
import type { Result } from "../evaluation/evaluate.ts";
import type { BundleReport, Report } from "../report/report.ts";
import { version } from "../version.ts";

/** Grows when a change would break a reader; new fields do not. */
export const SCHEMA_VERSION = 1;

/** Writes the report. */
export const json = (report: Report): string => serialize(reportJson(report), 2);

/** Writes a report for each appliance, each in a line of its own. */
export const jsonl = (report: Report): string =>
  report.bundles
    .map((bundle) => serialize(reportJson({ ...report, verdict: bundle.verdict, bundles: [bundle] })))
    .join("\n");

/** A report as JSON has it. */
export const reportJson = ({
  at,
  edition,
  verdict,
  exitCode,
  failOn,
  configuration,
  waivers,
  bundles,
}: Report): object => ({
  schemaVersion: SCHEMA_VERSION,
  tool: { name: "certcheck", version },
  at,
  edition,
  verdict,
  exitCode,
  failOn,
  ...(configuration !== undefined && { configuration }),
  ...(waivers && { waivers }),
  bundles: bundles.map(bundleJson),
});

/** What was found out about one appliance, as JSON has it. */
export function bundleJson({
  purpose,
  name,
  owner,
  verdict,
  messages: predicted,
  files,
  certificate,
  request,
  chain,
  crls,
  endpoint,
  notChecked,
  results,
}: BundleReport): object {
  return {
    ...(purpose && { purpose }),
    name,
    ...(owner !== undefined && { owner }),
    verdict,
    messages: predicted.map((id) => messages[id]),
    files: files.map(({ file, slot, kind, sha256 }) => ({ file, slot, kind, ...(sha256 !== undefined && { sha256 }) })),
    ...(certificate && { certificate }),
    ...(request && { request }),
    ...(chain && { chain }),
    ...(crls && { crls }),
    ...(endpoint && { endpoint: endpointJson(endpoint) }),
    notChecked,
    results: results.map(resultJson),
  };
}

/** How to trust the root is for people. */
function endpointJson({
  browser,
  expected,
  words: _words,
  root: _root,
  hosts: _hosts,
  ...facts
}: EndpointFacts): object {
  return {
    ...facts,
    ...(expected && { expected: { file: expected.file, served: expected.isServed } }),
    browserErrors: browser,
  };
}

/** What came of a rule, as JSON has it. */
export function resultJson({ rule, outcome, severity, refusal, reason, waiver, findings }: Result): object {
  return {
    rule,
    outcome,
    severity,
    ...(refusal !== undefined && { refusal }),
    ...(reason !== undefined && { reason }),
    ...(waiver && {
      [waiver.state === "in force" ? "waived" : "waiverExpired"]: {
        reason: waiver.reason,
        owner: waiver.owner,
        until: waiver.until,
      },
    }),
    findings: findings.map(({ message, file, line, endLine, offset, fix }) => ({
      message,
      file,
      ...(line !== undefined && { line }),
      ...(endLine !== undefined && { endLine }),
      ...(offset !== undefined && { offset }),
      fix,
    })),
  };
}

/**
 * JSON that is the same to every parser, and harmless where it is printed: what JSON leaves as it is, but a terminal or
 * a CI system may act on, is written as an escape.
 */
export function serialize(value: unknown, indentation?: number): string {
  const text = JSON.stringify(value, undefined, indentation);
  // Nearly all of it has nothing of that, which is found out in a tenth of the time.
  if (!/[^\n -~]|##/.test(text)) return text;
  return text.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]|#(?=#(?:vso|teamcity)?\[)/giu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
