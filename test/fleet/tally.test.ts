/** Tallies: those of the parts of a fleet add up to that of the whole. */
import { expect, test } from "vitest";
import { rowOf } from "../../src/fleet/row.ts";
import { emptyTally, joinTallies, type Tally, tallyOf } from "../../src/fleet/tally.ts";
import type { BundleReport } from "../../src/report/report.ts";
import { madeResult } from "../support/report.ts";
import { bundleOf, certificateOf } from "../reporters/fleet/made-up.ts";

const noKey = { what: "the private key", why: "no key was given" };
const reports = [
  bundleOf("a"),
  bundleOf("b", { notChecked: [noKey, { what: "revocation", why: "no CRL of http://a.example/" }] }),
  bundleOf("c", { notChecked: [noKey, { what: "revocation", why: "no CRL of http://b.example/" }] }),
  bundleOf("d", {
    verdict: "refused",
    messages: ["expired"],
    certificate: certificateOf("d", "2025-05-30T00:00:00Z"),
    results: [madeResult()],
  }),
  bundleOf("e", { notChecked: [{ what: "revocation", why: "no CRL of http://a.example/" }] }),
];

const talliesOf = (some: readonly BundleReport[]): Tally =>
  tallyOf(
    some.map((one) => rowOf(one, "error")),
    some,
  );

test("a tally has how many came to what, and a reason where all have one", () => {
  expect(talliesOf(reports)).toMatchObject({
    appliances: 5,
    verdicts: { ready: 4, refused: 1 },
    messages: { expired: 1 },
    months: { "2025-05": 1, "2027-05": 4 },
    exitCode: 1,
  });
  expect([...talliesOf(reports).notChecked]).toEqual([
    ["the private key", { count: 2, why: "no key was given" }],
    ["revocation", { count: 3 }],
  ]);
});

test.each(reports.map((_, index) => index))("parted after %i, it is the same", (index) => {
  const joined = joinTallies(talliesOf(reports.slice(0, index)), talliesOf(reports.slice(index)));
  expect(joined).toEqual(talliesOf(reports));
  expect(joinTallies(emptyTally, joined)).toEqual(joined);
});
