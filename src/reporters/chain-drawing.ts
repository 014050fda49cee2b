/** The drawing of the chain: a line for each certificate, from the leaf up to the root, and a cross where it does not hold. */
import type { ChainFacts, ChainProblem, PathCertificate } from "../chain-facts.ts";
import type { Style } from "./style.ts";
import { neutral, pad, where, wrap } from "./text.ts";

/** Certificates that are drawn at either end of a path, and beside it: more than people have, and still one screen. */
const DRAWN_BELOW = 7;
const DRAWN_ABOVE = 5;
const DRAWN_BESIDE = 3;

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
  const hidden = rows.slice(DRAWN_BELOW, -DRAWN_ABOVE);
  if (hidden.length < 2) return rows.flat();
  const faults = hidden.filter((parts) => parts.some(({ color }) => color === "bad")).length;
  const note = `${hidden.length} more${faults > 0 ? `, ${faults} of them at fault` : ""}`;
  const summary: Row = { mark: "more", color: faults > 0 ? "bad" : "good", note };
  return [...rows.slice(0, DRAWN_BELOW).flat(), summary, ...rows.slice(-DRAWN_ABOVE).flat()];
}

function certificateRow(certificate: PathCertificate, mark: Row["mark"], { charset }: Style): Row {
  const { name, notBefore, notAfter, validity, revocation, problems } = certificate;
  const faults = [
    // The leaf's dates are no problem of the path, and those of a CA need no second word.
    ...(validity === "current" ? [] : [dateFaults[validity]]),
    ...(revocation === "revoked" ? ["revoked"] : []),
    ...wordsFor(problems.filter(({ on, kind }) => on === "certificate" && kind !== "dates")),
  ];
  const date = validity === "not begun" ? `from ${day(notBefore)}` : `until ${day(notAfter)}`;
  const end = mark === "last" ? "root" : mark === "alone" ? "self-signed" : "";
  return {
    mark,
    color: faults.length > 0 ? "bad" : "good",
    cells: [neutral(name), where(certificate), validity === "unreadable" ? "" : date],
    note: faults.length > 0 ? `${glyphs[charset].broken} ${faults.join(", ")}` : end,
  };
}

const dateFaults = { "not begun": "not valid yet", expired: "expired", unreadable: "dates cannot be read" } as const;

/** Of an instant in ISO 8601. */
const day = (instant: string): string => instant.slice(0, "2027-05-30".length);

/** A fault in two or three words: what there is to say of it stands under the finding. */
const words: Readonly<Record<ChainProblem["kind"], string>> = {
  signature: "signature does not verify",
  identifier: "issued by another CA of this name",
  gap: "leads to no trust anchor",
  authority: "may not sign",
  "path-length": "too many CAs below",
  invalid: "not usable",
  "name-constraint": "name not allowed",
  choice: "another CA comes first",
  dates: "not within its dates",
  limit: "not judged",
};

const wordsFor = (problems: readonly ChainProblem[]): string[] => [...new Set(problems.map(({ kind }) => words[kind]))];

/** What is wrong with the link upward, if anything is. */
function linkRows({ problems }: PathCertificate, missing: string | undefined, style: Style): Row[] {
  const faults = problems.filter(({ on }) => on === "link");
  if (faults.length === 0) return [];
  if (missing === undefined) return [{ mark: "broken", color: "bad", note: wordsFor(faults).join(", ") }];
  const room = style.columns - MARGIN - " is missing".length;
  return [{ mark: "broken", color: "bad", note: `${cut(neutral(missing), room, style)} is missing` }];
}

function rowsBeside({ others, anchored }: ChainFacts): Row[] {
  // Where a link is missing, it may lead to one of them.
  const unconnected = anchored ? "no part of it" : "not reached";
  const rest = others.length - DRAWN_BESIDE;
  const rows = (rest > 1 ? others.slice(0, DRAWN_BESIDE) : others).map((other): Row => {
    const note = other.why === "duplicate" ? "once more" : unconnected;
    return { mark: "beside", color: "unsure", cells: [neutral(other.name), where(other), ""], note };
  });
  return rest > 1 ? [...rows, { mark: "beside", color: "unsure", note: `and ${rest} more beside it` }] : rows;
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
