/** Which files of a folder make an appliance: a certificate with its key and its chain, told by their names. */
import type { Appliance } from "./appliance.ts";
import { kindOf, stemOf, within } from "./file-name.ts";
import type { Stray } from "../bundle/fleet.ts";
import { shortName } from "./naming.ts";

/** A chain of no certificate in particular: it is that of all in its folder and below that have none of their own. */
export interface SharedChain {
  readonly file: string;
  /** The same as a list: all appliances that have it share that, too. */
  readonly files: readonly string[];
  /** Whether there was one. */
  isUsed: boolean;
}

/** What the files of a folder are. */
export interface Paired {
  readonly appliances: readonly Appliance[];
  /** Files that belong to none of them; whether the shared chain does is seen once all below is known. */
  readonly strays: readonly Stray[];
  /** The chain for what lies below, this folder's or one from above. */
  readonly chain: SharedChain | undefined;
}

/** Puts the files of a folder together. What is not certain is not guessed: such files are strays, and say why. */
export function pair(folder: string, names: readonly string[], above: SharedChain | undefined): Paired {
  const files = names.map((name) => within(folder, name));
  const of = (kind: Stray["kind"]): readonly string[] => files.filter((file) => kindOf(file) === kind);
  const [certificates, keys, chains] = [of("certificate"), of("key"), of("chain")];
  const stems = new Set(certificates.map(stemOf));
  const unclaimed = chains.filter((file) => !stems.has(stemOf(file)));
  const [first, second] = unclaimed;
  const own = first === undefined || second !== undefined ? undefined : { file: first, files: [first], isUsed: false };
  const shared = first === undefined ? above : own;
  const [keysOf, chainsOf] = [byStem(keys), byStem(chains)];
  const used = new Set<string>(shared ? [shared.file] : []);
  const isAlone = certificates.length === 1;
  const appliances = certificates.map((certificate): Appliance => {
    const stem = stemOf(certificate);
    const key = isAlone && keys.length === 1 ? keys[0] : keysOf.get(stem);
    const chain = chainsOf.get(stem);
    if (chain === undefined && shared) shared.isUsed = true;
    for (const file of [certificate, key, chain]) if (typeof file === "string") used.add(file);
    return {
      name: shortName(certificate, isAlone),
      certificate,
      ...(typeof key === "string" && { key }),
      chains: typeof chain === "string" ? [chain] : (chain === undefined && shared?.files) || NONE,
      hosts: NONE,
    };
  });
  const hasNoKey = isAlone && appliances[0]?.key === undefined;
  const isDoubtful = (file: string, kind: Stray["kind"]): boolean =>
    kind === "key" ? hasNoKey && keys.length > 1 : kind === "chain" && second !== undefined && !stems.has(stemOf(file));
  const strays = files.flatMap((file): Stray[] => {
    if (used.has(file)) return [];
    const kind = kindOf(file);
    const [ofStem, candidates] = kind === "key" ? [keysOf, keys] : [chainsOf, unclaimed];
    const isTwin = kind !== "other" && ofStem.get(stemOf(file)) === null;
    if (isTwin) return [{ file, kind, why: "another has its name with another ending" }];
    return [
      { file, kind, ...(isDoubtful(file, kind) && { why: `it is one of ${candidates.length} that may be meant` }) },
    ];
  });
  return { appliances, strays, chain: shared };
}

/** A list for all that have nothing in it. */
const NONE: readonly never[] = [];

/** Files by their stems; null where several have one. */
function byStem(files: readonly string[]): ReadonlyMap<string, string | null> {
  const map = new Map<string, string | null>();
  for (const file of files) map.set(stemOf(file), map.has(stemOf(file)) ? null : file);
  return map;
}
