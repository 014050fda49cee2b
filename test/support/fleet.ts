/** Fleets made up for tests of what looks across appliances. */
import type { Fleet, Identity } from "../../src/bundle/fleet.ts";

/** An appliance that shares nothing with those of other numbers. */
const identity = (number: number, more: Partial<Identity> = {}): Identity => ({
  name: `plant/sensor-${number}`,
  file: `plant/sensor-${number}.crt`,
  fingerprint: `${number}`.repeat(64).slice(0, 64),
  keyFingerprint: `a${number}`.repeat(32).slice(0, 64),
  commonName: `sensor-${number}.contoso.com`,
  issuer: "CN=Contoso Issuing CA",
  serialNumber: `5a${number}`,
  names: [`sensor-${number}.contoso.com`],
  notAfter: `20${40 + number}-01-01T00:00:00Z`,
  ...more,
});

/** Appliances that differ from one another but for what is said of each. */
export const fleetOf = (appliances: readonly Partial<Identity>[], more: Partial<Fleet> = {}): Fleet => {
  const all = appliances.map((one, index) => identity(index + 1, one));
  return {
    appliances: {
      length: all.length,
      at(index) {
        const found = all[index];
        if (found === undefined) throw new RangeError(`no appliance ${index}`);
        return found;
      },
    },
    unread: [],
    strays: [],
    ...more,
  };
};
