/** Manifests that are written: they say what was found, and read back they say the same. */
import { array, asyncProperty, assert, constantFrom, oneof, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { discover } from "../../src/fleet/discovery.ts";
import { memorySystem } from "../support/bundle.ts";
import { nastyTexts } from "../support/nasty.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";

async function init(files: readonly string[], ...argv: readonly string[]) {
  const system = memorySystem(Object.fromEntries(files.map((file) => [file, ""])));
  const exitCode = await main(["fleet", "init", ...argv], system);
  return { exitCode, out: system.out, err: system.err, written: Object.fromEntries(system.written) };
}

const tree = ["p/a/x.crt", "p/a/x.key", "p/a/ca.pem", "p/b/y.crt", "p/b/1.key", "p/b/2.key", "p/notes.txt"];

describe("the manifest", () => {
  test("in YAML, for editing", async () => {
    const { exitCode, out, written } = await init(tree, "p");
    expect(exitCode).toBe(0);
    expect(out).toBe("certcheck.fleet.yaml: 2 appliances; 2 files left out:\n  p/b/1.key\n  p/b/2.key\n");
    expect(written["certcheck.fleet.yaml"]?.replace(/^#.*\n/gm, "")).toBe(`appliances:

  - name: p/a
    certificate: p/a/x.crt
    key: p/a/x.key
    chain: p/a/ca.pem

  - name: p/b
    certificate: p/b/y.crt

`);
    expect(written["certcheck.fleet.yaml"]).toMatch(
      /\n# Belongs to none of them:\n# {3}p\/b\/1\.key: it is one of 2 that may be meant\n#/,
    );
  });

  test("in JSON, elsewhere", async () => {
    const { written } = await init(tree, "p/a", "--out", "q/fleet.json");
    expect(JSON.parse(written["q/fleet.json"] ?? "")).toEqual({
      appliances: [{ name: "p/a", certificate: "../p/a/x.crt", key: "../p/a/x.key", chain: "../p/a/ca.pem" }],
    });
  });

  test("replaces none unless it is told to", async () => {
    const files = [...tree, "certcheck.fleet.yaml"];
    expect(await init(files, "p")).toMatchObject({
      exitCode: 2,
      err: "certcheck: certcheck.fleet.yaml: is there already\ncertcheck: hint: --force replaces it, --out <file> names another\n",
      written: {},
    });
    expect(Object.keys((await init(files, "p", "--force")).written)).toEqual(["certcheck.fleet.yaml"]);
    // What is there does not count.
    expect((await init([...files, "p/certcheck.fleet.yaml"], "p", "--force")).out).toContain("2 appliances");
  });

  test.each([
    ["nothing to find", ["p/b/1.key"], ["p"], "certcheck: no certificate was found\n"],
    [
      "another ending",
      tree,
      ["p", "--out", "p/a/x.crt"],
      "certcheck: --out p/a/x.crt: a manifest is called .yaml or .json\n",
    ],
    ["no operand", tree, [], "certcheck: missing required argument 'source'\n"],
  ])("%s is a usage error", async (_what, files, argv, err) => {
    expect(await init(files, ...argv)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(err) as string,
      written: {},
    });
  });

  test("is made of one that is CSV, with all it says", async () => {
    const text =
      "name,certificate,key,chain,chain,passin,host,addresses,owner\nA,x.crt,x.key,a.pem,b.pem,file:p.txt,a b,192.0.2.1 ::1,OT\n";
    const system = memorySystem({ "p/f.csv": text });
    expect(await main(["fleet", "init", "p/f.csv", "--out", "q/g.yaml"], system)).toBe(0);
    const surroundings = { used: [], written: [], manifests: true };
    const [before, after] = await Promise.all([
      discover(["p/f.csv"], surroundings, system),
      discover(["q/g.yaml"], surroundings, memorySystem({ "q/g.yaml": system.written.get("q/g.yaml") })),
    ]);
    expect(after.appliances).toEqual(before.appliances);
  });
});

test("no name acts on a terminal, and all come back", async () => {
  const names = nastyTexts.flatMap(([, text]) => (/[/\0]|^\.|^$/.test(text) ? [] : [text]));
  expect(names.length).toBeGreaterThan(50);
  const files = names.flatMap((name) => [
    `p/${name}/a.crt`,
    `p/${name}/stray.key`,
    `p/${name}/other.key`,
    `p/x/${name}.crt`,
  ]);
  const { out, written } = await init(files, "p");
  const text = written["certcheck.fleet.yaml"] ?? "";
  for (const shown of [text, out]) expect([unsafeIn(shown), commandIn(shown)]).toEqual([undefined, undefined]);
  const again = memorySystem({ ...Object.fromEntries(files.map((file) => [file, ""])), "certcheck.fleet.yaml": text });
  const { appliances } = await discover(["."], { used: [], written: [], manifests: true }, again);
  expect(appliances).toHaveLength(2 * names.length);
});

test("a folder of a blank name", async () => {
  const { appliances } = await discover(
    ["."],
    { used: [], written: [], manifests: false },
    memorySystem({ " /a.crt": "", " .crt": "", x: "" }),
  );
  expect(appliances.map(({ name }) => name)).toEqual([" .crt", " /a.crt"]);
});

test("what is read back is what was found", async () => {
  const name = oneof(
    constantFrom(
      "a",
      "b",
      "sensor",
      "true",
      "17",
      "-x",
      "env:x",
      "a.b",
      "ca",
      "a: b",
      "#",
      "~",
      "- a",
      "'",
      '"',
      "\\",
      "é",
      "a b",
      " ",
    ),
    string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
  ).filter((text) => !/[/\\\0\p{Cs}]|^\./u.test(text));
  const file = tuple(
    array(name, { maxLength: 3 }),
    name,
    constantFrom("crt", "cer", "CRT", "key", "pem", "p7b", "txt"),
  ).map(([folders, stem, ending]) => [...folders, `${stem}.${ending}`].join("/"));
  await assert(
    asyncProperty(array(file, { maxLength: 30 }), constantFrom("m.yaml", "q/m.json", "q/r/m.yml"), async (all, out) => {
      // A name is that of a file or of a folder.
      const files = [...new Set(all)].filter((one) => !all.some((other) => other.startsWith(`${one}/`)));
      const tree_ = Object.fromEntries(files.map((one) => [one, ""]));
      const before = memorySystem(tree_);
      const found = await discover(
        ["."],
        { used: [], written: [], manifests: false },
        memorySystem({ ...tree_, x: "" }),
      );
      const exitCode = await main(["fleet", "init", ".", "--out", out], before);
      expect(exitCode, before.err).toBe(found.appliances.length === 0 ? 2 : 0);
      if (exitCode !== 0) return;
      const after = memorySystem({ ...tree_, [out]: before.written.get(out) });
      const { appliances } = await discover([out], { used: [], written: [], manifests: true }, after);
      expect(appliances).toEqual(found.appliances);
    }),
    { numRuns: 100 },
  );
});
