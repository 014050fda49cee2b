/** Lines of an inspection: labels in one column, texts beside them, broken where the line ends. */
import type { Style } from "../style.ts";
import { indent, neutral, pad, wrap } from "../text.ts";

/** A label and what stands beside it, which is not made harmless before; a colour if it is to be seen. */
export type Row = readonly [label: string, text: string, color?: (text: string) => string];

/** Narrower texts cannot be read. */
const MIN_TEXT = 24;

/** Rows with their texts in a column of their own, moved to the right. */
export function table(rows: readonly Row[], style: Style, by = 2): string[] {
  const { columns, measure } = style;
  const labels = rows.map(([label]) => neutral(label));
  const width = Math.max(...labels.map(measure));
  const room = columns - by - width - 2;
  return rows.flatMap(([, text, color = String], index) => {
    const label = labels[index] ?? "";
    const lines = wrap(neutral(text), Math.max(MIN_TEXT, room), measure);
    if (room < MIN_TEXT) return [...(label === "" ? [] : indent(by, [label])), ...indent(by + 2, lines.map(color))];
    const [first = "", ...rest] = lines;
    return [
      `${" ".repeat(by)}${pad(label, width, measure)}  ${color(first)}`,
      ...indent(by + width + 2, rest.map(color)),
    ];
  });
}

/** A text in lines that are moved to the right. */
export const paragraph = (text: string, style: Style, by: number): string[] =>
  indent(by, wrap(neutral(text), style.columns - by, style.measure));

/** `2 certificates`. */
export const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;

/** Hexadecimal digits as OpenSSL and browsers show digests. */
export const withColons = (digits: string): string => digits.toUpperCase().replace(/..(?=.)/g, "$&:");
