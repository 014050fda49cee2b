/** Facts that several kinds of things have, in words: keys and their digests, serial numbers, dates. */
import type { Period, PublicKeyFacts } from "../../inspection/inspection.ts";
import type { Style } from "../style.ts";
import { count, type Row, withColons } from "./layout.ts";

/** A digest stands on a line of its own, so that it can be copied whole. */
export const digestLines = (title: string, digest: string): string[] => [`  ${title}`, `    ${digest}`];

/** Those by which people compare keys; `command` is the one of openssl that reads such a file. */
export const keyDigestLines = ({ sha256, modulusMd5 }: PublicKeyFacts, command: "x509" | "req" | "rsa"): string[] => [
  ...digestLines("SHA-256 of the public key", withColons(sha256)),
  ...(modulusMd5 === undefined
    ? []
    : digestLines(`MD5 of the modulus, as openssl ${command} -noout -modulus | openssl md5`, modulusMd5)),
];

/** `RSA 2048, exponent 65537`. */
export const publicKeyText = ({ algorithm, bits, curve, exponent }: PublicKeyFacts): string =>
  [algorithm, curve ?? bits].filter((part) => part !== undefined).join(" ") +
  (exponent === undefined ? "" : `, exponent ${exponent}`);

/** Digits of a serial number that are small enough to be told in decimal as well. */
const DECIMAL_DIGITS = 16;

/** In hexadecimal digits, and in decimal ones if they are few. */
export const serialText = (digits: string): string =>
  digits.length <= DECIMAL_DIGITS ? `${digits} (decimal ${BigInt(`0x${digits}`)})` : digits;

/** The dates of a certificate, and what they mean now. */
export function periodRows(period: Period, { paint }: Style): Row[] {
  const { from, until = "", validity } = period;
  return [
    [
      "Valid from",
      validity === "not begun" ? `${from}: NOT YET VALID, ${inDays(period)}` : from,
      validity === "not begun" ? paint.bad : String,
    ],
    [
      "Valid until",
      validity === "expired" ? `${until}: EXPIRED${remaining(period, "")}` : until + remaining(period, "expired"),
      validity === "expired" ? paint.bad : String,
    ],
  ];
}

/** How long it is to the beginning. */
export const inDays = ({ days = 0 }: Period): string => `in ${count(days, "day")}`;

/** How long it is to the end, or how long ago that was; `past` is what it is called then. */
export function remaining({ validity, days = 0 }: Period, past: string): string {
  if (validity === "current") return `, ${count(days, "day")} left`;
  if (validity === "unreadable") return ", which is no date";
  if (validity !== "expired") return "";
  return past === "" ? ` ${count(days, "day")} ago` : `, ${past} ${count(days, "day")}`;
}
