/** The catalogue as data, and its version. */
import { expect, test } from "vitest";
import type { Rule } from "../../src/rule.ts";
import { ruleSetVersion } from "../../src/evaluation/rule-set.ts";
import { rules } from "../../src/rules/catalogue.ts";

const changed = (change: Partial<Rule>): string =>
  ruleSetVersion(rules.map((rule, index) => (index === 0 ? ({ ...rule, ...change } as Rule) : rule)));

test("says how many rules there are, and what they say", () =>
  expect(ruleSetVersion()).toMatch(new RegExp(`^${rules.length} rules, [0-9a-f]{12}$`)));

test.each([
  ["its title", { title: "another" }],
  ["its severity", { severity: "info" }],
  ["its message", { refusal: "revoked" }],
  ["its editions", { editions: ["2021"] }],
  ["its source", { source: { document: "another", section: "", firmness: "stated" } }],
  ["its reason", { why: "another" }],
] as const)("changes with a rule: %s", (_what, change) => expect(changed(change)).not.toBe(ruleSetVersion()));

test("does not change with how a rule is computed", () =>
  expect(changed({ check: () => undefined })).toBe(ruleSetVersion()));
