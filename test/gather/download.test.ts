/** Fetching, from real servers and through a real proxy on loopback, with all that can go wrong there. */
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { createProxy } from "proxy";
import { afterEach, describe, expect, test } from "vitest";
import { download, type DownloadOptions, type Sink } from "../../src/gather/download.ts";
import { get } from "../../src/system/network.ts";
import type { System } from "../../src/system/system.ts";
import { memorySystem } from "../support/bundle.ts";
import { closedPort, type Running, serve, serveRaw } from "../support/server.ts";

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ close }) => close()));
});

async function start(handler: Parameters<typeof serve>[0]): Promise<Running> {
  const server = await serve(handler);
  running.push(server);
  return server;
}

async function startRaw(handler: (socket: Socket) => void): Promise<Running> {
  const server = await serveRaw(handler);
  running.push(server);
  return server;
}

/** Takes text; `limit` is how much is wanted. */
function sink(limit = Infinity): Sink & { text: string } {
  return {
    text: "",
    push(piece) {
      this.text += Buffer.from(piece).toString("latin1");
      return this.text.length < limit;
    },
    restart() {
      this.text = "";
    },
    isSound: () => true,
  };
}

const options: DownloadOptions = { timeout: 2000, useCache: false };

const system = (env: Record<string, string> = {}): System => memorySystem({}, { get: (request) => get(request, env) });

/** A system on which time goes by. */
const clocked = (): System => ({ ...system(), now: () => performance.now() });

/** Fetches, and says what came in one line. */
async function fetchText(
  url: string,
  env: Record<string, string> = {},
  more: Partial<DownloadOptions> = {},
): Promise<string> {
  const into = sink();
  const outcome = await download(url, into, { ...options, ...more }, system(env));
  return outcome.fetched
    ? [into.text, ...outcome.redirects.map((hop) => `by ${hop}`)].join(" ")
    : `${outcome.kind}: ${outcome.message}`;
}

