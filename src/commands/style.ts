/** The style of a report: what the terminal can show, and what the user asked for. Loads only what is needed. */
import { type Paint, plain, type Style } from "../reporters/style.ts";
import type { Measure } from "../reporters/text.ts";
import { fileTerminal, type System } from "../system/system.ts";

/** When to colour. */
export type Color = "auto" | "always" | "never";

/** Most reports need nothing more. */
const ascii = /^[\0-~]*$/;
/** Scripts whose characters take two columns or none; for all others a character is a column. */
const wide = /[\p{M}\u1100-\u1fff\u2e80-\u{10ffff}]/u;

/** What the user asked for. */
export interface Wishes {
  readonly color: Color;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** What of the system a style depends on. */
type Surroundings = Pick<System, "env" | "terminal" | "folder">;

/** The style for whatever is not for people. */
export const plainStyle: Style = {
  columns: fileTerminal.columns,
  measure: ({ length }) => length,
  charset: "ASCII",
  paint: plain,
  verbose: false,
  quiet: false,
  folder: "",
};

/** The style for a report for people that has these texts in it. */
export async function styleFor(texts: string, { color, verbose, quiet }: Wishes, system: Surroundings): Promise<Style> {
  return {
    columns: system.terminal.columns,
    measure: !ascii.test(texts) && wide.test(texts) ? await widths() : ({ length }) => length,
    charset: charsetOf(system),
    paint: wantsColor(color, system) ? await colors() : plain,
    verbose,
    quiet,
    folder: system.folder,
  };
}

/** Longest text that is measured: to find its characters takes time in the square of its length, and no screen is as wide. */
const MAX_MEASURED = 1000;

async function widths(): Promise<Measure> {
  const { default: stringWidth } = await import("string-width");
  return (text) => (text.length > MAX_MEASURED ? text.length : stringWidth(text));
}

/** What POSIX says of the characters of a terminal: the first of these that is set. */
function charsetOf({ env }: Surroundings): Style["charset"] {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return /utf-?8/i.test(locale) ? "UTF-8" : "ASCII";
}

/** NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org) count unless the command line decides. */
function wantsColor(color: Color, { env, terminal }: Surroundings): boolean {
  if (color !== "auto") return color === "always";
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return terminal.isTerminal && env["TERM"] !== "dumb";
}

async function colors(): Promise<Paint> {
  const { Chalk } = await import("chalk");
  // The sixteen colours follow the terminal's own theme, dark or light.
  const chalk = new Chalk({ level: 1 });
  // Chalk joins all it is given: in a map that would be the index, too.
  return {
    bad: (text) => chalk.red.bold(text),
    unsure: (text) => chalk.yellow.bold(text),
    good: (text) => chalk.green.bold(text),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
  };
}
