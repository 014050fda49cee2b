/** Manifests in their three forms: what they say, what is wrong and where, and what a stranger's must not do. */
import { assert, asyncProperty, constantFrom, nat, oneof, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { discover } from "../../src/fleet/discovery.ts";
import { UsageError } from "../../src/errors.ts";
import { type Files, memorySystem } from "../support/bundle.ts";
import { keyPem } from "../support/mint.ts";
import { processorTime } from "../support/processor-time.ts";

const surroundings = { used: [], written: [], manifests: true };

const names = ["p/a.crt", "p/a.key", "p/b/x.crt", "p/b/x.key", "p/ca.pem", "p/root.pem", "p/pass.txt"];
const files: Files = Object.fromEntries(names.map((name) => [name, ""]));

async function read(file: string, text: string | Uint8Array, operands = [file], more: Files = {}) {
  const system = memorySystem({ ...files, ...more, [file]: text });
  return { ...(await discover(operands, surroundings, system)), err: system.err };
}

const complaintOf = async (file: string, text: string | Uint8Array, more: Files = {}): Promise<UsageError> => {
  const error: unknown = await read(file, text, [file], more).catch((thrown: unknown) => thrown);
  if (error instanceof UsageError) return error;
  throw new Error(`no usage error: ${JSON.stringify(error)}`);
};

const yaml = `appliances:
  - name: Plant A
    certificate: a.crt
    key: a.key
    chain: [ca.pem, root.pem]
    passin: file:pass.txt
    host: [a.contoso.com, a]
    addresses: 192.0.2.17
    owner: OT team
  - certificate: b/x.crt
    passin: env:PASSPHRASE
    chain: ca.pem
`;
const json = `{
  "appliances": [
    { "name": "Plant A", "certificate": "a.crt", "key": "a.key", "chain": ["ca.pem", "root.pem"],
      "passin": "file:pass.txt", "host": ["a.contoso.com", "a"], "addresses": "192.0.2.17", "owner": "OT team" },
    { "certificate": "b/x.crt", "passin": "env:PASSPHRASE", "chain": "ca.pem" }
  ]
}
`;
const csv = `Name,Certificate,key,chain,chain,passin,host,addresses,owner
Plant A,a.crt,a.key,ca.pem,root.pem,file:pass.txt,a.contoso.com a,192.0.2.17,OT team
,b/x.crt,,ca.pem,,env:PASSPHRASE
`;

describe("says the same", () => {
  const bare = yaml.replace("appliances:\n", "").replace(/^ {2}/gm, "");
  test.each<[what: string, file: string, text: string]>([
    ["YAML", "p/fleet.yaml", yaml],
    ["YAML, a bare list", "p/fleet.yml", bare],
    ["YAML with a byte order mark and CR LF", "p/fleet.yaml", `\ufeff${yaml.replaceAll("\n", "\r\n")}`],
    ["JSON", "p/fleet.json", json],
    ["JSON, a bare list", "p/fleet.json", JSON.stringify(Object.values(JSON.parse(json) as object)[0])],
    ["CSV", "p/fleet.csv", csv],
    ["CSV as Excel writes it", "p/FLEET.CSV", `\ufeff${csv.replaceAll("\n", "\r\n").replaceAll(",", ";")}`],
    [
      "CSV with tabs, quotes and empty lines",
      "p/fleet.csv",
      csv.replaceAll(",", "\t").replace("Plant A", '"Plant A"').replaceAll("\n", "\n\n"),
    ],
  ])("%s", async (_what, file, text) => {
    expect(await read(file, text)).toEqual({
      appliances: [
        {
          name: "Plant A",
          certificate: "p/a.crt",
          key: "p/a.key",
          chains: ["p/ca.pem", "p/root.pem"],
          passphrase: "file:p/pass.txt",
          hosts: [
            { kind: "name", value: "a.contoso.com" },
            { kind: "name", value: "a" },
            { kind: "address", value: "192.0.2.17" },
          ],
          owner: "OT team",
        },
        { name: "p/b", certificate: "p/b/x.crt", chains: ["p/ca.pem"], passphrase: "env:PASSPHRASE", hosts: [] },
      ],
      strays: [{ file: "p/b/x.key", kind: "key" }],
      manifests: [file],
      err: "",
    });
  });
});

describe("in a folder", () => {
  test.each(["certcheck.fleet.yaml", "certcheck.fleet.yml", "certcheck.fleet.json"])("%s counts", async (name) => {
    const text = JSON.stringify([{ certificate: "a.crt" }]);
    const { appliances, manifests } = await read(`p/${name}`, text, ["p"]);
    expect([appliances.map(({ name: one }) => one), manifests]).toEqual([["p"], [`p/${name}`]]);
    // Only that of the folder that is named.
    expect((await read(`p/${name}`, text, ["."])).manifests).toEqual([]);
  });

  test("two of them are too many", async () => {
    const other = { "p/certcheck.fleet.json": "[]" };
    await expect(read("p/certcheck.fleet.yaml", "[]", ["p"], other)).rejects.toThrow(
      "p/certcheck.fleet.json and p/certcheck.fleet.yaml: two manifests",
    );
  });

  test("beside folders, an appliance counts once, as the manifest has it", async () => {
    const text = JSON.stringify([{ name: "p/b", certificate: "p/a.crt" }]);
    const { appliances, strays } = await read("fleet.json", text, ["p", "fleet.json"]);
    expect(appliances.map(({ name, certificate }) => [name, certificate])).toEqual([
      ["p/b", "p/a.crt"],
      ["p/b/x.crt", "p/b/x.crt"],
    ]);
    expect(strays.map(({ file }) => file)).toEqual(["p/a.key", "p/ca.pem", "p/pass.txt", "p/root.pem"]);
  });
});

describe("is refused", () => {
  const entry = (more: object): string =>
    JSON.stringify([{ certificate: "a.crt" }, { certificate: "b/x.crt", ...more }], undefined, 1);
  const keys = "name, certificate, key, chain, passin, host, addresses, owner";

  test.each<[what: string, file: string, text: string | Uint8Array, message: string]>([
    ["what is no YAML", "f.yaml", "a: [", "f.yaml:1:5: not sound YAML: bad indent"],
    ["nothing", "f.yaml", "", "f.yaml:1:1: no list of appliances"],
    ["nothing", "f.csv", "\n", "f.csv: no list of appliances"],
    ["a text", "f.yaml", "just words", "f.yaml:1:1: no list of appliances"],
    ["something else", "f.yaml", "warnDays: 45\n", "f.yaml:1:1: a manifest has its list under the key appliances"],
    [
      "another key",
      "f.yaml",
      "aplliances: 1\nappliances: []\n",
      "f.yaml:1:1: aplliances: no such key; did you mean appliances?",
    ],
    ["no list", "f.json", '{\n"appliances": 3}', "f.json:2: appliances is no list"],
    ["what is no JSON", "f.json", "", "f.json: not sound JSON"],
    [
      "an entry that is none",
      "f.yaml",
      "- certificate: p/a.crt\n- p/b/x.crt\n",
      "f.yaml:2:3: appliances[1]: is no appliance",
    ],
    ["no certificate", "f.yaml", "- certificate: p/a.crt\n- name: a\n", "f.yaml:2:3: appliances[1]: lacks certificate"],
    ["no certificate", "p/f.json", entry({ certificate: undefined }), "p/f.json:5: appliances[1]: lacks certificate"],
    [
      "a key that is misspelt",
      "p/f.json",
      entry({ certifcate: "x" }),
      "p/f.json:7: appliances[1].certifcate: no such key; did you mean certificate?",
    ],
    [
      "another word",
      "p/f.json",
      entry({ Password: "x" }),
      "p/f.json:7: appliances[1].Password: no such key; did you mean passin?",
    ],
    [
      "a strange key",
      "p/f.json",
      entry({ colour: "red" }),
      `p/f.json:7: appliances[1].colour: no such key; known here are ${keys}`,
    ],
    [
      "a passphrase",
      "p/f.json",
      entry({ passin: "pass:Hunter2" }),
      "p/f.json:7: appliances[1].passin: would stand here for all to read: write env:NAME or file:PATH",
    ],
    [
      "a passphrase",
      "p/f.json",
      entry({ passin: "Hunter2" }),
      "p/f.json:7: appliances[1].passin: is neither env:NAME nor file:PATH",
    ],
    [
      "a host that is none",
      "p/f.json",
      entry({ host: ["a", "a b"] }),
      'p/f.json:7: appliances[1].host: "a b" is not a host name',
    ],
    [
      "an address that is none",
      "p/f.json",
      entry({ addresses: "192.0.2" }),
      'p/f.json:7: appliances[1].addresses: "192.0.2" is not an IP address',
    ],
    [
      "a number for a name",
      "f.yaml",
      "- certificate: p/a.crt\n  name: 17\n",
      "f.yaml:2:3: appliances[0].name: 17 is not a text: put it in quotes",
    ],
    [
      "one name twice",
      "f.csv",
      "certificate,name\np/a.crt,A\np/b/x.crt,A\n",
      'f.csv:3: name: "A" is the name of another appliance too',
    ],
    ["columns without names", "f.csv", "p/a.crt,p/a.key\n", "f.csv:1: the first line does not name the columns"],
    [
      "a column that is misspelt",
      "f.csv",
      "name,certificat\n",
      "f.csv:1: column 2: no such column; did you mean certificate?",
    ],
    ["a column too few", "f.csv", "name,key\n", "f.csv:1: lacks the column certificate"],
    ["a column twice", "f.csv", "certificate,key,key\n", "f.csv:1: two columns key"],
    ["a cell too many", "f.csv", "certificate\np/a.crt,x\n", "f.csv:2: a cell that is in no column"],
    ["a quote that does not end", "f.csv", 'certificate\n"p/a.crt\n', "f.csv:2: not sound CSV: quote not closed"],
    ["UTF-16", "f.csv", Buffer.from("\ufeffcertificate\n", "utf16le"), "f.csv: not a text in UTF-8"],
    [
      "a key twice",
      "f.yaml",
      "- certificate: p/a.crt\n  certificate: p/a.crt\n",
      "f.yaml:2:3: not sound YAML: duplicate key",
    ],
    [
      "a reserved key",
      "f.yaml",
      "- certificate: p/a.crt\n  __proto__: {}\n",
      "f.yaml:2:3: not sound YAML: reserved key",
    ],
    ["much YAML", "f.yaml", " ".repeat(4 * 1024 * 1024 + 1), "f.yaml: larger than 4 MiB"],
  ])("%s (%s)", async (_what, file, text, message) => {
    expect(await complaintOf(file, text)).toMatchObject({ message });
  });

  test("with all mistakes, up to ten", async () => {
    const { message } = await complaintOf("f.json", JSON.stringify(Array.from({ length: 30 }, () => ({}))));
    expect(message.split("\n")).toHaveLength(11);
    expect(message).toMatch(/^f\.json:1: appliances\[0\]: lacks certificate\n[^]*\nf\.json: and more$/);
  });

  test("if its name is that of another manifest's appliance", async () => {
    const other = { "g.json": '[{"name":"A","certificate":"p/b/x.crt"}]' };
    await expect(read("f.json", '[{"name":"A","certificate":"p/a.crt"}]', ["f.json", "g.json"], other)).rejects.toThrow(
      "two appliances are called A",
    );
  });
});

describe("a stranger's", () => {
  const places = [
    "-",
    "env:HOME",
    "/dev/stdin",
    "/proc/self/environ",
    "\\\\server\\share\\a.crt",
    "//server/a.crt",
    "../../../dev/stdin",
    "p/../../dev/zero",
    "a\0b",
  ];
  test.each(["certificate", "key", "chain", "passin"])("cannot have anything else read as %s", async (key) => {
    for (const place of places) {
      if (place === "-" && key === "passin") continue;
      const value = key === "passin" ? `file:${place}` : place;
      const { message } = await complaintOf("f.json", JSON.stringify([{ certificate: "p/a.crt", [key]: value }]));
      expect(message).toContain("is not the name of a file");
    }
  });

  test("cannot have a folder, a pipe or a device read", async () => {
    const { message } = await complaintOf("f.json", '[{"certificate":"p/b"}]');
    expect(message).toBe("f.json:1: appliances[0].certificate: leads to a folder, a device or a pipe");
  });

  const pem = keyPem("leaf");
  test.each<[what: string, file: string, text: string]>([
    ["a key in place of it", "f.yaml", pem],
    ["a key in place of it", "f.json", pem],
    ["a key in place of it", "f.csv", pem],
    ["a key for a name", "f.json", JSON.stringify([{ certificate: "p/a.crt", key: pem }])],
    ["part of a key for a name", "f.json", JSON.stringify([{ certificate: "p/a.crt", key: pem.split("\n")[3] }])],
    ["a key for an appliance's name", "f.json", JSON.stringify([{ certificate: "p/a.crt", name: pem }])],
    ["a key for a key", "f.json", JSON.stringify([{ certificate: "p/a.crt", [pem]: "x" }])],
    ["a key at the top", "f.json", JSON.stringify({ [pem]: "x" })],
    ["a key in a cell", "f.csv", `certificate,key\np/a.crt,"${pem}"\n`],
    ["a key for a host", "f.csv", `certificate,host\np/a.crt,"${pem.split("\n")[3]}"\n`],
    ["a key for a column", "f.csv", `certificate,"${pem}"\n`],
    ["a key behind what is no JSON", "f.json", `{"certificate": ${pem}`],
  ])("is not repeated: %s (%s)", async (_what, file, text) => {
    const { message, hint = "" } = await complaintOf(file, text);
    for (const line of pem.split("\n").slice(1, -2)) expect(message + hint).not.toContain(line.slice(0, 8));
  });

  test("may have one chain for all by an alias", async () => {
    const text = Array.from({ length: 500 }, (_, index) =>
      index === 0
        ? "- { certificate: p/a.crt, chain: &ca [p/ca.pem] }"
        : `- { certificate: p/${index}.crt, chain: *ca }`,
    ).join("\n");
    expect((await read("f.yaml", text)).appliances.filter(({ chains }) => chains.length === 1)).toHaveLength(500);
  });

  test("stays small where it says all", async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f", "g", "h"].map((name, index) => `${name}: &${name} [${Array(8).fill(`*${"abcdefg"[index]}`).join()}]`).join("\n")}\n`;
    for (const text of [
      bomb,
      `- certificate: &z ${bomb.replace(/^/gm, "  ").trim()}`,
      `- ${bomb.replace(/\n(?=.)/g, "\n  ")}`,
    ])
      expect((await complaintOf("f.yaml", text)).message.length).toBeLessThan(2000);
  });
});

