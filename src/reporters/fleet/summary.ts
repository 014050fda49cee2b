/** What the reports on a fleet for people have in common: which appliances come first, how many came to what, why the run ends as it does. */
import { messages } from "../../defender.ts";
import type { Result } from "../../evaluation/evaluate.ts";
import type { Stray, Unread } from "../../bundle/fleet.ts";
import type { FleetReport } from "../../fleet/report.ts";
import { READY, type Row } from "../../fleet/row.ts";
import type { Rows } from "../../fleet/rows.ts";
import { DAY, parseInstant } from "../../pki/time.ts";
import { type BundleReport, counts, verdicts } from "../../report/report.ts";
import type { Breakdown } from "../failures.ts";
import { contradictionOf, grouped, reasonOf, ruleOf, verdictWords } from "../outline.ts";
import { neutral } from "../text.ts";

/** The places of the rows of a rank below a limit: worst first, those of a rank in the order of their names. */
export function worstFirst(rows: Rows, limit: number): number[] {
  const ranks = Array.from({ length: limit }, (): number[] => []);
  for (let index = 0; index < rows.length; index++) ranks[rows.rankAt(index)]?.push(index);
  return ranks.flat();
}

/** The word for what an appliance came to. What certcheck itself failed at leaves the verdict open. */
export const rowWord = ({ verdict, failures }: Row): string =>
  failures.some(({ isBroken }) => isBroken) ? "Error" : verdictWords[verdict];

/** `12 refused, 3 unsupported, 9,985 ready`. */
export function totals({ tally, unread, verdict: whole }: FleetReport): string {
  const parts = verdicts.flatMap((verdict) => {
    const count = tally.verdicts[verdict] ?? 0;
    // All are ready, and the fleet is not: for what they share, or for a file that is not there.
    const isAlone = count === tally.appliances && verdict !== whole;
    const alone = isAlone ? (count === 1 ? " by itself" : " by themselves") : "";
    return count === 0 ? [] : [`${grouped(count)} ${verdict}${alone}`];
  });
  if (unread.length > 0) parts.push(`${grouped(unread.length)} not checked`);
  return parts.length > 0 ? parts.join(", ") : "none";
}

/** `4 findings across them`: errors and warnings; nothing if there are none. */
export function findingsAcross({ results }: FleetReport): string {
  const found = results.flatMap(({ outcome, severity, findings }) =>
    outcome === "fails" && severity !== "info" ? findings : [],
  );
  return found.length === 0 ? "" : `${plural(found.length, "finding")} across them`;
}

/** `1 appliance`, `10,000 appliances`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** What was found across appliances, by how it is told. */
export interface Across {
  /** What counts, errors and warnings. */
  readonly weighty: readonly Result[];
  readonly notes: readonly Result[];
  readonly broken: readonly Result[];
}

/** Sorts the results. */
export function across({ results, failOn }: FleetReport): Across {
  const failed = results.filter(({ outcome }) => outcome === "fails");
  const isNote = (result: Result): boolean => result.severity === "info" && !counts(result, failOn);
  return {
    weighty: failed.filter((result) => !isNote(result)),
    notes: failed.filter(isNote),
    broken: results.filter(({ outcome }) => outcome === "broken"),
  };
}

/** How many things a report has of something. */
export interface Count {
  readonly count: number;
  readonly what: string;
  /** More about it. */
  readonly title?: string;
}

/** The appliance's messages, most frequent first. */
export const messageCounts = ({ tally }: FleetReport): readonly Count[] =>
  Object.entries(tally.messages)
    .map(([id, count]) => ({ count, what: messages[id as keyof typeof messages] }))
    .toSorted(byCount);

/** The rules that fail, most frequent first. */
export const ruleCounts = ({ tally }: FleetReport): readonly Count[] =>
  Object.entries(tally.rules)
    .map(([rule, count]) => {
      const title = ruleOf(rule)?.title;
      return { count, what: rule, ...(title !== undefined && { title }) };
    })
    .toSorted(byCount);

/** What was not checked, of most appliances first. */
export const uncheckedCounts = ({ tally }: FleetReport): readonly Count[] =>
  [...tally.notChecked]
    .map(([what, { count, why }]) => ({ count, what: why === undefined ? what : `${what}: ${why}` }))
    .toSorted(byCount);

const byCount = (a: Count, b: Count): number => b.count - a.count || (a.what < b.what ? -1 : 1);

/** What no result tells of, as its rule was left out. */
export function untold({ results, unread, strays }: FleetReport): {
  readonly unread: readonly Unread[];
  readonly strays: readonly Stray[];
} {
  const isTold = (rule: string): boolean => results.some((one) => one.rule === rule && one.outcome === "fails");
  return {
    unread: isTold("fleet/files-present") ? [] : unread,
    strays: isTold("fleet/files-assigned") ? strays.filter(({ kind }) => kind === "other") : strays,
  };
}

/** That the report is not on the whole, in harmless sentences. */
export function gaps({ shard, interrupted, incomplete = [], rows, unread }: FleetReport): string[] {
  const checked = rows.length + unread.length;
  return [
    ...(shard === undefined
      ? []
      : [`This is part ${neutral(shard)} of the fleet: certcheck fleet merge asks what the whole has in common.`]),
    ...(interrupted === undefined
      ? []
      : [`The run was interrupted: ${grouped(checked)} of ${plural(interrupted, "appliance")} were checked.`]),
    ...(incomplete.length === 0 ? [] : [`Not all results are here: ${incomplete.map(neutral).join("; ")}.`]),
  ];
}

/** What the exit code was reached by. */
export function fleetReason(report: FleetReport): string {
  const { rows, results, failOn } = report;
  // Each thing that appliances share is a failure.
  let counted = results.filter((result) => counts(result, failOn)).flatMap(({ findings }) => findings).length;
  let waived = 0;
  for (let index = 0; index < rows.length; index++) {
    if (rows.rankAt(index) >= READY) continue;
    for (const failure of rows.at(index).failures) {
      if (failure.isWaived) waived++;
      else if (failure.counts) counted++;
    }
  }
  return reasonOf(report, counted, waived);
}

/** Says so where the run passes though an appliance would not, or the reverse; else nothing. */
export const fleetContradiction = (report: FleetReport): string => contradictionOf(report, () => fleetReason(report));

/** Whole days from the second instant to the first, less than 0 if that is past; NaN if it cannot be read. */
export const daysUntil = (instant: string, at: string): number =>
  Math.trunc((parseInstant(instant) - parseInstant(at)) / DAY);

/** The file that an appliance's own findings stand at. */
export const fileOf = ({ name, files: [first] }: Pick<BundleReport, "name" | "files">): string => first?.file ?? name;

/** Which appliance something is about, harmless: files may be those of several. */
export const applianceLine = (name: string): string => `Appliance: ${neutral(name)}`;

/** What certcheck itself failed at, appliance by appliance. */
export function breakdownsOfRows({ rows }: FleetReport): Pick<Breakdown, "rule" | "message">[] {
  return worstFirst(rows, 1).flatMap((index) => {
    const { name, failures } = rows.at(index);
    return failures
      .filter(({ isBroken }) => isBroken)
      .map(({ rule, message }) => ({
        rule,
        message: `${neutral(name)}: an error of certcheck itself: ${neutral(message)}`,
      }));
  });
}

/** What is to be known of the run before its results are relied upon, harmless. */
export const warningsOf = (report: FleetReport): string[] => [
  ...untold(report).unread.map(({ name, why }) => `${neutral(name)} was not checked: ${neutral(why)}`),
  ...gaps(report),
];
