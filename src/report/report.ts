/** The report: the verdict, what led to it and what was not looked at, as plain data without any secret. */
import type { Bundle } from "../bundle/bundle.ts";
import { type ChainFacts, chainFacts } from "./chain-facts.ts";
import { type CrlPlaceFacts, crlPlaceFacts } from "./crl-facts.ts";
import { type Edition, type MessageId, messages } from "../defender.ts";
import type { Result, Waiver } from "../evaluation/evaluate.ts";
import type { EndpointFacts } from "./endpoint-facts.ts";
import {
  type CertificateFacts,
  certificateFacts,
  describeFile,
  type FileFacts,
  type RequestFacts,
  requestFacts,
} from "./facts.ts";
import { type SubmitSteps, submitSteps } from "./submit.ts";
import { fetchCommand } from "../remedy.ts";
import { formatInstant } from "../pki/time.ts";
import { type Context, severities, type Severity } from "../rule.ts";
import { type UploadSteps, uploadSteps } from "./upload.ts";

/** What the upload will come to. */
export type Verdict = "refused" | "unsupported" | "ready";

/** All that one run found out. */
export interface Report {
  /** The time judged, in ISO 8601. */
  readonly at: string;
  readonly edition: Edition;
  /** The worst of the bundles. */
  readonly verdict: Verdict;
  readonly exitCode: ExitCode;
  /** What of the findings makes the exit code 1. */
  readonly failOn: FailOn;
  /** The configuration's file, as the user would write it; absent if there is none. */
  readonly configuration?: string;
  /** What came of the configuration's waivers; absent if it has none. */
  readonly waivers?: readonly WaiverState[];
  readonly bundles: readonly BundleReport[];
}

/** What the process ends with: 0 nothing counts, 1 findings, 3 certcheck's own fault. (2, for usage, has no report.) */
export type ExitCode = 0 | 1 | 3;

/** What was found out about one appliance. */
export interface BundleReport {
  /** What it was judged for; `upload`, if absent. */
  readonly purpose?: Bundle["purpose"];
  /** The certificate's or the request's file, as it was given; in a fleet, the appliance's name. */
  readonly name: string;
  /** Who answers for it, where a manifest says so. */
  readonly owner?: string;
  readonly verdict: Verdict;
  /** The appliance's messages, in the order of its documents, each once. */
  readonly messages: readonly MessageId[];
  /** A line for each file. */
  readonly files: readonly FileFacts[];
  /** Absent if no certificate could be read. */
  readonly certificate?: CertificateFacts;
  /** Absent if it is no request, or none could be read. */
  readonly request?: RequestFacts;
  /** Absent if there is none, or if it is not judged. */
  readonly chain?: ChainFacts;
  /** The places where CRLs were looked for; absent if nobody asked. */
  readonly crls?: readonly CrlPlaceFacts[];
  readonly notChecked: readonly NotChecked[];
  /** One for each rule, in the order of the catalogue. */
  readonly results: readonly Result[];
  /** The command that tells, in the appliance's network, whether it can reach the CRLs; present if there are any to reach. */
  readonly fetchCommand?: string;
  /** Where the certificate is served; absent if it came out of a file. */
  readonly endpoint?: EndpointFacts;
  /** How to upload it; present if it is ready, and the key was given. */
  readonly upload?: UploadSteps;
  /** How to have it issued; present if it is a request, and ready. */
  readonly submit?: SubmitSteps;
}

/** What came of a waiver. */
export interface WaiverState extends Waiver {
  /** Rules by id or pattern. */
  readonly rule: string;
  /** The appliance, as the configuration names it. */
  readonly subject: string;
  /** `unused`: nothing fails that it covers; `unasked`: none of its rules was asked; `elsewhere`: it is about no appliance of this run. */
  readonly state: "used" | "unused" | "expired" | "unasked" | "elsewhere";
}

/** Something that was not looked at, though the appliance may. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
  /** What to give to have it checked. */
  readonly option?: string;
}

/** What of a report takes longest to put together: how the chain is built, what the files are, and how to upload them. */
export interface Wanted {
  readonly details: boolean;
}

