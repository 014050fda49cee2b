/** The style of a fleet's page, besides that of every page; which rows of the matrix are seen is decided here, for there is no script. */
import { style as pageStyle } from "../html-style.ts";

/** What rows can be chosen by; a group's choices are numbered from 0, which stands for all. */
export interface Choices {
  /** The word that the ids of the inputs and the classes of the rows begin with. */
  readonly group: string;
  readonly count: number;
}

/** The style of a page whose rows can be chosen by these. */
export const styleWith = (choices: readonly Choices[]): string =>
  [pageStyle, fleetStyle, ...choices.flatMap(rulesOf)].join("\n");

/** A row is seen unless a choice is made that it is not in. */
const rulesOf = ({ group, count }: Choices): string[] =>
  Array.from({ length: count }, (_, index) => index + 1).map(
    (index) => `main:has(#${group}-${index}:checked) .matrix tbody tr:not(.${group}-${index}) { display: none; }`,
  );

const fleetStyle = `
body { max-width: 76rem; }
main > section > p, .results, dl, .verdict { max-width: 54rem; }
.error { --tone: var(--bad); } .not-checked { --tone: var(--faint); }
.share { display: block; width: 100%; max-width: 54rem; height: .75rem; margin-top: .5rem; background: var(--shade); }
.share rect { fill: var(--tone); stroke: var(--paper); stroke-width: 1; }

.months { display: grid; grid-template-columns: max-content max-content minmax(0, 1fr); gap: .15rem .75rem; max-width: 54rem; }
.months li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: center; }
.months .count { text-align: right; font-variant-numeric: tabular-nums; }
.length { display: block; width: 100%; height: 1rem; } .length rect { fill: var(--link); }
.past { color: var(--bad); font-weight: 600; } .past rect { fill: var(--bad); } .none { color: var(--faint); }
.months .weeks { grid-column: 3; margin: 0 0 .35rem; font-size: .875rem; color: var(--faint); }

.filters { display: grid; gap: .75rem; margin: 0 0 1rem; }
fieldset { border: 1px solid var(--edge); margin: 0; padding: .35rem .75rem .6rem; min-width: 0; }
legend { padding: 0 .35rem; font-weight: 600; }
fieldset div { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; max-height: 12rem; overflow: auto; }
label { display: inline-flex; align-items: baseline; gap: .35rem; min-height: 1.5rem; cursor: pointer; min-width: 0; }
label input { accent-color: var(--link); flex: none; margin: 0; width: 1rem; height: 1rem; transform: translateY(.15rem); }
@supports not selector(:has(*)) { .filters { display: none; } }

.scroll { counter-reset: seen; overflow: auto; max-height: 90vh; border-bottom: 1px solid var(--edge); }
.matrix { margin: 0; width: auto; min-width: 100%; }
.matrix th, .matrix td { overflow: visible; padding: .3rem .6rem .3rem 0; overflow-wrap: normal; }
.matrix tbody tr { counter-increment: seen; }
.matrix tbody th { font-weight: 400; min-width: 14rem; max-width: 30rem; overflow-wrap: anywhere; overflow: clip; overflow-clip-margin: .3em; }
.matrix tbody th > * { display: block; }
.matrix .found { font-size: .875rem; color: var(--faint); }
.matrix thead th { vertical-align: bottom; position: sticky; top: 0; z-index: 1; background: var(--paper); box-shadow: 0 1px var(--edge); }
.matrix td:nth-child(2), .matrix .when { width: 1%; white-space: nowrap; }
.matrix .owner { min-width: 6rem; overflow-wrap: anywhere; }
.matrix .rule { padding: .3rem 0; width: 1.75rem; min-width: 1.75rem; text-align: center; font-weight: 400; }
.matrix thead .rule span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 18rem; color: var(--ink); overflow-wrap: anywhere; }
.matrix td.rule { border-left: 1px solid var(--tick); color: var(--ink); }
.matrix tbody tr:hover > * { background: var(--shade); }
.mark-error { color: var(--bad); } .mark-warning { color: var(--unsure); }
.mark { font-size: 1rem; line-height: 1; }
td.error { color: var(--bad); font-weight: 600; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.seen::after { content: counter(seen); }
.legend { font-size: .875rem; color: var(--faint); display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0; }
.counts { max-width: 54rem; } .counts th { overflow-wrap: normal; } .counts td:first-child { text-align: right; width: 1%; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ready { columns: 22rem; column-gap: 2rem; }
.ready li { break-inside: avoid; overflow: clip; overflow-clip-margin: .3em; }

@media (max-width: 40rem) { .months li { grid-template-columns: subgrid; } }
@media print, (max-width: 48rem) {
  .scroll { overflow: visible; max-height: none; border: 0; }
  .matrix, .matrix tbody, .matrix tr { display: block; } .matrix thead { display: none; }
  .matrix tbody tr { padding: .5rem 0; border-bottom: 1px solid var(--edge); break-inside: avoid; }
  .matrix tbody th, .matrix td, .matrix td:nth-child(2), .matrix .when { display: block; overflow-wrap: anywhere; white-space: normal; border: 0; padding: 0; min-width: 0; max-width: none; width: auto; text-align: left; }
  .matrix td.rule { border: 0; width: auto; text-align: left; display: block; } .matrix td.rule:empty, .matrix td:empty { display: none; }
  .aside { position: static; width: auto; height: auto; overflow: visible; clip-path: none; white-space: normal; }
}
@media print { .filters, .matrix + .seen { display: none; } details > :not(summary) { display: block; } }
`.trim();
