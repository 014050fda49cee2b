/** The library: what it says is what the command line says, of the very same files, and it cannot reach outside. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { format } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { main } from "../src/cli.ts";
import {
  check,
  type CheckOptions,
  checkRequest,
  type GivenFile,
  type ReportFormat,
  UsageError,
} from "../src/library.ts";
import * as library from "../src/library.ts";
import { formats } from "../src/reporters/index.ts";
import { memorySystem, NOW } from "./support/bundle.ts";
import { mintCrl } from "./support/mint-crl.ts";

const at = new Date(NOW);

const stored = (scenario: string, name: string): GivenFile => ({
  name,
  content: readFileSync(`fixtures/${scenario}/${name}`),
});

const upload = (scenario: string) => ({
  certificate: stored(scenario, "sensor.crt"),
  key: stored(scenario, "sensor.key"),
  chain: [stored(scenario, "ca.pem")],
});

/** What `certcheck --format json` prints of the same files. */
async function printed(argv: readonly string[], files: readonly GivenFile[]): Promise<unknown> {
  const contents = Object.fromEntries(files.map(({ name, content }) => [name, content]));
  const system = memorySystem(contents, { now: () => NOW, env: { CI: "true" } });
  const configuration = argv.some((word) => word.startsWith("--config")) ? [] : ["--no-config"];
  await main([...argv, "--format", "json", ...configuration], system);
  return JSON.parse(system.out);
}

const scenarios = readdirSync("fixtures").filter((name) =>
  ["sensor.crt", "sensor.key", "ca.pem"].every((file) => existsSync(`fixtures/${name}/${file}`)),
);

describe("says what the command line says", () => {
  test("there are scenarios", () => expect(scenarios.length).toBeGreaterThan(30));

  test.each(scenarios)("of %s", async (scenario) => {
    const files = upload(scenario);
    const report = await check(files, { at });
    const argv = ["sensor.crt", "sensor.key", "--chain", "ca.pem", "--at", "2026-11-21"];
    expect(JSON.parse(JSON.stringify(report))).toEqual(
      await printed(argv, [files.certificate, files.key, ...files.chain]),
    );
  });

  const cases: readonly (readonly [what: string, options: CheckOptions, argv: readonly string[]])[] = [
    ["an edition", { edition: "2021" }, ["--edition", "2021"]],
    ["validation off", { validation: false, handshake: true }, ["--no-validation", "--handshake"]],
    ["hosts", { hosts: ["sensor.contoso.com", "192.0.2.17"] }, ["--host=sensor.contoso.com", "--ip=192.0.2.17"]],
    [
      "a choice of rules",
      { only: ["chain/*", "validity/*"], ignore: ["chain/ordered"] },
      ["--only=chain/*,validity/*", "--ignore=chain/ordered"],
    ],
    [
      "weights",
      { severity: { "validity/*": "warning" }, failOn: "warning" },
      ["--severity=validity/*=warning", "--fail-on=warning"],
    ],
    ["days", { warnDays: 10 }, ["--warn-days=10"]],
    ["a handshake of another time", { handshake: true }, ["--handshake"]],
  ];
  test.each(cases)("with %s", async (_, options, argv) => {
    const files = upload("expired");
    const report = await check(files, { at, ...options });
    const words = ["sensor.crt", "sensor.key", "--chain", "ca.pem", "--at", "2026-11-21", ...argv];
    expect(JSON.parse(JSON.stringify(report))).toEqual(
      await printed(words, [files.certificate, files.key, ...files.chain]),
    );
  });

  test("of a test environment", async () => {
    const [certificate, key] = [stored("self-signed", "sensor.crt"), stored("self-signed", "sensor.key")];
    const report = await check({ certificate, key }, { at, allowSelfSigned: true });
    const words = ["sensor.crt", "sensor.key", "--at", "2026-11-21", "--allow-self-signed"];
    expect(JSON.parse(JSON.stringify(report))).toEqual(await printed(words, [certificate, key]));
  });

  test("of roots in a file of their own", async () => {
    const { certificate, key, chain } = upload("chain-without-root");
    const roots = [stored("ready", "ca.pem")].map((file) => ({ ...file, name: "roots.pem" }));
    const report = await check({ certificate, key, chain, roots }, { at });
    const words = ["sensor.crt", "sensor.key", "--chain=ca.pem", "--roots=roots.pem", "--at", "2026-11-21"];
    expect(JSON.parse(JSON.stringify(report))).toEqual(await printed(words, [certificate, key, ...chain, ...roots]));
  });

  test("of what an organisation requires", async () => {
    const files = upload("ready");
    const { bundles } = await check(files, { at, requirements: { issuers: ["Another CA"] } });
    const configuration = { name: "c.yaml", content: "requirements: { issuers: [Another CA] }" };
    const words = ["sensor.crt", "sensor.key", "--chain=ca.pem", "--at=2026-11-21", "--config=c.yaml"];
    const all = [files.certificate, files.key, ...files.chain, configuration];
    expect({ bundles: JSON.parse(JSON.stringify(bundles)) as unknown }).toEqual({
      bundles: ((await printed(words, all)) as { readonly bundles: unknown }).bundles,
    });
    expect(JSON.stringify(bundles)).toContain("Another CA");
  });

  test("of a request", async () => {
    const files = { request: stored("request-ready", "sensor.csr"), key: stored("request-ready", "sensor.key") };
    const report = await checkRequest(files, { at });
    expect(JSON.parse(JSON.stringify(report))).toEqual(
      await printed(["csr", "sensor.csr", "sensor.key"], [files.request, files.key]),
    );
  });
});

