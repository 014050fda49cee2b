/** When the certificates of a fleet expire: by months for a while, by years after that. */
import type { Tally } from "../../fleet/tally.ts";

/** A time, and how many certificates expire in it. */
export interface Period {
  /** `2027-05`, `2029`, or in words. */
  readonly label: string;
  readonly count: number;
  /** Before the month of the report. */
  readonly isPast: boolean;
}

/** Years that are told apart. */
const MAX_YEARS = 5;

/** The periods in their order, months without any among them; nothing at either end. `at` is the time judged. */
export function calendar(months: Tally["months"], at: string, near = 12): readonly Period[] {
  const now = monthNumber(at);
  const known = Object.entries(months).map(([month, count]) => ({ number: monthNumber(month), count }));
  const sum = (isIn: (number: number) => boolean): number =>
    known.filter(({ number }) => isIn(number)).reduce((all, { count }) => all + count, 0);
  const isNear = ({ number }: { readonly number: number }): boolean => number >= now && number < now + near;
  const end = Math.max(...known.filter(isNear).map(({ number }) => number + 1), now);
  const monthly = Array.from({ length: end - now }, (_, index) => ({
    label: monthName(now + index),
    count: sum((number) => number === now + index),
  }));
  const years = [...new Set(known.filter(({ number }) => number >= end).map(({ number }) => yearOf(number)))].toSorted(
    (a, b) => a - b,
  );
  const isLong = years.length > MAX_YEARS;
  const listed = isLong ? years.slice(0, MAX_YEARS - 1) : years;
  const yearly = listed.map((year) => ({
    label: year === yearOf(end - 1) ? `rest of ${fourDigits(year)}` : fourDigits(year),
    count: sum((number) => number >= end && yearOf(number) === year),
  }));
  const from = years[listed.length] ?? 0;
  const later = isLong ? [{ label: `${fourDigits(from)} and later`, count: sum((n) => yearOf(n) >= from) }] : [];
  const past = sum((number) => number < now);
  return [
    ...(past > 0 ? [{ label: "expired", count: past, isPast: true }] : []),
    ...[...monthly, ...yearly, ...later].map((period) => ({ ...period, isPast: false })),
  ];
}

const monthNumber = (instant: string): number => Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;

const yearOf = (month: number): number => Math.floor(month / 12);

const monthName = (month: number): string =>
  `${fourDigits(yearOf(month))}-${String((month % 12) + 1).padStart(2, "0")}`;

const fourDigits = (year: number): string => String(year).padStart(4, "0");
