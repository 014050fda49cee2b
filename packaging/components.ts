/** The packages of others that are in a bundle: what they are, under which licence, and the hash they came with. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package, or the part of it that was bundled. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier: of several that may be chosen, the one that is. */
  readonly licence: string;
  /** The licence as the package declares it. */
  readonly declared: string;
  /** What the package says of copyright and licence, whole. */
  readonly text: string;
  /** Subresource Integrity of its tarball, from the lock. */
  readonly integrity: string;
  /** The packages it asks for, as name@version. */
  readonly dependencies: readonly string[];
}

/** Licences that ask for no more than their text. */
const permissive: ReadonlySet<string> = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

/** What the bundler adds of its own, by the identifier it gives that. */
const bundlerRuntime = "\0rolldown/runtime.js";

/** The components of modules, in the order of names. @throws Error if one may not be passed on, or does not say so */
export function componentsOf(modules: Iterable<string>, project = "."): Component[] {
  const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as Lock;
  const folders = new Set([...modules].flatMap((id) => folderOf(id) ?? []));
  const components = new Map<string, Component>();
  for (const folder of folders) {
    const component = readComponent(project, folder, lock);
    components.set(`${component.name}@${component.version}`, component);
  }
  return [...components].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

/** What is used of package-lock.json. */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string } | undefined>>;
}

/** What is used of a package's package.json. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The folder of the package that a module is of, as the lock spells it; nothing for modules of our own. */
function folderOf(id: string): string | undefined {
  if (id === bundlerRuntime) return "node_modules/rolldown";
  const [, folder] = /^.*?(?<![^/])(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(slashed(id)) ?? [];
  return folder;
}

const slashed = (path: string): string => path.replaceAll("\\", "/");

function readComponent(project: string, folder: string, lock: Lock): Component {
  const manifest = JSON.parse(readFileSync(join(project, folder, "package.json"), "utf8")) as Manifest;
  const { name, version, license: declared = "none", dependencies = {} } = manifest;
  const licence = declared.split(/ OR |[()]/).find((one) => permissive.has(one));
  if (licence === undefined) throw new Error(`${name}: the licence "${declared}" is not one that certcheck bundles`);
  const texts = readdirSync(join(project, folder)).filter((file) =>
    /^(?:licen[cs]e|copying|notice|copyright)/i.test(file),
  );
  if (texts.length === 0) throw new Error(`${name}: the package has no text of its licence`);
  const integrity = lock.packages[folder]?.integrity;
  if (integrity === undefined) throw new Error(`${folder}: package-lock.json has no hash of it`);
  const text = texts
    .map((file) =>
      readFileSync(join(project, folder, file), "utf8")
        .replace(/\r\n?/g, "\n")
        .trim(),
    )
    .join("\n\n");
  const needed = Object.keys(dependencies).flatMap((dependency) => resolve(dependency, folder, lock));
  return { name, version, licence, declared, text, integrity, dependencies: needed };
}

/** The package that Node finds from a folder, by the lock; none if it is an optional one that is not there. */
function resolve(name: string, folder: string, { packages }: Lock): string[] {
  for (let place = folder; ; place = place.slice(0, Math.max(place.lastIndexOf("/node_modules/"), 0))) {
    const found = packages[`${place === "" ? "" : `${place}/`}node_modules/${name}`];
    if (found !== undefined) return [`${name}@${found.version}`];
    if (place === "") return [];
  }
}
