/** Tallies: how many appliances of a fleet came to what. Those of its parts add up to that of the whole. */
import type { MessageId } from "../defender.ts";
import type { BundleReport, ExitCode, Verdict } from "../report/report.ts";
import type { Row } from "./row.ts";

/** Numbers of appliances. */
export interface Tally {
  readonly appliances: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Those that would show a message. */
  readonly messages: Readonly<Partial<Record<MessageId, number>>>;
  /** Those that fail a rule, by its id; waived failures are not among them. */
  readonly rules: Readonly<Record<string, number>>;
  /** Those whose certificate expires in a month, such as 2027-05. */
  readonly months: Readonly<Record<string, number>>;
  /** Those of which something could not be checked, by what that is. */
  readonly notChecked: ReadonlyMap<string, Unchecked>;
  /** What the appliances by themselves end the run with. */
  readonly exitCode: ExitCode;
}

/** Something that was not checked of so many appliances. */
export interface Unchecked {
  readonly count: number;
  /** Absent if the reasons differ: they may have names of files in them, and would be as many as there are appliances. */
  readonly why?: string;
}

/** Of no appliance. */
export const emptyTally: Tally = {
  appliances: 0,
  verdicts: {},
  messages: {},
  rules: {},
  months: {},
  notChecked: new Map(),
  exitCode: 0,
};

/** Of these appliances, by their rows and their reports. */
export function tallyOf(rows: readonly Row[], reports: readonly Pick<BundleReport, "notChecked">[]): Tally {
  const tally = {
    appliances: rows.length,
    verdicts: {} as Record<string, number>,
    messages: {} as Record<string, number>,
    rules: {} as Record<string, number>,
    months: {} as Record<string, number>,
    notChecked: new Map<string, Unchecked>(),
    exitCode: 0 as ExitCode,
  };
  for (const { verdict, messages, failures, notAfter } of rows) {
    count(tally.verdicts, verdict);
    for (const message of messages) count(tally.messages, message);
    for (const { rule, counts, isBroken, isWaived } of failures) {
      if (!isWaived) count(tally.rules, rule);
      if (counts) tally.exitCode = worse(tally.exitCode, isBroken ? 3 : 1);
    }
    const [month] = /^\d{4}-\d\d/.exec(notAfter ?? "") ?? [];
    if (month !== undefined) count(tally.months, month);
  }
  for (const { notChecked } of reports)
    for (const { what, why } of notChecked) addUnchecked(tally.notChecked, what, { count: 1, why });
  return tally;
}

/** Of two parts together. */
export const joinTallies = (one: Tally, other: Tally): Tally => ({
  appliances: one.appliances + other.appliances,
  verdicts: joinCounts(one.verdicts, other.verdicts),
  messages: joinCounts(one.messages, other.messages),
  rules: joinCounts(one.rules, other.rules),
  months: joinCounts(one.months, other.months),
  notChecked: joinUnchecked(one.notChecked, other.notChecked),
  exitCode: worse(one.exitCode, other.exitCode),
});

/** The exit code of two runs together. */
export const worse = (one: ExitCode, other: ExitCode): ExitCode => (one > other ? one : other);

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function joinCounts<K extends string>(
  one: Readonly<Partial<Record<K, number>>>,
  other: Readonly<Partial<Record<K, number>>>,
): Record<K, number> {
  const sum = { ...one } as Record<K, number>;
  for (const [key, number] of Object.entries(other) as [K, number][]) sum[key] = (sum[key] ?? 0) + number;
  return sum;
}

function joinUnchecked(one: Tally["notChecked"], other: Tally["notChecked"]): Tally["notChecked"] {
  const sum = new Map(one);
  for (const [what, more] of other) addUnchecked(sum, what, more);
  return sum;
}

function addUnchecked(sum: Map<string, Unchecked>, what: string, { count: number, why }: Unchecked): void {
  const known = sum.get(what);
  const isSame = why !== undefined && (known === undefined || known.why === why);
  sum.set(what, { count: (known?.count ?? 0) + number, ...(isSame && { why }) });
}
