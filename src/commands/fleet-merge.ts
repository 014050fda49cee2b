/** The verb `fleet merge`: the results of the parts of a fleet, put together as if one run had made them. */
import { findConfiguration } from "../configure.ts";
import { UsageError } from "../errors.ts";
import type { Stray, Unread } from "../fleet/fleet.ts";
import type { PartEnd } from "../fleet/line.ts";
import { mergeLines, type PlacedLine } from "../fleet/merge.ts";
import { type FleetRun, type Gathered, reportFleet } from "../fleet/report.ts";
import { rowOf, rowStore, rowText } from "../fleet/row.ts";
import { emptyTally, joinTallies, tallyOf } from "../fleet/tally.ts";
import type { WaiverState } from "../report.ts";
import { type FleetReporter, fleetReporters } from "../reporters/fleet/index.ts";
import type { System } from "../system.ts";
import { joinStates } from "../waive.ts";
import type { FleetOptions } from "./fleet.ts";
import { beginReports } from "./fleet-outputs.ts";
import { contextOf, measures } from "./judge.ts";
import { requireOwnPlaces } from "./outputs.ts";

/** Joins the parts, writes the reports, and says the exit code. @throws UsageError, also if a part is missing, after the reports */
export async function mergeFleet(
  files: readonly string[],
  { format: outputs = [{ format: "human" }], ...given }: FleetOptions,
  system: System,
): Promise<number> {
  const configured = given.config === false ? undefined : await findConfiguration(given.config, system);
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
  const { edition, failOn } = first.value.run;
  const measure = measures({ failOn, ...given, edition }, configured, system)("");
  const { folder } = system;
  const reports = await beginReports(outputs, { ...first.value.run, failOn: measure.options.failOn, folder }, system);
  const reporters = await Promise.all(reports.perAppliance.map((format) => fleetReporters[format]()));

  const rows = rowStore();
  const unread: Unread[] = [];
  const ends: (PartEnd & { readonly file: string })[] = [];
  let previous = "";
  let tally = emptyTally;
  let at = first.value.run.at;
  for (const line of chained(first.value, lines)) {
    if (line.run.edition !== edition)
      throw new UsageError(`${line.file}: checked by the edition ${line.run.edition}, other parts by ${edition}`);
    if (line.run.at > at) at = line.run.at;
    if (line.kind === "end") ends.push({ ...line.end, file: line.file });
    if (line.kind === "unread") unread.push(line.unread);
    if (line.kind === "appliance") {
      if (line.report.name === previous)
        throw new UsageError(`${line.file}: ${previous} has a result already`, "give each part once");
      previous = line.report.name;
      const row = rowOf(line.report, line.run.failOn);
      rows.add([rowText(row)]);
      tally = joinTallies(tally, tallyOf([row], [line.report]));
    }
    reports.add(reporters.map((reporter) => [pieceOf(reporter, line, folder) ?? ""]));
  }
  const run: FleetRun = { ...first.value.run, at, failOn: measure.options.failOn, folder };
  const incomplete = missingParts(files, ends, cut);
  const gathered = { rows, tally, unread, ...joinEnds(ends), ...(incomplete.length > 0 && { incomplete }) };
  const context = contextOf(measure, { now: Date.parse(at), system }, { certificate: "", all: [] });
  const report = reportFleet(gathered, run, context, measure.selection);
  await reports.end(report, measure.options);
  if (incomplete.length === 0) return report.exitCode;
  throw new UsageError(`the results are not complete: ${incomplete.join("; ")}`, "check the missing parts again");
}

function* chained<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}

/** What a format says of a line. */
function pieceOf(reporter: FleetReporter, line: PlacedLine, folder: string): string | undefined {
  const run: FleetRun = { ...line.run, folder };
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
  const manifest = ends.find((end) => end.manifest !== undefined)?.manifest;
  return {
    strays: [...strays.values()],
    ...(manifest !== undefined && { manifest }),
    ...(waivers && { waivers }),
  };
}

/** What is not there of the whole, in words. */
function missingParts(
  files: readonly string[],
  ends: readonly (PartEnd & { readonly file: string })[],
  cut: ReadonlySet<string>,
): string[] {
  const unended = files.filter((file) => cut.has(file) || !ends.some((end) => end.file === file));
  const counts = new Map<string, number>();
  for (const { shard = "1/1" } of ends) counts.set(shard, (counts.get(shard) ?? 0) + 1);
  const [total = 1, ...others] = new Set([...counts.keys()].map((shard) => Number(shard.split("/")[1])));
  const wanted = Array.from({ length: Math.min(total, MAX_PARTS) }, (_, index) => `${index + 1}/${total}`);
  return [
    ...unended.map((file) => `${file} ends before its last line`),
    ...ends.filter(({ interrupted }) => interrupted).map(({ file }) => `the run of ${file} was interrupted`),
    ...(others.length > 0 ? ["the files are parts of different runs"] : []),
    ...wanted.filter((shard) => !counts.has(shard)).map((shard) => `part ${shard} is not among the files`),
  ];
}

/** More parts than anybody has. */
const MAX_PARTS = 10_000;
