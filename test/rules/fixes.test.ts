/** Fixes, carried out: their commands are run on real files, and what comes of them no longer has the fault. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { evaluate, type Result } from "../../src/evaluate.ts";
import { rules } from "../../src/rules/index.ts";
import { applianceFiles, bundle, type BundleSpec, type Files } from "../support/bundle.ts";
import { type ApplianceSpec, type AttributeSpec, issue, keyPem, pem, sampleSubject } from "../support/mint.ts";
import { inFolder, missing, type programs } from "./shell.ts";

const { "sensor.crt": crt = "", "sensor.key": key = "", "ca.pem": ca = "" } = await applianceFiles();
const [issuing = "", root = ""] = ca.split(/(?<=-----END CERTIFICATE-----\n)/);
const der = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]*-----|\s/g, ""), "base64");

async function ask(rule: string, spec: BundleSpec): Promise<Result | undefined> {
  const { bundle: subject, context } = await bundle(spec);
  return evaluate(
    rules.filter(({ id }) => id === rule),
    subject,
    context,
  )[0];
}

/** A fault, and which of the written files take the place of those that were given. */
interface Repair extends BundleSpec {
  readonly rule: string;
  /** Another state of the same fault. */
  readonly what?: string;
  readonly give: NonNullable<BundleSpec["operands"]>;
  /** What the command would ask for at the terminal. */
  readonly answers?: string;
  /** Run before, to make files that only a program can make. */
  readonly before?: string;
  readonly needs?: readonly (keyof typeof programs)[];
}

const passphrases = "-passin 'pass:Sensor-2026!' -passout 'pass:Other-2026!'";

