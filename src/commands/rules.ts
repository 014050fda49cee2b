/** The verb `rules`: the catalogue, and one rule explained. */
import type { Bundle } from "../bundle/bundle.ts";
import { exampleBundle } from "../evaluation/example.ts";
import { consequence, explanation } from "../evaluation/explanation.ts";
import type { Rule } from "../rule.ts";
import { plainStyle, type Style } from "../reporters/style.ts";
import { serialize } from "../reporters/json.ts";
import { inline } from "../reporters/markdown-text.ts";
import { ruleMarkdown } from "../reporters/rule-markdown.ts";
import { wrap } from "../reporters/text.ts";
import { ruleFacts } from "../evaluation/rule-set.ts";
import { rules } from "../rules/catalogue.ts";
import { suggestion } from "../evaluation/selection.ts";
import type { System } from "../system/system.ts";
import { UsageError } from "../errors.ts";

/** The options of `rules`. */
export interface RulesOptions {
  /** How the catalogue is written. */
  readonly format: "human" | "json" | "markdown";
}

/** Prints the catalogue, or one rule. @throws UsageError for an unknown rule */
export function showRules(id: string | undefined, { format }: RulesOptions, system: System): number {
  const chosen = id === undefined ? rules : rules.filter((rule) => rule.id === id);
  if (chosen.length === 0) {
    throw new UsageError(
      `no rule has the id ${id}`,
      suggestion(
        id ?? "",
        rules.map((rule) => rule.id),
      ) ?? "certcheck rules lists them",
    );
  }
  const style: Style = { ...plainStyle, columns: system.terminal.columns };
  const text = {
    human: () => (id === undefined ? list(chosen) : chosen.map((rule) => explain(rule, style)).join("\n")),
    json: () => serialize(chosen.map(ruleFacts), 2),
    markdown: () => markdown(chosen),
  }[format]();
  system.print(`${text}\n`);
  return 0;
}

function list(chosen: readonly Rule[]): string {
  const width = Math.max(...chosen.map(({ id }) => id.length));
  return chosen
    .map((rule) => `${rule.id.padEnd(width)}  ${consequence(rule).padEnd("unsupported".length)}  ${rule.title}`)
    .join("\n");
}

function explain(rule: Rule, { columns, measure }: Style): string {
  const example = exampleBundle();
  const width = Math.min(columns, 100) - 2;
  const lines = explanation(rule, example).flatMap(([heading, text]) => [
    "",
    heading,
    ...text
      .split("\n")
      .flatMap((line, index) => (index === 0 ? wrap(line, width, measure) : [line]))
      .map((line) => `  ${line}`),
  ]);
  return [rule.id, ...wrap(rule.title, width, measure).map((line) => `  ${line}`), ...lines].join("\n");
}

function markdown(chosen: readonly Rule[]): string {
  const example = exampleBundle();
  const topics = [...new Set(chosen.map(({ id }) => id.split("/")[0]))];
  return [
    "# Rules",
    "",
    "Written by `certcheck rules --format markdown`; the catalogue itself is in `src/rules/`.",
    ...topics.flatMap((topic) => [
      "",
      `## ${topic}`,
      ...chosen.filter(({ id }) => id.split("/")[0] === topic).flatMap((rule) => section(rule, example)),
    ]),
  ].join("\n");
}

function section(rule: Rule, example: Bundle): string[] {
  return ["", `### ${rule.id}`, "", `${inline(rule.title)}.`, "", ruleMarkdown(rule, example)];
}
