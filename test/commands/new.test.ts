/** The verb `new`: what is made of which options, what is refused before anything is made, and what is asked at a terminal. */
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isRequest } from "../../src/bundle/artifact.ts";
import { main } from "../../src/cli.ts";
import { decode } from "../../src/bundle/decode.ts";
import { makeKey } from "../../src/system/new-key.ts";
import { alternativeNames, extension, type Extension } from "../../src/pki/extensions.ts";
import { formatName } from "../../src/pki/name.ts";
import { type CertificationRequest, verifyRequest } from "../../src/pki/request.ts";
import { realSystem, type System } from "../../src/system/system.ts";
import { applianceFiles, type Files, memorySystem } from "../support/bundle.ts";
import { keyPem, mintAppliance, mintRequest, pem } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
import { processorTime } from "../support/processor-time.ts";

const REQUIRED = ["--country", "US", "--organization", "Contoso Inc.", "--organizational-unit", "Contoso Labs"];
const NAME = "sensor.contoso.com";

/** Runs `certcheck new`; what it wrote are texts. */
async function run(argv: readonly string[], files: Files = {}, more: Partial<System> = {}) {
  const system = memorySystem(files, more);
  const exitCode = await main(["new", ...argv], system);
  const text = (name: string): string => Buffer.from(system.made.get(name)?.content ?? "").toString();
  return { exitCode, out: system.out, err: system.err, made: system.made, text };
}

/** The same with all that is required. */
const make = (argv: readonly string[] = [], files: Files = {}, more: Partial<System> = {}) =>
  run([NAME, ...REQUIRED, ...argv], files, more);

function requestIn(text: string): CertificationRequest {
  const request = decode("", Buffer.from(text)).artifacts.find(isRequest)?.request;
  if (request === undefined) throw new Error("no request was made");
  return request;
}

/** Whose key it is. */
const spki = (text: string, passphrase = ""): Buffer =>
  createPublicKey(createPrivateKey({ key: text, passphrase })).export({ format: "der", type: "spki" });

const owned = (request: CertificationRequest, key: string): boolean =>
  Buffer.from(request.publicKey.spki).equals(spki(keyPem(key), "Sensor-2026!"));

describe("a request", () => {
  test("has its key beside it, for nobody but its owner", async () => {
    const { exitCode, err, made, text } = await make();
    expect([exitCode, err]).toEqual([0, ""]);
    expect([...made.values()].map(({ path, isSecret }) => [path, isSecret])).toEqual([
      [`${NAME}.key`, true],
      [`${NAME}.csr`, false],
    ]);
    const request = requestIn(text(`${NAME}.csr`));
    expect(verifyRequest(request)).toBe("valid");
    expect(Buffer.from(request.publicKey.spki).equals(spki(text(`${NAME}.key`)))).toBe(true);
    expect(text(`${NAME}.key`)).toMatch(/^-----BEGIN PRIVATE KEY-----\n(?:.{1,64}\n)+-----END PRIVATE KEY-----\n$/);
    expect(text(`${NAME}.csr`)).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n(?:.{1,64}\n)+-----END CERT.*-----\n$/);
    expect([request.irregularities, decode("x.csr", Buffer.from(text(`${NAME}.csr`))).problems]).toEqual([[], []]);
  });

  test("asks for what a certificate of the sample has, in its order", async () => {
    const { text } = await make(["--email", "ot@contoso.com", "--state", "Illinois", "--locality", "Springfield"]);
    const request = requestIn(text(`${NAME}.csr`));
    expect(formatName(request.subject)).toBe(
      `C=US, ST=Illinois, L=Springfield, O=Contoso Inc., OU=Contoso Labs, CN=${NAME}, E=ot@contoso.com`,
    );
    // PrintableString, UTF8String, IA5String.
    expect(request.subject.attributes.map(({ tag }) => tag)).toEqual([0x13, 0x0c, 0x0c, 0x0c, 0x0c, 0x0c, 0x16]);
    expect(request.signatureAlgorithm.name).toBe("sha256WithRSAEncryption");
    expect(
      request.extensions.map(({ name, critical, value }): Partial<Extension> => ({
        name,
        critical,
        ...(value && { value }),
      })),
    ).toEqual([
      { name: "basicConstraints", critical: true, value: { cA: false } },
      { name: "keyUsage", critical: true, value: new Set(["digitalSignature", "keyEncipherment"]) },
      { name: "extKeyUsage", critical: false, value: ["serverAuth"] },
      { name: "subjectAltName", critical: false, value: [expect.objectContaining({ type: "dns", value: NAME })] },
    ]);
  });

  test("has further names and addresses, however they are given", async () => {
    const { text } = await make(["--san", "192.0.2.17, console.contoso.com", "--san", "2001:db8::1"]);
    const request = requestIn(text(`${NAME}.csr`));
    expect(alternativeNames(request, "dns")).toEqual([NAME, "console.contoso.com"]);
    expect(alternativeNames(request, "ip")).toEqual(["192.0.2.17", "2001:db8::1"]);
  });

  test("has a key of 4096 bits if that is asked for, which is said while it is made", async () => {
    const shown: (string | undefined)[] = [];
    const { text, out } = await make(["--bits", "4096"], {}, { showProgress: (line) => void shown.push(line) });
    expect(requestIn(text(`${NAME}.csr`)).publicKey.bits).toBe(4096);
    expect(out).toContain("RSA 4096");
    expect(shown).toEqual(["making a key of 4096 bits", undefined]);
  });

  test("is written where it is wanted, all or nothing", async () => {
    const { made } = await make(["--out", "new/keys"]);
    expect([...made.keys()]).toEqual([`new/keys/${NAME}.key`, `new/keys/${NAME}.csr`]);
    for (const taken of [".key", ".csr"]) {
      const refused = await make([], { [`${NAME}${taken}`]: "there" });
      expect([refused.exitCode, refused.made.size]).toEqual([2, 0]);
      expect(refused.err).toContain(`${NAME}${taken}: is there already\ncertcheck: hint: --force replaces it`);
    }
    expect((await make(["--force"], { [`${NAME}.key`]: "there" })).made.size).toBe(2);
  });

  test("is in a file of another name where Windows has a device of it", async () => {
    const { made } = await run(["con.contoso.com", ...REQUIRED]);
    expect([...made.keys()]).toEqual(["_con.contoso.com.key", "_con.contoso.com.csr"]);
  });

  test.skipIf(process.platform !== "linux")("is not written where no folder can be made", async () => {
    const { writeFiles } = realSystem();
    const { exitCode, err } = await make(["--out", "/proc/no/folder"], {}, { writeFiles });
    expect([exitCode, err]).toEqual([2, expect.stringContaining(`/proc/no/folder/${NAME}.key: `)]);
  });

  test("is described by --dry-run, and nothing is made for it", async () => {
    const never = (): never => {
      throw new Error("nothing is to be made");
    };
    const { exitCode, out, made } = await make(
      ["--dry-run", "--template", "certreq", "--passout", "prompt"],
      {},
      { makeKey: never, writeFiles: never, askPassphrase: never },
    );
    expect([exitCode, made.size]).toEqual([0, 0]);
    expect(out).toMatch(/\.key  private key .*encrypted[\s\S]*\.csr  request[\s\S]*\.inf  template[\s\S]*--dry-run/);
  });

  test("of an older edition may be for a wildcard, which no file is called by", async () => {
    const { made } = await run(["*.contoso.com", ...REQUIRED, "--edition", "2022"]);
    expect([...made.keys()]).toEqual(["_.contoso.com.key", "_.contoso.com.csr"]);
  });

  test("is in no file that Windows keeps for a device", async () => {
    const { made } = await run(["con.contoso.com", ...REQUIRED]);
    expect([...made.keys()]).toEqual(["_con.contoso.com.key", "_con.contoso.com.csr"]);
  });
});

