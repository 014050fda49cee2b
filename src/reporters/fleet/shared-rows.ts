/** The rows as people look at them: what appliances share stands with each of them, as if it failed by itself. */
import type { Result } from "../../evaluation/evaluate.ts";
import type { FleetReport } from "../../fleet/report.ts";
import { byWeight, type Failure, rankOfReady } from "../../fleet/row.ts";
import type { Rows } from "../../fleet/rows.ts";
import type { Sharing } from "../../rules/fleet-sharing.ts";
import { counts } from "../../report/report.ts";
import { shared } from "../../rules/fleet.ts";

/** Something that an appliance shares: what is kept of it until the row is asked for. */
interface Share {
  readonly result: Result;
  /** Such as a certificate. */
  readonly what: string;
  readonly group: Sharing;
}

/** The rows with what they share among their failures, and ranked by it. Only to be shown: what counts is counted without it. */
export function withShared({ rows, results, failOn }: Pick<FleetReport, "rows" | "results" | "failOn">): Rows {
  const shares = new Map<number, Share[]>();
  for (const result of results) {
    const known = result.outcome === "fails" ? shared[result.rule as keyof typeof shared] : undefined;
    if (known === undefined) continue;
    const [what, among] = known;
    for (const group of among(rows))
      for (const place of group.places) {
        const own = shares.get(place) ?? [];
        shares.set(place, own);
        // A row has a rule once.
        if (own.at(-1)?.result !== result) own.push({ result, what, group });
      }
  }
  if (shares.size === 0) return rows;
  const failureOf = ({ result, what, group }: Share, place: number): Failure => ({
    rule: result.rule,
    severity: result.severity,
    message: `${what} shared with ${others(group, place)}`,
    counts: counts(result, failOn),
  });
  return {
    get length() {
      return rows.length;
    },
    at(place) {
      const row = rows.at(place);
      const own = shares.get(place);
      if (own === undefined) return row;
      const failures = [...row.failures, ...own.map((share) => failureOf(share, place))];
      return { ...row, failures: failures.toSorted(byWeight) };
    },
    rankAt(place) {
      const own = shares.get(place);
      if (own === undefined) return rows.rankAt(place);
      return Math.min(rows.rankAt(place), rankOfReady(own.map((share) => failureOf(share, place))));
    },
    textAt: rows.textAt,
    add: rows.add,
  };
}

/** The others of a group: `sites/1 and 2 more`. */
function others({ appliances, places }: Sharing, place: number): string {
  const other = appliances.at(places[0] === place ? 1 : 0);
  const rest = appliances.length - 2;
  return `${other?.name}${rest > 0 ? ` and ${rest} more` : ""}`;
}
