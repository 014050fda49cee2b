/** What extensions hold, as lines of text: those that the rules know, and those that are of interest here alone. */
import { children, content, DerError, inner, readDer } from "../pki/der.ts";
import type { Extension, ExtensionValues } from "../pki/extensions.ts";
import { decoders } from "./extension-decoders.ts";
import { formatConstraint, formatGeneralName, formatPoint } from "./name-text.ts";
import { nameOf } from "./names.ts";

/** What an extension holds. */
export interface ExtensionContent {
  /** One line for each thing it holds; none if nothing here knows it. */
  readonly values: readonly string[];
  /** Why it cannot be decoded. */
  readonly problem?: string;
  /** The octets of its value. */
  readonly octets: Uint8Array;
}

/** Reads an extension out of what holds it: the bytes that its offset counts from. */
export function readContent({ oid, name, offset, value, problem }: Extension, holder: Uint8Array): ExtensionContent {
  const wrapped = children(readDer(holder.subarray(offset))).at(-1);
  if (wrapped === undefined) return { values: [], octets: new Uint8Array() };
  const octets = content(wrapped);
  if (problem !== undefined) return { values: [], problem, octets };
  // The value under a name is what the decoder of that name made.
  const known = (formats as Readonly<Record<string, ((value: never) => string[]) | undefined>>)[name];
  if (known !== undefined && value !== undefined) return { values: known(value as never), octets };
  const decode = decoders[nameOf(oid)];
  if (decode === undefined) return { values: [], octets };
  try {
    return { values: decode(inner(wrapped, name)), octets };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { values: [], problem: error.message, octets };
  }
}

/** Those that the rules know, which are decoded already. */
const formats: { readonly [N in keyof ExtensionValues]: (value: ExtensionValues[N]) => string[] } = {
  basicConstraints: ({ cA, pathLenConstraint }) => [
    `CA:${cA ? "TRUE" : "FALSE"}`,
    ...(pathLenConstraint === undefined ? [] : [`pathLenConstraint:${pathLenConstraint}`]),
  ],
  keyUsage: (usages) => [...usages],
  extKeyUsage: (usages) => usages.map(nameOf),
  nsCertType: (bits) => nsTypes.filter((_, bit) => bits & (0x80 >> bit)),
  subjectAltName: (names) => names.map(formatGeneralName),
  nameConstraints: ({ permitted, excluded }) => [
    ...permitted.map(({ base }) => `permitted ${formatConstraint(base)}`),
    ...excluded.map(({ base }) => `excluded ${formatConstraint(base)}`),
  ],
  cRLDistributionPoints: (points) => points.flatMap(formatPoint),
  subjectKeyIdentifier: (identifier) => [identifier],
  authorityKeyIdentifier: ({ keyIdentifier, issuer, serialNumber }) => [
    ...(keyIdentifier === undefined ? [] : [keyIdentifier]),
    ...(issuer === undefined ? [] : [`issuer ${issuer}`]),
    ...(serialNumber === undefined ? [] : [`serial number ${serialNumber}`]),
  ],
};

/** The bits of Netscape's certificate type, in their order. */
const nsTypes = [
  "SSL client",
  "SSL server",
  "S/MIME",
  "object signing",
  "(reserved)",
  "SSL CA",
  "S/MIME CA",
  "object signing CA",
];
