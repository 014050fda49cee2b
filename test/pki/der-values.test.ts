import * as asn1js from "asn1js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDer } from "../../src/pki/der.ts";
import {
  innerOfBits,
  readBitString,
  readBoolean,
  readInteger,
  readMagnitude,
  readOid,
  readSmallInteger,
} from "../../src/pki/der-values.ts";
import { digits, errorOf, integer, irregular, oid, readHex, resultOf } from "./hand-made.ts";
import { failureOf } from "./property.ts";

test.each([
  ["rsaEncryption", "06092a864886f70d010101", "1.2.840.113549.1.1.1"],
  ["root arcs 0 and 1", "060127", "0.39"],
  ["root arc 2", "06028837", "2.999"],
  [
    "a UUID, 128 bits",
    "0614 69 83 ffffffffffffffffffffffffffffffff ff7f",
    "2.25.340282366920938463463374607431768211455",
  ],
  ["the largest first number of root arc 1", "06014f", "1.39"],
  ["the smallest of root arc 2", "060150", "2.0"],
  ["a number that begins with ones", "06032aff7f", "1.2.16383"],
  ["no content", "0600", "0: an incomplete object identifier"],
  ["an unfinished arc", "06022a86", "0: an incomplete object identifier"],
  ["an arc that begins with zeros", "06032a8001", "0: an object identifier with a number that begins with zeros"],
  ["another tag", "02012a", "0: an object identifier expected, found tag 0x02"],
] as const)("object identifier: %s", (_, bytes, expected) => {
  expect(resultOf(() => readOid(readHex(bytes)))).toBe(expected);
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
    const { negative, magnitude } = readInteger(readHex(bytes), "n");
    return [negative, digits(magnitude)];
  });
  expect(result).toEqual(expected);
});

test("the integer of a key may have zeros in front, and no sign", () => {
  expect(digits(readMagnitude(readHex("02030000ff"), "n"))).toBe("ff");
  expect(digits(readMagnitude(readHex("0202ff80"), "n"))).toBe("ff80");
  expect(errorOf(() => readMagnitude(readHex("0200"), "n"))).toBe("0: n is an integer without content");
});

test("a small integer", () => {
  expect(readSmallInteger(readHex("020100"), "n")).toBe(0);
  expect(readSmallInteger(readHex("02030100ff"), "n")).toBe(65_791);
  expect(readSmallInteger(readHex("0207 00ffffffffffff"), "n")).toBe(2 ** 48 - 1);
  expect(errorOf(() => readSmallInteger(readHex("02020001"), "n"))).toMatch(/shortest form/);
  expect(errorOf(() => readSmallInteger(readHex("0201ff"), "n"))).toBe("0: n is out of range");
  expect(errorOf(() => readSmallInteger(readHex("020701000000000000"), "n"))).toBe("0: n is out of range");
});

test.each([
  ["false", "010100", false, []],
  ["true", "0101ff", true, []],
  ["true in BER", "010101", true, ["b is a boolean encoded as 1"]],
] as const)("boolean: %s", (_, bytes, expected, irregularities) => {
  const element = readHex(bytes);
  expect(readBoolean(element, "b")).toBe(expected);
  expect(irregular(element)).toEqual(irregularities);
});

test.each([
  ["of no octet", "0100"],
  ["of two octets", "01020000"],
  ["of another tag", "020100"],
] as const)("boolean: %s is an error", (_, bytes) => {
  expect(errorOf(() => readBoolean(readHex(bytes), "b"))).toMatch(/^0: b expected/);
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
    const { unused, bytes: bits } = readBitString(readHex(bytes), "s");
    return `${unused} ${digits(bits)}`;
  });
  expect(result).toBe(expected);
});

test("the single element inside a bit string", () => {
  expect(innerOfBits(readHex("0303 00 0500"), "x").start).toBe(3);
  const followed = readHex("0304 00 0500 00");
  expect([innerOfBits(followed, "x").start, irregular(followed)]).toEqual([3, ["1 byte after x"]]);
  expect(errorOf(() => innerOfBits(readHex("0303 01 0500"), "x"))).toBe("0: x does not end on a byte");
  expect(errorOf(() => innerOfBits(readHex("0301 00"), "x"))).toBe("3: ends in the middle of an element");
});

describe("second opinion", () => {
  const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

  test("asn1js reads the same object identifiers", () => {
    const arcs = fc.array(fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1)), { minLength: 1, maxLength: 6 });
    const property = fc.property(fc.constantFrom("0.39", "1.2", "2.5", "2.39"), arcs, (root, rest) => {
      const dotted = [root, ...rest].join(".");
      const { result } = asn1js.fromBER(buffer(oid(dotted)));
      expect([readOid(readDer(oid(dotted))), (result as asn1js.ObjectIdentifier).getValue()]).toEqual([dotted, dotted]);
    });
    expect(failureOf(property, 300)).toBeUndefined();
  });

  test("BigInt has the same integers", () => {
    const property = fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (bytes) => {
      const value = BigInt.asIntN(bytes.length * 8, BigInt(`0x${digits(bytes)}`));
      const isShortest = bytes.length === 1 || BigInt.asIntN((bytes.length - 1) * 8, value) !== value;
      const found = resultOf(() => readInteger(readDer(Buffer.from([2, bytes.length, ...bytes])), "n"));
      const isRead = typeof found !== "string";
      expect(isRead).toBe(isShortest);
      if (!isRead) return;
      expect(found.negative).toBe(value < 0n);
      if (!found.negative) expect(BigInt(`0x${digits(found.magnitude) || "0"}`)).toBe(value);
    });
    expect(failureOf(property, 500)).toBeUndefined();
  });

  test("what the tests write is read back", () => {
    for (const value of [0, 1, 127, 128, 255, 256, 65_535, 2_000_001, 2 ** 40])
      expect(readSmallInteger(readDer(integer(value)), "n")).toBe(value);
    expect(readOid(readDer(oid("1.3.6.1.4.1.311.60.2.1.3")))).toBe("1.3.6.1.4.1.311.60.2.1.3");
  });
});
