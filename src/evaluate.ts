/** The engine: asks every rule about the subjects it is on, and keeps the results. */
import type { Bundle } from "./bundle.ts";
import type { Origin, Position } from "./artifact.ts";
import type { MessageId } from "./defender.ts";
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
} from "./rule.ts";
import { type Selection, subjectsOf, type Unchecked } from "./subjects.ts";

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

/** Asks all rules; never throws for what a rule does. */
export function evaluate(
  rules: readonly Rule[],
  bundle: Bundle,
  context: Context,
  deselected: Deselection = () => undefined,
): Result[] {
  const select = selector(bundle, context);
  return rules.map((rule) => {
    const severity = severityOf(rule, context);
    const { outcome, findings, ...rest } = outcomeOf(rule, context, select, deselected);
    const isOwn = rule.requirement !== undefined;
    return { rule: rule.id, severity, ruleSeverity: severity, outcome, findings, ...rest, ...(isOwn && { isOwn }) };
  });
}

type Outcome = Omit<Result, "rule" | "severity" | "ruleSeverity" | "isOwn">;

/** Finds the subjects of each kind once, for all rules on it. */
function selector(bundle: Bundle, context: Context): <K extends keyof Subjects>(kind: K) => Selection<K> {
  const known: { [K in keyof Subjects]?: unknown } = {};
  return <K extends keyof Subjects>(kind: K) => (known[kind] ??= subjectsOf[kind](bundle, context)) as Selection<K>;
}

const skip = (reason: string, unchecked: readonly Unchecked[] = []): Outcome =>
  unchecked.length > 0
    ? { outcome: "skipped", findings: [], reason, unchecked }
    : { outcome: "skipped", findings: [], reason };

function outcomeOf(
  rule: Rule,
  context: Context,
  select: ReturnType<typeof selector>,
  deselected: Deselection,
): Outcome {
  const { editions, validation, requirement } = rule;
  if (editions !== undefined && !editions.includes(context.edition)) {
    return skip(`the ${context.edition} edition does not ask for it`);
  }
  if (validation !== undefined && (validation === "on") !== context.validation) {
    return skip(`asked only with the appliance's validation ${validation}`);
  }
  if (requirement !== undefined && context.requirements[requirement] === undefined) {
    return skip("no configuration requires it");
  }
  const choice = deselected(rule.id);
  if (choice !== undefined) return skip(choice, [{ what: rule.id }]);
  try {
    return ask(rule, select(rule.on), context);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    return { outcome: "broken", reason: message, findings: [], ...(stack !== undefined && { stack }) };
  }
}

function ask<K extends keyof Subjects>(
  rule: Rule & { readonly on: K },
  subjects: Selection<K>,
  context: Context,
): Outcome {
  // A rule on K takes subjects of kind K: the union of rules loses this link.
  const { check, fix } = rule as unknown as {
    check: (subject: Subjects[K], context: Context) => Answer;
    fix: (subject: Subjects[K], context: Context) => Remedy;
  };
  if ("missing" in subjects) return skip(subjects.missing, [subjects.unchecked ?? []].flat());
  const findings: Finding[] = [];
  for (const { subject, origin } of subjects.present) {
    const answer = check(subject, context);
    if (isSkipped(answer)) return skip(answer.skipped, [{ what: rule.id }]);
    const found = list(answer);
    if (found.length === 0) continue;
    const remedy = formatRemedy(fix(subject, context));
    for (const one of found) findings.push({ message: one.message, ...place(one, origin), fix: remedy });
  }
  const rest = subjects.rest && { unchecked: subjects.rest };
  if (findings.length === 0) return { outcome: "holds", findings, ...rest };
  return { outcome: "fails", findings, ...(rule.refusal && { refusal: rule.refusal }), ...rest };
}

const isSkipped = (answer: Answer): answer is Skipped => typeof answer === "object" && "skipped" in answer;

function list(answer: Exclude<Answer, Skipped>): readonly Found[] {
  if (answer === undefined) return [];
  if (typeof answer === "string") return [{ message: answer }];
  return "message" in answer ? [answer] : answer;
}

function place({ line, offset, origin: own }: Found, origin: Origin): Position {
  const { file, lines, at } = own ?? origin;
  if (line !== undefined) return { file, line };
  return { ...at(offset), ...(offset === undefined && lines && { endLine: lines[1] }) };
}
