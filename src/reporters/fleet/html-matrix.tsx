/** Appliances against the rules that they fail, to be narrowed down by verdict, rule and owner without a script. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { type Failure, READY, type Row } from "../../fleet/row.ts";
import type { Rows } from "../../fleet/rows.ts";
import { grouped } from "../outline.ts";
import { day, neutral } from "../text.ts";
import type { Choices } from "./html-style.ts";
import { plural, rowWord, worstFirst } from "./summary.ts";

/** Rows, columns and owners; more are slow to show, and nobody looks through them. */
const MAX_ROWS = 2000;
const MAX_RULES = 100;
const MAX_OWNERS = 50;
/** Characters of a name, of what was found, and of an owner. */
const MAX_TEXT = 300;

/** What the matrix is of. */
export interface Matrix {
  /** Places of the appliances that there is something to say of, worst first; the first of them are in it. */
  readonly order: readonly number[];
  readonly shown: readonly number[];
  readonly verdicts: readonly Choice[];
  /** Rules, those that most fail first. */
  readonly rules: readonly Choice[];
  readonly owners: readonly Choice[];
}

/** Something that rows can be chosen by, and how many they are. */
export interface Choice {
  readonly what: string;
  readonly count: number;
}

/** Looks through the appliances. */
export function matrixOf(rows: Rows): Matrix {
  const order = worstFirst(rows, READY);
  const shown = order.slice(0, MAX_ROWS);
  const [verdicts, rules, owners] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (const index of shown) {
    const row = rows.at(index);
    count(verdicts, rowWord(row));
    for (const { rule } of row.failures) count(rules, rule);
    if (row.owner !== undefined) count(owners, row.owner);
  }
  const mostFirst = (counts: ReadonlyMap<string, number>): Choice[] =>
    choicesOf(counts).toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
  return {
    order,
    shown,
    verdicts: choicesOf(verdicts),
    rules: mostFirst(rules).slice(0, MAX_RULES),
    owners: mostFirst(owners).slice(0, MAX_OWNERS),
  };
}

const choicesOf = (counts: ReadonlyMap<string, number>): Choice[] =>
  [...counts].map(([what, number]) => ({ what, count: number }));

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** What the style has to know of it. */
export const groupsOf = ({ verdicts, rules, owners }: Matrix): readonly Choices[] => [
  { group: "verdict", count: verdicts.length },
  { group: "rule", count: rules.length },
  { group: "owner", count: owners.length },
];

/** The choices, and the table. */
export function matrixView(matrix: Matrix, rows: Rows): VNode {
  const { order, shown, verdicts, rules, owners } = matrix;
  return (
    <>
      <div class="filters">
        {choice("verdict", "Verdict", verdicts, shown.length)}
        {choice("rule", "Fails the rule", rules, shown.length)}
        {owners.length > 0 && choice("owner", "Owner", owners, shown.length)}
      </div>
      <section class="scroll" aria-label="Appliances and the rules they fail" tabIndex={0}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">Appliance</th>
              <th scope="col">Verdict</th>
              <th scope="col">Expires</th>
              {owners.length > 0 && <th scope="col">Owner</th>}
              {rules.map(({ what }) => (
                <th scope="col" class="rule">
                  <span>{shorten(what)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody dangerouslySetInnerHTML={{ __html: rowTexts(matrix, rows) }} />
        </table>
      </section>
      <p class="legend">
        <span class="seen">Rows seen: </span>
        {Object.values(marks).map(([mark, kind, meaning]) => (
          <span>
            <b class={`mark mark-${kind}`} aria-hidden="true">
              {mark}
            </b>{" "}
            {meaning}
          </span>
        ))}
      </p>
      {order.length > shown.length && (
        <p>
          {plural(order.length - shown.length, "more appliance")} of which there is something to say{" "}
          {order.length - shown.length === 1 ? "is" : "are"} not in the table; the report in JSON has all.
        </p>
      )}
    </>
  );
}

const choice = (group: string, title: string, choices: readonly Choice[], all: number): VNode => (
  <fieldset>
    <legend>{title}</legend>
    <div>
      {[{ what: "any", count: all }, ...choices].map(({ what, count: number }, index) => (
        <label>
          <input type="radio" name={group} id={`${group}-${index}`} checked={index === 0} />
          <span>
            <bdi>{shorten(what)}</bdi> <span class="faint">{grouped(number)}</span>
          </span>
        </label>
      ))}
    </div>
  </fieldset>
);

/** Each row is written by itself: as a tree, all of them together would take many times the memory. */
function rowTexts({ shown, verdicts, rules, owners }: Matrix, rows: Rows): string {
  const [byVerdict, byRule, byOwner] = [verdicts, rules, owners].map(
    (choices) => new Map(choices.map(({ what }, index) => [what, index + 1])),
  );
  return shown
    .map((index) => {
      const row = rows.at(index);
      const { failures, owner } = row;
      const classes = [
        `verdict-${byVerdict?.get(rowWord(row))}`,
        ...failures.flatMap(({ rule }) => (byRule?.has(rule) ? [`rule-${byRule.get(rule)}`] : [])),
        ...(owner !== undefined && byOwner?.has(owner) ? [`owner-${byOwner.get(owner)}`] : []),
      ];
      return renderToString(rowView(row, classes.join(" "), rules, owners.length > 0));
    })
    .join("");
}

function rowView(row: Row, classes: string, rules: readonly Choice[], hasOwners: boolean): VNode {
  const { name, notAfter = "", owner, failures } = row;
  const word = rowWord(row);
  const [first] = failures;
  return (
    <tr class={classes}>
      <th scope="row">
        <bdi>{shorten(name)}</bdi>
        {first !== undefined && <span class="found">{shorten(first.message)}</span>}
      </th>
      <td class={word.toLowerCase()}>{word}</td>
      <td class="when">{shorten(day(notAfter))}</td>
      {hasOwners && <td class="owner">{owner !== undefined && <bdi>{shorten(owner)}</bdi>}</td>}
      {rules.map(({ what }) => cell(failures.find(({ rule }) => rule === what)))}
    </tr>
  );
}

function cell(failure: Failure | undefined): VNode {
  if (failure === undefined) return <td class="rule" />;
  const [mark, kind, meaning] = marks[kindOf(failure)];
  return (
    <td class="rule">
      <b class={`mark mark-${kind}`} aria-hidden="true">
        {mark}
      </b>
      <span class="aside">
        {" "}
        {shorten(failure.rule)}, {meaning}
      </span>
    </td>
  );
}

/** What stands for a failure: the mark, what it is coloured as, its meaning. */
const marks = {
  broken: ["✕", "error", "error of certcheck itself"],
  counted: ["●", "error", "fails the run"],
  error: ["◆", "error", "error that does not count"],
  warning: ["▲", "warning", "warning"],
  info: ["·", "info", "note"],
  waived: ["○", "info", "waived"],
} as const;

function kindOf({ isBroken, isWaived, counts, severity }: Failure): keyof typeof marks {
  if (isBroken) return "broken";
  if (isWaived) return "waived";
  return counts ? "counted" : severity;
}

const shorten = (text: string): string => neutral(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
