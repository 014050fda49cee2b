/** Looks through a folder and all below for appliances, as far as they are meant. */
import { UsageError } from "../errors.ts";
import type { Appliance } from "./appliance.ts";
import { kindOf, plainPath, within } from "./file-name.ts";
import type { Stray } from "../bundle/fleet.ts";
import { pair, type SharedChain } from "./pairing.ts";
import type { Scope } from "./scope.ts";
import type { OpenFolder } from "./walk.ts";

/** Finds appliances and strays. @throws UsageError if the folder cannot be read, or nothing matches a pattern */
export function search(
  { folder: root, depth: deepest, isMeant, named = [], pattern }: Scope,
  open: OpenFolder,
): { readonly appliances: readonly Appliance[]; readonly strays: readonly Stray[] } {
  const appliances: Appliance[] = [];
  const strays: Stray[] = [];
  let hasMatch = false;
  look(root, 0, undefined, pattern === undefined && named.length === 0);
  if (pattern !== undefined && !hasMatch)
    throw new UsageError(
      `nothing matches ${pattern}`,
      "patterns are paths from here with *, ?, **, [a-z] and {a,b}; certcheck fleet <folder> looks for itself",
    );
  return { appliances, strays };

  function look(folder: string, depth: number, above: SharedChain | undefined, isWhole: boolean): void {
    const opened = open(folder, depth);
    if (typeof opened === "string" && depth > 0) {
      // There may be appliances in it: that nothing is known of them must not look like success.
      appliances.push(unreachable(plainPath(folder), opened));
      return;
    }
    if (typeof opened === "string" && pattern === undefined && named.length === 0) throw new UsageError(opened);
    const { files, folders, others } = typeof opened === "string" ? { files: [], folders: [], others: [] } : opened;
    const isChosen = (file: string): boolean => isWhole || isMeant(file);
    const names = named.length === 0 ? files : [...new Set([...files, ...named])];
    const paired = pair(folder, names, above);
    for (const appliance of paired.appliances) if (isChosen(appliance.certificate)) appliances.push(appliance);
    for (const stray of paired.strays) if (isChosen(stray.file)) strays.push(stray);
    for (const file of others.map((name) => within(folder, name)).filter(isChosen)) {
      const kind = kindOf(file);
      if (kind === "certificate") appliances.push(unreachable(file, `${file}: ${NO_FILE}`));
      else if (kind !== "other") strays.push({ file, kind, why: `it ${NO_FILE}` });
    }
    hasMatch ||= isWhole || [...names, ...others].some((name) => isMeant(within(folder, name)));
    const { chain } = paired;
    for (const name of folders) {
      const path = within(folder, name);
      const isWholeBelow = isWhole || (named.length === 0 && isMeant(path));
      if (isWholeBelow || depth < deepest) look(path, depth + 1, chain, isWholeBelow);
    }
    if (chain !== undefined && chain !== above && !chain.isUsed && isChosen(chain.file))
      strays.push({ file: chain.file, kind: kindOf(chain.file) });
  }
}

/** What a name leads to that is neither a file nor a folder. */
const NO_FILE = "leads to no file";

/** An appliance of which nothing can be known, or a folder that may hold some. */
const unreachable = (path: string, obstacle: string): Appliance => ({
  name: path,
  certificate: path,
  chains: [],
  hosts: [],
  obstacle,
});
