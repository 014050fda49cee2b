/** Certification paths, RFC 5280 section 6, as OpenSSL reads it: built from a leaf to a trust anchor, with all reasons why not. */
import { type Certificate, fingerprint, isSelfIssued, sameCertificate } from "./certificate.ts";
import {
  canIssue,
  curveProblem,
  describe,
  extensionProblem,
  isCurrent,
  isRoot,
  linkProblems,
  type PathProblem,
  type PathProblemKind,
  unjudged,
} from "./link.ts";
import { formatName, sameName } from "./name.ts";
import { type Budget, nameConstraintProblems, newBudget } from "./name-constraints.ts";

/** The path that OpenSSL builds, or one that says better why it builds none. */
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
  /** CAs that may stand between leaf and anchor. */
  readonly candidates: readonly Certificate[];
  /** What is trusted: its roots are trust anchors, its other CAs are preferred to the candidates. */
  readonly anchors: readonly Certificate[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Certificates looked at before the search for another path gives up: enough for any real chain, little for a hostile one. */
const MAX_STEPS = 500;
/** OpenSSL's default limit of CAs between leaf and anchor. */
const MAX_DEPTH = 100;

/**
 * Builds and validates a path. The validity dates of the leaf itself are not judged here: they are not the chain's.
 * If OpenSSL's path is not valid, all others are tried: another may be, which is then the problem, or says it better.
 */
export function validatePath(input: PathInput): Path {
  const budget = newBudget();
  const taken = judge(takenPath(input), input, budget);
  if (taken.problems.every(({ kind }) => kind === "limit")) return taken;
  let best: Path | undefined;
  const steps = { left: MAX_STEPS };
  for (const draft of everyPath(start(input.leaf), input, steps)) {
    const path = judge(draft, input, budget);
    if (path.problems.length === 0) return { ...path, problems: [missed(path.certificates, taken)] };
    const isJudged = path.problems.every(({ kind }) => kind !== "limit");
    if (isJudged && (best === undefined || badness(path) < badness(best))) best = path;
  }
  if (best === undefined) return taken;
  const difference = badness(taken) - badness(best);
  // One of the paths goes as far as OpenSSL's and further, unless the search ended before it came there.
  return difference === 0 || (difference < 0 && steps.left < 0) ? taken : best;
}

/** A path that may go on, with what is wrong so far. */
type Draft = Pick<Path, "certificates" | "problems">;

function start(leaf: Certificate): Draft {
  const message = extensionProblem(leaf);
  return {
    certificates: [leaf],
    problems: message === undefined ? [] : [{ kind: "invalid", certificate: leaf, message }],
  };
}

const extend = ({ certificates, problems }: Draft, last: Certificate, issuer: Certificate, now: number): Draft => ({
  certificates: [...certificates, issuer],
  problems: [...problems, ...linkProblems(last, issuer, certificates, now)],
});

/**
 * The path that `openssl verify` takes: an issuer is looked for in what is trusted, and else among the candidates; the
 * first that fits is taken, a current one rather than others. It never comes back to try another.
 */
function takenPath({ leaf, candidates, anchors, now }: PathInput): Draft {
  let path = start(leaf);
  let rest = candidates;
  for (let last = leaf; path.certificates.length <= MAX_DEPTH + 1 && !isRoot(last);) {
    const trusted = takenIssuer(anchors, last, now);
    // Once something that is trusted was found, only that goes on.
    if (trusted !== undefined) rest = [];
    const { certificates } = path;
    rest = rest.filter((candidate) => !isAmong(candidate, certificates));
    const issuer = trusted ?? takenIssuer(rest, last, now);
    if (issuer === undefined || isAmong(issuer, certificates)) break;
    path = extend(path, last, issuer, now);
    last = issuer;
  }
  return path;
}

function takenIssuer(certificates: readonly Certificate[], subject: Certificate, now: number): Certificate | undefined {
  const fitting = certificates.filter((issuer) => canIssue(issuer, subject));
  const latest = Math.max(...fitting.map(({ notAfter }) => notAfter.at));
  return fitting.find((issuer) => isCurrent(issuer, now)) ?? fitting.find(({ notAfter }) => notAfter.at === latest);
}

const isAmong = (certificate: Certificate, others: readonly Certificate[]): boolean =>
  others.some((other) => sameCertificate(other, certificate));

/** All paths that go on with this one by names, as far as they go. */
function* everyPath(path: Draft, input: PathInput, steps: { left: number }): Generator<Draft> {
  const { certificates } = path;
  const last = certificates.at(-1) ?? input.leaf;
  const tried: Certificate[] = [];
  if (!isAnchor(last, input) && certificates.length <= MAX_DEPTH + 1) {
    for (const issuer of [...input.anchors, ...input.candidates]) {
      if (!sameName(issuer.subject, last.issuer) || isAmong(issuer, certificates) || isAmong(issuer, tried)) continue;
      if (--steps.left < 0) return;
      tried.push(issuer);
      yield* everyPath(extend(path, last, issuer, input.now), input, steps);
    }
  }
  if (tried.length === 0) yield path;
}

const isAnchor = (certificate: Certificate, { anchors }: PathInput): boolean =>
  isRoot(certificate) && isAmong(certificate, anchors);

/** Adds what counts only now that the path goes no further. */
function judge({ certificates, problems }: Draft, input: PathInput, budget: Budget): Path {
  const last = certificates.at(-1) ?? input.leaf;
  const anchored = isAnchor(last, input);
  const found = [...problems];
  if (!anchored) found.push({ kind: "gap", certificate: last, message: gap(certificates, last, input) });
  // A trusted leaf alone is used whatever its curve.
  for (const certificate of anchored && certificates.length > 1 ? certificates : []) {
    const message = curveProblem(certificate);
    if (message !== undefined) found.push({ kind: "invalid", certificate, message });
  }
  for (const certificate of certificates) {
    const message = unjudged(certificate);
    if (message !== undefined) found.push({ kind: "limit", certificate, message });
  }
  found.push(...nameConstraintProblems(certificates, budget));
  return { certificates, problems: found, anchored };
}

/** Why a path goes no further. */
function gap(path: readonly Certificate[], last: Certificate, { anchors, candidates }: PathInput): string {
  if (path.length > MAX_DEPTH + 1) return `the path has more than the ${MAX_DEPTH} CAs that OpenSSL follows`;
  if (isSelfIssued(last)) return `${describe(last)} is signed by itself and is not among the trusted roots`;
  const issuers = [...anchors, ...candidates].filter(({ subject }) => sameName(subject, last.issuer));
  const from = path.findIndex((certificate) => isAmong(certificate, issuers));
  if (from >= 0) {
    const circle = path.slice(from).map(describe).join(", ");
    return `${circle} certify one another in a circle, and none of them is a root`;
  }
  if (issuers.length > 0 && isAmong(last, anchors))
    return `the issuer of ${describe(last)}, which is among the trusted roots, is looked for there alone`;
  return `no certificate of the issuer of ${describe(last)} is there: ${formatName(last.issuer)}`;
}

/** What is wrong where a valid path is there, and OpenSSL takes another. */
function missed(valid: readonly Certificate[], { certificates, problems }: Path): PathProblem {
  const fork = valid.findIndex((certificate, at) => !isAmong(certificate, certificates.slice(at, at + 1)));
  const [below, right, wrong] = [valid[fork - 1], valid[fork], certificates[fork]];
  const [reason] = problems;
  if (below === undefined || right === undefined || reason === undefined)
    throw new Error("two paths of the same certificates were judged differently");
  const message =
    wrong === undefined
      ? `OpenSSL goes no further than ${describe(below)}, though another way leads to a root: ${reason.message}`
      : `OpenSSL takes one certificate of ${describe(wrong)} (${print(wrong)}), though another (${print(right)}) leads to a root: ${reason.message}`;
  return { kind: "choice", certificate: wrong ?? below, message };
}

/** What tells certificates of one name apart. */
const print = (certificate: Certificate): string => `SHA-256 fingerprint ${fingerprint(certificate).slice(0, 16)}...`;

/** How far a problem leads from the path that was meant: the wrong CA says less than the right one with a fault. */
const weights: Readonly<Record<PathProblemKind, number>> = {
  limit: 1000,
  gap: 1000,
  signature: 100,
  identifier: 100,
  authority: 10,
  "path-length": 10,
  "name-constraint": 10,
  choice: 10,
  invalid: 10,
  dates: 1,
};

const badness = ({ problems }: Path): number => problems.reduce((sum, { kind }) => sum + weights[kind], 0);
