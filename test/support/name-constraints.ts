/** The extension nameConstraints, which the library does not write. */
import { context, contextPrimitive, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
// After the polyfill that the library needs.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const tags = {
  other: context(0),
  email: contextPrimitive(1),
  dns: contextPrimitive(2),
  directory: context(4),
  uri: contextPrimitive(6),
  ip: contextPrimitive(7),
  oid: contextPrimitive(8),
};

/** The base of a constraint: its type, and its text or bytes; and what follows it. */
export type Base = readonly [type: keyof typeof tags, value: string | Uint8Array, bounds?: Uint8Array];

/** The DER of a general name. */
export const generalName = ([type, value]: Base): Uint8Array => encode(tags[type], Buffer.from(value));

const subtrees = (number: number, bases: readonly Base[]): Uint8Array =>
  bases.length === 0
    ? new Uint8Array()
    : encode(
        context(number),
        ...bases.map((base) => encode(TAG.sequence, generalName(base), base[2] ?? new Uint8Array())),
      );

/** Name constraints of a CA. */
export function nameConstraints(permitted: readonly Base[], excluded: readonly Base[] = []): x509.Extension {
  const value = encode(TAG.sequence, subtrees(0, permitted), subtrees(1, excluded));
  return new x509.Extension("2.5.29.30", true, new Uint8Array(value));
}
