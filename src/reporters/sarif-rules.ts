/** The catalogue as SARIF 2.1.0 describes rules (section 3.49), and what text has to look like in its messages. */
import type { ReportingDescriptor, Result } from "sarif";
import type { Bundle } from "../bundle/bundle.ts";
import { exampleBundle, exampleContext } from "../evaluation/example.ts";
import { addressOf, consequence, explanation } from "../evaluation/explanation.ts";
import { type Severity, severityOf } from "../rule.ts";
import { rules } from "../rules/catalogue.ts";
import { ruleMarkdown } from "./rule-markdown.ts";

/** All rules, in the order of the catalogue. */
export const ruleDescriptors: ReportingDescriptor[] = describeRules(exampleBundle());

/** The word for a severity. */
export function levelOf(severity: Severity): NonNullable<Result["level"]> {
  return severity === "info" ? "note" : severity;
}

/**
 * Harmless text as a message: no link begins in it (section 3.11.6), and no placeholder (3.11.5).
 * NOTE: by the letter every brace has to be doubled. A viewer that shows the text as it stands would then show commands that
 * do not run; so only the braces that would make a placeholder are written as escapes.
 */
export function messageText(text: string): string {
  return text.replaceAll("](", "]\\u0028").replace(/\{(?=\d+\})/g, "\\u007b");
}

function describeRules(example: Bundle): ReportingDescriptor[] {
  return rules.map((rule) => {
    const { id, title, why, source } = rule;
    const address = addressOf(source);
    const [topic = ""] = id.split("/");
    const text = explanation(rule, example).map(([heading, part]) => `${heading}: ${part}`);
    return {
      id,
      name: id.replace(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      shortDescription: { text: messageText(title) },
      fullDescription: { text: messageText(why) },
      help: {
        text: messageText([`${title}.`, ...text].join("\n")),
        markdown: `${title}.\n\n${ruleMarkdown(rule, example)}`,
      },
      ...(address !== undefined && { helpUri: address }),
      defaultConfiguration: { level: levelOf(severityOf(rule, exampleContext)) },
      properties: { tags: [topic, consequence(rule)] },
    };
  });
}
