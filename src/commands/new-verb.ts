/** The command line of `new`. Loaded when it is asked for. */
import { type Command, InvalidArgumentError } from "commander";
import { keySizes } from "../defender.ts";
import { SOURCES } from "../gather/passphrase.ts";
import type { System } from "../system/system.ts";
import { makeNew } from "./new.ts";
import { namesIn } from "./new-answers.ts";
import { DEFAULT_DAYS } from "./new-making.ts";
import { type NewOptions, type TemplateName, templateEndings } from "./new-plan.ts";
import { between } from "./option-parsers.ts";
import { addSections, examples, exitCodes } from "./sections.ts";
import { addEdition, addMakingOptions, addProgramOptions, groups, optionOf } from "./shared-options.ts";

/** Ten years. */
const MAX_DAYS = 3650;

const MAX_URL = 2000;

/** Gives the verb its options. */
export function defineNew(command: Command, system: System, done: (exitCode: number) => void): void {
  command
    .usage("<name> [options]")
    .optionsGroup("Subject and names:")
    .option("--country <code>", "two-letter code of ISO 3166")
    .option("--state <name>", "state or province")
    .option("--locality <name>", "city or the like")
    .option("--organization <name>", "organization")
    .option("--organizational-unit <name>", "organizational unit")
    .option("--email <address>", "e-mail address in the subject")
    .option("--san <names>", "further names and addresses, separated by commas; repeatable", collectNames)
    .option("--from <file>", "take subject and names from this certificate or request, or use this key")
    .optionsGroup("Key:")
    .addOption(
      optionOf("--bits <n>", "size of the key", keySizes.map(String), bits).default(undefined, `${keySizes[0]}`),
    )
    .option("--passout <source>", `encrypt the new key; its passphrase: ${SOURCES}`)
    .option("--key <file>", "use this key, and make none")
    .option("--passin <source>", `passphrase of the file of --key or --from: ${SOURCES}`)
    .optionsGroup(groups.made)
    .option("--self-signed", "make a certificate for a test environment, and no request")
    .option("--days <n>", `how long that is valid (default: ${DEFAULT_DAYS})`, between(1, MAX_DAYS))
    .addOption(
      optionOf(
        "--template <names>",
        "write templates for other issuers; several are separated by commas",
        Object.keys(templateEndings),
        collectTemplates,
      ),
    )
    .option("--templates-only", "make no key and no request")
    .option("--crl-url <url>", "where the CRL of the CA is, for templates and self-signed certificates", crlUrl)
    .option("--no-validation", "the appliance's switch for CRL and chain validation is off: no CRL is named")
    .action(async (name: string | undefined, options: NewOptions) => {
      done(await makeNew(name, options, system));
    });
  addSections(
    addProgramOptions(addMakingOptions(addEdition(command))),
    {
      text: [
        'On a terminal, it asks for what is missing. Defaults of the answers may stand under "new" in a configuration.',
      ],
    },
    examples(
      [
        'certcheck new sensor.contoso.com --country US \\\n      --organization "Contoso Inc." --organizational-unit OT',
        "",
      ],
      ["certcheck new --from sensor.crt", "the next certificate"],
      ["certcheck new --from sensor.crt --key sensor.key", "the same, with the old key"],
      ["certcheck new sensor.lab.contoso.com --self-signed", "for a test environment"],
    ),
    exitCodes({
      0: "written",
      2: "nothing was written: the command line, the configuration, a file that cannot be read or is there already, or answers that the rules would refuse",
    }),
  );
}

const collectNames = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...namesIn(value),
];

function bits(value: string): number {
  const number = Number(value);
  if (!keySizes.includes(number)) throw new InvalidArgumentError(`It is none of ${keySizes.join(", ")}.`);
  return number;
}

function crlUrl(value: string): string {
  if (value.length > MAX_URL) throw new InvalidArgumentError(`It is longer than ${MAX_URL} characters.`);
  return value;
}

function collectTemplates(value: string, before: readonly TemplateName[] = []): readonly TemplateName[] {
  const chosen = namesIn(value).map((name) => {
    if (!isTemplate(name)) throw new InvalidArgumentError(`Templates are ${Object.keys(templateEndings).join(", ")}.`);
    return name;
  });
  return [...new Set([...before, ...chosen])];
}

const isTemplate = (name: string): name is TemplateName => Object.hasOwn(templateEndings, name);
