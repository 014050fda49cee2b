/** Where a passphrase comes from: a variable, a file, a descriptor, the command line. Errors never repeat what may be one. */
import { UsageError } from "../errors.ts";
import { neutral } from "../reporters/text.ts";
import { isPipeline, type System } from "../system/system.ts";
import { readVariable } from "./variable.ts";

/** Longest passphrase that is read, in bytes. */
const MAX_PASSPHRASE_BYTES = 4096;

/** The sources of a passphrase that nobody else can see. */
export const hiddenSources = ["env:NAME", "file:PATH", "fd:N", "stdin", "prompt"] as const;

/** The same as a text. */
export const HIDDEN_SOURCES = `${hiddenSources.slice(0, -1).join(", ")} or ${hiddenSources.at(-1)}`;

/** All of them. */
export const SOURCES = `${hiddenSources.join(", ")} or pass:TEXT`;

/** The options that take a source: of the passphrase that opens a key, and of that for a new one. */
export type PassphraseOption = "--passin" | "--passout";

/** The passphrase from its source; of files and streams the first line, as OpenSSL has it. */
export function readPassphrase(source: string, system: System, option: PassphraseOption = "--passin"): string {
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
      return readVariable(rest, `${option} env:`, system);
    case "file":
      return firstLine(readPassphraseFile(rest, system, option));
    case "fd":
      if (/^\d{1,9}$/.test(rest)) return firstLine(system.readDescriptor(Number(rest), MAX_PASSPHRASE_BYTES));
  }
  // The text may be the passphrase itself: it is not repeated.
  throw new UsageError(`${option} has an unknown form`, `write ${SOURCES}`);
}

/** Says so if a source has the passphrase in itself. */
export function warnOfVisible(
  source: string | undefined,
  system: Pick<System, "complain">,
  option: PassphraseOption = "--passin",
): void {
  if (source?.startsWith("pass:"))
    system.complain(
      `certcheck: other users of this machine can see a passphrase on the command line; ${option} env:NAME or file:PATH hides it\n`,
    );
}

/** The error where somebody was to be asked, and nobody is there. */
export const nobodyToAsk = (option: PassphraseOption = "--passin"): UsageError =>
  new UsageError(
    `${option} prompt: there is no terminal to ask at`,
    `give it with ${option} env:NAME, file:PATH, fd:N or stdin`,
  );

/** Its errors do not repeat the name: it may be the passphrase. */
function readPassphraseFile(path: string, system: System, option: PassphraseOption): Uint8Array {
  try {
    return system.readFile(path, MAX_PASSPHRASE_BYTES);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${option} file:${error.message.slice(path.length)}`);
  }
}

/** Something that a passphrase opens. */
export interface Lock<T> {
  /** Tries a passphrase, or none. */
  readonly open: (passphrase: string | undefined) => Promise<T>;
  /** The file that is still closed for want of the right passphrase. */
  readonly closed: (opened: T) => string | undefined;
}

/** How often anything is asked for. */
export const TRIES = 3;

/**
 * Opens something with the passphrase of a source (`env:NAME`, …), or asks for one, if somebody may be there.
 * @throws UsageError if the source cannot be read, or `prompt` was asked for in vain
 */
export async function unlock<T>(
  { open, closed }: Lock<T>,
  { passphrase: source, unattended }: { readonly passphrase?: string; readonly unattended?: true },
  system: System,
): Promise<T> {
  const given = source === undefined || source === "prompt" ? undefined : readPassphrase(source, system);
  let opened = await open(given);
  let file = closed(opened);
  const mayAsk = given === undefined && !unattended && (source === "prompt" || !isPipeline(system));
  if (!mayAsk || file === undefined) return opened;
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.askPassphrase(`Passphrase of ${neutral(file)}: `);
    if (passphrase === undefined && source === "prompt") throw nobodyToAsk();
    if (passphrase === undefined || passphrase === "") return opened;
    opened = await open(passphrase);
    const still = closed(opened);
    if (still === undefined) return opened;
    file = still;
    if (left > 1) system.complain("certcheck: that passphrase does not open it; once more\n");
  }
  return opened;
}
