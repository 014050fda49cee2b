/** Links of a path, RFC 5280 section 6.1, as OpenSSL reads them: what forbids one certificate to stand above another. */
import { type Certificate, isSelfIssued } from "./certificate.ts";
import { extension, type ExtensionValues } from "./extensions.ts";
import { displayName, formatName, sameName } from "./name.ts";
import { describePublicKey } from "./public-key.ts";
import { type SignatureState, suitsKey, verifyWith } from "./signature.ts";
import { formatDay } from "./time.ts";

/**
 * What kind of reason, in this order: no issuer at hand, another issuer than OpenSSL takes, the key of another issuer
 * named, not signed by the issuer, not allowed to sign, too many CAs below, out of its dates, a name that a CA does not
 * allow, a certificate that OpenSSL takes for invalid wherever it stands, and what is not judged, for its cost or as
 * nobody has it.
 */
export type PathProblemKind =
  | "gap"
  | "choice"
  | "identifier"
  | "signature"
  | "authority"
  | "path-length"
  | "dates"
  | "name-constraint"
  | "invalid"
  | "limit";

/** One reason why a path is not valid. */
export interface PathProblem {
  readonly kind: PathProblemKind;
  /** The certificate it is about. */
  readonly certificate: Certificate;
  readonly message: string;
}

/** What forbids `issuer` to stand above `subject`, the last of the path `below`. */
export function linkProblems(
  subject: Certificate,
  issuer: Certificate,
  below: readonly Certificate[],
  now: number,
): PathProblem[] {
  const found: PathProblem[] = [];
  const add = (kind: PathProblemKind, certificate: Certificate, message: string | undefined): boolean => {
    if (message !== undefined) found.push({ kind, certificate, message });
    return message !== undefined;
  };
  if (!add("identifier", subject, identifierMismatch(subject, issuer)))
    add("signature", subject, signatureProblem(subject, issuer));
  if (!add("invalid", issuer, extensionProblem(issuer))) add("authority", issuer, authorityProblem(issuer));
  add("path-length", issuer, pathLengthProblem(issuer, below));
  add("dates", issuer, datesProblem(issuer, now));
  return found;
}

/**
 * The authorityKeyIdentifier of what was signed, described as `who`, names another key or another certificate than the
 * issuer's. OpenSSL does not take such a certificate for the issuer, even where the signature is good.
 */
export function identifierProblem(
  who: () => string,
  authority: ExtensionValues["authorityKeyIdentifier"] | undefined,
  issuer: Certificate,
): string | undefined {
  const identifier = extension(issuer, "subjectKeyIdentifier");
  if (authority?.keyIdentifier !== undefined && identifier !== undefined && authority.keyIdentifier !== identifier) {
    return `${who()} was signed by another key of ${describe(issuer)}: authority key identifier ${short(authority.keyIdentifier)}, the CA's is ${short(identifier)}`;
  }
  if (authority?.serialNumber !== undefined && trimZeros(authority.serialNumber) !== trimZeros(issuer.serialNumber)) {
    return `${who()} names the CA certificate with serial number ${authority.serialNumber} as its issuer, ${describe(issuer)} has ${issuer.serialNumber}`;
  }
  if (authority?.issuerName !== undefined && !sameName(authority.issuerName, issuer.issuer)) {
    return `${who()} names a CA certificate that ${formatName(authority.issuerName)} issued, ${describe(issuer)} was issued by ${formatName(issuer.issuer)}`;
  }
  return undefined;
}

const identifierMismatch = (subject: Certificate, issuer: Certificate): string | undefined =>
  identifierProblem(() => describe(subject), extension(subject, "authorityKeyIdentifier"), issuer);

function signatureProblem(subject: Certificate, issuer: Certificate): string | undefined {
  const { signatureAlgorithm, signature } = subject;
  if (Buffer.compare(signatureAlgorithm.bytes, signature.bytes) !== 0) {
    return `${describe(subject)} names two signature algorithms, ${signature.name} inside and ${signatureAlgorithm.name} outside`;
  }
  const state = verifyIssuedBy(subject, issuer);
  if (state === "valid") return undefined;
  if (state === "unknown")
    return `the signature of ${describe(subject)} is of a kind that cannot be verified: ${signatureAlgorithm.name}`;
  return `the signature of ${describe(subject)} was not made with the key of ${describe(issuer)} (${describePublicKey(issuer.publicKey)}), or the certificate was altered`;
}

