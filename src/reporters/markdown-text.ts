/**
 * Text of unknown origin in GitHub-flavoured Markdown (GFM 0.29, CommonMark 0.31). A backslash before each special
 * character would stop Markdown, but not what GitHub looks for afterwards in the text of the page: mentions, issues,
 * commits, addresses, emoji. Code spans stop both. So words that are plainly words stay as they are, and all else is code.
 */
import { neutral } from "./text.ts";

/** The text as Markdown for a place within a line. It begins nothing, wherever it stands. */
export function inline(foreign: string): string {
  const parts: { isCode: boolean; text: string }[] = [];
  // Only a single blank between words is the same on a page.
  for (const [index, word] of neutral(foreign)
    .split(/(?<=[^ ]) (?=[^ ])/)
    .entries()) {
    const isCode = !isPlain(word, index);
    const last = parts.at(-1);
    if (isCode && last?.isCode) last.text += ` ${word}`;
    else parts.push({ isCode, text: word });
  }
  return parts.map(({ isCode, text }) => (isCode ? around(text) : text)).join(" ");
}

/** Letters of any script, or short numbers, between the punctuation of a sentence. */
const plainWord =
  /^["'(]{0,2}(?:\p{L}+(?:['’/-]\p{L}+)*|\d{1,4}(?:\.\d{1,4})*|\d{4}-\d\d(?:-\d\d)?)[.?]?[)"']{0,2}[.,;:?]?$/u;

/** Where a line begins, `1.` and `1)` are the start of a list. */
const listMarker = /^\d+[.)]/;

const isPlain = (word: string, index: number): boolean =>
  plainWord.test(word) && !looksLikeCommit.test(word) && !(index === 0 && listMarker.test(word));

/** Seven hexadecimal digits may name a commit. */
const looksLikeCommit = /[0-9a-f]{7}/i;

/** Punctuation around a word stays outside of the code, unless brackets would be torn apart. */
function around(text: string): string {
  const [, before = "", core = "", after = ""] = quoted.exec(text) ?? [];
  if (core !== "" && !/[()]/.test(core)) return before + code(core) + after;
  const [, whole = "", end = ""] = /^(.*?)([.,;:?]?)$/s.exec(text) ?? [];
  return whole === "" ? code(text) : code(whole) + end;
}

const quoted = /^(["'(]{0,2})(.*?)([)"']{0,2}[.,;:?]?)$/s;

/** The text as a code span (CommonMark 6.1). */
export function code(text: string): string {
  if (text === "") return "";
  const fence = "`".repeat(longestRun(text) + 1);
  // One blank at either end is taken away if there is one at both; a backtick must not touch the fence.
  const needsRoom = /^`|`$|^ .*[^ ].* $/s.test(text);
  return needsRoom ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** Lines as a fenced code block (CommonMark 4.5). */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const own = lines.map(neutral);
  const fence = "`".repeat(Math.max(3, longestRun(own.join("\n")) + 1));
  return [`${fence}${language}`, ...own, fence];
}

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
