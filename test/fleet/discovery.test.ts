/** Finding appliances: in folders, by patterns, by names of files; and what is to be no appliance's. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FolderEntry } from "../../src/system/descriptors.ts";
import { UsageError } from "../../src/errors.ts";
import { discover, type Surroundings } from "../../src/fleet/discovery.ts";
import { realSystem } from "../../src/system/system.ts";
import { memorySystem } from "../support/bundle.ts";
import { processorTime } from "../support/processor-time.ts";

const nothingElse: Surroundings = { used: [], written: [], manifests: true };

/** Finds what is in files of these names; each appliance in a line: name, certificate, key, chains. */
async function find(files: readonly string[], operands: readonly string[], surroundings = nothingElse) {
  const system = memorySystem(Object.fromEntries(files.map((file) => [file, ""])));
  const { appliances, strays } = await discover(operands, surroundings, system);
  return {
    appliances: appliances.map(({ name, certificate, key = "-", chains }) =>
      [name, certificate, key, ...chains].join(" | "),
    ),
    strays: strays.map(({ file, kind, why }) => `${file}: ${kind}${why === undefined ? "" : `, ${why}`}`),
  };
}

describe("what belongs together", () => {
  test.each<[what: string, files: string[], operands: string[], appliances: string[], strays?: string[]]>([
    [
      "a folder for each, whatever the names",
      ["p/a/server.crt", "p/a/private.key", "p/a/ca.pem", "p/b/x.cer", "p/b/y.KEY", "p/b/chain.P7B"],
      ["p"],
      ["p/a | p/a/server.crt | p/a/private.key | p/a/ca.pem", "p/b | p/b/x.cer | p/b/y.KEY | p/b/chain.P7B"],
    ],
    [
      "side by side, by their stems",
      ["p/a.crt", "p/a.key", "p/a.pem", "p/b.crt", "p/b.key", "p/b.pem"],
      ["p"],
      ["p/a | p/a.crt | p/a.key | p/a.pem", "p/b | p/b.crt | p/b.key | p/b.pem"],
    ],
    [
      "the only chain of no stem is that of all without one",
      ["p/a.crt", "p/a.key", "p/b.crt", "p/b.pem", "p/ca.pem"],
      ["p"],
      ["p/a | p/a.crt | p/a.key | p/ca.pem", "p/b | p/b.crt | - | p/b.pem"],
    ],
    [
      "a chain from the nearest folder above",
      ["p/ca.pem", "p/x/ca.pem", "p/x/1/a.crt", "p/y/1/a.crt", "p/y/1/a.key"],
      ["p"],
      ["p/x/1 | p/x/1/a.crt | - | p/x/ca.pem", "p/y/1 | p/y/1/a.crt | p/y/1/a.key | p/ca.pem"],
    ],
    ["no chain from above the operand", ["ca.pem", "p/x/a.crt"], ["p/x"], ["p/x | p/x/a.crt | -"]],
    [
      "several keys beside one certificate: that of its stem",
      ["p/a/sensor.crt", "p/a/sensor.key", "p/a/old.key", "p/a/sensor.pem", "p/a/old.pem"],
      ["p"],
      ["p/a | p/a/sensor.crt | p/a/sensor.key | p/a/sensor.pem"],
      ["p/a/old.key: key", "p/a/old.pem: chain"],
    ],
    [
      "several keys and chains, none of the stem: nobody guesses",
      ["p/a/sensor.crt", "p/a/1.key", "p/a/2.key", "p/a/1.pem", "p/a/2.pem", "p/ca.pem"],
      ["p"],
      ["p/a | p/a/sensor.crt | -"],
      [
        "p/a/1.key: key, it is one of 2 that may be meant",
        "p/a/1.pem: chain, it is one of 2 that may be meant",
        "p/a/2.key: key, it is one of 2 that may be meant",
        "p/a/2.pem: chain, it is one of 2 that may be meant",
        "p/ca.pem: chain",
      ],
    ],
    [
      "two of one stem",
      ["p/a.crt", "p/a.pem", "p/a.p7b", "p/b.crt"],
      ["p"],
      ["p/a | p/a.crt | -", "p/b | p/b.crt | -"],
      [
        "p/a.p7b: chain, another has its name with another ending",
        "p/a.pem: chain, another has its name with another ending",
      ],
    ],
    [
      "two certificates of one stem keep their endings, and have one key",
      ["p/a.crt", "p/a.cer", "p/a.key"],
      ["p"],
      ["p/a.cer | p/a.cer | p/a.key", "p/a.crt | p/a.crt | p/a.key"],
    ],
    [
      "names that would be the same",
      ["p/a.crt", "p/a.crt.crt", "p/a/x.crt", "p/b.crt"],
      ["p"],
      ["p/a.crt | p/a.crt | -", "p/a.crt.crt | p/a.crt.crt | -", "p/a/x.crt | p/a/x.crt | -", "p/b | p/b.crt | -"],
    ],
    [
      "where the user is",
      ["sensor.crt", "sensor.key", "x/other.crt"],
      ["."],
      ["sensor | sensor.crt | sensor.key", "x | x/other.crt | -"],
    ],
    [
      "files that are none of these, and what nobody sees",
      ["p/a.crt", "p/b.crt", "p/c.key", "p/README.md", "p/a.csr", "p/.hidden/a.crt", "p/.b.crt", "p/ca/root.pem"],
      ["p"],
      ["p/a | p/a.crt | -", "p/b | p/b.crt | -"],
      ["p/README.md: other", "p/a.csr: other", "p/c.key: key", "p/ca/root.pem: chain"],
    ],
    [
      "the order is that of code units",
      ["p/a-b.crt", "p/a.crt", "p/a/b.crt", "p/B.crt", "p/ü.crt", "p/\u{1f600}.crt", "p/\uff5e.crt"],
      ["p"],
      ["p/B | p/B.crt | -", "p/a-b | p/a-b.crt | -", "p/a.crt | p/a.crt | -", "p/a/b.crt | p/a/b.crt | -"].concat([
        "p/ü | p/ü.crt | -",
        "p/\u{1f600} | p/\u{1f600}.crt | -",
        "p/\uff5e | p/\uff5e.crt | -",
      ]),
    ],
    [
      "names that would act",
      ["-rf.crt", "-rf.key", "env:HOME.crt", "-d/a.crt", "-d/b.crt", "env:d/a.crt"],
      ["."],
      [
        "./-d/a | ./-d/a.crt | -",
        "./-d/b | ./-d/b.crt | -",
        "./-rf | ./-rf.crt | ./-rf.key",
        "./env:HOME | ./env:HOME.crt | -",
        "./env:d | ./env:d/a.crt | -",
      ],
    ],
  ])("%s", async (_what, files, operands, appliances, strays = []) => {
    expect(await find(files, operands)).toEqual({ appliances, strays });
  });
});

