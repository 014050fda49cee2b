/** Globs of paths. */
import { array, assert, constantFrom, property, string } from "fast-check";
import picomatch from "picomatch";
import { expect, test } from "vitest";
import { globComplaint, globMatches } from "../../src/configuration/glob.ts";

test.each<[pattern: string, path: string, expected: boolean]>([
  ["sensor.crt", "sensor.crt", true],
  ["sensor.crt", "lab/sensor.crt", false],
  ["./lab/*.crt", "lab/sensor.crt", true],
  ["*.crt", "sensor.crt", true],
  ["*.crt", ".hidden.crt", true],
  ["*.crt", "lab/sensor.crt", false],
  ["lab/**", "lab/a/b/sensor.crt", true],
  ["lab/**", "laboratory/sensor.crt", false],
  ["lab/**", "lab", false],
  ["**", "sensor.crt", true],
  ["**", "../sensor.crt", false],
  ["**/*.crt", "sensor.crt", true],
  ["**/*.crt", "a/b/sensor.crt", true],
  ["**/*.crt", "../sensor.crt", false],
  ["*/sensor.crt", "../sensor.crt", false],
  ["../lab/*.crt", "../lab/sensor.crt", true],
  ["a/**/z.crt", "a/z.crt", true],
  ["a/**/z.crt", "a/b/c/z.crt", true],
  ["a/**/b/**/z", "a/b/x/b/z", true],
  ["a**z", "abz", true],
  ["a**z", "ab/z", false],
  ["{lab,test}/*.{crt,cer}", "test/sensor.cer", true],
  ["{lab,test}/*.{crt,cer}", "test/sensor.pem", false],
  ["a{b,{c,d{e,f}}}", "adf", true],
  ["a{b,}", "a", true],
  ["a{b}", "a{b}", true],
  ["\\{a,b}", "{a,b}", true],
  ["\\{a,b}{a,b}", "{a,b}b", true],
  ["{a\\,b,c}", "a,b", true],
  ["sensor-[0-9].crt", "sensor-7.crt", true],
  ["sensor-[0-9].crt", "sensor-x.crt", false],
  ["sensor-[!0-9].crt", "sensor-x.crt", true],
  ["[]a]", "]", true],
  ["a[b", "a[b", true],
  ["?.crt", "ü.crt", true],
  ["?.crt", "😀.crt", true],
  ["?.crt", ".crt", false],
  ["a?b", "a/b", false],
  ["\\*.crt", "*.crt", true],
  ["\\*.crt", "a.crt", false],
  ["a (1).crt", "a (1).crt", true],
  ["A.crt", "a.crt", false],
])("%s and %s", (pattern, path, expected) => {
  expect(globComplaint(pattern)).toBeUndefined();
  expect(globMatches(pattern, path)).toBe(expected);
});

test.each<[what: string, pattern: string, complaint: string]>([
  ["exclusion", "!lab/**", "is more than *, **, ?, [a-z] and {a,b} can say"],
  ["an extended pattern", "+(a|aa).crt", "is more than *, **, ?, [a-z] and {a,b} can say"],
  ["a range", "sensor-{1..9}.crt", "is more than *, **, ?, [a-z] and {a,b} can say"],
  ["many alternatives", "{a,b}".repeat(12), "has more than 50 alternatives"],
  ["what has no end", "a".repeat(1001), "is longer than 1000 characters"],
])("%s is refused", (_what, pattern, complaint) => expect(globComplaint(pattern)).toBe(complaint));

test("as picomatch has it", () => {
  const name = string({ unit: constantFrom("a", "b", "."), minLength: 1, maxLength: 5 }).filter(
    (text) => !/^\.+$/.test(text),
  );
  const part = string({ unit: constantFrom("a", "b", ".", "*", "?"), minLength: 1, maxLength: 5 }).filter(
    (text) => !/^[.]+$|\*\*/.test(text),
  );
  assert(
    property(
      array(
        constantFrom("**", "*", "a").chain((one) => part.map((other) => (other.length > 3 ? one : other))),
        {
          minLength: 1,
          maxLength: 4,
          // picomatch takes the file lab for one in lab/**.
        },
      ).filter((parts) => parts.at(-1) !== "**"),
      array(name, { minLength: 1, maxLength: 4 }),
      (parts, names) => {
        const [pattern, path] = [parts.join("/"), names.join("/")];
        expect(globMatches(pattern, path), `${pattern} and ${path}`).toBe(picomatch(pattern, { dot: true })(path));
      },
    ),
  );
});

test.each([
  ["stars", "*a".repeat(400) + "b", "a".repeat(4000)],
  ["folders", "**/a/".repeat(190) + "b", "a/".repeat(2000)],
  ["braces", "{".repeat(900), "a"],
  ["commas", `{${",".repeat(900)}`, "a"],
])("%s without end take no long time", (_what, pattern, path) => {
  expect([globComplaint(pattern), globMatches(pattern, path)]).toEqual([undefined, false]);
});
