/** Made-up reports: what no run of the fixtures comes to, such as a broken rule or a waiver, for tests of reporters. */
import type { Finding, Result, Waiver } from "../../src/evaluation/evaluate.ts";
import { assembleReport, type BundleReport, type FailOn, type Report } from "../../src/report/report.ts";
import { bundle } from "./bundle.ts";

/** A finding; by default an expired certificate in PEM. */
export const madeFinding = (spec: Partial<Finding> = {}): Finding => ({
  message: "expired on 2025-05-30, 540 days ago",
  file: "sensor.crt",
  line: 4,
  fix: "Have a new certificate issued.\nopenssl req -new -key sensor.key",
  ...spec,
});

/** A result; by default a failure that the appliance has a message for. `severity` is the rule's own, too, unless given. */
export const madeResult = (spec: Partial<Result> = {}): Result => ({
  rule: "validity/not-expired",
  outcome: "fails",
  severity: "error",
  ruleSeverity: spec.severity ?? "error",
  findings: spec.outcome === undefined || spec.outcome === "fails" ? [madeFinding()] : [],
  ...spec,
});

/** Somebody's decision. */
export const madeWaiver: Waiver = { reason: "replaced in January", owner: "PKI team", until: "2027-01-31" };

/** What was found out about one appliance; the verdict goes with the results. */
export function madeBundle(results: readonly Result[], more: Partial<BundleReport> = {}): BundleReport {
  const failed = results.filter(({ outcome }) => outcome === "fails");
  const messages = [...new Set(failed.flatMap(({ refusal }) => refusal ?? []))];
  const isSupported = failed.every(({ ruleSeverity }) => ruleSeverity !== "error");
  return {
    name: "sensor.crt",
    verdict: messages.length > 0 ? "refused" : isSupported ? "ready" : "unsupported",
    messages,
    files: [
      { file: "sensor.crt", slot: "certificate", kind: "certificate", details: [], sha256: "0".repeat(64) },
      { file: "sensor.key", slot: "key", kind: "private key", details: [], sha256: undefined },
    ],
    notChecked: [],
    results,
    ...more,
  };
}

const { context } = await bundle();

/** A report on one appliance; the exit code goes with the results. */
export const madeReport = (
  results: readonly Result[],
  { failOn = "error", ...more }: Partial<Report> & { readonly failOn?: FailOn } = {},
): Report => ({ ...assembleReport(more.bundles ?? [madeBundle(results)], context, failOn), ...more });

/** One result of each kind there is. */
export const allKinds: readonly Result[] = [
  madeResult({ rule: "file/decodes", outcome: "holds" }),
  madeResult({ refusal: "expired" }),
  madeResult({
    rule: "subject/country",
    findings: [madeFinding({ message: '"UK" is not a country' }), madeFinding({ message: "two countries", line: 9 })],
  }),
  madeResult({
    rule: "validity/not-expiring-soon",
    severity: "warning",
    findings: [madeFinding({ message: "10 days left" })],
  }),
  madeResult({
    rule: "key/fast",
    severity: "info",
    findings: [madeFinding({ file: "sensor.key", line: 1, endLine: 52 })],
  }),
  madeResult({ rule: "chain/trusted", outcome: "skipped", reason: "no chain was given" }),
  madeResult({ rule: "key/size", outcome: "broken", reason: "cannot read properties of undefined", stack: "at x" }),
  madeResult({
    rule: "subject/no-wildcard",
    findings: [{ message: '"*.contoso.com" is a wildcard', file: "der.crt", offset: 120, fix: "Name the sensor." }],
    waiver: { ...madeWaiver, state: "in force" },
  }),
  madeResult({
    rule: "subject/organization",
    waiver: { reason: "until the audit", owner: "OT team", until: "2026-06-30", state: "expired" },
  }),
];

/** A report with one result of each kind, and a waiver of each state. */
export const reportOfAllKinds: Report = madeReport(allKinds, {
  configuration: "certcheck.yaml",
  waivers: [
    { rule: "subject/no-wildcard", subject: "sensor.crt", ...madeWaiver, state: "used" },
    { rule: "chain/*", subject: "sensor.crt", ...madeWaiver, state: "unused" },
    { rule: "subject/organization", subject: "sensor.crt", ...madeWaiver, until: "2026-06-30", state: "expired" },
  ],
});
