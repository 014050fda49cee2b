/**
 * Bounds: whatever the files hold, a check ends soon, says what is wrong, and is no error of certcheck's own. Figures of
 * time and memory need a process of their own for each case; here, the timeout of a test is the guard.
 */
import { generateKeyPairSync } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { main } from "../src/cli.ts";
import { context, contextPrimitive, TAG } from "../src/pki/der.ts";
import { encode, encodeInteger } from "../src/pki/der-writer.ts";
import { NetworkError } from "../src/errors.ts";
import type { System } from "../src/system/system.ts";
import {
  algorithm,
  bag,
  certificateBag,
  commonName,
  contentInfo,
  digits,
  encryptedSafe,
  extensionOf,
  type HandMade,
  handMade,
  hex,
  hmac,
  integer,
  macData,
  octets,
  oid,
  pbes2,
  pbkdf2,
  pfx,
  pkcs12Pbe,
  pkcs7,
  safe,
  scrypt,
  seq,
  text,
} from "./pki/hand-made.ts";
import { applianceFiles, memorySystem } from "./support/bundle.ts";
import { keyPem, pem, rawExtension } from "./support/mint.ts";

/** About a quarter of what files may have: enough to tell what does not grow with the size alone. */
const SIZE = 1024 * 1024 - 2000;
const appliance = await applianceFiles();
const certificate = appliance["sensor.crt"] ?? "";

const fill = (part: string, size = SIZE): string => part.repeat(Math.floor(size / Buffer.byteLength(part)));
const times = (count: number, part: Uint8Array): Buffer => Buffer.alloc(Math.floor(count) * part.length, part);
const many = (count: number, make: (index: number) => Uint8Array): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
const large = (size: number, byte = 0xaf): Uint8Array => Buffer.alloc(size, byte);
const bits = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.bitString, hex("00"), ...parts);
const block = (body: string, label = "CERTIFICATE"): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const oneLine = (body: string): string => `-----BEGIN CERTIFICATE-----${body}-----END CERTIFICATE-----`;

const extended = (identifier: string, value: Uint8Array): Uint8Array =>
  handMade({ extensions: [extensionOf(identifier, value)] });
const names = (...parts: readonly Uint8Array[]): Uint8Array => extended("2.5.29.17", seq(...parts));
const usages = (...parts: readonly Uint8Array[]): Uint8Array => extended("2.5.29.37", seq(...parts));
const points = (...urls: readonly string[]): Uint8Array => {
  const uri = (url: string): Uint8Array => encode(context(0), encode(context(0), text(contextPrimitive(6), url)));
  return extended("2.5.29.31", seq(many(urls.length, (index) => seq(uri(urls[index] ?? "")))));
};
const commonNames = (count: number): Buffer => times(count, seq(oid("2.5.4.3"), text(TAG.utf8String, "x")));

const rsaSpki = (modulus: Uint8Array, exponent: Uint8Array = hex("010001")): Uint8Array =>
  seq(algorithm("1.2.840.113549.1.1.1", hex("0500")), bits(seq(encodeInteger(modulus), encodeInteger(exponent))));
const ed25519Spki = seq(algorithm("1.3.101.112"), bits(large(32, 5)));
/** A certificate of 150 bytes. */
const small = (serial: number, more: HandMade = {}): Uint8Array =>
  handMade({ serialNumber: integer(serial), spki: ed25519Spki, signatureValue: bits(), ...more });
const smallPem = (count: number, more?: (index: number) => HandMade): string =>
  Array.from({ length: count }, (_, index) => pem("CERTIFICATE", small(index + 1, more?.(index)))).join("");

/** RSAPrivateKey of eight numbers. */
const rsaKey = (modulus: Uint8Array, others = encodeInteger(hex("03"))): Uint8Array =>
  seq(hex("020100"), encodeInteger(modulus), times(7, others));
/** PKCS#8 with parameters of so many bytes each. */
const oldKey = (type: "DSA" | "DH", size: number): Uint8Array => {
  const [p, q, g] = [large(size), large(32), large(size, 0x55)].map(encodeInteger) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const identifier =
    type === "DSA" ? algorithm("1.2.840.10040.4.1", seq(p, q, g)) : algorithm("1.2.840.113549.1.3.1", seq(p, g));
  return seq(hex("020100"), identifier, octets(encodeInteger(large(type === "DSA" ? 31 : size - 10))));
};
const slowCurve = generateKeyPairSync("ec", { namedCurve: "sect571r1" });
const locked = (identifier: Uint8Array): Uint8Array => seq(identifier, octets(new Uint8Array(16)));
const zeros = new Uint8Array(16);

