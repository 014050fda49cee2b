/** DER, ITU-T X.690: the little of it that is written here. */
import { TAG } from "./der.ts";

/** An element in DER from its identifier octet and the parts of its content. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  const octets: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const length = body.length < 0x80 ? [body.length] : [0x80 | octets.length, ...octets];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** A non-negative INTEGER from its big-endian magnitude. */
export function encodeInteger(magnitude: Uint8Array): Uint8Array {
  const [first = 0] = magnitude;
  return encode(TAG.integer, ...(first >= 0x80 || magnitude.length === 0 ? [new Uint8Array(1)] : []), magnitude);
}

/** A non-negative INTEGER. */
export function encodeNumber(value: number): Uint8Array {
  const digits = value.toString(16);
  return encodeInteger(Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex"));
}

/** An OBJECT IDENTIFIER in dotted form. */
export function encodeOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(TAG.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Seven bits an octet, all but the last of them marked. */
function base128(value: number): number[] {
  const octets = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    octets.unshift(0x80 | (rest & 0x7f));
  return octets;
}
