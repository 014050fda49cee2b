/** What is told of certificates and requests. */
import type { CertificateArtifact, Origin, RequestArtifact } from "../bundle/artifact.ts";
import { type Certificate, fingerprint, isAuthority, isSelfIssued } from "../pki/certificate.ts";
import type { Irregularity } from "../pki/der.ts";
import { nameKind } from "../pki/dns-name.ts";
import { alternativeNames, type Extension, extension } from "../pki/extensions.ts";
import { isSelfSigned } from "../pki/link.ts";
import { displayName, formatName, type Name, values } from "../pki/name.ts";
import { verifyRequest } from "../pki/request.ts";
import { DAY, formatTime, type Time } from "../pki/time.ts";
import { type Holder, meaningOf } from "./extension-meanings.ts";
import { readContent } from "./extension-values.ts";
import type {
  AttributeFacts,
  CertificateItem,
  ExtensionFacts,
  IrregularityFacts,
  Period,
  Place,
  RequestItem,
} from "./inspection.ts";
import { nameOf } from "./names.ts";
import { publicKeyFacts, sha1 } from "./public-key.ts";
import { compareWithSample } from "./sample.ts";

/** The facts of a certificate at a time, in milliseconds since 1970. */
export function certificateItem({ certificate, origin }: CertificateArtifact, now: number): CertificateItem {
  const { subject, issuer, version, serialNumber, signatureAlgorithm, publicKey, irregularities } = certificate;
  const role = roleOf(certificate);
  const extensions = extensionFacts(certificate.extensions, certificate.bytes, role === "leaf" ? "leaf" : "CA");
  return {
    kind: "certificate",
    ...placeOf(origin),
    name: displayName(subject),
    role,
    subject: formatName(subject),
    subjectAttributes: attributesOf(subject),
    issuer: formatName(issuer),
    isSelfSigned: isSelfSigned(certificate),
    version,
    serialNumber,
    period: periodOf(certificate.notBefore, certificate.notAfter, now),
    signatureAlgorithm: signatureAlgorithm.name,
    publicKey: publicKeyFacts(publicKey),
    extensions,
    digests: { sha256: fingerprint(certificate), sha1: sha1(certificate.bytes) },
    irregularities: irregularityFacts(irregularities),
    ...(role === "leaf" && { sample: compareWithSample(certificate, extensions) }),
  };
}

/** The published sample says CA:TRUE of itself, as OpenSSL's defaults do, and is a server's all the same. */
function roleOf(certificate: Certificate): CertificateItem["role"] {
  const signs = extension(certificate, "keyUsage")?.has("keyCertSign") ?? true;
  const isOfServer =
    !signs ||
    alternativeNames(certificate, "dns").length > 0 ||
    (extension(certificate, "extKeyUsage")?.includes("serverAuth") ?? false) ||
    values(certificate.subject, "CN").some((name) => nameKind(name) === "domain");
  if (!isAuthority(certificate) || isOfServer) return "leaf";
  return isSelfIssued(certificate) ? "root" : "CA";
}

/** The facts of a request. */
export function requestItem({ request, origin }: RequestArtifact): RequestItem {
  const { subject, signatureAlgorithm, publicKey, attributes, irregularities } = request;
  return {
    kind: "request",
    ...placeOf(origin),
    name: displayName(subject),
    subject: formatName(subject),
    subjectAttributes: attributesOf(subject),
    signatureAlgorithm: signatureAlgorithm.name,
    signature: verifyRequest(request),
    publicKey: publicKeyFacts(publicKey),
    attributes: attributes.map(({ name }) => name),
    extensions: extensionFacts(request.extensions, request.bytes, "request"),
    irregularities: irregularityFacts(irregularities),
  };
}

/** Where something stands. */
export const placeOf = ({ lines, container }: Origin): Place => ({
  ...(lines && { line: lines[0], endLine: lines[1] }),
  ...(container && { container }),
});

/** A period, with what it means at a time. */
export function periodOf(from: Time, until: Time | undefined, now: number): Period {
  const shown = { from: formatTime(from), ...(until && { until: formatTime(until) }) };
  const end = until === undefined ? Infinity : until.at;
  if (Number.isNaN(from.at + end)) return { ...shown, validity: "unreadable" };
  const days = (duration: number): number => Math.floor(duration / DAY);
  if (now < from.at) return { ...shown, validity: "not begun", days: Math.ceil((from.at - now) / DAY) };
  if (now >= end) return { ...shown, validity: "expired", days: days(now - end) };
  return { ...shown, validity: "current", ...(end < Infinity && { days: days(end - now) }) };
}

const attributesOf = ({ attributes }: Name): AttributeFacts[] => attributes.map(({ type, value }) => ({ type, value }));

/** Without what else the reader of DER keeps. */
const irregularityFacts = (irregularities: readonly Irregularity[]): IrregularityFacts[] =>
  irregularities.map(({ message, offset }) => ({ message, offset }));

/** Octets of an unknown extension that are shown. */
const SHOWN_OCTETS = 32;

const extensionFacts = (extensions: readonly Extension[], holder: Uint8Array, whose: Holder): ExtensionFacts[] =>
  extensions.map((found) => {
    const { values, problem, octets } = readContent(found, holder);
    const name = nameOf(found.oid);
    const isUnknown = name === found.oid || problem !== undefined;
    return {
      oid: found.oid,
      name,
      critical: found.critical,
      values,
      meaning: meaningOf(name, values, whose),
      ...(problem !== undefined && { problem }),
      length: octets.length,
      ...(isUnknown && { start: Buffer.from(octets.subarray(0, SHOWN_OCTETS)).toString("hex") }),
    };
  });