const sha1 = algorithm("1.3.14.3.2.26");
const sha512 = algorithm("2.16.840.1.101.3.4.2.3");
const pbmac1 = (rounds: number, length: number): Uint8Array =>
  macData(algorithm("1.2.840.113549.1.5.14", seq(pbkdf2(rounds, { length }), hmac("sha256"))), new Uint8Array(32));
const mac = (identifier: Uint8Array, digest: number, salt: number, rounds: number): Uint8Array =>
  macData(identifier, new Uint8Array(digest), { salt: new Uint8Array(salt), rounds });

/** CAs of two names, each of which may have issued all those of the other name, with this key. */
const crossSigned = (spki: Uint8Array, signature: Uint8Array, identifier?: Uint8Array): string =>
  Array.from({ length: 200 }, (_, index) => {
    const both = ["Contoso Issuing CA", "Contoso Root CA"].map((name) => commonName(name)) as [Uint8Array, Uint8Array];
    const [subject, issuer] = index % 2 ? both.toReversed() : both;
    const parts: HandMade = {
      serialNumber: integer(index + 1),
      ...(subject && issuer && { subject, issuer }),
      spki,
      signatureValue: bits(signature),
      ...(identifier && { signature: identifier, signatureAlgorithm: identifier }),
      extensions: [extensionOf("2.5.29.19", hex("30030101ff"), 255)],
    };
    return pem("CERTIFICATE", handMade(parts));
  }).join("");

/** SEQUENCEs in each other, all with definite lengths. */
function nested(levels: number): Uint8Array {
  const bytes = Buffer.alloc(levels * 5);
  for (let level = 0; level < levels; level++) {
    bytes.writeUInt16BE(0x3083, level * 5);
    bytes.writeUIntBE((levels - level - 1) * 5, level * 5 + 2, 3);
  }
  return bytes;
}

const nestedBags = (levels: number): Uint8Array =>
  Array.from({ length: levels }).reduce<Uint8Array>((inner) => bag("safe", seq(inner)), bag("secret", seq()));

/** What the file `hostile` holds; the command line, if it is not `certcheck hostile`. */
type Case = readonly [what: string, build: () => string | Uint8Array, argv?: string, more?: Partial<System>];

const AS_KEY = "sensor.crt hostile";
const WITH_PASSPHRASE = "sensor.crt hostile --passin pass:x";
const AS_CHAIN = "sensor.crt sensor.key --chain hostile";
const CONTAINER = "hostile --passin pass:x";
const UNDER_LEAF = "leaf.crt sensor.key --chain hostile";

