/** CRLs of public test suites with the verdict each must get, if they lie beside the project; they are not part of it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decode } from "../src/decode.ts";
import type { Certificate } from "../src/pki/certificate.ts";
import { crlExtension } from "../src/pki/crl-extensions.ts";
import { type CrlFile, crlReader } from "../src/pki/crl-file.ts";
import { isRoot } from "../src/pki/link.ts";
import { validatePath } from "../src/pki/path.ts";
import { revocationOf } from "../src/pki/revocation.ts";
import type { Time } from "../src/pki/time.ts";

const folder = new URL("../../shared/conformance/", import.meta.url);
const manifest = new URL("manifest.jsonl", folder);
const isThere = existsSync(manifest);

/** What a CRL is said to hold. */
interface Facts {
  readonly version: number;
  readonly sigAlgOid: string;
  readonly sigAlgMismatch: boolean;
  readonly thisUpdate: string;
  readonly nextUpdate?: string | null;
  readonly revokedCount: number;
  readonly revokedSerials: readonly string[];
  readonly delta: boolean;
  readonly idp: Readonly<Record<string, unknown>>;
  readonly extOids: readonly string[];
}

interface Case {
  readonly id: string;
  readonly section: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: { readonly time?: string };
  readonly expected: {
    readonly verdict: string;
    readonly crl?: Facts;
    readonly signatureOkAgainstIssuer?: boolean;
  };
}

const cases: readonly Case[] = isThere
  ? readFileSync(manifest, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Case)
  : [];

/** Reasons, each with the cases that fail for it. */
type Exceptions = Readonly<Record<string, readonly string[]>>;

const mbedtls = (name: string): string => `crl/mbedtls/${name}+NULL+compat`;

const crlExceptions: Exceptions = {
  "the list does not have the certificate, whatever the title of the case says, and is not valid yet: OpenSSL refuses it":
    [mbedtls("server5.crt+test-ca2.crt+crl-future.pem")],
  "a list whose signature is bad says nothing; OpenSSL refuses it as that": [
    mbedtls("server9.crt+test-ca.crt+crl-rsa-pss-sha1-badsign.pem"),
  ],
  "the CA that is valid is not among the files of the case, but for the one of its name that has expired": [
    mbedtls("server5.crt+test-ca2_cat-past-present.crt+crl-ec-sha1.pem"),
  ],
};

const pathExceptions: Exceptions = {};

const certificatesIn = (file: string | undefined): Certificate[] =>
  file === undefined
    ? []
    : decode(file, readFileSync(new URL(file, folder))).artifacts.flatMap((artifact) =>
        artifact.kind === "certificate" ? [artifact.certificate] : [],
      );

function readCrls(file: string, serialNumbers: readonly string[], signers: readonly Certificate[]): CrlFile {
  const reader = crlReader({ serialNumbers: new Set(serialNumbers), signers });
  reader.push(readFileSync(new URL(file, folder)));
  return reader.end();
}

/** What differs from the expected, as text; nothing if the case is met. */
type Judge = (subject: Case) => string[];

function differences(pairs: Readonly<Record<string, readonly [ours: unknown, theirs: unknown]>>): string[] {
  return Object.entries(pairs).flatMap(([what, [ours, theirs]]) =>
    theirs === undefined || JSON.stringify(ours) === JSON.stringify(theirs)
      ? []
      : [`${what} ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`],
  );
}

const instant = (time: Time | undefined): string | null =>
  time === undefined || Number.isNaN(time.at) ? null : new Date(time.at).toISOString().replace(".000", "");

const withoutZeros = (digits: string): string => digits.toLowerCase().replace(/^0+(?=.)/, "");

const evenDigits = (digits: string): string => digits.padStart(digits.length + (digits.length % 2), "0");

const judgeFile: Judge = ({ files, expected: { verdict, crl: facts, signatureOkAgainstIssuer } }) => {
  const wanted = (facts?.revokedSerials ?? []).map((digits) => evenDigits(digits.toLowerCase()));
  const file = readCrls(files["crl"] ?? "", wanted, certificatesIn(files["issuer"]));
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
  const [leaf] = certificatesIn(files["leaf"]);
  if (leaf === undefined) return ["unreadable", []];
  const chain = certificatesIn(files["chain"]);
  const roots = [...certificatesIn(files["roots"]), ...chain].filter(isRoot);
  const now = Date.parse(time);
  const { certificates, problems } = validatePath({ leaf, candidates: chain, anchors: roots, now });
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

const judgeCrl: Judge = (subject) => (subject.files["leaf"] === undefined ? judgeFile : judgeRevocation)(subject);

describe.skipIf(!isThere)(
  `public conformance cases about CRLs${isThere ? "" : " (skipped: no folder ../shared/conformance beside the project)"}`,
  () => {
    test.each<readonly [section: string, judge: Judge, exceptions: Exceptions]>([
      ["crls", judgeCrl, crlExceptions],
      ["path", judgePath, pathExceptions],
    ])("%s: as expected, but for the exceptions listed", (section, judge, exceptions) => {
      const judged = cases.filter(
        (subject) => subject.section === section && (section === "crls" || subject.files["crls"] !== undefined),
      );
      const failures = new Map(judged.map((subject) => [subject.id, judge(subject)]));
      const excused = new Set(Object.values(exceptions).flat());
      const failed = judged.filter(({ id }) => failures.get(id)?.length);
      // The score is to be seen in every run.
      process.stdout.write(
        `conformance ${section} with CRLs: ${judged.length - failed.length} of ${judged.length} as expected, ` +
          `${failed.length} listed exceptions\n`,
      );
      const unexpected = failed
        .filter(({ id }) => !excused.has(id))
        .map(({ id }) => `${id}: ${failures.get(id)?.join("; ")}`);
      expect(unexpected).toEqual([]);
      expect(
        [...excused].filter((id) => !failures.get(id)?.length),
        "exceptions that are none any more",
      ).toEqual([]);
    });
  },
);
