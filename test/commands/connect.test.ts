/** The verb `connect`: its options, what it asks of the network, and that whatever a server says is harmless. */
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import { describe, expect, test, vi } from "vitest";
import { connections } from "../../fixtures/connect.ts";
import { main } from "../../src/cli.ts";
import { formats } from "../../src/reporters/index.ts";
import type { System } from "../../src/system/system.ts";
import type { TlsAnswer, TlsRequest } from "../../src/bundle/tls.ts";
import { applianceFiles, type Files, goodAnswer, memorySystem, pagesOf } from "../support/bundle.ts";
import { mintAppliance, pem } from "../support/mint.ts";
import { caName, mintCrl } from "../support/mint-crl.ts";
import { faults } from "../support/html-faults.ts";
import { nastyTexts } from "../support/nasty.ts";
import { strictReportSchema } from "../support/report-schema.ts";
import { commandIn, unsafeIn } from "../support/safe-text.ts";
import { run } from "../support/transcript.ts";

const { leaf, cas } = await mintAppliance();
const [issuing = leaf, root = leaf] = cas;
const expiredCa = (await mintAppliance({ cas: [{ notAfter: "2026-02-01T00:00:00Z" }, {}] })).cas[0] ?? leaf;
const files: Files = { ...(await applianceFiles()), "root.pem": pem("CERTIFICATE", root) };
const good: TlsAnswer = { ...goodAnswer, certificates: [leaf, issuing] };

const requests: TlsRequest[] = [];

async function connect(argv: string, answer: TlsAnswer = good, more: Files = {}, world: Partial<System> = {}) {
  requests.length = 0;
  const system = memorySystem(
    { ...files, ...more },
    { connectTls: (request) => (requests.push(request), Promise.resolve(answer)), ...world },
  );
  const exitCode = await main(["connect", ...argv.split(" ")], system);
  return { exitCode, out: system.out, err: system.err, written: system.written };
}

const TRUSTED = "sensor.contoso.com --roots root.pem";

describe("usage errors: exit 2, nothing is connected to, a hint", () => {
  test.each([
    ["http://sensor.contoso.com", "http: is not a scheme with TLS\ncertcheck: hint: give the host"],
    ["sensor.contoso.com:0", "sensor.contoso.com:0: is not a port\ncertcheck: hint: ports are 1 to 65535"],
    ["sensor.contoso.com --cert missing.crt", "missing.crt: no such file"],
    ["sensor.contoso.com --cert sensor.key", "--cert sensor.key: holds no certificate\ncertcheck: hint: give the"],
    ["sensor.contoso.com --chain sensor.key", "--chain sensor.key: holds no certificate\ncertcheck: hint: give the"],
    ["sensor.contoso.com --chain missing.pem", "missing.pem: no such file"],
    ["sensor.contoso.com --roots missing.pem", "missing.pem: no such file"],
    ["sensor.contoso.com --ip 10.1.0.7 --ip 10.1.0.8", "two addresses with --ip\ncertcheck: hint: one"],
    ["sensor.contoso.com --ip sensor", "option '--ip <address>' argument 'sensor' is invalid"],
    ["sensor.contoso.com --cert - --roots -", "standard input can be read once only"],
    ["sensor.contoso.com --handshake", "unknown option '--handshake'"],
    ["sensor.contoso.com sensor.crt", "too many arguments"],
    [`${TRUSTED} --format json=root.pem`, "--format: root.pem is a file to check"],
    ["sensor.contoso.com --cert sensor.crt --format json=sensor.crt", "--format: sensor.crt is a file to check"],
    ["sensor.contoso.com --cert - --format json=/dev/stdin", "--format: /dev/stdin is a file to check"],
  ])("%s", async (argv, message) => {
    const { exitCode, out, err } = await connect(argv);
    expect({ exitCode, out, asked: requests.length }).toEqual({ exitCode: 2, out: "", asked: 0 });
    expect(err).toContain(message);
  });
});

describe("what is asked", () => {
  test("once, for the name, with what browsers offer", async () => {
    await connect(`${TRUSTED} --timeout 3`);
    expect(requests).toEqual([
      { host: "sensor.contoso.com", port: 443, offer: "modern", timeout: 3000, deadline: 12_000 },
    ]);
  });

  test("at another address, if one is given", async () => {
    await connect("sensor.contoso.com:8443 --ip FD00::7");
    expect(requests).toMatchObject([{ host: "sensor.contoso.com", address: "fd00::7", port: 8443 }]);
  });

  test.each<readonly [TlsAnswer["failure"], readonly string[]]>([
    [{ kind: "alert", alert: "protocol_version" }, ["modern", "all"]],
    [{ kind: "closed" }, ["modern", "all"]],
    [{ kind: "reset" }, ["modern", "all"]],
    [{ kind: "other", code: "ERR_SSL_X", reason: "x" }, ["modern", "all"]],
    [{ kind: "silent" }, ["modern"]],
    [{ kind: "refused", code: "ECONNREFUSED" }, ["modern"]],
    [{ kind: "foreign", said: "HTTP/1.1 400" }, ["modern"]],
    [{ kind: "limit" }, ["modern"]],
  ])("after %o", async (failure, offers) => {
    await connect(TRUSTED, { certificates: [], failure: failure ?? { kind: "closed" } });
    expect(requests.map(({ offer }) => offer)).toEqual(offers);
  });
});

