/** What reports for people have in common: the verdict's sentence, what belongs under which heading, what to do. */
import type { CrlFacts } from "../report/crl-facts.ts";
import { messages, type MessageId } from "../defender.ts";
import type { Result } from "../evaluation/evaluate.ts";
import { type BundleReport, counts, isWaived, type Report, type Verdict, verdicts } from "../report/report.ts";
import type { Rule, Severity } from "../rule.ts";
import { fileRules } from "../rules/index.ts";
import { day } from "./text.ts";

/** The verdicts' names, as they begin a sentence. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  refused: "Refused",
  unsupported: "Unsupported",
  ready: "Ready",
};

/** The verdict's name, as it begins a sentence about one. */
export const verdictWord = ({ endpoint, verdict }: BundleReport): string =>
  endpoint?.words.verdict ?? verdictWords[verdict];

/** `2 refused, 1 ready`. */
export function tally(bundles: readonly BundleReport[]): string {
  const counted = verdicts.map(
    (verdict) => [bundles.filter((bundle) => bundle.verdict === verdict).length, verdict] as const,
  );
  const parts = counted.filter(([count]) => count > 0).map(([count, verdict]) => `${count} ${verdict}`);
  return parts.length > 0 ? parts.join(", ") : "no appliances";
}

/** What the verdict means for the upload, or for those who connect, without its name. */
export function verdictSentence({
  endpoint,
  purpose,
  verdict,
  messages: predicted,
  notChecked,
  results,
}: BundleReport): string {
  if (endpoint !== undefined) return endpoint.words.sentence;
  const lacksOwn = results.some(
    ({ outcome, isOwn, ruleSeverity }) => outcome === "fails" && isOwn && ruleSeverity === "error",
  );
  return {
    refused: `the appliance would show ${predicted.length === 1 ? "this message" : `these ${predicted.length} messages`}`,
    unsupported:
      purpose === "request"
        ? "documented requirements are not met, or a CA cannot go by it"
        : "no message is predicted, but documented requirements are not met",
    ready: `no documented requirement failed${notChecked.length > 0 ? ", of those that were checked" : ""}${lacksOwn ? ", but the configuration requires more" : ""}`,
  }[verdict];
}

/** What the exit code was reached by. */
export function exitReason(report: Report): string {
  const results = report.bundles.flatMap((bundle) => bundle.results);
  const counted = results.filter((result) => counts(result, report.failOn)).length;
  return reasonOf(report, counted, results.filter(isWaived).length);
}

/** What the exit code was reached by, from the numbers of failures that count, and of those that are waived. */
export function reasonOf(
  { exitCode, failOn }: Pick<Report, "exitCode" | "failOn">,
  counted: number,
  waived: number,
): string {
  if (exitCode === 3) return "an error of certcheck itself";
  if (failOn === "never") return "failures do not count with fail-on never";
  const failures = counted === 0 ? "no failure" : `${counted} failure${counted === 1 ? "" : "s"}`;
  return `${failures} of severity ${failOn === "error" ? "error" : "error or warning"}${waived > 0 ? `, besides ${waived} waived` : ""}`;
}

/** Says so where the run passes though the appliance would not, or the reverse; else nothing. */
export const contradiction = (report: Report): string => contradictionOf(report, () => exitReason(report));

/** The same, where the reason is another's to tell. */
export function contradictionOf(
  { verdict, exitCode }: Pick<Report, "verdict" | "exitCode">,
  reason: () => string,
): string {
  if ((verdict === "ready") === (exitCode === 0)) return "";
  return `The run ${exitCode === 0 ? "passes" : "fails"} all the same, with exit code ${exitCode}: ${reason()}.`;
}

/** The heading over what is to be done with a request that is ready. */
export const SUBMIT_TITLE = "How to have it issued";

/** The heading over the errors that browsers would show. */
export const BROWSER_TITLE = "What a browser would show";

