/** What a browser would show of live servers: predicted for each, and compared with what Chromium does show, where there is one. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createServer as createHttpServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TlsOptions } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { lookAt } from "../../src/system/tls-connection.ts";
import { chromiumReason, hasChromium, launchChromium, trustDefaultRoot } from "../support/chromium.ts";
import { memorySystem } from "../support/bundle.ts";
import { keyPem, type KeyName, type LeafSpec, mintAppliance, pem, type ApplianceSpec } from "../support/mint.ts";
import { closedPort, listen } from "../support/server.ts";

const rootPem = pem("CERTIFICATE", (await mintAppliance()).cas.at(-1) ?? Buffer.of());

/** Answers once it was asked. */
const page = (socket: Socket): void =>
  void socket
    .on("error", () => {})
    .once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

/** A server with a certificate for localhost. */
async function serverOf(
  leaf: LeafSpec = {},
  more: Omit<ApplianceSpec, "leaf"> & { alone?: true } = {},
  options: TlsOptions = {},
) {
  const { alone, ...spec } = more;
  const minted = await mintAppliance({ ...spec, leaf: { names: ["localhost"], ...leaf } });
  const certificates = [minted.leaf, ...(alone ? [] : minted.cas.slice(0, -1))];
  const key = keyPem(leaf.key ?? ("leaf" satisfies KeyName));
  const cert = certificates.map((one) => pem("CERTIFICATE", one)).join("");
  return createServer({ key, cert, ciphers: "DEFAULT@SECLEVEL=0", ...options }, page).on("tlsClientError", () => {});
}

const rawServer = (handler: (socket: Socket) => void): Server =>
  createTcpServer((socket) => handler(socket.on("error", () => {})));

const says = (...bytes: readonly number[]): Server =>
  rawServer((socket) => void socket.once("data", () => socket.end(Buffer.from(bytes))));

const expired: LeafSpec = { notAfter: "2026-02-01T00:00:00Z" };
const otherRoot: ApplianceSpec = { cas: [{}, { key: "policy" }] };
const clientAuth: LeafSpec = { extKeyUsage: [x509.ExtendedKeyUsage.clientAuth] };

const tooLong: ApplianceSpec = { cas: [{}, { key: "policy", pathLength: 0 }, {}] };
const { keyEncipherment } = x509.KeyUsageFlags;
const ANY_USAGE = "2.5.29.37.0";
const forClients = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]);
const critical = new x509.Extension("1.2.3.4", true, Buffer.from("0500", "hex"));
/** Name constraints that are no sequence. */
const broken = new x509.Extension("2.5.29.30", true, Buffer.from("0500", "hex"));

const DATE = "NET::ERR_CERT_DATE_INVALID";
const NAME = "NET::ERR_CERT_COMMON_NAME_INVALID";
const AUTHORITY = "NET::ERR_CERT_AUTHORITY_INVALID";
const INVALID = "NET::ERR_CERT_INVALID";
const VERSION = "ERR_SSL_VERSION_OR_CIPHER_MISMATCH";
const PROTOCOL = "ERR_SSL_PROTOCOL_ERROR";
const USAGE = "ERR_SSL_KEY_USAGE_INCOMPATIBLE";

