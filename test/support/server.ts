/** Servers on loopback, for tests of what fetches and connects. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";

/** A server that runs. */
export interface Running {
  readonly port: number;
  /** What was asked for, in order. */
  readonly requests: IncomingMessage[];
  readonly close: () => Promise<void>;
}

/** Starts an HTTP server, or makes one that was created elsewhere listen. */
export async function serve(handler: RequestListener | Server): Promise<Running> {
  const server = typeof handler === "function" ? createServer(handler) : handler;
  const requests: IncomingMessage[] = [];
  server.prependListener("request", (request: IncomingMessage) => requests.push(request));
  return { requests, ...(await listen(server)) };
}

/** Starts a server that does with its connections what it likes. */
export async function serveRaw(handler: (socket: Socket) => void): Promise<Running> {
  return { requests: [], ...(await listen(createTcpServer(handler))) };
}

/** Makes a server listen on loopback. */
export async function listen(server: TcpServer, host = "127.0.0.1"): Promise<Pick<Running, "port" | "close">> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await serveRaw(() => {});
  await close();
  return port;
}
