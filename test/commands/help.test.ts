/** Help: for all commands, for one, and for who gives no word. */
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { allCommands, pathOf } from "../../src/commands/help.ts";
import { mostNeeded } from "../../src/commands/overview.ts";
import { buildProgram } from "../../src/commands/program.ts";
import type { System } from "../../src/system/system.ts";
import { memorySystem } from "../support/bundle.ts";

async function run(argv: string, more: Partial<System> = {}) {
  const system = memorySystem({}, more);
  const exitCode = await main(argv.split(" ").filter(Boolean), system);
  return { exitCode, out: system.out, err: system.err };
}

const program = await buildProgram(
  () => true,
  memorySystem({}),
  () => {},
);
const paths = allCommands(program).map((command) => pathOf(command).replace("certcheck ", ""));
const terminal = (columns: number): Partial<System> => ({ terminal: { isTerminal: true, columns } });

test("without a word: what certcheck is, what it is called with, on standard error, for that is no report", async () =>
  expect(await run("")).toEqual({
    exitCode: 2,
    out: "",
    err: `certcheck: nothing to check

Tells before the upload what a Microsoft Defender for IoT sensor would say to a
certificate, its key and its CA chain.

  certcheck sensor.crt sensor.key --chain ca.pem  check one appliance
  certcheck fleet plants                          check all that a folder holds
  certcheck inspect appliance.pfx                 what is in this file?
  certcheck help                                  list all commands
`,
  }));

describe("of certcheck", () => {
  test("lists commands, what is needed most, exit codes and variables", async () => {
    const { exitCode, out } = await run("--help");
    expect(exitCode).toBe(0);
    const commands = program.commands.map((one) => `\n  ${one.name()} `);
    for (const text of [...commands, ...mostNeeded, "Exit codes:\n  0  ", "NO_COLOR", "HTTP_PROXY"])
      expect(out).toContain(text);
    // More than two screens nobody reads.
    expect(out.split("\n").length).toBeLessThan(90);
  });

  test.each(["help", "-h", "sensor.crt --help"])("is the same for %s", async (argv) =>
    expect(await run(argv)).toEqual(await run("--help")),
  );
});

describe.each(paths)("of %s", (path) => {
  test("is the same in all ways, and fits", async () => {
    const { exitCode, out, err } = await run(`help ${path}`);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(new RegExp(`^Usage: certcheck ${path} .*\n\n[A-Z].*`));
    for (const flag of ["--help", "-h"]) expect((await run(`${path} ${flag}`)).out).toBe(out);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const wide = (await run(`help ${path}`, { ...terminal(120), env: { NO_COLOR: "1" } })).out;
    expect(wide.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(wide.split("\n").length).toBeLessThanOrEqual(out.split("\n").length);
    // Words break elsewhere, and stay the same.
    expect(wide.replace(/\s+/g, " ")).toBe(out.replace(/\s+/g, " "));
    expect(out).toMatch(/\n\n$|[^\n]\n$/);
  });

  test.skipIf(path === "help")("has exit codes", async () =>
    expect((await run(`help ${path}`)).out).toContain("\nExit codes:\n  0"),
  );
});

test.each([
  ["a terminal", terminal(80), "help rules", true],
  ["a file", {}, "help rules", false],
  ["NO_COLOR", { ...terminal(80), env: { NO_COLOR: "1" } }, "help rules", false],
  ["FORCE_COLOR", { env: { FORCE_COLOR: "1" } }, "help rules", true],
  ["--color always", {}, "inspect --color always --help", true],
  ["--color never", terminal(80), "inspect --color never --help", false],
])("with %s, titles are bold or not", async (_what, more, argv, isBold) =>
  expect((await run(argv, more)).out.includes("\u001b[1m")).toBe(isBold),
);

describe("who is mistaken is told what may have been meant", () => {
  test.each([
    ["a command", "inpsect x.crt", "did you mean certcheck inspect?"],
    ["its beginning", "insp x.crt", "did you mean certcheck inspect?"],
    ["in capitals", "Inspect x.crt", "did you mean certcheck inspect?"],
    ["with an option of its own", "inpsect x.crt --asn1", "did you mean certcheck inspect?"],
    ["with many files", "convrt a b c", "did you mean certcheck convert?"],
    ["a command of fleets", "fleet mrege part.jsonl", "did you mean certcheck fleet merge?"],
    ["to explain", "help inpsect", "did you mean certcheck inspect?"],
    ["to explain, of fleets", "help fleet mrege", "did you mean certcheck fleet merge?"],
    [
      "nothing like a command",
      "help sensor",
      `its commands are ${program.commands.map((one) => one.name()).join(", ")}`,
    ],
    ["an option", "x.crt --chian ca.pem", "did you mean --chain?"],
    ["an option with a dash", "-chain ca.pem", "did you mean --chain?"],
    ["an option of a command", "inspect x --asm1", "did you mean --asn1?"],
    ["nothing like an option", "inspect x --frobnicate", "certcheck inspect --help lists the options"],
    ["a format", "x.crt --format sarfi", "did you mean sarif?"],
    ["a format with its file", "x.crt --format sarfi=x.sarif", "did you mean sarif?"],
    ["an edition", "x.crt --edition 20222", "did you mean 2022?"],
    ["a level", "x.crt --fail-on warnings", "did you mean warning?"],
    ["a target", "convert x --to pfxx", "did you mean pfx?"],
    ["a shell", "completion zhs", "did you mean zsh?"],
    ["another shell", "completion cmd", "shells are bash, zsh, fish, powershell"],
    ["a rule", "rules key/belongs-to-certifcate", "did you mean key/belongs-to-certificate?"],
  ])("%s: %s", async (_what, argv, hint) => {
    const { exitCode, out, err } = await run(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err.trimEnd().split("\n").slice(1)).toEqual([`certcheck: hint: ${hint}`]);
  });

  test("a file of that name is a file", async () => {
    const system = memorySystem({ inpsect: "no certificate" });
    expect(await main(["inpsect"], system)).toBe(1);
    expect(system.err).toBe("");
  });

  test.each([
    "--passin-Hunter2",
    "--Hunter2=x",
    "-Hunter2",
    "--pas Hunter2",
    "Hunter2 --chian x",
    "help Hunter2",
    "completion Hunter2",
  ])("%s is not repeated in the hint", async (argv) =>
    expect((await run(argv)).err.split("hint: ")[1]).not.toContain("Hunter2"),
  );
});