/** What is served, and the codes that are predicted, the first of which Chromium shows. */
const servers: readonly (readonly [what: string, start: () => Server | Promise<Server>, codes: readonly string[]])[] = [
  ["nothing wrong", () => serverOf(), []],
  ["expired", () => serverOf(expired), [DATE]],
  ["not yet valid", () => serverOf({ notBefore: "2047-01-01T00:00:00Z" }), [DATE]],
  ["another name", () => serverOf({ names: ["sensor.contoso.com"] }), [NAME]],
  ["a common name alone", () => serverOf({ names: null, subject: [["CN", "localhost"]] }), [NAME]],
  ["another name, and expired", () => serverOf({ ...expired, names: ["*.contoso.com"] }), [NAME, DATE]],
  ["no chain", () => serverOf({}, { alone: true }), [AUTHORITY]],
  ["no chain, and expired", () => serverOf(expired, { alone: true }), [AUTHORITY, DATE]],
  ["signed by itself", () => serverOf({ signer: "self" }, { alone: true }), [AUTHORITY]],
  ["another root", () => serverOf({}, otherRoot), [AUTHORITY]],
  ["another root, and another name", () => serverOf({ names: ["x.contoso.com"] }, otherRoot), [AUTHORITY, NAME]],
  ["signed by a stranger", () => serverOf({ signer: "other" }), [AUTHORITY]],
  ["signed with SHA-1", () => serverOf({ signature: "RSA-SHA1" }), [INVALID]],
  ["signed with SHA-1, and expired", () => serverOf({ ...expired, signature: "RSA-SHA1" }), [INVALID, DATE]],
  ["a CA signed with SHA-1", () => serverOf({}, { cas: [{ signature: "RSA-SHA1" }, {}] }), [INVALID]],
  ["for clients", () => serverOf(clientAuth), [INVALID]],
  ["for clients, and expired", () => serverOf({ ...clientAuth, ...expired }), [DATE, INVALID]],
  ["for clients, and another name", () => serverOf({ ...clientAuth, names: ["x.contoso.com"] }), [INVALID, NAME]],
  ["issued by no CA", () => serverOf({}, { cas: [{ cA: false }, {}] }), [INVALID]],
  ["a CA that has expired", () => serverOf({}, { cas: [{ notAfter: "2026-02-01T00:00:00Z" }, {}] }), [DATE]],
  ["a key for encryption alone", () => serverOf({ keyUsage: keyEncipherment }), [USAGE]],
  ["a key on a curve, for encryption alone", () => serverOf({ key: "leaf-p256", keyUsage: keyEncipherment }), [USAGE]],
  ["for anything", () => serverOf({ extKeyUsage: [ANY_USAGE] }), []],
  ["for Server Gated Cryptography", () => serverOf({ extKeyUsage: ["2.16.840.1.113730.4.1"] }), [INVALID]],
  ["a critical extension that nobody knows", () => serverOf({ more: [critical] }), [INVALID]],
  ["the same, and another name", () => serverOf({ more: [critical], names: ["x.contoso.com"] }), [INVALID, NAME]],
  ["the same, and expired", () => serverOf({ more: [critical], ...expired }), [DATE, INVALID]],
  ["the same of a CA", () => serverOf({}, { cas: [{ more: [critical] }, {}] }), [INVALID]],
  ["a CA for clients", () => serverOf({}, { cas: [{ more: [forClients] }, {}] }), [INVALID]],
  ["a CA too many", () => serverOf({}, tooLong), [INVALID]],
  ["a CA too many, and expired", () => serverOf(expired, tooLong), [DATE, INVALID]],
  ["a broken extension", () => serverOf({ more: [broken] }), [INVALID]],
  ["an extension twice", () => serverOf({ more: [forClients] }), [INVALID]],
  ["a broken extension of a CA", () => serverOf({}, { cas: [{ more: [broken] }, {}] }), [AUTHORITY]],
  ["the same of a CA, and expired", () => serverOf(expired, { cas: [{ more: [broken] }, {}] }), [AUTHORITY, DATE]],
  ["another root, and SHA-1", () => serverOf({ signature: "RSA-SHA1" }, otherRoot), [INVALID, AUTHORITY]],
  ["no chain, and SHA-1", () => serverOf({ signature: "RSA-SHA1" }, { alone: true }), [AUTHORITY]],
  ["a short key", () => serverOf({ key: "leaf-1024" }), []],
  ["TLS 1.1 at best", () => serverOf(expired, {}, { minVersion: "TLSv1", maxVersion: "TLSv1.1" }), [VERSION, DATE]],
  ["RSA key exchange", () => serverOf({}, {}, { maxVersion: "TLSv1.2", ciphers: "AES128-SHA" }), []],
  [
    "DHE",
    () => serverOf({}, {}, { maxVersion: "TLSv1.2", dhparam: "auto", ciphers: "DHE-RSA-AES256-GCM-SHA384" }),
    [VERSION],
  ],
  [
    "a certificate wanted",
    // In TLS 1.3 the server says so behind the handshake, and Chromium at times finds the connection closed before it reads that.
    () => serverOf({}, {}, { requestCert: true, ca: rootPem, maxVersion: "TLSv1.2" }),
    ["ERR_BAD_SSL_CLIENT_AUTH_CERT"],
  ],
  [
    "a certificate wanted, and expired",
    () => serverOf(expired, {}, { requestCert: true, ca: rootPem }),
    [DATE, "ERR_BAD_SSL_CLIENT_AUTH_CERT"],
  ],
  ["a curve that browsers do not offer", () => serverOf({}, {}, { ecdhCurve: "P-521" }), [VERSION]],
  ["HTTP", () => createHttpServer(), [PROTOCOL]],
  ["an alert on the name", () => says(21, 3, 3, 0, 2, 2, 112), ["ERR_SSL_UNRECOGNIZED_NAME_ALERT"]],
  ["an alert on what is offered", () => says(21, 3, 3, 0, 2, 2, 40), [VERSION]],
  ["an alert on a certificate", () => says(21, 3, 3, 0, 2, 2, 42), ["ERR_BAD_SSL_CLIENT_AUTH_CERT"]],
  ["another alert", () => says(21, 3, 3, 0, 2, 2, 80), [PROTOCOL]],
  ["an end", () => rawServer((socket) => void socket.once("data", () => socket.end())), ["ERR_CONNECTION_CLOSED"]],
  [
    "a reset",
    () => rawServer((socket) => void socket.once("data", () => socket.resetAndDestroy())),
    ["ERR_CONNECTION_RESET"],
  ],
];

