/** Checks the appliances of a fleet, in this thread or in another; what comes of it is text, or plain data. */
import type { Configured } from "../configuration/configure.ts";
import type { Crls } from "../bundle/crl-source.ts";
import { UsageError } from "../errors.ts";
import type { Appliance } from "../fleet/appliance.ts";
import type { Unread } from "../bundle/fleet.ts";
import type { FleetRun } from "../fleet/report.ts";
import { hasFailed, rowOf, type Row } from "../fleet/row.ts";
import { pack, type PackedRow } from "../fleet/rows.ts";
import { type Tally, tallyOf } from "../fleet/tally.ts";
import { gather } from "../gather/gather.ts";
import { formatDay, formatInstant } from "../pki/time.ts";
import type { BundleReport, WaiverState } from "../report/report.ts";
import { type FleetFormat, fleetReporters } from "../reporters/fleet/index.ts";
import type { FleetReporter } from "../reporters/fleet/reporter.ts";
import type { System } from "../system/system.ts";
import { waiverBook } from "../report/waive.ts";
import { sharedFiles } from "./shared-files.ts";
import {
  complainOfBroken,
  filesOfAppliance,
  handshakeOf,
  judge,
  type Measure,
  measures,
  placesOf,
  waiverNames,
} from "./judge.ts";
import type { CheckOptions } from "./options.ts";

/** What all threads are told at their start: plain data that can be copied. */
export interface FleetSetup {
  readonly given: CheckOptions;
  readonly configured?: Configured;
  /** The passphrase of all keys whose appliance has no source of its own, as `--passin` takes it. */
  readonly passphrase?: string;
  /** The time judged, in milliseconds since 1970. */
  readonly now: number;
  /** Formats that have something to say of each appliance. */
  readonly formats: readonly FleetFormat[];
  /** What was fetched for all of them; absent if nobody asked. */
  readonly crls?: Crls;
}

/** What came of some appliances. */
export interface Checked {
  /** A row of each. */
  readonly rows: readonly PackedRow[];
  readonly tally: Tally;
  readonly unread: readonly Unread[];
  /** What each format says of them, in the order of the formats. */
  readonly texts: readonly (readonly string[])[];
}

/** Checks some appliances at a time. */
export interface Checker {
  readonly check: (appliances: readonly Appliance[]) => Promise<Checked>;
  /** What came of the configuration's waivers so far. */
  readonly waivers: () => readonly WaiverState[] | undefined;
}

/** Makes a checker. */
export async function fleetChecker(setup: FleetSetup, world: System): Promise<Checker> {
  // Node looks up each variable anew, which takes as long as a rule.
  const system: System = { ...world, env: { ...world.env } };
  const { given, configured, now, formats, crls } = setup;
  const measureOf = measures(given, configured, system);
  const reporters = await Promise.all(formats.map((format) => fleetReporters[format]()));
  const entries = configured?.configuration.waivers;
  const book = configured && entries ? waiverBook(entries, waiverNames(configured, system), formatDay(now)) : undefined;
  const files = sharedFiles(system);
  const at = formatInstant(now);
  const { folder } = system;
  const overall = weightsOf(measureOf(""));

  async function checkOne(appliance: Appliance, measure: Measure): Promise<BundleReport> {
    const { name, key, hosts, owner, obstacle } = appliance;
    if (obstacle !== undefined) throw new UsageError(obstacle);
    const passphrase = appliance.passphrase ?? setup.passphrase;
    const operands = {
      ...filesOfAppliance(appliance, measure.options),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
      // Online or not: a handshake takes longer than all the rest.
      ...handshakeOf(measure.options, measure.options.handshake),
      ...(crls && placesOf(measure.options) && { crls }),
    };
    const bundle = await gather(operands, now, system, files);
    const judged = judge(bundle, measure, { now, hosts, system, details: false });
    if (given.debug) complainOfBroken(judged, system);
    const report = { ...judged, name, ...(owner !== undefined && { owner }) };
    return book ? book.cover(report) : report;
  }

  return {
    waivers: () => book?.states(),
    async check(appliances) {
      const rows: Row[] = [];
      const gaps: Pick<BundleReport, "notChecked">[] = [];
      const unread: Unread[] = [];
      const texts = reporters.map((): string[] => []);
      const keepTexts = (write: (reporter: FleetReporter) => string | undefined): void => {
        for (const [index, reporter] of reporters.entries()) texts[index]?.push(write(reporter) ?? "");
      };
      for (const appliance of appliances) {
        const measure = measureOf(appliance.certificate);
        const run: FleetRun = {
          at,
          ...weightsOf(measure),
          overall,
          folder,
          ...(configured && { configuration: configured.file }),
        };
        try {
          const report = withFailures(await checkOne(appliance, measure));
          rows.push(rowOf(report, run.failOn));
          // Not the report: of a batch, all would be held.
          gaps.push({ notChecked: report.notChecked });
          keepTexts((reporter) => reporter.appliance?.(report, run));
        } catch (error) {
          const one = unreadOf(appliance, error);
          unread.push(one);
          keepTexts((reporter) => reporter.unread?.(one, run));
        }
      }
      return { rows: rows.map(pack), tally: tallyOf(rows, gaps), unread, texts };
    },
  };
}

const weightsOf = ({ options: { edition, failOn } }: Measure): Pick<FleetRun, "edition" | "failOn"> => ({
  edition,
  failOn,
});

/** Why an appliance could not be judged. An error of certcheck's own is told, and does not keep the others from being checked. */
function unreadOf({ name, certificate: file }: Appliance, error: unknown): Unread {
  if (error instanceof UsageError) return { name, file, why: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { name, file, why: `an error of certcheck itself, please report it: ${message}`, isBroken: true };
}

/** The report without the rules that hold or were not asked, which are nearly all, and nearly the same for each. */
const withFailures = (report: BundleReport): BundleReport => ({
  ...report,
  results: report.results.filter(hasFailed),
});
