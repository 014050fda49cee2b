/** Handshakes that failed, in words: what servers do instead of them, RFC 8446, and what to do about it. */
import type { TlsFailure } from "../bundle/tls.ts";

/** `TLS 1.0`, which OpenSSL calls TLSv1. */
export const protocolName = (protocol: string): string =>
  protocol === "TLSv1" ? "TLS 1.0" : protocol.replace("TLSv", "TLS ");

/** Alerts that say of what a client offers that it is too little. */
const offerAlerts: ReadonlySet<string> = new Set(["protocol_version", "handshake_failure", "insufficient_security"]);

/** Whether the server wants nothing of what is offered. */
export const refusesOffer = (failure: TlsFailure): boolean =>
  failure.kind === "alert" && offerAlerts.has(failure.alert);

/** What went wrong with a handshake; nothing if there was no connection. */
export function tlsFault(failure: TlsFailure): string | undefined {
  switch (failure.kind) {
    case "silent":
      return "the server takes the connection, and says nothing";
    case "unfinished":
      return "the server begins the handshake, and does not end it in time";
    case "closed":
      return "the server ends the connection before the handshake does";
    case "reset":
      return "the server breaks the connection off";
    case "foreign": {
      const protocol = greetingOf(failure.said);
      return `the server does not speak TLS${protocol === undefined ? "" : `, but ${protocol}`}: ${JSON.stringify(failure.said)}`;
    }
    case "alert":
      return `the server ends the handshake: ${failure.alert}`;
    case "limit":
      return "the server sends more than anybody's certificates take";
    case "other":
      return `the handshake fails: ${failure.reason} (${failure.code})`;
  }
  return undefined;
}

/** What to do about it. */
export function tlsAdvice(failure: TlsFailure | undefined): string {
  switch (failure?.kind) {
    case "silent":
      return "Check that it is a TLS server that listens there; --timeout waits longer.";
    case "unfinished":
      return "Look into the server's log, or at what lies between here and there; --timeout waits longer.";
    case "foreign":
      return /SMTP|IMAP|POP3/.test(greetingOf(failure.said) ?? "")
        ? "Give a port where TLS begins at once: what mail servers do when they are asked to (STARTTLS) is not asked for here."
        : "Give the port that has TLS: that of the console is 443.";
    case "alert":
      return failure.alert === "unrecognized_name"
        ? "Connect by a name that the server has a certificate for."
        : "Look into the server's log: what it did not like is known there alone.";
    case "limit":
      return "Upload the certificate with a chain file that has its CAs alone.";
  }
  return "Look into the server's log: it may be without a usable certificate and key, or something between here and there ends connections.";
}

/** What servers say that speak another protocol, by how it begins. */
const greetings: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/\d/, "HTTP"],
  [/^SSH-/, "SSH"],
  [/^220[ -]/, "SMTP or FTP"],
  [/^\* OK/, "IMAP"],
  [/^\+OK/, "POP3"],
  [/^RFB \d/, "VNC"],
  [/^\x03\0/, "RDP"],
];

const greetingOf = (said: string): string | undefined => greetings.find(([pattern]) => pattern.test(said))?.[1];
