/** Secrets: no part of a private key or of a passphrase is printed, whatever is given and wherever it is put. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scenarios } from "../fixtures/scenarios.ts";
import { main } from "../src/cli.ts";
import type { NewFile } from "../src/system/new-files.ts";
import { fleetFormats } from "../src/reporters/fleet/index.ts";
import { formats } from "../src/reporters/index.ts";
import type { TlsAnswer } from "../src/bundle/tls.ts";
import { applianceFiles, goodAnswer, memorySystem } from "./support/bundle.ts";
import { mintAppliance } from "./support/mint.ts";
import { detector, privateNumbers } from "./support/secrets.ts";
import { run } from "./support/transcript.ts";

const passphrases = ["Sensor-2026!", "sensor-2026!", "Sensor & 2026"];

/** What is answered where a terminal is asked. */
const [asked = ""] = passphrases;

const keysFolder = "fixtures/keys";
const keyFiles = readdirSync(keysFolder).filter((file) => file.endsWith(".key"));
const keyTexts = new Map(keyFiles.map((file) => [file, readFileSync(join(keysFolder, file), "utf8")]));

const keys = [...keyTexts].flatMap(([file, text]) => privateNumbers(file, text, passphrases));
const damaged = privateNumbers("damaged-key", readFileSync("fixtures/damaged-key/sensor.key"));
const findKey = detector({ keys: [...keys, ...damaged] });

test("the keys are known by their numbers, but those in forms that node:crypto does not open", () => {
  const known = new Set(keys.map(({ what }) => what.split(":")[0]));
  expect(keyFiles.filter((file) => !known.has(file))).toEqual([
    "leaf-dek-des.key",
    "leaf-openssh.key",
    "leaf-pbes1.key",
  ]);
});

