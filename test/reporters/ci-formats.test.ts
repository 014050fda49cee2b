/** Every scenario in every format of CI systems: what they say is one and the same, and satisfies the schemas. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applianceScenarios } from "../../fixtures/scenarios.ts";
import { readGitlab, readJunit, readSarif } from "../support/ci-formats.ts";
import { commandsIn } from "../support/github-commands.ts";
import { junitFaults } from "../support/junit-schema.ts";
import { run } from "../support/transcript.ts";

interface JsonReport {
  readonly waivers?: readonly { readonly state: string }[];
  readonly bundles: readonly {
    readonly results: readonly {
      readonly rule: string;
      readonly outcome: string;
      readonly findings: readonly unknown[];
    }[];
  }[];
}

const files = {
  json: "report.json",
  junit: "report.xml",
  sarif: "report.sarif",
  github: "report.txt",
  gitlab: "quality.json",
} as const;

/** The exit code that the transcript has behind a command. */
function exitCodeOf(command: string, transcript: string): number {
  const [, behind = ""] = transcript.split(`$ ${command}\n`);
  const [own = ""] = behind.split("\n\n$ ");
  return Number(/^exit (\d)\s*$/m.exec(own)?.[1] ?? 0);
}

/** The command with other formats than its own, and a standard input left where it is. */
const inFormats = (command: string, formats: readonly string[]): string =>
  command.replace(/ --format \S+/g, "").replace(/(?= <|$)/, formats.map((format) => ` --format ${format}`).join(""));

const allJunit: string[] = [];

describe.each(
  Object.entries(applianceScenarios).map(([name, { commands }]) => ({
    name,
    commands: commands.filter((command) => command.includes("certcheck")),
  })),
)("$name", ({ name, commands }) => {
  const folder = join("fixtures", name);
  const transcript = readFileSync(join(folder, "transcript.txt"), "utf8");

  test.each(commands)("%s", async (command) => {
    const all = Object.entries(files).map(([format, file]) => `${format}=${file}`);
    const { exitCode, written } = await run(inFormats(command, all), folder);
    const [json = "", junit = "", sarif = "", github = "", gitlab = ""] = Object.values(files).map((file) =>
      written.get(file)?.slice(0, -1),
    );
    expect(exitCode).toBe(exitCodeOf(command, transcript));
    if (exitCode === 2) return expect(written.size).toBe(0);
    allJunit.push(junit);

    const results = (JSON.parse(json) as JsonReport).bundles.flatMap((bundle) => bundle.results);
    const failing = results.filter(({ outcome }) => outcome === "fails");
    const found = failing.flatMap(({ rule, findings }) => findings.map(() => rule));
    // Behind what was found stands what there is to say of waivers.
    const { waivers = [] } = JSON.parse(json) as JsonReport;
    const idle = waivers.filter(({ state }) => state === "unused" || state === "expired").map(() => "waiver");

    const [suite] = readJunit(junit);
    const outcomes = (suite?.cases ?? []).map(({ outcome }) => outcome?.element ?? "");
    expect(suite?.cases.map((one) => one.name)).toEqual(results.map(({ rule }) => rule));
    expect(outcomes.filter((element) => ["failure", "system-out"].includes(element))).toHaveLength(failing.length);
    expect(suite?.counts).toEqual({
      tests: results.length,
      failures: outcomes.filter((element) => element === "failure").length,
      errors: 0,
      skipped: outcomes.filter((element) => element === "skipped").length,
    });
    // A gate and its report agree.
    expect(outcomes.includes("failure")).toBe(exitCode === 1);

    const annotations = commandsIn(github);
    expect(annotations.map(({ properties }) => properties["title"]?.split(":")[0])).toEqual([...found, ...idle]);
    expect(annotations.some((annotation) => annotation.name === "error")).toBe(exitCode === 1);

    const violations = readGitlab(gitlab);
    expect(violations.map(({ check_name }) => check_name)).toEqual([...found, ...idle]);
    expect(new Set(violations.map(({ fingerprint }) => fingerprint)).size).toBe(violations.length);

    const [log] = readSarif(sarif).runs;
    expect(log?.results?.map(({ ruleId }) => ruleId)).toEqual(found);
    const { toolConfigurationNotifications: remarks = [], ...invocation } = log?.invocations?.[0] ?? {};
    expect(invocation).toEqual({ executionSuccessful: true, exitCode });
    expect(remarks).toHaveLength(idle.length);
    expect(log?.results?.map(({ partialFingerprints: prints }) => prints?.["certcheck/v1"])).toEqual(
      violations.slice(0, found.length).map(({ fingerprint }) => fingerprint),
    );

    const again = await run(inFormats(command, ["sarif"]), folder);
    expect([again.out, again.exitCode]).toEqual([`${sarif}\n`, exitCode]);
  });
});

test("every JUnit report satisfies the schema", async () => {
  expect(allJunit.length).toBeGreaterThan(Object.keys(applianceScenarios).length);
  expect(await junitFaults(allJunit)).toEqual([]);
});

test.each(["junit", "sarif", "github", "gitlab"])("%s says the same on another day", async (format) => {
  const command = `certcheck sensor.crt sensor.key --chain ca.pem --format ${format}`;
  const [first, second] = await Promise.all(
    ["2026-11-21", "2026-12-03"].map((day) => run(`${command} --at ${day}`, "fixtures/wildcard")),
  );
  expect(first?.exitCode).toBe(1);
  expect(second?.out).toBe(first?.out);
});
