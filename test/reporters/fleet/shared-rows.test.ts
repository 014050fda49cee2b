/** What appliances share, told with each of them. */
import { expect, test } from "vitest";
import { READY, WEIGHTY } from "../../../src/fleet/row.ts";
import type { FleetReport } from "../../../src/fleet/report.ts";
import { withShared } from "../../../src/reporters/fleet/shared-rows.ts";
import { madeResult } from "../../support/report.ts";
import { bundleOf, fleetOf } from "./made-up.ts";

const like = (name: string, other: string): ReturnType<typeof bundleOf> => ({ ...bundleOf(other), name });
const bundles = [bundleOf("a"), like("b", "a"), bundleOf("c"), like("d", "a"), bundleOf("e")];
const sameCertificate = madeResult({ rule: "fleet/unique-certificate" });

const seen = (more: Partial<FleetReport>): unknown[] => {
  const rows = withShared(fleetOf(bundles, more).report);
  return Array.from({ length: rows.length }, (_, place) => [
    rows.rankAt(place),
    ...rows.at(place).failures.map(({ rule, message }) => `${rule}: ${message}`),
  ]);
};

const sharers = (rank: number): unknown[] => [
  [rank, "fleet/unique-certificate: certificate shared with b and 1 more"],
  [rank, "fleet/unique-certificate: certificate shared with a and 1 more"],
  [READY],
  [rank, "fleet/unique-certificate: certificate shared with a and 1 more"],
  [READY],
];

test.each([
  ["an error", { results: [sameCertificate] }, sharers(WEIGHTY - 1)],
  ["an error that does not count", { results: [sameCertificate], failOn: "never" as const }, sharers(WEIGHTY)],
  ["a note", { results: [{ ...sameCertificate, severity: "info" as const }] }, sharers(READY)],
  ["not asked", { results: [{ ...sameCertificate, outcome: "skipped" as const }] }, bundles.map(() => [READY])],
])("%s", (_, more, expected) => {
  expect(seen(more)).toEqual(expected);
});

test("what fails of an appliance itself stands with it, and says more of it than what it shares", () => {
  const own = madeResult({ rule: "key/belongs-to-certificate", refusal: "failed" });
  const refused = { ...bundleOf("a"), verdict: "refused" as const, results: [own] };
  const rows = withShared(fleetOf([refused, like("b", "a")], { results: [sameCertificate] }).report);
  expect(rows.rankAt(0)).toBeLessThan(rows.rankAt(1));
  expect(rows.at(0).failures.map(({ rule }) => rule)).toEqual([
    "key/belongs-to-certificate",
    "fleet/unique-certificate",
  ]);
});
