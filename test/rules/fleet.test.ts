/** The rules on what appliances of a fleet have in common: both directions for each. */
import { describe, expect, test } from "vitest";
import { evaluateFleet } from "../../src/evaluation/evaluate.ts";
import type { Fleet } from "../../src/bundle/fleet.ts";
import { exampleContext } from "../../src/evaluation/example.ts";
import { fleet as rules } from "../../src/rules/fleet.ts";
import { fleetOf } from "../support/fleet.ts";
import { type AttributeSpec, mintAppliance, pem, sampleSubject } from "../support/mint.ts";
import { inFolder, missing } from "./shell.ts";

const same = { fingerprint: "f".repeat(64) };
const twin = {
  ...same,
  keyFingerprint: "e".repeat(64),
  commonName: "a.contoso.com",
  serialNumber: "77",
  names: ["a.contoso.com"],
};
const inWeek = (day: number): { notAfter: string } => ({
  notAfter: `2027-03-${String(day).padStart(2, "0")}T00:00:00Z`,
});

type Case = readonly [what: string, rule: string, fleet: Fleet, expected: readonly string[]];

const cases: readonly Case[] = [
  ["each has its own", "fleet/unique-certificate", fleetOf([{}, {}, {}]), []],
  [
    "certificates that could not be read",
    "fleet/unique-certificate",
    fleetOf([{ fingerprint: undefined }, { fingerprint: undefined }] as never),
    [],
  ],
  [
    "two have one",
    "fleet/unique-certificate",
    fleetOf([{}, twin, twin]),
    ["the same certificate, SHA-256 ffffffffffffffff…, for plant/sensor-2 and plant/sensor-3"],
  ],
  [
    "many have one",
    "fleet/unique-certificate",
    fleetOf(Array.from({ length: 8 }, () => twin)),
    [
      "the same certificate, SHA-256 ffffffffffffffff…, for plant/sensor-1, plant/sensor-2, plant/sensor-3, plant/sensor-4, plant/sensor-5 and 3 more",
    ],
  ],
  ["each has its own", "fleet/unique-common-name", fleetOf([{}, {}]), []],
  ["one certificate for two, another fault", "fleet/unique-common-name", fleetOf([twin, twin]), []],
  [
    "no common name",
    "fleet/unique-common-name",
    fleetOf([{ commonName: undefined }, { commonName: undefined }] as never),
    [],
  ],
  [
    "capitals do not count",
    "fleet/unique-common-name",
    fleetOf([{ commonName: "a.contoso.com" }, { commonName: "A.Contoso.com" }]),
    ['the same common name, "a.contoso.com", in the certificates of plant/sensor-1 and plant/sensor-2'],
  ],
  [
    "two with one certificate, a third with its name",
    "fleet/unique-common-name",
    fleetOf([twin, twin, { commonName: "a.contoso.com" }]),
    ['the same common name, "a.contoso.com", in the certificates of plant/sensor-1, plant/sensor-2 and plant/sensor-3'],
  ],
  ["each has its own", "fleet/unique-key", fleetOf([{}, {}]), []],
  [
    "renewed with the key of another",
    "fleet/unique-key",
    fleetOf([{}, { keyFingerprint: "ab" }, { keyFingerprint: "ab" }]),
    ["the same public key in the certificates of plant/sensor-2 and plant/sensor-3"],
  ],
  [
    "another CA's",
    "fleet/unique-serial-number",
    fleetOf([{ serialNumber: "01" }, { serialNumber: "01", issuer: "CN=B" }]),
    [],
  ],
  [
    "the same CA's",
    "fleet/unique-serial-number",
    fleetOf([{ serialNumber: "01" }, { serialNumber: "01" }]),
    ["the same serial number of the same CA, 01, in different certificates of plant/sensor-1 and plant/sensor-2"],
  ],
  ["each has its own", "fleet/separate-names", fleetOf([{ names: ["a.b.c", "192.0.2.1"] }, { names: ["b.b.c"] }]), []],
  [
    "a name of two",
    "fleet/separate-names",
    fleetOf([{ names: ["a.b.c", "x.b.c"] }, { names: ["b.b.c", "X.b.c"] }]),
    ['"x.b.c" is covered by the certificates of plant/sensor-1 and plant/sensor-2'],
  ],
  [
    "an address of two",
    "fleet/separate-names",
    fleetOf([{ names: ["192.0.2.1"] }, { names: ["192.0.2.1"] }]),
    ['"192.0.2.1" is covered by the certificates of plant/sensor-1 and plant/sensor-2'],
  ],
  [
    "a wildcard over the name of another",
    "fleet/separate-names",
    fleetOf([{ names: ["*.b.c"] }, { names: ["a.b.c"] }, { names: ["a.a.b.c"] }]),
    ['"*.b.c" is covered by the certificates of plant/sensor-1 and plant/sensor-2'],
  ],
  [
    "the common name of both, another fault",
    "fleet/separate-names",
    fleetOf([
      { commonName: "a.b.c", names: ["a.b.c"] },
      { commonName: "A.b.c", names: ["a.b.c"] },
    ]),
    [],
  ],
  ["one a year", "fleet/spread-expiry", fleetOf([{}, {}, {}]), []],
  ["the same week, other CAs", "fleet/spread-expiry", fleetOf([inWeek(3), { ...inWeek(4), issuer: "CN=B" }]), []],
  ["Sunday and Monday", "fleet/spread-expiry", fleetOf([inWeek(7), inWeek(8)]), []],
  ["dates that cannot be read", "fleet/spread-expiry", fleetOf([{ notAfter: "?" }, { notAfter: "?" }]), []],
  [
    "Monday and Sunday",
    "fleet/spread-expiry",
    fleetOf([inWeek(1), inWeek(7), {}]),
    ["2 of 3 certificates of CN=Contoso Issuing CA expire in the week of 2027-03-01"],
  ],
  [
    "a week with less than a tenth",
    "fleet/spread-expiry",
    fleetOf([
      inWeek(1),
      inWeek(2),
      ...Array.from({ length: 19 }, (_, index) => ({ notAfter: `20${50 + index}-06-01T00:00:00Z` })),
    ]),
    [],
  ],
  ["all are there", "fleet/files-present", fleetOf([{}]), []],
  [
    "a file is not",
    "fleet/files-present",
    fleetOf([{}], { unread: [{ name: "b", file: "b.crt", why: "b.crt: no such file" }] }),
    ["b was not checked: b.crt: no such file"],
  ],
  ["other files", "fleet/files-assigned", fleetOf([{}], { strays: [{ file: "notes.txt", kind: "other" }] }), []],
  [
    "a key without a certificate",
    "fleet/files-assigned",
    fleetOf([{}], { strays: [{ file: "old.key", kind: "key" }] }),
    ["a key that belongs to no appliance"],
  ],
  [
    "a certificate that the manifest does not have",
    "fleet/files-assigned",
    fleetOf([{}], { strays: [{ file: "new.crt", kind: "certificate" }], manifest: "fleet.yaml" }),
    ["a certificate that belongs to no appliance of fleet.yaml"],
  ],
];

