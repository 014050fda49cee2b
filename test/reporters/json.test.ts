/** The report for programs. */
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applianceScenarios } from "../../fixtures/scenarios.ts";
import { messages } from "../../src/defender.ts";
import { serialize } from "../../src/reporters/json.ts";
import { strictReportSchema } from "../support/report-schema.ts";
import { run } from "../support/transcript.ts";

interface JsonReport {
  readonly verdict: string;
  readonly exitCode: number;
  readonly bundles: readonly { readonly verdict: string; readonly messages: readonly string[] }[];
}

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile<JsonReport>(strictReportSchema);

/** What each command of a scenario prints, with its exit code. */
const shown = new Map(
  Object.keys(applianceScenarios).flatMap((name) =>
    readFileSync(join("fixtures", name, "transcript.txt"), "utf8")
      .split(/^\$ /m)
      .map((part) => [`${name}: ${part.slice(0, part.indexOf("\n"))}`, part.slice(part.indexOf("\n") + 1)] as const),
  ),
);

describe.each(
  Object.entries(applianceScenarios).map(([name, { commands }]) => ({
    name,
    commands: commands.filter((command) => command.includes("certcheck")),
  })),
)("$name", ({ name, commands }) => {
  test.each(commands)("%s --format json", async (command) => {
    const folder = join("fixtures", name);
    const asJson = command.replace(/(?: --format human)?( <|$)/, " --format json$1");
    const json = await run(asJson, folder);
    // What people are shown stands in the transcript.
    const shownToPeople = shown.get(`${name}: ${command}`) ?? "";
    const exitCode = Number(/^exit (\d)\n*$/m.exec(shownToPeople)?.[1] ?? 0);
    if (exitCode === 2) return expect(`${json.err}${json.out}exit ${json.exitCode}`).toBe(shownToPeople.trimEnd());
    const report: unknown = JSON.parse(json.out);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    if (!validate(report)) return;
    expect(json.exitCode).toBe(exitCode);
    expect(report.exitCode).toBe(json.exitCode);
    expect(shownToPeople).toContain(report.verdict.toUpperCase());
    // Each message the report for people shows is predicted, and the reverse.
    const flat = shownToPeople.replace(/\s+/g, " ");
    const predicted = Object.values(messages).filter((message) => flat.includes(message));
    expect(predicted.toSorted()).toEqual(report.bundles.flatMap((bundle) => bundle.messages).toSorted());
    expect(report.bundles.every((bundle) => bundle.messages.length > 0 === (bundle.verdict === "refused"))).toBe(true);
  });
});

test("what could act on a terminal is escaped, and reads back the same", () => {
  const hostile = { text: "\u001b[2J \u009b \u202e \u2028 \ufeff \u{e0041} \ud800 \0" };
  const text = serialize(hostile, 2);
  expect(text).toMatch(/^[\n -~]*$/);
  expect(JSON.parse(text)).toEqual(hostile);
});
