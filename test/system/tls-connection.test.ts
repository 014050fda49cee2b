/** TLS connections, against servers on loopback that are right, old, mute, foreign or hostile. */
import dns from "node:dns";
import { createServer as createHttpServer } from "node:http";
import { connect, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { createSecureContext, createServer, type TlsOptions } from "node:tls";
import { afterAll, describe, expect, test, vi } from "vitest";
import { lookAt } from "../../src/system/tls-connection.ts";
import type { TlsAnswer, TlsRequest } from "../../src/bundle/tls.ts";
import { keyPem, mintAppliance, pem } from "../support/mint.ts";
import { closedPort, listen, serveRaw } from "../support/server.ts";

const { leaf, cas } = await mintAppliance();
const [issuing = leaf, root = leaf] = cas;
const { leaf: short } = await mintAppliance({ leaf: { key: "leaf-1024" } });
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const chain = (...certificates: readonly Buffer[]): string =>
  certificates.map((certificate) => pem("CERTIFICATE", certificate)).join("");

const key = keyPem("leaf");
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

async function port(server: Server, host?: string): Promise<number> {
  const running = await listen(server, host);
  closers.push(running.close);
  return running.port;
}

const tlsServer = (options: TlsOptions, host?: string): Promise<number> =>
  port(
    createServer({ key, cert: chain(leaf, issuing), ...options }).on("tlsClientError", () => {}),
    host,
  );

async function rawServer(handler: (socket: Socket) => void): Promise<number> {
  const running = await serveRaw(handler);
  closers.push(running.close);
  return running.port;
}

const look = (to: number, more: Partial<TlsRequest> = {}): Promise<TlsAnswer> =>
  lookAt({ host: "127.0.0.1", port: to, offer: "all", timeout: 250, deadline: 1000, ...more });

const names = new Map([
  [leaf, "leaf"],
  [issuing, "issuing"],
  [root, "root"],
]);
const sent = ({ certificates }: TlsAnswer): string[] =>
  certificates.map((one) => [...names].find(([known]) => known.equals(one))?.[1] ?? "another");

describe("what a server sends", () => {
  const orders = [
    [leaf],
    [leaf, issuing],
    [leaf, issuing, root],
    [leaf, root, issuing],
    [leaf, issuing, issuing, leaf, root],
    // More than a record takes.
    [leaf, ...Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? issuing : root))],
  ];
  describe.each(["TLSv1.3", "TLSv1.2"] as const)("in %s", (version) => {
    test.each(
      orders.map((order) => ({
        order,
        what: order
          .slice(0, 6)
          .map((one) => names.get(one))
          .join(", "),
      })),
    )("$what", async ({ order }) => {
      const answer = await look(await tlsServer({ cert: chain(...order), maxVersion: version }));
      expect(sent(answer)).toEqual(order.map((one) => names.get(one)));
      expect(answer.protocol).toBe(version);
      expect(answer.failure).toBeUndefined();
    });
  });

  test.each(["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])(
    "encrypted with %s",
    async (ciphers) => {
      const answer = await look(await tlsServer({ ciphers, cert: chain(leaf, issuing, issuing) }));
      expect([answer.cipher, sent(answer)]).toEqual([ciphers, ["leaf", "issuing", "issuing"]]);
    },
  );

  test("after it asked for another hello", async () => {
    const answer = await look(await tlsServer({ ecdhCurve: "P-521", cert: chain(leaf, issuing, issuing) }));
    expect(sent(answer)).toEqual(["leaf", "issuing", "issuing"]);
  });
});

