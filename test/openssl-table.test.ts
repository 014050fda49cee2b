/** docs/openssl.md: each of the documents' commands and certcheck's line for the job are run, and come to the same. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { main } from "../src/cli.ts";
import { openContainers } from "../src/bundle/container.ts";
import { isRequest } from "../src/bundle/artifact.ts";
import { decode } from "../src/bundle/decode.ts";
import { formatName } from "../src/pki/name.ts";
import { sha256 } from "../src/pki/public-key.ts";
import { inFolder, missing } from "./rules/shell.ts";
import { applianceFiles, memorySystem } from "./support/bundle.ts";
import { keyPem, mintRequest, pem } from "./support/mint.ts";

/** The passphrase of the encrypted key, and of containers. */
const PASSPHRASE = "Sensor-2026!";

const subject = "/C=US/ST=Illinois/L=Springfield/O=Contoso Ltd/OU=Contoso Labs/CN=sensor.contoso.com";
const answers = "--country US --state Illinois --locality Springfield --organization"
  .split(" ")
  .concat("Contoso Ltd", "--organizational-unit", "Contoso Labs");

/** What either command asks for at a terminal, or of its options; and what is compared. */
interface Job {
  readonly openssl?: string;
  readonly certcheck?: readonly string[];
  /** The openssl command fails on the file that the documents' own export wizard writes. */
  readonly fails?: true;
  /** Of what openssl prints, what certcheck has to say as well, as it writes it. */
  readonly told?: (out: string) => readonly string[];
}

const read = (out: string, pattern: RegExp): string => pattern.exec(out)?.[1] ?? `nothing like ${pattern}`;
const hash = (out: string): readonly string[] => [read(out, /([0-9a-f]{32})\s*$/)];
const asRequest = (out: string): readonly string[] => [
  read(out, /CN ?= ?([\w.]+)/),
  ...(out.includes("verify OK") ? [] : ["no good signature"]),
];

const jobs: Readonly<Record<string, Job>> = {
  "check a request": { told: (out) => [...asRequest(out), "READY"] },
  "view a request": {
    told: (out) => [...asRequest(out), read(out, /(DNS:[\w.]+)/), "valid: whoever made it has the private"],
  },
  "check a private key": { told: (out) => [out.includes("RSA key ok") ? "fit together" : "is said to be damaged"] },
  "view a certificate": {
    told: (out) => [
      read(out, /(DNS:[\w.]+)/),
      read(out, /CN ?= ?(Contoso Issuing CA)/),
      read(out, /(http:\/\/\S+)/),
      read(out, /\((0x[0-9a-f]+)\)/).replace("0x", ""),
      new Date(read(out, /Not After : (.*)/)).toISOString().replace(".000", ""),
    ],
  },
  "hash of a certificate's modulus": { told: hash },
  "hash of a key's modulus": { told: hash },
  "hash of a request's modulus": { told: hash },
  "new key and request": { openssl: `-subj '${subject}'`, certcheck: answers },
  "self-signed certificate": { openssl: `-subj '${subject}'`, certcheck: answers },
  "request for a key that is there": { openssl: `-subj '${subject}'`, certcheck: answers },
  "request after a certificate": {},
  "key without its passphrase": { openssl: `-passin pass:${PASSPHRASE}`, certcheck: ["--passin", "env:PASS"] },
  ".crt to .pem": {},
  ".pem to .crt": {},
  ".cer to .crt": { fails: true },
  "PKCS#12 to PEM": { openssl: `-passin pass:${PASSPHRASE}`, certcheck: ["--passin", "env:PASS"] },
  "DER to PEM": {},
  "PEM to DER": {},
  "PEM to PKCS#12": { openssl: `-passout pass:${PASSPHRASE}`, certcheck: ["--passout", "env:PASS"] },
};

