/** The manual page, as the programs that show it see it; those that are not there are skipped. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allCommands } from "../../src/commands/help.ts";
import { buildProgram } from "../../src/commands/program.ts";
import { memorySystem } from "../support/bundle.ts";

const page = "docs/certcheck.1";

const call = (program: string, ...args: readonly string[]) =>
  spawnSync(program, [...args, page], { encoding: "utf8", env: { ...process.env, MANWIDTH: "80", LC_ALL: "C.UTF-8" } });

const isThere = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;

test.skipIf(!isThere("groff"))("groff minds nothing", () =>
  expect(call("groff", "-ww", "-man", "-Tutf8", "-z")).toMatchObject({ status: 0, stderr: "", stdout: "" }),
);

test.skipIf(!isThere("mandoc"))("mandoc minds nothing", () =>
  expect(call("mandoc", "-Tlint")).toMatchObject({ status: 0, stderr: "", stdout: "" }),
);

test.skipIf(!isThere("groff"))("80 columns hold all that is to be copied, in ASCII", () => {
  const { stdout } = call("groff", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u");
  const lines = stdout.split("\n");
  expect(lines.length).toBeGreaterThan(300);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toContain("certcheck sensor.crt sensor.key --chain ca.pem\n");
  expect(stdout).toContain("OpenSSL's own verdict");
  expect(stdout).toMatch(/ certcheck convert sensor\.key --to pem --no-passphrase --name\n +sensor-plain\n/);
});

test("all commands and options are in it", async () => {
  const program = await buildProgram(
    () => true,
    memorySystem({}),
    () => {},
  );
  const text = readFileSync(page, "utf8").replaceAll("\\-", "-");
  const chapters = text.split("\n.SS ").slice(1);
  const missing = allCommands(program).flatMap((command, index) => {
    const chapter = chapters[index] ?? "";
    expect(chapter.split("\n")[0]).toMatch(new RegExp(`\\b${command.name()}\\b`));
    return command.options.flatMap(({ long }) => (long && !chapter.includes(`\\fB${long}\\fR`) ? [long] : []));
  });
  expect(missing).toEqual([]);
});
