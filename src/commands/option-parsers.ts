/** What the values of options are: read, or refused with what to write instead. */
import { InvalidArgumentError } from "commander";
import { nameKind, parseIp } from "../pki/dns-name.ts";
import { parseDay } from "../pki/time.ts";

/** Of an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The same, with several values separated by commas. */
export const collectList = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(",").filter((part) => part !== ""),
];

export function collectHost(value: string, before: readonly string[] = []): readonly string[] {
  if (!["domain", "bare"].includes(nameKind(value))) throw new InvalidArgumentError("It is not a host name.");
  return collect(value, before);
}

export function collectIp(value: string, before: readonly string[] = []): readonly string[] {
  const address = parseIp(value);
  if (address === undefined) throw new InvalidArgumentError("It is not an IP address.");
  return collect(address, before);
}

/** Formats with their files, by what reads one or says what is wrong. */
export const collectOutputs =
  <Output>(parse: (text: string) => Output | string) =>
  (value: string, before: readonly Output[] = []): readonly Output[] => {
    const output = parse(value);
    if (typeof output === "string") throw new InvalidArgumentError(output);
    return [...before, output];
  };

export function wholeNumber(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError("It is not a whole number.");
  return Number(value);
}

/** A whole number within limits. */
export const between =
  (least: number, most: number) =>
  (value: string): number => {
    const number = wholeNumber(value);
    if (number < least || number > most) throw new InvalidArgumentError(`It is not between ${least} and ${most}.`);
    return number;
  };

/** A day (its beginning, UTC) or a moment with its time zone, in ISO 8601. */
export function instant(value: string): number {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)))?$/.exec(value) ?? [];
  const midnight = parseDay(day ?? "");
  const at = time === undefined ? midnight : Date.parse(value);
  if (Number.isNaN(midnight) || Number.isNaN(at))
    throw new InvalidArgumentError("Write it as 2026-11-21 or 2026-11-21T10:00:00Z.");
  return at;
}

/** A part of a fleet, such as 3/8. */
export function shard(value: string): string {
  const [, part = "", parts = ""] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(value) ?? [];
  if (part === "" || Number(part) > Number(parts))
    throw new InvalidArgumentError("Write it as 3/8: the third of eight parts.");
  return value;
}