describe("the detector finds", () => {
  const [{ bytes } = { bytes: new Uint8Array() }] = keys;
  const part = Buffer.from(bytes.subarray(21, 29));
  const around = (before: number): Buffer => Buffer.concat([Buffer.alloc(before, 1), part, Buffer.alloc(4, 2)]);
  test.each<readonly [string, string]>([
    ...[0, 1, 2].map((before) => [`base64, ${before} bytes behind`, around(before).toString("base64")] as const),
    ["base64url", around(1).toString("base64url")],
    ["base64 of base64", Buffer.from(`xx${around(1).toString("base64")}`).toString("base64")],
    ["hexadecimal digits", part.toString("hex")],
    [
      "the same in upper case, with colons",
      part
        .toString("hex")
        .toUpperCase()
        .replace(/..(?=.)/g, "$&:"),
    ],
    ["decimal digits", BigInt(`0x${Buffer.from(bytes).toString("hex")}`).toString()],
    ["bytes", part.toString("latin1")],
    [
      "bytes as JSON has them",
      JSON.stringify(part.toString("latin1")).replace(
        /[\u0080-\u00ff]/g,
        (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
      ),
    ],
    ["the file", [...keyTexts.values()][0] ?? ""],
  ])("%s", (_what, text) => expect(findKey(`x ${text} x`)).toBeDefined());

  test("but no seven bytes, nor a passphrase's public words", () => {
    expect(findKey(part.subarray(1).toString("hex"))).toBeUndefined();
    const find = detector({ passphrases, known: "sensor.crt" });
    expect([find("the sensor's key"), find("x Senso x") !== undefined, find("& 202") !== undefined]).toEqual([
      undefined,
      true,
      true,
    ]);
  });
});

/** What was made that is not for its owner alone: the key must be in nothing else. */
const forEverybody = (made: ReadonlyMap<string, NewFile>): string[] =>
  [...made.values()].flatMap(({ content, isSecret }) => (isSecret ? [] : [Buffer.from(content).toString("latin1")]));

/** As people have it, for programs, and in two more formats, others for each command; options stand before the redirection of a transcript. */
function inSome(names: readonly string[], turn: number): string {
  const others = names.filter((name) => name !== "human" && name !== "json");
  const drawn = ["json", ...[0, 1].map((more) => others[(2 * turn + more) % others.length] ?? "")];
  return ` --verbose --debug --color always --format human${drawn.map((name) => ` --format ${name}=report.${name}`).join("")}`;
}

/** What is added to a command; without anything, it printed what stands in its transcript. */
function stylesOf(command: string, turn: number): readonly string[] {
  if (/certcheck (?:fleet init|new)\b/.test(command)) return [""];
  if (command.includes("certcheck convert")) return [" --verbose --debug --color always"];
  if (command.startsWith("certcheck inspect"))
    return [" --debug --color always --format human --format json=report.json", " --asn1 --format json=report.json"];
  return [inSome(command.startsWith("certcheck fleet") ? fleetFormats : formats, turn)];
}

describe.each(Object.entries(scenarios).map(([name, { commands }], index) => ({ name, commands, index })))(
  "fixtures/$name",
  ({ name, commands, index }) => {
    const folder = join("fixtures", name);
    const file = join(folder, "passphrase.txt");
    const text = commands.join("\n") + (existsSync(file) ? readFileSync(file, "utf8") : "");
    const own = passphrases.filter((phrase) => phrase === asked || text.includes(phrase));

    // What else is on the command line is no secret, nor are the names made of it (sensor-new.key) and the time judged.
    const passphraseFinder = (command: string): ReturnType<typeof detector> => {
      const known = `${own.reduce((rest, phrase) => rest.replaceAll(phrase, ""), command)} sensor- from 2026-01-01 2026-11-21`;
      return detector({ passphrases: own, known });
    };

    test("the transcript", () => {
      const transcript = readFileSync(join(folder, "transcript.txt"), "utf8");
      const outputs = transcript.replace(/^\$ .*$/gm, "");
      expect([findKey(outputs), passphraseFinder(commands.join(" "))(outputs)]).toEqual([undefined, undefined]);
    });

    test.each(commands.filter((command) => command.includes("certcheck")))("%s", async (command) => {
      const findPassphrase = passphraseFinder(command);
      const leaks: string[] = [];
      for (const style of stylesOf(command, index + commands.indexOf(command))) {
        const atTerminal = { askPassphrase: () => Promise.resolve(asked) };
        const { out, err, written, made } = await run(command.replace(/( <|$)/, `${style}$1`), folder, atTerminal);
        for (const output of [out, err, ...written.values(), ...forEverybody(made)])
          leaks.push(...[findKey(output), findPassphrase(output)].filter((leak) => leak !== undefined));
      }
      expect(leaks).toEqual([]);
    });
  },
);

/** What can happen to a key file before somebody gives it to certcheck. */
const damages: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  none: (text) => text,
  "no BEGIN line": (text) => text.replace(/^.*\n/, ""),
  "no END line": (text) => text.replace(/\n.*\n$/, "\n"),
  "neither line": (text) => text.replace(/-----.*-----\n/g, ""),
  "neither line nor line ends": (text) => text.replace(/-----.*-----|\n/g, ""),
  "no line ends": (text) => text.replaceAll("\n", ""),
  "blanks for line ends": (text) => text.replaceAll("\n", " "),
  "backslash and n": (text) => text.replaceAll("\n", "\\n"),
  "carriage returns": (text) => text.replaceAll("\n", "\r"),
  "no line end after BEGIN": (text) => text.replace("-----\n", "-----"),
  "no line end before END": (text) => text.replace("\n-----END", "-----END"),
  "every second line": (text) =>
    text
      .split("\n")
      .filter((line, index) => index % 2 === 0 || line.includes("-----"))
      .join("\n"),
  "half of it": (text) => text.slice(0, text.length / 2),
  "the other half": (text) => text.slice(text.length / 2),
  "lines of 80 characters and more": (text) => text.replace(/(\w{10})\n/g, "$1"),
  "short lines": (text) => text.replace(/[\w+/]{16}/g, "$&\n"),
  indentation: (text) => text.replace(/^/gm, "    "),
  "a quotation": (text) => text.replace(/^/gm, "> "),
  "four dashes": (text) => text.replaceAll("-----", "----"),
  "long dashes": (text) => text.replaceAll("-----", "\u2014\u2014"),
  "a label of its own": (text) => text.replaceAll(/(?:RSA |ENCRYPTED )?PRIVATE KEY/g, "MY OWN"),
  "the label of a certificate": (text) => text.replaceAll(/(?:RSA |ENCRYPTED )?PRIVATE KEY/g, "CERTIFICATE"),
  "the label of an EC key": (text) => text.replaceAll(/(?:RSA |ENCRYPTED )?PRIVATE KEY/g, "EC PRIVATE KEY"),
  "other labels at its ends": (text) => text.replace("-----END ", "-----END X"),
  "its own base64 as label": (text) =>
    text.replace(
      /PRIVATE KEY/,
      text
        .slice(120, 160)
        .replace(/[^A-Z0-9]/gi, "")
        .toUpperCase(),
    ),
  "its own base64 as headers": (text) =>
    text.replace("-----\n", `-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${text.slice(80, 110)}\n\n`),
  "headers that are base64": (text) => text.replace(/\n(?=[\w+/]{20})/g, "\nX: "),
  "characters that are not base64": (text) => text.replace(/^(\w{20})\w/gm, "$1*"),
  "a changed character": (text) => text.replace(/A/g, "B"),
  "URL-safe base64": (text) => text.replaceAll("+", "-").replaceAll("/", "_"),
  "UTF-16": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "UTF-16, big end first": (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
  "a byte order mark": (text) => `\ufeff${text}`,
  DER: (text) => Buffer.from(text.replace(/-----.*-----/g, ""), "base64"),
  "DER without its first bytes": (text) => Buffer.from(text.replace(/-----.*-----/g, ""), "base64").subarray(4),
  "DER cut off": (text) => Buffer.from(text.replace(/-----.*-----/g, ""), "base64").subarray(0, -20),
  "DER in hexadecimal digits": (text) => Buffer.from(text.replace(/-----.*-----/g, ""), "base64").toString("hex"),
  "base64 twice": (text) => Buffer.from(text).toString("base64"),
  JSON: (text) => JSON.stringify({ key: text }),
  "twice, without an end between": (text) => text.trimEnd() + text,
};

const appliance = await applianceFiles();
const served: TlsAnswer = { ...goodAnswer, certificates: [(await mintAppliance()).leaf] };

/** What a command line gives away. */
async function leaksOf(
  argv: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const connectTls = (): Promise<TlsAnswer> => Promise.resolve(served);
  const system = memorySystem({ ...appliance, ...files }, { env, stdin: files["stdin"] ?? "", connectTls });
  await main(argv, system);
  return [system.out, system.err, ...system.written.values(), ...forEverybody(system.made)]
    .map(findKey)
    .filter((leak) => leak !== undefined);
}

const beside = (text: string, content: string | Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(text), Buffer.from(content)]);