/** The heading over what no message is predicted for. */
export const unsupportedTitle = ({ endpoint }: BundleReport): string => (endpoint ? "At fault" : "Not supported");

/** The heading over what fails of the configuration's own. */
export const OWN_TITLE = "Not as the configuration requires";

/** The results of a bundle by what they mean. Every one that fails or broke is in one place. */
export interface Outline {
  /** The appliance's messages, and what causes each; what is waived causes it all the same. */
  readonly refusals: readonly { readonly message: string; readonly causes: readonly Result[] }[];
  readonly unsupported: readonly Result[];
  /** What the configuration requires, and is not met. */
  readonly own: readonly Result[];
  readonly warnings: readonly Result[];
  readonly notes: readonly Result[];
  /** Failures with a waiver in force that cause no message. */
  readonly waived: readonly Result[];
  readonly broken: readonly Result[];
  readonly holding: readonly Result[];
  readonly skipped: readonly Result[];
}

/** Sorts the results. */
export function outline({ results, messages: predicted }: BundleReport): Outline {
  const of = (outcome: Result["outcome"]): readonly Result[] => results.filter((result) => result.outcome === outcome);
  const failed = of("fails");
  const causes = (id: MessageId): readonly Result[] => failed.filter(({ refusal }) => refusal === id);
  const others = failed.filter(({ refusal }) => refusal === undefined || !predicted.includes(refusal));
  const unwaived = others.filter((result) => !isWaived(result));
  const open = (wanted: Severity): readonly Result[] =>
    unwaived.filter(({ ruleSeverity, isOwn }) => ruleSeverity === wanted && !isOwn);
  return {
    refusals: predicted.map((id) => ({ message: messages[id], causes: causes(id) })),
    unsupported: open("error"),
    own: unwaived.filter(({ isOwn }) => isOwn),
    warnings: open("warning"),
    notes: open("info"),
    waived: others.filter(isWaived),
    broken: of("broken"),
    holding: of("holds"),
    skipped: of("skipped"),
  };
}

/** Why the rule of a result is there; nothing if this version does not know it. */
export const whyOf = ({ rule, why }: Result): string | undefined => why ?? ruleOf(rule)?.why;

/** The rule of an id; nothing if this version has none. */
export const ruleOf = (id: string): Rule | undefined => fileRules.find((rule) => rule.id === id);

/** How a result is weighed, where that is not what its rule says. */
export const weighing = ({ severity, ruleSeverity }: Result): string | undefined =>
  severity === ruleSeverity ? undefined : `weighed as ${severity}`;

/** What to do about a result. */
export interface Fix {
  readonly advice: string;
  readonly commands: readonly string[];
  /** The rule under which the same commands stand already. */
  readonly standsUnder?: string;
}

/** Commands that stand on a page, and the rule that they stand under: what several faults need is printed once. */
export type Printed = Map<string, string>;

/** What to do, each advice once, with the commands of all findings that need it. */
export function fixesOf({ rule, findings }: Pick<Result, "rule" | "findings">, printed: Printed): readonly Fix[] {
  const found = new Map<string, readonly string[]>();
  for (const { fix } of findings) {
    const [advice = "", ...commands] = fix.split("\n");
    found.set(advice, [...new Set([...(found.get(advice) ?? []), ...commands])]);
  }
  return [...found].map(([advice, commands]) => {
    const block = commands.join("\n");
    const before = printed.get(block);
    if (before !== undefined) return { advice, commands, standsUnder: before };
    if (block !== "") printed.set(block, rule);
    return { advice, commands };
  });
}

/** What a CRL says of itself. */
export const crlText = ({ issuerName, thisUpdate, nextUpdate, entries }: CrlFacts): string =>
  `of ${issuerName}, ${grouped(entries)} ${entries === 1 ? "entry" : "entries"}, issued ${day(thisUpdate)}${nextUpdate === undefined ? "" : `, next due ${day(nextUpdate)}`}`;

/** 1,000,000; V8's own function for it loads the tables of all languages. */
export const grouped = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
