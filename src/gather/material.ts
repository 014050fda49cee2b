/** Material: files of any kind with what a passphrase opens in them; what verbs that show or rewrite files begin with. */
import type { KeyObject } from "node:crypto";
import type { KeyArtifact } from "../bundle/artifact.ts";
import { type BundleKey, lockedContainer, openKey } from "../bundle/bundle.ts";
import { openContainers } from "../bundle/container.ts";
import { type Contents, decode } from "../bundle/decode.ts";
import { UsageError } from "../errors.ts";
import { readOperand, requireOneInput } from "./operand.ts";
import { type Lock, unlock } from "./passphrase.ts";
import { budget } from "../pki/encryption.ts";
import type { System } from "../system/system.ts";

/** Files with what was opened in them. */
export interface Material {
  /** In the order in which they were named. */
  readonly files: readonly MaterialFile[];
  /** What opened them, for what closes them again; nothing if none was given. No report has a place for it. */
  readonly passphrase: () => string | undefined;
}

/** One of them. */
export interface MaterialFile {
  /** What stands in containers stands behind them. */
  readonly contents: Contents;
  /** The private keys, in their order. */
  readonly keys: readonly MaterialKey[];
}

/** A private key, after the attempt to open it. */
export interface MaterialKey {
  /** What may be known of it. */
  readonly facts: BundleKey;
  /** The key itself, for what writes it anew; nothing if it is closed, or OpenSSL cannot read it. No report has a place for it. */
  readonly secret: () => KeyObject | undefined;
  /** The key as it stands in its file, encrypted if it is so there; absent if it came out of a container. */
  readonly pem?: () => string;
}

/** Most encrypted keys of one run: opening each may take a second, and nobody has more with one passphrase. */
const MAX_ENCRYPTED_KEYS = 20;

/**
 * Reads the files, and opens what the passphrase of a source opens; asks for one, if somebody may be there.
 * @throws UsageError if a file cannot be read, or there are too many keys
 */
export async function gatherMaterial(
  operands: readonly string[],
  from: { readonly passphrase?: string; readonly unattended?: true },
  system: System,
  read = (operand: string): Uint8Array => readOperand(operand, system),
): Promise<Material> {
  requireOneInput(operands, from.passphrase);
  const files = operands.map((operand) => decode(operand, read(operand)));
  if (files.flatMap(keysIn).filter(({ open }) => open !== undefined).length > MAX_ENCRYPTED_KEYS)
    throw new UsageError(`more than ${MAX_ENCRYPTED_KEYS} encrypted keys`, "give fewer files at a time");
  return unlock(lockOf(files), from, system);
}

const keysIn = ({ artifacts }: Contents): KeyArtifact[] => artifacts.filter((artifact) => artifact.kind === "key");

const lockOf = (closed: readonly Contents[]): Lock<Material> => ({
  async open(passphrase) {
    const files: MaterialFile[] = [];
    const spend = budget();
    for (const one of closed) {
      const contents = await openContainers(one, passphrase, spend);
      const keys = keysIn(contents).map((artifact): MaterialKey => {
        const facts = openKey(artifact, passphrase);
        const secret = (): KeyObject | undefined => (facts.key === undefined ? undefined : artifact.secret(passphrase));
        return { facts, secret, ...(artifact.pem && { pem: artifact.pem }) };
      });
      files.push({ contents, keys });
    }
    return { files, passphrase: () => passphrase };
  },
  closed({ files }) {
    for (const { contents, keys } of files) {
      const container = lockedContainer(contents);
      if (container !== undefined || keys.some(({ facts }) => facts.state.endsWith("-passphrase")))
        return contents.file;
    }
    return undefined;
  },
});
