/** Extensions of CRLs and of their entries, RFC 5280 sections 5.2 and 5.3; each is read on its own. */
import { content, context, contextPrimitive, DerError, type Element, fields, TAG, unexpected } from "./der.ts";
import { readBitString, readBoolean, readInteger } from "./der-values.ts";
import {
  type Extension,
  type ExtensionValues,
  readAuthorityKeyIdentifier,
  readExtensionList,
  valueOf,
} from "./extensions.ts";
import {
  type DistributionPoint,
  type DistributionPointName,
  readDistributionPoints,
  readPointName,
} from "./distribution-point.ts";
import { type GeneralName, readGeneralNames } from "./general-name.ts";

/** The reasons for a revocation, section 5.3.1, by their numbers; 7 is not used. */
const reasons = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "(unused reason 7)",
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
] as const;

/** Why a certificate was revoked. */
export type RevocationReason = (typeof reasons)[number];

/** The bits of ReasonFlags, section 4.2.1.13, in their order; the first, for no reason given, is not used. */
const reasonFlags = reasons.filter((reason) => reason !== "(unused reason 7)" && reason !== "removeFromCRL");

/** What a CRL is about, section 5.2.5. */
export interface IssuingDistributionPoint {
  /** Where the CRL is to be had. */
  readonly point?: DistributionPointName;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCACerts: boolean;
  readonly onlyContainsAttributeCerts: boolean;
  /** Given if it covers these reasons alone. */
  readonly onlySomeReasons?: readonly RevocationReason[];
  /** Whether it may list certificates of other issuers. */
  readonly indirectCRL: boolean;
}

/** What each extension read here holds, by its name in RFC 5280. */
export interface CrlExtensionValues {
  /** Hexadecimal digits. */
  cRLNumber: string;
  /** The number of the complete CRL that a delta CRL goes with, hexadecimal digits. */
  deltaCRLIndicator: string;
  authorityKeyIdentifier: ExtensionValues["authorityKeyIdentifier"];
  issuingDistributionPoint: IssuingDistributionPoint;
  freshestCRL: readonly DistributionPoint[];
}

/** An extension as it stands in a CRL. */
export interface CrlExtension extends Pick<Extension, "oid" | "name" | "critical" | "problem"> {
  /** Byte offset in the CRL. */
  readonly offset: number;
  /** What it holds; absent if nothing here knows the extension, or if it is broken. */
  readonly value?: CrlExtensionValues[keyof CrlExtensionValues];
}

/** What the extensions of an entry say. */
export interface EntryExtensions {
  readonly reason?: RevocationReason;
  /** What cannot be decoded, and why. */
  readonly problem?: string;
}

const decoders: { readonly [N in keyof CrlExtensionValues]: (element: Element) => CrlExtensionValues[N] } = {
  cRLNumber: (element) => readNumber(element, "cRLNumber"),
  deltaCRLIndicator: (element) => readNumber(element, "deltaCRLIndicator"),
  authorityKeyIdentifier: readAuthorityKeyIdentifier,
  issuingDistributionPoint(element) {
    const parts = fields(element, "issuingDistributionPoint");
    const point = parts.optional(context(0));
    const [user, authority, some, indirect, attribute] = [1, 2, 3, 4, 5].map((number) =>
      parts.optional(contextPrimitive(number)),
    );
    parts.end();
    return {
      ...(point && { point: readPointName(point) }),
      onlyContainsUserCerts: readFlag(user),
      onlyContainsCACerts: readFlag(authority),
      onlyContainsAttributeCerts: readFlag(attribute),
      ...(some && { onlySomeReasons: readReasonFlags(some) }),
      indirectCRL: readFlag(indirect),
    };
  },
  freshestCRL: (element) => readDistributionPoints(element, "freshestCRL"),
};

/** Reads the crlExtensions of a CRL. */
export const readCrlExtensions = (element: Element): CrlExtension[] =>
  readExtensionList(element, (name, octets): Pick<CrlExtension, "value" | "problem"> =>
    isDecoded(name) ? valueOf<CrlExtensionValues[keyof CrlExtensionValues]>(name, octets, decoders[name]) : {},
  );

/** The value of an extension, if it is there and can be decoded. */
export function crlExtension<N extends keyof CrlExtensionValues>(
  { extensions }: { readonly extensions: readonly CrlExtension[] },
  name: N,
): CrlExtensionValues[N] | undefined {
  // The value under a name is what the decoder of that name made.
  return extensions.find((extension) => extension.name === name)?.value as CrlExtensionValues[N] | undefined;
}

/** Reads the crlEntryExtensions of an entry, but for its certificateIssuer, which other entries inherit. */
export function readEntryExtensions(element: Element): EntryExtensions {
  const found = readExtensionList(element, (name, octets): EntryExtensions => {
    if (name !== "reasonCode") return {};
    const result = valueOf(name, octets, readReason);
    return "value" in result ? { reason: result.value } : result;
  }).filter(({ name }) => name === "reasonCode");
  // Which of them counts is open: neither may lift the revocation.
  return found.length > 1 ? { problem: "two extensions reasonCode" } : (found[0] ?? {});
}

/** Reads the value of certificateIssuer: whose certificates an entry and those after it are about. */
export const readCertificateIssuer = (element: Element): GeneralName[] =>
  readGeneralNames(element, "certificateIssuer", TAG.sequence);

const isDecoded = (name: string): name is keyof CrlExtensionValues => Object.hasOwn(decoders, name);

/** Longest number of a CRL; section 5.2.3 has at most 20 octets. */
const MAX_NUMBER_BYTES = 64;

function readNumber(element: Element, what: string): string {
  const { negative, magnitude } = readInteger(element, what);
  if (negative) throw new DerError(`${what} is negative`, element.start);
  if (magnitude.length > MAX_NUMBER_BYTES) throw new DerError(`${what} is out of range`, element.start);
  return Buffer.from(magnitude).toString("hex") || "00";
}

const readFlag = (element: Element | undefined): boolean =>
  element !== undefined && readBoolean({ ...element, tag: TAG.boolean }, "a field of issuingDistributionPoint");

function readReasonFlags(element: Element): RevocationReason[] {
  const { bytes } = readBitString({ ...element, tag: TAG.bitString }, "onlySomeReasons");
  return reasonFlags.filter((_, bit) => (bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7)));
}

const ENUMERATED = 0x0a;

function readReason(element: Element): RevocationReason {
  const [code = NaN, ...rest] = content(element);
  const reason = reasons[code];
  if (element.tag !== ENUMERATED || rest.length > 0 || reason === undefined) throw unexpected(element, "a reason");
  return reason;
}
