import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "../pki/property.ts";
import { type Artifact, isOther } from "../../src/bundle/artifact.ts";
import { openContainers } from "../../src/bundle/container.ts";
import type { Problem } from "../../src/bundle/block-problems.ts";
import { type Contents, decode, MAX_FILE_BYTES } from "../../src/bundle/decode.ts";
import { type KeyName, keyPem, mintAppliance, pem } from "../support/mint.ts";
import { contentInfo, handMade, hex, indefinite, oid, pkcs7, seq, spkiOf, text } from "../pki/hand-made.ts";
import { TAG } from "../../src/pki/der.ts";

const { leaf, cas } = await mintAppliance();
const [ca = Buffer.of()] = cas;
const certificate = pem("CERTIFICATE", leaf);
const key = keyPem("leaf");
const file = (name: string): string =>
  readFileSync(new URL(`../../fixtures/keys/${name}.key`, import.meta.url), "utf8");
const pkcs8 = (name: KeyName): Uint8Array => createPrivateKey(keyPem(name)).export({ format: "der", type: "pkcs8" });
const read = (content: string | Uint8Array): Contents => decode("f", Buffer.from(content));
const stored = (name: string): Buffer => readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url));
const blockLines = certificate.trimEnd().split("\n").length;
const utf16 = (content: string): Buffer => Buffer.from(content, "utf16le");

const kinds = ({ artifacts }: Contents): string[] =>
  artifacts.map((artifact: Artifact) =>
    artifact.kind === "key" && artifact.open !== undefined ? "closed key" : artifact.kind,
  );
const told = ({ problems }: Contents): string[] =>
  problems.map(({ message, line, offset, effect }: Problem) => `${line ?? `@${offset}`} ${effect}: ${message}`);

describe("files as they should be", () => {
  test.each<readonly [what: string, content: string | Uint8Array, encoding: string, kinds: readonly string[]]>([
    ["a certificate in PEM", certificate, "PEM", ["certificate"]],
    ["a certificate in DER", leaf, "DER", ["certificate"]],
    ["several certificates", certificate.repeat(3), "PEM", ["certificate", "certificate", "certificate"]],
    ["a key and a certificate", key + certificate, "PEM", ["key", "certificate"]],
    ["a key in DER", pkcs8("leaf"), "DER", ["key"]],
    ["an encrypted key", file("leaf-encrypted"), "PEM", ["closed key"]],
    [
      "an encrypted key in DER",
      Buffer.from(file("leaf-encrypted").replace(/-----.*/g, ""), "base64"),
      "DER",
      ["closed key"],
    ],
    ["a key with headers", file("leaf-dek-aes"), "PEM", ["closed key"]],
    [
      "EC parameters before the key",
      pem("EC PARAMETERS", hex("06082a8648ce3d030107")) + keyPem("leaf-p256"),
      "PEM",
      ["parameters", "key"],
    ],
    ["an OpenSSH key", pem("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0")), "PEM", ["openssh-key"]],
    ["a public key", pem("PUBLIC KEY", spkiOf("leaf")), "PEM", ["public-key"]],
    ["PKCS#7", pkcs7(leaf, ca), "DER", ["pkcs7", "certificate", "certificate"]],
    ["PKCS#7 in PEM", pem("PKCS7", pkcs7(leaf)), "PEM", ["pkcs7", "certificate"]],
    [
      "PKCS#7 under a certificate's label, as some CAs send it",
      pem("CERTIFICATE", pkcs7(leaf)),
      "PEM",
      ["pkcs7", "certificate"],
    ],
    ["PKCS#7 in BER", indefinite(pkcs7(leaf)), "DER", ["pkcs7", "certificate"]],
    ["PKCS#7 with nothing in it", pkcs7(), "DER", ["pkcs7"]],
    ["PKCS#7 without content", contentInfo(2), "DER", ["pkcs7"]],
    ["encrypted data", contentInfo(3, seq()), "DER", ["pkcs7"]],
    [
      "PKCS#7 between certificates",
      certificate + pem("PKCS7", pkcs7(ca)) + certificate,
      "PEM",
      ["certificate", "pkcs7", "certificate", "certificate"],
    ],
    ["PKCS#12", stored("appliance.pfx"), "DER", ["pkcs12"]],
    ["PKCS#12 in PEM", pem("PKCS12", stored("appliance.pfx")), "PEM", ["pkcs12"]],
    ["a certificate in BER", indefinite(leaf), "DER", ["certificate"]],
    ["a key in BER", pem("PRIVATE KEY", indefinite(pkcs8("leaf"))), "PEM", ["key"]],
    ["bytes after DER", Buffer.concat([leaf, Buffer.from("\r\n")]), "DER", ["certificate"]],
    ["an HTML page", "<!doctype html><title>", "none", ["html"]],
    ["a ZIP archive", hex("504b0304ffff"), "none", ["zip"]],
    ["JSON", '{"key": 1}', "none", ["json"]],
    ["a key of PuTTY", "PuTTY-User-Key-File-3: ssh-rsa\n", "none", ["putty-key"]],
    ["a keystore", stored("appliance.jks"), "none", ["java-keystore"]],
  ])("%s", (_, content, encoding, expected) => {
    const contents = read(content);
    expect([contents.encoding, kinds(contents), told(contents)]).toEqual([encoding, expected, []]);
  });
});

