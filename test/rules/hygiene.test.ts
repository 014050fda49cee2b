/** Rules on how clean files are: what readers let pass, what does not belong, who may read the key, what costs too much. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { gather } from "../../src/gather/gather.ts";
import { MAX_FILE_BYTES } from "../../src/bundle/decode.ts";
import { hygiene } from "../../src/rules/hygiene.ts";
import {
  applianceFiles,
  bundle,
  type BundleSpec,
  caIs,
  changeLine,
  crtIs,
  type Files,
  keyIs,
  memorySystem,
  NOW,
} from "../support/bundle.ts";
import { inOneLine, keyPem, mintAppliance, mintRequest, pem } from "../support/mint.ts";
import { type Case, testRules } from "../support/rules.ts";
import {
  algorithm,
  contentInfo,
  encryptedSafe,
  hex,
  macData,
  pbes2,
  pbkdf2,
  pfx,
  pkcs12Pbe,
  seq,
} from "../pki/hand-made.ts";

const { "sensor.crt": crt = "", "sensor.key": key = "", "ca.pem": ca = "" } = await applianceFiles();
const { leaf } = await mintAppliance();
const pkcs8 = createPrivateKey(key).export({ format: "der", type: "pkcs8" });

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
/** The certificate's lines, one of them changed. */
const line = (number: number, change: (line: string) => string): BundleSpec => crtIs(changeLine(crt, number, change));
const base64Lines = crt.trimEnd().split("\n").length - 2;

const request = await mintRequest();
const revoked = pem("X509 CRL", hex("301a301330003000170d3236303130313030303030305a3000030100"));
const publicKey = createPublicKey(key).export({ format: "pem", type: "spki" }).toString();

const labelled = (label: string, what: string, proper: string): string =>
  `labelled "${label}", but holds ${what}, whose label is "${proper}"`;