describe("opens what it is given", () => {
  const locked = () => ({
    certificate: stored("ready-encrypted-key", "sensor.crt"),
    key: stored("ready-encrypted-key", "sensor.key"),
  });
  const outcomeOf = async (passphrase?: string): Promise<string | undefined> => {
    const report = await check({ ...locked(), ...(passphrase !== undefined && { passphrase }) }, { at });
    return report.bundles[0]?.results.find(({ rule }) => rule === "passphrase/opens-key")?.outcome;
  };

  test("an encrypted key", async () => {
    const [, passphrase = ""] =
      /PASSPHRASE=(\S+)/.exec(readFileSync("fixtures/ready-encrypted-key/transcript.txt", "utf8")) ?? [];
    expect(passphrase).not.toBe("");
    expect([await outcomeOf(), await outcomeOf("another"), await outcomeOf(passphrase)]).toEqual([
      "fails",
      "fails",
      "holds",
    ]);
  });

  test("text as well as bytes", async () => {
    const { content } = stored("ready", "sensor.crt");
    const report = await check(
      { certificate: { name: "sensor.crt", content: Buffer.from(content).toString("utf8") } },
      { at },
    );
    expect(report.verdict).toBe("ready");
  });
});

test("looks into CRLs at hand", async () => {
  const crl = { name: "issuing.crl", content: mintCrl() };
  const { bundles } = await check({ ...upload("ready"), crls: [crl] }, { at });
  expect(bundles[0]?.crls).toMatchObject([{ name: "issuing.crl", kind: "file", state: "read" }]);
});

describe("writes every format of the command line", () => {
  test.each(formats)("%s", async (format) => {
    const report = await check(upload("expired"), { at });
    const text = await report.render(format satisfies ReportFormat, { columns: 100 });
    expect(text).toContain("validity/not-expired");
  });

  test("and is no part of the JSON", async () => {
    const report = await check(upload("ready"), { at });
    expect(JSON.parse(await report.render("json"))).toEqual(JSON.parse(JSON.stringify(report)));
  });
});

describe("refuses what its types do, for nobody else does in JavaScript:", () => {
  const given = { name: "sensor.crt", content: "" };
  const files: readonly (readonly [files: unknown, message: string])[] = [
    [undefined, "files: no object"],
    [{}, "certificate: missing"],
    [{ certificate: null }, "certificate: no file"],
    [{ certificate: { name: "sensor.crt", content: [48] } }, "certificate.content: neither bytes nor text"],
    [{ certificate: given, chian: [given] }, "chian: no such field; did you mean chain?"],
    [{ certificate: given, chain: given }, "chain: no list"],
    [{ certificate: given, crls: given }, "crls: no list"],
    [{ certificate: given, crls: [{ content: "" }] }, "crls[0].name: missing"],
    [{ certificate: given, key: "sensor.key" }, "key: no file"],
    [{ certificate: given, passphrase: Buffer.from("Hunter2") }, "passphrase: no text"],
  ];
  const options: readonly (readonly [options: unknown, message: string])[] = [
    [null, "options: no object"],
    [{ failon: "warning" }, "failon: no such field; did you mean failOn?"],
    [
      JSON.parse('{ "__proto__": {} }'),
      "__proto__: no such field; there are at, edition, validation, allowSelfSigned, warnDays, hosts, handshake, only, ignore, severity, failOn, requirements",
    ],
    [{ at: "2026-11-21" }, "at: no valid date"],
    [{ allowSelfSigned: "false" }, "allowSelfSigned: neither true nor false"],
    [{ validation: 0 }, "validation: neither true nor false"],
    [{ warnDays: NaN }, "warnDays: no whole number"],
    [{ hosts: "sensor.contoso.com" }, "hosts: no list"],
    [{ only: [3] }, "only[0]: no text"],
    [
      { requirements: { minKeySize: 4096 } },
      "requirements.minKeySize: no such field; there are issuers, names, subject, maximumLifetimeDays, minimumKeySize",
    ],
    [{ requirements: { issuers: "Contoso*" } }, "requirements.issuers: no list"],
    [{ requirements: { subject: { O: "Contoso" } } }, "requirements.subject.O: no list"],
  ];
  const said = async (attempt: Promise<unknown>): Promise<string> => {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return error instanceof UsageError ? error.message : `no UsageError: ${String(error)}`;
  };

  test.each(files)("files %j", async (odd, message) => {
    expect(await said(check(odd as never))).toBe(message);
  });

  test.each(options)("options %j", async (odd, message) => {
    expect(await said(check({ certificate: given }, odd as never))).toBe(message);
  });

  test("of a request and of a report as well", async () => {
    const report = await check(upload("ready"), { at });
    expect(
      await Promise.all([said(checkRequest({} as never)), said(report.render("human", { columns: "40" as never }))]),
    ).toEqual(["request: missing", "columns: no whole number"]);
  });
});

