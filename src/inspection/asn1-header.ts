/** The head of an element in BER or DER, ITU-T X.690 section 8.1, be the element whole or not. */

/** Tag and length of an element. */
export interface Header {
  /** 0 universal, 1 application, 2 context-specific, 3 private. */
  readonly tagClass: number;
  readonly tagNumber: number;
  readonly isConstructed: boolean;
  /** Octets of tag and length. */
  readonly size: number;
  /** Octets of the content; absent where a mark ends it. */
  readonly length?: number;
}

/** What is wrong, and at which octet. */
export interface Fault {
  readonly message: string;
  readonly offset: number;
}

/** Most octets of a tag or a length that are read; honest ones have three. */
const MAX_OCTETS = 4;

/** Reads the head of the element at an octet before `limit`. */
export function readHeader(bytes: Uint8Array, at: number, limit: number): Header | Fault {
  const first = bytes[at] ?? 0;
  let next = at + 1;
  let tagNumber = first & 0x1f;
  if (tagNumber === 0x1f) {
    tagNumber = 0;
    let octet: number;
    do {
      if (next - at > MAX_OCTETS) return { message: `a tag of more than ${MAX_OCTETS} octets`, offset: at };
      octet = next < limit ? (bytes[next] ?? 0) : 0;
      tagNumber = tagNumber * 128 + (octet & 0x7f);
      next++;
    } while (octet & 0x80);
  }
  const size = bytes[next];
  if (next >= limit || size === undefined) return { message: "ends in the middle of an element", offset: limit };
  next++;
  const isConstructed = (first & 0x20) !== 0;
  const head = { tagClass: first >> 6, tagNumber, isConstructed };
  if (size < 0x80) return { ...head, size: next - at, length: size };
  if (size === 0x80)
    return isConstructed
      ? { ...head, size: next - at }
      : { message: "an indefinite length of an element without parts", offset: at };
  const octets = size & 0x7f;
  if (octets > MAX_OCTETS) return { message: `a length of ${octets} octets, more than any file can have`, offset: at };
  if (next + octets > limit) return { message: "ends in the middle of an element", offset: limit };
  let length = 0;
  for (let index = 0; index < octets; index++) length = length * 256 + (bytes[next + index] ?? 0);
  return { ...head, size: next + octets - at, length };
}

/** Elements that are looked at to tell whether something is a structure. */
const MAX_LOOKED_AT = 10_000;

/** Whether octets are one element, whole to its last part: what a string wraps is taken for one then. */
export function isWhole(bytes: Uint8Array, from: number, to: number): boolean {
  /** What is left to be looked at: pairs of where elements begin and end. */
  const open: (readonly [from: number, to: number])[] = [];
  let count = 0;
  let [at, end] = [from, to];
  for (;;) {
    if (at < end) {
      const header = readHeader(bytes, at, end);
      // An indefinite length within a string is seldom meant: its end would have to be searched for.
      if ("message" in header || header.length === undefined) return false;
      const next = at + header.size + header.length;
      if (next > end || (count === 0 && next !== to)) return false;
      if (++count > MAX_LOOKED_AT) return true;
      if (header.isConstructed) open.push([at + header.size, next]);
      at = next;
      continue;
    }
    const part = open.pop();
    if (part === undefined) return count > 0;
    [at, end] = part;
  }
}
