/** HTTP as certcheck speaks it: one GET, RFC 9110, through the proxies that the environment names; no redirect is followed. */
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { NetworkError, type UsageError } from "../errors.ts";
import type { HttpAnswer, HttpRequest } from "./http.ts";
import { codeOf, deniedError, failureOf, isDenied } from "./network-failure.ts";

/** How connections are made; tests lead them elsewhere. */
export type Connector = (timeout: number) => buildConnector.connector;

/** Largest head of an answer, in bytes. */
const MAX_HEAD = 16_384;

/** Asks for a resource. @throws NetworkError if no answer comes */
export async function get(
  { url, headers, timeout, deadline }: HttpRequest,
  env: Readonly<Record<string, string | undefined>>,
  connector: Connector = (milliseconds) => buildConnector({ timeout: milliseconds }),
): Promise<HttpAnswer> {
  let peer = url.host;
  const via = (): string | undefined => (peer === url.host ? undefined : peer);
  const connect = (origin: string | URL): Dispatcher => {
    peer = new URL(origin).host;
    return new Pool(origin, { connect: connector(timeout), connections: 1, maxHeaderSize: MAX_HEAD });
  };
  const variable = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? "";
  const agent = openAgent({
    httpProxy: variable("http_proxy"),
    httpsProxy: variable("https_proxy"),
    noProxy: variable("no_proxy"),
    // A proxy takes requests for http as they are: CONNECT to port 80 is refused by most.
    proxyTunnel: false,
    factory: connect,
    clientFactory: connect,
  });
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: "GET",
      headers,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      signal: AbortSignal.timeout(deadline),
    });
    const proxy = via();
    const first = Object.entries(received).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
    return {
      status: statusCode,
      headers: Object.fromEntries(first) as HttpAnswer["headers"],
      body: translated(body, via),
      ...(proxy !== undefined && { proxy }),
      close: () => void agent.destroy(),
    };
  } catch (error) {
    void agent.destroy();
    throw translate(error, via());
  }
}

function openAgent(options: EnvHttpProxyAgent.Options): Dispatcher {
  try {
    return new EnvHttpProxyAgent(options);
  } catch (error) {
    throw new NetworkError("proxy", codeOf(error));
  }
}

async function* translated(body: AsyncIterable<Uint8Array>, via: () => string | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw translate(error, via());
  }
}

function translate(error: unknown, proxy: string | undefined): NetworkError | UsageError {
  if (isDenied(error)) return deniedError();
  const code = codeOf(error);
  // Of what a proxy answers to these requests, undici keeps the status in its sentence alone.
  const [, status] = /^Proxy .*\((\d{3})\)/.exec(error instanceof Error ? error.message : "") ?? [];
  if (status !== undefined) return new NetworkError("proxy", `HTTP ${status}`, proxy);
  const kind = failureOf(code);
  // What went wrong on the way to a proxy is the proxy's.
  const isOnTheWay = ["name", "refused", "route"].includes(kind) || code === "UND_ERR_CONNECT_TIMEOUT";
  return new NetworkError(proxy !== undefined && isOnTheWay ? "proxy" : kind, code, proxy);
}
