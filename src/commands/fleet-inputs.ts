/** What a run over a fleet has to do with files besides checking them: options that name some, and reports to be written. */
import { resolve } from "node:path";
import { isUnnamed } from "../bundle/bundle.ts";
import { type Configured, settingsOf } from "../configuration/configure.ts";
import { UsageError } from "../errors.ts";
import { type Appliance, filesOf } from "../fleet/appliance.ts";
import type { Found } from "../fleet/discovery.ts";
import { nobodyToAsk, readPassphrase, warnOfVisible } from "../gather/passphrase.ts";
import type { System } from "../system/system.ts";
import type { FleetOutput } from "./fleet-outputs.ts";
import type { CheckOptions } from "./options.ts";
import { requireOwnPlaces } from "./outputs.ts";

/** The files that options and configuration name, for all appliances or for some. @throws UsageError if one is not there */
export function filesForAll(
  given: CheckOptions,
  configured: Configured | undefined,
  system: System,
): readonly string[] {
  const profiles = configured?.configuration.profiles ?? [];
  const settings = [given, ...(configured ? settingsOf(configured, [...profiles.keys()]) : [])];
  const operands = settings.flatMap(({ chain = [], roots = [], crl = [] }) => [...chain, ...roots, ...crl]);
  if (operands.includes("-"))
    throw new UsageError("standard input is read for one appliance only", "give the name of a file, or env:NAME");
  const files = operands.filter((operand) => !isUnnamed(operand));
  const missing = files.find((file) => system.isFile(file) === undefined);
  if (missing !== undefined) throw new UsageError(`${missing}: no such file`);
  const [, source] = /^file:(.*)$/s.exec(given.passin ?? "") ?? [];
  return [...files, ...(source === undefined ? [] : [source]), ...(configured ? [configured.file] : [])];
}

/** Reads the passphrase for all keys once, so that no thread asks for it; it is handed on as `pass:`. @throws UsageError */
export async function passphraseForAll(source: string | undefined, system: System): Promise<string | undefined> {
  if (source === undefined) return undefined;
  warnOfVisible(source, system);
  if (source !== "prompt") return `pass:${readPassphrase(source, system)}`;
  const typed = await system.askPassphrase("Passphrase of the keys: ");
  if (typed === undefined) throw nobodyToAsk();
  return typed === "" ? undefined : `pass:${typed}`;
}

/** Refuses reports in the place of one another, or of what is to be checked. @throws UsageError */
export function requirePlacesOfFleet(
  outputs: readonly FleetOutput[],
  { appliances, manifests }: Found,
  others: readonly string[],
  system: System,
): void {
  requireNoneOf(
    appliances,
    outputs.flatMap(({ file }) => file ?? []),
    system,
  );
  requireOwnPlaces(outputs, [...others, ...manifests], system);
}

/** Refuses reports in the place of an appliance's files. @throws UsageError */
function requireNoneOf(appliances: readonly Appliance[], files: readonly string[], system: System): void {
  if (files.length === 0) return;
  const { folder, fileNumber, isFile } = system;
  const places = new Map(files.map((file) => [resolve(folder, file), file]));
  // Behind a link, or by another name; a device, and what is not there yet, is none of them.
  const numbers = new Map(files.filter((file) => isFile(file)).map((file) => [fileNumber(file), file]));
  for (const appliance of appliances)
    for (const input of inputsOf(appliance)) {
      const number = numbers.size > 0 ? fileNumber(input) : undefined;
      const taken = places.get(resolve(folder, input)) ?? numbers.get(number);
      if (taken !== undefined)
        throw new UsageError(`--format: ${taken} is a file to check`, "give another name for the report");
    }
}

/** What is read of an appliance. */
const inputsOf = (appliance: Appliance): readonly string[] => {
  const [, source] = /^file:(.*)$/s.exec(appliance.passphrase ?? "") ?? [];
  return [...filesOf(appliance), ...(source === undefined ? [] : [source])];
};