describe("operands", () => {
  const files = [
    "p/a/x.crt",
    "p/a/x.key",
    "p/b/x.crt",
    "p/b/y/z.crt",
    "p/ca.pem",
    "p/c/x.key",
    "q/a.crt",
    "q/b.crt",
    "q/a.key",
  ];
  const a = "p/a | p/a/x.crt | p/a/x.key | p/ca.pem";
  const b = "p/b | p/b/x.crt | - | p/ca.pem";
  const z = "p/b/y | p/b/y/z.crt | - | p/ca.pem";

  test.each<[operands: string[], appliances: string[], strays?: string[]]>([
    [["p"], [a, b, z], ["p/c/x.key: key"]],
    [["./p//"], [a, b, z], ["p/c/x.key: key"]],
    [["p/*/x.crt"], [a, b]],
    [["./p/*/x.*"], [a, b], ["p/c/x.key: key"]],
    [["p/**/*.crt"], [a, b, z]],
    [["p/{a,b}"], [a, b, z]],
    [["p/*"], [a, b, z], ["p/c/x.key: key"]],
    [["p/**"], [a, b, z], ["p/c/x.key: key"]],
    [["*/[a]/x.crt"], ["p/a | p/a/x.crt | p/a/x.key | p/ca.pem"]],
    [["q/a.crt"], ["q/a | q/a.crt | q/a.key"]],
    [["q/a.crt", "q/a.key"], ["q/a | q/a.crt | q/a.key"]],
    [
      ["q/a.crt", "./q/a.crt", "q"],
      ["q/a | q/a.crt | q/a.key", "q/b | q/b.crt | -"],
    ],
    [["p/a/x.crt"], ["p/a | p/a/x.crt | p/a/x.key"]],
    [["p/a", "p"], [a, b, z], ["p/c/x.key: key"]],
    [["p", "p/*/x.crt", "p/c"], [a, b, z], ["p/c/x.key: key"]],
    [["p/c"], [], ["p/c/x.key: key"]],
  ])("%j", async (operands, appliances, strays = []) => {
    expect(await find(files, operands)).toEqual({ appliances, strays });
  });

  test.each<[operand: string, message: string]>([
    ["missing", "missing: no such file or folder"],
    ["-", "-: no such file or folder"],
    ["p/*/y.crt", "nothing matches p/*/y.crt"],
    ["none/*", "nothing matches none/*"],
    ["p/+(a|b)*", "p/+(a|b)* is more than *, **, ?, [a-z] and {a,b} can say"],
  ])("%s: %s", async (operand, message) => {
    const error = await find(files, [operand]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message });
  });

  test("a name with brackets is a name, if it is one", async () => {
    expect((await find(["p/a[1].crt", "p/a1.crt"], ["p/a[1].crt"])).appliances).toEqual(["p/a[1] | p/a[1].crt | -"]);
  });

  test("what the run has to do with is no stray", async () => {
    const all = [
      "a.crt",
      "b.crt",
      "ca.pem",
      "root.pem",
      "report.json",
      "notes.txt",
      "certcheck.config.yaml",
      "old.key",
    ];
    const surroundings = { used: ["root.pem", "./ca.pem"], written: ["report.json", "old.key"], manifests: true };
    expect(await find(all, ["."], surroundings)).toEqual({
      appliances: ["a | a.crt | -", "b | b.crt | -"],
      // A report may not be written there.
      strays: ["notes.txt: other", "old.key: key"],
    });
  });
});

