/** The table of a fleet's report for people: one line an appliance, worst first. */
import type { FleetReport } from "../../fleet/report.ts";
import { READY, type Row, WEIGHTY } from "../../fleet/row.ts";
import { parseInstant } from "../../pki/time.ts";
import { verdictColors } from "../human.ts";
import { grouped } from "../outline.ts";
import type { Paint, Style } from "../style.ts";
import { day, type Measure, neutral, pad } from "../text.ts";
import { withShared } from "./shared-rows.ts";
import { daysUntil, rowWord, worstFirst } from "./summary.ts";

/** A fleet of so few is told of in full. */
const FEW = 30;
/** Lines without --verbose. */
const MAX_LINES = 100;
/** Columns for what was found, at least, and of those that there are for names and for this. */
const MIN_FOUND = 24;
const FOUND_PART = 0.5;
const MIN_NAME = 10;
const GAP = "  ";

/** Its lines, and what of the appliances is not in it. Nothing if all is well with too many to list. */
export function tableLines(given: FleetReport, style: Style): string[] {
  const rows = withShared(given);
  const report = { ...given, rows };
  const { verbose, quiet, paint } = style;
  const isFull = !quiet && (verbose || rows.length <= FEW);
  const order = worstFirst(rows, quiet ? WEIGHTY : isFull ? READY + 1 : READY);
  const shown = verbose ? order : order.slice(0, MAX_LINES);
  const hidden = order.length - shown.length;
  const ready = quiet || isFull ? 0 : rows.length - order.length;
  const rest = [
    ...(hidden > 0 ? [`and ${grouped(hidden)} more (--verbose lists them)`] : []),
    ...(ready > 0 ? [`${grouped(ready)}${order.length > 0 ? " more" : ""} ${ready === 1 ? "is" : "are"} ready`] : []),
  ];
  return [...(shown.length > 0 ? table(report, shown, style) : []), ...rest.map((line) => paint.faint(line))];
}

/** The texts of a line, before it is known how wide the columns are. */
interface Cells {
  readonly verdict: string;
  readonly color: keyof Paint;
  readonly name: string;
  readonly expiry: string;
  /** Days left. */
  readonly days: string;
  readonly isExpired: boolean;
  readonly found: string;
  /** What else was found. */
  readonly more: string;
}

/** Each row is looked at three times rather than kept: with --verbose there may be a hundred thousand. */
function table(report: FleetReport, shown: readonly number[], style: Style): string[] {
  const { columns, measure, paint, charset } = style;
  const { rows, at } = report;
  const folder = commonFolder(shown.map((index) => rows.at(index).name));
  const cellsAt = (index: number): Cells => cellsOf(rows.at(index), folder, at);
  const widths = { verdict: "verdict".length, name: "name".length, expiry: "expires".length, days: "days".length };
  for (const index of shown) {
    const cells = cellsAt(index);
    for (const column of ["verdict", "name", "expiry", "days"] as const)
      widths[column] = Math.max(widths[column], measure(cells[column]));
  }
  const fixed = widths.verdict + widths.expiry + widths.days + 4 * GAP.length;
  const free = columns - fixed;
  const room = Math.max(MIN_FOUND, Math.floor(free * FOUND_PART), free - widths.name);
  widths.name = Math.min(widths.name, Math.max(MIN_NAME, free - room));
  const ellipsis = charset === "UTF-8" ? "…" : "...";
  const fit = (text: string, width: number, end: "start" | "end"): string =>
    shorten(text, width, end, ellipsis, measure);
  const line = ({ verdict, color, name, expiry, days, isExpired, found, more }: Cells): string => {
    const seen = fit(found, room - more.length, "end") + more;
    return [
      paint[color](verdict) + " ".repeat(widths.verdict - measure(verdict)),
      pad(fit(name, widths.name, "start"), widths.name, measure),
      pad(fit(expiry, widths.expiry, "end"), widths.expiry, measure),
      isExpired ? paint.bad(days.padStart(widths.days)) : days.padStart(widths.days),
      seen,
    ]
      .join(GAP)
      .trimEnd();
  };
  const head = line({
    verdict: "verdict",
    color: "faint",
    name: "name",
    expiry: "expires",
    days: "days",
    isExpired: false,
    found: "",
    more: "",
  });
  return [
    ...(folder === "" ? [] : [`All in ${neutral(folder)}`, ""]),
    ...(style.quiet ? [] : [paint.faint(head)]),
    ...shown.map((index) => line(cellsAt(index))),
  ];
}

function cellsOf(row: Row, folder: string, at: string): Cells {
  const { name, verdict, notAfter = "", failures } = row;
  const word = rowWord(row);
  const [first, ...others] = failures;
  const days = daysUntil(notAfter, at);
  const color = failures.some(({ isBroken }) => isBroken) ? "bad" : verdictColors[verdict];
  return {
    verdict: word,
    color: verdict === "ready" && failures.some(({ counts }) => counts) ? "unsure" : color,
    name: neutral(name.slice(folder.length)),
    expiry: Number.isNaN(days) ? neutral(notAfter).slice(0, "2027-05-30".length) : day(notAfter),
    days: Number.isNaN(days) ? "" : String(days),
    isExpired: parseInstant(notAfter) < parseInstant(at),
    found:
      first === undefined ? "" : `${first.isWaived ? "waived: " : ""}${neutral(first.rule)}: ${neutral(first.message)}`,
    more: others.length === 0 ? "" : ` +${others.length}`,
  };
}

/** The folders that all names begin with; of a single name, none. */
function commonFolder(names: readonly string[]): string {
  const [first = "", ...others] = names;
  if (others.length === 0) return "";
  let common = first.slice(0, first.lastIndexOf("/") + 1);
  for (const name of others)
    while (!name.startsWith(common)) common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
  return common;
}

/** As much of a harmless text as a width has room for: its start, or its end. */
function shorten(text: string, width: number, part: "start" | "end", ellipsis: string, measure: Measure): string {
  // More code units than there can be in a width, unless most of them are marks above others.
  const near = part === "end" ? text.slice(0, 4 * width + 1) : text.slice(-4 * width - 1);
  if (near === text && measure(text) <= width) return text;
  const points = Array.from(near.replace(/^\p{Cs}|\p{Cs}$/gu, ""));
  const room = width - measure(ellipsis);
  const partOf = (count: number): string =>
    (part === "end" ? points.slice(0, count) : points.slice(points.length - count)).join("");
  let [fitting, tooMany] = [0, points.length + 1];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (measure(partOf(middle)) <= room) fitting = middle;
    else tooMany = middle;
  }
  return part === "end" ? partOf(fitting).trimEnd() + ellipsis : ellipsis + partOf(fitting).trimStart();
}
