/** The tags of ASN.1 by their names, ITU-T X.680, and short values as text. */
import { DerError, type Element, readDer, TAG } from "../pki/der.ts";
import { readOid } from "../pki/der-values.ts";
import { encode } from "../pki/der-writer.ts";
import { formatTime, readTime } from "../pki/time.ts";
import type { Header } from "./asn1-header.ts";
import { namedOid, nameOf } from "./names.ts";

/**
 * How much of the values may be shown: `all` of what is public, `no octets` of what may have something private in its
 * OCTET STRINGs, and `names` of what may be a private key: identifiers with a name and the smallest numbers.
 */
export type Discretion = "all" | "no octets" | "names";

/** The attribute whose values are secret, RFC 2985 section 5.4.1, as it stands in a row. */
export const secretAttribute = namedOid("1.2.840.113549.1.9.7");

type Shape = Pick<Header, "tagClass" | "tagNumber">;

const universal: Readonly<Record<number, string>> = {
  1: "BOOLEAN",
  2: "INTEGER",
  3: "BIT STRING",
  4: "OCTET STRING",
  5: "NULL",
  6: "OBJECT IDENTIFIER",
  7: "ObjectDescriptor",
  8: "EXTERNAL",
  9: "REAL",
  10: "ENUMERATED",
  11: "EMBEDDED PDV",
  12: "UTF8String",
  13: "RELATIVE-OID",
  16: "SEQUENCE",
  17: "SET",
  18: "NumericString",
  19: "PrintableString",
  20: "TeletexString",
  21: "VideotexString",
  22: "IA5String",
  23: "UTCTime",
  24: "GeneralizedTime",
  25: "GraphicString",
  26: "VisibleString",
  27: "GeneralString",
  28: "UniversalString",
  30: "BMPString",
};

const classes: readonly string[] = ["UNIVERSAL ", "APPLICATION ", "", "PRIVATE "];

/** Greatest tag number of one octet; those of several may be bytes of a damaged key. */
const MAX_SHORT_TAG = 30;

/** The name of a tag. */
export function tagName({ tagClass, tagNumber }: Shape, discretion: Discretion): string {
  const known = tagClass === 0 ? universal[tagNumber] : undefined;
  if (known !== undefined) return known;
  const number = tagNumber > MAX_SHORT_TAG && discretion === "names" ? "…" : tagNumber;
  return `[${classes[tagClass] ?? ""}${number}]`;
}

/**
 * Octets of a value that is shown: serial numbers and key identifiers have 20, and the numbers of keys 24 or more, which are
 * shown nowhere, for a damaged file may have them in any place.
 */
const SHOWN_OCTETS = 21;
/** Characters that are shown of long texts. */
const SHOWN_CHARACTERS = 64;
/** Octets of a number that is written in decimal digits. */
const MAX_DECIMAL_OCTETS = 8;
/** Octets of a number that is shown wherever it stands: versions, the exponent 65537. */
const MAX_HARMLESS_OCTETS = 3;
/** What a primitive element holds, as far as it may be shown. */
export function readValue(
  shape: Shape,
  content: Uint8Array,
  discretion: Discretion,
): { readonly value?: string; readonly hidden?: true } {
  const tag = shape.tagClass === 0 ? shape.tagNumber : undefined;
  if (tag === TAG.null || content.length === 0) return {};
  const isNumber = tag === TAG.integer || tag === ENUMERATED;
  const isSmall = (isNumber || tag === TAG.boolean) && content.length <= MAX_HARMLESS_OCTETS;
  if (discretion === "names" && !isSmall && !(tag === TAG.oid && hasName(content))) return { hidden: true };
  if (discretion === "no octets" && (tag === TAG.octetString || tag === undefined)) return { hidden: true };
  const value = describe(tag, content);
  return value === undefined ? {} : { value };
}

const ENUMERATED = 0x0a;

/** An identifier that nobody has named may be made of the bytes of a damaged key. */
const hasName = (content: Uint8Array): boolean =>
  attempt(TAG.oid, content, (element) => nameOf(readOid(element)) !== readOid(element)) ?? false;

/** Nothing for what is too long: its length says as much. */
function describe(tag: number | undefined, content: Uint8Array): string | undefined {
  if (content.length > SHOWN_OCTETS && !mayBeLong(tag, content)) return undefined;
  switch (tag) {
    case TAG.boolean:
      return content[0] === 0 ? "FALSE" : "TRUE";
    case TAG.integer:
    case ENUMERATED:
      return describeNumber(content);
    case TAG.oid:
      return attempt(TAG.oid, content, (element) => namedOid(readOid(element))) ?? hexOf(content);
    case TAG.utcTime:
    case TAG.generalizedTime:
      return attempt(tag, content, (element) => formatTime(readTime(element, "a time"))) ?? hexOf(content);
    case TAG.bitString:
      return describeBits(content[0] ?? 0, content.subarray(1));
    case TAG.bmpString:
      return quoted(
        Buffer.from(content.subarray(0, content.length & ~1))
          .swap16()
          .toString("utf16le"),
      );
    case TAG.utf8String:
      return quoted(Buffer.from(content).toString("utf8"));
    case TAG.octetString:
      return hexOf(content);
    default:
      // Names of the context-specific kind are text as well: [2] of a DNS name, [6] of a URI.
      return isPrintable(content) ? quoted(Buffer.from(content).toString("latin1")) : hexOf(content);
  }
}

/** Bits are counted, and texts are cut. */
const mayBeLong = (tag: number | undefined, content: Uint8Array): boolean =>
  tag === TAG.bitString ||
  tag === TAG.bmpString ||
  tag === TAG.utf8String ||
  (tag !== TAG.integer && tag !== ENUMERATED && tag !== TAG.oid && tag !== TAG.octetString && isPrintable(content));

function describeNumber(content: Uint8Array): string {
  const digits = Buffer.from(content).toString("hex");
  if (content.length <= MAX_DECIMAL_OCTETS) return String(BigInt.asIntN(content.length * 8, BigInt(`0x${digits}`)));
  return `0x${digits}`;
}

function describeBits(unused: number, content: Uint8Array): string {
  const isShown = content.length > 0 && content.length <= SHOWN_OCTETS;
  return `${content.length * 8 - unused} bits${isShown ? `, ${hexOf(content)}` : ""}`;
}

const hexOf = (content: Uint8Array): string => Buffer.from(content).toString("hex");

const quoted = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `"${text.slice(0, SHOWN_CHARACTERS)}…"` : `"${text}"`;

const isPrintable = (content: Uint8Array): boolean => content.every((byte) => byte >= 0x20 && byte < 0x7f);

/** Reads octets as the content of an element with this tag. */
function attempt<T>(tag: number, content: Uint8Array, read: (element: Element) => T): T | undefined {
  try {
    return read(readDer(encode(tag, content)));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return undefined;
  }
}
