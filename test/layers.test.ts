/** The layering law: a file imports its own folder and those before it, never in a circle; only a few files reach outside. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { describe, expect, test } from "vitest";

/** Folders, and files that stand by themselves, from the bytes up to the command line: a new file needs no entry, a new folder does. */
const layers = [
  "pki",
  "defender.ts",
  "bundle",
  "errors.ts",
  "version.ts",
  "pattern.ts",
  "spelling.ts",
  "entity.ts",
  "rule.ts",
  "remedy.ts",
  "remedy-request.ts",
  "rules",
  "evaluation",
  "report",
  "reporters",
  "library-options.ts",
  "library-arguments.ts",
  "library.ts",
  "system",
  "gather",
  "configuration",
  "fleet",
  "reporters/fleet",
  "conversion",
  "inspection",
  "reporters/inspection",
  "issue",
  "completion",
  "commands",
  "cli.ts",
];

/** Modules that touch the world; those that only compute are free. */
const outside = /^node:(?!(?:crypto|buffer|path)$)/;

/** Who may use them: the door to the world, and the handshake, which stays in memory. */
const doors: Readonly<Record<string, RegExp>> = {
  "system/system.ts": outside,
  "system/descriptors.ts": /^node:fs$/,
  "system/drafts.ts": /^node:fs$/,
  "system/new-files.ts": /^node:fs$/,
  "system/tls-connection.ts": /^node:(?:tls|net|stream)$/,
  "pki/handshake.ts": /^node:(?:tls|stream)$/,
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
  .map((file) => file.replaceAll("\\", "/"));

const layerOf = (file: string): string => (file.includes("/") ? dirname(file) : file);
const order = (file: string): number => layers.indexOf(layerOf(file));

const importsOf = (file: string): string[] =>
  [...readFileSync(`src/${file}`, "utf8").matchAll(/(?:\bfrom\s+|\bimport\()"([^"]+)"/g)].map(([, name = ""]) => name);

/** The files of this project that each imports. */
const imports = new Map(
  files.map((file) => [
    file,
    importsOf(file)
      .filter((name) => name.startsWith("."))
      .map((name) => posix.join(dirname(file), name))
      .filter((target) => target !== "../package.json"),
  ]),
);

/** The way from a file over its own layer back to itself; empty if there is none. */
function circle(file: string, way: readonly string[] = [file]): readonly string[] {
  for (const next of imports.get(way.at(-1) ?? "") ?? []) {
    if (next === file) return [...way, file];
    if (layerOf(next) !== layerOf(file) || way.includes(next)) continue;
    const found = circle(file, [...way, next]);
    if (found.length > 0) return found;
  }
  return [];
}

test("every layer has files, and every file a layer", () => {
  expect([...new Set(files.map(layerOf))].toSorted()).toEqual(layers.toSorted());
});

describe("the order in which it is read is that of the layers", () => {
  test("in the table of docs/design.md, with all of them", () => {
    const design = readFileSync("docs/design.md", "utf8");
    const cells = Array.from(design.matchAll(/^\| (`src\/[^|]*) \|/gm), ([, cell = ""]) => cell);
    const names = cells.join(", ").split(", ");
    expect(names.map((name) => name.replace(/^`(?:src\/)?|\/?`$/g, ""))).toEqual(layers);
  });

  test("in the tour of the README", () => {
    const stops = [...readFileSync("README.md", "utf8").matchAll(/^\d+\. \[[^\]]+\]\(src\/([^)]+)\)/gm)];
    const places = stops.map(([, file = ""]) => order(file));
    expect(places.length).toBeGreaterThan(10);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

describe.each(files)("src/%s", (file) => {
  test("imports no later layer", () => {
    expect(imports.get(file)?.filter((target) => order(target) < 0 || order(target) > order(file))).toEqual([]);
  });

  test("leads to itself by no import", () => expect(circle(file)).toEqual([]));

  test("leaves the world to system/", () => {
    expect(importsOf(file).filter((name) => outside.test(name) && !doors[file]?.test(name))).toEqual([]);
  });
});
