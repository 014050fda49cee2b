/** How help looks: which sections, in which order and width. Loaded when it is asked for. */
import type { Command, Help, Option } from "commander";
import { UsageError } from "../errors.ts";
import { didYouMean, meantWords } from "../spelling.ts";
import type { System } from "../system/system.ts";
import { addSections, examples, judgingExitCodes, type Section, sectionsOf } from "./sections.ts";
import { type Color, styleFor } from "./style.ts";

/** Whether a command line may ask for help. */
export const asksForHelp = (argv: readonly string[]): boolean =>
  argv[0] === "help" || argv.some((word) => word === "--help" || /^-[a-zV]*h/.test(word));

/** Gives all commands of a program their look, and what check and the program itself have to say. */
export async function prepareHelp(program: Command, system: System): Promise<void> {
  const plain = await styleOf("never", system);
  const styles = { auto: await styleOf("auto", system), always: await styleOf("always", system), never: plain };
  const check = commandNamed(["check"], program);
  addSections(check, ...checkSections);
  addSections(program, ...programSections);
  for (const command of [program, ...allCommands(program)])
    command.configureHelp({
      styleTitle: (title) => styles[command.opts<{ color?: Color }>().color ?? "auto"].paint.strong(title),
      commandDescription: (of) => sentence(of.description()),
      subcommandTerm: (of) => [of.name(), ...of.registeredArguments.map((operand) => termOf(operand))].join(" "),
      optionDescription: optionText,
      formatHelp: (of, help) =>
        of === program ? programHelp(program, check, help) : `${ownHelp(of, help)}${sectionsText(sectionsOf(of), help)}`,
    });
}

const styleOf = (color: Color, system: System) => styleFor("", { color, verbose: false, quiet: false }, system);

/** All commands below one. */
export const allCommands = (command: Command): Command[] =>
  command.commands.flatMap((one) => [one, ...allCommands(one)]);

/** What an option is for, with the values it may have and the one it has by itself. */
export function optionText(option: Option): string {
  const { description, argChoices, defaultValue, defaultValueDescription } = option;
  const values = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
  const fallback = defaultValueDescription ?? (option.negate ? undefined : (defaultValue as unknown));
  const [, first = "", rest = ""] = /^([^;]*)(.*)$/s.exec(description) ?? [];
  return `${first}${values}${rest}${fallback === undefined ? "" : ` (default: ${String(fallback)})`}`;
}

/** A description as a sentence. */
export const sentence = (text: string): string =>
  text === "" ? "" : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

/** What commander writes of a command: usage, operands, options, commands. */
const ownHelp = (command: Command, help: Help): string => lib.formatHelp.call(help, command, help);

export const checkSections = [];