const texts: readonly Case[] = [
  ["certificates", () => fill(certificate)],
  ["certificates as a chain", () => fill(certificate), AS_CHAIN],
  ["keys", () => fill(keyPem("leaf-1024")), AS_KEY],
  ["empty blocks", () => fill("-----BEGIN X-----\n-----END X-----\n")],
  ["blocks without an end", () => fill("-----BEGIN X-----\n")],
  ["ends without a beginning", () => fill("-----END X-----\n")],
  ["beginnings in one line", () => fill("-----BEGIN X-----")],
  ["BEGIN without a label", () => fill("-----BEGIN ")],
  ["BEGIN with a label that does not end", () => fill(`-----BEGIN ${"A".repeat(41)} `)],
  ["BEGIN in each line", () => fill("-----BEGIN \n")],
  ["dashes", () => fill("-")],
  ["dashes after BEGIN", () => `-----BEGIN CERTIFICATE${fill("-")}`],
  ["dashes of word processors", () => fill("\u2014")],
  ["line ends", () => fill("\n")],
  ["line ends in a block", () => block(fill("\n"))],
  ["carriage returns", () => fill("\r")],
  ["carriage returns in a block", () => block(fill("\r"))],
  ["both in turn", () => block(fill("\n\r"))],
  ["line ends written out", () => oneLine(fill("\\n"))],
  ["base64 with line ends written out", () => oneLine(fill("A\\n"))],
  ["lines of one character", () => block(fill("A\n"))],
  ["lines of one character without boundaries", () => fill("A\n")],
  ["one line of base64", () => block(fill("MIIB"))],
  ["one line of base64 without boundaries", () => fill("MIIB")],
  ["blanks in a block", () => block(fill(" "))],
  ["blanks between characters", () => block(fill("A "))],
  ["blanks inside a line", () => block(`A${fill(" ")}A`)],
  ["blanks before characters", () => block(fill(" A\n"))],
  ["characters that are not base64", () => block(fill("!"))],
  ["emoji", () => block(fill("\u{1f600}"))],
  ["blanks in a header", () => block(`A: x${fill(" ")}x\n`)],
  ["blanks before the value of a header", () => block(`A:${fill(" ")}x\n`)],
  ["blanks in the header of a key", () => block(`Proc-Type: 4,ENCRYPTED\nDEK-Info: x${fill(" ")}x\n`), AS_KEY],
  ["colons in a header", () => block(`A${fill(":")}\n`)],
  ["headers", () => block(Array.from({ length: SIZE / 12 }, (_, index) => `${index}: x\n`).join(""))],
  ["zeros", () => new Uint8Array(SIZE)],
  ["bytes that are no text", () => Buffer.alloc(SIZE, 0xff)],
  ["lines that are no text", () => fill("\0\n")],
  ["UTF-16 of line ends", () => Buffer.from(`\ufeff${fill("\n", SIZE / 2)}`, "utf16le")],
  ["UTF-16 of certificates", () => Buffer.from(`\ufeff${fill(certificate, SIZE / 2)}`, "utf16le")],
  ["blanks before HTML", () => `${fill(" ")}<html`],
  ["blanks after Certificate:", () => `Certificate:${fill(" ")}`],
  ["base64 of PEM", () => Buffer.from(fill(certificate, SIZE / 2)).toString("base64")],
  [
    "base64 of base64",
    () => Buffer.from(Buffer.from(fill(certificate, SIZE / 2)).toString("base64")).toString("base64"),
  ],
  ["base64 of PEM of lines of one character", () => Buffer.from(block(fill("A\n", SIZE / 2))).toString("base64")],
  ["a gzip archive of 256 MiB", () => gzipSync(new Uint8Array(50_000_000), { level: 1 })],
  ["more than is read", () => fill("A", 5_000_000)],
  ["a variable as large as a file", () => "", "env:LARGE", { env: { LARGE: fill("A\n") } }],
  ["standard input as large as a file", () => "", "-", { readDescriptor: (_, limit) => Buffer.alloc(limit, "A") }],
  ["a file of passphrases", () => fill("x"), "sensor.crt locked.key --passin file:hostile"],
  [
    "a variable with a passphrase of 1 MiB",
    () => "",
    "sensor.crt locked.key --passin env:P",
    { env: { P: fill("x", 1 << 20) } },
  ],
];

