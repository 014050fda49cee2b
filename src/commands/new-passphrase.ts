/** The passphrase of a new key: read from its source, or typed twice; refused if the appliance would not take it. */
import { unsupportedCharacters } from "../defender.ts";
import { UsageError } from "../errors.ts";
import { nobodyToAsk, readPassphrase, warnOfVisible } from "../passphrase.ts";
import { neutral } from "../reporters/text.ts";
import type { System } from "../system.ts";

/** How often a passphrase is asked for. */
const TRIES = 3;

/** What OpenSSL reads of one, in bytes (PEM_BUFSIZE). */
const MAX_BYTES = 1024;

/** Characters that are listed of one that has others. */
const LISTED = 5;

const HINT = "the appliance takes a-z A-Z 0-9 and ! # % ( ) + , - . / : = ? @ [ \\ ] ^ _ { } ~";

/** The passphrase for a file. @throws UsageError */
export async function newPassphrase(source: string, file: string, system: System): Promise<string> {
  if (source === "prompt") return typedTwice(file, system);
  warnOfVisible(source, system, "--passout");
  const passphrase = readPassphrase(source, system, "--passout");
  const problem = problemOf(passphrase);
  if (problem !== undefined) throw new UsageError(`--passout: ${problem}`, HINT);
  return passphrase;
}

async function typedTwice(file: string, system: System): Promise<string> {
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.askPassphrase(`Passphrase for ${neutral(file)}: `);
    if (passphrase === undefined) throw nobodyToAsk("--passout");
    const problem =
      problemOf(passphrase) ??
      ((await system.askPassphrase("The same once more: ")) === passphrase ? undefined : "the two differ");
    if (problem === undefined) return passphrase;
    system.complain(`certcheck: ${problem}\n`);
  }
  throw new UsageError("--passout prompt: no passphrase that could be used", HINT);
}

/** Nothing of it is said but places and kinds of characters. */
function problemOf(passphrase: string): string | undefined {
  if (passphrase === "") return "the passphrase is empty";
  if (Buffer.byteLength(passphrase) > MAX_BYTES)
    return `the passphrase has more than the ${MAX_BYTES} bytes that OpenSSL reads`;
  const characters = unsupportedCharacters(passphrase);
  if (characters.length === 0) return undefined;
  const list = characters.slice(0, LISTED).map(({ position, kind }) => `character ${position} is ${kind}`);
  const rest = characters.length - list.length;
  return `of the passphrase, ${list.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
