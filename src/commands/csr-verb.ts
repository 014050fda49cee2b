/** The command line of `csr`. Loaded when it is asked for. */
import type { Command } from "commander";
import { SOURCES } from "../gather/passphrase.ts";
import { formats } from "../reporters/index.ts";
import type { System } from "../system/system.ts";
import { checkRequest } from "./csr.ts";
import { outputParser } from "./outputs.ts";
import { addEdition, addNameOptions, addReportOptions, exitCodeHelp, givenTo } from "./shared-options.ts";

/** Gives the verb its options. */
export function defineCsr(csr: Command, system: System, done: (exitCode: number) => void): void {
  csr
    .usage("<request> [key] [--cert old.crt] [options]")
    .option("--key <file>", "private key file, as the second operand")
    .option("--cert <file>", "the certificate that is to be renewed: same subject, same names, new key?")
    .option("--passin <source>", `passphrase of the key: ${SOURCES}`)
    .option("--no-validation", "the appliance's switch for CRL and chain validation will be off")
    .action(async (_request: unknown, _key: unknown, _options: unknown, self: Command) => {
      done(await checkRequest(self.args, givenTo(self), system));
    });
  addReportOptions(
    addEdition(addNameOptions(csr)),
    { names: formats, parse: outputParser(formats) },
    "list rules that hold or were not asked, explain notes",
  ).addHelpText("after", `\n${help}`);
}

const help = `Examples:
  certcheck csr sensor.csr sensor.key --host sensor.contoso.com
  certcheck csr sensor.csr --cert old.crt    is it a renewal of that?

${exitCodeHelp}`;
