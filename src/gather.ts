/** From operands to a bundle: reads the files, decodes them, opens key and containers. */
import {
  assemble,
  type Bundle,
  type BundleKey,
  certificatesIn,
  findKey,
  lockedContainers,
  type Slot,
  type SlotName,
  isUnnamed,
  type Untried,
} from "./bundle.ts";
import type { KeyArtifact } from "./artifact.ts";
import { type Contents, decode, MAX_FILE_BYTES } from "./decode.ts";
import { unsupportedCharacters } from "./defender.ts";
import type { CrlPlaces } from "./crls.ts";
import type { Crls } from "./crl-source.ts";
import { openContainers } from "./container.ts";
import { nobodyToAsk, readPassphrase } from "./passphrase.ts";
import { bytesOfVariable } from "./variable.ts";
import { neutral } from "./reporters/text.ts";
import { budget } from "./pki/encryption.ts";
import type { Handshake } from "./pki/handshake.ts";
import { isRoot, isSelfSigned } from "./pki/link.ts";
import { isPipeline, type System } from "./system.ts";
import { UsageError } from "./errors.ts";

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
export async function gather(
  operands: Operands,
  now: number,
  system: System,
  read: ReadContents = (_slot, operand) => decode(operand, readOperand(operand, system)),
): Promise<Bundle> {
  const named: readonly (readonly [SlotName, string])[] = [
    ["certificate", operands.certificate],
    ...(operands.key === undefined ? [] : [["key", operands.key] as const]),
    ...operands.chains.map((file) => ["chain", file] as const),
    ...operands.roots.map((file) => ["roots", file] as const),
  ];
  if (operands.chains.length > MAX_CHAIN_FILES)
    throw new UsageError(`more than ${MAX_CHAIN_FILES} chain files`, "put the CAs of the path into one file");
  const fromInput = [
    ...[...named.map(([, operand]) => operand), ...crlFiles(operands)].map((operand) => operand === "-"),
    /^(?:stdin|fd:0+)$/.test(operands.passphrase ?? ""),
  ].filter(Boolean);
  if (fromInput.length > 1)
    throw new UsageError(
      "standard input can be read once only",
      "give the others as files, or the passphrase with --passin env:NAME",
    );
  const slots = named.map(([slot, operand]): Slot => {
    const mode = slot === "key" && !isUnnamed(operand) ? system.modeOf(operand) : undefined;
    const contents = read(slot, operand);
    return { slot, named: !isUnnamed(operand), contents, ...(mode !== undefined && { mode }) };
  });
  const { passphrase: source } = operands;
  const given = source === undefined || source === "prompt" ? undefined : readPassphrase(source, system);
  const opened = await open(slots, given);
  const mayAsk = given === undefined && !operands.unattended && (source === "prompt" || !isPipeline(system));
  const {
    key,
    passphrase,
    slots: all,
  } = mayAsk && isLocked(opened) ? await ask(opened, slots, source, system) : opened;
  for (const slot of all) if (slot.slot === "roots") requireRoots(slot);
  const bundle = assemble({
    slots: all,
    now,
    ...(key && { key }),
    ...(passphrase !== undefined && { passphrase: { unsupported: unsupportedCharacters(passphrase) } }),
  });
  // Loaded for those who ask, as the handshake is.
  const crls = operands.crls && (await findCrls(bundle, operands.crls, system));
  const handshake = operands.handshake && (await tryHandshake(bundle, passphrase, operands));
  return { ...bundle, ...(crls && { crls }), ...(handshake && { handshake }) };
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
  const { shakeHands } = await import("./pki/handshake.ts");
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

async function open(closed: readonly Slot[], passphrase: string | undefined): Promise<Opened> {
  const slots: Slot[] = [];
  const spend = budget();
  for (const slot of closed) slots.push({ ...slot, contents: await openContainers(slot.contents, passphrase, spend) });
  const found = findKey(slots);
  return { slots, key: found && openKey(found, passphrase), passphrase };
}

/** Whether a passphrase would tell more. */
const isLocked = ({ slots, key }: Opened): boolean =>
  key?.state === "no-passphrase" || lockedContainers(slots).length > 0;

/** Most files for one chain. */
const MAX_CHAIN_FILES = 20;
/** How often a passphrase is asked for. */
const TRIES = 3;

/** Asks for the passphrase, if somebody is there, and opens what it opens. @throws UsageError if `prompt` was asked for in vain */
async function ask(
  locked: Opened,
  slots: readonly Slot[],
  source: string | undefined,
  system: System,
): Promise<Opened> {
  const [container] = lockedContainers(locked.slots);
  const file = (locked.key?.state === "no-passphrase" ? locked.key : container)?.origin.file ?? "the key";
  let last = locked;
  for (let left = TRIES; left > 0; left--) {
    const passphrase = await system.askPassphrase(`Passphrase of ${neutral(file)}: `);
    if (passphrase === undefined && source === "prompt") throw nobodyToAsk();
    if (passphrase === undefined || passphrase === "") return last;
    last = await open(slots, passphrase);
    if (last.key?.state !== "wrong-passphrase" && lockedContainers(last.slots).length === 0) return last;
    if (left > 1) system.complain("certcheck: that passphrase does not open it; once more\n");
  }
  return last;
}

/** Reads what an operand names. @throws UsageError */
export function readOperand(operand: string, system: System): Uint8Array {
  const limit = MAX_FILE_BYTES + 1;
  if (operand === "-") return system.readDescriptor(0, limit);
  if (!operand.startsWith("env:")) return system.readFile(operand, limit);
  return bytesOfVariable(operand, system);
}

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

/** Opens the key, if that is possible; what is handed on cannot be opened any more. */
function openKey({ open, pem: _pem, ...artifact }: KeyArtifact, passphrase: string | undefined): BundleKey {
  if (open === undefined) return { ...artifact, state: artifact.encryption === undefined ? "plain" : "opened" };
  if (artifact.encryption?.obstacle !== undefined) return { ...artifact, state: "cannot-open" };
  if (passphrase === undefined) return { ...artifact, state: "no-passphrase" };
  const key = open(passphrase);
  return key === undefined ? { ...artifact, state: "wrong-passphrase" } : { ...artifact, key, state: "opened" };
}
