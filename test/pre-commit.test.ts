/** The hook, as pre-commit calls it: its entry, its arguments, then the names of the files. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { fixture, readYaml } from "./support/pipelines.ts";

interface Hook {
  readonly entry: string;
  readonly args: readonly string[];
  readonly files: string;
}

const [hook] = readYaml(".pre-commit-hooks.yaml") as readonly Hook[];
const [program, ...words] = (hook?.entry ?? "").split(" ");

function call(files: Readonly<Record<string, Uint8Array>>, names: readonly string[], args = hook?.args ?? []) {
  const cwd = mkdtempSync(join(tmpdir(), "certcheck-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const argv = [resolve(`bin/${program}.js`), ...words, "--at=2026-11-21", ...args, ...names];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: "utf8", env: { LANG: "C" } });
  const [total] = /^(?:READY|UNSUPPORTED|REFUSED): .*$/m.exec(stdout) ?? [];
  return { status, total, stderr, cwd };
}

test("package.json has the program", async () => {
  const { default: manifest } = await import("../package.json", { with: { type: "json" } });
  expect((manifest.bin as Record<string, string>)[program ?? ""]).toBe(`bin/${program}.js`);
});

test.each<[name: string, isWanted: boolean]>([
  ["sensor.crt", true],
  ["a b/SENSOR.CRT", true],
  ["sensor.cer", true],
  ["ca.pem", false],
  ["sensor.key", false],
  ["sensor.crt.txt", false],
])("the hook is asked about %s: %s", (name, isWanted) => {
  // Python writes before the expression what JavaScript writes behind it.
  const [, flag = "", expression = ""] = /^(?:\(\?(i)\))?(.*)$/s.exec(hook?.files ?? "") ?? [];
  expect(new RegExp(expression, flag).test(name)).toBe(isWanted);
});

describe("all files in one call", () => {
  const files = { "a.crt": fixture("ready"), "b.crt": fixture("expired"), "c.crt": fixture("wildcard") };

  test.each<[what: string, names: string[], status: number, total: RegExp]>([
    ["one that is ready", ["a.crt"], 0, /^READY: /],
    ["the second is no key", ["a.crt", "c.crt"], 1, /^UNSUPPORTED: .*1 unsupported, 1 ready/],
    ["one of three is expired", ["a.crt", "b.crt", "c.crt"], 1, /^REFUSED: .*1 refused, 1 unsupported, 1 ready/],
  ])("%s", (_what, names, expected, total) => {
    expect(call(files, names)).toMatchObject({ status: expected, total: expect.stringMatching(total) });
  });

  test("the same certificate twice is a finding", () => {
    expect(call({ ...files, "d.crt": fixture("ready") }, ["a.crt", "d.crt"]).status).toBe(1);
  });

  test("options stand before the dashes", () => {
    expect(call(files, ["b.crt"], ["--fail-on", "never", "--"]).status).toBe(0);
  });

  test("a key in the certificate's place, or beside it, is found", () => {
    const [certificate, key] = [fixture("ready"), fixture("ready", "sensor.key")];
    const given = { "a.crt": key, "b.crt": Buffer.concat([certificate, key]) };
    for (const name of Object.keys(given)) expect(call(given, [name]).status).toBe(1);
  });

  test("names are names, whatever they look like", () => {
    const names = ["--format=human=x.crt", "-.crt", "env:X.crt", "$(touch x).crt", "line\nfeed.crt", "-h.crt"];
    const { status, total, cwd } = call(Object.fromEntries(names.map((name) => [name, fixture("expired")])), names);
    expect([status, total]).toEqual([1, expect.stringContaining(`${names.length} refused`)]);
    expect(readdirSync(cwd).toSorted()).toEqual(names.toSorted());
  });
});
