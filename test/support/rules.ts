/** Tests of rules: a line a case, both directions for every rule. */
import { describe, expect, test } from "vitest";
import { evaluate } from "../../src/evaluate.ts";
import type { Rule } from "../../src/rule.ts";
import { bundle, type BundleSpec } from "./bundle.ts";

/**
 * What is tried, the rule, what it is tried on, and the messages expected: none if the rule is to hold, `skipped` with
 * the reason if it is not to be asked.
 */
export type Case = readonly [
  what: string,
  rule: string,
  on: BundleSpec,
  expected?: readonly string[] | { readonly skipped: string },
];

/** Runs the cases of a topic, and asserts that each of its rules has one that holds and one that fails. */
export function testRules(topic: string, rules: readonly Rule[], cases: readonly Case[]): void {
  describe(topic, () => {
    test.each(cases.map(([what, id, on, expected = []]) => ({ what, id, on, expected })))(
      "$what: $id",
      async ({ id, on, expected }) => {
        const { bundle: subject, context } = await bundle(on);
        const [result] = evaluate(
          rules.filter((rule) => rule.id === id),
          subject,
          context,
        );
        const actual =
          result?.outcome === "skipped" ? { skipped: result.reason } : result?.findings.map(({ message }) => message);
        expect(actual, result?.reason).toEqual(expected);
        expect(result?.findings.every(({ fix }) => fix.length > 0)).toBe(true);
      },
    );

    test.each(rules.map(({ id }) => id))("%s is tested in both directions", (id) => {
      const own = cases.filter(([, rule]) => rule === id).map(([, , , expected]) => expected);
      expect(own.some((expected) => expected === undefined)).toBe(true);
      expect(own.some((expected) => Array.isArray(expected) && expected.length > 0)).toBe(true);
    });
  });
}
