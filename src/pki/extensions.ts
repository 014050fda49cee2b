/** Certificate extensions, RFC 5280 section 4.2; each is read on its own, so that a broken one hides no other. */
import {
  children,
  context,
  contextPrimitive,
  DerError,
  type Element,
  fields,
  inner,
  innerOfTag,
  note,
  TAG,
  text,
  unexpected,
} from "./der.ts";
import { readBitString, readBoolean, readInteger, readOid, readSmallInteger } from "./der-values.ts";
import { type DistributionPoint, readDistributionPoints } from "./distribution-point.ts";
import { type GeneralName, readGeneralName, readGeneralNames } from "./general-name.ts";
import { type Name, readName } from "./name.ts";
import { oidName } from "./oid.ts";

/** A GeneralSubtree, section 4.2.1.10. */
export interface Subtree {
  readonly base: GeneralName;
  /** It counts levels, with a minimum other than 0 or a maximum: nobody supports that. */
  readonly counts: boolean;
}

/** What each extension read here holds, by its name in RFC 5280. */
export interface ExtensionValues {
  basicConstraints: { readonly cA: boolean; readonly pathLenConstraint?: number };
  keyUsage: ReadonlySet<KeyUsage>;
  extKeyUsage: readonly string[];
  /** The bits of Netscape's certificate type, the first the highest. */
  nsCertType: number;
  subjectAltName: readonly GeneralName[];
  nameConstraints: { readonly permitted: readonly Subtree[]; readonly excluded: readonly Subtree[] };
  cRLDistributionPoints: readonly DistributionPoint[];
  /** Hexadecimal digits. */
  subjectKeyIdentifier: string;
  authorityKeyIdentifier: {
    readonly keyIdentifier?: string;
    readonly issuer?: string;
    /** The first directory name among those of `issuer`. */
    readonly issuerName?: Name;
    readonly serialNumber?: string;
  };
}

/** The bits of keyUsage, section 4.2.1.3, in their order. */
const keyUsages = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

/** A bit of keyUsage. */
export type KeyUsage = (typeof keyUsages)[number];

/** An extension as it stands in a certificate. */
export interface Extension {
  /** Dotted object identifier. */
  readonly oid: string;
  /** Its name in RFC 5280, or the dotted identifier. */
  readonly name: string;
  readonly critical: boolean;
  /** Byte offset in the certificate. */
  readonly offset: number;
  /** What it holds; absent if nothing here knows the extension, or if it is broken. */
  readonly value?: ExtensionValues[keyof ExtensionValues];
  /** Why it cannot be decoded. */
  readonly problem?: string;
}

const decoders: { readonly [N in keyof ExtensionValues]: (element: Element) => ExtensionValues[N] } = {
  basicConstraints(element) {
    const parts = fields(element, "basicConstraints");
    const cA = parts.optional(TAG.boolean);
    const pathLen = parts.optional(TAG.integer);
    parts.end();
    return {
      cA: cA !== undefined && readBoolean(cA, "cA"),
      ...(pathLen !== undefined && { pathLenConstraint: readSmallInteger(pathLen, "pathLenConstraint") }),
    };
  },
  keyUsage(element) {
    const { bytes } = readBitString(element, "keyUsage");
    if (bytes.subarray(0, 2).every((byte) => byte === 0))
      throw new DerError("keyUsage without any usage", element.start);
    return new Set(keyUsages.filter((_, bit) => (bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))));
  },
  extKeyUsage(element) {
    if (element.tag !== TAG.sequence) throw unexpected(element, "extKeyUsage");
    return children(element).map((usage) => oidName(readOid(usage)));
  },
  nsCertType: (element) => readBitString(element, "nsCertType").bytes[0] ?? 0,
  subjectAltName: (element) => readGeneralNames(element, "subjectAltName", TAG.sequence),
  nameConstraints(element) {
    const parts = fields(element, "nameConstraints");
    const permitted = parts.optional(context(0));
    const excluded = parts.optional(context(1));
    parts.end();
    return {
      permitted: permitted === undefined ? [] : children(permitted).map(readSubtree),
      excluded: excluded === undefined ? [] : children(excluded).map(readSubtree),
    };
  },
  cRLDistributionPoints: (element) => readDistributionPoints(element, "cRLDistributionPoints"),
  subjectKeyIdentifier(element) {
    if (element.tag !== TAG.octetString) throw unexpected(element, "subjectKeyIdentifier");
    return text(element, "hex");
  },
  authorityKeyIdentifier: readAuthorityKeyIdentifier,
};

