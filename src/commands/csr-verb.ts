/** The command line of `csr`. Loaded when it is asked for. */
import type { Command } from "commander";
import { SOURCES } from "../gather/passphrase.ts";
import { formats } from "../reporters/index.ts";
import type { System } from "../system/system.ts";
import { checkRequest } from "./csr.ts";
import { outputParser } from "./outputs.ts";
import { addSections, examples, judgingExitCodes } from "./sections.ts";
import { addEdition, addNameOptions, addReportOptions, givenTo, groups } from "./shared-options.ts";

/** Gives the verb its options. */
export function defineCsr(csr: Command, system: System, done: (exitCode: number) => void): void {
  csr
    .usage("<request> [key] [--cert old.crt] [options]")
    .optionsGroup(groups.files)
    .option("--key <file>", "private key file, as the second operand")
    .option("--cert <file>", "the certificate that is to be renewed: same subject, same names, new key?")
    .option("--passin <source>", `passphrase of the key: ${SOURCES}`)
    .action(async (_request: unknown, _key: unknown, _options: unknown, self: Command) => {
      done(await checkRequest(self.args, givenTo(self), system));
    });
  addNameOptions(csr).option("--no-validation", "the appliance's switch for CRL and chain validation will be off");
  addReportOptions(
    addEdition(csr.optionsGroup(groups.judging)),
    { names: formats, parse: outputParser(formats) },
    "list rules that hold or were not asked, explain notes",
  );
  addSections(
    csr,
    examples(
      ["certcheck csr sensor.csr sensor.key --host sensor.contoso.com", ""],
      ["certcheck csr sensor.csr --cert old.crt", "is it a renewal of that?"],
    ),
    judgingExitCodes,
  );
}
