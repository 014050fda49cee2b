/** Whole fleets: what is planted is found and nothing else, and parts put together are one run. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Conflict, writeFleet } from "../../bench/fleet.ts";
import { main } from "../../src/cli.ts";
import { fleetFormats } from "../../src/reporters/fleet/index.ts";
import { realSystem, type System } from "../../src/system.ts";
import { version } from "../../src/version.ts";

const APPLIANCES = 600;
const NOW = "2026-11-21";

let folder = "";
/** Where results are written: in the folder they would be files that belong to no appliance. */
let results = "";
let planted: readonly Conflict[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "certcheck-fleet-"));
  results = mkdtempSync(join(tmpdir(), "certcheck-results-"));
  planted = writeFleet(folder, { appliances: APPLIANCES, keys: false, conflicts: 10 });
});
afterAll(() => {
  for (const path of [folder, results]) rmSync(path, { recursive: true });
});

/** Runs a command line on real files, in this process. */
async function run(
  argv: readonly string[],
  more: Partial<System> = {},
): Promise<{ exitCode: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const system: System = {
    ...realSystem(),
    env: {},
    preferMemory() {},
    print: (text) => void (out += text),
    complain: (text) => void (err += text),
    showProgress() {},
    ...more,
  };
  const exitCode = await main(argv, system);
  return { exitCode, out, err };
}

const linesOf = (text: string): Record<string, never>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, never>);

interface EndLine {
  readonly fleet: {
    readonly appliances: number;
    readonly verdicts: unknown;
    readonly interrupted?: true;
    readonly results: readonly {
      readonly rule: string;
      readonly outcome: string;
      readonly findings: readonly { readonly message: string }[];
    }[];
  };
}

const endOf = (text: string): EndLine["fleet"] => (linesOf(text).at(-1) as unknown as EndLine).fleet;

test("all that is planted is found, and nothing else", async () => {
  const { exitCode, out } = await run(["fleet", folder, "--at", NOW, "--format", "jsonl"]);
  expect(exitCode).toBe(1);
  const { appliances, verdicts, results: found } = endOf(out);
  expect({ appliances, verdicts }).toEqual({ appliances: APPLIANCES, verdicts: { ready: APPLIANCES } });
  const told = found.flatMap(({ rule, findings }) =>
    findings.map(({ message }) => `${rule}: ${[...message.matchAll(/appliance-\d{6}(?!\.contoso)/g)].join(" ")}`),
  );
  const expected = planted.map(
    ({ rule, appliances: names }) => `${rule}: ${names.map((name) => name.split("/")[1]).join(" ")}`,
  );
  expect(told.toSorted()).toEqual(expected.toSorted());
});

