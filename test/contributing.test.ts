/** The rule that CONTRIBUTING.md makes in ten minutes: its blocks are cut out of here, and what they say is tried. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { practice } from "../src/defender.ts";
import { renew } from "../src/remedy-request.ts";
import type { Rule } from "../src/rule.ts";
import { blocksOf, documentOf } from "./support/documents.ts";
import { type Case, testRules } from "./support/rules.ts";

const example: readonly Rule[] = [
  {
    id: "certificate/serial-number",
    on: "leaf",
    severity: "warning",
    title: "The serial number has no more than 20 octets",
    source: practice("RFC 5280", "4.1.2.2"),
    why: "CRLs name certificates by their serial numbers, and no program has to read a longer one.",
    fix: renew("Have the certificate issued by a CA that keeps to RFC 5280."),
    check({ certificate: { serialNumber } }) {
      const octets = serialNumber.length / 2;
      return octets > 20 ? `the serial number has ${octets} octets` : undefined;
    },
  },
];

const cases: readonly Case[] = [
  ["the most there may be", "certificate/serial-number", { leaf: { serialNumber: "5a".repeat(20) } }],
  [
    "one more",
    "certificate/serial-number",
    { leaf: { serialNumber: "5a".repeat(21) } },
    ["the serial number has 21 octets"],
  ],
];

testRules("the example of CONTRIBUTING.md", example, cases);

describe("CONTRIBUTING.md", () => {
  test("its code is what is tried here", () => {
    const own = readFileSync("test/contributing.test.ts", "utf8");
    const code = blocksOf("CONTRIBUTING.md").filter(({ language }) => language === "ts");
    expect(code).toHaveLength(2);
    expect(code.map(({ text }) => text).filter((text) => !own.includes(`[\n${text}]`))).toEqual([]);
  });

  test("every script of package.json that people run is explained", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: object };
    const { text } = documentOf("CONTRIBUTING.md");
    const explained = new Set(Array.from(text.matchAll(/npm (?:run )?([\w:-]+)/g), ([, name]) => name));
    expect(Object.keys(scripts).filter((name) => name !== "prepare" && !explained.has(name))).toEqual([]);
  });
});
