/** The commands of certcheck with their operands and options; those of a check are there at once, all others are loaded. */
import { Command, Option } from "commander";
import { formats } from "../reporters/index.ts";
import type { System } from "../system/system.ts";
import { version } from "../version.ts";
import { check } from "./check.ts";
import { outputParser } from "./outputs.ts";
import {
  addFileOptions,
  addNameOptions,
  addReportOptions,
  addTrialOptions,
  givenTo,
  groups,
} from "./shared-options.ts";

/** Takes the exit code. */
export type Done = (exitCode: number) => void;

/** Gives a command its options and what it does. */
type Define = (command: Command, system: System, done: Done) => void;

/** The program; of the commands that are loaded, those that are wanted are complete. */
export async function buildProgram(isWanted: (name: string) => boolean, system: System, done: Done): Promise<Command> {
  const program = new Command("certcheck")
    .description(
      "Tells before the upload what a Microsoft Defender for IoT sensor would say to a certificate, its key and its CA chain.",
    )
    .version(version, "-V, --version", "print the version")
    .addHelpOption(new Option("-h, --help", "print this help").helpGroup(groups.general))
    .helpCommand(false)
    // `fleet merge` has options that `fleet` has as well.
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => system.print(text),
      // What is wrong is said by who catches the error.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(system.terminal.columns, MAX_COLUMNS),
      // Colours go by the user's wishes, not by what commander finds out.
      getOutHasColors: () => true,
    })
    .usage("<certificate> [key] [--chain ca.pem] [options]");
  program.commandsGroup("Commands that judge:");
  addCheck(program, system, done);
  for (const { name, group, description, operands, load } of laterVerbs) {
    if (group !== undefined) program.commandsGroup(group);
    const command = program.command(name).description(description);
    for (const [operand, meaning] of operands) command.argument(operand, meaning);
    // A check of one pays for none of it.
    if (isWanted(name)) (await load())(command, system, done);
  }
  return program;
}

/** Lines of the help are no longer than that, however wide the terminal is. */
const MAX_COLUMNS = 100;

/** Commands whose options are loaded when they are asked for; with their operands and what these mean. */
const laterVerbs: readonly {
  readonly name: string;
  /** Where the help lists it and those behind it. */
  readonly group?: string;
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
    load: async () => (await import("./fleet-verb.ts")).defineFleet,
  },
  {
    name: "csr",
    description: "judge a request before the CA spends time on it",
    operands: [
      ["<request>", "certificate request file; - is standard input, env:NAME a variable with PEM or base64"],
      ["[key]", "private key file, likewise"],
    ],
    load: async () => (await import("./csr-verb.ts")).defineCsr,
  },
  {
    name: "connect",
    description: "look at a live appliance, or another TLS server: what it serves, and what browsers show",
    operands: [["<host[:port]>", "name or address; the port is 443, unless it is given"]],
    load: async () => (await import("./connect-verb.ts")).defineConnect,
  },
  {
    name: "inspect",
    group: "Commands for files:",
    description: "tell what files hold, and what differs between two",
    operands: [
      ["<file...>", "certificates, keys, requests, CRLs, containers; - is standard input, env:NAME a variable"],
    ],
    load: async () => (await import("./inspect-verb.ts")).defineInspect,
  },
  {
    name: "convert",
    description: "write certificates and keys in other forms; --to upload makes what the dialog takes",
    operands: [
      ["<file...>", "certificates, keys, chains, containers, in any order; - is standard input, env:NAME a variable"],
    ],
    load: async () => (await import("./convert-verb.ts")).defineConvert,
  },
  {
    name: "new",
    description: "make a key and a request, or a self-signed test certificate, that meet the rules",
    operands: [["[name]", "domain name of the appliance; may be left out with --from"]],
    load: async () => (await import("./new-verb.ts")).defineNew,
  },
  {
    name: "rules",
    group: "Commands about certcheck:",
    description: "list the rules, or explain one",
    operands: [["[id]", "rule to explain"]],
    load: async () => (await import("./rules-verb.ts")).defineRules,
  },
  {
    name: "completion",
    description: "print what makes a shell complete command lines of certcheck",
    operands: [["<shell>", "shell that is to complete"]],
    load: async () => (await import("./completion-verb.ts")).defineCompletion,
  },
  {
    name: "help",
    description: "explain a command",
    operands: [["[command...]", "command to explain; without one, all are listed"]],
    load: async () => (await import("./help.ts")).defineHelp,
  },
];

function addCheck(program: Command, system: System, done: Done): void {
  const command = program
    .command("check", { isDefault: true })
    .description("check one appliance; the word check may be left out")
    .usage("<certificate> [key] [--chain ca.pem] [options]")
    .argument("[certificate]", "certificate file; - is standard input, env:NAME a variable with PEM or base64")
    .argument("[key]", "private key file, likewise")
    .allowExcessArguments()
    .action(async (_certificate: unknown, _key: unknown, _options: unknown, self: Command) => {
      done(await check(self.args, givenTo(self), system));
    });
  const files = {
    chain: "CA certificates, issuer of the certificate first",
    passphrase: "passphrase: env:NAME, file:PATH, fd:N, stdin, prompt (the default on a terminal) or pass:TEXT",
  };
  addFileOptions(command, files)
    .optionsGroup(groups.import)
    .option("--crt <file>", "certificate file")
    .option("--key <file>", "key file")
    .option("--pass <text>", "passphrase; others can see it")
    .addOption(
      new Option("--passphrase-set [value]", "accepted, without effect").choices(["True", "False", "true", "false"]),
    );
  const fetch = "fetch the CRLs over http, through HTTP_PROXY if it is set, and try the handshake";
  const verbose = "list rules that hold or were not asked, explain notes";
  addReportOptions(
    addTrialOptions(addNameOptions(command), fetch),
    { names: formats, parse: outputParser(formats) },
    verbose,
  );
}
