/**
 * certcheck as a library: bytes in, report out. Nothing here reads a file, opens a connection or asks anybody; what of that a check
 * may want is handed in. The report has the shape of `certcheck --format json`.
 */
import * as v from "valibot";
import { bundleOf, openSlots, requestBundleOf, rootsComplaint, tryHandshake } from "./bundle/opening.ts";
import type { Bundle, Slot, SlotName } from "./bundle/bundle.ts";
import { addNeeds, readCrl, wishOf } from "./bundle/crl-needs.ts";
import { decode } from "./bundle/decode.ts";
import { UsageError } from "./errors.ts";
import { evaluate, idsAsked } from "./evaluation/evaluate.ts";
import { select } from "./evaluation/selection.ts";
import { assembleReport, reportBundle, reweigh } from "./report/report.ts";
import { foreignTexts } from "./reporters/foreign-texts.ts";
import { type Format, reporters } from "./reporters/index.ts";
import { reportJson } from "./reporters/json.ts";
import type { Report } from "./reporters/report-json.ts";
import { measureOf, plainStyle } from "./reporters/style.ts";
import {
  contextOf,
  count,
  exactly,
  file,
  flag,
  largeFile,
  listOf,
  take,
  type TakenFile,
  takeOptions,
  text,
} from "./library-arguments.ts";
import type { CheckOptions } from "./library-options.ts";
import { usualContext } from "./rule.ts";
import { applianceRules, endpointIds, fileRules, requestRules } from "./rules/index.ts";
import { version as packageVersion } from "./version.ts";

export type { CheckOptions, OwnRequirements, RulePattern } from "./library-options.ts";
export type * from "./reporters/report-json.ts";
export { UsageError } from "./errors.ts";

/** The version of this package. */
export const version: string = packageVersion;

/** A file, wherever it comes from. */
export interface GivenFile {
  /** What the report calls it; its ending is judged. */
  readonly name: string;
  /** Bytes, or text such as PEM. At most 4 MiB are read of it; of a CRL, whatever there is. */
  readonly content: Uint8Array | string;
}

/** What is to be uploaded to an appliance. */
export interface ApplianceFiles {
  readonly certificate: GivenFile;
  /** Without it, what needs it is listed as not checked. */
  readonly key?: GivenFile;
  /** CA certificates, issuer of the certificate first; usually one file. */
  readonly chain?: readonly GivenFile[];
  /** Trust anchors, if they are not in the chain. */
  readonly roots?: readonly GivenFile[];
  /** CRLs at hand. */
  readonly crls?: readonly GivenFile[];
  /** Opens the key, and containers. No report has any part of it. */
  readonly passphrase?: string;
}

/** What is to be sent to a CA. */
export interface RequestFiles {
  readonly request: GivenFile;
  readonly key?: GivenFile;
  /** The certificate that is to be renewed. */
  readonly previous?: GivenFile;
  readonly passphrase?: string;
}

/** The formats that a report can be written in. */
export type ReportFormat = "human" | "json" | "jsonl" | "junit" | "sarif" | "github" | "gitlab" | "markdown" | "html";

/** How people are to see it. */
export interface RenderOptions {
  /** Characters in a line; 80, if absent. */
  readonly columns?: number;
  /** Lists rules that hold as well. */
  readonly verbose?: boolean;
  /** The verdict, and what led to it, nothing else. */
  readonly quiet?: boolean;
}

/** A report, which can also be written in the formats of the command line. */
export interface CheckedReport extends Report {
  /** Writes the report; the text has no line end behind it. It is no part of the JSON. */
  readonly render: (format: ReportFormat, options?: RenderOptions) => Promise<string>;
}

/**
 * Says what an appliance would say to these files. Whatever is wrong with them is a finding, never an error.
 * @throws UsageError for files and options that are not what their types say, for roots without any root, or if no rule is left
 */
