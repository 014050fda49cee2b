/** DER as a tree that can be changed anywhere and written again, all lengths around the change made right. */
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { type KeyName, keyPem } from "../support/mint.ts";

/** One element; what is in an OCTET STRING or a BIT STRING and looks like DER is part of the tree. */
export interface Node {
  /** Identifier octets. */
  readonly tag: Uint8Array;
  /** Length octets, where they are not to be right. */
  readonly length?: Uint8Array;
  /** What stands before the children: the number of unused bits of a BIT STRING. */
  readonly bytes: Uint8Array;
  readonly children?: readonly Node[];
}

/** Where a node stands: the place among its parent's children, from the top. */
export type Place = readonly number[];

/** Nesting that is followed; what is deeper stays bytes. */
const MAX_DEPTH = 40;

const wraps: Readonly<Record<number, number>> = { 0x03: 1, 0x04: 0 };

/** The tree of bytes that are exactly one element; nothing if they are not. */
export function parseTree(bytes: Uint8Array): Node | undefined {
  const nodes = parseAll(bytes, 0);
  return nodes?.length === 1 ? nodes[0] : undefined;
}

function parseAll(bytes: Uint8Array, depth: number): Node[] | undefined {
  const nodes: Node[] = [];
  for (let at = 0; at < bytes.length;) {
    const header = readHeader(bytes, at);
    if (header === undefined) return undefined;
    const { tagEnd, start, end } = header;
    const tag = bytes.subarray(at, tagEnd);
    const content = bytes.subarray(start, end);
    const first = tag[0] ?? 0;
    const skipped = first & 0x20 ? 0 : wraps[first];
    const inner = content.subarray(skipped);
    const children =
      skipped === undefined || depth > MAX_DEPTH || (inner.length === 0 && !(first & 0x20))
        ? undefined
        : parseAll(inner, depth + 1);
    nodes.push(
      children === undefined ? { tag, bytes: content } : { tag, bytes: content.subarray(0, skipped), children },
    );
    at = end;
  }
  return nodes;
}

function readHeader(bytes: Uint8Array, at: number): { tagEnd: number; start: number; end: number } | undefined {
  let tagEnd = at + 1;
  if (((bytes[at] ?? 0) & 0x1f) === 0x1f) while ((bytes[tagEnd++] ?? 0) & 0x80);
  const first = bytes[tagEnd];
  if (first === undefined || first === 0x80) return undefined;
  const octets = first > 0x80 ? first & 0x7f : 0;
  const start = tagEnd + 1 + octets;
  let length = first;
  if (octets > 0) length = bytes.subarray(tagEnd + 1, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  return octets > 4 || end > bytes.length ? undefined : { tagEnd, start, end };
}

/** The bytes of a tree. */
export function writeTree({ tag, length, bytes, children = [] }: Node): Uint8Array {
  const parts = [bytes, ...children.map(writeTree)];
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([tag, length ?? lengthOctets(size), ...parts]);
}

/** A length in its shortest form, or in as many octets. */
export function lengthOctets(size: number, atLeast = 0): Uint8Array {
  if (size < 0x80 && atLeast === 0) return Uint8Array.of(size);
  const octets: number[] = [];
  for (let rest = size; rest > 0 || octets.length < atLeast; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** The places of all nodes, the tree's own first. */
export const places = ({ children = [] }: Node): Place[] => [
  [],
  ...children.flatMap((child, index) => places(child).map((place) => [index, ...place])),
];

/** The node at a place. */
export const nodeAt = (node: Node, [first, ...rest]: Place): Node | undefined => {
  if (first === undefined) return node;
  const child = node.children?.[first];
  return child && nodeAt(child, rest);
};

/** The tree with other nodes, or none, in place of one; the tree's own cannot become none or several. */
export function replaceAt(node: Node, [first, ...rest]: Place, change: (node: Node) => readonly Node[]): Node {
  if (first === undefined) return change(node)[0] ?? node;
  return {
    ...node,
    children: (node.children ?? []).flatMap((child, index) => {
      if (index !== first) return [child];
      return rest.length === 0 ? change(child) : [replaceAt(child, rest, change)];
    }),
  };
}

/** An element of these bytes. */
export const leaf = (tag: number, bytes: Uint8Array): Node => ({ tag: Uint8Array.of(tag), bytes });

const keys = new Map<KeyName, KeyObject>();

/** A key in fixtures/keys, read once. */
function keyOf(name: KeyName): KeyObject {
  const key = keys.get(name) ?? createPrivateKey(keyPem(name));
  keys.set(name, key);
  return key;
}

/** A certificate signed anew, RSA with SHA-256 whatever it says itself; anything else as it is. */
export function resign(certificate: Node, key: KeyName): Node {
  const [tbs, algorithm] = certificate.children ?? [];
  if (tbs === undefined || algorithm === undefined) return certificate;
  const signature = sign("sha256", writeTree(tbs), keyOf(key));
  return { ...certificate, children: [tbs, algorithm, leaf(0x03, Buffer.concat([new Uint8Array(1), signature]))] };
}
