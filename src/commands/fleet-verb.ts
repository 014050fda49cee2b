/** The command line of fleets: `fleet`, `fleet init` and `fleet merge`. Loaded when it is asked for. */
import type { Command } from "commander";
import { SOURCES } from "../gather/passphrase.ts";
import { fleetFormats } from "../reporters/fleet/index.ts";
import type { System } from "../system/system.ts";
import { checkFleet } from "./fleet.ts";
import { type InitOptions, writeManifestOf } from "./fleet-init.ts";
import { mergeFleet } from "./fleet-merge.ts";
import { outputParser } from "./outputs.ts";
import { between, shard } from "./option-parsers.ts";
import { addSections, examples, exitCodes, fleetExitCodes } from "./sections.ts";
import { addFileOptions, addReportOptions, addTrialOptions, givenTo, groups } from "./shared-options.ts";

/** Most threads that are started. */
const MAX_THREADS = 256;

/** A handshake takes longer than all the rest: among many, it has to be asked for. */
const FETCH = "fetch the CRLs over http, each once, through HTTP_PROXY if it is set";

const files = {
  chain: "CA certificates for all that have none of their own, issuer of the certificate first",
  passphrase: `passphrase of all keys that have none of their own: ${SOURCES}`,
};

const VERBOSE = "list all appliances, and all that was found across them";

const formats = { names: fleetFormats, parse: outputParser(fleetFormats) };

/** Gives the verb its arguments and options. */
export function defineFleet(fleet: Command, system: System, done: (exitCode: number) => void): void {
  fleet
    .usage("<folder|pattern|manifest>... [options]")
    .enablePositionalOptions()
    .action(async (operands: readonly string[], _options: unknown, command: Command) => {
      done(await checkFleet(operands, givenTo(command), system));
    });
  addReportOptions(addTrialOptions(addFileOptions(fleet, files), FETCH), formats, VERBOSE)
    .optionsGroup("Parts and speed:")
    .option("--shard <i/n>", "check one part of n, such as 3/8", shard)
    .option(
      "--threads <n>",
      "how many threads check (default: as many as the machine runs at once)",
      between(1, MAX_THREADS),
    );
  addSections(
    fleet,
    examples(
      ["certcheck fleet plants", "every certificate in a folder, with the key and chain beside it"],
      ["certcheck fleet certcheck.fleet.yaml --format html=fleet.html", "what a manifest names, as a page"],
      ["certcheck fleet plants --shard 1/8 --format jsonl=part-1.jsonl", "a part, for certcheck fleet merge"],
    ),
    fleetExitCodes,
  );

  const init = fleet
    .command("init")
    .description("write a manifest of what is found, for editing")
    .usage("<folder|pattern>... [options]")
    .argument("<source...>", "folders, patterns in quotes, or certificates")
    .optionsGroup(groups.writing)
    .option("--out <file>", "the manifest: .yaml or .json (default: certcheck.fleet.yaml here)")
    .option("--force", "replace it, if it is there already")
    .optionsGroup(groups.general)
    .option("--config <file>", "configuration: files that it names are no appliance's")
    .option("--no-config", "look for no configuration")
    .action(async (operands: readonly string[], options: InitOptions) => {
      done(await writeManifestOf(operands, options, system));
    });
  addSections(
    init,
    examples(["certcheck fleet init plants", ""], ["certcheck fleet init plants --out plants.json", ""]),
    exitCodes({
      0: "written",
      2: "nothing was written: the command line, a file that is there already, or no certificate was found",
    }),
  );

  const merge = fleet
    .command("merge")
    .description("put the results of parts together, as if one run had checked all")
    .usage("<jsonl>... [options]")
    .argument("<jsonl...>", "what --format jsonl has written for each part; - is standard input")
    .action(async (files: readonly string[], _options: unknown, command: Command) => {
      done(await mergeFleet(files, givenTo(command), system));
    });
  addSections(
    addReportOptions(merge, formats, VERBOSE),
    examples(["certcheck fleet merge part-*.jsonl --format html=fleet.html", ""]),
    fleetExitCodes,
  );
}
