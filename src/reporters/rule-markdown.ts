/** A rule explained in Markdown, for docs/rules.md and SARIF. */
import type { Bundle } from "../bundle/bundle.ts";
import { explanation } from "../evaluation/explanation.ts";
import type { Rule } from "../rule.ts";
import { code, inline } from "./markdown-text.ts";

/** The parts of the explanation as a list. */
export const ruleMarkdown = (rule: Rule, example: Bundle): string =>
  explanation(rule, example)
    .map(
      ([heading, text]) =>
        `- **${heading}:** ${text
          .split("\n")
          .map((line, index) => (index === 0 ? inline(line) : code(line)))
          .join("<br>")}`,
    )
    .join("\n");
