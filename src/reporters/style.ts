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
