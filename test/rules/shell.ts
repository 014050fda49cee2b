/** Commands of fixes, run for real in a folder that exists for the time of a test. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../support/processes.ts";

/** A folder with files in it. */
export interface Folder {
  /** Runs lines of a POSIX shell in it, each of which has to succeed, and gives what they print. */
  readonly run: (...lines: readonly string[]) => string;
  readonly read: (name: string) => Buffer;
}

/** Makes a folder with these files, and takes it away afterwards. */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (folder: Folder) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  try {
    // As an operator's files are; one of the tools insists on it.
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
    return await work({
      run(...lines) {
        const { status, stdout, stderr } = runProgram("sh", ["-ec", lines.join("\n")], { cwd: folder });
        if (status !== 0) throw new Error(`exit ${status}: ${lines.join("; ")}\n${stderr}`);
        return stdout;
      },
      read: (name) => readFileSync(join(folder, name)),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const runs = (...words: readonly [string, ...string[]]): boolean => {
  const [program, ...args] = words;
  return runProgram(program, args).status === 0;
};

/** Programs that the tests may ask for, and whether they are here. */
export const programs = {
  sh: runs("sh", "-c", "exit 0"),
  openssl: runs("openssl", "req", "-help"),
  "openssl's legacy provider": runs("openssl", "list", "-providers", "-provider", "legacy"),
  iconv: runs("iconv", "--version"),
  jq: runs("jq", "--version"),
  "ssh-keygen": runs("sh", "-c", "command -v ssh-keygen"),
} as const;

/** What of these is missing, to be added to the name of a test that is skipped; empty if nothing is. */
export function missing(...needed: readonly (keyof typeof programs)[]): string {
  const absent = needed.filter((program) => !programs[program]);
  return absent.length === 0 ? "" : ` (skipped: no ${absent.join(", ")})`;
}
