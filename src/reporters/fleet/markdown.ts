/** The report on a fleet for a job's summary or a comment on a change, in GitHub-flavoured Markdown. */
import type { FleetReport } from "../../fleet/report.ts";
import { READY, type Row } from "../../fleet/row.ts";
import {
  cut,
  brokenItem,
  fit,
  folded,
  footLines,
  type Item,
  MAX_CHARACTERS,
  noteItem,
  resultItem,
  type Section,
  titled,
  waiverSection,
} from "../markdown-sections.ts";
import { code, inline } from "../markdown-text.ts";
import { grouped, type Printed, verdictWords } from "../outline.ts";
import { day, neutral } from "../text.ts";
import { calendar } from "./calendar.ts";
import type { FleetReporter } from "./reporter.ts";
import { withShared } from "./shared-rows.ts";
import {
  across,
  type Count,
  daysUntil,
  findingsAcross,
  fleetContradiction,
  fleetReason,
  gaps,
  messageCounts,
  plural,
  rowWord,
  ruleCounts,
  totals,
  uncheckedCounts,
  untold,
  worstFirst,
} from "./summary.ts";

/** Rows of the table, and characters: what comes after it needs room, too. */
const MAX_ROWS = 500;
const MAX_TABLE = MAX_CHARACTERS / 2;
/** Characters of a cell, and lines of a list. */
const MAX_CELL = 120;
const LISTED = 10;

export const markdown: FleetReporter = {
  end(report) {
    const { weighty, notes, broken } = across(report);
    const printed: Printed = new Map();
    const { unread, strays } = untold(report);
    const sections = [
      headSection(report),
      tableSection(report),
      titled(
        "### Across appliances",
        weighty.map((result) => resultItem(result, printed)),
      ),
      titled("### Errors of certcheck itself", broken.map(brokenItem)),
      titled("### What the appliances would show", messageCounts(report).map(messageItem)),
      titled("### What fails, by rule", ruleCounts(report).map(ruleItem)),
      calendarSection(report),
      folded("Not checked", uncheckedCounts(report).map(uncheckedItem)),
      titled(
        "### Appliances that were not checked",
        listed(unread.map(({ name, why }) => `${inline(cut(name))}: ${inline(cut(why))}`)),
      ),
      folded(
        `Files that belong to no appliance: ${grouped(strays.length)}`,
        listed(strays.map(({ file }) => inline(cut(file)))),
      ),
      folded(`Notes across appliances: ${notes.length}`, notes.map(noteItem)),
      waiverSection(report),
    ];
    return `${fit(
      sections.filter(({ items }) => items.length > 0),
      footLines(report, fleetReason(report)),
    )}\n`;
  },
};

function headSection(report: FleetReport): Section {
  const { verdict, rows, unread } = report;
  const shared = findingsAcross(report);
  const remarks = [
    `${plural(rows.length + unread.length, "appliance")}${shared && `; ${shared}`}.`,
    // They have names of files in them.
    ...gaps(report).map((gap) => inline(cut(gap))),
    fleetContradiction(report),
  ];
  return titled(`## certcheck: ${verdictWords[verdict]}, ${totals(report)}`, [item(remarks.join(" ").trim())]);
}

const item = (line: string): Item => ({ lines: [line], findings: 0 });

function tableSection(report: FleetReport): Section {
  const rows = withShared(report);
  const order = worstFirst(rows, READY);
  const lines: string[] = [];
  let length = 0;
  for (const index of order.slice(0, MAX_ROWS)) {
    const line = rowLine(rows.at(index), report.at);
    length += line.length + 1;
    if (length > MAX_TABLE) break;
    lines.push(line);
  }
  const hidden = order.length - lines.length;
  const ready = rows.length - order.length;
  const rest = [
    ...(hidden > 0
      ? [
          `${plural(hidden, "appliance")} more ${hidden === 1 ? "has" : "have"} no room here; certcheck shows all of them.`,
        ]
      : []),
    ...(ready > 0 ? [`${grouped(ready)}${order.length > 0 ? " more" : ""} ${ready === 1 ? "is" : "are"} ready.`] : []),
  ];
  const head = ["| Verdict | Appliance | Expires | Days left | What was found |", "| --- | --- | --- | ---: | --- |"];
  return {
    open: lines.length > 0 ? head : [],
    items: [...lines.map(item), ...(rest.length > 0 ? [item(`${lines.length > 0 ? "\n" : ""}${rest.join(" ")}`)] : [])],
    close: [],
  };
}

function rowLine(row: Row, at: string): string {
  const { name, notAfter = "", failures } = row;
  const days = daysUntil(notAfter, at);
  const [first, ...others] = failures;
  const found = first === undefined ? "" : `${code(neutral(first.rule))}: ${cell(first.message)}`;
  const cells = [
    rowWord(row),
    code(shorten(neutral(name))),
    Number.isNaN(days) ? cell(notAfter) : day(notAfter),
    Number.isNaN(days) ? "" : String(days),
    [first?.isWaived ? "waived:" : "", found, others.length > 0 ? `(and ${others.length} more)` : ""]
      .filter((part) => part !== "")
      .join(" "),
  ];
  return `| ${cells.map((one) => one.replaceAll("|", "\\u{7c}")).join(" | ")} |`;
}

/** A text in a cell. Which of several backslashes before a bar escapes it is read in two ways: there is none in a cell. */
const cell = (text: string): string => inline(shorten(text));

const shorten = (text: string): string => (text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text);

/** The appliance's messages are text as they stand. */
const messageItem = ({ count, what }: Count): Item => item(`- ${grouped(count)}: ${what}`);

const uncheckedItem = ({ count, what }: Count): Item => item(`- ${grouped(count)}: ${inline(cut(what))}`);

const ruleItem = ({ count, what, title }: Count): Item =>
  item(`- ${grouped(count)}: ${code(neutral(cut(what)))}${title === undefined ? "" : `, ${title}`}`);

/** Characters of the longest bar. */
const BAR = 30;

function calendarSection({ tally, at }: FleetReport): Section {
  const periods = calendar(tally.months, at);
  const most = Math.max(...periods.map(({ count }) => count));
  return {
    open: ["### Certificates that expire", "", "| When | Certificates | |", "| --- | ---: | --- |"],
    items: periods.map(({ label, count }) =>
      item(`| ${label} | ${grouped(count)} | ${"█".repeat(Math.ceil((count / most) * BAR))} |`),
    ),
    close: [],
  };
}

function listed(lines: readonly string[]): Item[] {
  const rest = lines.length - LISTED;
  return [...lines.slice(0, LISTED), ...(rest > 0 ? [`and ${grouped(rest)} more`] : [])].map((line) =>
    item(`- ${line}`),
  );
}
