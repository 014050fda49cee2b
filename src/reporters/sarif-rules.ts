/** The catalogue as SARIF 2.1.0 describes rules (section 3.49), and what text has to look like in its messages. */
import type { ReportingDescriptor, Result } from "sarif";
import { exampleBundle, exampleContext } from "../example.ts";
import { addressOf, consequence, explanation, explanationMarkdown } from "../explanation.ts";
import { type Severity, severityOf } from "../rule.ts";
import { rules } from "../rules/index.ts";

/** All rules, in the order of the catalogue. */
export function ruleDescriptors(): ReportingDescriptor[] {
  const example = exampleBundle();
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
        markdown: `${title}.\n\n${explanationMarkdown(rule, example)}`,
      },
      ...(address !== undefined && { helpUri: address }),
      defaultConfiguration: { level: levelOf(severityOf(rule, exampleContext)) },
      properties: { tags: [topic, consequence(rule)] },
    };
  });
}

/** The word for a severity. */
export const levelOf = (severity: Severity): NonNullable<Result["level"]> => (severity === "info" ? "note" : severity);

/** Harmless text as a message: no link begins in it (section 3.11.6), and braces are no placeholders (3.11.5). */
export const messageText = (text: string): string =>
  text.replaceAll("](", "]\\u{28}").replaceAll("{", "{{").replaceAll("}", "}}");
