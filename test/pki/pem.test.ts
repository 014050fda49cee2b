import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "./property.ts";
import { looksLikePem, readPem } from "../../src/pki/pem.ts";
import type { PemProblem } from "../../src/pki/pem-body.ts";
import { pem } from "../support/mint.ts";

const body = Buffer.alloc(96, 7).toString("base64");
const [first, second] = [body.slice(0, 64), body.slice(64)];
const block = (...lines: readonly string[]): string =>
  ["-----BEGIN X-----", ...lines, "-----END X-----", ""].join("\n");
const [BEGIN, END] = ["-----BEGIN X-----", "-----END X-----"];
const brief = ({ line, column, effect, message }: PemProblem): string =>
  `${line}${column === undefined ? "" : `:${column}`} ${effect}: ${message}`;
/** Length of what each block holds, or "none". */
const lengths = (text: string): (number | "none")[] => readPem(text).blocks.map(({ bytes }) => bytes?.length ?? "none");

describe("what is read without a word", () => {
  test.each<readonly [what: string, text: string, blocks: readonly number[]]>([
    ["a block", block(first, second), [96]],
    ["CRLF", block(first, second).replaceAll("\n", "\r\n"), [96]],
    ["no line end after END", block(first, second).trimEnd(), [96]],
    [
      "text before, between and after",
      `Bag Attributes\n${block(first, second)}subject=CN\n${block(first, second)}end\n`,
      [96, 96],
    ],
    ["blanks after the boundaries", block(first, second).replaceAll("-----\n", "----- \n"), [96]],
    ["an empty block", block(), [0]],
    ["headers", block("Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,00", "", first, second), [96]],
    ["nothing", "", []],
    ["dashes that are no boundary", "-----\n----- BEGIN -----\n", []],
  ])("%s", (_, text, blocks) => {
    expect([lengths(text), readPem(text).problems.map(brief)]).toEqual([blocks, []]);
  });
});

describe("what is wrong, and where", () => {
  test.each<readonly [what: string, text: string, blocks: readonly (number | "none")[], problems: readonly string[]]>([
    ["a byte order mark", `\ufeff${block(first, second)}`, [96], ["1 tolerated: a byte order mark before the text"]],
    [
      "carriage returns alone",
      block(first, second).replaceAll("\n", "\r"),
      [96],
      ["1 refused: lines that end in a carriage return alone"],
    ],
    ["base64 in one line", block(body), [96], ["2 tolerated: lines of up to 128 characters, where RFC 7468 has 64"]],
    [
      "line ends of two kinds",
      block(first, second).replace("\n", "\r\n"),
      [96],
      ["2 tolerated: line ends of two kinds: CR LF before, LF here"],
    ],
    [
      "line ends of two kinds, the other way round",
      block(first, `${second}\r`),
      [96],
      ["3 tolerated: line ends of two kinds: LF before, CR LF here"],
    ],
    [
      "a whole block in one line",
      `${BEGIN} ${first} ${second} ${END}\n`,
      [96],
      ["1 refused: a whole block in one line: its line ends are lost"],
    ],
    [
      "line ends as in a string",
      `${BEGIN}\\n${first}\\r\\n${second}\\n${END}\\n`,
      [96],
      ["1 refused: a whole block in one line: its line ends are lost"],
    ],
    [
      "files joined without a line end",
      `${block(first, second).trimEnd()}${block(first, second)}`,
      [96, 96],
      ["4 refused: the END line and the BEGIN line after it are one: a line end is missing"],
    ],
    [
      "END beside base64",
      `${BEGIN}\n${first}\n${second}${END}\n`,
      [96],
      ["3 refused: the END line does not stand on a line of its own"],
    ],
    [
      "text beside BEGIN",
      `key: ${block(first, second)}`,
      [96],
      ["1 refused: the BEGIN line does not stand on a line of its own"],
    ],
    [
      "other dashes",
      pem("CERTIFICATE", new Uint8Array(96)).replace("-----BEGIN", "—–BEGIN"),
      [96],
      ["1 refused: the BEGIN line does not have five hyphens on either side of its label"],
    ],
    [
      "a hyphen too few",
      pem("CERTIFICATE", new Uint8Array(96)).replace("-----\n", "----\n"),
      [96],
      ["1 refused: the BEGIN line does not have five hyphens on either side of its label"],
    ],
    [
      "zeros at the end",
      `${block(first, second)}\0\0\x1a`,
      [96],
      ["5 tolerated: bytes that are no text, outside the blocks"],
    ],
    ["an indented boundary", ` ${block(first, second)}`, [96], ["1:1 refused: blanks before the BEGIN line"]],
    ["an empty line inside", block(first, "", second), [96], ["3 refused: an empty line inside the block"]],
    ["blanks at the end of a line", block(`${first} `, second), [96], ["2 tolerated: blanks at the end of the line"]],
    [
      "blanks at the end of lines",
      block(`${first} `, `${second}\t`),
      [96],
      ["2 tolerated: blanks at the end of 2 lines"],
    ],
    ["blanks before a line", block(first, `  ${second}`), [96], ["3:1 tolerated: blanks before the base64"]],
    [
      "a blank in a line",
      block(`${first.slice(0, 4)} ${first.slice(4)}`, second),
      [96],
      ["2:5 tolerated: a blank inside the base64"],
    ],
    [
      "a letter too many",
      block(first, `A${second}`),
      ["none"],
      ["4 unreadable: truncated: 129 base64 characters, which is no multiple of four"],
    ],
    [
      "padding in the middle",
      block("AA==", second),
      ["none"],
      ['2:3 unreadable: "=" is not a base64 character', '2:4 unreadable: "=" is not a base64 character'],
    ],
    [
      "characters that are none of base64",
      block(`A-${first.slice(2)}`, `“${second.slice(1)}`),
      ["none"],
      ['2:2 unreadable: "-" is not a base64 character', "3:1 unreadable: U+201C is not a base64 character"],
    ],
    [
      "ten of them",
      block("?".repeat(12)),
      ["none"],
      [
        '2:1 unreadable: "?" is not a base64 character, here and in 7 more places',
        "2:9 unreadable: 4 more characters from here on are not base64",
      ],
    ],
    [
      "no END",
      `-----BEGIN X-----\n${first}\n\n`,
      ["none"],
      ["2 unreadable: truncated: the block (unknown label) that begins at line 1 has no END line"],
    ],
    [
      "another BEGIN first",
      `-----BEGIN X-----\n${first}\n${block(first, second)}`,
      ["none", 96],
      ["3 unreadable: the block (unknown label) that begins at line 1 has no END line before this one"],
    ],
    [
      "another END",
      block(first, second).replace("END X", "END Y"),
      ["none"],
      ["4 unreadable: the block begins as (unknown label) at line 1 and ends as (unknown label)"],
    ],
    [
      "a BEGIN line cut off",
      "-----BEGIN CERTIFICATE",
      [],
      ["1 unreadable: a BEGIN line that is not a label between five dashes on either side"],
    ],
    ["END alone", "-----END X-----\n", [], ["1 unreadable: an END line without a BEGIN line: (unknown label)"]],
    [
      "the same in many lines",
      block(..."ABCDEFGH".split("").map((c) => ` ${c}`)),
      [6],
      ["2:1 tolerated: blanks before the base64, here and in 7 more places"],
    ],
  ])("%s", (_, text, blocks, problems) => {
    expect([lengths(text), readPem(text).problems.map(brief)]).toEqual([blocks, problems]);
  });
});

