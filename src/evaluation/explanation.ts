/** A rule explained: the requirement, its source and its fix, for an appliance that meets every rule. */
import type { Bundle } from "../bundle/bundle.ts";
import { documentAddresses, messages, type Source } from "../defender.ts";
import { exampleContext, exampleFleet } from "./example.ts";
import { type Context, formatRemedy, type Remedy, type Rule, severityOf } from "../rule.ts";
import { liveSubjects } from "./endpoint-subjects.ts";

/** The parts of an explanation, by their headings. */
export function explanation(rule: Rule, example: Bundle): (readonly [string, string])[] {
  const { refusal, editions: asked, validation, requirement, source, why } = rule;
  return [
    ["Severity", severityText(rule)],
    [
      "If it fails",
      refusal === undefined ? "the appliance shows no documented message" : `the appliance shows: ${messages[refusal]}`,
    ],
    ["Source", `${source.document}; ${source.section} (${firmnessText[source.firmness]})`],
    ...(requirement === undefined ? [] : [["Asked", "where the configuration requires it"] as const]),
    ...(asked ? [["Editions", asked.join(", ")] as const] : []),
    ...(validation ? [["Asked", `with the appliance's validation ${validation}`] as const] : []),
    ["Why", why],
    ["Fix", exampleFix(rule, example)],
  ];
}

/** What a failure means for the upload, in a word. */
export function consequence(rule: Rule): string {
  if (rule.refusal !== undefined) return "refused";
  // The appliance does not know of it.
  if (rule.requirement !== undefined) return severityText(rule);
  return severityText(rule).startsWith("error") ? "unsupported" : severityText(rule);
}

/** Where the source of a rule can be read; nothing for documents without an address of their own. */
export function addressOf({ document, section }: Source): string | undefined {
  const [, rfc] = /^RFC (\d+)$/.exec(document) ?? [];
  if (rfc === undefined) return documentAddresses[document];
  const [first] = /[\d.]+/.exec(section) ?? [];
  return `https://www.rfc-editor.org/rfc/rfc${rfc}${first === undefined ? "" : `#section-${first}`}`;
}

/** What may weigh a rule otherwise, as people call it. */
const circumstances: readonly (readonly [when: string, context: Partial<Context>])[] = [
  ["with --allow-self-signed", { allowSelfSigned: true }],
  ["in a pipeline", { inPipeline: true }],
];

function severityText(rule: Rule): string {
  const usual = severityOf(rule, exampleContext);
  const others = circumstances.flatMap(([when, context]) => {
    const severity = severityOf(rule, { ...exampleContext, ...context });
    return severity === usual ? [] : [`, ${severity} ${when}`];
  });
  return `${usual}${others.join("")}`;
}

const firmnessText = {
  stated: "stated there",
  inferred: "inferred from it",
  contradictory: "the documents contradict themselves here",
  practice: "practice of the field; the appliance's documents do not ask for it",
} as const;

/** The fix for the appliance of the example. What is to be done with a file depends on what it is: there, no command is shown. */
function exampleFix(rule: Rule, example: Bundle): string {
  const offered =
    rule.on === "fleet" ? { present: [{ subject: exampleFleet }] } : liveSubjects[rule.on](example, exampleContext);
  const [first] = "present" in offered ? offered.present : [];
  if (first === undefined) return "";
  // The subject is of the kind that the rule is on.
  const fix = formatRemedy((rule.fix as (subject: unknown, context: Context) => Remedy)(first.subject, exampleContext));
  return rule.on === "file" ? (fix.split("\n", 1)[0] ?? "") : fix;
}