test("who waits is told for what", async () => {
  vi.useFakeTimers();
  const shown: (string | undefined)[] = [];
  let at = 0;
  const world: Partial<System> = { now: () => at, showProgress: (text) => void shown.push(text) };
  const slow = (): Promise<TlsAnswer> => new Promise((resolve) => setTimeout(() => resolve(good), 2500));
  const running = connect(`${TRUSTED} --at 2026-11-21`, good, {}, { ...world, connectTls: slow });
  for (let step = 0; step < 8; step++) {
    at += 500;
    await vi.advanceTimersByTimeAsync(500);
  }
  vi.useRealTimers();
  expect((await running).exitCode).toBe(0);
  expect(shown[0]).toMatch(/^connecting to sensor\.contoso\.com:443: [12] s$/);
  expect(shown.at(-1)).toBeUndefined();
});

describe("what counts", () => {
  const alone: TlsAnswer = { ...goodAnswer, certificates: [leaf] };
  const late: TlsAnswer = { ...goodAnswer, certificates: [leaf, expiredCa] };
  const chained = "sensor.contoso.com --chain ca.pem";
  const config = (text: string): Files => ({ "certcheck.yaml": text });
  const waiver =
    "waivers:\n  - rule: endpoint/sends-chain\n    subject: sensor.contoso.com:443\n    reason: known\n    owner: me\n    until: 2027-01-31\n";

  type Case = readonly [what: string, argv: string, answer: TlsAnswer, exitCode: number, out: string, more: Files];
  test.each<Case>([
    ["all is well", TRUSTED, good, 0, "\nIN ORDER: ", {}],
    [
      "something is wrong",
      chained,
      alone,
      1,
      "\nNOT IN ORDER: a browser would show NET::ERR_CERT_AUTHORITY_INVALID\n",
      {},
    ],
    ["it is left out", `${chained} --ignore endpoint/*`, alone, 0, "NOT IN ORDER: a browser would show NET::ERR_", {}],
    ["the run passes all the same", `${chained} --ignore endpoint/*`, alone, 0, "The run passes all the same", {}],
    [
      "nothing listens, and rules on what is served were chosen",
      `${TRUSTED} --only validity/*`,
      { certificates: [], failure: { kind: "refused", code: "ECONNREFUSED" } },
      1,
      "endpoint/reachable",
      {},
    ],
    [
      "something is served, and those are the only ones",
      `${TRUSTED} --only validity/*`,
      alone,
      0,
      "endpoint/sends-chain",
      {},
    ],
    ["a CA has expired, and nobody knows the root", "sensor.contoso.com", late, 1, "NET::ERR_CERT_DATE_INVALID", {}],
    ["nothing but the root is unknown", "sensor.contoso.com", good, 0, 'trusts "Contoso Root CA"', {}],
    ["it is weighed", `${chained} --severity endpoint/sends-chain=warning`, alone, 0, "weighed as warning", {}],
    ["it is waived", `${chained} --config certcheck.yaml`, alone, 0, "Waived until 2027-01-31", config(waiver)],
    [
      "a file that it is judged by is waived something",
      `${TRUSTED} --config certcheck.yaml`,
      { certificates: [], failure: { kind: "refused", code: "ECONNREFUSED" } },
      1,
      "At fault",
      config(waiver.replace("endpoint/sends-chain", "endpoint/*").replace("sensor.contoso.com:443", "root.pem")),
    ],
    [
      "a warning counts",
      `${TRUSTED} --fail-on warning`,
      { ...good, asksForCertificate: true },
      1,
      "goes on without",
      {},
    ],
    [
      "another name has to be covered",
      `${TRUSTED} --host console.contoso.com`,
      good,
      1,
      '"console.contoso.com" is not',
      {},
    ],
    [
      "roots of a configuration",
      "sensor.contoso.com --config certcheck.yaml",
      good,
      0,
      "IN ORDER",
      config("roots: [root.pem]\n"),
    ],
  ])("%s", async (_what, argv, answer, exitCode, out, more) => {
    const result = await connect(argv, answer, more);
    expect(result.err).toBe("");
    expect(result.out).toContain(out);
    expect(result.exitCode).toBe(exitCode);
  });

  test("CRLs that are fetched", async () => {
    const crl = mintCrl({ entries: [{ serialNumber: "5a17" }] });
    const ofRoot = mintCrl({ issuer: caName("Contoso Root CA"), key: "root" });
    const { out, exitCode } = await connect(
      `${TRUSTED} --online --crl root.crl`,
      good,
      { "root.crl": ofRoot },
      {
        get: pagesOf({ "http://crl.contoso.com/issuing.crl": crl }),
      },
    );
    expect(exitCode).toBe(1);
    expect(out).toContain("NOT IN ORDER: a browser would show NET::ERR_CERT_REVOKED");
    expect(out).toContain("revocation/not-revoked");
  });

  test("no message of the appliance is predicted, and no key is missed", async () => {
    const { out } = await connect("10.1.0.9 --format json", { ...good, certificates: [leaf] });
    const [bundle] = (JSON.parse(out) as { bundles: { messages: string[]; verdict: string; notChecked: object[] }[] })
      .bundles;
    expect(bundle).toMatchObject({ messages: [], verdict: "unsupported" });
    expect(JSON.stringify(bundle?.notChecked)).not.toMatch(/key|handshake/);
  });
});

