/**
 * Glob patterns of paths: `*` and `?` within a name, `**` for any folders, `[a-z]`, `{a,b}`. Expressions that libraries make of
 * them take exponential time for some; this takes as long as pattern and path are, multiplied.
 */

/** Longest pattern, in characters. */
const MAX_LENGTH = 1000;
/** Most alternatives that braces come to. */
const MAX_ALTERNATIVES = 50;

/** What other programs understand in a pattern, and what would match nothing here, or all the wrong files. */
const foreign = /^!|(?<!\\)[!@+*?]\(|(?<!\\)\{[^{},]*\.\.[^{},]*\}/;

/** Why a pattern cannot be used, as the end of a sentence; nothing if it can. */
export function globComplaint(pattern: string): string | undefined {
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (foreign.test(pattern)) return "is more than *, **, ?, [a-z] and {a,b} can say";
  return alternatives(pattern) === undefined ? `has more than ${MAX_ALTERNATIVES} alternatives` : undefined;
}

/** Whether a path, with slashes, is what a pattern says. Names that begin with a dot are names as others. */
export function globMatches(pattern: string, path: string): boolean {
  const folders = path.split("/");
  return (alternatives(pattern) ?? []).some((plain) =>
    wild(
      // What lies in any folders has a name in the last.
      plain
        .replace(/^(?:\.\/)+/, "")
        .replace(/(?<![^/])\*\*$/, "**/*")
        .split("/"),
      folders,
      (part) => part === "**",
      (name) => name !== "..",
      nameMatches,
    ),
  );
}

/** What stands before the first braces that have a comma and no other braces in them, what is in them, what stands behind. */
const braces = /^(.*?)(?<!\\)\{((?:[^{}\\]|\\.)*,(?:[^{}\\]|\\.)*)\}(.*)$/s;

/** The patterns without braces that one with braces stands for; nothing if they are too many. */
function alternatives(pattern: string): readonly string[] | undefined {
  const plain: string[] = [];
  const open = [pattern];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [whole, before = "", inner = "", behind = ""] = braces.exec(one) ?? [];
    if (whole === undefined) plain.push(one);
    else open.push(...inner.split(/(?<!\\),/).map((part) => before + part + behind));
    if (plain.length + open.length > MAX_ALTERNATIVES) return undefined;
  }
  return plain;
}

function nameMatches(pattern: string, name: string): boolean {
  // Only itself leads out of a folder.
  if (name === "..") return pattern === "..";
  return wild(
    pattern.match(/\\.|\[[!^]?\]?[^\]]*\]|[^]/gu) ?? [],
    name.match(/[^]/gu) ?? [],
    (token) => token === "*" || token === "**",
    () => true,
    characterMatches,
  );
}

function characterMatches(token: string, character: string): boolean {
  if (token === "?") return true;
  const [, negation, inner] = /^\[([!^]?)([^]+)\]$/u.exec(token) ?? [];
  if (inner === undefined) return token.replace(/^\\(?=.)/s, "") === character;
  const ranges = inner.match(/[^]-[^]|[^]/gu) ?? [];
  const isIn = ranges.some((range) => {
    const [first = "", , last = first] = range;
    return first <= character && character <= last;
  });
  return isIn !== (negation !== "");
}

/**
 * Matches one by one. Where that fails, the last part that stands for many takes one more: those before it need not be tried
 * again, for what they left is the longest rest.
 */
function wild(
  pattern: readonly string[],
  texts: readonly string[],
  isMany: (part: string) => boolean,
  isSwallowed: (text: string) => boolean,
  fits: (part: string, text: string) => boolean,
): boolean {
  let part = 0;
  let many: { readonly part: number; readonly text: number } | undefined;
  for (let at = 0; at < texts.length;) {
    const [wanted, text = ""] = [pattern[part], texts[at]];
    if (wanted !== undefined && isMany(wanted)) {
      many = { part: ++part, text: at };
    } else if (wanted !== undefined && fits(wanted, text)) {
      part++;
      at++;
    } else {
      const swallowed = texts[many?.text ?? texts.length];
      if (many === undefined || swallowed === undefined || !isSwallowed(swallowed)) return false;
      many = { ...many, text: many.text + 1 };
      ({ part, text: at } = many);
    }
  }
  return pattern.slice(part).every(isMany);
}
