/** Files that are made, on a real disk: all of them or none. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeNewFiles } from "../../src/system/new-files.ts";

let folder = "";
const path = (name: string): string => join(folder, name);
const file = (name: string, content = name, isSecret = false) => ({ path: path(name), content, isSecret });
const there = (): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "certcheck-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("all are written, in folders that are made", () => {
  writeNewFiles([file("a.crt"), file("new/deep/b.key", "secret", true)], { force: false });
  expect(there()).toEqual(["a.crt", "new", "new/deep", "new/deep/b.key"]);
  expect(readFileSync(path("new/deep/b.key"), "utf8")).toBe("secret");
});

test.skipIf(process.platform === "win32")("a secret is its owner's alone, also where another file was", () => {
  writeFileSync(path("b.key"), "old");
  chmodSync(path("b.key"), 0o644);
  writeNewFiles([file("a.key", "x", true), file("b.key", "x", true), file("c.crt")], { force: true });
  const modes = ["a.key", "b.key"].map((name) => statSync(path(name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600]);
  expect(statSync(path("c.crt")).mode & 0o400).toBe(0o400);
});

describe("one that cannot be written keeps the others from it", () => {
  test.each<readonly [what: string, prepare: () => void, second: string, force: boolean, reason: RegExp]>([
    ["is there already", () => writeFileSync(path("b.key"), "old"), "b.key", false, /b\.key: is there already$/],
    ["leads nowhere", () => symlinkSync("nowhere", path("b.key")), "b.key", false, /b\.key: is there already$/],
    ["is a folder", () => mkdirSync(path("b.key")), "b.key", true, /b\.key: is no file that could be replaced$/],
    ["is below a file", () => writeFileSync(path("f"), ""), "f/b.key", true, /part of the path is not a folder$/],
    ["has a name that is too long", () => {}, `${"x".repeat(300)}.key`, false, /the name is too long$/],
    ["has the first one's name", () => {}, "./a.crt", false, /a\.crt: two files of this name would be written$/],
  ])("%s", (_what, prepare, second, force, reason) => {
    prepare();
    const before = there();
    const files = [file("a.crt"), { ...file(second), path: join(folder, "/", second) }, file("new/c.pem")];
    expect(() => writeNewFiles(files, { force })).toThrow(reason);
    expect(there()).toEqual(before);
  });

  test("and what was replaced before is there again", () => {
    writeFileSync(path("a.crt"), "old");
    mkdirSync(path("b.key"));
    expect(() => writeNewFiles([file("a.crt"), file("b.key")], { force: true })).toThrow(/b\.key/);
    expect([there(), readFileSync(path("a.crt"), "utf8")]).toEqual([["a.crt", "b.key"], "old"]);
  });

  test("and one that leads where another does", () => {
    writeFileSync(path("all.pem"), "old");
    for (const name of ["a.crt", "b.key"]) symlinkSync("all.pem", path(name));
    expect(() => writeNewFiles([file("a.crt"), file("b.key")], { force: true })).toThrow(
      /b\.key: leads to the same file/,
    );
    expect([there(), readFileSync(path("all.pem"), "utf8")]).toEqual([["a.crt", "all.pem", "b.key"], "old"]);
  });

  test.skipIf(!existsSync("/proc/self"))("a folder where nothing can be made", () => {
    const files = [file("a.crt"), { ...file("b.key"), path: "/proc/certcheck/b.key" }];
    expect(() => writeNewFiles(files, { force: false })).toThrow(/b\.key: the folder cannot be made$/);
    expect(there()).toEqual([]);
  });

  // Whoever is root may write anywhere.
  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a folder that nobody may write to", () => {
    mkdirSync(path("closed"), { mode: 0o500 });
    expect(() => writeNewFiles([file("a.crt"), file("closed/b.key")], { force: false })).toThrow(/permission denied$/);
    expect(there()).toEqual(["closed"]);
  });
});

test("what a link leads to is replaced, and the link stays", () => {
  writeFileSync(path("real.crt"), "old");
  symlinkSync("real.crt", path("link.crt"));
  writeNewFiles([file("link.crt", "new")], { force: true });
  expect([readlinkSync(path("link.crt")), readFileSync(path("real.crt"), "utf8")]).toEqual(["real.crt", "new"]);
});

test("nothing else is left behind", () => {
  writeFileSync(path("a.crt"), "old");
  writeNewFiles([file("a.crt", "new"), file("b.crt")], { force: true });
  expect(there()).toEqual(["a.crt", "b.crt"]);
  expect(existsSync(path("b.crt"))).toBe(true);
});
