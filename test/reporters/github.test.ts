/** GitHub's annotations, read back as the runner reads them. */
import { describe, expect, test } from "vitest";
import { github } from "../../src/reporters/github.ts";
import type { Report } from "../../src/report/report.ts";
import { plainStyle } from "../../src/reporters/style.ts";
import { type Command, commandsIn } from "../support/github-commands.ts";
import { madeFinding, madeReport, madeResult, reportOfAllKinds } from "../support/report.ts";

const write = (report: Report): string => github(report, { ...plainStyle, folder: "/ci/work" });
const first = (report: Report): Command | undefined => commandsIn(write(report))[0];

test("a report with a result of each kind", () => {
  const commands = commandsIn(write(reportOfAllKinds));
  expect(commands.map(({ name, properties }) => [name, properties["title"]])).toEqual([
    ["error", "validity/not-expired: This SSL certificate has expired and is not considered valid."],
    ["error", "subject/country"],
    ["error", "subject/country"],
    ["warning", "validity/not-expiring-soon"],
    ["notice", "key/fast"],
    ["notice", "subject/no-wildcard"],
    ["error", "subject/organization"],
    ["error", "key/size: broken"],
    ["notice", "waiver"],
    ["warning", "waiver"],
  ]);
  expect(commands[4]?.properties).toMatchObject({ file: "sensor.key", line: "1", endLine: "52" });
  expect(commands[5]?.properties).toEqual({ file: "der.crt", title: "subject/no-wildcard" });
  expect(commands[5]?.data).toMatch(
    /^Waived until 2027-01-31 \(PKI team: replaced in January\)\n"\*\.contoso\.com" is/,
  );
  expect(commands[8]?.properties["file"]).toBe("certcheck.yaml");
});

test("says what was found, and what to do", () => {
  expect(first(reportOfAllKinds)?.data.split("\n")).toEqual([
    "expired on 2025-05-30, 540 days ago",
    "Fix: Have a new certificate issued.",
    "  openssl req -new -key sensor.key",
  ]);
});

test.each([
  ["refused, exit code 3", reportOfAllKinds],
  ["refused, exit code 1", madeReport([madeResult({ refusal: "expired" })])],
  ["unsupported, exit code 0", madeReport([madeResult()], { failOn: "never" })],
  ["ready, exit code 0", madeReport([])],
])("ends with the verdict: %s", (verdict, report) => {
  expect(write(report).split("\n").at(-1)).toBe(`certcheck: ${verdict}`);
});

describe("an annotation is an error if it makes the exit code 1", () => {
  test.each([
    ["error", "error", "error"],
    ["error", "never", "warning"],
    ["warning", "warning", "error"],
    ["warning", "error", "warning"],
    ["info", "warning", "notice"],
  ] as const)("%s with --fail-on %s: %s", (severity, failOn, level) => {
    expect(first(madeReport([madeResult({ severity })], { failOn }))?.name).toBe(level);
  });
});

test.each(["100%", "%0A%3A%25", "a,b=c", "x::y", "::error::z", "a b", "=", "a\\b"])("%s comes back", (text) => {
  const report = madeReport([madeResult({ findings: [madeFinding({ file: text, message: text, fix: "" })] })]);
  const shown = text.replace(/^::error/, "\\u{3a}:error");
  expect(first(report)).toMatchObject({ data: shown, properties: { file: shown, line: "4" } });
});
