/** What CRLs say of a certificate, RFC 5280 section 6.3, as OpenSSL reads it: nothing that is in doubt is taken for good. */
import type { Certificate } from "./certificate.ts";
import type { Crl } from "./crl.ts";
import type { Revocation } from "./crl-entry.ts";
import { crlExtension, type RevocationReason } from "./crl-extensions.ts";
import {
  type CrlProblem,
  type CrlProblemKind,
  describeCrl,
  matchingPoint,
  pointOf,
  scopeProblems,
} from "./crl-scope.ts";
import { extension } from "./extensions.ts";
import { describe, identifierProblem } from "./link.ts";
import { displayName, sameName } from "./name.ts";
import { describePublicKey, samePublicKey } from "./public-key.ts";
import { formatDay } from "./time.ts";

/** What the CRLs say of a certificate. */
export type RevocationState<C extends Crl = Crl> =
  | { readonly state: "revoked"; readonly date: number; readonly reason?: RevocationReason; readonly crl: C }
  | { readonly state: "good"; readonly crl: C }
  | { readonly state: "unknown"; readonly problems: readonly CrlProblem[] };

/** Why a CRL is not to be used for a certificate of this issuer; none: that it lists the certificate or not is the answer. */
export function crlProblems(crl: Crl, certificate: Certificate, issuer: Certificate, now: number): CrlProblem[] {
  const foreign = foreignProblems(crl, certificate, issuer);
  return foreign.some(({ kind }) => kind === "issuer") ? foreign : [...foreign, ...doubts(crl, certificate, now)];
}

/**
 * The answer of several CRLs. A revocation counts even if the CRL is out of date or incomplete, unless a newer one about
 * the same certificates does not have it any more.
 */
export function revocationOf<C extends Crl>(
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly C[],
  now: number,
): RevocationState<C> {
  const judged = crls.map((crl) => ({ crl, problems: crlProblems(crl, certificate, issuer, now) }));
  const genuine = judged
    .filter(({ problems }) => problems.every(({ kind }) => incomplete.has(kind)))
    .map((one): Genuine<C> => ({ ...one, ...entriesOf(one.crl, certificate), point: pointText(one.crl) }));
  for (const one of genuine) {
    const { crl, entry } = one;
    if (entry === undefined || genuine.some((other) => supersedes(other, one))) continue;
    return {
      state: "revoked",
      date: entry.date.at,
      ...(entry.reason !== undefined && { reason: entry.reason }),
      crl,
    };
  }
  const [best] = genuine
    .filter(({ problems }) => problems.length === 0)
    .toSorted((a, b) => b.crl.thisUpdate.at - a.crl.thisUpdate.at);
  if (best !== undefined) return { state: "good", crl: best.crl };
  const problems = judged.flatMap((one) => one.problems);
  const own = problems.filter(({ kind }) => kind !== "issuer");
  if (problems.length === 0) problems.push({ kind: "issuer", message: `no CRL of ${describe(issuer)} is there` });
  return { state: "unknown", problems: own.length > 0 ? own : problems };
}

/** Kinds of problems with which a CRL does not show that a certificate is good, but may show that it is revoked. */
const incomplete: ReadonlySet<CrlProblemKind> = new Set([
  "delta",
  "indirect",
  "reasons",
  "not-yet-valid",
  "stale",
  "limit",
]);

/** A CRL of the issuer, with what counts where several are compared: there may be a thousand. */
interface Genuine<C extends Crl> {
  readonly crl: C;
  readonly problems: readonly CrlProblem[];
  /** The entry that revokes the certificate. */
  readonly entry?: Revocation;
  /** Whether an entry says that the certificate is not revoked any more. */
  readonly isLifted: boolean;
  /** What the CRL is about, to be compared. */
  readonly point: string;
}

/** Whether a newer CRL shows that what an older one lists is over: it is about the same and has no such entry, or lifts it. */
function supersedes<C extends Crl>(newer: Genuine<C>, older: Genuine<C>): boolean {
  if (!(newer.crl.thisUpdate.at > older.crl.thisUpdate.at) || newer.entry !== undefined) return false;
  if (newer.problems.length === 0) return newer.point === older.point;
  return newer.isLifted && newer.problems.every(({ kind }) => kind === "delta");
}

const pointText = (crl: Crl): string =>
  JSON.stringify(pointOf(crl) ?? null, (key, value: unknown) => (key === "offset" ? undefined : value));

/** What the entries about a certificate say. */
function entriesOf(crl: Crl, certificate: Certificate): Pick<Genuine<Crl>, "entry" | "isLifted"> {
  const own = crl.revoked.filter(
    ({ serialNumber, certificateIssuer }) =>
      serialNumber === certificate.serialNumber &&
      (certificateIssuer ?? [crl.issuer]).some((name) => sameName(name, certificate.issuer)),
  );
  const entry = own.find(({ reason }) => reason !== "removeFromCRL");
  return { isLifted: own.length > 0 && entry === undefined, ...(entry && { entry }) };
}

