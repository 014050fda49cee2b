/** Finds the configuration, and says what it means for one certificate. All that reads it is loaded once there is one. */
import { isUtf8 } from "node:buffer";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Configuration, Settings } from "./configuration.ts";
import { isUnnamed } from "../bundle/bundle.ts";
import { repeatable } from "../bundle/content.ts";
import { UsageError } from "../errors.ts";
import { globMatches } from "./glob.ts";
import type { System } from "../system/system.ts";

/** A configuration and its place. */
export interface Configured {
  /** As the user would write it from the working directory. */
  readonly file: string;
  readonly configuration: Configuration;
}

/** Names of configurations, any of which may lie in a folder, but one alone. */
const NAMES = ["certcheck.config.json", "certcheck.config.yaml", "certcheck.config.yml"];

/** Largest configuration, in bytes: a thousand waivers have a third of it. */
const MAX_BYTES = 1024 * 1024;

/** Reads the file given, or else the first that is found in the working directory and above; none, if that is false. @throws UsageError */
export async function findConfiguration(
  given: string | false | undefined,
  system: System,
): Promise<Configured | undefined> {
  if (given === false) return undefined;
  const file = given ?? search(system);
  if (file === undefined) return undefined;
  const bytes = system.readFile(file, MAX_BYTES + 1);
  if (bytes.length > MAX_BYTES) throw new UsageError(`${file}: larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  // What stands for bytes that are no text would be part of a name, and a waiver or a requirement would not be what it says.
  if (!isUtf8(bytes)) throw new UsageError(`${file}: not a text in UTF-8`);
  const { readConfiguration } = await import("./configuration-file.ts");
  const configured = { file, configuration: readConfiguration(file, Buffer.from(bytes).toString("utf8")) };
  requireFiles(configured, system);
  return configured;
}

function search(system: System): string | undefined {
  let above = "";
  for (let folder = system.folder; ; folder = dirname(folder)) {
    const [first, second] = NAMES.map((name) => above + name).filter((file) => system.isFile(file) !== undefined);
    if (second !== undefined)
      throw new UsageError(`${first} and ${second}: two configurations`, "keep one, or name it with --config");
    // A pipe would be waited for.
    if (first !== undefined && system.isFile(first) === false) throw new UsageError(`${first}: is no file`);
    // Where all may write, as in /tmp, anybody could say which rules count, and whom to trust.
    if (first !== undefined && system.isSomebodyElses(first))
      throw new UsageError(
        `${first}: belongs to another user, and so may not say what counts here`,
        `--config ${first} takes it all the same, --no-config looks for none`,
      );
    if (first !== undefined || dirname(folder) === folder) return first;
    above += `..${sep}`;
  }
}

/** Refuses what a configuration names that is no file: it would be waited for, or be what is typed. @throws UsageError */
function requireFiles({ file, configuration }: Configured, { folder, isFile }: System): void {
  for (const settings of [configuration, ...(configuration.profiles ?? [])])
    for (const key of FILE_KEYS)
      for (const name of settings[key] ?? []) {
        const path = fromFolderOf(file, name);
        if (isUnnamed(resolve(folder, path)))
          throw new UsageError(`${file}: ${key}: ${repeatable(name)}is not the name of a file`);
        if (isFile(path) === false)
          throw new UsageError(`${file}: ${key}: ${repeatable(name)}leads to a folder, a device or a pipe`);
      }
}

/** The keys that name files. */
const FILE_KEYS = ["chain", "roots", "crl"] as const;

/** The profiles for a certificate, by their places in the configuration. */
export function profilesFor({ file, configuration }: Configured, certificate: string, system: System): number[] {
  const { profiles = [] } = configuration;
  if (profiles.length === 0) return [];
  const path = pathFrom(file, certificate, system);
  return profiles.flatMap(({ files }, index) => (files.some((pattern) => globMatches(pattern, path)) ? [index] : []));
}

/** What the configuration says in general, then what these profiles say. Later ones count. */
export function settingsOf({ file, configuration }: Configured, profiles: readonly number[]): readonly Settings[] {
  const { profiles: all = [], waivers: _waivers, $schema: _schema, new: _new, ...general } = configuration;
  const own = profiles.flatMap((index) => all[index] ?? []).map(({ files: _files, ...settings }) => settings);
  return [general, ...own].map((settings) => withPaths(settings, file));
}

/** The path of a file from the folder of the configuration, with `/`; what is no file keeps its name. */
export function pathFrom(configuration: string, file: string, { folder }: System): string {
  if (isUnnamed(file)) return file;
  return relative(resolve(folder, dirname(configuration)), resolve(folder, file)).replaceAll(sep, "/");
}

/** Paths of a configuration are from its folder; those of a command line are from the working directory. */
function withPaths(settings: Settings, configuration: string): Settings {
  const files = FILE_KEYS.flatMap((key) => {
    const names = settings[key];
    return names === undefined ? [] : [[key, names.map((name) => fromFolderOf(configuration, name))] as const];
  });
  return { ...settings, ...Object.fromEntries(files) };
}

const fromFolderOf = (configuration: string, file: string): string =>
  isAbsolute(file) ? file : join(dirname(configuration), file);
