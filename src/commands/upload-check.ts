/** The check of an upload before it is written: the very rules of `check`, on files that exist in memory alone. */
import type { Assortment } from "../conversion/assortment.ts";
import type { Configured } from "../configuration/configure.ts";
import { decode } from "../bundle/decode.ts";
import { currentEdition } from "../defender.ts";
import { UsageError } from "../errors.ts";
import { gather } from "../gather/gather.ts";
import { unlistedCharacters } from "../gather/new-passphrase.ts";
import type { Report } from "../report/report.ts";
import type { System } from "../system/system.ts";
import { passphraseOf, type Protection } from "../conversion/written-key.ts";
import { type Measure, reportOn } from "./judge.ts";

/** Permission bits of a key that is written. */
const OWNER_ONLY = 0o600;

/** Judges the files, whose passphrase is known or not. */
export async function checkUpload(
  files: readonly { readonly path: string; readonly product: { readonly content: string | Uint8Array } }[],
  passphrase: string | undefined,
  { measure, configured }: { readonly measure: Measure; readonly configured: Configured | undefined },
  system: System,
): Promise<Report> {
  const now = system.now();
  const path = (ending: string): string | undefined => files.find((file) => file.path.endsWith(ending))?.path;
  const [certificate = "", key, chain] = [".crt", ".key", ".pem"].map(path);
  const operands = {
    certificate,
    ...(key !== undefined && { key }),
    chains: chain === undefined ? [] : [chain],
    roots: [],
    unattended: true as const,
    // Read from its source already, which may be at its end.
    ...(passphrase !== undefined && { passphrase: `pass:${passphrase}` }),
  };
  const contentOf = (operand: string): Uint8Array =>
    Buffer.from(files.find((file) => file.path === operand)?.product.content ?? "");
  const bundle = await gather(operands, now, { ...system, modeOf: () => OWNER_ONLY }, (_slot, operand) =>
    decode(operand, contentOf(operand)),
  );
  return reportOn(bundle, measure, configured, { now, system });
}

/** The passphrase that the written key will have, if it is known. @throws UsageError if the appliance's dialog does not take it */
export function requireListedCharacters(
  { key }: Assortment,
  protection: Protection,
  { options: { edition } }: Measure,
): string | undefined {
  if (key === undefined) return undefined;
  const passphrase = passphraseOf(key, protection);
  const problem = edition === currentEdition ? unlistedCharacters(passphrase ?? "") : undefined;
  if (problem === undefined) return passphrase;
  throw new UsageError(problem, "--passout env:NAME gives the key another passphrase, --no-passphrase none");
}