/** Puts the results of a bundle into a report. */
export function reportBundle(
  bundle: Bundle,
  results: readonly Result[],
  context: Context,
  wanted: Wanted = { details: true },
): BundleReport {
  const failed = results.filter(({ outcome }) => outcome === "fails");
  const predicted = messageIds.filter((id) => failed.some(({ refusal }) => refusal === id));
  const errors = failed.filter(({ ruleSeverity }) => ruleSeverity === "error");
  const isSupported = errors.every(({ isOwn }) => isOwn);
  const verdict = predicted.length > 0 ? "refused" : isSupported ? "ready" : "unsupported";
  const isSound = results.every(({ outcome }) => outcome !== "broken");
  return {
    ...(bundle.purpose && { purpose: bundle.purpose }),
    name: bundle.name,
    verdict,
    messages: predicted,
    files: bundle.slots.map((slot) => describeFile(slot, bundle, wanted.details)),
    ...(bundle.leaf && { certificate: certificateFacts(bundle.leaf.certificate) }),
    ...(bundle.request && { request: requestFacts(bundle.request.request) }),
    ...(bundle.crls && { crls: bundle.crls.sources.map(crlPlaceFacts) }),
    notChecked: notChecked(results),
    results,
    ...(wanted.details && detailsOf(bundle, context, errors.length === 0 && isSound)),
  };
}

function detailsOf(
  bundle: Bundle,
  context: Context,
  isReady: boolean,
): Pick<BundleReport, "chain" | "fetchCommand" | "upload" | "submit"> {
  const { sources = [] } = bundle.crls ?? {};
  const fetched = sources.flatMap(({ name, kind, limit }) => (kind === "url" && limit === undefined ? [name] : []));
  const chain = chainFacts(bundle, context);
  const upload = isReady ? uploadSteps(bundle, context) : undefined;
  const submit = isReady ? submitSteps(bundle, context) : undefined;
  return {
    ...(chain && { chain }),
    ...(fetched.length > 0 && context.validation && { fetchCommand: fetchCommand(fetched) }),
    ...(upload && { upload }),
    ...(submit && { submit }),
  };
}

/** All message ids, in the order of the documents. */
const messageIds = Object.keys(messages) as readonly MessageId[];

/** Which findings may be what makes the exit code 1. */
export const failOns = ["error", "warning", "never"] as const;

/** Which findings make the exit code 1. */
export type FailOn = (typeof failOns)[number];

/** Puts the bundles of a run together. */
export function assembleReport(
  bundles: readonly BundleReport[],
  { now, edition }: Pick<Context, "now" | "edition">,
  failOn: FailOn,
  configured: Pick<Report, "configuration" | "waivers"> = {},
): Report {
  const results = bundles.flatMap((bundle) => bundle.results);
  return {
    at: formatInstant(now),
    edition,
    verdict: verdicts.find((verdict) => bundles.some((bundle) => bundle.verdict === verdict)) ?? "ready",
    exitCode: exitCode(results, failOn),
    failOn,
    ...configured,
    bundles,
  };
}

/** From worst to best. */
export const verdicts = ["refused", "unsupported", "ready"] as const satisfies readonly Verdict[];

/** What these results end a run with. */
export function exitCode(results: readonly Result[], failOn: FailOn): ExitCode {
  if (results.some(({ outcome }) => outcome === "broken")) return 3;
  return results.some((result) => counts(result, failOn)) ? 1 : 0;
}

/** Whether a result makes the exit code 1. */
export const counts = (result: Result, failOn: FailOn): boolean =>
  result.outcome === "fails" &&
  failOn !== "never" &&
  !isWaived(result) &&
  severities.indexOf(result.severity) <= severities.indexOf(failOn);

/** The waivers that somebody may want to take out: they cover nothing, or no longer. */
export const idleWaivers = ({ waivers = [] }: Pick<Report, "waivers">): readonly WaiverState[] =>
  waivers.filter(({ state }) => state === "unused" || state === "expired");

/** Whether a waiver lets it pass. */
export const isWaived = ({ waiver }: Result): boolean => waiver?.state === "in force";

/** Gives rules another severity. The verdict was reached before, and stays: the appliance does not know of it. */
export function reweigh(report: BundleReport, level: (ruleId: string) => Severity | undefined): BundleReport {
  return {
    ...report,
    results: report.results.map((result) => ({ ...result, severity: level(result.rule) ?? result.severity })),
  };
}

function notChecked(results: readonly Result[]): NotChecked[] {
  const groups = new Map<string, { what: string[]; why: string; option?: string }>();
  for (const { outcome, rule, reason = "", unchecked } of results) {
    if (outcome === "broken") groups.set(rule, { what: [rule], why: "an error of certcheck itself" });
    if (unchecked === undefined) continue;
    for (const { what, why = reason, option } of unchecked) {
      const key = `${why}\n${option}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { what: [what], why, ...(option !== undefined && { option }) });
      else if (!group.what.includes(what)) group.what.push(what);
    }
  }
  return [...groups.values()].map((group) => ({ ...group, what: group.what.join(", ") }));
}