const structures: readonly Case[] = [
  ["empty elements", () => seq(times(SIZE / 2, hex("0500")))],
  ["empty elements in PEM", () => pem("CERTIFICATE", seq(times(SIZE / 3, hex("0500"))))],
  ["empty elements in 200 blocks", () => times(200, Buffer.from(pem("X", seq(times(SIZE / 600, hex("0500"))))))],
  ["empty elements of indefinite length", () => seq(times(SIZE / 4, hex("30800000")))],
  ["an indefinite length without an end", () => Buffer.concat([hex("3080"), times(SIZE / 2, hex("0500"))])],
  ["indefinite lengths without an end", () => times(SIZE / 2, hex("3080"))],
  ["64 of them around empty elements", () => Buffer.concat([times(64, hex("3080")), times(SIZE / 2, hex("0500"))])],
  ["definite lengths in each other", () => nested(Math.floor(SIZE / 5))],
  ["a tag as large as the file", () => Buffer.alloc(SIZE, 0xff).fill(0x3f, 0, 1)],
  ["lengths that could be shorter", () => seq(times(SIZE / 6, hex("308400000000")))],
  [
    "irregularities behind lines of one character",
    () =>
      block(
        Buffer.from(names(encode(contextPrimitive(2), large(SIZE / 3)), times(60, hex("82810161"))))
          .toString("base64")
          .replace(/./g, "$&\n"),
      ),
  ],
  ["alternative names", () => names(many(SIZE / 40, (index) => text(contextPrimitive(2), `${index}.contoso.com`)))],
  ["addresses", () => names(many(SIZE / 40, (index) => encode(contextPrimitive(7), Buffer.alloc(16, index))))],
  ["directory names", () => names(times(SIZE / 70, encode(context(4), commonName("x"))))],
  ["an alternative name as large as the file", () => names(text(contextPrimitive(2), fill("a.")))],
  ["an alternative name without a dot", () => names(text(contextPrimitive(2), fill("a")))],
  ["an alternative name of dots", () => names(text(contextPrimitive(2), fill(".")))],
  ["extensions", () => handMade({ extensions: [times(SIZE / 40, extensionOf("1.2.3.4", hex("0500")))] })],
  [
    "extensions that cannot be decoded",
    () => handMade({ extensions: [times(SIZE / 80, extensionOf("2.5.29.17", hex("0500")))] }),
  ],
  [
    "critical extensions",
    () => handMade({ extensions: [many(SIZE / 60, (index) => extensionOf(`1.2.3.${index}`, hex("0500"), 255))] }),
  ],
  ["an extension as large as the file", () => extended("1.2.3.4", large(SIZE))],
  ["sets of attributes", () => handMade({ subject: seq(times(SIZE / 70, encode(TAG.set, commonNames(1)))) })],
  ["attributes in one set", () => handMade({ subject: seq(encode(TAG.set, commonNames(SIZE / 70))) })],
  ["a name as large as the file", () => handMade({ subject: commonName(fill("a b ")) })],
  ["a wide name as large as the file", () => handMade({ subject: commonName(fill("東京 ")) })],
  ["a name that moves the cursor", () => handMade({ subject: commonName(fill("\u202e")) })],
  ["a name of blanks", () => handMade({ subject: commonName(fill(" ")) })],
  ["points of CRLs", () => points(...Array.from({ length: SIZE / 160 }, (_, index) => `http://${index}`))],
  ["a point of a CRL as large as the file", () => points(`http://${fill("a/")}`)],
  ["an object identifier as large as the file", () => usages(encode(TAG.oid, large(SIZE, 1)))],
  [
    "an object identifier of one number as large as the file",
    () => usages(encode(TAG.oid, hex("2a"), large(SIZE, 0xff), hex("7f"))),
  ],
  [
    "object identifiers of a number of 4 kB",
    () => usages(times(SIZE / 4200, encode(TAG.oid, hex("2a"), large(4000, 0xff), hex("7f")))),
  ],
  ["object identifiers", () => usages(times(SIZE / 28, oid("1.2.3")))],
  ["a serial number as large as the file", () => handMade({ serialNumber: encodeInteger(large(SIZE)) })],
  ["a date as large as the file", () => handMade({ notAfter: text(TAG.utcTime, fill("1")) })],
  ["a modulus as large as the file", () => handMade({ spki: rsaSpki(large(SIZE)) })],
  [
    "a large modulus in a chain",
    () => handMade({ spki: rsaSpki(large(SIZE)), subject: commonName("Contoso CA") }),
    AS_CHAIN,
  ],
  ["an exponent as large as the file", () => handMade({ spki: rsaSpki(large(256), large(SIZE)) })],
  ["a signature as large as the file", () => handMade({ signatureValue: bits(large(SIZE)) })],
];

const keys: readonly Case[] = [
  ["a modulus as large as the file", () => rsaKey(large(SIZE)), AS_KEY],
  ["other numbers of 500 kB", () => rsaKey(large(256), encodeInteger(large(500_000))), AS_KEY],
  ["keys of 16,384 bits", () => fill(pem("RSA PRIVATE KEY", rsaKey(large(2048), encodeInteger(large(2048))))), AS_KEY],
  [
    "keys on a slow curve",
    () => fill(slowCurve.privateKey.export({ format: "pem", type: "pkcs8" }).toString()),
    AS_KEY,
  ],
  ["a DSA key as large as the file", () => oldKey("DSA", SIZE / 2 - 100), AS_KEY],
  ["DSA keys of 10,000 bits", () => fill(pem("PRIVATE KEY", oldKey("DSA", 1250))), AS_KEY],
  ["a DH key as large as the file", () => oldKey("DH", SIZE / 3), AS_KEY],
  ["DH keys of 10,000 bits", () => fill(pem("PRIVATE KEY", oldKey("DH", 1250))), AS_KEY],
  ["PBKDF2 of one round too many", () => locked(pbes2(pbkdf2(2_000_001))), WITH_PASSPHRASE],
  ["3DES of the most rounds", () => locked(pkcs12Pbe(3, 2_000_000)), WITH_PASSPHRASE],
  ["scrypt of the most memory", () => locked(pbes2(scrypt(16_384, 8, 1))), WITH_PASSPHRASE],
  ["scrypt of many lanes", () => locked(pbes2(scrypt(2, 1, 200_000))), WITH_PASSPHRASE],
  ["scrypt of too many lanes", () => locked(pbes2(scrypt(1024, 8, 3000))), WITH_PASSPHRASE],
];

