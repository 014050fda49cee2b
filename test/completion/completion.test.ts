/** Completion, typed into the real shells; those that are not there are skipped. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { buildProgram } from "../../src/commands/program.ts";
import { allCommands } from "../../src/commands/help.ts";
import { scripts, type Shell } from "../../src/completion/index.ts";
import { allWords, wordsOf } from "../../src/completion/words.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { memorySystem } from "../support/bundle.ts";

/** What is typed before the <Tab>, and the words of the command line then. */
const cases: readonly (readonly [what: string, typed: string, words: readonly string[]])[] = [
  ["a command", "insp", ["inspect"]],
  ["a command of a command", "fleet mer", ["fleet", "merge"]],
  ["a command to explain", "help insp", ["help", "inspect"]],
  ["a shell", "completion zs", ["completion", "zsh"]],
  ["an option of the verb left out", "--hand", ["--handshake"]],
  ["an option of a command", "fleet --shar", ["fleet", "--shard"]],
  ["an option behind an operand", "convert x --no-pa", ["convert", "x", "--no-passphrase"]],
  ["a rule", "rules key/bel", ["rules", "key/belongs-to-certificate"]],
  ["a second rule", "x --only chain/trusted,key/fa", ["x", "--only", "chain/trusted,key/fast"]],
  [
    "a second rule to weigh",
    "x --severity key/fast=info,key/bel",
    ["x", "--severity", "key/fast=info,key/belongs-to-certificate="],
  ],
  ["a rule behind what printf would read", "x --only %d,key/fa", ["x", "--only", "%d,key/fast"]],
  ["a level", "x --severity key/fast=w", ["x", "--severity", "key/fast=warning"]],
  ["a rule behind a sign of printf", "x --only %s,key/fa", ["x", "--only", "%s,key/fast"]],
  [
    "a second rule to weigh",
    "x --severity key/fast=info,chain/tru",
    ["x", "--severity", "key/fast=info,chain/trusted="],
  ],
  [
    "its level",
    "x --severity key/fast=info,chain/trusted=w",
    ["x", "--severity", "key/fast=info,chain/trusted=warning"],
  ],
  ["a format", "x --format sar", ["x", "--format", "sarif"]],
  ["the file of a format", "x --format json=notes", ["x", "--format", "json=notes.txt"]],
  ["a format of a command", "fleet x --format ic", ["fleet", "x", "--format", "ics"]],
  ["a value with its option", "x --color=alw", ["x", "--color=always"]],
  ["an edition", "x --edition 2022 --fail-on nev", ["x", "--edition", "2022", "--fail-on", "never"]],
  ["what to convert to", "convert x --to up", ["convert", "x", "--to", "upload"]],
  ["a template", "new --template step", ["new", "--template", "step"]],
  ["a source of a passphrase", "x --passin prom", ["x", "--passin", "prompt"]],
  ["a variable", "x --passin env:CERTCHECK_PHR", ["x", "--passin", "env:CERTCHECK_PHRASE"]],
  ["the file of a passphrase", "x --passin file:notes", ["x", "--passin", "file:notes.txt"]],
  ["a file", "note", ["notes.txt"]],
  ["a file with blanks", "my", ["my sensor.crt"]],
  ["a file of an option", "x --chain my", ["x", "--chain", "my sensor.crt"]],
  ["a file whose name is a command line", "odd", ["odd $(touch hacked) `touch hacked`;touch hacked.crt"]],
  ["a file behind two dashes", "-- note", ["--", "notes.txt"]],
  [
    "what stands behind a passphrase",
    "--pass '$(touch hacked)' x --hand",
    ["--pass", "$(touch hacked)", "x", "--handshake"],
  ],
];

