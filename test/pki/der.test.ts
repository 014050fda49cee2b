import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "./property.ts";
import {
  children,
  content,
  DerError,
  type Element,
  fields,
  inner,
  innerOfTag,
  readDer,
  TAG,
  whole,
} from "../../src/pki/der.ts";
import {
  innerOfBits,
  readBitString,
  readBoolean,
  readInteger,
  readMagnitude,
  readOid,
  readSmallInteger,
} from "../../src/pki/der-values.ts";
import { encode, encodeInteger } from "../../src/pki/der-writer.ts";
import { hex, oid } from "./hand-made.ts";

const digits = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const read = (text: string): Element => readDer(hex(text));
const irregular = ({ input }: Element): string[] => input.irregularities.map(({ message }) => message);

/** What comes of it, or offset and message of the DerError that is thrown. */
function resultOf<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof DerError) return `${error.offset}: ${error.message}`;
    throw error;
  }
}

const errorOf = (run: () => unknown): string => resultOf(() => void run()) ?? "no error";

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
    const element = read(bytes);
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
    expect(errorOf(() => children(read(bytes)))).toBe(expected);
  });

  test("content and whole are views of the input", () => {
    const bytes = hex("30050403010203");
    const [child] = children(readDer(bytes));
    if (child === undefined) throw new Error("no child");
    expect([digits(content(child)), digits(whole(child))]).toEqual(["010203", "0403010203"]);
    expect(content(child).buffer).toBe(bytes.buffer);
  });

  test("what follows an inner element is an irregularity, after an explicit tag an error", () => {
    const octets = read("0404 0500 0000");
    expect(inner(octets, "x").tag).toBe(0x05);
    expect(irregular(octets)).toEqual(["2 bytes after x"]);
    expect(errorOf(() => innerOfTag(read("a004 0500 0000"), "x"))).toBe("4: 2 bytes after x");
    expect(innerOfBits(read("0303 00 0500"), "x").start).toBe(3);
    expect(errorOf(() => innerOfBits(read("0303 01 0500"), "x"))).toBe("0: x does not end on a byte");
  });
});

describe("fields", () => {
  test("are taken in order", () => {
    const parts = fields(read("3009 020101 0500 0402 0000"), "a thing");
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
      const parts = fields(read(bytes), "a thing");
      parts.take(TAG.integer, "one");
      parts.end();
    };
    expect(errorOf(run)).toBe(expected);
  });
});

describe("values", () => {
  test.each([
    ["rsaEncryption", "06092a864886f70d010101", "1.2.840.113549.1.1.1"],
    ["root arcs 0 and 1", "060127", "0.39"],
    ["root arc 2", "06028837", "2.999"],
    [
      "a UUID, 128 bits",
      "0614 69 83 ffffffffffffffffffffffffffffffff ff7f",
      "2.25.340282366920938463463374607431768211455",
    ],
    ["no content", "0600", "0: an incomplete object identifier"],
    ["an unfinished arc", "06022a86", "0: an incomplete object identifier"],
    ["an arc that begins with zeros", "06032a8001", "0: an object identifier with a number that begins with zeros"],
    ["another tag", "02012a", "0: an object identifier expected, found tag 0x02"],
  ] as const)("object identifier: %s", (_, bytes, expected) => {
    expect(resultOf(() => readOid(read(bytes)))).toBe(expected);
  });

  test.each([
    ["zero", "020100", [false, ""]],
    ["one octet", "02017f", [false, "7f"]],
    ["a sign octet", "02020080", [false, "80"]],
    ["negative", "0201ff", [true, "ff"]],
    ["needless zeros", "02020001", "0: n is an integer that is not in its shortest form"],
    ["needless ones", "0202ff80", "0: n is an integer that is not in its shortest form"],
    ["no content", "0200", "0: n is an integer without content"],
    ["another tag", "040100", "0: n expected, found tag 0x04"],
  ] as const)("integer: %s", (_, bytes, expected) => {
    const result = resultOf(() => {
      const { negative, magnitude } = readInteger(read(bytes), "n");
      return [negative, digits(magnitude)];
    });
    expect(result).toEqual(expected);
  });

  test("the integer of a key may have zeros in front, and no sign", () => {
    expect(digits(readMagnitude(read("02030000ff"), "n"))).toBe("ff");
    expect(digits(readMagnitude(read("0202ff80"), "n"))).toBe("ff80");
    expect(errorOf(() => readMagnitude(read("0200"), "n"))).toBe("0: n is an integer without content");
  });

  test("a small integer", () => {
    expect(readSmallInteger(read("02030100ff"), "n")).toBe(65_791);
    expect(errorOf(() => readSmallInteger(read("0201ff"), "n"))).toBe("0: n is out of range");
    expect(errorOf(() => readSmallInteger(read("020701000000000000"), "n"))).toBe("0: n is out of range");
  });

  test.each([
    ["false", "010100", false, []],
    ["true", "0101ff", true, []],
    ["true in BER", "010101", true, ["b is a boolean encoded as 1"]],
  ] as const)("boolean: %s", (_, bytes, expected, irregularities) => {
    const element = read(bytes);
    expect(readBoolean(element, "b")).toBe(expected);
    expect(irregular(element)).toEqual(irregularities);
  });

  test.each([
    ["of no octet", "0100"],
    ["of two octets", "01020000"],
    ["of another tag", "020100"],
  ] as const)("boolean: %s is an error", (_, bytes) => {
    expect(errorOf(() => readBoolean(read(bytes), "b"))).toMatch(/^0: b expected/);
  });

  test.each([
    ["whole bytes", "030200f0", "0 f0"],
    ["unused bits", "030204f0", "4 f0"],
    ["no bits", "030100", "0 "],
    ["nine unused bits", "030209f0", "0: s has 9 unused bits"],
    ["unused bits of nothing", "030101", "0: s has 1 unused bits"],
    ["no content", "0300", "0: s expected, found tag 0x03"],
  ] as const)("bit string: %s", (_, bytes, expected) => {
    const result = resultOf(() => {
      const { unused, bytes: bits } = readBitString(read(bytes), "s");
      return `${unused} ${digits(bits)}`;
    });
    expect(result).toBe(expected);
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

  test("object identifiers", () => {
    expect(readOid(readDer(oid("1.3.6.1.4.1.311.60.2.1.3")))).toBe("1.3.6.1.4.1.311.60.2.1.3");
  });
});
