/** The reports of a fleet's run: begun before the first appliance, added to as they are checked, and ended together. */
import type { FleetReport, FleetRun } from "../fleet/report.ts";
import { type FleetFormat, fleetFormats, type FleetReporter, fleetReporters } from "../reporters/fleet/index.ts";
import { plainStyle, styleFor, type Wishes } from "./style.ts";
import { UsageError } from "../errors.ts";
import type { ReportFile } from "../descriptors.ts";
import type { System } from "../system.ts";
import type { Options } from "./options.ts";

/** One report that is wanted. */
export interface FleetOutput {
  readonly format: FleetFormat;
  /** Standard output, if absent. */
  readonly file?: string;
}

/** Reads `name` or `name=file`, or says what is wrong with it. */
export function parseFleetOutput(text: string): FleetOutput | string {
  const [name = "", ...rest] = text.split("=");
  const file = rest.join("=");
  const format = fleetFormats.find((one) => one === name);
  if (format === undefined) return `Formats are ${fleetFormats.join(", ")}.`;
  if (rest.length > 0 && file === "") return "The file's name is missing.";
  return { format, ...(file !== "" && { file }) };
}

/** The reports of a run. */
export interface Reports {
  /** The formats that have something to say of each appliance. */
  readonly perAppliance: readonly FleetFormat[];
  /** Adds what they say, in their order. */
  readonly add: (texts: readonly (readonly string[])[]) => void;
  /** Writes the rest of all reports. @throws UsageError if one cannot be written, after the others were */
  readonly end: (report: FleetReport, options: Options) => Promise<void>;
  /** Gives all of them up, but for streams: the run has failed. */
  readonly discard: () => void;
}

/** A report that was begun. */
interface OpenReport extends FleetOutput {
  readonly reporter: FleetReporter;
  readonly sink: ReportFile;
  /** Nothing was said of any appliance yet. */
  isEmpty: boolean;
}

/** Begins all reports. @throws UsageError */
export async function beginReports(outputs: readonly FleetOutput[], run: FleetRun, system: System): Promise<Reports> {
  const all = await Promise.all(
    outputs.map(async (output) => ({ output, reporter: await fleetReporters[output.format]() })),
  );
  const open: OpenReport[] = [];
  const discard = (): void => {
    for (const { sink } of open) sink.discard();
  };
  try {
    // What is seen at once takes the place of an old one: not before all others are known to have a place.
    for (const { output, reporter } of all.toSorted(
      (a, b) => Number(a.reporter.isStream ?? false) - Number(b.reporter.isStream ?? false),
    ))
      open.push(openOutput(output, reporter, system));
    for (const { reporter, sink } of open) sink.write(reporter.begin?.(run) ?? "");
  } catch (error) {
    discard();
    throw error;
  }
  const speaking = open.filter(({ reporter }) => reporter.appliance !== undefined);
  return {
    perAppliance: speaking.map(({ format }) => format),
    add(texts) {
      for (const [index, report] of speaking.entries()) {
        const said = (texts[index] ?? []).filter((text) => text !== "");
        if (said.length === 0) continue;
        const { separator = "" } = report.reporter;
        report.sink.write((report.isEmpty ? "" : separator) + said.join(separator));
        report.isEmpty = false;
      }
    },
    async end(report, wishes) {
      const failures: string[] = [];
      // People wait for what is printed: files come first.
      for (const one of open.toSorted((a, b) => Number(a.file === undefined) - Number(b.file === undefined))) {
        try {
          await endReport(one, report, wishes, system);
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          failures.push(error.message);
          one.sink.discard();
        }
      }
      if (failures.length > 0) throw new UsageError(failures.join("\n"));
    },
    discard,
  };
}

function openOutput(output: FleetOutput, reporter: FleetReporter, system: System): OpenReport {
  const { file } = output;
  const sink =
    file === undefined
      ? { write: system.print, keep: () => {}, discard: () => {} }
      : system.openReport(file, reporter.isStream ? "stream" : "whole");
  return { ...output, reporter, sink, isEmpty: true };
}

async function endReport(
  { reporter, sink, file, isEmpty }: OpenReport,
  report: FleetReport,
  wishes: Options,
  system: System,
): Promise<void> {
  const style =
    file === undefined
      ? await styleFor(foreignCharacters(report), wishesOf(wishes), system)
      : { ...plainStyle, folder: system.folder };
  sink.write(reporter.end(report, style, isEmpty));
  sink.keep();
}

/** The characters other than those of ASCII that a report for people may have, each once: there may be many appliances. */
function foreignCharacters({ rows, results, unread, strays, configuration = "", waivers = [] }: FleetReport): string {
  const found = new Set<string>();
  const look = (text: string): void => {
    for (const [character] of text.matchAll(/[^\0-~]/gu)) found.add(character);
  };
  look(JSON.stringify([results, unread, strays, configuration, waivers]));
  for (let index = 0; index < rows.length; index++) look(rows.textAt(index));
  return [...found].join("");
}

const wishesOf = ({ color, verbose, quiet }: Options): Wishes => ({
  color,
  verbose: verbose ?? false,
  quiet: quiet ?? false,
});
