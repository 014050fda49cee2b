/** Rules on the certificate's own dates. */
import { validity } from "../../src/rules/validity.ts";
import { NOW } from "../support/bundle.ts";
import { mintAppliance, pem } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

const second = 1000;
const day = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();

/** A certificate whose notAfter is 31 November: no time at all. */
const impossible = async (): Promise<string> => {
  const { leaf } = await mintAppliance({ leaf: { notAfter: "2026-11-30T00:00:00Z" } });
  leaf.write("261131000000Z", leaf.indexOf("261130000000Z"), "latin1");
  return pem("CERTIFICATE", leaf);
};

testRules("validity", validity, [
  ["UTCTime", "validity/readable", {}],
  ["GeneralizedTime", "validity/readable", { leaf: { notAfter: "2051-01-01T00:00:00Z" } }],
  [
    "31 November",
    "validity/readable",
    { files: { "sensor.crt": await impossible() } },
    ['notAfter is not a date: "261131000000Z"'],
  ],

  ["begun long ago", "validity/begun", {}],
  ["begins now", "validity/begun", { leaf: { notBefore: iso(NOW) } }],
  ["began a second ago", "validity/begun", { leaf: { notBefore: iso(NOW - second) } }],
  [
    "begins in a second",
    "validity/begun",
    { leaf: { notBefore: iso(NOW + second) } },
    ["not valid before 2026-11-21, less than a day from now"],
  ],
  [
    "begins tomorrow",
    "validity/begun",
    { leaf: { notBefore: "2026-11-22" } },
    ["not valid before 2026-11-22, 1 day from now"],
  ],
  [
    "validation is off, and dates count all the same",
    "validity/begun",
    { leaf: { notBefore: "2027-05-30" }, context: { validation: false } },
    ["not valid before 2027-05-30, 190 days from now"],
  ],

  ["valid for long", "validity/not-expired", {}],
  ["valid for another second", "validity/not-expired", { leaf: { notAfter: iso(NOW + second) } }],
  [
    "ends now: the last second is expired for OpenSSL",
    "validity/not-expired",
    { leaf: { notAfter: iso(NOW) } },
    ["expired on 2026-11-21, less than a day ago"],
  ],
  [
    "ended a second ago",
    "validity/not-expired",
    { leaf: { notAfter: iso(NOW - second) } },
    ["expired on 2026-11-20, less than a day ago"],
  ],
  [
    "ended yesterday",
    "validity/not-expired",
    { leaf: { notAfter: "2026-11-20" } },
    ["expired on 2026-11-20, 1 day ago"],
  ],
  [
    "ended last year",
    "validity/not-expired",
    { leaf: { notBefore: "2024-01-01", notAfter: "2025-11-21" } },
    ["expired on 2025-11-21, 365 days ago"],
  ],
  [
    "validation is off",
    "validity/not-expired",
    { leaf: { notAfter: "2026-11-20" }, context: { validation: false } },
    ["expired on 2026-11-20, 1 day ago"],
  ],
  [
    "a date that cannot be read has a rule of its own",
    "validity/not-expired",
    { files: { "sensor.crt": await impossible() } },
  ],
  [
    "nothing to read",
    "validity/not-expired",
    { files: { "sensor.crt": "?" } },
    { skipped: "no certificate could be read" },
  ],

  ["30 days left", "validity/not-expiring-soon", { leaf: { notAfter: iso(NOW + 30 * day) } }],
  [
    "a second less than 30 days left",
    "validity/not-expiring-soon",
    { leaf: { notAfter: iso(NOW + 30 * day - second) } },
    ["expires on 2026-12-20, in 29 days"],
  ],
  [
    "a second left",
    "validity/not-expiring-soon",
    { leaf: { notAfter: iso(NOW + second) } },
    ["expires on 2026-11-21, in less than a day"],
  ],
  ["expired, which has a rule of its own", "validity/not-expiring-soon", { leaf: { notAfter: iso(NOW) } }],
  [
    "60 days asked for",
    "validity/not-expiring-soon",
    { leaf: { notAfter: iso(NOW + 31 * day) }, context: { warnDays: 60 } },
    ["expires on 2026-12-22, in 31 days"],
  ],
  [
    "no days asked for",
    "validity/not-expiring-soon",
    { leaf: { notAfter: iso(NOW + second) }, context: { warnDays: 0 } },
  ],
]);
