/** When certificates expire, by months and by years. */
import { expect, test } from "vitest";
import { calendar } from "../../../src/reporters/fleet/calendar.ts";

const AT = "2026-11-21T00:00:00Z";

/** Labels with their numbers. */
const written = (months: Readonly<Record<string, number>>, near?: number): string[] =>
  calendar(months, AT, near).map(({ label, count, isPast }) => `${label} ${count}${isPast ? " past" : ""}`);

test.each([
  ["nothing", {}, []],
  ["what is past is one", { "1999-01": 2, "2026-10": 1 }, ["expired 3 past"]],
  ["this month is none of the past", { "2026-11": 4 }, ["2026-11 4"]],
  ["months without any stand between", { "2027-01": 1 }, ["2026-11 0", "2026-12 0", "2027-01 1"]],
  ["after a year, years count", { "2027-10": 1, "2027-11": 2 }, [...empty(11), "2027-10 1", "rest of 2027 2"]],
  ["a whole year is its number", { "2028-01": 1, "2028-12": 2 }, ["2028 3"]],
  [
    "far years are one",
    Object.fromEntries(["2030", "2031", "2032", "2033", "2040", "9999"].map((year) => [`${year}-05`, 1])),
    ["2030 1", "2031 1", "2032 1", "2033 1", "2040 and later 2"],
  ],
  [
    "five years are told apart",
    Object.fromEntries(["2030", "2031", "2032", "2033", "2040"].map((year) => [`${year}-05`, 1])),
    ["2030 1", "2031 1", "2032 1", "2033 1", "2040 1"],
  ],
])("%s", (_what, months, expected) => expect(written(months)).toEqual(expected));

/** The first months of a report, without any certificate. */
function empty(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const month = (10 + index) % 12;
    return `${2026 + Math.floor((10 + index) / 12)}-${String(month + 1).padStart(2, "0")} 0`;
  });
}

test("no certificate is lost, and each month is in one period", () => {
  const months = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [
      `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
      index + 1,
    ]),
  );
  const periods = calendar(months, AT, 24);
  expect(periods.reduce((sum, { count }) => sum + count, 0)).toBe((400 * 401) / 2);
  for (const [month, count] of Object.entries(months)) {
    const own = periods.filter(({ first, last }) => first <= month && month <= last);
    expect(own).toHaveLength(1);
    expect(own[0]?.count).toBeGreaterThanOrEqual(count);
  }
});
