/** Paths and line ends of Windows: command lines on files of drive C: and of a share, with the path functions that Node has there. */
import { readFileSync } from "node:fs";
import { join, win32 } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";

vi.resetModules();
vi.doMock("node:path", () => ({ ...win32, default: win32 }));
const { main } = await import("../src/cli.ts");
const { UsageError } = await import("../src/errors.ts");
const { memorySystem } = await import("./support/bundle.ts");
afterAll(() => {
  vi.doUnmock("node:path");
  vi.resetModules();
});

const text = (name: string, file: string): string => readFileSync(join("fixtures", name, file), "utf8");
const withCrlf = (lines: string): string => lines.replace(/\r?\n/g, "\r\n");

/** An appliance in a folder. */
const appliance = (folder: string, name = "ready"): [path: string, content: string][] =>
  ["sensor.crt", "sensor.key", "ca.pem"].map((file) => [`${folder}\\${file}`, withCrlf(text(name, file))]);

const HERE = "C:\\Work";

/** Runs a command line in C:\Work; `files` have absolute paths, or those from there. */
async function run(
  argv: readonly string[],
  files: readonly (readonly [path: string, content: string])[],
): Promise<Outcome> {
  const place = (path: string): string => win32.resolve(HERE, path).toLowerCase();
  const all = new Map(files.map(([path, content]) => [place(path), content]));
  const isFolder = (path: string): boolean => [...all.keys()].some((file) => file.startsWith(slash(place(path))));
  const system = memorySystem(
    {},
    {
      folder: HERE,
      isFile: (path) => (all.has(place(path)) ? true : isFolder(path) ? false : undefined),
      readFile(path, limit) {
        const content = all.get(place(path));
        if (content === undefined) throw new UsageError(`${path}: no such file`);
        return Buffer.from(content).subarray(0, limit);
      },
      readFolder(path) {
        const below = [...files].filter(([file]) => place(file).startsWith(slash(place(path))));
        const names = below.map(([file]) =>
          win32
            .resolve(HERE, file)
            .slice(slash(place(path)).length)
            .split("\\"),
        );
        const kinds = new Map(
          names.map(([name = "", ...more]) => [name, more.length > 0 ? "folder" : "file"] as const),
        );
        return [...kinds].map(([name, kind]) => ({ name, kind })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      },
      fileNumber: (path) => (all.has(place(path)) ? place(path) : undefined),
      isSameFile: (a, b) => place(a) === place(b),
    },
  );
  const exitCode = await main(argv, system);
  return {
    exitCode,
    out: system.out,
    err: system.err,
    made: [...system.made.keys()],
    texts: [...system.written.values()],
  };
}

interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** Paths of the files that were made. */
  readonly made: readonly string[];
  /** Reports and manifests that were written. */
  readonly texts: readonly string[];
}

const slash = (path: string): string => (path.endsWith("\\") ? path : `${path}\\`);

/** The bundles of a report in JSON. */
const namesIn = ({ out }: Outcome): string[] =>
  (JSON.parse(out) as { bundles: { name: string }[] }).bundles.map(({ name }) => name);

describe("check", () => {
  test.each([
    ["from the working directory", "plants\\a"],
    ["with slashes", "plants/a"],
    ["on a drive", "D:\\plants\\a"],
    ["on a share", "\\\\server\\share\\a"],
  ])("files %s", async (_what, folder) => {
    const argv = ["sensor.crt", "sensor.key"].map((name) => `${folder}\\${name}`);
    const result = await run([...argv, "--chain", `${folder}\\ca.pem`], appliance(folder));
    expect(result).toMatchObject({ exitCode: 0, err: "" });
    expect(result.out).toContain(`${folder}\\sensor.crt`);
  });

  test("a passphrase out of a file with line ends of Windows", async () => {
    const passphrase = withCrlf(text("ready-encrypted-key", "passphrase.txt"));
    const files = [...appliance("a", "ready-encrypted-key"), ["word.txt", passphrase] as const];
    const argv = ["a\\sensor.crt", "a\\sensor.key", "--chain", "a\\ca.pem", "--passin", "file:word.txt"];
    expect(await run(argv, files)).toMatchObject({ exitCode: 0, err: "" });
  });

  test("SARIF has URIs", async () => {
    const files = [...appliance("plants\\plant 1", "expired"), ...appliance("D:\\other", "expired")];
    const uriOf = async (path: string): Promise<string> =>
      /"uri": "([^"]*sensor\.crt)"/.exec((await run([path, "--format", "sarif"], files)).out)?.[1] ?? "";
    expect(await uriOf("plants\\plant 1\\sensor.crt")).toBe("plants/plant%201/sensor.crt");
    expect(await uriOf("D:\\other\\sensor.crt")).toBe("file:///D:/other/sensor.crt");
  });
});

