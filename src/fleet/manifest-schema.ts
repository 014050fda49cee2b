/** A manifest's entry: what may be said of an appliance. One schema checks what YAML, JSON and CSV say. */
import * as v from "valibot";
import { hasBoundary } from "../bundle/content.ts";
import { nameKind, parseIp } from "../pki/dns-name.ts";
import { suggestion } from "../evaluation/selection.ts";
import { isForeign } from "./file-name.ts";

/** Messages are the end of a sentence that begins with the value. */
const text = v.pipe(
  v.string("is not a text: put it in quotes"),
  v.check((value) => value.trim() !== "", "is empty"),
  v.check((value) => !hasBoundary(value), "looks like the content of a file"),
);

const isName = (path: string): boolean => !isForeign(path) && !path.includes("\0");

const file = v.pipe(
  v.string("is not the name of a file"),
  v.nonEmpty("is empty"),
  v.check((value) => !hasBoundary(value), "looks like the content of a file, not like its name"),
  v.check(isName, "is not the name of a file"),
);

const source = v.pipe(
  v.string("is neither env:NAME nor file:PATH"),
  v.check((value) => !value.startsWith("pass:"), "would stand here for all to read: write env:NAME or file:PATH"),
  v.regex(/^(?:env|file):[^]/, "is neither env:NAME nor file:PATH"),
  v.check((value) => !value.startsWith("file:") || isName(value.slice("file:".length)), "is not the name of a file"),
);

const host = v.pipe(
  text,
  v.check((value) => ["domain", "bare"].includes(nameKind(value)), "is not a host name"),
);

const address = v.pipe(
  text,
  v.check((value) => parseIp(value) !== undefined, "is not an IP address"),
  v.transform((value) => parseIp(value) ?? value),
);

const entries = {
  name: v.exactOptional(text),
  certificate: file,
  key: v.exactOptional(file),
  chain: v.exactOptional(v.array(file)),
  passin: v.exactOptional(source),
  host: v.exactOptional(v.array(host)),
  addresses: v.exactOptional(v.array(address)),
  owner: v.exactOptional(text),
};

/** A manifest's text that was read. */
export interface ManifestText {
  /** What is said of each appliance, not checked. */
  readonly entries: readonly unknown[];
  /** `file:line` of what is said of one, or of a key in it. */
  readonly placeOf: (index: number, key?: string) => string;
  /** What an entry is called in messages, before a key. */
  readonly nameOf: (index: number) => string;
}

/** What may be said of an appliance. */
export const keys = Object.keys(entries) as readonly (keyof typeof entries)[];

/** What there may be several of. */
export const isList = (key: string): boolean => key === "chain" || key === "host" || key === "addresses";

const entrySchema = v.strictObject(entries, ({ expected, input }) =>
  expected === "never"
    ? strangeKey(String(input))
    : expected === null
      ? "is no appliance"
      : `lacks ${expected.replaceAll('"', "")}`,
);

/** What an entry says, as it was checked. */
export type Entry = v.InferOutput<typeof entrySchema>;

/** What is wrong with an entry: under a key, if it is about that. */
export interface Mistake {
  readonly key?: string;
  readonly value?: unknown;
  readonly message: string;
}

/** Checks an entry. What there may be several of may stand by itself. */
export function readEntry(data: unknown): Entry | readonly Mistake[] {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return [{ message: "is no appliance" }];
  const wrapped = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      isList(key) && !Array.isArray(value) ? [value as unknown] : (value as unknown),
    ]),
  );
  const result = v.safeParse(entrySchema, wrapped, { abortPipeEarly: true });
  if (result.success) return result.output;
  return result.issues.map(({ path, message, expected, received, input, type }): Mistake => {
    const key = path?.[0]?.key;
    // A missing key has no place of its own; nothing is repeated of what may be a passphrase.
    if (type === "strict_object" && expected !== "never" && received === "undefined") return { message };
    if (typeof key !== "string") return { message };
    const isShown = type !== "strict_object" && key !== "passin" && typeof input !== "object";
    return { key, message, ...(isShown && { value: input }) };
  });
}

/** Other words for keys. */
const synonyms: Readonly<Record<string, (typeof keys)[number]>> = {
  address: "addresses",
  ca: "chain",
  cert: "certificate",
  contact: "owner",
  crt: "certificate",
  fqdn: "host",
  hostname: "host",
  ip: "addresses",
  ips: "addresses",
  pass: "passin",
  passphrase: "passin",
  password: "passin",
  pem: "chain",
  privatekey: "key",
  team: "owner",
};

/** What to say of a key that there is not. */
export function strangeKey(key: string, known: readonly string[] = keys): string {
  const plain = key.replace(/[-_\s]/g, "").toLowerCase();
  const meant = known.find((name) => name === plain) ?? (Object.hasOwn(synonyms, plain) ? synonyms[plain] : undefined);
  const hint = meant !== undefined && known.includes(meant) ? `did you mean ${meant}?` : suggestion(plain, known);
  return `no such key; ${hint ?? `known here are ${known.join(", ")}`}`;
}
