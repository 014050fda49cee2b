/** Patterns in which `*` stands for anything, also for nothing. */

/** Whether a text is what a pattern says, in time proportional to their lengths. */
export const matches = (pattern: string, text: string): boolean => matcher(pattern)(text);

/** The same, where capitals do not count: names of hosts and people. */
export const matchesName = (pattern: string, text: string): boolean => nameMatcher([pattern])(text);

/** Whether a name is what one of the patterns says: a certificate may have a hundred thousand names. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map((pattern) => pattern.toLowerCase());
  const plain = new Set(all.filter((pattern) => !pattern.includes("*")));
  const others = all.filter((pattern) => pattern.includes("*")).map(matcher);
  return (name) => {
    const text = name.toLowerCase();
    return plain.has(text) || others.some((is) => is(text));
  };
}

function matcher(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
