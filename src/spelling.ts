/** Words that may have been meant where another was written. */

/** Those of the known ones that differ from a word by capitals, dashes or one slip, or that it is the beginning of. */
export function meantWords(word: string, known: readonly string[]): readonly string[] {
  const same = known.filter((one) => isSameWord(one, word));
  if (same.length > 0) return same;
  const misspelt = known.filter((one) => differBySlip(plain(one), plain(word)));
  return misspelt.length > 0 || word.length < LEAST ? misspelt : known.filter((one) => one.startsWith(word));
}

/** Whether two words differ by capitals and dashes at most. */
export const isSameWord = (one: string, other: string): boolean => plain(one) === plain(other);

/** As a question; nothing if there are none. */
export const didYouMean = (words: readonly string[]): string | undefined =>
  words.length > 0 ? `did you mean ${words.join(", ")}?` : undefined;

/** Whether a character is too much, missing, wrong, or in its neighbour's place. */
export function differBySlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  const shortened = new Set(withoutOne(other));
  return withoutOne(one).some((text) => shortened.has(text));
}

/** Fewest letters of a beginning. */
const LEAST = 3;

const plain = (word: string): string => word.replace(/[-_]/g, "").toLowerCase();

/** The word, and what is left of it without each of its characters. */
const withoutOne = (word: string): string[] => [
  word,
  ...Array.from({ length: word.length }, (_, index) => word.slice(0, index) + word.slice(index + 1)),
];
