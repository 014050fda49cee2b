/** Finds the appliances in folders: one in a folder of its own, or several side by side, told apart by the stems of their names. */
import type { Appliance } from "./appliance.ts";
import type { Stray } from "./fleet.ts";
import type { FolderEntry } from "../descriptors.ts";

/** What was found. */
export interface Found {
  /** In the order of their names. */
  readonly appliances: readonly Appliance[];
  /** Files that belong to none. */
  readonly strays: readonly Stray[];
  /** The manifest that says so. */
  readonly manifest?: string;
}

/** Looks at a folder and all below. @throws UsageError if one cannot be read */
export function findInFolder(folder: string, readFolder: (path: string) => readonly FolderEntry[]): Found {
  const appliances: Appliance[] = [];
  const strays: Stray[] = [];
  look(folder, undefined);
  return { appliances: appliances.toSorted(byName), strays };

  function look(path: string, chainAbove: string | undefined): void {
    const entries = readFolder(path).filter(({ name }) => !name.startsWith("."));
    const inHere = (name: string): string => (path === "." ? name : `${path}/${name}`);
    const files = entries.filter(({ kind }) => kind === "file").map(({ name }) => inHere(name));
    const of = (kind: Stray["kind"]): string[] => files.filter((file) => kindOf(file) === kind);
    const certificates = of("certificate");
    const [keys, chains] = [
      new Map(of("key").map((file) => [stemOf(file), file])),
      new Map(of("chain").map((file) => [stemOf(file), file])),
    ];
    const stems = new Set(certificates.map(stemOf));
    const shared = [...chains].filter(([stem]) => !stems.has(stem)).map(([, file]) => file);
    const chain = shared.length === 1 ? shared[0] : chainAbove;
    const used = new Set<string>(chain === undefined ? [] : [chain]);
    for (const certificate of certificates) {
      const stem = stemOf(certificate);
      const key = keys.get(stem) ?? (certificates.length === 1 && keys.size === 1 ? [...keys.values()][0] : undefined);
      const ownChain = chains.get(stem) ?? chain;
      for (const file of [certificate, key, ownChain]) if (file !== undefined) used.add(file);
      appliances.push({
        name: stem,
        certificate,
        ...(key !== undefined && { key }),
        chains: ownChain === undefined ? [] : [ownChain],
        hosts: [],
      });
    }
    for (const file of files) if (!used.has(file)) strays.push({ file, kind: kindOf(file) });
    for (const { name, kind } of entries) if (kind === "folder") look(inHere(name), chain);
  }
}

const stemOf = (file: string): string => file.replace(/\.[^./]*$/, "");

function kindOf(file: string): Stray["kind"] {
  const [, ending = ""] = /\.([^./]*)$/.exec(file.toLowerCase()) ?? [];
  return (
    ({ crt: "certificate", cer: "certificate", key: "key", pem: "chain" }[ending] as Stray["kind"] | undefined) ??
    "other"
  );
}

const byName = (a: Appliance, b: Appliance): number => (a.name < b.name ? -1 : 1);
