/** GeneralName, RFC 5280 section 4.2.1.6, and the distribution points that are made of them (section 4.2.1.13). */
import {
  children,
  content,
  context,
  contextPrimitive,
  DerError,
  type Element,
  fields,
  innerOfTag,
  readDer,
  TAG,
  unexpected,
} from "./der.ts";
import { readOid } from "./der-values.ts";
import { encode } from "./der-writer.ts";
import { formatName, type Name, readName } from "./name.ts";

/** In the order of their tags. */
const types = ["other", "email", "dns", "x400", "directory", "edi", "uri", "ip", "oid"] as const;

/** A GeneralName as text. */
export interface GeneralName {
  readonly type: (typeof types)[number];
  readonly value: string;
  /** What a directory name is. */
  readonly name?: Name;
  /** Byte offset in the certificate. */
  readonly offset: number;
}

/** A DistributionPointName, section 4.2.1.13: where a CRL is to be had. */
export interface DistributionPointName {
  readonly names: readonly GeneralName[];
  /** Instead of names: the RelativeDistinguishedName to append to the issuer's name, in DER. */
  readonly relativeName?: Uint8Array;
}

/** One DistributionPoint, section 4.2.1.13. */
export interface DistributionPoint extends DistributionPointName {
  readonly cRLIssuer?: readonly GeneralName[];
  /** Given if the CRL covers some revocation reasons only. */
  readonly partialReasons: boolean;
  /** Given if another issuer signs the CRL. */
  readonly indirect: boolean;
}

/** Reads GeneralNames; `tag` is that of the element. */
export function readGeneralNames(element: Element, what: string, tag: number): GeneralName[] {
  if (element.tag !== tag) throw unexpected(element, what);
  return children(element).map((child) => {
    const type = (child.tag & 0xc0) === 0x80 ? types[child.tag & 0x1f] : undefined;
    if (type === undefined) throw new DerError(`${what} holds a name of an unknown type`, child.start);
    const offset = child.start;
    if (type !== "directory") return { type, value: readText(type, child), offset };
    const name = readName(innerOfTag(child, "a directory name"), "a directory name");
    return { type, value: formatName(name), name, offset };
  });
}

/** An address of 4 or 16 bytes in its usual notation (RFC 5952 for IPv6); of another length, hexadecimal digits. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return `#${hex(bytes)}`;
  const groups = hex(bytes).match(/.{4}/g) ?? [];
  // The URL standard's serialiser writes the shortest form.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** Reads CRLDistributionPoints, which freshestCRL has as well. */
export function readDistributionPoints(element: Element, what: string): DistributionPoint[] {
  if (element.tag !== TAG.sequence) throw unexpected(element, what);
  return children(element).map(readDistributionPoint);
}

/** Reads a DistributionPointName from the tag around it. */
export function readPointName(point: Element): DistributionPointName {
  const name = innerOfTag(point, "the distribution point's name");
  if (name.tag !== context(1)) return { names: readGeneralNames(name, "the distribution point's name", context(0)) };
  const relativeName = encode(TAG.set, content(name));
  // Read for what it is worth: one that is broken makes the extension a broken one.
  readName(readDer(encode(TAG.sequence, relativeName)), "the distribution point's name");
  return { names: [], relativeName };
}

function readDistributionPoint(element: Element): DistributionPoint {
  const parts = fields(element, "a distribution point");
  const point = parts.optional(context(0));
  const reasons = parts.optional(contextPrimitive(1));
  const issuer = parts.optional(context(2));
  parts.end();
  return {
    ...(point === undefined ? { names: [] } : readPointName(point)),
    partialReasons: reasons !== undefined,
    indirect: issuer !== undefined,
    ...(issuer && { cRLIssuer: readGeneralNames(issuer, "the distribution point's issuer", context(2)) }),
  };
}

function readText(type: Exclude<GeneralName["type"], "directory">, element: Element): string {
  const bytes = Buffer.from(content(element));
  switch (type) {
    case "email":
    case "dns":
    case "uri":
      return bytes.toString("latin1");
    case "ip":
      return formatIp(bytes);
    case "oid":
      return readOid({ ...element, tag: TAG.oid });
    case "other":
    case "x400":
    case "edi":
      return `#${hex(bytes)}`;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
