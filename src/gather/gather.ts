/** From operands to a bundle: reads the files, decodes them, opens key and containers. */
import { assemble, assembleRequest, findKey, type Parts } from "../bundle/assemble.ts";
import {
  type Bundle,
  type BundleKey,
  certificatesIn,
  lockedContainers,
  type Slot,
  type SlotName,
  isUnnamed,
  openKey,
  type Untried,
} from "../bundle/bundle.ts";
import { type Contents, decode } from "../bundle/decode.ts";
import { unsupportedCharacters } from "../defender.ts";
import type { CrlPlaces } from "./crls.ts";
import type { Crls } from "../bundle/crl-source.ts";
import { openContainers } from "../bundle/container.ts";
import { type Lock, unlock } from "./passphrase.ts";
import { readOperand, requireOneInput } from "./operand.ts";
import { budget } from "../pki/encryption.ts";
import type { Handshake } from "../pki/handshake.ts";
import { isRoot, isSelfSigned } from "../pki/link.ts";
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
  /** Whether to try a TLS handshake; `later` if the time judged is not now. */
  readonly handshake?: boolean | "later";
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
  const {
    key,
    passphrase,
    slots: all,
  } = await readSlots(named, { ...operands, others: crlFiles(operands) }, system, read);
  for (const slot of all) if (slot.slot === "roots") requireRoots(slot);
  const bundle = assemble(partsOf(all, key, passphrase, now));
  // Loaded for those who ask, as the handshake is.
  const crls = operands.crls && (await findCrls(bundle, operands.crls, system));
  const handshake = operands.handshake && (await tryHandshake(bundle, passphrase, operands));
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
  const { key, passphrase, slots } = await readSlots(named, operands, system, read);
  const bundle = assembleRequest(partsOf(slots, key, passphrase, now));
  if (previous !== undefined && bundle.previous === undefined)
    throw new UsageError(`--cert ${previous}: holds no certificate`, "give the certificate that is to be renewed");
  return bundle;
}

/** An operand for a slot. */
type NamedSlot = readonly [slot: SlotName, operand: string];

const partsOf = (
  slots: readonly Slot[],
  key: BundleKey | undefined,
  passphrase: string | undefined,
  now: number,
): Parts => ({
  slots,
  now,
  ...(key && { key }),
  ...(passphrase !== undefined && { passphrase: { unsupported: unsupportedCharacters(passphrase) } }),
});

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
  const { addNeeds, crlsFor, gatherCrls } = await import("./crls.ts");
  return "sources" in places ? crlsFor(bundle, places) : gatherCrls(addNeeds(bundle), places, system);
}

/** Lets a server with this key and certificate meet a client that trusts the roots of the chain. */
async function tryHandshake(
  { leaf, key, chain, slots }: Bundle,
  passphrase: string | undefined,
  { handshake }: Operands,
): Promise<Handshake | Untried> {
  if (handshake === "later") return { untried: "it is judged as of now, and --at was given" };
  if (leaf === undefined) return { untried: "no certificate could be read" };
  if (key === undefined) return { untried: "no key was given", option: "--key" };
  const pem = findKey(slots)?.pem;
  if (pem === undefined) return { untried: "the key is in a container" };
  if (key.key === undefined) return { untried: "the key could not be opened" };
  if (key.key.unchecked !== undefined) return { untried: key.key.unchecked };
  const isOwnIssuer = isSelfSigned(leaf.certificate);
  if (chain === undefined && !isOwnIssuer) return { untried: "no chain file was given", option: "--chain" };
  const others = chain?.certificates ?? [];
  const anchors = chain?.anchors ?? [leaf.certificate];
  // Loaded for those who ask: node:tls takes longer to load than a check takes.
  const { shakeHands } = await import("../pki/handshake.ts");
  return shakeHands({
    key: pem(),
    ...(key.encryption !== undefined && passphrase !== undefined && { passphrase }),
    certificates: [leaf, ...others].map(({ certificate }) => certificate.bytes),
    anchors: anchors.map(({ bytes }) => bytes),
  });
}

/** What a passphrase, or none, has opened. */
interface Opened {
  readonly slots: readonly Slot[];
  readonly key: BundleKey | undefined;
  readonly passphrase: string | undefined;
}

/** Key and containers of an appliance. */
const lockOf = (closed: readonly Slot[]): Lock<Opened> => ({
  async open(passphrase) {
    const slots: Slot[] = [];
    const spend = budget();
    for (const slot of closed)
      slots.push({ ...slot, contents: await openContainers(slot.contents, passphrase, spend) });
    const found = findKey(slots);
    return { slots, key: found && openKey(found, passphrase), passphrase };
  },
  closed({ slots, key }) {
    const [container] = lockedContainers(slots);
    if (key?.state === "no-passphrase" || key?.state === "wrong-passphrase") return key.origin.file;
    return container?.origin.file;
  },
});

/** Most files for one chain. */
const MAX_CHAIN_FILES = 20;

/** A file of trust anchors without any would make every chain fail, or, worse, seem to have been used. */
function requireRoots(slot: Slot): void {
  const roots = certificatesIn([slot], "roots");
  const damage = slot.contents.problems.find(({ effect }) => effect !== "tolerated")?.message;
  if (damage === undefined && roots.some(({ certificate }) => isRoot(certificate))) return;
  const lack =
    roots.length === 0 ? "holds no certificate" : "holds no root: none of its certificates is its own issuer";
  throw new UsageError(
    `--roots ${slot.contents.file}: ${damage ?? lack}`,
    "give the certificates of the root CAs, PEM or DER",
  );
}
