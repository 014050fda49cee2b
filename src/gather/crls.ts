/** The CRLs for a bundle: those at hand, and those that the certificates' own places hand out. */
import { type Bundle, certificatesIn } from "../bundle/bundle.ts";
import { type CrlSource, type Crls, httpUrls } from "../bundle/crl-source.ts";
import { download, type DownloadOptions } from "./download.ts";
import { type Certificate, isAuthority } from "../pki/certificate.ts";
import { type CrlFile, type CrlInFile, crlReader, type CrlWish } from "../pki/crl-file.ts";
import { isSelfSigned } from "../pki/link.ts";
import { sameName } from "../pki/name.ts";
import { progressLine } from "./progress-line.ts";
import { revocables, withRoot } from "../bundle/revocable.ts";
import type { System } from "../system/system.ts";
import { bytesOfVariable } from "./variable.ts";

/** Where to look for CRLs. */
export interface CrlPlaces {
  /** Files, as they were given; `-` is standard input. */
  readonly files: readonly string[];
  /** How to ask the certificates' places; not at all, if absent. */
  readonly online?: DownloadOptions;
}

const STANDARD_INPUT = 0;
/** Most URLs that are asked for one appliance, and most at a time. */
const MAX_URLS = 20;

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

/** Reads and fetches CRLs, each once. @throws UsageError if a file cannot be opened */
export async function gatherCrls(
  { serialNumbers, signers, urls }: CrlNeeds,
  { files, online }: CrlPlaces,
  system: System,
  maxUrls = MAX_URLS,
): Promise<Crls> {
  const wish: CrlWish = { serialNumbers, signers: [...signers] };
  const atHand = files.map((name): CrlSource => ({ name, kind: "file", file: readSource(name, wish, system) }));
  if (online === undefined) return { sources: atHand, isOnline: false };
  const progress = progressOf(Math.min(urls.size, maxUrls), system);
  const fetchOne = async (name: string, index: number): Promise<CrlSource> =>
    index < maxUrls
      ? { name, kind: "url", ...(await fetchSource(name, wish, online, progress.add, system)) }
      : { name, kind: "url", limit: `not asked: the certificates name more than ${maxUrls} URLs` };
  const fetched: CrlSource[] = [];
  for (let start = 0; start < urls.size; start += MAX_URLS) {
    const some = [...urls].slice(start, start + MAX_URLS);
    fetched.push(...(await Promise.all(some.map((name, index) => fetchOne(name, start + index)))));
  }
  progress.end();
  return { sources: [...atHand, ...fetched], isOnline: true };
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

function readSource(name: string, wish: CrlWish, system: System): CrlFile {
  const reader = crlReader(wish);
  const pieces = name.startsWith("env:")
    ? [bytesOfVariable(name, system)]
    : system.readPieces(name === "-" ? STANDARD_INPUT : name);
  for (const piece of pieces) if (!reader.push(piece)) break;
  return reader.end();
}

async function fetchSource(
  url: string,
  wish: CrlWish,
  options: DownloadOptions,
  progress: (bytes: number) => void,
  system: System,
): Promise<Pick<CrlSource, "failure" | "redirects" | "encoding" | "file">> {
  let reader = crlReader(wish);
  let file: CrlFile | undefined;
  const end = (): CrlFile => (file ??= reader.end());
  const outcome = await download(
    url,
    {
      push(piece) {
        progress(piece.length);
        return reader.push(piece);
      },
      restart: () => (reader = crlReader(wish)),
      isSound: () => end().problems.length === 0,
    },
    options,
    system,
  );
  if (!outcome.fetched) return { failure: outcome.message };
  const { redirects, encoding } = outcome;
  return { redirects, ...(encoding !== undefined && { encoding }), file: end() };
}

/** A line on what was fetched so far, once that takes long. */
function progressOf(
  count: number,
  system: System,
): { readonly add: (bytes: number) => void; readonly end: () => void } {
  const { show, end } = progressLine(system);
  let bytes = 0;
  return {
    add(more) {
      bytes += more;
      show(() => `fetching ${count === 1 ? "a CRL" : `${count} CRLs`}: ${(bytes / 2 ** 20).toFixed(1)} MiB`);
    },
    end,
  };
}
