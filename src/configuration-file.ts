/** Reads certcheck.config, YAML or JSON: what is wrong with it is said with line and column. */
import * as v from "valibot";
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { type Configuration, configurationSchema, isNearKey } from "./configuration.ts";
import { looksLikeContent } from "./content.ts";
import { UsageError } from "./errors.ts";

/** What is wrong with several places is listed up to here. */
const LISTED = 10;
/** Mistakes of which the first are looked for: finding the place of each takes as long as the list is that it is in. */
const LOCATED = 1000;

/** Reads the text of a configuration; `file` is its name in messages. @throws UsageError */
export function readConfiguration(file: string, text: string): Configuration {
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
  // The parser's own words may repeat the text, and a secret may have been given in place of a configuration.
  if (broken !== undefined) throw new UsageError(`${at(broken.pos[0])}: not sound YAML: ${inWords(broken.code)}`);
  const [unsound] = unsoundKeys(document);
  if (unsound !== undefined) throw new UsageError(`${at(unsound.offset)}: not sound YAML: ${unsound.what}`);
  const data = toData(document, file);
  if (isSeq(document.contents)) throw new UsageError(`${at(0)}: a list is not a set of options`);
  // An empty file says nothing, which is not wrong.
  const result = v.safeParse(configurationSchema, data ?? {}, { abortPipeEarly: true });
  if (result.success) return result.output;
  const isConfiguration = hasNearKey(document);
  const messages = result.issues
    .slice(0, LOCATED)
    .map((issue) => ({ offset: offsetOf(document, issue), message: describe(issue, isConfiguration) }))
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => `${at(offset)}: ${message}`);
  const rest = result.issues.length - LISTED;
  throw new UsageError([...messages.slice(0, LISTED), ...(rest > 0 ? [`${file}: and ${rest} more`] : [])].join("\n"));
}

/** DUPLICATE_KEY: "duplicate key". */
const inWords = (code: string): string => code.toLowerCase().replaceAll("_", " ");

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

/** Whether it is meant as a configuration: what is not may be a secret, the keys of which are not to be repeated. */
const hasNearKey = ({ contents }: Document): boolean =>
  isMap(contents) && contents.items.some(({ key }) => isScalar(key) && isNearKey(String(key.value)));

function toData(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw new UsageError(`${file}: not sound YAML: aliases that lead nowhere, or to too much`);
  }
}

type Issue = v.InferIssue<typeof configurationSchema>;

/** About a key that is too much or missing; the message names it. */
const isOnKeys = ({ type, expected, received }: Issue): boolean =>
  type === "strict_object" && (expected === "never" || received === "undefined");

/** Keys and indexes on the way to what is wrong. */
const keysOf = (issue: Issue): readonly (string | number)[] => {
  const keys = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  return isOnKeys(issue) && issue.expected !== "never" ? keys.slice(0, -1) : keys;
};

/** `waivers[0].until: "soon" is not a day`. */
function describe(issue: Issue, isConfiguration: boolean): string {
  const place = keysOf(issue)
    .map((key) =>
      typeof key === "number" ? `[${key}]` : plainKey.test(key) ? `.${key}` : `[${shown(key).trim() || "…"}]`,
    )
    .join("")
    .replace(/^\./, "");
  if (!isConfiguration && isOnKeys(issue)) return issue.message;
  if (place === "") return `it ${issue.message}`;
  const value = isOnKeys(issue) || typeof issue.input === "object" ? "" : shown(issue.input);
  return `${place}: ${value}${issue.message}`;
}

/** What can stand in a message as it is. */
const plainKey = /^[\w$*/<-]{1,40}$/;

/** Longest value that is repeated: none of an option is longer, and a secret in its place may be. */
const SHOWN = 40;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN || looksLikeContent(text) ? "" : `${text} `;
}

/** Where it stands: a key, if it is about the key, else the value. */
function offsetOf(document: Document, issue: Issue): number {
  const keys = keysOf(issue);
  const isOnKey = issue.path?.at(-1)?.origin === "key" && (!isOnKeys(issue) || issue.expected === "never");
  if (isOnKey) {
    const parent = document.getIn(keys.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === keys.at(-1)) : undefined;
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  const node = keys.length === 0 ? document.contents : document.getIn(keys, true);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
