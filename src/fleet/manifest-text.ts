/** The text of a manifest, YAML, JSON or CSV: what it says of each appliance, and in which line. */
import { isUtf8 } from "node:buffer";
import { repeatableKey } from "../bundle/content.ts";
import { UsageError } from "../errors.ts";
import { endingOf } from "./file-name.ts";
import { type ManifestText, strangeKey } from "./manifest-schema.ts";

/** Largest manifest, in bytes. */
const MAX_BYTES = 128 * 1024 * 1024;
/** Largest one in YAML, which takes fifty times the memory, and much longer: 20,000 appliances. */
export const MAX_YAML_BYTES = 4 * 1024 * 1024;

/** Most aliases: all appliances may have one for their chain. What they stand for is shared, and never looked into deeply. */
const MAX_ALIASES = 1_000_000;

/** Reads the text by the ending of its name. @throws UsageError */
export async function readManifestText(file: string, read: (limit: number) => Uint8Array): Promise<ManifestText> {
  const ending = endingOf(file);
  const isYaml = ending === "yaml" || ending === "yml";
  const limit = isYaml ? MAX_YAML_BYTES : MAX_BYTES;
  const bytes = read(limit + 1);
  if (bytes.length > limit)
    throw new UsageError(
      `${file}: larger than ${limit / 1024 / 1024} MiB`,
      isYaml ? "larger manifests can be JSON or CSV" : "check a part at a time",
    );
  if (!isUtf8(bytes)) throw new UsageError(`${file}: not a text in UTF-8`, 'Excel writes one as "CSV UTF-8"');
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  if (ending === "csv") return (await import("./manifest-csv.ts")).readCsv(file, text);
  return isYaml ? readYaml(file, text) : readJson(file, text);
}

const nameOf = (index: number): string => `appliances[${index}]`;

async function readYaml(file: string, text: string): Promise<ManifestText> {
  const { readYamlText } = await import("../configuration/yaml-text.ts");
  const { data, at, offsetOf } = readYamlText(file, text, MAX_ALIASES);
  const { entries, above } = listIn(data, (key) => at(key === undefined ? 0 : offsetOf([key], "key")));
  return {
    entries,
    placeOf: (index, key) =>
      at(key === undefined ? offsetOf([...above, index], "value") : offsetOf([...above, index, key], "key")),
    nameOf,
  };
}

function readJson(file: string, text: string): ManifestText {
  const { entries } = listIn(parse(file, text), (key = "") => lineAt(file, text, text.indexOf(JSON.stringify(key))));
  return { entries, placeOf: (index, key) => lineAt(file, text, offsetIn(text, index, key)), nameOf };
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's words repeat the text, which may be a secret; only some versions say where in it they are.
    const [, offset] = /at position (\d+)/.exec(error instanceof Error ? error.message : "") ?? [];
    const place = offset === undefined ? file : lineAt(file, text, Number(offset));
    throw new UsageError(`${place}: not sound JSON`);
  }
}

const lineAt = (file: string, text: string, offset: number): string =>
  `${file}:${text.slice(0, Math.max(0, offset)).split("\n").length}`;

/** The list of appliances: the whole, or under its key. @throws UsageError */
function listIn(
  data: unknown,
  placeOf: (key?: string) => string,
): { readonly entries: readonly unknown[]; readonly above: readonly string[] } {
  if (Array.isArray(data)) return { entries: data, above: [] };
  if (typeof data !== "object" || data === null)
    throw new UsageError(`${placeOf()}: no list of appliances`, "certcheck fleet init <folder> writes a manifest");
  const root = data as Readonly<Record<string, unknown>>;
  const strange = Object.keys(root).find((key) => key !== ROOT && key !== "$schema");
  if (strange !== undefined && !(ROOT in root))
    // It may be anything, also a secret: its keys are not repeated.
    throw new UsageError(`${placeOf()}: a manifest has its list under the key ${ROOT}`);
  if (strange !== undefined)
    throw new UsageError(`${placeOf(strange)}: ${repeatableKey(strange)}: ${strangeKey(strange, [ROOT])}`);
  const entries = root[ROOT];
  if (!Array.isArray(entries)) throw new UsageError(`${placeOf(ROOT)}: ${ROOT} is no list`);
  return { entries, above: [ROOT] };
}

const ROOT = "appliances";

/** Where an appliance stands in a text of sound JSON, or what is said of it under a key. */
function offsetIn(text: string, wanted: number, key?: string): number {
  const quoted = JSON.stringify(key);
  const listDepth = /^\s*\[/.test(text) ? 1 : 2;
  let [depth, index, start] = [0, -1, 0];
  for (const { 0: token, 1: colon, index: at } of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/g)) {
    if (token === "{" || token === "[") depth++;
    if (depth === listDepth && (token === "[" || token === ",")) {
      if (index === wanted) break;
      index++;
      start = at + 1;
    }
    if (index === wanted && depth === listDepth + 1 && colon !== undefined && token.slice(0, -colon.length) === quoted)
      return at;
    if (token === "}" || token === "]") depth--;
  }
  return start + text.slice(start).search(/\S/);
}
