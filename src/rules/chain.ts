/** The chain file: whether it leads from the certificate to a root, and whether it holds that, in order, and nothing else. */
import { type CertificateArtifact, isBare } from "../bundle/artifact.ts";
import { defender, practice } from "../defender.ts";
import { type Certificate, isAuthority, isSelfIssued, sameCertificate } from "../pki/certificate.ts";
import type { PathProblemKind } from "../pki/link.ts";
import { displayName, formatName, sameName } from "../pki/name.ts";
import { describePublicKey } from "../pki/public-key.ts";
import { convertFix, joinCommand, sibling, uploadCommand } from "../remedy.ts";
import type { Context, Found, Remedy, Rule, Subjects } from "../rule.ts";

type ChainFile = Subjects["chain"];

export const chain: readonly Rule[] = [
  {
    id: "chain/trusted",
    on: "chain",
    severity: "error",
    refusal: "chain-of-trust",
    validation: "on",
    title: "The chain leads from the certificate to a root, and every signature in it is good",
    source: defender("2022", "Troubleshoot CA-Certificate Upload"),
    why: "With validation on, the appliance refuses a certificate whose chain it cannot verify.",
    fix(subject, context) {
      const { path, certificates, leaf, file } = subject;
      const has = (wanted: PathProblemKind): boolean => path.problems.some(({ kind }) => kind === wanted);
      if (has("choice")) return onlyTheChain(subject, context);
      if (certificates.length === 0)
        return `Ask the CA for its certificates, from the issuer of ${quoted(leaf.certificate)} up to the root.`;
      const last = path.certificates.at(-1);
      const missing = last === undefined || path.anchored || isSelfIssued(last) ? undefined : last.issuer;
      if (missing === undefined)
        return has("name-constraint")
          ? "Have a certificate issued whose names this CA may certify, or have it issued by a CA that may certify these names."
          : "Ask the CA for the chain that belongs to the certificate. Where a CA's own certificate is at fault, the CA has to replace it.";
      return path.certificates.some(({ subject: name }) => sameName(name, missing))
        ? `Add the certificate of a root to ${file}: one of these CAs, or one above them, has a certificate that it issued to itself.`
        : `Add the certificate of ${formatName(missing)} to ${file}, and those above it up to the root; or give the chain that belongs to the certificate.`;
    },
    check(subject) {
      const faults = subject.path.problems.filter(({ kind }) => kind !== "limit");
      const limit = notJudged(subject.path);
      if (limit !== undefined && faults.length === 0) return { skipped: limit };
      return faults.flatMap(({ certificate, message }) => foundOnPath(subject, certificate, message));
    },
  },
  {
    id: "chain/within-limits",
    on: "chain",
    severity: "error",
    validation: "on",
    title: "The chain has nothing that certcheck cannot judge",
    source: practice("RFC 5280", "4.2.1.10"),
    why: "Thousands of names under thousands of name constraints take too long to compare, and what belongs to the Internet's routing (RFC 3779) is not read: nothing is known of the chain.",
    fix: () => "Ask the CA for a certificate with the names of this appliance alone, from a template for servers.",
    check: ({ path }) => notJudged(path),
  },
  {
    id: "chain/root-included",
    on: "chain",
    severity: "error",
    validation: "on",
    title: "The root stands in the chain file",
    source: defender("2023 guide", "Create a CA-signed SSL/TLS certificate"),
    why: "The chain file has the certificates of all CAs that lead to the certificate; the appliance knows no roots but those it is given.",
    fix: ({ file }, context) => convertFix(`Add the root to the end of ${file}.`, uploadCommand(context)),
    check({ path, certificates, hasRoots }) {
      const root = path.certificates.at(-1);
      if (!hasRoots || !path.anchored || root === undefined) return undefined;
      return certificates.some(({ certificate }) => sameCertificate(certificate, root))
        ? undefined
        : `the root ${quoted(root)} is not in the chain file`;
    },
  },
  {
    id: "chain/ordered",
    on: "chain",
    severity: "error",
    validation: "on",
    title: "The chain is in order: the issuer of the certificate first, then upward to the root",
    source: defender("2021", "Supported parameters for SSL certificate, Certificate Chain"),
    why: "OpenSSL's own command accepts any order; servers and clients that read the file in sequence do not.",
    fix({ path, certificates, file }, context) {
      const inOrder = certificatesOnPath(path.certificates, certificates);
      const order = inOrder.map(({ certificate }) => quoted(certificate)).join(", ");
      return rewritten(`Write the certificates in this order: ${order}.`, inOrder, file, context);
    },
    check(subject) {
      // What it holds instead, `file/decodes` or `file/right-slot` has said.
      if (subject.certificates.length === 0) return { skipped: "the chain file holds no certificate" };
      const disorder = disorderOf(subject);
      if (disorder === undefined) return undefined;
      return {
        message: `the certificates stand in the order ${disorder.actual.map(({ certificate }) => quoted(certificate)).join(", ")}`,
        origin: disorder.firstWrong.origin,
      };
    },
  },
  {
    id: "chain/only-cas",
    on: "chain",
    severity: "error",
    validation: "on",
    title: "The chain file holds certificates of CAs only",
    source: defender("2023 guide", "Create a CA-signed SSL/TLS certificate", "inferred"),
    why: "The file is for the CAs that led to the certificate; what the appliance makes of others in it is not documented.",
    fix: onlyTheChain,
    check(subject): Found[] {
      const { certificates, leaf, path } = subject;
      // What stands above the leaf on the path and is no CA, is a fault of the path: `chain/trusted` has it.
      const above = new Set(path.certificates.slice(1));
      return certificates
        .filter((artifact) => !isCa(artifact) && !above.has(artifact.certificate))
        .map(({ certificate, origin }) => ({
          message: sameCertificate(certificate, leaf.certificate)
            ? "holds the appliance's own certificate"
            : `${quoted(certificate)} is not a CA`,
          origin,
        }));
    },
  },
  {
    id: "chain/only-needed",
    on: "chain",
    severity: "warning",
    validation: "on",
    title: "The chain file holds the CAs of this certificate, each once",
    source: defender("2023 guide", "Create a CA-signed SSL/TLS certificate", "inferred"),
    why: "Duplicates and strangers show that files were mixed up, and make the next person wonder which chain is meant.",
    fix: onlyTheChain,
    check(subject): Found[] {
      const { certificates, path } = subject;
      return certificates.filter(isCa).flatMap((artifact) => {
        const { certificate, origin } = artifact;
        if (isDuplicate(artifact, subject)) return [{ message: `${quoted(certificate)} stands there twice`, origin }];
        // Who is a stranger is known once the path is.
        if (!path.anchored || isOnPath(artifact, subject)) return [];
        return [{ message: `${quoted(certificate)} has no part in this chain`, origin }];
      });
    },
  },
  {
    id: "chain/algorithms",
    on: "chain",
    severity: "info",
    validation: "on",
    title: "The CAs use the algorithms that are listed for the certificate",
    source: defender("2023", "CRT file requirements", "inferred"),
    why: "The table speaks of the certificate alone, so that other algorithms of the CAs are fine; whoever compares will ask.",
    fix: () => "Nothing to do, unless a client of the appliance is known not to support them.",
    check({ path, certificates }): Found[] {
      return path.certificates.slice(1).flatMap((authority) => {
        const { publicKey, signatureAlgorithm } = authority;
        // Nobody looks at the signature that a root has over itself.
        const signed =
          isSelfIssued(authority) || signatureAlgorithm.name === "sha256WithRSAEncryption"
            ? ""
            : `, signed with ${signatureAlgorithm.name}`;
        if (publicKey.algorithm === "RSA" && signed === "") return [];
        const origin = certificates.find(({ certificate }) => certificate === authority)?.origin;
        return [
          {
            message: `${quoted(authority)} has a key of ${describePublicKey(publicKey)}${signed}`,
            ...(origin && { origin }),
          },
        ];
      });
    },
  },
];

