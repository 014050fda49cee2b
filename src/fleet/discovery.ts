/** Finds the appliances that operands stand for: in folders, by patterns, by the names of files, or in manifests. */
import { basename, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { System } from "../system/system.ts";
import { type Appliance, filesOf } from "./appliance.ts";
import { endingOf, isOwn, kindOf, within } from "./file-name.ts";
import type { Stray } from "../bundle/fleet.ts";
import { settleNames } from "./naming.ts";
import { fileScopes, folderScope, isPattern, patternScope, type Scope } from "./scope.ts";
import { search } from "./search.ts";
import { folderOpener, type OpenFolder } from "./walk.ts";

/** What was found. */
export interface Found {
  /** In the order of their names. */
  readonly appliances: readonly Appliance[];
  /** Files that belong to none, in the order of their paths. */
  readonly strays: readonly Stray[];
  /** The manifests that say so. */
  readonly manifests: readonly string[];
}

/** What else a run has to do with files. */
export interface Surroundings {
  /** Files that are used otherwise, such as a chain for all: they are no appliance's. */
  readonly used: readonly string[];
  /** Files that are written: they may be there since the last run. */
  readonly written: readonly string[];
  /** Whether a manifest in a folder counts. */
  readonly manifests: boolean;
}

/** What discovery needs of the world. */
export type Files = Pick<System, "folder" | "isFile" | "readFile" | "readFolder" | "complain">;

/** What one operand came to. */
interface Part extends Omit<Found, "manifests"> {
  /** Those whose names a manifest gives. */
  readonly named?: ReadonlySet<Appliance>;
}

/** Finds all appliances. @throws UsageError */
export async function discover(operands: readonly string[], surroundings: Surroundings, system: Files): Promise<Found> {
  const { folder } = system;
  const placeOf = (file: string): string => resolve(folder, file);
  const { scopes, manifests } = sort(operands, surroundings.manifests, system);
  const used = [...surroundings.used, ...manifests];
  const openAll = (): OpenFolder => withoutOthers(folderOpener(system.readFolder), { ...surroundings, used }, placeOf);
  const open = openAll();
  const parts: Part[] = scopes.map((scope) => search(scope, open));
  if (manifests.length > 0) {
    const { readManifest } = await import("./manifest.ts");
    for (const file of manifests) parts.unshift(await readManifest(file, openAll(), system));
  }
  const [appliances, strays] =
    parts.length === 1 && parts[0] ? [parts[0].appliances, parts[0].strays] : join(parts, placeOf);
  const names = parts.flatMap(({ named }) => named ?? []);
  const isNamed = (one: Appliance): boolean => names.some((named) => named.has(one));
  return {
    appliances: settleNames(appliances, isNamed),
    strays: strays.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    manifests,
  };
}

/** Names of manifests that count where they lie in a folder. */
const MANIFESTS = ["certcheck.fleet.json", "certcheck.fleet.yaml", "certcheck.fleet.yml"];

/** Endings of manifests. */
const manifestEndings: ReadonlySet<string> = new Set(["yaml", "yml", "json", "csv"]);

/** Tells by each operand what it stands for. @throws UsageError if it stands for nothing */
function sort(
  operands: readonly string[],
  inFolders: boolean,
  { isFile }: Files,
): { readonly scopes: readonly Scope[]; readonly manifests: readonly string[] } {
  const manifests = new Set<string>();
  const scopes: Scope[] = [];
  const files: string[] = [];
  for (const operand of new Set(operands)) {
    const is = isFile(operand);
    if (is === true && manifestEndings.has(endingOf(operand))) manifests.add(operand);
    else if (is === true) files.push(operand);
    else if (is === false) {
      const scope = folderScope(operand);
      const manifest = inFolders ? manifestIn(scope.folder, isFile) : undefined;
      if (manifest === undefined) scopes.push(scope);
      else manifests.add(manifest);
    } else if (isPattern(operand)) scopes.push(patternScope(operand));
    else
      throw new UsageError(
        `${operand}: no such file or folder`,
        "give folders, patterns in quotes such as 'plants/*/sensor.crt', certificates, or a manifest",
      );
  }
  return { scopes: [...scopes, ...fileScopes(files)], manifests: [...manifests] };
}

/** The manifest in a folder. @throws UsageError if there are several */
function manifestIn(folder: string, isFile: Files["isFile"]): string | undefined {
  const [first, second] = MANIFESTS.map((name) => within(folder, name)).filter((file) => isFile(file));
  if (second !== undefined) throw new UsageError(`${first} and ${second}: two manifests`, "name the one that counts");
  return first;
}

/** Opens folders as if what belongs to the run itself was not in them. */
function withoutOthers(
  open: OpenFolder,
  { used, written }: Surroundings,
  placeOf: (file: string) => string,
): OpenFolder {
  const [usedPlaces, writtenPlaces] = [new Set(used.map(placeOf)), new Set(written.map(placeOf))];
  const names = new Set([...usedPlaces, ...writtenPlaces].map((place) => basename(place)));
  const isOthers = (folder: string, name: string): boolean => {
    if (isOwn(name)) return false;
    if (!names.has(name)) return true;
    const place = placeOf(within(folder, name));
    // A report in the place of a key is refused elsewhere, which has to see the key.
    return !usedPlaces.has(place) && !(writtenPlaces.has(place) && kindOf(name) === "other");
  };
  return (folder, depth) => {
    const opened = open(folder, depth);
    if (typeof opened === "string") return opened;
    const withoutOwn = (names: readonly string[]): readonly string[] => names.filter((name) => isOthers(folder, name));
    return { ...opened, files: withoutOwn(opened.files), others: withoutOwn(opened.others) };
  };
}

/** Puts together what several operands came to: an appliance counts once, and what belongs to one is no stray of another. */
function join(
  parts: readonly Part[],
  placeOf: (file: string) => string,
): readonly [appliances: readonly Appliance[], strays: readonly Stray[]] {
  const listed = parts.filter(({ named }) => named !== undefined).flatMap((part) => part.appliances);
  const isListed = new Set(listed.map(({ certificate }) => placeOf(certificate)));
  const found = new Map<string, Appliance>();
  for (const one of parts.filter(({ named }) => named === undefined).flatMap((part) => part.appliances)) {
    const place = placeOf(one.certificate);
    // From a folder above, there is more to be seen.
    if (!isListed.has(place) && (found.get(place)?.chains.length ?? 0) === 0) found.set(place, one);
  }
  const appliances = [...listed, ...found.values()];
  const used = new Set(appliances.flatMap(filesOf).map(placeOf));
  const strays = new Map<string, Stray>();
  for (const stray of parts.flatMap((part) => part.strays)) {
    const place = placeOf(stray.file);
    if (!used.has(place) && !strays.has(place)) strays.set(place, stray);
  }
  return [appliances, [...strays.values()]];
}
