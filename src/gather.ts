/** From operands to a bundle: reads the files, decodes them, opens key and containers. */
import {
  assemble,
  type Bundle,
  type BundleKey,
  certificatesIn,
  findKey,
  type Passphrase,
  type Slot,
  type SlotName,
  isUnnamed,
} from "./bundle.ts";
import type { KeyArtifact, OtherArtifact } from "./artifact.ts";
import { decode, MAX_FILE_BYTES } from "./decode.ts";
import { unsupportedCharacters } from "./defender.ts";
import { openContainers } from "./container.ts";
import { neutral } from "./reporters/text.ts";
import { isRoot } from "./pki/path.ts";
import { type System, UsageError } from "./system.ts";

/** What the command line names: a path, `-` for standard input, or `env:NAME`. */
export interface Operands {
  readonly certificate: string;
  readonly key?: string;
  readonly chains: readonly string[];
  readonly roots: readonly string[];
  /** `env:NAME`, `file:PATH`, `fd:N`, `stdin`, `prompt` or `pass:TEXT`. */
  readonly passphrase?: string;
}

/**
 * Reads and decodes all that is named, and opens what a passphrase opens; `now` is the time judged, in milliseconds
 * since 1970.
 * @throws UsageError if something cannot be opened
 */
export async function gather(operands: Operands, now: number, system: System): Promise<Bundle> {
  const named: readonly (readonly [SlotName, string])[] = [
    ["certificate", operands.certificate],
    ...(operands.key === undefined ? [] : [["key", operands.key] as const]),
    ...operands.chains.map((file) => ["chain", file] as const),
    ...operands.roots.map((file) => ["roots", file] as const),
  ];
  const fromInput = [
    ...named.map(([, operand]) => operand === "-"),
    /^(?:stdin|fd:0+)$/.test(operands.passphrase ?? ""),
  ].filter(Boolean);
  if (fromInput.length > 1)
    throw new UsageError(
      "standard input can be read once only",
      "give the others as files, or the passphrase with --passin env:NAME",
    );
  const slots = named.map(([slot, operand]): Slot => {
    const mode = slot === "key" && !isUnnamed(operand) ? system.modeOf(operand) : undefined;
    const contents = decode(operand, readOperand(operand, system));
    return { slot, named: !isUnnamed(operand), contents, ...(mode !== undefined && { mode }) };
  });
  const { passphrase: source } = operands;
  const given = source === undefined || source === "prompt" ? undefined : readPassphrase(source, system);
  const opened = await openAll(slots, given);
  const unlocked =
    given === undefined && isLocked(opened) ? await ask(slots, opened, source, system) : { opened, text: given };
  return assembleOpened(unlocked, now);
}

/** The slots with their containers open, and the key. */
interface Opened {
  readonly slots: readonly Slot[];
  readonly key: BundleKey | undefined;
}

async function openAll(slots: readonly Slot[], passphrase: string | undefined): Promise<Opened> {
  const opened: Slot[] = [];
  for (const slot of slots) opened.push({ ...slot, contents: await openContainers(slot.contents, passphrase) });
  const found = findKey(opened);
  return { slots: opened, key: found && openKey(found, passphrase) };
}

/** Whether a passphrase would tell more. */
const isLocked = ({ slots, key }: Opened): boolean =>
  key?.state === "no-passphrase" || lockedContainers(slots).length > 0;

const lockedContainers = (slots: readonly Slot[]): OtherArtifact[] =>
  slots.flatMap(
    ({ contents }) =>
      contents.artifacts.filter(
        (artifact) => "closed" in artifact && /passphrase/.test(artifact.closed?.why ?? ""),
      ) as OtherArtifact[],
  );

/** How often a passphrase is asked for. */
const TRIES = 3;

/** Asks for the passphrase, if somebody is there, and opens what it opens. @throws UsageError if `prompt` was asked for in vain */
async function ask(
  slots: readonly Slot[],
  locked: Opened,
  source: string | undefined,
  system: System,
): Promise<{ readonly opened: Opened; readonly text: string | undefined }> {
  const file = locked.key?.origin.file ?? lockedContainers(locked.slots)[0]?.origin.file ?? "the key";
  let last: { readonly opened: Opened; readonly text: string | undefined } = { opened: locked, text: undefined };
  for (let left = TRIES; left > 0; left--) {
    const text = await system.askPassphrase(`Passphrase of ${neutral(file)}: `);
    if (text === undefined && source === "prompt")
      throw new UsageError(
        "--passin prompt: there is no terminal to ask at",
        "give it with --passin env:NAME, file:PATH, fd:N or stdin",
      );
    if (text === undefined || text === "") return last;
    last = { opened: await openAll(slots, text), text };
    if (last.opened.key?.state !== "wrong-passphrase" && lockedContainers(last.opened.slots).length === 0) return last;
    if (left > 1) system.complain("certcheck: that passphrase does not open it; once more\n");
  }
  return last;
}

function assembleOpened(
  { opened, text }: { readonly opened: Opened; readonly text: string | undefined },
  now: number,
): Bundle {
  const { slots, key } = opened;
  for (const { contents, slot } of slots) if (slot === "roots") requireRoots(slots, contents.file);
  const passphrase: Passphrase | undefined =
    text === undefined ? undefined : { unsupported: unsupportedCharacters(text) };
  return assemble({ slots, now, ...(key && { key }), ...(passphrase && { passphrase }) });
}

function readOperand(operand: string, system: System): Uint8Array {
  const limit = MAX_FILE_BYTES + 1;
  if (operand === "-") return system.readDescriptor(0, limit);
  if (!operand.startsWith("env:")) return system.readFile(operand, limit);
  const text = readVariable(operand.slice("env:".length), "env:", system);
  // CI systems keep secrets in one line: base64 of a file, PEM or DER, is the way to get one in.
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text);
  return Buffer.from(text, isBase64 ? "base64" : "utf8");
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

/** A file of trust anchors without any would make every chain fail, or, worse, seem to have been used. */
function requireRoots(slots: readonly Slot[], file: string): void {
  const roots = certificatesIn(slots, "roots").filter(({ origin }) => origin.file === file);
  if (roots.some(({ certificate }) => isRoot(certificate))) return;
  const what =
    roots.length === 0 ? "holds no certificate" : "holds no root: none of its certificates is its own issuer";
  throw new UsageError(`--roots ${file}: ${what}`, "give the certificates of the root CAs, PEM or DER");
}

/** Longest passphrase that is read, in bytes. */
const MAX_PASSPHRASE_BYTES = 4096;

/** The passphrase from its source; of files and streams the first line, as OpenSSL has it. */
function readPassphrase(source: string, system: System): string {
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

/** Opens the key, if that is possible; what is handed on cannot be opened any more. */
function openKey({ open, ...artifact }: KeyArtifact, passphrase: string | undefined): BundleKey {
  if (open === undefined) return { ...artifact, state: artifact.encryption === undefined ? "plain" : "opened" };
  if (artifact.encryption?.obstacle !== undefined) return { ...artifact, state: "cannot-open" };
  if (passphrase === undefined) return { ...artifact, state: "no-passphrase" };
  const key = open(passphrase);
  return key === undefined ? { ...artifact, state: "wrong-passphrase" } : { ...artifact, key, state: "opened" };
}
