/** The two time types of certificates, RFC 5280 section 4.1.2.5. */
import { type Element, note, TAG, text, unexpected } from "./der.ts";

/** A point in time as a certificate writes it. */
export interface Time {
  /** Milliseconds since 1970-01-01 UTC; NaN if it cannot be read. */
  readonly at: number;
  /** As it stands in the certificate. */
  readonly text: string;
  /** Byte offset in the certificate. */
  readonly offset: number;
}

const patterns: Readonly<Record<number, RegExp>> = {
  [TAG.utcTime]: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/,
  [TAG.generalizedTime]: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/,
};

/** From this year on RFC 5280 asks for GeneralizedTime, before it for UTCTime. */
const GENERALIZED_TIME_FROM = 2050;

/**
 * A UTCTime or GeneralizedTime. Forms that RFC 5280 forbids (no seconds, an offset, fractions) are unreadable, as they
 * are to OpenSSL: they may be read as several different times.
 */
export function readTime(element: Element, what: string): Time {
  const pattern = patterns[element.tag];
  if (pattern === undefined) throw unexpected(element, what);
  const value = text(element, "latin1");
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = (pattern.exec(value) ?? [])
    .slice(1)
    .map(Number);
  const full = element.tag === TAG.utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(full, month - 1, day);
  date.setUTCHours(hour, minute, second);
  // A date that does not exist, such as 31 November, comes back as another one.
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) {
    note(element, `${what} is not a time of the form RFC 5280 prescribes`);
    return { at: NaN, text: value, offset: element.start };
  }
  if (element.tag === TAG.generalizedTime && full < GENERALIZED_TIME_FROM) {
    note(element, `${what} is before ${GENERALIZED_TIME_FROM} and yet a GeneralizedTime`);
  }
  return { at: date.getTime(), text: value, offset: element.start };
}

/** The beginning of a day that is written as 2027-05-30, in UTC; NaN if there is no such day. */
export function parseDay(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // JavaScript takes 31 November for 1 December.
  return !Number.isNaN(at) && formatDay(at) === text ? at : NaN;
}

/** A day, in milliseconds. */
export const DAY = 86_400_000;

/** A day as 2027-05-30. */
export function formatDay(at: number): string {
  const date = new Date(at);
  const year = String(date.getUTCFullYear()).padStart(4, "0");
  return `${year}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

/** Milliseconds since 1970 of what `formatInstant` writes; NaN for all else, of which Date.parse makes what it likes. */
export const parseInstant = (text: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : NaN;

/** A moment as 2027-05-30T12:00:00Z. V8's own toISOString looks up the time zone first, for milliseconds and in vain. */
export function formatInstant(at: number): string {
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  return `${formatDay(at)}T${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}Z`;
}

const twoDigits = (number: number): string => (number < 10 ? `0${number}` : `${number}`);

/** The moment of a time; as it stands in the certificate if it cannot be read. */
export const formatTime = ({ at, text }: Time): string => (Number.isNaN(at) ? text : formatInstant(at));
