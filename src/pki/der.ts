/** DER, ITU-T X.690: a reader that keeps the position of every element and notes where the encoding strays from DER. */

/** The universal tags that certificates and keys use, as identifier octets. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a constructed context-specific tag, `[number]`. */
export const context = (number: number): number => 0xa0 | number;

/** The identifier octet of a primitive context-specific tag, `[number] IMPLICIT` of a primitive type. */
export const contextPrimitive = (number: number): number => 0x80 | number;

/** Bytes that are no DER, or not the structure expected. */
export class DerError extends Error {
  /** Byte offset in the input where reading failed. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A departure from DER that most readers, OpenSSL among them, let pass. */
export interface Irregularity {
  readonly message: string;
  /** Byte offset in the input. */
  readonly offset: number;
}

/** One input, shared by all elements read from it. */
interface Input {
  readonly bytes: Uint8Array;
  readonly irregularities: Irregularity[];
}

/** One tag-length-value, by position; no bytes are copied. Offsets count from the start of the input. */
export interface Element {
  readonly input: Input;
  /** The identifier octet. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

/**
 * The outermost element of an input. Bytes after it are an irregularity, not an error.
 * @throws DerError if the bytes do not start with a complete element
 */
export function readDer(bytes: Uint8Array): Element {
  const input: Input = { bytes, irregularities: [] };
  const element = elementAt(input, 0, bytes.length);
  const rest = bytes.length - element.end;
  if (rest > 0) note(element, `${count(rest, "byte")} after the end of the structure`, element.end);
  return element;
}

/** The element at an offset, which must end at or before `limit`. */
function elementAt(input: Input, start: number, limit: number): Element {
  const { bytes } = input;
  const octet = (offset: number): number => {
    const value = offset < limit ? bytes[offset] : undefined;
    if (value === undefined) throw new DerError("ends in the middle of an element", offset);
    return value;
  };
  const tag = octet(start);
  let position = start + 1;
  if ((tag & 0x1f) === 0x1f) while (octet(position++) & 0x80);
  const first = octet(position++);
  if (first === 0x80) throw new DerError("an indefinite length, which is BER and not DER", start);
  let length = first;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 4) throw new DerError(`a length of ${octets} octets, more than any file can have`, start);
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + octet(position++);
    if (length < 0x80 || length < 256 ** (octets - 1)) {
      input.irregularities.push({ message: "a length that is not in its shortest form", offset: start });
    }
  }
  const end = position + length;
  if (end > limit) {
    throw new DerError(
      `truncated: an element declares ${count(length, "byte")}, only ${limit - position} are there`,
      start,
    );
  }
  return { input, tag, start, contentStart: position, end };
}

/** Adds an irregularity to the input an element belongs to. */
export function note(element: Element, message: string, offset = element.start): void {
  element.input.irregularities.push({ message, offset });
}

/** The elements inside a constructed element, or inside an OCTET STRING that wraps DER. */
export function children(element: Element): Element[] {
  const found: Element[] = [];
  for (let at = element.contentStart; at < element.end;) {
    const child = elementAt(element.input, at, element.end);
    found.push(child);
    at = child.end;
  }
  return found;
}

/** The single element inside an OCTET STRING. */
export const inner = (element: Element, what: string): Element => innerAt(element, element.contentStart, what);

/** The single element inside an explicit tag, where OpenSSL tolerates nothing after it. */
export function innerOfTag(element: Element, what: string): Element {
  const child = elementAt(element.input, element.contentStart, element.end);
  if (child.end < element.end) throw new DerError(`${count(element.end - child.end, "byte")} after ${what}`, child.end);
  return child;
}

/** The single element inside a BIT STRING of whole bytes. */
export function innerOfBits(element: Element, what: string): Element {
  if (readBitString(element, what).unused > 0) throw new DerError(`${what} does not end on a byte`, element.start);
  return innerAt(element, element.contentStart + 1, what);
}

