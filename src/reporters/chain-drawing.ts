/** The drawing of the chain: a line for each certificate, from the leaf up to the root, and a cross where it does not hold. */
import type { ChainFacts, PathCertificate } from "../report/chain-facts.ts";
import { abridge, beside, besideText, certificateFaults, linkFaults, moreText } from "./chain-words.ts";
import type { Style } from "./style.ts";
import { day, neutral, pad, where, wrap } from "./text.ts";

/** A line of the drawing: a certificate in columns, or a remark. */
interface Row {
  /** What stands on the rail that joins the certificates. */
  readonly mark: "first" | "next" | "last" | "alone" | "more" | "broken" | "beside";
  readonly color: "good" | "bad" | "unsure";
  readonly cells?: Cells;
  readonly note: string;
}

type Cells = readonly [name: string, place: string, date: string];

/** What a terminal can show; `rail` goes on beside a note, `cut` stands for what was left out of a text. */
const glyphs: Readonly<Record<Style["charset"], Readonly<Record<Row["mark"] | "rail" | "cut", string>>>> = {
  "UTF-8": { rail: "│", first: "┌", next: "├", last: "└", alone: "─", more: "┊", broken: "✗", beside: " ", cut: "…" },
  ASCII: { rail: "|", first: "|", next: "|", last: "|", alone: "-", more: ":", broken: "x", beside: " ", cut: "..." },
};

/** The drawing under its title; nothing if there is no chain. */
export function chainLines(chain: ChainFacts | undefined, style: Style): string[] {
  if (chain === undefined) return [];
  const title = chain.ordered ? "Chain" : "Chain, put into the right order: the file has another";
  const titleLines = wrap(title, style.columns, style.measure).map(style.paint.strong);
  return [...titleLines, ...draw([...pathRows(chain, style), ...rowsBeside(chain)], style)];
}

function pathRows({ path, anchored, missing }: ChainFacts, style: Style): Row[] {
  const rows = path.map((certificate, index) => {
    const isLast = index === path.length - 1;
    const mark = isLast && anchored ? (index === 0 ? "alone" : "last") : index === 0 ? "first" : "next";
    return [certificateRow(certificate, mark, style), ...linkRows(certificate, isLast ? missing : undefined, style)];
  });
  return abridge(rows, (hidden): Row[] => {
    const faults = hidden.filter((parts) => parts.some(({ color }) => color === "bad")).length;
    return [{ mark: "more", color: faults > 0 ? "bad" : "good", note: moreText(hidden.length, faults) }];
  }).flat();
}

function certificateRow(certificate: PathCertificate, mark: Row["mark"], { charset }: Style): Row {
  const { name, notBefore, notAfter, validity } = certificate;
  const faults = certificateFaults(certificate);
  const date = validity === "not begun" ? `from ${day(notBefore)}` : `until ${day(notAfter)}`;
  const end = mark === "last" ? "root" : mark === "alone" ? "self-signed" : "";
  return {
    mark,
    color: faults.length > 0 ? "bad" : "good",
    cells: [neutral(name), where(certificate), validity === "unreadable" ? "" : date],
    note: faults.length > 0 ? `${glyphs[charset].broken} ${faults.join(", ")}` : end,
  };
}

/** What is wrong with the link upward, if anything is. */
function linkRows(certificate: PathCertificate, missing: string | undefined, style: Style): Row[] {
  const faults = linkFaults(certificate);
  if (faults.length === 0) return [];
  if (missing === undefined) return [{ mark: "broken", color: "bad", note: faults.join(", ") }];
  const room = style.columns - MARGIN - " is missing".length;
  return [{ mark: "broken", color: "bad", note: `${cut(neutral(missing), room, style)} is missing` }];
}

function rowsBeside({ others, anchored }: ChainFacts): Row[] {
  const { shown, rest } = beside(others);
  const rows = shown.map((other): Row => {
    const note = besideText(other, anchored);
    return { mark: "beside", color: "unsure", cells: [neutral(other.name), where(other), ""], note };
  });
  return rest > 0 ? [...rows, { mark: "beside", color: "unsure", note: `and ${rest} more beside it` }] : rows;
}

