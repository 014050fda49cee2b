/** The verb `rules`: the catalogue, and one rule explained. */
import type { Bundle } from "../bundle.ts";
import { messages } from "../defender.ts";
import { exampleBundle, exampleContext } from "../example.ts";
import { formatRemedy, type Remedy, type Context, type Rule } from "../rule.ts";
import type { Style } from "../reporters/style.ts";
import { serialize } from "../reporters/json.ts";
import { code, inline } from "../reporters/markdown-text.ts";
import { wrap } from "../reporters/text.ts";
import { ruleFacts } from "../rule-set.ts";
import { rules } from "../rules/index.ts";
import { suggestion } from "../selection.ts";
import { subjectsOf } from "../subjects.ts";
import type { System } from "../system.ts";
import { UsageError } from "../errors.ts";
import { plainStyle } from "./style.ts";

/** How the catalogue is written. */
export const catalogueFormats = ["human", "json", "markdown"] as const;

/** The options of `rules`. */
export interface RulesOptions {
  readonly format: (typeof catalogueFormats)[number];
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

const severityText = ({ severity }: Rule): string =>
  typeof severity === "string"
    ? severity
    : `${severity(exampleContext)}, ${severity({ ...exampleContext, allowSelfSigned: true })} with --allow-self-signed`;

/** What a failure means for the upload, in a word. */
function consequence(rule: Rule): string {
  if (rule.refusal !== undefined) return "refused";
  return severityText(rule).startsWith("error") ? "unsupported" : severityText(rule);
}

function list(chosen: readonly Rule[]): string {
  const width = Math.max(...chosen.map(({ id }) => id.length));
  return chosen
    .map((rule) => `${rule.id.padEnd(width)}  ${consequence(rule).padEnd("unsupported".length)}  ${rule.title}`)
    .join("\n");
}

const firmnessText = {
  stated: "stated there",
  inferred: "inferred from it",
  contradictory: "the documents contradict themselves here",
  practice: "practice of the field; the appliance's documents do not ask for it",
} as const;

/** The parts of an explanation, by their headings. */
function parts(rule: Rule, example: Bundle): (readonly [string, string])[] {
  const { refusal, editions: asked, validation, source, why } = rule;
  return [
    ["Severity", severityText(rule)],
    [
      "If it fails",
      refusal === undefined ? "the appliance shows no documented message" : `the appliance shows: ${messages[refusal]}`,
    ],
    ["Source", `${source.document}; ${source.section} (${firmnessText[source.firmness]})`],
    ...(asked ? [["Editions", asked.join(", ")] as const] : []),
    ...(validation ? [["Asked", `with the appliance's validation ${validation}`] as const] : []),
    ["Why", why],
    ["Fix", exampleFix(rule, example)],
  ];
}

function explain(rule: Rule, { columns, measure }: Style): string {
  const example = exampleBundle();
  const width = Math.min(columns, 100) - 2;
  const lines = parts(rule, example).flatMap(([heading, text]) => [
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
  return [
    "",
    `### ${rule.id}`,
    "",
    `${inline(rule.title)}.`,
    "",
    ...parts(rule, example).map(
      ([heading, text]) =>
        `- **${heading}:** ${text
          .split("\n")
          .map((line, index) => (index === 0 ? inline(line) : code(line)))
          .join("<br>")}`,
    ),
  ];
}

/** The fix for the appliance of the example. What is to be done with a file depends on what it is: there, no command is shown. */
function exampleFix(rule: Rule, example: Bundle): string {
  const offered = subjectsOf[rule.on](example, exampleContext);
  const [first] = "present" in offered ? offered.present : [];
  if (first === undefined) return "";
  // The subject is of the kind that the rule is on.
  const fix = formatRemedy((rule.fix as (subject: unknown, context: Context) => Remedy)(first.subject, exampleContext));
  return rule.on === "file" ? (fix.split("\n", 1)[0] ?? "") : fix;
}
