/**
 * What was fetched before, RFC 9111 section 4.3: it spares the body of an answer whose server says that nothing has
 * changed, and stands in for nothing else.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Draft } from "../system/drafts.ts";
import { UsageError } from "../errors.ts";
import type { HttpAnswer } from "../system/http.ts";
import { sha256 } from "../pki/public-key.ts";
import type { System } from "../system/system.ts";

/** What is kept of an answer beside its body. */
interface Entry {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Of the body, hexadecimal digits: a body that does not match is not used. */
  readonly sha256: string;
}

/** The answer to one URL, kept or to be kept. */
export interface Cache {
  /** The headers that ask for the body only if it has changed; none if nothing is kept. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Hands out the body that is kept; false if it is not what it was. */
  readonly replay: (take: (piece: Uint8Array) => boolean) => boolean;
  /** Begins to keep an answer; nothing if there would be no way to ask whether it has changed. */
  readonly record: (answer: Pick<HttpAnswer, "headers">) => Draft | undefined;
}

/** No cache. */
export const noCache: Cache = { conditions: {}, replay: () => false, record: () => undefined };

/** Longest entry that is read, in bytes. */
const MAX_ENTRY = 16_384;

/** The cache of a URL; what cannot be read or written is not kept, and nobody is bothered. */
export function cacheOf(url: string, { cacheFolder, readFile, readPieces, draftFile }: System): Cache {
  if (cacheFolder === undefined) return noCache;
  const stem = join(cacheFolder, "crl", sha256(Buffer.from(url)));
  const [entryFile, bodyFile] = [`${stem}.json`, `${stem}.crl`];
  const entry = attempt(() => parseEntry(Buffer.from(readFile(entryFile, MAX_ENTRY)).toString(), url));
  return {
    conditions: {
      ...(entry?.etag !== undefined && { "if-none-match": entry.etag }),
      ...(entry?.lastModified !== undefined && { "if-modified-since": entry.lastModified }),
    },
    replay(take) {
      const hash = createHash("sha256");
      const isRead = attempt(() => {
        for (const piece of readPieces(bodyFile)) {
          hash.update(piece);
          // What was kept was wanted to its end: this is something else.
          if (!take(piece)) return false;
        }
        return true;
      });
      return isRead === true && hash.digest("hex") === entry?.sha256;
    },
    record({ headers }) {
      const [etag, lastModified] = [headers["etag"], headers["last-modified"]].map(sendable);
      if (etag === undefined && lastModified === undefined) return undefined;
      const body = attempt(() => draftFile(bodyFile));
      if (body === undefined) return undefined;
      const hash = createHash("sha256");
      let isWhole = true;
      return {
        write(piece) {
          hash.update(piece);
          isWhole &&= attempt(() => (body.write(piece), true)) === true;
        },
        keep() {
          if (!isWhole) return body.discard();
          const kept: Entry = {
            url,
            ...(etag !== undefined && { etag }),
            ...(lastModified !== undefined && { lastModified }),
            sha256: hash.digest("hex"),
          };
          attempt(() => {
            body.keep();
            const head = draftFile(entryFile);
            head.write(Buffer.from(JSON.stringify(kept)));
            head.keep();
          });
        },
        discard: () => body.discard(),
      };
    },
  };
}

/** A validator that may stand in a header of a request; another server than this one never made it otherwise. */
const sendable = (validator: string | undefined): string | undefined =>
  validator !== undefined && /^[ -~]{1,256}$/.test(validator) ? validator : undefined;

function parseEntry(text: string, url: string): Entry | undefined {
  try {
    const entry = JSON.parse(text) as Entry;
    return entry.url === url ? entry : undefined;
  } catch {
    return undefined;
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
