/** Which appliances of a fleet have something in common. Of a large fleet, only what may stand twice is held in memory. */
import { plainName, wildcardOver } from "../pki/dns-name.ts";
import type { Appliances, Identity } from "../bundle/fleet.ts";

/** What several appliances have in common. */
export interface Sharing {
  /** What they share, in the form it is compared in. */
  readonly key: string;
  /** Two or more, in their order. */
  readonly appliances: Appliances;
  /** Their places in the fleet. */
  readonly places: readonly number[];
}

/** Appliances one after the other. */
export function* each(appliances: Appliances): Generator<Identity, void> {
  for (let index = 0; index < appliances.length; index++) yield appliances.at(index);
}

/** What appliances are compared by; an appliance may have several names, and lack any of the others. */
const traits = {
  certificate: ({ fingerprint }) => fingerprint,
  commonName: ({ commonName = "" }) => plainName(commonName),
  key: ({ keyFingerprint }) => keyFingerprint,
  serialNumber: ({ issuer, serialNumber }) => serialNumber && `${serialNumber} ${issuer}`,
  name: ({ names = [] }) => names.map(plainName),
} as const satisfies Readonly<Record<string, (appliance: Identity) => string | readonly string[] | undefined>>;

/** The name of a trait. */
export type Trait = keyof typeof traits;

/** Each look at an appliance costs: all traits are compared at once. */
const compared = new WeakMap<Appliances, ReadonlyMap<string, readonly Sharing[]>>();

/** The appliances that have a trait in common, in the order of the first of each. A wildcard is shared with all names it covers. */
export function sharing(appliances: Appliances, trait: Trait): readonly Sharing[] {
  const known = compared.get(appliances) ?? compare(appliances);
  compared.set(appliances, known);
  return known.get(trait) ?? [];
}

function compare(appliances: Appliances): ReadonlyMap<string, readonly Sharing[]> {
  const wildcards = new Set<string>();
  const columns = Object.entries(traits).map(([trait, keysOf]) => {
    const hashes = hashColumn(appliances.length);
    return { trait, keysOf, hashes, groups: new Map<string, number[]>() };
  });
  for (let index = 0; index < appliances.length; index++) {
    const appliance = appliances.at(index);
    for (const { keysOf, hashes } of columns) for (const key of list(keysOf(appliance))) hashes.add(key);
    for (const name of appliance.names ?? []) if (name.startsWith("*.")) wildcards.add(plainName(name));
  }
  const suspects = columns.map((column) => ({ ...column, repeated: column.hashes.repeated() }));
  // Usually there is nothing to compare, and no need for a second look.
  if (wildcards.size > 0 || suspects.some(({ repeated }) => repeated.size > 0)) {
    for (let index = 0; index < appliances.length; index++) {
      const appliance = appliances.at(index);
      for (const { trait, keysOf, repeated, groups } of suspects) {
        const own = list(keysOf(appliance));
        const keys = trait === "name" ? own.flatMap((name) => [name, ...coveredBy(name, wildcards)]) : own;
        for (const key of new Set(keys)) if (repeated.has(hash(key)) || wildcards.has(key)) join(groups, key, index);
      }
    }
  }
  return new Map(
    suspects.map(({ trait, groups }) => [
      trait,
      [...groups].flatMap(([key, places]) =>
        places.length > 1 ? [{ key, places, appliances: among(appliances, places) }] : [],
      ),
    ]),
  );
}

/** Those of some places. All may have something in common: none is held. */
const among = (appliances: Appliances, places: readonly number[]): Appliances => ({
  length: places.length,
  at: (index) => appliances.at(places[index] ?? index),
});

function join(groups: Map<string, number[]>, key: string, place: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [place]);
  else group.push(place);
}

const list = (keys: string | readonly string[] | undefined): readonly string[] =>
  (typeof keys === "string" ? [keys] : (keys ?? [])).filter((key) => key !== "");

/** The wildcard that covers a name, if the fleet has it. */
function coveredBy(name: string, wildcards: ReadonlySet<string>): readonly string[] {
  const wildcard = wildcardOver(name);
  return wildcard !== undefined && wildcard !== name && wildcards.has(wildcard) ? [wildcard] : [];
}

/** Hashes of any number of keys. */
interface HashColumn {
  readonly add: (key: string) => void;
  /** Those that were added twice: only for their keys is it worth comparing the keys themselves. */
  readonly repeated: () => ReadonlySet<number>;
}

function hashColumn(expected: number): HashColumn {
  let hashes = new Uint32Array(expected);
  let count = 0;
  return {
    add(key) {
      if (count === hashes.length) {
        const larger = new Uint32Array(2 * count + 1);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[count++] = hash(key);
    },
    repeated() {
      const sorted = hashes.subarray(0, count).sort();
      const repeated = new Set<number>();
      for (let index = 1; index < count; index++) {
        const value = sorted[index] ?? 0;
        if (value === sorted[index - 1]) repeated.add(value);
      }
      return repeated;
    },
  };
}

/** FNV-1a, over UTF-16 code units. Whoever makes keys collide makes them be compared, no more. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
