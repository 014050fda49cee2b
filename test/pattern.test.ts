/** Patterns with `*`. */
import { assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { matches, matchesName, nameMatcher } from "../src/pattern.ts";

test.each<[pattern: string, text: string, expected: boolean]>([
  ["a", "a", true],
  ["a", "ab", false],
  ["a", "A", false],
  ["", "", true],
  ["*", "", true],
  ["*", "anything", true],
  ["a*", "a", true],
  ["a*", "ba", false],
  ["*a", "ba", true],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["a*b*c", "axxbxxc", true],
  ["a*b*c", "acb", false],
  ["*ab*ab*", "ab", false],
  ["*ab*ab*", "xabab", true],
  ["a.c", "abc", false],
  ["chain/*", "chain/trusted", true],
  ["**", "x", true],
])("%s and %s", (pattern, text, expected) => expect(matches(pattern, text)).toBe(expected));

test("capitals of names do not count", () => expect(matchesName("*.CONTOSO.com", "Sensor.contoso.COM")).toBe(true));

test("one of many patterns is enough", () => {
  const is = nameMatcher(["a.contoso.com", "B.*", "*.C"]);
  expect(["A.contoso.com", "b.x", "x.c", "a.contoso.com.x", "xb."].map(is)).toEqual([true, true, true, false, false]);
});

test("many names and many patterns take no long time", () => {
  const names = Array.from({ length: 40_000 }, (_, index) => `sensor-${index}.contoso.com`);
  const patterns = Array.from({ length: 1000 }, (_, index) => `*.Plant-${index}.contoso.com`);
  expect(names.some(nameMatcher(patterns))).toBe(false);
});

test("as an expression says", () => {
  const word = string({ unit: constantFrom("a", "b", "*") });
  assert(
    property(word, string({ unit: constantFrom("a", "b") }), (pattern, text) => {
      expect(matches(pattern, text)).toBe(new RegExp(`^${pattern.replace(/\*+/g, ".*")}$`).test(text));
    }),
  );
});

test("long ones take no long time", () => {
  expect(matches("*a".repeat(1000), "a".repeat(100_000) + "b")).toBe(false);
});
