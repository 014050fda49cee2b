/** Extensions that no rule asks for, RFC 5280 section 4.2 and those of Microsoft, Netscape and Certificate Transparency, as lines of text. */
import {
  children,
  content,
  contextPrimitive,
  DerError,
  type Element,
  fields,
  TAG,
  text,
  unexpected,
} from "../pki/der.ts";
import { readOid, readSmallInteger } from "../pki/der-values.ts";
import { readDistributionPoints } from "../pki/distribution-point.ts";
import { readGeneralName, readGeneralNames } from "../pki/general-name.ts";
import { formatInstant, formatTime, readTime } from "../pki/time.ts";
import { formatGeneralName, formatPoint } from "./name-text.ts";
import { namedOid, nameOf } from "./names.ts";

/** By the extension's name; of a broken value they throw a DerError. */
export const decoders: Readonly<Record<string, (element: Element) => string[]>> = {
  issuerAltName: (element) => readGeneralNames(element, "issuerAltName", TAG.sequence).map(formatGeneralName),
  freshestCRL: (element) => readDistributionPoints(element, "freshestCRL").flatMap(formatPoint),
  authorityInfoAccess: readAccess,
  subjectInfoAccess: readAccess,
  certificatePolicies: readPolicies,
  msApplicationPolicies: readPolicies,
  policyMappings: (element) =>
    each(element, "policyMappings", (mapping) =>
      children(mapping)
        .map((oid) => namedOid(readOid(oid)))
        .join(" is "),
    ),
  policyConstraints(element) {
    const parts = fields(element, "policyConstraints");
    const [explicit, mapping] = [parts.optional(contextPrimitive(0)), parts.optional(contextPrimitive(1))];
    parts.end();
    const number = (bound: Element): number => readSmallInteger({ ...bound, tag: TAG.integer }, "a number of levels");
    return [
      ...(explicit ? [`requireExplicitPolicy:${number(explicit)}`] : []),
      ...(mapping ? [`inhibitPolicyMapping:${number(mapping)}`] : []),
    ];
  },
  inhibitAnyPolicy: (element) => [String(readSmallInteger(element, "inhibitAnyPolicy"))],
  subjectDirectoryAttributes: (element) =>
    each(element, "subjectDirectoryAttributes", (one) => namedOid(firstOid(one))),
  qcStatements: (element) => each(element, "qcStatements", (one) => namedOid(firstOid(one))),
  smimeCapabilities: (element) => each(element, "smimeCapabilities", (one) => namedOid(firstOid(one))),
  privateKeyUsagePeriod(element) {
    const parts = fields(element, "privateKeyUsagePeriod");
    const [from, until] = [parts.optional(contextPrimitive(0)), parts.optional(contextPrimitive(1))];
    parts.end();
    const time = (bound: Element): string =>
      formatTime(readTime({ ...bound, tag: TAG.generalizedTime }, "privateKeyUsagePeriod"));
    return [...(from ? [`from ${time(from)}`] : []), ...(until ? [`until ${time(until)}`] : [])];
  },
  tlsFeature: (element) =>
    each(element, "tlsFeature", (feature) => {
      const number = readSmallInteger(feature, "a feature of TLS");
      return { 5: "status_request", 17: "status_request_v2" }[number] ?? String(number);
    }),
  signedCertificateTimestampList: readTimestamps,
  ocspNoCheck: () => [],
  precertificatePoison: () => [],
  msCertificateTemplateName: readText,
  msCertificateTemplate(element) {
    const [oid, ...versions] = children(element);
    if (oid === undefined) throw unexpected(element, "msCertificateTemplate");
    const numbers = versions.map((version) => readSmallInteger(version, "the template's version"));
    return [namedOid(readOid(oid)), ...(numbers.length > 0 ? [`version ${numbers.join(".")}`] : [])];
  },
  msCaVersion(element) {
    const version = readSmallInteger(element, "msCaVersion");
    return [`certificate ${version % 65_536}, key ${Math.floor(version / 65_536)}`];
  },
  msPreviousCaCertificateHash: (element) => [text(element, "hex")],
  msSecurityIdentifier(element) {
    const [name] = children(element);
    const [, value] = name === undefined ? [] : children(name);
    const [octets] = value === undefined ? [] : children(value);
    if (octets?.tag !== TAG.octetString) throw unexpected(element, "msSecurityIdentifier");
    return [text(octets, "latin1")];
  },
  nsComment: readText,
  nsBaseUrl: readText,
  nsRevocationUrl: readText,
  nsCaRevocationUrl: readText,
  nsRenewalUrl: readText,
  nsCaPolicyUrl: readText,
  nsSslServerName: readText,
};

