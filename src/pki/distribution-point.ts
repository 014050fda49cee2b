/** Distribution points, RFC 5280 section 4.2.1.13: where CRLs are to be had; in certificates and in CRLs. */
import {
  children,
  content,
  context,
  contextPrimitive,
  type Element,
  fields,
  innerOfTag,
  readDer,
  TAG,
  unexpected,
} from "./der.ts";
import { encode } from "./der-writer.ts";
import { type GeneralName, readGeneralNames } from "./general-name.ts";
import { readName } from "./name.ts";

/** A DistributionPointName: where a CRL is to be had. */
export interface DistributionPointName {
  readonly names: readonly GeneralName[];
  /** Instead of names: the RelativeDistinguishedName to append to the issuer's name, in DER. */
  readonly relativeName?: Uint8Array;
}

/** One DistributionPoint. */
export interface DistributionPoint extends DistributionPointName {
  readonly cRLIssuer?: readonly GeneralName[];
  /** Given if the CRL covers some revocation reasons only. */
  readonly partialReasons: boolean;
  /** Given if another issuer signs the CRL. */
  readonly indirect: boolean;
}

/** Reads CRLDistributionPoints; `what` names the extension. */
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
  const { names, relativeName } = point === undefined ? { names: [] } : readPointName(point);
  return {
    names,
    partialReasons: reasons !== undefined,
    indirect: issuer !== undefined,
    ...(relativeName && { relativeName }),
    ...(issuer && { cRLIssuer: readGeneralNames(issuer, "the distribution point's issuer", context(2)) }),
  };
}
