/** The door outside, on real files; and the program as it is installed, as a process. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { realSystem } from "../src/system.ts";
import { UsageError } from "../src/usage-error.ts";

const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
const path = (name: string): string => join(folder, name);
const system = realSystem();

describe("files", () => {
  test("are read up to a limit", () => {
    writeFileSync(path("long"), "x".repeat(200_000));
    expect(system.readFile(path("long"), 1_000_000)).toHaveLength(200_000);
    expect(system.readFile(path("long"), 150_000)).toHaveLength(150_000);
  });

  test("an endless one is read up to the limit", () => {
    if (existsSync("/dev/zero")) expect(system.readFile("/dev/zero", 100_000)).toHaveLength(100_000);
  });

  test.each([
    ["missing", "missing", "no such file"],
    ["a folder", ".", "is a folder"],
    ["below a file", "long/x", "part of the path is not a folder"],
  ])("%s: a usage error", (_what, name, reason) => {
    expect(() => system.readFile(path(name), 10)).toThrow(new UsageError(`${path(name)}: ${reason}`));
  });

  test("a report replaces the one before, and leaves nothing else behind", () => {
    writeFileSync(path("report.json"), "old");
    system.replaceFile(path("report.json"), "new");
    expect(readFileSync(path("report.json"), "utf8")).toBe("new");
    expect(() => system.replaceFile(path("no/report.json"), "new")).toThrow(UsageError);
    expect(() => system.replaceFile(folder, "new")).toThrow(UsageError);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  });
});

const bin = join("bin", "certcheck.js");
const files = ["sensor.crt", "sensor.key", "--chain", "ca.pem"].map((word) =>
  word.startsWith("--") ? word : join("fixtures", "ready", word),
);
const { NODE_OPTIONS: _options, FORCE_COLOR: _color, ...env } = process.env;

describe("the program", () => {
  test("checks, prints and exits", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...files], { encoding: "utf8", env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("READY");
    expect(stdout).not.toContain("\u001b");
  });

  test("reads standard input", () => {
    const input = readFileSync("fixtures/expired/sensor.crt");
    const { status, stdout } = spawnSync(process.execPath, [bin, "-", "--quiet"], { encoding: "utf8", env, input });
    expect(status).toBe(1);
    expect(stdout).toContain("This SSL certificate has expired and is not considered valid.");
  });

  test("exits with 2 for a missing file", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "missing.crt"], { encoding: "utf8", env });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr: "certcheck: missing.crt: no such file\n",
    });
  });

  test("a reader that goes away is no error", async () => {
    const child = spawn(process.execPath, [bin, "rules", "--format", "json"], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("a long report arrives whole", () => {
    const { stdout } = spawnSync(process.execPath, [bin, "rules", "--format", "json"], { encoding: "utf8", env });
    expect(JSON.parse(stdout)).toBeInstanceOf(Array);
  });

  test("cannot start other programs, nor reach a network", () => {
    const bundled = readdirSync("dist").filter((name) => name.endsWith(".cjs"));
    const required = bundled.flatMap((name) =>
      [...readFileSync(join("dist", name), "latin1").matchAll(/require\([`"'](node:[a-z/_]+)/g)].map(
        ([, module = ""]) => module,
      ),
    );
    expect([...new Set(required)].toSorted()).toEqual([
      "node:buffer",
      "node:crypto",
      "node:events",
      "node:fs",
      "node:os",
      "node:path",
      "node:process",
      "node:tty",
    ]);
  });
});
