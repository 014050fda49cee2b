/** The CRLs for a bundle: those at hand, and those that the certificates' own places hand out. */
import { type Bundle, certificatesIn } from "./bundle.ts";
import { type CrlSource, type Crls, httpUrls } from "./crl-source.ts";
import { download, type DownloadOptions } from "./download.ts";
import { type CrlFile, crlReader, type CrlWish } from "./pki/crl-file.ts";
import { revocables, withRoot } from "./revocable.ts";
import type { System } from "./system.ts";
import { bytesOfVariable } from "./variable.ts";

/** Where to look for CRLs. */
export interface CrlPlaces {
  /** Files, as they were given; `-` is standard input. */
  readonly files: readonly string[];
  /** How to ask the certificates' places; not at all, if absent. */
  readonly online?: DownloadOptions;
}

const STANDARD_INPUT = 0;
/** Most URLs that are asked. */
const MAX_URLS = 20;

/** Reads and fetches CRLs. @throws UsageError if a file cannot be opened */
export async function gatherCrls(bundle: Bundle, { files, online }: CrlPlaces, system: System): Promise<Crls> {
  const wish: CrlWish = {
    serialNumbers: new Set(withRoot(bundle).map(({ certificate }) => certificate.serialNumber)),
    signers: (["chain", "roots", "certificate"] as const)
      .flatMap((slot) => certificatesIn(bundle.slots, slot))
      .map(({ certificate }) => certificate),
  };
  const atHand = files.map((name): CrlSource => ({ name, kind: "file", file: readSource(name, wish, system) }));
  if (online === undefined) return { sources: atHand, isOnline: false };
  const urls = new Set(
    revocables(bundle).flatMap(({ certificate }) =>
      httpUrls(certificate).flatMap((group) => group.map(({ text }) => text)),
    ),
  );
  const progress = progressOf(Math.min(urls.size, MAX_URLS), system);
  const fetched = await Promise.all(
    [...urls].map(async (name, index): Promise<CrlSource> =>
      index < MAX_URLS
        ? { name, kind: "url", ...(await fetchSource(name, wish, online, progress.add, system)) }
        : { name, kind: "url", limit: `not asked: the certificates name more than ${MAX_URLS} URLs` },
    ),
  );
  progress.end();
  return { sources: [...atHand, ...fetched], isOnline: true };
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

/** How long to wait before something is shown, and between its changes, in milliseconds. */
const PATIENCE = 1000;
const REFRESH = 200;

/** A line on what was fetched so far, once that takes long. */
function progressOf(
  count: number,
  { now, showProgress }: System,
): { readonly add: (bytes: number) => void; readonly end: () => void } {
  let shown = now() + PATIENCE - REFRESH;
  let bytes = 0;
  let isShown = false;
  return {
    add(more) {
      bytes += more;
      if (now() - shown < REFRESH) return;
      shown = now();
      isShown = true;
      showProgress(`fetching ${count === 1 ? "a CRL" : `${count} CRLs`}: ${(bytes / 2 ** 20).toFixed(1)} MiB`);
    },
    end() {
      if (isShown) showProgress(undefined);
    },
  };
}
