/** The report for programs; its shape is held by docs/report.schema.json. */
import { messages } from "../defender.ts";
import type { Result } from "../evaluate.ts";
import type { BundleReport, Report } from "../report.ts";
import { version } from "../version.ts";

/** Grows when a change would break a reader; new fields do not. */
export const SCHEMA_VERSION = 1;

/** Writes the report. */
export const json = (report: Report): string =>
  serialize({
    schemaVersion: SCHEMA_VERSION,
    tool: { name: "certcheck", version },
    at: report.at,
    edition: report.edition,
    verdict: report.verdict,
    exitCode: report.exitCode,
    bundles: report.bundles.map(bundleJson),
  });

function bundleJson({
  name,
  verdict,
  messages: predicted,
  certificate,
  chain,
  crls,
  notChecked,
  results,
}: BundleReport): object {
  return {
    name,
    verdict,
    messages: predicted.map((id) => messages[id]),
    ...(certificate && { certificate }),
    ...(chain && { chain }),
    ...(crls && { crls }),
    notChecked,
    results: results.map(resultJson),
  };
}

function resultJson({ rule, outcome, severity, refusal, reason, findings }: Result): object {
  return {
    rule,
    outcome,
    severity,
    ...(refusal !== undefined && { refusal }),
    ...(reason !== undefined && { reason }),
    findings: findings.map(({ message, file, line, offset, fix }) => ({
      message,
      file,
      ...(line !== undefined && { line }),
      ...(offset !== undefined && { offset }),
      fix,
    })),
  };
}

/**
 * JSON that is the same to every parser, and harmless where it is printed: what JSON leaves as it is, but a terminal or
 * a CI system may act on, is written as an escape.
 */
export const serialize = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replace(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]|#(?=#(?:vso)?\[)/gu,
    (character) =>
      [...Array(character.length).keys()]
        .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
        .join(""),
  );
