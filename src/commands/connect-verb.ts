/** The command line of `connect`. Loaded when it is asked for. */
import type { Command } from "commander";
import { formats } from "../reporters/index.ts";
import type { System } from "../system/system.ts";
import { connect } from "./connect.ts";
import { collectHost, collectIp } from "./option-parsers.ts";
import { outputParser } from "./outputs.ts";
import { addSections, examples, judgingExitCodes } from "./sections.ts";
import {
  addChainOptions,
  addFetchOptions,
  addJudgingOptions,
  addReportOptions,
  givenTo,
  groups,
} from "./shared-options.ts";

const CHAIN = "CA certificates that the server should send";
const FETCH = "fetch the CRLs over http, through HTTP_PROXY if it is set";
const VERBOSE = "list rules that hold or were not asked, explain notes";

/** Gives the verb its options. */
export function defineConnect(command: Command, system: System, done: (exitCode: number) => void): void {
  command
    .usage("<host[:port]> [--cert sensor.crt] [options]")
    .optionsGroup(groups.files)
    .option("--cert <file>", "the certificate that was uploaded: is it the one that is served?")
    .optionsGroup(groups.plan)
    .option("--ip <address>", "connect to this address; the host stays the name that is asked for", collectIp)
    .option("--host <name>", "another name that the certificate has to cover; repeatable", collectHost)
    .action(async (host: string, _options: unknown, self: Command) => {
      done(await connect(host, givenTo(self), system));
    });
  addReportOptions(
    addJudgingOptions(addFetchOptions(addChainOptions(command, CHAIN), FETCH, "the server, or a CRL server")),
    { names: formats, parse: outputParser(formats) },
    VERBOSE,
  );
  addSections(
    command,
    {
      text: [
        "The server is sent nothing but a TLS handshake, and no proxy is used. Addresses of IPv6 with a port stand in brackets: [fd00::7]:8443. Of an https URL, host and port are taken.",
      ],
    },
    examples(
      ["certcheck connect sensor.contoso.com --cert sensor.crt --roots root.pem", ""],
      ["certcheck connect sensor.contoso.com --ip 10.1.0.7", "before DNS knows it"],
      ["certcheck connect syslog.contoso.com:6514", "a syslog server"],
    ),
    judgingExitCodes,
  );
}
