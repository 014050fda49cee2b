/** When the certificates of a fleet expire, as bars, with the weeks in which many of one CA do. */
import type { VNode } from "preact";
import type { FleetReport } from "../../fleet/report.ts";
import { DAY, formatDay } from "../../pki/time.ts";
import { type CrowdedWeek, crowdedWeeks, weekText } from "../../rules/fleet-weeks.ts";
import { grouped } from "../outline.ts";
import { neutral } from "../text.ts";
import { calendar, type Period } from "./calendar.ts";

/** Months that have bars of their own. */
const MONTHS = 24;
/** Weeks that are told of in a month. */
const WEEKS = 3;

/** The bars. */
export function timeline({ tally, at, rows, results }: FleetReport): VNode {
  const periods = calendar(tally.months, at, MONTHS);
  const most = Math.max(...periods.map(({ count }) => count));
  // Where nobody asked, nobody is told.
  const isAsked = results.some(({ rule, outcome }) => rule === "fleet/spread-expiry" && outcome === "fails");
  const weeks = isAsked ? crowdedWeeks(rows).toSorted((a, b) => (a.monday < b.monday ? -1 : 1)) : [];
  return (
    <ol class="months">
      {periods.map(({ label, count, isPast, first }) => {
        const own = weeks.filter((week) => placeOf(week, periods) === first);
        return (
          <li class={isPast ? "past" : count === 0 ? "none" : undefined}>
            <span>{label}</span>
            <span class="count">{grouped(count)}</span>
            <svg class="length" aria-hidden="true">
              <rect width={`${Math.round((count / most) * 1000) / 10}%`} height="100%" />
            </svg>
            {own.length > 0 && weekList(own)}
          </li>
        );
      })}
    </ol>
  );
}

/** The beginning of the first period that has some of the week's certificates. */
function placeOf({ monday }: CrowdedWeek, periods: readonly Period[]): string | undefined {
  const [begin, end] = [monday, formatDay(Date.parse(monday) + 6 * DAY)].map((one) => one.slice(0, "2027-05".length));
  return periods.find(({ first, last, count }) => count > 0 && first <= (end ?? "") && (begin ?? "") <= last)?.first;
}

const weekList = (weeks: readonly CrowdedWeek[]): VNode => (
  <ul class="weeks">
    {weeks.slice(0, WEEKS).map((week) => (
      <li>{neutral(weekText(week))}</li>
    ))}
    {weeks.length > WEEKS && <li>and {weeks.length - WEEKS} more weeks with many</li>}
  </ul>
);
