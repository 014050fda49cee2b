/** What stands between the boundaries of a PEM block, RFC 7468 and the headers of RFC 1421: base64, and what is wrong in it. */

/** One encapsulated block. */
export interface PemBlock {
  /** What stands between `BEGIN` and the dashes. */
  readonly label: string;
  /** Line of the BEGIN line, counted from 1. */
  readonly line: number;
  /** Line of the END line, or the last line that belongs to the block. */
  readonly endLine: number;
  /** Headers such as `DEK-Info`. */
  readonly headers: ReadonlyMap<string, string>;
  /** What the base64 stands for; absent if it cannot be decoded. */
  readonly bytes?: Uint8Array;
  /** The line in which a byte of `bytes` stands. */
  readonly lineAt: (offset: number) => number;
}

/** Something wrong in a file. */
export interface PemProblem {
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column?: number;
  /**
   * `tolerated`: OpenSSL reads it all the same. `refused`: OpenSSL does not, yet what is meant is plain, and it is read
   * here. `unreadable`: nobody can tell what the bytes should be. `limit`: reading was given up for its cost.
   */
  readonly effect: "tolerated" | "refused" | "unreadable" | "limit";
  /** What would mend the file as a whole, where that is plain. */
  readonly lacks?: Lack;
}

/** `boundaries` are the BEGIN and END lines, `own lines` what they are to stand on, `hyphens` what they are made of. */
export type Lack =
  | "line ends"
  | "own lines"
  | "hyphens"
  | "boundaries"
  | "base64"
  | { readonly charset: "UTF-16" | "UTF-16LE" | "UTF-16BE" }
  | { readonly label: string; readonly lines: readonly [first: number, last: number] };

