/** The verb `fleet merge`: the results of the parts of a fleet, put together as if one run had made them. */
import { findConfiguration } from "../configuration/configure.ts";
import { UsageError } from "../errors.ts";
import type { Stray, Unread } from "../bundle/fleet.ts";
import type { PartEnd } from "../fleet/line.ts";
import { mergeLines, type PlacedLine } from "../fleet/merge.ts";
import { assembly } from "../fleet/parts.ts";
import { type FleetRun, type Gathered, reportFleet } from "../fleet/report.ts";
import { rowOf } from "../fleet/row.ts";
import { pack, rowStore } from "../fleet/rows.ts";
import { emptyTally, joinTallies, tallyOf } from "../fleet/tally.ts";
import type { WaiverState } from "../report/report.ts";
import { fleetReporters } from "../reporters/fleet/index.ts";
import type { FleetReporter } from "../reporters/fleet/reporter.ts";
import type { System } from "../system/system.ts";
import { joinStates } from "../report/waive.ts";
import { EXIT_INTERRUPTED, type FleetOptions } from "./fleet.ts";
import { beginReports } from "./fleet-outputs.ts";
import { contextOf, measures } from "./judge.ts";
import { requireOwnPlaces } from "./outputs.ts";

/** Joins the parts, writes the reports, and says the exit code. @throws UsageError, also if a part is missing, after the reports */
export async function mergeFleet(
  files: readonly string[],
  { format: outputs = [{ format: "human" }], ...given }: FleetOptions,
  system: System,
): Promise<number> {
  system.preferMemory();
  const configured = await findConfiguration(given.config, system);
  requireOwnPlaces(outputs, [...files, ...(configured ? [configured.file] : [])], system);
  const cut = new Set<string>();
  const parts = files.map((name) => ({ name, pieces: system.readPieces(name === "-" ? 0 : name) }));
  const lines = mergeLines(parts, (file) => void cut.add(file));
  const first = lines.next();
  if (first.done)
    throw new UsageError(
      "nothing to merge: the files have no results",
      "certcheck fleet … --format jsonl=part.jsonl writes them",
    );
  // What fails the run is what failed its parts, unless this command line says otherwise.
  const { edition, failOn } = first.value.run.overall;
  const measure = measures({ failOn, ...given, edition }, configured, system)("");
  const { folder } = system;
  const overall = { edition, failOn: measure.options.failOn };
  const run: FleetRun = { ...first.value.run, ...overall, folder };
  const reports = await beginReports(outputs, run, system);
  const reporters = await Promise.all(reports.perAppliance.map((format) => fleetReporters[format]()));

  const rows = rowStore();
  const unread: Unread[] = [];
  const whole = assembly(files);
  let tally = emptyTally;
  const add = (line: PlacedLine): void => {
    whole.add(line);
    const own = { ...line.run, folder, ...(given.failOn !== undefined && { failOn: given.failOn }), overall };
    if (line.kind === "unread") unread.push(line.unread);
    if (line.kind === "appliance") {
      const row = rowOf(line.report, own.failOn);
      rows.add([pack(row)]);
      tally = joinTallies(tally, tallyOf([row], [line.report]));
    }
    reports.add(reporters.map((reporter) => [pieceOf(reporter, line, own) ?? ""]));
  };
  let isStopped = false;
  const letGo = system.onInterrupt(() => (isStopped = true), reports.discard);
  try {
    let count = 0;
    for (const line of chained(first.value, lines)) {
      add(line);
      // Interruptions are noticed in between.
      if (++count % LINES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      if (isStopped) {
        reports.discard();
        system.complain("certcheck: interrupted\n");
        return EXIT_INTERRUPTED;
      }
    }
    const incomplete = whole.lacks(cut);
    const gathered = { rows, tally, unread, ...joinEnds(whole.ends), ...(incomplete.length > 0 && { incomplete }) };
    const context = contextOf(measure, { now: Date.parse(run.at), system }, { certificate: "", all: [] });
    const report = reportFleet(gathered, run, context, measure.selection);
    await reports.end(report, measure.options);
    if (incomplete.length === 0) return report.exitCode;
    throw new UsageError(`the results are not complete: ${incomplete.join("; ")}`, "check the missing parts again");
  } catch (error) {
    reports.discard();
    throw error;
  } finally {
    letGo();
  }
}

/** Lines that are put together at a time. */
const LINES_AT_ONCE = 500;

function* chained<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}

/** What a format says of a line. */
function pieceOf(reporter: FleetReporter, line: PlacedLine, run: FleetRun): string | undefined {
  if (line.kind === "appliance") return reporter.appliance?.(line.report, run);
  return line.kind === "unread" ? reporter.unread?.(line.unread, run) : undefined;
}

/** What the ends of the parts say together. Each part knows all files that belong to no appliance. */
function joinEnds(ends: readonly PartEnd[]): Pick<Gathered, "strays" | "manifest" | "waivers"> {
  const strays = new Map<string, Stray>();
  let waivers: readonly WaiverState[] | undefined;
  for (const end of ends) {
    for (const stray of end.strays) strays.set(stray.file, stray);
    waivers = waivers && end.waivers ? joinStates(waivers, end.waivers) : (waivers ?? end.waivers);
  }
  const manifests = new Set(ends.flatMap(({ manifest }) => manifest ?? []));
  return {
    strays: [...strays.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    ...(manifests.size > 0 && { manifest: [...manifests].join(", ") }),
    ...(waivers && { waivers }),
  };
}