describe("hostile trees", () => {
  const endless = (path: string): readonly FolderEntry[] => [
    { name: "a.crt", kind: "file" },
    { name: path.length < 10_000 ? "f" : "", kind: "folder" },
  ];

  test("a folder that is too deep, or cannot be read, is not passed over", async () => {
    const system = memorySystem({ "p/x": "" }, { readFolder: endless });
    const { appliances } = await discover(["p"], nothingElse, system);
    expect(appliances).toHaveLength(66);
    expect(appliances.filter(({ obstacle }) => obstacle !== undefined)).toEqual([
      expect.objectContaining({
        name: `p${"/f".repeat(65)}`,
        obstacle: `p${"/f".repeat(65)}: more than 64 folders deep`,
      }),
    ]);
  });

  test("a million files are too many", async () => {
    const many = Array.from({ length: 500_000 }, (): FolderEntry => ({ name: "x", kind: "other" }));
    const folders = ["a", "b"].map((name): FolderEntry => ({ name, kind: "folder" }));
    const system = memorySystem({ "p/x": "" }, { readFolder: (path) => (path === "p" ? folders : many) });
    await expect(discover(["p"], nothingElse, system)).rejects.toThrow("more than 1,000,000 files and folders");
  });

  test.each([
    ["certificates with their keys", ["crt", "key"], 50_000],
    ["keys and chains of nothing", ["key", "pem"], 0],
    ["certificates of one stem, keys of one stem", ["crt", "cer", "key", "KEY"], 50_000],
    ["chains beside one certificate", ["pem"], 0],
  ])("a hundred thousand files in a folder take no time: %s", async (_what, endings, expected) => {
    const entries = Array.from({ length: 100_000 }, (_, index): FolderEntry => ({
      name: `${String(Math.floor(index / endings.length)).padStart(6, "0")}.${endings[index % endings.length]}`,
      kind: "file",
    }));
    const system = memorySystem({ "p/x": "" }, { readFolder: () => entries });
    const start = processorTime();
    const { appliances, strays } = await discover(["p"], nothingElse, system);
    expect([appliances.length, strays.length > 0]).toEqual([expected, endings[1] !== "key" || endings.length === 4]);
    expect(processorTime() - start).toBeLessThan(5000);
  });

  test("links to folders lead nowhere, links to files to files; what leads to no file is not passed over", async () => {
    const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
    try {
      mkdirSync(join(folder, "p/a"), { recursive: true });
      writeFileSync(join(folder, "p/a/x.crt"), "");
      symlinkSync("..", join(folder, "p/a/loop"));
      symlinkSync("a/x.crt", join(folder, "p/b.crt"));
      symlinkSync("nowhere", join(folder, "p/c.crt"));
      symlinkSync("/dev/zero", join(folder, "p/d.crt"));
      symlinkSync("nowhere", join(folder, "p/e.key"));
      const { appliances, strays } = await discover([join(folder, "p")], nothingElse, realSystem());
      const shown = (path = ""): string => path.replaceAll(`${folder}/`, "");
      expect(appliances.map(({ certificate, obstacle }) => [shown(certificate), shown(obstacle)])).toEqual([
        ["p/b.crt", ""],
        ["p/a/x.crt", ""],
        ["p/c.crt", "p/c.crt: leads to no file"],
        ["p/d.crt", "p/d.crt: leads to no file"],
      ]);
      expect(strays.map(({ file, why }) => [shown(file), why])).toEqual([["p/e.key", "it leads to no file"]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
