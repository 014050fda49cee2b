/** Rules on the files: their names, what they hold, and whether that belongs in their place. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { displayName } from "../../src/pki/name.ts";
import { files } from "../../src/rules/files.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { applianceFiles, bundle, type BundleSpec, caIs, changeLine, crtIs, keyIs } from "../support/bundle.ts";
import { keyPem, mintAppliance, mintRequest, pem } from "../support/mint.ts";
import { type Case, testRules } from "../support/rules.ts";
import { algorithm, bag, certificateBag, contentInfo, macData, pfx, pkcs7, safe, seq } from "../pki/hand-made.ts";

const { "sensor.crt": crt = "", "sensor.key": key = "", "ca.pem": ca = "" } = await applianceFiles();
const { leaf, cas } = await mintAppliance();
const keyDer = createPrivateKey(key).export({ format: "der", type: "pkcs8" });
const hex = (digits: string): Buffer => Buffer.from(digits, "hex");
const bytesOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]*-----|\s/g, ""), "base64");

/** Files of a container that OpenSSL 3 made. */
const sealed = (operands: NonNullable<BundleSpec["operands"]>): BundleSpec => ({
  files: { "a.pfx": stored("appliance.pfx") },
  operands,
});
/** The certificate's lines, one of them changed. */
const line = (number: number, change: (line: string) => string): BundleSpec => crtIs(changeLine(crt, number, change));

const hyphens = (kind: string): string => `the ${kind} line does not have five hyphens on either side of its label`;
const labelled = (label: string, what: string, proper: string): string =>
  `labelled ${label}, but holds ${what}, whose label is "${proper}"`;

const container = (...bags: readonly Uint8Array[]): Uint8Array => pfx([safe(...bags)]);
const keyBag = (pkcs8: Uint8Array): Uint8Array => bag("key", pkcs8);
/** A container whose MAC asks for three million rounds. */
const expensive = pfx([], macData(algorithm("2.16.840.1.101.3.4.2.1"), new Uint8Array(32), { rounds: 3_000_000 }));
const holdsPkcs12 = "holds a PKCS#12 container (.pfx, .p12)";
const stored = (name: string): Buffer => readFileSync(join(resolve("fixtures/keys"), name));

/** Each other kind of file by its name in a sentence. */
const others: readonly (readonly [kind: string, content: string | Uint8Array])[] = [
  ["a certificate request (CSR)", pem("CERTIFICATE REQUEST", await mintRequest())],
  ["a certificate request (CSR)", pem("NEW CERTIFICATE REQUEST", await mintRequest())],
  ["a certificate request (CSR)", await mintRequest()],
  [
    "a certificate revocation list (CRL)",
    pem("X509 CRL", hex("301a301330003000170d3236303130313030303030305a3000030100")),
  ],
  ["a PKCS#7 container (.p7b)", pem("PKCS7", pkcs7(leaf, ...cas))],
  ["a PKCS#7 container (.p7b)", pem("CERTIFICATE", pkcs7(leaf))],
  ["a PKCS#7 container (.p7b)", pkcs7(leaf)],
  ["a PKCS#7 container (.p7b)", pkcs7()],
  ["a PKCS#7 container (.p7b)", contentInfo(3, seq())],
  ["a PKCS#12 container (.pfx, .p12)", container(certificateBag(leaf))],
  ["a PKCS#12 container (.pfx, .p12)", container()],
  ["a public key", createPublicKey(key).export({ format: "pem", type: "spki" }).toString()],
  ["a private key in OpenSSH's own format", pem("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0"))],
  ["parameters of a key algorithm", pem("EC PARAMETERS", hex("06082a8648ce3d030107"))],
  ["a Java keystore", hex("feedfeed00000002")],
  ["a Java keystore", hex("cececece00000002")],
  ["a ZIP archive", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40)])],
  ["a gzip archive", gzipSync(crt)],
  ["an archive", hex("fd377a585a00")],
  ["a PDF document", "%PDF-1.7\n"],
  ["JSON text", '{"certificate": "sensor"}'],
  ["an SSH public key", "ssh-rsa AAAAB3NzaC1yc2E sensor\n"],
  ["a private key in PuTTY's own format (.ppk)", "PuTTY-User-Key-File-3: ssh-rsa\n"],
  ["a private key in Microsoft's old format (.pvk)", hex("1ef1b5b000000000")],
  ["a Microsoft serialized certificate store (.sst)", hex("0000000043455254")],
  ["an HTML page", "<!DOCTYPE html>\n<html><body>Sign in</body></html>"],
  ["an HTML page", "  <html>"],
  [
    "a certificate printed as text, without the certificate itself",
    "Certificate:\n    Data:\n        Version: 3 (0x2)\n",
  ],
];

