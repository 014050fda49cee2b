import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "./property.ts";
import { children, content, DerError, fields, inner, innerOfTag, readDer, TAG, whole } from "../../src/pki/der.ts";
import { readInteger } from "../../src/pki/der-values.ts";
import { encode, encodeInteger } from "../../src/pki/der-writer.ts";
import { digits, errorOf, hex, irregular, readHex } from "./hand-made.ts";

describe("elements", () => {
  test.each([
    ["short length", "0403010203", [0x04, 2, 5], []],
    ["no content", "3000", [0x30, 2, 2], []],
    ["length of one octet", `04 8180 ${"00".repeat(128)}`, [0x04, 3, 131], []],
    ["length of two octets", `04 820100 ${"00".repeat(256)}`, [0x04, 4, 260], []],
    ["length that could be short", "04 8101 00", [0x04, 3, 4], ["a length that is not in its shortest form"]],
    ["length with zeros", "04 83000001 00", [0x04, 5, 6], ["a length that is not in its shortest form"]],
    ["tag of several octets", "bf 8101 01 00", [0xbf, 4, 5], []],
    ["a byte after the end", "0500 00", [0x05, 2, 2], ["1 byte after the end of the structure"]],
    ["bytes after the end", "0500 0000", [0x05, 2, 2], ["2 bytes after the end of the structure"]],
    ["indefinite length", "3080 0500 0000", [0x30, 2, 6], ["a length that is indefinite: BER, not DER"]],
    [
      "indefinite lengths",
      "3080 3080 0500 0000 0000 05",
      [0x30, 2, 10],
      ["a length that is indefinite: BER, not DER", "1 byte after the end of the structure"],
    ],
  ] as const)("%s", (_, bytes, expected, irregularities) => {
    const element = readHex(bytes);
    expect([element.tag, element.contentStart, element.end]).toEqual(expected);
    expect(irregular(element)).toEqual(irregularities);
  });

  test.each([
    ["nothing", "", "0: ends in the middle of an element"],
    ["a tag alone", "30", "1: ends in the middle of an element"],
    ["an unfinished tag", "bf81", "2: ends in the middle of an element"],
    ["an unfinished length", "308201", "3: ends in the middle of an element"],
    ["an indefinite length of a value", "0480 0000", "0: an indefinite length of an element without parts"],
    ["an indefinite length without its end", "3080 0500", "4: ends in the middle of an element"],
    ["an indefinite length with half its end", "3003 3080 00", "5: ends in the middle of an element"],
    ["many indefinite lengths in each other", "3080".repeat(100), "128: more than 64 levels of indefinite length"],
    ["more elements than anything has", "3083061a80" + "0500".repeat(200_000), "400003: more than 200000 elements"],
    ["a length of five octets", "30850000000001 00", "0: a length of 5 octets, more than any file can have"],
    ["content cut off", "0403 0102", "0: truncated: an element declares 3 bytes, only 2 are there"],
    ["content of a child cut off", "3003 0402 01", "2: truncated: an element declares 2 bytes, only 1 are there"],
  ] as const)("%s is an error with its place", (_, bytes, expected) => {
    expect(errorOf(() => children(readHex(bytes)))).toBe(expected);
  });

  test.each([
    ["a length of 4 GiB", "3084ffffffff", "0: truncated: an element declares 4294967295 bytes, only 0 are there"],
    ["a tag without an end", "bf" + "ff".repeat(20), "21: ends in the middle of an element"],
    ["an end of contents beyond the element around it", "3004 3080 0500 0000", "6: ends in the middle of an element"],
    ["an indefinite length inside what is too short", "3003 3080 05", "5: ends in the middle of an element"],
  ] as const)("%s is an error as well", (_, bytes, expected) => {
    expect(errorOf(() => children(readHex(bytes)))).toBe(expected);
  });

  const nested = (levels: number): string => "3080".repeat(levels) + "0000".repeat(levels);
  const empty = (elements: number): Uint8Array => encode(TAG.sequence, Buffer.alloc(2 * elements, hex("0500")));
  test.each<readonly [what: string, bytes: Uint8Array, isLimit: boolean | undefined]>([
    ["64 levels of indefinite length", hex(nested(64)), undefined],
    ["65", hex(nested(65)), true],
    ["199,999 elements in one", empty(199_999), undefined],
    ["200,000", empty(200_000), true],
    ["bytes that are cut off", hex("3003 0500"), false],
  ])("what costs too much is told from what is damaged: %s", (_, bytes, isLimit) => {
    let found: boolean | undefined;
    try {
      children(readDer(bytes));
    } catch (error) {
      found = error instanceof DerError && error.isLimit;
    }
    expect(found).toBe(isLimit);
  });

  test("of many irregularities fifty are kept, of indefinite lengths the first", () => {
    const short = encode(TAG.sequence, Buffer.alloc(3 * 60, hex("058100")));
    const root = readDer(short);
    children(root);
    expect(irregular(root).length).toBe(50);
    const indefinite = readHex("3080 3080 0000 3080 0000 0000");
    children(indefinite).forEach(children);
    expect(irregular(indefinite)).toEqual(["a length that is indefinite: BER, not DER"]);
  });

  test("content and whole are views of the input", () => {
    const bytes = hex("30050403010203");
    const [child] = children(readDer(bytes));
    if (child === undefined) throw new Error("no child");
    expect([digits(content(child)), digits(whole(child))]).toEqual(["010203", "0403010203"]);
    expect(content(child).buffer).toBe(bytes.buffer);
  });

  test("what follows an inner element is an irregularity, after an explicit tag an error", () => {
    const octets = readHex("0404 0500 0000");
    expect(inner(octets, "x").tag).toBe(0x05);
    expect(irregular(octets)).toEqual(["2 bytes after x"]);
    expect(errorOf(() => innerOfTag(readHex("a004 0500 0000"), "x"))).toBe("4: 2 bytes after x");
  });
});

