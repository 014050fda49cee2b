/** Which certificates a CRL is about, RFC 5280 sections 5.2.5 and 6.3.3 (b), as OpenSSL reads it. */
import { type Certificate, isAuthority } from "./certificate.ts";
import type { Crl } from "./crl.ts";
import { crlExtension, type IssuingDistributionPoint } from "./crl-extensions.ts";
import { content, readDer, TAG } from "./der.ts";
import { encode } from "./der-writer.ts";
import { extension } from "./extensions.ts";
import type { DistributionPoint, DistributionPointName } from "./distribution-point.ts";
import type { GeneralName } from "./general-name.ts";
import { describe } from "./link.ts";
import { displayName, type Name, readName, sameName } from "./name.ts";

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
    about.onlyContainsUserCerts && "certificates that are no CA's",
    about.onlyContainsCACerts && "certificates of CAs",
    about.onlyContainsAttributeCerts && "attribute certificates",
  ].filter((kind) => kind !== false);
  if (only.length > 1)
    return [{ kind: "damaged", message: `${who} says that it is about nothing but ${only.join(" and nothing but ")}` }];
  const isOther =
    about.onlyContainsAttributeCerts ||
    (isAuthority(certificate) ? about.onlyContainsUserCerts : about.onlyContainsCACerts);
  if (isOther) return [{ kind: "scope", message: `${who} is about ${only.join("")} alone` }];
  if (about.point === undefined || matchingPoint(crl, certificate, about.point) !== undefined) return [];
  if ((extension(certificate, "cRLDistributionPoints")?.length ?? 0) > MAX_POINTS) {
    const message = `${describe(certificate)} names more than ${MAX_POINTS} distribution points: not all were compared with that of ${who}`;
    return [{ kind: "limit", message }];
  }
  const message = `${who} is that of another distribution point than those of ${describe(certificate)}: ${describePoint(about.point)}`;
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
  const names = own && namesOf(own, crl.issuer);
  const points = extension(certificate, "cRLDistributionPoints")?.slice(0, MAX_POINTS);
  return points?.find((candidate) => {
    const issuers = candidate.cRLIssuer?.flatMap(({ name }) => name ?? []);
    if (issuers !== undefined && !issuers.slice(0, MAX_NAMES).some((name) => sameName(name, crl.issuer))) return false;
    return names === undefined || shareName(namesOf(candidate, issuers?.[0] ?? certificate.issuer), names);
  });
}

/** Distribution points of a certificate that are compared with that of a CRL; real ones have one or two. */
const MAX_POINTS = 32;
/** Names of a distribution point that are compared; each has to be compared with each. */
const MAX_NAMES = 16;

function namesOf({ names, relativeName }: DistributionPointName, issuer: Name): readonly ComparedName[] {
  if (relativeName === undefined) return names.slice(0, MAX_NAMES);
  const bytes = encode(TAG.sequence, content(readDer(issuer.bytes)), relativeName);
  return [{ type: "directory", value: "", name: readName(readDer(bytes), "a distribution point's name") }];
}

/** What of a name is compared. */
type ComparedName = Pick<GeneralName, "type" | "value" | "name">;

const shareName = (a: readonly ComparedName[], b: readonly ComparedName[]): boolean =>
  a.some((left) =>
    b.some((right) =>
      left.name && right.name
        ? sameName(left.name, right.name)
        : left.type === right.type && left.value === right.value,
    ),
  );

const describePoint = ({ names: [first], relativeName }: DistributionPointName): string =>
  first === undefined ? `a name relative to the issuer's${relativeName ? "" : ", which is empty"}` : `"${first.value}"`;
