/** Rows: what is kept of an appliance once it has been checked, however many there are. */
import type { SlotName } from "../bundle/bundle.ts";
import type { MessageId } from "../defender.ts";
import type { Result } from "../evaluation/evaluate.ts";
import type { Severity } from "../rule.ts";
import { type BundleReport, counts, type FailOn, isWaived, type Verdict, verdicts } from "../report/report.ts";
import type { Identity } from "../bundle/fleet.ts";

/** An appliance in a line. */
export interface Row extends Identity {
  readonly verdict: Verdict;
  /** The appliance's messages, in the order of its documents. */
  readonly messages: readonly MessageId[];
  /** What fails, and what certcheck itself failed at; worst first. */
  readonly failures: readonly Failure[];
  /** Who answers for it, as the manifest says. */
  readonly owner?: string;
  /** Its other files, if there is something to say of it: what `certcheck` is to be given to have it told in full. */
  readonly files?: Readonly<Partial<Record<SlotName, readonly string[]>>>;
}

/** A rule that fails, or that is broken. */
export interface Failure {
  readonly rule: string;
  readonly severity: Severity;
  /** What was found first. */
  readonly message: string;
  /** Whether it makes the exit code 1. */
  readonly counts: boolean;
  readonly isWaived?: true;
  /** An error of certcheck itself. */
  readonly isBroken?: true;
}

/** What remains of a report on an appliance. */
export function rowOf(report: BundleReport, failOn: FailOn): Row {
  const { name, verdict, messages, files, certificate, owner, results } = report;
  const failures = results
    .filter(hasFailed)
    // What the appliance says comes before what nobody supports.
    .toSorted((a, b) => Number(b.refusal !== undefined) - Number(a.refusal !== undefined))
    .map((result) => failureOf(result, failOn))
    .toSorted(byWeight);
  return {
    name,
    file: files[0]?.file ?? name,
    ...(certificate && {
      fingerprint: certificate.fingerprint,
      keyFingerprint: certificate.keyFingerprint,
      ...(certificate.commonName !== undefined && { commonName: certificate.commonName }),
      issuer: certificate.issuer,
      serialNumber: certificate.serialNumber,
      names: certificate.subjectAltNames,
      notAfter: certificate.notAfter,
    }),
    verdict,
    messages,
    failures,
    ...(owner !== undefined && { owner }),
    ...(failures.length > 0 && { files: filesBySlot(files.slice(1)) }),
  };
}

function filesBySlot(files: BundleReport["files"]): NonNullable<Row["files"]> {
  const bySlot: Partial<Record<SlotName, string[]>> = {};
  for (const { file, slot } of files) (bySlot[slot] ??= []).push(file);
  return bySlot;
}

/** Whether there is something to say of it: it fails, or certcheck itself failed at it. */
export const hasFailed = ({ outcome }: Result): boolean => outcome === "fails" || outcome === "broken";

function failureOf(result: Result, failOn: FailOn): Failure {
  const { rule, severity, outcome, reason = "", findings } = result;
  const isBroken = outcome === "broken";
  return {
    rule,
    severity,
    message: isBroken ? reason : (findings[0]?.message ?? ""),
    counts: isBroken || counts(result, failOn),
    ...(isWaived(result) && { isWaived: true }),
    ...(isBroken && { isBroken: true }),
  };
}

const weightOf = ({ isBroken, counts: isCounted, isWaived: isPassed, severity }: Failure): number =>
  (isBroken ? 0 : 8) + (isPassed ? 4 : 0) + (isCounted ? 0 : 2) + (severity === "info" ? 1 : 0);

/** Worst first. */
export const byWeight = (a: Failure, b: Failure): number => weightOf(a) - weightOf(b);

/** How bad a row is, for sorting: 0 the worst, `READY` one of which there is nothing to say. */
export function rank({ verdict, failures }: Pick<Row, "verdict" | "failures">): number {
  if (failures.some(({ isBroken }) => isBroken)) return 0;
  return verdict === "ready" ? rankOfReady(failures) : verdicts.indexOf(verdict) * 2 + 1;
}

/** The rank of what the appliance would take. */
export function rankOfReady(failures: readonly Pick<Failure, "counts" | "severity">[]): number {
  if (failures.some(({ counts: isCounted }) => isCounted)) return WEIGHTY - 1;
  return failures.some(({ severity }) => severity !== "info") ? WEIGHTY : READY;
}

/** The rank of a row of which there is nothing to say, or notes alone. */
export const READY = 7;

/** Rows of a lesser rank have what led to a verdict, or what makes the exit code other than 0. */
export const WEIGHTY = 6;
