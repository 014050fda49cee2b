/** The reports to attach and to paste, of every scenario: valid HTML, and nothing in the Markdown but what is meant. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { applianceScenarios } from "../../fixtures/scenarios.ts";
import { html } from "../../src/reporters/html.tsx";
import { faults } from "../support/html-faults.ts";
import { run } from "../support/transcript.ts";
import { madeUpReport, PLACE } from "./made-up.ts";
import { nodesOf, parse, textOf } from "./markdown-tree.ts";

/** All that a report in Markdown is made of. */
const usual = "root heading paragraph text inlineCode code list listItem html thematicBreak strong".split(" ");

test.each(Object.entries(applianceScenarios))("%s", async (name, { commands }) => {
  const command = commands.find((line) => line.includes("certcheck ")) ?? "";
  const own = command
    .replace(/ --format \S+|--verbose|--quiet/g, "")
    .replace(/(?= <|$)/, " --format html --format markdown=x");
  const { out, written } = await run(own, join("fixtures", name));
  expect(await faults(out)).toEqual([]);
  const nodes = nodesOf(parse(written.get("x") ?? ""));
  expect(nodes.map(({ type }) => type).filter((type) => !usual.includes(type))).toEqual([]);
  expect(nodes.filter((node) => node.type === "strong" && textOf(node) !== "Fix:")).toEqual([]);
});

test("a report of everything", async () => expect(await faults(html(madeUpReport()))).toEqual([]));
test("a report of nothing", async () => expect(await faults(html(madeUpReport(PLACE, { bundles: [] })))).toEqual([]));
