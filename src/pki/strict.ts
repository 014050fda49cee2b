/** What `openssl verify -x509_strict` asks of the certificates of a path besides, after RFC 5280 section 4. */
import { type Certificate, isAuthority } from "./certificate.ts";
import { extension, findExtension } from "./extensions.ts";
import { describe, type PathProblem } from "./link.ts";

/** What is asked of a certificate: what it says, and whether it fails. */
type Demand = readonly [fault: string, fails: (certificate: Certificate, isLast: boolean) => boolean];

/** What a path that plain `openssl verify` accepts has that a strict one refuses. A trusted leaf alone is not asked. */
export function strictProblems(path: readonly Certificate[]): Omit<PathProblem, "kind">[] {
  if (path.length < 2) return [];
  return path.flatMap((certificate, index) =>
    demands
      .filter(([, fails]) => fails(certificate, index + 1 === path.length))
      .map(([fault]) => ({ certificate, message: `${describe(certificate)} ${fault}` })),
  );
}

const isCritical = (...holderAndName: Parameters<typeof findExtension>): boolean =>
  findExtension(...holderAndName)?.critical === true;
const pathLength = (c: Certificate): number | undefined => extension(c, "basicConstraints")?.pathLenConstraint;
const maySign = (c: Certificate): boolean => extension(c, "keyUsage")?.has("keyCertSign") === true;
const isNameless = (c: Certificate): boolean => c.subject.attributes.length === 0;

/** In the order of OpenSSL. */
const demands: readonly Demand[] = [
  ["is a CA without basicConstraints", (c, isLast) => isLast && extension(c, "basicConstraints") === undefined],
  ["has a path length, and is no CA", (c) => pathLength(c) !== undefined && !isAuthority(c)],
  ["has a path length, and no keyUsage keyCertSign", (c) => pathLength(c) !== undefined && !maySign(c)],
  ["has basicConstraints that are not critical", (c) => isAuthority(c) && !isCritical(c, "basicConstraints")],
  ["is a CA without keyUsage", (c) => isAuthority(c) && extension(c, "keyUsage") === undefined],
  ["has keyUsage keyCertSign, and is no CA", (c) => !isAuthority(c) && maySign(c)],
  ["has an empty issuer", (c) => c.issuer.attributes.length === 0],
  [
    "has an empty subject",
    (c) =>
      isNameless(c) &&
      (isAuthority(c) ||
        extension(c, "keyUsage")?.has("cRLSign") === true ||
        extension(c, "subjectAltName") === undefined),
  ],
  [
    "has an empty subject, and a subjectAltName that is not critical",
    (c) => isNameless(c) && extension(c, "subjectAltName") !== undefined && !isCritical(c, "subjectAltName"),
  ],
  ["has an empty subjectAltName", (c) => extension(c, "subjectAltName")?.length === 0],
  ["has a critical authorityKeyIdentifier", (c) => isCritical(c, "authorityKeyIdentifier")],
  ["has a critical subjectKeyIdentifier", (c) => isCritical(c, "subjectKeyIdentifier")],
  [
    "has no authorityKeyIdentifier",
    (c, isLast) => c.version === 3 && !isLast && extension(c, "authorityKeyIdentifier")?.keyIdentifier === undefined,
  ],
  [
    "is a CA without subjectKeyIdentifier",
    (c) => c.version === 3 && isAuthority(c) && extension(c, "subjectKeyIdentifier") === undefined,
  ],
  ["has extensions, and is of a version before 3", (c) => c.version < 3 && c.extensions.length > 0],
];
