/** Fetches one URL as the appliance would: over http, through the proxies of this machine, with an end to everything. */
import { type Cache, cacheOf, noCache } from "./cache.ts";
import { NetworkError, type NetworkFailure } from "../errors.ts";
import type { HttpAnswer } from "../system/http.ts";
import type { System } from "../system/system.ts";
import { version } from "../version.ts";

/** Why nothing was fetched. */
export type FailureKind = NetworkFailure | "status" | "redirect";

/** What came of a download. */
export type Download =
  | {
      readonly fetched: true;
      /** Where redirects led, in their order. */
      readonly redirects: readonly string[];
      /** The Content-Encoding, if the server used one unasked. */
      readonly encoding?: string;
    }
  | { readonly fetched: false; readonly kind: FailureKind; readonly message: string };

/** How to fetch. */
export interface DownloadOptions {
  /** Longest wait for any sign of the server, in milliseconds. */
  readonly timeout: number;
  readonly useCache: boolean;
}

/** What takes the body. */
export interface Sink {
  /** False: no more is wanted. */
  readonly push: (piece: Uint8Array) => boolean;
  /** Forgets what was pushed. */
  readonly restart: () => void;
  /** Whether all that was pushed makes sense, and may be kept. */
  readonly isSound: () => boolean;
}

/** Redirects that are followed. */
const MAX_REDIRECTS = 3;
/** Fewest bytes that a server may send within the timeout, if it sends any: less is a way to keep others waiting. */
const MIN_BYTES = 4096;
/** Longest time for one answer, in milliseconds: a large CRL on a slow line. */
const MAX_DURATION = 600_000;

/** Fetches a URL into a sink; never throws for what the network does. */
export async function download(
  address: string,
  sink: Sink,
  { timeout, useCache }: DownloadOptions,
  system: System,
): Promise<Download> {
  const redirects: string[] = [];
  let url = new URL(address);
  for (;;) {
    try {
      const cache = useCache ? cacheOf(url.href, system) : noCache;
      const answer = await request(url, cache.conditions, timeout, system);
      try {
        const location = answer.headers["location"];
        if (REDIRECTS.has(answer.status)) {
          const problem = redirectProblem(url, location, redirects.length);
          if (problem !== undefined) return failed("redirect", problem);
          url = new URL(location ?? "", url);
          redirects.push(url.href);
          continue;
        }
        let whole = answer;
        if (answer.status === NOT_MODIFIED) {
          if (cache.replay(sink.push)) return { fetched: true, redirects };
          sink.restart();
          whole = await request(url, {}, timeout, system);
        }
        return await receive(whole, url, { redirects, sink, cache, timeout, now: system.now });
      } finally {
        answer.close();
      }
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return failed(error.kind, describe(error, url, timeout));
    }
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const NOT_MODIFIED = 304;
const OK = 200;

const request = (
  url: URL,
  conditions: Readonly<Record<string, string>>,
  timeout: number,
  { get }: System,
): Promise<HttpAnswer> =>
  get({
    url,
    headers: { accept: "application/pkix-crl, */*", "user-agent": `certcheck/${version}`, ...conditions },
    timeout,
    deadline: MAX_DURATION,
  });

const failed = (kind: FailureKind, message: string): Download => ({ fetched: false, kind, message });

/** What is done with an answer. */
interface Reception {
  readonly redirects: readonly string[];
  readonly sink: Sink;
  readonly cache: Cache;
  /** How long a server may take for next to nothing, in milliseconds. */
  readonly timeout: number;
  readonly now: () => number;
}

async function receive(
  { status, headers, body, proxy, close }: HttpAnswer,
  url: URL,
  { redirects, sink, cache, timeout, now }: Reception,
): Promise<Download> {
  try {
    if (status !== OK) {
      const way = proxy === undefined ? "" : `, by way of the proxy ${proxy}, which may be the one who says so`;
      return failed("status", `${url.host} answers this machine with HTTP ${status}${way}`);
    }
    const recording = cache.record({ headers });
    try {
      let [since, received] = [now(), 0];
      for await (const piece of body) {
        recording?.write(piece);
        if (!sink.push(piece)) break;
        received += piece.length;
        if (now() - since < timeout) continue;
        if (received < MIN_BYTES) throw new NetworkError("timeout", TRICKLE, proxy);
        [since, received] = [now(), 0];
      }
      if (sink.isSound()) recording?.keep();
    } finally {
      recording?.discard();
    }
    const encoding = headers["content-encoding"];
    return {
      fetched: true,
      redirects,
      ...(encoding !== undefined && encoding.toLowerCase() !== "identity" && { encoding }),
    };
  } finally {
    close();
  }
}

function redirectProblem(from: URL, location: string | undefined, before: number): string | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return `${from.host} redirects to nowhere`;
  const target = new URL(location, from);
  if (before >= MAX_REDIRECTS) return `more than ${MAX_REDIRECTS} redirects, the last one to ${target.href}`;
  const isAllowed = target.protocol === "http:" || target.protocol === "https:";
  const isWeaker = from.protocol === "https:" && target.protocol !== "https:";
  return isAllowed && !isWeaker ? undefined : `${from.host} redirects to ${target.href}, which is not followed`;
}

/** The code of an answer that comes too slowly. */
const TRICKLE = "a trickle";
/** The name of what an AbortSignal throws in the end. */
const DEADLINE = "TimeoutError";

function describe({ kind, message: code, proxy }: NetworkError, { hostname, host }: URL, timeout: number): string {
  const way = proxy === undefined ? "" : ` by way of the proxy ${proxy}`;
  switch (kind) {
    case "name":
      return `the name ${hostname} cannot be resolved from this machine (${code})`;
    case "refused":
      return `${host} refuses the connection from this machine`;
    case "timeout":
      if (code === DEADLINE)
        return `${host} has not sent all to this machine within ${MAX_DURATION / 60_000} minutes${way}`;
      return `${code === TRICKLE ? "next to nothing" : "no answer"} from ${host} to this machine within ${timeout / 1000} s${way}`;
    case "route":
      return `this machine has no way to ${host} (${code})`;
    case "closed":
      return `${host} closed the connection to this machine before the end${way}`;
    case "tls":
      return `the TLS connection from this machine to ${host} failed (${code})`;
    case "protocol":
      return `${host} does not answer this machine in HTTP (${code})${way}`;
    case "proxy":
      if (proxy === undefined) return `the proxy that this machine is set to use has no usable address (${code})`;
      if (code === "HTTP 407") return `the proxy ${proxy} asks for a user name and password (${code})`;
      return `the proxy ${proxy} ${code.startsWith("HTTP") ? "refuses to connect" : "cannot be reached from"} this machine (${code})`;
  }
}
