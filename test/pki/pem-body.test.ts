import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PemBlock, type PemProblem, readBlock } from "../../src/pki/pem-body.ts";
import { digits } from "./hand-made.ts";
import { failureOf } from "./property.ts";

/** A block of these lines, the first of which is the second of the file. */
function read(...lines: readonly string[]): { readonly block: PemBlock; readonly problems: readonly string[] } {
  const problems: PemProblem[] = [];
  const body = lines.map((text, index) => ({ text, line: index + 2 }));
  const block = readBlock({ label: "X", line: 1, body }, lines.length + 2, problems);
  const brief = ({ line, column, effect, message }: PemProblem): string =>
    `${line}${column === undefined ? "" : `:${column}`} ${effect}: ${message}`;
  return { block, problems: problems.map(brief) };
}

const bytes = Buffer.from(Array.from({ length: 120 }, (_, index) => index));
const base64 = bytes.toString("base64").match(/.{1,64}/g) ?? [];

describe("headers", () => {
  const foreign = ["2 refused: headers that OpenSSL does not read"];
  const type = { "Proc-Type": "4,CLEAR" };
  test.each<
    readonly [lines: readonly string[], headers: Readonly<Record<string, string>>, problems: readonly string[]]
  >([
    [[], {}, []],
    [["Proc-Type: 4,ENCRYPTED", "DEK-Info: X,00", ""], { "Proc-Type": "4,ENCRYPTED", "DEK-Info": "X,00" }, []],
    [["Proc-Type:4,CLEAR", ""], type, foreign],
    [["Proc-Type:   4,CLEAR  ", " "], type, foreign],
    [["Proc-Type: 4,CLEAR", "a: b:c", ""], { ...type, a: "b:c" }, foreign],
    [["Proc-Type: 4,CLEAR", "a:", ""], { ...type, a: "" }, foreign],
    [["Proc-Type: 4,CLEAR", "a: 1", "a: 2", ""], { ...type, a: "2" }, foreign],
    [["Proc-Type: 4,CLEAR", "what", ": 2", ""], type, foreign],
    [["a: b", ""], { a: "b" }, foreign],
    [[" Proc-Type: 4,ENCRYPTED", " DEK-Info: X,00", ""], { "Proc-Type": "4,ENCRYPTED", "DEK-Info": "X,00" }, foreign],
    [["DEK-Info: X,00", "Proc-Type: 4,ENCRYPTED", ""], { "DEK-Info": "X,00", "Proc-Type": "4,ENCRYPTED" }, foreign],
  ])("%j", (lines, headers, expected) => {
    const { block, problems } = read(...lines, ...base64);
    expect(Object.fromEntries(block.headers)).toEqual(headers);
    expect(block.bytes && digits(block.bytes)).toBe(digits(bytes));
    expect(problems).toEqual(expected);
  });

  test("without an empty line after them, all lines are headers", () => {
    const { block } = read("Proc-Type: 4,CLEAR", ...base64);
    expect([block.headers.size, block.bytes?.length]).toEqual([1, 0]);
  });
});

describe("the line of a byte", () => {
  test.each<readonly [what: string, lines: readonly string[], expected: Readonly<Record<number, number>>]>([
    ["lines of 64 characters", base64, { 0: 2, 47: 2, 48: 3, 95: 3, 96: 4, 119: 4, 120: 5 }],
    ["behind headers", ["a: 1", "", ...base64], { 0: 4, 48: 5, 120: 7 }],
    ["blanks between", base64.map((line) => line.replace(/(.{10})/g, "$1 ")), { 0: 2, 47: 2, 48: 3 }],
    ["an empty line between", [base64[0] ?? "", "", ...base64.slice(1)], { 47: 2, 48: 4 }],
  ])("%s", (_, lines, expected) => {
    const { block } = read(...lines);
    expect(block.bytes && digits(block.bytes)).toBe(digits(bytes));
    for (const [offset, line] of Object.entries(expected))
      expect([offset, block.lineAt(Number(offset))]).toEqual([offset, line]);
  });
});

describe("what is wrong", () => {
  test.each<readonly [what: string, lines: readonly string[], isRead: boolean, problems: readonly string[]]>([
    [
      "one character too few",
      ["AAAA", "AAA"],
      false,
      ["4 unreadable: truncated: 7 base64 characters, which is no multiple of four"],
    ],
    [
      "padding inside",
      ["AA==", "AAAA"],
      false,
      ['2:3 unreadable: "=" is not a base64 character', '2:4 unreadable: "=" is not a base64 character'],
    ],
    ["three of it", ["AAAAA==="], false, ['2:6 unreadable: "=" is not a base64 character']],
    [
      "base64url",
      ["AA-_"],
      false,
      ['2:3 unreadable: "-" is not a base64 character', '2:4 unreadable: "_" is not a base64 character'],
    ],
    ["a character without a glyph", ["AA\u0000A"], false, ["2:3 unreadable: U+0000 is not a base64 character"]],
    ["an emoji", ["AA\u{1f600}A"], false, ["2:3 unreadable: U+1F600 is not a base64 character"]],
    [
      "a letter whose low byte is one of base64",
      ["AA\u0141A"],
      false,
      ["2:3 unreadable: U+0141 is not a base64 character"],
    ],
    ["a tabulator", ["AA\tAA", "AAAA"], true, ["2:3 tolerated: a blank inside the base64"]],
    [
      "blanks",
      ["  AA  AA  ", "AAAA"],
      true,
      ["2:1 tolerated: blanks before the base64", "2 tolerated: blanks at the end of the line"],
    ],
    ["an empty line", ["AAAA", "", "AAAA"], true, ["3 refused: an empty line inside the block"]],
    [
      "a line of 65 characters",
      ["A".repeat(65), "AAA"],
      true,
      ["2 tolerated: lines of up to 65 characters, where RFC 7468 has 64"],
    ],
    [
      "many characters",
      ["?".repeat(20)],
      false,
      [
        ...Array.from({ length: 8 }, (_, index) => `2:${index + 1} unreadable: "?" is not a base64 character`),
        "2:9 unreadable: 12 more characters from here on are not base64",
      ],
    ],
  ])("%s", (_, lines, isRead, problems) => {
    const found = read(...lines);
    expect([found.block.bytes !== undefined, found.problems]).toEqual([isRead, problems]);
  });
});

test("what is read is what Buffer reads, and nothing that it would have to guess", () => {
  const line = fc.string({ unit: fc.constantFrom("A", "b", "7", "+", "/", "=", " ", "\t", "-", "é"), maxLength: 12 });
  const property = fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
    const { block, problems } = read(...lines);
    const joined = lines.join("").replace(/\s/g, "");
    expect(block.bytes !== undefined).toBe(
      /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(joined),
    );
    if (block.bytes !== undefined) expect(digits(block.bytes)).toBe(digits(Buffer.from(joined, "base64")));
    else expect(problems.length).toBeGreaterThan(0);
  });
  expect(failureOf(property, 1000)).toBeUndefined();
});