test.each([
  ["f.yaml", yaml],
  ["f.json", json],
  ["f.csv", csv],
])("%s: whatever stands there is read, or refused with its place", async (file, sound) => {
  const noise = oneof(string({ unit: "binary", maxLength: 6 }), constantFrom(..."\n,;:\"'[]{}-&*#|>\t".split("")));
  const damaged = tuple(nat(sound.length), nat(20), noise).map(
    ([at, length, text]) => sound.slice(0, at) + text + sound.slice(at + length),
  );
  await assert(
    asyncProperty(oneof(damaged, string({ maxLength: 60 })), async (text) => {
      const outcome: unknown = await read(file, text).catch((error: unknown) => error);
      if (outcome instanceof UsageError) expect(outcome.message).toMatch(/^(?:f\.\w+[: ]|two appliances)/);
      else expect(outcome).not.toBeInstanceOf(Error);
    }),
    { numRuns: 150 },
  );
});

test("twenty thousand appliances are read in seconds", async () => {
  const all = Array.from({ length: 20_000 }, (_, index) => ({
    name: `appliance ${index}`,
    certificate: `p/${index}.crt`,
    key: `p/${index}.key`,
    chain: "p/ca.pem",
  }));
  const csvText = `name,certificate,key,chain\n${all.map((one) => Object.values(one).join()).join("\n")}`;
  const start = processorTime();
  expect((await read("f.json", JSON.stringify(all))).appliances).toHaveLength(20_000);
  expect((await read("f.csv", csvText)).appliances).toHaveLength(20_000);
  expect(processorTime() - start).toBeLessThan(10_000);
});
