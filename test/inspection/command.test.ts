/** The verb `inspect`: exit codes, bounds, formats, and what every file of the fixtures comes to. */
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import type { System } from "../../src/system/system.ts";
import { TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { handMade, hex, text } from "../pki/hand-made.ts";
import { applianceFiles, type Files, memorySystem } from "../support/bundle.ts";
import { strictInspectSchema } from "../support/inspect-schema.ts";
import { mintRequest, pem } from "../support/mint.ts";
import { mintCrl } from "../support/mint-crl.ts";

const appliance = await applianceFiles();
const chain = (appliance["ca.pem"] ?? "").split(/(?<=-----END CERTIFICATE-----\n)/);

async function cli(
  argv: readonly string[],
  files: Files = {},
  more: Partial<System> & { readonly stdin?: string | Uint8Array } = {},
) {
  const system = memorySystem({ ...appliance, ...files }, more);
  const exitCode = await main(["inspect", ...argv], system);
  return { exitCode, out: system.out, err: system.err, written: system.written };
}

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
// As far as these tests look, JSON has what the model has.
const validate = ajv.compile<Inspection>(strictInspectSchema);

/** The inspection as JSON has it; what is not as the schema says fails the test. */
async function inspection(...given: Parameters<typeof cli>): Promise<Inspection> {
  const [argv, ...more] = given;
  const { exitCode, out } = await cli([...argv, "--format", "json"], ...more);
  const report: unknown = JSON.parse(out);
  if (!validate(report)) throw new Error(JSON.stringify(validate.errors));
  expect(report.exitCode).toBe(exitCode);
  return report;
}

describe("usage errors: exit 2, nothing on standard output", () => {
  test.each<[what: string, argv: readonly string[], message: string]>([
    ["no file", [], "missing required argument 'file'"],
    ["a file that is not there", ["missing.crt"], "missing.crt: no such file"],
    ["one of several that is not there", ["sensor.crt", "missing.crt"], "missing.crt: no such file"],
    ["standard input twice", ["-", "-"], "standard input can be read once only"],
    ["a variable that is not set", ["env:NOT_SET"], "env:NOT_SET: the variable is not set"],
    ["a serial number that is none", ["sensor.crt", "--serial", "5a1g"], "Write it in hexadecimal digits"],
    ["an empty serial number", ["sensor.crt", "--serial", "0x"], "Write it in hexadecimal digits"],
    ["a serial number longer than any", ["sensor.crt", "--serial", "5a".repeat(49)], "Write it in hexadecimal digits"],
    ["a serial number without a list", ["sensor.crt", "--serial", "5a17"], "--serial: none of the files is a CRL"],
    ["another format", ["sensor.crt", "--format", "junit"], "Formats are human, json."],
    ["the report in the place of a file", ["sensor.crt", "--format", "json=sensor.crt"], "is a file to check"],
    ["the report in the place of standard input", ["-", "--format", "json=/dev/stdin"], "is a file to check"],
    [
      "the report in the place of the passphrase",
      ["sensor.crt", "--passin", "file:pass.txt", "--format", "json=pass.txt"],
      "is a file to check",
    ],
    ["too many files", Array.from({ length: 101 }, () => "sensor.crt"), "more than 100 files"],
    ["a passphrase from nowhere", ["sensor.crt", "--passin", "Secret"], "--passin has an unknown form"],
  ])("%s", async (_what, argv, message) => {
    const { exitCode, out, err } = await cli(argv);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).not.toContain("Secret");
  });
});

const key = appliance["sensor.key"] ?? "";
const crl = mintCrl({ entries: [{ serialNumber: "5a17", reason: 4 }, { serialNumber: "00aa" }] });