describe("files as they should not be", () => {
  const damaged = 'the block "CERTIFICATE" is damaged: ';
  test.each<readonly [what: string, content: string | Uint8Array, kinds: readonly string[], told: readonly string[]]>([
    ["empty", "", [], ["@undefined unreadable: the file is empty"]],
    ["blanks", "\n \n", [], ["@undefined unreadable: the file holds blanks only"]],
    ["too large", Buffer.alloc(MAX_FILE_BYTES + 1), [], ["@undefined limit: larger than 4 MiB: it was not read"]],
    ["text", "hello", [], ["@undefined unreadable: text, but no certificate, key or container"]],
    ["base64 alone", leaf.toString("base64"), ["certificate"], ["1 refused: base64 without its BEGIN and END lines"]],
    [
      "base64 of nothing known",
      Buffer.alloc(300, 7).toString("base64"),
      [],
      ["@undefined unreadable: base64 without its BEGIN and END lines"],
    ],
    [
      "base64 of PEM",
      Buffer.from(certificate + key).toString("base64"),
      ["certificate", "key"],
      ["1 refused: PEM that was encoded in base64 once more"],
    ],
    [
      "a certificate under an old label",
      pem("X509 CERTIFICATE", leaf),
      ["certificate"],
      ['1 tolerated: labelled "X509 CERTIFICATE", but holds a certificate, whose label is "CERTIFICATE"'],
    ],
    [
      "a certificate with trust settings",
      pem("TRUSTED CERTIFICATE", Buffer.concat([leaf, seq()])),
      ["certificate"],
      ['1 tolerated: labelled "TRUSTED CERTIFICATE", but holds a certificate, whose label is "CERTIFICATE"'],
    ],
    [
      "a certificate that is trusted for clients alone",
      pem("TRUSTED CERTIFICATE", Buffer.concat([leaf, seq(seq(oid("1.3.6.1.5.5.7.3.2")))])),
      ["certificate"],
      [
        '1 tolerated: labelled "TRUSTED CERTIFICATE", but holds a certificate, whose label is "CERTIFICATE"',
        "24 limit: OpenSSL's own settings of what the certificate is trusted for, which were not judged",
      ],
    ],
    [
      "a key under a certificate's label",
      pem("CERTIFICATE", pkcs8("leaf")),
      ["key"],
      ['1 refused: labelled "CERTIFICATE", but holds a PKCS#8 key, whose label is "PRIVATE KEY"'],
    ],
    [
      "a certificate under a key's label",
      pem("PRIVATE KEY", leaf),
      ["certificate"],
      ['1 refused: labelled "PRIVATE KEY", but holds a certificate, whose label is "CERTIFICATE"'],
    ],
    [
      "a certificate under a label of somebody's own",
      pem("MY CERT", leaf),
      ["certificate"],
      ['1 refused: labelled (unknown label), but holds a certificate, whose label is "CERTIFICATE"'],
    ],
    [
      "a PKCS#1 key under the label of PKCS#8",
      pem("PRIVATE KEY", createPrivateKey(key).export({ format: "der", type: "pkcs1" })),
      ["key"],
      ['1 refused: labelled "PRIVATE KEY", but holds a PKCS#1 key, whose label is "RSA PRIVATE KEY"'],
    ],
    [
      "a PKCS#8 key under the label of PKCS#1",
      pem("RSA PRIVATE KEY", pkcs8("leaf")),
      ["key"],
      ['1 tolerated: labelled "RSA PRIVATE KEY", but holds a PKCS#8 key, whose label is "PRIVATE KEY"'],
    ],
    [
      "an encrypted key under the label of a plain one",
      file("leaf-encrypted").replaceAll("ENCRYPTED ", ""),
      ["closed key"],
      ['1 refused: labelled "PRIVATE KEY", but holds an encrypted PKCS#8 key, whose label is "ENCRYPTED PRIVATE KEY"'],
    ],
    [
      "zeros behind a certificate in its block",
      pem("CERTIFICATE", Buffer.concat([leaf, Buffer.alloc(2)])),
      ["certificate"],
      [`${2 + Math.floor(leaf.length / 48)} refused: 2 bytes after the certificate`],
    ],
    [
      "a certificate twice in a block",
      pem("CERTIFICATE", Buffer.concat([leaf, leaf])),
      ["certificate"],
      [`${2 + Math.floor(leaf.length / 48)} refused: ${leaf.length} bytes after the certificate`],
    ],
    [
      "more levels of BER than anything has",
      Buffer.from(`30803080${"3080".repeat(100)}`, "hex"),
      [],
      ["@128 limit: binary data that was not read: more than 64 levels of indefinite length"],
    ],
    [
      "UTF-16 with a byte order mark",
      utf16(`\ufeff${certificate}`),
      ["certificate"],
      ["1 refused: the text is UTF-16, as PowerShell's > writes it, and not ASCII"],
    ],
    [
      "UTF-16 without",
      utf16(certificate),
      ["certificate"],
      ["1 refused: the text is UTF-16, as PowerShell's > writes it, and not ASCII"],
    ],
    [
      "UTF-16, big end first",
      utf16(certificate).swap16(),
      ["certificate"],
      ["1 refused: the text is UTF-16, as PowerShell's > writes it, and not ASCII"],
    ],
    [
      "no DER in a certificate's block",
      pem("CERTIFICATE", Buffer.from("hello")),
      [],
      [`2 unreadable: ${damaged}truncated: an element declares 101 bytes, only 3 are there`],
    ],
    [
      "a certificate without its parts",
      pem("CERTIFICATE", seq()),
      [],
      [`2 unreadable: ${damaged}a certificate ends before the signed part`],
    ],
    [
      "no DER under a label of somebody's own",
      pem("MY KEY", Buffer.from("hello")),
      [],
      ["1 unreadable: the block (unknown label) holds nothing that certcheck knows"],
    ],
    [
      "DER that is nothing",
      pem("DATA", seq()),
      [],
      ["1 unreadable: the block (unknown label) holds nothing that certcheck knows"],
    ],
    [
      "the same as DER",
      seq(text(TAG.utf8String, "x")),
      [],
      ["@0 unreadable: binary data in DER, but nothing that certcheck knows"],
    ],
    [
      "DER cut off",
      leaf.subarray(0, 500),
      [],
      ["@0 unreadable: binary data that begins like DER, but is damaged: truncated: an element declares"],
    ],
    ["a certificate with a bad name", handMade({ subject: hex("0500") }), [], ["@"]],
    [
      "one block damaged, the other not",
      certificate.replace("-----END", "!\n-----END") + certificate,
      ["certificate"],
      [],
    ],
    [
      "200 blocks and some",
      certificate.repeat(202),
      Array<string>(200).fill("certificate"),
      [`${200 * blockLines + 1} limit: 202 blocks, only the first 200 were read`],
    ],
    [
      "more levels of BER, in a block",
      pem("CERTIFICATE", Buffer.from("3080".repeat(65), "hex")),
      [],
      ['4 limit: the block "CERTIFICATE" was not read: more than 64 levels of indefinite length'],
    ],
    [
      "more elements than anything has",
      seq(Buffer.from("0500".repeat(200_000), "hex")),
      [],
      ["@400003 limit: binary data that was not read: more than 200000 elements"],
    ],
    [
      "files joined without a line end",
      certificate.trimEnd() + key,
      ["certificate", "key"],
      [`${blockLines} refused: the END line and the BEGIN line after it are one: a line end is missing`],
    ],
    [
      "a certificate in one line",
      certificate.replaceAll("\n", "\\n"),
      ["certificate"],
      ["1 refused: a whole block in one line: its line ends are lost"],
    ],
    [
      "other dashes",
      certificate.replaceAll("-----", "—–-"),
      ["certificate"],
      [
        "1 refused: the BEGIN line does not have five hyphens on either side of its label",
        `${blockLines} refused: the END line does not have five hyphens on either side of its label`,
      ],
    ],
    [
      "PKCS#7 in base64 alone",
      Buffer.from(pkcs7(leaf)).toString("base64"),
      ["pkcs7", "certificate"],
      ["1 refused: base64 without its BEGIN and END lines"],
    ],
    ["a damaged certificate in PKCS#7", pkcs7(leaf, seq(hex("020100"))), [], ["@"]],
    [
      "PKCS#7 cut off",
      pkcs7(leaf).slice(0, 600),
      [],
      ["@0 unreadable: binary data that begins like DER, but is damaged: truncated"],
    ],
    [
      "base64 of PEM in UTF-16",
      utf16(`\ufeff${Buffer.from(certificate).toString("base64")}`),
      ["certificate"],
      [
        "1 refused: the text is UTF-16, as PowerShell's > writes it, and not ASCII",
        "1 refused: PEM that was encoded in base64 once more",
      ],
    ],
    [
      "bytes that are no text",
      Buffer.concat([Buffer.from(certificate), Buffer.alloc(3)]),
      ["certificate"],
      [`${blockLines + 1} tolerated: bytes that are no text, outside the blocks`],
    ],
  ])("%s", (_, content, expected, messages) => {
    const contents = read(content);
    expect(kinds(contents)).toEqual(expected);
    expect(contents.problems.length).toBeGreaterThan(0);
    expect(told(contents).map((message, index) => message.slice(0, messages[index]?.length ?? 0))).toEqual(
      told(contents).map((_, index) => messages[index] ?? ""),
    );
  });
});

