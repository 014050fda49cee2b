/** A bundle: all that was given for one appliance, with what its parts are to each other. */
import {
  type Artifact,
  type CertificateArtifact,
  isBare,
  isOther,
  type KeyArtifact,
  type Origin,
  type OtherArtifact,
  type RequestArtifact,
} from "./artifact.ts";
import type { Crls } from "./crl-source.ts";
import type { Contents } from "./decode.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { Handshake } from "../pki/handshake.ts";
import type { Path } from "../pki/path.ts";
import { samePublicKey } from "../pki/public-key.ts";

/**
 * The fields of the upload dialog, and what certcheck alone is told of: trust anchors, a request, and the certificate
 * that it is to renew.
 */
export type SlotName = "certificate" | "key" | "chain" | "roots" | "request" | "previous";

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
  /** What they are judged for, as in the bundle. */
  readonly purpose?: Bundle["purpose"];
  /** The certificate's, or that of the request for it. */
  readonly certificate: string;
  readonly key?: string;
  readonly chain?: string;
  /** The first, if trust anchors were given apart from the chain. */
  readonly roots?: string;
  /** One of them cannot be read whole, or holds nothing of use: no command takes them all. */
  readonly hasUnreadable?: true;
  /** Every file that was given: no command may write over one. */
  readonly all: readonly string[];
}

/** Whether an operand is no file with a name: standard input, a variable, or what a shell makes of `<(…)`. */
export const isUnnamed = (operand: string): boolean => operand === "-" || /^(?:env:|\/dev\/|\/proc\/)/.test(operand);

/** All that was given for one appliance. */
export interface Bundle {
  /** What it is to be judged for; `upload`, if absent. */
  readonly purpose?: "request" | "endpoint";
  /** The certificate's or the request's file, as it was given. */
  readonly name: string;
  readonly files: FileNames;
  readonly slots: readonly Slot[];
  readonly leaf?: CertificateArtifact;
  readonly request?: RequestArtifact;
  /** The certificate that the request is to renew. */
  readonly previous?: CertificateArtifact;
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

/** All certificates in the files of a slot, in their order. */
export const certificatesIn = (slots: readonly Slot[], slot: SlotName): CertificateArtifact[] =>
  slots
    .filter((s) => s.slot === slot)
    .flatMap(({ contents }) => bareFirst(contents.artifacts.filter((a) => a.kind === "certificate")));

/** What stands in a container counts only where nothing stands beside it: no other program would look into it. */
export function bareFirst<A extends Artifact>(artifacts: readonly A[]): readonly A[] {
  const bare = artifacts.filter(isBare);
  return bare.length > 0 ? bare : artifacts;
}

/** The containers that a passphrase would open: none was given, or the wrong one. */
export const lockedContainers = (slots: readonly Slot[]): OtherArtifact[] =>
  slots.flatMap(({ contents }) => lockedContainer(contents) ?? []);

/** The first of a file. */
export const lockedContainer = ({ artifacts }: Contents): OtherArtifact | undefined =>
  artifacts.filter(isOther).find(({ closed }) => closed?.why === "no-passphrase" || closed?.why === "wrong-passphrase");

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

/** Another certificate of the same files that the key does belong to. */
export function certificateOf({ slots, leaf }: Bundle, key: BundleKey): Origin | undefined {
  const publicKey = key.key?.publicKey;
  if (publicKey === undefined) return undefined;
  const others = (["certificate", "chain"] as const).flatMap((slot) => certificatesIn(slots, slot));
  return others.find((other) => other !== leaf && samePublicKey(other.certificate.publicKey, publicKey))?.origin;
}
