/** The report for people: worst first, one screen for one appliance. */
import { messages } from "../defender.ts";
import type { Result } from "../evaluate.ts";
import type { BundleReport, NotChecked, Report, Verdict, WaiverState } from "../report.ts";
import type { Severity } from "../rule.ts";
import type { UploadSteps } from "../upload.ts";
import { chainLines } from "./chain-drawing.ts";
import { crlText, OWN_TITLE, verdictSentence } from "./outline.ts";
import { type Page, resultLines } from "./result-lines.ts";
import type { Paint, Style } from "./style.ts";
import { indent, neutral, pad, where, wrap } from "./text.ts";

/** Narrower lines than this cannot be read; wider ones neither. */
const MIN_COLUMNS = 40;
const MAX_COLUMNS = 100;

/** Writes the report. */
export function human(report: Report, style: Style): string {
  const texts = report.bundles.map((bundle) => writeBundle(bundle, report, style));
  return [...texts, waiverLines(report, style)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function writeBundle(bundle: BundleReport, { exitCode, configuration }: Report, given: Style): string[] {
  const columns = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, given.columns));
  const style: Page = { ...given, columns, printed: new Set() };
  const failed = bundle.results.filter(({ outcome }) => outcome === "fails");
  // Where warnings alone are to blame for the exit code, they are what led to it.
  const showsWarnings = !style.quiet || (exitCode === 1 && failed.every(({ severity }) => severity !== "error"));
  const unpredicted = (wanted: Severity): readonly Result[] =>
    failed.filter(({ refusal, ruleSeverity, isOwn }) => refusal === undefined && ruleSeverity === wanted && !isOwn);
  const own = failed.filter(({ isOwn }) => isOwn);
  const sections = [
    ...(style.quiet
      ? []
      : [fileLines(bundle, configuration, style), chainLines(bundle.chain, style), crlLines(bundle, style)]),
    verdictLines(bundle, style),
    ...bundle.messages.map((id) => [
      ...indent(2, wrap(messages[id], style.columns - 2, style.measure)).map(style.paint.bad),
      ...failed
        .filter(({ refusal }) => refusal === id)
        .flatMap((result) => ["", ...indent(2, resultLines(result, style, 2))]),
    ]),
    section("Not supported", unpredicted("error"), style),
    section(OWN_TITLE, own, style),
    brokenLines(bundle.results, style),
    ...(showsWarnings ? [section("Warnings", unpredicted("warning"), style)] : []),
    ...(style.quiet
      ? []
      : [
          noteLines(unpredicted("info"), style),
          notCheckedLines(bundle.notChecked, style),
          fetchLines(bundle, style),
          ...(bundle.upload ? [uploadLines(bundle.upload, style)] : []),
          countLines(bundle.results, style),
        ]),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function fileLines(
  { files: given }: BundleReport,
  configuration: string | undefined,
  { columns, measure, paint }: Style,
): string[] {
  const files = [
    ...given,
    ...(configuration === undefined ? [] : [{ file: configuration, kind: "configuration", details: [] }]),
  ];
  const names = files.map(({ file }) => neutral(file));
  const kinds = files.map(({ kind }) => kind);
  const [nameWidth, kindWidth] = [names, kinds].map((texts) => Math.max(...texts.map(measure)));
  return files.flatMap(({ details }, index) => {
    const [name = "", kind = ""] = [names[index], kinds[index]];
    const head = `${pad(name, nameWidth, measure)}  ${pad(kind, details.length > 0 ? kindWidth : 0, measure)}`;
    const [first = "", ...rest] = wrap(details.map(neutral).join(", "), columns - measure(head) - 2, measure);
    return [`${paint.strong(head)}  ${first}`.trimEnd(), ...indent(measure(head) + 2, rest)];
  });
}

const verdicts: Readonly<Record<Verdict, readonly [color: keyof Paint, word: string]>> = {
  refused: ["bad", "REFUSED"],
  unsupported: ["unsure", "UNSUPPORTED"],
  ready: ["good", "READY"],
};

function verdictLines(bundle: BundleReport, { columns, measure, paint, quiet }: Style): string[] {
  const { verdict, name } = bundle;
  const [color, word] = verdicts[verdict];
  const who = quiet ? `${neutral(name)}: ` : "";
  const [first = "", ...rest] = wrap(`${who}${word}: ${verdictSentence(bundle)}`, columns, measure);
  // A file name may hold any word: the verdict's is the one behind it.
  const painted = first.startsWith(who + word)
    ? who + paint[color](word) + first.slice(who.length + word.length)
    : first;
  return [painted, ...indent(2, rest)];
}

function section(title: string, results: readonly Result[], style: Page): string[] {
  return results.length === 0
    ? []
    : [style.paint.strong(title), ...results.flatMap((result) => ["", ...indent(2, resultLines(result, style, 2))])];
}

function noteLines(results: readonly Result[], style: Page): string[] {
  if (style.verbose) return section("Notes", results, style);
  if (results.length === 0) return [];
  const notes = results.flatMap(({ rule: id, findings }) =>
    findings.map((finding) => `${where(finding)}: ${neutral(finding.message)} (${id})`),
  );
  return [style.paint.strong("Notes"), ...notes.flatMap((note) => hanging(note, style))];
}

function brokenLines(results: readonly Result[], style: Style): string[] {
  const broken = results.filter(({ outcome }) => outcome === "broken");
  if (broken.length === 0) return [];
  return [
    style.paint.bad("Errors of certcheck itself; please report them (--debug prints more)"),
    ...broken.flatMap(({ rule: id, reason = "" }) => hanging(`${id}: ${neutral(reason)}`, style)),
  ];
}

function notCheckedLines(notChecked: readonly NotChecked[], style: Style): string[] {
  if (notChecked.length === 0) return [];
  const lines = notChecked.map(
    ({ what, why, option }) => `${neutral(what)}: ${neutral(why)}${option === undefined ? "" : ` (give ${option})`}`,
  );
  return [style.paint.strong("Not checked"), ...lines.flatMap((line) => hanging(line, style))];
}

/** What each place handed out. */
function crlLines({ crls = [] }: BundleReport, style: Style): string[] {
  if (crls.length === 0) return [];
  const lines = crls.map(({ name, state, crls: lists }) => {
    const what = lists.map(crlText);
    return `${neutral(name)}: ${what.length > 0 ? what.map(neutral).join("; ") : state}`;
  });
  return [style.paint.strong("Revocation lists"), ...lines.flatMap((line) => hanging(line, style))];
}

/** What certcheck reached says little of what the appliance reaches. */
function fetchLines({ fetchCommand }: BundleReport, { columns, measure, paint, printed }: Page): string[] {
  if (fetchCommand === undefined || printed.has(fetchCommand)) return [];
  const title = "The CRLs were asked for from this machine; to try from the sensor's network";
  return [...wrap(title, columns, measure).map(paint.strong), `  ${neutral(fetchCommand)}`];
}

function uploadLines({ prepare, dialog, command, root, hosts }: UploadSteps, style: Style): string[] {
  const width = Math.max(...dialog.map(([field]) => field.length));
  return [
    ...(prepare === undefined ? [] : ["First put the chain into one file", `  ${neutral(prepare)}`, ""]),
    style.paint.strong("Upload in the SSL/TLS Certificates dialog"),
    ...dialog.map(([field, value]) => `  ${field.padEnd(width)}  ${neutral(value)}`),
    "or in a shell on the appliance",
    `  ${neutral(command)}`,
    ...(root
      ? [
          "",
          ...wrap(
            `Whoever opens the console needs to trust ${neutral(root.name)} in ${neutral(root.file)}, SHA-256`,
            style.columns,
            style.measure,
          ),
          `  ${root.fingerprint}`,
        ]
      : []),
    ...(root ? root.commands.map(([system, line]) => `  ${system.padEnd(8)} ${neutral(line)}`) : []),
    ...(hosts === undefined ? [] : ["", "Line for a hosts file, until DNS knows the name", `  ${neutral(hosts)}`]),
  ];
}

/** The waivers that cover nothing, which somebody may want to take out. Those in use stand with what they cover. */
function waiverLines({ waivers = [] }: Report, style: Style): string[] {
  const told = waivers.filter(({ state }) => state !== "used" && (style.verbose || state !== "elsewhere"));
  const elsewhere = waivers.filter(({ state }) => state === "elsewhere").length;
  if (style.quiet || (told.length === 0 && elsewhere === 0)) return [];
  const lines = told.map(({ rule, subject, owner, until, state }) =>
    `${neutral(rule)} for ${neutral(subject)}, by ${neutral(owner)}: ${waiverStates[state]} ${state === "expired" ? until : ""}`.trimEnd(),
  );
  const rest = `${elsewhere} for no certificate of this run (--verbose lists them)`;
  return [
    style.paint.strong("Waivers"),
    ...[...lines, ...(style.verbose || elsewhere === 0 ? [] : [rest])].flatMap((line) => hanging(line, style)),
  ];
}

const waiverStates = {
  used: "in use",
  unused: "covers nothing, the rule does not fail",
  expired: "expired on",
  unasked: "the rule was not asked",
  elsewhere: "for no certificate of this run",
} as const satisfies Readonly<Record<WaiverState["state"], string>>;

function countLines(results: readonly Result[], style: Style): string[] {
  const holding = results.filter(({ outcome }) => outcome === "holds").map(({ rule: id }) => id);
  const skipped = results.filter(({ outcome }) => outcome === "skipped");
  const counts = `${holding.length} rules hold, ${skipped.length} do not apply or were left out (--verbose lists them).`;
  if (!style.verbose) return wrap(counts, style.columns, style.measure).map(style.paint.faint);
  return [
    style.paint.strong(`${holding.length} rules hold`),
    ...hanging(holding.join(", "), style),
    "",
    style.paint.strong(`${skipped.length} rules do not apply or were left out`),
    ...skipped.flatMap(({ rule: id, reason = "" }) => hanging(`${id}: ${neutral(reason)}`, style)),
  ];
}

/** A paragraph, indented, its further lines more so. */
function hanging(text: string, { columns, measure }: Style): string[] {
  const [first = "", ...rest] = wrap(text, columns - 4, measure);
  return [`  ${first}`, ...indent(4, rest)];
}