function innerAt(element: Element, start: number, what: string): Element {
  const child = elementAt(element.input, start, element.end);
  if (child.end < element.end) note(element, `${count(element.end - child.end, "byte")} after ${what}`, child.end);
  return child;
}

/** Reads the fields of a SEQUENCE in order. */
export interface Fields {
  /** The next field, which must have this tag. */
  take(tag: number, what: string): Element;
  /** The next field, whatever its tag. */
  any(what: string): Element;
  /** The next field if it has one of these tags. */
  optional(...tags: number[]): Element | undefined;
  /** Asserts that no field is left. */
  end(): void;
}

/** The fields of a constructed element; `what` names the structure in errors. */
export function fields(element: Element, what: string, tag: number = TAG.sequence): Fields {
  if (element.tag !== tag) throw unexpected(element, what);
  const found = children(element);
  let at = 0;
  function any(field: string): Element {
    const next = found[at++];
    if (next === undefined) throw new DerError(`${what} ends before ${field}`, element.end);
    return next;
  }
  return {
    any,
    take(wanted, field) {
      const next = any(field);
      if (next.tag !== wanted) throw unexpected(next, field);
      return next;
    },
    optional(...tags) {
      const next = found[at];
      if (next === undefined || !tags.includes(next.tag)) return undefined;
      at++;
      return next;
    },
    end() {
      const next = found[at];
      if (next !== undefined) throw new DerError(`${what} has a field too many`, next.start);
    },
  };
}

/** The error for an element with another tag than `what` has. */
export function unexpected(element: Element, what: string): DerError {
  return new DerError(`${what} expected, found tag 0x${element.tag.toString(16).padStart(2, "0")}`, element.start);
}

/** The content octets. */
export const content = ({ input, contentStart, end }: Element): Uint8Array => input.bytes.subarray(contentStart, end);

/** Tag, length and content octets. */
export const whole = ({ input, start, end }: Element): Uint8Array => input.bytes.subarray(start, end);

/** An OBJECT IDENTIFIER in dotted form. */
export function readOid(element: Element): string {
  if (element.tag !== TAG.oid) throw unexpected(element, "an object identifier");
  const bytes = content(element);
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
  const [first = 0, second] = content(element);
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw new DerError(`${what} is an integer that is not in its shortest form`, element.start);
  return { negative: first >= 0x80, magnitude };
}

/** An INTEGER of a key, big-endian without leading zeros. Like OpenSSL's, it is read without a sign and in any length. */
export function readMagnitude(element: Element, what: string): Uint8Array {
  if (element.tag !== TAG.integer) throw unexpected(element, what);
  const bytes = content(element);
  if (bytes.length === 0) throw new DerError(`${what} is an integer without content`, element.start);
  const start = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(start < 0 ? bytes.length : start);
}

/** A non-negative INTEGER small enough for a number. */
export function readSmallInteger(element: Element, what: string): number {
  const { negative, magnitude } = readInteger(element, what);
  if (negative || magnitude.length > 6) throw new DerError(`${what} is out of range`, element.start);
  return magnitude.reduce((value, byte) => value * 256 + byte, 0);
}

/** A BOOLEAN; DER knows 00 and FF only. */
export function readBoolean(element: Element, what: string): boolean {
  const [value, ...rest] = content(element);
  if (element.tag !== TAG.boolean || value === undefined || rest.length > 0) throw unexpected(element, what);
  if (value !== 0 && value !== 0xff) note(element, `${what} is a boolean encoded as ${value}`);
  return value !== 0;
}

/** The bytes of a BIT STRING, and how many bits of the last one do not count. */
export function readBitString(element: Element, what: string): { readonly unused: number; readonly bytes: Uint8Array } {
  const [unused] = content(element);
  if (element.tag !== TAG.bitString || unused === undefined) throw unexpected(element, what);
  const bytes = content(element).subarray(1);
  if (unused > 7 || (unused > 0 && bytes.length === 0))
    throw new DerError(`${what} has ${unused} unused bits`, element.start);
  return { unused, bytes };
}

const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;
