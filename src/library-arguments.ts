/**
 * What a caller of the library hands over, held to its type and copied. In JavaScript nobody else does: a misspelt option would
 * be no requirement at all, and bytes that are wiped before the answer is there would be judged half.
 */
import * as v from "valibot";
import { MAX_FILE_BYTES } from "./bundle/decode.ts";
import { editions } from "./defender.ts";
import { UsageError } from "./errors.ts";
import type { CheckOptions, OwnRequirements } from "./library-options.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import { failOns } from "./report/report.ts";
import { type Context, type Host, usualContext } from "./rule.ts";
import { didYouMean, meantWords } from "./spelling.ts";

/** An object of these fields and no others. */
export const exactly = <E extends v.ObjectEntries>(entries: E) =>
  v.strictObject(entries, ({ expected, received, input }) => {
    const known = Object.keys(entries);
    if (expected === "never")
      return `no such field; ${didYouMean(meantWords(String(input).replaceAll('"', ""), known)) ?? `there are ${known.join(", ")}`}`;
    return isMissing({ expected, received }) ? "missing" : "no object";
  });

/** Whether it is a field that is not there, and not the object itself. */
const isMissing = ({ expected, received }: Pick<v.BaseIssue<unknown>, "expected" | "received">): boolean =>
  received === "undefined" && expected !== "Object";

export const text = v.string("no text");
export const flag = v.boolean("neither true nor false");
export const count = v.pipe(
  v.number("no whole number"),
  v.safeInteger("no whole number"),
  v.minValue(0, "no whole number"),
);
export const listOf = <S extends v.GenericSchema>(one: S) => v.array(one, "no list");
const recordOf = <S extends v.GenericSchema>(one: S) => v.record(v.string(), one, "no object");

/** What an object of JavaScript is, also one of another realm, such as a test runner's, which is no instance of this one's. */
const classOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

const date = v.pipe(
  v.custom<Date>((value) => classOf(value) === "Date" && !Number.isNaN(Number(value)), "no valid date"),
  v.transform((value) => new Date(Number(value))),
);

/** A file as it was when the call was made, and no more of it than is looked at. */
const fileUpTo = (limit: number) =>
  v.pipe(
    v.object(
      {
        name: v.pipe(text, v.nonEmpty("empty")),
        content: v.custom<Uint8Array | string>(
          (value) => typeof value === "string" || classOf(value) === "Uint8Array",
          "neither bytes nor text",
        ),
      },
      (issue) => (isMissing(issue) ? "missing" : "no file"),
    ),
    v.transform(({ name, content }) => ({ name, bytes: bytesOf(content, limit) })),
  );

/** A file. */
export const file = fileUpTo(MAX_FILE_BYTES + 1);

/** A file, however large. */
export const largeFile = fileUpTo(Infinity);

/** What is left of a file: its name, and its bytes. */
export type TakenFile = v.InferOutput<typeof file>;

function bytesOf(content: Uint8Array | string, limit: number): Uint8Array {
  if (typeof content === "string") return Buffer.from(content.slice(0, limit));
  const { buffer, byteOffset, byteLength } = content;
  return new Uint8Array(buffer, byteOffset, Math.min(byteLength, limit)).slice();
}

/** Takes what was handed over for what it has to be. @throws UsageError that names the first place where it is not */
export function take<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const { issues, output } = v.safeParse(schema, value, { abortEarly: true });
  if (issues === undefined) return output;
  const [{ path = [], message }] = issues;
  const place = path.map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  throw new UsageError(`${place.slice(1) || what}: ${message}`);
}

const requirements = exactly({
  issuers: v.optional(listOf(text)),
  names: v.optional(listOf(text)),
  subject: v.optional(recordOf(listOf(text))),
  maximumLifetimeDays: v.optional(count),
  minimumKeySize: v.optional(count),
} satisfies Record<keyof OwnRequirements, v.GenericSchema>);

const options = exactly({
  at: v.optional(date),
  edition: v.optional(v.picklist(editions, `none of ${editions.join(", ")}`)),
  validation: v.optional(flag),
  allowSelfSigned: v.optional(flag),
  warnDays: v.optional(count),
  hosts: v.optional(listOf(text)),
  handshake: v.optional(flag),
  only: v.optional(listOf(text)),
  ignore: v.optional(listOf(text)),
  severity: v.optional(recordOf(text)),
  failOn: v.optional(v.picklist(failOns, `none of ${failOns.join(", ")}`)),
  requirements: v.optional(requirements),
} satisfies Record<keyof CheckOptions, v.GenericSchema>);

/** What callers said, as it was then. @throws UsageError for what is no option, or none of its values */
// Which rules there are, and how they can be weighed, is asked where they are chosen.
export const takeOptions = (value: unknown): CheckOptions => take(options, value, "options") as CheckOptions;

/** What rules are told besides the files. @throws UsageError for a host that is none */
export function contextOf(
  { edition, validation, allowSelfSigned, warnDays, hosts = [], requirements: own = {} }: CheckOptions,
  now: number,
  files: Context["files"],
): Context {
  return {
    now,
    edition: edition ?? usualContext.edition,
    validation: validation ?? usualContext.validation,
    allowSelfSigned: allowSelfSigned ?? usualContext.allowSelfSigned,
    warnDays: warnDays ?? usualContext.warnDays,
    hosts: hosts.map(hostOf),
    requirements: own,
    // Nobody is asked for anything, and who shares the machine is not known.
    inPipeline: true,
    files,
  };
}

function hostOf(value: string): Host {
  const address = parseIp(value);
  if (address !== undefined) return { kind: "address", value: address };
  if (!["domain", "bare"].includes(nameKind(value)))
    throw new UsageError("hosts: neither the name of a host nor an address");
  return { kind: "name", value };
}
