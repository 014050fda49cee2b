/** Distinguished names, RFC 5280 section 4.1.2.4: their order, their string types, their comparison (section 7.1). */
import { isUtf8 } from "node:buffer";
import { children, content, DerError, type Element, fields, TAG, text, unexpected, whole } from "./der.ts";
import { readBitString, readOid } from "./der-values.ts";
import { oidName } from "./oid.ts";

/** One attribute of a name, such as CN=sensor.contoso.com. */
export interface Attribute {
  /** Dotted object identifier. */
  readonly oid: string;
  /** Short name (`CN`), or the dotted identifier. */
  readonly type: string;
  readonly value: string;
  /** Tag of the string type, as in `TAG`. */
  readonly tag: number;
  /** Byte offset in the certificate. */
  readonly offset: number;
}

/** A name in the order in which it is encoded. */
export interface Name {
  /** Sets of attributes; almost always of one each. */
  readonly rdns: readonly (readonly Attribute[])[];
  /** All attributes, flat. */
  readonly attributes: readonly Attribute[];
  /** The DER encoding. */
  readonly bytes: Uint8Array;
  /** Byte offset in the certificate. */
  readonly offset: number;
}

/** Reads a Name. */
export function readName(element: Element, what: string): Name {
  if (element.tag !== TAG.sequence) throw new DerError(`${what} is not a name`, element.start);
  const attributes: Attribute[] = [];
  const field = `an attribute of ${what}`;
  const rdns = children(element).map((rdn) => {
    if (rdn.tag !== TAG.set) throw new DerError(`${what} is not a sequence of sets`, rdn.start);
    return children(rdn).map((child) => {
      const attribute = readAttribute(child, field);
      attributes.push(attribute);
      return attribute;
    });
  });
  return { rdns, attributes, bytes: whole(element), offset: element.start };
}

function readAttribute(element: Element, what: string): Attribute {
  const parts = fields(element, what);
  const oid = readOid(parts.take(TAG.oid, "its type"));
  const value = parts.any("its value");
  parts.end();
  return { oid, type: oidName(oid), value: readString(value), tag: value.tag, offset: element.start };
}

/**
 * Types besides those of text that OpenSSL takes for a value: BIT STRING, SEQUENCE, and what it has no name for. It
 * refuses a certificate with any other, VisibleString among them.
 */
const otherValueTags: ReadonlySet<number> = new Set([
  TAG.bitString,
  TAG.sequence,
  0x07,
  0x08,
  0x09,
  0x0b,
  0x0d,
  0x0e,
  0x0f,
  0x1d,
]);

/** Text of the ASN.1 string types of names; of another type, its bytes as `#` and hexadecimal digits (RFC 4514). */
function readString(element: Element): string {
  switch (element.tag) {
    case TAG.utf8String: {
      const value = text(element, "utf8");
      // What stands for bytes that are no UTF-8 may as well stand for itself.
      if (value.includes("\ufffd") && !isUtf8(content(element)))
        throw new DerError("a UTF8String that is not UTF-8", element.start);
      return value;
    }
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.numericString:
    // T.61 proper is written by nobody: like OpenSSL, read it as Latin-1.
    case TAG.teletexString:
      return text(element, "latin1");
    case TAG.bmpString: {
      const bytes = Buffer.from(content(element));
      if (bytes.length % 2) throw new DerError("a BMPString of odd length", element.start);
      return bytes.swap16().toString("utf16le");
    }
    case TAG.universalString: {
      const bytes = Buffer.from(content(element));
      if (bytes.length % 4) throw new DerError("a UniversalString whose length is no multiple of four", element.start);
      let value = "";
      for (let i = 0; i < bytes.length; i += 4) {
        const point = bytes.readUInt32BE(i);
        if (point > 0x10ffff)
          throw new DerError("a UniversalString with a character outside of Unicode", element.start);
        value += String.fromCodePoint(point);
      }
      return value;
    }
    case TAG.bitString:
      readBitString(element, "the value of an attribute");
  }
  if (!otherValueTags.has(element.tag)) throw unexpected(element, "the value of an attribute");
  return `#${Buffer.from(whole(element)).toString("hex")}`;
}

