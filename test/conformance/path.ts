/** Paths: OpenSSL's verdict, plain, for a server and strict, and that of the suites. */
import { isCurrent } from "../../src/pki/link.ts";
import { type Path, validatePath } from "../../src/pki/path.ts";
import { serverProblem, usageProblem } from "../../src/pki/purpose.ts";
import { strictProblems } from "../../src/pki/strict.ts";
import { type Case, certificatesIn, type Exceptions, type Judge, type Section } from "./cases.ts";

/** The path of a case, and whether the leaf is within its dates. */
interface Built {
  readonly path: Path;
  readonly isLeafCurrent: boolean;
}

const known = new Map<Case, Built | undefined>();

/** Each case is asked about several times, and its path stays the same; nothing without a leaf. */
function built(subject: Case): Built | undefined {
  if (!known.has(subject)) known.set(subject, build(subject));
  return known.get(subject);
}

function build({ files, args: { time = "" } }: Case): Built | undefined {
  const [leaf] = certificatesIn(files["leaf"] ?? "");
  if (leaf === undefined) return undefined;
  const now = Date.parse(time);
  const candidates = certificatesIn(files["intermediates"] ?? files["chain"] ?? "");
  const anchors = files["roots"] === undefined ? candidates : certificatesIn(files["roots"]);
  return { path: validatePath({ leaf, candidates, anchors, now }), isLeafCurrent: isCurrent(leaf, now) };
}

type Reasons = (path: Path) => readonly string[];

const notForServers: Reasons = ({ certificates: [leaf, ...authorities] }) =>
  [leaf && serverProblem(leaf), ...authorities.map(usageProblem)].filter((problem) => problem !== undefined);
const notStrict: Reasons = ({ certificates }) => strictProblems(certificates).map(({ message }) => message);

/** What is against a case; nothing if it is accepted. */
function against(subject: Case, ...more: readonly Reasons[]): string[] {
  const { path, isLeafCurrent } = built(subject) ?? {};
  if (path === undefined) return ["unreadable"];
  return [
    ...path.problems.map(({ message }) => message),
    ...(isLeafCurrent ? [] : ["the leaf's own dates"]),
    ...more.flatMap((reasons) => reasons(path)),
  ];
}

const verdictOf = (reasons: readonly string[]): string => (reasons.length === 0 ? "accept" : "reject");

/** Compares the verdict with that of somebody else. */
function judgeBy(verdict: (subject: Case) => unknown, ...more: readonly Reasons[]): Judge {
  return (subject) => {
    const reasons = against(subject, ...more);
    const [ours, theirs] = [verdictOf(reasons), verdict(subject)];
    return ours === theirs ? [] : [`${ours} instead of ${String(theirs)}: ${reasons.join("; ")}`];
  };
}

const needs =
  (need: string) =>
  ({ needs: all = [] }: Case): boolean =>
    all.includes(need);

/** Plain `openssl verify` accepts, and so does `chain/trusted`; these programs would not. */
const refusedBy =
  (reasons: Reasons) =>
  (subject: Case): boolean =>
    against(subject).length === 0 && against(subject, reasons).length > 0;

const openssl = (...names: string[]): string[] => names.map((name) => `path/openssl-verify/${name}`);
const limbo = (...names: string[]): string[] =>
  names.flatMap((name) => [`path/limbo-ec/${name}`, `path/limbo-rsa/${name}`]);

/** The first reason that holds is given. */
const exceptions: Exceptions = {
  "the case is about its CRLs: a path is valid whether it is revoked or not": needs("crl-dependent"),
  "the case is about OpenSSL's own trust settings (TRUSTED CERTIFICATE), which its files do not have":
    needs("openssl-trust-attributes"),
  "OpenSSL compares e-mail addresses, and does not ask whether they are well-formed": limbo(
    "rfc5280::nc::nc-permits-invalid-email-san",
  ),
  "the case is about a host name, which `names/covers-host` judges if it is given": needs("hostname-dependent"),
  "the case is about time stamping": needs("non-server-purpose"),
  "the suite judges the purpose of leaf and CAs, plain `openssl verify` does not; `chain/purpose` and `certificate/server-auth` warn":
    refusedBy(notForServers),
  "plain `openssl verify` accepts what -x509_strict refuses; `chain/strict` warns": refusedBy(notStrict),
  "an anchor that does not sign itself needs -partial_chain in OpenSSL": ({ expected, oracle }) =>
    expected.verdict === "accept" && oracle.openssl_err?.startsWith("2@") === true,
  "plain `openssl verify` sets no security level for keys and hashes; `chain/strength` and rules on the certificate do":
    [
      "path/limbo-rsa/webpki::forbidden-p192-root",
      ...openssl(
        "ee-cert-768__root-cert__ca-cert",
        "ee-cert-768i__root-cert__ca-cert-768",
        "ee-cert-md5__root-cert__ca-cert",
        "ee-cert__root-cert-768__ca-cert-768i",
        "ee-cert__root-cert__ca-cert-md5",
        "ee-pss-sha1-cert__root-cert__ca-cert_-auth_level_1",
      ),
    ],
  "OpenSSL takes the last second for expired": limbo(
    "rfc5280::validity::notafter-exact",
    "rfc5280::validity::notafter-fractional",
  ),
  "OpenSSL takes the first CA of the right name, and does not try the other; the finding names both": limbo(
    "rfc5280::nc::nc-forbids-same-chain-ica",
  ),
};

export const paths: readonly Section[] = [
  {
    section: "path",
    title: "Paths, as `openssl verify`",
    about: "`chain/trusted` and the dates of the certificate, against what plain `openssl verify` says.",
    judge: judgeBy(({ oracle }) => oracle.openssl),
    exceptions: {},
  },
  {
    section: "path",
    title: "Paths, as `openssl verify -purpose sslserver`",
    about: "The same with the purposes of leaf and CAs, which `chain/purpose` and `certificate/server-auth` warn of.",
    judge: judgeBy(({ oracle }) => oracle.openssl_sslserver, notForServers),
    exceptions: {},
  },
  {
    section: "path",
    title: "Paths, as `openssl verify -purpose sslserver -x509_strict`",
    about: "The same with what `chain/strict` warns of.",
    judge: judgeBy(({ oracle }) => oracle.openssl_strict, notForServers, notStrict),
    exceptions: {},
  },
  {
    section: "path",
    title: "Paths, as their suites",
    about: "`chain/trusted` and the dates of the certificate, against the verdict of the suite that a case comes from.",
    judge: judgeBy(({ expected }) => expected.verdict),
    exceptions,
  },
];
