/** How a report is to look: what the terminal can show, what the user asked for, and where paths start. */
import type { Measure } from "./text.ts";

/** How the report is to look. */
export interface Style {
  readonly columns: number;
  readonly measure: Measure;
  /** What drawings are made of: a terminal that is not told of UTF-8 may not know lines and crosses. */
  readonly charset: "UTF-8" | "ASCII";
  readonly paint: Paint;
  /** Lists rules that hold, and says of notes why they are there. */
  readonly verbose: boolean;
  /** Says the verdict, and what led to it or to the exit code, nothing else. */
  readonly quiet: boolean;
  /** The working directory: programs expect paths relative to it. */
  readonly folder: string;
}

/** Colours; each returns its text unchanged if there are none. */
export type Paint = Readonly<Record<"bad" | "unsure" | "good" | "strong" | "faint", (text: string) => string>>;

/** No colours. */
export const plain: Paint = { bad: String, unsure: String, good: String, strong: String, faint: String };

/** Columns where nothing tells. */
const USUAL_COLUMNS = 80;

/** The style for whatever is not for people. */
export const plainStyle: Style = {
  columns: USUAL_COLUMNS,
  measure: ({ length }) => length,
  charset: "ASCII",
  paint: plain,
  verbose: false,
  quiet: false,
  folder: "",
};

/** What measures these texts: loads what knows of characters that are wider or narrower than one column only if there are any. */
export const measureOf = async (texts: string): Promise<Measure> =>
  !ascii.test(texts) && wide.test(texts) ? await widths() : ({ length }) => length;

/** Most reports need nothing more. */
const ascii = /^[\0-~]*$/;
/** Scripts whose characters take two columns or none; for all others a character is a column. */
const wide = /[\p{M}\u1100-\u1fff\u2e80-\u{10ffff}]/u;

/** Longest text that is measured: to find its characters takes time in the square of its length, and no screen is as wide. */
const MAX_MEASURED = 1000;

async function widths(): Promise<Measure> {
  const { default: stringWidth } = await import("string-width");
  return (text) => (text.length > MAX_MEASURED ? text.length : stringWidth(text));
}
