/** Rules on the names a client compares. */
import { names } from "../../src/rules/names.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { type AttributeSpec, type LeafSpec, rawExtension, sampleSubject } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

const named = (commonName: string, more: LeafSpec = {}): LeafSpec => ({
  ...more,
  subject: sampleSubject.map((attribute): AttributeSpec => (attribute[0] === "CN" ? ["CN", commonName] : attribute)),
});

const planned = (value: string, leaf: LeafSpec = {}): BundleSpec => ({
  leaf,
  context: { hosts: [{ kind: /^[\d.]+$|:/.test(value) ? "address" : "name", value }] },
});

/** An extension whose contents are no GeneralNames. */
const brokenNames = rawExtension("2.5.29.17", "0500");

testRules("names", names, [
  ["the common name", "names/subject-alt-name", {}],
  ["in other capitals", "names/subject-alt-name", { leaf: { names: ["SENSOR.contoso.com"] } }],
  ["a wildcard that covers it", "names/subject-alt-name", { leaf: { names: ["*.contoso.com"] } }],
  ["a wildcard in both", "names/subject-alt-name", { leaf: named("*.contoso.com", { names: ["*.contoso.com"] }) }],
  [
    "none at all",
    "names/subject-alt-name",
    { leaf: { names: null } },
    ["the certificate has no subject alternative name"],
  ],
  [
    "another name",
    "names/subject-alt-name",
    { leaf: { names: ["sensor2.contoso.com", "console.contoso.com"] } },
    ['"sensor.contoso.com" is not among the alternative names: sensor2.contoso.com, console.contoso.com'],
  ],
  [
    "an address alone",
    "names/subject-alt-name",
    { leaf: { names: null, addresses: ["10.1.0.7"] } },
    ['"sensor.contoso.com" is not among the alternative names: no DNS names'],
  ],
  [
    "a wildcard of another depth",
    "names/subject-alt-name",
    { leaf: { names: ["*.plant.contoso.com"] } },
    ['"sensor.contoso.com" is not among the alternative names: *.plant.contoso.com'],
  ],
  [
    "a wildcard in the common name alone",
    "names/subject-alt-name",
    {
      leaf: named("*.contoso.com", { names: ["sensor.contoso.com"] }),
    },
    ['"*.contoso.com" is not among the alternative names: sensor.contoso.com'],
  ],
  ["a common name that is none has a rule of its own", "names/subject-alt-name", { leaf: named("Sensor in plant 3") }],
  [
    "broken",
    "names/subject-alt-name",
    { leaf: { names: null, more: [brokenNames] } },
    ["the subject alternative name cannot be decoded: subjectAltName expected, found tag 0x05"],
  ],

  ["nothing planned", "names/covers-host", {}, { skipped: "no planned name or address was given" }],
  ["the planned name", "names/covers-host", planned("sensor.contoso.com")],
  ["in other capitals, with a final dot", "names/covers-host", planned("Sensor.Contoso.com.")],
  [
    "the planned name through a wildcard",
    "names/covers-host",
    planned("sensor.contoso.com", { names: ["*.contoso.com"] }),
  ],
  ["the common name, if there is nothing else", "names/covers-host", planned("sensor.contoso.com", { names: null })],
  [
    "the common name does not count beside others",
    "names/covers-host",
    planned("sensor.contoso.com", { names: ["a.contoso.com"] }),
    ['the planned name "sensor.contoso.com" is not covered; the certificate has a.contoso.com'],
  ],
  [
    "another name",
    "names/covers-host",
    planned("sensor7.contoso.com"),
    ['the planned name "sensor7.contoso.com" is not covered; the certificate has sensor.contoso.com'],
  ],
  [
    "a wildcard covers one label only",
    "names/covers-host",
    planned("a.b.contoso.com", { names: ["*.contoso.com"] }),
    ['the planned name "a.b.contoso.com" is not covered; the certificate has *.contoso.com'],
  ],
  ["the planned address", "names/covers-host", planned("10.1.0.7", { addresses: ["10.1.0.7"] })],
  ["an IPv6 address in another notation", "names/covers-host", planned("FD00:0:0::7", { addresses: ["fd00::7"] })],
  [
    "another address",
    "names/covers-host",
    planned("10.1.0.8", { addresses: ["10.1.0.7"] }),
    ['the planned address "10.1.0.8" is not covered; the certificate has 10.1.0.7'],
  ],
  [
    "no address",
    "names/covers-host",
    planned("10.1.0.8"),
    ['the planned address "10.1.0.8" is not covered; the certificate has no address'],
  ],
  [
    "an address in the common name is for no client",
    "names/covers-host",
    planned("10.1.0.7", named("10.1.0.7", { names: null })),
    ['the planned address "10.1.0.7" is not covered; the certificate has no address'],
  ],
  [
    "no name",
    "names/covers-host",
    planned("sensor.contoso.com", { subject: [["C", "US"]], names: null }),
    ['the planned name "sensor.contoso.com" is not covered; the certificate has no name'],
  ],
  [
    "one of two",
    "names/covers-host",
    {
      leaf: { addresses: ["10.1.0.7"] },
      context: {
        hosts: [
          { kind: "name", value: "sensor.contoso.com" },
          { kind: "address", value: "10.1.0.8" },
        ],
      },
    },
    ['the planned address "10.1.0.8" is not covered; the certificate has 10.1.0.7'],
  ],
]);
