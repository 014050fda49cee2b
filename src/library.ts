/**
 * certcheck as a library: bytes in, report out. Nothing here reads a file, opens a connection or asks anybody; what of that a check
 * may want is handed in. The report has the shape of `certcheck --format json`.
 */
import { bundleOf, openSlots, requestBundleOf, rootsComplaint, tryHandshake } from "./bundle/opening.ts";
import type { Bundle, Slot, SlotName } from "./bundle/bundle.ts";
import { addNeeds, readCrl, wishOf } from "./bundle/crl-needs.ts";
import { decode } from "./bundle/decode.ts";
import { editions } from "./defender.ts";
import { UsageError } from "./errors.ts";
import { evaluate } from "./evaluation/evaluate.ts";
import { select } from "./evaluation/selection.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import { assembleReport, failOns, reportBundle, reweigh } from "./report/report.ts";
import { foreignTexts } from "./reporters/foreign-texts.ts";
import { type Format, reporters } from "./reporters/index.ts";
import { reportJson } from "./reporters/json.ts";
import type { Report, RuleId } from "./reporters/report-json.ts";
import { measureOf, plainStyle } from "./reporters/style.ts";
import { type Context, type Host, usualContext } from "./rule.ts";
import { applianceRules, endpointIds, fileRules, requestRules } from "./rules/index.ts";
import { version as packageVersion } from "./version.ts";

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

/** A rule's id, or a pattern such as `chain/*`. */
export type RulePattern = RuleId | `${string}*${string}`;

/** What a verdict depends on besides the files. What is left out is as on the command line. */
export interface CheckOptions {
  /** The time judged; now, if absent. */
  readonly at?: Date;
  /** Edition of the documents in force; the current one, if absent. */
  readonly edition?: Report["edition"];
  /** The dialog's switch for CRL and chain validation; on, if absent. */
  readonly validation?: boolean;
  /** A test environment, where a self-signed certificate is a warning. */
  readonly allowSelfSigned?: boolean;
  /** Days before its end from which on a certificate expires soon; 30, if absent. */
  readonly warnDays?: number;
  /** Names and addresses planned for the appliance. */
  readonly hosts?: readonly string[];
  /** Try key, certificate and chain in a TLS handshake in memory, as of now. */
  readonly handshake?: boolean;
  /** Ask these rules alone. */
  readonly only?: readonly RulePattern[];
  /** Leave these out. */
  readonly ignore?: readonly RulePattern[];
  /** Weigh rules otherwise; the last that matches counts. */
  readonly severity?: Readonly<Partial<Record<RulePattern, "error" | "warning" | "info">>>;
  /** What of the findings makes the report's `exitCode` 1; `error`, if absent. */
  readonly failOn?: Report["failOn"];
  /** What your organisation requires on top of the appliance's documents; docs/configuration.md explains it. */
  readonly requirements?: OwnRequirements;
}

