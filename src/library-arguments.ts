/**
 * What a caller of the library hands over, held to its type and copied. In JavaScript nobody else does: a misspelt option would
 * be no requirement at all, and bytes that are wiped before the answer is there would be judged half.
 */
import { MAX_FILE_BYTES } from "./bundle/decode.ts";
import { editions } from "./defender.ts";
import { UsageError } from "./errors.ts";
import type { CheckOptions, OwnRequirements, RulePattern } from "./library-options.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import { failOns } from "./report/report.ts";
import { type Context, type Host, usualContext } from "./rule.ts";
import { didYouMean, meantWords } from "./spelling.ts";

/** Takes a value for what it has to be; the place is what a message calls it. @throws UsageError */
export type Taker<T> = (value: unknown, place: string) => T;

export const text: Taker<string> = (value, place) => (typeof value === "string" ? value : refuse(place, "no text"));

export const flag: Taker<boolean> = (value, place) =>
  typeof value === "boolean" ? value : refuse(place, "neither true nor false");

export const count: Taker<number> = (value, place) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : refuse(place, "no whole number");

function date(value: unknown, place: string): Date {
  // One of another realm, such as a test runner's, is no instance of this one's Date.
  const time = Object.prototype.toString.call(value) === "[object Date]" ? Number(value) : Number.NaN;
  return Number.isNaN(time) ? refuse(place, "no valid date") : new Date(time);
}

const oneOf =
  <T extends string>(known: readonly T[]): Taker<T> =>
  (value, place) =>
    known.find((one) => one === value) ?? refuse(place, `none of ${known.join(", ")}`);

export const listOf =
  <T>(one: Taker<T>): Taker<readonly T[]> =>
  (value, place) =>
    Array.isArray(value)
      ? Array.from(value as readonly unknown[], (item, index) => one(item, `${place}[${index}]`))
      : refuse(place, "no list");

const recordOf =
  <T>(one: Taker<T>): Taker<Readonly<Record<string, T>>> =>
  (value, place) =>
    Object.fromEntries(
      Object.entries(objectOf(value, place)).map(([key, item]) => [key, one(item, `${place}.${key}`)]),
    );

/** An object of these fields and no others, of which some are needed; the prefix is put before their names. */
export const fields =
  <T extends object>(
    takers: { readonly [K in keyof T]-?: Taker<Exclude<T[K], undefined>> },
    needed: readonly (keyof T & string)[] = [],
    prefix = "",
  ): Taker<T> =>
  (value, place) => {
    const given = objectOf(value, place);
    const known = Object.keys(takers);
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new UsageError(
        `${place}: no such field: ${unknown}`,
        didYouMean(meantWords(unknown, known)) ?? `its fields are ${known.join(", ")}`,
      );
    const entries = Object.entries<Taker<unknown>>(takers).flatMap(([name, take]) => {
      const item = given[name];
      if (item === undefined && (needed as readonly string[]).includes(name)) return refuse(name, "missing");
      return item === undefined ? [] : [[name, take(item, `${prefix}${name}`)]];
    });
    return Object.fromEntries(entries) as T;
  };

/** A file as it was when the call was made. */
export interface TakenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file, of which no more is kept than is looked at. */
export const file: Taker<TakenFile> = (value, place) => takeFile(value, place, MAX_FILE_BYTES + 1);

/** A file, however large. */
export const largeFile: Taker<TakenFile> = (value, place) => takeFile(value, place, Infinity);

/** What callers said, as it was then. @throws UsageError for what is no option, or none of its values */
export const takeOptions: Taker<CheckOptions> = fields<CheckOptions>({
  at: date,
  edition: oneOf(editions),
  validation: flag,
  allowSelfSigned: flag,
  warnDays: count,
  hosts: listOf(text),
  handshake: flag,
  only: listOf(text) as Taker<readonly RulePattern[]>,
  ignore: listOf(text) as Taker<readonly RulePattern[]>,
  severity: recordOf(text) as Taker<NonNullable<CheckOptions["severity"]>>,
  failOn: oneOf(failOns),
  requirements: fields<OwnRequirements>(
    {
      issuers: listOf(text),
      names: listOf(text),
      subject: recordOf(listOf(text)),
      maximumLifetimeDays: count,
      minimumKeySize: count,
    },
    [],
    "requirements.",
  ),
});

/** What rules are told besides the files. @throws UsageError for a host that is none */
export function contextOf(options: CheckOptions, now: number, files: Context["files"]): Context {
  const { validation, allowSelfSigned, warnDays, hosts = [], requirements = {} } = options;
  const { edition = usualContext.edition } = options;
  return {
    now,
    edition,
    validation: validation ?? usualContext.validation,
    allowSelfSigned: allowSelfSigned ?? usualContext.allowSelfSigned,
    warnDays: warnDays ?? usualContext.warnDays,
    hosts: hosts.map(hostOf),
    requirements,
    // Nobody is asked for anything, and who shares the machine is not known.
    inPipeline: true,
    files,
  };
}

function takeFile(value: unknown, place: string, limit: number): TakenFile {
  const { name, content } = objectOf(value, place);
  if (typeof name !== "string" || name === "") return refuse(place, "a file needs a name");
  if (typeof content === "string") return { name, bytes: Buffer.from(content.slice(0, limit)) };
  if (!ArrayBuffer.isView(content) || Object.prototype.toString.call(content) !== "[object Uint8Array]")
    return refuse(place, "the content is neither bytes nor text");
  const { buffer, byteOffset, byteLength } = content;
  return { name, bytes: new Uint8Array(buffer, byteOffset, Math.min(byteLength, limit)).slice() };
}

function objectOf(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(place, "no object");
  return value as Readonly<Record<string, unknown>>;
}

function refuse(place: string, what: string): never {
  throw new UsageError(`${place}: ${what}`);
}

function hostOf(value: string): Host {
  const address = parseIp(value);
  if (address !== undefined) return { kind: "address", value: address };
  if (!["domain", "bare"].includes(nameKind(value)))
    throw new UsageError("hosts: neither the name of a host nor an address");
  return { kind: "name", value };
}
