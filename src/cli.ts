/** The command line: verbs, options and help by commander; errors become exit codes. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { check } from "./commands/check.ts";
import { type CheckOptions, defaults } from "./commands/options.ts";
import { type Output, parseOutput } from "./commands/outputs.ts";
import type { FleetOptions } from "./commands/fleet.ts";
import type { RulesOptions } from "./commands/rules.ts";
import { currentEdition, editions } from "./defender.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import { parseDay } from "./pki/time.ts";
import { neutral } from "./reporters/text.ts";
import { looksLikeContent } from "./content.ts";
import { failOns } from "./report.ts";
import { formats } from "./reporters/index.ts";
import type { System } from "./system.ts";
import { UsageError } from "./errors.ts";
import { version } from "./version.ts";

export { realSystem } from "./system.ts";

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
    const program = buildProgram(system, complain, (code) => (exitCode = code));
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

function buildProgram(system: System, complain: Complain, done: (exitCode: number) => void): Command {
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
  addFleet(program, system, done);
  addRules(program, system, done);
  return program;
}

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

const exitCodeHelp = `Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  the command line, the configuration, a file that cannot be opened, a report
     that cannot be written, or nothing to check
  3  an error of certcheck itself`;

/** Arguments and options of `check` are the program's own: it is the verb that may be left out. */
function checkHelp(command: Command): string {
  const text = command.helpInformation();
  return text.slice(text.indexOf("Arguments:")).replace(/^(Arguments|Options):$/gm, "$1 of check:");
}

function addCheck(program: Command, system: System, done: (exitCode: number) => void): Command {
  return program
    .command("check", { isDefault: true })
    .description("check one appliance (the verb may be left out)")
    .usage("<certificate> [key] [options]")
    .argument("[certificate]", "certificate file; - is standard input, env:NAME a variable with PEM or base64")
    .argument("[key]", "private key file, likewise")
    .allowExcessArguments()
    .option("--chain <file>", "CA certificates, issuer of the certificate first; repeatable", collect)
    .option("--roots <file>", "trust anchors, if they are not in the chain file; repeatable", collect)
    .option(
      "--passin <source>",
      "passphrase: env:NAME, file:PATH, fd:N, stdin, prompt (what a terminal does by itself) or pass:TEXT",
    )
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
    )
    .option("--host <name>", "planned name of the appliance; repeatable", collectHost)
    .option("--ip <address>", "planned address of the appliance; repeatable", collectIp)
    .option("--no-validation", "the appliance's switch for CRL and chain validation is off")
    .option("--crl <file>", "CRL at hand, PEM or DER; repeatable", collect)
    .option("--online", "fetch the CRLs over http, through HTTP_PROXY if it is set, and try the handshake")
    .option("--timeout <seconds>", "longest wait for any sign of a CRL server", seconds, defaults.timeout)
    .option("--no-cache", "neither use nor keep CRLs that were fetched before")
    .option("--handshake", "try key, certificate and chain in a TLS handshake in memory: OpenSSL's own verdict")
    .option("--allow-self-signed", "a test environment: a self-signed certificate is a warning")
    .addOption(new Option("--edition <year>", `documents in force (default: ${currentEdition})`).choices(editions))
    .option("--at <date>", "judge as of then, such as 2026-11-21 or 2026-11-21T10:00:00Z", instant)
    .option("--warn-days <n>", "warn if fewer days are left", wholeNumber, defaults.warnDays)
    .option("--only <ids>", "check only these rules; patterns such as chain/*, separated by commas", collectList)
    .option("--ignore <ids>", "leave these rules out", collectList)
    .option("--severity <id=level>", "weigh a rule as error, warning or info; repeatable", collectList)
    .addOption(
      new Option("--fail-on <severity>", "what makes the exit code 1").choices(failOns).default(defaults.failOn),
    )
    .option("--format <name[=file]>", `report format: ${formats.join(", ")}; repeatable`, collectFormat)
    .option("-v, --verbose", "list rules that hold or were not asked, explain notes")
    .option("-q, --quiet", "only the verdict, and what led to it or to the exit code")
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default(defaults.color))
    .option("--config <file>", "configuration (default: certcheck.config.yaml or .json here or in a folder above)")
    .option("--no-config", "look for no configuration")
    .option("--debug", "print stack traces of certcheck's own errors")
    .action(async (_certificate: unknown, _key: unknown, _options: unknown, command: Command) => {
      done(await check(command.args, givenTo(command), system));
    });
}