/** Requirements of an organisation; patterns may have `*` for anything. */
export interface OwnRequirements {
  /** Patterns of the issuer's common name, or of its whole name. */
  readonly issuers?: readonly string[];
  /** Patterns, one of which each DNS name and common name has to be like. */
  readonly names?: readonly string[];
  /** Patterns of the subject's attributes, by their short names such as O. */
  readonly subject?: Readonly<Record<string, readonly string[]>>;
  readonly maximumLifetimeDays?: number;
  /** Of RSA keys, in bits. */
  readonly minimumKeySize?: number;
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
 * @throws UsageError for options that mean nothing, for roots without any root, or if no rule is left
 */
export async function check(files: ApplianceFiles, options: CheckOptions = {}): Promise<CheckedReport> {
  const { certificate, key, chain = [], roots = [], crls = [], passphrase } = files;
  const now = timeOf(options);
  const slots = [
    slotOf("certificate", certificate),
    ...(key ? [slotOf("key", key)] : []),
    ...chain.map((file) => slotOf("chain", file)),
    ...roots.map((file) => slotOf("roots", file)),
  ];
  const opened = await openSlots(slots, passphrase);
  for (const slot of opened.slots) {
    const complaint = slot.slot === "roots" ? rootsComplaint(slot) : undefined;
    if (complaint !== undefined) throw new UsageError(`roots: ${slot.contents.file}: ${complaint}`);
  }
  const bundle = bundleOf(opened, now);
  const isValidated = options.validation ?? usualContext.validation;
  const isTried = isValidated && options.handshake === true;
  const handshake = isTried && (await tryHandshake(bundle, opened, options.at === undefined ? "now" : "later"));
  return judge(
    {
      ...bundle,
      ...(isValidated && crls.length > 0 && { crls: crlsOf(bundle, crls) }),
      ...(handshake && { handshake }),
    },
    now,
    options,
  );
}

/**
 * Judges a certificate request before a CA spends time on it; `ready` means that a certificate made of it can be uploaded.
 * @throws UsageError for options that mean nothing, or if no rule is left
 */
export async function checkRequest(files: RequestFiles, options: CheckOptions = {}): Promise<CheckedReport> {
  const { request, key, previous, passphrase } = files;
  const now = timeOf(options);
  const slots = [
    slotOf("request", request),
    ...(key ? [slotOf("key", key)] : []),
    ...(previous ? [slotOf("previous", previous)] : []),
  ];
  const bundle = requestBundleOf(await openSlots(slots, passphrase), now);
  if (previous && bundle.previous === undefined)
    throw new UsageError(`previous: ${previous.name} holds no certificate`);
  return judge(bundle, now, options);
}

function timeOf({ at }: CheckOptions): number {
  const now = at === undefined ? Date.now() : at.getTime();
  if (Number.isNaN(now)) throw new UsageError("at: no valid date");
  return now;
}

function slotOf(slot: SlotName, { name, content }: GivenFile): Slot {
  if (typeof name !== "string" || name === "") throw new UsageError(`${slot}: a file needs a name`);
  return { slot, named: true, contents: decode(name, bytesOf(slot, content)) };
}

function bytesOf(what: string, content: Uint8Array | string): Uint8Array {
  if (typeof content === "string") return Buffer.from(content);
  if (!(content instanceof Uint8Array)) throw new UsageError(`${what}: the content is neither bytes nor text`);
  return content;
}

function crlsOf(bundle: Bundle, files: readonly GivenFile[]): NonNullable<Bundle["crls"]> {
  const wish = wishOf(addNeeds(bundle));
  const sources = files.map(({ name, content }) => {
    return { name, kind: "file", file: readCrl([bytesOf("crls", content)], wish) } as const;
  });
  return { sources, isOnline: false };
}

const ruleIds: readonly string[] = [...fileRules.map(({ id }) => id), ...endpointIds];

function judge(bundle: Bundle, now: number, options: CheckOptions): CheckedReport {
  const { only = [], ignore = [], severity = {}, failOn = "error" } = options;
  requireOneOf("failOn", failOn, failOns);
  const rules = bundle.purpose === "request" ? requestRules() : applianceRules;
  const severities = Object.entries(severity).map(([pattern, level]) => `${pattern}=${level}`);
  const asked = rules.map(({ id }) => id);
  const { deselected, level } = select([{ only, ignore, severity: severities }], ruleIds, asked);
  const context = contextOf(options, now, bundle);
  const judged = reportBundle(bundle, evaluate(rules, bundle, context, deselected), context);
  const report = assembleReport([level ? reweigh(judged, level) : judged], context, failOn);
  const render: CheckedReport["render"] = async (format, { columns, verbose = false, quiet = false } = {}) => {
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

function contextOf(options: CheckOptions, now: number, { files }: Bundle): Context {
  const { validation, allowSelfSigned, warnDays, hosts = [], requirements = {} } = options;
  const { edition = usualContext.edition } = options;
  requireOneOf("edition", edition, editions);
  return {
    now,
    edition,
    validation: validation ?? usualContext.validation,
    allowSelfSigned: allowSelfSigned ?? usualContext.allowSelfSigned,
    warnDays: warnDays ?? usualContext.warnDays,
    hosts: hosts.map(hostOf),
    requirements,
    // Nobody is asked for anything, and who shares the machine is not known.
    inPipeline: true,
    files,
  };
}

/** What nothing else matches would count for nothing. */
function requireOneOf(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new UsageError(`${option}: none of ${known.join(", ")}`);
}

function hostOf(value: string): Host {
  const address = parseIp(value);
  if (address !== undefined) return { kind: "address", value: address };
  if (!["domain", "bare"].includes(nameKind(value)))
    throw new UsageError("hosts: neither the name of a host nor an address");
  return { kind: "name", value };
}
