/** The catalogue as data, and its version: what two reports have to have in common to be compared. */
import { editions, messages } from "../defender.ts";
import { exampleContext } from "./example.ts";
import { sha256 } from "../pki/public-key.ts";
import type { Rule } from "../rule.ts";
import { rules } from "../rules/catalogue.ts";

/** What a rule is, as data. */
export function ruleFacts(rule: Rule): object {
  const { id, severity, refusal, editions: asked, validation, title, source, why } = rule;
  return {
    id,
    title,
    severity: typeof severity === "string" ? severity : severity(exampleContext),
    ...(refusal && { refusal, message: messages[refusal] }),
    editions: asked ?? editions,
    ...(validation && { validation }),
    source,
    why,
  };
}

/** Digits of the hash that are shown: enough to tell releases apart. */
const DIGITS = 12;

/** How many rules there are, and the start of the SHA-256 of what they say; a rule that only computes otherwise does not show. */
export const ruleSetVersion = (catalogue: readonly Rule[] = rules): string =>
  `${catalogue.length} rules, ${sha256(Buffer.from(JSON.stringify(catalogue.map(ruleFacts)))).slice(0, DIGITS)}`;
