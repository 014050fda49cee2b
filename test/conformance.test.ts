/** Cases of public test suites with the verdict each must get, if they lie beside the project; they are not part of it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KeyArtifact } from "../src/artifact.ts";
import { openContainers } from "../src/container.ts";
import { type Contents, decode } from "../src/decode.ts";
import { type Certificate, fingerprint } from "../src/pki/certificate.ts";
import { extension } from "../src/pki/extensions.ts";
import { values } from "../src/pki/name.ts";
import { isRoot } from "../src/pki/link.ts";
import { validatePath } from "../src/pki/path.ts";
import { samePublicKey, sha256 } from "../src/pki/public-key.ts";
import type { Time } from "../src/pki/time.ts";

const folder = new URL("../../shared/conformance/", import.meta.url);
const manifest = new URL("manifest.jsonl", folder);
const isThere = existsSync(manifest);

interface Case {
  readonly id: string;
  readonly section: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: { readonly time?: string; readonly passphrase?: string; readonly passphraseHex?: string };
  readonly needs?: readonly string[];
  readonly expected: {
    readonly verdict: string;
    readonly facts?: Readonly<Record<string, unknown>>;
    readonly alg?: string;
    readonly bits?: number;
    readonly spkiSha256?: string;
    readonly matchingCerts?: readonly string[];
    readonly certs?: number;
    readonly keys?: number;
    readonly leafSha256?: string;
    readonly keyMatchesCert?: boolean;
    readonly certSha256?: readonly string[];
  };
  readonly oracle: { readonly openssl?: { readonly sha256?: string } };
}

const cases: readonly Case[] = isThere
  ? readFileSync(manifest, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Case)
  : [];

/** What a case may presuppose to be judged here. */
const supported: ReadonlySet<string> = new Set([
  "leaf-is-anchor",
  "multiple-roots",
  "path-building:extra-certs",
  "path-building:multi",
  "root-not-self-signed",
  "self-signed-in-intermediates",
  "subsecond-time",
  "time-flag",
]);

/** Reasons, each with the cases that fail for it. */
type Exceptions = Readonly<Record<string, readonly string[]>>;

/** The suite x509-limbo was generated twice, with EC and with RSA keys. */
const limbo = (...names: string[]): string[] =>
  names.flatMap((name) => [`path/limbo-ec/${name}`, `path/limbo-rsa/${name}`]);
const openssl = (...names: string[]): string[] => names.map((name) => `path/openssl-verify/${name}`);

const certificateExceptions: Exceptions = {
  "an empty line inside a PEM block is refused by OpenSSL; here it is a problem, and what is meant is read": [
    "cert/openssl/recipes/04-test_pem_reading_data/cert-blankline.pem",
  ],
  "OpenSSL reads a UTCTime without seconds, and then fails to compare it": [
    "cert/pkilint/tests/integration_certificate/tls_br/root_ca/validity_period_no_seconds.crttest",
  ],
};

const keyExceptions: Exceptions = {
  "the cipher needs OpenSSL's legacy provider, with which the suite was judged": [2, 20].flatMap((n) =>
    ["", "?wrong-pass", "?no-pass"].map((how) => `key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#${n}${how}`),
  ),
  "the suite takes a key for RSASSA-PSS alone for any RSA key": [
    "key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#15",
    "key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#21",
  ],
  "the padding of the base64 is missing: unreadable before anything is known of the format": [
    "key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#16",
    "key/phpseclib/tests/Unit/Crypt/DSA/LoadDSAKeyTest.php#2",
  ],
  "OpenSSL does not open it, pyca/cryptography alone does": [
    "key/formats/pem-rfc7468/tests/examples/chosen_header.pem",
  ],
};

const pkcs12Exceptions: Exceptions = {};

const pkcs7Exceptions: Exceptions = {
  "CMS names a signer by its key identifier, which OpenSSL's reader of PKCS#7 does not know; no certificate is in it": [
    "pkcs7/boringssl/crypto/pkcs7/test/sign_sha1_key_id.p7s",
    "pkcs7/boringssl/crypto/pkcs7/test/sign_sha256_key_id.p7s",
  ],
};