describe("places", () => {
  test("of a byte in PEM, and in DER", () => {
    const [artifact] = read(`\n\n${certificate}`).artifacts;
    expect(artifact?.origin.lines?.[0]).toBe(3);
    expect([artifact?.origin.at(), artifact?.origin.at(0), artifact?.origin.at(48)]).toEqual([
      { file: "f", line: 3 },
      { file: "f", line: 4 },
      { file: "f", line: 5 },
    ]);
    const [der] = read(leaf).artifacts;
    expect([der?.origin.lines, der?.origin.at(), der?.origin.at(48)]).toEqual([
      undefined,
      { file: "f", offset: 0 },
      { file: "f", offset: 48 },
    ]);
  });

  test("of a certificate in a container", () => {
    const bytes = Buffer.from(pkcs7(leaf, ca));
    const start = bytes.indexOf(ca);
    const [, , second] = read(bytes).artifacts;
    expect(second?.origin).toMatchObject({ file: "f", container: "PKCS#7" });
    expect([second?.origin.lines, second?.origin.at(), second?.origin.at(48)]).toEqual([
      undefined,
      { file: "f", offset: start },
      { file: "f", offset: start + 48 },
    ]);
    const [container, , inPem] = read(`text\n${pem("PKCS7", bytes)}`).artifacts;
    const line = (offset: number): number => 3 + Math.floor(offset / 48);
    expect([container?.origin.lines?.[0], inPem?.origin.lines, inPem?.origin.at(), inPem?.origin.at(48)]).toEqual([
      2,
      undefined,
      { file: "f", line: line(start) },
      { file: "f", line: line(start + 48) },
    ]);
  });

  test.each<readonly [what: string, content: string | Uint8Array, lines: boolean]>([
    ["a text as it should be", certificate, true],
    ["a byte order mark", `\ufeff${certificate}`, true],
    ["CR and LF", certificate.replaceAll("\n", "\r\n"), true],
    ["too few hyphens", certificate.replaceAll("-----", "----"), true],
    ["carriage returns alone", certificate.replaceAll("\n", "\r"), false],
    ["a boundary beside another", certificate.trimEnd() + certificate, false],
    ["UTF-16", utf16(certificate), false],
    ["base64 of PEM", Buffer.from(certificate).toString("base64"), false],
    ["base64 alone", leaf.toString("base64"), false],
  ])("lines that a command could count: %s", (_, content, expected) => {
    const [artifact] = read(content).artifacts;
    expect([artifact?.kind, artifact?.origin.lines]).toEqual(["certificate", expected ? [1, blockLines] : undefined]);
  });

  test("of damage", () => {
    const bytes = Buffer.from(leaf);
    const at = bytes.indexOf("Illinois") - 2;
    bytes[at] = 0x1a;
    expect(read(bytes).problems).toMatchObject([{ offset: at }]);
    expect(read(pem("CERTIFICATE", bytes)).problems).toMatchObject([{ line: 2 + Math.floor(at / 48) }]);
  });
});