/** The options that the command line has; those that have a default are not among them. */
const givenTo = (command: Command): CheckOptions =>
  Object.fromEntries(
    Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== "default"),
  );

function addFleet(program: Command, system: System, done: (exitCode: number) => void): void {
  const fleet = program
    .command("fleet")
    .description("check many appliances, and what must differ between them")
    .enablePositionalOptions()
    .argument("<source...>", "folders, patterns, or a manifest")
    .option("--shard <i/n>", "check one part of n", shard)
    .option("--at <date>", "judge as of then, such as 2026-11-21 or 2026-11-21T10:00:00Z", instant)
    .option("--format <name[=file]>", "report format; repeatable", collect)
    .option("--threads <n>", "threads", wholeNumber)
    .action(
      async (
        operands: string[],
        { format, ...options }: Omit<FleetOptions, "format"> & { format?: readonly string[] },
      ) => {
        const { checkFleet } = await import("./commands/fleet.ts");
        const { parseFleetOutput } = await import("./commands/fleet-outputs.ts");
        const outputs = format?.map((text) => {
          const output = parseFleetOutput(text);
          if (typeof output === "string") throw new UsageError(`--format ${text}: ${output}`);
          return output;
        });
        done(await checkFleet(operands, { ...options, ...(outputs && { format: outputs }) }, system));
      },
    );
  addFleetMerge(fleet, system, done);
}

function addFleetMerge(fleet: Command, system: System, done: (exitCode: number) => void): void {
  fleet
    .command("merge")
    .argument("<jsonl...>")
    .option("--format <name[=file]>", "report format; repeatable", collect)
    .action(async (files: string[], { format }: { format?: readonly string[] }) => {
      const { mergeFleet } = await import("./commands/fleet-merge.ts");
      const { parseFleetOutput } = await import("./commands/fleet-outputs.ts");
      const outputs = (format ?? ["human"])
        .map((text) => parseFleetOutput(text))
        .filter((one) => typeof one !== "string");
      done(await mergeFleet(files, { format: outputs }, system));
    });
}

function shard(value: string): string {
  const [, part = "", parts = ""] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(value) ?? [];
  if (part === "" || Number(part) > Number(parts))
    throw new InvalidArgumentError("Write it as 3/8: the third of eight parts.");
  return value;
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

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const collectList = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(",").filter((part) => part !== ""),
];

function collectHost(value: string, before: readonly string[] = []): readonly string[] {
  if (!["domain", "bare"].includes(nameKind(value))) throw new InvalidArgumentError("It is not a host name.");
  return collect(value, before);
}

function collectIp(value: string, before: readonly string[] = []): readonly string[] {
  const address = parseIp(value);
  if (address === undefined) throw new InvalidArgumentError("It is not an IP address.");
  return collect(address, before);
}

function collectFormat(value: string, before: readonly Output[] = []): readonly Output[] {
  const output = parseOutput(value);
  if (typeof output === "string") throw new InvalidArgumentError(output);
  return [...before, output];
}

function wholeNumber(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError("It is not a whole number.");
  return Number(value);
}

function seconds(value: string): number {
  const number = wholeNumber(value);
  if (number < 1 || number > 600) throw new InvalidArgumentError("It is not between 1 and 600.");
  return number;
}

/** A day (its beginning, UTC) or a moment with its time zone, in ISO 8601. */
function instant(value: string): number {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)))?$/.exec(value) ?? [];
  const midnight = parseDay(day ?? "");
  const at = time === undefined ? midnight : Date.parse(value);
  if (Number.isNaN(midnight) || Number.isNaN(at))
    throw new InvalidArgumentError("Write it as 2026-11-21 or 2026-11-21T10:00:00Z.");
  return at;
}
