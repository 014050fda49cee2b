/** Reads certcheck.config, YAML or JSON: what is wrong with it is said with line and column. */
import * as v from "valibot";
import { type Document, isMap, isScalar, isSeq } from "yaml";
import { type Configuration, configurationSchema, isNearKey } from "./configuration.ts";
import { repeatable } from "../bundle/content.ts";
import { UsageError } from "../errors.ts";
import { readYamlText } from "./yaml-text.ts";

/** What is wrong with several places is listed up to here. */
const LISTED = 10;
/** Mistakes of which the first are looked for: finding the place of each takes as long as the list is that it is in. */
const LOCATED = 1000;

/** Reads the text of a configuration; `file` is its name in messages. @throws UsageError */
export function readConfiguration(file: string, text: string): Configuration {
  const { document, data, at, offsetOf } = readYamlText(file, text);
  if (isSeq(document.contents)) throw new UsageError(`${at(0)}: a list is not a set of options`);
  // An empty file says nothing, which is not wrong.
  const result = v.safeParse(configurationSchema, data ?? {}, { abortPipeEarly: true });
  if (result.success) return result.output;
  const isConfiguration = hasNearKey(document);
  const messages = result.issues
    .slice(0, LOCATED)
    .map((issue) => ({ offset: offsetOf(...placeOf(issue)), message: describe(issue, isConfiguration) }))
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => `${at(offset)}: ${message}`);
  const rest = result.issues.length - LISTED;
  throw new UsageError([...messages.slice(0, LISTED), ...(rest > 0 ? [`${file}: and ${rest} more`] : [])].join("\n"));
}

/** Whether it is meant as a configuration: what is not may be a secret, the keys of which are not to be repeated. */
const hasNearKey = ({ contents }: Document): boolean =>
  isMap(contents) && contents.items.some(({ key }) => isScalar(key) && isNearKey(String(key.value)));

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
      typeof key === "number" ? `[${key}]` : plainKey.test(key) ? `.${key}` : `[${repeatable(key).trim() || "…"}]`,
    )
    .join("")
    .replace(/^\./, "");
  if (!isConfiguration && isOnKeys(issue)) return issue.message;
  if (place === "") return `it ${issue.message}`;
  const value = isOnKeys(issue) || typeof issue.input === "object" ? "" : repeatable(issue.input);
  return `${place}: ${value}${issue.message}`;
}

/** What can stand in a message as it is. */
const plainKey = /^[\w$*/<-]{1,40}$/;

/** Where it stands: a key, if it is about the key, else the value. */
function placeOf(issue: Issue): readonly [keys: readonly (string | number)[], part: "key" | "value"] {
  const isOnKey = issue.path?.at(-1)?.origin === "key" && (!isOnKeys(issue) || issue.expected === "never");
  return [keysOf(issue), isOnKey ? "key" : "value"];
}