const pathExceptions: Exceptions = {
  "the purpose of the certificates on a path is not judged yet; plain `openssl verify` accepts": openssl(
    "ee-cert_sslserver_croot-cert__ca-cert",
    "ee-cert_sslserver_root-cert_cca-cert__ca-cert",
    "ee-client_sslserver_root-cert__ca-cert",
  ),
  "plain `openssl verify` accepts, -x509_strict alone refuses": limbo(
    "rfc5280::leaf-ku-keycertsign",
    "rfc5280::root-missing-basic-constraints",
    "rfc5280::root-non-critical-basic-constraints",
    "rfc5280::san::noncritical-with-empty-subject",
  ),
  "plain `openssl verify` sets no security level for keys and hashes": openssl(
    "ee-cert-768__root-cert__ca-cert",
    "ee-cert-768i__root-cert__ca-cert-768",
    "ee-cert-md5__root-cert__ca-cert",
    "ee-cert__root-cert-768__ca-cert-768i",
    "ee-cert__root-cert__ca-cert-md5",
  ),
  "an anchor that is not self-signed needs -partial_chain in OpenSSL": limbo(
    "cve::cve-2024-0567",
    "rfc5280::root-and-intermediate-swapped",
  ),
  "OpenSSL takes the last second for expired": limbo(
    "rfc5280::validity::notafter-exact",
    "rfc5280::validity::notafter-fractional",
  ),
};

const open = (file: string): Contents => decode(file, readFileSync(new URL(file, folder)));
const certificatesIn = (file: string): Certificate[] =>
  open(file).artifacts.flatMap((artifact) =>
    artifact.kind === "certificate" && artifact.origin.container === undefined ? [artifact.certificate] : [],
  );

/** What differs from the expected, as text; nothing if the case is met. */
type Judge = (subject: Case) => string[] | Promise<string[]>;

function differences(pairs: Readonly<Record<string, readonly [ours: unknown, theirs: unknown]>>): string[] {
  return Object.entries(pairs).flatMap(([what, [ours, theirs]]) =>
    theirs === undefined || JSON.stringify(ours) === JSON.stringify(theirs)
      ? []
      : [`${what} ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`],
  );
}

const withoutZeros = (digits: unknown): string => String(digits).replace(/^0+(?=.)/, "");
const instant = ({ at }: Time): string | null =>
  Number.isNaN(at) ? null : new Date(at).toISOString().replace(".000", "");
const sorted = (list: unknown): unknown => (Array.isArray(list) ? list.map(String).toSorted() : list);

const judgeCertificate: Judge = ({ files: { leaf = "" }, expected: { verdict, facts }, oracle }) => {
  const contents = open(leaf);
  const [certificate] = certificatesIn(leaf);
  if (certificate === undefined) return verdict === "unparseable" ? [] : ["unparseable instead of parses"];
  if (verdict !== "parses") return [`parses instead of ${verdict}`];
  const refused = contents.problems.filter(({ effect }) => effect !== "tolerated").map(({ message }) => message);
  if (facts === undefined) return refused;
  const { subject, notBefore, notAfter, publicKey } = certificate;
  const textTypes = subject.attributes
    .filter(({ type }) => ["CN", "C", "O", "OU"].includes(type))
    .map(({ type, tag }) => [type, `0x${tag.toString(16)}`]);
  return [
    ...refused,
    ...differences({
      version: [certificate.version, facts["version"]],
      serial: [withoutZeros(certificate.serialNumber), withoutZeros(facts["serial"])],
      "signature algorithm": [certificate.signatureAlgorithm.oid, facts["sigAlgOid"]],
      "inner signature algorithm": [certificate.signature.oid, facts["sigAlgInnerOid"]],
      bits: [publicKey.bits, facts["rsaBits"] ?? undefined],
      CN: [values(subject, "CN"), facts["CN"]],
      C: [values(subject, "C"), facts["C"]],
      O: [values(subject, "O"), facts["O"]],
      OU: [values(subject, "OU"), facts["OU"]],
      "string types": [sorted(textTypes), sorted(facts["stringTypes"])],
      "text of notBefore": [notBefore.text, facts["rawNotBefore"]],
      "text of notAfter": [notAfter.text, facts["rawNotAfter"]],
      notBefore: [instant(notBefore), facts["notBefore"]],
      notAfter: [instant(notAfter), facts["notAfter"]],
      extensions: [sorted([...new Set(certificate.extensions.map(({ oid }) => oid))]), sorted(facts["extOids"])],
      "CRL URLs": [
        (extension(certificate, "cRLDistributionPoints") ?? [])
          .flatMap(({ names }) => names)
          .flatMap(({ type, value }) => (type === "uri" ? [value] : [])),
        facts["crlDpUris"],
      ],
      fingerprint: [fingerprint(certificate), oracle.openssl?.sha256],
    }),
  ];
};

