/** From operands to a bundle: reads the files, decodes them, opens key and containers. */
import { type Bundle, isUnnamed, type Slot, type SlotName } from "../bundle/bundle.ts";
import {
  bundleOf,
  closedFile,
  type Opened,
  openSlots,
  requestBundleOf,
  rootsComplaint,
  tryHandshake,
} from "../bundle/opening.ts";
import { type Contents, decode } from "../bundle/decode.ts";
import type { CrlPlaces } from "./crls.ts";
import type { Crls } from "../bundle/crl-source.ts";
import { type Lock, unlock } from "./passphrase.ts";
import { readOperand, requireOneInput } from "./operand.ts";
import type { System } from "../system/system.ts";
import { UsageError } from "../errors.ts";

/** What the command line names: a path, `-` for standard input, or `env:NAME`. */
export interface Operands {
  readonly certificate: string;
  readonly key?: string;
  readonly chains: readonly string[];
  readonly roots: readonly string[];
  /** `env:NAME`, `file:PATH`, `fd:N`, `stdin`, `prompt` or `pass:TEXT`. */
  readonly passphrase?: string;
  /** That a TLS handshake is to be tried; `later` if the time judged is not now. */
  readonly handshake?: "now" | "later";
  /** CRLs to look for, or those that were found for all appliances; none, if absent. */
  readonly crls?: CrlPlaces | Crls;
  /** Nobody is to be asked for a passphrase. */
  readonly unattended?: true;
}

/** Reads and decodes what is named for a slot. @throws UsageError if it cannot be opened */
export type ReadContents = (slot: SlotName, operand: string) => Contents;

/**
 * Reads and decodes all that is named, and opens what a passphrase opens; `now` is the time judged, in milliseconds
 * since 1970.
 * @throws UsageError if something cannot be opened
 */
export async function gather(operands: Operands, now: number, system: System, read?: ReadContents): Promise<Bundle> {
  if (operands.chains.length > MAX_CHAIN_FILES)
    throw new UsageError(`more than ${MAX_CHAIN_FILES} chain files`, "put the CAs of the path into one file");
  const named: readonly NamedSlot[] = [
    ["certificate", operands.certificate],
    ...(operands.key === undefined ? [] : [["key", operands.key] as const]),
    ...operands.chains.map((file) => ["chain", file] as const),
    ...operands.roots.map((file) => ["roots", file] as const),
  ];
  const opened = await readSlots(named, { ...operands, others: crlFiles(operands) }, system, read);
  for (const slot of opened.slots) if (slot.slot === "roots") requireRoots(slot);
  const bundle = bundleOf(opened, now);
  // Loaded for those who ask, as the handshake is.
  const crls = operands.crls && (await findCrls(bundle, operands.crls, system));
  const handshake = operands.handshake && (await tryHandshake(bundle, opened, operands.handshake));
  return { ...bundle, ...(crls && { crls }), ...(handshake && { handshake }) };
}

/** What is named for a request: it, its key, and the certificate that it is to renew. */
export interface RequestOperands {
  readonly request: string;
  readonly key?: string;
  readonly previous?: string;
  readonly passphrase?: string;
  /** Nobody is to be asked for a passphrase. */
  readonly unattended?: true;
}

/** Reads and decodes all that is named, and opens the key. @throws UsageError if something cannot be opened, or nothing can be renewed */
export async function gatherRequest(
  operands: RequestOperands,
  now: number,
  system: System,
  read?: ReadContents,
): Promise<Bundle> {
  const { request, key: keyFile, previous } = operands;
  const named: readonly NamedSlot[] = [
    ["request", request],
    ...(keyFile === undefined ? [] : [["key", keyFile] as const]),
    ...(previous === undefined ? [] : [["previous", previous] as const]),
  ];
  const bundle = requestBundleOf(await readSlots(named, operands, system, read), now);
  if (previous !== undefined && bundle.previous === undefined)
    throw new UsageError(`--cert ${previous}: holds no certificate`, "give the certificate that is to be renewed");
  return bundle;
}

/** An operand for a slot. */
type NamedSlot = readonly [slot: SlotName, operand: string];

/** Reads and decodes what is named for slots, and opens what a passphrase opens. @throws UsageError */
function readSlots(
  named: readonly NamedSlot[],
  from: Pick<Operands, "passphrase" | "unattended"> & { readonly others?: readonly string[] },
  system: System,
  read: ReadContents = (_slot, operand) => decode(operand, readOperand(operand, system)),
): Promise<Opened> {
  requireOneInput([...named.map(([, operand]) => operand), ...(from.others ?? [])], from.passphrase);
  const slots = named.map(([slot, operand]): Slot => {
    const mode = slot === "key" && !isUnnamed(operand) ? system.modeOf(operand) : undefined;
    const contents = read(slot, operand);
    return { slot, named: !isUnnamed(operand), contents, ...(mode !== undefined && { mode }) };
  });
  return unlock(lockOf(slots), from, system);
}

const crlFiles = ({ crls }: Operands): readonly string[] => (crls && "files" in crls ? crls.files : []);

async function findCrls(bundle: Bundle, places: CrlPlaces | Crls, system: System): Promise<Crls> {
  const { addNeeds, crlsFor } = await import("../bundle/crl-needs.ts");
  const { gatherCrls } = await import("./crls.ts");
  return "sources" in places ? crlsFor(bundle, places) : gatherCrls(addNeeds(bundle), places, system);
}

/** Key and containers of an appliance. */
const lockOf = (closed: readonly Slot[]): Lock<Opened> => ({
  open: (passphrase) => openSlots(closed, passphrase),
  closed: closedFile,
});

/** Most files for one chain. */
const MAX_CHAIN_FILES = 20;

function requireRoots(slot: Slot): void {
  const complaint = rootsComplaint(slot);
  if (complaint === undefined) return;
  throw new UsageError(
    `--roots ${slot.contents.file}: ${complaint}`,
    "give the certificates of the root CAs, PEM or DER",
  );
}
