/** Options that several verbs have: each is declared once, and means the same everywhere. */
import { type Command, Option } from "commander";
import { currentEdition, editions } from "../defender.ts";
import { failOns } from "../report/report.ts";
import {
  between,
  collect,
  collectHost,
  collectIp,
  collectList,
  collectOutputs,
  instant,
  wholeNumber,
} from "./option-parsers.ts";
import { type CheckOptions, defaults } from "./options.ts";

/** Headings under which the help lists options, in the words that all commands share. */
export const groups = {
  files: "Files:",
  import: "As the appliance's own import command spells them:",
  plan: "What is planned:",
  trust: "Revocation and handshake:",
  judging: "Judging:",
  report: "Report:",
  made: "What is made:",
  writing: "Writing:",
  general: "General:",
} as const;

/** An option with these values, or with what is made of them: `parse` reads it. */
export function optionOf<T>(
  flags: string,
  description: string,
  values: readonly string[],
  parse: (value: string, before: T | undefined) => T,
): Option {
  const option = new Option(flags, description).argParser<T | undefined>(parse);
  option.argChoices = [...values];
  return option;
}

/** The options that the command line has; those that have a default are not among them. */
export const givenTo = (command: Command): CheckOptions =>
  Object.fromEntries(
    Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== "default"),
  );

/** What belongs to a certificate; `chain` and `passphrase` say what these are. */
export const addFileOptions = (
  command: Command,
  { chain, passphrase }: { readonly chain: string; readonly passphrase: string },
): Command => addChainOptions(command, chain).option("--passin <source>", passphrase);

/** The CAs; `chain` says which. */
export const addChainOptions = (command: Command, chain: string): Command =>
  command
    .optionsGroup(groups.files)
    .option("--chain <file>", `${chain}; repeatable`, collect)
    .option("--roots <file>", "trusted roots, if they are not in the chain file; repeatable", collect);

/** How the appliance is to be reached. */
export const addNameOptions = (command: Command): Command =>
  command
    .optionsGroup(groups.plan)
    .option("--host <name>", "planned name of the appliance; repeatable", collectHost)
    .option("--ip <address>", "planned address of the appliance; repeatable", collectIp);

export const addEdition = (command: Command): Command =>
  command.addOption(
    new Option("--edition <year>", "documents in force").choices(editions).default(undefined, currentEdition),
  );

/** What is tried, and when; `fetch` says what `--online` does. */
export const addTrialOptions = (command: Command, fetch: string): Command =>
  addJudgingOptions(
    addFetchOptions(command, fetch, "a CRL server").option(
      "--handshake",
      "try key, certificate and chain in a TLS handshake in memory: OpenSSL's own verdict",
    ),
  );

/** What is fetched; `peers` are those that are waited for. */
export const addFetchOptions = (command: Command, fetch: string, peers: string): Command =>
  command
    .optionsGroup(groups.trust)
    .option("--no-validation", "the appliance's switch for CRL and chain validation is off")
    .option("--crl <file>", "CRL at hand, PEM or DER; repeatable", collect)
    .option("--online", fetch)
    .option("--timeout <seconds>", `longest wait for any sign of ${peers}`, between(1, 600), defaults.timeout)
    .option("--no-cache", "neither use nor keep CRLs that were fetched before");

/** By what is judged. */
export const addJudgingOptions = (command: Command): Command =>
  addEdition(
    command
      .optionsGroup(groups.judging)
      .option("--allow-self-signed", "a test environment: a self-signed certificate is a warning"),
  )
    .option("--at <date>", "judge as of then, such as 2026-11-21 or 2026-11-21T10:00:00Z", instant)
    .option("--warn-days <n>", "warn if fewer days are left", wholeNumber, defaults.warnDays);

/** The formats that a verb has. */
export interface Formats<Output> {
  readonly names: readonly string[];
  readonly parse: (text: string) => Output | string;
}

/** Which rules count how much, and how it is said; `verbose` says what there is more of. */
export const addReportOptions = <Output>(
  command: Command,
  { names, parse }: Formats<Output>,
  verbose: string,
): Command =>
  addProgramOptions(
    command
      .optionsGroup(groups.judging)
      .option("--only <ids>", "check only these rules; patterns such as chain/*, separated by commas", collectList)
      .option("--ignore <ids>", "leave these rules out", collectList)
      .option("--severity <id=level>", "weigh a rule as error, warning or info; repeatable", collectList)
      .addOption(
        new Option("--fail-on <severity>", "what makes the exit code 1").choices(failOns).default(defaults.failOn),
      )
      .optionsGroup(groups.report)
      .addOption(formatOption("report format", { names, parse }))
      .option("-v, --verbose", verbose)
      .option("-q, --quiet", "only the verdict, and what led to it or to the exit code"),
  );

/** The formats of a verb, and where each is written. */
export const formatOption = <Output>(what: string, { names, parse }: Formats<Output>): Option =>
  optionOf("--format <name[=file]>", `${what}; repeatable`, names, collectOutputs(parse));

/** What a verb has that goes by a configuration. */
export const addProgramOptions = (command: Command): Command =>
  addDebug(
    addColor(command)
      .optionsGroup(groups.general)
      .option("--config <file>", "configuration (default: certcheck.config.yaml or .json here or in a folder above)")
      .option("--no-config", "look for no configuration"),
  );

export const addColor = (command: Command): Command =>
  command
    .optionsGroup(groups.report)
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default(defaults.color));

export const addDebug = (command: Command): Command =>
  command.optionsGroup(groups.general).option("--debug", "print stack traces of certcheck's own errors");

/** What a verb has that makes files. */
export const addMakingOptions = (command: Command): Command =>
  command
    .optionsGroup(groups.writing)
    .option("--out <folder>", "where to write; it is made if it is not there (default: here)")
    .option("--force", "replace files that are there already")
    .option("--dry-run", "say what would be written, and write nothing");