/** Verdicts that meet an expected one besides itself: whatever cannot be opened or read is refused, for one reason or another. */
const alike: Readonly<Record<string, readonly string[]>> = {
  "ok-or-invalid": ["ok", "invalid"],
  reject: ["invalid", "wrong-passphrase", "passphrase-required", "unsupported"],
  // A key that is not RSA is refused as that, whether OpenSSL can read its numbers or not.
  invalid: ["not RSA", "no known format"],
  unsupported: ["not RSA", "no known format"],
};

function keyVerdict(artifact: KeyArtifact | undefined, contents: Contents, passphrase: string | undefined): string {
  if (artifact === undefined) {
    const isOther =
      contents.artifacts.length > 0 ||
      contents.problems.some(({ message }) => message.includes("nothing that is known"));
    return isOther ? "no known format" : "invalid";
  }
  if (artifact.encryption?.obstacle !== undefined) return "unsupported";
  if (artifact.open !== undefined && passphrase === undefined) return "passphrase-required";
  const key = artifact.open === undefined ? artifact.key : artifact.open(passphrase ?? "");
  if (key === undefined) return "wrong-passphrase";
  if (key.algorithm !== "RSA") return "not RSA";
  const isRefused = contents.problems.some(({ effect }) => effect !== "tolerated");
  return key.broken.length > 0 || isRefused ? "invalid" : "ok";
}

const judgeKey: Judge = ({ files, args: { passphrase }, expected }) => {
  const contents = open(files["key"] ?? "");
  const artifact = contents.artifacts.find((a) => a.kind === "key");
  const verdict = keyVerdict(artifact, contents, passphrase);
  const found =
    verdict === expected.verdict || alike[expected.verdict]?.includes(verdict)
      ? []
      : [`${verdict} instead of ${expected.verdict}`];
  const key = artifact?.key ?? artifact?.open?.(passphrase ?? "");
  if (key === undefined) return found;
  const { publicKey } = key;
  const strangers = (expected.matchingCerts ?? [])
    .filter((file) => existsSync(new URL(file, folder)))
    .filter((file) => !certificatesIn(file).some((c) => publicKey && samePublicKey(c.publicKey, publicKey)));
  return [
    ...found,
    ...strangers.map((file) => `does not match ${file}`),
    ...differences({
      algorithm: [key.algorithm.toUpperCase(), expected.alg?.toUpperCase()],
      bits: [publicKey?.bits, publicKey?.bits === undefined ? undefined : expected.bits],
      fingerprint: [publicKey && sha256(publicKey.spki), publicKey ? expected.spkiSha256 : undefined],
    }),
  ];
};

const judgePath: Judge = ({ files, args: { time = "2026-11-21T00:00:00Z" }, expected: { verdict } }) => {
  const [leaf] = certificatesIn(files["leaf"] ?? "");
  const chain = certificatesIn(files["intermediates"] ?? files["chain"] ?? "");
  const roots = files["roots"] === undefined ? chain : certificatesIn(files["roots"]);
  const now = Date.parse(time);
  if (leaf === undefined) return verdict === "reject" ? [] : ["unreadable instead of accept"];
  const { problems } = validatePath({ leaf, candidates: chain, anchors: roots.filter(isRoot), now });
  const messages = problems.map(({ message }) => message);
  if (!(now >= leaf.notBefore.at && now < leaf.notAfter.at)) messages.push("the leaf's own dates");
  const ours = messages.length === 0 ? "accept" : "reject";
  return ours === verdict ? [] : [`${ours} instead of ${verdict}: ${messages.join("; ")}`];
};

