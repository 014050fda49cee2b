/** Every format of fleets, of a report with a text of unknown origin in each place that takes one: it does nothing, and is read back. */
import { parse as parsePage } from "parse5";
import { beforeAll, describe, expect, test } from "vitest";
import { type FleetFormat, fleetFormats } from "../../../src/reporters/fleet/index.ts";
import { readGitlab, readJunit, readSarif } from "../../support/ci-formats.ts";
import { commandsIn } from "../../support/github-commands.ts";
import { skeleton as pageSkeleton } from "../../support/html-tree.ts";
import { nastyTexts } from "../../support/nasty.ts";
import { commandIn, unsafeIn } from "../../support/safe-text.ts";
import { PLACE } from "../made-up.ts";
import { parse, skeleton } from "../markdown-tree.ts";
import { fleetOf, madeUpFleet, write } from "./made-up.ts";
import { readCalendar } from "./calendar-reader.ts";

/** Of each format that a program reads: how many things of each kind it makes out. */
const shapes: Readonly<Record<Exclude<FleetFormat, "human">, (text: string) => unknown>> = {
  json: (text) => (JSON.parse(text) as { bundles: unknown[] }).bundles.length,
  jsonl: (text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => Object.keys(JSON.parse(line) as object)),
  junit: (text) => readJunit(text).map(({ cases }) => cases.map(({ outcome }) => outcome?.element)),
  sarif: (text) => readSarif(text).runs.map(({ results = [] }) => results.map(({ level }) => level)),
  gitlab: (text) => readGitlab(text).map(({ severity }) => severity),
  github: (text) => commandsIn(text).map(({ name, properties }) => [name, Object.keys(properties)]),
  markdown: (text) => skeleton(parse(text)),
  html: (text) => pageSkeleton(parsePage(text)),
  ics: (text) => readCalendar(text).events.map(({ alarms }) => alarms),
};

/** A calendar ends its lines as mail does. */
const withoutReturns = (format: FleetFormat, text: string): string =>
  format === "ics" ? text.replaceAll("\r\n", "\n") : text;

describe.each(fleetFormats)("%s", (format) => {
  const shapeOf = (text: string): unknown => (format === "human" ? undefined : shapes[format](text));
  let expected: unknown;

  beforeAll(async () => {
    expected = shapeOf(await write(format, madeUpFleet()));
  });

  test.each(nastyTexts)("%s", async (_what, text) => {
    const whole = await write(format, madeUpFleet(text), { verbose: true });
    const report = withoutReturns(format, whole);
    expect(unsafeIn(report)).toBeUndefined();
    if (format !== "github") expect(commandIn(report)).toBeUndefined();
    // There, a text may be so long that its command is left out.
    const isCut = format === "markdown" && text.length >= 1000;
    if (!isCut) expect(shapeOf(whole)).toEqual(expected);
  });

  test("ends with a line end, also of no appliance", async () => {
    for (const fleet of [madeUpFleet(PLACE), fleetOf([])]) {
      const text = await write(format, fleet);
      expect(text).toMatch(/[^\n]\n$/);
      expect(() => shapeOf(text)).not.toThrow();
    }
  });

  test("says the same of the same", async () => {
    expect(await write(format, madeUpFleet())).toBe(await write(format, madeUpFleet()));
  });
});