test("judges what it was given, whatever becomes of that", async () => {
  const crl = mintCrl();
  const given = { ...upload("ready"), crls: [{ name: "issuing.crl", content: crl }] };
  const options = { at: new Date(at), only: ["key/*" as const, "revocation/*" as const] };
  const expected = await check(given, options);
  const judged = check(given, options);
  for (const { content } of [given.certificate, given.key, ...given.chain, ...given.crls])
    if (typeof content !== "string") content.fill(0);
  options.at.setTime(0);
  options.only.length = 0;
  expect(await judged).toEqual(expected);
});

test("takes bytes of another realm, and of memory that is shared", async () => {
  const { content } = stored("ready", "sensor.crt");
  const foreign = runInNewContext("Uint8Array.from(content)", { content }) as Uint8Array;
  const shared = new Uint8Array(new SharedArrayBuffer(content.length));
  shared.set(Buffer.from(content));
  for (const bytes of [foreign, shared]) {
    const { verdict } = await check({ certificate: { name: "sensor.crt", content: bytes } }, { at });
    expect(verdict).toBe("ready");
  }
});

describe("refuses", () => {
  const { certificate } = upload("ready");
  const cases: readonly (readonly [what: string, attempt: () => Promise<unknown>, message: string])[] = [
    ["a date that is none", () => check({ certificate }, { at: new Date("soon") }), "at: no valid date"],
    [
      "an unknown edition",
      () => check({ certificate }, { edition: "2020" as "2021" }),
      "edition: none of 2021, 2022, 2023",
    ],
    [
      "an unknown level",
      () => check({ certificate }, { failOn: "info" as "error" }),
      "failOn: none of error, warning, never",
    ],
    ["a rule that is none", () => check({ certificate }, { only: ["chian/*"] }), "--only chian/*: no rule has this id"],
    [
      "a host that is none",
      () => check({ certificate }, { hosts: ["https://x"] }),
      "hosts: neither the name of a host nor an address",
    ],
    ["a file without a name", () => check({ certificate: { name: "", content: "" } }), "certificate.name: empty"],
    [
      "no bytes",
      () => check({ certificate: { name: "a.crt", content: 5 as unknown as string } }),
      "certificate.content: neither bytes nor text",
    ],
    [
      "roots without a root",
      () => check({ certificate, roots: [certificate] }),
      "roots: sensor.crt: holds no root: none of its certificates is its own issuer",
    ],
    [
      "a request to renew nothing",
      () =>
        checkRequest({ request: stored("request-ready", "sensor.csr"), previous: { name: "old.crt", content: "" } }),
      "previous: old.crt holds no certificate",
    ],
    [
      "an unknown format",
      async () => (await check({ certificate }, { at })).render("pdf" as "html"),
      "no such format: pdf",
    ],
  ];
  test.each(cases)("%s", async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(UsageError);
    await expect(attempt()).rejects.toThrow(message);
  });
});

/** A program that does not read modules itself, which `new AsyncFunction` does not. */
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...words: readonly string[]
) => (...values: readonly unknown[]) => Promise<void>;

describe("docs/library.md", () => {
  const text = readFileSync("docs/library.md", "utf8");
  const examples = [...text.matchAll(/```js\n([^]*?)```\n\nprints\n\n```text\n([^]*?)```/g)];

  test("says of every program what it prints", () => {
    expect(examples).toHaveLength(text.match(/```js/g)?.length ?? 0);
  });

  test.each(examples.map(([, program = "", output = ""]) => ({ program, output })))("$output", async (example) => {
    const modules: Readonly<Record<string, unknown>> = { certcheck: library, "node:fs": { readFileSync } };
    const program = example.program.replace(/^import (.*) from (".*");$/gm, "const $1 = modules[$2];");
    const printed: string[] = [];
    const console = { log: (...values: readonly unknown[]) => printed.push(`${format(...values)}\n`) };
    await new AsyncFunction("modules", "console", program)(modules, console);
    expect(printed.join("")).toBe(example.output);
  });
});
