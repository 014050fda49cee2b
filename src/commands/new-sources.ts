/** What a new request is made from: an existing key, and the certificate or request whose subject and names it takes over. */
import type { KeyObject } from "node:crypto";
import { isBare, isOther } from "../bundle/artifact.ts";
import { UsageError } from "../errors.ts";
import { type Basis, basisIn } from "../issue/basis.ts";
import type { WishedKey } from "../issue/refusals.ts";
import { gatherMaterial, type MaterialFile } from "../gather/material.ts";
import { HIDDEN_SOURCES, warnOfVisible } from "../gather/passphrase.ts";
import { operand } from "../remedy.ts";
import { neutral } from "../reporters/text.ts";
import type { System } from "../system/system.ts";

/** A key that is there already. */
export interface ExistingKey extends WishedKey {
  readonly file: string;
  readonly secret: KeyObject;
}

/** What the command line names. */
export interface Sources {
  readonly basis?: Basis["answers"];
  readonly key?: ExistingKey;
}

/** Reads the files of --from and --key, and opens the key. @throws UsageError */
export async function readSources(
  { from, key, passin }: { readonly from?: string; readonly key?: string; readonly passin?: string },
  system: System,
): Promise<Sources> {
  const operands = [from, key].filter((operand) => operand !== undefined);
  if (operands.length === 0) return {};
  warnOfVisible(passin, system);
  const { files } = await gatherMaterial(operands, { ...(passin !== undefined && { passphrase: passin }) }, system);
  const [fromFile, keyFile] = [from && files[0], key && files.at(-1)];
  const basis = fromFile ? basisIn(fromFile.contents) : undefined;
  if (fromFile && basis === undefined && fromFile.keys.length === 0)
    throw (
      closedError(fromFile) ??
      new UsageError(
        `--from ${from}: neither a certificate, nor a request, nor a private key`,
        `certcheck inspect ${operand(from ?? "")} says what it is`,
      )
    );
  if (basis === undefined && fromFile && keyFile) throw new UsageError("two keys: --from and --key");
  if (basis !== undefined && basis.leftOut.length > 0)
    system.complain(`certcheck: not taken over from ${neutral(from ?? "")}: ${neutral(listed(basis.leftOut))}\n`);
  const source = keyFile || (basis === undefined && fromFile) || undefined;
  return { ...(basis && { basis: basis.answers }), ...(source && { key: keyOf(source) }) };
}

/** What is left out is listed up to here. */
const LISTED = 10;

const listed = (texts: readonly string[]): string =>
  [...texts.slice(0, LISTED), ...(texts.length > LISTED ? [`and ${texts.length - LISTED} more`] : [])].join(", ");

/** What is said of a file of which nothing could be read because it is a container that stayed closed. */
function closedError({ contents: { file, artifacts } }: MaterialFile): UsageError | undefined {
  const { closed } = artifacts.filter(isOther).find((artifact) => artifact.closed !== undefined) ?? {};
  if (closed === undefined) return undefined;
  const hint = closed.why === "no-passphrase" ? HOW_TO_OPEN : undefined;
  return new UsageError(`${file}: the container is closed: ${closed.message}`, hint);
}

const HOW_TO_OPEN = `give its passphrase with --passin ${HIDDEN_SOURCES}`;

/** The one key of a file. @throws UsageError if there is none, or it stays closed */
function keyOf(source: MaterialFile): ExistingKey {
  const { contents, keys } = source;
  const { file } = contents;
  const bare = keys.filter(({ facts }) => isBare(facts));
  const [first, second] = bare.length > 0 ? bare : keys;
  if (first === undefined) throw closedError(source) ?? new UsageError(`${file}: no private key could be read`);
  if (second !== undefined)
    throw new UsageError(`${file}: more than one private key`, "give a file with the one that is meant");
  const { facts } = first;
  if (facts.state === "no-passphrase") throw new UsageError(`${file}: the key is encrypted`, HOW_TO_OPEN);
  if (facts.state === "wrong-passphrase") throw new UsageError(`${file}: the passphrase does not open the key`);
  const secret = first.secret();
  if (secret === undefined || facts.key?.publicKey === undefined)
    throw new UsageError(
      `${file}: the key cannot be opened${facts.encryption?.obstacle ? `: ${facts.encryption.obstacle.message}` : ""}`,
    );
  return { file, secret, facts, publicKey: facts.key.publicKey };
}
