/** The report on a fleet in Markdown, held against a parser of GitHub's. */
import { describe, expect, test } from "vitest";
import type { Nodes } from "mdast";
import type { FleetReport } from "../../../src/fleet/report.ts";
import type { BundleReport } from "../../../src/report/report.ts";
import { madeFinding, madeResult, madeWaiver } from "../../support/report.ts";
import { headings, nodesOf, parse, textOf } from "../markdown-tree.ts";
import { bundleOf, fleetOf, madeUpFleet, write } from "./made-up.ts";

const written = (bundles: readonly BundleReport[], more: Partial<FleetReport> = {}): Promise<string> =>
  write("markdown", fleetOf(bundles, more));

/** The rows of the table that begins with a word. */
function rowsOf(text: string, first: string): string[][] {
  const tables = nodesOf(parse(text)).filter((node) => node.type === "table");
  const table = tables.find((node) => textOf(node).startsWith(first));
  return (table?.children ?? []).slice(1).map((row) => row.children.map((cell) => textOf(cell as Nodes)));
}

const refused = (name: string): BundleReport =>
  bundleOf(name, {
    verdict: "refused",
    messages: ["expired"],
    results: [madeResult({ refusal: "expired" }), madeResult()],
  });

test("everything has its heading, in the order of weight", async () => {
  expect(headings(await write("markdown", madeUpFleet()))).toEqual([
    "certcheck: Refused, 1 refused, 4 ready, 1 not checked",
    "Across appliances",
    "Errors of certcheck itself",
    "What the appliances would show",
    "What fails, by rule",
    "Certificates that expire",
    "Appliances that were not checked",
    "Waivers without effect",
  ]);
});

test("a row for each appliance that there is something to say of, worst first", async () => {
  const waived = madeResult({ rule: "key/size", waiver: { ...madeWaiver, state: "in force" } });
  const text = await written([
    bundleOf("a"),
    bundleOf("b", { verdict: "unsupported", results: [waived] }),
    refused("c"),
    bundleOf("d", { results: [madeResult({ rule: "key/size", outcome: "broken", reason: "no such property" })] }),
  ]);
  expect(rowsOf(text, "Verdict")).toEqual([
    ["Error", "d", "2027-05-30", "190", "key/size: no such property"],
    ["Refused", "c", "2027-05-30", "190", "validity/not-expired: expired on 2025-05-30, 540 days ago (and 1 more)"],
    ["Unsupported", "b", "2027-05-30", "190", "waived: key/size: expired on 2025-05-30, 540 days ago"],
  ]);
  expect(text).toContain("\n\n1 more is ready.\n");
});

test.each([["a | b || c \\| d"], ["\\"], ["|"], ["`|`\\"]])("%s stays within its cell", async (name) => {
  const [row] = rowsOf(await written([refused(name)]), "Verdict");
  expect(row).toHaveLength(5);
  expect(row?.[1]).toBe(name.replaceAll("|", "\\u{7c}"));
});

test("a fleet that is ready is short", async () => {
  const bundles = Array.from({ length: 1000 }, (_, index) => bundleOf(`${index}`));
  const text = await written(bundles);
  expect(text).toMatch(
    /^## certcheck: Ready, 1,000 ready\n\n1,000 appliances\.\n\n1,000 are ready\.\n\n### Certificates/,
  );
  expect(text.split("\n").length).toBeLessThan(25);
});

test("findings across appliances have their fix", async () => {
  const text = await written([bundleOf("a")], { results: [madeResult({ rule: "fleet/unique-key" })] });
  expect(text).toContain(
    "  **Fix:** Have a new certificate issued.\n\n  ```sh\n  openssl req -new -key sensor.key\n  ```\n",
  );
  expect(text).toContain("The run fails all the same, with exit code 1");
});

describe("there is room for all sections", () => {
  const LIMIT = 65_536;
  const many = Array.from({ length: 3000 }, (_, index) =>
    refused(`plant-${index % 7}/line-${index % 13}/sensor-${index}`),
  );
  const shared = madeResult({
    rule: "fleet/unique-key",
    findings: Array.from({ length: 1000 }, (_, index) =>
      madeFinding({ fix: `Make it.\n${`openssl ${index} `.repeat(30)}` }),
    ),
  });

  test.each([
    ["many appliances", many, 200, 500],
    ["long names", many.map((one) => ({ ...one, name: one.name.repeat(1000) })), 50, 200],
  ])("%s", async (_what, bundles, least, most) => {
    const text = await written(bundles, { results: [shared] });
    expect(text.length).toBeLessThan(LIMIT);
    const rows = rowsOf(text, "Verdict").length;
    expect(rows).toBeGreaterThan(least);
    expect(rows).toBeLessThanOrEqual(most);
    const hidden = String(3000 - rows).replace(/(?=\d{3}$)/, ",");
    expect(text).toContain(`${hidden} appliances more have no room here; certcheck shows all of them.`);
    expect(headings(text)).toContain("Certificates that expire");
    expect(text).toContain("- and 990 more of `fleet/unique-key`");
    expect(text.match(/openssl 9 /g)?.length).toBeGreaterThan(0);
    expect(text).not.toContain("openssl 10 ");
  });
});

test("nothing is in it but what is meant", async () => {
  const usual =
    "root heading paragraph text inlineCode code list listItem html thematicBreak strong table tableRow tableCell".split(
      " ",
    );
  const nodes = nodesOf(parse(await write("markdown", madeUpFleet())));
  expect(nodes.map(({ type }) => type).filter((type) => !usual.includes(type))).toEqual([]);
  expect(nodes.filter((node) => node.type === "strong" && textOf(node) !== "Fix:")).toEqual([]);
});
