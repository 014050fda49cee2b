/** What failed, finding by finding, for the formats of CI systems: where, whether it counts, and how to know it again. */
import { messages } from "../defender.ts";
import type { Finding, Result } from "../evaluation/evaluate.ts";
import { sha256 } from "../pki/public-key.ts";
import { type BundleReport, counts, idleWaivers, type Report } from "../report/report.ts";
import { type Place, placeOf } from "./place.ts";
import { neutral } from "./text.ts";
import { waiverText } from "./waiver-words.ts";

/** One thing found, in a bundle or in whatever else has results. */
export interface Failure<B = unknown> {
  readonly bundle: B;
  readonly result: Result;
  readonly finding: Finding;
  readonly place: Place;
  /** Whether it makes the exit code 1. */
  readonly isCounted: boolean;
  /** Differs from those of all others; the same on another day, and when lines were added before it. */
  readonly fingerprint: string;
}

/** All findings, in the order of the report. `folder` is the working directory, `scope` what else tells faults apart. */
export function failuresOf<B extends Pick<BundleReport, "results">>(
  { bundles, failOn }: Pick<Report, "failOn"> & { readonly bundles: readonly B[] },
  folder: string,
  ...scope: readonly string[]
): Failure<B>[] {
  const seen = new Map<string, number>();
  return bundles.flatMap((bundle) =>
    bundle.results
      .filter(({ outcome }) => outcome === "fails")
      .flatMap((result) =>
        result.findings.map((finding) => {
          const place = placeOf(finding.file, folder);
          // Numbers are days left, dates, lines, serial numbers: what another day or another certificate changes.
          const fault = JSON.stringify([
            result.rule,
            place.path,
            finding.message.replace(/less than a day|\d+(?: days?\b)?/g, "0"),
            ...scope,
          ]);
          const ordinal = (seen.get(fault) ?? 0) + 1;
          seen.set(fault, ordinal);
          const fingerprint = sha256(Buffer.from(`${fault}${ordinal}`));
          return { bundle, result, finding, place, isCounted: counts(result, failOn), fingerprint };
        }),
      ),
  );
}

/** A rule that certcheck failed to ask. */
export interface Breakdown<B = unknown> {
  readonly bundle: B;
  readonly rule: string;
  /** What there is to say about it, harmless. */
  readonly message: string;
}

/** All rules that certcheck failed to ask. */
export const breakdownsOf = <B extends Pick<BundleReport, "results">>({
  bundles,
}: {
  readonly bundles: readonly B[];
}): Breakdown<B>[] =>
  bundles.flatMap((bundle) =>
    bundle.results
      .filter(({ outcome }) => outcome === "broken")
      .map(({ rule, reason = "" }) => ({ bundle, rule, message: `an error of certcheck itself: ${neutral(reason)}` })),
  );

/** What is to be said of the waivers themselves, harmless: those that ended, and those that nothing needs. */
export const waiverRemarks = (
  report: Pick<Report, "waivers">,
): { readonly isExpired: boolean; readonly text: string }[] =>
  idleWaivers(report).map((waiver) => ({
    isExpired: waiver.state === "expired",
    text: `Waiver of ${waiverText(waiver)}`,
  }));

/** The appliance's message that a failure predicts, as a sentence about it. */
export const applianceNote = ({ refusal }: Result): string | undefined =>
  refusal && `The appliance shows: ${messages[refusal]}`;

/** What to do, harmless: advice, and commands in lines of their own. */
export function fixLines({ fix }: Finding): string[] {
  if (fix === "") return [];
  const [advice = "", ...commands] = fix.split("\n").map(neutral);
  return [`Fix: ${advice}`, ...commands.map((line) => `  ${line}`)];
}
