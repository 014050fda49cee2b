/** Waivers: failures that somebody lets pass for a time. A step from reports to reports; verdict and messages stay. */
import type { Result, Waiver } from "../evaluation/evaluate.ts";
import { matches, matchesName } from "../pattern.ts";
import type { BundleReport, WaiverState } from "./report.ts";

/** A waiver as the configuration has it. */
export interface WaiverEntry extends Waiver {
  /** Rules by id or pattern. */
  readonly rule: string;
  /** The appliance by common name, path or fingerprint, or a pattern of these. */
  readonly subject: string;
}

/** What a waiver may call an appliance. */
export type NamesOf = (bundle: BundleReport) => readonly string[];

/** What becomes of waivers while appliances are judged, one after the other. */
export interface WaiverBook {
  /** Marks the failures of an appliance that waivers cover. */
  readonly cover: (bundle: BundleReport) => BundleReport;
  /** What came of each waiver so far. */
  readonly states: () => readonly WaiverState[];
}

/** Opens the book; `today` is the day judged, such as 2026-11-21. */
export function waiverBook(waivers: readonly WaiverEntry[], namesOf: NamesOf, today: string): WaiverBook {
  const used = new Set<WaiverEntry>();
  const concerned = new Set<WaiverEntry>();
  const asked = new Set<WaiverEntry>();
  const isInForce = ({ until }: Waiver): boolean => today <= until;
  // One that is in force counts, not one that has expired.
  const inOrder = waivers.toSorted((a, b) => Number(isInForce(b)) - Number(isInForce(a)));

  const cover = (result: Result, own: readonly WaiverEntry[]): Result => {
    if (result.outcome !== "fails" && result.outcome !== "holds") return result;
    const about = own.filter(({ rule }) => matches(rule, result.rule));
    for (const waiver of about) asked.add(waiver);
    const covering = result.outcome === "fails" ? about : [];
    for (const waiver of covering) used.add(waiver);
    const [first] = covering;
    if (first === undefined) return result;
    const { reason, owner, until } = first;
    return { ...result, waiver: { reason, owner, until, state: isInForce(first) ? "in force" : "expired" } };
  };
  const stateOf = (waiver: WaiverEntry): WaiverState["state"] => {
    if (!concerned.has(waiver)) return "elsewhere";
    if (!isInForce(waiver)) return "expired";
    // Without the key, say, nobody knows whether its rules would fail.
    if (!asked.has(waiver)) return "unasked";
    return used.has(waiver) ? "used" : "unused";
  };
  return {
    cover(bundle) {
      const names = namesOf(bundle);
      const own = inOrder.filter(({ subject }) => names.some((name) => matchesName(subject, name)));
      for (const waiver of own) concerned.add(waiver);
      return own.length === 0 ? bundle : { ...bundle, results: bundle.results.map((result) => cover(result, own)) };
    },
    states: () => waivers.map((waiver) => ({ ...waiver, state: stateOf(waiver) })),
  };
}

/** Marks the failures that waivers cover, and says what came of each waiver. */
export function waive(
  bundles: readonly BundleReport[],
  waivers: readonly WaiverEntry[],
  namesOf: NamesOf,
  today: string,
): { readonly bundles: readonly BundleReport[]; readonly waivers: readonly WaiverState[] } {
  const book = waiverBook(waivers, namesOf, today);
  const covered = bundles.map(book.cover);
  return { bundles: covered, waivers: book.states() };
}

/** From what says most of a waiver to what says least: what one part of the appliances makes of it counts for all. */
const telling = [
  "used",
  "expired",
  "unused",
  "unasked",
  "elsewhere",
] as const satisfies readonly WaiverState["state"][];

/** What came of the same waivers in two parts of the appliances, taken together. */
export const joinStates = (one: readonly WaiverState[], other: readonly WaiverState[]): readonly WaiverState[] =>
  one.map((waiver, index) => {
    const second = other[index]?.state ?? waiver.state;
    return { ...waiver, state: telling.find((state) => state === waiver.state || state === second) ?? second };
  });