const clean: readonly Case[] = [
  ["as they should be", "hygiene/clean", {}],
  ["CR and LF", "hygiene/clean", crtIs(crt.replaceAll("\n", "\r\n"))],
  ["no line end at the end", "hygiene/clean", crtIs(crt.trimEnd())],
  ["DER", "hygiene/clean", crtIs(leaf)],
  ["text around the blocks", "hygiene/clean", caIs(`Bag Attributes\n    friendlyName: Zürich\n${ca}\n\tend\n`)],
  ["an encrypted key", "hygiene/clean", keyIs(keyPem("leaf-encrypted"))],
  ["a key with headers", "hygiene/clean", keyIs(keyPem("leaf-dek-aes"))],
  ["blanks after the boundaries", "hygiene/clean", crtIs(crt.replaceAll("-----\n", "----- \t\n"))],
  ["what is refused has a rule of its own", "hygiene/clean", line(5, (text) => `${text}\n`)],
  ["what cannot be read has a rule of its own", "hygiene/clean", line(5, (text) => `|${text.slice(1)}`)],
  ["a container has no text", "hygiene/clean", crtIs(contentInfo(2))],
  [
    "trust anchors are not uploaded",
    "hygiene/clean",
    { files: { "root.pem": `\ufeff${ca}` }, operands: { roots: ["root.pem"] } },
  ],

  ["a byte order mark", "hygiene/clean", crtIs(`\ufeff${crt}`), ["a byte order mark before the text"]],
  ["a blank at the end of a line", "hygiene/clean", line(3, (text) => `${text} `), ["blanks at the end of the line"]],
  [
    "blanks at the end of several",
    "hygiene/clean",
    crtIs(crt.replace(/(?<=[A-Za-z0-9+/=])\n/g, "\t\n")),
    [`blanks at the end of ${base64Lines} lines`],
  ],
  [
    "a blank inside",
    "hygiene/clean",
    line(2, (text) => `${text.slice(0, 8)} ${text.slice(8)}`),
    ["a blank inside the base64, column 9"],
  ],
  ["blanks before", "hygiene/clean", line(4, (text) => `\t ${text}`), ["blanks before the base64, column 1"]],
  [
    "one line that ends in CR and LF",
    "hygiene/clean",
    line(5, (text) => `${text}\r`),
    ["line ends of two kinds: LF before, CR LF here"],
  ],
  [
    "one line that ends in LF",
    "hygiene/clean",
    crtIs(crt.replaceAll("\n", "\r\n").replace(/\r\n$/, "\n")),
    ["line ends of two kinds: CR LF before, LF here"],
  ],
  [
    "a file of Windows and one of Unix, joined",
    "hygiene/clean",
    caIs(`${crt.replaceAll("\n", "\r\n")}${ca}`),
    ["line ends of two kinds: CR LF before, LF here"],
  ],
  [
    "base64 in one line",
    "hygiene/clean",
    crtIs(inOneLine(crt)),
    [`lines of up to ${leaf.toString("base64").length} characters, where RFC 7468 has 64`],
  ],
  [
    "lines of 76 characters, as in a mail",
    "hygiene/clean",
    crtIs(inOneLine(crt).replace(/([^\n-]{76})/g, "$1\n")),
    ["lines of up to 76 characters, where RFC 7468 has 64"],
  ],
  [
    "the mark that ended files once",
    "hygiene/clean",
    crtIs(`${crt}\u001a`),
    ["bytes that are no text, outside the blocks"],
  ],
  [
    "zeros to the end of a sector",
    "hygiene/clean",
    crtIs(Buffer.concat([Buffer.from(crt), Buffer.alloc(512)])),
    ["bytes that are no text, outside the blocks"],
  ],
  [
    "a name in Latin-1 before the block",
    "hygiene/clean",
    caIs(Buffer.concat([latin1("friendlyName: Z\u00fcrich\n"), Buffer.from(ca)])),
    ["bytes that are no text, outside the blocks"],
  ],
  [
    "several at once",
    "hygiene/clean",
    crtIs(`\ufeff${crt.replace("\n", "\r\n")}\0`),
    [
      "a byte order mark before the text",
      "line ends of two kinds: CR LF before, LF here",
      "bytes that are no text, outside the blocks",
    ],
  ],
  [
    "in each file",
    "hygiene/clean",
    { files: { "sensor.crt": `\ufeff${crt}`, "sensor.key": `\ufeff${key}`, "ca.pem": `\ufeff${ca}` } },
    Array<string>(3).fill("a byte order mark before the text"),
  ],

  [
    "a label of the time before PEM was PEM",
    "hygiene/clean",
    crtIs(pem("X509 CERTIFICATE", leaf)),
    [labelled("X509 CERTIFICATE", "a certificate", "CERTIFICATE")],
  ],
  [
    "OpenSSL's own label, with settings of trust",
    "hygiene/clean",
    crtIs(pem("TRUSTED CERTIFICATE", Buffer.concat([leaf, seq()]))),
    [labelled("TRUSTED CERTIFICATE", "a certificate", "CERTIFICATE")],
  ],
  [
    "the same without settings",
    "hygiene/clean",
    crtIs(pem("TRUSTED CERTIFICATE", leaf)),
    [labelled("TRUSTED CERTIFICATE", "a certificate", "CERTIFICATE")],
  ],
  [
    "PKCS#8 labelled as PKCS#1",
    "hygiene/clean",
    keyIs(pem("RSA PRIVATE KEY", pkcs8)),
    [labelled("RSA PRIVATE KEY", "a PKCS#8 key", "PRIVATE KEY")],
  ],
  [
    "a plain key that claims to be encrypted",
    "hygiene/clean",
    keyIs(pem("ENCRYPTED PRIVATE KEY", pkcs8)),
    [labelled("ENCRYPTED PRIVATE KEY", "a PKCS#8 key", "PRIVATE KEY")],
  ],
  ["a label that OpenSSL does not take is refused", "hygiene/clean", crtIs(pem("PRIVATE KEY", leaf))],
];

