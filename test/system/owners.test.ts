/** Files of other users, on a real disk. Only the administrator can give a file away, so others see these tests skipped. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { realSystem } from "../../src/system/system.ts";

const STRANGER = 12_345;
const isAdministrator = process.getuid?.() === 0;
const orSkipped = isAdministrator ? "" : "; skipped, for only the administrator can give files away";

const system = realSystem();
const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
const path = (name: string): string => join(folder, name);

test("a file of one's own is nobody else's", () => {
  writeFileSync(path("own"), "");
  expect([system.isSomebodyElses(path("own")), system.isSomebodyElses(path("missing"))]).toEqual([false, false]);
});

describe.skipIf(!isAdministrator)(`of another user${orSkipped}`, () => {
  test("is a file, a link that he made, and a link to what he has", () => {
    for (const name of ["mine", "his"]) writeFileSync(path(name), "");
    chownSync(path("his"), STRANGER, STRANGER);
    symlinkSync("mine", path("his-link"));
    lchownSync(path("his-link"), STRANGER, STRANGER);
    symlinkSync("his", path("my-link"));
    const names = ["mine", "his", "his-link", "my-link"];
    expect(names.map((name) => system.isSomebodyElses(path(name)))).toEqual([false, true, true, true]);
  });

  describe("a link in a folder for all", () => {
    test.each<[what: string, mode: number, owner: number, refused: boolean]>([
      ["of his, as in /tmp", 0o1777, STRANGER, true],
      ["of one's own", 0o1777, 0, false],
      ["of his, where not all may write", 0o755, STRANGER, false],
    ])("%s", async (what, mode, owner, refused) => {
      const place = path(what.replaceAll(/\W/g, "-"));
      mkdirSync(place);
      chmodSync(place, mode);
      const [target, link, nowhere] = ["target", "link", "nowhere"].map((name) => join(place, name)) as [
        string,
        string,
        string,
      ];
      writeFileSync(target, "precious");
      symlinkSync(target, link);
      symlinkSync(join(place, "new"), nowhere);
      for (const one of [link, nowhere]) lchownSync(one, owner, owner);
      const complaint = (name: string): UsageError =>
        new UsageError(`${name}: is a link of another user, in a folder where all may write`);
      for (const name of [link, nowhere]) {
        const write = (): void => system.replaceFile(name, "report");
        if (refused) expect(write).toThrow(complaint(name));
        else expect(write).not.toThrow();
      }
      expect(readFileSync(target, "utf8")).toBe(refused ? "precious" : "report");
      const making = system.writeFiles([{ path: link, content: "made", isSecret: false }], { force: true });
      await (refused ? expect(making).rejects.toThrow(complaint(link)) : making);
      expect(readFileSync(target, "utf8")).toBe(refused ? "precious" : "made");
    });
  });
});
