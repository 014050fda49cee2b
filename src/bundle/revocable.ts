/** The certificates of a bundle that a CRL can revoke, all of the path but its root, and what CRLs say of them. */
import type { CertificateArtifact, Origin } from "./artifact.ts";
import { type Bundle, certificatesIn } from "./bundle.ts";
import { type Certificate, isSelfIssued, sameCertificate } from "../pki/certificate.ts";
import type { Crl } from "../pki/crl.ts";
import { isSelfSigned } from "../pki/link.ts";
import { displayName } from "../pki/name.ts";
import { type RevocationState, revocationOf } from "../pki/revocation.ts";

/** A certificate with the one that signs its CRL. */
export interface Revocable {
  readonly certificate: Certificate;
  readonly origin: Origin;
  /** Absent if the path does not lead there. */
  readonly issuer?: Certificate;
}

type Given = Pick<Bundle, "leaf" | "chain" | "slots">;

/** The leaf first, then the CAs above it. */
export const revocables = (bundle: Given): Revocable[] =>
  withRoot(bundle).filter((revocable) => !isItsOwnIssuer(revocable));

/** Nobody but itself could revoke a root, but where it does, OpenSSL believes it. */
const isItsOwnIssuer = ({ certificate, issuer }: Revocable): boolean => issuer === certificate;

/** The same with the root, if there is one. */
export function withRoot({ leaf, chain, slots }: Given): Revocable[] {
  if (leaf === undefined || isSelfSigned(leaf.certificate)) return [];
  const path = chain?.path?.certificates ?? [leaf.certificate];
  const known: readonly CertificateArtifact[] = [
    leaf,
    ...(chain?.certificates ?? []),
    ...certificatesIn(slots, "roots"),
  ];
  return path.flatMap((certificate, index) => {
    const origin = known.find((other) => sameCertificate(other.certificate, certificate))?.origin;
    const issuer = path[index + 1] ?? (isSelfSigned(certificate) ? certificate : undefined);
    if (origin === undefined || (issuer === undefined && isSelfIssued(certificate))) return [];
    return [{ certificate, origin, ...(issuer && { issuer }) }];
  });
}

/** What the CRLs that were found say of each; of a root, if they say that it is revoked. */
export function judgeRevocation(bundle: Bundle, now: number): readonly JudgedRevocable[] {
  const known = judged.get(bundle);
  if (known?.now === now) return known.all;
  const all = judgeAnew(bundle, now);
  judged.set(bundle, { now, all });
  return all;
}

/** With what the CRLs say. */
export interface JudgedRevocable extends Revocable {
  readonly status: RevocationState;
}

/** Several rules ask, and there may be a thousand CRLs. */
const judged = new WeakMap<Bundle, { readonly now: number; readonly all: readonly JudgedRevocable[] }>();

function judgeAnew(bundle: Bundle, now: number): JudgedRevocable[] {
  const crls = bundle.crls?.sources.flatMap(({ file }) => file?.crls ?? []) ?? [];
  return withRoot(bundle)
    .map((revocable) => ({ ...revocable, status: statusOf(revocable, crls, now) }))
    .filter((one) => !isItsOwnIssuer(one) || one.status.state === "revoked");
}

/** If it is known who would have signed them. */
function statusOf({ certificate, issuer }: Revocable, crls: readonly Crl[], now: number): RevocationState {
  if (issuer !== undefined) return revocationOf(certificate, issuer, crls, now);
  const message = "the certificate of its issuer is not there to verify a CRL with";
  return { state: "unknown", problems: [{ kind: "authority", message }] };
}

/** Why nothing is known. A CRL of somebody else is no reason: there may be any number. */
export const whyUnknown = (
  { problems }: Extract<RevocationState, { state: "unknown" }>,
  { issuer }: Certificate,
): string => problems.find(({ kind }) => kind !== "issuer")?.message ?? `no CRL of "${displayName(issuer)}" is at hand`;
