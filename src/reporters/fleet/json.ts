/** The report on a fleet for programs: whole, or a line for each appliance as they are checked. */
import type { FleetReport, FleetRun } from "../../fleet/report.ts";
import { type BundleReport, type ExitCode, exitCode, type Report } from "../../report/report.ts";
import { bundleJson, reportJson, resultJson, serialize } from "../json.ts";
import type { FleetReporter } from "./reporter.ts";

/** One line for each appliance that is a report by itself, and a last one for what they have in common. */
export const jsonl: FleetReporter = {
  appliance(report, run) {
    const own = { ...run, verdict: report.verdict, exitCode: exitCode(report.results, run.failOn), bundles: [report] };
    return `${serialize({ ...reportJson(own), ...overallOf(run) })}\n`;
  },
  unread: (unread, run) =>
    `${serialize({ ...headOf(run, "unsupported", unread.isBroken ? 3 : 1), bundles: [], unread: [unread], ...overallOf(run) })}\n`,
  end: (fleet) =>
    `${serialize({ ...headOf(fleet, fleet.verdict, fleet.exitCode), ...waiversOf(fleet), bundles: [], fleet: fleetJson(fleet) })}\n`,
  isStream: true,
};

/** One document; what is known only at the end stands at its end. */
export const json: FleetReporter = {
  begin: (run) => {
    const { verdict: _verdict, exitCode: _exitCode, bundles: _bundles, ...head } = headOf(run, "ready", 0);
    return `${serialize(head, 2).slice(0, -2)},\n  "bundles": [`;
  },
  appliance: (report) => `\n${indent(serialize(bundleJson(report), 2), 4)}`,
  separator: ",",
  end: (fleet, _style, isEmpty) => {
    const { verdict, exitCode: code, unread } = fleet;
    const tail = {
      verdict,
      exitCode: code,
      ...waiversOf(fleet),
      ...(unread.length > 0 && { unread }),
      fleet: fleetJson(fleet),
    };
    return `${isEmpty ? "" : "\n  "}],\n${serialize(tail, 2).slice(2)}\n`;
  },
};

const headOf = (run: FleetRun, verdict: Report["verdict"], code: ExitCode): Record<string, unknown> => ({
  ...reportJson({ ...run, verdict, exitCode: code, bundles: [] as readonly BundleReport[] }),
});

/** What counts for the run, if it is not what counts for the appliance. */
const overallOf = ({ overall, edition, failOn }: FleetRun): object =>
  overall && (overall.edition !== edition || overall.failOn !== failOn) ? { overall } : {};

const waiversOf = ({ waivers }: FleetReport): object => (waivers ? { waivers } : {});

/** What appliances have in common, and how many came to what. */
const fleetJson = ({ results, tally, strays, shard, interrupted, incomplete, manifest }: FleetReport): object => ({
  ...(manifest !== undefined && { manifest }),
  ...(shard !== undefined && { shard }),
  ...(interrupted !== undefined && { interrupted: true, toCheck: interrupted }),
  ...(incomplete && { incomplete }),
  appliances: tally.appliances,
  verdicts: tally.verdicts,
  messages: tally.messages,
  rules: tally.rules,
  months: tally.months,
  strays,
  results: results.map(resultJson),
});

const indent = (text: string, by: number): string => text.replace(/^/gm, " ".repeat(by));
