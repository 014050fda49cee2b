/** Which files may be in the package: a list that finds what is missing and what is too many. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { expect, test } from "vitest";
import { packageFaults } from "../../packaging/package-files.ts";

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/"))
    .filter((file) => !file.startsWith("dist/executable/"));

const schemas = ["config", "inspect", "report"].map((name) => `docs/${name}.schema.json`);
const others = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "docs/certcheck.1",
  "docs/rules.md",
  "package.json",
  ...schemas,
];
const programs = ["certcheck.js", "package.json", "thread.js"].map((name) => `bin/${name}`);
const good = [...filesIn("dist"), ...programs, ...others];

test("what the build makes belongs to it", () => expect(packageFaults(good, 1_000_000)).toEqual([]));

test("its types name no file that it has not", () => {
  const types = good.filter((file) => file.endsWith(".d.ts"));
  const named = types.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/from "(\..*)\.js"/g)].map(([, name = ""]) =>
      posix.join(dirname(file), name),
    ),
  );
  expect(types).toHaveLength(4);
  expect(named.filter((name) => !types.includes(`${name}.d.ts`))).toEqual([]);
});

test.each([
  ["a file is missing", good.filter((file) => file !== "LICENSE"), 1, "LICENSE is missing"],
  ["a map of sources", [...good, "dist/certcheck.cjs.map"], 1, "dist/certcheck.cjs.map is not expected"],
  ["a key", [...good, "fixtures/keys/leaf.key"], 1, "fixtures/keys/leaf.key is not expected"],
  ["too large", good, 9_000_000, "the package has 9000000 bytes, more than 1600000"],
])("%s", (_what, files, bytes, fault) => expect(packageFaults(files, bytes)).toEqual([fault]));
