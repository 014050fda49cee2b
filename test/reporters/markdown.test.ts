/** The report in Markdown, held against a parser of GitHub's. */
import { describe, expect, test } from "vitest";
import { messages } from "../../src/defender.ts";
import type { Report } from "../../src/report/report.ts";
import { markdown } from "../../src/reporters/markdown.ts";
import { neutral } from "../../src/reporters/text.ts";
import { nastyTexts } from "../support/nasty.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";
import { run } from "../support/transcript.ts";
import { madeUpReport, PLACE, refusedBundle, resultOf } from "./made-up.ts";
import { headings, parse, skeleton, textOf } from "./markdown-tree.ts";

const withBundle = (more: Partial<Report["bundles"][0]>, report: Partial<Report> = {}): string =>
  markdown(madeUpReport(PLACE, { bundles: [{ ...refusedBundle(), ...more }], ...report }));

test("what is found stands under the appliance's message that it causes, the rest under what it means", () => {
  expect(headings(withBundle({}))).toEqual([
    "Refused: zebra",
    messages["chain-of-trust"],
    messages.revoked,
    "Not supported",
    "Errors of certcheck itself",
    "Warnings",
    "Waivers without effect",
  ]);
});

test("a finding has its place, its rule and its fix", () => {
  expect(withBundle({ messages: [], results: [resultOf("subject/country")] })).toContain(
    [
      "### Not supported",
      "",
      "- `zebra:4`: found zebra there (`subject/country`)",
      "",
      "  **Fix:** Replace zebra in it.",
      "",
      "  ```sh",
      "  openssl zebra",
      "  ```",
    ].join("\n"),
  );
});

test("waivers tell their reason, owner and until when", () => {
  const text = withBundle({});
  expect(text).toContain("  Waived until 2027-01-31 (zebra: zebra)");
  expect(text).toContain("  Its waiver expired on 2027-01-31 (zebra: zebra)");
  expect(text).toContain("- `zebra` for zebra: not needed by any failure, until 2027-01-31 (zebra: zebra)");
  expect(text).toContain("- `zebra` for zebra: expired on 2027-01-31 (zebra: zebra)");
  expect(text).toContain("<details><summary>Waived: 1</summary>");
});

test("several appliances are listed first", () =>
  expect(markdown(madeUpReport())).toMatch(
    /^## certcheck: Refused, 1 refused, 1 ready\n\n- Refused: zebra\n- Ready: zebra\n\n## Refused: zebra\n/,
  ));

test("one that is ready is short", async () => {
  const { out } = await run("certcheck sensor.crt sensor.key --chain ca.pem --format markdown", "fixtures/ready");
  const visible = out.replace(/<details>.*?<\/details>/gs, "");
  expect(visible.split("\n").filter((line) => line !== "")).toHaveLength(4);
});

test("what several faults need is printed once", () => {
  const result = resultOf("chain/trusted");
  const text = withBundle({ results: [result, { ...result, rule: "chain/ordered" }], messages: [] });
  expect(text.match(/openssl zebra/g)).toHaveLength(1);
  expect(text).toContain("(the command under `chain/trusted`)");
});

describe("no report is longer than a comment may be", () => {
  const LIMIT = 65_536;
  const manyRules = Array.from({ length: 3000 }, (_, index) => resultOf(`rule/${index}`));
  const { findings } = resultOf("chain/trusted");

  test.each([
    ["many rules", { results: manyRules }, /^\d+ more findings have no room here/m],
    [
      "many findings of a rule",
      { results: [{ ...resultOf("chain/trusted"), findings: Array.from({ length: 3000 }, () => findings).flat() }] },
      /^- and 2990 more of `chain\/trusted`$/m,
    ],
    [
      "long texts",
      {
        name: "x".repeat(100_000),
        results: manyRules.map((one) => ({
          ...one,
          findings: findings.map((found) => ({ ...found, message: "`@x ".repeat(5000) })),
        })),
      },
      /more findings have no room here/,
    ],
    ["long commands", { results: [resultOf("chain/trusted", "y".repeat(10_000))] }, /the command is too long for here/],
  ] as const)("%s", (_what, more, expected) => {
    const text = withBundle(more);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toMatch(expected);
    expect(text).toContain("exit code 3");
  });

  test("and what is left out is counted", () => {
    const text = withBundle({ results: manyRules, messages: [] });
    const shown = text.match(/found zebra there/g)?.length ?? 0;
    expect(text).toContain(`${3000 - shown} more findings`);
  });

  test("many appliances", () => {
    const bundles = Array.from({ length: 2000 }, () => refusedBundle());
    expect(markdown(madeUpReport(PLACE, { bundles })).length).toBeLessThanOrEqual(LIMIT);
  });
});

describe("a text of unknown origin stays a text", () => {
  const plain = skeleton(parse(markdown(madeUpReport())));
  test.each(nastyTexts)("%s", (_what, text) => {
    const written = markdown(madeUpReport(text));
    expect([unsafeIn(written), commandIn(written)]).toEqual([undefined, undefined]);
    // A text may be so long that its command is left out.
    if (text.length < 1000) expect(skeleton(parse(written))).toBe(plain);
    const whole = textOf(parse(written)).replaceAll("\\u{3a}", ":");
    expect(whole).toContain(neutral(text.slice(0, 1000)).replaceAll("\\u{3a}", ":").trim());
  });
});