const askOne = (id: string, fleet: Fleet) =>
  evaluateFleet(
    rules.filter((rule) => rule.id === id),
    fleet,
    exampleContext,
  );

describe("the rules on fleets", () => {
  test.each(cases)("%s: %s", (_, id, fleet, expected) => {
    const [result] = askOne(id, fleet);
    expect(result?.outcome).toBe(expected.length === 0 ? "holds" : "fails");
    expect(result?.findings.map(({ message }) => message)).toEqual(expected);
    for (const { file, fix } of result?.findings ?? []) {
      expect(file).not.toBe("");
      expect(fix).toMatch(/^[A-Z].*\.(?:\n|$)/);
    }
  });

  test.each(rules.map(({ id }) => id))("%s is tested in both directions", (id) => {
    const own = cases.filter(([, rule]) => rule === id).map(([, , , { length }]) => length);
    expect(own).toContain(0);
    expect(own.some((length) => length > 0)).toBe(true);
  });

  test("a finding is at the file of the first, and its commands are for the others", () => {
    const [result] = askOne("fleet/unique-certificate", fleetOf([twin, twin, { ...twin, file: "it's.crt" }]));
    expect(result?.findings[0]).toMatchObject({ file: "plant/sensor-1.crt" });
    expect(result?.findings[0]?.fix.split("\n")).toEqual([
      "Have a certificate of its own issued for each but one.",
      String.raw`openssl req -new -sha256 -utf8 -newkey rsa:2048 -nodes -keyout plant/sensor-2-new.key -out plant/sensor-2.csr -subj "$(openssl x509 -in plant/sensor-2.crt -noout -subject -nameopt sep_multiline,sname,utf8 | sed '1d; s/^ *//; s|^CN=.*|CN=sensor-2.contoso.com|; s|[\\/+]|\\&|g; s|^|/|' | tr -d '\n')" -addext subjectAltName=DNS:sensor-2.contoso.com`,
      String.raw`openssl req -new -sha256 -utf8 -newkey rsa:2048 -nodes -keyout 'it'\''s-new.key' -out 'it'\''s.csr' -subj "$(openssl x509 -in 'it'\''s.crt' -noout -subject -nameopt sep_multiline,sname,utf8 | sed '1d; s/^ *//; s|^CN=.*|CN=NEW-NAME|; s|[\\/+]|\\&|g; s|^|/|' | tr -d '\n')" -addext subjectAltName=DNS:NEW-NAME`,
    ]);
  });

  const lack = missing("sh", "openssl");
  test.skipIf(lack !== "")(`a request has the subject of the certificate, whatever is in it${lack}`, async () => {
    const awkward = 'Müller / "Söhne" + $(id) = x, \\y';
    const subject = sampleSubject.map(([type, value]): AttributeSpec => [type, type === "O" ? awkward : value]);
    const { leaf } = await mintAppliance({ leaf: { subject } });
    const shared = { keyFingerprint: "f".repeat(64), names: ["b.contoso.com", "192.0.2.1", "*.contoso.com"] };
    const [result] = askOne("fleet/unique-key", fleetOf([shared, { ...shared, file: "b.crt" }]));
    const [, command = ""] = result?.findings[0]?.fix.split("\n") ?? [];
    await inFolder({ "b.crt": pem("CERTIFICATE", leaf) }, ({ run }) => {
      run(command);
      const form = "-noout -subject -nameopt RFC2253";
      expect(run(`openssl req -in b.csr ${form}`)).toBe(run(`openssl x509 -in b.crt ${form}`));
      expect(run("openssl req -in b.csr -noout -text")).toContain("DNS:b.contoso.com, IP Address:192.0.2.1\n");
    });
  });
});
