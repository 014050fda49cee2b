/** A check with a configuration: what of it counts, and what the command line says instead. */
import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { applianceFiles, type Files, memorySystem } from "../support/bundle.ts";

const FILE = "certcheck.config.yaml";
const good = await applianceFiles();
/** Expires in ten days. */
const expiring = await applianceFiles({ leaf: { notAfter: "2026-12-01T00:00:00Z" } });
/** Of its own making. */
const selfSigned = await applianceFiles({ leaf: { signer: "leaf" }, cas: [] });

async function cli(argv: string, configuration: string, files: Files = {}) {
  const system = memorySystem({ ...good, [FILE]: configuration, ...files });
  const exitCode = await main(argv.split(" "), system);
  const json = argv.endsWith("--format json") ? (JSON.parse(system.out || "{}") as JsonReport) : undefined;
  return { exitCode, err: system.err, json, written: system.written };
}

interface JsonReport {
  readonly edition: string;
  readonly verdict: string;
  readonly exitCode: number;
  readonly configuration?: string;
  readonly waivers?: readonly { readonly state: string }[];
  readonly bundles: readonly [
    {
      readonly results: readonly {
        readonly rule: string;
        readonly outcome: string;
        readonly severity: string;
        readonly reason?: string;
        readonly waived?: object;
      }[];
    },
  ];
}

const CHECK = "sensor.crt sensor.key --chain ca.pem";

/** What came of a rule. */
async function result(rule: string, argv: string, configuration: string, files: Files = {}) {
  const { json } = await cli(`${argv} --format json`, configuration, files);
  return json?.bundles[0].results.find((one) => one.rule === rule);
}

describe("the configuration says", () => {
  test("its place in the report", async () => {
    const { json } = await cli(`${CHECK} --format json`, "{}");
    expect(json).toMatchObject({ configuration: FILE, exitCode: 0 });
    expect(json).not.toHaveProperty("waivers");
  });

  test.each<[what: string, configuration: string, rule: string, expected: object, files?: Files]>([
    ["edition", "edition: 2021", "crl-point/absent", { outcome: "skipped" }],
    ["validation", "validation: false", "chain/trusted", { outcome: "skipped" }],
    [
      "allowSelfSigned",
      "allowSelfSigned: true",
      "certificate/not-self-signed",
      { outcome: "fails", severity: "warning" },
      selfSigned,
    ],
    ["warnDays", "warnDays: 5", "validity/not-expiring-soon", { outcome: "holds" }, expiring],
    ["handshake", "handshake: true", "handshake/completes", { outcome: "holds" }],
    ["only", "only: [key/size]", "chain/trusted", { reason: `deselected by ${FILE}` }],
    ["ignore", "ignore: ['chain/*']", "chain/trusted", { reason: `deselected by ${FILE}` }],
    ["severity", "severity: { validity/*: info }", "validity/not-expiring-soon", { severity: "info" }, expiring],
    ["requirements", "requirements: { issuers: [Other CA] }", "policy/issuer", { outcome: "fails" }],
    ["roots", "roots: [ca.pem]", "chain/trusted", { outcome: "holds" }],
    [
      "a waiver by fingerprint, as openssl writes it",
      `waivers: [{ rule: "validity/*", subject: "${fingerprintOf(expiring["sensor.crt"])}", reason: a, owner: b, until: 2027-01-31 }]`,
      "validity/not-expiring-soon",
      { outcome: "fails", waived: { reason: "a", owner: "b", until: "2027-01-31" } },
      expiring,
    ],
    [
      "a waiver by path, written from here",
      'waivers: [{ rule: "validity/*", subject: ./sensor.crt, reason: a, owner: b, until: 2027-01-31 }]',
      "validity/not-expiring-soon",
      { outcome: "fails", waived: { reason: "a", owner: "b", until: "2027-01-31" } },
      expiring,
    ],
    [
      "a profile",
      "warnDays: 30\nseverity: { validity/*: error }\nprofiles: [{ files: ['*.crt'], severity: { validity/*: info } }]",
      "validity/not-expiring-soon",
      { severity: "info" },
      expiring,
    ],
  ])("%s", async (_what, configuration, rule, expected, files) => {
    expect(await result(rule, CHECK, configuration, files)).toMatchObject(expected);
  });

  test("chain, from its own folder", async () => {
    const found = await result("chain/trusted", "sensor.crt", "chain: [sub/ca.pem]", { "sub/ca.pem": good["ca.pem"] });
    expect(found).toMatchObject({ outcome: "holds" });
  });

  test.each<[string, string, number]>([
    ["failOn: warning", CHECK, 1],
    ["failOn: error", CHECK, 0],
    ["failOn: warning\nprofiles: [{ files: [sensor.crt], failOn: never }]", CHECK, 0],
    ["failOn: warning", `${CHECK} --fail-on never`, 0],
    ["failOn: warning", `${CHECK} --no-config`, 0],
  ])("%j, %s: exit %i", async (configuration, argv, exitCode) => {
    expect((await cli(argv, configuration, expiring)).exitCode).toBe(exitCode);
  });

  test("nothing of the verdict", async () => {
    const expired = await applianceFiles({ leaf: { notAfter: "2026-11-01T00:00:00Z" } });
    const configuration =
      "severity: { '*': info }\nwaivers: [{ rule: '*', subject: '*', reason: a, owner: b, until: 2027-01-31 }]";
    const { exitCode, json } = await cli(`${CHECK} --format json`, configuration, expired);
    expect({ exitCode, verdict: json?.verdict }).toEqual({ exitCode: 0, verdict: "refused" });
  });
});

