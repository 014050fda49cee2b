/** YAML, and JSON with it, that somebody wrote by hand: soundly read or refused, and where each part of it stands. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { UsageError } from "../errors.ts";

/** A text that was read. */
export interface YamlText {
  readonly document: Document;
  readonly data: unknown;
  /** `file:line:column` of an offset. */
  readonly at: (offset: number) => string;
  /** Where something stands; of a value, or of the key before it. */
  readonly offsetOf: (keys: readonly (string | number)[], part: "key" | "value") => number;
}

/** How often an alias may stand for something, which may have aliases in it. */
const MAX_ALIASES = 100;

/** Reads a text; `file` is its name in messages. @throws UsageError */
export function readYamlText(file: string, text: string, maxAliasCount = MAX_ALIASES): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // A set is no object, though it looks like one.
    resolveKnownTags: false,
    // The library compares each key with each other: a minute for a file of 500 KB.
    uniqueKeys: false,
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [broken] = [...document.errors, ...document.warnings];
  // The parser's own words may repeat the text, and a secret may have been given in place of it.
  if (broken !== undefined) throw new UsageError(`${at(broken.pos[0])}: not sound YAML: ${inWords(broken.code)}`);
  const [unsound] = unsoundKeys(document);
  if (unsound !== undefined) throw new UsageError(`${at(unsound.offset)}: not sound YAML: ${unsound.what}`);
  return {
    document,
    data: toData(document, file, maxAliasCount),
    at,
    offsetOf: (keys, part) => offsetOf(document, keys, part),
  };
}

/** DUPLICATE_KEY: "duplicate key". */
export const inWords = (code: string): string => code.toLowerCase().replaceAll("_", " ");

/** Names that objects have of themselves: what checks the data passes over them. */
const ofObjects: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Keys that an object cannot have, or not twice. */
function unsoundKeys(document: Document): readonly { readonly offset: number; readonly what: string }[] {
  const found: { offset: number; what: string }[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const what = seen.has(name) ? "duplicate key" : ofObjects.has(name) ? "reserved key" : undefined;
        if (what !== undefined) found.push({ offset: key.range?.[0] ?? 0, what });
        seen.add(name);
      }
    },
  });
  return found;
}

function toData(document: Document, file: string, maxAliasCount: number): unknown {
  try {
    return document.toJS({ maxAliasCount });
  } catch {
    throw new UsageError(`${file}: not sound YAML: aliases that lead nowhere, or to too much`);
  }
}

function offsetOf(document: Document, keys: readonly (string | number)[], part: "key" | "value"): number {
  if (part === "key") {
    const parent = document.getIn(keys.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === keys.at(-1)) : undefined;
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  const node = keys.length === 0 ? document.contents : document.getIn(keys, true);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