const wrongSlot: readonly Case[] = others.flatMap(([kind, content], index): Case[] => [
  [`${kind}, ${index}, as certificate`, "file/right-slot", crtIs(content), [`holds ${kind}, not a certificate`]],
  [
    `${kind}, ${index}, as key`,
    "file/right-slot",
    keyIs(content),
    [`holds ${kind}, not ${kind.startsWith("a private key") ? "in PKCS#8 or PKCS#1" : "a private key"}`],
  ],
  [`${kind}, ${index}, as chain`, "file/right-slot", caIs(content), [`holds ${kind}, not CA certificates`]],
  [`${kind}, ${index}, is known`, "file/decodes", crtIs(content)],
]);

const damaged: readonly Case[] = [
  ["PEM", "file/decodes", {}],
  ["DER", "file/decodes", { files: { "sensor.crt": leaf, "sensor.key": keyDer, "ca.pem": cas[0] } }],
  ["bag attributes around the blocks", "file/decodes", caIs(`Bag Attributes: <No Attributes>\nsubject=C = US\n${ca}`)],
  ["headers of a key", "file/decodes", keyIs(keyPem("leaf-dek-aes"))],
  ["CR and LF", "file/decodes", crtIs(crt.replaceAll("\n", "\r\n"))],
  ["no line end at the end", "file/decodes", crtIs(crt.trimEnd())],
  ["a byte order mark is tolerated", "file/decodes", crtIs(`\ufeff${crt}`)],
  ["blanks at line ends are tolerated", "file/decodes", crtIs(crt.replaceAll("\n", " \n"))],

  ["empty", "file/decodes", crtIs(""), ["the file is empty"]],
  [
    "each file of its own",
    "file/decodes",
    { files: { "sensor.crt": "", "sensor.key": "", "ca.pem": "" } },
    Array(3).fill("the file is empty") as string[],
  ],
  ["blank", "file/decodes", crtIs(" \r\n\t\n"), ["the file holds blanks only"]],
  ["words", "file/decodes", crtIs("see the other folder"), ["text, but no certificate, key or container"]],
  [
    "a picture",
    "file/decodes",
    crtIs(hex("89504e470d0a1a0a0000000d")),
    ["binary data, but no certificate, key or container"],
  ],
  ["larger than what is read has a rule of its own", "file/decodes", crtIs(Buffer.alloc(4 * 1024 * 1024 + 1, "a"))],
  ["more levels than are read have a rule of their own", "file/decodes", crtIs(hex("3080".repeat(65)))],
  [
    "no END line",
    "file/decodes",
    crtIs(crt.slice(0, 400)),
    ['truncated: the block "CERTIFICATE" that begins at line 1 has no END line'],
  ],
  [
    "a character too few",
    "file/decodes",
    line(3, (text) => text.slice(1)),
    [`truncated: ${leaf.toString("base64").length - 1} base64 characters, which is no multiple of four`],
  ],
  [
    "no BEGIN line",
    "file/decodes",
    crtIs(`${crt}-----END CERTIFICATE-----\n`),
    ['an END line without a BEGIN line: "CERTIFICATE"'],
  ],
  [
    "two labels",
    "file/decodes",
    crtIs(crt.replace("END CERTIFICATE", "END X509")),
    ['the block begins as "CERTIFICATE" at line 1 and ends as (unknown label)'],
  ],
  [
    "no END line between two blocks",
    "file/decodes",
    caIs(ca.replace("-----END CERTIFICATE-----\n", "")),
    ['the block "CERTIFICATE" that begins at line 1 has no END line before this one'],
  ],
  [
    "a character that is no base64",
    "file/decodes",
    line(4, (text) => `${text.slice(0, 10)}|${text.slice(11)}`),
    ['"|" is not a base64 character, column 11'],
  ],
  [
    "a letter that looks like another",
    "file/decodes",
    line(2, (text) => `\u0430${text.slice(1)}`),
    ["U+0430 is not a base64 character, column 1"],
  ],
  [
    "the label promises what is not there",
    "file/decodes",
    crtIs(pem("CERTIFICATE", hex("3003020100"))),
    ['the block "CERTIFICATE" is damaged: the signed part expected, found tag 0x02'],
  ],
  [
    "a label nobody knows",
    "file/decodes",
    crtIs(pem("SENSOR", hex("0500"))),
    ["the block (unknown label) holds nothing that certcheck knows"],
  ],
  [
    "DER of something else",
    "file/decodes",
    crtIs(hex("3003020100")),
    ["binary data in DER, but nothing that certcheck knows"],
  ],
  [
    "UTF-16 of PowerShell",
    "file/decodes",
    crtIs(Buffer.from(`\ufeff${crt}`, "utf16le")),
    ["the text is UTF-16, as PowerShell's > writes it, and not ASCII"],
  ],
  [
    "UTF-16 the other way round",
    "file/decodes",
    crtIs(Buffer.from(`\ufeff${crt}`, "utf16le").swap16()),
    ["the text is UTF-16, as PowerShell's > writes it, and not ASCII"],
  ],
  [
    "carriage returns alone",
    "file/decodes",
    crtIs(crt.replaceAll("\n", "\r")),
    ["lines that end in a carriage return alone"],
  ],
  ["an empty line", "file/decodes", line(5, (text) => `${text}\n`), ["an empty line inside the block"]],
  [
    "an indented BEGIN line",
    "file/decodes",
    line(1, (text) => `  ${text}`),
    ["blanks before the BEGIN line, column 1"],
  ],
  [
    "a block indented as in YAML",
    "file/decodes",
    crtIs(`tls.crt: |\n${crt.replace(/^(?=.)/gm, "  ")}`),
    ["blanks before the BEGIN line, column 1", "blanks before the END line, column 1"],
  ],

  [
    "two files joined without a line end",
    "file/decodes",
    caIs(ca.replace("-----\n-----", "----------")),
    ["the END line and the BEGIN line after it are one: a line end is missing"],
  ],
  [
    "certificate and key joined so",
    "file/decodes",
    crtIs(crt.trimEnd() + key),
    ["the END line and the BEGIN line after it are one: a line end is missing"],
  ],
  [
    "four files joined so",
    "file/decodes",
    caIs((ca + ca).replaceAll("-----\n-----", "----------")),
    Array<string>(3).fill("the END line and the BEGIN line after it are one: a line end is missing"),
  ],
  [
    "END beside the last base64",
    "file/decodes",
    crtIs(crt.replace("\n-----END", "-----END")),
    ["the END line does not stand on a line of its own"],
  ],
  [
    "base64 beside BEGIN",
    "file/decodes",
    crtIs(crt.replace("-----\n", "----- ")),
    ["the BEGIN line does not stand on a line of its own"],
  ],
  [
    "text before BEGIN",
    "file/decodes",
    crtIs(`certificate: ${crt}`),
    ["the BEGIN line does not stand on a line of its own"],
  ],
  [
    "blanks in place of line ends",
    "file/decodes",
    crtIs(crt.replaceAll("\n", " ")),
    ["a whole block in one line: its line ends are lost"],
  ],
  [
    "nothing in place of line ends",
    "file/decodes",
    crtIs(crt.replaceAll("\n", "")),
    ["a whole block in one line: its line ends are lost"],
  ],
  [
    "backslash and n in place of line ends",
    "file/decodes",
    keyIs(key.replaceAll("\n", "\\n")),
    ["a whole block in one line: its line ends are lost"],
  ],
  [
    "a string of JSON or YAML",
    "file/decodes",
    crtIs(`tls.crt: ${JSON.stringify(crt.replaceAll("\n", "\r\n"))}\n`),
    ["a whole block in one line: its line ends are lost"],
  ],
  [
    "two blocks in one line",
    "file/decodes",
    caIs(ca.replaceAll("\n", "\\n")),
    ["a whole block in one line: its line ends are lost"],
  ],
  [
    "a key that has lost a line end, and a good certificate",
    "file/decodes",
    { files: { "sensor.crt": crt + ca, "sensor.key": key.replace("-----\n", "-----") } },
    ["the BEGIN line does not stand on a line of its own"],
  ],

  [
    "dashes of a word processor",
    "file/decodes",
    crtIs(crt.replaceAll("-----", "\u2014\u2013-")),
    [hyphens("BEGIN"), hyphens("END")],
  ],
  [
    "dashes of a word processor around END alone",
    "file/decodes",
    crtIs(crt.replace("-----END", "\u2014\u2014-END")),
    [hyphens("END")],
  ],
  ["a hyphen too few", "file/decodes", crtIs(crt.replace("-----BEGIN", "----BEGIN")), [hyphens("BEGIN")]],
  ["a hyphen too many", "file/decodes", crtIs(crt.replace("-----BEGIN", "------BEGIN")), [hyphens("BEGIN")]],
  ["two hyphens", "file/decodes", keyIs(key.replaceAll("-----", "--")), [hyphens("BEGIN"), hyphens("END")]],
  [
    "blanks within the dashes",
    "file/decodes",
    crtIs(crt.replace("-----BEGIN CERTIFICATE-----", "----- BEGIN CERTIFICATE -----")),
    [hyphens("BEGIN")],
  ],
  [
    "a hyphen too few in many blocks",
    "file/decodes",
    caIs((ca + ca).replaceAll("-----BEGIN", "----BEGIN")),
    [`${hyphens("BEGIN")}, here and in 3 more places`],
  ],

  [
    "a certificate under a key's label",
    "file/decodes",
    crtIs(pem("PRIVATE KEY", leaf)),
    [labelled('"PRIVATE KEY"', "a certificate", "CERTIFICATE")],
  ],
  [
    "a certificate under a label of somebody's own",
    "file/decodes",
    crtIs(pem("SENSOR", leaf)),
    [labelled("(unknown label)", "a certificate", "CERTIFICATE")],
  ],
  [
    "a key under a certificate's label",
    "file/decodes",
    keyIs(pem("CERTIFICATE", keyDer)),
    [labelled('"CERTIFICATE"', "a PKCS#8 key", "PRIVATE KEY")],
  ],
  [
    "PKCS#1 labelled as PKCS#8",
    "file/decodes",
    keyIs(keyPem("leaf-pkcs1").replaceAll("RSA ", "")),
    [labelled('"PRIVATE KEY"', "a PKCS#1 key", "RSA PRIVATE KEY")],
  ],
  [
    "SEC 1 labelled as PKCS#8",
    "file/decodes",
    keyIs(pem("PRIVATE KEY", createPrivateKey(keyPem("leaf-p256")).export({ format: "der", type: "sec1" }))),
    [labelled('"PRIVATE KEY"', "a SEC 1 key", "EC PRIVATE KEY")],
  ],
  [
    "an encrypted key labelled as a plain one",
    "file/decodes",
    keyIs(keyPem("leaf-encrypted").replaceAll("ENCRYPTED ", "")),
    [labelled('"PRIVATE KEY"', "an encrypted PKCS#8 key", "ENCRYPTED PRIVATE KEY")],
  ],
  ["PKCS#8 labelled as PKCS#1 has a rule of its own", "file/decodes", keyIs(pem("RSA PRIVATE KEY", keyDer))],
  ["an old label has a rule of its own", "file/decodes", crtIs(pem("X509 CERTIFICATE", leaf))],
  ["a key under its own label", "file/decodes", keyIs(keyPem("leaf-pkcs1"))],

  ["base64 alone", "file/decodes", crtIs(leaf.toString("base64")), ["base64 without its BEGIN and END lines"]],
  [
    "a key in base64 alone, in lines",
    "file/decodes",
    keyIs(key.replaceAll(/-----.*\n/g, "").replaceAll("\n", "\r\n")),
    ["base64 without its BEGIN and END lines"],
  ],
  [
    "base64 of nothing that is known",
    "file/decodes",
    crtIs(Buffer.alloc(300, 7).toString("base64")),
    ["base64 without its BEGIN and END lines"],
  ],
  [
    "base64 of PEM",
    "file/decodes",
    crtIs(Buffer.from(crt).toString("base64")),
    ["PEM that was encoded in base64 once more"],
  ],
  [
    "base64 of PEM, in lines",
    "file/decodes",
    keyIs(
      Buffer.from(key)
        .toString("base64")
        .replace(/(.{76})/g, "$1\n"),
    ),
    ["PEM that was encoded in base64 once more"],
  ],
  [
    "base64 of PEM that is damaged itself",
    "file/decodes",
    crtIs(Buffer.from(crt.replace("-----BEGIN", "----BEGIN")).toString("base64")),
    ["PEM that was encoded in base64 once more", hyphens("BEGIN")],
  ],
  [
    "a certificate that is damaged in a container",
    "file/decodes",
    crtIs(container(certificateBag(hex("3003020100")), certificateBag(leaf))),
    ["a certificate in the container is damaged: the signed part expected, found tag 0x02"],
  ],
];

