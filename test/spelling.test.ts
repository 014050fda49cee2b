/** What may have been meant by a word. */
import { expect, test } from "vitest";
import { didYouMean, meantWords } from "../src/spelling.ts";

const known = ["inspect", "init", "csr", "check", "connect", "warnDays", "--chain"];

test.each([
  ["capitals", "Inspect", ["inspect"]],
  ["dashes", "warn-days", ["warnDays"]],
  ["neighbours in each other's place", "inpsect", ["inspect"]],
  ["a letter too much", "checck", ["check"]],
  ["a letter too few", "conect", ["connect"]],
  ["a wrong letter", "cst", ["csr"]],
  ["a beginning", "conn", ["connect"]],
  ["a beginning too short", "in", []],
  ["one dash", "-chain", ["--chain"]],
  ["another word", "sensor", []],
  ["nothing", "", []],
])("%s: %s", (_what, word, meant) => expect(meantWords(word, known)).toEqual(meant));

test("as a question", () => {
  expect(didYouMean([])).toBeUndefined();
  expect(didYouMean(["a", "b"])).toBe("did you mean a, b?");
});

test("a very long word takes no long time", () => {
  const start = performance.now();
  expect(meantWords("x".repeat(100_000), known)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(1000);
});
