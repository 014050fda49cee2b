/** General names, RFC 5280 section 4.2.1.6: what certificates have besides distinguished names. */
import { children, content, context, DerError, type Element, fields, innerOfTag, TAG, unexpected } from "./der.ts";
import { readOid } from "./der-values.ts";
import { formatName, type Name, readName } from "./name.ts";

const types = ["other", "email", "dns", "x400", "directory", "edi", "uri", "ip", "oid"] as const;

/** A GeneralName, with its text. */
export interface GeneralName {
  readonly type: (typeof types)[number];
  readonly value: string;
  /** The content octets. */
  readonly bytes: Uint8Array;
  /** What a directory name is. */
  readonly name?: Name;
  /** Byte offset in the certificate. */
  readonly offset: number;
}

/** Reads the elements of GeneralNames, which may have a tag of their own. */
export function readGeneralNames(element: Element, what: string, tag: number): GeneralName[] {
  if (element.tag !== tag) throw unexpected(element, what);
  return children(element).map((child) => readGeneralName(child, what));
}

/** Reads a GeneralName; `what` is what holds it. */
export function readGeneralName(element: Element, what: string): GeneralName {
  const type = (element.tag & 0xc0) === 0x80 ? types[element.tag & 0x1f] : undefined;
  if (type === undefined) throw new DerError(`${what} holds a name of an unknown type`, element.start);
  const name = type === "directory" ? readName(innerOfTag(element, "a directory name"), "a directory name") : undefined;
  return {
    type,
    value: name === undefined ? readText(type, element) : formatName(name),
    bytes: content(element),
    ...(name && { name }),
    offset: element.start,
  };
}

function readText(type: GeneralName["type"], element: Element): string {
  const bytes = Buffer.from(content(element));
  switch (type) {
    case "email":
    case "dns":
    case "uri":
      return bytes.toString("latin1");
    case "ip":
      return formatIp(bytes);
    case "oid":
      return readOid({ ...element, tag: TAG.oid });
    case "other":
      checkOther(element);
      return `#${bytes.toString("hex")}`;
    default:
      return `#${bytes.toString("hex")}`;
  }
}

/** A type, and a value of that type. */
function checkOther(element: Element): void {
  const parts = fields(element, "a name of another type", element.tag);
  readOid(parts.take(TAG.oid, "its type"));
  innerOfTag(parts.take(context(0), "its value"), "its value");
  parts.end();
}

/** An address of 4 or 16 bytes in its usual notation (RFC 5952 for IPv6); of another length, hexadecimal digits. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const digits = Buffer.from(bytes).toString("hex");
  if (bytes.length !== 16) return `#${digits}`;
  const groups = digits.match(/.{4}/g) ?? [];
  // The URL standard's serialiser writes the shortest form.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
