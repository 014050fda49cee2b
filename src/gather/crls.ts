/** The CRLs for a bundle: those at hand, and those that the certificates' own places hand out. */
import { type CrlNeeds, readCrl, wishOf } from "../bundle/crl-needs.ts";
import type { CrlSource, Crls } from "../bundle/crl-source.ts";
import { download, type DownloadOptions } from "./download.ts";
import { type CrlFile, crlReader, type CrlWish } from "../pki/crl-file.ts";
import { progressLine } from "./progress-line.ts";
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

/** Reads and fetches CRLs, each once. @throws UsageError if a file cannot be opened */
export async function gatherCrls(
  needs: CrlNeeds,
  { files, online }: CrlPlaces,
  system: System,
  maxUrls = MAX_URLS,
): Promise<Crls> {
  const wish = wishOf(needs);
  const { urls } = needs;
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

function readSource(name: string, wish: CrlWish, system: System): CrlFile {
  if (name.startsWith("env:")) return readCrl([bytesOfVariable(name, system)], wish);
  return readCrl(system.readPieces(name === "-" ? STANDARD_INPUT : name), wish);
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