describe("an encrypted key", () => {
  const inFile = { "pass.txt": "Sensor-2026!\n" };
  test.each<[source: string, more: Partial<System>, passin: string]>([
    ["env:SECRET", { env: { SECRET: "Sensor-2026!" } }, " --passin env:SECRET"],
    ["file:pass.txt", {}, " --passin file:pass.txt"],
    ["stdin", { readDescriptor: () => Buffer.from("Sensor-2026!\nmore") }, ""],
    ["prompt", { askPassphrase: () => Promise.resolve("Sensor-2026!") }, ""],
    ["pass:Sensor-2026!", {}, ""],
  ])("with a passphrase of %s", async (source, more, passin) => {
    const { exitCode, text, out, err } = await make(["--passout", source], inFile, more);
    expect(exitCode).toBe(0);
    expect(text(`${NAME}.key`)).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect(spki(text(`${NAME}.key`), "Sensor-2026!").equals(spki(keyPem("leaf")))).toBe(true);
    expect(out.trimEnd().split("\n").at(-1)).toBe(`    certcheck ${NAME}.crt ${NAME}.key --chain ca.pem${passin}`);
    expect(err).toBe(
      source.startsWith("pass:")
        ? "certcheck: other users of this machine can see a passphrase on the command line; --passout env:NAME or file:PATH hides it\n"
        : "",
    );
  });

  test.each<[what: string, passphrase: string, message: string]>([
    [
      "characters",
      "a b'c",
      "the passphrase has characters that the appliance's documents do not list: character 2 is a space, character 4 is a quotation mark",
    ],
    ["none", "", "the passphrase is empty"],
    ["length", "x".repeat(1024), "the passphrase has more than the 1023 bytes that OpenSSL reads"],
    [
      "another encoding",
      Buffer.from("Z\xfcrich", "latin1").toString(),
      "the passphrase has bytes that are no text in UTF-8, or NUL",
    ],
    ["its end", "Sensor\0-2026!", "the passphrase has bytes that are no text in UTF-8, or NUL"],
  ])("needs a passphrase that can be used: %s", async (_what, passphrase, message) => {
    const { exitCode, err, made } = await make(["--passout", "env:SECRET"], {}, { env: { SECRET: passphrase } });
    expect([exitCode, made.size]).toEqual([2, 0]);
    expect(err).toContain(`certcheck: --passout: ${message}\n`);
  });

  test("has any characters in its passphrase where the documents had no list of them", async () => {
    const secret = { env: { SECRET: "a b'c" } };
    const { exitCode, text } = await make(["--passout", "env:SECRET", "--edition", "2022"], {}, secret);
    expect(exitCode).toBe(0);
    expect(spki(text(`${NAME}.key`), "a b'c").equals(spki(keyPem("leaf")))).toBe(true);
  });

  test("has its passphrase typed twice, until both are the same", async () => {
    const typed = ["a b", "abcd", "abce", "abcd", "abcd"];
    const asked: string[] = [];
    const { exitCode, err, text } = await make(
      ["--passout", "prompt"],
      {},
      {
        askPassphrase(question) {
          asked.push(question);
          return Promise.resolve(typed.shift());
        },
      },
    );
    expect(exitCode).toBe(0);
    expect(asked.map((question) => question.split(" ")[0])).toEqual(["New", "New", "The", "New", "The"]);
    expect(err).toBe(
      "certcheck: the passphrase has characters that the appliance's documents do not list: character 2 is a space\ncertcheck: the two differ\n",
    );
    expect(spki(text(`${NAME}.key`), "abcd")).toBeDefined();
    const never = await make(["--passout", "prompt"], {}, { askPassphrase: () => Promise.resolve("") });
    expect([never.exitCode, never.made.size]).toEqual([2, 0]);
  });

  test("cannot be asked about where nobody is", async () => {
    expect((await make(["--passout", "prompt"])).err).toContain("--passout prompt: there is no terminal to ask at");
  });
});