const stray: readonly Case[] = [
  ["one thing in each", "hygiene/nothing-else", {}],
  ["text is nothing", "hygiene/nothing-else", crtIs(`subject=CN\n${crt}`)],
  ["CAs beside the certificate have a rule of their own", "hygiene/nothing-else", crtIs(crt + ca)],
  ["a key beside the certificate has a rule of its own", "hygiene/nothing-else", crtIs(crt + key)],
  ["a key in the chain has a rule of its own", "hygiene/nothing-else", caIs(ca + key)],
  ["two keys have a rule of their own", "hygiene/nothing-else", keyIs(key + keyPem("other"))],
  ["a file in the wrong place has a rule of its own", "hygiene/nothing-else", crtIs(revoked + publicKey)],
  [
    "what comes out of a container does not stand in the file",
    "hygiene/nothing-else",
    {
      files: { "sensor.crt": contentInfo(2) },
    },
  ],
  ["a certificate beside the key", "hygiene/nothing-else", keyIs(key + crt), ["holds a certificate as well"]],
  [
    "all CAs beside the key",
    "hygiene/nothing-else",
    keyIs(crt + ca + key),
    Array<string>(3).fill("holds a certificate as well"),
  ],
  [
    "a request beside the key",
    "hygiene/nothing-else",
    keyIs(keyPem("leaf-encrypted") + pem("CERTIFICATE REQUEST", request)),
    ["holds a certificate request (CSR) as well"],
  ],
  [
    "parameters before the key",
    "hygiene/nothing-else",
    {
      leaf: { key: "leaf-p256" },
      files: { "sensor.key": pem("EC PARAMETERS", hex("06082a8648ce3d030107")) + keyPem("leaf-p256") },
    },
    ["holds parameters of a key algorithm as well"],
  ],
  [
    "a request beside the certificate",
    "hygiene/nothing-else",
    crtIs(crt + pem("CERTIFICATE REQUEST", request)),
    ["holds a certificate request (CSR) as well"],
  ],
  [
    "a container beside the certificate",
    "hygiene/nothing-else",
    crtIs(pem("PKCS7", contentInfo(2)) + crt),
    ["holds a PKCS#7 container (.p7b) as well"],
  ],
  [
    "a list of revoked certificates and a public key in the chain",
    "hygiene/nothing-else",
    caIs(revoked + ca + publicKey),
    ["holds a certificate revocation list (CRL) as well", "holds a public key as well"],
  ],
];

const nested = (levels: number): Uint8Array => hex("3080".repeat(levels) + "0000".repeat(levels));
const elements = (count: number): Uint8Array => seq(Buffer.from("0500".repeat(count - 1), "hex"));

/** A container of these safes, with a MAC if rounds are given for it. */
const container = (safes: readonly Uint8Array[], rounds?: number): Uint8Array =>
  pfx(
    safes,
    rounds === undefined ? undefined : macData(algorithm("2.16.840.1.101.3.4.2.1"), new Uint8Array(32), { rounds }),
  );
const locked = (scheme: Uint8Array): Uint8Array => encryptedSafe(scheme, new Uint8Array(16));

const limits: readonly Case[] = [
  ["as they should be", "hygiene/within-limits", {}],
  ["the largest file", "hygiene/within-limits", crtIs(Buffer.alloc(MAX_FILE_BYTES, "a"))],
  [
    "a byte more",
    "hygiene/within-limits",
    crtIs(Buffer.alloc(MAX_FILE_BYTES + 1, "a")),
    ["larger than 4 MiB: it was not read"],
  ],
  ["as many blocks as are read", "hygiene/within-limits", caIs(ca.repeat(100))],
  ["a block more", "hygiene/within-limits", caIs(ca.repeat(100) + crt), ["201 blocks, only the first 200 were read"]],
  ["as many levels of BER as are read", "hygiene/within-limits", crtIs(nested(64))],
  [
    "a level more",
    "hygiene/within-limits",
    crtIs(nested(65)),
    ["binary data that was not read: more than 64 levels of indefinite length"],
  ],
  [
    "a level more, in a block",
    "hygiene/within-limits",
    keyIs(pem("PRIVATE KEY", nested(65))),
    ['the block "PRIVATE KEY" was not read: more than 64 levels of indefinite length'],
  ],
  ["as many elements as are read", "hygiene/within-limits", crtIs(elements(200_000))],
  [
    "an element more",
    "hygiene/within-limits",
    crtIs(elements(200_001)),
    ["binary data that was not read: more than 200000 elements"],
  ],
  [
    "in each file",
    "hygiene/within-limits",
    { files: { "sensor.crt": nested(65), "sensor.key": nested(65), "ca.pem": nested(65) } },
    Array<string>(3).fill("binary data that was not read: more than 64 levels of indefinite length"),
  ],
  ["damage is no limit", "hygiene/within-limits", crtIs(crt.slice(0, 400))],
  ["a closed container is no limit", "hygiene/within-limits", crtIs(container([], 2048))],
  [
    "a container that asks for too many rounds to authenticate it",
    "hygiene/within-limits",
    crtIs(container([], 2_000_001)),
    ["the container was not opened: more than 2000000 iterations of key derivation"],
  ],
  [
    "a container that asks for too many to decrypt a part",
    "hygiene/within-limits",
    { ...crtIs(container([locked(pkcs12Pbe(3, 2_000_001))])), operands: { passphrase: "pass:x" } },
    ["the container was not opened: 2000001 iterations, more than the 2000000 that certcheck runs"],
  ],
  [
    "the same with PBES2",
    "hygiene/within-limits",
    { ...crtIs(container([locked(pbes2(pbkdf2(2_000_001)))], 1)), operands: { passphrase: "pass:x" } },
    ["the container was not opened: 2000001 iterations, more than the 2000000 that certcheck runs"],
  ],
  [
    "a container that is closed for another reason",
    "hygiene/within-limits",
    { ...crtIs(container([locked(pbes2(pbkdf2(1)))], 1)), operands: { passphrase: "pass:x" } },
  ],
  ["an encrypted key has a rule of its own", "hygiene/within-limits", keyIs(keyPem("leaf-encrypted"))],
];

