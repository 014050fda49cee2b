/** The verb `fleet init`: writes what discovery understood as a manifest. */
import { findConfiguration } from "../configuration/configure.ts";
import { UsageError } from "../errors.ts";
import { discover } from "../fleet/discovery.ts";
import { endingOf } from "../fleet/file-name.ts";
import { MAX_YAML_BYTES } from "../fleet/manifest-text.ts";
import { manifestText } from "../fleet/manifest-writer.ts";
import { neutral } from "../reporters/text.ts";
import type { System } from "../system/system.ts";
import { filesForAll } from "./fleet-inputs.ts";

/** The options of `fleet init`. */
export interface InitOptions {
  readonly out?: string;
  readonly force?: true;
  /** False with --no-config. */
  readonly config?: string | false;
}

/** Files that are listed on the terminal. */
const LISTED = 20;

/** Finds the appliances, and writes the manifest. Says the exit code. @throws UsageError */
export async function writeManifestOf(
  operands: readonly string[],
  { out = "certcheck.fleet.yaml", force, config }: InitOptions,
  system: System,
): Promise<number> {
  const ending = endingOf(out);
  const format = ending === "json" ? ending : ending === "yaml" || ending === "yml" ? "yaml" : undefined;
  if (format === undefined) throw new UsageError(`--out ${out}: a manifest is called .yaml or .json`);
  if (!force && system.isFile(out) !== undefined)
    throw new UsageError(`${out}: is there already`, "--force replaces it, --out <file> names another");
  const configured = await findConfiguration(config, system);
  const used = filesForAll({}, configured, system);
  const { appliances, strays } = await discover(operands, { used, written: [out], manifests: false }, system);
  const isFound = appliances.filter(({ obstacle }) => obstacle === undefined);
  if (isFound.length === 0) throw new UsageError("no certificate was found", "they are called .crt or .cer");
  const text = manifestText({ appliances, strays }, format, out, system.folder);
  if (format === "yaml" && Buffer.byteLength(text) > MAX_YAML_BYTES)
    throw new UsageError(
      `${isFound.length} appliances are too many for YAML`,
      "--out certcheck.fleet.json writes JSON",
    );
  system.replaceFile(out, text);
  const left = [
    ...appliances.flatMap(({ obstacle }) => obstacle ?? []),
    ...strays.filter(({ kind }) => kind !== "other").map(({ file }) => file),
  ];
  const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;
  system.print(
    [
      `${neutral(out)}: ${count(isFound.length, "appliance")}${left.length === 0 ? "" : `; ${count(left.length, "file")} left out:`}`,
      ...left.slice(0, LISTED).map((line) => `  ${neutral(line)}`),
      ...(left.length > LISTED ? [`  and ${left.length - LISTED} more`] : []),
      "",
    ].join("\n"),
  );
  return 0;
}