describe("the command line goes before it", () => {
  test.each<[what: string, configuration: string, more: string, rule: string, expected: object]>([
    ["a value", "warnDays: 5", "--warn-days 30", "validity/not-expiring-soon", { outcome: "fails" }],
    ["only", "only: [key/size]", "--only chain/*", "chain/trusted", { outcome: "holds" }],
    ["only: its name", "only: [key/size]", "--only chain/*", "key/size", { reason: "deselected with --only" }],
    ["ignore is added", "ignore: [key/size]", "--ignore chain/*", "key/size", { reason: `deselected by ${FILE}` }],
    [
      "weights",
      "severity: { validity/not-expiring-soon: info }",
      "--severity validity/*=error",
      "validity/not-expiring-soon",
      { severity: "error" },
    ],
    ["no configuration", "ignore: [key/size]", "--no-config", "key/size", { outcome: "holds" }],
  ])("%s", async (_what, configuration, more, rule, expected) => {
    expect(await result(rule, `${CHECK} ${more}`, configuration, expiring)).toMatchObject(expected);
  });

  test("another file", async () => {
    const files = { "other.yaml": "ignore: [key/size]" };
    const found = await result("key/size", `${CHECK} --config other.yaml`, "not: read", files);
    expect(found).toMatchObject({ reason: "deselected by other.yaml" });
  });
});

describe("usage errors", () => {
  test.each<[what: string, argv: string, configuration: string, err: string]>([
    [
      "a mistake in it",
      CHECK,
      "warndays: 5",
      `certcheck: ${FILE}:1:1: warndays: no such key; did you mean warnDays?\n`,
    ],
    ["a file that it names", "sensor.crt", "chain: [none.pem]", "certcheck: none.pem: no such file\n"],
    ["a file that is not there", `${CHECK} --config none.yaml`, "", "certcheck: none.yaml: no such file\n"],
    [
      "a report over it",
      `${CHECK} --format json=${FILE}`,
      "",
      `certcheck: --format: ${FILE} is a file to check\ncertcheck: hint: give another name for the report\n`,
    ],
  ])("%s", async (_what, argv, configuration, err) => {
    const { exitCode, err: said, written } = await cli(argv, configuration);
    expect({ exitCode, said, written: written.size }).toEqual({ exitCode: 2, said: err, written: 0 });
  });
});

function fingerprintOf(certificate = ""): string {
  return new X509Certificate(certificate).fingerprint256;
}
