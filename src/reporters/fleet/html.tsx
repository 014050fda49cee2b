/** The report on a fleet as a page to attach: one file without script or network, that reads the same in a browser and on paper. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { FleetReport } from "../../fleet/report.ts";
import { READY } from "../../fleet/row.ts";
import type { Rows } from "../../fleet/rows.ts";
import type { Result } from "../../evaluation/evaluate.ts";
import { verdicts } from "../../report/report.ts";
import { about, waiverList } from "../html.tsx";
import { instant } from "../html-facts.tsx";
import { resultList, section } from "../html-findings.tsx";
import { writePage } from "../html-page.tsx";
import { grouped, verdictWords } from "../outline.ts";
import { day, neutral } from "../text.ts";
import { matrixOf, matrixView, groupsOf } from "./html-matrix.tsx";
import { styleWith } from "./html-style.ts";
import { timeline } from "./html-timeline.tsx";
import type { FleetReporter } from "./reporter.ts";
import { withShared } from "./shared-rows.ts";
import {
  across,
  type Count,
  findingsAcross,
  fleetContradiction,
  fleetReason,
  gaps,
  messageCounts,
  plural,
  ruleCounts,
  totals,
  uncheckedCounts,
  untold,
} from "./summary.ts";

/** Appliances of which there is nothing to say, and files, that are listed. */
const MAX_LISTED = 10_000;

export const html: FleetReporter = {
  end(report) {
    const { at, edition, verdict, waivers = [] } = report;
    const rows = withShared(report);
    const matrix = matrixOf(rows);
    const { weighty, notes, broken } = across(report);
    const page = { failOn: report.failOn, printed: new Map() };
    const { unread, strays } = untold(report);
    const title = plural(rows.length + report.unread.length, "appliance");
    const ready = rows.length - matrix.order.length;
    const body = (
      <>
        <header>
          <h1>{title}</h1>
          <p class="faint">
            TLS certificates for Defender for IoT sensors, checked by certcheck before the upload: edition {edition} of
            the documents, as of {neutral(instant(at))}
          </p>
        </header>
        <main>
          {head(report)}
          {section("h2", "When the certificates expire", Object.keys(report.tally.months).length > 0, () =>
            timeline(report),
          )}
          {section("h2", "Appliances", matrix.shown.length > 0, () => matrixView(matrix, rows))}
          {ready > 0 && readyList(rows, ready)}
          {section("h2", "Across appliances", weighty.length > 0, () => resultList(weighty, page))}
          {section("h2", "Errors of certcheck itself", broken.length > 0, () => brokenList(broken))}
          {section("h2", "What the appliances would show", Object.keys(report.tally.messages).length > 0, () =>
            countTable("Appliances that would show a message", "Message", messageCounts(report)),
          )}
          {section("h2", "What fails", Object.keys(report.tally.rules).length > 0, () =>
            countTable("Appliances that fail a rule", "Rule", ruleCounts(report)),
          )}
          {section("h2", "Not checked", report.tally.notChecked.size > 0, () =>
            countTable("Appliances of which something was not checked", "What, and why", uncheckedCounts(report)),
          )}
          {section("h2", "Appliances that were not checked", unread.length > 0, () => (
            <ul>
              {unread.map(({ name, why }) => (
                <li>
                  <bdi>{neutral(name)}</bdi>: {neutral(why)}
                </li>
              ))}
            </ul>
          ))}
          {section("h2", "Files that belong to no appliance", strays.length > 0, () => fileList(strays))}
          {section("h2", "Notes across appliances", notes.length > 0, () => resultList(notes, page))}
        </main>
        <footer>
          {section("h2", "Waivers", waivers.length > 0, () => waiverList(waivers))}
          <h2>About this report</h2>
          {about(report, fleetReason(report))}
        </footer>
      </>
    );
    return `${writePage({ title: `${verdictWords[verdict]}: ${title} - certcheck`, style: styleWith(groupsOf(matrix)), body })}\n`;
  },
};

function head(report: FleetReport): VNode {
  const { verdict, tally, rows, unread } = report;
  const all = rows.length + unread.length;
  const parts = [
    ...verdicts.map((one) => ({ word: one as string, count: tally.verdicts[one] ?? 0 })),
    { word: "not checked", count: unread.length },
  ].filter(({ count }) => count > 0);
  const shared = findingsAcross(report);
  let start = 0;
  return (
    <>
      <p class={`verdict ${verdict}`}>
        <strong>{verdictWords[verdict]}</strong>: {totals(report)}
        {shared && `; ${shared}`}. {fleetContradiction(report)} {gaps(report).join(" ")}
      </p>
      {all > 0 && (
        <svg class="share" aria-hidden="true">
          {parts.map(({ word, count }) => {
            const x = start;
            start += count;
            return (
              <rect class={word.replace(" ", "-")} x={percent(x / all)} width={percent(count / all)} height="100%" />
            );
          })}
        </svg>
      )}
    </>
  );
}

const percent = (part: number): string => `${Math.round(part * 10_000) / 100}%`;

const brokenList = (broken: readonly Result[]): VNode => (
  <ul>
    {broken.map(({ rule, reason = "" }) => (
      <li>
        <code>{neutral(rule)}</code>: <bdi>{neutral(reason)}</bdi>
      </li>
    ))}
  </ul>
);

/** Each is written by itself: as a tree, all of them together would take many times the memory. */
function readyList(rows: Rows, count: number): VNode {
  const items: string[] = [];
  for (let index = 0; index < rows.length && items.length < MAX_LISTED; index++) {
    if (rows.rankAt(index) < READY) continue;
    const { name, notAfter = "" } = rows.at(index);
    items.push(
      renderToString(
        <li>
          <bdi>{neutral(name)}</bdi> <span class="faint">{neutral(day(notAfter))}</span>
        </li>,
      ),
    );
  }
  const rest = count - items.length;
  return (
    <details>
      <summary>
        {plural(count, "appliance")} of which there is nothing to say {count === 1 ? "is" : "are"} ready
      </summary>
      <ul class="ready" dangerouslySetInnerHTML={{ __html: items.join("") }} />
      {rest > 0 && <p>and {grouped(rest)} more; the report in JSON has all</p>}
    </details>
  );
}

const countTable = (caption: string, what: string, counts: readonly Count[]): VNode => (
  <table class="counts">
    <caption class="aside">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Appliances</th>
        <th scope="col">{what}</th>
      </tr>
    </thead>
    <tbody>
      {counts.map(({ count, what: name, title }) => (
        <tr>
          <td>{grouped(count)}</td>
          <td>
            {title === undefined ? (
              neutral(name)
            ) : (
              <>
                <code>{neutral(name)}</code> {title}
              </>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

function fileList(strays: FleetReport["strays"]): VNode {
  const rest = strays.length - MAX_LISTED;
  return (
    <details open={strays.length <= 20}>
      <summary>{plural(strays.length, "file")}</summary>
      <ul>
        {strays.slice(0, MAX_LISTED).map(({ file }) => (
          <li>
            <bdi>{neutral(file)}</bdi>
          </li>
        ))}
      </ul>
      {rest > 0 && <p>and {grouped(rest)} more; the report in JSON has all</p>}
    </details>
  );
}
