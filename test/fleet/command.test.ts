/** The command line of fleets: options, passphrases, the places of reports, parts, and exit codes. */
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import type { System } from "../../src/system/system.ts";
import { applianceFiles, type Files, memorySystem } from "../support/bundle.ts";
import { keyPem, sampleSubject } from "../support/mint.ts";

const one = await applianceFiles();
const other = await applianceFiles({
  leaf: {
    key: "other",
    subject: sampleSubject.map(([type, value]) => [type, type === "CN" ? "other.contoso.com" : value]),
    names: ["other.contoso.com"],
    serialNumber: "77",
  },
});

const files: Files = {
  "p/a/sensor.crt": one["sensor.crt"],
  "p/a/sensor.key": one["sensor.key"],
  "p/b/sensor.crt": other["sensor.crt"],
  "p/b/sensor.key": other["sensor.key"],
  "p/ca.pem": one["ca.pem"],
};

async function fleet(
  argv: string,
  more: Files = {},
  world: Partial<System> & { readonly stdin?: string | Uint8Array } = {},
) {
  const system = memorySystem({ ...files, ...more }, world);
  const exitCode = await main(["fleet", ...argv.split(" ").filter((word) => word !== "")], system);
  const json = [...system.written].find(([name]) => name.endsWith(".json"))?.[1];
  return {
    exitCode,
    out: system.out,
    err: system.err,
    written: [...system.written.keys()],
    report: (json === undefined ? undefined : JSON.parse(json)) as Report | undefined,
  };
}

interface Report {
  readonly bundles: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly results: readonly { readonly rule: string }[];
  }[];
  readonly unread?: readonly { readonly name: string; readonly why: string }[];
  readonly fleet: { readonly manifest?: string; readonly shard?: string; readonly strays: readonly unknown[] };
}

const JSON_REPORT = "--format json=r.json";

