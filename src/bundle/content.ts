/** What of a text may be the content of a file, a key perhaps, where a name was asked for: a message must not repeat it. */

/**
 * Whether a word may be a key, whole or in part: a boundary, or more letters and digits of all kinds without a break than the
 * name of a file or folder has.
 */
export function looksLikeContent(word: string): boolean {
  if (hasBoundary(word)) return true;
  const runs = word.replace(/\s|\\[nr]/g, "").match(/[A-Za-z0-9+]{33,}/g) ?? [];
  return runs.some((run) => run.length > 100 || (/[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)));
}

/** Whether there is a boundary of PEM in it. */
export const hasBoundary = (text: string): boolean => /(?:BEGIN|END) [A-Z0-9 ]*(?:KEY|CERTIFICATE)/.test(text);

/** Longest value that is repeated: none that is meant is longer, and a secret in its place may be. */
const SHOWN = 40;

/** A value as a message may repeat it, with a blank behind; nothing if it may be a secret. */
export function repeatable(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN || looksLikeContent(text) ? "" : `${text} `;
}

/** A key as a message may repeat it. */
export const repeatableKey = (key: string): string => (repeatable(key) === "" ? "…" : key);
