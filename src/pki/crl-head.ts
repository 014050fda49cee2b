/** What stands before the entries of a CRL and behind them, RFC 5280 sections 5.1.2 and 5.2. */
import { type CrlExtension, readCrlExtensions } from "./crl-extensions.ts";
import { context, type Element, type Fields, innerOfTag, TAG } from "./der.ts";
import { readInteger } from "./der-values.ts";
import { type Name, readName } from "./name.ts";
import { type AlgorithmIdentifier, readAlgorithm } from "./signature.ts";
import { readTime, type Time } from "./time.ts";

/** What comes before the entries. */
export interface CrlHead {
  /** 1 or 2; another number if the CRL says so, 0 if it says nonsense. */
  readonly version: number;
  /** The algorithm named inside the signed part. */
  readonly signature: AlgorithmIdentifier;
  readonly issuer: Name;
  readonly thisUpdate: Time;
  readonly nextUpdate?: Time;
}

/** Reads the fields before the entries; `shift` leads from their offsets to those in the CRL. */
export function readCrlHead(parts: Fields, shift: number): CrlHead {
  const version = parts.optional(TAG.integer);
  const signature = readAlgorithm(parts.take(TAG.sequence, "the signature algorithm"), "the signature algorithm");
  const issuer = readName(parts.any("the issuer"), "the issuer");
  const thisUpdate = readTime(parts.any("thisUpdate"), "thisUpdate");
  const nextUpdate = parts.optional(TAG.utcTime, TAG.generalizedTime);
  parts.end();
  const rebase = <T extends { readonly offset: number }>(value: T): T => ({ ...value, offset: value.offset + shift });
  return {
    version: version === undefined ? 1 : readVersion(version),
    signature: rebase(signature),
    issuer: rebase(issuer),
    thisUpdate: rebase(thisUpdate),
    ...(nextUpdate && { nextUpdate: rebase(readTime(nextUpdate, "nextUpdate")) }),
  };
}

/** Reads the extensions behind the entries. */
export function readCrlTail(parts: Fields, shift: number): CrlExtension[] {
  const tag = parts.take(context(0), "the extensions");
  parts.end();
  return readCrlExtensions(innerOfTag(tag, "the extensions")).map((found) => ({
    ...found,
    offset: found.offset + shift,
  }));
}

function readVersion(element: Element): number {
  const { negative, magnitude } = readInteger(element, "the version");
  return negative || magnitude.length > 1 ? 0 : (magnitude[0] ?? 0) + 1;
}
