/** JUnit, SARIF, GitHub's and GitLab's formats of a fleet: whole documents of pieces, that agree with each other and with the exit code. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Run } from "sarif";
import type { FleetReport } from "../../../src/fleet/report.ts";
import type { BundleReport } from "../../../src/report/report.ts";
import { rules } from "../../../src/rules/catalogue.ts";
import { readGitlab, readJunit, readSarif, type Suite, type Violation } from "../../support/ci-formats.ts";
import { type Command, commandsIn } from "../../support/github-commands.ts";
import { junitFaults } from "../../support/junit-schema.ts";
import { allKinds, madeFinding, madeResult, madeWaiver } from "../../support/report.ts";
import { bundleOf, fleetOf, type MadeFleet, write } from "./made-up.ts";

/** A fleet in all of these formats. */
interface Written {
  readonly junit: string;
  readonly suites: readonly Suite[];
  readonly run: Run | undefined;
  readonly commands: readonly Command[];
  readonly github: string;
  readonly violations: readonly Violation[];
}

async function inAll(fleet: MadeFleet): Promise<Written> {
  const [junit, sarif, github, gitlab] = await Promise.all(
    (["junit", "sarif", "github", "gitlab"] as const).map((format) => write(format, fleet)),
  );
  return {
    junit: junit ?? "",
    suites: readJunit(junit ?? ""),
    run: readSarif(sarif ?? "").runs[0],
    commands: commandsIn(github ?? ""),
    github: github ?? "",
    violations: readGitlab(gitlab ?? ""),
  };
}

/** The same chain file is that of both. */
const chainFault = madeResult({
  rule: "chain/trusted",
  findings: [madeFinding({ file: "ca.pem", message: "no root" })],
});
const shared = madeResult({
  rule: "fleet/unique-key",
  findings: [madeFinding({ file: "a.crt", message: "the same public key in the certificates of a and b" })],
});
const fleet = fleetOf(
  [
    bundleOf("a", { verdict: "unsupported", results: [chainFault] }),
    bundleOf("b", {
      verdict: "refused",
      owner: "OT team",
      results: [...allKinds.filter(({ outcome }) => outcome !== "holds"), chainFault],
    }),
    bundleOf("c"),
    bundleOf("d", { results: [madeResult({ rule: "hygiene/clean", severity: "warning" })] }),
  ],
  {
    results: [shared, madeResult({ rule: "fleet/unique-certificate", outcome: "holds" })],
    unread: [{ name: "e", file: "e.crt", why: "no such file" }],
    waivers: [{ rule: "chain/*", subject: "z.crt", ...madeWaiver, state: "unused" }],
    configuration: "certcheck.yaml",
  },
);

