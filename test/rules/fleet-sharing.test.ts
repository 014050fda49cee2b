/** Which appliances have something in common, held against comparing each with each. */
import { array, assert, constantFrom, property, record } from "fast-check";
import { expect, test } from "vitest";
import type { Identity } from "../../src/bundle/fleet.ts";
import { each, sharing } from "../../src/rules/fleet-sharing.ts";
import { covers } from "../../src/pki/dns-name.ts";
import { fleetOf } from "../support/fleet.ts";

const few = constantFrom("a", "b", "c", "d");
const name = constantFrom("a.b.c", "x.b.c", "*.b.c", "A.B.C", "192.0.2.1", "*.x.b.c", "y.x.b.c", "b.c", "*.c", "*.b");
const appliance = record(
  { fingerprint: few, keyFingerprint: few, commonName: name, issuer: few, serialNumber: few, names: array(name) },
  { requiredKeys: [] },
);

/** The places of all pairs that have something in common. */
const pairs = (all: readonly Identity[], share: (a: Identity, b: Identity) => boolean): string[] =>
  all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => (share(a, b) ? [`${a.name} ${b.name}`] : [])));

const found = (groups: ReturnType<typeof sharing>): string[] => [
  ...new Set(groups.flatMap(({ appliances }) => pairs([...each(appliances)], () => true))),
];

test("traits are shared by those who have them in common, and by nobody else", () => {
  assert(
    property(array(appliance, { maxLength: 12 }), (specs) => {
      const { appliances } = fleetOf(specs);
      const all = Array.from({ length: appliances.length }, (_, index) => appliances.at(index));
      const sameText = (a?: string, b?: string): boolean => a !== undefined && a === b;
      const expected = {
        certificate: pairs(all, (a, b) => sameText(a.fingerprint, b.fingerprint)),
        key: pairs(all, (a, b) => sameText(a.keyFingerprint, b.keyFingerprint)),
        commonName: pairs(all, (a, b) => sameText(a.commonName?.toLowerCase(), b.commonName?.toLowerCase())),
        serialNumber: pairs(all, (a, b) => sameText(a.serialNumber, b.serialNumber) && a.issuer === b.issuer),
      };
      for (const [trait, list] of Object.entries(expected))
        expect(found(sharing(appliances, trait as keyof typeof expected)).toSorted()).toEqual(list.toSorted());
      const names = sharing(appliances, "name");
      for (const { key, appliances: group } of names)
        for (const { names: own = [] } of each(group))
          expect(own.some((one) => one.toLowerCase() === key || covers(key, one))).toBe(true);
      const overlap = (a: Identity, b: Identity): boolean =>
        (a.names ?? []).some((one) => (b.names ?? []).some((other) => covers(one, other) || covers(other, one)));
      const told = new Set(found(names));
      expect(pairs(all, overlap).filter((pair) => !told.has(pair))).toEqual([]);
    }),
  );
});

test("the dot of the root is no difference, an empty name is none, and *.local covers nothing", () => {
  const { appliances } = fleetOf([
    { commonName: "a.b.c", names: ["a.b.c.", ""] },
    { commonName: "A.b.c.", names: ["a.b.C", ""] },
    { commonName: "", names: ["*.b.c."] },
    { commonName: "", names: [""] },
    { commonName: "", names: ["sensor.local", "*.local"] },
    { commonName: "", names: ["other.local"] },
  ]);
  const told = (trait: "commonName" | "name"): string[] =>
    sharing(appliances, trait).map(({ key, appliances: group }) => `${key} ${group.length}`);
  expect(told("commonName")).toEqual(["a.b.c 2"]);
  expect(told("name")).toEqual(["a.b.c 2", "*.b.c 3"]);
});

test("a group of very many is not held", () => {
  const { appliances } = fleetOf(Array.from({ length: 50_000 }, () => ({ commonName: "a" })));
  let looks = 0;
  const counted = { length: appliances.length, at: (index: number) => (looks++, appliances.at(index)) };
  const [group] = sharing(counted, "commonName");
  expect(group?.appliances.length).toBe(50_000);
  const before = looks;
  expect(group?.appliances.at(49_999).name).toBe("plant/sensor-50000");
  expect(looks).toBe(before + 1);
});

test("texts with the same hash are not the same", () => {
  // Two of FNV-1a's collisions of 32 bits.
  const { appliances } = fleetOf([{ commonName: "costarring" }, { commonName: "liquid" }]);
  expect(sharing(appliances, "commonName")).toEqual([]);
});