/** A line for each element of a SEQUENCE. */
function each(element: Element, what: string, format: (child: Element) => string): string[] {
  if (element.tag !== TAG.sequence) throw unexpected(element, what);
  return children(element).map(format);
}

function firstOid(element: Element): string {
  const [oid] = children(element);
  if (oid === undefined) throw unexpected(element, "an object identifier");
  return readOid(oid);
}

/** AccessDescriptions, RFC 5280 section 4.2.2. */
function readAccess(element: Element): string[] {
  return each(element, "a list of places", (description) => {
    const parts = fields(description, "a place");
    const method = nameOf(readOid(parts.take(TAG.oid, "what is there")));
    const { value } = readGeneralName(parts.any("its name"), "a place");
    parts.end();
    return `${method} ${value}`;
  });
}

/** PolicyInformation, RFC 5280 section 4.2.1.4. */
function readPolicies(element: Element): string[] {
  if (element.tag !== TAG.sequence) throw unexpected(element, "policies");
  return children(element).flatMap((information) => {
    const parts = fields(information, "a policy");
    const oid = readOid(parts.take(TAG.oid, "its identifier"));
    const qualifiers = parts.optional(TAG.sequence);
    parts.end();
    return [namedOid(oid), ...(qualifiers === undefined ? [] : children(qualifiers).flatMap(readQualifier))];
  });
}

/** The address of a practice statement, or the text of a notice. */
function readQualifier(element: Element): string[] {
  const [oid, value] = children(element);
  if (oid === undefined || value === undefined) throw unexpected(element, "a qualifier");
  const name = nameOf(readOid(oid));
  if (value.tag === TAG.sequence)
    return children(value)
      .filter(({ tag }) => tag !== TAG.sequence)
      .flatMap(readText)
      .map((notice) => `${name} ${notice}`);
  return readText(value).map((address) => `${name} ${address}`);
}

/** Text of any string type. */
function readText(element: Element): string[] {
  if (element.tag === TAG.bmpString) {
    const bytes = Buffer.from(content(element));
    return [
      bytes
        .subarray(0, bytes.length & ~1)
        .swap16()
        .toString("utf16le"),
    ];
  }
  const isUtf8 = element.tag === TAG.utf8String;
  if (!isUtf8 && !textTags.has(element.tag)) throw unexpected(element, "text");
  return [text(element, isUtf8 ? "utf8" : "latin1")];
}

const textTags: ReadonlySet<number> = new Set([
  TAG.ia5String,
  TAG.printableString,
  TAG.visibleString,
  TAG.teletexString,
  TAG.numericString,
]);

/** Octets of a log's identifier that tell it from others. */
const LOG_OCTETS = 8;

/** Last moment that a Date can hold, in milliseconds since 1970. */
const LAST_MOMENT = 8.64e15;

/** SignedCertificateTimestampList, RFC 6962 section 3.3: not DER, but TLS's encoding. */
function readTimestamps(element: Element): string[] {
  if (element.tag !== TAG.octetString) throw unexpected(element, "a list of timestamps");
  const bytes = Buffer.from(content(element));
  const lines: string[] = [];
  for (let at = 2; at + 2 <= bytes.length;) {
    const length = bytes.readUInt16BE(at);
    const timestamp = bytes.subarray(at + 2, at + 2 + length);
    if (timestamp.length < 41) throw new DerError("a timestamp that is cut off", element.contentStart + at);
    const log = timestamp.subarray(1, 1 + LOG_OCTETS).toString("hex");
    const moment = Number(timestamp.readBigUInt64BE(33));
    const when = moment <= LAST_MOMENT ? formatInstant(moment) : "a time beyond all calendars";
    lines.push(`${when}, by the log ${log}…`);
    at += 2 + length;
  }
  return lines;
}
