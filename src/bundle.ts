/** A bundle: all that was given for one appliance, with what its parts are to each other. */
import {
  type Artifact,
  type CertificateArtifact,
  isBare,
  isOther,
  type KeyArtifact,
  type Origin,
  type OtherArtifact,
} from "./artifact.ts";
import type { Crls } from "./crl-source.ts";
import type { Contents } from "./decode.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Certificate, isAuthority } from "./pki/certificate.ts";
import type { Handshake } from "./pki/handshake.ts";
import { type Path, validatePath } from "./pki/path.ts";
import { samePublicKey } from "./pki/public-key.ts";

/** The fields of the upload dialog, and the trust anchors that certcheck alone is told of. */
export type SlotName = "certificate" | "key" | "chain" | "roots";

/** A file in its place. */
export interface Slot {
  readonly slot: SlotName;
  /** False for standard input and environment variables, which have no file name to judge. */
  readonly named: boolean;
  readonly contents: Contents;
  /** The permission bits of a private key's file, where the system has them. */
  readonly mode?: number;
}

/** A passphrase as far as rules may know it. */
export interface Passphrase {
  /** Characters outside the documented set. */
  readonly unsupported: readonly UnsupportedCharacter[];
}

/** A character of a passphrase by its place and kind, never itself. */
export interface UnsupportedCharacter {
  /** Counted from 1. */
  readonly position: number;
  /** `a space`, `a quotation mark`, … */
  readonly kind: string;
}

/** The private key of a bundle, after the attempt to open it. */
export interface BundleKey extends Omit<KeyArtifact, "open" | "pem" | "secret"> {
  /** `plain`: not encrypted; `opened`: by the passphrase; the others say why it is closed. */
  readonly state: "plain" | "opened" | "no-passphrase" | "wrong-passphrase" | "cannot-open";
}

/** The chain file and the path that was built with it. */
export interface Chain {
  /** The first, if there are several. */
  readonly file: string;
  /** In the order of the file. */
  readonly certificates: readonly CertificateArtifact[];
  /** Absent without a leaf. */
  readonly path?: Path;
  /** The certificates that are trusted: a root among them has to end the path. */
  readonly anchors: readonly Certificate[];
  /** Whether trust anchors were given apart from the chain. */
  readonly hasRoots: boolean;
}

/** The files by what they hold, for commands to copy: swapped files are named by their true parts. */
export interface FileNames {
  readonly certificate: string;
  readonly key?: string;
  readonly chain?: string;
  /** The first, if trust anchors were given apart from the chain. */
  readonly roots?: string;
  /** Every file that was given: no command may write over one. */
  readonly all: readonly string[];
}

/** Whether an operand is no file with a name: standard input, a variable, or what a shell makes of `<(…)`. */
export const isUnnamed = (operand: string): boolean => operand === "-" || /^(?:env:|\/dev\/|\/proc\/)/.test(operand);

/** All that was given for one appliance. */
export interface Bundle {
  /** The certificate's file, as it was given. */
  readonly name: string;
  readonly files: FileNames;
  readonly slots: readonly Slot[];
  readonly leaf?: CertificateArtifact;
  readonly key?: BundleKey;
  readonly passphrase?: Passphrase;
  /** Absent if no chain file was given. */
  readonly chain?: Chain;
  /** The CRLs that were looked for; absent if none were. */
  readonly crls?: Crls;
  /** What came of a TLS handshake, or why there was none; absent if none was asked for. */
  readonly handshake?: Handshake | Untried;
  /** Where the certificate is served; absent if it came out of a file. */
  readonly endpoint?: Endpoint;
}

/** Something that was asked for, and could not be tried. */
export interface Untried {
  readonly untried: string;
  /** The option that would make it possible. */
  readonly option?: string;
}

/** What a bundle is made of. */
export interface Parts {
  readonly slots: readonly Slot[];
  readonly key?: BundleKey;
  readonly passphrase?: Passphrase;
  /** The time at which the path is judged, in milliseconds since 1970. */
  readonly now: number;
}

/** All certificates in the files of a slot, in their order. */
export const certificatesIn = (slots: readonly Slot[], slot: SlotName): CertificateArtifact[] =>
  slots
    .filter((s) => s.slot === slot)
    .flatMap(({ contents }) => bareFirst(contents.artifacts.filter((a) => a.kind === "certificate")));

/** The private keys in the files of a slot, in their order. */
const keysIn = (slots: readonly Slot[], slot: SlotName): KeyArtifact[] =>
  slots
    .filter((s) => s.slot === slot)
    .flatMap(({ contents }) => bareFirst(contents.artifacts.filter((a) => a.kind === "key")));

/** What stands in a container counts only where nothing stands beside it: no other program would look into it. */
function bareFirst<A extends Artifact>(artifacts: readonly A[]): readonly A[] {
  const bare = artifacts.filter(isBare);
  return bare.length > 0 ? bare : artifacts;
}

/** The containers that a passphrase would open: none was given, or the wrong one. */
export const lockedContainers = (slots: readonly Slot[]): OtherArtifact[] =>
  slots.flatMap(({ contents }) => lockedContainer(contents) ?? []);

/** The first of a file. */
export const lockedContainer = ({ artifacts }: Contents): OtherArtifact | undefined =>
  artifacts.filter(isOther).find(({ closed }) => closed?.why === "no-passphrase" || closed?.why === "wrong-passphrase");

