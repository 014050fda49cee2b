/** The verb `convert` from the command line to the files; what it writes is read by openssl, and the reverse. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { realSystem } from "../../src/system/system.ts";
import { applianceFiles, type Files, memorySystem } from "../support/bundle.ts";
import { keyPem, mintRequest, pem } from "../support/mint.ts";
import { mintCrl } from "../support/mint-crl.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

const appliance = await applianceFiles();
const { "sensor.crt": crt = "", "sensor.key": key = "", "ca.pem": ca = "" } = appliance;
const secret = createPrivateKey(key);
const blocks = (text: string): string[] => text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) ?? [];
const der = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]*-----|\s/g, ""), "base64");
const all = [crt, ...blocks(ca)].map(der);

const env = { OLD: "Sensor-2026!", NEW: "Other-2026!", UNICODE: "Grüße-漢字", EMPTY: "" };

/** Runs the verb on files in memory; what it made, by names. */
async function convert(
  line: string,
  files: Files = appliance,
  more: Parameters<typeof memorySystem>[1] = {},
): Promise<{ exitCode: number; out: string; err: string; made: Map<string, string | Buffer>; secret: string[] }> {
  const system = memorySystem(files, { env, ...more });
  const exitCode = await main(["convert", ...line.split(" ")], system);
  const made = new Map(
    [...system.made].map(([name, { content }]) => [name, typeof content === "string" ? content : Buffer.from(content)]),
  );
  const isSecret = [...system.made.values()].filter((file) => file.isSecret).map(({ path }) => path);
  return { exitCode, out: system.out, err: system.err, made, secret: isSecret };
}

const text = (made: ReadonlyMap<string, string | Buffer>, name: string): string => String(made.get(name) ?? "");

/** The key in a text, if the passphrase opens it. */
function opened(content: string | Buffer | undefined, passphrase?: string): KeyObject | undefined {
  try {
    return createPrivateKey({
      key: Buffer.from(content ?? ""),
      ...(typeof content === "string" ? { format: "pem" } : { format: "der", type: "pkcs8" }),
      ...(passphrase !== undefined && { passphrase }),
    });
  } catch {
    return undefined;
  }
}

test("a damaged key is written as it is, and that is said", async () => {
  const damaged = readFileSync("fixtures/damaged-key/sensor.key", "utf8");
  const { exitCode, out, made } = await convert("sensor.key --to pem --name copy", { "sensor.key": damaged });
  expect(exitCode).toBe(0);
  expect(out.replace(/\s+/g, " ")).toContain("sensor.key is damaged, and written as it is");
  expect(text(made, "copy.key")).toContain("PRIVATE KEY");
});

describe("what is made", () => {
  const der1: Files = { "sensor.cer": der(crt), "sensor.key": der(key), "root.cer": der(blocks(ca)[1] ?? "") };
  const others: Files = { "r.csr": pem("CERTIFICATE REQUEST", der("")), "x.crl": mintCrl() };
  test.each<readonly [line: string, files: Files, names: readonly string[], secrets: readonly string[]]>([
    [
      "sensor.crt sensor.key ca.pem --to upload --out new",
      appliance,
      ["new/sensor.crt", "new/sensor.key", "new/sensor.pem"],
      ["new/sensor.key"],
    ],
    [
      "ca.pem sensor.key sensor.crt --to pem --out new",
      appliance,
      ["new/sensor.pem", "new/sensor.key"],
      ["new/sensor.key"],
    ],
    [
      "sensor.crt sensor.key ca.pem --to der",
      appliance,
      ["sensor.der", "sensor-ca-1.der", "sensor-ca-2.der", "sensor-key.der"],
      ["sensor-key.der"],
    ],
    ["sensor.crt sensor.key --to pfx --legacy --no-passphrase", appliance, ["sensor.pfx"], ["sensor.pfx"]],
    ["sensor.cer --to crt", der1, ["sensor.crt"], []],
    ["sensor.cer --to pem", der1, ["sensor.pem"], []],
    ["sensor.cer root.cer --to der --name x", der1, ["x.der", "x-ca.der"], []],
    ["sensor.key --to der --name x", der1, ["x.der"], ["x.der"]],
    ["sensor.key --to pem --name x.key", der1, ["x.key"], ["x.key"]],
    ["x.crl --to pem", others, ["x.pem"], []],
  ])("%s", async (line, files, names, secrets) => {
    const { made, secret: isSecret, err } = await convert(line, files);
    expect([err, [...made.keys()], isSecret]).toEqual(["", names, secrets]);
  });

  test("a certificate keeps its bytes, its key its numbers", async () => {
    const { made } = await convert("sensor.crt sensor.key ca.pem --to upload --out new");
    expect([text(made, "new/sensor.crt"), text(made, "new/sensor.pem")]).toEqual([crt, ca]);
    expect(opened(made.get("new/sensor.key"))?.equals(secret)).toBe(true);
  });

  test("all of a request and of a CRL, there and back", async () => {
    const files = { "r.csr": pem("CERTIFICATE REQUEST", await mintRequest()), "x.crl": mintCrl() };
    const { made } = await convert("r.csr x.crl --to der", files);
    const back = await convert("r-request.der r-crl.der --to pem --name back", Object.fromEntries(made));
    expect(text(back.made, "back.pem")).toBe(files["r.csr"] + pem("X509 CRL", files["x.crl"]));
  });
});