const rest: readonly Case[] = [
  ["each in its place", "file/right-slot", {}],
  ["DER in its place", "file/right-slot", { files: { "sensor.crt": leaf, "sensor.key": keyDer, "ca.pem": cas[0] } }],
  ["no key given", "file/right-slot", { operands: { key: undefined } as object }],
  ["the key among certificates has a rule of its own", "file/right-slot", crtIs(crt + key)],
  [
    "EC parameters before the key",
    "file/right-slot",
    {
      leaf: { key: "leaf-p256" },
      files: { "sensor.key": pem("EC PARAMETERS", hex("06082a8648ce3d030107")) + keyPem("leaf-p256") },
    },
  ],
  ["what cannot be read has a rule of its own", "file/right-slot", crtIs("")],
  [
    "swapped",
    "file/right-slot",
    { operands: { certificate: "sensor.key", key: "sensor.crt" } },
    ["holds a private key (RSA 2048), not a certificate", "holds a certificate, not a private key"],
  ],
  [
    "an encrypted key as certificate",
    "file/right-slot",
    crtIs(keyPem("leaf-encrypted")),
    ["holds an encrypted private key, not a certificate"],
  ],
  [
    "a key as chain",
    "file/right-slot",
    caIs(keyPem("leaf-p256")),
    ["holds a private key (EC P-256), not CA certificates"],
  ],
  ["DER of a certificate as key", "file/right-slot", keyIs(leaf), ["holds a certificate, not a private key"]],
  [
    "DER of a key as certificate",
    "file/right-slot",
    crtIs(keyDer),
    ["holds a private key (RSA 2048), not a certificate"],
  ],
  [
    "request and public key",
    "file/right-slot",
    crtIs(
      pem("CERTIFICATE REQUEST", await mintRequest()) +
        createPublicKey(key).export({ format: "pem", type: "spki" }).toString(),
    ),
    ["holds a certificate request (CSR) and a public key, not a certificate"],
  ],

  ["a container beside the certificate has a rule of its own", "file/right-slot", crtIs(pem("PKCS7", pkcs7()) + crt)],
  [
    "a container that needs a passphrase",
    "file/right-slot",
    sealed({ certificate: "a.pfx" }),
    [`${holdsPkcs12}, not a certificate; it needs a passphrase, and none was given`],
  ],
  [
    "a container that needs another",
    "file/right-slot",
    sealed({ certificate: "a.pfx", passphrase: "pass:sensor-2026!" }),
    [`${holdsPkcs12}, not a certificate; the passphrase does not open it`],
  ],
  [
    "a container that is opened",
    "file/right-slot",
    sealed({ certificate: "a.pfx", passphrase: "pass:Sensor-2026!" }),
    [`${holdsPkcs12}, not a certificate`],
  ],
  [
    "a container in each place",
    "file/right-slot",
    sealed({ certificate: "a.pfx", key: "a.pfx", chains: ["a.pfx"] }),
    ["a certificate", "a private key", "CA certificates"].map(
      (wanted) => `${holdsPkcs12}, not ${wanted}; it needs a passphrase, and none was given`,
    ),
  ],
  [
    "a damaged container",
    "file/right-slot",
    crtIs(hex("3014020103300f06092a864886f70d010701a0020400")),
    [`${holdsPkcs12}, not a certificate; ends in the middle of an element`],
  ],
  [
    "a container for the owner of another key",
    "file/right-slot",
    crtIs(seq(hex("020103"), contentInfo(2, seq()))),
    [`${holdsPkcs12}, not a certificate; it is protected by a public key, not by a passphrase`],
  ],
  [
    "a container that costs too much",
    "file/right-slot",
    crtIs(expensive),
    [`${holdsPkcs12}, not a certificate; more than 2000000 iterations of key derivation`],
  ],
  [
    "two containers of a kind",
    "file/right-slot",
    crtIs(pem("PKCS7", pkcs7(leaf)).repeat(2)),
    ["holds a PKCS#7 container (.p7b), not a certificate"],
  ],

  [".crt and .key", "file/extension", {}],
  [
    ".CRT and .KEY",
    "file/extension",
    { files: { "A.CRT": crt, "A.KEY": key }, operands: { certificate: "A.CRT", key: "A.KEY" } },
  ],
  [
    "in a folder with a dot",
    "file/extension",
    { files: { "a.b/sensor.crt": crt }, operands: { certificate: "a.b/sensor.crt" } },
  ],
  [
    ".cer",
    "file/extension",
    { files: { "sensor.cer": crt }, operands: { certificate: "sensor.cer" } },
    ['the name ends in ".cer" instead of ".crt"'],
  ],
  [
    ".cer in 2022",
    "file/extension",
    { files: { "sensor.cer": crt }, operands: { certificate: "sensor.cer" }, context: { edition: "2022" } },
    ['the name ends in ".cer" instead of ".crt"'],
  ],
  [
    ".cer in 2021",
    "file/extension",
    { files: { "sensor.cer": crt }, operands: { certificate: "sensor.cer" }, context: { edition: "2021" } },
  ],
  [
    ".cert in 2021",
    "file/extension",
    { files: { "sensor.cert": crt }, operands: { certificate: "sensor.cert" }, context: { edition: "2021" } },
  ],
  [
    ".der in 2021",
    "file/extension",
    { files: { "sensor.der": leaf }, operands: { certificate: "sensor.der" }, context: { edition: "2021" } },
    ['the name ends in ".der" instead of ".crt" or ".cer" or ".cert"'],
  ],
  [
    "both .pem",
    "file/extension",
    { files: { "sensor.pem": crt, "key.pem": key }, operands: { certificate: "sensor.pem", key: "key.pem" } },
    ['the name ends in ".pem" instead of ".crt"', 'the name ends in ".pem" instead of ".key"'],
  ],
  [
    "no ending, in a folder with a dot",
    "file/extension",
    { files: { "a.b/sensor": crt }, operands: { certificate: "a.b/sensor" } },
    ['the name has no ending instead of ".crt"'],
  ],
  [
    "the wrong names for the right contents",
    "file/extension",
    { files: { "a.key": crt, "a.crt": key }, operands: { certificate: "a.key", key: "a.crt" } },
    ['the name ends in ".key" instead of ".crt"', 'the name ends in ".crt" instead of ".key"'],
  ],
  [
    "swapped files need another place, not another name",
    "file/extension",
    { operands: { certificate: "sensor.key", key: "sensor.crt" } },
  ],
  ["the chain has a rule of its own", "file/extension", { files: { "ca.txt": ca }, operands: { chains: ["ca.txt"] } }],

  [".pem", "file/chain-extension", {}],
  [".PEM", "file/chain-extension", { files: { "CA.PEM": ca }, operands: { chains: ["CA.PEM"] } }],
  [
    ".crt",
    "file/chain-extension",
    { files: { "ca.crt": ca }, operands: { chains: ["ca.crt"] } },
    ['the name ends in ".crt"'],
  ],
  ["none", "file/chain-extension", { files: { ca }, operands: { chains: ["ca"] } }, ["the name has no ending"]],
  [
    "that of the certificate does not count",
    "file/chain-extension",
    { files: { "sensor.cer": crt }, operands: { certificate: "sensor.cer" } },
  ],
  [
    "two chain files",
    "file/chain-extension",
    {
      files: { "a.crt": pem("CERTIFICATE", cas[0] ?? Buffer.of()), "b.crt": pem("CERTIFICATE", cas[1] ?? Buffer.of()) },
      operands: { chains: ["a.crt", "b.crt"] },
    },
    ['the name ends in ".crt"', 'the name ends in ".crt"'],
  ],

  ["PEM", "file/pem", {}],
  ["the certificate may be DER", "file/pem", crtIs(leaf)],
  ["a key in DER", "file/pem", keyIs(keyDer), ["the content is DER"]],
  ["an encrypted key in DER", "file/pem", keyIs(bytesOf(keyPem("leaf-encrypted"))), ["the content is DER"]],
  ["a chain in DER", "file/pem", caIs(cas[0] ?? ""), ["the content is DER"]],
  ["DER of something else has a rule of its own", "file/pem", keyIs(leaf)],

  ["one", "file/single-certificate", {}],
  ["with its CAs", "file/single-certificate", crtIs(crt + ca), ["holds 3 certificates; the first is judged"]],
  ["twice the same", "file/single-certificate", crtIs(crt + crt), ["holds 2 certificates; the first is judged"]],
  ["the chain may have several", "file/single-certificate", { cas: [{}, {}, {}] }],

  ["one", "file/single-key", {}],
  ["two", "file/single-key", keyIs(key + keyPem("other")), ["holds 2 private keys; the first is judged"]],
  [
    "one of them encrypted",
    "file/single-key",
    keyIs(keyPem("leaf-encrypted") + key),
    ["holds 2 private keys; the first is judged"],
  ],
  ["a key and its certificate", "file/single-key", keyIs(key + crt)],

  ["none", "file/no-private-key", {}],
  ["beside the certificate", "file/no-private-key", crtIs(crt + key), ["a private key stands beside a certificate"]],
  ["before the certificate", "file/no-private-key", crtIs(key + crt), ["a private key stands beside a certificate"]],
  [
    "encrypted, beside the certificate",
    "file/no-private-key",
    crtIs(crt + keyPem("leaf-encrypted")),
    ["a private key stands beside a certificate"],
  ],
  ["in the chain", "file/no-private-key", caIs(ca + keyPem("root")), ["a private key stands beside CA certificates"]],
  [
    "in both",
    "file/no-private-key",
    { files: { "sensor.crt": crt + key, "ca.pem": ca + keyPem("root") } },
    ["a private key stands beside a certificate", "a private key stands beside CA certificates"],
  ],
  ["in place of the certificate has a rule of its own", "file/no-private-key", crtIs(key)],
];

