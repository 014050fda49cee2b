/** The geometry of the chain's picture: rows from the leaf to the root, and validity as bars on one axis of years. */
import type { ChainFacts, PathCertificate } from "../report/chain-facts.ts";
import { parseInstant } from "../pki/time.ts";
import { abridge, beside, besideText, certificateFaults, linkFaults, moreText } from "./chain-words.ts";
import { day, where } from "./text.ts";

/** What there is to draw. Places on the axis are percentages of its width, so that it fits any page. */
export interface ChainPicture {
  readonly axis: Axis;
  readonly rows: readonly PictureRow[];
  /** What stands beside the path. */
  readonly beside: readonly { readonly name: string; readonly place: string; readonly note: string }[];
  /** How many more do. */
  readonly besideRest: number;
}

/** Whole years, with the time judged on them. */
export interface Axis {
  readonly ticks: readonly Tick[];
  /** Absent if the time judged cannot be read. */
  readonly now?: Tick;
}

/** A place on the axis, and what is written there. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** A line of the picture, with what stands on the rail that joins the certificates. */
export interface PictureRow {
  readonly mark: "certificate" | "missing" | "broken" | "more";
  /** Whether the rail goes on towards the leaf, and towards the root. */
  readonly up: Rail;
  readonly down: Rail;
  /** Of a certificate; of the issuer that is missing. */
  readonly name?: string;
  readonly place?: string;
  readonly role?: PathCertificate["role"];
  readonly dates?: string;
  /** What is wrong, or what there is to say. */
  readonly notes: readonly string[];
  readonly isAtFault: boolean;
  readonly bar?: Bar;
}

/** `broken`: a link that does not hold. */
export type Rail = "none" | "solid" | "broken";

/** When a certificate is valid. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly state: "current" | "expired" | "not begun";
  /** It begins before the axis does, or ends behind it. */
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}

/** Years on either side of the time judged that the axis shows at most: some certificates last until the year 9999. */
const REACH = 40;
/** As many labels have room beside each other on a telephone. */
const MAX_TICKS = 6;
const STEPS = [1, 2, 5, 10];
const COARSEST = 20;
/** Percent: a day in thirty years is to be seen. */
const MIN_BAR = 0.75;

/** Lays the picture out. `at` is the time judged, in ISO 8601. */
export function chainPicture(chain: ChainFacts, at: string): ChainPicture {
  const now = parseInstant(at);
  const range = yearsOf(chain.path, now);
  const { shown, rest } = beside(chain.others);
  return {
    axis: axisOf(range, now, at),
    rows: rowsOf(chain, (certificate) => barOf(certificate, range)),
    beside: shown.map((other) => ({ name: other.name, place: where(other), note: besideText(other, chain.anchored) })),
    besideRest: rest,
  };
}

/** The first year, and the one behind the last. */
interface Years {
  readonly first: number;
  readonly end: number;
}

function yearsOf(path: readonly PathCertificate[], now: number): Years {
  const years = [now, ...path.flatMap(({ notBefore, notAfter }) => [parseInstant(notBefore), parseInstant(notAfter)])]
    .filter((instant) => !Number.isNaN(instant))
    .map((instant) => new Date(instant).getUTCFullYear());
  const middle = years[0] ?? 0;
  const within = years.map((year) => Math.min(middle + REACH, Math.max(middle - REACH, year)));
  return { first: Math.min(...within, middle), end: Math.max(...within, middle) + 1 };
}

function axisOf(range: Years, now: number, at: string): Axis {
  const { first, end } = range;
  const step = STEPS.find((years) => (end - first) / years < MAX_TICKS) ?? COARSEST;
  const years = Array.from({ length: end - first + 1 }, (_, index) => first + index).filter(
    (year) => year % step === 0,
  );
  return {
    ticks: years.map((year) => ({ at: placeOf(startOf(year), range), label: String(year) })),
    ...(!Number.isNaN(now) && { now: { at: placeOf(now, range), label: day(at) } }),
  };
}

/** Where an instant is on the axis; what is beyond it is at its end. */
function placeOf(instant: number, { first, end }: Years): number {
  const [start, stop] = [startOf(first), startOf(end)];
  return percent(Math.max(0, Math.min(100, ((instant - start) / (stop - start)) * 100)));
}

/** Of a year; Date.UTC takes those below 100 for years of the twentieth century. */
const startOf = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1);

const percent = (value: number): number => Math.round(value * 100) / 100;

function barOf({ notBefore, notAfter, validity }: PathCertificate, range: Years): Bar | undefined {
  const [begin, end] = [parseInstant(notBefore), parseInstant(notAfter)];
  if (validity === "unreadable" || !(begin <= end)) return undefined;
  const from = Math.min(placeOf(begin, range), 100 - MIN_BAR);
  return {
    from,
    to: Math.max(placeOf(end, range), percent(from + MIN_BAR)),
    state: validity,
    isCutBefore: begin < startOf(range.first),
    isCutAfter: end > startOf(range.end),
  };
}

function rowsOf(
  { path, missing, anchored }: ChainFacts,
  bar: (certificate: PathCertificate) => Bar | undefined,
): PictureRow[] {
  const groups = path.map((certificate, index): PictureRow[] => {
    const below = path[index - 1];
    const isLast = index === path.length - 1;
    const faults = linkFaults(certificate);
    const goesOn = !isLast || (missing !== undefined && !anchored) || faults.length > 0;
    const down: Rail = !goesOn ? "none" : faults.length > 0 || (isLast && missing !== undefined) ? "broken" : "solid";
    const up: Rail = below === undefined ? "none" : linkFaults(below).length > 0 ? "broken" : "solid";
    const drawn = bar(certificate);
    const row: PictureRow = { ...textsOf(certificate), mark: "certificate", up, down, ...(drawn && { bar: drawn }) };
    if (isLast && missing !== undefined && !anchored) return [row, missingRow(missing)];
    return faults.length === 0 ? [row] : [row, brokenRow(faults, !isLast)];
  });
  return abridge(groups, (hidden): PictureRow[] => {
    const faults = hidden.filter((rows) => rows.some(({ isAtFault }) => isAtFault)).length;
    const notes = [moreText(hidden.length, faults)];
    return [{ mark: "more", up: "none", down: "none", notes, isAtFault: faults > 0 }];
  }).flat();
}

function textsOf(
  certificate: PathCertificate,
): Pick<PictureRow, "name" | "place" | "role" | "dates" | "notes" | "isAtFault"> {
  const { name, role, notBefore, notAfter, validity } = certificate;
  const notes = certificateFaults(certificate);
  return {
    name,
    role,
    place: where(certificate),
    ...(validity !== "unreadable" && { dates: `${day(notBefore)} to ${day(notAfter)}` }),
    notes,
    isAtFault: notes.length > 0,
  };
}

const missingRow = (name: string): PictureRow => ({
  mark: "missing",
  up: "broken",
  down: "none",
  name,
  notes: ["missing: none of the files has it"],
  isAtFault: true,
});

const brokenRow = (notes: readonly string[], goesOn: boolean): PictureRow => ({
  mark: "broken",
  up: "broken",
  down: goesOn ? "broken" : "none",
  notes,
  isAtFault: true,
});
