/** Files that are made: all or none, and never over another. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../src/errors.ts";
import { type NewFile, writeNewFiles } from "../src/new-files.ts";

const root = mkdtempSync(join(tmpdir(), "certcheck-made-"));
afterAll(() => rmSync(root, { recursive: true }));

const isPosix = process.platform !== "win32";
let folders = 0;

/** A folder with these files. */
function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content, { mode: 0o644 });
  return path;
}

const file = (path: string, content = "new", isSecret = false): NewFile => ({ path, content, isSecret });

/** All files of a folder, hidden ones too. */
const contentOf = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isFile() ? readFileSync(join(path, entry.name), "utf8") : "",
    ]),
  );

const failure = (files: readonly NewFile[], force = false): string => {
  try {
    writeNewFiles(files, { force });
    return "none";
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
};

describe("new files", () => {
  test("are written, in folders that are made", () => {
    const path = folder();
    writeNewFiles([file(join(path, "a/b/x.crt")), file(join(path, "a/x.key"), "secret", true)], { force: false });
    expect(contentOf(join(path, "a/b"))).toEqual({ "x.crt": "new" });
    expect(contentOf(join(path, "a"))).toEqual({ b: "", "x.key": "secret" });
  });

  test.skipIf(!isPosix)("with a secret are their owner's alone, also in the place of one that was not", () => {
    const path = folder({ "old.key": "old" });
    writeNewFiles([file(join(path, "new.key"), "x", true), file(join(path, "old.key"), "x", true)], { force: true });
    for (const name of ["new.key", "old.key"]) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
  });

  test("replace nothing, and say how they would", () => {
    const path = folder({ "x.key": "old" });
    const taken = join(path, "x.key");
    expect(failure([file(join(path, "x.crt")), file(taken)])).toBe(`${taken}: is there already`);
    expect(contentOf(path)).toEqual({ "x.key": "old" });
  });

  test("replace what is there with force", () => {
    const path = folder({ "x.key": "old" });
    writeNewFiles([file(join(path, "x.crt")), file(join(path, "x.key"))], { force: true });
    expect(contentOf(path)).toEqual({ "x.crt": "new", "x.key": "new" });
  });

  test.skipIf(!isPosix)("replace what a link leads to, and nothing that is no file", () => {
    const path = folder({ real: "old" });
    symlinkSync("real", join(path, "link"));
    mkdirSync(join(path, "folder"));
    writeNewFiles([file(join(path, "link"))], { force: true });
    expect(lstatSync(join(path, "link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(path, "real"), "utf8")).toBe("new");
    expect(failure([file(join(path, "folder"))], true)).toMatch(/is no file that could be replaced$/);
  });

  test.skipIf(!isPosix)("do not follow a link that leads nowhere", () => {
    const path = folder();
    symlinkSync(join(path, "elsewhere"), join(path, "link"));
    expect(failure([file(join(path, "link"))])).toMatch(/is there already$/);
    expect(readdirSync(path)).toEqual(["link"]);
  });

  test("of one name are refused", () => {
    const path = folder();
    expect(failure([file(join(path, "x")), file(join(path, "./y/../x"))])).toMatch(/two files of this name/);
    expect(contentOf(path)).toEqual({});
  });

  test.each([false, true])("are all written or none, with force: %s", (force) => {
    const path = folder({ "a.crt": force ? "old" : "", blocked: "a file, not a folder" });
    if (!force) rmSync(join(path, "a.crt"));
    const before = contentOf(path);
    const blocked = join(path, "blocked/x.key");
    expect(failure([file(join(path, "made/a.pem")), file(join(path, "a.crt")), file(blocked)], force)).toMatch(
      /part of the path is not a folder|is there already/,
    );
    expect(contentOf(path)).toEqual(before);
  });

  // Root may write everywhere.
  test.skipIf(!isPosix || process.getuid?.() === 0)("are all taken back if a folder cannot be written to", () => {
    const path = folder({ "a.crt": "old" });
    mkdirSync(join(path, "closed"));
    chmodSync(join(path, "closed"), 0o500);
    expect(failure([file(join(path, "a.crt")), file(join(path, "closed/x"))], true)).toMatch(/permission denied/);
    expect(contentOf(path)).toEqual({ "a.crt": "old", closed: "" });
  });
});
