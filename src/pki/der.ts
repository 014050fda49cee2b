/**
 * DER, ITU-T X.690: a reader that keeps the position of every element and notes where the encoding strays from DER. Of
 * BER it takes lengths, as OpenSSL does: long forms and indefinite ones.
 */

/** The universal tags that certificates and keys use, as identifier octets. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
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
  /** Whether reading was given up for its cost: nothing is known to be wrong. */
  readonly isLimit: boolean;

  constructor(message: string, offset: number, reason?: "limit") {
    super(message);
    this.offset = offset;
    this.isLimit = reason === "limit";
  }
}

/** Most elements within elements of indefinite length; certificates have about ten. */
const MAX_NESTING = 64;
/** Most elements of one input. */
const MAX_ELEMENTS = 200_000;
/** Irregularities that are listed. */
const LISTED_IRREGULARITIES = 50;

/** A departure from DER that most readers, OpenSSL among them, let pass. */
export interface Irregularity {
  readonly message: string;
  /** Byte offset in the input. */
  readonly offset: number;
}

/** One input, shared by all elements read from it. */
interface Input {
  readonly bytes: Buffer;
  readonly irregularities: Irregularity[];
  /** How many were read so far. */
  elements: number;
  hasIndefinite: boolean;
}

/** One tag-length-value, by position; no bytes are copied. Offsets count from the start of the input. */
export interface Element {
  readonly input: Input;
  /** The identifier octet. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  /** After the content, and after the mark that ends an indefinite length. */
  readonly end: number;
}

/**
 * The outermost element of an input. Bytes after it are an irregularity, not an error.
 * @throws DerError if the bytes do not start with a complete element
 */
export function readDer(bytes: Uint8Array): Element {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const input: Input = { bytes: buffer, irregularities: [], elements: 0, hasIndefinite: false };
  const element = elementAt(input, 0, bytes.length);
  const rest = bytes.length - element.end;
  if (rest > 0) note(element, `${count(rest, "byte")} after the end of the structure`, element.end);
  return element;
}

/** The element at an offset, which must end at or before `limit`; `depth` counts elements of indefinite length. */
function elementAt(input: Input, start: number, limit: number, depth = 0): Element {
  const { bytes } = input;
  if (++input.elements > MAX_ELEMENTS) throw new DerError(`more than ${MAX_ELEMENTS} elements`, start, "limit");
  const tag = octet(bytes, start, limit);
  let position = start + 1;
  if ((tag & 0x1f) === 0x1f) while (octet(bytes, position++, limit) & 0x80);
  const first = octet(bytes, position++, limit);
  if (first === 0x80) return indefinite({ input, tag, start, contentStart: position }, limit, depth);
  let length = first;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 4) throw new DerError(`a length of ${octets} octets, more than any file can have`, start);
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + octet(bytes, position++, limit);
    if (length < 0x80 || length < 256 ** (octets - 1)) {
      stray(input, "a length that is not in its shortest form", start);
    }
  }
  const end = position + length;
  if (end > limit) {
    throw new DerError(
      `truncated: an element declares ${count(length, "byte")}, only ${limit - position} are there`,
      start,
    );
  }
  return { input, tag, start, contentStart: position, contentEnd: end, end };
}

/** The byte at an offset before `limit`. */
function octet(bytes: Uint8Array, offset: number, limit: number): number {
  const value = offset < limit ? bytes[offset] : undefined;
  if (value === undefined) throw new DerError("ends in the middle of an element", offset);
  return value;
}

/** An element whose content goes on to two zeros. */
function indefinite(head: Omit<Element, "contentEnd" | "end">, limit: number, depth: number): Element {
  const { input, tag, start, contentStart } = head;
  if ((tag & CONSTRUCTED) === 0) throw new DerError("an indefinite length of an element without parts", start);
  if (depth >= MAX_NESTING) throw new DerError(`more than ${MAX_NESTING} levels of indefinite length`, start, "limit");
  if (!input.hasIndefinite) stray(input, "a length that is indefinite: BER, not DER", start);
  input.hasIndefinite = true;
  let at = contentStart;
  while (input.bytes[at] !== 0 || input.bytes[at + 1] !== 0) at = elementAt(input, at, limit, depth + 1).end;
  if (at + 2 > limit) throw new DerError("ends in the middle of an element", limit);
  return { ...head, contentEnd: at, end: at + 2 };
}

