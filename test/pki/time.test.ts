import { describe, expect, test } from "vitest";
import { DerError, readDer, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { formatDay, formatInstant, readTime } from "../../src/pki/time.ts";
import { text } from "./hand-made.ts";

const utc = TAG.utcTime;
const generalized = TAG.generalizedTime;

describe("a time", () => {
  test.each([
    ["a UTCTime", utc, "261121123456Z", "2026-11-21T12:34:56Z"],
    ["the last year of UTCTime", utc, "491231235959Z", "2049-12-31T23:59:59Z"],
    ["the first year of UTCTime", utc, "500101000000Z", "1950-01-01T00:00:00Z"],
    ["a leap day", utc, "240229000000Z", "2024-02-29T00:00:00Z"],
    ["a GeneralizedTime", generalized, "20500101000000Z", "2050-01-01T00:00:00Z"],
    ["no expiry, RFC 5280 section 4.1.2.5", generalized, "99991231235959Z", "9999-12-31T23:59:59Z"],
  ] as const)("%s", (_, tag, value, expected) => {
    const element = readDer(text(tag, value));
    const time = readTime(element, "notAfter");
    expect([formatInstant(time.at), time.text, element.input.irregularities]).toEqual([expected, value, []]);
  });

  test("a GeneralizedTime before 2050 is irregular, yet read", () => {
    const element = readDer(text(generalized, "20261121123456Z"));
    expect(formatInstant(readTime(element, "notAfter").at)).toBe("2026-11-21T12:34:56Z");
    expect(element.input.irregularities.map(({ message }) => message)).toEqual([
      "notAfter is before 2050 and yet a GeneralizedTime",
    ]);
  });

  test.each([
    ["no seconds", utc, "2611211234Z"],
    ["an offset", utc, "261121123456+0100"],
    ["no zone", utc, "261121123456"],
    ["four digits in a UTCTime", utc, "20261121123456Z"],
    ["fractions", generalized, "20500101000000.5Z"],
    ["a comma", generalized, "20500101000000,5Z"],
    ["two digits in a GeneralizedTime", generalized, "500101000000Z"],
    ["no zone", generalized, "20500101000000"],
    ["no seconds", generalized, "205001010000Z"],
    ["an offset", generalized, "20500101000000+0000"],
    ["month 13", utc, "261301000000Z"],
    ["month 0", utc, "260001000000Z"],
    ["day 0", utc, "260100000000Z"],
    ["31 November", utc, "261131000000Z"],
    ["29 February of no leap year", utc, "260229000000Z"],
    ["hour 24", utc, "261121240000Z"],
    ["minute 60", utc, "261121006000Z"],
    ["a leap second", utc, "161231235960Z"],
    ["letters", utc, "26112112345xZ"],
    ["blanks", utc, " 61121123456Z"],
    ["a line feed at the end", utc, "261121123456Z\n"],
    ["nothing", utc, ""],
  ] as const)("%s cannot be read", (_, tag, value) => {
    const element = readDer(text(tag, value));
    expect(readTime(element, "notAfter")).toEqual({ at: NaN, text: value, offset: 0 });
    expect(element.input.irregularities).toEqual([
      { message: "notAfter is not a time of the form RFC 5280 prescribes", offset: 0 },
    ]);
  });

  test("another type is an error", () => {
    expect(() => readTime(readDer(encode(TAG.integer, new Uint8Array(1))), "notAfter")).toThrow(DerError);
  });
});

test("days and moments", () => {
  expect(formatDay(Date.parse("2027-05-30T12:00:00Z"))).toBe("2027-05-30");
  expect(formatInstant(Date.parse("2027-05-30T12:00:00.250Z"))).toBe("2027-05-30T12:00:00Z");
});
