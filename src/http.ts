/** What is asked over HTTP, what comes back, and why nothing does. */

/** Why no answer came. */
export type NetworkFailure = "name" | "refused" | "timeout" | "route" | "closed" | "tls" | "protocol" | "proxy";

/** A connection, a name or a protocol that failed; the message is a code. */
export class NetworkError extends Error {
  readonly kind: NetworkFailure;
  /** The proxy that was asked, as `name:port`. */
  readonly proxy: string | undefined;

  constructor(kind: NetworkFailure, code: string, proxy?: string) {
    super(code);
    this.kind = kind;
    this.proxy = proxy;
  }
}

/** What to fetch. */
export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Longest wait for a connection, for the head of the answer, and for each part of its body, in milliseconds. */
  readonly timeout: number;
  /** Longest time for all of it, in milliseconds. */
  readonly deadline: number;
}

/** The head of an answer, and its body as it comes. */
export interface HttpAnswer {
  readonly status: number;
  /** By name in small letters; of several of a name, the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** To be read once. @throws NetworkError */
  readonly body: AsyncIterable<Uint8Array>;
  /** The proxy it came through, as `name:port`. */
  readonly proxy?: string;
  /** Ends the connection, whatever is still to come. */
  readonly close: () => void;
}
