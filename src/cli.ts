/** The command line: runs it, and makes exit codes of errors. */
import { CommanderError } from "commander";
import { buildProgram } from "./commands/program.ts";
import { looksLikeContent } from "./bundle/content.ts";
import { UsageError } from "./errors.ts";
import { neutral } from "./reporters/text.ts";
import type { System } from "./system/system.ts";

export { realSystem } from "./system/system.ts";

/** What the other threads of a fleet's run answer messages with. */
export async function threadOf(system: System): Promise<(message: unknown) => Promise<unknown>> {
  const { fleetThread } = await import("./commands/fleet-thread.ts");
  return fleetThread(system) as (message: unknown) => Promise<unknown>;
}

/** The command line, configuration or a file is at fault, not a certificate. */
const EXIT_USAGE = 2;
/** certcheck itself is at fault. */
const EXIT_BROKEN = 3;

/** Runs a command line (without the program's name) and says the exit code; never throws. */
export async function main(argv: readonly string[], system: System): Promise<number> {
  // "$KEY" where env:KEY was meant: an error message would repeat it.
  const complain = argv.some(looksLikeContent) ? complainInGeneral(system) : complainOf(system);
  try {
    return await run(argv, system, complain);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError || error instanceof UsageError) {
      complain(error.message.replace(/^error: /, ""));
      const { hintFor } = await import("./commands/hint.ts");
      const hint = await hintFor(error, argv, system);
      if (hint !== undefined) complain(`hint: ${hint}`);
      return EXIT_USAGE;
    }
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    complain(`an error of certcheck itself, please report it: ${message}`);
    if (argv.includes("--debug")) complain(stack);
    return EXIT_BROKEN;
  }
}

async function run(argv: readonly string[], system: System, complain: Complain): Promise<number> {
  let exitCode = 0;
  const done = (code: number): void => void (exitCode = code);
  // A check pays for none of it.
  if (argv.length > 0 && !isAboutAllCommands(argv)) {
    const program = await buildProgram((name) => name === argv[0], system, done);
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  }
  const program = await buildProgram(() => true, system, done);
  const { briefHelp, prepareHelp } = await import("./commands/help.ts");
  if (argv.length === 0) {
    // Standard output is for reports: to a pipeline whose variables are empty, this is an error.
    complain("nothing to check");
    system.complain(`\n${briefHelp(program)}`);
    return EXIT_USAGE;
  }
  await prepareHelp(program, system);
  await program.parseAsync(argv, { from: "user" });
  return exitCode;
}

/** Whether it may ask for help, or for what completes all commands. */
const isAboutAllCommands = (argv: readonly string[]): boolean =>
  argv[0] === "help" || argv[0] === "completion" || argv.some((word) => word === "--help" || /^-[vqV]*h/.test(word));

/** Says something that is not the report; words of the user may be in it. */
type Complain = (text: string) => void;

const complainOf =
  (system: System): Complain =>
  (text) => {
    // What follows an unknown option may be a passphrase.
    const shown = text
      .replace(/(unknown option '(?:--[\w-]*|-\w)).*'/s, "$1'")
      .replace(/(option '--pass[^']*' argument) '.*' is invalid/s, "$1 is invalid");
    const lines = shown.split("\n").filter((line) => line !== "");
    system.complain(lines.map((line) => `certcheck: ${neutral(line)}\n`).join(""));
  };

/** Says once that something is wrong, and repeats no word. */
function complainInGeneral(system: System): Complain {
  let isSaid = false;
  return () => {
    if (isSaid) return;
    isSaid = true;
    system.complain(
      "certcheck: a word of the command line looks like the content of a file: what is wrong is not repeated\n" +
        "certcheck: hint: give the file's name, or env:NAME for a variable that holds it\n",
    );
  };
}