describe("from standard input and variables", () => {
  test.each([
    ["- --to crt", { stdin: crt }, "sensor.contoso.com.crt"],
    ["- --to crt --name x", { stdin: der(crt) }, "x.crt"],
    ["env:CRT --to crt", { env: { CRT: crt } }, "sensor.contoso.com.crt"],
    ["env:CRT --to crt", { env: { CRT: der(crt).toString("base64") } }, "sensor.contoso.com.crt"],
    ["- --to pem", { stdin: key }, "certificate.key"],
  ])("%s", async (line, more, name) => {
    expect([...(await convert(line, {}, more)).made.keys()]).toEqual([name]);
  });
});

test("what standard input is read from is not replaced, not even by force", async () => {
  const isSameFile = (a: string, b: string): boolean => a === "/dev/stdin" && b === "sensor.crt";
  const { exitCode, err, made } = await convert("- --to crt --name sensor --force", appliance, {
    stdin: crt,
    isSameFile,
  });
  expect([exitCode, made.size]).toEqual([2, 0]);
  expect(err).toContain("sensor.crt: is one of the files that are read");
});

describe("the key's passphrase", () => {
  const files: Files = {
    "sensor.crt": crt,
    "plain.key": key,
    "locked.key": keyPem("leaf-encrypted"),
    "legacy.key": keyPem("leaf-dek-aes"),
    "appliance.pfx": readFileSync("fixtures/keys/appliance.pfx"),
    "old.pfx": readFileSync("fixtures/keys/appliance-old.pfx"),
  };
  /** The passphrase that opens what is written; null: it has none. */
  test.for<readonly [line: string, passphrase: string | null, isKept?: true]>([
    ["plain.key --to pem", null],
    ["plain.key --to pem --passin env:OLD", null],
    ["plain.key --to pem --passout env:NEW", env.NEW],
    ["plain.key --to der --passout env:UNICODE", env.UNICODE],
    ["locked.key --to pem", env.OLD, true],
    ["locked.key --to der", env.OLD],
    ["locked.key --to pem --passin env:OLD", env.OLD, true],
    ["locked.key --to pem --passin env:OLD --passout env:NEW", env.NEW],
    ["locked.key --to pem --passin env:OLD --no-passphrase", null],
    ["locked.key sensor.crt --to upload --passin env:OLD --passout env:NEW", env.NEW],
    ["legacy.key --to pem", env.OLD, true],
    ["legacy.key --to der --passin env:OLD --passout env:NEW", env.NEW],
    ["appliance.pfx --to pem --passin env:OLD", env.OLD],
    ["appliance.pfx --to pem --passin env:OLD --no-passphrase", null],
    ["old.pfx --to pem --passin env:OLD --passout env:NEW", env.NEW],
  ])("%s", async ([line, passphrase, isKept]) => {
    const { made, err } = await convert(`${line} --name x --out new`, files);
    expect(err).toBe("");
    const content = [...made].find(([name]) => /x\.(?:key|der)$/.test(name))?.[1];
    expect(opened(content, passphrase ?? undefined)?.equals(secret)).toBe(true);
    if (passphrase !== null) expect(opened(content)).toBeUndefined();
    if (isKept) expect(content).toBe(files[line.split(" ")[0] ?? ""]);
  });

  test("is not kept where it has opened nothing", async () => {
    const { out } = await convert("plain.key --to pem --passin env:OLD --name x", files);
    expect(out).toContain("Warnings\n  a passphrase was given, and nothing is encrypted\n");
    const asked = await convert("sensor.crt plain.key --to pfx --passin env:OLD", files);
    expect(asked.err).toContain("a container needs a passphrase");
  });

  test("is asked for at a terminal: the old one once, the new one twice", async () => {
    const asked: string[] = [];
    const answers = ["wrong", env.OLD, env.NEW, "another", env.NEW, env.NEW];
    const askPassphrase = (question: string): Promise<string | undefined> => {
      asked.push(question);
      return Promise.resolve(answers.shift());
    };
    const { made, err } = await convert("locked.key --to pem --passout prompt --name x", files, { askPassphrase });
    expect(opened(made.get("x.key"), env.NEW)?.equals(secret)).toBe(true);
    expect(asked.map((question) => question.replace(/ of (\S+):.*/, " $1").trim())).toEqual([
      "Passphrase locked.key",
      "Passphrase locked.key",
      "New passphrase x.key",
      "The same once more:",
      "New passphrase x.key",
      "The same once more:",
    ]);
    expect(err).toContain("the two differ");
  });

  test("is asked for where a container needs one", async () => {
    const askPassphrase = (): Promise<string> => Promise.resolve(env.NEW);
    const { made } = await convert("sensor.crt plain.key --to pfx --legacy", files, { askPassphrase });
    const back = await convert("sensor.pfx --to pem --passin env:NEW --no-passphrase", Object.fromEntries(made));
    expect(opened(back.made.get("sensor.key"))?.equals(secret)).toBe(true);
  });

  test.each<readonly [line: string, message: string]>([
    ["sensor.crt plain.key --to pfx --out new", "new/x.pfx: is there already"],
    ["sensor.crt plain.key --to pem --passout prompt --out new", "new/x.key: is there already"],
    ["sensor.crt x.key --to upload --passout prompt --force", "x.key: is one of the files that are read"],
  ])("is not asked for in vain: %s", async (line, message) => {
    const askPassphrase = (): Promise<string> => Promise.reject(new Error("asked"));
    const there = { ...files, "x.key": files["plain.key"], "new/x.pfx": "", "new/x.key": "" };
    const { exitCode, err } = await convert(`${line} --name x`, there, { askPassphrase });
    expect([exitCode, err.split("\n")[0]]).toEqual([2, `certcheck: ${message}`]);
  });

  test("standard input is called as it is where something else is to read it", async () => {
    const { err } = await convert("- --to pem", {}, { stdin: "no certificate" });
    expect(err).toContain("hint: certcheck - says what to do about it");
  });

  test.for<readonly [line: string, reason: string, more?: Parameters<typeof memorySystem>[1]]>([
    ["plain.key --to pem --passout env:EMPTY", "--passout: the passphrase is empty"],
    ["plain.key --to pem --passout env:NONE", "--passout env:NONE: the variable is not set"],
    ["plain.key --to pem --passout Secret-2026!", "--passout has an unknown form"],
    ["plain.key --to pem --passout prompt", "--passout prompt: there is no terminal to ask at"],
    ["plain.key --to pem --passout env:NEW --no-passphrase", "--passout and --no-passphrase contradict each other"],
    ["plain.key --to pem --passin stdin --passout stdin", "standard input can be read once only"],
    ["sensor.crt --to pem --no-passphrase", "--no-passphrase: nothing is written that could have a passphrase"],
    ["sensor.crt plain.key --to pfx", "a container needs a passphrase", { env: { CI: "true" } }],
    ["locked.key --to pem --passin env:NEW", "locked.key: the passphrase does not open the key"],
    [
      "locked.key sensor.crt --to pfx --passout env:NEW",
      "locked.key: the key is encrypted, and no passphrase was given",
    ],
    [
      "sensor.crt plain.key --to upload --out new --passout env:UNICODE",
      "the passphrase has characters that the appliance's documents do not list: character 3 is not an ASCII character, character 4 is not an ASCII character, character 7 is not an ASCII character, character 8 is not an ASCII character",
    ],
  ])("%s: a usage error", async ([line, reason, more]) => {
    const { exitCode, err, made } = await convert(`${line} --name x`, files, more);
    expect([exitCode, err.split("\n")[0], made.size]).toEqual([2, `certcheck: ${reason}`, 0]);
  });
});

