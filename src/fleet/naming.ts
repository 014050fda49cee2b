/** Names of appliances: each is one in the whole run, however they were found. */
import { dirname } from "node:path";
import { UsageError } from "../errors.ts";
import type { Appliance } from "./appliance.ts";
import { plainPath, stemOf } from "./file-name.ts";

/** The name of an appliance by its certificate: without the ending, or that of its folder, if it is alone there. */
export function shortName(certificate: string, isAlone: boolean): string {
  const folder = dirname(certificate);
  // Where the user is, or above, has no name.
  const name = isAlone && !/(?:^|[\\/])\.{0,2}$/.test(folder) ? plainPath(folder) : stemOf(certificate);
  // Nobody sees blanks, and no manifest takes them.
  return name.trim() === "" ? certificate : name;
}

/**
 * Sorts appliances by their names. Of those that would have the same, each that was not given its own has its
 * certificate's whole path for a name.
 * @throws UsageError if two were given the same name
 */
export function settleNames(appliances: readonly Appliance[], isGiven: (one: Appliance) => boolean): Appliance[] {
  const all = appliances.toSorted(byName);
  // A whole path may be another's short name: `a.crt` of `a.crt.crt`.
  for (;;) {
    const clashes = all.flatMap(({ name }, index) => (name === all[index - 1]?.name ? [index - 1, index] : []));
    if (clashes.length === 0) return all;
    const changed = [...new Set(clashes)].filter((index) => {
      const one = all[index];
      if (one === undefined || isGiven(one) || one.name === one.certificate) return false;
      all[index] = { ...one, name: one.certificate };
      return true;
    });
    if (changed.length === 0) throw new UsageError(`two appliances are called ${all[clashes[0] ?? 0]?.name}`);
    all.sort(byName);
  }
}

/** By code units, so that the order is the same everywhere. */
const byName = (a: Appliance, b: Appliance): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
