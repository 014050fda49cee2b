/** Where reports may go: over the report before, and over nothing that holds certificates or keys. */
import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { memorySystem } from "../support/bundle.ts";

const certificate = readFileSync("fixtures/ready/sensor.crt");
const der = Buffer.from(certificate.toString().replace(/-----.*-----|\s/g, ""), "base64");

const key = readFileSync("fixtures/ready/sensor.key", "utf8");
const ellipticKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

async function checkInto(file: string, content: string | Buffer) {
  const written: string[] = [];
  const files = { "sensor.crt": certificate, [file]: content };
  const system = memorySystem(files, { replaceFile: (path) => written.push(path) });
  const exitCode = await main(["sensor.crt", "--format", `json=${file}`, "--no-config"], system);
  return { exitCode, err: system.err, written };
}

test.each<[what: string, file: string, content: string | Buffer]>([
  ["a key that is not checked", "other.key", readFileSync("fixtures/ready/sensor.key")],
  ["a chain", "ca.pem", readFileSync("fixtures/ready/ca.pem")],
  [
    "a chain behind what openssl pkcs12 writes before it",
    "ca.pem",
    `Bag Attributes\r\n  friendlyName: ca\r\n${certificate.toString()}`,
  ],
  ["a certificate or a container in DER", "sensor.pfx", der],
  ["a small key in DER", "other.key", ellipticKey.export({ format: "der", type: "sec1" })],
  ["text with a byte order mark", "other.key", `\ufeff${key}`],
  ["what PowerShell writes with >", "other.key", Buffer.from(`\ufeff${key}`, "utf16le")],
  ["a key within a manifest of Kubernetes", "secret.yaml", `data:\n  key: |\n${key.replace(/^/gm, "    ")}`],
  ["a key that is cut off", "other.key", `\ufeff${key.slice(0, 200)}`],
  ["a key without its boundaries", "other.key", key.replace(/-----.*-----\n/g, "")],
  ["a key behind a long text", "other.key", `${"some text\n".repeat(20_000)}${key}`],
  ["a key of PuTTY", "other.ppk", "PuTTY-User-Key-File-3: ssh-rsa\r\nEncryption: none\r\n"],
  ["a Java keystore", "store.jks", Buffer.from("feedfeed00000002", "hex")],
])("not over %s", async (_what, file, content) => {
  expect(await checkInto(file, content)).toEqual({
    exitCode: 2,
    err:
      `certcheck: --format: ${file} holds a certificate, a key or the like, which no report replaces\n` +
      "certcheck: hint: give another name for the report\n",
    written: [],
  });
});

test.each<readonly [what: string, file: string, content: string | Buffer]>([
  ...readdirSync("fixtures/all-formats")
    .filter((name) => /^(?:report|gl-code-quality)\./.test(name))
    .map((name) => ["a report", name, readFileSync(`fixtures/all-formats/${name}`)] as const),
  ["a report with the commands of fixes", "report.txt", readFileSync("fixtures/expired/transcript.txt")],
  ["what is said of boundaries", "report.txt", readFileSync("fixtures/forms-of-keys/transcript.txt")],
  ["a log that is open, with a certificate in it", "/dev/fd/3", certificate],
  ["an empty file", "report.json", ""],
  ["text that begins with a zero", "report.txt", "00:00 nothing yet\n"],
])("over %s", async (_what, file, content) => {
  expect(await checkInto(file, content)).toMatchObject({ err: "", written: [file] });
});
