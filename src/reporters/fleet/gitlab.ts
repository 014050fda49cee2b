/** The report on a fleet as GitLab's code quality report: one list of all appliances, and of what they have in common. */
import { breakdownsOf, failuresOf } from "../failures.ts";
import { type Violation, violation, waiverViolations, wholeFile } from "../gitlab.ts";
import { serialize } from "../json.ts";
import { placeOf } from "../place.ts";
import { neutral } from "../text.ts";
import type { FleetReporter } from "./reporter.ts";
import { applianceLine, fileOf, gaps, untold } from "./summary.ts";

export const gitlab: FleetReporter = {
  begin: () => "[",
  appliance(report, { failOn, folder }) {
    const { name } = report;
    const bundles = [report];
    return listed([
      ...failuresOf({ bundles, failOn }, folder, name).map((failure) => violation(failure, applianceLine(name))),
      ...breakdownsOf({ bundles }).map(({ rule, message }) =>
        wholeFile(rule, `${message}. ${applianceLine(name)}`, "blocker", placeOf(fileOf(report), folder).path, name),
      ),
    ]);
  },
  separator: ",",
  end(report, { folder }, isEmpty) {
    const { results, failOn, configuration = "certcheck" } = report;
    const bundles = [{ results }];
    const own = listed([
      ...failuresOf({ bundles, failOn }, folder).map((failure) => violation(failure)),
      ...breakdownsOf({ bundles }).map(({ rule, message }) =>
        wholeFile(rule, message, "blocker", placeOf(configuration, folder).path, "fleet"),
      ),
      ...untold(report).unread.map(({ name, file, why }) =>
        wholeFile(
          "not-checked",
          `${neutral(name)} was not checked: ${neutral(why)}`,
          "minor",
          placeOf(file, folder).path,
          name,
        ),
      ),
      ...gaps(report).map((gap, index) =>
        wholeFile("not-checked", gap, "info", placeOf(configuration, folder).path, index),
      ),
      ...waiverViolations(report, folder),
    ]);
    return `${isEmpty || own === undefined ? "" : ","}${own ?? ""}${isEmpty && own === undefined ? "" : "\n"}]\n`;
  },
};

/** Violations, as they stand in a list; nothing if there are none. */
const listed = (violations: readonly Violation[]): string | undefined =>
  violations.length === 0
    ? undefined
    : violations.map((one) => `\n${serialize(one, 2).replace(/^/gm, "  ")}`).join(",");
