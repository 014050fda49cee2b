/** An assortment: files of any kind sorted by what their contents are to each other, and what of them is left over. */
import { type CertificateArtifact, isOther, type Origin, type OtherArtifact } from "../bundle/artifact.ts";
import type { Material, MaterialKey } from "../gather/material.ts";
import { type Certificate, isAuthority, isSelfIssued, sameCertificate } from "../pki/certificate.ts";
import { describe, isRoot, isSelfSigned } from "../pki/link.ts";
import { formatName, sameName } from "../pki/name.ts";
import { validatePath } from "../pki/path.ts";
import { type PublicKey, samePublicKey } from "../pki/public-key.ts";
import { otherKinds } from "../bundle/recognise.ts";

/** What was given for one appliance, each once. */
export interface Assortment {
  /** The appliance's own certificate; absent if there are CAs alone, or none. */
  readonly leaf?: CertificateArtifact;
  /** The leaf's key, or the first, if none is. */
  readonly key?: MaterialKey;
  /** Whether the key is known to be another one than the leaf's. */
  readonly isForeignKey: boolean;
  /** The CAs above the leaf, its issuer first; behind them those that may be, as long as the path leads to no root. */
  readonly chain: readonly CertificateArtifact[];
  /** Certificates that are neither. */
  readonly strangers: readonly CertificateArtifact[];
  /** Requests and CRLs. */
  readonly others: readonly OtherArtifact[];
  /** The issuer that the path ends for want of. */
  readonly missingIssuer?: string;
  /** What nobody asked for. */
  readonly leftOver: readonly LeftOver[];
}

/** Something that is not written. */
export interface LeftOver {
  readonly origin: Pick<Origin, "at">;
  /** What it is, and why it is not. */
  readonly message: string;
}

/** Sorts what the files hold; `now` is the time at which the path is judged, in milliseconds since 1970. */
export function sortOut({ files }: Material, now: number): Assortment {
  const artifacts = files.flatMap(({ contents }) => contents.artifacts);
  const certificates: CertificateArtifact[] = [];
  const leftOver: LeftOver[] = [];
  for (const artifact of artifacts) {
    if (artifact.kind !== "certificate") continue;
    if (certificates.every((other) => !sameCertificate(other.certificate, artifact.certificate)))
      certificates.push(artifact);
    else
      leftOver.push({
        origin: artifact.origin,
        message: `the certificate ${describe(artifact.certificate)}, which is there already`,
      });
  }
  const keys = files.flatMap((file) => file.keys);
  const leaf = findLeaf(certificates, keys);
  const key = findKey(keys, leaf);
  return {
    ...(leaf && { leaf }),
    ...(key && { key }),
    isForeignKey: isForeign(key, leaf),
    ...pathOf(certificates, leaf, now),
    others: artifacts.filter(isOther).filter(({ kind }) => isWritten(kind)),
    leftOver: [...leftOver, ...otherKeys(keys, key), ...unusable(artifacts.filter(isOther))],
  };
}

/** Whether it is written, or taken apart: requests, CRLs, and containers. */
export const isUsable = ({ kind }: OtherArtifact): boolean => isWritten(kind) || kind === "pkcs7" || kind === "pkcs12";

const isWritten = (kind: OtherArtifact["kind"]): boolean => kind === "request" || kind === "crl";

const publicKeyOf = ({ facts }: MaterialKey): PublicKey | undefined => facts.key?.publicKey;

const isPair = (key: MaterialKey, { certificate }: CertificateArtifact): boolean => {
  const publicKey = publicKeyOf(key);
  return publicKey !== undefined && samePublicKey(publicKey, certificate.publicKey);
};

/** The certificate that a key belongs to, the newest if it was renewed; else the first of no CA; else one that is alone. */
function findLeaf(
  certificates: readonly CertificateArtifact[],
  keys: readonly MaterialKey[],
): CertificateArtifact | undefined {
  const [newest] = certificates
    .filter((certificate) => keys.some((key) => isPair(key, certificate)))
    .toSorted((a, b) => b.certificate.notAfter.at - a.certificate.notAfter.at);
  return (
    newest ??
    certificates.find(({ certificate }) => !isCa(certificate)) ??
    (certificates.length === 1 ? certificates[0] : undefined)
  );
}

/** CA:TRUE; or a root of the time before extensions. */
const isCa = (certificate: Certificate): boolean =>
  isAuthority(certificate) || (certificate.version === 1 && isSelfIssued(certificate));

/** The leaf's key; or one that is closed, and may be; or any. */
const findKey = (keys: readonly MaterialKey[], leaf: CertificateArtifact | undefined): MaterialKey | undefined =>
  keys.find((key) => leaf !== undefined && isPair(key, leaf)) ??
  keys.find((key) => publicKeyOf(key) === undefined) ??
  keys[0];

const isForeign = (key: MaterialKey | undefined, leaf: CertificateArtifact | undefined): boolean =>
  key !== undefined && leaf !== undefined && publicKeyOf(key) !== undefined && !isPair(key, leaf);

/** The path from the leaf, or from the lowest CA, as `check` has it; and what stands beside it. */
function pathOf(
  certificates: readonly CertificateArtifact[],
  leaf: CertificateArtifact | undefined,
  now: number,
): Pick<Assortment, "chain" | "strangers" | "missingIssuer"> {
  const start = leaf ?? lowest(certificates);
  if (start === undefined) return { chain: [], strangers: [] };
  const others = certificates.filter((other) => other !== start);
  const candidates = others.map(({ certificate }) => certificate);
  // What issued itself needs nobody else, and has no place in its own chain file.
  const path = isSelfSigned(start.certificate)
    ? { certificates: [start.certificate], anchored: true }
    : validatePath({ leaf: start.certificate, candidates, anchors: candidates, now });
  const above = path.certificates
    .slice(1)
    .flatMap((certificate) => others.find((other) => other.certificate === certificate) ?? []);
  const beside = others.filter((other) => !above.includes(other));
  // Until the path is whole, nobody knows which CAs have no part in it.
  const maybe = path.anchored ? [] : beside.filter(({ certificate }) => isCa(certificate));
  const last = path.certificates.at(-1);
  return {
    chain: [...(leaf === undefined ? [start] : []), ...above, ...maybe],
    strangers: beside.filter((other) => !maybe.includes(other)),
    ...(!path.anchored && last && !isRoot(last) && { missingIssuer: formatName(last.issuer) }),
  };
}

/** A certificate that issued none of the others. */
const lowest = (certificates: readonly CertificateArtifact[]): CertificateArtifact | undefined =>
  certificates.find(
    (one) =>
      !certificates.some((other) => other !== one && sameName(other.certificate.issuer, one.certificate.subject)),
  ) ?? certificates[0];

/** Keys that are not written; the same one in another file is no loss. */
function otherKeys(keys: readonly MaterialKey[], taken: MaterialKey | undefined): LeftOver[] {
  const own = taken && publicKeyOf(taken);
  return keys
    .filter((key) => key !== taken)
    .filter((key) => {
      const publicKey = publicKeyOf(key);
      return own === undefined || publicKey === undefined || !samePublicKey(own, publicKey);
    })
    .map(({ facts: { origin } }) => ({ origin, message: "another private key" }));
}

const unusable = (others: readonly OtherArtifact[]): LeftOver[] =>
  others.filter((other) => !isUsable(other)).map(({ kind, origin }) => ({ origin, message: otherKinds[kind] }));
