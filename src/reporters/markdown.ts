/** The report for a job's summary or a comment on a change, in GitHub-flavoured Markdown: what failed, and what to do. */
import type { BrowserError } from "../report/browser.ts";
import type { EndpointFacts } from "../report/endpoint-facts.ts";
import type { Result } from "../evaluation/evaluate.ts";
import type { BundleReport, NotChecked, Report } from "../report/report.ts";
import type { SubmitSteps } from "../report/submit.ts";
import type { UploadSteps } from "../report/upload.ts";
import {
  brokenItem,
  commandLines,
  cut,
  fit,
  folded,
  footLines,
  type Item,
  MAX_COMMANDS,
  noteItem,
  resultItem,
  type Section,
  titled,
  waiverSection,
} from "./markdown-sections.ts";
import { code, inline } from "./markdown-text.ts";
import {
  BROWSER_TITLE,
  contradiction,
  exitReason,
  outline,
  OWN_TITLE,
  type Printed,
  SUBMIT_TITLE,
  tally,
  unsupportedTitle,
  verdictSentence,
  verdictWord,
  verdictWords,
} from "./outline.ts";
import { neutral } from "./text.ts";

/** Writes the report. */
export function markdown(report: Report): string {
  const { bundles } = report;
  const isSingle = bundles.length === 1;
  const remark = contradiction(report);
  const head: Section = titled(`## certcheck: ${verdictWords[report.verdict]}, ${tally(bundles)}`, [
    ...(remark === "" ? [] : [{ lines: [remark, ""], findings: 0 }]),
    ...bundles.map(bundleItem),
  ]);
  const sections = [
    ...(isSingle ? [] : [head]),
    ...bundles.flatMap((bundle) => bundleSections(bundle, isSingle ? remark : "")),
    waiverSection(report),
  ];
  return fit(sections, footLines(report, exitReason(report)));
}

const bundleItem = ({ name, verdict }: BundleReport): Item => ({
  lines: [`- ${verdictWords[verdict]}: ${inline(cut(name))}`],
  findings: 0,
});

function bundleSections(bundle: BundleReport, remark: string): Section[] {
  const { name, endpoint, notChecked, submit, upload } = bundle;
  const parts = outline(bundle);
  const printed: Printed = new Map();
  const items = (results: readonly Result[]): Item[] => results.map((result) => resultItem(result, printed));
  const verdictText = `${verdictWord(bundle)}: ${inline(cut(name))}`;
  const sections = [
    titled(`## ${verdictText}`, [{ lines: [`${capital(verdictSentence(bundle))}. ${remark}`.trim()], findings: 0 }]),
    ...(endpoint ? [titled(`### ${BROWSER_TITLE}`, endpoint.browser.map(browserItem))] : []),
    ...parts.refusals.map(({ message, causes }) => titled(`### ${message}`, items(causes))),
    titled(`### ${unsupportedTitle(bundle)}`, items(parts.unsupported)),
    titled(`### ${OWN_TITLE}`, items(parts.own)),
    titled("### Errors of certcheck itself", parts.broken.map(brokenItem)),
    titled("### Warnings", items(parts.warnings)),
    folded(`Waived: ${parts.waived.length}`, items(parts.waived)),
    ...(upload ? [folded("How to upload", uploadItems(upload))] : []),
    ...(submit ? [folded(SUBMIT_TITLE, submitItems(submit))] : []),
    ...(endpoint ? [folded("The connection", connectionItems(endpoint))] : []),
    folded(`Notes: ${parts.notes.length}`, parts.notes.map(noteItem)),
    folded(`Not checked: ${notChecked.length}`, notChecked.map(notCheckedItem)),
  ];
  return sections.filter((section) => section.items.length > 0);
}

const browserItem = ({ code: shown, why, advice }: BrowserError, index: number): Item => ({
  lines: [`- ${index === 0 ? "" : "then "}${code(shown)}: ${inline(cut(why))}. ${inline(cut(advice))}`],
  findings: 0,
});

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const notCheckedItem = ({ what, why, option }: NotChecked): Item => ({
  lines: [
    `- ${inline(cut(what))}: ${inline(cut(why))}${option === undefined ? "" : ` (give ${code(neutral(option))})`}`,
  ],
  findings: 0,
});

const step = (title: string, commands: readonly string[]): Item => ({
  lines: [`${title}:`, ...commandLines(commands.filter(({ length }) => length <= MAX_COMMANDS)), ""],
  findings: 0,
});

const listed = (title: string, texts: readonly string[]): Item => ({
  lines: [`${title}:`, "", ...texts.map((text) => `- ${text}`), ""],
  findings: 0,
});

const submitItems = ({ file, decidedByCa, check }: SubmitSteps): Item[] => [
  listed(
    `Send ${inline(cut(file))} to the CA. What the request cannot decide, and the CA has to see to`,
    decidedByCa.map((what) => inline(what)),
  ),
  step("Then check what it returns, with the CA's own certificates", [check]),
];

const connectionItems = (endpoint: EndpointFacts): Item[] => [
  { lines: [inline(cut(endpoint.words.connection)), ""], findings: 0 },
  ...accessItems(endpoint, "it"),
];

function uploadItems(upload: UploadSteps): Item[] {
  const { prepare, dialog, command } = upload;
  return [
    ...(prepare === undefined ? [] : [step("First put the chain into one file", [prepare])]),
    listed(
      "In the SSL/TLS Certificates dialog",
      dialog.map(([field, value]) => `${inline(field)}: ${inline(cut(value))}`),
    ),
    step("Or in a shell on the appliance", [command]),
    ...accessItems(upload, "the console"),
  ];
}

/** What those who connect need on their computers. */
const accessItems = ({ root, hosts }: Pick<UploadSteps, "root" | "hosts">, what: string): Item[] => [
  ...(root === undefined
    ? []
    : [
        step(`Whoever opens ${what} needs to trust ${inline(cut(root.name))}, SHA-256 ${code(root.fingerprint)}`, []),
        ...root.commands.map(([system, line]) => step(inline(system), [line])),
      ]),
  ...(hosts === undefined ? [] : [step("Line for a hosts file, until DNS knows the name", [hosts])]),
];
