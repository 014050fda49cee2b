/** The command line: verbs, options and help by commander; errors become exit codes. */
import { Command, CommanderError, Option } from "commander";
import { check } from "./commands/check.ts";
import { outputParser } from "./commands/outputs.ts";
import type { RulesOptions } from "./commands/rules.ts";
import {
  addFileOptions,
  addNameOptions,
  addReportOptions,
  addTrialOptions,
  exitCodeHelp,
  givenTo,
} from "./commands/shared-options.ts";
import { looksLikeContent } from "./bundle/content.ts";
import { UsageError } from "./errors.ts";
import { formats } from "./reporters/index.ts";
import { neutral } from "./reporters/text.ts";
import type { System } from "./system/system.ts";
import { version } from "./version.ts";

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
  let exitCode = 0;
  // "$KEY" where env:KEY was meant: an error message would repeat it.
  const complain = argv.some(looksLikeContent) ? complainInGeneral(system) : complainOf(system);
  try {
    const program = await buildProgram(argv, system, complain, (code) => (exitCode = code));
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (error instanceof UsageError) {
      complain(error.message);
      if (error.hint !== undefined) complain(`hint: ${error.hint}`);
      return EXIT_USAGE;
    }
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    complain(`an error of certcheck itself, please report it: ${message}`);
    if (argv.includes("--debug")) complain(stack);
    return EXIT_BROKEN;
  }
}

async function buildProgram(
  argv: readonly string[],
  system: System,
  complain: Complain,
  done: (exitCode: number) => void,
): Promise<Command> {
  const program = new Command("certcheck");
  program
    .description(
      "Tells before the upload what a Microsoft Defender for IoT sensor would say to a certificate, its key and its CA chain.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    // `fleet merge` has options that `fleet` has as well.
    .enablePositionalOptions()
    .showHelpAfterError("hint: certcheck --help lists the options")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => system.print(text),
      writeErr: (text) => complain(text.replace(/^error: /, "")),
      getOutHelpWidth: () => Math.min(system.terminal.columns, 100),
      getErrHelpWidth: () => Math.min(system.terminal.columns, 100),
      outputError: (text, write) => write(text),
    });

  const checkCommand = addCheck(program, system, done);
  program
    .usage("<certificate> [key] [--chain ca.pem] [options]")
    .addHelpText("after", () => `\n${checkHelp(checkCommand)}\n${exitCodeHelp}`);
  for (const { name, description, operands, load } of laterVerbs) {
    const command = program.command(name).description(description);
    for (const [operand, meaning] of operands) command.argument(operand, meaning);
    command.showHelpAfterError(`hint: certcheck ${name} --help lists the options`);
    // A check of one pays for none of it.
    if (argv[0] === name) (await load())(command, system, done);
  }
  addRules(program, system, done);
  return program;
}

/** Gives a verb its options and what it does. */
type Define = (command: Command, system: System, done: (exitCode: number) => void) => void;

/** Verbs whose options are loaded when they are asked for; with their operands and what these mean. */
const laterVerbs: readonly {
  readonly name: string;
  readonly description: string;
  readonly operands: readonly (readonly [operand: string, meaning: string])[];
  readonly load: () => Promise<Define>;
}[] = [
  {
    name: "fleet",
    description: "check many appliances, and what must differ between them",
    operands: [
      ["<source...>", "folders, patterns in quotes such as 'plants/*/sensor.crt', certificates, or a manifest"],
    ],
    load: async () => (await import("./commands/fleet-verb.ts")).defineFleet,
  },
  {
    name: "csr",
    description: "judge a request before the CA spends time on it",
    operands: [
      ["<request>", "certificate request file; - is standard input, env:NAME a variable with PEM or base64"],
      ["[key]", "private key file, likewise"],
    ],
    load: async () => (await import("./commands/csr-verb.ts")).defineCsr,
  },
  {
    name: "inspect",
    description: "tell what files hold, and what differs between two",
    operands: [
      ["<file...>", "certificates, keys, requests, CRLs, containers; - is standard input, env:NAME a variable"],
    ],
    load: async () => (await import("./commands/inspect-verb.ts")).defineInspect,
  },
  {
    name: "convert",
    description: "other forms of certificates and keys; --to upload makes what the dialog takes",
    operands: [
      ["<file...>", "certificates, keys, chains, containers, in any order; - is standard input, env:NAME a variable"],
    ],
    load: async () => (await import("./commands/convert-verb.ts")).defineConvert,
  },
  {
    name: "new",
    description: "make a key and a request, or a self-signed test certificate, that meet the rules",
    operands: [["[name]", "domain name of the appliance; may be left out with --from"]],
    load: async () => (await import("./commands/new-verb.ts")).defineNew,
  },
  {
    name: "connect",
    description: "look at a live appliance, or another TLS server: what it serves, and what browsers show",
    operands: [["<host[:port]>", "name or address; the port is 443, unless it is given"]],
    load: async () => (await import("./commands/connect-verb.ts")).defineConnect,
  },
];

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

/** Arguments and options of `check` are the program's own: it is the verb that may be left out. */
function checkHelp(command: Command): string {
  const text = command.helpInformation();
  return text.slice(text.indexOf("Arguments:")).replace(/^(Arguments|Options):$/gm, "$1 of check:");
}

function addCheck(program: Command, system: System, done: (exitCode: number) => void): Command {
  const command = program
    .command("check", { isDefault: true })
    .description("check one appliance (the verb may be left out)")
    .usage("<certificate> [key] [options]")
    .argument("[certificate]", "certificate file; - is standard input, env:NAME a variable with PEM or base64")
    .argument("[key]", "private key file, likewise")
    .allowExcessArguments()
    .action(async (_certificate: unknown, _key: unknown, _options: unknown, self: Command) => {
      done(await check(self.args, givenTo(self), system));
    });
  const files = {
    chain: "CA certificates, issuer of the certificate first",
    passphrase: "passphrase: env:NAME, file:PATH, fd:N, stdin, prompt (what a terminal does by itself) or pass:TEXT",
  };
  addNameOptions(
    addFileOptions(command, files)
      .option("--crt <file>", "certificate file, as the appliance's import command spells it")
      .option("--key <file>", "key file, likewise")
      .option("--pass <text>", "passphrase, likewise; others can see it")
      .addOption(
        new Option("--passphrase-set [value]", "accepted for the same reason, without effect").choices([
          "True",
          "False",
          "true",
          "false",
        ]),
      ),
  );
  const fetch = "fetch the CRLs over http, through HTTP_PROXY if it is set, and try the handshake";
  const verbose = "list rules that hold or were not asked, explain notes";
  return addReportOptions(addTrialOptions(command, fetch), { names: formats, parse: outputParser(formats) }, verbose);
}

function addRules(program: Command, system: System, done: (exitCode: number) => void): void {
  program
    .command("rules")
    .description("list the rules, or explain one")
    .argument("[id]", "rule to explain")
    .addOption(
      new Option("--format <name>", "how to write them").choices(["human", "json", "markdown"]).default("human"),
    )
    .action(async (id: string | undefined, options: RulesOptions) => {
      // A check explains no rule.
      const { showRules } = await import("./commands/rules.ts");
      done(showRules(id, options, system));
    });
}