describe("parts", () => {
  const parts = 8;
  let parted: readonly string[] = [];
  let whole: unknown;

  /** Runs a command line for reports in all formats; says what came of it, with the reports by their digests. */
  const writeAll = async (name: string, ...argv: readonly string[]): Promise<unknown> => {
    const places = fleetFormats.map((format) => [format, join(results, `${name}.${format}`)] as const);
    const { exitCode, err } = await run([...argv, ...places.map(([format, file]) => `--format=${format}=${file}`)]);
    return { exitCode, err, ...Object.fromEntries(places.map(([format, file]) => [format, digestOf(file)])) };
  };

  beforeAll(async () => {
    parted = await Promise.all(
      Array.from({ length: parts }, async (_, index) => {
        const file = join(results, `part-${index + 1}.jsonl`);
        const shard = `${index + 1}/${parts}`;
        const { err } = await run(["fleet", folder, "--at", NOW, "--shard", shard, "--format", `jsonl=${file}`]);
        if (err !== "") throw new Error(err);
        return file;
      }),
    );
    whole = await writeAll("whole", "fleet", folder, "--at", NOW);
  });

  test.each([
    ["in their order", () => parted],
    ["in any order", () => parted.toReversed()],
  ])("put together %s, are one run byte for byte in each format", async (_, files) => {
    const merged = await writeAll("merged", "fleet", "merge", ...files());
    expect(merged).toMatchObject({ exitCode: 1, err: "" });
    expect(merged).toEqual(whole);
  });

  test.each([
    ["one is missing", () => parted.slice(1), "part 1/8 is not among the files"],
    ["one was cut", () => [...parted.slice(1), cut(parted[0] ?? "")], "cut.jsonl ends before its last line"],
  ])("%s", async (_, files, expected) => {
    const { exitCode, err } = await run(["fleet", "merge", ...files(), "--format", "json"]);
    expect(exitCode).toBe(2);
    expect(err).toContain(expected);
  });

  test.each([
    ["no JSON", "x\ny\n", "line 1: is not JSON"],
    ["something else", "{}\n", "line 1: is not of certcheck's --format jsonl"],
    [
      "another version",
      line({ tool: { name: "certcheck", version: "0.0.0" } }),
      `was written by certcheck 0.0.0, and this is ${version}`,
    ],
    [
      "a verdict that there is not",
      line({ bundles: [{ verdict: "good" }] }),
      "has something at bundles.0.name that certcheck does not write",
    ],
    [
      "a rule that there is not",
      line({ bundles: [{ ...bundle, results: [{ rule: "__proto__" }] }] }),
      "has something at bundles.0.results.0.rule",
    ],
    ["an appliance twice", line({ bundles: [bundle] }).repeat(2), "a has a result already"],
    ["nothing", "\n", "nothing to merge"],
  ])("a file with %s", async (_, text, expected) => {
    const file = join(results, "strange.jsonl");
    writeFileSync(file, text);
    const { exitCode, err } = await run(["fleet", "merge", file]);
    expect(exitCode).toBe(2);
    expect(err).toContain(expected);
  });
});

const digestOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

const bundle = { name: "a", verdict: "ready", messages: [], files: [], notChecked: [], results: [] };

function line(more: object): string {
  const head = { at: "2026-11-21T00:00:00Z", edition: "2023", failOn: "error", bundles: [] };
  return `${JSON.stringify({ tool: { name: "certcheck", version }, ...head, ...more })}\n`;
}

function cut(file: string): string {
  const shorter = join(results, "cut.jsonl");
  writeFileSync(shorter, readFileSync(file).subarray(0, -2000));
  return shorter;
}

test("an interrupted run says how far it came, and leaves whole lines", async () => {
  let interrupt = (): void => {};
  let shown = 0;
  const { exitCode, out, err } = await run(["fleet", folder, "--at", NOW, "--format", "jsonl"], {
    onInterrupt(handle) {
      interrupt = handle;
      return () => {};
    },
    // A clock that is asked for each batch.
    now() {
      if (++shown === 10) interrupt();
      return 0;
    },
  });
  expect(exitCode).toBe(130);
  const lines = linesOf(out);
  const { appliances, interrupted, results: asked } = endOf(out);
  expect(lines).toHaveLength(appliances + 1);
  expect(interrupted).toBe(true);
  expect(appliances).toBeLessThan(APPLIANCES);
  expect(err).toContain(`certcheck: interrupted: ${appliances} of ${APPLIANCES} appliances were checked`);
  expect(new Set(asked.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
});

test("one that cannot be read does not keep the others from being checked", async () => {
  const own = join(folder, "more");
  mkdirSync(own);
  writeFileSync(join(own, "a.crt"), readFileSync(join(folder, "plant-1/appliance-000003.crt")));
  const system = realSystem();
  const { exitCode, out } = await run(["fleet", own, "--at", NOW, "--format", "jsonl"], {
    readFolder: (path) => [...system.readFolder(path), { name: "b.crt", kind: "file" }],
  });
  expect(exitCode).toBe(1);
  const [first, second, end] = linesOf(out);
  expect(first).toMatchObject({ bundles: [{ verdict: "ready" }] });
  expect(second).toMatchObject({
    verdict: "unsupported",
    exitCode: 1,
    bundles: [],
    unread: [{ why: expect.stringContaining("no such file") }],
  });
  expect(end).toMatchObject({ verdict: "unsupported", exitCode: 1, fleet: { appliances: 1 } });
});
