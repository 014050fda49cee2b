/** A manifest: which appliances there are, their files, and what is planned for them. Whoever wrote it is not trusted. */
import { dirname, isAbsolute, join, resolve } from "node:path";
import { isUnnamed } from "../bundle/bundle.ts";
import { looksLikeContent, repeatable, repeatableKey } from "../bundle/content.ts";
import { UsageError } from "../errors.ts";
import { neutral } from "../reporters/text.ts";
import type { System } from "../system/system.ts";
import { type Appliance, filesOf } from "./appliance.ts";
import { kindOf, plainPath, tidy, within } from "./file-name.ts";
import type { Stray } from "../bundle/fleet.ts";
import { type Entry, type ManifestText, type Mistake, readEntry } from "./manifest-schema.ts";
import { readManifestText } from "./manifest-text.ts";
import { shortName } from "./naming.ts";
import { type OpenFolder, TooMany } from "./walk.ts";

/** What a manifest says, and what it leaves out. */
export interface Manifest {
  readonly appliances: readonly Appliance[];
  /** Those that it gives a name. */
  readonly named: ReadonlySet<Appliance>;
  /** Certificates, keys and chains in its folder and below that it does not name. */
  readonly strays: readonly Stray[];
}

/** Mistakes that are listed. */
const LISTED = 10;

type Files = Pick<System, "folder" | "isFile" | "readFile" | "complain">;

/** Reads a manifest, and looks for what it leaves out. @throws UsageError */
export async function readManifest(file: string, open: OpenFolder, system: Files): Promise<Manifest> {
  const text = await readManifestText(file, (limit) => system.readFile(file, limit));
  const folder = dirname(file);
  const files = fileChecker(folder, system);
  const { entries, mistakes } = check(text, files.complaint);
  if (mistakes.length > 0)
    throw new UsageError(
      [...mistakes.slice(0, LISTED), ...(mistakes.length > LISTED ? [`${file}: and more`] : [])].join("\n"),
    );
  const perFolder = new Map<string, number>();
  for (const { certificate } of entries) {
    const place = dirname(files.pathOf(certificate));
    perFolder.set(place, (perFolder.get(place) ?? 0) + 1);
  }
  const named = new Set<Appliance>();
  const appliances = entries.map((entry) => {
    const certificate = files.pathOf(entry.certificate);
    const name = entry.name ?? shortName(certificate, perFolder.get(dirname(certificate)) === 1);
    const appliance = applianceOf(entry, name, files);
    if (entry.name !== undefined) named.add(appliance);
    return appliance;
  });
  const sources = entries.flatMap(({ passin }) => (passin?.startsWith("file:") ? files.pathOf(passin.slice(5)) : []));
  return {
    appliances,
    named,
    strays: leftOut(tidy(folder), open, [...appliances.flatMap(filesOf), ...sources], system),
  };
}

/** Checks all entries, until there are too many mistakes to list. */
function check(
  { entries: all, placeOf, nameOf }: ManifestText,
  complaint: (path: string) => string | undefined,
): { readonly entries: readonly Entry[]; readonly mistakes: readonly string[] } {
  const entries: Entry[] = [];
  const mistakes: string[] = [];
  const names = new Set<string>();
  for (const [index, data] of all.entries()) {
    const entry = readEntry(data);
    const found = isSound(entry) ? [...wrongFiles(entry, complaint), ...sameName(entry, names)] : entry;
    for (const { key, value, message } of found) {
      const shown = [nameOf(index), ...(key === undefined ? [] : [repeatableKey(key)])];
      const subject = shown.filter((part) => part !== "").join(".");
      const place = placeOf(index, key);
      mistakes.push(
        `${place}: ${subject === "" ? "" : `${subject}: `}${value === undefined ? "" : repeatable(value)}${message}`,
      );
    }
    if (mistakes.length > LISTED) break;
    if (isSound(entry)) entries.push(entry);
  }
  return { entries, mistakes };
}

const isSound = (entry: Entry | readonly Mistake[]): entry is Entry => !Array.isArray(entry);

function wrongFiles(entry: Entry, complaint: (path: string) => string | undefined): Mistake[] {
  const { certificate, key, chain = [], passin = "" } = entry;
  const files: readonly (readonly [key: string, path: string | undefined])[] = [
    ["certificate", certificate],
    ["key", key],
    ...chain.map((file) => ["chain", file] as const),
    ["passin", passin.startsWith("file:") ? passin.slice("file:".length) : undefined],
  ];
  return files.flatMap(([name, path]) => {
    const message = path === undefined ? undefined : complaint(path);
    return message === undefined ? [] : [{ key: name, message }];
  });
}

function sameName({ name }: Entry, names: Set<string>): Mistake[] {
  if (name === undefined) return [];
  if (names.has(name)) return [{ key: "name", value: name, message: "is the name of another appliance too" }];
  names.add(name);
  return [];
}

/** What files of a manifest are. */
interface FileChecker {
  /** As the user would write it. */
  readonly pathOf: (name: string) => string;
  /** Why it must not be named. */
  readonly complaint: (name: string) => string | undefined;
}

/** Paths are from the manifest's folder. None may lead to what is no file, and so wait, or to another machine. */
function fileChecker(folder: string, { folder: here, isFile }: Files): FileChecker {
  const known = new Map<string, string | undefined>();
  const pathOf = (name: string): string => plainPath(isAbsolute(name) ? tidy(name) : join(folder, name));
  const judge = (name: string): string | undefined => {
    const path = pathOf(name);
    if (isUnnamed(resolve(here, path))) return "is not the name of a file";
    const is = isFile(path);
    if (is === false) return "leads to a folder, a device or a pipe";
    // That it is not there would be said with its name.
    return is === undefined && looksLikeContent(name)
      ? "looks like the content of a file, not like its name"
      : undefined;
  };
  return {
    pathOf,
    complaint(name) {
      if (!known.has(name)) known.set(name, judge(name));
      return known.get(name);
    },
  };
}

function applianceOf(
  { certificate, key, chain = [], passin, host = [], addresses = [], owner }: Entry,
  name: string,
  { pathOf }: FileChecker,
): Appliance {
  const [, path] = /^file:(.*)$/s.exec(passin ?? "") ?? [];
  return {
    name,
    certificate: pathOf(certificate),
    ...(key !== undefined && { key: pathOf(key) }),
    chains: chain.map(pathOf),
    ...(passin !== undefined && { passphrase: path === undefined ? passin : `file:${pathOf(path)}` }),
    hosts: [
      ...host.map((value) => ({ kind: "name" as const, value })),
      ...addresses.map((value) => ({ kind: "address" as const, value })),
    ],
    ...(owner !== undefined && { owner }),
  };
}

/** What lies in the manifest's folder and below, and looks as if it should be named. */
function leftOut(
  root: string,
  open: OpenFolder,
  named: readonly string[],
  { folder: here, complain }: Files,
): readonly Stray[] {
  const known = new Set(named.map((file) => resolve(here, file)));
  const strays: Stray[] = [];
  const look = (folder: string, depth: number): void => {
    const opened = open(folder, depth);
    // Nothing that is named lies in there, or its reading says so.
    if (typeof opened === "string") return;
    for (const name of opened.files) {
      const kind = kindOf(name);
      const file = within(folder, name);
      if (kind !== "other" && !known.has(resolve(here, file))) strays.push({ file, kind });
    }
    for (const name of opened.folders) look(within(folder, name), depth + 1);
  };
  try {
    look(root, 0);
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
    complain(
      `certcheck: ${neutral(root)} has ${error.message}: files that the manifest leaves out are not all listed\n`,
    );
  }
  return strays;
}