export async function check(files: ApplianceFiles, options: CheckOptions = {}): Promise<CheckedReport> {
  const { certificate, key, chain = [], roots = [], crls = [], passphrase } = take(appliance, files, "files");
  const taken = takeOptions(options);
  const now = timeOf(taken);
  const slots = [
    slotOf("certificate", certificate),
    ...(key ? [slotOf("key", key)] : []),
    ...chain.map((one) => slotOf("chain", one)),
    ...roots.map((one) => slotOf("roots", one)),
  ];
  const opened = await openSlots(slots, passphrase);
  for (const slot of opened.slots) {
    const complaint = slot.slot === "roots" ? rootsComplaint(slot) : undefined;
    if (complaint !== undefined) throw new UsageError(`roots: ${slot.contents.file}: ${complaint}`);
  }
  const bundle = bundleOf(opened, now);
  const isValidated = taken.validation ?? usualContext.validation;
  const isTried = isValidated && taken.handshake === true;
  const handshake = isTried && (await tryHandshake(bundle, opened, taken.at === undefined ? "now" : "later"));
  return judge(
    {
      ...bundle,
      ...(isValidated && crls.length > 0 && { crls: crlsOf(bundle, crls) }),
      ...(handshake && { handshake }),
    },
    now,
    taken,
  );
}

/**
 * Judges a certificate request before a CA spends time on it; `ready` means that a certificate made of it can be uploaded.
 * @throws UsageError for files and options that are not what their types say, or if no rule is left
 */
export async function checkRequest(files: RequestFiles, options: CheckOptions = {}): Promise<CheckedReport> {
  const { request, key, previous, passphrase } = take(application, files, "files");
  const taken = takeOptions(options);
  const now = timeOf(taken);
  const slots = [
    slotOf("request", request),
    ...(key ? [slotOf("key", key)] : []),
    ...(previous ? [slotOf("previous", previous)] : []),
  ];
  const bundle = requestBundleOf(await openSlots(slots, passphrase), now);
  if (previous && bundle.previous === undefined)
    throw new UsageError(`previous: ${previous.name} holds no certificate`);
  return judge(bundle, now, taken);
}

const appliance = exactly({
  certificate: file,
  key: v.optional(file),
  chain: v.optional(listOf(file)),
  roots: v.optional(listOf(file)),
  crls: v.optional(listOf(largeFile)),
  passphrase: v.optional(text),
} satisfies Record<keyof ApplianceFiles, v.GenericSchema>);

const application = exactly({
  request: file,
  key: v.optional(file),
  previous: v.optional(file),
  passphrase: v.optional(text),
} satisfies Record<keyof RequestFiles, v.GenericSchema>);

const rendering = exactly({
  columns: v.optional(count),
  verbose: v.optional(flag),
  quiet: v.optional(flag),
} satisfies Record<keyof RenderOptions, v.GenericSchema>);

/** The time judged, milliseconds since 1970. */
const timeOf = ({ at }: CheckOptions): number => at?.getTime() ?? Date.now();

const slotOf = (slot: SlotName, { name, bytes }: TakenFile): Slot => ({
  slot,
  named: true,
  contents: decode(name, bytes),
});

function crlsOf(bundle: Bundle, files: readonly TakenFile[]): NonNullable<Bundle["crls"]> {
  const wish = wishOf(addNeeds(bundle));
  const sources = files.map(({ name, bytes }) => ({ name, kind: "file", file: readCrl([bytes], wish) }) as const);
  return { sources, isOnline: false };
}

const ruleIds: readonly string[] = [...fileRules.map(({ id }) => id), ...endpointIds];

function judge(bundle: Bundle, now: number, options: CheckOptions): CheckedReport {
  const { only = [], ignore = [], severity = {}, failOn = "error" } = options;
  const rules = bundle.purpose === "request" ? requestRules() : applianceRules;
  const severities = Object.entries(severity).map(([pattern, level]) => `${pattern}=${level}`);
  const context = contextOf(options, now, bundle.files);
  const asked = idsAsked(rules, context);
  const { deselected, level } = select([{ only, ignore, severity: severities }], ruleIds, asked);
  const judged = reportBundle(bundle, evaluate(rules, bundle, context, deselected), context);
  const report = assembleReport([level ? reweigh(judged, level) : judged], context, failOn);
  const render: CheckedReport["render"] = async (format, wishes = {}) => {
    const { columns, verbose = false, quiet = false } = take(rendering, wishes, "options");
    if (!Object.hasOwn(reporters, format)) throw new UsageError(`no such format: ${format}`);
    const reporter = await reporters[format satisfies Format]();
    return reporter(report, {
      ...plainStyle,
      ...(columns !== undefined && { columns }),
      ...(format === "human" && { measure: await measureOf(foreignTexts(report)) }),
      charset: "UTF-8",
      verbose,
      quiet,
    });
  };
  // That the shape is the schema's, tests see to.
  return Object.defineProperty(reportJson(report), "render", { value: render }) as CheckedReport;
}