describe("old servers and new ones", () => {
  test.each<readonly [string, TlsOptions, Partial<TlsAnswer>, Partial<TlsAnswer>]>([
    ["TLS 1.3", {}, { protocol: "TLSv1.3" }, { protocol: "TLSv1.3" }],
    ["TLS 1.2", { maxVersion: "TLSv1.2" }, { protocol: "TLSv1.2" }, { protocol: "TLSv1.2" }],
    [
      "TLS 1.1 alone",
      { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
      { protocol: "TLSv1.1", cipher: "ECDHE-RSA-AES256-SHA" },
      { failure: { kind: "alert", alert: "protocol_version" } },
    ],
    [
      "TLS 1.0 alone",
      { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" },
      { protocol: "TLSv1" },
      { failure: { kind: "alert", alert: "protocol_version" } },
    ],
    [
      "ciphers of the past",
      { maxVersion: "TLSv1.2", dhparam: "auto", ciphers: "DHE-RSA-AES256-GCM-SHA384" },
      { protocol: "TLSv1.2", cipher: "DHE-RSA-AES256-GCM-SHA384" },
      { failure: { kind: "alert", alert: "handshake_failure" } },
    ],
    [
      "RSA key exchange",
      { maxVersion: "TLSv1.2", ciphers: "AES128-SHA" },
      { cipher: "AES128-SHA" },
      { cipher: "AES128-SHA" },
    ],
    [
      "signatures with SHA-1",
      { maxVersion: "TLSv1.2", sigalgs: "RSA+SHA1", ciphers: "ECDHE-RSA-AES128-GCM-SHA256@SECLEVEL=0" },
      { protocol: "TLSv1.2" },
      { failure: { kind: "alert", alert: "handshake_failure" } },
    ],
    ["a short key", { key: keyPem("leaf-1024"), cert: chain(short), ciphers: "DEFAULT@SECLEVEL=0" }, {}, {}],
  ])("%s", async (_what, options, all, modern) => {
    const to = await tlsServer(options);
    const [first, second] = await Promise.all([look(to), look(to, { offer: "modern" })]);
    expect(first).toMatchObject(all);
    expect(second).toMatchObject(modern);
    expect(first.certificates.length).toBeGreaterThan(0);
    expect(second.failure).toEqual(modern.failure);
  });
});

test("a warning before the handshake does not hide what is sent", async () => {
  const to = await tlsServer({ cert: chain(leaf, root, issuing, leaf), maxVersion: "TLSv1.2" });
  const warned = await rawServer((socket) => {
    const server = connect(to, "127.0.0.1", () => socket.write("\x15\x03\x03\0\x02\x01\x70", "latin1"));
    socket.pipe(server).pipe(socket);
    server.on("error", () => {});
  });
  const answer = await look(warned, { host: "other.contoso.com", address: "127.0.0.1" });
  expect([answer.failure, sent(answer)]).toEqual([undefined, ["leaf", "root", "issuing", "leaf"]]);
});

describe("names and addresses", () => {
  const bySni = (): Promise<number> =>
    tlsServer({
      SNICallback: (name, done) =>
        done(null, name === "sensor.contoso.com" ? createSecureContext({ key, cert: chain(leaf, root) }) : undefined),
    });

  test("the server is told the name, wherever it is", async () => {
    const to = await bySni();
    const named = await look(to, { host: "sensor.contoso.com", address: "127.0.0.1" });
    expect([sent(named), named.address]).toEqual([["leaf", "root"], "127.0.0.1"]);
    expect(sent(await look(to))).toEqual(["leaf", "issuing"]);
  });

  test("a server that knows no such name", async () => {
    const to = await tlsServer({ SNICallback: (_name, done) => done(new Error("unknown")) });
    const answer = await look(to, { host: "sensor.contoso.com", address: "127.0.0.1" });
    expect(answer.failure?.kind).toMatch(/alert|closed|reset/);
  });

  test.skipIf(!hasIpv6)(`an address of IPv6${hasIpv6 ? "" : "; skipped, for there is no ::1 here"}`, async () => {
    const answer = await look(await tlsServer({}, "::1"), { host: "::1" });
    expect([answer.address, sent(answer)]).toEqual(["::1", ["leaf", "issuing"]]);
  });

  test("a name that nobody can have", async () => {
    // Longer than a label: no network is asked.
    const { failure } = await look(443, { host: `${"x".repeat(64)}.invalid` });
    expect(failure?.kind).toBe("name");
  });

  test("a name that nobody tells anything about", async () => {
    const mute = vi.spyOn(dns, "lookup").mockReturnValue(undefined);
    const { failure } = await look(443, { host: "sensor.contoso.com" });
    expect(failure).toEqual({ kind: "name", code: "ETIMEOUT" });
    mute.mockRestore();
  });
});

describe("servers that want to know the client", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)("in %s, and do not insist", async (maxVersion) => {
    const to = await tlsServer({ requestCert: true, rejectUnauthorized: false, maxVersion });
    expect(await look(to)).toMatchObject({ protocol: maxVersion, asksForCertificate: true });
  });

  test.each([
    ["TLSv1.2", "handshake_failure"],
    ["TLSv1.3", "certificate_required"],
  ] as const)("in %s, and insist", async (version, alert) => {
    const context = { requestCert: true, rejectUnauthorized: true, ca: chain(root) };
    const to = await tlsServer({ ...context, minVersion: version, maxVersion: version });
    const answer = await look(to);
    expect(sent(answer)).toEqual(["leaf", "issuing"]);
    expect(answer.asksForCertificate).toBe(true);
    expect(answer.failure).toEqual({ kind: "alert", alert });
  });
});

