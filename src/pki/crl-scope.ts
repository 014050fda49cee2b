/** Which certificates a CRL is about, RFC 5280 sections 5.2.5 and 6.3.3 (b), as OpenSSL reads it. */
import { type Certificate, isAuthority } from "./certificate.ts";
import type { Crl } from "./crl.ts";
import { crlExtension, type IssuingDistributionPoint } from "./crl-extensions.ts";
import { content, readDer, TAG } from "./der.ts";
import { encode } from "./der-writer.ts";
import { extension } from "./extensions.ts";
import type { DistributionPoint, DistributionPointName } from "./distribution-point.ts";
import { describe } from "./link.ts";
import { canonicalName, displayName, type Name, readName, sameName } from "./name.ts";

/**
 * What kind of reason. Of another issuer or key, not signed by it, signed by one that may not; about other certificates;
 * of a kind that alone does not suffice; outside of its dates; not understood, broken, or too much to be read.
 */
export type CrlProblemKind =
  | "issuer"
  | "signature"
  | "authority"
  | "scope"
  | "distribution-point"
  | "delta"
  | "indirect"
  | "reasons"
  | "not-yet-valid"
  | "stale"
  | "critical-extension"
  | "damaged"
  | "limit";

/** Why a CRL says nothing about a certificate, or may not be relied on. */
export interface CrlProblem {
  readonly kind: CrlProblemKind;
  readonly message: string;
  /** Byte offset in the CRL. */
  readonly offset?: number;
}

/** Whether the CRL is about certificates such as this one. */
export function scopeProblems(crl: Crl, certificate: Certificate): CrlProblem[] {
  const about = pointOf(crl);
  if (about === undefined) return [];
  const who = describeCrl(crl);
  const only = [
    about.onlyContainsUserCerts && "end-entity certificates",
    about.onlyContainsCACerts && "CA certificates",
    about.onlyContainsAttributeCerts && "attribute certificates",
  ].filter((kind) => kind !== false);
  if (only.length > 1)
    return [{ kind: "damaged", message: `${who} says that it covers ${only.join(" only, and ")} only` }];
  const isOther =
    about.onlyContainsAttributeCerts ||
    (isAuthority(certificate) ? about.onlyContainsUserCerts : about.onlyContainsCACerts);
  if (isOther) return [{ kind: "scope", message: `${who} covers ${only.join("")} only` }];
  if (about.point === undefined || matchingPoint(crl, certificate, about.point) !== undefined) return [];
  if ((extension(certificate, "cRLDistributionPoints")?.length ?? 0) > MAX_POINTS) {
    const message = `${describe(certificate)} names more than ${MAX_POINTS} distribution points: not all were compared with that of ${who}`;
    return [{ kind: "limit", message }];
  }
  const message = `${who} belongs to another distribution point than those of ${describe(certificate)}: ${describePoint(about.point)}`;
  return [{ kind: "distribution-point", message }];
}

/** What a CRL says that it is about, if it does. */
export const pointOf = (crl: Crl): IssuingDistributionPoint | undefined =>
  crlExtension(crl, "issuingDistributionPoint");

/** How a CRL is called in messages. */
export const describeCrl = (crl: Crl): string => `the CRL of "${displayName(crl.issuer)}"`;

/** The first distribution point of the certificate that is that of the CRL, as OpenSSL searches it. */
export function matchingPoint(
  crl: Crl,
  certificate: Certificate,
  own: DistributionPointName | undefined,
): DistributionPoint | undefined {
  const names = own && new Set(comparedNames(own, crl.issuer));
  const points = extension(certificate, "cRLDistributionPoints")?.slice(0, MAX_POINTS);
  return points?.find((candidate) => {
    const issuers = candidate.cRLIssuer?.flatMap(({ name }) => name ?? []);
    if (issuers !== undefined && !issuers.some((name) => sameName(name, crl.issuer))) return false;
    return (
      names === undefined ||
      comparedNames(candidate, issuers?.[0] ?? certificate.issuer).some((name) => names.has(name))
    );
  });
}

/** Distribution points of a certificate that are compared with that of a CRL; real ones have one or two. */
const MAX_POINTS = 32;

/** Names of distribution points as texts: a certificate may have thousands, and be held against a thousand CRLs. */
const compared = new WeakMap<DistributionPointName, readonly string[]>();

/** The names of a point, of which equal ones are the same text; a relative one goes with the issuer's, always the same for a point. */
function comparedNames(point: DistributionPointName, issuer: Name): readonly string[] {
  const known = compared.get(point) ?? textsOf(point, issuer);
  compared.set(point, known);
  return known;
}

function textsOf({ names, relativeName }: DistributionPointName, issuer: Name): string[] {
  if (relativeName === undefined)
    return names.map(({ type, value, name }) => (name === undefined ? `${type} ${value}` : directoryText(name)));
  const bytes = encode(TAG.sequence, content(readDer(issuer.bytes)), relativeName);
  return [directoryText(readName(readDer(bytes), "a distribution point's name"))];
}

const directoryText = (name: Name): string => `directory ${canonicalName(name)}`;

const describePoint = ({ names: [first], relativeName }: DistributionPointName): string =>
  first === undefined ? `a name relative to the issuer's${relativeName ? "" : ", which is empty"}` : `"${first.value}"`;
