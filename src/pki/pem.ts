/** PEM, RFC 7468 and the headers of RFC 1421: encapsulated blocks with their lines, and what is wrong at which of them. */
import { describeLabel } from "./pem-label.ts";

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
   * here. `unreadable`: nobody can tell what the bytes should be.
   */
  readonly effect: "tolerated" | "refused" | "unreadable";
  /** What the file as a whole lacks, where that is plain: `boundaries` are the BEGIN and END lines. */
  readonly lacks?: "line ends" | "ASCII" | "boundaries";
}

/** What a file in PEM holds. */
export interface Pem {
  readonly blocks: readonly PemBlock[];
  /** In the order of their lines. */
  readonly problems: readonly PemProblem[];
}

/** Places with the same problem that are listed one by one. */
const LISTED_LINES = 3;
/** Problems of a file that are listed at all. */
const LISTED_PROBLEMS = 50;
/** Illegal characters that are listed one by one for each block; the rest is a number. */
const LISTED_CHARACTERS = 8;

/**
 * An encapsulation boundary. A label is never taken for one if it could be content that has lost its line ends: that
 * may be a private key, and labels are repeated in messages.
 */
const boundary = /^(\s*)-----(BEGIN|END) ([A-Z0-9#][A-Z0-9# ]{0,39})-----\s*$/;

/** Whether a text has anything like an encapsulation boundary. */
export const looksLikePem = (text: string): boolean => text.includes("-----BEGIN ");

/** Reads all blocks of a text; never throws. */
export function readPem(text: string): Pem {
  const blocks: PemBlock[] = [];
  const problems: PemProblem[] = [];
  let open: { readonly label: string; readonly line: number; readonly body: string[] } | undefined;

  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  if (text.startsWith("\ufeff"))
    problems.push({ message: "a byte order mark before the text", line: 1, effect: "tolerated" });
  if (/\r(?!\n)/.test(text)) {
    problems.push({
      message: "lines that end in a carriage return alone",
      line: 1,
      effect: "refused",
      lacks: "line ends",
    });
  }

  function abandon(missing: string, line: number): void {
    if (open === undefined) return;
    problems.push({ message: missing, line, effect: "unreadable" });
    blocks.push({
      label: open.label,
      line: open.line,
      endLine: line,
      headers: new Map(),
      lineAt: () => open?.line ?? line,
    });
    open = undefined;
  }

  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    const [, indent = "", kind, label = ""] = content.includes("-----") ? (boundary.exec(content) ?? []) : [];
    if (kind === undefined) {
      const damage = boundaryDamage(content);
      if (damage !== undefined) problems.push({ message: damage, line, effect: "unreadable" });
      open?.body.push(content);
      continue;
    }
    if (indent !== "") problems.push({ message: `blanks before the ${kind} line`, line, column: 1, effect: "refused" });
    if (kind === "BEGIN") {
      abandon(
        `the block ${quote(open?.label)} that begins at line ${open?.line} has no END line before this one`,
        line,
      );
      open = { label, line, body: [] };
    } else if (open === undefined) {
      problems.push({ message: `an END line without a BEGIN line: ${quote(label)}`, line, effect: "unreadable" });
    } else if (open.label === label) {
      blocks.push(readBlock(open, line, problems));
      open = undefined;
    } else {
      abandon(`the block begins as ${quote(open.label)} at line ${open.line} and ends as ${quote(label)}`, line);
    }
  }
  abandon(
    `truncated: the block ${quote(open?.label)} that begins at line ${open?.line} has no END line`,
    lastLine(lines),
  );
  return { blocks, problems: collapse(problems) };
}

/** Says the same thing about many lines once, and counts what is too much to be read. */
function collapse(problems: readonly PemProblem[]): PemProblem[] {
  const counts = new Map<string, number>();
  for (const { message } of problems) counts.set(message, (counts.get(message) ?? 0) + 1);
  const distinct = problems.flatMap((problem) => {
    const count = counts.get(problem.message) ?? 0;
    if (count <= LISTED_LINES && count > 0) return [problem];
    counts.set(problem.message, 0);
    return count === 0 ? [] : [{ ...problem, message: `${problem.message}, here and in ${count - 1} more places` }];
  });
  const [first, ...more] = distinct.slice(LISTED_PROBLEMS);
  if (first === undefined) return distinct;
  const effect = [first, ...more].some((problem) => problem.effect === "unreadable") ? "unreadable" : first.effect;
  return [
    ...distinct.slice(0, LISTED_PROBLEMS),
    { ...first, effect, message: `${more.length + 1} more problems from here on` },
  ];
}

/** What is wrong with a line that begins like a boundary; none of it is repeated. */
function boundaryDamage(line: string): string | undefined {
  if (!/^\s*-----BEGIN /.test(line)) return undefined;
  if (/-----END .*-----\s*$/.test(line)) return "a whole block in one line: its line ends are lost";
  return "a BEGIN line that is not a label between five dashes on either side";
}

/** The number of the last line that is not empty. */
const lastLine = (lines: readonly string[]): number => lines.findLastIndex((line) => line.trim() !== "") + 1;

function readBlock(
  { label, line, body }: { readonly label: string; readonly line: number; readonly body: readonly string[] },
  endLine: number,
  problems: PemProblem[],
): PemBlock {
  const { headers, length } = readHeaders(body);
  const base64Lines = body.slice(length);
  const firstLine = line + 1 + length;
  const joined = base64Lines.join("");
  const clean = /^[A-Za-z0-9+/]*={0,2}$/.test(joined) && base64Lines.every((l) => l !== "");
  const readable = clean || inspectBody(base64Lines, firstLine, problems);
  const base64 = clean ? joined : joined.replace(/\s/g, "");
  const whole = readable && base64.length % 4 === 0;
  if (readable && !whole) {
    problems.push({
      message: `truncated: ${base64.length} base64 characters, which is no multiple of four`,
      line: endLine,
      effect: "unreadable",
    });
  }
  return {
    label,
    line,
    endLine,
    headers,
    ...(whole && { bytes: Buffer.from(base64, "base64") }),
    lineAt(offset) {
      let characters = Math.floor(offset / 3) * 4;
      const found = base64Lines.findIndex((l) => (characters -= l.replace(/\s/g, "").length) < 0);
      return found < 0 ? endLine : firstLine + found;
    },
  };
}

/** The headers at the start of a block, and the number of lines they take with the empty one after them. */
function readHeaders(body: readonly string[]): {
  readonly headers: ReadonlyMap<string, string>;
  readonly length: number;
} {
  const headers = new Map<string, string>();
  if (!body[0]?.includes(":")) return { headers, length: 0 };
  const end = body.findIndex((line) => line.trim() === "");
  const length = end < 0 ? body.length : end;
  for (const line of body.slice(0, length)) {
    const [, name, value] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers.set(name, value);
  }
  return { headers, length: length + 1 };
}

/** Names what is not base64 in a body; true if the body can be decoded once blanks are dropped. */
function inspectBody(lines: readonly string[], firstLine: number, problems: PemProblem[]): boolean {
  const illegal: PemProblem[] = [];
  const trailing: number[] = [];
  const lastFilled = lines.findLastIndex((l) => l.trim() !== "");
  for (const [index, content] of lines.entries()) {
    const line = firstLine + index;
    if (content.trim() === "") {
      problems.push({ message: "an empty line inside the block", line, effect: "refused" });
      continue;
    }
    if (/\s$/.test(content)) trailing.push(line);
    const text = content.trimEnd();
    for (const { 0: blanks, index: at } of text.matchAll(/\s+/g)) {
      const what =
        at === 0 ? "blanks before the base64" : `${blanks.length === 1 ? "a blank" : "blanks"} inside the base64`;
      problems.push({ message: what, line, column: at + 1, effect: "tolerated" });
    }
    const padding = index === lastFilled ? (/={0,2}$/.exec(text)?.index ?? text.length) : text.length;
    for (const { 0: character, index: at } of text.slice(0, padding).matchAll(/[^A-Za-z0-9+/\s]/gu)) {
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
    problems.push({ message: `blanks at the end of ${where}`, line: trailing[0] ?? firstLine, effect: "tolerated" });
  }
  problems.push(...illegal.slice(0, LISTED_CHARACTERS));
  const [next] = illegal.slice(LISTED_CHARACTERS);
  if (next !== undefined) {
    problems.push({
      ...next,
      message: `${illegal.length - LISTED_CHARACTERS} more characters from here on are not base64`,
    });
  }
  return illegal.length === 0;
}

const nameCharacter = (character: string): string =>
  /^[!-~]$/.test(character)
    ? `"${character}"`
    : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

const quote = (label: string | undefined): string => describeLabel(label ?? "");
