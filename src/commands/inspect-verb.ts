/** The command line of `inspect`. Loaded when it is asked for. */
import { type Command, InvalidArgumentError } from "commander";
import { SOURCES } from "../gather/passphrase.ts";
import type { System } from "../system/system.ts";
import { inspectFiles, inspectFormats, type InspectOptions } from "./inspect.ts";
import { collect, instant } from "./option-parsers.ts";
import { outputParser } from "./outputs.ts";
import { addSections, examples, exitCodes } from "./sections.ts";
import { addColor, addDebug, formatOption, groups } from "./shared-options.ts";

/** Gives the verb its options. */
export function defineInspect(command: Command, system: System, done: (exitCode: number) => void): void {
  command
    .usage("<file>... [options]")
    .option("--passin <source>", `passphrase of keys and containers: ${SOURCES}`)
    .option("--serial <hex>", "is this serial number on the CRL? In hexadecimal digits; repeatable", collectSerial)
    .option("--asn1", "the ASN.1 tree with offsets, instead of explanations; private keys without their numbers")
    .option("--at <date>", "judge dates as of then, such as 2026-11-21 or 2026-11-21T10:00:00Z", instant)
    .optionsGroup(groups.report)
    .addOption(formatOption("format", { names: inspectFormats, parse: outputParser(inspectFormats) }))
    .action(async (operands: readonly string[], options: InspectOptions) => {
      done(await inspectFiles(operands, options, system));
    });
  addSections(
    addDebug(addColor(command)),
    {
      text: [
        "Two files with one thing each are compared: a certificate and the one it replaces, or the request it came of; a key and its certificate; two CRLs. A certificate beside a CRL of its issuer is looked for on it.",
      ],
    },
    examples(
      ["certcheck inspect sensor.crt", ""],
      ["certcheck inspect old.crt new.crt", "what differs"],
      ["certcheck inspect issuing.crl --serial 5A:17", "is it revoked?"],
    ),
    exitCodes({
      0: "all was read; what it says, or what differs, is for you to judge",
      1: "something could not be read, not even with the passphrase given, or is revoked by a CRL given",
      2: "the command line, or a file that cannot be opened",
    }),
  );
}

/** Longest serial number that is looked for, in hexadecimal digits; RFC 5280 has at most 40. */
const MAX_DIGITS = 96;

/** `5A17`, `5a:17`, `0x5a17`, `5a 17`: never decimal, for `17` may be either. */
function collectSerial(value: string, before: readonly string[] = []): readonly string[] {
  const digits = value.replace(/^0x/i, "").replace(/[\s:]/g, "").toLowerCase();
  if (!/^[\da-f]+$/.test(digits) || digits.length > MAX_DIGITS)
    throw new InvalidArgumentError("Write it in hexadecimal digits: 5a17, 5A:17 or 0x5A17.");
  const whole = digits.length % 2 === 0 ? digits : `0${digits}`;
  return collect(whole.replace(/^(?:00)+(?=..)/, ""), before);
}
