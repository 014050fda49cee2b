/** A TLS handshake with a server that is to be looked at, not used: what is asked for, and what came of it. */

/** Where to connect, and what to offer there. */
export interface TlsRequest {
  /** A name or an address: what is connected to, unless there is another address; a name is told to the server (SNI). */
  readonly host: string;
  /** Where the host is, if that is not asked of DNS. */
  readonly address?: string;
  readonly port: number;
  /** All that OpenSSL knows, so that old servers are seen; or what browsers offer today. */
  readonly offer: "all" | "modern";
  /** Longest wait for any sign of the server, and for all of it, in milliseconds. */
  readonly timeout: number;
  readonly deadline: number;
}

/** What the server said. */
export interface TlsAnswer {
  /** The address that was connected to; absent if there was no connection. */
  readonly address?: string;
  /** Such as `TLSv1.3`; absent if the handshake did not come so far. */
  readonly protocol?: string;
  /** By OpenSSL's name. */
  readonly cipher?: string;
  /** In DER, in the order in which they were sent, as often as they were sent. */
  readonly certificates: readonly Uint8Array[];
  /** Present if the server asks for a certificate of the client. */
  readonly asksForCertificate?: true;
  /** Why the handshake did not end well; certificates may have come before. */
  readonly failure?: TlsFailure;
}

/** Why there was no handshake. */
export type TlsFailure =
  /** There was no connection; the code is the system's. */
  | { readonly kind: "name" | "refused" | "timeout" | "route"; readonly code: string }
  /** The server let the connection stand, or the handshake; it ended the connection, or broke it off. */
  | { readonly kind: "silent" | "unfinished" | "closed" | "reset" }
  /** It speaks something else; what it said, cut off. */
  | { readonly kind: "foreign"; readonly said: string }
  /** It ended the handshake by an alert, by its name in RFC 8446. */
  | { readonly kind: "alert"; readonly alert: string }
  /** More than is read. */
  | { readonly kind: "limit" }
  /** Anything else: OpenSSL's code and words. */
  | { readonly kind: "other"; readonly code: string; readonly reason: string };
