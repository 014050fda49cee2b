/** SARIF 2.1.0: results, the catalogue, and what GitHub's code scanning asks for beyond the schema. */
import type { ReportingDescriptor, Result, Run } from "sarif";
import { describe, expect, test } from "vitest";
import { plainStyle } from "../../src/reporters/style.ts";
import { documents } from "../../src/defender.ts";
import type { Report } from "../../src/report/report.ts";
import { sarif } from "../../src/reporters/sarif.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { version } from "../../src/version.ts";
import { readSarif } from "../support/ci-formats.ts";
import { madeBundle, madeFinding, madeReport, madeResult, reportOfAllKinds } from "../support/report.ts";

const write = (report: Report, folder = "/ci/work"): string => sarif(report, { ...plainStyle, folder });

function runOf(report: Report): Run {
  const [run] = readSarif(write(report)).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

const run = runOf(reportOfAllKinds);
const results: readonly Result[] = run.results ?? [];
const descriptors: readonly ReportingDescriptor[] = run.tool.driver.rules ?? [];

describe("results", () => {
  test("one for each finding", () => {
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ["validity/not-expired", "error"],
      ["subject/country", "error"],
      ["subject/country", "error"],
      ["validity/not-expiring-soon", "warning"],
      ["key/fast", "note"],
      ["subject/no-wildcard", "error"],
      ["subject/organization", "error"],
    ]);
    for (const { ruleId, ruleIndex = -1 } of results) expect(descriptors[ruleIndex]?.id).toBe(ruleId);
  });

  test("say what was found, what the appliance shows, and what to do", () => {
    expect(results[0]?.message.text?.split("\n")).toEqual([
      "expired on 2025-05-30, 540 days ago",
      "The appliance shows: This SSL certificate has expired and is not considered valid.",
      "Fix: Have a new certificate issued.",
      "  openssl req -new -key sensor.key",
    ]);
    expect(results[0]?.properties).toEqual({
      appliance: "sensor.crt",
      applianceMessage: "This SSL certificate has expired and is not considered valid.",
    });
    expect(results[6]?.message.text).toContain("\nIts waiver expired on 2026-06-30 (OT team: until the audit)");
  });

  test.each([
    ["a line", 0, { startLine: 4 }],
    ["a block", 4, { startLine: 1, endLine: 52 }],
    ["a byte", 5, { startLine: 1, byteOffset: 120 }],
  ])("%s is a region", (_, index, region) => {
    expect(results[index]?.locations?.[0]?.physicalLocation?.region).toEqual(region);
  });

  test("are suppressed if they are waived, and only then", () => {
    expect(results.map(({ suppressions }) => suppressions).filter((found) => found !== undefined)).toEqual([
      [
        {
          kind: "external",
          status: "accepted",
          justification: "Waived until 2027-01-31 (PKI team: replaced in January)",
        },
      ],
    ]);
    expect(results[5]?.suppressions).toBeDefined();
  });

  test("point to the files, which have their hashes", () => {
    expect(run.artifacts).toEqual([
      {
        location: { uri: "sensor.crt", uriBaseId: "%SRCROOT%" },
        roles: ["analysisTarget"],
        hashes: { "sha-256": "0".repeat(64) },
      },
      { location: { uri: "sensor.key", uriBaseId: "%SRCROOT%" }, roles: ["analysisTarget"] },
    ]);
    const locations = results.map(({ locations: [first] = [] }) => first?.physicalLocation?.artifactLocation);
    expect(locations[4]).toEqual({ uri: "sensor.key", uriBaseId: "%SRCROOT%", index: 1 });
    expect(locations[5]).toEqual({ uri: "der.crt", uriBaseId: "%SRCROOT%" });
  });

  test("of a file elsewhere have an absolute URI without a base", () => {
    const [result] =
      runOf(madeReport([madeResult({ findings: [madeFinding({ file: "/etc/pki/a.crt" })] })])).results ?? [];
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation).toEqual({ uri: "file:///etc/pki/a.crt" });
  });

  test("name no place of this machine", () =>
    expect(write(reportOfAllKinds, "/srv/secret-name")).not.toContain("secret"));
});

