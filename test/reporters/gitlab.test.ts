/** GitLab's code quality report. */
import { expect, test } from "vitest";
import { plainStyle } from "../../src/reporters/style.ts";
import type { Report } from "../../src/report/report.ts";
import { gitlab } from "../../src/reporters/gitlab.ts";
import { readGitlab, type Violation } from "../support/ci-formats.ts";
import { allKinds, madeBundle, madeReport, madeResult, reportOfAllKinds } from "../support/report.ts";

const write = (report: Report): Violation[] => readGitlab(gitlab(report, { ...plainStyle, folder: "/ci/work" }));

test("a report with a result of each kind", () => {
  const violations = write(reportOfAllKinds);
  expect(
    violations.map(({ check_name, severity, location }) => [check_name, severity, location.path, location.lines.begin]),
  ).toEqual([
    ["validity/not-expired", "blocker", "sensor.crt", 4],
    ["subject/country", "critical", "sensor.crt", 4],
    ["subject/country", "critical", "sensor.crt", 9],
    ["validity/not-expiring-soon", "minor", "sensor.crt", 4],
    ["key/fast", "info", "sensor.key", 1],
    ["subject/no-wildcard", "info", "der.crt", 1],
    ["subject/organization", "critical", "sensor.crt", 4],
    ["key/size", "blocker", "sensor.crt", 1],
    ["waiver", "info", "certcheck.yaml", 1],
    ["waiver", "info", "certcheck.yaml", 1],
  ]);
  expect(violations[0]?.description).toBe(
    "expired on 2025-05-30, 540 days ago. The appliance shows: This SSL certificate has expired and is not considered valid. Fix: Have a new certificate issued",
  );
  expect(violations[5]?.description).toMatch(/^Waived until 2027-01-31 \(PKI team: replaced in January\)\. "/);
});

test("a warning that counts is more than one that does not", () => {
  const severities = (["error", "warning"] as const).map(
    (failOn) => write(madeReport([madeResult({ severity: "warning" })], { failOn }))[0]?.severity,
  );
  expect(severities).toEqual(["minor", "major"]);
});

test("no two fingerprints are the same, whatever is", () => {
  const bundles = [madeBundle(allKinds), madeBundle(allKinds)];
  const fingerprints = write({ ...reportOfAllKinds, bundles }).map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
});

test("a report on nothing is one", () => expect(write(madeReport([]))).toEqual([]));
