/** What is said of a rule's severity: all that may weigh it otherwise, and nothing that does not. */
import { expect, test } from "vitest";
import { exampleBundle } from "../../src/evaluation/example.ts";
import { explanation } from "../../src/evaluation/explanation.ts";
import { rules } from "../../src/rules/catalogue.ts";

test.each([
  ["certificate/not-self-signed", "error, warning with --allow-self-signed"],
  ["hygiene/key-permissions", "warning, info in a pipeline"],
  ["key/fast", "info"],
])("%s: %s", (id, text) => {
  const rule = rules.find((one) => one.id === id);
  expect(rule && explanation(rule, exampleBundle())[0]).toEqual(["Severity", text]);
});
