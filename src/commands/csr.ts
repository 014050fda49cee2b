/** The verb `csr`: one request, before a CA spends time on it. */
import { findConfiguration } from "../configuration/configure.ts";
import { gatherRequest } from "../gather/gather.ts";
import { warnOfVisible } from "../gather/passphrase.ts";
import { UsageError } from "../errors.ts";
import { requestRules } from "../rules/index.ts";
import type { System } from "../system/system.ts";
import { measures, reportOn } from "./judge.ts";
import type { CheckOptions } from "./options.ts";
import { inputPlaces, requireOwnPlaces, writeReports } from "./outputs.ts";

/** The options of `csr`: those of `check` that make sense, and the certificate to be renewed. */
export interface CsrOptions extends CheckOptions {
  readonly cert?: string;
}

/** Judges one request, writes the reports, and says the exit code. @throws UsageError */
export async function checkRequest(
  [request = "", keyOperand]: readonly string[],
  { cert: previous, ...given }: CsrOptions,
  system: System,
): Promise<number> {
  if (keyOperand !== undefined && given.key !== undefined)
    throw new UsageError("two files for the key, one of them with --key");
  const key = keyOperand ?? given.key;
  const { passin: passphrase } = given;
  warnOfVisible(passphrase, system);
  const configured = await findConfiguration(given.config, system);
  const measure = measures(given, configured, system, requestRules())(request);
  const { options } = measure;
  const { format: outputs = [{ format: "human" }], color, verbose = false, quiet = false } = options;
  const now = options.at ?? system.now();
  const operands = [request, key, previous].filter((operand) => operand !== undefined);
  requireOwnPlaces(outputs, [...inputPlaces(operands, passphrase), ...(configured ? [configured.file] : [])], system);
  const bundle = await gatherRequest(
    {
      request,
      ...(key !== undefined && { key }),
      ...(previous !== undefined && { previous }),
      ...(passphrase !== undefined && { passphrase }),
    },
    now,
    system,
  );
  const report = reportOn(bundle, measure, configured, { now, system });
  await writeReports(report, outputs, { color, verbose, quiet }, system);
  return report.exitCode;
}