/** What a shell makes of lines that a <Tab> ends: all words, or at least the last one. */
const drivers: Partial<Record<Shell, (script: string, typed: readonly string[]) => readonly (readonly string[])[]>> = {
  // readline reads a pipe as it does a terminal; bash is not told that a line is left out.
  bash: (script, typed) =>
    run(
      "bash",
      ["--norc", "--noprofile", "-i"],
      [
        `. '${script}'; certcheck() { printf 'RESULT'; printf '|%s' "$@"; echo; }`,
        ...typed.map((line) => `certcheck ${line}\t`),
      ].join("\n"),
    ).flatMap((line) => (line.startsWith("RESULT|") ? [line.split("|").slice(1)] : [])),
  zsh: (script, typed) =>
    run("zsh", ["-f", resolve("test/completion/drive.zsh"), script, ...typed.map((line) => `certcheck ${line}`)]).map(
      (line) => line.split("|"),
    ),
  fish: (script, typed) =>
    run("fish", [
      "--no-config",
      "-c",
      `source '${script}'; for line in $argv; string join -- '|' (complete -C "certcheck $line" | string replace -r '\\t.*' ''); end`,
      ...typed,
    ]).map((line) => line.split("|")),
};

const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
const work = join(folder, "work");

beforeAll(() => {
  mkdirSync(work);
  for (const [what, , words] of cases)
    if (what.startsWith("a file") || what.startsWith("the file"))
      writeFileSync(join(work, words.at(-1)?.replace(/^.*[=:]/, "") ?? ""), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[], input = ""): string[] {
  const { stdout } = spawnSync(program, args, {
    input,
    cwd: work,
    encoding: "utf8",
    timeout: 20_000,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TERM: "dumb",
      INPUTRC: "/dev/null",
      LC_ALL: "C.UTF-8",
      CERTCHECK_PHRASE: "Hunter2",
    },
  });
  return stdout.split("\n").filter((line) => line !== "");
}

const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

describe.each(Object.entries(drivers))("%s", (shell, driver) => {
  let results: readonly (readonly string[])[] = [];

  describe.skipIf(!isThere(shell))("completes", () => {
    beforeAll(async () => {
      const script = join(folder, `certcheck.${shell}`);
      writeFileSync(script, await scriptFor(shell));
      results = driver(
        script,
        cases.map(([, typed]) => typed),
      );
    });

    test.each(cases.map(([what, typed, words], index) => [what, typed, words, index] as const))(
      "%s: %s",
      (_what, _typed, words, index) =>
        // fish says what may stand in the last place.
        expect(results[index]).toEqual(shell === "fish" ? words.slice(-1) : words),
    );

    test("and runs nothing, and knows no values of variables", () => {
      expect(readdirSync(work)).not.toContain("hacked");
      expect(JSON.stringify(results)).not.toContain("Hunter2");
    });
  });
});

async function scriptFor(shell: string): Promise<string> {
  const system = memorySystem({});
  expect(await main(["completion", shell], system)).toBe(0);
  return system.out;
}

test.each(Object.keys(scripts))("%s is told all options, commands and rules, in ASCII", async (shell) => {
  const script = await scriptFor(shell);
  const program = await buildProgram(
    () => true,
    memorySystem({}),
    () => {},
  );
  const commands = allCommands(program);
  const options = commands.flatMap((one) => one.options.flatMap(({ long }) => long ?? []));
  const spelt = shell === "fish" ? options.map((name) => `-l ${name.slice(2)} `) : options;
  const words = [...spelt, ...commands.map((one) => one.name()), ...rules.map(({ id }) => id)];
  expect(words.length).toBeGreaterThan(200);
  expect(words.filter((word) => !script.includes(word))).toEqual([]);
  expect(script).toMatch(/^[\n -~]*$/);
});

test("what is to be typed for an option is known for each", async () => {
  const program = await buildProgram(
    () => true,
    memorySystem({}),
    () => {},
  );
  const free = allWords(wordsOf(program)).flatMap(({ options }) =>
    options.flatMap(({ names, value }) => (value?.kind === "anything" ? (names.at(-1) ?? "") : [])),
  );
  expect([...new Set(free)].toSorted()).toEqual(FREE);
});

/** Options whose values nobody but the user knows. */
const FREE =
  `--at --country --crl-url --days --email --host --ip --locality --name --organization --organizational-unit --pass
--san --serial --shard --state --threads --timeout --warn-days`.split(/\s/);
