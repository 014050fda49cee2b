/** The report on a fleet for people: the appliances worst first, what they have in common, what there is most of, and the totals last. */
import type { FleetReport } from "../../fleet/report.ts";
import { READY, type Row } from "../../fleet/row.ts";
import { counts } from "../../report/report.ts";
import { command, quote } from "../../remedy.ts";
import { brokenLines, verdictColors, waiverLines } from "../human.ts";
import { grouped, verdictWords } from "../outline.ts";
import { type Page, resultLines } from "../result-lines.ts";
import type { Style } from "../style.ts";
import { hanging, indent, neutral, where, wrap } from "../text.ts";
import { calendar } from "./calendar.ts";
import { tableLines } from "./human-table.ts";
import type { FleetReporter } from "./reporter.ts";
import {
  across,
  type Count,
  findingsAcross,
  fleetContradiction,
  gaps,
  messageCounts,
  plural,
  ruleCounts,
  totals,
  uncheckedCounts,
  untold,
  worstFirst,
} from "./summary.ts";

/** Narrower lines cannot be read; nor can sentences that are wider, while a table can. */
const MIN_COLUMNS = 40;
const MAX_COLUMNS = 100;
const MAX_TABLE = 160;
/** Lines of a list without --verbose. */
const LISTED = 10;

export const human: FleetReporter = {
  end(report, given) {
    const columns = Math.max(MIN_COLUMNS, Math.min(MAX_TABLE, given.columns));
    const style: Page = { ...given, columns: Math.min(MAX_COLUMNS, columns), printed: new Map() };
    const sections = [
      tableLines(report, { ...given, columns }),
      ...acrossSections(report, style),
      untoldAppliances(report, style),
      ...(style.quiet
        ? []
        : [
            countLines("What the appliances would show", messageCounts(report), style),
            countLines("What fails, by rule", ruleCounts(report), style),
            countLines("Not checked", uncheckedCounts(report), style),
            calendarLines(report, style),
            untoldFiles(report, style),
            waiverLines(report, style),
            wholeLines(report, style),
          ]),
      totalLines(report, style),
    ];
    const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
    return `${texts.join("\n\n")}\n`;
  },
};

/** What the rules across appliances found; in quiet, what counts. */
function acrossSections(report: FleetReport, style: Page): string[][] {
  const { weighty, notes, broken } = across(report);
  const told = style.quiet ? weighty.filter((result) => counts(result, report.failOn)) : weighty;
  const full = told.flatMap((result) => ["", ...indent(2, resultLines(result, style, 2))]);
  return [
    full.length === 0 ? [] : [style.paint.strong("Across appliances"), ...full],
    brokenLines(broken, style),
    style.quiet ? [] : noteLines(notes, style),
  ];
}

function noteLines(notes: FleetReport["results"], style: Style): string[] {
  const lines = notes.flatMap(({ rule, findings }) =>
    listed(
      findings.map((finding) => `${where(finding)}: ${neutral(finding.message)} (${neutral(rule)})`),
      style,
    ),
  );
  return lines.length === 0 ? [] : [style.paint.strong("Notes across appliances"), ...lines];
}

/** Lines of a list, as many as are of use. */
function listed(lines: readonly string[], style: Style): string[] {
  const shown = style.verbose ? lines : lines.slice(0, LISTED);
  const rest = lines.length - shown.length;
  const more = rest > 0 ? [`and ${grouped(rest)} more (--verbose lists them)`] : [];
  return [...shown, ...more].flatMap((line) => hanging(line, style));
}

function countLines(title: string, counted: readonly Count[], style: Style): string[] {
  if (counted.length === 0) return [];
  const { columns, measure, paint } = style;
  const numbers = counted.map(({ count }) => grouped(count));
  const width = Math.max(...numbers.map(({ length }) => length));
  const margin = width + 4;
  return [
    paint.strong(title),
    ...counted.flatMap(({ what, title: about }, index) => {
      const name = neutral(what);
      const [first = "", ...rest] = wrap(about === undefined ? name : `${name}: ${about}`, columns - margin, measure);
      return [`  ${(numbers[index] ?? "").padStart(width)}  ${first}`, ...indent(margin, rest)];
    }),
  ];
}

/** Columns of the longest bar. */
const BAR = 40;

function calendarLines({ tally, at }: FleetReport, { paint, charset, columns }: Style): string[] {
  const periods = calendar(tally.months, at);
  if (periods.length === 0) return [];
  const numbers = periods.map(({ count }) => grouped(count));
  const [labelWidth, numberWidth] = [periods.map(({ label }) => label), numbers].map((texts) =>
    Math.max(...texts.map(({ length }) => length)),
  );
  const most = Math.max(...periods.map(({ count }) => count));
  const room = Math.min(BAR, columns - (labelWidth ?? 0) - (numberWidth ?? 0) - 6);
  const block = charset === "UTF-8" ? "█" : "#";
  return [
    paint.strong("Certificates that expire"),
    ...periods.map(({ label, count, isPast }, index) => {
      const bar = block.repeat(Math.ceil((count / most) * room));
      const head = `  ${label.padEnd(labelWidth ?? 0)}  ${(numbers[index] ?? "").padStart(numberWidth ?? 0)}`;
      if (count === 0) return paint.faint(head);
      return `${head}  ${isPast ? paint.bad(bar) : bar}`;
    }),
  ];
}

/** The verdict may be due to them. */
const untoldAppliances = (report: FleetReport, style: Style): string[] =>
  listSection(
    "Appliances that were not checked",
    untold(report).unread.map(({ name, why }) => `${neutral(name)}: ${neutral(why)}`),
    style,
  );

const untoldFiles = (report: FleetReport, style: Style): string[] =>
  listSection(
    "Files that belong to no appliance",
    untold(report).strays.map(({ file }) => neutral(file)),
    style,
  );

const listSection = (title: string, lines: readonly string[], style: Style): string[] =>
  lines.length === 0 ? [] : [style.paint.strong(title), ...listed(lines, style)];

/** The command that tells all of the worst appliance. */
function wholeLines({ rows }: FleetReport, style: Style): string[] {
  const [worst] = worstFirst(rows, READY);
  if (worst === undefined) return [];
  const row = rows.at(worst);
  return [style.paint.strong(`All about ${neutral(row.name)}`), `  ${neutral(checkCommand(row))}`];
}

function checkCommand({ file, files: { key = [], chain = [], roots = [] } = {} }: Row): string {
  const words = [
    ...key.map(quote),
    ...chain.map((one) => command`--chain ${one}`),
    ...roots.map((one) => command`--roots ${one}`),
  ];
  return [command`certcheck ${file}`, ...words].join(" ");
}

function totalLines(report: FleetReport, style: Style): string[] {
  const { columns, measure, paint } = style;
  const { verdict, rows, unread } = report;
  const word = verdictWords[verdict].toUpperCase();
  const shared = findingsAcross(report);
  const line = `${word}: ${totals(report)}, of ${plural(rows.length + unread.length, "appliance")}${shared && `; ${shared}`}`;
  const text = wrap(line, columns, measure);
  const remark = fleetContradiction(report);
  return [
    ...gaps(report).flatMap((gap) => wrap(gap, columns, measure).map(paint.unsure)),
    ...(remark === "" ? [] : wrap(remark, columns, measure)),
    ...text.map((part, index) => (index === 0 ? paint[verdictColors[verdict]](word) + part.slice(word.length) : part)),
  ];
}