/** Columns before the names: the rail, and blanks. */
const MARGIN = 4;
/** Columns between the others. */
const GAP = 2;
/** Code units that are shown in a column: letters with marks above and below need several, a heap of marks is none. */
const MAX_UNITS = 4;
/** Columns below which dates give way to names and places. */
const MIN_ROOM = 24;
/** Columns of a note for which names are cut; a longer one goes below. */
const SHORT_NOTE = "✗ not valid yet".length;

function draw(rows: readonly Row[], style: Style): string[] {
  const { columns, measure, paint, charset } = style;
  const texts = rows.flatMap(({ cells, note }) => (cells === undefined ? [] : [[...cells, note]]));
  // Measuring what is much too long takes long.
  const width = (text: string): number => (text.length > columns * MAX_UNITS ? columns : measure(text));
  const widest = (column: number): number => Math.max(...texts.map((row) => width(row[column] ?? "")));
  const [names, places, dates, notes] = [widest(0), widest(1), widest(2), Math.min(SHORT_NOTE, widest(3))];
  const room = columns - MARGIN - GAP - (notes > 0 ? GAP + notes : 0);
  const hasDates = room - GAP - dates >= MIN_ROOM;
  const [nameRoom, placeRoom] = share(names, places, hasDates ? room - GAP - dates : room);
  return rows.flatMap(({ mark, color, cells, note }) => {
    const [name, place, date] = cells ?? [];
    const parts = [
      ...(name === undefined ? [] : [pad(cut(name, nameRoom, style), nameRoom, measure)]),
      ...(place === undefined ? [] : [pad(cut(place, placeRoom, style, "end"), placeRoom, measure)]),
      ...(date === undefined || !hasDates ? [] : [pad(date, dates, measure)]),
    ].map((part) => part + " ".repeat(GAP));
    const certificate = parts.join("");
    const onRail = (glyph: string, text: string): string => `  ${paint[color](glyph)} ${text}`.trimEnd();
    const glyph = glyphs[charset][mark];
    if (note === "") return [onRail(glyph, certificate)];
    if (MARGIN + measure(certificate + note) <= columns) return [onRail(glyph, certificate + paint[color](note))];
    const below = wrap(note, columns - MARGIN - GAP, measure).map(paint[color]);
    if (cells === undefined) return below.map((line, index) => onRail(index === 0 ? glyph : " ", line));
    const rail = mark === "first" || mark === "next" ? glyphs[charset].rail : " ";
    return [onRail(glyph, certificate), ...below.map((line) => onRail(rail, " ".repeat(GAP) + line))];
  });
}

/** Widths for names and places, of which either gets what the other leaves, and half of the room at least. */
function share(names: number, places: number, room: number): readonly [names: number, places: number] {
  const half = Math.floor(room / 2);
  const forPlaces = Math.min(places, Math.max(half, room - names));
  return [Math.min(names, room - forPlaces), forPlaces];
}

/** Leaves out what does not fit. Of a path, the end says more. */
function cut(text: string, columns: number, { measure, charset }: Style, kept: "start" | "end" = "start"): string {
  const isShort = (part: string): boolean => part.length <= columns * MAX_UNITS && measure(part) <= columns;
  if (isShort(text)) return text;
  const mark = glyphs[charset].cut;
  const points = Array.from(text.slice(...(kept === "start" ? [0, columns * MAX_UNITS] : [-columns * MAX_UNITS])));
  const whole = points.filter((point) => !/\p{Cs}/u.test(point));
  const join = (count: number): string =>
    kept === "start" ? whole.slice(0, count).join("").trimEnd() + mark : mark + whole.slice(-count).join("");
  let count = Math.min(whole.length, columns);
  while (count > 1 && !isShort(join(count))) count--;
  return join(count);
}
