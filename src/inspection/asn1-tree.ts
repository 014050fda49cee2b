/** The elements of ASN.1 in BER or DER, ITU-T X.690, as rows of a tree with their offsets; numbers of private keys are left out. */
import { DerError, readDer } from "../pki/der.ts";
import { recogniseStructure, type Structure } from "../bundle/recognise.ts";
import { type Fault, type Header, isWhole, readHeader } from "./asn1-header.ts";
import { type Discretion, readValue, secretAttribute, tagName } from "./asn1-values.ts";

/** One element. */
export interface TreeRow {
  readonly depth: number;
  /** Of its first octet, from the start of the outermost element. */
  readonly offset: number;
  /** Octets of tag and length. */
  readonly header: number;
  /** Octets of the content, as it says; absent if a mark ends it: BER. */
  readonly length?: number;
  /** `SEQUENCE`, `[0]`, … */
  readonly tag: string;
  /** What it holds, if that is short and no secret. */
  readonly value?: string;
  /** Its content may be secret, and is not shown. */
  readonly hidden?: true;
}

/** A tree, as far as it could be read. */
export interface Tree {
  readonly rows: readonly TreeRow[];
  readonly problem?: Fault;
}

/** Most elements that are shown, and levels. */
const MAX_ROWS = 10_000;
const MAX_DEPTH = 100;

/** What the values of a structure may be shown of; of all others, nothing but names. */
const discretions: Readonly<Partial<Record<Structure, Discretion>>> = {
  certificate: "all",
  request: "all",
  crl: "all",
  "public-key": "all",
  pkcs7: "no octets",
  "encrypted-key": "no octets",
};

/** Reads the tree, up to where it breaks off; never throws. */
export function readTree(bytes: Uint8Array): Tree {
  const rows: TreeRow[] = [];
  let problem: Fault | undefined;
  /** Nothing from here on can be told apart any more. */
  let last = bytes.length;

  function stop(fault: Fault): void {
    problem ??= fault;
    last = 0;
  }

  /** Reads the elements between two octets, or those before the mark of an indefinite length; says where they end. */
  function readAll(from: number, limit: number, depth: number, given: Discretion, isMarked = false): number {
    let at = from;
    let discretion = given;
    while (at < Math.min(limit, last)) {
      if (isMarked && bytes[at] === 0 && bytes[at + 1] === 0 && at + 2 <= limit) return at + 2;
      at = readOne(at, limit, depth, discretion);
      // What stands beside the name of an attribute is its value.
      if (rows.at(-1)?.value === secretAttribute) discretion = "names";
    }
    if (isMarked) stop({ message: "ends before the mark that ends an indefinite length", offset: limit });
    return at;
  }

  /** Reads an element with all that is in it, and says where it ends. */
  function readOne(at: number, limit: number, depth: number, discretion: Discretion): number {
    const header = readHeader(bytes, at, limit);
    if ("message" in header) {
      stop(header);
      return limit;
    }
    if (rows.length >= MAX_ROWS || depth >= MAX_DEPTH) {
      stop({ message: `more than ${MAX_ROWS} elements or ${MAX_DEPTH} levels: the rest is not shown`, offset: at });
      return limit;
    }
    const { size, length, isConstructed } = header;
    const start = at + size;
    const end = length === undefined ? limit : Math.min(start + length, limit);
    const there = end - start;
    if (length !== undefined && there < length)
      problem ??= { message: `an element declares ${length} octets, and has ${there}`, offset: at };
    const wrapped = isConstructed || there !== length ? undefined : wrappedIn(header, start, end);
    const isLeaf = !isConstructed && wrapped === undefined && there === length;
    rows.push({
      depth,
      offset: at,
      header: size,
      ...(length !== undefined && { length }),
      tag: tagName(header, discretion),
      ...(isLeaf && readValue(header, bytes.subarray(start, end), discretion)),
    });
    if (isConstructed) {
      const after = readAll(start, end, depth + 1, discretion, length === undefined);
      return length === undefined ? after : end;
    }
    if (wrapped !== undefined) readOne(wrapped, end, depth + 1, discretion);
    return end;
  }

  /** Where in an OCTET STRING or a BIT STRING an element begins that fills it; most octets are none. */
  function wrappedIn({ tagClass, tagNumber }: Header, start: number, end: number): number | undefined {
    if (tagClass !== 0 || (tagNumber !== OCTET_STRING && tagNumber !== BIT_STRING)) return undefined;
    // The first octet of a BIT STRING counts the bits that do not.
    const at = tagNumber === BIT_STRING ? start + 1 : start;
    if (tagNumber === BIT_STRING && (bytes[start] !== 0 || bytes[at] !== SEQUENCE)) return undefined;
    return wrappable.has(bytes[at] ?? 0) && isWhole(bytes, at, end) ? at : undefined;
  }

  const end = bytes.length === 0 ? 0 : readOne(0, bytes.length, 0, discretionOf(bytes));
  if (bytes.length === 0) stop({ message: "no octets", offset: 0 });
  const rest = bytes.length - end;
  if (problem === undefined && rest > 0)
    problem = { message: `${rest} octets after the end, which are not shown`, offset: end };
  return { rows, ...(problem && { problem }) };
}

const BIT_STRING = 3;
const OCTET_STRING = 4;
const SEQUENCE = 0x30;

/** Identifier octets of what strings wrap: BOOLEAN, INTEGER, the two strings, NULL, ENUMERATED, texts, SEQUENCE, SET. */
const wrappable: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 0x0a, 0x0c, 0x13, 0x16, 0x1e, SEQUENCE, 0x31]);

/** By what the bytes are, and not by what they are called. */
function discretionOf(bytes: Uint8Array): Discretion {
  try {
    const structure = recogniseStructure(readDer(bytes));
    return (structure && discretions[structure]) ?? "names";
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return "names";
  }
}
