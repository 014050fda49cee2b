/** PEM, RFC 7468: encapsulated blocks with their lines, and what is wrong at which of them. */
import { type BodyLine, type PemBlock, type PemProblem, readBlock } from "./pem-body.ts";
import { describeLabel, isKnownLabel } from "./pem-label.ts";

/** What a file in PEM holds. */
export interface Pem {
  readonly blocks: readonly PemBlock[];
  /** In the order of their lines. */
  readonly problems: readonly PemProblem[];
}

/** Places with the same problem that are listed one by one. */
const LISTED_LINES = 3;
/** Most lines that are read. */
const MAX_LINES = 200_000;
/** Most boundaries of one line. */
const MAX_BOUNDARIES = 1000;
/** Problems of a file that are listed at all. */
const LISTED_PROBLEMS = 50;

/**
 * Encapsulation boundaries, also damaged ones: word processors make other dashes of hyphens. A label is never taken for
 * one if it could be content that has lost its line ends: that may be a private key, and labels are repeated in messages.
 */
const boundary =
  /(?:-----|[-\u2010-\u2015\u2212]{2,6})[ \t]?(BEGIN|END) ([A-Z0-9#][A-Z0-9# ]{0,39}?)[ \t]?(?:-----|[-\u2010-\u2015\u2212]{2,6})/g;

/** The boundaries in a line. With other dashes than five hyphens, it takes a known label: else it may be prose. */
function boundariesIn(content: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of content.matchAll(boundary)) {
    if (isExact(match) || isKnownLabel(match[2] ?? "")) found.push(match);
    if (found.length === MAX_BOUNDARIES) break;
  }
  return found;
}

const isExact = ({ 0: whole, 1: kind = "", 2: label = "" }: RegExpExecArray): boolean =>
  whole === `-----${kind} ${label}-----`;

/** A boundary as it should be; blanks may follow. */
const cleanBoundary = /^-----(BEGIN|END) ([A-Z0-9#][A-Z0-9# ]{0,39})-----[ \t]*$/;

/** Whether a text has anything like an encapsulation boundary. */
export const looksLikePem = (text: string): boolean => text.includes("-----BEGIN ") || boundariesIn(text).length > 0;

/** Reads all blocks of a text; never throws. */
export function readPem(text: string): Pem {
  const blocks: PemBlock[] = [];
  const problems: PemProblem[] = wholeProblems(text);
  let open: { readonly label: string; readonly line: number; readonly body: BodyLine[] } | undefined;

  function abandon(missing: string, line: number): void {
    if (open === undefined) return;
    const { label, line: begin } = open;
    problems.push({ message: missing, line, effect: "unreadable" });
    blocks.push({ label, line: begin, endLine: line, headers: new Map(), lineAt: () => begin });
    open = undefined;
  }

  function atBoundary(kind: string, label: string, line: number): void {
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

  function readContent(content: string, line: number): void {
    if (content.includes("-----BEGIN") && /^\s*-----BEGIN\b/.test(content))
      problems.push({ message: CUT_BEGIN, line, effect: "unreadable" });
    else if (open === undefined && !isText(content)) problems.push({ message: NOT_TEXT, line, effect: "tolerated" });
    open?.body.push({ text: content, line });
  }

  function readSuspect(content: string, line: number): void {
    const found = boundariesIn(content);
    if (found.length === 0) return readContent(content, line);
    // OpenSSL looks for a mark at the first line it reads: that of the file, or the one after a block.
    const mayHaveMark = line === (blocks.at(-1)?.endLine ?? 0) + 1;
    problems.push(...boundaryProblems(content, found, line, mayHaveMark));
    let after = 0;
    for (const { 0: whole, 1: kind = "", 2: label = "", index: at } of found) {
      keepParts(content.slice(after, at), line);
      atBoundary(kind, label, line);
      after = at + whole.length;
    }
    keepParts(content.slice(after), line);
  }

  function keepParts(content: string, line: number): void {
    for (const part of parts(content, line)) open?.body.push(part);
  }

  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  const lines = body.split(body.includes("\r") ? /\r?\r?\n|\r/ : "\n", MAX_LINES);
  if (lines.length === MAX_LINES)
    problems.push({ message: `more than ${MAX_LINES} lines, the rest was not read`, line: MAX_LINES, effect: "limit" });
  let line = 0;
  for (const content of lines) {
    line++;
    // Base64 has no blanks: nearly every line is done with here.
    const isSuspect = content.includes("BEGIN ") || content.includes("END ");
    const [, kind, label] = isSuspect ? (cleanBoundary.exec(content) ?? []) : [];
    if (kind !== undefined && label !== undefined) atBoundary(kind, label, line);
    else if (isSuspect) readSuspect(content, line);
    else readContent(content, line);
  }
  abandon(
    `truncated: the block ${quote(open?.label)} that begins at line ${open?.line} has no END line`,
    lastLine(lines),
  );
  return { blocks, problems: collapse(problems) };
}

const CUT_BEGIN = "a BEGIN line that is not a label between five dashes on either side";
const NOT_TEXT = "bytes that are no text, outside the blocks";

/** Whether there are neither control characters, but for white space, nor bytes that were no UTF-8. */
export const isText = (text: string): boolean => !/[\0-\x08\x0e-\x1f\ufffd]/.test(text);

/** What is wrong with the text as a whole. */
function wholeProblems(text: string): PemProblem[] {
  const problems: PemProblem[] = [];
  if (text.startsWith("\ufeff"))
    problems.push({ message: "a byte order mark before the text", line: 1, effect: "tolerated" });
  if (!text.includes("\r")) return problems;
  if (/\r\r\n/.test(text))
    problems.push({ message: "lines that end in two carriage returns", line: 1, effect: "tolerated" });
  if (/\r(?!\r?\n)/.test(text))
    problems.push({
      message: "lines that end in a carriage return alone",
      line: 1,
      effect: "refused",
      lacks: "line ends",
    });
  const [first = ""] = /\r?\n/.exec(text) ?? [];
  const other = text.search(first === "\n" ? /\r\n/ : /(?<!\r)\n/);
  if (first !== "" && other >= 0)
    problems.push({
      message: `line ends of two kinds: ${nameLineEnd(first)} before, ${nameLineEnd(first === "\n" ? "\r\n" : "\n")} here`,
      line: text.slice(0, other).split("\n").length,
      effect: "tolerated",
    });
  return problems;
}

const nameLineEnd = (end: string): string => (end === "\n" ? "LF" : "CR LF");

/** What is wrong with the boundaries in a line, whose text is not repeated. */
function boundaryProblems(
  content: string,
  found: readonly RegExpExecArray[],
  line: number,
  mayHaveMark: boolean,
): PemProblem[] {
  const [first, second] = found.map(({ 1: kind = "" }) => kind);
  const problems: PemProblem[] = [];
  if (!found.every(isExact)) {
    const message = `the ${first} line does not have five hyphens on either side of its label`;
    problems.push({ message, line, effect: "refused", lacks: "hyphens" });
  }
  const refused = { line, effect: "refused", lacks: "own lines" } as const;
  if (second !== undefined) {
    const message =
      first === "BEGIN"
        ? "a whole block in one line: its line ends are lost"
        : `the ${first} line and the ${second} line after it are one: a line end is missing`;
    return [...problems, { message, ...refused }];
  }
  const before = content.slice(0, found[0]?.index);
  const rest = before + content.slice((found[0]?.index ?? 0) + (found[0]?.[0].length ?? 0));
  if (before === "\ufeff") {
    const effect = mayHaveMark ? "tolerated" : "refused";
    problems.push({ message: `a byte order mark before the ${first} line`, line, effect });
  } else if (/[^\0- ]/.test(rest))
    return [...problems, { message: `the ${first} line does not stand on a line of its own`, ...refused }];
  else if (/[^\s]/.test(rest))
    problems.push({ message: NOT_TEXT, line, effect: before === "" ? "tolerated" : "refused" });
  if (before === "" || before === "\ufeff") return problems;
  return [...problems, { message: `blanks before the ${first} line`, line, column: 1, effect: "refused" }];
}

/** What stands beside a boundary in its line; line ends may be written as in a string of a program. */
const parts = (text: string, line: number): BodyLine[] =>
  text
    .split(/\\r\\n|\\n|[ \t]+/, MAX_LINES)
    .filter((part) => part !== "")
    .map((part) => ({ text: part, line }));

/** From worst to harmless. */
const effects = ["unreadable", "limit", "refused", "tolerated"] as const;

/** Says the same thing about many lines once, and counts what is too much to be read; no worse effect is lost. */
export function collapse<P extends Pick<PemProblem, "message" | "effect">>(problems: readonly P[]): P[] {
  if (problems.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { message } of problems) counts.set(message, (counts.get(message) ?? 0) + 1);
  const distinct = problems.flatMap((problem) => {
    const count = counts.get(problem.message) ?? 0;
    if (count <= LISTED_LINES && count > 0) return [problem];
    counts.set(problem.message, 0);
    return count === 0 ? [] : [{ ...problem, message: `${problem.message}, here and in ${count - 1} more places` }];
  });
  const rest = distinct.slice(LISTED_PROBLEMS);
  const counted = effects.flatMap((effect) => {
    const [first, ...more] = rest.filter((problem) => problem.effect === effect);
    if (first === undefined || more.length === 0) return first === undefined ? [] : [first];
    return [{ ...first, message: `${more.length + 1} more problems from here on` }];
  });
  return [...distinct.slice(0, LISTED_PROBLEMS), ...counted];
}

/** The number of the last line that is not empty. */
const lastLine = (lines: readonly string[]): number => lines.findLastIndex((line) => line.trim() !== "") + 1;

const quote = (label: string | undefined): string => describeLabel(label ?? "");