/** Signatures that were verified, by the certificate and its issuer: different paths share links. */
const verified = new WeakMap<Certificate, Map<Certificate, SignatureState>>();

/** Whether the issuer's key made the certificate's signature. */
function verifyIssuedBy(subject: Certificate, issuer: Certificate): SignatureState {
  const known = verified.get(subject) ?? new Map<Certificate, SignatureState>();
  verified.set(subject, known);
  const state = known.get(issuer) ?? verifyAnew(subject, issuer);
  known.set(issuer, state);
  return state;
}

const verifyAnew = (
  { signatureAlgorithm, tbsCertificate, signatureValue }: Certificate,
  { publicKey }: Certificate,
): SignatureState => verifyWith(publicKey, signatureAlgorithm, tbsCertificate, signatureValue);

/** Whether a certificate is signed with its own key. */
export const isSelfSigned = (certificate: Certificate): boolean =>
  isSelfIssued(certificate) &&
  identifierMismatch(certificate, certificate) === undefined &&
  verifyIssuedBy(certificate, certificate) === "valid";

/**
 * Whether a certificate can be a trust anchor for OpenSSL: it names itself as issuer, and neither its key identifiers
 * nor the kinds of its key and signature say otherwise. The signature of a root over itself proves nothing, and is not looked at.
 */
export const isRoot = (certificate: Certificate): boolean =>
  isSelfIssued(certificate) &&
  identifierMismatch(certificate, certificate) === undefined &&
  suitsKey(certificate.signature, certificate.publicKey);

/** Whether OpenSSL takes a certificate for the issuer of another, before it looks at any signature. */
export const canIssue = (issuer: Certificate, subject: Certificate): boolean =>
  sameName(issuer.subject, subject.issuer) &&
  identifierMismatch(subject, issuer) === undefined &&
  suitsKey(subject.signature, issuer.publicKey) &&
  brokenExtension(issuer) === undefined;

/** Whether a certificate is within its dates. */
export const isCurrent = ({ notBefore, notAfter }: Certificate, now: number): boolean =>
  // OpenSSL takes the last second for expired, RFC 5280 does not.
  now >= notBefore.at && now < notAfter.at;

/**
 * OpenSSL does not use a certificate at all, not even as a leaf, if one of the extensions it looks at cannot be decoded
 * or stands twice (EXFLAG_INVALID), or if it does not know one that is critical.
 */
export function extensionProblem(certificate: Certificate): string | undefined {
  const broken = brokenExtension(certificate);
  if (broken !== undefined) return broken;
  const { extensions } = certificate;
  if (extensions.some(({ oid }) => oid === PROXY_CERTIFICATE))
    return `${describe(certificate)} is a proxy certificate (RFC 3820), which OpenSSL accepts only where it is told to`;
  const unknown = extensions.find(({ name, critical }) => critical && !handled.has(name));
  return unknown && `${describe(certificate)} has a critical extension that OpenSSL does not handle: ${unknown.name}`;
}

function brokenExtension(certificate: Certificate): string | undefined {
  const { extensions } = certificate;
  const broken = extensions.find(({ problem }) => problem !== undefined);
  if (broken !== undefined)
    return `${describe(certificate)} has an extension ${broken.name} that cannot be decoded: ${broken.problem}`;
  const twice = extensions.find(
    ({ name, value }, index) => value !== undefined && extensions.findIndex((other) => other.name === name) < index,
  );
  return twice && `${describe(certificate)} has two extensions ${twice.name}`;
}

/** What OpenSSL looks at in a certificate, and nothing here does: address space and systems of the Internet's routing. */
export function unjudged(certificate: Certificate): string | undefined {
  const isOfRouting = certificate.extensions.some(({ oid }) => oid === ADDRESS_BLOCKS || oid === SYSTEM_IDENTIFIERS);
  return isOfRouting
    ? `the address blocks or system numbers (RFC 3779) of ${describe(certificate)} are not judged by certcheck`
    : undefined;
}

