/** What reports in Markdown are made of: sections that have room or have not, and what was found. */
import type { Finding, Result, Waiver } from "../evaluation/evaluate.ts";
import { idleWaivers, type Report } from "../report/report.ts";
import { ruleSetVersion } from "../evaluation/rule-set.ts";
import { version } from "../version.ts";
import { code, codeBlock, inline } from "./markdown-text.ts";
import { type Fix, fixesOf, type Printed, weighing } from "./outline.ts";
import { day, neutral, where } from "./text.ts";
import { noteWords, stateWords } from "./waiver-words.ts";

/** Characters of a report: GitHub refuses a comment of more than 65,536. */
export const MAX_CHARACTERS = 60_000;
/** Characters of a text of unknown length; a command cannot be cut, and is left out. */
const MAX_TEXT = 1000;
/** Characters of commands that stand together. */
export const MAX_COMMANDS = 6000;
/** Findings of one rule that are listed. */
const LISTED_FINDINGS = 10;

/** What stands together under a heading, or folded under a summary. */
export interface Section {
  readonly open: readonly string[];
  readonly items: readonly Item[];
  readonly close: readonly string[];
}

/** Lines that make sense together only, and how many findings they tell of. */
export interface Item {
  readonly lines: readonly string[];
  readonly findings: number;
}

/** As much as there is room for, from the first on; what is left out is counted. */
export function fit(sections: readonly Section[], foot: readonly string[]): string {
  const written: (readonly string[])[] = [];
  let room = MAX_CHARACTERS - lengthOf(foot);
  let leftOut = 0;
  for (const { open, items, close } of sections) {
    const fitting: Item[] = [];
    let rest = room - lengthOf([...open, ...close, ""]);
    for (const item of items) {
      const length = lengthOf(item.lines);
      if (length > rest) {
        leftOut += item.findings;
      } else {
        fitting.push(item);
        rest -= length;
      }
    }
    if (rest < 0 || (items.length > 0 && fitting.length === 0)) continue;
    written.push([...open, ...fitting.flatMap(({ lines }) => lines), ...close]);
    room = rest;
  }
  const note = leftOut === 0 ? [] : [[`${leftOut} more findings have no room here; certcheck shows all of them.`]];
  return [...written, ...note, foot].map((lines) => lines.join("\n").trim()).join("\n\n");
}

/** With a line end each. */
const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, { length }) => sum + length + 1, 0);

/** Under a heading. */
export const titled = (title: string, items: readonly Item[]): Section => ({ open: [title, ""], items, close: [] });

/** Folded under a summary. */
export const folded = (summary: string, items: readonly Item[]): Section => ({
  open: [`<details><summary>${summary}</summary>`, ""],
  items,
  close: ["", "</details>"],
});

/** A text of unknown length. */
export function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
}

/** What was found by a rule, and what to do. */
export function resultItem(result: Result, printed: Printed): Item {
  const { findings } = result;
  const shown = findings.slice(0, LISTED_FINDINGS);
  const rest = findings.length - shown.length;
  return {
    lines: [
      ...shown.map((finding) => findingLine(finding, result)),
      ...(rest > 0 ? [`- and ${rest} more of ${code(neutral(result.rule))}`] : []),
      ...waiverLines(result),
      ...fixesOf({ rule: result.rule, findings: shown }, printed).flatMap(fixLines),
      "",
    ],
    findings: findings.length,
  };
}

/** What is just to be known needs no command. */
export const noteItem = (result: Result): Item => ({
  lines: result.findings.slice(0, LISTED_FINDINGS).map((finding) => findingLine(finding, result)),
  findings: result.findings.length,
});

const findingLine = (finding: Finding, result: Result): string => {
  const rule = [code(neutral(result.rule)), weighing(result)].filter((part) => part !== undefined).join(", ");
  return `- ${code(cut(where(finding)))}: ${inline(cut(finding.message))} (${rule})`;
};

const waiverLines = ({ waiver }: Result): string[] =>
  waiver === undefined ? [] : ["", `  ${noteWords[waiver.state]} ${waiverText(waiver)}`];

const waiverText = ({ until, owner, reason }: Waiver): string =>
  `${inline(cut(until))} (${inline(cut(owner))}: ${inline(cut(reason))})`;

function fixLines({ advice, commands, standsUnder }: Fix): string[] {
  const isLong = commands.join("\n").length > MAX_COMMANDS;
  const instead = isLong
    ? ["(the command is too long for here)"]
    : standsUnder === undefined
      ? []
      : [`(the command under ${code(neutral(standsUnder))})`];
  return [
    "",
    ["  **Fix:**", inline(cut(advice)), ...instead].join(" "),
    ...(instead.length > 0 ? [] : commandLines(commands).map((line) => (line === "" ? "" : `  ${line}`))),
  ];
}

/** A block to copy. */
export const commandLines = (commands: readonly string[]): string[] =>
  commands.length === 0 ? [] : ["", ...codeBlock("sh", commands)];

/** What certcheck itself failed at. */
export const brokenItem = ({ rule, reason = "" }: Result): Item => ({
  lines: [`- ${code(neutral(rule))}: ${inline(cut(reason))}`],
  findings: 1,
});

/** A waiver that is used stands beside what it lets pass. */
export function waiverSection(report: Pick<Report, "waivers">): Section {
  const items = idleWaivers(report).map((waiver) => ({
    lines: [
      `- ${code(neutral(cut(waiver.rule)))} for ${inline(cut(waiver.subject))}: ${stateWords[waiver.state]} ${waiverText(waiver)}`,
    ],
    findings: 0,
  }));
  return items.length === 0 ? { open: [], items, close: [] } : titled("### Waivers without effect", items);
}

/** By what, and as of when, the report was made; why the run ended as it did. */
export function footLines(
  { at, edition, exitCode, configuration }: Pick<Report, "at" | "edition" | "exitCode" | "configuration">,
  reason: string,
): string[] {
  const facts = [
    `certcheck ${version}`,
    inline(ruleSetVersion()),
    `edition ${edition} of the documents`,
    `as of ${inline(day(at))}`,
    ...(configuration === undefined ? [] : [`configuration ${inline(cut(configuration))}`]),
    `exit code ${exitCode}: ${reason}`,
  ];
  return ["---", "", facts.join(" · ")];
}
