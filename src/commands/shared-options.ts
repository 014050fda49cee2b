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
    .option("--chain <file>", `${chain}; repeatable`, collect)
    .option("--roots <file>", "trust anchors, if they are not in the chain file; repeatable", collect);

/** How the appliance is to be reached. */
export const addNameOptions = (command: Command): Command =>
  command
    .option("--host <name>", "planned name of the appliance; repeatable", collectHost)
    .option("--ip <address>", "planned address of the appliance; repeatable", collectIp);

export const addEdition = (command: Command): Command =>
  command.addOption(
    new Option("--edition <year>", `documents in force (default: ${currentEdition})`).choices(editions),
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
    .option("--no-validation", "the appliance's switch for CRL and chain validation is off")
    .option("--crl <file>", "CRL at hand, PEM or DER; repeatable", collect)
    .option("--online", fetch)
    .option("--timeout <seconds>", `longest wait for any sign of ${peers}`, between(1, 600), defaults.timeout)
    .option("--no-cache", "neither use nor keep CRLs that were fetched before");

/** By what is judged. */
export const addJudgingOptions = (command: Command): Command =>
  addEdition(command.option("--allow-self-signed", "a test environment: a self-signed certificate is a warning"))
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
      .option("--only <ids>", "check only these rules; patterns such as chain/*, separated by commas", collectList)
      .option("--ignore <ids>", "leave these rules out", collectList)
      .option("--severity <id=level>", "weigh a rule as error, warning or info; repeatable", collectList)
      .addOption(
        new Option("--fail-on <severity>", "what makes the exit code 1").choices(failOns).default(defaults.failOn),
      )
      .option("--format <name[=file]>", `report format: ${names.join(", ")}; repeatable`, collectOutputs(parse))
      .option("-v, --verbose", verbose)
      .option("-q, --quiet", "only the verdict, and what led to it or to the exit code"),
  );

/** What a verb has that goes by a configuration. */
export const addProgramOptions = (command: Command): Command =>
  addDebug(
    addColor(command)
      .option("--config <file>", "configuration (default: certcheck.config.yaml or .json here or in a folder above)")
      .option("--no-config", "look for no configuration"),
  );

export const addColor = (command: Command): Command =>
  command.addOption(
    new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default(defaults.color),
  );

export const addDebug = (command: Command): Command =>
  command.option("--debug", "print stack traces of certcheck's own errors");

/** What a verb has that makes files. */
export const addMakingOptions = (command: Command): Command =>
  command
    .option("--out <folder>", "where to write; it is made if it is not there (default: here)")
    .option("--force", "replace files that are there already")
    .option("--dry-run", "say what would be written, and write nothing");

/** What the exit code says of verbs that judge. */
export const exitCodeHelp = `Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  the command line, the configuration, a file that cannot be opened, a report
     that cannot be written, or nothing to check
  3  an error of certcheck itself`;