testRules("file", files, [...wrongSlot, ...damaged, ...rest]);

const alone = { key: undefined, chains: [] } as object;
const opened = { passphrase: "pass:Sensor-2026!" };
const [issuing = Buffer.of(), root = Buffer.of()] = cas;
const { leaf: other } = await mintAppliance({ leaf: { key: "other", subject: [["CN", "other.contoso.com"]] } });
const otherKeyDer = createPrivateKey(keyPem("other")).export({ format: "der", type: "pkcs8" });
const everything = container(certificateBag(root), certificateBag(leaf), certificateBag(issuing), keyBag(keyDer));

/** What fails in the whole catalogue, each with its messages and fixes. */
async function failing(spec: BundleSpec): Promise<ReadonlyMap<string, readonly string[]>> {
  const { bundle: subject, context } = await bundle(spec);
  const failed = evaluate(rules, subject, context).filter(
    ({ outcome }) => outcome !== "holds" && outcome !== "skipped",
  );
  return new Map(failed.map(({ rule, findings }) => [rule, findings.flatMap(({ message, fix }) => [message, fix])]));
}

describe("what is in a container is judged", () => {
  const notItsPlace = ["file/right-slot"];
  test.each<readonly [what: string, spec: BundleSpec, failing: readonly string[]]>([
    ["PKCS#12 alone", sealed({ certificate: "a.pfx", ...alone, ...opened }), notItsPlace],
    [
      "PKCS#12 of old software alone",
      { files: { "a.pfx": stored("appliance-old.pfx") }, operands: { certificate: "a.pfx", ...alone, ...opened } },
      notItsPlace,
    ],
    ["PKCS#12 in the key's place", sealed({ key: "a.pfx", ...opened }), notItsPlace],
    ["PKCS#12 without a passphrase", { files: { "sensor.crt": container(certificateBag(leaf)) } }, notItsPlace],
    [
      "PKCS#7 with its CAs",
      { files: { "sensor.crt": pkcs7(leaf, issuing, root) }, operands: { chains: [] } },
      notItsPlace,
    ],
    ["PKCS#7 in PEM", { files: { "sensor.crt": pem("PKCS7", pkcs7(leaf)) } }, notItsPlace],
    ["PKCS#7 for the chain", { files: { "ca.pem": pkcs7(issuing, root) } }, notItsPlace],
    ["PKCS#7 for the chain, the root first", { files: { "ca.pem": pkcs7(root, issuing) } }, ["file/right-slot"]],
    [
      "PKCS#7 for the chain without the root",
      { files: { "ca.pem": pkcs7(issuing) } },
      ["file/right-slot", "chain/trusted"],
    ],
    [
      "a key of another certificate",
      {
        files: { "sensor.crt": container(certificateBag(leaf), keyBag(otherKeyDer)) },
        operands: { key: undefined } as object,
      },
      ["file/right-slot", "key/belongs-to-certificate"],
    ],
    [
      "the CAs of a container do not complete a chain that is given",
      { files: { "sensor.crt": pkcs7(leaf, issuing, root), "ca.pem": pem("CERTIFICATE", root) } },
      ["file/right-slot", "chain/trusted"],
    ],
    [
      "a certificate that has expired",
      { files: { "sensor.crt": pkcs7(leaf) }, context: { now: Date.parse("2048-06-01") } },
      ["file/right-slot", "validity/not-expired", "chain/trusted"],
    ],
  ])("%s", async (_, spec, expected) => {
    expect([...(await failing(spec)).keys()].toSorted()).toEqual(expected.toSorted());
  });

  test.each<readonly [what: string, spec: BundleSpec, key: RegExp]>([
    [
      "the key of a container is never named",
      sealed({ certificate: "a.pfx", ...alone, ...opened }),
      / -newkey rsa:2048 /,
    ],
    ["nor if it was given as the key", sealed({ key: "a.pfx", ...opened }), / -newkey rsa:2048 /],
    ["a key of its own is", { files: { "sensor.crt": pkcs7(leaf) } }, / -key sensor\.key /],
  ])("in a request, %s", async (_, spec, key) => {
    const found = await failing({ ...spec, context: { now: Date.parse("2048-06-01") } });
    const text = found.get("validity/not-expired")?.join("\n");
    expect(text).toMatch(key);
    expect(text).not.toMatch(/ -key a\.pfx/);
  });
});