/** The order in which the certificates of the path stand in the file, if that is another than the path's; a container has none. */
export function disorderOf({
  path,
  certificates,
}: Pick<ChainFile, "path" | "certificates">):
  | { readonly actual: readonly CertificateArtifact[]; readonly firstWrong: CertificateArtifact }
  | undefined {
  if (!certificates.some(isBare)) return undefined;
  const expected = certificatesOnPath(path.certificates, certificates);
  const actual = certificates.filter((artifact) => expected.includes(artifact));
  const firstWrong = actual.find((artifact, index) => artifact !== expected[index]);
  return firstWrong && { actual, firstWrong };
}

/** A finding about a certificate of the path, if there is one, at its place in the files. */
export function foundOnPath(
  { leaf, certificates }: ChainFile,
  subject: Certificate,
  message: string | undefined,
): Found[] {
  if (message === undefined) return [];
  const artifact = [leaf, ...certificates].find(({ certificate }) => certificate === subject);
  return [{ message, ...(artifact && { origin: artifact.origin }) }];
}

const quoted = ({ subject }: Certificate): string => JSON.stringify(displayName(subject));

/** CA:TRUE; or a root of the time before extensions. */
const isCa = ({ certificate }: CertificateArtifact): boolean =>
  isAuthority(certificate) || (certificate.version === 1 && isSelfIssued(certificate));

/** The certificates of the file that are on the path, in the order of the path; each once. */
function certificatesOnPath(
  path: readonly Certificate[],
  certificates: readonly CertificateArtifact[],
): CertificateArtifact[] {
  return path
    .slice(1)
    .flatMap(
      (certificate) => certificates.find((artifact) => sameCertificate(artifact.certificate, certificate)) ?? [],
    );
}

const isOnPath = ({ certificate }: CertificateArtifact, { path }: ChainFile): boolean =>
  path.certificates.some((other) => sameCertificate(other, certificate));

const isDuplicate = (artifact: CertificateArtifact, { certificates }: ChainFile): boolean =>
  certificates.find(({ certificate }) => sameCertificate(certificate, artifact.certificate)) !== artifact;

/** The chain in order and nothing else, as far as it is known; else what is certain not to belong there is left out. */
function onlyTheChain(subject: ChainFile, context: Context): Remedy {
  const { certificates, path, file } = subject;
  const kept = path.anchored
    ? certificatesOnPath(path.certificates, certificates)
    : certificates.filter(
        (artifact) => (isCa(artifact) || isOnPath(artifact, subject)) && !isDuplicate(artifact, subject),
      );
  const others = kept.filter(({ certificate }) => !sameCertificate(certificate, subject.leaf.certificate));
  if (others.length === 0) return "Leave this file out: none of its certificates is a CA of this certificate.";
  return rewritten("Keep the CAs of this certificate, each once.", others, file, context);
}

/** The commands that write these certificates anew, as far as there are any. */
function rewritten(advice: string, kept: readonly CertificateArtifact[], file: string, context: Context): Remedy {
  const origins = kept.map(({ origin }) => origin);
  const join = joinCommand(origins, sibling(file, "-ordered.pem", context));
  return convertFix(advice, uploadCommand(context), ...(join === undefined ? [] : [join]));
}

/** What is said where the path could not be judged. */
const notJudged = ({ problems }: ChainFile["path"]): string | undefined =>
  problems.find(({ kind }) => kind === "limit")?.message;
