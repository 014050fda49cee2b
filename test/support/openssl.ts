/** The openssl command, where there is one, as a second opinion. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./processes.ts";

/** The first line of `openssl version`, or nothing if there is no OpenSSL 3. */
export const opensslVersion: string | undefined = (() => {
  const { stdout } = runProgram("openssl", ["version"]);
  // LibreSSL, and the OpenSSL of old systems, judge otherwise.
  return stdout.startsWith("OpenSSL 3.") ? stdout.trim() : undefined;
})();

/** What to add to the name of a test that needs the command. */
export const orSkipped = opensslVersion === undefined ? " (skipped: no openssl 3 command)" : "";

/** Runs the command on files that exist for its duration; their names in the arguments become their paths. */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
): { readonly ok: boolean; readonly out: string } {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const words = args.map((arg) => (Object.hasOwn(files, arg) ? join(folder, arg) : arg));
    const { status, stdout, stderr } = runProgram("openssl", words, { env: { ...process.env, LC_ALL: "C" } });
    return { ok: status === 0, out: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
