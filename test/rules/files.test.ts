/** Rules on the files: their names, what they hold, and whether that belongs in their place. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { gzipSync } from "node:zlib";
import { files } from "../../src/rules/files.ts";
import { applianceFiles, type BundleSpec } from "../support/bundle.ts";
import { keyPem, mintAppliance, mintRequest, pem } from "../support/mint.ts";
import { type Case, testRules } from "../support/rules.ts";

const { "sensor.crt": crt = "", "sensor.key": key = "", "ca.pem": ca = "" } = await applianceFiles();
const { leaf, cas } = await mintAppliance();
const keyDer = createPrivateKey(key).export({ format: "der", type: "pkcs8" });
const hex = (digits: string): Buffer => Buffer.from(digits, "hex");
const bytesOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]*-----|\s/g, ""), "base64");

const crtIs = (content: string | Uint8Array): BundleSpec => ({ files: { "sensor.crt": content } });
const keyIs = (content: string | Uint8Array): BundleSpec => ({ files: { "sensor.key": content } });
const caIs = (content: string | Uint8Array): BundleSpec => ({ files: { "ca.pem": content } });
/** The certificate's lines, one of them changed. */
const line = (number: number, change: (line: string) => string): BundleSpec =>
  crtIs(
    crt
      .split("\n")
      .map((text, index) => (index + 1 === number ? change(text) : text))
      .join("\n"),
  );
const lines = (text: string): number => text.trimEnd().split("\n").length;

/** Each other kind of file by its name in a sentence. */
const others: readonly (readonly [kind: string, content: string | Uint8Array])[] = [
  ["a certificate request (CSR)", pem("CERTIFICATE REQUEST", await mintRequest())],
  ["a certificate request (CSR)", pem("NEW CERTIFICATE REQUEST", await mintRequest())],
  ["a certificate request (CSR)", await mintRequest()],
  [
    "a certificate revocation list (CRL)",
    pem("X509 CRL", hex("301a301330003000170d3236303130313030303030305a3000030100")),
  ],
  ["a PKCS#7 container (.p7b)", pem("PKCS7", hex("300f06092a864886f70d010702a0023000"))],
  ["a PKCS#7 container (.p7b)", hex("300f06092a864886f70d010702a0023000")],
  ["a PKCS#12 container (.pfx, .p12)", hex("3014020103300f06092a864886f70d010701a0020400")],
  ["a public key", createPublicKey(key).export({ format: "pem", type: "spki" }).toString()],
  ["a private key in OpenSSH's own format", pem("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0"))],
  ["parameters of a key algorithm", pem("EC PARAMETERS", hex("06082a8648ce3d030107"))],
  ["a Java keystore", hex("feedfeed00000002")],
  ["a Java keystore", hex("cececece00000002")],
  ["a ZIP archive", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40)])],
  ["a gzip archive", gzipSync(crt)],
  ["an HTML page", "<!DOCTYPE html>\n<html><body>Sign in</body></html>"],
  ["an HTML page", "  <html>"],
  [
    "a certificate printed as text, without the certificate itself",
    "Certificate:\n    Data:\n        Version: 3 (0x2)\n",
  ],
];

const wrongSlot: readonly Case[] = others.flatMap(([kind, content], index): Case[] => [
  [`${kind}, ${index}, as certificate`, "file/right-slot", crtIs(content), [`holds ${kind}, not a certificate`]],
  [`${kind}, ${index}, as key`, "file/right-slot", keyIs(content), [`holds ${kind}, not a private key`]],
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
  ["base64 alone", "file/decodes", crtIs(leaf.toString("base64")), ["base64 without its BEGIN and END lines"]],
  [
    "far too large",
    "file/decodes",
    crtIs(Buffer.alloc(4 * 1024 * 1024 + 1, "a")),
    ["the file is larger than 4 MiB, no certificate or key is"],
  ],
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
    ["the block (unknown label) holds nothing that is known here"],
  ],
  [
    "DER of something else",
    "file/decodes",
    crtIs(hex("3003020100")),
    ["binary data in DER, but nothing that is known here"],
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
    ['the name ends in ".cer", not in .crt'],
  ],
  [
    ".cer in 2022",
    "file/extension",
    { files: { "sensor.cer": crt }, operands: { certificate: "sensor.cer" }, context: { edition: "2022" } },
    ['the name ends in ".cer", not in .crt'],
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
    ['the name ends in ".der", not in .crt, .cer, .cert'],
  ],
  [
    "both .pem",
    "file/extension",
    { files: { "sensor.pem": crt, "key.pem": key }, operands: { certificate: "sensor.pem", key: "key.pem" } },
    ['the name ends in ".pem", not in .crt', 'the name ends in ".pem", not in .key'],
  ],
  [
    "no ending, in a folder with a dot",
    "file/extension",
    { files: { "a.b/sensor": crt }, operands: { certificate: "a.b/sensor" } },
    ["the name has no ending, not in .crt"],
  ],
  [
    "the wrong names for the right contents",
    "file/extension",
    { files: { "a.key": crt, "a.crt": key }, operands: { certificate: "a.key", key: "a.crt" } },
    ['the name ends in ".key", not in .crt', 'the name ends in ".crt", not in .key'],
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

  ["clean", "file/clean", {}],
  ["CR and LF", "file/clean", crtIs(crt.replaceAll("\n", "\r\n"))],
  ["DER", "file/clean", crtIs(leaf)],
  ["a byte order mark", "file/clean", crtIs(`\ufeff${crt}`), ["a byte order mark before the text"]],
  ["a blank at the end of a line", "file/clean", line(3, (text) => `${text} `), ["blanks at the end of the line"]],
  [
    "blanks at the end of several",
    "file/clean",
    crtIs(crt.replace(/(?<=[A-Za-z0-9+/=])\n/g, "\t\n")),
    [`blanks at the end of ${lines(crt) - 2} lines`],
  ],
  [
    "a blank inside",
    "file/clean",
    line(2, (text) => `${text.slice(0, 8)} ${text.slice(8)}`),
    ["a blank inside the base64, column 9"],
  ],
  ["what is refused has a rule of its own", "file/clean", line(5, (text) => `${text}\n`)],
];

testRules("file", files, [...wrongSlot, ...damaged, ...rest]);
