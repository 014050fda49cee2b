/** The elements of ASN.1 in BER or DER, ITU-T X.690, as rows of a tree with their offsets; numbers of private keys are left out. */
import type { AsnType } from "asn1js";
import { children, DerError, type Element, readDer } from "../pki/der.ts";
import { recogniseStructure, type Structure } from "../recognise.ts";
import { readValue, type Discretion, secretAttributes, tagName } from "./asn1-values.ts";

/** One element. */
export interface TreeRow {
  readonly depth: number;
  /** Of its first octet, from the start of the outermost element. */
  readonly offset: number;
  /** Octets of tag and length. */
  readonly header: number;
  /** Octets of the content. */
  readonly length: number;
  /** `SEQUENCE`, `[0]`, … */
  readonly tag: string;
  /** The length is not given, but a mark ends the content: BER. */
  readonly indefinite?: true;
  /** What it holds, if that is short and no secret. */
  readonly value?: string;
  /** Its content may be secret, and is not shown. */
  readonly hidden?: true;
}

/** A tree, as far as it could be read. */
export interface Tree {
  readonly rows: readonly TreeRow[];
  readonly problem?: { readonly message: string; readonly offset: number };
}

/** Most elements that are shown, and levels; asn1js keeps to the same. */
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

/** Reads the tree; never throws. */
export async function readTree(bytes: Uint8Array): Promise<Tree> {
  // Loaded for those who ask.
  const { fromBER } = await import("asn1js");
  const rows: TreeRow[] = [];
  let isCut = false;

  function parse(part: Uint8Array, depth: number): AsnType | undefined {
    const limits = { maxDepth: Math.max(1, MAX_DEPTH - depth), maxNodes: Math.max(1, MAX_ROWS - rows.length) };
    // What OCTET STRINGs wrap is looked into here, where offsets are known.
    const { result, offset } = fromBER(part, { ...limits, parseEmbedded: false });
    return offset === part.length && result.error === "" ? result : undefined;
  }

  function add(node: AsnType, at: number, depth: number, discretion: Discretion): void {
    if (rows.length >= MAX_ROWS || depth >= MAX_DEPTH) {
      isCut = true;
      return;
    }
    const { idBlock, lenBlock } = node;
    const header = idBlock.blockLength + lenBlock.blockLength;
    const start = at + header;
    const isIndefinite = lenBlock.isIndefiniteForm;
    // The mark that ends an indefinite length has two octets.
    const length = node.blockLength - header - (isIndefinite ? 2 : 0);
    const content = bytes.subarray(start, start + length);
    const shape = { tagClass: idBlock.tagClass, tagNumber: idBlock.tagNumber, isConstructed: idBlock.isConstructed };
    const inside = idBlock.isConstructed ? [] : embedded(shape, content, depth);
    const isLeaf = !idBlock.isConstructed && inside.length === 0;
    rows.push({
      depth,
      offset: at,
      header,
      length,
      tag: tagName(shape, discretion),
      ...(isIndefinite && { indefinite: true }),
      ...(isLeaf && readValue(shape, content, discretion)),
    });
    const parts = idBlock.isConstructed ? partsOf(node) : inside;
    let next = idBlock.isConstructed || parts.length === 0 ? start : start + gapOf(shape);
    let own = discretion;
    for (const part of parts) {
      add(part, next, depth + 1, own);
      // What stands beside the name of an attribute is its value.
      const named = rows.at(-1)?.value ?? "";
      if (secretAttributes.some((oid) => named.startsWith(oid))) own = "names";
      next += part.blockLength;
    }
  }

  /** What an OCTET STRING or a BIT STRING wraps, if that is a structure and nothing else. */
  function embedded(
    shape: { readonly tagClass: number; readonly tagNumber: number },
    content: Uint8Array,
    depth: number,
  ): AsnType[] {
    const gap = gapOf(shape);
    if (shape.tagClass !== UNIVERSAL || (shape.tagNumber !== OCTET_STRING && shape.tagNumber !== BIT_STRING)) return [];
    if (gap === 1 && content[0] !== 0) return [];
    const [first = 0, size = 0] = content.subarray(gap);
    // Most octets are none; a digest may begin like an element, but is seldom one to its end.
    if (!wrapped.has(first) || (first !== SEQUENCE && (gap === 1 || size !== content.length - 2))) return [];
    const node = parse(content.subarray(gap), depth + 1);
    return node === undefined ? [] : [node];
  }

  const limits = { maxDepth: MAX_DEPTH, maxNodes: MAX_ROWS };
  const { result, offset } = fromBER(bytes, { ...limits, parseEmbedded: false });
  const failed = offset < 0 || result.error !== "";
  if (!failed || partsOf(result).length > 0) add(result, 0, 0, discretionOf(bytes));
  if (failed) return { rows, problem: faultIn(bytes, result.error, rows) };
  if (isCut) return { rows, problem: limitAfter(rows) };
  const rest = bytes.length - offset;
  if (rest > 0) return { rows, problem: { message: `${rest} octets after the end, which are not shown`, offset } };
  return { rows };
}

const UNIVERSAL = 1;
const BIT_STRING = 3;
const OCTET_STRING = 4;
const SEQUENCE = 0x30;

/** Identifier octets of what is wrapped: BOOLEAN, INTEGER, the two strings, NULL, texts, SEQUENCE, SET. */
const wrapped: ReadonlySet<number> = new Set([
  0x01,
  0x02,
  0x03,
  0x04,
  0x05,
  0x0a,
  0x0c,
  0x13,
  0x16,
  0x1e,
  SEQUENCE,
  0x31,
]);

/** The first octet of a BIT STRING counts the bits that do not. */
const gapOf = ({ tagNumber }: { readonly tagNumber: number }): number => (tagNumber === BIT_STRING ? 1 : 0);

/** The elements of a constructed one; of others, asn1js keeps something else under the same name. */
function partsOf({ idBlock, valueBlock }: AsnType): readonly AsnType[] {
  const value: unknown = "value" in valueBlock ? valueBlock.value : undefined;
  return idBlock.isConstructed && Array.isArray(value) ? (value as AsnType[]) : [];
}

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

const limitAfter = (rows: readonly TreeRow[]): NonNullable<Tree["problem"]> => ({
  message: `more than ${MAX_ROWS} elements or ${MAX_DEPTH} levels: the rest is not shown`,
  offset: rows.at(-1)?.offset ?? 0,
});

/** asn1js says that something is wrong, and not where: the own reader does. */
function faultIn(bytes: Uint8Array, error: string, rows: readonly TreeRow[]): NonNullable<Tree["problem"]> {
  if (error.startsWith("Maximum")) return limitAfter(rows);
  try {
    const open: Element[] = [readDer(bytes)];
    for (let element = open.pop(); element !== undefined; element = open.pop())
      if (element.tag & 0x20) open.push(...children(element).toReversed());
  } catch (fault) {
    if (!(fault instanceof DerError)) throw fault;
    return { message: fault.message, offset: fault.offset };
  }
  return { message: "not to be read as ASN.1", offset: 0 };
}