const selfSigned = (argv: readonly string[] = [], files: Files = {}) => make(["--self-signed", ...argv], files);

describe("a self-signed certificate", () => {
  test("is what a check of it finds ready, by the command that is said", async () => {
    for (const argv of [[], ["--crl-url", "http://crl.contoso.com/own.crl"]]) {
      const { exitCode, text, out, made } = await selfSigned(argv);
      expect([exitCode, [...made.keys()]]).toEqual([0, [`${NAME}.key`, `${NAME}.crt`]]);
      const files = { [`${NAME}.crt`]: text(`${NAME}.crt`), [`${NAME}.key`]: text(`${NAME}.key`) };
      const system = memorySystem(files);
      const command = out.trimEnd().split("\n").at(-1)?.trim().split(" ").slice(1) ?? [];
      expect([await main([...command, "--quiet"], system), system.out]).toEqual([
        0,
        `${NAME}.crt: READY: no documented requirement failed, of those that\n  were checked\n`,
      ]);
      expect(command.includes("--no-validation")).toBe(argv.length === 0);
    }
  });

  test("begins an hour ago, is valid as long as it is said, and has a number of its own", async () => {
    const [one, other] = await Promise.all([selfSigned(), selfSigned(["--days", "90"])]);
    const [first, second] = [one, other].map(({ text }) => new X509Certificate(text(`${NAME}.crt`)));
    expect([first?.validFrom, first?.validTo]).toEqual(["Nov 20 23:00:00 2026 GMT", "Nov 20 23:00:00 2027 GMT"]);
    expect(second?.validTo).toBe("Feb 18 23:00:00 2027 GMT");
    expect(first?.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(first?.serialNumber).not.toBe(second?.serialNumber);
  });

  test("has the extensions of the sample", async () => {
    const [artifact] = decode("", Buffer.from((await selfSigned()).text(`${NAME}.crt`))).artifacts;
    if (artifact?.kind !== "certificate") throw new Error("no certificate was made");
    const { certificate } = artifact;
    expect(certificate.extensions.map(({ name }) => name)).toEqual([
      "subjectKeyIdentifier",
      "authorityKeyIdentifier",
      "basicConstraints",
      "keyUsage",
      "extKeyUsage",
      "subjectAltName",
    ]);
    expect(extension(certificate, "authorityKeyIdentifier")?.keyIdentifier).toBe(
      extension(certificate, "subjectKeyIdentifier"),
    );
    expect(certificate.irregularities).toEqual([]);
  });

  test("is not made if the configuration would not have it", async () => {
    const files = { "certcheck.config.yaml": "requirements: { maximumLifetimeDays: 90 }\n" };
    const { exitCode, err, made } = await selfSigned([], files);
    expect([exitCode, made.size]).toEqual([2, 0]);
    expect(err).toBe(
      "certcheck: policy/lifetime: valid for 365 days, 2026-11-20 to 2027-11-20; at most 90 are allowed\ncertcheck: hint: certcheck rules policy/lifetime explains it\n",
    );
    expect((await selfSigned(["--days", "90"], files)).exitCode).toBe(0);
  });
});

const appliance = await applianceFiles();
const old = pem(
  "CERTIFICATE",
  (
    await mintAppliance({
      leaf: {
        subject: [
          ["CN", "old.contoso.com"],
          ["OU", "Labs"],
          ["OU", "OT"],
          ["O", "Contoso"],
          ["C", "DE"],
          ["DC", "contoso"],
        ],
        names: ["old.contoso.com", "b.contoso.com"],
        addresses: ["192.0.2.17"],
      },
    })
  ).leaf,
);

const oldRequest = pem("CERTIFICATE REQUEST", await mintRequest());

describe("what is there already", () => {
  const files = {
    ...appliance,
    "old.crt": old,
    "old.csr": oldRequest,
    "plain.key": keyPem("other"),
    "closed.key": keyPem("leaf-encrypted"),
  };

  test.each<[what: string, argv: string[], key: string, more?: Partial<System>]>([
    ["--key", ["--key", "plain.key"], "other"],
    ["--from", ["--from", "plain.key"], "other"],
    [
      "an encrypted one",
      ["--key", "closed.key", "--passin", "env:SECRET"],
      "leaf",
      { env: { SECRET: "Sensor-2026!" } },
    ],
    [
      "one that is asked about",
      ["--key", "closed.key"],
      "leaf",
      { askPassphrase: () => Promise.resolve("Sensor-2026!") },
    ],
    ["standard input", ["--key", "-"], "other", { readDescriptor: () => Buffer.from(keyPem("other")) }],
  ])("a key is used, and stays as it is: %s", async (_what, argv, key, more) => {
    const { exitCode, made, text } = await make(argv, files, more);
    expect([exitCode, [...made.keys()]]).toEqual([0, [`${NAME}.csr`]]);
    expect(owned(requestIn(text(`${NAME}.csr`)), key)).toBe(true);
  });

  test.each<[what: string, argv: string[], Files]>([
    ["a key", ["--key", `${NAME}.csr`], { [`${NAME}.csr`]: keyPem("other") }],
    ["a key of --from", ["--from", `${NAME}.crt`, "--self-signed"], { [`${NAME}.crt`]: keyPem("other") }],
    ["its passphrase", ["--passout", `file:${NAME}.csr`], { [`${NAME}.csr`]: "Sensor-2026!" }],
  ])("is not replaced even by force: %s", async (_, argv, there) => {
    const { exitCode, err, made } = await make([...argv, "--force"], there);
    expect([exitCode, made.size]).toEqual([2, 0]);
    expect(err).toContain(`${Object.keys(there).join()}: is one of the files that are read\n`);
  });

  test("whoever types its passphrase on the command line is told who can see it", async () => {
    const { exitCode, err } = await make(["--key", "closed.key", "--passin", "pass:Sensor-2026!"], files);
    expect([exitCode, err]).toEqual([0, expect.stringContaining("other users of this machine can see a passphrase")]);
  });

  test("a certificate is asked for once more, with a new key", async () => {
    const { exitCode, err, text, made } = await run(["--from", "old.crt"], files);
    expect([exitCode, [...made.keys()]]).toEqual([0, ["old.contoso.com.key", "old.contoso.com.csr"]]);
    const request = requestIn(text("old.contoso.com.csr"));
    expect(formatName(request.subject)).toBe("C=DE, O=Contoso, OU=Labs, OU=OT, CN=old.contoso.com");
    expect([...alternativeNames(request, "dns"), ...alternativeNames(request, "ip")]).toEqual([
      "old.contoso.com",
      "b.contoso.com",
      "192.0.2.17",
    ]);
    expect(err).toBe("certcheck: not taken over from old.crt: DC=contoso\n");
  });

  test("options override what is taken over", async () => {
    const argv = [
      "new.contoso.com",
      "--from",
      "old.crt",
      "--key",
      "sensor.key",
      "--country",
      "US",
      "--san",
      "c.contoso.com",
    ];
    const { text, made } = await run([...argv, "--organizational-unit", "Sensors"], files);
    expect([...made.keys()]).toEqual(["new.contoso.com.csr"]);
    const request = requestIn(text("new.contoso.com.csr"));
    expect(formatName(request.subject)).toBe("C=US, O=Contoso, OU=Sensors, CN=new.contoso.com");
    expect([...alternativeNames(request, "dns"), ...alternativeNames(request, "ip")]).toEqual([
      "new.contoso.com",
      "c.contoso.com",
    ]);
    expect(owned(request, "leaf")).toBe(true);
  });

  test("a request is made anew", async () => {
    const { text } = await run(["--from", "old.csr", "--state", ""], files);
    expect(formatName(requestIn(text(`${NAME}.csr`)).subject)).toBe(
      `C=US, L=Springfield, O=Contoso Ltd, OU=Contoso Labs, CN=${NAME}, E=support@contoso.com`,
    );
  });

  test("a container gives its certificate, and its key if that is asked for", async () => {
    const pfx = { "old.pfx": readFileSync("fixtures/keys/sensor.pfx") };
    const env = { SECRET: "Sensor-2026!" };
    const { exitCode, text } = await run(["--from", "old.pfx", "--key", "old.pfx", "--passin", "env:SECRET"], pfx, {
      env,
    });
    expect(exitCode).toBe(0);
    expect(owned(requestIn(text(`${NAME}.csr`)), "leaf")).toBe(true);
  });
});

test.each([
  [
    ["--from", "old.pfx"],
    "",
    "old.pfx: the container is closed: .*\ncertcheck: hint: give its passphrase with --passin",
  ],
  [
    ["--key", "old.pfx"],
    "",
    "old.pfx: the container is closed: .*\ncertcheck: hint: give its passphrase with --passin",
  ],
  [["--from", "old.pfx", "--passin", "env:SECRET"], "Wrong-1", "old.pfx: the container is closed: .*\n$"],
])("a container that stays closed is called that: %j", async (argv, SECRET, expected) => {
  const pfx = { "old.pfx": readFileSync("fixtures/keys/sensor.pfx") };
  const { exitCode, err } = await make(argv, pfx, { env: { SECRET } });
  expect([exitCode, err]).toEqual([2, expect.stringMatching(expected)]);
});

describe("answers of a configuration", () => {
  const config = (text: string): Files => ({ "certcheck.config.yaml": text });
  const all = "new: { country: US, organization: Contoso Inc., organizationalUnit: OT, state: Illinois, bits: 4096 }\n";

  test("stand in for options that are not given", async () => {
    const { text } = await run([NAME], config(all));
    const { subject, publicKey } = requestIn(text(`${NAME}.csr`));
    expect([formatName(subject), publicKey.bits]).toEqual([
      `C=US, ST=Illinois, O=Contoso Inc., OU=OT, CN=${NAME}`,
      4096,
    ]);
  });

  test("give way to options", async () => {
    const { text } = await run([NAME, "--country", "DE", "--state", "", "--bits", "2048"], config(all));
    const { subject, publicKey } = requestIn(text(`${NAME}.csr`));
    expect([formatName(subject), publicKey.bits]).toEqual([`C=DE, O=Contoso Inc., OU=OT, CN=${NAME}`, 2048]);
    expect((await run([NAME, "--no-config"], config(all))).err).toContain("missing: --country, ");
  });

  test("name the CRL of the organisation's CA, for what that issues", async () => {
    const crl = config(all.replace(" }", ", crlUrl: http://crl.contoso.com/own.crl }"));
    const point = "http://crl.contoso.com/own.crl";
    const issued = await run([NAME, "--template", "openssl"], crl);
    expect(issued.text(`${NAME}.cnf`)).toContain(point);
    const off = { "certcheck.config.yaml": `${crl["certcheck.config.yaml"] as string}validation: false\n` };
    expect((await run([NAME, "--template", "openssl"], off)).text(`${NAME}.cnf`)).not.toContain("crl");
    const own = ["--template", "openssl", "--crl-url", "http://b/c"];
    expect((await run([NAME, ...own], off)).text(`${NAME}.cnf`)).toContain("http://b/c");
    expect((await run([NAME, "--self-signed"], crl)).out).toContain("--no-validation");
  });

  test("are no settings of a check", async () => {
    const system = memorySystem({ ...appliance, ...config(all) });
    expect(await main("sensor.crt sensor.key --chain ca.pem --quiet".split(" "), system)).toBe(0);
  });

  test.each([
    ["new: { bits: 3072 }", "new.bits: 3072 is none of 2048, 4096"],
    ["new: { organizational-unit: OT }", "new.organizational-unit: no such key; did you mean organizationalUnit?"],
    ["new: true", "new: true is not a set of answers"],
  ])("have to be some: %s", async (text, message) => {
    const { exitCode, err } = await run([NAME], config(text));
    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("is refused", () => {
  const keys: Files = Object.fromEntries(
    ["leaf-1024", "leaf-3072", "leaf-p256", "leaf-encrypted", "leaf-dek-des"].map((name) => [
      `${name}.key`,
      keyPem(name),
    ]),
  );
  const files: Files = {
    ...appliance,
    ...keys,
    "damaged.key": readFileSync("fixtures/damaged-key/sensor.key"),
    "two.key": keyPem("leaf") + keyPem("other"),
    "text.txt": "nothing",
  };
  const subject = (option: string, value: string): string[] => [NAME, ...REQUIRED, option, value];

  test.each<[what: string, argv: string[], message: string]>([
    ["no name", [...REQUIRED], "missing: the domain name of the appliance"],
    ["no name that is one", ["", ...REQUIRED], "missing: the domain name of the appliance"],
    ["a bare name", ["sensor", ...REQUIRED], 'the name: "sensor" is a host name without a domain'],
    ["a URL", ["https://sensor.contoso.com", ...REQUIRED], 'the name: "https://sensor.contoso.com" is a URL'],
    ["an address", ["192.0.2.17", ...REQUIRED], 'the name: "192.0.2.17" is an IP address'],
    ["a path", ["../sensor.contoso.com", ...REQUIRED], 'the name: "../sensor.contoso.com" is not a domain name'],
    ["a wildcard", ["*.contoso.com", ...REQUIRED], 'the name: the common name "*.contoso.com" is a wildcard'],
    ["a long name", [`${"a".repeat(61)}.com`, ...REQUIRED], "the name: 65 characters, more than the 64"],
    [
      "a wildcard beside",
      subject("--san", "*.contoso.com"),
      '--san: the alternative name "*.contoso.com" is a wildcard',
    ],
    ["a name that is none", subject("--san", "a_b"), '--san: "a_b" is no name of a host'],
    ["too many names", subject("--san", "a.b,".repeat(101)), "more than 100 attributes or names"],
    ["a country", subject("--country", "USA"), '--country: "USA" is not a code of ISO 3166'],
    ["a small country", subject("--country", "us"), '--country: "us" is not in capital letters'],
    ["nobody", subject("--organization", " "), "missing: --organization"],
    ["a line feed", subject("--locality", "a\nb"), String.raw`--locality: "a\nb" has a character that cannot be seen`],
    ["a long unit", subject("--organizational-unit", "x".repeat(65)), "has more than 64 characters"],
    ["an e-mail address", subject("--email", "contoso"), '--email: "contoso" is not an e-mail address'],
    ["another size", subject("--bits", "3072"), "It is none of 2048, 4096."],
    ["another template", subject("--template", "vault"), "Templates are openssl, certreq, step."],
    ["a CRL over https", subject("--crl-url", "https://a.b/c"), "--crl-url: https, not http: https://a.b/c"],
    ["a CRL nowhere", subject("--crl-url", "c.crl"), "--crl-url: not a URL: c.crl"],
    ["a long URL", subject("--crl-url", `http://a.b/${"c.".repeat(1000)}`), "It is longer than 2000 characters."],
    ["a short key", subject("--key", "leaf-1024.key"), "the key: the key has 1024 bits"],
    ["a key in between", subject("--key", "leaf-3072.key"), "the key: the key has 3072 bits"],
    ["a key on a curve", subject("--key", "leaf-p256.key"), "the key: "],
    ["a damaged key", subject("--key", "damaged.key"), "the key: damaged: e·d"],
    ["a closed key", subject("--key", "leaf-encrypted.key"), "leaf-encrypted.key: the key is encrypted"],
    [
      "the wrong passphrase",
      [...subject("--key", "leaf-encrypted.key"), "--passin", "pass:Sensor"],
      "leaf-encrypted.key: the passphrase does not open the key",
    ],
    [
      "a cipher of old",
      [...subject("--key", "leaf-dek-des.key"), "--passin", "pass:x"],
      "leaf-dek-des.key: the key cannot be opened: ",
    ],
    ["two keys in one", subject("--key", "two.key"), "two.key: more than one private key"],
    ["two keys", [...subject("--key", "sensor.key"), "--from", "sensor.key"], "two keys: --from and --key"],
    ["no key", subject("--key", "sensor.crt"), "sensor.crt: no private key could be read"],
    ["a file that is nothing", subject("--from", "text.txt"), "--from text.txt: neither a certificate"],
    ["a file that is not there", subject("--from", "none"), "none: no such file"],
    [
      "a passphrase for an old key",
      [...subject("--key", "sensor.key"), "--passout", "pass:x"],
      "--passout is for a new key",
    ],
    ["a size of an old key", [...subject("--key", "sensor.key"), "--bits", "4096"], "--bits is for a new key"],
    ["a passphrase for no key", subject("--passin", "pass:x"), "--passin opens an existing key"],
    ["days of a request", subject("--days", "90"), "--days is for --self-signed"],
    ["no days", [...subject("--days", "0"), "--self-signed"], "It is not between 1 and 3650."],
    ["a template of its own", [...subject("--template", "step"), "--self-signed"], "--self-signed and --template"],
    ["only templates, but which", [NAME, ...REQUIRED, "--templates-only"], "--templates-only: which?"],
    [
      "only templates, encrypted",
      [...subject("--template", "step"), "--templates-only", "--passout", "pass:x"],
      "--templates-only and --passout",
    ],
    ["a CRL for nobody", [...subject("--crl-url", "http://a.b/c"), "--no-validation"], "--crl-url and --no-validation"],
    ["a template without a CRL", subject("--template", "openssl"), "--template openssl: where is the CRL of the CA?"],
    ["standard input twice", [...subject("--key", "-"), "--passin", "stdin"], "standard input can be read once only"],
    ["an unknown form", subject("--passout", "Sensor-2026!"), "--passout has an unknown form"],
    ["words too many", [NAME, "b.contoso.com", ...REQUIRED], "too many arguments"],
  ])("%s", async (_what, argv, message) => {
    const { exitCode, err, out, made } = await run(argv, files, { env: { CI: "true" } });
    expect([exitCode, out, made.size]).toEqual([2, "", 0]);
    expect(err).toContain(`certcheck: `);
    expect(err).toContain(message);
    expect(err).not.toContain("Sensor-2026");
  });

  test("each once, what several rules say of a key", async () => {
    const { err } = await make(["--key", "leaf-1024.key"], files);
    expect(err.match(/1024/g)).toHaveLength(1);
  });

  test("what is large, in no time", async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `n${index}.b.com`).join(",");
    const start = processorTime();
    expect((await make(["--san", names])).err).toBe("certcheck: more than 100 attributes or names\n");
    expect(processorTime() - start).toBeLessThan(3000);
  });

  test("with all that is wrong, at once", async () => {
    const { err } = await run(["sensor", "--country", "UK", "--organization", "O", "--organizational-unit", "OU"]);
    expect(err.split("\n").slice(0, 2)).toEqual([
      'certcheck: the name: "sensor" is a host name without a domain',
      'certcheck: --country: "UK" is not the code of the United Kingdom, which is GB',
    ]);
  });

  test("by the requirements of a configuration as well", async () => {
    const config = "requirements: { names: ['*.contoso.com'], subject: { O: [Contoso Inc.] }, minimumKeySize: 4096 }\n";
    const { err } = await run(["a.b.com", ...REQUIRED, "--organization", "B"], { "certcheck.config.yaml": config });
    expect(err).toContain('the name, or --san: "a.b.com": not of the form *.contoso.com');
    expect(err).toContain('policy/subject: the subject has O "B"; required is Contoso Inc.');
    expect(err).toContain("--bits: the key has 2048 bits; at least 4096 are required");
  });

  test("but 3072 bits are not, by the edition of 2021", async () => {
    expect((await make(["--key", "leaf-3072.key", "--edition", "2021"], files)).exitCode).toBe(0);
  });
});

describe("templates", () => {
  const POINT = ["--crl-url", "http://crl.contoso.com/issuing.crl"];

  test("come with the key and the request, or alone", async () => {
    const argv = ["--template", "openssl,step", "--template", "certreq", ...POINT];
    expect([...(await make(argv)).made.keys()].map((file) => file.slice(NAME.length))).toEqual([
      ".key",
      ".csr",
      ".cnf",
      ".tpl",
      ".inf",
    ]);
    const alone = await make([...argv, "--templates-only"], {}, { makeKey: () => Promise.reject(new Error("no key")) });
    expect([...alone.made.keys()].map((file) => file.slice(NAME.length))).toEqual([".cnf", ".tpl", ".inf"]);
    expect(alone.out).toContain(`openssl req -new -newkey rsa:2048 -nodes -keyout ${NAME}.key -config ${NAME}.cnf`);
  });

  test("name the files that lie beside them; the report names them from here", async () => {
    const { text, out } = await make(["--template", "openssl", ...POINT, "--out", "to send"]);
    expect(text(`to send/${NAME}.cnf`)).toContain(`-extfile ${NAME}.cnf -extensions issued -out ${NAME}.crt`);
    expect(out).toContain(`-extfile 'to send/${NAME}.cnf'`);
  });

  test("have nobody make a key in the place of one that is there", async () => {
    const argv = ["--template", "openssl", ...POINT];
    expect((await make(argv)).text(`${NAME}.cnf`)).toContain(`openssl req -new -key ${NAME}.key -config`);
    const own = await make([...argv, "--key", "keys/own.key", "--templates-only"], { "keys/own.key": keyPem("leaf") });
    expect(own.text(`${NAME}.cnf`)).toContain("openssl req -new -key keys/own.key -config");
  });

  test.each([
    ["from the folder that they are in", "keys/own.key", "../keys/own.key"],
    ["by a path from the root", "/keys/own.key", "/keys/own.key"],
    ["with a line end in its name", "own\n[ req ]\n.key", `"$(printf '../own\\012[ req ]\\012.key')"`],
    ["out of a variable", "env:OWN_KEY", "/dev/stdin"],
  ])("name a key of the user's, %s", async (_, key, named) => {
    const argv = ["--template", "openssl", ...POINT, "--out", "new", "--key", key];
    const { text } = await make(argv, { [key]: keyPem("leaf") }, { env: { OWN_KEY: keyPem("leaf") } });
    expect(text(`new/${NAME}.cnf`)).toContain(
      `\n#   openssl req -new -key ${named} -config ${NAME}.cnf -out ${NAME}.csr\n`,
    );
  });

  test("a key that is piped in is piped in again", async () => {
    const { out } = await make(["--key", "-"], {}, { readDescriptor: () => Buffer.from(keyPem("leaf")) });
    expect(out).toContain(`certcheck ${NAME}.crt - --chain ca.pem`);
  });

  test("name no CRL if the appliance does not validate", async () => {
    const { text, out } = await make(["--template", "openssl,step", "--no-validation"]);
    expect(text(`${NAME}.cnf`)).not.toContain("crl");
    expect(text(`${NAME}.tpl`)).not.toContain("crl");
    expect(out.trimEnd()).toMatch(/--chain ca\.pem --no-validation$/);
  });
});

describe("at a terminal", () => {
  /** Somebody who answers; what was asked is kept. */
  function somebody(...answers: string[]): { readonly asked: string[]; readonly system: Partial<System> } {
    const asked: string[] = [];
    const ask = (question: string): Promise<string | undefined> => {
      asked.push(question);
      return Promise.resolve(answers.shift());
    };
    return { asked, system: { ask } };
  }

  test("all is asked for, and judged at once", async () => {
    const { asked, system } = somebody(
      "sensor",
      "sensor.contoso.com",
      "USA",
      "US",
      "",
      "",
      "",
      "Contoso",
      "OT",
      "x",
      "a@b.c",
      "http://x",
      "192.0.2.1,b.contoso.com",
    );
    const { exitCode, err, text } = await run([], {}, system);
    expect(asked).toEqual([
      "Domain name of the appliance: ",
      "Domain name of the appliance: ",
      "Country, its two-letter code: ",
      "Country, its two-letter code: ",
      "State or province (may be empty): ",
      "Locality (may be empty): ",
      "Organization: ",
      "Organization: ",
      "Organizational unit: ",
      "E-mail address (may be empty): ",
      "E-mail address (may be empty): ",
      "Other names and addresses, separated by commas (may be empty): ",
      "Other names and addresses, separated by commas (may be empty): ",
    ]);
    expect(err.split("\n")).toEqual([
      'certcheck: the name: "sensor" is a host name without a domain',
      'certcheck: country: "USA" is not a code of ISO 3166',
      "certcheck: organization: has to be there",
      'certcheck: email: "x" is not an e-mail address',
      'certcheck: san: "http://x" is a URL',
      "",
    ]);
    expect(exitCode).toBe(0);
    expect(formatName(requestIn(text(`${NAME}.csr`)).subject)).toBe(`C=US, O=Contoso, OU=OT, CN=${NAME}, E=a@b.c`);
  });

  test("nothing is asked that was said, or is not needed", async () => {
    const { asked, system } = somebody("", "OT", "");
    await run(
      [NAME, "--country", "US", "--state", "", "--organization", "Contoso", "--san", "b.contoso.com"],
      {},
      system,
    );
    expect(asked.map((question) => question.split(" ")[0])).toEqual(["Locality", "Organizational", "E-mail"]);
    const full = somebody();
    await make([], {}, full.system);
    expect(full.asked).toEqual([]);
  });

  test("the configuration's answers are offered", async () => {
    const { asked, system } = somebody("", "", "", "", "Sensors", "", "");
    const config = { "certcheck.config.yaml": "new: { country: DE, organization: Contoso }\n" };
    const { text } = await run([NAME], config, system);
    expect(asked.slice(0, 4)).toEqual([
      "Country, its two-letter code [DE]: ",
      "State or province (may be empty): ",
      "Locality (may be empty): ",
      "Organization [Contoso]: ",
    ]);
    expect(formatName(requestIn(text(`${NAME}.csr`)).subject)).toBe(`C=DE, O=Contoso, OU=Sensors, CN=${NAME}`);
  });

  test("three answers that cannot be used are enough", async () => {
    const { asked, system } = somebody("UK", "uk", "England", "GB");
    const { exitCode, err, made } = await run([NAME], {}, system);
    expect([exitCode, asked.length, made.size]).toEqual([2, 3, 0]);
    expect(err).toContain("certcheck: no answer that could be used: nothing was written\n");
  });

  test("what is in the way is said before anything is asked", async () => {
    const { asked, system } = somebody("US");
    const { err } = await run([NAME], { [`${NAME}.csr`]: "there" }, system);
    expect([asked, err]).toEqual([[], expect.stringContaining(`${NAME}.csr: is there already`)]);
  });

  test("the name that is answered is enough to know that", async () => {
    const { asked, system } = somebody(NAME, "US");
    const { err } = await run([], { [`${NAME}.key`]: "there" }, system);
    expect([asked.length, err]).toEqual([1, expect.stringContaining(`${NAME}.key: is there already`)]);
  });

  test("of a pipeline, nothing is asked", async () => {
    const { asked, system } = somebody("US");
    const { exitCode } = await run([NAME], {}, { ...system, env: { CI: "true" } });
    expect([exitCode, asked]).toEqual([2, []]);
  });

  test("nobody is asked where nobody is", async () => {
    expect(await realSystem().ask("What? ")).toBeUndefined();
  });
});

test("a new key is RSA of the size asked for", async () => {
  const key = await makeKey(2048);
  expect([key.type, key.asymmetricKeyType, key.asymmetricKeyDetails]).toEqual([
    "private",
    "rsa",
    { modulusLength: 2048, publicExponent: 65537n },
  ]);
});

describe.skipIf(opensslVersion === undefined)(`openssl reads${orSkipped}`, () => {
  test("the request", async () => {
    const { text } = await make(["--state", "Zürich"]);
    const { ok, out } = openssl(["req", "-in", "x.csr", "-verify", "-noout", "-subject", "-nameopt", "utf8"], {
      "x.csr": text(`${NAME}.csr`),
    });
    expect([ok, out]).toEqual([true, expect.stringContaining("verify OK")]);
    expect(out).toContain("Zürich");
  });

  test("the certificate", async () => {
    const { ok, out } = openssl(["x509", "-in", "x.crt", "-noout", "-text"], {
      "x.crt": (await selfSigned()).text(`${NAME}.crt`),
    });
    expect([ok, out]).toEqual([true, expect.stringContaining(`DNS:${NAME}`)]);
  });

  test("the key, with its passphrase alone", async () => {
    const { text } = await make(["--passout", "pass:Sensor-2026!"]);
    const read = (passphrase: string) =>
      openssl(["pkey", "-in", "x.key", "-noout", "-passin", `pass:${passphrase}`], { "x.key": text(`${NAME}.key`) }).ok;
    expect([read("Sensor-2026!"), read("sensor-2026!")]).toEqual([true, false]);
  });
});
