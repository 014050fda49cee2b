/** certcheck-each, as pre-commit calls it: the hook's entry, its arguments, then the names of the files. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
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
  return { status, verdicts: [...stdout.matchAll(/: ([A-Z]+): /g)].map(([, verdict]) => verdict), stdout, stderr, cwd };
}

test("package.json has the program", () => {
  const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as { bin: Record<string, string> };
  expect(bin[program ?? ""]).toBe(`bin/${program}.js`);
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

describe("one check for each file", () => {
  const files = { "a.crt": fixture("ready"), "b.crt": fixture("expired"), "c.crt": fixture("ready") };

  test.each<[what: string, names: string[], status: number, verdicts: string[]]>([
    ["none", [], 2, []],
    ["one that is ready", ["a.crt"], 0, ["READY"]],
    ["two that are ready: the second is no key", ["a.crt", "c.crt"], 0, ["READY", "READY"]],
    ["one of three is expired", ["a.crt", "b.crt", "c.crt"], 1, ["READY", "REFUSED", "READY"]],
    ["one is missing", ["b.crt", "missing.crt", "a.crt"], 2, ["REFUSED", "READY"]],
  ])("%s", (_what, names, expected, verdicts) => {
    expect(call(files, names)).toMatchObject({ status: expected, verdicts });
  });

  test("options stand before the dashes", () => {
    expect(call(files, ["b.crt"], ["--fail-on", "never", "--"])).toMatchObject({ status: 0, verdicts: ["REFUSED"] });
    expect(call(files, ["b.crt"], ["--fail-on=never"])).toMatchObject({
      status: 2,
      verdicts: [],
      stderr: "certcheck-each: the options have to end with --, the certificates follow\n",
    });
  });

  test.each([[["--format=json=b.crt", "--"]], [["--format", "json=b.crt", "--"]]])(
    "a report in a file is refused: %s",
    (args) => {
      const { status, stderr, cwd } = call(files, ["a.crt", "b.crt"], args);
      expect([status, stderr]).toEqual([
        2,
        "certcheck-each: --format cannot name a file, for there are many reports\n",
      ]);
      expect(readFileSync(join(cwd, "b.crt"))).toEqual(fixture("expired"));
    },
  );

  test("a key in the certificate's place, or beside it, is found", () => {
    const [certificate, key] = [fixture("ready"), fixture("ready", "sensor.key")];
    const given = { "a.crt": key, "b.crt": Buffer.concat([certificate, key]) };
    for (const name of Object.keys(given)) expect(call(given, [name]).status).toBe(1);
  });

  test("names are names, whatever they look like", () => {
    const names = ["--format=human=x.crt", "-", "--", "env:X.crt", "$(touch x).crt", "line\nfeed.crt", "-h"];
    const { status, verdicts, cwd } = call(Object.fromEntries(names.map((name) => [name, fixture("ready")])), names);
    // Some lack the ending that the dialog asks for.
    expect([status, verdicts.length]).toEqual([1, names.length]);
    expect(readdirSync(cwd).toSorted()).toEqual(names.toSorted());
  });
});
