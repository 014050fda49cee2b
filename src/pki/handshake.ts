/** A TLS handshake in memory: what OpenSSL itself says of a certificate, its key and its chain, RFC 8446. */
import { Duplex } from "node:stream";
import { connect, createSecureContext, TLSSocket } from "node:tls";
import { armour } from "./pem-label.ts";

/** What a server is set up with, and what its client trusts. */
export interface Credentials {
  /** The private key in PEM. */
  readonly key: string;
  /** Opens the key, if it is encrypted. */
  readonly passphrase?: string;
  /** In DER: the leaf, and what the server sends with it. */
  readonly certificates: readonly Uint8Array[];
  /** The client's trust anchors, in DER. */
  readonly anchors: readonly Uint8Array[];
}

/** What came of a handshake. */
export type Handshake =
  | { readonly completed: true; readonly protocol: string }
  | {
      readonly completed: false;
      /** Who gave up: the server cannot use what it was given, the client does not accept what it sees. */
      readonly side: "server" | "client";
      /** OpenSSL's code, such as `INVALID_PURPOSE`. */
      readonly code: string;
      /** OpenSSL's words. */
      readonly reason: string;
    };

/**
 * What either side accepts: as much as OpenSSL knows, for weak keys and hashes have rules of their own. A stricter
 * appliance or browser may refuse more.
 */
const CIPHERS = "DEFAULT@SECLEVEL=0";

/** Longest wait, in milliseconds, for two halves that have nothing more to say to each other. */
const TIMEOUT = 10_000;

/** Lets a client and a server meet. Names are not compared; CRLs are not looked at; the time is now. Never throws. */
export async function shakeHands({ key, passphrase, certificates, anchors }: Credentials): Promise<Handshake> {
  const [serverEnd, clientEnd] = connectedPair();
  const ca = anchors.map((anchor) => armour("CERTIFICATE", anchor));
  const common = { ciphers: CIPHERS, ca };
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Handshake>((resolve) => {
      const fail = (side: "server" | "client") => (error: Error) => resolve(failure(side, error));
      timer = setTimeout(() => fail("client")(new Error("no end of the handshake")), TIMEOUT);
      try {
        const secureContext = createSecureContext({
          ...common,
          key,
          ...(passphrase !== undefined && { passphrase }),
          cert: certificates.map((certificate) => armour("CERTIFICATE", certificate)).join(""),
        });
        new TLSSocket(serverEnd, { isServer: true, secureContext }).on("error", fail("server"));
      } catch (error) {
        return resolve(failure("server", error));
      }
      const client = connect({
        ...common,
        socket: clientEnd,
        rejectUnauthorized: true,
        checkServerIdentity: () => undefined,
      });
      client.on("error", fail("client"));
      client.on("secureConnect", () => resolve({ completed: true, protocol: client.getProtocol() ?? "TLS" }));
    });
  } catch (error) {
    return failure("client", error);
  } finally {
    clearTimeout(timer);
    serverEnd.destroy();
    clientEnd.destroy();
  }
}

/** Two streams, each of which reads what is written to the other. */
function connectedPair(): [Duplex, Duplex] {
  const half = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const left: Duplex = half(() => right);
  const right: Duplex = half(() => left);
  return [left, right];
}

function failure(side: "server" | "client", error: unknown): Handshake {
  const { message, code, reason } = error as Error & { readonly code?: string; readonly reason?: string };
  // `error:0A000086:SSL routines::certificate verify failed`: the words are the last part.
  const words = reason ?? message.split(":").findLast((part) => part.trim() !== "") ?? message;
  return { completed: false, side, code: code ?? "unknown", reason: words.trim() };
}