const permissions = "hygiene/key-permissions";

testRules(
  "hygiene",
  // What a file may be done to by whom is no matter of its content: see below.
  hygiene.filter(({ id }) => id !== permissions),
  [...clean, ...stray, ...limits],
);

describe("who may read the key", () => {
  const ask = async (mode: number | undefined, operand = "sensor.key", files: Files = {}, inPipeline = false) => {
    const all = { ...(await applianceFiles()), ...files };
    const system = memorySystem(all, {
      modeOf: (path) => (path === operand ? mode : 0o644),
      stdin: key,
      env: { KEY: key },
    });
    const operands = { certificate: "sensor.crt", key: operand, chains: ["ca.pem"], roots: [] };
    const { context } = await bundle({ context: { inPipeline } });
    const rule = hygiene.filter(({ id }) => id === permissions);
    const [result] = evaluate(rule, await gather(operands, NOW, system), context);
    return result;
  };

  test.each<readonly [mode: number | undefined, messages: readonly string[]]>([
    [0o600, []],
    [0o400, []],
    [0o640, []],
    [0o660, []],
    [0o711, []],
    [0o622, []],
    [undefined, []],
    [0o644, ["every user of this machine may read it: its mode is 644"]],
    [0o604, ["every user of this machine may read it: its mode is 604"]],
    [0o777, ["every user of this machine may read it: its mode is 777"]],
    [0o004, ["every user of this machine may read it: its mode is 4"]],
  ])("mode %o", async (mode, messages) => {
    const result = await ask(mode);
    expect(result?.findings.map(({ message }) => message)).toEqual(messages);
    expect(result).toMatchObject({ outcome: messages.length > 0 ? "fails" : "holds", severity: "warning" });
  });

  test.each<readonly [what: string, operand: string, files: Files, outcome: string]>([
    ["an encrypted key", "sensor.key", { "sensor.key": keyPem("leaf-encrypted") }, "fails"],
    ["a key in DER", "sensor.key", { "sensor.key": pkcs8 }, "fails"],
    ["a certificate in its place is public", "sensor.key", { "sensor.key": crt }, "holds"],
    ["what cannot be read", "sensor.key", { "sensor.key": "" }, "holds"],
    ["standard input has no mode", "-", {}, "holds"],
    ["a variable has no mode", "env:KEY", {}, "holds"],
  ])("%s", async (_, operand, files, outcome) => {
    expect(await ask(0o644, operand, files)).toMatchObject({ outcome });
  });

  test("is only told in a pipeline, whose machines nobody shares", async () => {
    expect(await ask(0o644, "sensor.key", {}, true)).toMatchObject({ outcome: "fails", severity: "info" });
  });

  test("the command takes the right from the others", async () => {
    const result = await ask(0o644, "my key.key", { "my key.key": key });
    expect(result?.findings).toEqual([
      {
        file: "my key.key",
        message: "every user of this machine may read it: its mode is 644",
        fix: "Take the right to read it from the others.\nchmod go= 'my key.key'",
      },
    ]);
  });
});
