/** The manual page, in the macros of man(7), which every man reads: written of the same program as the help. */
import type { Command, Option } from "commander";
import { allCommands, commandNamed, optionText, pathOf, prepareHelp, sentence, termOf } from "../src/commands/help.ts";
import { firstSteps } from "../src/commands/overview.ts";
import { buildProgram } from "../src/commands/program.ts";
import { type Section, sectionsOf } from "../src/commands/sections.ts";
import type { System } from "../src/system/system.ts";
import { version } from "../src/version.ts";

/** The page `certcheck.1`. */
export async function manual(system: System): Promise<string> {
  const program = await buildProgram(
    () => true,
    system,
    () => {},
  );
  await prepareHelp(program, system);
  const check = commandNamed(["check"], program);
  const commands = allCommands(program);
  const own = sectionsOf(program).filter(({ title }) => title !== undefined && title !== "Examples");
  return [
    '.\\" Written by npm run generate of what certcheck --help says.',
    `.TH CERTCHECK 1 ${new Date(system.now()).toISOString().slice(0, 10)} "certcheck ${version}"`,
    // Neither hyphens nor wider blanks in what is to be copied.
    ".nh",
    ".ad l",
    ".SH NAME",
    "certcheck \\- check TLS certificates before they are uploaded to an appliance",
    ".SH SYNOPSIS",
    ...[check, ...commands.filter((one) => one !== check)].flatMap(synopsis),
    ".SH DESCRIPTION",
    ...paragraph(program.description()),
    ".P",
    ...paragraph("The verb check may be left out:"),
    ...rows(firstSteps),
    ".SH COMMANDS",
    ...commands.flatMap(chapter),
    ".SH OPTIONS OF ALL COMMANDS",
    ...program.createHelp().visibleOptions(program).flatMap(described),
    ...[...own, files].flatMap((section) => [`.SH ${heading(section.title)}`, ...content(section)]),
    ".SH SEE ALSO",
    ...paragraph("openssl-verify(1), openssl-x509(1)"),
    "",
  ].join("\n");
}

/** What it finds by itself, and what it keeps. */
const files: Section = {
  title: "Files",
  rows: [
    ["certcheck.config.yaml, .yml or .json", "the configuration, in the working directory or a folder above"],
    ["certcheck.fleet.yaml, .yml or .json", "the manifest of a fleet"],
    ["~/.cache/certcheck", "CRLs that were fetched, where no environment variable names another folder"],
  ],
};

/** The names that manual pages have for what the help calls otherwise. */
const headings: Readonly<Record<string, string>> = {
  "Exit codes": '"EXIT STATUS"',
  "Environment variables": "ENVIRONMENT",
};

const heading = (title = ""): string => headings[title] ?? title.toUpperCase();

function synopsis(command: Command): string[] {
  const words = `${pathOf(command)} ${command.usage()}`.replace(/^certcheck check /, "certcheck ");
  const [, path = "", rest = ""] = /^([a-z ]+?) (.*)$/.exec(words) ?? [];
  return [".HP", `${bold(path)} ${escaped(rest)}`];
}

function chapter(command: Command): string[] {
  const path = pathOf(command).replace(/^certcheck /, "");
  const groups = [...new Set(command.options.map(({ helpGroupHeading }) => helpGroupHeading))];
  return [
    `.SS "${escaped(path)}"`,
    ...paragraph(sentence(command.description())),
    ...command.registeredArguments.flatMap(({ description, argChoices = [] }, index) => [
      ".TP",
      italic(termOf(command).split(" ")[index + 1] ?? ""),
      ...paragraph(argChoices.length === 0 ? description : `${description}: ${argChoices.join(", ")}`),
    ]),
    ...groups.flatMap((group) => [
      ".P",
      italic(group ?? "Options:"),
      ...command.options.filter(({ helpGroupHeading }) => helpGroupHeading === group).flatMap(described),
    ]),
    ...sectionsOf(command).flatMap((section) => [
      ...(section.title === undefined ? [] : [".P", italic(`${section.title}:`)]),
      ...content(section),
    ]),
  ];
}

const described = (option: Option): string[] => [".TP", flags(option.flags), ...paragraph(optionText(option))];

const content = (section: Section): string[] => [
  ...(section.text ?? []).flatMap((text) => [
    ...(section.title === undefined || section.rows ? [".P"] : []),
    ...paragraph(text),
  ]),
  ...rows(section),
];

/** Terms with their meanings; command lines that need none stand for themselves. */
function rows({ rows: all = [] }: Section): string[] {
  return all.flatMap(([term, meaning]) => {
    const lines = term.split("\n").map((line) => bold(line.trimStart()));
    const written = lines.flatMap((line, index) => (index === 0 ? [line] : [".br", line]));
    return meaning === "" ? [".P", ...written] : [".TP", ...written.slice(0, 1), ...paragraph(meaning)];
  });
}

/** `-v, --verbose` and `--chain <file>`, as manual pages show them. */
function flags(text: string): string {
  const [, names = "", value = ""] = /^([^\s,]+(?:, \S+)?) ?(.*)$/.exec(text) ?? [];
  const shown = value.startsWith("<") ? value.slice(1, -1) : value;
  return `${names.split(", ").map(bold).join(", ")}${value === "" ? "" : ` ${italic(shown)}`}`;
}

const bold = (text: string): string => `\\fB${escaped(text)}\\fR`;
const italic = (text: string): string => `\\fI${escaped(text)}\\fR`;

/** Text in lines that are not too long, none of which is taken for a request. */
function paragraph(text: string): string[] {
  const lines: string[] = [];
  for (const word of escaped(text).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= MAX_LINE) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines.map((line) => line.replace(/^(?=[.'])/, "\\&"));
}

/** Longest line of the source that no checker minds. */
const MAX_LINE = 78;

/** Characters that roff would take for something else, or print as another: dashes of options can be copied. */
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  '"': "\\(dq",
  "^": "\\(ha",
  "~": "\\(ti",
};

const escaped = (text: string): string => text.replace(/[\\\-'`"^~]/g, (character) => escapes[character] ?? "");
