/** The engine: asks every rule about the subjects it is on, and keeps the results. */
import type { Bundle } from "../bundle/bundle.ts";
import type { Origin, Position } from "../bundle/artifact.ts";
import type { MessageId } from "../defender.ts";
import {
  type Answer,
  type Context,
  formatRemedy,
  type Found,
  type Remedy,
  type Rule,
  type Severity,
  severityOf,
  type Skipped,
  type Subjects,
} from "../rule.ts";
import type { Fleet } from "../bundle/fleet.ts";
import type { Selection, Unchecked } from "./offered.ts";
import { subjectsOf } from "./subjects.ts";

/** What came of one rule. */
export interface Result {
  /** Its id. */
  readonly rule: string;
  /** `broken`: the check itself failed, which is certcheck's fault. */
  readonly outcome: "holds" | "fails" | "skipped" | "broken";
  /** What counts for the exit code: the rule's, unless the command line weighs it otherwise. */
  readonly severity: Severity;
  /** What the rule itself says, which decides on the verdict. */
  readonly ruleSeverity: Severity;
  /** Why the rule is there; of rules that are not loaded with every run. */
  readonly why?: string;
  /** The requirement is the configuration's own: it says nothing of the upload. */
  readonly isOwn?: boolean;
  /** The appliance's message that a failure predicts; only with `fails`. */
  readonly refusal?: MessageId;
  /** Of `skipped` and `broken`. */
  readonly reason?: string;
  /** What remains unknown though the appliance may look at it, and how to know; also beside an answer for the rest. */
  readonly unchecked?: readonly Unchecked[];
  readonly findings: readonly Finding[];
  /** The configuration's waiver that covers it, or did; only with `fails`. */
  readonly waiver?: Waiver & { readonly state: "in force" | "expired" };
  /** Where a `broken` check failed, for the people who mend it. */
  readonly stack?: string;
}

/** Somebody's decision to let a failure pass for a time. */
export interface Waiver {
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it counts, such as 2027-01-31. */
  readonly until: string;
}

/** One thing found, its place, and what to do about it. */
export interface Finding extends Position {
  readonly message: string;
  readonly fix: string;
}

/** Says why a rule was deselected, or nothing if it was not. */
export type Deselection = (ruleId: string) => string | undefined;

/** Asks all rules about an appliance; never throws for what a rule does. */
export const evaluate = (
  rules: readonly Rule[],
  bundle: Bundle,
  context: Context,
  deselected?: Deselection,
  subjects = subjectsOf,
): Result[] => askAll(rules, context, offerOf(bundle, context, subjects), deselected);

/** Asks all rules about the appliances of a fleet together; never throws for what a rule does. */
export function evaluateFleet(
  rules: readonly Rule[],
  fleet: Fleet,
  context: Context,
  deselected?: Deselection,
): Result[] {
  const file = fleet.manifest ?? "";
  const present = [{ subject: fleet, origin: { file, at: () => ({ file }) } }];
  const none = { missing: "it is asked of an appliance" };
  const offer: Offer = (kind) => (kind === "fleet" ? { present } : none) as Selection<typeof kind>;
  return askAll(rules, context, offer, deselected);
}

/** What decides whether a rule is asked at all. */
type Circumstances = Pick<Context, "edition" | "validation" | "requirements">;

/** The ids of the rules that are asked in this context, if nobody deselects them. */
export const idsAsked = (rules: readonly Rule[], context: Circumstances): string[] =>
  rules.filter((rule) => whyNotAsked(rule, context) === undefined).map(({ id }) => id);

/** What there is of a kind to ask about. */
type Offer = <K extends keyof Subjects>(kind: K) => Selection<K>;

/** Finds the subjects of each kind once, for all rules on it. */
function offerOf(bundle: Bundle, context: Context, subjects: typeof subjectsOf): Offer {
  const known: { [K in keyof Subjects]?: unknown } = {};
  return <K extends keyof Subjects>(kind: K) => (known[kind] ??= subjects[kind](bundle, context)) as Selection<K>;
}

