/** How help looks: which sections, in which order and width. Loaded when it is asked for. */
import { type Command, Help, type Option } from "commander";
import { UsageError } from "../errors.ts";
import { plain } from "../reporters/style.ts";
import { didYouMean, meantWords } from "../spelling.ts";
import type { System } from "../system/system.ts";
import { describeProgram, firstSteps, mostNeeded } from "./overview.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { type Color, styleFor } from "./style.ts";

/** Gives the verb what it does; the program has to be complete and prepared by then. */
export function defineHelp(command: Command, _system: System, done: (exitCode: number) => void): void {
  command.usage("[command...]").action((names: readonly string[]) => {
    commandNamed(names, command.parent ?? command).outputHelp();
    done(0);
  });
}

/** Gives all commands of a complete program their texts and their look. */
export async function prepareHelp(program: Command, system: System): Promise<void> {
  const check = commandNamed(["check"], program);
  describeProgram(program, check);
  const strong: Record<Color, (text: string) => string> = {
    auto: await strongOf("auto", system),
    always: await strongOf("always", system),
    never: plain.strong,
  };
  for (const command of [program, ...allCommands(program)])
    command.configureHelp({
      styleTitle: (title) => strong[command.opts<{ readonly color?: Color }>().color ?? "auto"](title),
      commandDescription: (of) => sentence(of.description()),
      subcommandTerm: termOf,
      optionDescription: optionText,
      argumentDescription: ({ description, argChoices }) =>
        argChoices === undefined ? description : `${description}: ${argChoices.join(", ")}`,
      formatHelp: (of, help) => `${of === program ? programHelp(program, check, help) : commandHelp(of, help)}\n`,
    });
}

const strongOf = async (color: Color, system: System): Promise<(text: string) => string> =>
  (await styleFor("", { color, verbose: false, quiet: false }, system)).paint.strong;

/** All commands below one. */
export const allCommands = (command: Command): Command[] =>
  command.commands.flatMap((one) => [one, ...allCommands(one)]);

/** The command of these names, such as `fleet merge`. @throws UsageError if there is none */
export function commandNamed(names: readonly string[], program: Command): Command {
  let command = program;
  for (const name of names) {
    const next = command.commands.find((one) => one.name() === name);
    if (next === undefined) {
      const path = pathOf(command);
      const known = command.commands.map((one) => one.name());
      throw new UsageError(
        `${path} has no such command`,
        didYouMean(meantWords(name, known).map((one) => `${path} ${one}`)) ??
          (known.length > 0 ? `its commands are ${known.join(", ")}` : undefined),
      );
    }
    command = next;
  }
  return command;
}

/** The words that lead to a command. */
export const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

/** A command with its operands. */
export const termOf = (command: Command): string =>
  [
    command.name(),
    ...command.registeredArguments.map((one) => {
      const name = `${one.name()}${one.variadic ? "..." : ""}`;
      return one.required ? `<${name}>` : `[${name}]`;
    }),
  ].join(" ");

/** What an option is for, with the values it may have and the one it has by itself. */
export function optionText({ description, argChoices, defaultValue, defaultValueDescription, negate }: Option): string {
  const values = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
  const fallback = defaultValueDescription ?? (negate ? undefined : (defaultValue as string | number | undefined));
  const [, first = "", rest = ""] = /^([^;]*)(.*)$/s.exec(description) ?? [];
  return `${first}${values}${rest}${fallback === undefined ? "" : ` (default: ${fallback})`}`;
}

/** A description as a sentence. */
export const sentence = (text: string): string =>
  text === "" ? "" : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

/** What is said to who gives no word at all. */
export function briefHelp(program: Command): string {
  const help = new Help();
  help.prepareContext({ helpWidth: BRIEF_COLUMNS });
  return `${help.boxWrap(program.description(), BRIEF_COLUMNS)}\n\n${sectionText(firstSteps, help)}\n`;
}

/** It goes to standard error, of which nobody knows the width. */
const BRIEF_COLUMNS = 80;

/** What stands before and behind a term. */
const GAPS = 4;

/** The commands first; of the options of check those that are needed most: all of them are a screen of their own. */
function programHelp(program: Command, check: Command, help: Help): string {
  const needed = check.options.filter(({ long }) => mostNeeded.includes(long ?? ""));
  const own = help.visibleOptions(program);
  const rows = (options: readonly Option[]) =>
    options.map((option) => [option.flags, help.optionDescription(option)] as const);
  const parts: readonly Section[] = [
    ...groupsOf(program),
    { title: "Options of check that are needed most", rows: rows(needed) },
    { title: "Options of certcheck", rows: rows(own) },
  ];
  const width = Math.max(...parts.flatMap((part) => part.rows ?? []).map(([term]) => term.length));
  return [
    `${help.styleTitle("Usage:")} ${help.commandUsage(program)}\n       certcheck <command> ...`,
    help.boxWrap(help.commandDescription(program), help.helpWidth ?? BRIEF_COLUMNS),
    ...parts.map((part) => sectionText(part, help, width)),
    ...sectionsOf(program).map((section) => sectionText(section, help)),
  ].join("\n\n");
}

/** The commands as the program groups them. */
function groupsOf(program: Command): Section[] {
  const titles = [...new Set(program.commands.map((one) => one.helpGroup()))];
  return titles.map((title) => ({
    title: title.replace(/:$/, ""),
    rows: program.commands
      .filter((one) => one.helpGroup() === title)
      .map((one) => [termOf(one), one.description()] as const),
  }));
}

/** What commander writes of a command (usage, operands, options, commands), and what the command has to say besides. */
const commandHelp = (command: Command, help: Help): string =>
  [
    Help.prototype.formatHelp.call(help, command, help).trimEnd(),
    ...sectionsOf(command).map((section) => sectionText(section, help)),
  ].join("\n\n");

/** A title, and beneath it rows of terms and meanings, or paragraphs. */
function sectionText({ title, text = [], rows = [] }: Section, help: Help, least = 0): string {
  const width = Math.max(least, ...rows.map(([term]) => term.length));
  const columns = help.helpWidth ?? BRIEF_COLUMNS;
  // Beside long terms, such as command lines, there may be no room.
  const isNarrow =
    columns - width < help.minWidthToWrap && rows.some(([, meaning]) => width + meaning.length + GAPS > columns);
  return [
    ...(title === undefined ? [] : [help.styleTitle(`${title}:`)]),
    ...text.flatMap((paragraph) => [help.boxWrap(paragraph, columns), ...(rows.length > 0 ? [""] : [])]),
    ...rows.map(([term, meaning]) =>
      isNarrow && meaning !== "" ? `  ${term}\n      ${meaning}` : help.formatItem(term, width, meaning, help),
    ),
  ].join("\n");
}
