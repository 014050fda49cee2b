/** The chain as people picture it: the path from leaf to root (RFC 5280 section 6.1), and the state of each link. */
import type { CertificateArtifact } from "../bundle/artifact.ts";
import { type Bundle, certificatesIn } from "../bundle/bundle.ts";
import type { Certificate } from "../pki/certificate.ts";
import { isCurrent, isRoot, type PathProblem } from "../pki/link.ts";
import { displayName, sameName } from "../pki/name.ts";
import type { RevocationState } from "../pki/revocation.ts";
import { formatTime } from "../pki/time.ts";
import { judgeRevocation } from "../bundle/revocable.ts";
import type { Context } from "../rule.ts";
import { disorderOf } from "../rules/chain.ts";
import { subjectsOf } from "../evaluation/subjects.ts";

/** The path, and what stands beside it in the chain file. */
export interface ChainFacts {
  /** Leaf first, as far as certificates were found. */
  readonly path: readonly PathCertificate[];
  /** Whether it ends at a trust anchor. */
  readonly anchored: boolean;
  /** The issuer of the last certificate, if no file holds it. */
  readonly missing?: string;
  /** Whether the chain file has them in this order. */
  readonly ordered: boolean;
  /** What else the chain file holds. */
  readonly others: readonly OtherCertificate[];
}

/** A certificate and where it stands. */
interface PlacedCertificate {
  /** The common name, or what else people call it. */
  readonly name: string;
  readonly file: string;
  /** Absent for DER and containers. */
  readonly line?: number;
}

/** A certificate of the path. */
export interface PathCertificate extends PlacedCertificate {
  readonly role: "leaf" | "CA" | "root";
  /** In ISO 8601, or as it stands in the certificate if it cannot be read. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** At the time judged. */
  readonly validity: "current" | "not begun" | "expired" | "unreadable";
  /** What the CRLs say; absent if none were looked for, and of a root. */
  readonly revocation?: RevocationState["state"];
  readonly problems: readonly ChainProblem[];
}

/** Why the path is not valid at this place. */
export interface ChainProblem {
  /** What is at fault: the certificate itself, or the link to its issuer, the next of the path. */
  readonly on: "certificate" | "link";
  readonly kind: PathProblem["kind"];
  readonly message: string;
}

/** A certificate beside the path: one that stands there already, or that the path does not come to. */
export interface OtherCertificate extends PlacedCertificate {
  readonly why: "duplicate" | "unconnected";
}

/** The facts; nothing where the chain is not judged, or a limit leaves it unknown. */
export function chainFacts(bundle: Bundle, context: Context): ChainFacts | undefined {
  const selection = subjectsOf.chain(bundle, context);
  if (!context.validation || "missing" in selection) return undefined;
  const [selected] = selection.present;
  if (selected === undefined || selected.subject.path.problems.some(({ kind }) => kind === "limit")) return undefined;
  const { leaf, path, certificates } = selected.subject;
  const artifacts = [leaf, ...certificates, ...certificatesIn(bundle.slots, "roots")];
  // By all their bytes: comparing each with each takes long where many begin alike.
  const firsts = new Map(artifacts.map((artifact) => [bytesOf(artifact.certificate), artifact] as const).toReversed());
  const placed = path.certificates.flatMap((certificate) => firsts.get(bytesOf(certificate)) ?? []);
  const issuer = path.certificates.at(-1)?.issuer;
  const isMissing = issuer && !artifacts.some(({ certificate }) => sameName(certificate.subject, issuer));
  const states = new Map(
    bundle.crls && judgeRevocation(bundle, context.now).map(({ certificate, status }) => [certificate, status.state]),
  );
  return {
    path: placed.map((artifact, index) => ({
      ...place(artifact),
      role: index === 0 ? "leaf" : isRoot(artifact.certificate) ? "root" : "CA",
      notBefore: formatTime(artifact.certificate.notBefore),
      notAfter: formatTime(artifact.certificate.notAfter),
      validity: validity(artifact.certificate, context.now),
      ...stateOf(states, path.certificates[index]),
      // The same certificate of another file may be the one that the path is made of.
      problems: problemsOf(path.certificates[index], path.problems),
    })),
    anchored: path.anchored,
    ...(isMissing && { missing: displayName(issuer) }),
    ordered: disorderOf(selected.subject) === undefined,
    others: others(placed, certificates, firsts),
  };
}

function stateOf(
  states: ReadonlyMap<Certificate, RevocationState["state"]>,
  certificate: Certificate | undefined,
): Pick<PathCertificate, "revocation"> {
  const revocation = certificate && states.get(certificate);
  return revocation === undefined ? {} : { revocation };
}

const bytesOf = ({ bytes }: Certificate): string => Buffer.from(bytes).toString("latin1");

function place({ certificate, origin }: CertificateArtifact): PlacedCertificate {
  const { file, line } = origin.at();
  return { name: displayName(certificate.subject), file, ...(line !== undefined && { line }) };
}

function validity(certificate: Certificate, now: number): PathCertificate["validity"] {
  const { notBefore, notAfter } = certificate;
  if (Number.isNaN(notBefore.at) || Number.isNaN(notAfter.at)) return "unreadable";
  if (isCurrent(certificate, now)) return "current";
  return now < notBefore.at ? "not begun" : "expired";
}

/** Kinds that tell of two certificates, and not of one. */
const kindsOnLinks: ReadonlySet<string> = new Set(["signature", "identifier", "gap"] satisfies PathProblem["kind"][]);

const problemsOf = (certificate: Certificate | undefined, problems: readonly PathProblem[]): ChainProblem[] =>
  problems
    .filter((problem) => problem.certificate === certificate)
    .map(({ kind, message }) => ({ on: kindsOnLinks.has(kind) ? "link" : "certificate", kind, message }));

function others(
  placed: readonly CertificateArtifact[],
  certificates: readonly CertificateArtifact[],
  firsts: ReadonlyMap<string, CertificateArtifact>,
): OtherCertificate[] {
  const onPath = new Set(placed);
  return certificates
    .filter((artifact) => !onPath.has(artifact))
    .map((artifact) => {
      const isFirst = firsts.get(bytesOf(artifact.certificate)) === artifact;
      return { ...place(artifact), why: isFirst ? "unconnected" : "duplicate" };
    });
}
