/** From decoded files to a bundle: what a passphrase opens in them, what they are to each other, and what OpenSSL says to them. */
import { unsupportedCharacters } from "../defender.ts";
import type { Handshake } from "../pki/handshake.ts";
import { budget } from "../pki/encryption.ts";
import { isRoot, isSelfSigned } from "../pki/link.ts";
import { assemble, assembleRequest, findKey, type Parts } from "./assemble.ts";
import {
  type Bundle,
  type BundleKey,
  certificatesIn,
  lockedContainers,
  openKey,
  type Slot,
  type Untried,
} from "./bundle.ts";
import { openContainers } from "./container.ts";

/** What a passphrase, or none, has opened. */
export interface Opened {
  readonly slots: readonly Slot[];
  readonly key: BundleKey | undefined;
  readonly passphrase: string | undefined;
}

/** Opens key and containers, as far as this passphrase does. */
export async function openSlots(closed: readonly Slot[], passphrase: string | undefined): Promise<Opened> {
  const slots: Slot[] = [];
  const spend = budget();
  for (const slot of closed) slots.push({ ...slot, contents: await openContainers(slot.contents, passphrase, spend) });
  const found = findKey(slots);
  return { slots, key: found && openKey(found, passphrase), passphrase };
}

/** The file that is still closed for want of the right passphrase. */
export function closedFile({ slots, key }: Opened): string | undefined {
  const [container] = lockedContainers(slots);
  if (key?.state === "no-passphrase" || key?.state === "wrong-passphrase") return key.origin.file;
  return container?.origin.file;
}

/** The bundle of an appliance's files; `now` is the time judged, in milliseconds since 1970. */
export const bundleOf = (opened: Opened, now: number): Bundle => assemble(partsOf(opened, now));

/** The bundle of a request. */
export const requestBundleOf = (opened: Opened, now: number): Bundle => assembleRequest(partsOf(opened, now));

const partsOf = ({ slots, key, passphrase }: Opened, now: number): Parts => ({
  slots,
  now,
  ...(key && { key }),
  ...(passphrase !== undefined && { passphrase: { unsupported: unsupportedCharacters(passphrase) } }),
});

/** What is wrong with a file of trust anchors. Without any in it, every chain would fail, or, worse, it would seem to have been used. */
export function rootsComplaint(slot: Slot): string | undefined {
  const roots = certificatesIn([slot], slot.slot);
  const damage = slot.contents.problems.find(({ effect }) => effect !== "tolerated")?.message;
  if (damage !== undefined) return damage;
  if (roots.some(({ certificate }) => isRoot(certificate))) return undefined;
  return roots.length === 0 ? "holds no certificate" : "holds no root: none of its certificates is its own issuer";
}

/** Lets a server with this key and certificate meet a client that trusts the roots of the chain; `later` if the time judged is not now. */
export async function tryHandshake(
  { leaf, key, chain }: Bundle,
  { slots, passphrase }: Opened,
  when: "now" | "later",
): Promise<Handshake | Untried> {
  if (when === "later") return { untried: "it is judged as of now, and --at was given" };
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
