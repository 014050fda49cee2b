/** The command line of `convert`. Loaded when it is asked for. */
import { type Command, Option } from "commander";
import { targets } from "../conversion/conversion.ts";
import { SOURCES } from "../gather/passphrase.ts";
import type { System } from "../system/system.ts";
import { convertFiles, type ConvertOptions } from "./convert.ts";
import { addSections, examples, exitCodes } from "./sections.ts";
import { addMakingOptions, addProgramOptions, groups } from "./shared-options.ts";

/** Gives the verb its options. */
export function defineConvert(command: Command, system: System, done: (exitCode: number) => void): void {
  command
    .usage("<file>... --to <pem|der|crt|pfx|upload> [options]")
    .optionsGroup(groups.made)
    .addOption(new Option("--to <what>", "what to make").choices(targets).makeOptionMandatory())
    .option("--passin <source>", `passphrase that opens: ${SOURCES}`)
    .option("--passout <source>", "new passphrase of the key or container, from a source likewise; prompt asks twice")
    .option("--no-passphrase", "write the key without a passphrase, whatever it had")
    .option("--legacy", "a container for Windows before 2019: 3DES and SHA-1 in place of AES-256 and SHA-256")
    .option("--name <name>", "what the files are called, without an ending (default: as the certificate's file)")
    .action(async (operands: readonly string[], options: ConvertOptions) => {
      done(await convertFiles(operands, options, system));
    });
  addMakingOptions(command)
    .optionsGroup(groups.report)
    .option("-v, --verbose", "of the check of an upload, list rules that hold or were not asked, explain notes")
    .option("-q, --quiet", "only what is missing, and the verdict on an upload");
  addSections(
    addProgramOptions(command),
    {
      title: "What is made, called sensor here",
      rows: [
        ["pem", "sensor.pem with all certificates, the appliance's first, then its CAs up to the root; sensor.key"],
        ["der", "a .der file for each: sensor.der, sensor-ca.der, sensor-key.der, ..."],
        ["crt", "sensor.crt, the appliance's certificate alone"],
        ["pfx", "sensor.pfx with certificate, key and CAs"],
        [
          "upload",
          "sensor.crt, sensor.key and sensor.pem as the upload dialog takes them, and checked: no leftovers, the CAs in order",
        ],
      ],
    },
    {
      text: [
        "An encrypted key stays as it is, and one out of a container keeps the container's passphrase, unless --passout or --no-passphrase says otherwise. What is read is never written over, not even with --force.",
      ],
    },
    examples(
      ["certcheck convert appliance.pfx --to upload --out new", ""],
      ["certcheck convert sensor.cer --to crt", ""],
      ["certcheck convert sensor.crt sensor.key ca.pem --to pfx --passout prompt", ""],
      ["certcheck convert sensor.key --to pem --no-passphrase --name sensor-plain", ""],
    ),
    exitCodes({
      0: "written",
      1: "written, and the check of the upload has findings, or not all could be read",
      2: "nothing was written: the command line, or a file that cannot be read or is there already",
    }),
  );
}
