/** What to do about a command line that is wrong; of its words, which may be secrets, only known ones are repeated. Loaded when one is. */
import type { Command, CommanderError } from "commander";
import { UsageError } from "../errors.ts";
import { didYouMean, meantWords } from "../spelling.ts";
import type { System } from "../system/system.ts";
import { pathOf } from "./help.ts";
import { buildProgram } from "./program.ts";

/** One line; nothing, if there is nothing to say. */
export async function hintFor(
  error: CommanderError | UsageError,
  argv: readonly string[],
  system: System,
): Promise<string | undefined> {
  const program = await buildProgram(
    () => true,
    system,
    () => {},
  );
  const hint = commandHint(argv, program, system);
  if (hint !== undefined) return hint;
  if (error instanceof UsageError) return error.hint;
  const command = commandOf(argv, program);
  return (
    (error.code === "commander.unknownOption"
      ? optionHint(error.message, command)
      : valueHint(error.message, command)) ?? `${pathOf(command)} --help lists the options`
  );
}

/** A word where a command may stand, that is nearly one and no file. */
function commandHint(argv: readonly string[], program: Command, system: System): string | undefined {
  const [first = "", second = ""] = argv;
  const parent = namedBy(first, program);
  const word = parent === undefined ? first : second;
  const of = parent ?? program;
  if (word.startsWith("-") || namedBy(word, of) !== undefined || system.isFile(word) !== undefined) return undefined;
  const meant = meantWords(
    word,
    of.commands.map((one) => one.name()),
  );
  return didYouMean(meant.map((name) => `${pathOf(of)} ${name}`));
}

const namedBy = (name: string, parent: Command): Command | undefined =>
  parent.commands.find((one) => one.name() === name);

/** The command that a line is for: check, if it names none. */
function commandOf([first = "", second = ""]: readonly string[], program: Command): Command {
  const command = namedBy(first, program) ?? namedBy("check", program) ?? program;
  return namedBy(second, command) ?? command;
}

/** The options that may have been meant by an unknown one; what follows its name is not looked at. */
function optionHint(message: string, command: Command): string | undefined {
  const [, flag] = /unknown option '-{1,2}([\w-]+)/.exec(message) ?? [];
  if (flag === undefined) return undefined;
  const known = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
  return didYouMean(meantWords(`--${flag}`, known));
}

/** The values that may have been meant by another, where an option or operand has a choice of them. */
function valueHint(message: string, command: Command): string | undefined {
  const [, flags, value = ""] = /option '([^']*)' argument '([^']*)' is invalid/s.exec(message) ?? [];
  const { argChoices = [] } = command.options.find((option) => option.flags === flags) ?? {};
  return didYouMean(meantWords(value.split("=")[0] ?? "", argChoices));
}
