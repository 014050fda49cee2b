/** What the report for people says of one rule: its findings, why they matter, who waives them, what to do. */
import type { Finding, Result } from "../evaluate.ts";
import { commandsByAdvice, ruleOf, waiverNote } from "./outline.ts";
import type { Style } from "./style.ts";
import { indent, neutral, where, wrap } from "./text.ts";

/** A report while it is being written. */
export interface Page extends Style {
  /** Commands that stand there already: what several faults need is printed once. */
  readonly printed: Set<string>;
}

/** What was found, where, by which rule; why it matters; what to do. `margin` is what the caller indents it by. */
export function resultLines(result: Result, style: Page, margin: number): string[] {
  const { rule: id, findings } = result;
  const { columns, measure, paint, verbose } = style;
  const width = columns - margin;
  const waiver = waiverNote(result);
  const why = ruleOf(id)?.why ?? "";
  const shown = verbose ? findings : findings.slice(0, LISTED_FINDINGS);
  const rest = findings.length - shown.length;
  return [
    ...shown.flatMap((finding) => findingLines(finding, width, style)),
    ...(rest > 0 ? [`and ${rest} more (--verbose lists them)`] : []),
    ...indent(2, [
      paint.faint(id),
      ...wrap(neutral(why), width - 2, measure).map(paint.faint),
      ...(waiver === undefined ? [] : wrap(`Waiver: ${waiver}`, width - 2, measure).map(paint.unsure)),
      ...[...commandsByAdvice(findings)].flatMap((one) => fixLines(one, width - 2, style)),
    ]),
  ];
}

/** Findings of one rule that are listed without --verbose. */
const LISTED_FINDINGS = 10;

function findingLines(finding: Finding, width: number, { measure, paint }: Style): string[] {
  const [first = "", ...rest] = wrap(`${where(finding)}: ${neutral(finding.message)}`, width, measure);
  return [first, ...indent(2, rest)].map(paint.strong);
}

function fixLines(
  [advice, commands]: readonly [advice: string, commands: readonly string[]],
  width: number,
  { measure, printed }: Page,
): string[] {
  const block = commands.join("\n");
  const isPrinted = printed.has(block);
  if (block !== "") printed.add(block);
  return [
    ...wrap(`Fix: ${neutral(advice)}`, width, measure),
    ...(isPrinted ? ["  (the command above)"] : commands.map((line) => `  ${neutral(line)}`)),
  ];
}
