/** The verb `fleet`: many appliances, and what must differ between them. */
import { findConfiguration } from "../configuration/configure.ts";
import { UsageError } from "../errors.ts";
import type { Appliance } from "../fleet/appliance.ts";
import { discover } from "../fleet/discovery.ts";
import { dispatch } from "../fleet/dispatch.ts";
import type { Unread } from "../bundle/fleet.ts";
import { type FleetRun, type Gathered, reportFleet } from "../fleet/report.ts";
import { rowStore } from "../fleet/rows.ts";
import { emptyTally, joinTallies } from "../fleet/tally.ts";
import { formatInstant } from "../pki/time.ts";
import { applianceRules, fleetRules } from "../rules/index.ts";
import type { System } from "../system/system.ts";
import { hire } from "./crew.ts";
import { crlsOfFleet } from "./fleet-crls.ts";
import type { Checked, FleetSetup } from "./fleet-checker.ts";
import { filesForAll, passphraseForAll, requirePlacesOfFleet } from "./fleet-inputs.ts";
import { beginReports, type FleetOutput, type Reports } from "./fleet-outputs.ts";
import { contextOf, measures } from "./judge.ts";
import type { CheckOptions } from "./options.ts";
import { progressBar } from "./progress.ts";

/** The options of `fleet`: those of `check` that make sense for many, and which part of the fleet is meant. */
export interface FleetOptions extends Omit<CheckOptions, "format"> {
  readonly format?: readonly FleetOutput[];
  /** Such as 3/8. */
  readonly shard?: string;
  /** Threads that check; as many as the machine runs at once, if absent. */
  readonly threads?: number;
}

/** The exit code of a run that was interrupted, as shells have it. */
export const EXIT_INTERRUPTED = 130;

/** Checks the appliances of a fleet, writes the reports, and says the exit code. @throws UsageError */
export async function checkFleet(
  operands: readonly string[],
  { format: outputs = [{ format: "human" }], shard, threads, passin, ...given }: FleetOptions,
  system: System,
): Promise<number> {
  system.preferMemory();
  const configured = await findConfiguration(given.config, system);
  const now = given.at ?? system.now();
  const measureOf = measures(given, configured, system, [...applianceRules, ...fleetRules]);
  const measure = measureOf("");
  const used = filesForAll({ ...given, ...(passin !== undefined && { passin }) }, configured, system);
  const written = outputs.flatMap(({ file }) => file ?? []);
  const found = await discover(operands, { used, written, manifests: true }, system);
  const { strays, manifests } = found;
  const appliances = partOf(found.appliances, shard);
  if (found.appliances.length === 0)
    throw new UsageError(
      "nothing to check: no certificate was found",
      "they are called .crt or .cer; a manifest can name others",
    );
  requirePlacesOfFleet(outputs, found, used, system);
  const { options } = measure;
  const run: FleetRun = {
    at: formatInstant(now),
    edition: options.edition,
    failOn: options.failOn,
    folder: system.folder,
    ...(configured && { configuration: configured.file }),
  };
  const passphrase = await passphraseForAll(passin, system);
  const crls = await crlsOfFleet(appliances, measureOf, now, system);
  const reports = await beginReports(outputs, run, system);
  const setup: FleetSetup = {
    given,
    ...(configured && { configured }),
    ...(passphrase !== undefined && { passphrase }),
    now,
    formats: reports.perAppliance,
    ...(crls && { crls }),
  };
  const total = appliances.length;
  let isStopped = false;
  const letGo = system.onInterrupt(() => (isStopped = true), reports.discard);
  try {
    const { done, ...checked } = await checkAll([...appliances], setup, reports, threads, () => isStopped, system);
    const isCut = done < total;
    const context = contextOf(measure, { now, system }, { certificate: "", all: [] });
    const report = reportFleet(
      {
        ...checked,
        strays,
        ...(manifests.length > 0 && { manifest: manifests.join(", ") }),
        ...(shard !== undefined && { shard }),
        ...(isCut && { interrupted: total }),
      },
      run,
      context,
      measure.selection,
    );
    await reports.end(report, options);
    if (!isCut) return report.exitCode;
    system.complain(`certcheck: interrupted: ${done} of ${total} appliances were checked\n`);
    return EXIT_INTERRUPTED;
  } catch (error) {
    reports.discard();
    throw error;
  } finally {
    letGo();
  }
}

/** Checks all appliances until it is stopped, and adds what formats say of them; the list is emptied meanwhile. */
async function checkAll(
  appliances: (Appliance | undefined)[],
  setup: FleetSetup,
  reports: Reports,
  threads: number | undefined,
  isStopped: () => boolean,
  system: System,
): Promise<Pick<Gathered, "rows" | "tally" | "unread" | "waivers"> & { readonly done: number }> {
  const rows = rowStore();
  const unread: Unread[] = [];
  let tally = emptyTally;
  const progress = progressBar(appliances.length, system);
  const deliver = (checked: Checked, done: number): void => {
    rows.add(checked.rows);
    unread.push(...checked.unread);
    tally = joinTallies(tally, checked.tally);
    reports.add(checked.texts);
    progress.show(done);
  };
  try {
    const crew = await hire(setup, threads ?? system.parallelism(), appliances.length, system);
    const done = await dispatch(appliances, crew.lanes, deliver, isStopped);
    const waivers = await crew.dismiss();
    return { done, rows, tally, unread, ...(waivers && { waivers }) };
  } finally {
    progress.end();
  }
}

/** The appliances of a part: each n-th, so that all parts are of a size wherever the work lies. */
function partOf(appliances: readonly Appliance[], shard: string | undefined): readonly Appliance[] {
  if (shard === undefined) return appliances;
  const [part = 1, parts = 1] = shard.split("/").map(Number);
  return appliances.filter((_, index) => index % parts === part - 1);
}
