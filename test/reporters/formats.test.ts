/** Every format, of a report with a text of unknown origin in each place that takes one: it does nothing, and is read back. */
import { beforeAll, describe, expect, test } from "vitest";
import { plainStyle } from "../../src/reporters/style.ts";
import { type Format, formats, reporters } from "../../src/reporters/index.ts";
import { readGitlab, readJunit, readSarif } from "../support/ci-formats.ts";
import { commandsIn } from "../support/github-commands.ts";
import { nastyTexts } from "../support/nasty.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";
import { madeUpReport, PLACE } from "./made-up.ts";

const written = async (format: Format, text: string): Promise<string> =>
  (await reporters[format]())(madeUpReport(text), { ...plainStyle, verbose: true, folder: "/ci/work" });

/** Of each format that a program reads: how many things of each kind it makes out. */
const shapes: Readonly<Partial<Record<Format, (text: string) => unknown>>> = {
  json: (text) => (JSON.parse(text) as { bundles: unknown[] }).bundles.length,
  jsonl: (text) => text.split("\n").map((line) => Object.keys(JSON.parse(line) as object)),
  junit: (text) => readJunit(text).map(({ cases }) => cases.map(({ outcome }) => outcome?.element)),
  sarif: (text) => readSarif(text).runs.map(({ results = [] }) => results.map(({ level }) => level)),
  gitlab: (text) => readGitlab(text).map(({ severity }) => severity),
  github: (text) => commandsIn(text).map(({ name, properties }) => [name, Object.keys(properties)]),
};

describe.each(formats)("%s", (format) => {
  let expected: unknown;

  beforeAll(async () => {
    expected = shapes[format]?.(await written(format, PLACE));
  });

  test.each(nastyTexts)("%s", async (_what, text) => {
    const report = await written(format, text);
    expect(unsafeIn(report)).toBeUndefined();
    if (format !== "github") expect(commandIn(report)).toBeUndefined();
    expect(shapes[format]?.(report)).toEqual(expected);
  });
});
