/** The errors that are no fault of certcheck: of who called it, and of the network. */

/** The command line is wrong, or a file on it cannot be opened: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What to do instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A file was to be made where there is one. */
export const takenError = (path: string): UsageError =>
  new UsageError(`${path}: is there already`, "--force replaces it, --out names another folder");

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