test.each(["human", "markdown", "html"])("%s says what those who connect need", async (format) => {
  const { out } = await connect(`${TRUSTED} --ip 10.1.0.7 --format ${format}`);
  for (const text of ["certutil -addstore -f Root root.crt", "10.1.0.7 sensor.contoso.com"])
    expect(out.replace(/<[^>]*>/g, "")).toContain(text);
});

describe("JSON", () => {
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(strictReportSchema);
  test.each(
    Object.entries(connections).flatMap(([name, { commands }]) =>
      commands.filter((one) => !one.includes("--format")).map((command) => ({ name, command })),
    ),
  )("$name: $command", async ({ name, command }) => {
    const { out } = await run(`${command} --format json`, `fixtures/${name}`);
    expect(validate(JSON.parse(out)), JSON.stringify(validate.errors)).toBe(true);
  });
});

test("no fix speaks of a file or an upload that is not there", async () => {
  const { leaf: served } = await mintAppliance({ leaf: { notBefore: "2047-01-01T00:00:00Z", extKeyUsage: null } });
  const { out } = await connect(`${TRUSTED} --format json`, { ...good, certificates: [served, issuing] });
  expect(out).toContain("Wait until 2047-01-01T00:00:00Z, or have the CA issue it with an earlier date.");
  expect(out).toContain("certificate/sample-extensions");
  expect(out).not.toContain("-in sensor.contoso.com:443");
});

test("the page keeps to the standard, and calls what the server sent no file that was cut off", async () => {
  const page = readFileSync("fixtures/connect-wrong-certificate/report.html", "utf8");
  expect(await faults(page)).toEqual([]);
  expect([page.includes("sent by the server"), page.includes("not read to its end")]).toEqual([true, false]);
  expect([page.includes("the server's certificate"), page.includes("the appliance's certificate")]).toEqual([
    true,
    false,
  ]);
});

describe("whatever a server says is harmless", () => {
  const words = nastyTexts.map(([, text]) => text);
  // Several at once: a report in all formats takes its time.
  const said = words.flatMap((_, index) => (index % 12 === 0 ? [words.slice(index, index + 12).join("\n ")] : []));
  const answers: readonly TlsAnswer[] = [
    ...said.map((one): TlsAnswer => ({ certificates: [], failure: { kind: "foreign", said: one } })),
    { certificates: [], failure: { kind: "other", code: words.join(""), reason: words.join(" ") } },
    { certificates: [], failure: { kind: "alert", alert: words.join("") } },
    { certificates: [Buffer.from("3003020101", "hex"), leaf], failure: { kind: "closed" } },
  ];
  const all = formats.map((format) => (format === "human" ? "--format human" : `--format ${format}=report.${format}`));
  test.each(answers.map((answer, index) => ({ index, answer })))("answer $index", async ({ answer }) => {
    const { exitCode, out, err, written } = await connect(`${TRUSTED} --verbose ${all.join(" ")}`, answer);
    expect(exitCode).toBe(1);
    const texts = [out, err, ...[...written].filter(([file]) => file !== "report.github").map(([, text]) => text)];
    expect(texts.map(unsafeIn).filter((fault) => fault !== undefined)).toEqual([]);
    expect(texts.map(commandIn).filter((fault) => fault !== undefined)).toEqual([]);
  });
});