describe("encrypted keys", () => {
  test.each([
    ["leaf-encrypted", "Sensor-2026!"],
    ["leaf-encrypted-space", "Sensor & 2026"],
    ["leaf-dek-aes", "Sensor-2026!"],
  ])("%s", (name, passphrase) => {
    const [artifact] = read(`text\n${file(name)}`).artifacts;
    if (artifact?.kind !== "key") throw new Error("no key");
    expect(artifact.key).toBeUndefined();
    expect(artifact.open?.("wrong")).toBeUndefined();
    expect(artifact.open?.("")).toBeUndefined();
    const opened = artifact.open?.(passphrase);
    expect([opened?.algorithm, artifact.origin.lines?.[0]]).toEqual(["RSA", 2]);
  });

  test("a cipher that is not opened", () => {
    const [artifact] = read(file("leaf-dek-des")).artifacts;
    expect(artifact).toMatchObject({
      kind: "key",
      encryption: { obstacle: { kind: "legacy", message: expect.stringContaining("DES-CBC") as string } },
    });
  });

  test("a key with headers and CRLF", () => {
    const [artifact] = read(file("leaf-dek-aes").replaceAll("\n", "\r\n")).artifacts;
    expect(artifact?.kind === "key" && artifact.open?.("Sensor-2026!")?.algorithm).toBe("RSA");
  });
});

