/** The passphrase of a key or container that is written: from its source, or typed twice; nothing is said of it but places and kinds of characters. */
import { unsupportedCharacters } from "../defender.ts";
import { UsageError } from "../errors.ts";
import { nobodyToAsk, readPassphrase, TRIES, warnOfVisible } from "./passphrase.ts";
import { neutral } from "../reporters/text.ts";
import type { System } from "../system/system.ts";

/** What OpenSSL's commands read of one, in bytes: of a file they pass over the rest of the line. */
const MAX_BYTES = 1023;

/** Characters that are told of. */
const TOLD = 5;

/** What the appliance's documents list. */
const LISTED_CHARACTERS = "the appliance takes a-z A-Z 0-9 and ! # % ( ) + , - . / : = ? @ [ \\ ] ^ _ { } ~";

/** What one is for. */
export interface Purpose {
  /** The file that gets it. */
  readonly what: string;
  /** Whether it is to be one that the appliance takes. */
  readonly isForAppliance?: boolean;
  /** What is thrown if nobody is there to type it. */
  readonly nobody?: UsageError;
}

/** A new passphrase. @throws UsageError if its source cannot be read, or it is of no use */
export async function newPassphrase(source: string, purpose: Purpose, system: System): Promise<string> {
  if (source === "prompt") return typedTwice(purpose, system);
  warnOfVisible(source, system, "--passout");
  const passphrase = readPassphrase(source, system, "--passout");
  const problem = problemOf(passphrase, purpose);
  if (problem !== undefined) throw new UsageError(`--passout: ${problem}`, LISTED_CHARACTERS);
  return passphrase;
}

async function typedTwice(purpose: Purpose, system: System): Promise<string> {
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.askPassphrase(`New passphrase of ${neutral(purpose.what)}: `);
    if (passphrase === undefined) throw purpose.nobody ?? nobodyToAsk("--passout");
    const problem =
      problemOf(passphrase, purpose) ??
      ((await system.askPassphrase("The same once more: ")) === passphrase ? undefined : "the two differ");
    if (problem === undefined) return passphrase;
    system.complain(`certcheck: ${problem}\n`);
  }
  throw new UsageError("--passout prompt: no passphrase that could be used", LISTED_CHARACTERS);
}

function problemOf(passphrase: string, { isForAppliance = false }: Purpose): string | undefined {
  if (passphrase === "") return "the passphrase is empty";
  if (Buffer.byteLength(passphrase) > MAX_BYTES)
    return `the passphrase has more than the ${MAX_BYTES} bytes that OpenSSL reads`;
  // What was no UTF-8 is that sign by now; OpenSSL would try the bytes as they were, and those up to the NUL.
  if (/[\0\ufffd]/.test(passphrase)) return "the passphrase has bytes that are no text in UTF-8, or NUL";
  return isForAppliance ? unlistedCharacters(passphrase) : undefined;
}

/** The characters that the documents do not list, as a sentence; nothing if there are none. */
export function unlistedCharacters(passphrase: string): string | undefined {
  const characters = unsupportedCharacters(passphrase);
  if (characters.length === 0) return undefined;
  const told = characters.slice(0, TOLD).map(({ position, kind }) => `character ${position} is ${kind}`);
  const rest = characters.length - told.length;
  return `the passphrase has characters that the appliance's documents do not list: ${told.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}`;
}