/** Why a CRL is not the issuer's word about the certificate. */
function foreignProblems(crl: Crl, certificate: Certificate, issuer: Certificate): CrlProblem[] {
  const who = describeCrl(crl);
  if (!sameName(crl.issuer, certificate.issuer)) {
    const kind = pointOf(crl)?.indirectCRL === true ? "an indirect CRL" : "the CRL";
    const message = `${kind} was issued by "${displayName(crl.issuer)}", not by "${displayName(certificate.issuer)}"`;
    return [{ kind: "issuer", message, offset: crl.issuer.offset }];
  }
  const found: CrlProblem[] = [];
  const identifier = crlExtension(crl, "authorityKeyIdentifier");
  const signature = identifierProblem(() => who, identifier, issuer) ?? signatureProblem(crl, issuer);
  if (signature !== undefined) found.push({ kind: "signature", message: signature });
  const usage = extension(issuer, "keyUsage");
  if (usage !== undefined && !usage.has("cRLSign"))
    found.push({ kind: "authority", message: `${describe(issuer)} may not sign CRLs: its keyUsage lacks cRLSign` });
  return [...found, ...extensionProblems(crl), ...scopeProblems(crl, certificate)];
}

function signatureProblem(crl: Crl, issuer: Certificate): string | undefined {
  const { signature, signatureAlgorithm, signatureState, signer } = crl;
  const who = describeCrl(crl);
  if (Buffer.compare(signature.bytes, signatureAlgorithm.bytes) !== 0)
    return `${who} names two signature algorithms, ${signature.name} inside and ${signatureAlgorithm.name} outside`;
  if (signatureState === "valid" && signer !== undefined && samePublicKey(signer.publicKey, issuer.publicKey))
    return undefined;
  if (signatureState === "unknown") return `the signature of ${who} could not be verified (${signatureAlgorithm.name})`;
  return `the signature of ${who} was not made with the key of ${describe(issuer)} (${describePublicKey(issuer.publicKey)}), or the CRL was altered`;
}

/** OpenSSL does not use a CRL with a critical extension that it does not handle, be it of the CRL or of any entry. */
function extensionProblems(crl: Crl): CrlProblem[] {
  const who = describeCrl(crl);
  const found: CrlProblem[] = [];
  const names = new Set<string>();
  for (const { name, critical, problem, value, offset } of crl.extensions) {
    if (problem !== undefined)
      found.push({
        kind: "damaged",
        message: `${who} has an extension ${name} that cannot be decoded: ${problem}`,
        offset,
      });
    if (value !== undefined && names.has(name))
      found.push({ kind: "damaged", message: `${who} has two extensions ${name}`, offset });
    names.add(name);
    if (critical && !handled.has(name)) {
      const message = `${who} has a critical extension that OpenSSL does not handle: ${name}`;
      found.push({ kind: "critical-extension", message, offset });
    }
  }
  if (crl.criticalEntryExtension !== undefined) {
    const message = `${who} has an entry with a critical extension that OpenSSL does not handle: ${crl.criticalEntryExtension}`;
    found.push({ kind: "critical-extension", message });
  }
  return found;
}

/** The extensions of a CRL that OpenSSL lets be critical. */
const handled: ReadonlySet<string> = new Set([
  "issuingDistributionPoint",
  "authorityKeyIdentifier",
  "deltaCRLIndicator",
]);

/** Why a CRL that is the issuer's does not suffice. */
function doubts(crl: Crl, certificate: Certificate, now: number): CrlProblem[] {
  const found: CrlProblem[] = [];
  const who = describeCrl(crl);
  const { thisUpdate, nextUpdate } = crl;
  const about = pointOf(crl);
  if (crl.extensions.some(({ name }) => name === "deltaCRLIndicator"))
    found.push({
      kind: "delta",
      message: `${who} is a delta CRL: it lists nothing but what changed since another one`,
    });
  if (about?.indirectCRL === true)
    found.push({
      kind: "indirect",
      message: `${who} is an indirect CRL, which OpenSSL does not use unless it is told to`,
    });
  if (about?.onlySomeReasons !== undefined) {
    const message = `${who} covers revocations for these reasons only: ${about.onlySomeReasons.join(", ") || "none"}`;
    found.push({ kind: "reasons", message });
  } else if (matchingPoint(crl, certificate, about?.point)?.partialReasons === true) {
    const message = `${describe(certificate)} names ${who} for some reasons of revocation only`;
    found.push({ kind: "reasons", message });
  }
  for (const time of [thisUpdate, ...(nextUpdate ? [nextUpdate] : [])])
    if (Number.isNaN(time.at))
      found.push({
        kind: "stale",
        message: `${who} has a date that cannot be read: ${time.text}`,
        offset: time.offset,
      });
  if (now < thisUpdate.at)
    found.push({
      kind: "not-yet-valid",
      message: `${who} is not valid before ${formatDay(thisUpdate.at)}`,
      offset: thisUpdate.offset,
    });
  // Without nextUpdate a CRL is valid for ever, to OpenSSL.
  if (nextUpdate !== undefined && now >= nextUpdate.at)
    found.push({
      kind: "stale",
      message: `${who} is out of date: the next one was due on ${formatDay(nextUpdate.at)}`,
      offset: nextUpdate.offset,
    });
  if (crl.isCut)
    found.push({
      kind: "limit",
      message: `${who} lists the same serial numbers over and over: not all were looked at`,
    });
  return found;
}