const judgePkcs12: Judge = async ({ files, args: { passphrase }, expected }) => {
  const contents = await openContainers(open(files["pkcs12"] ?? ""), passphrase);
  const [container] = contents.artifacts;
  const closed = container?.kind === "pkcs12" ? container.closed : undefined;
  const certificates = contents.artifacts.filter((a) => a.kind === "certificate").map((a) => a.certificate);
  const keys = contents.artifacts.filter((a) => a.kind === "key").map((a) => a.key?.publicKey);
  const refused = contents.problems.map(({ message }) => message);
  switch (expected.verdict) {
    case "wrong-passphrase":
      return closed?.why === "wrong-passphrase" ? [] : [`${closed?.why ?? "opened"} instead of wrong-passphrase`];
    case "reject":
      return closed !== undefined || refused.length > 0 ? [] : ["opened instead of reject"];
    case "ok-or-clear-error":
      if (closed !== undefined) return [];
  }
  if (container === undefined || closed !== undefined || refused.length > 0)
    return [`${[closed?.message, ...refused].join("; ")} instead of ${expected.verdict}`];
  const prints = certificates.map(fingerprint);
  const isMatched = certificates.some((c) => keys.some((key) => key && samePublicKey(c.publicKey, key)));
  return differences({
    certificates: [certificates.length, expected.certs],
    keys: [keys.length, expected.keys],
    "the leaf": [prints.find((print) => print === expected.leafSha256), expected.leafSha256],
    "a key of the leaf": [isMatched, expected.keyMatchesCert],
  });
};

const judgePkcs7: Judge = ({ files, expected: { verdict, certSha256 } }) => {
  const { artifacts } = open(files["pkcs7"] ?? "");
  const prints = artifacts.flatMap((a) =>
    a.kind === "certificate" && a.origin.container ? [fingerprint(a.certificate)] : [],
  );
  const ours =
    prints.length > 0 ? "certs" : artifacts.some(({ kind }) => kind === "pkcs7") ? "no-certs" : "unparseable";
  return [
    ...(ours === verdict ? [] : [`${ours} instead of ${verdict}`]),
    ...differences({ certificates: [sorted(prints), sorted(certSha256)] }),
  ];
};

const isJudged = ({ section, files, needs = [] }: Case): boolean =>
  section !== "path" || (files["crls"] === undefined && needs.every((need) => supported.has(need)));

describe.skipIf(!isThere)(
  `public conformance cases${isThere ? "" : " (skipped: no folder ../shared/conformance beside the project)"}`,
  () => {
    test.each<readonly [section: string, judge: Judge, exceptions: Exceptions]>([
      ["certs", judgeCertificate, certificateExceptions],
      ["keys", judgeKey, keyExceptions],
      ["pkcs12", judgePkcs12, pkcs12Exceptions],
      ["pkcs7", judgePkcs7, pkcs7Exceptions],
      ["path", judgePath, pathExceptions],
    ])("%s: as expected, but for the exceptions listed", async (section, judge, exceptions) => {
      const all = cases.filter((subject) => subject.section === section);
      const judged = all.filter(isJudged);
      const failures = new Map<string, string[]>();
      for (const subject of judged) failures.set(subject.id, await judge(subject));
      const excused = new Set(Object.values(exceptions).flat());
      const failed = judged.filter(({ id }) => failures.get(id)?.length);
      // The score is to be seen in every run.
      process.stdout.write(
        `conformance ${section}: ${judged.length - failed.length} of ${judged.length} as expected, ` +
          `${failed.length} listed exceptions, ${all.length - judged.length} presuppose what is not supported\n`,
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
  // Containers of Firefox ask for two million rounds of hashing.
  60_000,
);
