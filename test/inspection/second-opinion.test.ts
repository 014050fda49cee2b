/** What inspect tells, beside what the openssl command says of the same files. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { inspect } from "../../src/inspection/gathering.ts";
import type { CertificateItem, Item } from "../../src/inspection/inspection.ts";
import { withColons } from "../../src/reporters/inspection/layout.ts";
import { memorySystem, NOW } from "../support/bundle.ts";
import { mintRequest, pem } from "../support/mint.ts";
import { mintCrl } from "../support/mint-crl.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

async function itemOf(content: string | Uint8Array, serialNumbers: readonly string[] = []): Promise<Item | undefined> {
  const question = { operands: ["file"], serialNumbers, asn1: false, now: NOW };
  const { files } = await inspect(question, memorySystem({ file: content }));
  return files[0]?.items[0];
}

/** The value behind a name in what openssl prints. */
const valueOf = (out: string, name: string): string | undefined => new RegExp(`^${name}=(.*)$`, "m").exec(out)?.[1];

const instant = (text = ""): string => new Date(text).toISOString().replace(".000Z", "Z");

/** As the documents have it: `openssl … -noout -modulus | openssl md5`. */
function md5OfModulus(command: "x509" | "req" | "rsa", content: string): string | undefined {
  const { out } = openssl([command, "-noout", "-modulus", "-in", "file"], { file: content });
  return /([0-9a-f]{32})\s*$/.exec(openssl(["dgst", "-md5", "modulus"], { modulus: out }).out)?.[1];
}

const certificates = ["inspect-certificate", "ec-key", "pss-signature", "expired", "ready-by-address"];

describe(`certificates as openssl x509 has them${orSkipped}`, () => {
  test.skipIf(opensslVersion === undefined).each(certificates)("%s", async (folder) => {
    const content = readFileSync(`fixtures/${folder}/sensor.crt`, "utf8");
    const item = (await itemOf(content)) as CertificateItem;
    const show = ["-serial", "-dates", "-fingerprint", "-sha256", "-modulus", "-text"];
    const { out } = openssl(["x509", "-noout", ...show, "-in", "file"], { file: content });
    const sha1 = openssl(["x509", "-noout", "-fingerprint", "-sha1", "-in", "file"], { file: content }).out;
    expect({
      serial: item.serialNumber.toUpperCase(),
      from: item.period.from,
      until: item.period.until,
      sha256: withColons(item.digests.sha256),
      sha1: withColons(item.digests.sha1),
      md5: item.publicKey.modulusMd5,
      signature: item.signatureAlgorithm === "RSASSA-PSS" ? "rsassaPss" : item.signatureAlgorithm,
      extensions: item.extensions.length,
    }).toEqual({
      serial: valueOf(out, "serial"),
      from: instant(valueOf(out, "notBefore")),
      until: instant(valueOf(out, "notAfter")),
      sha256: valueOf(out, "sha256 Fingerprint"),
      sha1: valueOf(sha1, "sha1 Fingerprint"),
      md5: item.publicKey.algorithm === "RSA" ? md5OfModulus("x509", content) : undefined,
      signature: /Signature Algorithm: (\S+)/.exec(out)?.[1],
      extensions: out
        .match(/^ {12}(?:X509v3|\S).*: ?(?:critical)?$/gm)
        ?.filter((line) => !/Signature|Modulus|pub:|Public/.test(line)).length,
    });
    const text = out.replace(/IP Address:/g, "IP:");
    for (const { name, values } of item.extensions)
      if (/AltName|Points/.test(name)) for (const value of values) expect(text, name).toContain(value);
  });
});

describe(`digests of one key, from each command of the documents${orSkipped}`, () => {
  test.skipIf(opensslVersion === undefined)(
    "certificate, request and key have the same MD5 of the modulus",
    async () => {
      const files = {
        x509: readFileSync("fixtures/ready/sensor.crt", "utf8"),
        req: pem("CERTIFICATE REQUEST", await mintRequest()),
        rsa: readFileSync("fixtures/ready/sensor.key", "utf8"),
      } as const;
      for (const command of ["x509", "req", "rsa"] as const) {
        const item = await itemOf(files[command]);
        const own = item !== undefined && "publicKey" in item ? item.publicKey : undefined;
        expect(own?.modulusMd5, command).toBe(md5OfModulus(command, files[command]));
      }
      const der = openssl(["pkey", "-in", "file", "-pubout"], { file: files.rsa }).out;
      const spki = Buffer.from(der.replace(/-----[^-]+-----|\s/g, ""), "base64");
      const digest = openssl(["dgst", "-sha256", "file"], { file: spki }).out;
      const key = await itemOf(files.rsa);
      expect(digest).toContain(key?.kind === "private key" ? key.publicKey?.sha256 : "no key");
    },
  );
});

test.skipIf(opensslVersion === undefined)(`a list as openssl crl has it${orSkipped}`, async () => {
  const list = mintCrl({
    number: "1000",
    entries: [
      { serialNumber: "5a17", reason: 1 },
      { serialNumber: "00c0ffee", date: "2026-09-01T00:00:00Z" },
    ],
  });
  const { out } = openssl(["crl", "-inform", "DER", "-noout", "-text", "-in", "file"], { file: list });
  const item = await itemOf(list, ["5a17", "c0ffee"]);
  if (item?.kind !== "CRL") throw new Error("no CRL");
  const dateOf = (name: string): string => instant(new RegExp(`${name}: (.*)`).exec(out)?.[1]);
  expect([item.period.from, item.period.until]).toEqual([dateOf("Last Update"), dateOf("Next Update")]);
  expect(out).toContain(`CRL Number: \n                ${Number.parseInt(item.number ?? "", 16)}`);
  const theirs = [...out.matchAll(/Serial Number: (\S+)\s+Revocation Date: (.*)/g)];
  expect(item.entries).toBe(theirs.length);
  expect(item.sought.map(({ serialNumber, since }) => [serialNumber, since])).toEqual(
    theirs.map(([, serial = "", date]) => [serial.toLowerCase().replace(/^0+/, ""), instant(date)]),
  );
  expect(item.sought.map(({ reason }) => reason)).toEqual(["keyCompromise", undefined]);
});