const repairs: readonly Repair[] = [
  {
    rule: "file/extension",
    files: { "sensor.cer": crt },
    operands: { certificate: "sensor.cer" },
    give: { certificate: "sensor.crt" },
  },
  {
    rule: "file/extension",
    what: "a name of dashes and quotes",
    files: { "-plant '3'.pem": crt },
    operands: { certificate: "-plant '3'.pem" },
    give: { certificate: "-plant '3'.crt" },
  },
  {
    rule: "file/chain-extension",
    files: { "ca.crt": ca },
    operands: { chains: ["ca.crt"] },
    give: { chains: ["ca.pem"] },
  },
  { rule: "file/pem", what: "the key", files: { "sensor.key": der(key) }, give: { key: "sensor-pem.key" } },
  {
    rule: "file/pem",
    what: "the encrypted key",
    files: { "sensor.key": der(keyPem("leaf-encrypted")) },
    give: { key: "sensor-pem.key" },
  },
  { rule: "file/pem", what: "the chain", cas: [{}], files: { "ca.pem": der(root) }, give: { chains: ["ca-pem.pem"] } },
  {
    rule: "file/single-certificate",
    files: { "sensor.crt": crt + ca },
    give: { certificate: "sensor-only.crt", chains: ["sensor-chain.pem"] },
  },
  { rule: "file/single-key", files: { "sensor.key": key + keyPem("other") }, give: { key: "sensor-only.key" } },
  { rule: "file/no-private-key", files: { "sensor.crt": crt + key }, give: { certificate: "sensor-certificates.crt" } },
  {
    rule: "file/no-private-key",
    what: "the chain",
    files: { "ca.pem": `${issuing}${keyPem("root")}${root.trimEnd()}` },
    give: { chains: ["ca-certificates.pem"] },
  },
  {
    rule: "file/clean",
    what: "a byte order mark",
    files: { "sensor.crt": `\ufeff${crt}` },
    give: { certificate: "sensor-clean.crt" },
  },
  {
    rule: "file/clean",
    what: "blanks",
    files: { "sensor.crt": `Bag Attributes\n${crt.replaceAll("\n", " \t\r\n")}` },
    give: { certificate: "sensor-clean.crt" },
  },
  {
    rule: "file/clean",
    what: "blanks in a key with headers",
    files: { "sensor.key": keyPem("leaf-dek-aes").replace(/(?<=[\w+/])\n/g, "  \n") },
    give: { key: "sensor-clean.key" },
  },
  {
    rule: "file/decodes",
    what: "UTF-16",
    files: { "sensor.crt": Buffer.from(`\ufeff${crt.replaceAll("\n", "\r\n")}`, "utf16le") },
    give: { certificate: "sensor-fixed.crt" },
    needs: ["iconv"],
  },
  {
    rule: "file/decodes",
    what: "carriage returns alone",
    files: { "sensor.crt": crt.replaceAll("\n", "\r") },
    give: { certificate: "sensor-fixed.crt" },
  },
  {
    rule: "file/decodes",
    what: "empty lines and leading blanks",
    files: { "sensor.crt": crt.replaceAll("\n", "\n\n").replace("-----BEGIN", "  -----BEGIN") },
    give: { certificate: "sensor-fixed.crt" },
  },
  {
    rule: "file/decodes",
    what: "an empty line in a key with headers",
    files: { "sensor.key": keyPem("leaf-dek-aes").replace("\n-----END", "\n\n-----END") },
    give: { key: "sensor-fixed.key" },
  },
  {
    rule: "file/decodes",
    what: "base64 alone",
    files: { "sensor.crt": der(crt).toString("base64") },
    give: { certificate: "sensor-fixed.crt" },
  },
  {
    rule: "file/right-slot",
    what: "PKCS#7 for the chain",
    before: "openssl crl2pkcs7 -nocrl -certfile ca.pem -outform DER -out ca.p7b",
    operands: { chains: ["ca.p7b"] },
    give: { chains: ["ca.pem"] },
  },
  ...(["certificate", "key", "chain"] as const).map((slot): Repair => ({
    rule: "file/right-slot",
    what: `PKCS#12 for the ${slot}`,
    before:
      "openssl pkcs12 -export -in sensor.crt -inkey sensor.key -certfile ca.pem -out all.pfx -passout 'pass:Sensor-2026!'",
    operands: slot === "chain" ? { chains: ["all.pfx"] } : { [slot]: "all.pfx" },
    give: {
      certificate: { certificate: "all-only.crt" },
      key: { key: "all.key" },
      chain: { chains: ["all-chain.pem"] },
    }[slot],
    answers: "-passin 'pass:Sensor-2026!'",
  })),
  {
    rule: "file/right-slot",
    what: "gzip",
    files: { "sensor.crt": gzipSync(crt) },
    give: { certificate: "sensor-unpacked.crt" },
  },
  {
    rule: "file/right-slot",
    what: "OpenSSH's format",
    before: "cp sensor.key ssh.key; ssh-keygen -p -N '' -f ssh.key; chmod 644 ssh.key",
    operands: { key: "ssh.key" },
    give: { key: "ssh-pkcs8.key" },
    answers: "-P '' -N ''",
    needs: ["ssh-keygen"],
  },
  { rule: "chain/ordered", files: { "ca.pem": `${root}${issuing.trimEnd()}` }, give: { chains: ["ca-ordered.pem"] } },
  {
    rule: "chain/ordered",
    what: "over two files",
    files: { "a.pem": root, "b.pem": issuing },
    operands: { chains: ["a.pem", "b.pem"] },
    give: { chains: ["a-ordered.pem"] },
  },
  { rule: "chain/only-cas", files: { "ca.pem": `${crt}${issuing}${root}` }, give: { chains: ["ca-ordered.pem"] } },
  { rule: "chain/only-needed", files: { "ca.pem": `${root}${issuing}${root}` }, give: { chains: ["ca-ordered.pem"] } },
  {
    rule: "key/cipher",
    files: { "sensor.key": keyPem("leaf-dek-des") },
    give: { key: "sensor-aes.key" },
    answers: passphrases,
    needs: ["openssl's legacy provider"],
  },
  {
    rule: "passphrase/characters",
    files: { "sensor.key": keyPem("leaf-encrypted-space") },
    operands: { passphrase: "pass:Sensor & 2026" },
    give: { key: "sensor-encrypted.key", passphrase: "pass:Other-2026!" },
    answers: "-passin 'pass:Sensor & 2026' -passout 'pass:Other-2026!'",
  },
  {
    rule: "passphrase/needed",
    operands: { passphrase: "pass:Other-2026!" },
    give: { key: "sensor-encrypted.key" },
    answers: "-passout 'pass:Other-2026!'",
  },
  {
    rule: "passphrase/opens-key",
    files: { "sensor.key": keyPem("leaf-encrypted") },
    operands: { passphrase: "pass:Other-2026!" },
    give: { key: "sensor-encrypted.key" },
    answers: passphrases,
  },
];

/** Everything that is there, by its name. */
async function given({
  leaf,
  cas,
  files,
}: ApplianceSpec & { files?: Files }): Promise<Record<string, string | Uint8Array>> {
  const all = { ...(await applianceFiles({ ...(leaf && { leaf }), ...(cas && { cas }) })), ...files };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, content]) => (content === undefined ? [] : [[name, content]])),
  );
}

const commands = (result: Result | undefined): string[] => [
  ...new Set(result?.findings.flatMap(({ fix }) => fix.split("\n").slice(1))),
];