describe("containers", () => {
  const open = async (content: string | Uint8Array, passphrase?: string): Promise<readonly string[]> => {
    const contents = await openContainers(read(content), passphrase);
    const container = contents.artifacts.find(isOther);
    expect(container).not.toHaveProperty("sealed");
    return [...kinds(contents), ...told(contents), ...(container?.closed ? [container.closed.why] : [])];
  };
  const inside = ["pkcs12", "key", "certificate", "certificate", "certificate"];

  test.each<
    readonly [what: string, content: string | Uint8Array, passphrase: string | undefined, expected: readonly string[]]
  >([
    ["opened", stored("appliance.pfx"), "Sensor-2026!", inside],
    ["opened, of old software", stored("appliance-old.pfx"), "Sensor-2026!", inside],
    ["opened, in PEM", pem("PKCS12", stored("appliance.pfx")), "Sensor-2026!", inside],
    ["no passphrase", stored("appliance.pfx"), undefined, ["pkcs12", "no-passphrase"]],
    ["an empty one", stored("appliance.pfx"), "", ["pkcs12", "wrong-passphrase"]],
    ["a wrong one", stored("appliance-old.pfx"), "sensor-2026!", ["pkcs12", "wrong-passphrase"]],
    ["damaged", hex("3014020103300f06092a864886f70d010701a0020400"), "x", ["pkcs12", "damaged"]],
    [
      "two, one of which opens",
      pem("PKCS12", stored("appliance.pfx")) + pem("PKCS12", stored("sensor.pfx")),
      "Sensor-2026!",
      [...inside, "pkcs12"],
    ],
    [
      "beside a certificate",
      certificate + pem("PKCS12", stored("appliance.pfx")),
      "no",
      ["certificate", "pkcs12", "wrong-passphrase"],
    ],
  ])("%s", async (_, content, passphrase, expected) => {
    expect((await open(content, passphrase)).slice(0, expected.length)).toEqual(expected);
  });

  test("what comes out says so, and cannot be opened again", async () => {
    const { artifacts } = await openContainers(read(stored("appliance-old.pfx")), "Sensor-2026!");
    expect(artifacts.map(({ origin }) => origin.container)).toEqual([undefined, ...Array<string>(4).fill("PKCS#12")]);
    expect(artifacts[0]).toMatchObject({ isLegacy: true });
    expect(artifacts[1]).toMatchObject({
      kind: "key",
      encryption: { scheme: "PBE-SHA1-3DES" },
      key: { algorithm: "RSA" },
    });
    expect(artifacts[1]).not.toHaveProperty("open");
  });

  test("what has none in it is left as it is", async () => {
    const contents = read(certificate);
    expect(await openContainers(contents, "x")).toBe(contents);
  });
});

