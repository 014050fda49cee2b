/** Outlines of DER elements, ITU-T X.690 section 8.1, in bytes that are not all there: positions, and nothing else is made. */
import { DerError } from "./der.ts";

/** Where the content of an element begins and ends, as offsets in the input. */
export interface Outline {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  /** Whether the length is encoded as DER has it. */
  readonly isShortest: boolean;
}

/**
 * The element at a position of `bytes`, which end at `fill` and stand at `base` in the input; nothing if more bytes are
 * needed to see how long it is.
 */
export function outlineAt(bytes: Uint8Array, at: number, fill: number, base: number): Outline | undefined {
  if (fill - at < 2) return undefined;
  const first = bytes[at + 1] ?? 0;
  const size = first < 0x80 ? 0 : lengthSize(bytes, at, base);
  if (fill - at < 2 + size) return undefined;
  const length = first < 0x80 ? first : longLength(bytes, at + 2, size);
  const start = base + at + 2 + size;
  const isShortest = size === 0 || (length >= 0x80 && length >= 256 ** (size - 1));
  return { tag: bytes[at] ?? 0, start, end: start + length, isShortest };
}

/** How many octets of a length stand behind the first one, which says so. */
export function lengthSize(bytes: Uint8Array, at: number, base = 0): number {
  const size = (bytes[at + 1] ?? 0) & 0x7f;
  if (size === 0) throw new DerError("a length that is indefinite: BER, which is not read in a CRL", base + at);
  if (size > 4) throw new DerError(`a length of ${size} octets, more than any file can have`, base + at);
  return size;
}

/** The length in octets behind the first one. */
export function longLength(bytes: Uint8Array, at: number, size: number): number {
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + (bytes[at + i] ?? 0);
  return length;
}