const containers: readonly Case[] = [
  ["PKCS#7 of certificates", () => pkcs7(many(SIZE / 220, small))],
  ["PKCS#7 of certificates as a chain", () => pkcs7(many(SIZE / 220, small)), AS_CHAIN],
  ["PKCS#7 of one certificate, many times", () => pkcs7(times(SIZE / 220, small(1)))],
  ["PKCS#7 in 150 blocks", () => times(SIZE / 28_000, Buffer.from(pem("PKCS7", pkcs7(many(100, small))))), AS_CHAIN],
  ["PKCS#12 of safes", () => pfx([many(SIZE / 70, () => safe())]), CONTAINER],
  ["PKCS#12 of encrypted safes", () => pfx([times(SIZE / 210, encryptedSafe(pbes2(pbkdf2(1)), zeros))]), CONTAINER],
  ["PKCS#12 of bags", () => pfx([safe(times(SIZE / 40, bag("secret", seq())))]), CONTAINER],
  ["PKCS#12 of certificates", () => pfx([safe(many(SIZE / 420, (index) => certificateBag(small(index))))]), CONTAINER],
  [
    "PKCS#12 of keys on a slow curve",
    () => pfx([safe(times(SIZE / 350, bag("key", slowCurve.privateKey.export({ format: "der", type: "pkcs8" }))))]),
    CONTAINER,
  ],
  ["PKCS#12 of DSA keys", () => pfx([safe(times(SIZE / 4200, bag("key", oldKey("DSA", 1250))))]), CONTAINER],
  [
    "PKCS#12 of keys that are no keys",
    () => pfx([safe(times(SIZE / 140, bag("shrouded", locked(pkcs12Pbe(3, 1)))))]),
    CONTAINER,
  ],
  ["PKCS#12 of bags in each other", () => pfx([safe(nestedBags(2000))]), CONTAINER],
  ["PKCS#12 with a MAC of the most rounds", () => pfx([], mac(sha512, 64, 8, 2_000_000)), CONTAINER],
  ["PKCS#12 with a MAC of one more", () => pfx([], mac(sha1, 20, 8, 2_000_001)), CONTAINER],
  ["PKCS#12 with a MAC of 2^40 rounds", () => pfx([], mac(sha1, 20, 8, 2 ** 40)), CONTAINER],
  ["PKCS#12 with a digest as large as the file", () => pfx([], mac(sha1, SIZE, 8, 1)), CONTAINER],
  ["PKCS#12 with a digest of 20 kB and 1,000,000 rounds", () => pfx([], mac(sha1, 20_000, 8, 1_000_000)), CONTAINER],
  ["PKCS#12 with a digest and a salt of 2 MiB", () => pfx([], mac(sha1, SIZE / 2, SIZE / 2, 1)), CONTAINER],
  ["PKCS#12 with a salt as large as the file", () => pfx([], mac(sha1, 20, SIZE, 1)), CONTAINER],
  ["PKCS#12 with PBMAC1 of a key of 1 GiB", () => pfx([], pbmac1(1, 2 ** 30)), CONTAINER],
  ["PKCS#12 with PBMAC1 of a key of 1 MB and 1000 rounds", () => pfx([], pbmac1(1000, 1_000_000)), CONTAINER],
  ["PKCS#12 with 3DES of many rounds", () => pfx([encryptedSafe(pkcs12Pbe(3, 200_000), zeros)]), CONTAINER],
  [
    "PKCS#12 with a key under 3DES of many rounds",
    () => pfx([safe(bag("shrouded", locked(pkcs12Pbe(3, 200_000))))]),
    CONTAINER,
  ],
  [
    "PKCS#12 with a key under scrypt of too many lanes",
    () => pfx([safe(bag("shrouded", locked(pbes2(scrypt(1024, 8, 3000)))))]),
    CONTAINER,
  ],
  [
    "PKCS#12 with keys under scrypt",
    () => pfx([safe(...Array.from({ length: 40 }, () => bag("shrouded", locked(pbes2(scrypt(16_384, 8, 1))))))]),
    CONTAINER,
  ],
  ["PKCS#12 with an enveloped safe", () => pfx([contentInfo(3, octets(large(SIZE)))]), CONTAINER],
];

