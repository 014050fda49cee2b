/** Text of unknown origin in Markdown: what a parser makes of it, and what GitHub looks for afterwards. */
import * as fc from "fast-check";
import type { Nodes } from "mdast";
import { describe, expect, test } from "vitest";
import { code, codeBlock, inline } from "../../src/reporters/markdown-text.ts";
import { neutral } from "../../src/reporters/text.ts";
import { nastyTexts } from "../support/nasty.ts";
import { nodesOf, parse, textOf as textOfNode } from "./markdown-tree.ts";

const leaves = (text: string): readonly Nodes[] => nodesOf(parse(text)).filter((node) => !("children" in node));
const textOf = (text: string): string => textOfNode(parse(text));

/** What GitHub makes links or pictures of where it stands in the text of a page, if it is not in code. */
const acting = /[@#]|:\w+:|\bGH-|www\.|:\/\/|[0-9a-f]{7}/i;

test.each([
  ["words", "the subject has no country (C)", "the subject has no country (C)"],
  ["a sentence", 'the key of "Contoso CA" is too short.', 'the key of "Contoso CA" is too short.'],
  ["letters of any script", "Söhne 東京", "Söhne 東京"],
  ["a name", 'issued for "sensor.contoso.com".', 'issued for "`sensor.contoso.com`".'],
  ["a date and a number", "expired on 2025-05-30, 540 days ago", "expired on 2025-05-30, 540 days ago"],
  ["a mention", "ask @team now", "ask `@team` now"],
  ["an issue", "see #1 and owner/repo#2", "see `#1` and `owner/repo#2`"],
  ["a commit", "was deadbeef before", "was `deadbeef` before"],
  ["a number like a commit", "1234567", "`1234567`"],
  ["an address", "at http://contoso.com/", "at `http://contoso.com/`"],
  ["emoji", "a :rocket: b", "a `:rocket`: b"],
  ["backticks", "a `b` c", "a `` `b` `` c"],
  ["several such words", "* a_b [x](y) z", "`* a_b [x](y)` z"],
  ["what would be a list", "1. x", "`1`. x"],
  ["a number at the end", "see RFC 5280, 6.1 and 1.", "see RFC 5280, 6.1 and 1."],
  ["words with a stroke", "SSL/TLS since 2023-01", "SSL/TLS since 2023-01"],
  ["a sentence in brackets", "(It is one itself.)", "(It is one itself.)"],
  ["brackets within", "the (C)ountry, (a_b)", "the `(C)ountry, (a_b)`"],
  ["a dash", "- x", "`-` x"],
  ["blanks", "a b  c d ", "a `b  c d `"],
  ["nothing", "", ""],
] as const)("%s", (_what, text, expected) => {
  expect(inline(text)).toBe(expected);
  expect(textOf(`x ${inline(text)} x`)).toBe(`x ${text} x`);
});

describe("a text of unknown origin is text or code, and comes back", () => {
  const check = (text: string): void => {
    // Behind a word, for a page strips blanks from the start of a paragraph.
    const written = `x ${inline(text)} x`;
    const found = leaves(written);
    expect(found.map(({ type }) => type).filter((type) => type !== "text" && type !== "inlineCode")).toEqual([]);
    expect(nodesOf(parse(written)).filter(({ type }) => type === "paragraph")).toHaveLength(1);
    expect(textOf(written)).toBe(`x ${neutral(text)} x`);
    for (const node of found) if (node.type === "text") expect(node.value).not.toMatch(acting);
    // At the start of a line it begins nothing.
    const kinds = new Set(nodesOf(parse(inline(text))).map(({ type }) => type));
    expect([...kinds].filter((kind) => !["root", "paragraph", "text", "inlineCode"].includes(kind))).toEqual([]);
  };
  test.each(nastyTexts)("%s", (_what, text) => check(text));
  test("any text", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: fc.constantFrom(...Array.from("`*_[]()<>!#@:|\\~-+.1a &\n\t=\"'")) }),
        ),
        check,
      ),
    ));
});

describe("code comes back", () => {
  const check = (text: string): void => {
    const node = leaves(code(text)).find(({ type }) => type === "inlineCode");
    if (text !== "") expect(node).toMatchObject({ value: text });
    const lines = [text, text];
    expect(leaves(codeBlock("sh", lines).join("\n"))).toMatchObject([
      { type: "code", lang: "sh", value: lines.map(neutral).join("\n") },
    ]);
  };
  test.each(nastyTexts)("%s", (_what, text) => check(neutral(text)));
  test("runs of backticks", () =>
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("`", " ", "a") }), (text) => check(text))));
});
