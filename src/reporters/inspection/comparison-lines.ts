/** Two things side by side: what each is in a line, and what differs. */
import type { Comparison, Difference } from "../../inspection/inspection.ts";
import type { InspectedFile, Item, Period } from "../../inspection/inspection.ts";
import type { Style } from "../style.ts";
import { day, neutral, wrap } from "../text.ts";
import { count, type Row, table } from "./layout.ts";

/** The comparison, in lines. */
export function comparisonLines({ summary, differences }: Comparison, style: Style): string[] {
  const { columns, measure, paint } = style;
  const isSame = differences.length > 1 && differences.every(({ outcome }) => outcome === "same");
  if (isSame) return wrap(neutral(summary), columns, measure).map(paint.strong);
  return [
    ...wrap(neutral(summary), columns, measure).map(paint.strong),
    "",
    ...table(
      differences.flatMap((one) => rowsOf(one, style)),
      style,
    ),
  ];
}

/** Values of a field that are shown; JSON has all. */
const SHOWN_VALUES = 40;

function rowsOf(
  { field, outcome, before, after, added = [], removed = [], remark }: Difference,
  { paint }: Style,
): Row[] {
  const because = remark === undefined ? "" : ` (${remark})`;
  if (outcome === "same") return [[field, `the same${after === undefined ? "" : `: ${after}`}${because}`, paint.faint]];
  if (outcome === "unknown") return [[field, "not known", paint.unsure]];
  const changes = [...removed.map((value) => `- ${value}`), ...added.map((value) => `+ ${value}`)];
  if (before === undefined || after === undefined) {
    if (changes.length === 0) return [[field, remark ?? "differs"]];
    const rest = changes.length - SHOWN_VALUES;
    const shown = [
      ...changes.slice(0, SHOWN_VALUES),
      ...(rest > 0 ? [`and ${rest} more, which --format json has`] : []),
    ];
    return shown.map((change, index): Row => [index === 0 ? field : "", index === 0 ? change + because : change]);
  }
  return [
    [field, `- ${before}`],
    ["", `+ ${after}${because}`],
  ];
}

/** What a file holds, in a line. */
export function summaryOf({ items }: InspectedFile): string {
  const first = items.find(({ kind }) => kind !== "other" && kind !== "PKCS#7" && kind !== "PKCS#12");
  return first === undefined ? "" : describe(first);
}

function describe(item: Item): string {
  switch (item.kind) {
    case "certificate":
      return `certificate of ${item.name}, ${dates(item.period)}`;
    case "request":
      return `request for ${item.name}`;
    case "private key":
      return `private key${item.state === "plain" || item.state === "opened" ? "" : ", not opened"}`;
    case "CRL":
      return `revocation list of ${item.name}, ${item.entries} ${item.entries === 1 ? "entry" : "entries"}`;
    default:
      return item.kind;
  }
}

function dates({ from, until = "", validity, days = 0 }: Period): string {
  const end = day(until);
  if (validity === "expired") return `expired on ${end}, ${count(days, "day")} ago`;
  if (validity === "not begun") return `valid from ${day(from)}`;
  return validity === "current" ? `valid until ${end}` : "with unreadable dates";
}