describe("what is chosen from a container", () => {
  const ask = async (spec: BundleSpec) => {
    const { bundle: found } = await bundle(spec);
    const { leaf: certificate, key: chosen, chain } = found;
    return {
      leaf: certificate && [displayName(certificate.certificate.subject), certificate.origin.container],
      key: chosen && [chosen.state, chosen.origin.file, chosen.origin.container],
      cas: chain?.certificates.map((ca) => displayName(ca.certificate.subject)),
    };
  };
  const sensor = "sensor.contoso.com";
  const [contosoIssuing, contosoRoot] = ["Contoso Issuing CA", "Contoso Root CA"];
  const plain = ["plain", "sensor.key", undefined];

  test.each<readonly [what: string, spec: BundleSpec, expected: Awaited<ReturnType<typeof ask>>]>([
    [
      "the certificate that a key given beside it belongs to",
      { files: { "sensor.crt": pkcs7(root, other, issuing, leaf) }, operands: { chains: [] } },
      { leaf: [sensor, "PKCS#7"], key: plain, cas: [contosoRoot, "other.contoso.com", contosoIssuing] },
    ],
    [
      "without a key, the first that is no CA",
      { files: { "sensor.crt": pkcs7(root, leaf, other, issuing) }, operands: alone },
      { leaf: [sensor, "PKCS#7"], key: undefined, cas: [contosoRoot, "other.contoso.com", contosoIssuing] },
    ],
    [
      "of CAs, the first",
      { files: { "sensor.crt": pkcs7(root, issuing) }, operands: alone },
      { leaf: [contosoRoot, "PKCS#7"], key: undefined, cas: [contosoIssuing] },
    ],
    [
      "the certificate of the key that came with it",
      {
        files: { "sensor.crt": container(certificateBag(other), certificateBag(leaf), keyBag(keyDer)) },
        operands: alone,
      },
      { leaf: [sensor, "PKCS#12"], key: ["opened", "sensor.crt", "PKCS#12"], cas: ["other.contoso.com"] },
    ],
    [
      "a key that is given counts before the container's",
      { files: { "sensor.crt": container(certificateBag(leaf), keyBag(otherKeyDer)) }, operands: { chains: [] } },
      { leaf: [sensor, "PKCS#12"], key: plain, cas: undefined },
    ],
    [
      "nothing of it where a certificate stands beside it",
      { files: { "sensor.crt": pem("PKCS7", pkcs7(other)) + crt } },
      { leaf: [sensor, undefined], key: plain, cas: [contosoIssuing, contosoRoot] },
    ],
    [
      "nothing of it where a key stands beside it",
      { files: { "sensor.key": pem("PKCS12", container(keyBag(otherKeyDer))) + key } },
      { leaf: [sensor, undefined], key: plain, cas: [contosoIssuing, contosoRoot] },
    ],
    [
      "everything, if nothing else can be read",
      { files: { "sensor.crt": "", "sensor.key": everything }, operands: { chains: [] } },
      { leaf: [sensor, "PKCS#12"], key: ["opened", "sensor.key", "PKCS#12"], cas: undefined },
    ],
    [
      "a chain file counts before the container's CAs",
      { files: { "sensor.crt": everything }, operands: { key: undefined } as object },
      { leaf: [sensor, "PKCS#12"], key: ["opened", "sensor.crt", "PKCS#12"], cas: [contosoIssuing, contosoRoot] },
    ],
    [
      "nothing of what stays closed",
      sealed({ certificate: "a.pfx", ...alone }),
      { leaf: undefined, key: undefined, cas: undefined },
    ],
  ])("%s", async (_, spec, expected) => {
    expect(await ask(spec)).toEqual(expected);
  });
});
