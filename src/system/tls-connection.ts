/** TLS connections to servers that are looked at, RFC 8446: a handshake, and nothing behind it. Proxies are not asked. */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { codeOf, deniedError, failureOf, isDenied } from "./network-failure.ts";
import { isTls, readServerFlight } from "../pki/tls-flight.ts";
import type { TlsAnswer, TlsFailure, TlsRequest } from "../bundle/tls.ts";

/** Most bytes that are taken from a server: OpenSSL itself takes certificates of 100 kB. */
const MAX_BYTES = 256 * 1024;
/** Most characters that are kept of what is not TLS. */
const MAX_SAID = 80;
/** Longest wait, in milliseconds, for what a server says of a certificate that the client does not have. */
const AFTERTHOUGHT = 500;

/** Nothing is refused here: what comes is for the rules to judge. */
const lenient: ConnectionOptions = {
  rejectUnauthorized: false,
  // Without certificates of the system nothing is added to what the server sends.
  ca: [],
  // SSL_OP_LEGACY_SERVER_CONNECT: OpenSSL would refuse servers without RFC 5746, browsers do not.
  secureOptions: 4,
};

/** As much as OpenSSL knows; and what Chrome offers, RSA key exchange included. */
const offers: Readonly<Record<TlsRequest["offer"], ConnectionOptions>> = {
  all: { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" },
  modern: {
    minVersion: "TLSv1.2",
    ciphers:
      "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20:" +
      "ECDHE+AES128+SHA1:ECDHE+AES256+SHA1:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA:@SECLEVEL=0",
    sigalgs: ["SHA256", "SHA384", "SHA512"]
      .flatMap((hash) => [`RSA-PSS+${hash}`, `RSA+${hash}`, ...(hash === "SHA512" ? [] : [`ECDSA+${hash}`])])
      .join(":"),
    // Chrome's hybrid with ML-KEM is left out: not every Node has it, and no server has it alone.
    ecdhCurve: "X25519:P-256:P-384",
  },
};

/** Shakes hands with a server, and leaves. Whatever a server does is an answer. @throws UsageError where nobody may connect */
export async function lookAt(request: TlsRequest): Promise<TlsAnswer> {
  const { host, address = host, port, timeout, deadline } = request;
  const socket = connectTcp({ host: address, port });
  const heard = listener(socket);
  let [wait, end]: (NodeJS.Timeout | undefined)[] = [];
  let tls: TLSSocket | undefined;
  let secret: Uint8Array | undefined;
  let peer: string | undefined;
  try {
    const failure = await new Promise<TlsFailure | undefined>((resolve, reject) => {
      let [isFound, isShaken] = [isIP(address) !== 0, false];
      socket.once("lookup", () => (isFound = true));
      const giveUp = (): void => {
        if (tls !== undefined) return resolve({ kind: "silent" });
        resolve(isFound ? { kind: "timeout", code: "ETIMEDOUT" } : { kind: "name", code: "ETIMEOUT" });
      };
      const waitFor = (milliseconds: number, then: () => void): void => {
        clearTimeout(wait);
        wait = setTimeout(then, milliseconds);
      };
      end = setTimeout(giveUp, deadline);
      waitFor(timeout, giveUp);
      socket.on("error", (error) => {
        if (isDenied(error)) return reject(deniedError());
        resolve(tls === undefined ? unconnected(error) : brokenOff(error));
      });
      socket.once("connect", () => {
        // A socket that the server has closed by the end does not know it any more.
        peer = socket.remoteAddress;
        waitFor(timeout, giveUp);
        heard.onData(
          () => isShaken || waitFor(timeout, giveUp),
          () => resolve({ kind: "limit" }),
        );
        try {
          tls = secure(heard.stream, request);
        } catch (error) {
          // An OpenSSL that was built, or set up, without what is offered.
          return resolve(otherwise(error as Error));
        }
        tls.on("keylog", (line: Buffer) => (secret ??= serverSecret(line)));
        tls.on("error", (error) => resolve(unsecured(error)));
        tls.on("close", () => resolve({ kind: "closed" }));
        tls.once("secureConnect", () => {
          isShaken = true;
          // In TLS 1.3 a server says behind the handshake that it wants a certificate.
          const { asksForCertificate } = readServerFlight(heard.bytes(), secret);
          waitFor(asksForCertificate ? Math.min(AFTERTHOUGHT, timeout) : 0, () => resolve(undefined));
        });
      });
    });
    return answerOf(failure, heard.bytes(), secret, { peer, tls });
  } finally {
    clearTimeout(wait);
    clearTimeout(end);
    tls?.destroy();
    socket.destroy();
  }
}

const secure = (socket: Duplex, { host, offer }: TlsRequest): TLSSocket =>
  connectTls({ ...lenient, ...offers[offer], socket, ...(isIP(host) === 0 && { servername: host }) });

/** Stands between a socket and what speaks TLS over it, and keeps what the server sends. */
function listener(socket: Socket): {
  readonly stream: Duplex;
  readonly bytes: () => Buffer;
  readonly onData: (any: () => unknown, tooMuch: () => void) => void;
} {
  const chunks: Buffer[] = [];
  let length = 0;
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, () => done()),
    final: (done) => void socket.end(done),
  });
  return {
    stream,
    bytes: () => Buffer.concat(chunks),
    onData(any, tooMuch) {
      socket.on("data", (chunk: Buffer) => {
        any();
        length += chunk.length;
        if (length > MAX_BYTES) return tooMuch();
        chunks.push(chunk);
        if (!stream.push(chunk)) socket.pause();
      });
      socket.on("end", () => stream.push(null));
    },
  };
}