test("lines of a block and of its bytes", () => {
  const [only] = readPem(`text\n${block("A: b", "", first, second)}`).blocks;
  expect([only?.label, only?.line, only?.endLine, only?.headers.get("A")]).toEqual(["X", 2, 7, "b"]);
  expect([0, 47, 48, 95, 96].map((offset) => only?.lineAt(offset))).toEqual([5, 5, 6, 6, 7]);
});

test("what looks like PEM", () => {
  expect([block(), "-----BEGIN", "-----END X-----", ""].map(looksLikePem)).toEqual([true, false, true, false]);
});

describe("any text", () => {
  const piece = fc.constantFrom(
    "-----BEGIN X-----",
    "-----END X-----",
    "-----END Y-----",
    "\n",
    "\r",
    "\r\n",
    " ",
    "AAAA",
    "=",
    ":",
    "\ufeff",
    "-----",
    "é",
  );

  test("is read without an error, and every block and problem has a line of it", () => {
    expect(
      failureOf(
        fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
          const text = pieces.join("");
          const lines = text.split(/\r\n|\n|\r/).length;
          const { blocks, problems } = readPem(text);
          for (const { line } of [...blocks, ...problems]) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines);
          }
        }),
        1000,
      ),
    ).toBeUndefined();
  });

  test("what is written as PEM is read back", () => {
    expect(
      failureOf(
        fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
          const { blocks, problems } = readPem(pem("X", bytes));
          expect(Buffer.from(blocks[0]?.bytes ?? [])).toEqual(Buffer.from(bytes));
          expect(problems).toEqual(bytes.length === 0 ? problems : []);
        }),
        200,
      ),
    ).toBeUndefined();
  });

  // How long these may take is the test runner's own limit.
  test("what is refused is not lost behind many problems that are tolerated", () => {
    const wide = Array.from({ length: 60 }, (_, index) => block("A".repeat(68 + 4 * index)));
    const { problems } = readPem(wide.join("") + block("AAAA", "", "AAAA"));
    expect(problems.map(({ effect }) => effect).filter((effect) => effect !== "tolerated")).toEqual(["refused"]);
  });

  test("many problems are counted, and not all listed", () => {
    const { problems } = readPem("-----BEGIN X-----\n".repeat(50_000));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toMatchObject({ message: "49950 more problems from here on", effect: "unreadable" });
    expect(readPem(block(...Array<string>(100_000).fill(" A A "))).problems.length).toBeLessThan(10);
    for (const text of ["-", "-----", "BEGIN ", "-----BEGIN X", "-----END X-----", "\r", "\r\n\n", "\\n", " "])
      expect(readPem(text.repeat(100_000)).problems.length).toBeLessThan(52);
  });
});
