/** Trees of ASN.1, an element in a line: offset, octets of tag and length, octets of the content, and what it is. */
import type { Asn1Block } from "../../inspection/inspection.ts";
import type { TreeRow } from "../../inspection/asn1-tree.ts";
import type { Style } from "../style.ts";
import { neutral } from "../text.ts";

/** Digits of an offset or a length: files have four million bytes. */
const NUMBER = 7;
/** Columns for each level, and levels that are shown by their depth. */
const STEP = 2;
const MAX_INDENTED = 20;

/** The tree of a block. */
export function asn1Lines({ label, line, rows, problem }: Asn1Block, { paint }: Style): string[] {
  const title = label === undefined ? [] : [paint.strong(neutral(`${label} (line ${line})`))];
  const head = rows.length === 0 ? [] : [paint.faint(`${pad("offset")}${"head".padStart(6)}${pad("length")}  element`)];
  const end = problem === undefined ? [] : [paint.bad(neutral(`  at byte ${problem.offset}: ${problem.message}`))];
  return [...title, ...head, ...rows.map((row) => rowLine(row, paint)), ...end];
}

const pad = (text: string | number): string => String(text).padStart(NUMBER);

function rowLine({ depth, offset, header, length, tag, value, hidden }: TreeRow, paint: Style["paint"]): string {
  const by = " ".repeat(STEP * Math.min(depth, MAX_INDENTED) + STEP);
  const what =
    value === undefined ? (hidden === undefined ? "" : ` ${paint.faint("(not shown)")}`) : ` ${neutral(value)}`;
  return `${pad(offset)}${String(header).padStart(6)}${pad(length ?? "inf")}${by}${tag}${what}`;
}
