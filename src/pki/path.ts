/** Certification paths, RFC 5280 section 6, as OpenSSL reads it: built from a leaf to a trust anchor, with all reasons why not. */
import { type Certificate, isSelfIssued, sameCertificate } from "./certificate.ts";
import {
  curveProblem,
  describe,
  extensionProblem,
  linkProblems,
  type PathProblem,
  type PathProblemKind,
} from "./link.ts";
import { formatName, sameName } from "./name.ts";
import { nameConstraintProblems, newBudget } from "./name-constraints.ts";

/** The best path that could be built. */
export interface Path {
  /** Leaf first; as far as certificates were found. */
  readonly certificates: readonly Certificate[];
  /** None: the path is valid. */
  readonly problems: readonly PathProblem[];
  /** Whether it ends at a trust anchor. */
  readonly anchored: boolean;
}

/** What a path is built from. */
export interface PathInput {
  readonly leaf: Certificate;
  /** Candidates for the CAs between leaf and anchor. */
  readonly candidates: readonly Certificate[];
  /** Trust anchors. */
  readonly anchors: readonly Certificate[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Certificates looked at before the search gives up: enough for any real chain, little for a hostile one. */
const MAX_STEPS = 500;
/** OpenSSL's default limit of CAs between leaf and anchor. */
const MAX_DEPTH = 100;

/**
 * Builds and validates a path. The validity dates of the leaf itself are not judged here: they are not the chain's.
 * All candidates are tried; of several invalid paths the one with the fewest problems is returned.
 */
export function validatePath({ leaf, candidates, anchors, now }: PathInput): Path {
  let best: Path | undefined;
  let steps = 0;
  const issuers = [...anchors, ...candidates];
  const isAnchor = (certificate: Certificate): boolean =>
    anchors.some((anchor) => sameCertificate(anchor, certificate));

  const budget = newBudget();

  function offer({ certificates, problems: own, anchored }: Path): void {
    const path = { certificates, problems: [...own, ...nameConstraintProblems(certificates, budget)], anchored };
    if (best === undefined || badness(path) < badness(best)) best = path;
  }

  function extend(certificates: readonly Certificate[], problems: readonly PathProblem[]): void {
    const last = certificates.at(-1);
    if (last === undefined || best?.problems.length === 0) return;
    if (isAnchor(last)) return offer({ certificates, problems: finish(certificates, problems), anchored: true });
    const tried: Certificate[] = [];
    for (const issuer of issuers) {
      if (!sameName(issuer.subject, last.issuer)) continue;
      if ([...certificates, ...tried].some((other) => sameCertificate(other, issuer))) continue;
      if (++steps > MAX_STEPS) return;
      if (certificates.length > MAX_DEPTH + 1) {
        const message = `the path has more than the ${MAX_DEPTH} CAs that OpenSSL follows`;
        return offer({
          certificates,
          problems: [...problems, { kind: "gap", certificate: last, message }],
          anchored: false,
        });
      }
      tried.push(issuer);
      extend([...certificates, issuer], [...problems, ...linkProblems(last, issuer, certificates, now)]);
    }
    if (tried.length > 0) return;
    const gap = isSelfIssued(last)
      ? `${describe(last)} is signed by itself and is not among the trust anchors`
      : `no certificate of the issuer of ${describe(last)} is there: ${formatName(last.issuer)}`;
    offer({ certificates, problems: [...problems, { kind: "gap", certificate: last, message: gap }], anchored: false });
  }

  const own = extensionProblem(leaf);
  extend([leaf], own === undefined ? [] : [{ kind: "invalid", certificate: leaf, message: own }]);
  if (steps > MAX_STEPS && (best === undefined || best.problems.length > 0)) {
    const message = `no path was found in ${MAX_STEPS} steps of the search`;
    return { certificates: [leaf], problems: [{ kind: "limit", certificate: leaf, message }], anchored: false };
  }
  // The search has offered a path at its first dead end, at the latest.
  if (best === undefined) throw new Error("the path search ended without a path");
  return best;
}

/** Adds what counts only once there is a chain, and not a trusted leaf alone. */
function finish(certificates: readonly Certificate[], problems: readonly PathProblem[]): readonly PathProblem[] {
  if (certificates.length === 1) return problems;
  const found = certificates.flatMap((certificate): PathProblem[] => {
    const message = curveProblem(certificate);
    return message === undefined ? [] : [{ kind: "invalid", certificate, message }];
  });
  return found.length === 0 ? problems : [...problems, ...found];
}

/** How far a problem leads from the path that was meant: the wrong CA says less than the right one with a fault. */
const weights: Readonly<Record<PathProblemKind, number>> = {
  limit: 1000,
  gap: 1000,
  signature: 100,
  identifier: 100,
  authority: 10,
  "path-length": 10,
  invalid: 10,
  "name-constraint": 10,
  dates: 1,
};

const badness = ({ problems }: Path): number => problems.reduce((sum, { kind }) => sum + weights[kind], 0);
