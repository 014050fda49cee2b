import { describe, expect, test } from "vitest";
import { DerError, readDer, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { displayName, formatName, type Name, readName, sameName, values } from "../../src/pki/name.ts";
import { commonName, hex, name, seq, text } from "./hand-made.ts";

const CN = "2.5.4.3";
const O = "2.5.4.10";
const C = "2.5.4.6";
const { utf8String, printableString, teletexString, ia5String, bmpString, universalString, numericString } = TAG;
const read = (bytes: Uint8Array): Name => readName(readDer(bytes), "the subject");
const utf8 = (value: string): Uint8Array => encode(utf8String, Buffer.from(value));
const bmp = (value: string): Uint8Array => encode(bmpString, Buffer.from(value, "utf16le").swap16());

describe("string types", () => {
  test.each([
    ["UTF8String", utf8("Zürich ☂ 𝄞"), "Zürich ☂ 𝄞"],
    ["PrintableString", text(printableString, "Contoso"), "Contoso"],
    ["IA5String", text(ia5String, "a@contoso.com"), "a@contoso.com"],
    ["NumericString", text(numericString, "12 34"), "12 34"],
    ["TeletexString, as Latin-1", text(teletexString, "Z\xfcrich"), "Zürich"],
    ["BMPString", bmp("Zürich ☂"), "Zürich ☂"],
    ["UniversalString", encode(universalString, hex("0000005a 0001d11e")), "Z𝄞"],
    ["nothing", utf8(""), ""],
    ["a NUL", utf8("a\0b"), "a\0b"],
    ["BIT STRING, which is no text", encode(TAG.bitString, hex("00ff")), "#030200ff"],
    ["SEQUENCE, which is no text", seq(), "#3000"],
  ] as const)("%s", (_, value, expected) => {
    const { attributes } = read(name([[CN, value]]));
    expect(attributes.map((a) => [a.type, a.value, a.tag])).toEqual([["CN", expected, value[0]]]);
  });

  test.each([
    ["UTF-8 cut off", encode(utf8String, hex("c3")), "a UTF8String that is not UTF-8"],
    ["Latin-1 in a UTF8String", encode(utf8String, hex("5afc72")), "a UTF8String that is not UTF-8"],
    ["BMPString of odd length", encode(bmpString, hex("004100")), "a BMPString of odd length"],
    ["UniversalString cut off", encode(universalString, hex("0041")), "a UniversalString whose length is no multiple"],
    ["no such character", encode(universalString, hex("00110000")), "a UniversalString with a character outside of"],
    ["BIT STRING of nine unused bits", encode(TAG.bitString, hex("09ff")), "the value of an attribute has 9"],
    ["VisibleString", text(TAG.visibleString, "x"), "the value of an attribute expected, found tag 0x1a"],
    ["INTEGER", hex("020101"), "the value of an attribute expected, found tag 0x02"],
    ["context-specific", hex("8c0141"), "the value of an attribute expected, found tag 0x8c"],
  ] as const)("%s is refused, as OpenSSL refuses it", (_, value, expected) => {
    expect(() => read(name([[CN, value]]))).toThrow(expected);
  });
});

describe("structure", () => {
  const both = name(
    [[C, text(printableString, "US")]],
    [
      [O, utf8("Contoso")],
      [CN, utf8("sensor")],
    ],
    [[CN, utf8("b")]],
  );

  test("several attributes in one set, several of one type, in their order", () => {
    const subject = read(both);
    expect(subject.rdns.map((rdn) => rdn.map(({ type }) => type))).toEqual([["C"], ["O", "CN"], ["CN"]]);
    expect(formatName(subject)).toBe("C=US, O=Contoso+CN=sensor, CN=b");
    expect(values(subject, "CN")).toEqual(["sensor", "b"]);
    expect(displayName(subject)).toBe("b");
    expect(Buffer.from(subject.bytes)).toEqual(Buffer.from(both));
  });

  test.each([
    ["no common name", name([[O, utf8("Contoso")]]), "Contoso"],
    [
      "a blank common name",
      name([
        [O, utf8("Contoso")],
        [CN, utf8("  ")],
      ]),
      "Contoso",
    ],
    ["nothing but a country", name([[C, utf8("US")]]), "C=US"],
    ["an attribute that has no name here", name([["1.2.3.4", utf8("x")]]), "1.2.3.4=x"],
    ["an empty name", name(), "(an empty name)"],
  ] as const)("display: %s", (_, bytes, expected) => {
    expect(displayName(read(bytes))).toBe(expected);
  });

  test.each([
    ["no sequence", utf8("x"), "the subject is not a name"],
    ["no set", seq(utf8("x")), "the subject is not a sequence of sets"],
    ["no attribute", seq(encode(TAG.set, utf8("x"))), "an attribute of the subject expected, found tag 0x0c"],
    ["no value", seq(encode(TAG.set, seq(hex("0603550403")))), "an attribute of the subject ends before its value"],
    ["two values", seq(encode(TAG.set, seq(hex("0603550403"), utf8("a"), utf8("b")))), "has a field too many"],
  ] as const)("%s", (_, bytes, expected) => {
    expect(() => read(bytes)).toThrow(expected);
    expect(() => read(bytes)).toThrow(DerError);
  });
});

describe("sameName", () => {
  const plain = commonName("Contoso CA");
  test.each([
    ["itself", plain, plain, true],
    ["another case", plain, commonName("CONTOSO ca"), true],
    ["another string type", plain, commonName("Contoso CA", printableString), true],
    ["BMPString", plain, name([[CN, bmp("Contoso CA")]]), true],
    ["TeletexString with an umlaut", commonName("Zürich"), name([[CN, text(teletexString, "Z\xfcrich")]]), true],
    ["blanks around and runs of blanks", plain, commonName("  Contoso \t  CA "), true],
    ["a no-break space is no blank", plain, commonName("Contoso\u00a0CA"), false],
    ["blanks taken away", plain, commonName("ContosoCA"), false],
    ["case of other letters counts", commonName("ÄRGER"), commonName("ärger"), false],
    ["the Kelvin sign is no k", commonName("k"), commonName("\u212a"), false],
    ["another value", plain, commonName("Contoso CA 2"), false],
    ["NumericString is compared as it is", name([[CN, text(numericString, "1")]]), commonName("1"), false],
    ["another type", plain, name([[O, utf8("Contoso CA")]]), false],
    ["another order", name([[C, utf8("US")]], [[O, utf8("a")]]), name([[O, utf8("a")]], [[C, utf8("US")]]), false],
    [
      "another order in one set",
      name([
        [C, utf8("US")],
        [O, utf8("a")],
      ]),
      name([
        [O, utf8("a")],
        [C, utf8("US")],
      ]),
      true,
    ],
    [
      "one set or two",
      name([
        [C, utf8("US")],
        [O, utf8("a")],
      ]),
      name([[C, utf8("US")]], [[O, utf8("a")]]),
      false,
    ],
    ["one attribute more", plain, name([[CN, utf8("Contoso CA")]], [[O, utf8("a")]]), false],
    ["two empty names", name(), name(), true],
  ] as const)("%s", (_, a, b, expected) => {
    expect(sameName(read(a), read(b))).toBe(expected);
    expect(sameName(read(b), read(a))).toBe(expected);
  });
});
