/** Rules that a configuration makes. */
import type { Requirements } from "../../src/rule.ts";
import { policy } from "../../src/rules/policy.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { type LeafSpec, sampleSubject } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

const required = (requirements: Requirements, leaf: LeafSpec = {}): BundleSpec => ({
  leaf,
  context: { requirements },
});

const notRequired = { skipped: "no configuration requires it" };

testRules("policy", policy, [
  ...policy.map(({ id }) => [`nothing required`, id, {}, notRequired] as const),

  ["the common name", "policy/issuer", required({ issuers: ["Other CA", "Contoso Issuing CA"] })],
  ["a pattern, in other capitals", "policy/issuer", required({ issuers: ["contoso *"] })],
  ["the whole name", "policy/issuer", required({ issuers: ["C=US, O=Contoso Ltd, CN=*"] })],
  [
    "another issuer",
    "policy/issuer",
    required({ issuers: ["Contoso CA", "Other CA"] }),
    ['issued by "Contoso Issuing CA"; allowed are Contoso CA, Other CA'],
  ],

  ["all names", "policy/names", required({ names: ["*.contoso.com"] }, { names: ["a.contoso.com", "b.contoso.com"] })],
  ["each by a pattern of its own", "policy/names", required({ names: ["sensor.*", "a.*"] }, { names: ["a.b"] })],
  ["an address is no name", "policy/names", required({ names: ["*.contoso.com"] }, { addresses: ["192.0.2.17"] })],
  [
    "an alternative name",
    "policy/names",
    required({ names: ["*.contoso.com"] }, { names: ["sensor.contoso.com", "sensor.example.org"] }),
    ['"sensor.example.org": not of the form *.contoso.com'],
  ],
  [
    "the common name, which is an alternative name as well",
    "policy/names",
    required({ names: ["*.ot.contoso.com", "*.lab"] }),
    ['"sensor.contoso.com": not of the form *.ot.contoso.com or *.lab'],
  ],

  ["the attributes", "policy/subject", required({ subject: { O: ["Contoso*"], C: ["DE", "us"] } })],
  [
    "another value, and none",
    "policy/subject",
    required(
      { subject: { O: ["Contoso GmbH", "Contoso AG"], ST: ["*"] } },
      { subject: sampleSubject.filter(([type]) => type !== "ST") },
    ),
    ['the subject has O "Contoso Ltd"; required is Contoso GmbH or Contoso AG', "the subject has no ST; required is *"],
  ],

  [
    "as many days",
    "policy/lifetime",
    required({ maximumLifetimeDays: 365 }, { notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:00Z" }),
  ],
  [
    "a second more",
    "policy/lifetime",
    required({ maximumLifetimeDays: 365 }, { notBefore: "2026-01-01T00:00:00Z", notAfter: "2027-01-01T00:00:01Z" }),
    ["valid for 366 days, 2026-01-01 to 2027-01-01; at most 365 are allowed"],
  ],

  ["as many bits", "policy/key-size", required({ minimumKeySize: 2048 })],
  ["another algorithm", "policy/key-size", required({ minimumKeySize: 2048 }, { key: "leaf-p256" })],
  [
    "fewer",
    "policy/key-size",
    required({ minimumKeySize: 4096 }),
    ["the key has 2048 bits; at least 4096 are required"],
  ],
]);
