/** What the help and the manual say of a command besides its operands and options: text, examples, exit codes. */
import type { Command } from "commander";

/** One section; it has a text, or rows, or both. */
export interface Section {
  /** Absent where the text goes with the options. */
  readonly title?: string;
  /** Paragraphs. */
  readonly text?: readonly string[];
  /** What it explains, such as an exit code or a command line, and the explanation, which may be empty. */
  readonly rows?: readonly (readonly [term: string, meaning: string])[];
}

const sections = new WeakMap<Command, readonly Section[]>();

/** Gives a command more to say. */
export function addSections(command: Command, ...more: readonly Section[]): Command {
  sections.set(command, [...sectionsOf(command), ...more]);
  return command;
}

/** What a command says. */
export const sectionsOf = (command: Command): readonly Section[] => sections.get(command) ?? [];

/** Command lines, with what they are for. */
export const examples = (...rows: readonly (readonly [line: string, meaning: string])[]): Section => ({
  title: "Examples",
  rows,
});

/** What the exit code says, from 0 on. */
export const exitCodes = (meanings: Readonly<Record<number, string>>): Section => ({
  title: "Exit codes",
  rows: Object.entries({ ...meanings, 3: "an error of certcheck itself" }),
});

/** What it says of commands that judge. */
const judging = {
  0: "nothing at or above --fail-on",
  1: "findings",
  2: "the command line, the configuration, a file that cannot be opened, a report that cannot be written, or nothing to check",
} as const;

/** The same as a section. */
export const judgingExitCodes = exitCodes(judging);

/** The same, of runs that may be interrupted. */
export const fleetExitCodes = exitCodes({
  ...judging,
  130: "interrupted; the reports have what was checked until then",
});