/** The bit of an identifier octet that says: made of elements. */
const CONSTRUCTED = 0x20;

/** Adds an irregularity to the input an element belongs to. */
export const note = ({ input, start }: Element, message: string, offset = start): void => stray(input, message, offset);

function stray({ irregularities }: Input, message: string, offset: number): void {
  if (irregularities.length < LISTED_IRREGULARITIES) irregularities.push({ message, offset });
}

/** The elements inside a constructed element, or inside an OCTET STRING that wraps DER. */
export function children(element: Element): Element[] {
  const found: Element[] = [];
  for (let at = element.contentStart; at < element.contentEnd;) {
    const child = elementAt(element.input, at, element.contentEnd);
    found.push(child);
    at = child.end;
  }
  return found;
}

/** The single element inside an OCTET STRING. */
export const inner = (element: Element, what: string): Element => innerAt(element, element.contentStart, what);

/** The single element inside an explicit tag, where OpenSSL tolerates nothing after it. */
export function innerOfTag(element: Element, what: string): Element {
  const child = elementAt(element.input, element.contentStart, element.contentEnd);
  const rest = element.contentEnd - child.end;
  if (rest > 0) throw new DerError(`${count(rest, "byte")} after ${what}`, child.end);
  return child;
}

/** The single element from an offset inside another. */
export function innerAt(element: Element, start: number, what: string): Element {
  const child = elementAt(element.input, start, element.contentEnd);
  const rest = element.contentEnd - child.end;
  if (rest > 0) note(element, `${count(rest, "byte")} after ${what}`, child.end);
  return child;
}

/** The fields of a SEQUENCE, and which of them is next. */
export interface Fields {
  readonly element: Element;
  readonly what: string;
  readonly found: readonly Element[];
  at: number;
  /** The next field, which must have this tag. */
  take(this: Fields, tag: number, what: string): Element;
  /** The next field, whatever its tag. */
  any(this: Fields, what: string): Element;
  /** The next field if it has one of these tags. */
  optional(this: Fields, ...tags: number[]): Element | undefined;
  /** Asserts that no field is left. */
  end(this: Fields): void;
}

/** The fields of a constructed element; `what` names the structure in errors. */
export function fields(element: Element, what: string, tag: number = TAG.sequence): Fields {
  if (element.tag !== tag) throw unexpected(element, what);
  // The functions are the same for all: for each of thirty sequences anew, they would take more memory than the elements.
  return { element, what, found: children(element), at: 0, take, any, optional, end };
}

const take: Fields["take"] = function (wanted, field) {
  const next = this.any(field);
  if (next.tag !== wanted) throw unexpected(next, field);
  return next;
};

const any: Fields["any"] = function (field) {
  const next = this.found[this.at++];
  if (next === undefined) throw new DerError(`${this.what} ends before ${field}`, this.element.end);
  return next;
};

const optional: Fields["optional"] = function (...tags) {
  const next = this.found[this.at];
  if (next === undefined || !tags.includes(next.tag)) return undefined;
  this.at++;
  return next;
};

const end: Fields["end"] = function () {
  const next = this.found[this.at];
  if (next !== undefined) throw new DerError(`${this.what} has a field too many`, next.start);
};

/** The error for an element with another tag than `what` has. */
export function unexpected(element: Element, what: string): DerError {
  return new DerError(`${what} expected, found tag 0x${element.tag.toString(16).padStart(2, "0")}`, element.start);
}

/** The content octets. */
export const content = ({ input, contentStart, contentEnd }: Element): Uint8Array =>
  input.bytes.subarray(contentStart, contentEnd);

/** The content octets as text, without a view of them in between. */
export const text = ({ input, contentStart, contentEnd }: Element, encoding: "latin1" | "utf8" | "hex"): string =>
  input.bytes.toString(encoding, contentStart, contentEnd);

/** Tag, length and content octets. */
export const whole = ({ input, start, end }: Element): Uint8Array => input.bytes.subarray(start, end);

const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;
