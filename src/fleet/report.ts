/** The report on a fleet: what was found of each appliance in a row, what they share, and how many came to what. */
import { evaluateFleet, type Result } from "../evaluation/evaluate.ts";
import type { Context } from "../rule.ts";
import { type ExitCode, exitCode, type Report, type Verdict, verdicts, type WaiverState } from "../report/report.ts";
import { fleetRules } from "../rules/index.ts";
import type { Selection } from "../evaluation/selection.ts";
import type { Fleet, Stray, Unread } from "../bundle/fleet.ts";
import type { Rows } from "./rows.ts";
import { type Tally, worse } from "./tally.ts";

/** What is the same for all appliances of a run. */
export interface FleetRun extends Pick<Report, "at" | "edition" | "failOn" | "configuration"> {
  /** The working directory: programs expect paths relative to it. */
  readonly folder: string;
  /** Of an appliance: what counts for the run, where a profile says otherwise for this one. */
  readonly overall?: Pick<Report, "edition" | "failOn">;
}

/** All that a run over a fleet found out. */
export interface FleetReport extends FleetRun {
  readonly rows: Rows;
  readonly tally: Tally;
  /** The worst of the appliances, and of what they have in common. */
  readonly verdict: Verdict;
  readonly exitCode: ExitCode;
  /** Of the rules across appliances, in the order of the catalogue. */
  readonly results: readonly Result[];
  readonly unread: readonly Unread[];
  readonly strays: readonly Stray[];
  /** The manifest's file; absent if the files themselves said what belongs together. */
  readonly manifest?: string;
  readonly waivers?: readonly WaiverState[];
  /** Which part of the fleet this is, such as 3/8; absent if it is all of it. */
  readonly shard?: string;
  /** How many appliances were to be checked, if the run ended before. */
  readonly interrupted?: number;
  /** What is not there of the parts that were put together, in words. */
  readonly incomplete?: readonly string[];
}

/** What a run has gathered by its end. */
export type Gathered = Pick<FleetReport, "rows" | "tally" | "waivers" | "shard" | "interrupted" | "incomplete"> &
  Pick<Fleet, "unread" | "strays" | "manifest">;

/** Asks the rules across appliances, and puts the report together. A part of a fleet cannot be asked what others have as well. */
export function reportFleet(
  { rows, tally, unread, strays, manifest, waivers, shard, interrupted, incomplete }: Gathered,
  run: FleetRun,
  context: Context,
  { deselected, level }: Selection,
): FleetReport {
  const fleet: Fleet = { appliances: rows, unread, strays, ...(manifest !== undefined && { manifest }) };
  const lack = shard !== undefined ? PART : interrupted !== undefined || incomplete ? CUT : undefined;
  const results = evaluateFleet(fleetRules, fleet, context, (id) =>
    lack !== undefined && !ofParts.has(id) ? lack : deselected(id),
  ).map((result) => ({
    ...result,
    severity: level?.(result.rule) ?? result.severity,
  }));
  // What could not be checked is not ready, and neither is what has to differ and does not.
  const isReady =
    unread.length === 0 && results.every((one) => one.outcome !== "fails" || one.ruleSeverity !== "error");
  return {
    ...run,
    rows,
    tally,
    verdict: verdicts.find((verdict) => tally.verdicts[verdict] || (verdict === "unsupported" && !isReady)) ?? "ready",
    exitCode: unread.some(({ isBroken }) => isBroken) ? 3 : worse(tally.exitCode, exitCode(results, run.failOn)),
    results,
    unread,
    strays,
    ...(manifest !== undefined && { manifest }),
    ...(waivers && { waivers }),
    ...(shard !== undefined && { shard }),
    ...(interrupted !== undefined && { interrupted }),
    ...(incomplete && { incomplete }),
  };
}

/** What a part can be asked as well: it knows its own appliances, and all files. */
const ofParts: ReadonlySet<string> = new Set(["fleet/files-present", "fleet/files-assigned"]);

const PART = "this is a part of the fleet: certcheck fleet merge asks it of the whole";
const CUT = "not all appliances are known";
