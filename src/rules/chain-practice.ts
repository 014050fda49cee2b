/** What programs stricter than plain `openssl verify` ask of the CAs on the path: a warning each, for the appliance may be one. */
import { practice } from "../defender.ts";
import { type Certificate, isSelfIssued } from "../pki/certificate.ts";
import { describe } from "../pki/link.ts";
import { describePublicKey } from "../pki/public-key.ts";
import { usageProblem } from "../pki/purpose.ts";
import { strictProblems } from "../pki/strict.ts";
import type { Rule } from "../rule.ts";
import { foundOnPath } from "./chain.ts";

export const chainPractice: readonly Rule[] = [
  {
    id: "chain/purpose",
    on: "chain",
    severity: "warning",
    validation: "on",
    title: "The CAs on the path may issue certificates for TLS servers",
    source: practice("RFC 5280", "4.2.1.12"),
    why: "OpenSSL in TLS clients, and browsers, refuse a server whose CA is for something else; plain openssl verify does not look.",
    fix: () => "Have the certificate issued by a CA for TLS servers, or by one without an extended key usage.",
    check: (subject) => subject.path.certificates.slice(1).flatMap((ca) => foundOnPath(subject, ca, usageProblem(ca))),
  },
  {
    id: "chain/strict",
    on: "chain",
    severity: "warning",
    validation: "on",
    title: "The path stands up to a strict verification",
    source: practice("RFC 5280", "4.1 and 4.2"),
    why: "openssl verify -x509_strict, and Python since 3.13, refuse certificates that RFC 5280 does not allow a CA to issue; plain openssl verify accepts them.",
    fix: () =>
      "Nothing to do if the appliance accepts it. Else the CA has to mend its template for servers, or to replace its own certificate.",
    check(subject) {
      const { problems, certificates } = subject.path;
      // A path that is refused anyway has its own rule.
      if (problems.length > 0) return undefined;
      return strictProblems(certificates).flatMap(({ certificate, message }) =>
        foundOnPath(subject, certificate, message),
      );
    },
  },
  {
    id: "chain/strength",
    on: "chain",
    severity: "warning",
    validation: "on",
    title: "The CAs on the path have keys and signatures that are strong enough for today",
    source: practice("CA/Browser Forum Baseline Requirements", "6.1.5, 7.1.3.2"),
    why: "TLS software sets a security level, and refuses RSA below 2048 bits, SHA-1 and MD5; plain openssl verify sets none.",
    fix: () => "Have the certificate issued by a CA with a newer certificate of its own.",
    check: (subject) => subject.path.certificates.slice(1).flatMap((ca) => foundOnPath(subject, ca, weakness(ca))),
  },
];

/** Whether its signature is over a hash of which two texts can have the same. Nobody looks at that of a root over itself. */
export const isForgeable = (certificate: Certificate): boolean =>
  !isSelfIssued(certificate) && /(?:^|-)(?:md\d|sha1(?!\d))/i.test(certificate.signatureAlgorithm.name);

/** The smallest keys by their kind, in bits: 112 bits of security. */
const smallest: Readonly<Record<string, number>> = { RSA: 2048, "RSA-PSS": 2048, DSA: 2048, EC: 224 };

function weakness(authority: Certificate): string | undefined {
  const { publicKey, signatureAlgorithm } = authority;
  const isSmall = (publicKey.bits ?? Infinity) < (smallest[publicKey.algorithm] ?? 0);
  const faults = [
    ...(isSmall ? [`has a key of ${describePublicKey(publicKey)}`] : []),
    ...(isForgeable(authority) ? [`is signed with ${signatureAlgorithm.name}`] : []),
  ];
  return faults.length === 0 ? undefined : `${describe(authority)} ${faults.join(", and ")}`;
}