/** Reads the Extensions of a certificate. */
export const readExtensions = (element: Element): Extension[] => readExtensionList(element, decode);

/** Reads Extensions whose values mean what `decode` says. */
export function readExtensionList<T>(
  element: Element,
  decodeValue: (name: string, octets: Element) => T,
): (Omit<Extension, "value" | "problem"> & T)[] {
  if (element.tag !== TAG.sequence) throw unexpected(element, "the extensions");
  const seen = new Set<string>();
  return children(element).map((child) => {
    const parts = fields(child, "an extension");
    const oid = readOid(parts.take(TAG.oid, "its identifier"));
    const criticality = parts.optional(TAG.boolean);
    const critical = criticality !== undefined && readBoolean(criticality, "critical");
    if (criticality !== undefined && !critical) note(child, "an extension that spells out critical=FALSE");
    const octets = parts.take(TAG.octetString, "its value");
    parts.end();
    const name = oidName(oid);
    if (seen.has(oid)) note(child, `the extension ${name} stands twice`);
    seen.add(oid);
    return { oid, name, critical, offset: child.start, ...decodeValue(name, octets) };
  });
}

/** The value that a decoder makes of what an OCTET STRING wraps, or why it cannot. */
export function valueOf<T>(
  name: string,
  octets: Element,
  decoder: (element: Element) => T,
): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: decoder(inner(octets, name)) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { problem: error.message };
  }
}

const decode = (name: string, octets: Element): Pick<Extension, "value" | "problem"> =>
  isDecoded(name) ? valueOf<ExtensionValues[keyof ExtensionValues]>(name, octets, decoders[name]) : {};

const isDecoded = (name: string): name is keyof ExtensionValues => Object.hasOwn(decoders, name);

/** Whatever has extensions. */
interface Holder {
  readonly extensions: readonly Extension[];
}

/** An extension as it stands there, decoded or not. */
export const findExtension = ({ extensions }: Holder, name: keyof ExtensionValues): Extension | undefined =>
  extensions.find((extension) => extension.name === name);

/** The value of an extension, if it is there and can be decoded. */
export function extension<N extends keyof ExtensionValues>(holder: Holder, name: N): ExtensionValues[N] | undefined {
  // The value under a name is what the decoder of that name made.
  return findExtension(holder, name)?.value as ExtensionValues[N] | undefined;
}

/** The alternative names of one type, as text. */
export const alternativeNames = (holder: Holder, wanted: GeneralName["type"]): string[] =>
  (extension(holder, "subjectAltName") ?? []).filter(({ type }) => type === wanted).map(({ value }) => value);

function readSubtree(element: Element): Subtree {
  const parts = fields(element, "a name constraint");
  const base = readGeneralName(parts.any("its name"), "a name constraint");
  const minimum = parts.optional(contextPrimitive(0));
  const maximum = parts.optional(contextPrimitive(1));
  parts.end();
  const [least, most] = [minimum, maximum].map(
    (bound) => bound && readInteger({ ...bound, tag: TAG.integer }, "a bound of a name constraint").magnitude,
  );
  return { base, counts: most !== undefined || (least !== undefined && least.length > 0) };
}

/** Reads an AuthorityKeyIdentifier, which certificates and CRLs have. */
export function readAuthorityKeyIdentifier(element: Element): ExtensionValues["authorityKeyIdentifier"] {
  const parts = fields(element, "authorityKeyIdentifier");
  const keyIdentifier = parts.optional(contextPrimitive(0));
  const issuer = parts.optional(context(1));
  const serialNumber = parts.optional(contextPrimitive(2));
  parts.end();
  const names = issuer && readGeneralNames(issuer, "authorityCertIssuer", context(1));
  const directory = issuer && children(issuer).find(({ tag }) => tag === context(4));
  return {
    ...(keyIdentifier && { keyIdentifier: text(keyIdentifier, "hex") }),
    ...(names && { issuer: names.map(({ value }) => value).join(", ") }),
    ...(directory && { issuerName: readName(innerOfTag(directory, "a directory name"), "a directory name") }),
    ...(serialNumber && {
      serialNumber: hex(readInteger({ ...serialNumber, tag: TAG.integer }, "authorityCertSerialNumber").magnitude),
    }),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