describe("a server that answers", () => {
  test("hands out the body, asked for once and politely", async () => {
    const { port, requests } = await start((_, response) => response.end("a list"));
    expect(await fetchText(`http://127.0.0.1:${port}/ca.crl?delta=no`)).toBe("a list");
    expect(requests.map(({ method, url, headers }) => [method, url, headers.host])).toEqual([
      ["GET", "/ca.crl?delta=no", `127.0.0.1:${port}`],
    ]);
    expect(Object.keys(requests[0]?.headers ?? {}).toSorted()).toEqual(["accept", "connection", "host", "user-agent"]);
  });

  test("sends no user name or password that stands in the URL", async () => {
    const { port, requests } = await start((_, response) => response.end("a list"));
    expect(await fetchText(`http://user:secret@127.0.0.1:${port}/`)).toBe("a list");
    expect(JSON.stringify(requests[0]?.headers)).not.toMatch(/authorization|secret/);
  });

  test.each([404, 403, 500, 204, 206])("with status %i", async (status) => {
    const { port } = await start((_, response) => response.writeHead(status).end());
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe(
      `status: 127.0.0.1:${port} answers this machine with HTTP ${status}`,
    );
  });

  test("is left when no more is wanted", async () => {
    const { port } = await start((request, response) => {
      const timer = setInterval(() => response.write("x".repeat(1000)), 1);
      request.on("close", () => clearInterval(timer));
    });
    const into = sink(5000);
    expect(await download(`http://127.0.0.1:${port}/`, into, options, system())).toMatchObject({ fetched: true });
    expect(into.text.length).toBeLessThan(50_000);
  });

  test("tells of an encoding that nobody asked for", async () => {
    const { port } = await start((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"));
    expect(await download(`http://127.0.0.1:${port}/`, sink(), options, system())).toEqual({
      fetched: true,
      redirects: [],
      encoding: "gzip",
    });
  });
});

test("does not mind how identity is written", async () => {
  const { port } = await start((_, response) => response.writeHead(200, { "content-encoding": "Identity" }).end("x"));
  expect(await download(`http://127.0.0.1:${port}/`, sink(), options, system())).toEqual({
    fetched: true,
    redirects: [],
  });
});

describe("a redirect", () => {
  const redirecting = (targets: Record<string, string>) =>
    start((request, response) => {
      const location = targets[request.url ?? ""];
      if (location === undefined) response.end(`at ${request.url}`);
      else response.writeHead(302, { ...(location !== "" && { location }) }).end();
    });

  test("is followed three times", async () => {
    const { port } = await redirecting({ "/": "/1", "/1": "/2", "/2": "/3" });
    const at = `http://127.0.0.1:${port}`;
    expect(await fetchText(`${at}/`)).toBe(`at /3 by ${at}/1 by ${at}/2 by ${at}/3`);
  });

  test("is not followed a fourth time", async () => {
    const { port } = await redirecting({ "/": "/1", "/1": "/2", "/2": "/3", "/3": "/4" });
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe(
      `redirect: more than 3 redirects, the last one to http://127.0.0.1:${port}/4`,
    );
  });

  test.each([
    ["file:///etc/passwd", "redirects to file:///etc/passwd, which is not followed"],
    ["ldap://dc.contoso.com/cn=ca", "redirects to ldap://dc.contoso.com/cn=ca, which is not followed"],
    ["data:text/plain,x", "redirects to data:text/plain,x, which is not followed"],
    ["http://", "redirects to nowhere"],
    ["", "redirects to nowhere"],
  ])("to %j is not followed", async (target, problem) => {
    const { port } = await redirecting({ "/": target });
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe(`redirect: 127.0.0.1:${port} ${problem}`);
  });

  test("from https to http is not followed", async () => {
    const asked: string[] = [];
    const get: System["get"] = ({ url }) => {
      asked.push(url.href);
      const headers = { location: "http://crl.contoso.com/ca.crl" };
      return Promise.resolve({ status: 302, headers, body: Readable.from([]), close: () => {} });
    };
    expect(await download("https://contoso.com/", sink(), options, { ...system(), get })).toMatchObject({
      kind: "redirect",
      message: "contoso.com redirects to http://crl.contoso.com/ca.crl, which is not followed",
    });
    expect(asked).toEqual(["https://contoso.com/"]);
  });

  test("in a circle comes to an end", async () => {
    const { port } = await redirecting({ "/": "/" });
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(/^redirect: more than 3 redirects/);
  });
});

describe("what fails on the way", () => {
  test("a name that does not resolve", async () => {
    expect(await fetchText("http://crl.invalid/ca.crl")).toMatch(
      /^name: the name crl\.invalid cannot be resolved from this machine \((?:ENOTFOUND|EAI_AGAIN)\)$/,
    );
  });

  test("a port where nobody listens", async () => {
    const port = await closedPort();
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe(
      `refused: 127.0.0.1:${port} refuses the connection from this machine`,
    );
  });

  test("a server that accepts and says nothing", async () => {
    const { port } = await startRaw(() => {});
    expect(await fetchText(`http://127.0.0.1:${port}/`, {}, { timeout: 1000 })).toBe(
      `timeout: no answer from 127.0.0.1:${port} to this machine within 1 s`,
    );
  });

  test.each([
    ["HTTP/1.1 103 Early Hints\r\n\r\n", "before the head"],
    ["HTTP/1.1 200 OK\r\n\r\na", "in the body"],
  ])("a server that never comes to an end: %j, %s", async (start) => {
    const { port } = await startRaw((socket) => socket.on("data", () => socket.write(start)));
    const hurried = memorySystem({}, { get: (request) => get({ ...request, deadline: 300 }, {}) });
    expect(await download(`http://127.0.0.1:${port}/`, sink(), options, hurried)).toEqual({
      fetched: false,
      kind: "timeout",
      message: `127.0.0.1:${port} has not sent all to this machine within 10 minutes`,
    });
  });

  test("a body that stops in the middle", async () => {
    const { port } = await start((_, response) => response.writeHead(200, { "content-length": "100" }).write("abc"));
    expect(await fetchText(`http://127.0.0.1:${port}/`, {}, { timeout: 300 })).toMatch(/^timeout: /);
  });

  test("a body that trickles", async () => {
    const { port } = await start((request, response) => {
      const timer = setInterval(() => response.write("x"), 20);
      request.on("close", () => clearInterval(timer));
    });
    const outcome = await download(`http://127.0.0.1:${port}/`, sink(), { ...options, timeout: 300 }, clocked());
    expect(outcome).toEqual({
      fetched: false,
      kind: "timeout",
      message: `next to nothing from 127.0.0.1:${port} to this machine within 0.3 s`,
    });
  });

  test("a body that goes on and on", async () => {
    const { port } = await start((request, response) => {
      const timer = setInterval(() => response.write("x"), 5);
      request.on("close", () => clearInterval(timer));
    });
    const hurried = memorySystem({}, { get: (request) => get({ ...request, deadline: 100 }, {}) });
    expect(await download(`http://127.0.0.1:${port}/`, sink(), options, hurried)).toMatchObject({
      kind: "timeout",
      message: `127.0.0.1:${port} has not sent all to this machine within 10 minutes`,
    });
  });

  test("a connection that is closed before the end", async () => {
    const { port } = await startRaw((socket) => {
      socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc"));
    });
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe(
      `closed: 127.0.0.1:${port} closed the connection to this machine before the end`,
    );
  });

  test("a connection that is closed at once", async () => {
    const { port } = await startRaw((socket) => void socket.destroy());
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(/^closed: /);
  });

  test("something else than HTTP", async () => {
    const { port } = await startRaw((socket) => void socket.end("220 mail.contoso.com ESMTP\r\n"));
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(
      /^protocol: 127\.0\.0\.1:\d+ does not answer this machine in HTTP \(\w+\)$/,
    );
  });

  test("a head without end", async () => {
    const { port } = await startRaw((socket) => {
      socket.on("data", () => socket.write(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(10_000)}`));
    });
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(/^protocol: .*UND_ERR_HEADERS_OVERFLOW/);
  });

  test("a redirect to https where nobody speaks TLS", async () => {
    const plain = await startRaw((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const { port } = await start((_, response) =>
      response.writeHead(301, { location: `https://127.0.0.1:${plain.port}/` }).end(),
    );
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toMatch(/^tls: the TLS connection from this machine to 127/);
  });
});

describe("a proxy", () => {
  test("is taken from the environment, and asked for the URL as it is", async () => {
    const target = await start((_, response) => response.end("a list"));
    const proxy = await start(createProxy(createServer()));
    const url = `http://127.0.0.1:${target.port}/ca.crl`;
    expect(await fetchText(url, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` })).toBe("a list");
    expect(proxy.requests.map(({ method, url: asked }) => [method, asked])).toEqual([["GET", url]]);
    expect(target.requests).toHaveLength(1);
  });

  test("the spelling in small letters counts first", async () => {
    const proxy = await start((_, response) => response.end("small"));
    const other = await start((_, response) => response.end("large"));
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, HTTP_PROXY: `http://127.0.0.1:${other.port}` };
    expect(await fetchText("http://crl.contoso.com/", env)).toBe("small");
  });

  test.each(["127.0.0.1", "*", "example.com, 127.0.0.1"])("is passed by with NO_PROXY=%s", async (list) => {
    const target = await start((_, response) => response.end("a list"));
    const proxy = await start((_, response) => response.end("from the proxy"));
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: list };
    expect(await fetchText(`http://127.0.0.1:${target.port}/`, env)).toBe("a list");
  });

  test("gets the user name and password of its own URL, which no message repeats", async () => {
    const server = createProxy(createServer());
    server.authenticate = ({ headers }) =>
      headers["proxy-authorization"] === `Basic ${Buffer.from("user:secret").toString("base64")}`;
    const proxy = await start(server);
    const target = await start((_, response) => response.end("a list"));
    const url = `http://127.0.0.1:${target.port}/`;
    expect(await fetchText(url, { HTTP_PROXY: `http://user:secret@127.0.0.1:${proxy.port}` })).toBe("a list");
    expect(await fetchText(url, { HTTP_PROXY: `http://user:wrong@127.0.0.1:${proxy.port}` })).toBe(
      `proxy: the proxy 127.0.0.1:${proxy.port} asks for a user name and password (HTTP 407)`,
    );
  });

  test("that is not there", async () => {
    const port = await closedPort();
    expect(await fetchText("http://crl.contoso.com/", { HTTP_PROXY: `http://127.0.0.1:${port}` })).toBe(
      `proxy: the proxy 127.0.0.1:${port} cannot be reached from this machine (ECONNREFUSED)`,
    );
  });

  test("whose name does not resolve", async () => {
    expect(await fetchText("http://crl.contoso.com/", { HTTP_PROXY: "http://proxy.invalid:3128" })).toMatch(
      /^proxy: the proxy proxy\.invalid:3128 cannot be reached from this machine \(E\w+\)$/,
    );
  });

  test("whose address is none", async () => {
    expect(await fetchText("http://crl.contoso.com/", { HTTP_PROXY: "http://" })).toMatch(
      /^proxy: the proxy that this machine is set to use has no usable address/,
    );
  });

  test("that refuses", async () => {
    const proxy = await start((_, response) => response.writeHead(403).end());
    expect(await fetchText("http://crl.contoso.com/", { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` })).toBe(
      `status: crl.contoso.com answers this machine with HTTP 403, by way of the proxy 127.0.0.1:${proxy.port}, which may be the one who says so`,
    );
  });

  test("that says nothing", async () => {
    const { port } = await startRaw(() => {});
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
    expect(await fetchText("http://crl.contoso.com/", env, { timeout: 1000 })).toBe(
      `timeout: no answer from crl.contoso.com to this machine within 1 s by way of the proxy 127.0.0.1:${port}`,
    );
  });
});