describe("operands", () => {
  test("a folder, its report in it", async () => {
    const { exitCode, report, err } = await fleet(`p --format json=p/r.json`, { "p/r.json": "" });
    expect(err).toBe("");
    expect(exitCode).toBe(0);
    expect(report?.bundles.map(({ name }) => name)).toEqual(["p/a", "p/b"]);
    expect(report?.fleet).toMatchObject({ appliances: 2, strays: [] });
  });

  test("a manifest in it, which the report names", async () => {
    const manifest = `appliances: [{ certificate: a/sensor.crt, key: a/sensor.key, chain: ca.pem, host: elsewhere.contoso.com, owner: OT }]`;
    const { exitCode, report } = await fleet(`p ${JSON_REPORT}`, { "p/certcheck.fleet.yaml": manifest });
    expect(exitCode).toBe(1);
    expect(report?.bundles).toEqual([expect.objectContaining({ name: "p/a", owner: "OT" })]);
    expect(report?.bundles[0]?.results.map(({ rule }) => rule)).toContain("names/covers-host");
    expect(report?.fleet).toMatchObject({
      manifest: "p/certcheck.fleet.yaml",
      strays: [
        { file: "p/b/sensor.crt", kind: "certificate" },
        { file: "p/b/sensor.key", kind: "key" },
      ],
    });
  });

  test("what is named and not there fails the run", async () => {
    const manifest = "certificate,key\na/sensor.crt,a/missing.key\nb/missing.crt,\n";
    const { exitCode, report } = await fleet(`p/f.csv ${JSON_REPORT}`, { "p/f.csv": manifest });
    expect(exitCode).toBe(1);
    expect(report?.bundles).toEqual([]);
    expect(report?.unread).toEqual([
      { name: "p/a", file: "p/a/sensor.crt", why: "p/a/missing.key: no such file" },
      { name: "p/b", file: "p/b/missing.crt", why: "p/b/missing.crt: no such file" },
    ]);
  });

  test("a folder that cannot be read fails the run", async () => {
    const plain = memorySystem(files);
    const readFolder: System["readFolder"] = (path) => {
      // As a folder that is none says it.
      return path === "p/b" ? plain.readFolder("p/b/none") : plain.readFolder(path);
    };
    const { exitCode, report } = await fleet(`p ${JSON_REPORT}`, {}, { readFolder });
    expect(exitCode).toBe(1);
    expect(report?.unread).toEqual([{ name: "p/b", file: "p/b", why: "p/b/none: no such file" }]);
  });

  test.each<[what: string, argv: string, err: string]>([
    ["nothing", "", "missing required argument 'source'\ncertcheck: hint: certcheck fleet --help lists the options\n"],
    ["what is not there", "q", "q: no such file or folder\n"],
    ["no certificate", "p/ca.pem", "nothing to check: no certificate was found\n"],
    ["a chain that is not there", "p --chain q.pem", "q.pem: no such file\n"],
    ["standard input", "p --chain -", "standard input is read for one appliance only\n"],
    ["an option of one appliance", "p --host a", "unknown option '--host'\n"],
    [
      "no part",
      "p --shard 3/2",
      "option '--shard <i/n>' argument '3/2' is invalid. Write it as 3/8: the third of eight parts.\n",
    ],
    ["no threads", "p --threads 0", "option '--threads <n>' argument '0' is invalid. It is not between 1 and 256.\n"],
    [
      "a format",
      "p --format pdf",
      "option '--format <name[=file]>' argument 'pdf' is invalid. Formats are human, json",
    ],
    ["nothing to merge", "merge", "missing required argument 'jsonl'\n"],
  ])("%s is a usage error", async (_what, argv, err) => {
    const { exitCode, out, err: said } = await fleet(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(said).toContain(`certcheck: ${err}`);
  });
});

describe("the places of reports", () => {
  test.each([
    ["a certificate", "p/a/sensor.crt"],
    ["a key, otherwise written", "./p/b/../b/sensor.key"],
    ["a chain", "p/ca.pem"],
    ["a chain for all", "all.pem"],
    ["the passphrase", "pass.txt"],
    ["an appliance's passphrase", "own.txt"],
    ["the manifest", "f.json"],
    ["the configuration", "certcheck.config.yaml"],
  ])("%s is not overwritten", async (_what, file) => {
    const more = {
      "all.pem": one["ca.pem"],
      "pass.txt": "x",
      "own.txt": "y",
      "f.json": '[{"certificate":"p/a/sensor.crt","key":"p/a/sensor.key","passin":"file:own.txt","name":"a"}]',
      "certcheck.config.yaml": "warnDays: 30\n",
    };
    const argv = `p f.json --chain all.pem --passin file:pass.txt --format jsonl=${file}`;
    const { exitCode, err, written } = await fleet(argv, more);
    expect({ exitCode, written }).toEqual({ exitCode: 2, written: [] });
    expect(err).toContain("is a file to check");
  });

  test("nor behind a link", async () => {
    const fileNumber = (path: string): string | undefined => (path === "link.json" ? "p/a/sensor.key" : path);
    const { exitCode, err } = await fleet("p --format json=link.json", { "link.json": "" }, { fileNumber });
    expect([exitCode, err]).toEqual([2, expect.stringContaining("link.json is a file to check")]);
  });

  test("two reports in one", async () => {
    expect(await fleet("p --format json=r --format jsonl=r")).toMatchObject({ exitCode: 2, written: [] });
  });
});

describe("the passphrase of all keys", () => {
  const locked = {
    "p/a/sensor.key": keyPem("leaf-encrypted"),
    "p/b/sensor.crt": undefined,
    "p/b/sensor.key": undefined,
  };
  const secret = "Sensor-2026!";

  test.each<[source: string, world: Parameters<typeof fleet>[2]]>([
    ["env:PHRASE", { env: { PHRASE: secret } }],
    ["file:pass.txt", {}],
    ["stdin", { stdin: `${secret}\n` }],
    ["fd:3", { stdin: `${secret}\n` }],
    ["prompt", { askPassphrase: () => Promise.resolve(secret) }],
    [`pass:${secret}`, {}],
  ])("comes from %s, and is read once", async (source, world) => {
    let reads = 0;
    const counted = memorySystem({ ...files, ...locked, "pass.txt": secret }, world);
    const system = {
      ...counted,
      readDescriptor: (descriptor: number, limit: number) => {
        reads++;
        return counted.readDescriptor(descriptor, limit);
      },
    };
    const said: string[] = [];
    const talking = {
      ...system,
      print: (text: string) => void said.push(text),
      complain: (text: string) => void said.push(text),
    };
    const manifest = Array.from({ length: 3 }, (_, index) => ({
      name: `${index}`,
      certificate: "p/a/sensor.crt",
      key: "p/a/sensor.key",
      chain: "p/ca.pem",
    }));
    const readFile: System["readFile"] = (path, limit) =>
      path === "f.json" ? Buffer.from(JSON.stringify(manifest)) : counted.readFile(path, limit);
    const isFile: System["isFile"] = (path) => (path === "f.json" ? true : counted.isFile(path));
    const argv = ["fleet", "f.json", "--ignore", "fleet/*", "--passin", source, "--format", "jsonl"];
    expect(await main(argv, { ...talking, readFile, isFile })).toBe(0);
    expect(reads).toBeLessThan(2);
    expect(said.join("")).not.toContain(secret);
    expect(said.join("").match(/"verdict":"ready","messages"/g)).toHaveLength(3);
  });

  test.each([
    ["env:PHRASE", "--passin env:PHRASE: the variable is not set"],
    ["file:none.txt", "--passin file:: no such file"],
    ["prompt", "--passin prompt: there is no terminal to ask at"],
    ["Sensor", "--passin has an unknown form"],
  ])("%s that gives none is a usage error", async (source, message) => {
    const { exitCode, err } = await fleet(`p --passin ${source}`, locked);
    expect([exitCode, err.split("\n")[0]]).toEqual([2, `certcheck: ${message}`]);
  });

  test("without one nobody waits: the key is not opened", async () => {
    const askPassphrase = (): never => {
      throw new Error("nobody is to be asked");
    };
    const { exitCode, report } = await fleet(`p ${JSON_REPORT}`, locked, { askPassphrase });
    expect(exitCode).toBe(1);
    expect(report?.bundles[0]?.results.map(({ rule }) => rule)).toEqual(["passphrase/opens-key"]);
  });

  test("an appliance has its own", async () => {
    const manifest = '[{"certificate":"p/a/sensor.crt","key":"p/a/sensor.key","chain":"p/ca.pem","passin":"env:OWN"}]';
    const more = { ...locked, "f.json": manifest };
    const { exitCode } = await fleet(`f.json ${JSON_REPORT} --passin env:ALL`, more, {
      env: { OWN: secret, ALL: "x" },
    });
    expect(exitCode).toBe(0);
  });
});

describe("options", () => {
  test("parts have all appliances once, whatever they are", async () => {
    const parts = await Promise.all([1, 2, 3].map((part) => fleet(`p --shard ${part}/3 ${JSON_REPORT}`)));
    expect(parts.map(({ report }) => report?.bundles.map(({ name }) => name))).toEqual([["p/a"], ["p/b"], []]);
    expect(parts.map(({ report }) => report?.fleet.shard)).toEqual(["1/3", "2/3", "3/3"]);
  });

  test("a chain for those that have none, from a variable too", async () => {
    const more = { "p/ca.pem": undefined, "ca.pem": one["ca.pem"] };
    expect((await fleet("p --chain ca.pem", more)).exitCode).toBe(0);
    const lacking = await fleet(`p ${JSON_REPORT} --severity chain/trusted=error`, {
      ...more,
      "p/ca.pem": one["sensor.crt"],
    });
    expect(lacking.exitCode).toBe(1);
    expect((await fleet("p --chain env:CHAIN", more, { env: { CHAIN: one["ca.pem"] } })).exitCode).toBe(0);
  });

  test("a configuration's chain is nobody's stray", async () => {
    const more = { "p/certcheck.config.yaml": "chain: [all.pem]\n", "p/all.pem": one["ca.pem"], "p/ca.pem": undefined };
    const { exitCode, report } = await fleet(`p --config p/certcheck.config.yaml ${JSON_REPORT}`, more);
    expect([exitCode, report?.fleet.strays]).toEqual([0, []]);
  });

  test.each([
    ["", 1],
    ["--fail-on never", 0],
    ["--ignore fleet/*", 0],
    ["--severity fleet/unique-*=info", 0],
  ])("conflicts and %j: exit %i", async (options, expected) => {
    const twins = { "p/b/sensor.crt": one["sensor.crt"], "p/b/sensor.key": one["sensor.key"] };
    expect((await fleet(`p ${options}`, twins)).exitCode).toBe(expected);
  });
});

test("options behind a verb are that verb's", async () => {
  const lines = await fleet("p --format jsonl");
  expect(await fleet("merge a.jsonl --format jsonl=b.jsonl", { "a.jsonl": lines.out })).toMatchObject({
    exitCode: 0,
    out: "",
    err: "",
    written: ["b.jsonl"],
  });
  expect((await fleet("init p --config none.yaml")).err).toBe("certcheck: none.yaml: no such file\n");
});

test("the help of fleets names all formats, and that of certcheck the verb", async () => {
  const { out } = await fleet("--help");
  expect(out).toMatch(/--shard <i\/n>[^]*init [^]*merge /);
  const system = memorySystem({});
  await main(["--help"], system);
  expect(system.out).toMatch(/\n {2}fleet <source\.\.\.> +check many appliances/);
});
