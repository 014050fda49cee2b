/** The report as annotations of GitHub: workflow commands, which the runner reads out of the log, and the verdict. */
import { messages } from "../defender.ts";
import type { Result } from "../evaluation/evaluate.ts";
import { isWaived, type Report } from "../report/report.ts";
import { type Breakdown, breakdownsOf, type Failure, failuresOf, fixLines, waiverRemarks } from "./failures.ts";
import { type Place, placeOf } from "./place.ts";
import type { Style } from "./style.ts";
import { neutral } from "./text.ts";
import { waiverNote } from "./waiver-words.ts";

type Level = "error" | "warning" | "notice";

/** Writes the report. GitHub shows ten annotations of each level for a step; the log has all. */
export function github(report: Report, { folder }: Style): string {
  return [
    ...failuresOf(report, folder).map((failure) => annotation(failure)),
    ...breakdownsOf(report).map((breakdown) => breakdownCommand(breakdown, placeOf(breakdown.bundle.name, folder))),
    ...waiverCommands(report, folder),
    verdictLine(report),
  ].join("\n");
}

/** What the last line says. */
export const verdictLine = ({ verdict, exitCode }: Pick<Report, "verdict" | "exitCode">): string =>
  `certcheck: ${verdict}, exit code ${exitCode}`;

/** What is to be said of the waivers. */
export const waiverCommands = (report: Pick<Report, "configuration" | "waivers">, folder: string): string[] =>
  waiverRemarks(report).map(({ isExpired, text }) =>
    command(
      isExpired ? "warning" : "notice",
      {
        ...(report.configuration !== undefined && { file: placeOf(report.configuration, folder).path }),
        title: "waiver",
      },
      [text],
    ),
  );

/** About a rule that broke; `more` are harmless lines. */
export const breakdownCommand = (
  { rule, message }: Pick<Breakdown, "rule" | "message">,
  { path }: Pick<Place, "path">,
  ...more: readonly string[]
): string => command("error", { file: path, title: `${rule}: broken` }, [message, ...more]);

/** About a finding; `more` are harmless lines. */
export function annotation(failure: Failure, ...more: readonly string[]): string {
  const { result, finding, place } = failure;
  const { line, endLine } = finding;
  const position = { file: place.path, ...(line !== undefined && { line, endLine: endLine ?? line }) };
  const note = waiverNote(result);
  return command(levelOf(failure), { ...position, title: titleOf(result) }, [
    ...(note === undefined ? [] : [note]),
    neutral(finding.message),
    ...fixLines(finding),
    ...more,
  ]);
}

/** What makes the exit code 1 is an error, whatever its severity, and nothing else is. */
function levelOf({ result, isCounted }: Failure): Level {
  if (isCounted) return "error";
  return isWaived(result) || result.severity === "info" ? "notice" : "warning";
}

/** The rule, and the first sentence of the appliance's message. */
function titleOf({ rule, refusal }: Result): string {
  const [sentence] = (refusal === undefined ? "" : messages[refusal]).split(/(?<=\.) /);
  return refusal === undefined ? rule : `${rule}: ${sentence}`;
}

/** A command, from text that is harmless for a log already. */
export function command(
  level: Level,
  properties: Readonly<Record<string, string | number>>,
  lines: readonly string[],
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(neutral(String(value)))}`);
  return `::${level} ${list.join(",")}::${escapeData(lines.join("\n"))}`;
}

/** What the runner undoes (ActionCommand.cs), the percent sign last. */
const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