const cases = repairs.map((repair) => ({
  what: "",
  ...repair,
  lack: missing("sh", "openssl", ...(repair.needs ?? [])),
}));

describe("the commands mend the fault", () => {
  test.for(cases)("$rule $what$lack", async ({ rule, give, answers = "", before, lack, ...spec }, { skip }) => {
    skip(lack !== "", lack);
    await inFolder(await given(spec), async ({ run, read }) => {
      if (before !== undefined) run(before);
      const operands = { certificate: "sensor.crt", key: "sensor.key", chains: ["ca.pem"], ...spec.operands };
      const withFiles = (wanted: typeof operands): Files =>
        Object.fromEntries([wanted.certificate, wanted.key, ...wanted.chains].map((name) => [name, read(name)]));

      const fault = await ask(rule, { ...spec, operands, files: withFiles(operands) });
      expect(fault?.outcome).toBe("fails");
      const lines = commands(fault);
      expect(lines).not.toEqual([]);
      run(...lines.map((line) => (/^(?:openssl|ssh-keygen) /.test(line) ? `${line} ${answers}` : line)));

      const instead = { ...operands, ...give };
      const mended = await ask(rule, { ...spec, operands: instead, files: withFiles(instead) });
      expect(mended).toMatchObject({ outcome: "holds" });
      // No repair brings a fault of another kind: what was given is still there, and can be read.
      const readable = await ask("file/decodes", { ...spec, operands: instead, files: withFiles(instead) });
      expect(readable).toMatchObject({ outcome: "holds" });
    });
  });
});

/** A certificate with a fault that only its CA can mend: the request is made, and the CA issues what it asks for. */
interface Renewal extends BundleSpec {
  readonly rule: string;
  /** The new key, if one is made. */
  readonly key?: string;
}

const having = (type: string, ...values: readonly string[]): ApplianceSpec => ({
  leaf: {
    subject: sampleSubject.flatMap((attribute): AttributeSpec[] =>
      attribute[0] === type ? values.map((value) => [type, value]) : [attribute],
    ),
  },
});
const planned = (kind: "name" | "address", value: string): BundleSpec => ({ context: { hosts: [{ kind, value }] } });

const renewals: readonly Renewal[] = [
  { rule: "subject/common-name", ...having("CN", "sensor") },
  { rule: "subject/common-name", ...having("CN", "a.contoso.com", "b.contoso.com") },
  { rule: "subject/no-wildcard", leaf: { ...having("CN", "*.contoso.com").leaf, names: ["*.contoso.com"] } },
  { rule: "subject/country", ...having("C", "UK") },
  { rule: "subject/country", ...having("C", "USA") },
  { rule: "subject/organization", ...having("O", " ") },
  { rule: "subject/organizational-unit", ...having("OU") },
  { rule: "subject/field-order", leaf: { subject: sampleSubject.toReversed() } },
  { rule: "names/subject-alt-name", leaf: { names: null } },
  { rule: "names/covers-host", ...planned("name", "sensor7.contoso.com") },
  { rule: "names/covers-host", ...planned("address", "10.1.0.7") },
  { rule: "names/covers-host", ...planned("address", "FD00:0::7") },
  { rule: "validity/not-expired", leaf: { notAfter: "2026-11-20" } },
  { rule: "validity/not-expiring-soon", leaf: { notAfter: "2026-12-01" } },
  { rule: "certificate/not-self-signed", leaf: { signer: "self" } },
  { rule: "certificate/not-ca", leaf: { cA: true } },
  { rule: "certificate/public-key", leaf: { key: "leaf-1024" }, key: "sensor-new.key" },
  { rule: "key/belongs-to-certificate", files: { "sensor.key": keyPem("other") } },
];

describe("the request mends the fault, once the CA has issued what it asks for", () => {
  const lack = missing("sh", "openssl");
  test.skipIf(lack !== "").each(renewals)(`$rule${lack}`, async ({ rule, key: newKey, ...spec }) => {
    const fault = await ask(rule, spec);
    expect(fault?.outcome).toBe("fails");
    const files = await given(spec);
    await inFolder(files, async ({ run, read }) => {
      run(...commands(fault));
      const certificate = pem("CERTIFICATE", await issue(der(read("sensor.csr").toString())));
      const renewed = { ...files, "sensor.crt": certificate, ...(newKey && { "sensor.key": read(newKey) }) };
      const results = await Promise.all(
        [rule, "key/belongs-to-certificate", "chain/trusted"].map((id) =>
          ask(id, { ...(spec.context && { context: spec.context }), files: renewed }),
        ),
      );
      expect(results.map((result) => result?.outcome)).toEqual(["holds", "holds", "holds"]);
    });
  });
});
