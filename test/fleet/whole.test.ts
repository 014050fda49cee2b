/** Whole fleets: what is planted is found and nothing else, and parts put together are one run. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Conflict, writeFleet } from "../../bench/fleet.ts";
import { main } from "../../src/cli.ts";
import { UsageError } from "../../src/errors.ts";
import { fleetFormats } from "../../src/reporters/fleet/index.ts";
import { realSystem, type System } from "../../src/system/system.ts";
import { version } from "../../src/version.ts";

const APPLIANCES = 600;
/** In each of eight parts. */
const PART = APPLIANCES / 8;
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
    ["one was cut at the end of a line", () => edited((lines) => lines.slice(0, -1)), "ends before its last line"],
    [
      "a line of one is not there",
      () => edited((lines) => lines.toSpliced(4, 1)),
      `has ${PART - 1} of ${PART} appliances`,
    ],
    [
      "appliances of one are not there, and it says so",
      () =>
        edited((lines) =>
          lines
            .toSpliced(4, 1)
            .map((text) =>
              text.replace(`"shard":"1/8","appliances":${PART}`, `"shard":"1/8","appliances":${PART - 1}`),
            ),
        ),
      "the parts did not find the same appliances",
    ],
    [
      "one is a part of a part",
      () => edited((lines) => lines.map((text) => text.replace('"1/8"', '"1/9"'))),
      "different runs",
    ],
    [
      "one has another's number",
      () => edited((lines) => lines.map((text) => text.replace('"1/8"', '"2/8"'))),
      "part 2/8 is there 2 times",
    ],
    ["one is there twice", () => [...parted, parted[0] ?? ""], "has a result already"],
    ["all are in one file", () => [joined(parted)], "is not in the order of names"],
    [
      "one was judged on another day",
      () => edited((lines) => lines.map((text) => text.replace('"at":"2026-11-21', '"at":"2026-11-20'))),
      "as of 2026-11-20T00:00:00Z",
    ],
  ])("%s", async (_, files, expected) => {
    const draft = join(results, "merged.json");
    const { exitCode, err } = await run(["fleet", "merge", ...files(), "--format", `json=${draft}`]);
    expect(exitCode).toBe(2);
    expect(err).toContain(expected);
    expect(readdirSync(results).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("what was put together of too few parts lacks them for ever", async () => {
    const file = join(results, "too-few.jsonl");
    expect((await run(["fleet", "merge", ...parted.slice(1), "--format", `jsonl=${file}`])).exitCode).toBe(2);
    const { exitCode, err } = await run(["fleet", "merge", file]);
    expect(exitCode).toBe(2);
    expect(err).toContain("part 1/8 is not among the files");
  });

  /** All parts, the first of them with other lines. */
  function edited(edit: (lines: readonly string[]) => readonly string[]): string[] {
    const file = join(results, "edited.jsonl");
    const lines = readFileSync(parted[0] ?? "", "utf8")
      .trimEnd()
      .split("\n");
    writeFileSync(file, `${edit(lines).join("\n")}\n`);
    return [file, ...parted.slice(1)];
  }

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
    [
      "what is of no use to a reader",
      line({ bundles: [{ ...bundle, chain: { path: 5 } }] }),
      "has something at bundles.0.chain",
    ],
    [
      "a line that no file has",
      line({
        bundles: [
          { ...bundle, results: [{ ...failure, findings: [{ message: "", file: "", fix: "", line: Infinity }] }] },
        ],
      }).replace("null", "1e999"),
      "has something at bundles.0.results.0.findings.0.line",
    ],
    ["a time that there is not", line({ at: "2026-13-41T00:00:00Z", bundles: [bundle] }), "has something at at"],
    [
      "a key for all objects",
      line({ bundles: [bundle] }).replace("{", '{"__proto__":{"polluted":1},'),
      "has something at __proto__",
    ],
    ["a line without end", "x".repeat(2 ** 24 + 1), "a line of more than 16 MiB"],
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

const failure = { rule: "names/subject-alt-name", outcome: "fails", severity: "error" };

function line(more: object): string {
  const head = {
    at: "2026-11-21T00:00:00Z",
    edition: "2023",
    verdict: "ready",
    exitCode: 0,
    failOn: "error",
    bundles: [],
  };
  return `${JSON.stringify({ schemaVersion: 1, tool: { name: "certcheck", version }, ...head, ...more })}\n`;
}

function joined(files: readonly string[]): string {
  const whole = join(results, "joined.jsonl");
  writeFileSync(whole, files.map((file) => readFileSync(file, "utf8")).join(""));
  return whole;
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
  // What a part knows as well, it is asked.
  expect(asked.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual([
    ...["certificate", "common-name", "key", "serial-number"].map((what) => `fleet/unique-${what} skipped`),
    "fleet/separate-names skipped",
    "fleet/spread-expiry skipped",
    "fleet/files-present holds",
    "fleet/files-assigned holds",
  ]);
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

describe("profiles", () => {
  let own = "";

  beforeAll(() => {
    own = mkdtempSync(join(tmpdir(), "certcheck-profiles-"));
    for (const name of ["a.crt", "b.crt", "c.crt"])
      writeFileSync(join(own, name), readFileSync(join(folder, "plant-1/appliance-000003.crt")));
    // The first appliance is judged otherwise than the others.
    writeFileSync(
      join(own, "certcheck.config.yaml"),
      'failOn: warning\nprofiles:\n  - { files: ["a.crt"], edition: 2021, failOn: never }\n',
    );
  });
  afterAll(() => rmSync(own, { recursive: true }));

  test.each(fleetFormats)(
    "parts in which some are judged otherwise, put together as %s, are one run",
    async (format) => {
      const config = ["--config", join(own, "certcheck.config.yaml")];
      const files = await Promise.all(
        ["1/2", "2/2"].map(async (shard) => {
          const file = join(results, `profiles-${shard[0]}.jsonl`);
          await run(["fleet", own, "--at", NOW, ...config, "--shard", shard, "--format", `jsonl=${file}`]);
          return file;
        }),
      );
      const whole = await run(["fleet", own, "--at", NOW, ...config, "--format", format]);
      const merged = await run(["fleet", "merge", ...files, "--no-config", "--format", format]);
      expect(merged.err).toBe("");
      expect(merged.exitCode).toBe(whole.exitCode);
      expect(merged.out).toBe(whole.out);
    },
  );

  test("what is said when they are put together counts for all", async () => {
    const file = join(results, "never.jsonl");
    await run(["fleet", own, "--at", NOW, "--no-config", "--format", `jsonl=${file}`]);
    for (const [failOn, code] of [
      ["error", 1],
      ["never", 0],
    ] as const)
      expect((await run(["fleet", "merge", file, "--no-config", "--fail-on", failOn])).exitCode).toBe(code);
  });
});

test("a part with an appliance that cannot be read fails, as the whole does", async () => {
  const own = join(folder, "unread");
  mkdirSync(own);
  const system = realSystem();
  const lost: Partial<System> = { readFolder: (path) => [...system.readFolder(path), { name: "b.crt", kind: "file" }] };
  const file = join(results, "unread.jsonl");
  const argv = ["fleet", own, "--at", NOW, "--format", "jsonl"];
  expect((await run([...argv, "--shard", "1/2"], lost)).exitCode).toBe(1);
  expect((await run([...argv, "--shard", "1/2", "--fail-on", "never"], lost)).exitCode).toBe(0);
  const { out } = await run(argv, lost);
  writeFileSync(file, out);
  expect((await run(["fleet", "merge", file])).exitCode).toBe(1);
});

test("a report that has no place leaves nothing behind, and no other is touched", async () => {
  const [old, none] = [join(results, "old.jsonl"), join(results, "none/report.html")];
  writeFileSync(old, "old");
  const formats = [`jsonl=${old}`, `json=${join(results, "new.json")}`, `html=${none}`].flatMap((one) => [
    "--format",
    one,
  ]);
  const { exitCode, err } = await run(["fleet", folder, ...formats]);
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: `certcheck: ${none}: no such folder\n` });
  expect(readFileSync(old, "utf8")).toBe("old");
  expect(readdirSync(results).filter((name) => name.startsWith(".") || name === "new.json")).toEqual([]);
});

test("a report that cannot be written any more does not keep the others from it", async () => {
  const [full, sound] = [join(results, "full.jsonl"), join(results, "sound.json")];
  const system = realSystem();
  const argv = ["fleet", folder, "--at", NOW, "--format", `jsonl=${full}`];
  const openReport: System["openReport"] = (path, form) => ({
    ...system.openReport(path, form),
    ...(path === full && {
      write(text) {
        if (text !== "") throw new UsageError(`${path}: no space left`);
      },
    }),
  });
  const { exitCode, err } = await run([...argv, "--format", `json=${sound}`], { openReport });
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: `certcheck: ${full}: no space left\n` });
  expect(JSON.parse(readFileSync(sound, "utf8"))).toMatchObject({
    fleet: { verdicts: { ready: expect.any(Number) as number } },
  });
  let reads = 0;
  const readFile: System["readFile"] = (path, limit) => {
    reads++;
    return system.readFile(path, limit);
  };
  expect((await run(argv, { openReport, readFile })).exitCode).toBe(2);
  // Nobody would see what comes of the rest.
  expect(reads).toBeLessThan(APPLIANCES / 2);
});

test.skipIf(process.platform === "win32")("two names that come to lead to one file", async () => {
  const [target, link] = [join(results, "target.json"), join(results, "link.jsonl")];
  symlinkSync(target, link);
  const { exitCode, err } = await run(["fleet", folder, "--format", `jsonl=${link}`, "--format", `json=${target}`]);
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: `certcheck: --format: two reports for ${target}\n` });
});
