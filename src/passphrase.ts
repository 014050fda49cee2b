/** Where a passphrase comes from: a variable, a file, a descriptor, the command line; and files in variables. Errors never repeat what may be one. */
import type { System } from "./system.ts";
import { UsageError } from "./errors.ts";

/** Longest passphrase that is read, in bytes. */
const MAX_PASSPHRASE_BYTES = 4096;

/** The passphrase from its source; of files and streams the first line, as OpenSSL has it. */
export function readPassphrase(source: string, system: System): string {
  const [, scheme, rest = ""] = /^(env|file|fd|pass):(.*)$/s.exec(source) ?? [];
  const firstLine = (bytes: Uint8Array): string =>
    Buffer.from(bytes)
      .toString("utf8")
      .replace(/^\ufeff/, "")
      .split(/\r?\n/, 1)[0] ?? "";
  if (source === "stdin") return firstLine(system.readDescriptor(0, MAX_PASSPHRASE_BYTES));
  switch (scheme) {
    case "pass":
      return rest;
    case "env":
      return readVariable(rest, "--passin env:", system);
    case "file":
      return firstLine(readPassphraseFile(rest, system));
    case "fd":
      if (/^\d{1,9}$/.test(rest)) return firstLine(system.readDescriptor(Number(rest), MAX_PASSPHRASE_BYTES));
  }
  // The text may be the passphrase itself: it is not repeated.
  throw new UsageError("--passin has an unknown form", "write env:NAME, file:PATH, fd:N, stdin, prompt or pass:TEXT");
}

/** Its errors do not repeat the name: it may be the passphrase. */
function readPassphraseFile(path: string, system: System): Uint8Array {
  try {
    return system.readFile(path, MAX_PASSPHRASE_BYTES);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--passin file:${error.message.slice(path.length)}`);
  }
}

/** `where` names the operand or option in an error, which does not repeat what may be the secret itself. */
function readVariable(name: string, where: string, { env }: System): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined) return value;
  const shown = /^[A-Z][A-Z0-9_]{0,40}$/.test(name)
    ? `${where}${name}: the variable is not set`
    : `${where} names no variable that is set`;
  throw new UsageError(shown, "give the name of a variable, without a dollar sign");
}

/** What a variable holds, for an operand `env:NAME`: PEM, or base64 of a file. @throws UsageError */
export function bytesOfVariable(operand: string, system: System): Uint8Array {
  const text = readVariable(operand.slice("env:".length), "env:", system);
  // CI systems keep secrets in one line: base64 of a file, PEM or DER, is the way to get one in.
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text.replace(/\s+/g, ""));
  return Buffer.from(text, isBase64 ? "base64" : "utf8");
}