const damagedKeys = Object.entries(damages).map(([what, damage], index) => ({
  what,
  index,
  contents: [...keyTexts.values()].map(damage),
}));

/** What the other verbs do with the places, in turns. */
const otherVerbs: readonly (readonly string[])[] = [
  ["inspect", "crt", "key", "more-ca", "-", "env:KEY", "--format=json", "--format=human=x"],
  ["inspect", "--asn1", "crt", "ca", "full.crt", "stdin", "env:CODED"],
  ["csr", "crt", "key", "--cert=full.crt", "--verbose", "--debug"],
  ["convert", "crt", "key", "full.crt", "more-ca", "env:KEY", "--to=upload", "--dry-run", "--debug"],
  ["convert", "key", "sensor.crt", "--to=pem", "--out=new"],
  ["new", "sensor.contoso.com", "--from=key", "--key=crt", "--country=US", "--organization=a", "--dry-run"],
];

/** Places for which a key is taken in a round. */
const PLACES = 9;

describe.each(damagedKeys)("a key with $what", ({ index, contents }) => {
  test("is not printed from any place of a file", async () => {
    const leaks: string[] = [];
    // Each key has one of the places, each time another one.
    for (let round = 0; round * PLACES < contents.length; round++) {
      const key = (place: number): string | Uint8Array =>
        contents[(index + round * PLACES + place) % contents.length] ?? "";
      const files = {
        crt: key(0),
        key: key(1),
        ca: key(2),
        "more-ca": beside(appliance["ca.pem"] ?? "", key(3)),
        stdin: key(4),
        roots: beside(appliance["ca.pem"] ?? "", key(5)),
        "full.crt": beside(appliance["sensor.crt"] ?? "", key(6)),
      };
      const env = { KEY: Buffer.from(key(7)).toString("latin1"), CODED: Buffer.from(key(8)).toString("base64") };
      const more = ["--verbose", "--debug", "--format", formats[(index + round) % formats.length] ?? ""];
      leaks.push(
        ...(await leaksOf(["crt", "key", "--chain=ca", "--chain=more-ca", "--chain=-", ...more], files, env)),
        ...(await leaksOf(["full.crt", "env:KEY", "--chain=env:CODED", "--roots=roots", ...more], files, env)),
        ...(await leaksOf(["sensor.crt", "key", "--passin=file:crt", "--quiet"], files)),
        ...(await leaksOf(["sensor.crt", "--roots=key"], files)),
        ...(await leaksOf(["sensor.crt", "key", "--chain=ca.pem", "--crl=crt", "--crl=more-ca", "--handshake"], files)),
        ...(await leaksOf(otherVerbs[(index + round) % otherVerbs.length] ?? [], files, env)),
      );
    }
    const [key = "", other = "", ca = ""] = contents.slice(index % contents.length);
    const files = { "full.crt": beside(appliance["sensor.crt"] ?? "", key), key: other, ca };
    leaks.push(
      ...(await leaksOf(["connect", "sensor.contoso.com", "--cert=full.crt", "--chain=ca", "--debug"], files)),
      ...(await leaksOf(["connect", "sensor.contoso.com", "--cert=key"], files)),
    );
    expect(leaks).toEqual([]);
  });
});

