/** The page on a fleet: what stands in it, that it is valid, and that rows can be chosen. */
import { createHash } from "node:crypto";
import { parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { FleetReport } from "../../../src/fleet/report.ts";
import type { BundleReport } from "../../../src/report/report.ts";
import { neutral } from "../../../src/reporters/text.ts";
import { faults } from "../../support/html-faults.ts";
import { find, type Node, textOf, textsOf } from "../../support/html-tree.ts";
import { madeResult, madeWaiver } from "../../support/report.ts";
import { nastyTexts } from "../../support/nasty.ts";
import { PLACE } from "../made-up.ts";
import { bundleOf, certificateOf, fleetOf, madeUpFleet, write } from "./made-up.ts";

const written = (bundles: readonly BundleReport[], more: Partial<FleetReport> = {}): Promise<string> =>
  write("html", fleetOf(bundles, more));

const refused = (name: string, more: Partial<BundleReport> = {}): BundleReport =>
  bundleOf(name, { verdict: "refused", messages: ["expired"], results: [madeResult({ refusal: "expired" })], ...more });

const attribute = (node: Node, wanted: string): string =>
  "attrs" in node ? (node.attrs.find(({ name }) => name === wanted)?.value ?? "") : "";

/** Elements of a tag and a class. */
const ofClass = (page: string, tag: string, wanted: string): Node[] =>
  find(parse(page), tag).filter((node) => attribute(node, "class").split(" ").includes(wanted));

/** The rows of the matrix. */
const rowsOf = (page: string): Node[] =>
  ofClass(page, "table", "matrix").flatMap((table) => find(table, "tr").slice(1));

test("everything has its heading", async () => {
  const page = await write("html", madeUpFleet());
  expect(textsOf(page, "h1")).toEqual(["6 appliances"]);
  expect(textsOf(page, "h2")).toEqual([
    "When the certificates expire",
    "Appliances",
    "Across appliances",
    "Errors of certcheck itself",
    "What the appliances would show",
    "What fails",
    "Not checked",
    "Appliances that were not checked",
    "Files that belong to no appliance",
    "Notes across appliances",
    "Waivers",
    "About this report",
  ]);
});

describe("the matrix", () => {
  const waived = madeResult({ rule: "key/size", waiver: { ...madeWaiver, state: "in force" } });
  const bundles = [
    bundleOf("a"),
    bundleOf("b", { owner: "IT", results: [madeResult({ rule: "hygiene/clean", severity: "warning" })] }),
    refused("c", { owner: "OT", results: [madeResult({ refusal: "expired" }), waived] }),
    refused("d"),
  ];

  test("has a row for each appliance that there is something to say of, and a column for each rule", async () => {
    const page = await written(bundles);
    const [table] = ofClass(page, "table", "matrix");
    expect(table && find(table, "th").slice(0, 7).map(textOf)).toEqual(
      "Appliance Verdict Expires Owner validity/not-expired hygiene/clean key/size".split(" "),
    );
    expect(rowsOf(page).map((row) => find(row, "td").map((cell) => textOf(cell).trim().replace(/ +/g, " ")))).toEqual([
      ["Refused", "2027-05-30", "OT", "● validity/not-expired, fails the run", "", "○ key/size, waived"],
      ["Refused", "2027-05-30", "", "● validity/not-expired, fails the run", "", ""],
      ["Ready", "2027-05-30", "IT", "", "▲ hygiene/clean, warning", ""],
    ]);
  });

  test("rows are of the choices that they are shown with", async () => {
    const page = await written(bundles);
    const inputs = find(parse(page), "input").map((node) => attribute(node, "id"));
    expect(inputs).toEqual(
      "verdict-0 verdict-1 verdict-2 rule-0 rule-1 rule-2 rule-3 owner-0 owner-1 owner-2".split(" "),
    );
    expect(find(parse(page), "label").map((node) => textOf(node).trim())).toEqual(
      "any 3|Refused 2|Ready 1|any 3|validity/not-expired 2|hygiene/clean 1|key/size 1|any 3|IT 1|OT 1".split("|"),
    );
    expect(rowsOf(page).map((row) => attribute(row, "class"))).toEqual([
      "verdict-1 rule-1 rule-3 owner-2",
      "verdict-1 rule-1",
      "verdict-2 rule-2 owner-1",
    ]);
    for (const id of inputs.filter((one) => !one.endsWith("-0")))
      expect(page).toContain(`main:has(#${id}:checked) .matrix tbody tr:not(.${id}) { display: none; }`);
  });

  test("ten thousand that are ready stand in a list, and make no rows", async () => {
    const ready = Array.from({ length: 10_050 }, (_, index) => bundleOf(`ready-${index}`));
    const page = await written([...ready, refused("z")]);
    expect(rowsOf(page)).toHaveLength(1);
    const [list] = ofClass(page, "ul", "ready");
    expect(list && find(list, "li").length).toBe(10_000);
    expect(page).toContain("<p>and 50 more; the report in JSON has all</p>");
    expect(page.length).toBeLessThan(1_000_000);
  });

  test("of very many that are refused, two thousand are in it", async () => {
    const page = await written(Array.from({ length: 2100 }, (_, index) => refused(`${index}`)));
    expect(rowsOf(page)).toHaveLength(2000);
    expect(page).toContain("100 more appliances of which there is something to say are not in the table");
  });
});

test("the weeks in which many expire stand under their months", async () => {
  // Monday and Sunday of a week that two months share.
  const days = ["2027-01-04", "2027-01-10", "2027-06-28", "2027-07-04"];
  const bundles = days.map((day) => {
    const certificate = { ...certificateOf(day, `${day}T00:00:00Z`), issuer: "CN=CA" };
    return bundleOf(day, { certificate });
  });
  const result = madeResult({ rule: "fleet/spread-expiry", severity: "info" });
  const of = async (results: FleetReport["results"]): Promise<string[]> =>
    ofClass(await written(bundles, { results }), "ol", "months")
      .flatMap((list) => find(list, "li"))
      .map((item) => textOf(item).trim().replace(/\s+/g, " "))
      .filter((text) => text.includes("week") && /^\d{4}-\d\d\d/.test(text));
  expect(await of([result])).toEqual([
    "2027-012 2 of 4 certificates of CN=CA expire in the week of 2027-01-04",
    "2027-061 2 of 4 certificates of CN=CA expire in the week of 2027-06-28",
  ]);
  expect(await of([])).toEqual([]);
});

test("the policy lets in the page's own style and nothing else", async () => {
  const page = await write("html", madeUpFleet());
  const [style = ""] = textsOf(page, "style");
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
  expect(page).not.toMatch(/<script|<link|<img|\son[a-z]+=|\sstyle=|src=|@import|url\((?!#)/);
});

test.each([
  ["of everything", madeUpFleet()],
  ["of nothing", fleetOf([])],
  ["of one that is ready", fleetOf([bundleOf("a")])],
  ["of a part", fleetOf([refused("a")], { shard: "1/2", unread: [{ name: "b", file: "b.crt", why: "no such file" }] })],
])("a page %s is valid", async (_what, fleet) => expect(await faults(await write("html", fleet))).toEqual([]));

/** A fleet of everything, but for dates that are none: of those, the first characters are shown. */
function withoutOddDates(text: string): ReturnType<typeof fleetOf> {
  const { bundles, report } = madeUpFleet(text);
  const { rows: _rows, tally: _tally, verdict: _verdict, exitCode: _exitCode, ...more } = report;
  return fleetOf(bundles.slice(0, -1), more);
}

const pageText = async (text: string): Promise<string> =>
  find(parse(await write("html", withoutOddDates(text))), "body")
    .map(textOf)
    .join("");

/** What a text begins with is written otherwise where a word begins. */
const calm = (text: string): string => text.replaceAll("\\u{3a}", ":").replaceAll("\\u{23}", "#");

test.each(nastyTexts.filter(([, text]) => text.length < 300))(
  "%s stands in the page as it is, neutralised",
  async (_what, text) => {
    const inCommand = neutral(text.replaceAll("\n", " "));
    const expected = (await pageText(PLACE))
      .replaceAll(`openssl ${PLACE}`, () => `openssl ${inCommand}`)
      .replaceAll(PLACE, () => neutral(text));
    expect(calm(await pageText(text))).toBe(calm(expected));
  },
);
