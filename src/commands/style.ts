/** The style of a report: what the terminal can show, and what the user asked for. Loads only what is needed. */
import { measureOf, type Paint, plain, type Style } from "../reporters/style.ts";
import type { System } from "../system/system.ts";

/** When to colour. */
export type Color = "auto" | "always" | "never";

/** What the user asked for. */
export interface Wishes {
  readonly color: Color;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** What of the system a style depends on. */
type Surroundings = Pick<System, "env" | "terminal" | "folder">;

/** The style for a report for people that has these texts in it. */
export async function styleFor(texts: string, { color, verbose, quiet }: Wishes, system: Surroundings): Promise<Style> {
  return {
    columns: system.terminal.columns,
    measure: await measureOf(texts),
    charset: charsetOf(system),
    paint: wantsColor(color, system) ? await colors() : plain,
    verbose,
    quiet,
    folder: system.folder,
  };
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
