/** Patterns in which `*` stands for anything, also for nothing. */

/** Whether a text is what a pattern says, in time proportional to their lengths. */
export function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** The same, where capitals do not count: names of hosts and people. */
export const matchesName = (pattern: string, text: string): boolean =>
  matches(pattern.toLowerCase(), text.toLowerCase());
