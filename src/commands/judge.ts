/** Judging an appliance by what the command line and the configuration say of it: what all verbs that judge have in common. */
import type { Bundle } from "../bundle/bundle.ts";
import type { Settings } from "../configuration/configuration.ts";
import { type Configured, pathFrom, profilesFor, settingsOf } from "../configuration/configure.ts";
import type { CrlPlaces } from "../gather/crls.ts";
import { evaluate, idsAsked } from "../evaluation/evaluate.ts";
import type { Appliance } from "../fleet/appliance.ts";
import type { Operands } from "../gather/gather.ts";
import { assembleReport, type BundleReport, type Report, reportBundle, reweigh } from "../report/report.ts";
import { formatDay } from "../pki/time.ts";
import type { Context, Host, Requirements, Rule } from "../rule.ts";
import { applianceRules, endpointIds, fileRules, requestRules } from "../rules/index.ts";
import { select, type Selection } from "../evaluation/selection.ts";
import type { subjectsOf } from "../evaluation/subjects.ts";
import { isPipeline, type System } from "../system/system.ts";
import { type NamesOf, waive } from "../report/waive.ts";
import { type CheckOptions, choiceOf, type Options, resolveOptions } from "./options.ts";

/** How an appliance is judged. */
export interface Measure {
  readonly options: Options;
  /** Of the configuration: in general, then the profiles for it. */
  readonly settings: readonly Settings[];
  readonly selection: Selection;
}

const fileIds: readonly string[] = fileRules.map(({ id }) => id);

/** Finds the measure for a certificate by its path. Those with the same profiles have one; `asked` is what the command asks. */
export function measures(
  given: CheckOptions,
  configured: Configured | undefined,
  system: System,
  asked: readonly Rule[] = fileRules,
): (certificate: string) => Measure {
  const known = new Map<string, Measure>();
  return (certificate) => {
    const profiles = configured ? profilesFor(configured, certificate, system) : [];
    const key = profiles.join();
    const measure = known.get(key) ?? measureOf(given, configured, profiles, asked);
    known.set(key, measure);
    return measure;
  };
}

function measureOf(
  given: CheckOptions,
  configured: Configured | undefined,
  profiles: readonly number[],
  asked: readonly Rule[],
): Measure {
  const settings = configured ? settingsOf(configured, profiles) : [];
  const options = resolveOptions(settings, given);
  const context = { ...options, requirements: requirementsOf(settings) };
  const selection = select(
    [...settings.map((one) => choiceOf(one, configured?.file)), choiceOf(given)],
    [...fileIds, ...endpointIds],
    idsAsked(asked, context),
  );
  return { options, settings, selection };
}

/** What does not depend on the appliance. */
export interface Occasion {
  /** The time judged, in milliseconds since 1970. */
  readonly now: number;
  /** Names and addresses planned for it, besides those of the options. */
  readonly hosts?: readonly Host[];
  readonly system: System;
  /** Whether chain, upload steps and details of files are wanted; they are, if absent. */
  readonly details?: boolean;
  /** What is asked; by default, what appliances are. */
  readonly rules?: readonly Rule[];
  /** What it is asked about; by default, what is in files. */
  readonly subjects?: typeof subjectsOf;
}

/** Asks the rules, and weighs what came of them. Waivers are another step. */
export function judge(bundle: Bundle, measure: Measure, occasion: Occasion): BundleReport {
  const { level, deselected } = measure.selection;
  const context = contextOf(measure, occasion, bundle.files);
  const asked = occasion.rules ?? (bundle.purpose === "request" ? requestRules() : applianceRules);
  const results = evaluate(asked, bundle, context, deselected, occasion.subjects);
  const report = reportBundle(bundle, results, context, { details: occasion.details ?? true });
  return level ? reweigh(report, level) : report;
}

/** Tells where checks of certcheck's own failed, for the people who mend them. */
export function complainOfBroken({ results }: BundleReport, system: System): void {
  for (const { rule, stack } of results) if (stack !== undefined) system.complain(`certcheck: ${rule}: ${stack}\n`);
}

/** What rules are asked with, besides the bundle. */
export function contextOf(
  { options, settings }: Measure,
  { now, hosts = [], system }: Occasion,
  files: Context["files"],
): Context {
  const { edition, validation, allowSelfSigned, warnDays, host = [], ip = [] } = options;
  return {
    now,
    inPipeline: isPipeline(system),
    files,
    edition,
    validation,
    allowSelfSigned,
    warnDays,
    hosts: [
      ...hosts,
      ...host.map((value): Host => ({ kind: "name", value })),
      ...ip.map((value): Host => ({ kind: "address", value })),
    ],
    requirements: requirementsOf(settings),
  };
}

const requirementsOf = (settings: readonly Settings[]): Requirements =>
  Object.assign({}, ...settings.map(({ requirements }) => requirements)) as Requirements;

/** What is read of an appliance of a fleet besides its key: its own chain, or else that of all. */
export const filesOfAppliance = (
  { certificate, chains }: Appliance,
  { chain = [], roots = [] }: Options,
): Operands => ({ certificate, chains: chains.length > 0 ? chains : chain, roots, unattended: true });

/** Whether to try a handshake. With the appliance's validation off, it tries nothing of that either. */
export const handshakeOf = ({ at, validation }: Options, isWanted: boolean | undefined): Pick<Operands, "handshake"> =>
  validation && isWanted ? { handshake: at === undefined ? "now" : "later" } : {};

/** Where CRLs are to be looked for; nothing, if nobody asked, or the appliance would not look. */
export function placesOf({ crl = [], online, cache, timeout, validation }: Options): CrlPlaces | undefined {
  if (!validation || (!online && crl.length === 0)) return undefined;
  return { files: crl, ...(online && { online: { timeout: timeout * 1000, useCache: cache } }) };
}

/** Judges a bundle by itself: rules, weights, what `complete` adds, waivers. Tells of broken checks, if that was asked for. */
export function reportOn(
  bundle: Bundle,
  measure: Measure,
  configured: Configured | undefined,
  occasion: Occasion,
  complete = (judged: BundleReport): BundleReport => judged,
): Report {
  const { options } = measure;
  const { now, system } = occasion;
  const judged = complete(judge(bundle, measure, occasion));
  if (options.debug) complainOfBroken(judged, system);
  const { bundles, ...told } = waived(judged, configured, now, system);
  return assembleReport(bundles, { now, edition: options.edition }, options.failOn, told);
}

/** Applies the waivers of a configuration, and says where they come from. */
function waived(
  bundle: BundleReport,
  configured: Configured | undefined,
  now: number,
  system: System,
): Pick<Report, "bundles" | "configuration" | "waivers"> {
  if (configured === undefined) return { bundles: [bundle] };
  const { waivers } = configured.configuration;
  return {
    configuration: configured.file,
    ...(waivers ? waive([bundle], waivers, waiverNames(configured, system), formatDay(now)) : { bundles: [bundle] }),
  };
}

/** What the waivers of a configuration may call an appliance. */
export const waiverNames =
  ({ file }: Configured, system: System): NamesOf =>
  ({ name, files, certificate, request, endpoint }) => {
    const { commonName } = certificate ?? request ?? {};
    const path = pathFrom(file, files[0]?.file ?? name, system);
    return [
      ...(endpoint ? [name] : [path, `./${path}`]),
      ...(commonName === undefined ? [] : [commonName]),
      // As certcheck writes it, and as openssl does.
      ...(certificate ? [certificate.fingerprint, certificate.fingerprint.replace(/..(?=.)/g, "$&:")] : []),
    ];
  };
