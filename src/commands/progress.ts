/** A line on a terminal that says how far a long run has come, how fast it goes, and how long it will take. */
import { progressLine } from "../gather/progress-line.ts";
import type { System } from "../system/system.ts";

/** Characters of the bar. */
const WIDTH = 20;

/** A bar for so many things to be done. */
export function progressBar(
  total: number,
  system: Pick<System, "now" | "showProgress">,
): { readonly show: (done: number) => void; readonly end: () => void } {
  const { show, end } = progressLine(system);
  return { show: (done) => show((elapsed) => progressText(done, total, elapsed)), end };
}

/** `[#####-----] 50 %  500 of 1,000  250/s  about 2 s left`; `elapsed` is in milliseconds. */
export function progressText(done: number, total: number, elapsed: number): string {
  const full = Math.round((done / total) * WIDTH);
  const rate = (done / elapsed) * 1000;
  const left = Math.ceil((total - done) / rate);
  const time = left < 100 ? `${left} s` : `${Math.ceil(left / 60)} min`;
  // Of nothing, no time can be told.
  const estimate = done === 0 ? "" : `  about ${time} left`;
  const bar = "#".repeat(full) + "-".repeat(WIDTH - full);
  const percent = Math.floor((done / total) * 100);
  const number = (value: number): string => Math.round(value).toLocaleString("en");
  return `[${bar}] ${percent} %  ${number(done)} of ${number(total)}  ${number(rate)}/s${estimate}`;
}
