/** The report on a fleet as annotations of GitHub, as the appliances are checked; the verdict last. */
import { breakdownsOf, failuresOf } from "../failures.ts";
import { annotation, breakdownCommand, command, verdictLine, waiverCommands } from "../github.ts";
import { placeOf } from "../place.ts";
import { neutral } from "../text.ts";
import type { FleetReporter } from "./reporter.ts";
import { applianceLine, fileOf, gaps, untold } from "./summary.ts";

export const github: FleetReporter = {
  appliance(report, { failOn, folder }) {
    const bundles = [report];
    const who = applianceLine(report.name);
    return lines([
      ...failuresOf({ bundles, failOn }, folder).map((failure) => annotation(failure, who)),
      ...breakdownsOf({ bundles }).map((one) => breakdownCommand(one, placeOf(fileOf(report), folder), who)),
    ]);
  },
  end(report, { folder }) {
    const { results, failOn, configuration = "certcheck" } = report;
    const bundles = [{ results }];
    return lines([
      ...failuresOf({ bundles, failOn }, folder).map((failure) => annotation(failure)),
      ...breakdownsOf({ bundles }).map((one) => breakdownCommand(one, placeOf(configuration, folder))),
      ...untold(report).unread.map(({ name, file, why }) =>
        command("warning", { file: placeOf(file, folder).path, title: "not checked" }, [
          `${neutral(name)}: ${neutral(why)}`,
        ]),
      ),
      ...gaps(report).map((gap) => command("warning", { title: "not checked" }, [gap])),
      ...waiverCommands(report, folder),
      verdictLine(report),
    ]);
  },
  isStream: true,
};

const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("");