const rows = [
  ...readFileSync("docs/openssl.md", "utf8").matchAll(/^\| ([^|]+) \| `(openssl .*)` \| `certcheck (.*)` \|$/gm),
].map(([, job = "", openssl = "", certcheck = ""]) => ({ job, openssl: openssl.replaceAll("\\|", "|"), certcheck }));

const { "sensor.crt": crt = "", "ca.pem": ca = "" } = await applianceFiles();
const der = Buffer.from(crt.replace(/-----[^-]*-----|\s/g, ""), "base64");

const files: Readonly<Record<string, string | Uint8Array>> = {
  "certificate.crt": crt,
  "certificate.pem": crt,
  "certificate.cer": der,
  "privateKey.key": keyPem("leaf"),
  "privateKey.pem": keyPem("leaf-encrypted"),
  "CSR.csr": pem("CERTIFICATE REQUEST", await mintRequest({ names: ["sensor.contoso.com"] })),
  "CACert.crt": ca,
  "keyStore.pfx": readFileSync("fixtures/keys/appliance.pfx"),
};

/** What the files hold, without what is random in it: of a new key, that it is one. */
async function held(made: readonly (readonly [string, Uint8Array])[], hasNewKey: boolean): Promise<string[]> {
  const key = (spki: Uint8Array | undefined): string => (hasNewKey ? "a new key" : sha256(spki ?? new Uint8Array()));
  const found = made.map(async ([name, bytes]) => {
    const { artifacts } = await openContainers(decode(name, bytes), PASSPHRASE);
    return artifacts.flatMap((artifact) => {
      if (artifact.kind === "certificate") {
        const { publicKey, subject: owner, bytes: own } = artifact.certificate;
        return [`certificate ${formatName(owner)} ${hasNewKey ? key(publicKey.spki) : sha256(own)}`];
      }
      if (artifact.kind === "key")
        return [
          `key ${key(artifact.key?.publicKey?.spki)}${artifact.encryption && artifact.origin.container === undefined ? ", encrypted" : ""}`,
        ];
      return isRequest(artifact)
        ? [`request ${formatName(artifact.request.subject)} ${key(artifact.request.publicKey.spki)}`]
        : [];
    });
  });
  return (await Promise.all(found)).flat().toSorted();
}

const noOpenssl = missing("sh", "openssl");

describe("docs/openssl.md", () => {
  test("has a row for each job, and nothing else", () => expect(rows.map(({ job }) => job)).toEqual(Object.keys(jobs)));

  test.skipIf(noOpenssl !== "").each(rows)(`$job${noOpenssl}`, async ({ job, openssl, certcheck }) => {
    const { openssl: asked = "", certcheck: more = [], fails, told } = jobs[job] ?? {};
    const system = memorySystem(files, { env: { PASS: PASSPHRASE } });
    const exitCode = await main([...certcheck.split(" "), ...more, ...(told ? [] : ["--out", "made"])], system);
    expect([exitCode, system.err]).toEqual([0, ""]);
    const output = /-out (\S+)/.exec(openssl)?.[1];
    const keyOutput = /-keyout (\S+)/.exec(openssl)?.[1];
    await inFolder(files, async ({ run, read: readFile }) => {
      const line = `${openssl} ${asked}`;
      if (fails) {
        expect(() => run(line)).toThrow(/Could not|unable to load/);
        return;
      }
      const out = run(`{ ${line}; } 2>&1`);
      for (const fact of told?.(out) ?? []) expect(system.out).toContain(fact);
      const names = [output, keyOutput].filter((name) => name !== undefined);
      const theirs = await held(
        names.map((name) => [name, readFile(name)]),
        keyOutput !== undefined,
      );
      const ours = await held(
        [...system.made].map(([name, { content }]) => [name, Buffer.from(content)]),
        keyOutput !== undefined,
      );
      expect(ours).toEqual(theirs);
      expect(theirs.length > 0).toBe(told === undefined);
    });
    if (fails)
      expect(
        await held(
          [...system.made].map(([name, { content }]) => [name, Buffer.from(content)]),
          false,
        ),
      ).toHaveLength(1);
  });
});
