/** Where reports may go: over the report before, and over nothing that holds certificates or keys. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { memorySystem } from "../support/bundle.ts";

const certificate = readFileSync("fixtures/ready/sensor.crt");
const der = Buffer.from(certificate.toString().replace(/-----.*-----|\s/g, ""), "base64");

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
])("not over %s", async (_what, file, content) => {
  expect(await checkInto(file, content)).toEqual({
    exitCode: 2,
    err:
      `certcheck: --format: ${file} holds a certificate, a key or the like, which no report replaces\n` +
      "certcheck: hint: give another name for the report\n",
    written: [],
  });
});

test.each([
  ["a report", "report.json", readFileSync("fixtures/all-formats/report.json")],
  ["a report with the commands of fixes", "report.txt", readFileSync("fixtures/expired/transcript.txt")],
  ["an empty file", "report.json", ""],
  ["text that begins with a zero", "report.txt", "00:00 nothing yet\n"],
])("over %s", async (_what, file, content) => {
  expect(await checkInto(file, content)).toMatchObject({ err: "", written: [file] });
});
