/** A report on a fleet of everything that there can be in one, and reports on fleets as a run writes them: in pieces. */
import { plainStyle } from "../../../src/reporters/style.ts";
import type { Unread } from "../../../src/bundle/fleet.ts";
import type { FleetReport } from "../../../src/fleet/report.ts";
import { rowOf } from "../../../src/fleet/row.ts";
import { pack, rowStore } from "../../../src/fleet/rows.ts";
import { worse, tallyOf } from "../../../src/fleet/tally.ts";
import { type BundleReport, exitCode, verdicts } from "../../../src/report/report.ts";
import { type FleetFormat, fleetReporters } from "../../../src/reporters/fleet/index.ts";
import type { FleetReporter } from "../../../src/reporters/fleet/reporter.ts";
import type { Style } from "../../../src/reporters/style.ts";
import { madeUpReport, PLACE, refusedBundle, resultOf } from "../made-up.ts";

/** A fleet before it is reported on: what a run knows of each appliance, and the rest. */
export interface MadeFleet {
  readonly bundles: readonly BundleReport[];
  readonly report: FleetReport;
}

/** A fleet of these appliances; what is not given goes with them. */
export function fleetOf(bundles: readonly BundleReport[], more: Partial<FleetReport> = {}): MadeFleet {
  const { failOn = "error", results = [], unread = [] } = more;
  const rows = rowStore();
  const all = bundles.map((bundle) => rowOf(bundle, failOn));
  rows.add(all.map(pack));
  const tally = tallyOf(all, bundles);
  const report: FleetReport = {
    at: "2026-11-21T00:00:00Z",
    edition: "2023",
    failOn,
    folder: "/ci/work",
    rows,
    tally,
    verdict: verdicts.find((verdict) => tally.verdicts[verdict]) ?? "ready",
    exitCode: worse(tally.exitCode, exitCode(results, failOn)),
    results,
    unread,
    strays: [],
    ...more,
  };
  return { bundles, report };
}

/** An appliance by its name, as a run has it: with what fails alone. By default it is ready. */
export const bundleOf = (name: string, more: Partial<BundleReport> = {}): BundleReport => ({
  name,
  verdict: "ready",
  messages: [],
  files: [
    { file: `${name}.crt`, slot: "certificate", kind: "certificate", details: [], sha256: undefined },
    { file: `${name}.key`, slot: "key", kind: "private key", details: [], sha256: undefined },
    { file: "ca.pem", slot: "chain", kind: "CA certificate", details: [], sha256: undefined },
  ],
  certificate: certificateOf(name, "2027-05-30T00:00:00Z"),
  notChecked: [],
  results: [],
  ...more,
});

/** Public facts of a certificate. */
export function certificateOf(name: string, notAfter: string): NonNullable<BundleReport["certificate"]> {
  const { certificate } = refusedBundle(name);
  if (certificate === undefined) throw new Error("it has one");
  const fingerprint = Buffer.from(name).toString("hex").slice(-64).padStart(64, "0");
  return { ...certificate, notAfter, fingerprint, keyFingerprint: fingerprint };
}

/** What a line of JSON has of an appliance. */
function asInLine({
  name,
  owner,
  verdict,
  messages,
  files,
  certificate,
  notChecked,
  results,
}: BundleReport): BundleReport {
  return {
    name,
    verdict,
    messages,
    files,
    notChecked,
    results: results.filter(({ outcome }) => outcome === "fails" || outcome === "broken"),
    ...(owner !== undefined && { owner }),
    ...(certificate && { certificate }),
  };
}

/** A report of everything, with a text in each place that takes one. */
export const madeUpFleet = (text = PLACE, more: Partial<FleetReport> = {}): MadeFleet => {
  const { waivers = [] } = madeUpReport(text);
  const refused = asInLine(refusedBundle(text));
  return fleetOf(
    [
      { ...refused, owner: text },
      { ...bundleOf(text), name: text },
      bundleOf(text, { owner: text, results: [resultOf("hygiene/clean", text, { severity: "warning" })] }),
      bundleOf(text, { results: [resultOf("key/fast", text, { severity: "info" })] }),
      bundleOf(text, { certificate: certificateOf(text, text) }),
    ],
    {
      configuration: text,
      waivers,
      manifest: text,
      interrupted: 7,
      incomplete: [text, text],
      unread: [{ name: text, file: text, why: text }],
      strays: [
        { file: text, kind: "key" },
        { file: text, kind: "other" },
      ],
      results: [
        resultOf("fleet/unique-certificate", text),
        resultOf("fleet/separate-names", text, { severity: "warning" }),
        resultOf("fleet/spread-expiry", text, { severity: "info" }),
        resultOf("fleet/unique-key", text, { outcome: "broken", reason: text, findings: [] }),
        resultOf("fleet/unique-common-name", text, { outcome: "skipped", reason: text, findings: [] }),
        resultOf("fleet/unique-serial-number", text, { outcome: "holds", findings: [] }),
      ],
      ...more,
    },
  );
};

/** The whole of a report, put together as a run does. */
export async function write(
  format: FleetFormat,
  { bundles, report }: MadeFleet,
  style: Partial<Style> = {},
): Promise<string> {
  const reporter: FleetReporter = await fleetReporters[format]();
  const unread = report.unread.map((one: Unread) => reporter.unread?.(one, report));
  const said = [...bundles.map((bundle) => reporter.appliance?.(asInLine(bundle), report)), ...unread].flatMap((text) =>
    text === undefined || text === "" ? [] : [text],
  );
  const end = reporter.end(report, { ...plainStyle, folder: report.folder, ...style }, said.length === 0);
  return (reporter.begin?.(report) ?? "") + said.join(reporter.separator ?? "") + end;
}
