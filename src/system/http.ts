/** What is asked over HTTP, and what comes back. */

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