describe("servers that speak no TLS", () => {
  const says =
    (text: string) =>
    (socket: Socket): void =>
      void socket.write(text);
  test.each<readonly [string, () => Promise<number>, TlsAnswer["failure"]]>([
    ["nobody", closedPort, { kind: "refused", code: "ECONNREFUSED" }],
    ["nothing", () => rawServer(() => {}), { kind: "silent" }],
    ["an end", () => rawServer((socket) => void socket.end()), { kind: "closed" }],
    [
      "an end after the hello",
      () => rawServer((socket) => void socket.once("data", () => socket.end())),
      { kind: "closed" },
    ],
    [
      "a reset",
      () => rawServer((socket) => void socket.once("data", () => socket.resetAndDestroy())),
      { kind: "reset" },
    ],
    ["HTTP", () => port(createHttpServer()), { kind: "foreign", said: "HTTP/1.1 400 Bad Request" }],
    ["SSH", () => rawServer(says("SSH-2.0-OpenSSH_9.6\r\n")), { kind: "foreign", said: "SSH-2.0-OpenSSH_9.6" }],
    [
      "SMTP",
      () => rawServer(says("220 mail.contoso.com ESMTP\r\n")),
      { kind: "foreign", said: "220 mail.contoso.com ESMTP" },
    ],
    ["a line behind a blank one", () => rawServer(says("\r\nlogin: ")), { kind: "foreign", said: "login: " }],
    ["half a record", () => rawServer(says("\x16\x03\x03\x40\0")), { kind: "unfinished" }],
    ["a reset at once", () => rawServer((socket) => void socket.resetAndDestroy()), { kind: "reset" }],
    ["zeros", () => rawServer(says("\0".repeat(2000))), { kind: "foreign", said: "\0".repeat(80) }],
    ["an alert", () => rawServer(says("\x15\x03\x01\0\x02\x02\x50")), { kind: "alert", alert: "internal_error" }],
  ])("but %s", async (_what, start, failure) => {
    expect((await look(await start())).failure).toEqual(failure);
  });
});

describe("hostile servers", () => {
  /** Sends something again and again until the client goes away. */
  const flood = (bytes: Buffer, pause: number) => (socket: Socket) => {
    const timer = setInterval(() => socket.write(bytes), pause);
    socket.on("close", () => clearInterval(timer));
  };
  const record = (type: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([type, 3, 3, content.length >> 8, content.length & 255]), content]);

  test.each<readonly [string, (socket: Socket) => void, RegExp]>([
    ["a byte at a time", flood(Buffer.from([22]), 20), /silent|foreign|other/],
    ["junk in records", flood(record(22, Buffer.alloc(16_000, 7)), 1), /other|limit|alert|closed/],
    ["warnings without end", flood(record(21, Buffer.from([1, 90])), 1), /alert/],
    [
      "a message that announces 16 MB",
      flood(record(22, Buffer.concat([Buffer.from([2, 255, 255, 255]), Buffer.alloc(9000)])), 1),
      /other|limit|closed/,
    ],
  ])("%s", async (_what, handler, kind) => {
    const before = performance.now();
    const { failure } = await look(await rawServer(handler), { deadline: 400 });
    expect(failure?.kind).toMatch(kind);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test("a chain that is too long", async () => {
    const many = Array.from({ length: 200 }, () => issuing);
    const answer = await look(await tlsServer({ cert: chain(leaf, ...many) }));
    expect(answer.failure?.kind).toBe("limit");
  });
});
