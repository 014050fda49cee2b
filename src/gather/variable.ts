/** What is handed over in variables of the environment: passphrases, and whole files. */
import { UsageError } from "../errors.ts";
import type { System } from "../system/system.ts";

/** What a variable holds, for an operand `env:NAME`: PEM, or base64 of a file. @throws UsageError */
export function bytesOfVariable(operand: string, system: System): Uint8Array {
  const text = readVariable(operand.slice("env:".length), "env:", system);
  // CI systems keep secrets in one line: base64 of a file, PEM or DER, is the way to get one in.
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text.replace(/\s+/g, ""));
  return Buffer.from(text, isBase64 ? "base64" : "utf8");
}

/** `where` names the operand or option in an error, which does not repeat what may be the secret itself. */
export function readVariable(name: string, where: string, { env }: System): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined) return value;
  const shown = /^[A-Z][A-Z0-9_]{0,40}$/.test(name)
    ? `${where}${name}: the variable is not set`
    : `${where} names no variable that is set`;
  throw new UsageError(shown, "give the name of a variable, without a dollar sign");
}