/** The key that is judged: the first in the key's file, else one that was put into the certificate's place, or came in its container. */
export function findKey(slots: readonly Slot[]): KeyArtifact | undefined {
  const [own] = keysIn(slots, "key");
  const strays = keysIn(slots, "certificate");
  const hasKeySlot = slots.some(({ slot }) => slot === "key");
  return own ?? pairedKey(slots, strays) ?? strays.find((stray) => hasKeySlot || !isBare(stray));
}

/** Opens the key, if that is possible; what is handed on cannot be opened any more. */
export function openKey(
  { open, pem: _pem, secret: _secret, ...artifact }: KeyArtifact,
  passphrase: string | undefined,
): BundleKey {
  if (open === undefined) return { ...artifact, state: artifact.encryption === undefined ? "plain" : "opened" };
  if (artifact.encryption?.obstacle !== undefined) return { ...artifact, state: "cannot-open" };
  if (passphrase === undefined) return { ...artifact, state: "no-passphrase" };
  const key = open(passphrase);
  return key === undefined ? { ...artifact, state: "wrong-passphrase" } : { ...artifact, key, state: "opened" };
}

/** Of several keys in a container, the one that a server's certificate beside it is for. */
function pairedKey(slots: readonly Slot[], keys: readonly KeyArtifact[]): KeyArtifact | undefined {
  const leaves = certificatesIn(slots, "certificate").filter(({ certificate }) => !isAuthority(certificate));
  return keys
    .filter((key) => !isBare(key))
    .find(({ key }) => leaves.some((l) => key?.publicKey && samePublicKey(l.certificate.publicKey, key.publicKey)));
}

/** The certificate that is judged: the first, as servers have it. A container has no order: there, it is the key's. */
function findLeaf(slots: readonly Slot[], key: BundleKey | undefined): CertificateArtifact | undefined {
  const own = certificatesIn(slots, "certificate");
  const certificates = own.length > 0 ? own : certificatesIn(slots, "key");
  const [first] = certificates;
  if (first === undefined || isBare(first)) return first;
  const publicKey = key?.key?.publicKey;
  return (
    certificates.find(({ certificate }) => publicKey && samePublicKey(certificate.publicKey, publicKey)) ??
    certificates.find(({ certificate }) => !isAuthority(certificate)) ??
    first
  );
}

/** Puts a bundle together. Swapped files are judged as what they are, so that one run shows all that is wrong. */
export function assemble({ slots, key, passphrase, now }: Parts): Bundle {
  const leaf = findLeaf(slots, key);
  const given = (wanted: SlotName): string | undefined => slots.find(({ slot }) => slot === wanted)?.contents.file;
  const name = given("certificate") ?? "";
  const keyFile = nameOfKey(slots, key);
  const [chainFile, rootsFile] = [given("chain"), given("roots")];
  return {
    name,
    files: {
      certificate: leaf?.origin.file ?? name,
      ...(keyFile !== undefined && { key: keyFile }),
      ...(chainFile !== undefined && { chain: chainFile }),
      ...(rootsFile !== undefined && { roots: rootsFile }),
      all: slots.map(({ contents }) => contents.file),
    },
    slots,
    ...(leaf && { leaf }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
    ...assembleChain(slots, leaf, now),
  };
}

/** The file of the key, for commands; what is in a container has to be taken out first. */
function nameOfKey(slots: readonly Slot[], key: BundleKey | undefined): string | undefined {
  if (key !== undefined) return isBare(key) ? key.origin.file : undefined;
  const own = slots.find(({ slot }) => slot === "key")?.contents;
  return own?.artifacts.some(({ kind }) => kind === "pkcs12") ? undefined : own?.file;
}

/** The chain file's certificates, or those that came in a container with the leaf. */
function assembleChain(
  slots: readonly Slot[],
  leaf: CertificateArtifact | undefined,
  now: number,
): { readonly chain?: Chain } {
  const given = slots.find(({ slot }) => slot === "chain")?.contents.file;
  const besides =
    leaf === undefined || isBare(leaf) ? [] : certificatesIn(slots, "certificate").filter((a) => a !== leaf);
  const file = given ?? besides[0]?.origin.file;
  if (file === undefined) return {};
  const certificates = given === undefined ? besides : certificatesIn(slots, "chain");
  const hasRoots = slots.some(({ slot }) => slot === "roots");
  // Trust anchors replace those of the chain, which are all of it for `openssl verify -CAfile`.
  const candidates = certificates.map(({ certificate }) => certificate);
  const anchors = hasRoots ? certificatesIn(slots, "roots").map(({ certificate }) => certificate) : candidates;
  const found: Chain = { file, certificates, hasRoots, anchors };
  if (leaf === undefined) return { chain: found };
  return { chain: { ...found, path: validatePath({ leaf: leaf.certificate, candidates, anchors, now }) } };
}

/** Another certificate of the same files that the key does belong to. */
export function certificateOf({ slots, leaf }: Bundle, key: BundleKey): Origin | undefined {
  const publicKey = key.key?.publicKey;
  if (publicKey === undefined) return undefined;
  const others = (["certificate", "chain"] as const).flatMap((slot) => certificatesIn(slots, slot));
  return others.find((other) => other !== leaf && samePublicKey(other.certificate.publicKey, publicKey))?.origin;
}