const dsaWith256 = algorithm("2.16.840.1.101.3.4.3.2");
const dsaSpki = ((): Uint8Array => {
  const [p, q, g] = [large(1250), large(32), large(1250, 0x55)].map(encodeInteger) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  return seq(algorithm("1.2.840.10040.4.1", seq(p, q, g)), bits(encodeInteger(large(1249))));
})();
const longName = (first: string): Uint8Array => commonName(`${first}${"y ".repeat(SIZE / 1400)}`);

const chains: readonly Case[] = [
  ["200 CAs that sign each other, RSA 2048", () => crossSigned(rsaSpki(large(256)), large(256, 0x11)), UNDER_LEAF],
  ["RSA 3072 with a large exponent", () => crossSigned(rsaSpki(large(384), large(380)), large(384, 0x11)), UNDER_LEAF],
  ["DSA of 10,000 bits", () => crossSigned(dsaSpki, seq(integer(5), integer(7)), dsaWith256), UNDER_LEAF],
  [
    "200 CAs of one name",
    () =>
      smallPem(200, () => ({ issuer: commonName("Contoso Issuing CA"), subject: commonName("Contoso Issuing CA") })),
    UNDER_LEAF,
  ],
  ["200 CAs with long names", () => smallPem(200, (index) => ({ subject: longName(String(index)) })), UNDER_LEAF],
  [
    "200 CAs whose long names differ in case",
    () => smallPem(200, () => ({ issuer: longName("x"), subject: longName("X") })),
    "long.crt sensor.key --chain hostile",
  ],
  ["a chain given 20 times", () => certificate.repeat(200), `sensor.crt sensor.key${" --chain hostile".repeat(20)}`],
  ["other certificates given 20 times", () => smallPem(200), `sensor.crt sensor.key${" --chain hostile".repeat(20)}`],
];

const others = {
  "leaf.crt": pem("CERTIFICATE", handMade({ issuer: commonName("Contoso Issuing CA") })),
  "long.crt": pem("CERTIFICATE", small(7, { issuer: longName("x") })),
  "locked.key": keyPem("leaf-encrypted"),
};

describe.each<readonly [string, readonly Case[]]>([
  ["texts", texts],
  ["structures", structures],
  ["keys", keys],
  ["containers", containers],
  ["chains", chains],
])("hostile %s end in a finding", (_topic, cases) => {
  const rows = cases.map(([what, build, argv = "hostile", more = {}]) => ({ what, build, argv, more }));

  test.each(rows)("$what", async ({ build, argv, more }) => {
    const system = memorySystem({ ...appliance, ...others, hostile: build() }, more);
    const exitCode = await main([...argv.split(" "), "--format", "json"], system);
    const complaints = system.err.replace(/^certcheck: other users of this machine can see .*\n/, "");
    expect({ exitCode, complaints }).toEqual({ exitCode: 1, complaints: "" });
    const { bundles } = JSON.parse(system.out) as { bundles: { results: { outcome: string }[] }[] };
    const outcomes = new Set(bundles.flatMap(({ results }) => results.map(({ outcome }) => outcome)));
    expect([outcomes.has("fails"), outcomes.has("broken")]).toEqual([true, false]);
  });
});

test("a certificate with ten thousand distribution points, asked for online", async () => {
  const uri = (index: number): Uint8Array =>
    encode(contextPrimitive(6), Buffer.from(`http://crl.contoso.com/${index}.crl`));
  const point = (index: number): Uint8Array =>
    seq(encode(context(0), encode(context(0), uri(index))), encode(contextPrimitive(1), hex("0640")));
  const points = digits(seq(...Array.from({ length: 10_000 }, (_, index) => point(index))));
  const files = await applianceFiles({ leaf: { crlUrls: null, more: [rawExtension("2.5.29.31", points)] } });
  const system = memorySystem(files, { get: () => Promise.reject(new NetworkError("name", "ENOTFOUND")) });
  expect(await main(["sensor.crt", "sensor.key", "--chain", "ca.pem", "--online", "-q"], system)).toBe(1);
});