describe.skipIf(opensslVersion === undefined)(`openssl reads what is written${orSkipped}`, () => {
  let made = new Map<string, string | Buffer>();
  beforeAll(async () => {
    const files = { ...appliance, "ca.pem": blocks(ca).toReversed().join("") };
    for (const line of ["pem --out pem", "der", "upload --out upload --passout env:NEW", "pfx --passout env:UNICODE"])
      made = new Map([...made, ...(await convert(`sensor.crt sensor.key ca.pem --to ${line}`, files)).made]);
  });

  test.each<readonly [what: string, args: readonly string[], file: string, expected: () => string]>([
    ["the key in PEM", ["pkey", "-in", "x"], "pem/sensor.key", () => key],
    ["the key in DER", ["pkey", "-inform", "DER", "-in", "x"], "sensor-key.der", () => key],
    ["the encrypted key", ["pkey", "-in", "x", "-passin", `pass:${env.NEW}`], "upload/sensor.key", () => key],
    ["the certificate", ["x509", "-in", "x"], "upload/sensor.crt", () => crt],
    ["the certificate in DER", ["x509", "-inform", "DER", "-in", "x"], "sensor.der", () => crt],
    ["a CA in DER", ["x509", "-inform", "DER", "-in", "x"], "sensor-ca-2.der", () => blocks(ca)[1] ?? ""],
    [
      "the container's key",
      ["pkcs12", "-in", "x", "-nocerts", "-nodes", "-passin", `pass:${env.UNICODE}`],
      "sensor.pfx",
      () => key,
    ],
  ])("%s", (_what, args, file, expected) => {
    const { ok, out } = openssl(args, { x: made.get(file) ?? "" });
    expect([ok, blocks(out)]).toEqual([true, [expected()]]);
  });

  test("the chain, with which the certificate verifies", () => {
    const files = { "ca.pem": text(made, "upload/sensor.pem"), "sensor.crt": text(made, "upload/sensor.crt") };
    expect(openssl(["verify", "-CAfile", "ca.pem", "-no-CApath", "sensor.crt"], files).ok).toBe(true);
    expect(blocks(files["ca.pem"])).toEqual(blocks(ca));
  });
});

