/** The report for programs. */
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
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

describe.each(
  Object.entries(applianceScenarios).map(([name, { commands }]) => ({
    name,
    commands: commands.filter((command) => command.includes("certcheck")),
  })),
)("$name", ({ name, commands }) => {
  test.each(commands)("%s --format json", async (command) => {
    const folder = join("fixtures", name);
    const asJson = command.replace(/(?: --format human)?( <|$)/, " --format json$1");
    const [json, people] = [await run(asJson, folder), await run(command, folder)];
    if (people.exitCode === 2) return expect(json).toEqual(people);
    const report: unknown = JSON.parse(json.out);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    if (!validate(report)) return;
    expect(json.exitCode).toBe(people.exitCode);
    expect(report.exitCode).toBe(json.exitCode);
    expect(people.out).toContain(report.verdict.toUpperCase());
    // Each message the report for people shows is predicted, and the reverse.
    const flat = people.out.replace(/\s+/g, " ");
    const shown = Object.values(messages).filter((message) => flat.includes(message));
    expect(shown.toSorted()).toEqual(report.bundles.flatMap((bundle) => bundle.messages).toSorted());
    expect(report.bundles.every((bundle) => bundle.messages.length > 0 === (bundle.verdict === "refused"))).toBe(true);
  });
});

test("what could act on a terminal is escaped, and reads back the same", () => {
  const hostile = { text: "\u001b[2J \u009b \u202e \u2028 \ufeff \u{e0041} \ud800 \0" };
  const text = serialize(hostile, 2);
  expect(text).toMatch(/^[\n -~]*$/);
  expect(JSON.parse(text)).toEqual(hostile);
});
