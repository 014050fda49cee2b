/** Lines of JSON as a run over a fleet writes them, read back: the results of its parts are put together from them. */
import * as v from "valibot";
import { editions, type MessageId, messages } from "../defender.ts";
import type { Result } from "../evaluation/evaluate.ts";
import { type BundleReport, failOns, verdicts, type WaiverState } from "../report/report.ts";
import { SCHEMA_VERSION } from "../reporters/json.ts";
import { severities } from "../rule.ts";
import { fileRules } from "../rules/index.ts";
import { version } from "../version.ts";
import type { Stray, Unread } from "../bundle/fleet.ts";
import type { FleetRun } from "./report.ts";

/** What a line says of its run; it does not tell where that was. */
type LineRun = Required<Pick<FleetRun, "overall">> & Omit<FleetRun, "folder" | "overall">;

/** What a line says, and of which run it is. */
export type Line = { readonly run: LineRun } & (
  | { readonly kind: "appliance"; readonly report: BundleReport }
  | { readonly kind: "unread"; readonly unread: Unread }
  | { readonly kind: "end"; readonly end: PartEnd }
);

/** What the last line of a part says. */
export interface PartEnd {
  readonly strays: readonly Stray[];
  readonly manifest?: string;
  readonly waivers?: readonly WaiverState[];
  /** Which part it is, such as 3/8; absent if it is the whole. */
  readonly shard?: string;
  readonly interrupted: boolean;
  /** How many appliances it has a result of. */
  readonly appliances: number;
  /** What was not there of the parts that it was put together from. */
  readonly incomplete?: readonly string[];
}

/** Reads a line, or says what is wrong with it, as the end of a sentence. */
export function readLine(text: string): Line | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  const written = v.safeParse(origin, value);
  if (!written.success) return "is not of certcheck's --format jsonl";
  if (written.output.tool.version !== version)
    return `was written by certcheck ${written.output.tool.version}, and this is ${version}`;
  const { success, issues } = v.safeParse(line, value);
  if (!success) return `has something at ${v.getDotPath(issues[0]) ?? "its start"} that certcheck does not write`;
  // It is what the schema says; the schema's own output would have its fields in another order.
  return lineOf(value as v.InferOutput<typeof line>);
}

const origin = v.object({ tool: v.object({ name: v.literal("certcheck"), version: v.string() }) });

const text = v.string();
const texts = v.array(text);
const optional = v.exactOptional;
const instant = v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), v.isoTimestamp());
const whole = (least: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least));
const waiver = { reason: text, owner: text, until: text };

// What is not in the schema would pass on into the reports: there may be nothing else.
const finding = v.strictObject({
  message: text,
  file: text,
  line: optional(whole(1)),
  endLine: optional(whole(1)),
  offset: optional(whole(0)),
  fix: text,
});

const ruleIds: readonly string[] = fileRules.map(({ id }) => id);

const result = v.strictObject({
  rule: v.picklist(ruleIds),
  outcome: v.picklist(["fails", "broken"]),
  severity: v.picklist(severities),
  refusal: optional(v.picklist(Object.keys(messages) as MessageId[])),
  reason: optional(text),
  waived: optional(v.strictObject(waiver)),
  waiverExpired: optional(v.strictObject(waiver)),
  findings: v.array(finding),
});

const bundle = v.strictObject({
  name: text,
  owner: optional(text),
  verdict: v.picklist(verdicts),
  messages: v.array(v.picklist(Object.values(messages))),
  files: v.array(
    v.strictObject({ file: text, slot: v.picklist(["certificate", "key", "chain", "roots"]), kind: text }),
  ),
  certificate: optional(
    v.strictObject({
      subject: text,
      commonName: optional(text),
      issuer: text,
      serialNumber: text,
      notBefore: text,
      notAfter: text,
      signatureAlgorithm: text,
      publicKey: v.strictObject({ algorithm: text, bits: optional(whole(0)), curve: optional(text) }),
      fingerprint: text,
      keyFingerprint: text,
      subjectAltNames: texts,
      crlUrls: texts,
    }),
  ),
  crls: optional(
    v.array(
      v.strictObject({
        name: text,
        kind: v.picklist(["file", "url"]),
        state: v.picklist(["read", "unreadable", "unreachable", "not asked"]),
        crls: v.array(
          v.strictObject({
            issuer: text,
            issuerName: text,
            thisUpdate: text,
            nextUpdate: optional(text),
            number: optional(text),
            entries: whole(0),
          }),
        ),
      }),
    ),
  ),
  notChecked: v.array(v.strictObject({ what: text, why: text, option: optional(text) })),
  results: v.array(result),
});