describe("the invocation", () => {
  test("is no success if a rule broke, and says which", () => {
    expect(run.invocations?.[0]).toMatchObject({
      executionSuccessful: false,
      exitCode: 3,
      toolExecutionNotifications: [
        {
          level: "error",
          message: { text: "an error of certcheck itself: cannot read properties of undefined" },
          associatedRule: { id: "key/size", index: rules.findIndex(({ id }) => id === "key/size") },
        },
      ],
    });
  });

  test("is a success if findings alone are to blame", () => {
    expect(runOf(madeReport([madeResult()])).invocations).toEqual([{ executionSuccessful: true, exitCode: 1 }]);
  });

  test("tells of the waivers that are not used", () => {
    const notifications = run.invocations?.[0]?.toolConfigurationNotifications ?? [];
    expect(notifications.map(({ level }) => level)).toEqual(["note", "warning"]);
  });
});

describe("the catalogue", () => {
  test("is there as a whole, with the program's version", () => {
    expect(descriptors.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    expect(run.tool.driver).toMatchObject({ name: "certcheck", version, semanticVersion: version });
  });

  test("has names of one form, each once", () => {
    const names = descriptors.map(({ name = "" }) => name);
    expect(names.filter((name) => !/^(?:[A-Z][a-z]+)+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    ["validity/not-expired", "https://learn.microsoft.com/en-us/azure/defender-for-iot/organizations/"],
    ["names/covers-host", undefined],
    ["certificate/encoding", "https://www.rfc-editor.org/rfc/rfc5280#section-4.1"],
    ["chain/strict", "https://www.rfc-editor.org/rfc/rfc5280#section-4.1"],
  ])("%s is explained at %s", (id, address) => {
    const { helpUri } = descriptors.find((descriptor) => descriptor.id === id) ?? {};
    if (address === undefined) expect(helpUri).toBeUndefined();
    else expect(helpUri?.startsWith(address)).toBe(true);
  });

  test("have an address, but for those of the draft of 2021 and of the configuration", () => {
    const unknown = rules.filter(({ id }) => descriptors.find((one) => one.id === id)?.helpUri === undefined);
    expect(new Set(unknown.map(({ source }) => source.document))).toEqual(
      new Set([documents["2021"], "the configuration"]),
    );
  });

  test("explains each rule in text and in Markdown, without a placeholder", () => {
    for (const { help, shortDescription, fullDescription } of descriptors) {
      const texts = [help?.text, help?.markdown, shortDescription?.text, fullDescription?.text];
      expect(texts.filter((text = "") => text === "" || /\{\d+\}|\]\(/.test(text))).toEqual([]);
      expect(help?.text).toMatch(/\nWhy: .+\nFix: ./);
      expect(help?.markdown).toMatch(/\n- \*\*Why:\*\* .+\n- \*\*Fix:\*\* ./);
    }
  });

  test("keeps to what GitHub takes: 20 tags, texts of 1024 characters", () => {
    for (const { properties, shortDescription, fullDescription } of descriptors) {
      expect(properties?.tags?.length).toBeLessThanOrEqual(20);
      for (const text of [shortDescription?.text, fullDescription?.text])
        expect(text?.length).toBeLessThanOrEqual(1024);
    }
  });
});

test.each([
  ["a link", "[READY](https://evil.example/)", "[READY]\\u0028https://evil.example/)"],
  ["a link to another result", "[x](1)", "[x]\\u00281)"],
  ["a placeholder", "{0} {{1}} { x; }", "\\u007b0} {\\u007b1}} { x; }"],
  ["the end of a line", "a\nb", "a\\u{a}b"],
])("%s in a message is none", (_, message, shown) => {
  const [result] = runOf(madeReport([madeResult({ findings: [madeFinding({ message, fix: "" })] })])).results ?? [];
  const { text = "" } = result?.message ?? {};
  expect(text).toBe(shown);
});

test("several appliances are in one run", () => {
  const bundles = [madeBundle([madeResult()], { name: "a.crt" }), madeBundle([madeResult()], { name: "b.crt" })];
  const found = runOf(madeReport([], { bundles })).results ?? [];
  expect(found.map(({ properties }) => properties?.["appliance"] as unknown)).toEqual(["a.crt", "b.crt"]);
  expect(new Set(found.map(({ partialFingerprints }) => partialFingerprints?.["certcheck/v1"])).size).toBe(2);
});
