/** Fleets in a process of their own: its threads, and what is left if it is stopped half-way. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFleet } from "../../bench/fleet.ts";

const APPLIANCES = 1200;
let folder = "";
let results = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "certcheck-fleet-"));
  results = mkdtempSync(join(tmpdir(), "certcheck-results-"));
  writeFleet(folder, { appliances: APPLIANCES, keys: false, conflicts: 1 });
});
afterAll(() => {
  for (const path of [folder, results]) rmSync(path, { recursive: true });
});

/** Starts certcheck. */
function start(...argv: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; err: string }>;
} {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [resolve("bin/certcheck.js"), "fleet", folder, "--at", "2026-11-21", ...argv], {
    env: { ...env, CI: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr?.on("data", (data: Buffer) => (err += data.toString()));
  return { child, ended: new Promise((done) => child.on("close", (code) => done({ code, err }))) };
}

/** Waits until a file has so many bytes. */
async function grown(file: string, bytes: number): Promise<void> {
  while (!existsSync(file) || statSync(file).size < bytes) await new Promise((done) => setTimeout(done, 2));
}

/** The lines of a file; the last may be cut. */
const linesOf = (file: string): string[] => readFileSync(file, "utf8").split("\n");

test("one thread or three: the same bytes", async () => {
  const reports = await Promise.all(
    ["1", "3"].map(async (threads) => {
      const file = join(results, `threads-${threads}.jsonl`);
      expect(await start("--threads", threads, "--format", `jsonl=${file}`).ended).toEqual({ code: 1, err: "" });
      return readFileSync(file, "utf8");
    }),
  );
  expect(reports[0] === reports[1]).toBe(true);
});

describe.skipIf(process.platform === "win32")("stopped half-way", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("by %s: it says so, and all lines are whole", async (signal) => {
    const file = join(results, `interrupted-${signal}.jsonl`);
    const { child, ended } = start(
      "--format",
      `jsonl=${file}`,
      "--format",
      `json=${join(results, "interrupted.json")}`,
    );
    await grown(file, 100_000);
    child.kill(signal);
    const { code, err } = await ended;
    expect(code).toBe(130);
    const [, done = ""] = /^certcheck: interrupted: (\d+) of 1200 appliances were checked\n$/.exec(err) ?? [];
    const lines = linesOf(file);
    expect(lines.pop()).toBe("");
    const end = JSON.parse(lines.pop() ?? "") as { fleet: object };
    expect(end.fleet).toMatchObject({ interrupted: true, toCheck: APPLIANCES, appliances: Number(done) });
    expect(lines.map((line) => (JSON.parse(line) as { bundles: readonly unknown[] }).bundles.length)).toEqual(
      lines.map(() => 1),
    );
    expect(lines).toHaveLength(Number(done));
    expect(JSON.parse(readFileSync(join(results, "interrupted.json"), "utf8"))).toMatchObject({
      fleet: { interrupted: true },
    });
  });

  test("by a user who insists: no draft is left", async () => {
    const file = join(results, "insisted.jsonl");
    const { child, ended } = start("--format", `jsonl=${file}`, "--format", `json=${join(results, "insisted.json")}`);
    await grown(file, 50_000);
    child.kill("SIGINT");
    // Two at once would be one.
    const again = setInterval(() => child.kill("SIGINT"), 5);
    await ended;
    clearInterval(again);
    expect(readdirSync(results).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("killed: the lines that were written are there, under the report's name", async () => {
    const file = join(results, "killed.jsonl");
    const { child, ended } = start("--format", `jsonl=${file}`);
    await grown(file, 100_000);
    child.kill("SIGKILL");
    await ended;
    const lines = linesOf(file);
    // The last may be cut, if the kill came in the middle of a write.
    const whole = lines.slice(0, -1);
    expect(whole.length).toBeGreaterThan(10);
    for (const line of whole) expect(JSON.parse(line)).toMatchObject({ bundles: [{ verdict: "ready" }] });
    expect(readdirSync(results).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
