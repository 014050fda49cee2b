/** What the report for people says of one rule: its findings, why they matter, who waives them, what to do. */
import type { Finding, Result } from "../evaluation/evaluate.ts";
import { type Fix, fixesOf, type Printed, weighing, whyOf } from "./outline.ts";
import type { Style } from "./style.ts";
import { indent, type Measure, neutral, where, wrap } from "./text.ts";
import { waiverNote } from "./waiver-words.ts";

/** A report while it is being written. */
export interface Page extends Style {
  readonly printed: Printed;
}

/** What was found, where, by which rule; why it matters; what to do. `margin` is what the caller indents it by. */
export function resultLines(result: Result, style: Page, margin: number): string[] {
  const { rule: id, findings: all } = result;
  const { columns, measure, paint, printed, verbose } = style;
  const width = columns - margin;
  const waiver = waiverNote(result);
  const weighed = weighing(result);
  const why = whyOf(result) ?? "";
  const findings = verbose ? all : all.slice(0, LISTED_FINDINGS);
  const rest = all.length - findings.length;
  return [
    ...findings.flatMap((finding) => findingLines(finding, width, style)),
    ...(rest > 0 ? [`and ${rest} more (--verbose lists them)`] : []),
    ...indent(2, [
      paint.faint([neutral(id), ...(weighed === undefined ? [] : [weighed])].join(", ")),
      ...wrap(neutral(why), width - 2, measure).map(paint.faint),
      ...(waiver === undefined ? [] : wrap(waiver, width - 2, measure).map(paint.unsure)),
      ...fixesOf({ rule: id, findings }, printed).flatMap((fix) => fixLines(fix, width - 2, measure)),
    ]),
  ];
}

/** Findings of one rule that are listed without --verbose. */
const LISTED_FINDINGS = 10;

function findingLines(finding: Finding, width: number, { measure, paint }: Style): string[] {
  const [first = "", ...rest] = wrap(`${where(finding)}: ${neutral(finding.message)}`, width, measure);
  return [first, ...indent(2, rest)].map(paint.strong);
}

const fixLines = ({ advice, commands, standsUnder }: Fix, width: number, measure: Measure): string[] => [
  ...wrap(`Fix: ${neutral(advice)}`, width, measure),
  ...(standsUnder === undefined ? commands.map(neutral) : [`(the command under ${neutral(standsUnder)})`]).map(
    (line) => `  ${line}`,
  ),
];
