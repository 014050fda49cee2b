/** JUnit XML: one test for each rule, and a failure only for what counts. */
import { describe, expect, test } from "vitest";
import { junit } from "../../src/reporters/junit.ts";
import { readJunit } from "../support/ci-formats.ts";
import { junitFaults } from "../support/junit-schema.ts";
import { allKinds, madeBundle, madeFinding, madeReport, madeResult, reportOfAllKinds } from "../support/report.ts";

const [suite] = readJunit(junit(reportOfAllKinds));
const outcomeOf = (name: string): unknown => suite?.cases.find((one) => one.name === name)?.outcome;

describe("a report with a result of each kind", () => {
  test("satisfies the schema", async () => expect(await junitFaults([junit(reportOfAllKinds)])).toEqual([]));

  test("has a test for each rule", () => {
    expect(suite?.cases.map(({ name }) => name)).toEqual(allKinds.map(({ rule }) => rule));
    expect(suite?.cases[1]).toMatchObject({ classname: "certcheck.validity" });
    expect(suite).toMatchObject({ name: "sensor.crt", counts: { tests: 9, failures: 3, errors: 1, skipped: 1 } });
  });

  test.each([
    ["file/decodes", undefined],
    ["chain/trusted", { element: "skipped", message: "no chain was given" }],
    ["key/size", { element: "error", type: "broken", message: "cannot read properties of undefined" }],
    [
      "subject/country",
      {
        element: "failure",
        type: "error",
        message: 'sensor.crt:4: "UK" is not a country (and 1 more)',
        text: [
          'sensor.crt:4: "UK" is not a country',
          "sensor.crt:9: two countries",
          "Why: The documents list it as required.",
          "Fix: Have a new certificate issued.",
          "  openssl req -new -key sensor.key",
        ].join("\n"),
      },
    ],
  ])("%s", (name, outcome) => expect(outcomeOf(name)).toEqual(outcome));

  test.each([
    ["validity/not-expired", "failure", /\nThe appliance shows: This SSL certificate has expired and is/],
    ["validity/not-expiring-soon", "system-out", /^warning, which does not count: sensor.crt:4: 10 days left\n/],
    [
      "subject/no-wildcard",
      "system-out",
      /^Waived until 2027-01-31 \(PKI team: replaced in January\)\nder.crt at byte 120: /,
    ],
    ["subject/organization", "failure", /^Its waiver expired on 2026-06-30 \(OT team: until the audit\)\n/],
  ])("%s becomes %s", (name, element, text) => {
    expect(outcomeOf(name)).toMatchObject({ element, text: expect.stringMatching(text) as unknown });
  });

  test("tells of the waivers that are not used", () => {
    expect(suite?.output?.split("\n")).toEqual([
      expect.stringContaining("chain/*"),
      expect.stringContaining("expired on 2026-06-30"),
    ]);
  });
});

test("--fail-on decides what is a failure", () => {
  const warning = madeResult({ severity: "warning" });
  const elements = (["error", "warning", "never"] as const).map((failOn) => {
    const [one] = readJunit(junit(madeReport([warning], { failOn })));
    return one?.cases[0]?.outcome?.element;
  });
  expect(elements).toEqual(["system-out", "failure", "system-out"]);
});

test("each appliance has its suite", () => {
  const bundles = ["a.crt", "b.crt"].map((name) => madeBundle(allKinds, { name }));
  const report = junit(madeReport([], { bundles }));
  expect(readJunit(report).map(({ name }) => name)).toEqual(["a.crt", "b.crt"]);
  expect(report).toContain('<testsuites name="certcheck" tests="18" failures="6" errors="2">');
});

test("a report on nothing is one", async () => {
  expect(await junitFaults([junit(madeReport([], { bundles: [] }))])).toEqual([]);
});

test("what XML cannot hold is written as an escape", async () => {
  const message = "a\0b\u001bc\ud800d\ufffee\uffff \"<![CDATA[]]>&amp;&#27;&x;'";
  const text = junit(madeReport([madeResult({ findings: [madeFinding({ message, file: "]]><x/>" })] })]));
  expect(await junitFaults([text])).toEqual([]);
  expect(readJunit(text)[0]?.cases[0]?.outcome?.message).toBe(
    "]]><x/>:4: a\\u{0}b\\u{1b}c\\u{d800}d\\u{fffe}e\\u{ffff} \"<![CDATA[]]>&amp;&#27;&x;'",
  );
});
