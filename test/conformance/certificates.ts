/** Certificates: what is read of them. */
import { fingerprint } from "../../src/pki/certificate.ts";
import { extension } from "../../src/pki/extensions.ts";
import { values } from "../../src/pki/name.ts";
import type { Time } from "../../src/pki/time.ts";
import { certificatesIn, differences, type Exceptions, type Judge, open, type Section, sorted } from "./cases.ts";

const exceptions: Exceptions = {
  "an empty line inside a PEM block is refused by OpenSSL; here it is a problem, and what is meant is read": [
    "cert/openssl/recipes/04-test_pem_reading_data/cert-blankline.pem",
  ],
  "OpenSSL reads a UTCTime without seconds, and then fails to compare it": [
    "cert/pkilint/tests/integration_certificate/tls_br/root_ca/validity_period_no_seconds.crttest",
  ],
};

const withoutZeros = (digits: unknown): string => String(digits).replace(/^0+(?=.)/, "");
const instant = ({ at }: Time): string | null =>
  Number.isNaN(at) ? null : new Date(at).toISOString().replace(".000", "");
const judge: Judge = ({ files: { leaf = "" }, expected: { verdict, facts }, oracle }) => {
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
      fingerprint: [fingerprint(certificate), typeof oracle.openssl === "object" ? oracle.openssl.sha256 : undefined],
    }),
  ];
};

export const certificates: Section = {
  section: "certs",
  title: "Certificates",
  about: "What is read of a certificate is what the suites and OpenSSL read.",
  judge,
  exceptions,
};