/** No command line can hold these. */
const isText = (content: string | Uint8Array): content is string =>
  typeof content === "string" && !content.includes("\0");

describe("a key on the command line, whole or damaged", () => {
  const options = [
    "only",
    "ignore",
    "severity",
    "format",
    "host",
    "ip",
    "at",
    "warn-days",
    "edition",
    "passphrase-set",
  ];
  test.each<readonly [what: string, argv: (text: string) => readonly string[]]>([
    ["a file", (text) => [text]],
    ["the key file", (text) => ["sensor.crt", text]],
    ["a chain", (text) => ["sensor.crt", "--chain", text]],
    ["a variable", (text) => [`env:${text}`]],
    ["an option", (text) => ["sensor.crt", `--${text}`]],
    ["a short option", (text) => ["sensor.crt", `-${text}`]],
    ["a file for a report", (text) => ["sensor.crt", `--format=json=${text}`]],
    ["the rule to explain", (text) => ["rules", text]],
    ["a file to convert", (text) => ["convert", text, "--to=pem"]],
    ["what it becomes", (text) => ["convert", "sensor.crt", `--to=${text}`]],
    ["its name", (text) => ["convert", "sensor.crt", "--to=crt", `--name=${text}`]],
    ["its folder", (text) => ["convert", "sensor.crt", "--to=crt", `--out=${text}`]],
    ["its passphrase", (text) => ["convert", "sensor.key", "--to=pem", "--name=x", `--passout=${text}`]],
    ["what to connect to", (text) => ["connect", text]],
    ["what should be served", (text) => ["connect", "sensor.contoso.com", "--cert", text]],
    ["a word too many", (text) => ["sensor.crt", "sensor.key", text]],
    ...options.map((option) => [`--${option}`, (text: string) => ["sensor.crt", `--${option}=${text}`]] as const),
    ...["", "env:", "file:", "fd:", "pass:"].map(
      (scheme) => [`--passin ${scheme}`, (text: string) => ["sensor.crt", `--passin=${scheme}${text}`]] as const,
    ),
  ])("is not printed as %s", async (_what, argv) => {
    const leaks: Record<string, readonly string[]> = {};
    for (const { what, index, contents } of damagedKeys)
      for (const text of contents.filter(
        (content, key): content is string => (key + index) % 4 === 0 && isText(content),
      )) {
        const found = await leaksOf(argv(text), {});
        if (found.length > 0) leaks[what] = found;
      }
    expect(leaks).toEqual({});
  });
});