/** How many came to what: it is counted anew. */
const counts = v.record(text, whole(0));

const line = v.strictObject({
  schemaVersion: v.literal(SCHEMA_VERSION),
  tool: v.unknown(),
  at: instant,
  edition: v.picklist(editions),
  failOn: v.picklist(failOns),
  verdict: v.picklist(verdicts),
  exitCode: v.picklist([0, 1, 3]),
  overall: optional(v.strictObject({ edition: v.picklist(editions), failOn: v.picklist(failOns) })),
  configuration: optional(text),
  waivers: optional(
    v.array(
      v.strictObject({
        rule: text,
        subject: text,
        ...waiver,
        state: v.picklist(["used", "unused", "expired", "unasked", "elsewhere"]),
      }),
    ),
  ),
  bundles: v.pipe(v.array(bundle), v.maxLength(1)),
  unread: optional(
    v.tuple([v.strictObject({ name: text, file: text, why: text, isBroken: optional(v.literal(true)) })]),
  ),
  fleet: optional(
    v.strictObject({
      manifest: optional(text),
      shard: optional(v.pipe(text, v.regex(/^\d{1,6}\/\d{1,6}$/))),
      interrupted: optional(v.literal(true)),
      toCheck: optional(whole(0)),
      incomplete: optional(texts),
      appliances: whole(0),
      verdicts: counts,
      messages: counts,
      rules: counts,
      months: counts,
      results: v.array(v.unknown()),
      strays: v.array(
        v.strictObject({ file: text, kind: v.picklist(["certificate", "key", "chain", "other"]), why: optional(text) }),
      ),
    }),
  ),
});

function lineOf({
  at,
  edition,
  failOn,
  overall = { edition, failOn },
  configuration,
  waivers,
  bundles: [report],
  unread,
  fleet,
}: v.InferOutput<typeof line>): Line | string {
  const run: LineRun = { at, edition, failOn, overall, ...(configuration !== undefined && { configuration }) };
  if (report !== undefined) return { run, kind: "appliance", report: reportOf(report) };
  if (unread !== undefined) return { run, kind: "unread", unread: unread[0] };
  if (fleet === undefined) return "says nothing of an appliance";
  const { manifest, shard, interrupted = false, strays, appliances, incomplete } = fleet;
  return {
    run,
    kind: "end",
    end: {
      strays,
      interrupted,
      appliances,
      ...(incomplete && { incomplete }),
      ...(manifest !== undefined && { manifest }),
      ...(shard !== undefined && { shard }),
      ...(waivers && { waivers }),
    },
  };
}

const reportOf = ({ messages: shown, files, results, ...rest }: v.InferOutput<typeof bundle>): BundleReport => ({
  ...rest,
  messages: shown.flatMap((message) => messageIds.get(message) ?? []),
  files: files.map((file) => ({ ...file, details: [], sha256: undefined })),
  results: results.map(resultOf),
});

const messageIds: ReadonlyMap<string, MessageId> = new Map(
  Object.entries(messages).map(([id, message]) => [message, id as MessageId]),
);

const resultOf = ({ waived, waiverExpired, ...rest }: v.InferOutput<typeof result>): Result => ({
  ...rest,
  ruleSeverity: rest.severity,
  ...(waived && { waiver: { ...waived, state: "in force" as const } }),
  ...(waiverExpired && { waiver: { ...waiverExpired, state: "expired" as const } }),
});