/** All values of an attribute, by short name, in their order. */
export const values = (name: Name, type: string): string[] =>
  name.attributes.filter((a) => a.type === type).map((a) => a.value);

/** `C=US, O=Contoso Inc., CN=sensor.contoso.com`, in the order of the certificate; several in one set are joined by `+`. */
export const formatName = (name: Name): string =>
  name.rdns.map((rdn) => rdn.map(({ type, value }) => `${type}=${value}`).join("+")).join(", ") || "(an empty name)";

/** What people call the holder: the common name, else organisational unit, organisation, or the whole name. */
export function displayName(name: Name): string {
  for (const wanted of ["CN", "OU", "O"]) {
    const value = name.attributes.findLast(({ type }) => type === wanted)?.value.trim();
    if (value) return value;
  }
  return formatName(name);
}

/**
 * Whether two names are the same: case of ASCII letters, runs of blanks and the string type do not count, other
 * letters do (OpenSSL's reading of RFC 5280 section 7.1).
 */
export const sameName = (a: Name, b: Name): boolean =>
  Buffer.compare(a.bytes, b.bytes) === 0 || (a.rdns.length === b.rdns.length && isBelow(a, b));

/** Whether a name is this one, or begins with it: in the subtree of RFC 5280 section 4.2.1.10. */
export const isBelow = (name: Name, base: Name): boolean =>
  // The last set of a name is where most differ.
  base.rdns.length <= name.rdns.length &&
  base.rdns.findLastIndex((rdn, index) => !sameRdn(rdn, name.rdns[index] ?? [])) < 0;

function sameRdn(a: Rdn, b: Rdn): boolean {
  const [left, right] = [a[0], b[0]];
  // Sets of one attribute are as good as all.
  const isPlain = a.length === 1 && b.length === 1 && left !== undefined && right !== undefined;
  if (isPlain && left.oid !== right.oid) return false;
  if (isPlain && left.tag === right.tag && left.value === right.value) return true;
  return canonical(a) === canonical(b);
}

/** A text that is the same for names that are the same. */
export const canonicalName = (name: Name): string => name.rdns.map(canonical).join("\n");

const textTypes: ReadonlySet<number> = new Set([
  TAG.utf8String,
  TAG.printableString,
  TAG.ia5String,
  TAG.teletexString,
  TAG.bmpString,
  TAG.universalString,
]);

/** Whether an attribute has one of the string types whose text is compared. */
export const isText = ({ tag }: Attribute): boolean => textTypes.has(tag);

type Rdn = Name["rdns"][number];

/** Names are compared with many others while a path is searched. */
const canonicals = new WeakMap<Rdn, string>();

function canonical(rdn: Rdn): string {
  const known = canonicals.get(rdn);
  if (known !== undefined) return known;
  const [only, another] = rdn;
  // Sets of several begin with a bracket.
  const made =
    only !== undefined && another === undefined
      ? canonicalAttribute(only)
      : JSON.stringify(rdn.map(canonicalAttribute).toSorted());
  canonicals.set(rdn, made);
  return made;
}

const canonicalAttribute = (attribute: Attribute): string =>
  isText(attribute)
    ? `${attribute.oid}=${fold(attribute.value)}`
    : `${attribute.oid}#${attribute.tag} ${JSON.stringify(attribute.value)}`;

/** Without what does not count: case of ASCII letters, blanks at the ends, runs of blanks. */
function fold(value: string): string {
  const tidy = /[\t-\r]|^ |  | $/.test(value) ? value.replace(/[\t-\r ]+/g, " ").replace(/^ | $/g, "") : value;
  return tidy.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}
