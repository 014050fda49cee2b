/** TLS connections, against servers on loopback that are right, old, mute, foreign or hostile. */
import { createServer as createHttpServer } from "node:http";
import type { Server, Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { afterAll, describe, expect, test } from "vitest";
import { lookAt } from "../src/tls-connection.ts";
import type { TlsAnswer, TlsRequest } from "../src/tls.ts";
import { keyPem, mintAppliance, pem } from "./support/mint.ts";
import { closedPort, listen, serveRaw } from "./support/server.ts";

const { leaf, cas } = await mintAppliance();
const [issuing = leaf, root = leaf] = cas;
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
  port(createServer({ key, cert: chain(leaf, issuing), ...options }).on("tlsClientError", () => {}), host);

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
  ];
  describe.each(["TLSv1.3", "TLSv1.2"] as const)("in %s", (version) => {
    test.each(orders.map((order) => ({ order, what: order.map((one) => names.get(one)).join(", ") })))(
      "$what",
      async ({ order }) => {
        const answer = await look(await tlsServer({ cert: chain(...order), maxVersion: version }));
        expect(sent(answer)).toEqual(order.map((one) => names.get(one)));
        expect(answer.protocol).toBe(version);
        expect(answer.failure).toBeUndefined();
      },
    );
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
