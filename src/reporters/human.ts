/** The report for people: worst first, one screen for one appliance. */
import type { Result } from "../evaluation/evaluate.ts";
import { type BundleReport, counts, type NotChecked, type Report, type Verdict } from "../report/report.ts";
import { chainLines } from "./chain-drawing.ts";
import { accessLines, submitLines, uploadLines } from "./human-steps.ts";
import {
  BROWSER_TITLE,
  contradiction,
  crlText,
  outline,
  OWN_TITLE,
  unsupportedTitle,
  verdictSentence,
  verdictWord,
} from "./outline.ts";
import { type Page, resultLines } from "./result-lines.ts";
import type { Paint, Style } from "./style.ts";
import { hanging, indent, neutral, pad, where, wrap } from "./text.ts";
import { waiverText } from "./waiver-words.ts";

/** Narrower lines than this cannot be read; wider ones neither. */
const MIN_COLUMNS = 40;
const MAX_COLUMNS = 100;

/** Writes the report. */
export function human(report: Report, given: Style): string {
  const style = { ...given, columns: Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, given.columns)) };
  const texts = report.bundles.map((bundle) => writeBundle(bundle, report, style));
  const remark = contradiction(report);
  const remarkLines = remark === "" ? [] : wrap(remark, style.columns, style.measure);
  return [...texts, waiverLines(report, style), remarkLines]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function writeBundle(bundle: BundleReport, report: Report, given: Style): string[] {
  const style: Page = { ...given, printed: new Map() };
  const { quiet } = style;
  const { refusals, unsupported, own, broken, warnings, notes, waived, holding, skipped } = outline(bundle);
  const isCounted = (result: Result): boolean => counts(result, report.failOn);
  // What has to be seen even in quiet: what makes the exit code 1, and what led to the verdict.
  const weightiest = (results: readonly Result[]): readonly Result[] => (quiet ? results.filter(isCounted) : results);
  const sections = [
    ...(quiet
      ? []
      : [
          fileLines(bundle, report.configuration, style),
          connectionLines(bundle, style),
          chainLines(bundle.chain, style),
          crlLines(bundle, style),
        ]),
    verdictLines(bundle, style),
    browserLines(bundle, style),
    ...refusals.map(({ message, causes }) => [
      ...indent(2, wrap(message, style.columns - 2, style.measure)).map(style.paint.bad),
      ...causes.flatMap((result) => ["", ...indent(2, resultLines(result, style, 2))]),
    ]),
    section(unsupportedTitle(bundle), unsupported, style),
    section(OWN_TITLE, own, style),
    brokenLines(broken, style),
    section("Warnings", weightiest(warnings), style),
    section("Waived", quiet ? waived.filter(isUnsupported) : waived, style),
    noteLines(weightiest(notes), isCounted, style),
    ...(quiet
      ? []
      : [
          notCheckedLines(bundle.notChecked, style),
          fetchLines(bundle, style),
          ...(bundle.upload ? [uploadLines(bundle.upload, style)] : []),
          ...(bundle.endpoint ? [accessLines(bundle.endpoint, "it", style)] : []),
          ...(bundle.submit ? [submitLines(bundle.submit, style)] : []),
          countLines(holding, skipped, style),
        ]),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** Whether the verdict is due to it. */
const isUnsupported = ({ ruleSeverity, isOwn }: Result): boolean => ruleSeverity === "error" && !isOwn;

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

/** The colour of a verdict. */
export const verdictColors = { refused: "bad", unsupported: "unsure", ready: "good" } as const satisfies Readonly<
  Record<Verdict, keyof Paint>
>;

function verdictLines(bundle: BundleReport, { columns, measure, paint, quiet }: Style): string[] {
  const { verdict, name } = bundle;
  const word = verdictWord(bundle).toUpperCase();
  const who = quiet ? `${neutral(name)}: ` : "";
  const [first = "", ...rest] = wrap(`${who}${word}: ${verdictSentence(bundle)}`, columns, measure);
  // A file name may hold any word: the verdict's is the one behind it.
  const painted = first.startsWith(who + word)
    ? who + paint[verdictColors[verdict]](word) + first.slice(who.length + word.length)
    : first;
  return [painted, ...indent(2, rest)];
}

/** What was connected to. */
const connectionLines = ({ endpoint }: BundleReport, style: Style): string[] =>
  endpoint ? [style.paint.strong("Connection"), ...hanging(neutral(endpoint.words.connection), style)] : [];

/** Its error pages, in their order; what to do in front of the first is enough for quiet. */
function browserLines({ endpoint }: BundleReport, style: Style): string[] {
  if (endpoint === undefined || endpoint.browser.length === 0 || style.quiet) return [];
  const lines = endpoint.browser.flatMap(({ code, why, advice }, index) => [
    ...hanging(`${index === 0 ? "" : "then "}${code}: ${neutral(why)}`, style),
    ...indent(4, wrap(neutral(advice), style.columns - 4, style.measure)).map(style.paint.faint),
  ]);
  return [style.paint.strong(BROWSER_TITLE), ...lines];
}

function section(title: string, results: readonly Result[], style: Page): string[] {
  return results.length === 0
    ? []
    : [style.paint.strong(title), ...results.flatMap((result) => ["", ...indent(2, resultLines(result, style, 2))])];
}

/** A note that makes the exit code 1, or was asked for, is told like any failure; of others, a line says enough. */
function noteLines(results: readonly Result[], isCounted: (result: Result) => boolean, style: Page): string[] {
  const isFull = (result: Result): boolean => style.verbose || isCounted(result);
  const brief = results
    .filter((result) => !isFull(result))
    .flatMap(({ rule: id, findings }) =>
      findings.map((finding) => `${where(finding)}: ${neutral(finding.message)} (${neutral(id)})`),
    );
  const full = section("Notes", results.filter(isFull), style);
  if (brief.length === 0) return full;
  const head = full.length > 0 ? [...full, ""] : [style.paint.strong("Notes")];
  return [...head, ...brief.flatMap((note) => hanging(note, style))];
}

/** What certcheck itself failed at. */
export function brokenLines(broken: readonly Result[], style: Style): string[] {
  if (broken.length === 0) return [];
  return [
    style.paint.bad("Errors of certcheck itself; please report them (--debug prints more)"),
    ...broken.flatMap(({ rule: id, reason = "" }) => hanging(`${neutral(id)}: ${neutral(reason)}`, style)),
  ];
}

function notCheckedLines(notChecked: readonly NotChecked[], style: Style): string[] {
  if (notChecked.length === 0) return [];
  const lines = notChecked.map(
    ({ what, why, option }) =>
      `${neutral(what)}: ${neutral(why)}${option === undefined ? "" : ` (give ${neutral(option)})`}`,
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

/** The waivers that somebody may want to take out. Those in use stand with what they cover. */
export function waiverLines({ waivers = [] }: Pick<Report, "waivers">, style: Style): string[] {
  const told = waivers.filter(({ state }) => state !== "used" && (style.verbose || state !== "elsewhere"));
  const rest = waivers.filter(({ state }) => state !== "used").length - told.length;
  if (style.quiet || told.length + rest === 0) return [];
  const lines = [
    ...told.map(waiverText),
    ...(rest === 0 ? [] : [`${rest} for no certificate of this run (--verbose lists them)`]),
  ];
  return [style.paint.strong("Waivers without effect"), ...lines.flatMap((line) => hanging(line, style))];
}

function countLines(holding: readonly Result[], skipped: readonly Result[], style: Style): string[] {
  const numbers = `${holding.length} rules hold, ${skipped.length} do not apply or were left out (--verbose lists them).`;
  if (!style.verbose) return wrap(numbers, style.columns, style.measure).map(style.paint.faint);
  return [
    style.paint.strong(`${holding.length} rules hold`),
    ...hanging(holding.map(({ rule: id }) => neutral(id)).join(", "), style),
    "",
    style.paint.strong(`${skipped.length} rules do not apply or were left out`),
    ...skipped.flatMap(({ rule: id, reason = "" }) => hanging(`${neutral(id)}: ${neutral(reason)}`, style)),
  ];
}
