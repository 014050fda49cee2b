/** The weeks in which so many certificates of one CA expire that renewing them becomes work to be planned. */
import { DAY, formatDay, parseInstant } from "../pki/time.ts";
import type { Appliances } from "../bundle/fleet.ts";

/** A week is told of if so many certificates of a CA expire in it, and as large a part of all that it issued for the fleet. */
const CROWD = 2;
const CROWD_SHARE = 0.1;

/** A week in which many certificates of one CA expire. */
export interface CrowdedWeek {
  readonly issuer: string;
  /** Its first day, such as 2027-01-04. */
  readonly monday: string;
  readonly count: number;
  /** Of the CA's certificates. */
  readonly total: number;
  /** The first of the certificates. */
  readonly file: string;
}

/** What there is to say of such a week. */
export const weekText = ({ count, total, issuer, monday }: CrowdedWeek): string =>
  `${count} of ${total} certificates of ${issuer} expire in the week of ${monday}`;

/** All of them, CA by CA. */
export function crowdedWeeks(appliances: Appliances): CrowdedWeek[] {
  const issuers = new Map<string, Map<number, { count: number; readonly file: string }>>();
  for (let index = 0; index < appliances.length; index++) {
    const { issuer, notAfter = "", file } = appliances.at(index);
    const expiry = parseInstant(notAfter);
    if (issuer === undefined || Number.isNaN(expiry)) continue;
    const weeks = issuers.get(issuer) ?? new Map<number, { count: number; readonly file: string }>();
    issuers.set(issuer, weeks);
    const week = weeks.get(mondayOf(expiry)) ?? { count: 0, file };
    weeks.set(mondayOf(expiry), week);
    week.count++;
  }
  return [...issuers].flatMap(([issuer, weeks]) => {
    const total = [...weeks.values()].reduce((sum, { count }) => sum + count, 0);
    return [...weeks]
      .filter(([, { count }]) => count >= CROWD && count >= total * CROWD_SHARE)
      .toSorted(([a], [b]) => a - b)
      .map(([monday, { count, file }]) => ({ issuer, monday: formatDay(monday), count, total, file }));
  });
}

/** The beginning of the week of a moment: 1970 began on a Thursday. */
const mondayOf = (at: number): number => {
  const day = Math.floor(at / DAY);
  return (day - ((((day + 3) % 7) + 7) % 7)) * DAY;
};