describe("exit codes", () => {
  test.each<[what: string, expected: number, argv: readonly string[], files: Files]>([
    ["a certificate", 0, ["sensor.crt"], {}],
    ["an expired certificate: nothing is judged", 0, ["sensor.crt", "--at", "2050-01-01"], {}],
    ["a difference: neither", 0, ["sensor.crt", "other.crt"], { "other.crt": chain[0] }],
    ["a key of another certificate: neither", 0, ["other.crt", "sensor.key"], { "other.crt": chain[0] }],
    ["nothing in it", 1, ["empty"], { empty: "" }],
    ["something else", 1, ["page"], { page: "<html></html>" }],
    ["one file of several", 1, ["sensor.crt", "page"], { page: "<html></html>" }],
    ["a block of several", 1, ["both"], { both: `${appliance["sensor.crt"]}${key.slice(0, 300)}` }],
    ["blanks behind lines", 0, ["blanks"], { blanks: (appliance["sensor.crt"] ?? "").replaceAll("\n", " \n") }],
    ["a list", 0, ["list"], { list: crl }],
    ["a list with the serial number", 1, ["list", "--serial", "5A:17"], { list: crl }],
    ["the same, with zeros before it", 1, ["list", "--serial", "0x00005a17"], { list: crl }],
    ["an odd number of digits", 1, ["list", "--serial", "AA"], { list: crl }],
    ["a list without the serial number", 0, ["list", "--serial", "5a18"], { list: crl }],
    ["a list that is cut off", 1, ["list", "--serial", "5a18"], { list: crl.subarray(0, 200) }],
    ["a certificate on a list", 1, ["list", "sensor.crt"], { list: crl }],
    ["a CA of another issuer with a list", 0, ["list", "ca"], { list: crl, ca: chain[1] }],
  ])("%s: %i", async (_what, expected, argv, files) => {
    const { exitCode, err } = await cli(argv, files);
    expect([exitCode, err]).toEqual([expected, ""]);
  });
});

test.each([
  ["ff", "ff (the octets of a negative number)"],
  ["00ff", "ff (decimal 255)"],
])("the serial number of the octets %s", async (octets, told) => {
  const certificate = handMade({ serialNumber: encode(TAG.integer, hex(octets)) });
  const { out } = await cli(["odd.crt"], { "odd.crt": certificate });
  expect(out).toContain(`Serial number  ${told}\n`);
});

test("a certificate for a day", async () => {
  const { out } = await cli(["day.crt"], { "day.crt": handMade({ notAfter: text(TAG.utcTime, "260102000000Z") }) });
  expect(out).toContain("its own: 1 day, 2026-01-01 to 2026-01-02");
});

test("an encrypted key asks at a terminal, and is told of if nobody answers", async () => {
  const encrypted = readFileSync("fixtures/keys/leaf-encrypted.key", "utf8");
  const asked: string[] = [];
  const askPassphrase = (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve("Sensor-2026!");
  };
  const answered = await cli(["sensor.key"], { "sensor.key": encrypted }, { askPassphrase });
  expect(asked).toEqual(["Passphrase of sensor.key: "]);
  expect(answered.out.replace(/\s+/g, " ")).toContain("opened by the passphrase");
  const alone = await cli(["sensor.key"], { "sensor.key": encrypted });
  expect([alone.exitCode, alone.out.replace(/\s+/g, " ").includes("give its passphrase with --passin")]).toEqual([
    0,
    true,
  ]);
});

test("a passphrase on the command line is warned of", async () => {
  const { err } = await cli(["sensor.crt", "--passin", "pass:Sensor-2026!"]);
  expect(err).toContain("other users of this machine can see a passphrase");
});

test("two reports of one run: people's and JSON", async () => {
  const { out, written } = await cli(["sensor.crt", "--format", "json=report.json", "--format", "human"]);
  expect(out).toMatch(/^sensor\.crt {2}certificate, PEM\n/);
  expect(validate(JSON.parse(written.get("report.json") ?? ""))).toBe(true);
});

test("what is compared is told in a line each, one as one", async () => {
  const one = mintCrl({ entries: [{ serialNumber: "5a17" }] });
  const lists = await cli(["a.crl", "b.crl"], { "a.crl": one, "b.crl": crl });
  expect(lists.out).toMatch(/^a\.crl {2}revocation list of .*, 1 entry\nb\.crl {2}revocation list of .*, 2 entries\n/);
  const certificates = await cli(["sensor.crt", "sensor.crt", "--at", "2048-01-02T12:00:00Z"]);
  expect(certificates.out).toContain("sensor.contoso.com, expired on 2048-01-01, 1 day ago\n");
});

test("standard input and variables", async () => {
  const coded = Buffer.from(key).toString("base64");
  const { files } = await inspection(["-", "env:KEY"], {}, { stdin: crl, env: { KEY: coded } });
  expect(files.map(({ file, items }) => [file, items.map(({ kind }) => kind)])).toEqual([
    ["-", ["CRL"]],
    ["env:KEY", ["private key"]],
  ]);
});

