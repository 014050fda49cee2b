/** Tests of rules: a line a case, both directions for every rule. */
import { describe, expect, test } from "vitest";
import { liveSubjects } from "../../src/evaluation/endpoint-subjects.ts";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import type { Context, Rule } from "../../src/rule.ts";
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
  // What several rules are tried on is made once.
  const bundles = new Map<BundleSpec, ReturnType<typeof bundle>>();
  const bundleOf = (on: BundleSpec): ReturnType<typeof bundle> => {
    const made = bundles.get(on) ?? bundle(on);
    bundles.set(on, made);
    return made;
  };
  describe(`the rules on ${topic}`, () => {
    test.each(cases.map(([what, id, on, expected = []]) => ({ what, id, on, expected })))(
      "$what: $id",
      async ({ id, on, expected }) => {
        const { bundle: subject, context } = await bundleOf(on);
        const [result] = evaluate(
          rules.filter((rule) => rule.id === id),
          subject,
          context,
          undefined,
          liveSubjects,
        );
        const { outcome = "skipped", findings = [], reason } = result ?? {};
        const messages = findings.map(({ message }) => message);
        expect(outcome === "holds" || outcome === "fails" ? messages : { [outcome]: reason }).toEqual(expected);
        const fixes = findings.map(({ fix }) => fix);
        expect(fixes.filter((fix) => !/^[A-Z].*\.(?:\n|$)|^[A-Z].*:\n/.test(fix))).toEqual([]);
        expect(fixes.flatMap((fix) => overwritten(fix, context))).toEqual([]);
      },
    );

    test.each(rules.map(({ id }) => id))("%s is tested in both directions", (id) => {
      const own = cases.filter(([, rule]) => rule === id).map(([, , , expected]) => expected);
      const directions = own.map((expected) =>
        expected === undefined ? "holds" : Array.isArray(expected) && expected.length > 0 ? "fails" : "skipped",
      );
      expect(directions).toEqual(expect.arrayContaining(["holds", "fails"]));
    });

    test("every case names a rule of the topic", () => {
      const ids = new Set<string>(rules.map(({ id }) => id));
      expect(cases.map(([, id]) => id).filter((id) => !ids.has(id))).toEqual([]);
    });
  });
}

/** The files given that the commands of a fix would write over: none, ever. */
function overwritten(fix: string, { files }: Context): string[] {
  const [, ...commands] = fix.split("\n");
  const targets = new Set(
    commands.flatMap((line) => [
      ...Array.from(line.matchAll(/(?:-out|-keyout|-destkeystore|>) (\S+)/g), ([, word]) => word),
      ...Array.from(line.matchAll(/^cp -i (?:'[^']*'|\S+) (\S+)/g), ([, word]) => word),
    ]),
  );
  return files.all.filter((file) => targets.has(file));
}
