/** The style of the page: system fonts, light, dark and paper, from 320 pixels up; contrasts as WCAG 2.2 level AA asks. */

/** Written as one text without blank margins, for its hash stands in the page's policy. */
export const style = `
:root {
  color-scheme: light;
  --paper: #ffffff; --shade: #f4f5f7; --ink: #1b1f24; --faint: #57606a; --edge: #c9d0d8; --tick: #dfe4e9;
  --bad: #b42318; --unsure: #855300; --good: #1a6b3c; --link: #0b57b0;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --paper: #15181c; --shade: #1f2429; --ink: #e7e9ec; --faint: #a5adb6; --edge: #464e57; --tick: #2d333a;
    --bad: #ff8d7d; --unsure: #e5b14d; --good: #6fce94; --link: #84b8ff;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 4rem;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}
/* A heap of combining marks stays within its own block. */
p, li, dt, dd, td, h1, h2, h3, h4, pre, .who > * { overflow: clip; overflow-clip-margin: .3em; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3, h4 { font-size: 1.05rem; line-height: 1.4; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0; }
ul, ol { margin: 0; padding: 0; list-style: none; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em; }
.faint, .why, .rule { color: var(--faint); }
.patterns { position: absolute; width: 0; height: 0; }

.verdict { margin: 1.5rem 0 0; padding: .75rem 1rem; border: 1px solid; border-left-width: .5rem; font-size: 1.125rem; }
.verdict strong { font-size: 1.35rem; text-transform: uppercase; letter-spacing: .02em; }
.verdict, td { white-space: normal; }
.refused { --tone: var(--bad); } .unsupported { --tone: var(--unsure); } .ready { --tone: var(--good); }
.verdict { border-color: var(--tone); } .verdict strong, td.refused, td.unsupported, td.ready { color: var(--tone); }
td.refused, td.unsupported, td.ready { font-weight: 600; }

h3.message, h4.message { color: var(--bad); }
.results > li { margin: 0 0 1.5rem; padding-left: 1rem; border-left: 3px solid var(--edge); }
.results > .error { border-color: var(--bad); } .results > .warning { border-color: var(--unsure); }
.results > .waived { border-left-style: dashed; }
.what { font-weight: 600; } .place { font-weight: 400; }
.message, .place, dd, td, pre { white-space: pre-wrap; }
.rule { font-size: .9375rem; } .rule code { color: var(--ink); }
.waiver { padding: .25rem .75rem; background: var(--shade); }
.fix { margin-top: .5rem; }
pre { margin: .4rem 0 .75rem; padding: .6rem .8rem; background: var(--shade); border: 1px solid var(--edge); }
pre code { display: block; padding-left: 1.5em; text-indent: -1.5em; font-size: 1em; }
pre span, .option { white-space: nowrap; }
section > ul:not(.results) > li, footer ul > li { margin: .35rem 0; padding-left: 1rem; border-left: 3px solid var(--edge); }
.hash { font-size: .875rem; }
details { margin: .35rem 0; } summary { cursor: pointer; }
details ul { margin: .25rem 0 .75rem 1.1rem; } .rules { columns: 16rem; }
.system { margin-top: .5rem; }

dl { margin: 0; } dl > div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 1rem; padding: .2rem 0; }
dt { color: var(--faint); } dd { margin: 0; grid-column: 2; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--edge); }
article { margin-top: 3rem; border-top: 2px solid var(--edge); }
footer { margin-top: 3rem; border-top: 1px solid var(--edge); font-size: .9375rem; }
footer h2 { font-size: 1.05rem; margin-top: 1.5rem; }

figure { margin: 0; } figcaption { color: var(--faint); margin-bottom: .75rem; }
.row { position: relative; display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 0 1rem; padding-left: 2rem; }
.row > .rail { position: absolute; left: 0; top: 0; width: 1.25rem; height: calc(100% + 1px); overflow: visible; }
.row svg { fill: none; stroke-width: 2; overflow: visible; }
.who { padding: .15rem 0 .7rem; min-width: 0; } .who > * { display: block; } .who .faint { font-size: .875rem; }
.note { color: var(--ink); font-size: .9375rem; } .fault .note { color: var(--bad); font-weight: 600; }
.time { position: relative; min-height: 2rem; }
.time > svg { position: absolute; left: 0; top: 0; width: 100%; height: calc(100% + 1px); }
.years .time, .judged .time { min-height: 1.4rem; }
.time text { fill: var(--faint); stroke: none; font-size: .8125rem; font-variant-numeric: tabular-nums; }
.judged text { fill: var(--ink); font-weight: 600; }
.rail .solid { stroke: var(--faint); } .rail .broken { stroke: var(--bad); stroke-dasharray: 3 4; }
.rail .good { fill: var(--good); stroke: var(--paper); } .rail .bad { fill: var(--paper); stroke: var(--bad); stroke-width: 3; }
.rail .missing { fill: var(--paper); stroke: var(--bad); stroke-dasharray: 3 3; }
.rail .more { fill: var(--faint); stroke: var(--paper); stroke-width: 1; }
.cross { stroke: var(--bad); stroke-width: 3; }
.tick { stroke: var(--tick); stroke-width: 1; } .now { stroke: var(--ink); stroke-width: 1.5; } .halo { stroke: var(--paper); stroke-width: 4; }
.ground { fill: var(--paper); }
.bar .current { fill: var(--good); stroke: var(--good); stroke-width: 1; }
#expired .stripe { fill: var(--bad); } .bar .expired { fill: url(#expired); stroke: var(--bad); stroke-width: 1; }
#not-begun .stripe { fill: var(--unsure); } .bar .not-begun { fill: url(#not-begun); stroke: var(--unsure); stroke-width: 1; }
.bar .cut { fill: var(--paper); }
.beside li { padding-left: 2rem; margin-top: .35rem; color: var(--ink); }

@media (max-width: 40rem) {
  body { padding: 1.25rem .9rem 3rem; }
  .row, dl > div { grid-template-columns: minmax(0, 1fr); } dd { grid-column: 1; }
  .row:not(.years) .time { margin-bottom: .6rem; } .broken .time, .missing .time, .more .time { display: none; }
}
@media print {
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; } body { max-width: none; padding: 0; }
  h1, h2, h3, h4, summary, figcaption { break-after: avoid; } .what, .rule, pre, .row, dl > div, tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; } article { break-before: page; }
  .row { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
}
`.trim();
