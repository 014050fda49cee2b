/** A web of its own for transcripts: what stands at which URL, served over HTTP from loopback. */
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { buildConnector } from "undici";
import { NetworkError } from "../../src/errors.ts";
import { get } from "../../src/system/network.ts";
import type { System } from "../../src/system/system.ts";
import { closedPort, serve } from "./server.ts";

/** What stands at a URL: a file of the folder, sent with this status and these headers; `refused` and `silent` are hosts. */
export interface Page {
  readonly file?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: "refused" | "silent";
}

/** Pages by their URLs; a host without any has a name that does not resolve. */
export type Web = Readonly<Record<string, Page>>;

/** The file in which a folder describes its web. */
export const WEB_FILE = "web.json";

/** Serves the web of a folder, if it has one, as long as `use` takes. */
export async function withWeb<T>(folder: string, use: (system: Partial<System>) => Promise<T>): Promise<T> {
  const file = join(folder, WEB_FILE);
  if (!existsSync(file)) return use({});
  const web = JSON.parse(readFileSync(file, "utf8")) as Web;
  const hosts = new Map(Object.entries(web).map(([url, { host }]) => [new URL(url).hostname, host]));
  const server = await serve((request, response) => answer(web, folder, request, response));
  const closed = await closedPort();
  try {
    return await use({
      get(request) {
        // As if the time were over.
        if (hosts.get(request.url.hostname) === "silent")
          return Promise.reject(new NetworkError("timeout", "UND_ERR_HEADERS_TIMEOUT"));
        return get(request, {}, (timeout) => {
          const connect = buildConnector({ timeout });
          return (options, done) => {
            if (!hosts.has(options.hostname))
              return done(Object.assign(new Error("not found"), { code: "ENOTFOUND" }), null);
            const port = hosts.get(options.hostname) === "refused" ? closed : server.port;
            connect({ ...options, hostname: "127.0.0.1", port: String(port) }, done);
          };
        });
      },
    });
  } finally {
    await server.close();
  }
}

function answer(web: Web, folder: string, { headers, url = "" }: IncomingMessage, response: ServerResponse): void {
  const page = web[`http://${headers.host}${url}`];
  response.writeHead(page === undefined ? 404 : (page.status ?? 200), page?.headers);
  response.end(page?.file === undefined ? "" : readFileSync(join(folder, page.file)));
}