/** Of a line in the key log's format, the secret that the certificates of TLS 1.3 are encrypted with. */
function serverSecret(line: Buffer): Uint8Array | undefined {
  const [label, , secret = ""] = line.toString("latin1").trim().split(" ");
  return label === "SERVER_HANDSHAKE_TRAFFIC_SECRET" ? Buffer.from(secret, "hex") : undefined;
}

function answerOf(
  failure: TlsFailure | undefined,
  bytes: Buffer,
  secret: Uint8Array | undefined,
  { peer: address, tls }: { readonly peer: string | undefined; readonly tls: TLSSocket | undefined },
): TlsAnswer {
  const { certificates, asksForCertificate, alert } = readServerFlight(bytes, secret);
  const protocol = failure === undefined ? tls?.getProtocol() : undefined;
  const told = failure && (explained(failure, bytes, alert) ?? failure);
  return {
    ...(address !== undefined && { address }),
    ...(protocol && tls && { protocol, cipher: tls.getCipher().name }),
    certificates: certificates.length > 0 || failure !== undefined ? certificates : rebuilt(tls),
    ...(asksForCertificate && { asksForCertificate }),
    ...(told && { failure: told }),
  };
}

/** What the server's own bytes say of a failure: more than OpenSSL does. */
function explained({ kind }: TlsFailure, bytes: Buffer, alert: number | undefined): TlsFailure | undefined {
  if (["name", "refused", "timeout", "route", "limit"].includes(kind)) return undefined;
  if (bytes.length > 0 && !isTls(bytes)) {
    const lines = bytes
      .subarray(0, MAX_SAID)
      .toString("latin1")
      .split(/[\r\n]+/);
    return { kind: "foreign", said: lines.find((line) => line !== "") ?? "" };
  }
  if (alert !== undefined) return { kind: "alert", alert: alerts[alert] ?? `alert ${alert}` };
  return kind === "silent" && bytes.length > 0 ? { kind: "unfinished" } : undefined;
}

/** Of a compressed message, say: what OpenSSL read, in the order that Node makes of it, without duplicates. */
function rebuilt(tls: TLSSocket | undefined): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  let one = tls?.getPeerCertificate(true);
  while (one?.raw !== undefined && !certificates.some((other) => Buffer.compare(other, one?.raw as Buffer) === 0)) {
    certificates.push(one.raw);
    one = one.issuerCertificate;
  }
  return certificates;
}

function unconnected(error: Error): TlsFailure {
  const [code, kind] = [codeOf(error), failureOf(codeOf(error))];
  // The reset may come before it is told that there is a connection.
  if (kind === "closed") return { kind: "reset" };
  return { kind: kind === "name" || kind === "refused" || kind === "timeout" ? kind : "route", code };
}

function brokenOff(error: Error): TlsFailure {
  return failureOf(codeOf(error)) === "closed" ? { kind: "reset" } : otherwise(error);
}

function unsecured(error: Error): TlsFailure {
  const code = codeOf(error);
  if (code === "ECONNRESET") return { kind: "closed" };
  if (/EXCESSIVE_(?:MESSAGE_)?SIZE|LENGTH_TOO_LONG/.test(code)) return { kind: "limit" };
  // Behind the handshake of TLS 1.3 an alert is encrypted, and OpenSSL alone has read it.
  const [, alert] = /^ERR_SSL_(?:TLSV1|TLSV13|SSLV3)_ALERT_(\w+)$/.exec(code) ?? [];
  return alert === undefined ? otherwise(error) : { kind: "alert", alert: alert.toLowerCase() };
}

function otherwise(error: Error): TlsFailure {
  const { reason } = error as Error & { readonly reason?: string };
  return { kind: "other", code: codeOf(error), reason: reason ?? error.message };
}

/** Alerts by their numbers, RFC 8446 appendix B.2. */
const alerts: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  22: "record_overflow",
  40: "handshake_failure",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  109: "missing_extension",
  110: "unsupported_extension",
  112: "unrecognized_name",
  113: "bad_certificate_status_response",
  115: "unknown_psk_identity",
  116: "certificate_required",
  120: "no_application_protocol",
};
