/** Files that many appliances have in common, chains and roots: read and decoded once, however many copies there are. */
import { type Contents, decode } from "../bundle/decode.ts";
import type { ReadContents } from "../gather/gather.ts";
import { readOperand } from "../gather/operand.ts";
import { sha256 } from "../pki/public-key.ts";
import type { System } from "../system/system.ts";

/** Most files that are kept: a fleet has a few CAs. */
const MAX_KEPT = 200;

/** A reader that keeps what several appliances may have. */
export function sharedFiles(system: System): ReadContents {
  const byName = new Map<string, Contents>();
  const byContent = new Map<string, Contents>();
  const keep = (kept: Map<string, Contents>, key: string, contents: Contents): Contents => {
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, contents);
    return contents;
  };
  return (slot, operand) => {
    const isShared = slot === "chain" || slot === "roots";
    const known = isShared ? byName.get(operand) : undefined;
    if (known !== undefined) return known;
    const bytes = readOperand(operand, system);
    if (!isShared) return decode(operand, bytes);
    const digest = sha256(bytes);
    // The same certificates, so that what was found out about them counts for all copies.
    const copy = byContent.get(digest) ?? keep(byContent, digest, decode(operand, bytes));
    return keep(byName, operand, copy.file === operand ? copy : underName(copy, operand));
  };
}

/** The same contents in another file. */
const underName = (contents: Contents, file: string): Contents => ({
  ...contents,
  file,
  artifacts: contents.artifacts.map((artifact) => ({
    ...artifact,
    origin: {
      ...artifact.origin,
      file,
      at: (offset?: number) => ({ ...artifact.origin.at(offset), file }),
    },
  })),
});
