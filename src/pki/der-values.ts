/** The values of primitive elements, X.690 section 8: integers, object identifiers, booleans, bit strings. */
import { content, DerError, type Element, innerAt, note, TAG, unexpected } from "./der.ts";
import { hasName } from "./oid.ts";

/** Most octets of an object identifier; long ones have twenty. */
const MAX_OID_BYTES = 256;

/** An OBJECT IDENTIFIER in dotted form. */
export function readOid(element: Element): string {
  if (element.tag !== TAG.oid) throw unexpected(element, "an object identifier");
  const { contentStart, contentEnd } = element;
  const { bytes } = element.input;
  let known: Branch | undefined = root;
  for (let at = contentStart; at < contentEnd && known !== undefined; at++) known = known.next.get(bytes[at] ?? 0);
  if (known?.oid !== undefined) return known.oid;
  const oid = readAnew(element);
  if (hasName(oid)) remember(oid, content(element));
  return oid;
}

/** Object identifiers by their octets. */
interface Branch {
  oid?: string;
  readonly next: Map<number, Branch>;
}

/** Those with a name that were met: most of what is read, again and again. */
const root: Branch = { next: new Map() };

function remember(oid: string, bytes: Uint8Array): void {
  let branch = root;
  for (const byte of bytes) {
    const next: Branch = branch.next.get(byte) ?? { next: new Map() };
    branch.next.set(byte, next);
    branch = next;
  }
  branch.oid = oid;
}

function readAnew(element: Element): string {
  const bytes = content(element);
  if (bytes.length > MAX_OID_BYTES) throw new DerError("an object identifier longer than any", element.start, "limit");
  const last = bytes.at(-1);
  if (last === undefined || last & 0x80) throw new DerError("an incomplete object identifier", element.start);
  const arcs: (number | bigint)[] = [];
  let arc: number | bigint = 0;
  for (const [index, byte] of bytes.entries()) {
    if (byte === 0x80 && ((bytes[index - 1] ?? 0) & 0x80) === 0)
      throw new DerError("an object identifier with a number that begins with zeros", element.start);
    // Arcs past 2^45 (UUIDs under 2.25) need more than a number holds.
    arc =
      typeof arc === "number" && arc < 2 ** 45 ? arc * 128 + (byte & 0x7f) : BigInt(arc) * 128n + BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 80 ? Math.floor(Number(arc) / 40) : 2;
      arcs.push(root, typeof arc === "number" ? arc - root * 40 : arc - 80n);
    } else {
      arcs.push(arc);
    }
    arc = 0;
  }
  return arcs.join(".");
}

/** An INTEGER: its sign, and the magnitude of a non-negative one as big-endian bytes without leading zeros. */
export function readInteger(
  element: Element,
  what: string,
): { readonly negative: boolean; readonly magnitude: Uint8Array } {
  const magnitude = readMagnitude(element, what);
  const { bytes } = element.input;
  const [first = 0, second] = [bytes[element.contentStart], bytes[element.contentStart + 1]];
  if (
    element.contentEnd - element.contentStart > 1 &&
    second !== undefined &&
    ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
  )
    throw new DerError(`${what} is an integer that is not in its shortest form`, element.start);
  return { negative: first >= 0x80, magnitude };
}

/** An INTEGER of a key, big-endian without leading zeros. Like OpenSSL's, it is read without a sign and in any length. */
export function readMagnitude(element: Element, what: string): Uint8Array {
  if (element.tag !== TAG.integer) throw unexpected(element, what);
  const { bytes } = element.input;
  const { contentEnd: end } = element;
  let start = element.contentStart;
  if (start === end) throw new DerError(`${what} is an integer without content`, element.start);
  while (start < end && bytes[start] === 0) start++;
  return bytes.subarray(start, end);
}

/** A non-negative INTEGER small enough for a number. */
export function readSmallInteger(element: Element, what: string): number {
  const { negative, magnitude } = readInteger(element, what);
  if (negative || magnitude.length > 6) throw new DerError(`${what} is out of range`, element.start);
  return magnitude.reduce((value, byte) => value * 256 + byte, 0);
}

/** A BOOLEAN; DER knows 00 and FF only. */
export function readBoolean(element: Element, what: string): boolean {
  const value = element.input.bytes[element.contentStart];
  const length = element.contentEnd - element.contentStart;
  if (element.tag !== TAG.boolean || value === undefined || length !== 1) throw unexpected(element, what);
  if (value !== 0 && value !== 0xff) note(element, `${what} is a boolean encoded as ${value}`);
  return value !== 0;
}

/** The bytes of a BIT STRING, and how many bits of the last one do not count. */
export function readBitString(element: Element, what: string): { readonly unused: number; readonly bytes: Uint8Array } {
  const { contentStart, contentEnd, input } = element;
  const unused = contentStart < contentEnd ? input.bytes[contentStart] : undefined;
  if (element.tag !== TAG.bitString || unused === undefined) throw unexpected(element, what);
  const bytes = input.bytes.subarray(contentStart + 1, contentEnd);
  if (unused > 7 || (unused > 0 && bytes.length === 0))
    throw new DerError(`${what} has ${unused} unused bits`, element.start);
  return { unused, bytes };
}

/** The single element inside a BIT STRING of whole bytes. */
export function innerOfBits(element: Element, what: string): Element {
  if (readBitString(element, what).unused > 0) throw new DerError(`${what} does not end on a byte`, element.start);
  return innerAt(element, element.contentStart + 1, what);
}
