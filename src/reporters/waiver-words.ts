/** Waivers in words: who lets a failure pass, until when and why; and what came of a waiver. */
import type { Result } from "../evaluation/evaluate.ts";
import type { WaiverState } from "../report/report.ts";
import { neutral } from "./text.ts";

/** What stands between a failure and the last day of its waiver. */
export const noteWords: Readonly<Record<NonNullable<Result["waiver"]>["state"], string>> = {
  "in force": "Waived until",
  expired: "Its waiver expired on",
};

/** Who let a failure pass, or did. Harmless text; nothing if nobody did. */
export function waiverNote({ waiver }: Result): string | undefined {
  if (waiver === undefined) return undefined;
  const { state, until, owner, reason } = waiver;
  return `${noteWords[state]} ${neutral(until)} (${neutral(owner)}: ${neutral(reason)})`;
}

/** What stands between a waiver and its last day. */
export const stateWords: Readonly<Record<WaiverState["state"], string>> = {
  used: "used until",
  unused: "not needed by any failure, until",
  expired: "expired on",
  unasked: "for rules that were not asked, until",
  elsewhere: "for no certificate of this run, until",
};

/** What came of a waiver. Harmless text. */
export const waiverText = ({ rule, subject, state, until, owner, reason }: WaiverState): string =>
  `${neutral(rule)} for ${neutral(subject)}: ${stateWords[state]} ${neutral(until)} (${neutral(owner)}: ${neutral(reason)})`;