describe("a configuration", () => {
  test("is found in a folder above, and counts for files below its patterns", async () => {
    const files = [...appliance("lab\\a", "expired"), ...appliance("plant", "expired")];
    const check = (folder: string, pattern: string): Promise<Outcome> => {
      const lines = withCrlf(`profiles:\n  - files: ["${pattern}"]\n    failOn: never\n`);
      const names = ["sensor.crt", "sensor.key"].map((name) => `${folder}\\${name}`);
      return run(names, [...files, ["..\\certcheck.config.yaml", lines]]);
    };
    // Patterns are from the folder of the configuration, C:\, with slashes; capitals count.
    expect(await check("lab\\a", "Work/lab/**")).toMatchObject({ exitCode: 0, err: "" });
    expect(await check("lab\\a", "work/lab/**")).toMatchObject({ exitCode: 1, err: "" });
    expect(await check("plant", "Work/lab/**")).toMatchObject({ exitCode: 1, err: "" });
  });

  test("names files from its own folder, on drives and shares", async () => {
    for (const [written, file] of [
      ["roots\\\\ca.pem", "C:\\Shared\\roots\\ca.pem"],
      ["roots/ca.pem", "C:\\Shared\\roots\\ca.pem"],
      ["D:/roots/ca.pem", "D:\\roots\\ca.pem"],
    ] as const) {
      const files = [
        ...appliance("a"),
        ["C:\\Shared\\c.yaml", withCrlf(`chain: ["${written}"]\n`)] as const,
        [file, text("ready", "ca.pem")] as const,
      ];
      const result = await run(["a\\sensor.crt", "a\\sensor.key", "--config", "C:\\Shared\\c.yaml"], files);
      expect(result, written).toMatchObject({ exitCode: 0, err: "" });
    }
  });
});

describe("fleet", () => {
  const plants = [...appliance("plants\\Berlin\\a"), ...appliance("plants\\Berlin\\b"), ...appliance("plants\\c")];
  const fleet = (...argv: readonly string[]): readonly string[] => ["fleet", ...argv, "--format", "json"];

  test.each([
    ["a folder", "plants", ["Berlin\\a", "Berlin\\b", "c"]],
    ["a folder, with slashes", "plants/Berlin/", ["Berlin\\a", "Berlin\\b"]],
    ["a folder of a drive", "C:\\Work\\plants", ["Berlin\\a", "Berlin\\b", "c"]],
    ["a pattern with slashes", "plants/*/*/sensor.crt", ["Berlin\\a", "Berlin\\b"]],
    ["a file", "plants\\c\\sensor.crt", ["c"]],
  ])("%s", async (_what, operand, names) => {
    const result = await run(fleet(operand), plants);
    expect(result.err).toBe("");
    expect(namesIn(result).map((name) => name.replace(/^(?:C:\\Work\\)?plants\\/, ""))).toEqual(names);
  });

  test("a manifest in CSV with line ends of Windows names files from its own folder", async () => {
    const csv = "name,certificate,key,chain\r\none,c\\sensor.crt,c\\sensor.key,c\\ca.pem\r\n";
    const result = await run(fleet("plants\\fleet.csv"), [...plants, ["plants\\fleet.csv", csv]]);
    expect(result).toMatchObject({ exitCode: 0, err: "" });
    expect(namesIn(result)).toEqual(["one"]);
  });

  test("a manifest must not name a share of another machine, nor a device", async () => {
    for (const certificate of ["\\\\evil\\share\\sensor.crt", "//evil/share/sensor.crt", "\\\\.\\COM1"]) {
      const manifest = JSON.stringify({ appliances: [{ name: "one", certificate }] });
      const { exitCode, err } = await run(fleet("fleet.json"), [...plants, ["fleet.json", manifest]]);
      expect(exitCode, certificate).toBe(2);
      expect(err).toContain("is not the name of a file");
    }
  });

  test("the manifest that init writes has slashes, and is read back as the same", async () => {
    const { exitCode, texts } = await run(["fleet", "init", "plants", "--out", "plants\\certcheck.fleet.yaml"], plants);
    expect(exitCode).toBe(0);
    const [manifest] = texts;
    expect(manifest).toMatch(/certificate: Berlin\/a\/sensor\.crt/);
    const files = [...plants, ["plants\\certcheck.fleet.yaml", withCrlf(manifest ?? "")] as const];
    expect(namesIn(await run(fleet("plants"), files))).toHaveLength(3);
  });
});

test("files are made in the folder that is named, and bear no name of a device", async () => {
  const { made, err, exitCode } = await run(
    ["convert", "a\\sensor.crt", "--to", "der", "--out", "made"],
    appliance("a"),
  );
  expect({ err, exitCode, made }).toEqual({ err: "", exitCode: 0, made: ["made\\sensor.der"] });
  const device = await run(["convert", "a\\sensor.crt", "--to", "der", "--name", "con"], appliance("a"));
  expect(device).toMatchObject({ exitCode: 2, made: [] });
});