const NOBODY = "nobody";

/** What is predicted for a port of this machine, for somebody who has the root. */
async function predict(port: number): Promise<Pick<Found, "predicted" | "verdict">> {
  const system = memorySystem({ "root.pem": rootPem }, { connectTls: lookAt });
  await main(`connect localhost:${port} --ip 127.0.0.1 --roots root.pem --format json`.split(" "), system);
  const { bundles } = JSON.parse(system.out) as {
    readonly bundles: readonly {
      readonly verdict: string;
      readonly endpoint: { readonly browserErrors: readonly { readonly code: string }[] };
    }[];
  };
  const codes = bundles.flatMap(({ endpoint }) => endpoint.browserErrors.map(({ code }) => code));
  return { predicted: codes, verdict: bundles[0]?.verdict ?? "" };
}

interface Found {
  readonly predicted: readonly string[];
  readonly verdict: string;
  readonly shown?: readonly string[];
}

const isBrowsing = hasChromium && process.platform === "linux";

/** Elsewhere than on Linux, the root would have to be trusted by the system. */
const reason = isBrowsing || !hasChromium ? chromiumReason : "; what Chromium shows is looked at on Linux alone";

/** What is predicted, and shown, for all servers at once: a browser has time to wait for several. */
const found = new Map<string, Found>();

beforeAll(async () => {
  const running = await Promise.all(servers.map(async ([what, start]) => [what, await listen(await start())] as const));
  const ports = new Map([...running.map(([what, { port }]) => [what, port] as const), [NOBODY, await closedPort()]]);
  const codes = isBrowsing ? await shownOf([...ports.values()]) : undefined;
  for (const [what, port] of ports) {
    const shown = codes?.get(port);
    found.set(what, { ...(await predict(port)), ...(shown && { shown }) });
  }
  await Promise.all(running.map(([, { close }]) => close()));
}, 90_000);

/** The codes with which Chromium fails; none where it does not. */
async function shownOf(ports: readonly number[]): Promise<ReadonlyMap<number, readonly string[]>> {
  const home = mkdtempSync(join(tmpdir(), "certcheck-"));
  trustDefaultRoot(home);
  const browser = await launchChromium(home);
  const codes = new Map<number, readonly string[]>();
  try {
    const tab = await browser.newPage();
    // What is shown in a page of its own fails with the same codes as what a page asks for, at many times the cost.
    const portOf = (url: string): number => Number(new URL(url).port);
    tab.on("response", (response) => codes.set(portOf(response.url()), []));
    tab.on("requestfailed", (request) => {
      const [, code = ""] = /^net::(\w+)$/.exec(request.failure()?.errorText ?? "") ?? [];
      const port = portOf(request.url());
      // An answer that nobody reads is broken off.
      if (!codes.has(port)) codes.set(port, [code.startsWith("ERR_CERT_") ? `NET::${code}` : code]);
    });
    await tab.evaluate(
      (urls) => Promise.allSettled(urls.map((url) => fetch(url, { mode: "no-cors" }))),
      ports.map((port) => `https://localhost:${port}/`),
    );
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
  return codes;
}

describe(`the errors of browsers${reason}`, () => {
  test.each([...servers, [NOBODY, undefined, ["ERR_CONNECTION_REFUSED"]] as const])("%s", (what, _start, codes) => {
    const { predicted, verdict, shown } = found.get(what) ?? {};
    expect(predicted).toEqual(codes);
    // Nobody is told that all is well, and sees an error.
    if (codes.length > 0) expect(verdict).toBe("unsupported");
    if (isBrowsing) expect(shown).toEqual(codes.slice(0, 1));
  });
});
