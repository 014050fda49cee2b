/** Puts a bundle together: which of the certificates and keys that were given is the appliance's, and what path leads from it. */
import { type Artifact, type CertificateArtifact, isBare, isRequest, type KeyArtifact } from "./artifact.ts";
import {
  bareFirst,
  type Bundle,
  type BundleKey,
  certificatesIn,
  type Chain,
  type Passphrase,
  type Slot,
  type SlotName,
} from "./bundle.ts";
import { isAuthority } from "../pki/certificate.ts";
import { validatePath } from "../pki/path.ts";
import { samePublicKey } from "../pki/public-key.ts";

/** What a bundle is made of. */
export interface Parts {
  readonly slots: readonly Slot[];
  readonly key?: BundleKey;
  readonly passphrase?: Passphrase;
  /** The time at which the path is judged, in milliseconds since 1970. */
  readonly now: number;
}

/** The key that is judged: the first in the key's file, else one that was put into the certificate's place, or came in its container. */
export function findKey(slots: readonly Slot[]): KeyArtifact | undefined {
  const [own] = keysIn(slots, "key");
  const strays = [...keysIn(slots, "certificate"), ...keysIn(slots, "request")];
  const hasKeySlot = slots.some(({ slot }) => slot === "key");
  return own ?? pairedKey(slots, strays) ?? strays.find((stray) => hasKeySlot || !isBare(stray));
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
      ...(slots.some(isUnreadable) && { hasUnreadable: true as const }),
      all: slots.map(({ contents }) => contents.file),
    },
    slots,
    ...(leaf && { leaf }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
    ...assembleChain(slots, leaf, now),
  };
}

/** Puts together what was given of a request. Swapped files are judged as what they are. */
export function assembleRequest({ slots, key, passphrase }: Parts): Bundle {
  const given = (wanted: SlotName): Slot | undefined => slots.find(({ slot }) => slot === wanted);
  const [request] = [given("request"), given("key")].flatMap(
    (slot) => slot?.contents.artifacts.filter(isRequest) ?? [],
  );
  const [previous] = certificatesIn(slots, "previous");
  const name = given("request")?.contents.file ?? "";
  const keyFile = nameOfKey(slots, key);
  return {
    purpose: "request",
    name,
    files: {
      purpose: "request",
      certificate: request?.origin.file ?? name,
      ...(keyFile !== undefined && { key: keyFile }),
      all: slots.map(({ contents }) => contents.file),
    },
    slots,
    ...(request && { request }),
    ...(previous && { previous }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
  };
}

/** What a file of an upload, or what becomes one, may hold. */
const usable: ReadonlySet<Artifact["kind"]> = new Set(["certificate", "key", "pkcs7", "pkcs12", "request", "crl"]);

const isUnreadable = ({ contents: { artifacts, problems } }: Slot): boolean =>
  !artifacts.some(({ kind }) => usable.has(kind)) || problems.some(({ effect }) => effect === "unreadable");

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

/** The private keys in the files of a slot, in their order. */
const keysIn = (slots: readonly Slot[], slot: SlotName): KeyArtifact[] =>
  slots
    .filter((s) => s.slot === slot)
    .flatMap(({ contents }) => bareFirst(contents.artifacts.filter((a) => a.kind === "key")));
