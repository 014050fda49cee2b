/** What an appliance needs of CRLs, and what of those that were read says something of it. */
import { type Certificate, isAuthority } from "../pki/certificate.ts";
import { type CrlFile, type CrlInFile, crlReader, type CrlWish } from "../pki/crl-file.ts";
import { isSelfSigned } from "../pki/link.ts";
import { sameName } from "../pki/name.ts";
import { type Bundle, certificatesIn } from "./bundle.ts";
import { type CrlSource, type Crls, httpUrls } from "./crl-source.ts";
import { revocables, withRoot } from "./revocable.ts";

/** What is looked for: for one appliance, or for many at once. */
export interface CrlNeeds {
  /** Of all that a CRL can revoke. */
  readonly serialNumbers: Set<string>;
  /** Who may have signed a CRL. */
  readonly signers: Set<Certificate>;
  /** Where the certificates say their CRLs are. */
  readonly urls: Set<string>;
}

/** Adds what an appliance needs to what others do. */
export function addNeeds(bundle: Bundle, needs: CrlNeeds = newNeeds()): CrlNeeds {
  for (const { certificate } of withRoot(bundle)) needs.serialNumbers.add(certificate.serialNumber);
  for (const slot of ["chain", "roots", "certificate"] as const)
    for (const { certificate } of certificatesIn(bundle.slots, slot))
      if (slot !== "certificate" || isAuthority(certificate) || isSelfSigned(certificate))
        needs.signers.add(certificate);
  for (const { certificate } of revocables(bundle))
    for (const group of httpUrls(certificate)) for (const { text } of group) needs.urls.add(text);
  return needs;
}

/** What nobody needs yet. */
export const newNeeds = (): CrlNeeds => ({ serialNumbers: new Set(), signers: new Set(), urls: new Set() });

/** What a reader of CRLs is told of it. */
export const wishOf = ({ serialNumbers, signers }: CrlNeeds): CrlWish => ({ serialNumbers, signers: [...signers] });

/** Reads a file of CRLs, as far as it has to. */
export function readCrl(pieces: Iterable<Uint8Array>, wish: CrlWish): CrlFile {
  const reader = crlReader(wish);
  for (const piece of pieces) if (!reader.push(piece)) break;
  return reader.end();
}

/** Of the CRLs for many appliances, those that say something of one, or should: the places it names, and the files' lists of its CAs. */
export function crlsFor(bundle: Bundle, { sources, isOnline }: Crls): Crls {
  const { urls } = addNeeds(bundle);
  const issuers = withRoot(bundle).map(({ certificate }) => certificate.issuer);
  const isOwn = (crl: CrlInFile): boolean => issuers.some((issuer) => sameName(issuer, crl.issuer));
  return {
    isOnline,
    sources: sources.flatMap((source): CrlSource[] => {
      if (source.kind === "url") return urls.has(source.name) ? [source] : [];
      const { file } = source;
      if (file === undefined || file.crls.length === 0) return [source];
      const crls = file.crls.filter(isOwn);
      return crls.length === 0 ? [] : [{ ...source, file: { ...file, crls } }];
    }),
  };
}
