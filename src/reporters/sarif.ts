/** The report as SARIF 2.1.0 (OASIS), with what GitHub's code scanning asks of it. */
import type { Artifact, Invocation, Log, Notification, PhysicalLocation, Result as SarifResult, Run } from "sarif";
import { messages } from "../defender.ts";
import type { Finding } from "../evaluation/evaluate.ts";
import { isWaived, type Report } from "../report/report.ts";
import { rules } from "../rules/catalogue.ts";
import { version } from "../version.ts";
import {
  applianceNote,
  type Breakdown,
  breakdownsOf,
  type Failure,
  failuresOf,
  fixLines,
  waiverRemarks,
} from "./failures.ts";
import { serialize } from "./json.ts";
import { type Place, placeOf } from "./place.ts";
import { levelOf, messageText, ruleDescriptors } from "./sarif-rules.ts";
import type { Style } from "./style.ts";
import { neutral } from "./text.ts";
import { waiverNote } from "./waiver-words.ts";

/** What programs take for the root of the repository; nothing in the file says where that lies. */
const ROOT = "%SRCROOT%";

/** Writes the report. It has neither times nor absolute paths of files within the working directory. */
export function sarif(report: Report, { folder }: Style): string {
  const artifacts = artifactsOf(report, folder);
  const indices = new Map(artifacts.map(({ location }, index) => [location?.uri, index]));
  const log: Log = {
    ...head,
    runs: [
      {
        tool,
        invocations: [invocation(report, breakdownsOf(report))],
        artifacts,
        results: failuresOf(report, folder).map((failure) => sarifResult(failure, failure.bundle.name, indices)),
        columnKind: "utf16CodeUnits",
        properties: { verdict: report.verdict, edition: report.edition },
      },
    ],
  };
  return serialize(log, 2);
}

/** What stands before the run. */
export const head = {
  $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
  version: "2.1.0",
} as const;

/** The program, with the catalogue. */
export const tool: Run["tool"] = {
  driver: { name: "certcheck", version, semanticVersion: version, rules: ruleDescriptors },
};

/** The files that were checked, each once. */
function artifactsOf({ bundles }: Report, folder: string): Artifact[] {
  const found = new Map<string, Artifact>();
  for (const { file, sha256 } of bundles.flatMap(({ files }) => files)) {
    const location = artifactLocation(placeOf(file, folder));
    const hashes = sha256 === undefined ? {} : { hashes: { "sha-256": sha256 } };
    if (!found.has(location.uri)) found.set(location.uri, { location, roles: ["analysisTarget"], ...hashes });
  }
  return [...found.values()];
}

const artifactLocation = ({ uri, isInside }: Place): { readonly uri: string; readonly uriBaseId?: string } => ({
  uri,
  ...(isInside && { uriBaseId: ROOT }),
});

const ruleIndices: ReadonlyMap<string, number> = new Map(rules.map(({ id }, index) => [id, index]));

/** The place of a rule in the catalogue. */
function ruleReference(id: string): { readonly index?: number } {
  const index = ruleIndices.get(id);
  return index === undefined ? {} : { index };
}

/** About a finding, perhaps of one appliance. `artifacts` are the places of files in the list of those that were checked, by URI. */
export function sarifResult(
  failure: Failure,
  appliance?: string,
  artifacts: ReadonlyMap<string | undefined, number> = new Map(),
): SarifResult {
  const { result, finding, place, fingerprint } = failure;
  const { rule, severity, refusal } = result;
  const { index: ruleIndex } = ruleReference(rule);
  const note = waiverNote(result);
  return {
    ruleId: rule,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: levelOf(severity),
    message: {
      text: messageText(
        [neutral(finding.message), applianceNote(result), isWaived(result) ? undefined : note, ...fixLines(finding)]
          .filter((line) => line !== undefined)
          .join("\n"),
      ),
    },
    locations: [{ physicalLocation: physicalLocation(finding, place, artifacts.get(place.uri)) }],
    partialFingerprints: { "certcheck/v1": fingerprint },
    ...(isWaived(result) && {
      suppressions: [{ kind: "external", status: "accepted", justification: note ?? "" }],
    }),
    properties: {
      ...(appliance !== undefined && { appliance: neutral(appliance) }),
      ...(refusal !== undefined && { applianceMessage: messages[refusal] }),
    },
  };
}

/** NOTE: DER has no lines, but GitHub shows nothing without one: it gets the first, beside the byte. */
const physicalLocation = (
  { line, endLine, offset }: Finding,
  place: Place,
  index: number | undefined,
): PhysicalLocation => ({
  artifactLocation: { ...artifactLocation(place), ...(index !== undefined && { index }) },
  region: {
    startLine: line ?? 1,
    ...(endLine !== undefined && { endLine }),
    ...(offset !== undefined && { byteOffset: offset }),
  },
});

/** What is not about the files: rules that broke, harmless warnings about the run, and waivers that nobody needs any more. */
export function invocation(
  report: Pick<Report, "exitCode" | "waivers">,
  breakdowns: readonly Pick<Breakdown, "rule" | "message">[],
  warnings: readonly string[] = [],
): Invocation {
  const broken = breakdowns.map(({ rule, message }): Notification => ({
    level: "error",
    message: { text: messageText(message) },
    associatedRule: { id: rule, ...ruleReference(rule) },
  }));
  const warned = warnings.map((text): Notification => ({ level: "warning", message: { text: messageText(text) } }));
  const remarks = waiverRemarks(report).map(({ isExpired, text }): Notification => ({
    level: isExpired ? "warning" : "note",
    message: { text: messageText(text) },
  }));
  return {
    executionSuccessful: broken.length === 0,
    exitCode: report.exitCode,
    ...(broken.length + warned.length > 0 && { toolExecutionNotifications: [...broken, ...warned] }),
    ...(remarks.length > 0 && { toolConfigurationNotifications: remarks }),
  };
}