describe("a fleet of all kinds", () => {
  let written: Written;
  beforeAll(async () => {
    written = await inAll(fleet);
  });

  test("is JUnit by the schema: a suite for each appliance, and one for all", async () => {
    expect(await junitFaults([written.junit])).toEqual([]);
    expect(written.suites.map(({ name, counts }) => [name, ...Object.values(counts)])).toEqual([
      ["a", 1, 1, 0, 0],
      ["b", 8, 4, 1, 0],
      ["c", 1, 0, 0, 0],
      ["d", 2, 0, 0, 0],
      ["e", 1, 0, 0, 1],
      ["fleet", 2, 1, 0, 0],
    ]);
    expect(written.junit).toContain('<property name="owner" value="OT team"/>');
  });

  test("an appliance of which nothing counts has a test that passes", () => {
    const [, , ready, warned, unread] = written.suites;
    expect(ready?.cases).toEqual([{ name: "appliance/passes", classname: "certcheck.appliance" }]);
    expect(warned?.cases.map(({ name, outcome }) => [name, outcome?.element])).toEqual([
      ["hygiene/clean", "system-out"],
      ["appliance/passes", undefined],
    ]);
    expect(unread?.cases[0]?.outcome).toEqual({ element: "skipped", message: "not checked: no such file" });
  });

  test("what is said of several lines stands as it does for one appliance", () => {
    const text = written.suites[0]?.cases[0]?.outcome?.text;
    expect(text).toContain("ca.pem:4: no root\nWhy: ");
  });

  test("is one run of SARIF, in which each result names its appliance", () => {
    const results = written.run?.results ?? [];
    expect(results.map(({ ruleId, properties }) => `${ruleId} ${String(properties?.["appliance"])}`)).toEqual([
      "chain/trusted a",
      "validity/not-expired b",
      "subject/country b",
      "subject/country b",
      "validity/not-expiring-soon b",
      "key/fast b",
      "subject/no-wildcard b",
      "subject/organization b",
      "chain/trusted b",
      "hygiene/clean d",
      "fleet/unique-key undefined",
    ]);
    const descriptors = written.run?.tool.driver.rules ?? [];
    for (const { ruleId, ruleIndex = -1 } of results) expect(descriptors[ruleIndex]?.id).toBe(ruleId);
    expect(descriptors.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  });

  test("the run of SARIF says what broke, and what was not checked", () => {
    expect(written.run?.invocations).toEqual([
      {
        executionSuccessful: false,
        exitCode: 3,
        toolExecutionNotifications: [
          expect.objectContaining({
            level: "error",
            message: { text: "b: an error of certcheck itself: cannot read properties of undefined" },
          }),
          { level: "warning", message: { text: "e was not checked: no such file" } },
        ],
        toolConfigurationNotifications: [expect.objectContaining({ level: "note" })],
      },
    ]);
    expect(written.run?.properties).toEqual({ verdict: "refused", edition: "2023" });
  });

  test("all formats tell of the same, and a file of two appliances twice", () => {
    const found = written.run?.results?.map(({ ruleId }) => ruleId ?? "") ?? [];
    const sorted = (texts: readonly string[]): string[] =>
      texts.filter((text) => rules.some(({ id }) => id === text)).toSorted();
    const titles = written.commands.map(({ properties }) => properties["title"]?.replace(/: (?!broken).*/, "") ?? "");
    expect(sorted(titles)).toEqual(sorted(found));
    expect(sorted(written.violations.map(({ check_name }) => check_name))).toEqual(sorted([...found, "key/size"]));
    const chain = written.violations.filter(({ check_name }) => check_name === "chain/trusted");
    expect(chain.map(({ description }) => description.split(". ").at(-1))).toEqual(["Appliance: a", "Appliance: b"]);
  });

  test.each(["partialFingerprints of SARIF", "fingerprints of GitLab"])("no two %s are the same", (what) => {
    const results = written.run?.results?.map(({ partialFingerprints: prints }) => prints?.["certcheck/v1"]) ?? [];
    const fingerprints = what.includes("SARIF") ? results : written.violations.map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  test("a fingerprint does not depend on who else is in the fleet", async () => {
    const alone = await inAll(fleetOf(fleet.bundles.slice(1, 2)));
    const first = alone.violations[0]?.fingerprint;
    expect(written.violations.filter(({ fingerprint }) => fingerprint === first)).toHaveLength(1);
  });

  test("annotations name the appliance, and the last line the verdict", () => {
    expect(written.commands.map(({ name }) => name)).toEqual(
      "error error error error warning notice notice error error error warning error warning notice".split(" "),
    );
    expect(written.commands[0]?.data).toMatch(/^no root\n.*\nAppliance: a$/s);
    expect(written.commands.at(-2)?.data).toBe("e: no such file");
    expect(written.github).toMatch(/\ncertcheck: refused, exit code 3\n$/);
  });
});

test.each([
  ["of nothing", fleetOf([]), 0],
  ["of one that is ready", fleetOf([bundleOf("a")]), 0],
  ["with a fault of the whole alone", fleetOf([bundleOf("a")], { results: [shared] }), 1],
  ["with a fault of an appliance alone", fleetOf([bundleOf("a", { results: [chainFault] })]), 1],
  [
    "with a fault that is waived",
    fleetOf([bundleOf("a", { results: [{ ...chainFault, waiver: { ...madeWaiver, state: "in force" } }] })]),
    0,
  ],
  [
    "where nothing counts",
    fleetOf([bundleOf("a", { results: [chainFault] })], { failOn: "never", results: [shared] }),
    0,
  ],
] as const)("a fleet %s has failures if the exit code says so", async (_what, made, exitCode) => {
  expect(made.report.exitCode).toBe(exitCode);
  const { junit, suites, run, commands, violations } = await inAll(made);
  expect(await junitFaults([junit])).toEqual([]);
  expect(suites.some(({ counts }) => counts.failures > 0)).toBe(exitCode === 1);
  expect(commands.some(({ name }) => name === "error")).toBe(exitCode === 1);
  expect(run?.results?.length).toBe(violations.length);
});

test.each([
  [
    "a part",
    { shard: "3/8" },
    "This is part 3/8 of the fleet: certcheck fleet merge asks what the whole has in common.",
  ],
  ["a run that was interrupted", { interrupted: 1000 }, "The run was interrupted: 1 of 1,000 appliances were checked."],
  [
    "results of which some are missing",
    { incomplete: ["part 1/2 is not among the files"] },
    "Not all results are here: part 1/2 is not among the files.",
  ],
] as const)("%s says so", async (_what, more: Partial<FleetReport>, sentence) => {
  const bundles: readonly BundleReport[] = [bundleOf("a")];
  const { suites, run, commands, violations } = await inAll(fleetOf(bundles, more));
  expect(suites.at(-1)?.output).toBe(sentence);
  expect(run?.invocations?.[0]?.toolExecutionNotifications).toEqual([
    { level: "warning", message: { text: sentence } },
  ]);
  expect(commands[0]).toMatchObject({ name: "warning", data: sentence });
  expect(violations[0]?.description).toBe(sentence);
});
