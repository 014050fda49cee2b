/** The report as a page to attach: one file without script or network, that reads the same in a browser and on paper. */
import type { VNode } from "preact";
import type { BundleReport, Report, WaiverState } from "../report/report.ts";
import { ruleSetVersion } from "../evaluation/rule-set.ts";
import { version } from "../version.ts";
import { bundleSections } from "./html-bundle.tsx";
import { instant, pairs } from "./html-facts.tsx";
import { patterns } from "./html-chain.tsx";
import { type Page, section } from "./html-findings.tsx";
import { writePage } from "./html-page.tsx";
import { style } from "./html-style.ts";
import { contradiction, exitReason, tally, verdictWord, verdictWords } from "./outline.ts";
import { neutral } from "./text.ts";
import { stateWords } from "./waiver-words.ts";

/** Writes the report. */
export function html(report: Report): string {
  const { bundles, at, edition } = report;
  const [first] = bundles;
  const isSingle = bundles.length === 1 && first !== undefined;
  const title = isSingle ? neutral(first.name) : `${bundles.length} appliances`;
  return writePage({
    title: `${isSingle ? verdictWord(first) : verdictWords[report.verdict]}: ${shorten(title)} - certcheck`,
    style,
    body: (
      <>
        {patterns()}
        <header>
          <h1>{title}</h1>
          <p class="faint">
            {isSingle
              ? subjects[first.purpose ?? "upload"]
              : "TLS certificates for Defender for IoT sensors, checked by certcheck before the upload"}
            : edition {edition} of the documents, as of {neutral(instant(at))}
          </p>
        </header>
        <main>
          {isSingle
            ? bundleSections(first, at, pageOf(report), ["h2", "h3"], contradiction(report))
            : severalBundles(report)}
        </main>
        <footer>
          {section("h2", "Waivers", (report.waivers ?? []).length > 0, () => waiverList(report.waivers ?? []))}
          <h2>About this report</h2>
          {about(report, exitReason(report))}
        </footer>
      </>
    ),
  });
}

const pageOf = ({ failOn }: Report): Page => ({ failOn, printed: new Map() });

/** The title of a window has no room for more. */
const MAX_TITLE = 80;

const shorten = (text: string): string => {
  const points = Array.from(text.slice(0, MAX_TITLE * 2));
  return points.length > MAX_TITLE ? `${points.slice(0, MAX_TITLE).join("")}…` : text;
};

const severalBundles = (report: Report): VNode => (
  <>
    <p class={`verdict ${report.verdict}`}>
      <strong>{verdictWords[report.verdict]}</strong>: {tally(report.bundles)}. {contradiction(report)}
    </p>
    {report.bundles.length > 0 && summary(report.bundles)}
    {report.bundles.map((bundle, index) => (
      <article>
        <h2 id={anchor(index)}>{neutral(bundle.name)}</h2>
        {bundleSections(bundle, report.at, pageOf(report), ["h3", "h4"])}
      </article>
    ))}
  </>
);

const anchor = (index: number): string => `appliance-${index + 1}`;

const summary = (bundles: readonly BundleReport[]): VNode => (
  <table>
    <caption>All appliances</caption>
    <thead>
      <tr>
        <th scope="col">Appliance</th>
        <th scope="col">Verdict</th>
        <th scope="col">Valid until</th>
      </tr>
    </thead>
    <tbody>
      {bundles.map(({ name, verdict, certificate }, index) => (
        <tr>
          <td>
            <a href={`#${anchor(index)}`}>{neutral(name)}</a>
          </td>
          <td class={verdict}>{verdictWords[verdict]}</td>
          <td>{certificate ? neutral(instant(certificate.notAfter)) : "unknown"}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** What came of the waivers. */
export const waiverList = (waivers: readonly WaiverState[]): VNode => (
  <ul>
    {waivers.map(({ rule, subject, state, until, owner, reason }) => (
      <li class={`waiver-${state}`}>
        <code>{neutral(rule)}</code> for <bdi>{neutral(subject)}</bdi>: {stateWords[state]} {neutral(until)} (
        <bdi>{neutral(owner)}</bdi>: <bdi>{neutral(reason)}</bdi>)
      </li>
    ))}
  </ul>
);

/** By what, and as of when, the report was made; why the run ended as it did. */
export function about(
  { at, edition, configuration, exitCode }: Pick<Report, "at" | "edition" | "configuration" | "exitCode">,
  reason: string,
): VNode {
  return pairs([
    ["certcheck", version],
    ["Rules", ruleSetVersion()],
    ["Documents", `edition ${edition}`],
    ["Time judged", instant(at)],
    ...(configuration === undefined ? [] : [["Configuration", configuration] as const]),
    ["Exit code", `${exitCode}: ${reason}`],
  ]);
}

/** What a report on one is about. */
const subjects = {
  upload: "TLS certificate for a Defender for IoT sensor, checked by certcheck before the upload",
  request: "Request for the TLS certificate of a Defender for IoT sensor, judged by certcheck before a CA sees it",
  endpoint: "A live TLS server, looked at by certcheck",
} as const satisfies Readonly<Record<NonNullable<BundleReport["purpose"]> | "upload", string>>;
