/** Text of unknown origin, made harmless for a terminal, and broken into lines. */
import type { Position } from "../bundle/artifact.ts";

/**
 * What could move the cursor, forge a line or hide in one: control characters, line separators, marks of writing
 * direction, characters without width, lone surrogates, and the characters of the private and tag areas.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** Nothing to do for most texts, and found out without the large expression above. */
const printableAscii = /^[ -~]*$/;

/**
 * What a CI system takes for a command where it reads the log: GitHub's runner at the start of a line, where any word may
 * come to stand, and its older form, as Azure's, anywhere. Addresses (`::1`) are none.
 */
const ciCommand = /(?<!\S):(?=:[a-z-]+[ :])|#(?=#(?:vso|teamcity)?\[)/gi;

/** Characters that are shown of one text: a name may have millions, and nobody reads them. JSON has all. */
const MAX_SHOWN = 20_000;

/** Writes unsafe characters, and what begins a command of a CI system, as `\u{202e}`. */
export function neutral(whole: string): string {
  const text = whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN)}… (${whole.length} characters)` : whole;
  const calm = text.includes("::") || text.includes("##") ? text.replace(ciCommand, escape) : text;
  return printableAscii.test(calm) ? calm : calm.replace(unsafe, escape);
}

const escape = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** How many columns a text takes on a terminal. */
export type Measure = (text: string) => number;

/** Breaks a text at blanks; a word longer than a line stays whole, so that it can be copied. */
export function wrap(text: string, columns: number, measure: Measure): string[] {
  if (!text.startsWith(" ") && measure(text) <= columns) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && measure(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** Moves lines to the right. */
export const indent = (columns: number, lines: readonly string[]): string[] =>
  lines.map((line) => (line === "" ? line : " ".repeat(columns) + line));

/** A paragraph, indented, its further lines more so. */
export function hanging(
  text: string,
  { columns, measure }: { readonly columns: number; readonly measure: Measure },
): string[] {
  const [first = "", ...rest] = wrap(text, columns - 4, measure);
  return [`  ${first}`, ...indent(4, rest)];
}

/** Fills a text up to a width. */
export const pad = (text: string, width: number | undefined, measure: Measure): string =>
  text + " ".repeat(Math.max(0, (width ?? 0) - measure(text)));

/** `sensor.crt:12`, or `sensor.crt at byte 120`. */
export function where({ file, line, offset }: Position): string {
  const name = neutral(file);
  if (line !== undefined) return `${name}:${line}`;
  return offset === undefined || offset === 0 ? name : `${name} at byte ${offset}`;
}

/** Of an instant in ISO 8601. */
export const day = (instant: string): string => instant.slice(0, "2027-05-30".length);