describe.skipIf(opensslVersion === undefined)(`what openssl writes is read${orSkipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string): string => join(folder, name);
  const files = { crt, key, ca, both: crt + ca };

  test.for<readonly [what: string, args: readonly string[], passphrase?: string]>([
    ["PKCS#7 in DER", ["crl2pkcs7", "-nocrl", "-certfile", "both", "-outform", "DER"]],
    ["PKCS#7 in PEM", ["crl2pkcs7", "-nocrl", "-certfile", "both"]],
    [
      "PKCS#12",
      ["pkcs12", "-export", "-in", "crt", "-inkey", "key", "-certfile", "ca", "-passout", "pass:Grüße-漢字"],
      "UNICODE",
    ],
    [
      "PKCS#12 with 3DES and without a passphrase",
      [
        "pkcs12",
        "-export",
        "-in",
        "crt",
        "-inkey",
        "key",
        "-certfile",
        "ca",
        "-certpbe",
        "PBE-SHA1-3DES",
        "-keypbe",
        "PBE-SHA1-3DES",
        "-macalg",
        "sha1",
        "-passout",
        "pass:",
      ],
    ],
  ])("%s", async ([what, args, passphrase]) => {
    const path = write("x");
    const { ok } = openssl([...args, "-out", path], files);
    expect(ok).toBe(true);
    const hasKey = what.startsWith("PKCS#12");
    const option = passphrase === undefined ? "" : ` --passin env:${passphrase}`;
    const { made, err } = await convert(`x --to pem${hasKey ? " --no-passphrase" : ""}${option}`, {
      x: readFileSync(path),
    });
    expect([err, blocks(text(made, "x.pem")).map((one) => new X509Certificate(one).raw)]).toEqual(["", all]);
    expect(opened(made.get("x.key"))?.equals(secret) ?? false).toBe(hasKey);
  });
});

describe("on a disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  const path = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    for (const [name, content] of Object.entries(appliance)) writeFileSync(path(name), content);
    symlinkSync(path("sensor.crt"), path("link.crt"));
  });
  const inputs = ["sensor.crt", "sensor.key", "ca.pem"].map(path);
  let said = "";
  const convertThere = (...words: string[]): Promise<number> => {
    said = "";
    const system = { ...realSystem(), env: {}, print: () => {}, complain: (text: string) => void (said += text) };
    return main(["convert", ...words], system);
  };

  test("files are made with their modes, and are not replaced but by force", async () => {
    const words = [...inputs, "--to", "upload", "--out", path("new")];
    expect([await convertThere(...words), said]).toEqual([0, ""]);
    expect(readdirSync(path("new"))).toEqual(["sensor.crt", "sensor.key", "sensor.pem"]);
    if (process.platform !== "win32") expect(statSync(path("new/sensor.key")).mode & 0o777).toBe(0o600);
    writeFileSync(path("new/sensor.crt"), "mine");
    rmSync(path("new/sensor.key"));
    expect(await convertThere(...words)).toBe(2);
    expect([readdirSync(path("new")), readFileSync(path("new/sensor.crt"), "utf8")]).toEqual([
      ["sensor.crt", "sensor.pem"],
      "mine",
    ]);
    expect(await convertThere(...words, "--dry-run")).toBe(2);
    expect(await convertThere(...words, "--dry-run", "--force")).toBe(0);
    expect(readFileSync(path("new/sensor.crt"), "utf8")).toBe("mine");
    expect(await convertThere(...words, "--force")).toBe(0);
    expect(readFileSync(path("new/sensor.crt"), "utf8")).toBe(crt);
  });

  test("nothing is written if one of the files cannot be", async () => {
    writeFileSync(path("taken.key"), "mine");
    expect(await convertThere(...inputs, "--to", "upload", "--out", folder, "--name", "taken")).toBe(2);
    expect(readdirSync(folder).filter((name) => name.startsWith("taken"))).toEqual(["taken.key"]);
  });

  test.each(["sensor.crt", "link.crt"])(
    "%s is never replaced where it is what is read, whatever it is called",
    async (name) => {
      symlinkSync(path("sensor.crt"), path("other.crt"));
      for (const target of ["sensor", "link", "other"])
        expect(await convertThere(path(name), "--to", "crt", "--out", folder, "--name", target, "--force")).toBe(2);
      expect(said).toContain("is one of the files that are read");
      expect(readFileSync(path("sensor.crt"), "utf8")).toBe(crt);
      rmSync(path("other.crt"));
    },
  );

  test("nor is the file of a passphrase", async () => {
    writeFileSync(path("pass.key"), "Sensor-2026!");
    const words = [path("sensor.key"), "--to", "pem", "--passout", `file:${path("pass.key")}`, "--out", folder];
    expect(await convertThere(...words, "--name", "pass", "--force")).toBe(2);
    expect(readFileSync(path("pass.key"), "utf8")).toBe("Sensor-2026!");
  });
});

describe("the check of an upload", () => {
  test.each<readonly [what: string, line: string, files: Files, exitCode: number, words: string]>([
    ["ready", "sensor.crt sensor.key ca.pem", {}, 0, "new/sensor.crt: READY"],
    [
      "a key that is another's",
      "sensor.crt sensor.key ca.pem",
      { "sensor.key": keyPem("other") },
      1,
      "key/belongs-to-certificate",
    ],
    ["no key", "sensor.crt ca.pem", {}, 0, "no private key was given: the dialog asks for one"],
    ["no chain", "sensor.crt sensor.key", {}, 0, "the chain ends before a root"],
    ["half a chain", "sensor.crt sensor.key ca.pem", { "ca.pem": blocks(ca)[0] ?? "" }, 1, "chain/trusted"],
    [
      "a key that stays closed",
      "sensor.crt sensor.key ca.pem",
      { "sensor.key": keyPem("leaf-encrypted") },
      1,
      "passphrase/opens-key",
    ],
    [
      "a key of a cipher that is switched off",
      "sensor.crt sensor.key ca.pem",
      { "sensor.key": keyPem("leaf-dek-des") },
      1,
      "key/cipher",
    ],
    [
      "a waiver",
      "sensor.crt sensor.key ca.pem",
      { "sensor.key": keyPem("other"), "certcheck.config.yaml": "severity:\n  key/belongs-to-certificate: info\n" },
      0,
      "new/sensor.crt: REFUSED",
    ],
  ])("%s", async (_what, line, files, exitCode, words) => {
    const found = await convert(`${line} --to upload --out new --quiet`, { ...appliance, ...files });
    expect([found.err, found.exitCode]).toEqual(["", exitCode]);
    expect(found.out).toContain(words);
    expect(found.made.size).toBeGreaterThan(1);
  });

  test("what is made once needs nothing more", async () => {
    const heap = { "heap.pem": `${ca}${key}\n${blocks(ca)[1]}Bag Attributes\n${crt}` };
    const first = await convert("heap.pem --to upload --out new", heap);
    const again = await convert(
      "new/heap.pem new/heap.key new/heap.crt --to upload --out again",
      Object.fromEntries(first.made),
    );
    expect([...again.made.values()]).toEqual([...first.made.values()]);
    expect(again.out).not.toContain("Left out");
  });
});

describe("what cannot be read", () => {
  test.each<readonly [what: string, content: string | Uint8Array, reason: string]>([
    ["nothing", "", "x: the file is empty"],
    ["text", "hello", "x: text, but no certificate, key or container"],
    [
      "a certificate cut off",
      crt.slice(0, 600),
      'x:10: truncated: the block "CERTIFICATE" that begins at line 1 has no END line',
    ],
    [
      "one of two certificates cut off",
      crt + ca.slice(0, 600),
      'x:35: truncated: the block "CERTIFICATE" that begins at line 26 has no END line',
    ],
    ["too much", Buffer.alloc(5 * 1024 * 1024, "x"), "x: larger than 4 MiB: it was not read"],
    [
      "a Java keystore",
      readFileSync("fixtures/keys/appliance.jks"),
      "x: holds a Java keystore, which is not converted",
    ],
    [
      "an OpenSSH key",
      keyPem("leaf-openssh"),
      "x: holds a private key in OpenSSH's own format, which is not converted",
    ],
    [
      "an empty PKCS#7",
      Buffer.from("302306092a864886f70d010702a01630140201013100300b06092a864886f70d0107013100", "hex"),
      "there is nothing to convert",
    ],
  ])("%s", async (_what, content, reason) => {
    const { exitCode, err, made } = await convert("x --to pem", { x: content });
    expect([exitCode, err.split("\n")[0], made.size]).toEqual([2, `certcheck: ${reason}`, 0]);
  });

  test("what is beyond a limit is left out, and said", async () => {
    const { exitCode, out, made } = await convert("x --to pem --name y", { x: ca.repeat(101) });
    expect([exitCode, made.size]).toEqual([1, 1]);
    expect(out).toContain("202 blocks, only the first 200 were read");
  });
});