/** A line of a block, or a part of one. */
export interface BodyLine {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A block whose END has been found. */
export interface RawBlock {
  readonly label: string;
  readonly line: number;
  readonly body: readonly BodyLine[];
}

/** Illegal characters that are listed one by one for each block; the rest is a number. */
const LISTED_CHARACTERS = 8;
/** Characters that OpenSSL reads of a line at a time. */
const PIECE = 254;
/** Characters of a line, RFC 7468 section 2. */
const LINE_LENGTH = 64;

/** What OpenSSL passes over at the end of a line; within a line, blanks and tabs alone. Other white space is damage. */
const BLANKS = /[\0- ]/g;

/** Decodes a block; what is wrong in it is added to `problems`. */
export function readBlock({ label, line, body }: RawBlock, endLine: number, problems: PemProblem[]): PemBlock {
  const found: PemProblem[] = [];
  const { headers, length } = readHeaders(body, found);
  const base64Lines = body.slice(length);
  const joined = base64Lines.map(({ text }) => text).join("");
  const decoded = decodeWhole(joined);
  const isBase64 = decoded !== undefined || /^[A-Za-z0-9+/]*={0,2}$/.test(joined);
  const clean = isBase64 && base64Lines.every(({ text }) => text !== "");
  const readable = clean || inspectBody(base64Lines, found, headers.size > 0);
  const base64 = clean ? joined : joined.replace(BLANKS, "");
  const whole = readable && base64.length % 4 === 0;
  if (readable && !whole) {
    found.push({
      message: `truncated: ${base64.length} base64 characters, which is no multiple of four`,
      line: endLine,
      effect: "unreadable",
    });
  }
  // Behind headers, OpenSSL's reader is as strict as RFC 1421.
  if (whole && headers.size > 0) found.push(...unevenLines(base64Lines));
  else if (whole && clean) found.push(...longLines(base64Lines));
  for (const problem of found) problems.push(problem);
  /** How many characters of base64 there are up to the end of each line; counted when somebody asks for a line. */
  let ends: readonly number[] | undefined;
  const lineAt = (offset: number): number => {
    ends ??= endsOf(base64Lines);
    return base64Lines[countUpTo(ends, Math.floor(offset / 3) * 4)]?.line ?? endLine;
  };
  if (!whole) return { label, line, endLine, headers, lineAt };
  return { label, line, endLine, headers, bytes: decoded ?? Buffer.from(base64, "base64"), lineAt };
}

/**
 * Decodes base64 that is nothing else, much faster than an expression looks at it: Node passes over what is no base64, and
 * takes that of URLs and the low byte of other letters as well: what it made counts only if nothing can have been passed over.
 */
function decodeWhole(base64: string): Buffer | undefined {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const isAscii = Buffer.byteLength(base64) === base64.length;
  if (!isAscii || base64.length % 4 !== 0 || base64.includes("-") || base64.includes("_")) return undefined;
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === (base64.length / 4) * 3 - padding ? bytes : undefined;
}

function endsOf(lines: readonly BodyLine[]): number[] {
  let end = 0;
  return lines.map(({ text }) => (end += text.replace(BLANKS, "").length));
}

/** How many of these ascending numbers are not above a limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function unevenLines(lines: readonly BodyLine[]): PemProblem[] {
  const lengths = lines.map(({ text }) => trimEnd(text).length);
  const isUneven = (length: number, index: number): boolean =>
    length > LINE_LENGTH || (length < LINE_LENGTH && index < lines.length - 1);
  const first = lines[lengths.findIndex(isUneven)];
  if (first === undefined) return [];
  const message = `a line that has not ${LINE_LENGTH} characters, as it must behind headers`;
  return [{ message, line: first.line, effect: "refused" }];
}

function longLines(lines: readonly BodyLine[]): PemProblem[] {
  const longest = lines.reduce((longer, { text }) => Math.max(longer, text.length), 0);
  const first = lines.find(({ text }) => text.length > LINE_LENGTH);
  if (first === undefined) return [];
  const message = `lines of up to ${longest} characters, where RFC 7468 has ${LINE_LENGTH}`;
  return [{ message, line: first.line, effect: "tolerated" }];
}

/** The headers at the start of a block, and the number of lines they take with the empty one after them. */
function readHeaders(
  body: readonly BodyLine[],
  problems: PemProblem[],
): { readonly headers: ReadonlyMap<string, string>; readonly length: number } {
  const headers = new Map<string, string>();
  const [first] = body;
  if (first !== undefined && isBlank(first)) {
    problems.push({ message: "an empty line after the BEGIN line", line: first.line, effect: "tolerated" });
    return { headers, length: 1 };
  }
  if (first === undefined || !first.text.includes(":")) return { headers, length: 0 };
  const end = body.findIndex(isBlank);
  const length = end < 0 ? body.length : end;
  for (const { text } of body.slice(0, length)) {
    const colon = text.indexOf(":");
    const name = text.slice(0, Math.max(0, colon)).trim();
    if (name !== "") headers.set(name, text.slice(colon + 1).trim());
  }
  const [type, info, ...others] = [...headers.keys()];
  const isUsual = type === "Proc-Type" && info === "DEK-Info" && others.length === 0 && end > 0;
  const hasValues =
    headers.get("Proc-Type") === "4,ENCRYPTED" && /^[\w-]+,[0-9A-Fa-f]+$/.test(headers.get("DEK-Info") ?? "");
  const isIndented = body.slice(0, length).some(({ text }) => /^\s/.test(text));
  if (!isUsual || !hasValues || isIndented)
    problems.push({ message: "headers that OpenSSL does not read", line: first.line, effect: "refused" });
  return { headers, length: length + 1 };
}

/** Without what OpenSSL passes over at the end of a line; an expression would look at each blank of a long run anew. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(0, end);
}

const isBlank = ({ text }: BodyLine): boolean => /^[\0- ]*$/.test(text);

/** Names what is not base64 in a body; true if the body can be decoded once blanks are dropped. */
function inspectBody(lines: readonly BodyLine[], problems: PemProblem[], isStrict: boolean): boolean {
  const illegal: PemProblem[] = [];
  let count = 0;
  const trailing: number[] = [];
  const lastFilled = lines.findLastIndex((line) => !isBlank(line));
  for (const [index, bodyLine] of lines.entries()) {
    const { text: content, line } = bodyLine;
    if (isBlank(bodyLine)) {
      problems.push({ message: "an empty line inside the block", line, effect: "refused" });
      continue;
    }
    const text = trimEnd(content);
    if (text !== content) trailing.push(line);
    const [blanks = ""] = /[ \t]+/.exec(text) ?? [];
    if (blanks !== "") {
      const at = text.indexOf(blanks);
      const what =
        at === 0 ? "blanks before the base64" : `${blanks.length === 1 ? "a blank" : "blanks"} inside the base64`;
      // OpenSSL reads lines in pieces, and takes a piece of blanks for an empty line.
      const effect = blanks.length < PIECE && !isStrict ? "tolerated" : "refused";
      problems.push({ message: what, line, column: at + 1, effect });
    }
    const padding = index === lastFilled ? (/={0,2}$/.exec(text)?.index ?? text.length) : text.length;
    for (const { 0: character, index: at } of text.slice(0, padding).matchAll(/[^A-Za-z0-9+/ \t]/gu)) {
      if (++count > LISTED_CHARACTERS + 1) continue;
      illegal.push({
        message: `${nameCharacter(character)} is not a base64 character`,
        line,
        column: at + 1,
        effect: "unreadable",
      });
    }
  }
  if (trailing.length > 0) {
    const where = trailing.length === 1 ? "the line" : `${trailing.length} lines`;
    problems.push({ message: `blanks at the end of ${where}`, line: trailing[0] ?? 1, effect: "tolerated" });
  }
  problems.push(...illegal.slice(0, LISTED_CHARACTERS));
  const [next] = illegal.slice(LISTED_CHARACTERS);
  if (next !== undefined) {
    problems.push({
      ...next,
      message: `${count - LISTED_CHARACTERS} more characters from here on are not base64`,
    });
  }
  return illegal.length === 0;
}

const nameCharacter = (character: string): string =>
  /^[!-~]$/.test(character)
    ? `"${character}"`
    : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