describe("fields", () => {
  test("are taken in order", () => {
    const parts = fields(readHex("3009 020101 0500 0402 0000"), "a thing");
    expect(parts.take(TAG.integer, "one").start).toBe(2);
    expect(parts.optional(TAG.boolean)).toBeUndefined();
    expect(parts.any("two").tag).toBe(0x05);
    expect(parts.optional(TAG.boolean, TAG.octetString)?.start).toBe(7);
    expect(parts.optional(TAG.integer)).toBeUndefined();
    expect(errorOf(() => parts.end())).toBe("no error");
  });

  test.each([
    ["another structure", "0500", "0: a thing expected, found tag 0x05"],
    ["another field", "3002 0500", "2: one expected, found tag 0x05"],
    ["no field", "3000", "2: a thing ends before one"],
    ["a field too many", "3005 020101 0500", "5: a thing has a field too many"],
  ] as const)("%s", (_, bytes, expected) => {
    const run = (): void => {
      const parts = fields(readHex(bytes), "a thing");
      parts.take(TAG.integer, "one");
      parts.end();
    };
    expect(errorOf(run)).toBe(expected);
  });
});

describe("the writer", () => {
  test("what it writes is read back, without irregularities", () => {
    expect(
      failureOf(
        fc.property(fc.uint8Array({ maxLength: 70_000 }), (bytes) => {
          const element = readDer(encode(TAG.octetString, bytes));
          expect(Buffer.compare(content(element), bytes)).toBe(0);
          expect(element.input.irregularities).toEqual([]);
        }),
        50,
      ),
    ).toBeUndefined();
  });

  test("integers keep their value and have no sign", () => {
    expect(
      failureOf(
        fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
          const magnitude = bytes.subarray(
            Math.max(
              0,
              bytes.findIndex((byte) => byte !== 0),
            ),
          );
          const isZero = bytes.every((byte) => byte === 0);
          const back = readInteger(readDer(encodeInteger(isZero ? new Uint8Array() : magnitude)), "n");
          expect([back.negative, digits(back.magnitude)]).toEqual([false, isZero ? "" : digits(magnitude)]);
        }),
        200,
      ),
    ).toBeUndefined();
  });
});
