/** What the codes of the system, of undici and of OpenSSL say of a connection that failed. */
import { type NetworkFailure, UsageError } from "../errors.ts";

/** By what they mean; the first that matches counts. */
const kinds: readonly (readonly [RegExp, NetworkFailure])[] = [
  [/^(?:ENOTFOUND|EAI_\w+)$/, "name"],
  [/^ECONNREFUSED$/, "refused"],
  [/TIMEOUT|^ETIMEDOUT$|^TimeoutError$/, "timeout"],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN|ENETDOWN|EACCES|EPERM)$/, "route"],
  [/^(?:ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/, "closed"],
  [/^(?:HPE_\w+|UND_ERR_HEADERS_OVERFLOW)$/, "protocol"],
  [/CERT|TLS|SSL|EPROTO|SIGNATURE/, "tls"],
];

/** The kind of failure that a code stands for. */
export const failureOf = (code: string): NetworkFailure =>
  kinds.find(([pattern]) => pattern.test(code))?.[1] ?? "protocol";

/** The most telling code of an error; several addresses of a name fail with an error each. */
export function codeOf(error: unknown): string {
  const { code, name, errors, cause } = error as { code?: unknown; name?: string; errors?: unknown[]; cause?: unknown };
  if (errors?.[0] !== undefined) return codeOf(errors[0]);
  // That of a DOMException is a number, and its name says more.
  if (typeof code === "string") return code;
  return cause === undefined ? (name ?? "unknown") : codeOf(cause);
}

/** Node itself lets nobody connect, for it was started so: that says nothing of the other end. */
export const isDenied = (error: unknown): boolean => codeOf(error) === "ERR_ACCESS_DENIED";

/** What to do about it. */
export const deniedError = (): UsageError =>
  new UsageError("Node was started without the permission to connect", "start it with --allow-net");