/** As many entries as make a list larger than anything else that is read. */
const MANY = 200_000;

/** A list of 5 MB. */
function largeList(): Buffer {
  const entry = Buffer.from("3015020400000000170d3236313030313030303030305a", "hex");
  entry[1] = entry.length - 2;
  const entries = Buffer.alloc(entry.length * MANY);
  for (let index = 0; index < MANY; index++) {
    entry.copy(entries, index * entry.length);
    entries.writeUInt32BE(0x40000000 + index, index * entry.length + 4);
  }
  return mintCrl({ rawEntries: entries });
}

describe("a list larger than other files may be", () => {
  const large = largeList();
  /** Standard input, as the system has it: what was read does not come again. */
  function stream(content: Uint8Array): Partial<System> {
    let at = 0;
    return {
      readDescriptor(_, limit) {
        at = Math.min(limit, content.length);
        return content.subarray(0, at);
      },
      *readPieces() {
        for (; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
      },
    };
  }
  test.each<[what: string, operand: string, files: Files, more: Partial<System>]>([
    ["a file", "large.crl", { "large.crl": large }, {}],
    ["standard input", "-", {}, stream(large)],
    ["a variable", "env:CRL", {}, { env: { CRL: large.toString("base64") } }],
  ])("is read as %s", async (_what, operand, files, more) => {
    expect(large.length).toBeGreaterThan(4 * 1024 * 1024);
    const last = (0x40000000 + MANY - 1).toString(16);
    const { files: told } = await inspection([operand, "--serial", last, "--serial", "77"], files, more);
    const [list] = told[0]?.items ?? [];
    if (list?.kind !== "CRL") throw new Error(`no CRL: ${JSON.stringify(told)}`);
    expect([told[0]?.problems, list.entries, list.sought.map(({ state }) => state)]).toEqual([
      [],
      MANY,
      ["revoked", "not on the list"],
    ]);
  });

  test("is told of where it breaks off", async () => {
    const cut = large.subarray(0, large.length - 100);
    const { files, exitCode } = await inspection(["cut.crl"], { "cut.crl": cut });
    expect([exitCode, files[0]?.problems]).toEqual([
      1,
      [
        {
          message: `truncated: the CRL ends after ${cut.length} bytes of the ${large.length} it declares`,
          offset: cut.length,
          hides: true,
        },
      ],
    ]);
  });

  test("is too large for a tree", async () => {
    const { exitCode, out } = await cli(["large.crl", "--asn1"], { "large.crl": large });
    expect([exitCode, out]).toEqual([1, expect.stringContaining("larger than 4 MiB: its tree is not shown")]);
  });

  test("what is as large and no list is not read", async () => {
    const { files, exitCode } = await inspection(["junk"], { junk: Buffer.alloc(4 * 1024 * 1024 + 1, "junk ") });
    expect([exitCode, files[0]?.problems.map(({ message }) => message)]).toEqual([
      1,
      ["larger than 4 MiB: it was not read"],
    ]);
  });
});

describe("what belongs together", () => {
  test("a key in one file, a certificate and a request in others", async () => {
    const request = pem("CERTIFICATE REQUEST", await mintRequest());
    const { files } = await inspection(["sensor.key", "sensor.crt", "sensor.csr", "ca.pem"], { "sensor.csr": request });
    const [item] = files[0]?.items ?? [];
    expect(item?.kind === "private key" && item.belongsTo.map(({ kind, file }) => [kind, file])).toEqual([
      ["certificate", "sensor.crt"],
      ["request", "sensor.csr"],
    ]);
  });
});

/** All files of the fixtures, each content once. */
const fixtureFiles = new Map(
  readdirSync("fixtures", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:ts|txt|json|md|html|xml|sarif)$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      return [createHash("sha256").update(content).digest("hex"), { path, content }] as const;
    }),
);

test("every file of the fixtures is told of in the shape of the schema, with its ASN.1", async () => {
  expect(fixtureFiles.size).toBeGreaterThan(150);
  for (const { path, content } of fixtureFiles.values()) {
    const { files } = await inspection(["it", "--asn1"], { it: content });
    expect(files[0]?.asn1?.length, path).toBeGreaterThan(0);
  }
});
