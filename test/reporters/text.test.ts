/** Text made harmless, and broken into lines. */
import { describe, expect, test } from "vitest";
import { neutral, wrap } from "../../src/reporters/text.ts";

describe("neutral", () => {
  test.each([
    ["plain text", "Contoso Ltd", "Contoso Ltd"],
    ["letters of any script", "Zürich 東京 Ελλάδα", "Zürich 東京 Ελλάδα"],
    ["an escape sequence", "\u001b[31mred", "\\u{1b}[31mred"],
    ["a line end", "a\r\nb", "a\\u{d}\\u{a}b"],
    ["C1 controls", "\u009b2J", "\\u{9b}2J"],
    ["NUL and DEL", "\0\u007f", "\\u{0}\\u{7f}"],
    ["writing direction", "\u202etxt.exe\u2066", "\\u{202e}txt.exe\\u{2066}"],
    ["no width", "a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"],
    ["line separators", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["tags", "\u{e0041}", "\\u{e0041}"],
    ["a lone surrogate", "\ud800x", "\\u{d800}x"],
    ["private use", "\ue000", "\\u{e000}"],
  ])("%s", (_what, text, expected) => expect(neutral(text)).toBe(expected));
});

describe("wrap", () => {
  const measure = ({ length }: string): number => length;
  test.each([
    ["fits", "one two", 7, ["one two"]],
    ["does not fit", "one two", 6, ["one", "two"]],
    ["a long word stays whole", "a verylongword b", 5, ["a", "verylongword", "b"]],
    ["nothing", "", 5, [""]],
  ])("%s", (_what, text, columns, lines) => expect(wrap(text, columns, measure)).toEqual(lines));
});