const askAll = (
  rules: readonly Rule[],
  context: Context,
  offer: Offer,
  deselected: Deselection = () => undefined,
): Result[] => rules.map((rule) => resultOf(rule, context, offer, deselected));

function resultOf(rule: Rule, context: Context, offer: Offer, deselected: Deselection): Result {
  const severity = severityOf(rule, context);
  const reason = whyNotAsked(rule, context);
  if (reason !== undefined) return skip(rule, severity, reason);
  const choice = deselected(rule.id);
  if (choice !== undefined) return skip(rule, severity, choice, [{ what: rule.id }]);
  try {
    return ask(rule, severity, offer(rule.on), context);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    const result = begin(rule, severity, "broken");
    result.reason = message;
    if (stack !== undefined) result.stack = stack;
    return result;
  }
}

/** A result while it is made. Spreading one into another takes longer than most checks. */
type Draft = { -readonly [P in keyof Result]: Result[P] };

function begin(
  { id, requirement }: Rule,
  severity: Severity,
  outcome: Result["outcome"],
  findings: Finding[] = [],
): Draft {
  const result: Draft = { rule: id, severity, ruleSeverity: severity, outcome, findings };
  if (requirement !== undefined) result.isOwn = true;
  return result;
}

/** Why a rule has nothing to say in this context, whatever was given. */
function whyNotAsked({ editions, validation, requirement }: Rule, context: Circumstances): string | undefined {
  if (editions !== undefined && !editions.includes(context.edition))
    return `the ${context.edition} edition does not ask for it`;
  if (validation !== undefined && (validation === "on") !== context.validation)
    return `asked only with the appliance's validation ${validation}`;
  return requirement !== undefined && context.requirements[requirement] === undefined
    ? "no configuration requires it"
    : undefined;
}

function skip(rule: Rule, severity: Severity, reason: string, unchecked: readonly Unchecked[] = []): Result {
  const result = begin(rule, severity, "skipped");
  result.reason = reason;
  if (unchecked.length > 0) result.unchecked = unchecked;
  return result;
}

function ask<K extends keyof Subjects>(
  rule: Rule & { readonly on: K },
  severity: Severity,
  subjects: Selection<K>,
  context: Context,
): Result {
  // A rule on K takes subjects of kind K: the union of rules loses this link.
  const { check, fix } = rule as unknown as {
    check: (subject: Subjects[K], context: Context) => Answer;
    fix: (subject: Subjects[K], context: Context) => Remedy;
  };
  if ("missing" in subjects) return skip(rule, severity, subjects.missing, subjects.unchecked);
  const findings: Finding[] = [];
  for (const { subject, origin } of subjects.present) {
    const answer = check(subject, context);
    if (answer === undefined) continue;
    if (isSkipped(answer)) return skip(rule, severity, answer.skipped, [{ what: rule.id }]);
    const found = typeof answer === "string" ? [{ message: answer }] : isList(answer) ? answer : [answer];
    if (found.length === 0) continue;
    const remedy = formatRemedy(fix(subject, context));
    for (const one of found)
      findings.push({
        message: one.message,
        ...place(one, origin),
        fix: one.remedy === undefined ? remedy : formatRemedy(one.remedy),
      });
  }
  const result = begin(rule, severity, findings.length === 0 ? "holds" : "fails", findings);
  if (findings.length > 0 && rule.refusal !== undefined) result.refusal = rule.refusal;
  if (subjects.rest !== undefined) result.unchecked = subjects.rest;
  return result;
}

const isList = (answer: Answer): answer is readonly Found[] => Array.isArray(answer);

const isSkipped = (answer: Answer): answer is Skipped =>
  typeof answer === "object" && !isList(answer) && "skipped" in answer;

function place({ line, offset, origin: own }: Found, origin: Origin): Position {
  const { file, lines, at } = own ?? origin;
  if (line !== undefined) return { file, line };
  return { ...at(offset), ...(offset === undefined && lines && { endLine: lines[1] }) };
}
