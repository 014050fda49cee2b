/** The picture of the chain in a page: who signed whom down the left, validity on a common axis down the right. */
import type { VNode } from "preact";
import type { ChainFacts } from "../report/chain-facts.ts";
import { type Axis, type Bar, chainPicture, type PictureRow, type Rail, type Tick } from "./chain-picture.ts";
import { neutral } from "./text.ts";

/** What pictures are filled with; once in a page. */
export const patterns = (): VNode => (
  <svg class="patterns" aria-hidden="true">
    <defs>
      <pattern id="expired" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="ground" width="6" height="6" />
        <rect class="stripe" width="3" height="6" />
      </pattern>
      <pattern id="not-begun" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect class="ground" width="6" height="6" />
        <circle class="stripe" cx="3" cy="3" r="1.5" />
      </pattern>
    </defs>
  </svg>
);

/**
 * The picture. Its words are text of the page, which a narrow page can wrap and a screen reader reads; drawn are the
 * rail and the bars, which say nothing that the words do not.
 */
export function chainFigure(chain: ChainFacts, at: string, owner: "appliance" | "server"): VNode {
  const { axis, rows, beside, besideRest } = chainPicture(chain, at);
  return (
    <figure class="chain">
      <figcaption>
        {!chain.ordered && "Put into the right order: the file has another. "}Each certificate is signed by the one
        below it; the bars show when they are valid
        {axis.now && `, the upright line is the time judged, ${axis.now.label}`}.
      </figcaption>
      <div class="row years" aria-hidden="true">
        <div />
        <div class="time">
          <svg>{axis.ticks.map((tick) => label(tick))}</svg>
        </div>
      </div>
      <ol>{rows.map((row) => rowItem(row, axis, owner))}</ol>
      {axis.now && (
        <div class="row judged" aria-hidden="true">
          <div />
          <div class="time">
            <svg>{label(axis.now)}</svg>
          </div>
        </div>
      )}
      {beside.length > 0 && (
        <ul class="beside">
          {beside.map(({ name, place, note }) => (
            <li>
              Beside it: <b dir="auto">{neutral(name)}</b> <span class="faint">{place}</span>, {note}
            </li>
          ))}
          {besideRest > 0 && <li>and {besideRest} more beside it</li>}
        </ul>
      )}
    </figure>
  );
}

/** Near the ends, a label stands beside its tick and not below it. */
const END = 8;

const label = ({ at, label: text }: Tick): VNode => (
  <text x={`${at}%`} y="14" text-anchor={at < END ? "start" : at > 100 - END ? "end" : "middle"}>
    {text}
  </text>
);

function rowItem(
  { mark, up, down, name, place, role, dates, notes, isAtFault, bar }: PictureRow,
  axis: Axis,
  owner: string,
): VNode {
  return (
    <li class={`row ${mark}${isAtFault ? " fault" : ""}`}>
      <svg class="rail" aria-hidden="true">
        {rail(up, "0", "14")}
        {rail(down, "14", "100%")}
        {marks[mark](isAtFault)}
      </svg>
      <div class="who">
        {name !== undefined && <b dir="auto">{neutral(name)}</b>}
        {place !== undefined && role !== undefined && (
          <span class="faint">
            {role === "leaf" ? `the ${owner}'s certificate` : role}, {place}
          </span>
        )}
        {dates !== undefined && <span class="faint">{neutral(dates)}</span>}
        {notes.map((note) => (
          <span class="note">{note}</span>
        ))}
      </div>
      <div class="time" aria-hidden="true">
        <svg>
          {axis.ticks.map(({ at }) => line("tick", at))}
          {bar && barShape(bar)}
          {axis.now && line("halo", axis.now.at)}
          {axis.now && line("now", axis.now.at)}
        </svg>
      </div>
    </li>
  );
}

const line = (kind: string, at: number): VNode => <line class={kind} x1={`${at}%`} x2={`${at}%`} y1="0" y2="100%" />;

const rail = (kind: Rail, from: string, to: string): VNode | false =>
  kind !== "none" && <line class={kind} x1="10" x2="10" y1={from} y2={to} />;

const cross = (): VNode => (
  <g class="cross">
    <line x1="5" x2="15" y1="9" y2="19" />
    <line x1="15" x2="5" y1="9" y2="19" />
  </g>
);

const marks: Readonly<Record<PictureRow["mark"], (isAtFault: boolean) => VNode>> = {
  certificate: (isAtFault) => <circle class={isAtFault ? "bad" : "good"} cx="10" cy="14" r="6" />,
  missing: () => (
    <>
      <circle class="missing" cx="10" cy="14" r="8" />
      {cross()}
    </>
  ),
  broken: cross,
  more: () => (
    <>
      {[8, 14, 20].map((y) => (
        <circle class="more" cx="10" cy={y} r="2" />
      ))}
    </>
  ),
};

/** A nested picture has its middle where the outer one has: percentages and pixels cannot be added. */
const barShape = ({ from, to, state, isCutBefore, isCutAfter }: Bar): VNode => (
  <svg class="bar" y="50%">
    <rect
      class={state.replace(" ", "-")}
      x={`${from}%`}
      width={`${Math.round((to - from) * 100) / 100}%`}
      y="-7"
      height="14"
    />
    {isCutBefore && (
      <text class="cut" x={`${from}%`} dx="3" y="4">
        ◂
      </text>
    )}
    {isCutAfter && (
      <text class="cut" x={`${to}%`} dx="-3" y="4" text-anchor="end">
        ▸
      </text>
    )}
  </svg>
);
