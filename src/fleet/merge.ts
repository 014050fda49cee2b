/** Puts the lines of several files together in the order of one run, reading each file as it goes: none is ever held whole. */
import { UsageError } from "../errors.ts";
import { type Line, readLine } from "./line.ts";

/** Bytes of a file in pieces, as they are read. */
export interface PartFile {
  readonly name: string;
  readonly pieces: Iterable<Uint8Array>;
}

/** A line with its place. */
export type PlacedLine = Line & { readonly file: string };

/** Longest line, in bytes: that of an appliance has a few thousand. */
const MAX_LINE = 16 * 1024 * 1024;

/**
 * The lines of all files. If each file has its appliances in the order of their names, so has what comes out. `cut` is told
 * of a file that ends in the middle of a line: whoever wrote it was stopped.
 * @throws UsageError for a line that is none of certcheck's
 */
export function* mergeLines(files: readonly PartFile[], cut: (file: string) => void): Generator<PlacedLine> {
  const parts = files.map((file) => {
    const lines = placedLines(file, cut);
    return { lines, next: lines.next() };
  });
  for (;;) {
    let first: (typeof parts)[number] | undefined;
    for (const part of parts) {
      if (part.next.done) continue;
      if (first === undefined || first.next.done || nameOf(part.next.value) < nameOf(first.next.value)) first = part;
    }
    if (first === undefined || first.next.done) return;
    yield first.next.value;
    first.next = first.lines.next();
  }
}

/** What lines are sorted by; the end of a part may come at once. */
function nameOf(line: Line): string {
  if (line.kind === "end") return "";
  return line.kind === "appliance" ? line.report.name : line.unread.name;
}

function* placedLines({ name, pieces }: PartFile, cut: (file: string) => void): Generator<PlacedLine> {
  let number = 0;
  for (const { text, isWhole } of textLines(name, pieces)) {
    number++;
    if (text.trim() === "") continue;
    const line = readLine(text);
    if (typeof line !== "string") yield { ...line, file: name };
    else if (isWhole) throw new UsageError(`${name}, line ${number}: ${line}`, "give what --format jsonl has written");
    else cut(name);
  }
}

/** The lines of a text; only the last may lack its end. @throws UsageError for one that is too long */
function* textLines(
  name: string,
  pieces: Iterable<Uint8Array>,
): Generator<{ readonly text: string; readonly isWhole: boolean }> {
  let begun: Uint8Array[] = [];
  let length = 0;
  const take = (): string => {
    const text = Buffer.concat(begun).toString("utf8");
    begun = [];
    length = 0;
    return text;
  };
  for (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      begun.push(piece.subarray(start, end));
      yield { text: take(), isWhole: true };
      start = end + 1;
    }
    // The room that a piece stands in is used again.
    begun.push(piece.slice(start));
    length += piece.length - start;
    if (length > MAX_LINE) throw new UsageError(`${name}: a line of more than ${MAX_LINE / 1024 / 1024} MiB`);
  }
  if (length > 0) yield { text: take(), isWhole: false };
}

const LINE_FEED = 0x0a;
