/** Live endpoints of their own for transcripts: what serves what under which name, by real servers on loopback. */
import { existsSync, readFileSync } from "node:fs";
import type { Server } from "node:net";
import { join } from "node:path";
import { createServer, type SecureVersion } from "node:tls";
import type { System } from "../../src/system/system.ts";
import { lookAt } from "../../src/system/tls-connection.ts";
import type { TlsAnswer, TlsRequest } from "../../src/bundle/tls.ts";
import { keyPem } from "./mint.ts";
import { closedPort, listen, serveRaw } from "./server.ts";

/** What is at a name and port. */
export interface Served {
  /** The address that it seems to have. */
  readonly address: string;
  /** Files of the folder with the certificates, in this order; the first is for the key `leaf`, unless there is another. */
  readonly sends?: readonly string[];
  readonly key?: string;
  /** The only version of TLS. */
  readonly version?: SecureVersion;
  /** What it says instead of a handshake. */
  readonly says?: string;
  /** Nobody is there, or nobody answers. */
  readonly host?: "refused" | "silent";
  /** DNS does not know it: an address has to be given. */
  readonly unknown?: true;
}

/** What is served, by `name:port`; DNS knows nothing else. */
export type Endpoints = Readonly<Record<string, Served>>;

/** The file in which a folder describes its endpoints. */
export const ENDPOINTS_FILE = "endpoints.json";

/** Lets the endpoints of a folder answer, if it has any, as long as `use` takes. */
export async function withEndpoints<T>(folder: string, use: (system: Partial<System>) => Promise<T>): Promise<T> {
  const file = join(folder, ENDPOINTS_FILE);
  if (!existsSync(file)) return use({});
  const endpoints = JSON.parse(readFileSync(file, "utf8")) as Endpoints;
  return use({
    async connectTls(request) {
      const served = endpoints[`${request.host}:${request.port}`];
      if (served === undefined || (served.unknown && request.address === undefined))
        return { certificates: [], failure: { kind: "name", code: "ENOTFOUND" } };
      return served.host === undefined ? lookAtServed(served, folder, request) : absent(served, request);
    },
  });
}

/** As if the time were over, or nobody there. */
async function absent({ host, address }: Served, request: TlsRequest): Promise<TlsAnswer> {
  if (host === "silent") return { address, certificates: [], failure: { kind: "silent" } };
  return lookAt({ ...request, address: "127.0.0.1", port: await closedPort() });
}

async function lookAtServed(served: Served, folder: string, request: TlsRequest): Promise<TlsAnswer> {
  const { says, address } = served;
  const { port, close } =
    says === undefined
      ? await listen(tlsServer(served, folder))
      : await serveRaw((socket) => void socket.once("data", () => socket.end(says)));
  try {
    return { ...(await lookAt({ ...request, address: "127.0.0.1", port })), address };
  } finally {
    await close();
  }
}

function tlsServer({ sends = [], key = "leaf", version }: Served, folder: string): Server {
  const cert = sends.map((name) => readFileSync(join(folder, name), "utf8")).join("");
  const only = version && { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
  return createServer({ key: keyPem(key), cert, ...only }).on("tlsClientError", () => {});
}
