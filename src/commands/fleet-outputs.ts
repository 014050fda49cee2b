/** The reports of a fleet's run: begun before the first appliance, added to as they are checked, and ended together. */
import type { FleetReport, FleetRun } from "../fleet/report.ts";
import { type FleetFormat, fleetReporters } from "../reporters/fleet/index.ts";
import type { FleetReporter } from "../reporters/fleet/reporter.ts";
import type { Style } from "../reporters/style.ts";
import { plainStyle } from "../reporters/style.ts";
import { styleFor, type Wishes } from "./style.ts";
import { UsageError } from "../errors.ts";
import type { ReportFile } from "../system/drafts.ts";
import type { System } from "../system/system.ts";
import type { Options } from "./options.ts";
import type { Output } from "./outputs.ts";

/** One report that is wanted. */
export type FleetOutput = Output<FleetFormat>;

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
  /** Why it cannot be written. */
  failure?: string;
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
        const text = (report.isEmpty ? "" : separator) + said.join(separator);
        tryTo(report, () => report.sink.write(text));
        report.isEmpty = false;
      }
      // There is nobody left to check the others for.
      if (open.every(({ failure }) => failure !== undefined)) throw failed(open);
    },
    async end(report, wishes) {
      const places = open.flatMap(({ file, reporter }) => (reporter.isStream && file !== undefined ? [file] : []));
      // People wait for what is printed: files come first.
      for (const one of open.toSorted((a, b) => Number(a.file === undefined) - Number(b.file === undefined))) {
        const text = one.reporter.end(report, await styleOf(one, report, wishes, system), one.isEmpty);
        tryTo(one, () => {
          one.sink.write(text);
          // Names that led nowhere before may lead to one file now, such as links.
          const { file } = one;
          if (file !== undefined && places.some((other) => other !== file && system.isSameFile(other, file)))
            throw new UsageError(`--format: two reports for ${file}`, "give each a name of its own");
          one.sink.keep();
          if (file !== undefined) places.push(file);
        });
      }
      if (open.some(({ failure }) => failure !== undefined)) throw failed(open);
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

/** Does something for a report that has not failed yet; a report that cannot be written does not keep others from it. */
function tryTo(report: OpenReport, action: () => void): void {
  if (report.failure !== undefined) return;
  try {
    action();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    report.failure = error.message;
    report.sink.discard();
  }
}

const failed = (reports: readonly OpenReport[]): UsageError =>
  new UsageError(reports.flatMap(({ failure }) => failure ?? []).join("\n"));

/** Only people care for columns and colours, and a file is no terminal. */
const styleOf = async (
  { format, file }: OpenReport,
  report: FleetReport,
  wishes: Options,
  system: System,
): Promise<Style> =>
  file === undefined && format === "human"
    ? await styleFor(foreignCharacters(report), wishesOf(wishes), system)
    : { ...plainStyle, folder: system.folder };

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
