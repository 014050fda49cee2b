/** What certcheck's output may consist of: the one predicate of all tests that look at it. */

/** Control characters other than line feeds, format characters, line separators, private use, lone surrogates. */
const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u;

/** Nothing to do for most output. */
const printableAscii = /^[\n -~]*$/;

/** How much of the text around a place is shown. */
const AROUND = 30;

/** A text as it may be shown: ASCII alone. */
const shown = (text: string): string =>
  text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The first character that is not safe to print, with what stands around it; nothing if there is none. */
export function unsafeIn(text: string): string | undefined {
  if (printableAscii.test(text)) return undefined;
  const at = text.search(unsafe);
  return at < 0 ? undefined : `at ${at}: ${shown(text.slice(Math.max(0, at - AROUND), at + AROUND))}`;
}

/**
 * A line that a CI system takes for a command; nothing if there is none. GitHub's runner skips blanks before `::`, and
 * finds its older `##[command]` anywhere in a line, as Azure's agent does `##vso[`, in any case, and
 * TeamCity's `##teamcity[`.
 */
export const commandIn = (text: string): string | undefined =>
  text
    .split("\n")
    .find((line) => /^\s*::|##(?:vso|teamcity)?\[/i.test(line))
    ?.slice(0, AROUND);