describe("decode never throws", () => {
  const samples = [
    certificate,
    leaf,
    key,
    file("leaf-encrypted"),
    file("leaf-dek-aes"),
    pkcs8("leaf-p256"),
    utf16(certificate),
    leaf.toString("base64"),
    pkcs7(leaf, ca),
    stored("appliance.pfx"),
    `${certificate.trimEnd()}${key.replaceAll("\n", "\\n")}`,
  ].map((content) => Buffer.from(content));
  /** Whether something is said of a file: a file that holds nothing is a problem. */
  const decodes = (bytes: Uint8Array): boolean => {
    const { problems, artifacts } = decode("f", bytes);
    return problems.length + artifacts.length > 0;
  };
  test("on mutations", () => {
    expect(
      failureOf(
        fc.property(
          fc.nat(samples.length - 1),
          fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }),
          (which, mutations) => {
            const bytes = Buffer.from(samples[which] ?? []);
            for (const [at, value] of mutations) bytes[at % bytes.length] = value;
            return decodes(bytes);
          },
        ),
        2000,
      ),
    ).toBeUndefined();
  });

  test("on mutated DER inside of good PEM", () => {
    const labels = ["CERTIFICATE", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PKCS7", "OWN"];
    expect(
      failureOf(
        fc.property(
          fc.constantFrom(...labels),
          fc.array(fc.tuple(fc.nat(leaf.length - 1), fc.nat(255)), { maxLength: 3 }),
          fc.nat(leaf.length),
          (label, mutations, length) => {
            const bytes = Buffer.from(leaf);
            for (const [at, value] of mutations) bytes[at] = value;
            return decodes(Buffer.from(pem(label, bytes.subarray(0, length % 3 === 0 ? length : bytes.length))));
          },
        ),
        1000,
      ),
    ).toBeUndefined();
  });

  test("nor does opening a container", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(undefined, "", "Sensor-2026!"),
      async (mutations, passphrase) => {
        const bytes = stored("appliance.pfx");
        for (const [at, value] of mutations) bytes[at % bytes.length] = value;
        const { problems, artifacts } = await openContainers(decode("f", bytes), passphrase);
        return problems.length + artifacts.length > 0;
      },
    );
    const { failed, counterexample } = await fc.check(property, { seed: 20_261_121, numRuns: 200 });
    expect(failed ? counterexample : undefined).toBeUndefined();
  });

  test("on truncations", () => {
    const silent = samples.map((sample) =>
      Array.from({ length: Math.ceil(sample.length / 13) }, (_, index) => index * 13).filter(
        (length) => !decodes(sample.subarray(0, length)),
      ),
    );
    expect(silent).toEqual(samples.map(() => []));
  });

  test("on any bytes and any text", () => {
    expect(failureOf(fc.property(fc.uint8Array({ maxLength: 400 }), decodes), 1000)).toBeUndefined();
    expect(
      failureOf(
        fc.property(fc.string({ maxLength: 100 }), (s) => decodes(Buffer.from(`${s.slice(50)}-----BEGIN ${s}`))),
        500,
      ),
    ).toBeUndefined();
  });

  test("and what is written by nobody takes no long time", () => {
    const files = [
      Buffer.from("-----BEGIN X-----\n".repeat(60_000)),
      Buffer.from(`-----BEGIN X-----\n${"!".repeat(1_000_000)}\n-----END X-----\n`),
      Buffer.from(`-----BEGIN ${"-".repeat(MAX_FILE_BYTES - 20)}`),
      Buffer.concat([hex("30843ffff0 00"), Buffer.alloc(1_000_000, 0x30)]),
    ];
    expect(files.map(decodes)).toEqual([true, true, true, true]);
  });
});
