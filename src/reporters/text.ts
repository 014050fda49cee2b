/** Text of unknown origin, made harmless for a terminal, and broken into lines. */

/**
 * What could move the cursor, forge a line or hide in one: control characters, line separators, marks of writing
 * direction, characters without width, lone surrogates, and the characters of the private and tag areas.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** Nothing to do for most texts, and found out without the large expression above. */
const printableAscii = /^[ -~]*$/;

/** Writes unsafe characters as `\u{202e}`. */
export const neutral = (text: string): string =>
  printableAscii.test(text)
    ? text
    : text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** How many columns a text takes on a terminal. */
export type Measure = (text: string) => number;

/** Breaks a text at blanks; a word longer than a line stays whole, so that it can be copied. */
export function wrap(text: string, columns: number, measure: Measure): string[] {
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
