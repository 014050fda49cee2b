/** Patterns with `*`. */
import { assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { matches, matchesName } from "../src/pattern.ts";

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
