/** What a report format of fleets is: a text in pieces. */
import type { Unread } from "../../bundle/fleet.ts";
import type { FleetReport, FleetRun } from "../../fleet/report.ts";
import type { BundleReport } from "../../report/report.ts";
import type { Style } from "../style.ts";

/**
 * Writes a report on a fleet in pieces: what stands before the appliances, something of each appliance while they are
 * checked, and the rest once all is known. A format that needs the whole has nothing but the end.
 */
export interface FleetReporter {
  readonly begin?: (run: FleetRun) => string;
  /** Called where the appliance was checked, perhaps in another thread; its results are those that fail or are broken. Nothing: nothing to say. */
  readonly appliance?: (report: BundleReport, run: FleetRun) => string | undefined;
  /** The same for one that could not be checked. */
  readonly unread?: (unread: Unread, run: FleetRun) => string | undefined;
  /** What stands between appliances; nothing, if absent. */
  readonly separator?: string;
  /** `isEmpty`: nothing was said of any appliance. */
  readonly end: (report: FleetReport, style: Style, isEmpty: boolean) => string;
  /** Of use before it is whole: a file of it grows under its name, and stays if the run is killed. */
  readonly isStream?: true;
}