const ADDRESS_BLOCKS = "1.3.6.1.5.5.7.1.7";
const SYSTEM_IDENTIFIERS = "1.3.6.1.5.5.7.1.8";
const PROXY_CERTIFICATE = "1.3.6.1.5.5.7.1.14";

/** The extensions that OpenSSL lets be critical (X509_supported_extension). */
const handled: ReadonlySet<string> = new Set([
  "basicConstraints",
  "keyUsage",
  "extKeyUsage",
  "subjectAltName",
  "nameConstraints",
  "certificatePolicies",
  "policyConstraints",
  "policyMappings",
  "inhibitAnyPolicy",
  "cRLDistributionPoints",
  "nsCertType",
  PROXY_CERTIFICATE,
  // OCSP no-check.
  "1.3.6.1.5.5.7.48.1.5",
  ADDRESS_BLOCKS,
  SYSTEM_IDENTIFIERS,
]);

/** In a chain, OpenSSL takes no key on a curve that is spelled out: such parameters have been used to forge signatures. */
export const curveProblem = (certificate: Certificate): string | undefined =>
  certificate.publicKey.algorithm === "EC" && certificate.publicKey.curve === undefined
    ? `the key of ${describe(certificate)} is on a curve that is spelled out instead of named`
    : undefined;

/** The bits of Netscape's certificate type that stand for CAs. */
const NETSCAPE_CA = 0x07;

/** Why a certificate may not sign others, as OpenSSL's X509_check_ca has it. */
function authorityProblem(issuer: Certificate): string | undefined {
  const usage = extension(issuer, "keyUsage");
  if (usage !== undefined && !usage.has("keyCertSign")) {
    return `${describe(issuer)} may not sign certificates: its keyUsage lacks keyCertSign`;
  }
  const constraints = extension(issuer, "basicConstraints");
  if (constraints !== undefined)
    return constraints.cA ? undefined : `${describe(issuer)} is not a CA: its basicConstraints says CA:FALSE`;
  // Without basicConstraints: a root of version 1, or one that may sign by its keyUsage, or by Netscape's certificate type.
  const isOldCa = usage !== undefined || ((extension(issuer, "nsCertType") ?? 0) & NETSCAPE_CA) !== 0;
  const isOldRoot = isRoot(issuer) && (issuer.version === 1 || isOldCa);
  return isOldRoot ? undefined : `${describe(issuer)} is not a CA: it has no basicConstraints`;
}

/** `below`: the path from the leaf to the certificate right under the issuer. */
function pathLengthProblem(issuer: Certificate, below: readonly Certificate[]): string | undefined {
  const limit = extension(issuer, "basicConstraints")?.pathLenConstraint;
  if (limit === undefined) return undefined;
  const intermediates = below.slice(1).filter((certificate) => !isSelfIssued(certificate)).length;
  if (intermediates <= limit) return undefined;
  return `${describe(issuer)} allows ${limit} ${limit === 1 ? "CA" : "CAs"} below it (pathLen:${limit}), there are ${intermediates}`;
}

function datesProblem(issuer: Certificate, now: number): string | undefined {
  const { notBefore, notAfter } = issuer;
  const who = `the CA ${describe(issuer)}`;
  if (Number.isNaN(notBefore.at) || Number.isNaN(notAfter.at))
    return `${who} has dates that cannot be read: ${notBefore.text}, ${notAfter.text}`;
  if (isCurrent(issuer, now)) return undefined;
  return now < notBefore.at
    ? `${who} is not valid before ${formatDay(notBefore.at)}`
    : `${who} expired on ${formatDay(notAfter.at)}`;
}

/** A certificate as it stands in a message. */
export const describe = (certificate: Certificate): string => `"${displayName(certificate.subject)}"`;
const short = (hex: string): string => (hex.length > 16 ? `${hex.slice(0, 16)}…` : hex);
const trimZeros = (hex: string): string => hex.replace(/^0+(?=.)/, "");
