/** The report for a job's summary or a comment on a change, in GitHub-flavoured Markdown: what failed, and what to do. */
import type { Finding, Result, Waiver } from "../evaluate.ts";
import { type BundleReport, idleWaivers, type NotChecked, type Report } from "../report.ts";
import { ruleSetVersion } from "../rule-set.ts";
import type { UploadSteps } from "../upload.ts";
import { version } from "../version.ts";
import { code, codeBlock, inline } from "./markdown-text.ts";
import {
  contradiction,
  exitReason,
  type Fix,
  fixesOf,
  outline,
  OWN_TITLE,
  type Printed,
  tally,
  verdictSentence,
  verdictWords,
  weighing,
} from "./outline.ts";
import { day, neutral, where } from "./text.ts";
import { noteWords, stateWords } from "./waiver-words.ts";

/** Characters of a report: GitHub refuses a comment of more than 65,536. */
const MAX_CHARACTERS = 60_000;
/** Characters of a text of unknown length; a command cannot be cut, and is left out. */
const MAX_TEXT = 1000;
const MAX_COMMANDS = 6000;
/** Findings of one rule that are listed. */
const LISTED_FINDINGS = 10;

/** What stands together under a heading, or folded under a summary. */
interface Section {
  readonly open: readonly string[];
  readonly items: readonly Item[];
  readonly close: readonly string[];
}

/** Lines that make sense together only, and how many findings they tell of. */
interface Item {
  readonly lines: readonly string[];
  readonly findings: number;
}

/** Writes the report. */
export function markdown(report: Report): string {
  const { bundles } = report;
  const isSingle = bundles.length === 1;
  const remark = contradiction(report);
  const head: Section = titled(`## certcheck: ${verdictWords[report.verdict]}, ${tally(bundles)}`, [
    ...(remark === "" ? [] : [{ lines: [remark, ""], findings: 0 }]),
    ...bundles.map(bundleItem),
  ]);
  const sections = [
    ...(isSingle ? [] : [head]),
    ...bundles.flatMap((bundle) => bundleSections(bundle, isSingle ? remark : "")),
    waiverSection(report),
  ];
  return fit(sections, footLines(report));
}

/** As much as there is room for, from the first on; what is left out is counted. */
function fit(sections: readonly Section[], foot: readonly string[]): string {
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

const titled = (title: string, items: readonly Item[]): Section => ({ open: [title, ""], items, close: [] });

const folded = (summary: string, items: readonly Item[]): Section => ({
  open: [`<details><summary>${summary}</summary>`, ""],
  items,
  close: ["", "</details>"],
});

const bundleItem = ({ name, verdict }: BundleReport): Item => ({
  lines: [`- ${verdictWords[verdict]}: ${inline(cut(name))}`],
  findings: 0,
});

function bundleSections(bundle: BundleReport, remark: string): Section[] {
  const { name, verdict, notChecked, upload } = bundle;
  const parts = outline(bundle);
  const printed: Printed = new Map();
  const items = (results: readonly Result[]): Item[] => results.map((result) => resultItem(result, printed));
  const verdictText = `${verdictWords[verdict]}: ${inline(cut(name))}`;
  const sections = [
    titled(`## ${verdictText}`, [{ lines: [`${capital(verdictSentence(bundle))}. ${remark}`.trim()], findings: 0 }]),
    ...parts.refusals.map(({ message, causes }) => titled(`### ${message}`, items(causes))),
    titled("### Not supported", items(parts.unsupported)),
    titled(`### ${OWN_TITLE}`, items(parts.own)),
    titled("### Errors of certcheck itself", parts.broken.map(brokenItem)),
    titled("### Warnings", items(parts.warnings)),
    folded(`Waived: ${parts.waived.length}`, items(parts.waived)),
    ...(upload ? [folded("How to upload", uploadItems(upload))] : []),
    folded(`Notes: ${parts.notes.length}`, parts.notes.map(noteItem)),
    folded(`Not checked: ${notChecked.length}`, notChecked.map(notCheckedItem)),
  ];
  return sections.filter((section) => section.items.length > 0);
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
}

function resultItem(result: Result, printed: Printed): Item {
  const { findings } = result;
  const shown = findings.slice(0, LISTED_FINDINGS);
  const rest = findings.length - shown.length;
  return {
    lines: [
      ...shown.map((finding) => findingLine(finding, result)),
      ...(rest > 0 ? [`- and ${rest} more of ${code(neutral(result.rule))}`] : []),
      ...waiverLines(result),
      ...fixesOf(result, printed).flatMap(fixLines),
      "",
    ],
    findings: findings.length,
  };
}

/** What is just to be known needs no command. */
const noteItem = (result: Result): Item => ({
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

const commandLines = (commands: readonly string[]): string[] =>
  commands.length === 0 ? [] : ["", ...codeBlock("sh", commands)];

const brokenItem = ({ rule, reason = "" }: Result): Item => ({
  lines: [`- ${code(neutral(rule))}: ${inline(cut(reason))}`],
  findings: 1,
});

const notCheckedItem = ({ what, why, option }: NotChecked): Item => ({
  lines: [
    `- ${inline(cut(what))}: ${inline(cut(why))}${option === undefined ? "" : ` (give ${code(neutral(option))})`}`,
  ],
  findings: 0,
});

function uploadItems({ prepare, dialog, command, root, hosts }: UploadSteps): Item[] {
  const step = (title: string, commands: readonly string[]): Item => ({
    lines: [`${title}:`, ...commandLines(commands.filter(({ length }) => length <= MAX_COMMANDS)), ""],
    findings: 0,
  });
  return [
    ...(prepare === undefined ? [] : [step("First put the chain into one file", [prepare])]),
    {
      lines: [
        "In the SSL/TLS Certificates dialog:",
        "",
        ...dialog.map(([field, value]) => `- ${inline(field)}: ${inline(cut(value))}`),
        "",
      ],
      findings: 0,
    },
    step("Or in a shell on the appliance", [command]),
    ...(root === undefined
      ? []
      : [
          step(
            `Whoever opens the console needs to trust ${inline(cut(root.name))}, SHA-256 ${code(root.fingerprint)}`,
            [],
          ),
          ...root.commands.map(([system, line]) => step(inline(system), [line])),
        ]),
    ...(hosts === undefined ? [] : [step("Line for a hosts file, until DNS knows the name", [hosts])]),
  ];
}

/** A waiver that is used stands beside what it lets pass. */
function waiverSection(report: Report): Section {
  const items = idleWaivers(report).map((waiver) => ({
    lines: [
      `- ${code(neutral(cut(waiver.rule)))} for ${inline(cut(waiver.subject))}: ${stateWords[waiver.state]} ${waiverText(waiver)}`,
    ],
    findings: 0,
  }));
  return items.length === 0 ? { open: [], items, close: [] } : titled("### Waivers without effect", items);
}

function footLines(report: Report): string[] {
  const { at, edition, exitCode, configuration } = report;
  const facts = [
    `certcheck ${version}`,
    inline(ruleSetVersion()),
    `edition ${edition} of the documents`,
    `as of ${inline(day(at))}`,
    ...(configuration === undefined ? [] : [`configuration ${inline(cut(configuration))}`]),
    `exit code ${exitCode}: ${exitReason(report)}`,
  ];
  return ["---", "", facts.join(" · ")];
}
