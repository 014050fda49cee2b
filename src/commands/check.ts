/** The verb `check`: one appliance. */
import { gather, type Operands } from "../gather/gather.ts";
import { findConfiguration } from "../configuration/configure.ts";
import { applianceRules } from "../rules/index.ts";
import type { System } from "../system/system.ts";
import { UsageError } from "../errors.ts";
import { warnOfVisible } from "../gather/passphrase.ts";
import { handshakeOf, measures, placesOf, reportOn } from "./judge.ts";
import { inputPlaces, requireOwnPlaces, writeReports } from "./outputs.ts";
import type { CheckOptions } from "./options.ts";

/** Checks one appliance, writes the reports, and says the exit code. @throws UsageError */
export async function check(words: readonly string[], given: CheckOptions, system: System): Promise<number> {
  const named = namedFiles(words, given);
  const passphrase = passphraseSource(given, system);
  const configured = await findConfiguration(given.config, system);
  const measure = measures(given, configured, system, applianceRules)(named.certificate);
  const { options } = measure;
  const { chain: chains = [], roots = [], format: outputs = [{ format: "human" }] } = options;
  const now = options.at ?? system.now();
  const crls = placesOf(options);
  const operands = {
    ...named,
    chains,
    roots,
    ...handshakeOf(options, options.online ?? options.handshake),
    ...(crls && { crls }),
    ...(passphrase !== undefined && { passphrase }),
  };
  requireOwnPlaces(
    outputs,
    inputsOf(operands, [...(options.crl ?? []), ...(configured ? [configured.file] : [])]),
    system,
  );
  const bundle = await gather(operands, now, system);
  const report = reportOn(bundle, measure, configured, { now, system });
  const { color, verbose = false, quiet = false } = options;
  await writeReports(report, outputs, { color, verbose, quiet }, system);
  return report.exitCode;
}

/** The files to check: by their places, or by the appliance's own options. @throws UsageError */
function namedFiles(words: readonly string[], given: CheckOptions): Pick<Operands, "certificate" | "key"> {
  const certificate = single("certificate", words[0], "--crt", given.crt);
  const key = single("key", words[1], "--key", given.key);
  // A word too many may be the rest of a passphrase with blanks: it is not repeated.
  if (words.length > 2) throw new UsageError("more than two files", "CA certificates are given with --chain");
  if (certificate === undefined)
    throw new UsageError("nothing to check", "certcheck sensor.crt sensor.key --chain ca.pem");
  return { certificate, ...(key !== undefined && { key }) };
}

/** A file may be given by place or by the appliance's own option, not by both. */
function single(
  what: string,
  operand: string | undefined,
  option: string,
  value: string | undefined,
): string | undefined {
  if (operand !== undefined && value !== undefined)
    throw new UsageError(`two files for the ${what}, one of them with ${option}`);
  return operand ?? value;
}

function passphraseSource({ passin, pass, passphraseSet }: CheckOptions, system: System): string | undefined {
  if (passphraseSet !== undefined) {
    system.complain(
      "certcheck: --passphrase-set has no effect here: it makes the appliance use the passphrase of the previous certificate\n",
    );
  }
  if (passin !== undefined && pass !== undefined) throw new UsageError("two passphrases: --passin and --pass");
  const source = pass === undefined ? passin : `pass:${pass}`;
  warnOfVisible(source, system);
  return source;
}

/** All that is read, where a report must not be written. */
const inputsOf = ({ certificate, key, chains, roots, passphrase }: Operands, others: readonly string[]): string[] =>
  inputPlaces([certificate, ...(key === undefined ? [] : [key]), ...chains, ...roots, ...others], passphrase);
