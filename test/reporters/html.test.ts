/** The report as a page: what stands in it, that it is valid, and that no text becomes markup. */
import { createHash } from "node:crypto";
import { parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { html } from "../../src/reporters/html.tsx";
import { neutral } from "../../src/reporters/text.ts";
import { find, type Node, skeleton, textOf, textsOf } from "../support/html-tree.ts";
import { nastyTexts } from "../support/nasty.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";
import { certificateOf, chainOf, madeUpReport, PLACE, refusedBundle, resultOf } from "./made-up.ts";

const withBundle = (more: Partial<Report["bundles"][0]>, report: Partial<Report> = {}): string =>
  html(madeUpReport(PLACE, { bundles: [{ ...refusedBundle(), ...more }], ...report }));

test("what is found stands under the appliance's message that it causes, the rest under what it means", () => {
  const page = withBundle({});
  expect(textsOf(page, "h1")).toEqual([PLACE]);
  expect(textsOf(page, "h2")).toEqual([
    "What the appliance would show, and why",
    "Not supported",
    "Errors of certcheck itself",
    "Warnings",
    "Waived",
    "Chain of trust",
    "Not checked",
    "Notes",
    "Revocation lists",
    "The certificate",
    "Files",
    "Other rules",
    "Waivers",
    "About this report",
  ]);
  expect(textsOf(page, "h3")).toEqual([
    "Cannot validate chain of trust. The provided Certificate and Root CA do not match.",
    "This certificate has been revoked by the CRL and cannot be trusted for a secure connection",
  ]);
});

test("every rule of the report is named once", () => {
  const { results } = refusedBundle();
  const named = textsOf(withBundle({}), "code").filter((text) => text.includes("/") && !text.includes(" "));
  expect(named.toSorted()).toEqual(results.map(({ rule }) => rule).toSorted());
});

test.each([
  ["counts", {}, "chain/trusted error; fails the run"],
  ["is weighed otherwise", {}, "subject/organization error, weighed as warning"],
  ["fails only if warnings do", { failOn: "warning" }, "hygiene/clean warning; fails the run"],
  ["is waived", {}, "revocation/not-revoked error"],
  ["is to count no more", { failOn: "never" }, "chain/trusted error"],
] as const)("a failure that %s says so", (_what, report, expected) => {
  expect(textsOf(withBundle({}, report), "p")).toContain(expected);
});

test("a waiver tells its reason, its owner and until when", () => {
  const texts = textsOf(withBundle({}), "p");
  expect(texts.filter((text) => text === "Waived until 2027-01-31 (zebra: zebra)")).toHaveLength(2);
  expect(texts).toContain("Its waiver expired on 2027-01-31 (zebra: zebra)");
  const waivers = textsOf(withBundle({}), "li").filter((text) => text.startsWith("zebra for zebra"));
  expect(waivers).toEqual([
    "zebra for zebra: used until 2027-01-31 (zebra: zebra)",
    "zebra for zebra: not needed by any failure, until 2027-01-31 (zebra: zebra)",
    "zebra for zebra: expired on 2027-01-31 (zebra: zebra)",
    "zebra for zebra: for rules that were not asked, until 2027-01-31 (zebra: zebra)",
    "zebra for zebra: for no certificate of this run, until 2027-01-31 (zebra: zebra)",
  ]);
});

test.each([
  ["failures", { exitCode: 1 }, "1: 3 failures of severity error, besides 2 waived"],
  ["warnings too", { exitCode: 1, failOn: "warning" }, "1: 5 failures of severity error or warning, besides 2 waived"],
  ["nothing", { exitCode: 0, bundles: [] }, "0: no failure of severity error"],
  ["nothing is to count", { exitCode: 0, failOn: "never" }, "0: failures do not count with fail-on never"],
  ["certcheck itself", { exitCode: 3 }, "3: an error of certcheck itself"],
] as const)("the exit code is explained: %s", (_what, report, expected) => {
  expect(textsOf(withBundle({}, report), "dd")).toContain(expected);
});

test("several appliances have a table, and each its article", () => {
  const page = html(madeUpReport());
  expect(textsOf(page, "td")).toEqual([PLACE, "Refused", "2048-01-01 00:00 UTC", PLACE, "Ready", "unknown"]);
  expect(find(parse(page), "article")).toHaveLength(2);
  expect(page).toContain('href="#appliance-2"');
  expect(page).toContain('id="appliance-2"');
});

test("an appliance that is ready says how to upload", () => {
  const [, ready] = madeUpReport().bundles;
  if (ready === undefined) throw new Error("the report has two");
  const page = withBundle(ready, { verdict: "ready", exitCode: 0 });
  expect(textsOf(page, "title")).toEqual(["Ready: zebra - certcheck"]);
  expect(textsOf(page, "pre")).toContain("cyberx-xsense-certificate-import --crt zebra");
});

test("what several faults need is printed once", () => {
  const result = resultOf("chain/trusted");
  const page = withBundle({ results: [result, { ...result, rule: "chain/ordered" }], messages: [] });
  expect(textsOf(page, "pre").filter((text) => text === "openssl zebra")).toHaveLength(1);
  expect(page).toContain("(the command under chain/trusted)");
});

test("many findings of a rule are cut, and counted", () => {
  const { findings } = resultOf("chain/trusted");
  const many = resultOf("chain/trusted", PLACE, { findings: Array.from({ length: 105 }, () => findings).flat() });
  const page = withBundle({ results: [many], messages: [] });
  expect(page.match(/found zebra there/g)).toHaveLength(100);
  expect(page).toContain("and 5 more of the same rule");
});

test("a path of a hundred CAs with names of 10,000 characters is written at once", () => {
  const path = Array.from({ length: 100 }, () => certificateOf("x".repeat(10_000)));
  const page = withBundle({ chain: chainOf(path) });
  expect(page).toContain("88 more");
  expect(page.length).toBeLessThan(300_000);
});

test("the policy lets in the page's own style and nothing else", () => {
  const page = html(madeUpReport());
  const [style = ""] = textsOf(page, "style");
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
  expect(page).not.toMatch(/<script|<link|<img|\son[a-z]+=|\sstyle=|src=|@import|url\((?!#)/);
});

describe("a text of unknown origin stays a text", () => {
  const own = parse(html(madeUpReport()));
  const structure = skeleton(own);
  test.each(nastyTexts)("%s", (_what, text) => {
    const page = html(madeUpReport(text));
    const other = parse(page);
    expect([unsafeIn(page), commandIn(page)]).toEqual([undefined, undefined]);
    expect(skeleton(other)).toBe(structure);
    const body = (node: Node): string => find(node, "body").map(textOf).join("");
    const inCommand = neutral(text.replaceAll("\n", " "));
    const expected = body(own)
      .replaceAll(`openssl ${PLACE}`, () => `openssl ${inCommand}`)
      .replaceAll(PLACE, () => neutral(text));
    // A colon begins a command where a word begins.
    const [one, two] = [body(other), expected].map((whole) => whole.replaceAll("\\u{3a}", ":"));
    // Compared in a word, for a difference of such texts takes long to print.
    expect(one === two).toBe(true);
  });
});
