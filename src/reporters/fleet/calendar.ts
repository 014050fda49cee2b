/** When the certificates of a fleet expire: by months for a while, by years after that. */
import type { Tally } from "../../fleet/tally.ts";

/** A time, and how many certificates expire in it. */
export interface Period {
  /** `2027-05`, `2029`, or in words. */
  readonly label: string;
  readonly count: number;
  /** Before the month of the report. */
  readonly isPast: boolean;
  /** Its first and its last month. */
  readonly first: string;
  readonly last: string;
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
  const years = [...new Set(known.filter(({ number }) => number >= end).map(({ number }) => yearOf(number)))].toSorted(
    (a, b) => a - b,
  );
  const isLong = years.length > MAX_YEARS;
  const listed = isLong ? years.slice(0, MAX_YEARS - 1) : years;
  const later = years[listed.length];
  const periods: readonly (readonly [label: string, from: number, to: number])[] = [
    ["expired", 0, now],
    ...Array.from({ length: end - now }, (_, index) => [monthName(now + index), now + index, now + index + 1] as const),
    ...listed.map((year) => {
      const [from, to] = [Math.max(end, year * 12), (year + 1) * 12];
      return [from > year * 12 ? `rest of ${fourDigits(year)}` : fourDigits(year), from, to] as const;
    }),
    ...(later === undefined ? [] : [[`${fourDigits(later)} and later`, later * 12, LAST] as const]),
  ];
  return periods
    .map(([label, from, to]) => ({
      label,
      count: sum((number) => number >= from && number < to),
      isPast: from < now,
      first: monthName(from),
      last: monthName(to - 1),
    }))
    .filter(({ isPast, count }) => !isPast || count > 0);
}

/** The month after the last that there is in certificates. */
const LAST = 9999 * 12 + 12;

const monthNumber = (instant: string): number => Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;

const yearOf = (month: number): number => Math.floor(month / 12);

const monthName = (month: number): string =>
  `${fourDigits(yearOf(month))}-${String((month % 12) + 1).padStart(2, "0")}`;

const fourDigits = (year: number): string => String(year).padStart(4, "0");
