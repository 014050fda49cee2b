/** What the help and the manual say of certcheck as a whole, and of check, besides their options. Loaded when it is asked for. */
import type { Command } from "commander";
import { addSections, examples, judgingExitCodes, type Section } from "./sections.ts";

/** The options of check that a first look at the help shows. */
export const mostNeeded: readonly string[] = [
  "--chain",
  "--passin",
  "--host",
  "--no-validation",
  "--online",
  "--allow-self-signed",
  "--format",
  "--verbose",
];

/** The command lines that are shown to who gives none. */
export const firstSteps: Section = {
  rows: [
    ["certcheck sensor.crt sensor.key --chain ca.pem", "check one appliance"],
    ["certcheck fleet plants", "check all that a folder holds"],
    ["certcheck inspect appliance.pfx", "what is in this file?"],
    ["certcheck help", "list all commands"],
  ],
};

/** What changes what certcheck does without being on the command line. */
const environment: Section = {
  title: "Environment variables",
  rows: [
    ["NO_COLOR", "not empty: no colours, unless --color says otherwise"],
    ["FORCE_COLOR", "not empty: colours also where no terminal is; 0: none"],
    ["CI", "set in a pipeline: nothing is asked, unless --passin prompt wants it"],
    ["HTTP_PROXY, HTTPS_PROXY, NO_PROXY", "the proxy for CRLs that --online fetches"],
    ["XDG_CACHE_HOME, LOCALAPPDATA", "where fetched CRLs are kept"],
    ["LC_ALL, LC_CTYPE, LANG", "whether the terminal shows UTF-8"],
  ],
};

const readOn: Section = {
  text: ["certcheck help <command> lists the options of a command, of check for example."],
};

/** Gives the program, and check, what they have to say. */
export function describeProgram(program: Command, check: Command): void {
  addSections(
    program,
    readOn,
    examples(
      ["certcheck sensor.crt sensor.key --chain ca.pem", ""],
      ["certcheck sensor.crt sensor.key --chain ca.pem --online", ""],
      ["certcheck sensor.crt sensor.key --chain ca.pem --format json=report.json", ""],
      ["certcheck rules key/belongs-to-certificate", ""],
    ),
    judgingExitCodes,
    environment,
  );
  addSections(
    check,
    examples(
      ["certcheck sensor.crt sensor.key --chain ca.pem", ""],
      ["certcheck sensor.crt sensor.key --chain ca.pem --passin env:KEY_PASSPHRASE", "an encrypted key, in a pipeline"],
      ["certcheck sensor.crt", "what needs key or chain is listed as not checked"],
      ["certcheck --crt sensor.crt --key sensor.key --chain ca.pem --pass abc", "as the import command has it"],
    ),
    judgingExitCodes,
  );
}
