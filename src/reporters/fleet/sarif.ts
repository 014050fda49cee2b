/** The report on a fleet as SARIF 2.1.0: results of each appliance as they are checked, then those of all of them together. */
import type { Log, Result } from "sarif";
import { breakdownsOf, failuresOf } from "../failures.ts";
import { serialize } from "../json.ts";
import { head, invocation, sarifResult, tool } from "../sarif.ts";
import type { FleetReporter } from "./reporter.ts";
import { breakdownsOfRows, warningsOf } from "./summary.ts";

/** What ends the run and the log, in JSON with two blanks a level. */
const END_OF_RUN = "\n    }\n  ]\n}";

/** What is known only at the end follows the results. NOTE: the list of files is left out, for it would have to be held. */
export const sarif: FleetReporter = {
  begin() {
    const log: Log = { ...head, runs: [{ tool, columnKind: "utf16CodeUnits" }] };
    return `${serialize(log, 2).slice(0, -END_OF_RUN.length)},\n      "results": [`;
  },
  appliance(report, { failOn, folder }) {
    const { name } = report;
    return listed(failuresOf({ bundles: [report], failOn }, folder, name).map((failure) => sarifResult(failure, name)));
  },
  separator: ",",
  end(report, { folder }, isEmpty) {
    const { results, failOn, verdict, edition } = report;
    const bundles = [{ results }];
    const own = listed(failuresOf({ bundles, failOn }, folder).map((failure) => sarifResult(failure)));
    const broken = [...breakdownsOfRows(report), ...breakdownsOf({ bundles })];
    const rest = {
      invocations: [invocation(report, broken, warningsOf(report))],
      properties: { verdict, edition },
    };
    const comma = isEmpty || own === undefined ? "" : ",";
    const lineEnd = isEmpty && own === undefined ? "" : `\n${" ".repeat(RUN)}`;
    return `${comma}${own ?? ""}${lineEnd}],\n${indented(serialize(rest, 2).slice("{\n".length, -"\n}".length), RUN - 2)}${END_OF_RUN}\n`;
  },
};

/** Blanks before what stands in a run, and before one of its results. */
const RUN = 6;
const RESULT = 8;

/** Results, as they stand in a list; nothing if there are none. */
const listed = (results: readonly Result[]): string | undefined =>
  results.length === 0 ? undefined : results.map((result) => `\n${indented(serialize(result, 2), RESULT)}`).join(",");

const indented = (text: string, by: number): string => text.replace(/^/gm, " ".repeat(by));
