/** CRLs: what they hold, what they say of a certificate, and what becomes of a path with them. */
import type { Certificate } from "../../src/pki/certificate.ts";
import { crlExtension } from "../../src/pki/crl-extensions.ts";
import { type CrlFile, crlReader } from "../../src/pki/crl-file.ts";
import { validatePath } from "../../src/pki/path.ts";
import { revocationOf } from "../../src/pki/revocation.ts";
import type { Time } from "../../src/pki/time.ts";
import { bytesOf, type Case, certificatesIn, differences, type Exceptions, type Judge, type Section } from "./cases.ts";

const mbedtls = (name: string): string => `crl/mbedtls/${name}+NULL+compat`;

const exceptions: Exceptions = {
  "the list does not have the certificate, whatever the title of the case says, and is not valid yet: OpenSSL refuses it":
    [mbedtls("server5.crt+test-ca2.crt+crl-future.pem")],
  "a list whose signature is bad says nothing; OpenSSL refuses it as that": [
    mbedtls("server9.crt+test-ca.crt+crl-rsa-pss-sha1-badsign.pem"),
  ],
  "the CA that is valid is not among the files of the case, but for the one of its name that has expired": [
    mbedtls("server5.crt+test-ca2_cat-past-present.crt+crl-ec-sha1.pem"),
  ],
};

const certificatesOf = (file: string | undefined): Certificate[] => (file === undefined ? [] : certificatesIn(file));

function readCrls(file: string, serialNumbers: readonly string[], signers: readonly Certificate[]): CrlFile {
  const reader = crlReader({ serialNumbers: new Set(serialNumbers), signers });
  reader.push(bytesOf(file));
  return reader.end();
}

const instant = (time: Time | undefined): string | null =>
  time === undefined || Number.isNaN(time.at) ? null : new Date(time.at).toISOString().replace(".000", "");

const withoutZeros = (digits: string): string => digits.toLowerCase().replace(/^0+(?=.)/, "");

const evenDigits = (digits: string): string => digits.padStart(digits.length + (digits.length % 2), "0");

const judgeFile: Judge = ({ files, expected: { verdict, crl: facts, signatureOkAgainstIssuer } }) => {
  const wanted = (facts?.revokedSerials ?? []).map((digits) => evenDigits(digits.toLowerCase()));
  const file = readCrls(files["crl"] ?? "", wanted, certificatesOf(files["issuer"]));
  const [crl] = file.crls;
  if (crl === undefined)
    return verdict === "unparseable" ? [] : [file.problems.map(({ message }) => message).join("; ")];
  if (verdict !== "parses") return [`parses instead of ${verdict}`];
  if (facts === undefined) return [];
  return differences({
    version: [crl.version, facts.version],
    "signature algorithm": [crl.signatureAlgorithm.oid, facts.sigAlgOid],
    mismatch: [crl.signatureAlgorithm.oid !== crl.signature.oid, facts.sigAlgMismatch],
    thisUpdate: [instant(crl.thisUpdate), facts.thisUpdate],
    nextUpdate: [instant(crl.nextUpdate), facts.nextUpdate ?? null],
    entries: [crl.entries, facts.revokedCount],
    "serial numbers": [
      crl.revoked.map(({ serialNumber }) => withoutZeros(serialNumber)),
      facts.revokedSerials.map(withoutZeros),
    ],
    delta: [crlExtension(crl, "deltaCRLIndicator") !== undefined, facts.delta],
    extensions: [crl.extensions.map(({ oid }) => oid).toSorted(), facts.extOids.toSorted()],
    signature: [crl.signatureState === "valid", signatureOkAgainstIssuer],
  });
};

/** What the CRLs say of the leaf, or of a CA above it if that is revoked. */
function verdictOf({ files, args: { time = "2026-11-21T00:00:00Z" } }: Case, crlFile: string): [string, string[]] {
  const [leaf] = certificatesOf(files["leaf"]);
  if (leaf === undefined) return ["unreadable", []];
  const chain = certificatesOf(files["chain"]);
  const anchors = [...certificatesOf(files["roots"]), ...chain];
  const now = Date.parse(time);
  const { certificates, problems } = validatePath({ leaf, candidates: chain, anchors, now });
  const { crls } = readCrls(
    crlFile,
    certificates.map(({ serialNumber }) => serialNumber),
    certificates,
  );
  const states = certificates.map((certificate, index) =>
    revocationOf(certificate, certificates[index + 1] ?? certificate, crls, now),
  );
  const [first] = states;
  const path = problems.map(({ message }) => message);
  if (states.some(({ state }) => state === "revoked")) return ["revoked", path];
  if (first?.state !== "unknown") return [first?.state ?? "nothing", path];
  const isForeign = first.problems.every(({ kind }) => kind === "issuer");
  return [isForeign ? "not-for-this-issuer" : "unusable", [...path, ...first.problems.map(({ message }) => message)]];
}

const judgeRevocation: Judge = (subject) => {
  const { verdict } = subject.expected;
  const [ours, why] = verdictOf(subject, subject.files["crl"] ?? "");
  const isAlike = verdict === "unusable-or-revoked" && (ours === "unusable" || ours === "revoked");
  return ours === verdict || isAlike ? [] : [`${ours} instead of ${verdict}: ${why.join("; ")}`];
};

const judgePath: Judge = (subject) => {
  const [state, why] = verdictOf(subject, subject.files["crls"] ?? "");
  const ours = state === "good" && why.length === 0 ? "accept" : "reject";
  const { verdict } = subject.expected;
  return ours === verdict ? [] : [`${ours} (${state}) instead of ${verdict}: ${why.join("; ")}`];
};

export const crls: readonly Section[] = [
  {
    section: "crls",
    title: "CRLs",
    about: "What a CRL holds, and what it says of a certificate.",
    judge: (subject) => (subject.files["leaf"] === undefined ? judgeFile : judgeRevocation)(subject),
    exceptions,
  },
  {
    section: "path",
    title: "Paths with CRLs",
    about: "Whether a path is valid and its leaf is not revoked, against the verdict of the suite.",
    only: ({ files }) => files["crls"] !== undefined,
    judge: judgePath,
    exceptions: {},
  },
];
