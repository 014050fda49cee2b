/** Fixes, carried out: their commands are run on real files, and what comes of them no longer has the fault. */
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli.ts";
import { evaluate, type Result } from "../../src/evaluation/evaluate.ts";
import { gather, type Operands } from "../../src/gather/gather.ts";
import { fingerprint } from "../../src/pki/certificate.ts";
import { sha256 } from "../../src/pki/public-key.ts";
import { OTHERWISE } from "../../src/remedy.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { applianceFiles, bundle, type BundleSpec, type Files, memorySystem, NOW } from "../support/bundle.ts";
import {
  inOneLine,
  type ApplianceSpec,
  type AttributeSpec,
  issue,
  mintRequest,
  keyPem,
  pem,
  sampleSubject,
} from "../support/mint.ts";
import { indefinite } from "../pki/hand-made.ts";
import { inFolder, missing, type programs } from "./shell.ts";

const { "sensor.crt": crt = "", "sensor.key": key = "", "ca.pem": ca = "" } = await applianceFiles();
const [issuing = "", root = ""] = ca.split(/(?<=-----END CERTIFICATE-----\n)/);
/** Another root of the same name, which has no key identifier to tell them apart. */
const namesake = (await applianceFiles({ cas: [{}, { key: "other", identifiers: false }] }))["ca.pem"]?.split(
  /(?<=-----END CERTIFICATE-----\n)/,
)[1];
const der = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]*-----|\s/g, ""), "base64");

/** What a rule says, and what it is said of. */
async function judge(rule: string, spec: BundleSpec) {
  const { bundle: subject, context } = await bundle(spec);
  const { leaf, key: found } = subject;
  const spki = found?.key?.publicKey?.spki;
  const [result] = evaluate(
    rules.filter(({ id }) => id === rule),
    subject,
    context,
  );
  return { result, leaf: leaf && fingerprint(leaf.certificate), key: spki && sha256(spki) };
}

const ask = async (rule: string, spec: BundleSpec): Promise<Result | undefined> => (await judge(rule, spec)).result;

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
  /** False where `certcheck convert` cannot do it. */
  readonly convertible?: false;
  /** What opens the key that is given. */
  readonly old?: string;
}

const passphrases = "-passin 'pass:Sensor-2026!' -passout 'pass:Other-2026!'";

const relabelled = (text: string, label: string): string => text.replace(/(?<=BEGIN |END )[A-Z0-9 ]+(?=-)/g, label);
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** What OpenSSL reads all the same, in a file of one certificate. */
const uncleanCertificates: Readonly<Record<string, string | Uint8Array>> = {
  "a byte order mark": `\ufeff${crt}`,
  "a byte order mark, CR and LF": `\ufeff${crt.replaceAll("\n", "\r\n")}`,
  blanks: `Bag Attributes\n${crt.replaceAll("\n", " \t\r\n")}`,
  "blanks inside": crt.replace(/(?<=\n.{10})/, " ").replace(/(?<=\n)(?=[A-Za-z].*\n-)/, "\t"),
  "line ends of two kinds": crt.replace("\n", "\r\n"),
  "base64 in one line": inOneLine(crt),
  "zeros and the mark of an end": `${crt}\0\0\u001a`,
  "text in Latin-1": Buffer.concat([Buffer.from("friendlyName: Z\u00fcrich\n", "latin1"), Buffer.from(crt)]),
  "an old label": relabelled(crt, "X509 CERTIFICATE"),
  "OpenSSL's own label": pem("TRUSTED CERTIFICATE", Buffer.concat([der(crt), Buffer.from("3000", "hex")])),
};
/** The same in a file of several. */
const uncleanChains: Readonly<Record<string, string | Uint8Array>> = {
  "a byte order mark": `\ufeff${ca}`,
  "blanks and bag attributes": `Bag Attributes\n    friendlyName: x\n${issuing}subject=C = US\n${root.replaceAll("\n", "  \n")}`,
  "a file of Windows and one of Unix": `${issuing.replaceAll("\n", "\r\n")}${root}`,
  "base64 in one line": `${inOneLine(issuing)}${inOneLine(root)}`,
  "an old label": `${relabelled(issuing, "X509 CERTIFICATE")}${relabelled(root, "TRUSTED CERTIFICATE")}`,
  "zeros at the end": `${ca}\0\0`,
};
/** The same in a file of a key that is not encrypted. */
const uncleanKeys: Readonly<Record<string, string>> = {
  "a byte order mark": `\ufeff${key}`,
  blanks: key.replaceAll("\n", " \n"),
  "base64 in one line": inOneLine(key),
  "the label of PKCS#1": relabelled(key, "RSA PRIVATE KEY"),
  "the label of an encrypted key": relabelled(key, "ENCRYPTED PRIVATE KEY"),
  "blanks, in PKCS#1": keyPem("leaf-pkcs1").replaceAll("\n", "\t\n"),
};
/** The same in a file of an encrypted key. */
const uncleanLockedKeys: Readonly<Record<string, string>> = {
  "a byte order mark": `\ufeff${keyPem("leaf-encrypted")}`,
  "line ends of two kinds": keyPem("leaf-encrypted").replace("\n", "\r\n"),
  "base64 in one line": inOneLine(keyPem("leaf-encrypted")),
  "blanks beside headers": keyPem("leaf-dek-aes").replace(/(?<=[\w+/])\n/g, "  \n"),
};

/** What OpenSSL does not read, though what is meant is plain. */
const damaged: readonly (readonly [
  what: string,
  name: "sensor.crt" | "sensor.key" | "ca.pem",
  content: string | Uint8Array,
])[] = [
  ["two files joined without a line end", "ca.pem", `${issuing.trimEnd()}${root}`],
  ["the same with CR and LF", "ca.pem", `${issuing.trimEnd()}${root}`.replaceAll("\n", "\r\n")],
  ["the same with bag attributes", "ca.pem", `Bag Attributes\n  x: y z\n${issuing.trimEnd()}${root.trimEnd()}`],
  ["certificate and key joined so", "sensor.crt", crt.trimEnd() + key],
  ["END beside base64", "sensor.crt", crt.replace("\n-----END", "-----END")],
  ["base64 beside BEGIN", "sensor.key", key.replace("-----\n", "-----")],
  ["text beside BEGIN", "sensor.crt", `certificate: ${crt}`],
  ["blanks in place of line ends", "sensor.crt", crt.replaceAll("\n", " ")],
  ["nothing in place of line ends", "sensor.key", keyPem("leaf-encrypted").replaceAll("\n", "")],
  ["line ends as in a string", "sensor.key", key.replaceAll("\n", "\\n")],
  ["line ends as in a string of Windows", "ca.pem", ca.replaceAll("\n", "\\r\\n")],
  ["a string of JSON", "sensor.crt", `{"crt":${JSON.stringify(crt)}}\n`],
  ["dashes of a word processor", "sensor.crt", crt.replaceAll("-----", "\u2014\u2013-")],
  ["dashes of a word processor, CR and LF", "ca.pem", ca.replaceAll("-----", "\u2014\u2014-").replaceAll("\n", "\r\n")],
  ["too few hyphens", "sensor.key", keyPem("leaf-encrypted").replaceAll("-----", "--")],
  ["too few hyphens in one place", "ca.pem", ca.replace("-----END", "----END")],
  ["too many hyphens", "sensor.crt", crt.replaceAll("-----", "------")],
  ["blanks beside the label", "sensor.crt", crt.replace(/-----(.*)-----/g, "----- $1 -----")],
  ["too few hyphens around headers", "sensor.key", keyPem("leaf-dek-aes").replaceAll("-----", "----")],
  ["a certificate under a key's label", "sensor.crt", relabelled(crt, "PRIVATE KEY")],
  ["a certificate under somebody's own label", "sensor.crt", relabelled(crt, "MY SENSOR 1")],
  ["CAs under a label of their own", "ca.pem", relabelled(ca, "CA CERTIFICATE")],
  ["a key under a certificate's label", "sensor.key", relabelled(key, "CERTIFICATE")],
  ["PKCS#1 under the label of PKCS#8", "sensor.key", relabelled(keyPem("leaf-pkcs1"), "PRIVATE KEY")],
  [
    "an encrypted key under the label of a plain one",
    "sensor.key",
    relabelled(keyPem("leaf-encrypted"), "PRIVATE KEY"),
  ],
  ["a certificate in base64 alone", "sensor.crt", der(crt).toString("base64")],
  ["a key in base64 alone, in lines", "sensor.key", key.replaceAll(/-----.*\n/g, "")],
  ["a key of PKCS#1 in base64 alone", "sensor.key", der(keyPem("leaf-pkcs1")).toString("base64")],
  ["an encrypted key in base64 alone", "sensor.key", der(keyPem("leaf-encrypted")).toString("base64")],
  [
    "PKCS#1 in base64 alone, CR and LF",
    "sensor.key",
    keyPem("leaf-pkcs1")
      .replaceAll(/-----.*\n/g, "")
      .replaceAll("\n", "\r\n"),
  ],
  ["PEM in base64", "sensor.crt", base64(crt)],
  ["PEM in base64, and a line end", "ca.pem", `${base64(ca)}\n`],
  ["a key with headers in base64", "sensor.key", base64(keyPem("leaf-dek-aes"))],
];

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
  ...Object.entries(uncleanCertificates).map(([what, content]): Repair => ({
    rule: "hygiene/clean",
    what,
    files: { "sensor.crt": content },
    give: { certificate: "sensor-clean.crt" },
  })),
  ...Object.entries(uncleanChains).map(([what, content]): Repair => ({
    rule: "hygiene/clean",
    what: `the chain: ${what}`,
    files: { "ca.pem": content },
    give: { chains: ["ca-clean.pem"] },
  })),
  ...Object.entries(uncleanKeys).map(([what, content]): Repair => ({
    rule: "hygiene/clean",
    what: `the key: ${what}`,
    files: { "sensor.key": content },
    give: { key: "sensor-clean.key" },
  })),
  ...Object.entries(uncleanLockedKeys).map(([what, content]): Repair => ({
    rule: "hygiene/clean",
    what: `the encrypted key: ${what}`,
    files: { "sensor.key": content },
    operands: { passphrase: "pass:Sensor-2026!" },
    give: { key: "sensor-clean.key", passphrase: "pass:Other-2026!" },
    answers: passphrases,
  })),
  ...damaged.map(([what, name, content]): Repair => {
    const fixed = name.replace(".", "-fixed.");
    return {
      rule: "file/decodes",
      what,
      // Here certcheck itself does not see what is meant.
      ...(what === "too many hyphens" && { convertible: false }),
      files: { [name]: content },
      operands: { passphrase: "pass:Sensor-2026!" },
      give: { "sensor.crt": { certificate: fixed }, "sensor.key": { key: fixed }, "ca.pem": { chains: [fixed] } }[name],
    };
  }),
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
    what: "UTF-16, big end first",
    files: { "sensor.key": Buffer.from(`\ufeff${key}`, "utf16le").swap16() },
    give: { key: "sensor-fixed.key" },
    needs: ["iconv"],
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
  ...["DER", "PEM"].map((form): Repair => ({
    rule: "file/right-slot",
    what: `PKCS#7 in ${form} for the certificate`,
    before: `openssl crl2pkcs7 -nocrl -certfile sensor.crt -certfile ca.pem -outform ${form} -out all.p7b`,
    operands: { certificate: "all.p7b", chains: [] },
    give: { certificate: "all.crt" },
  })),
  {
    rule: "file/right-slot",
    what: "PKCS#7 under a certificate's label",
    before: "openssl crl2pkcs7 -nocrl -certfile ca.pem | sed 's/PKCS7/CERTIFICATE/' > ca.p7b",
    operands: { chains: ["ca.p7b"] },
    give: { chains: ["ca.pem"] },
  },
  ...(["appliance", "appliance-old"] as const).flatMap((name) => {
    const files = { [`${name}.pfx`]: readFileSync(join(resolve("fixtures/keys"), `${name}.pfx`)) };
    const what = `${name}.pfx`;
    const needs = name === "appliance" ? [] : (["openssl's legacy provider"] as const);
    const answers = "-passin 'pass:Sensor-2026!'";
    const passphrase = "pass:Sensor-2026!";
    const [certificate, keyFile, chain] = [`${name}-only.crt`, `${name}.key`, `${name}-chain.pem`];
    return (
      [
        {
          what: `${what} alone`,
          operands: { certificate: what, key: undefined, chains: [], passphrase } as object,
          give: { certificate, key: keyFile, chains: [chain] },
        },
        { what: `${what} for the key`, operands: { key: what, passphrase }, give: { key: keyFile } },
        { what: `${what} for the chain`, operands: { chains: [what], passphrase }, give: { chains: [chain] } },
      ] satisfies Partial<Repair>[]
    ).map((one): Repair => ({ rule: "file/right-slot", files, needs, answers, ...one }));
  }),
  {
    rule: "file/right-slot",
    what: "gzip",
    convertible: false,
    files: { "sensor.crt": gzipSync(crt) },
    give: { certificate: "sensor-unpacked.crt" },
  },
  {
    rule: "file/right-slot",
    what: "OpenSSH's format",
    convertible: false,
    before: "cp sensor.key ssh.key; ssh-keygen -p -N '' -f ssh.key; chmod 644 ssh.key",
    operands: { key: "ssh.key" },
    give: { key: "ssh-pkcs8.key" },
    answers: "-P '' -N ''",
    needs: ["ssh-keygen"],
  },
  {
    rule: "file/right-slot",
    what: "certificate and key in each other's place",
    operands: { certificate: "sensor.key", key: "sensor.crt" },
    give: {},
  },
  {
    rule: "hygiene/nothing-else",
    files: { "sensor.crt": `${crt}${pem("CERTIFICATE REQUEST", await mintRequest())}` },
    give: {},
  },
  {
    rule: "chain/root-included",
    files: { "ca.pem": issuing, "root.pem": root },
    operands: { roots: ["root.pem"] },
    give: {},
  },
  { rule: "chain/ordered", files: { "ca.pem": `${root}${issuing.trimEnd()}` }, give: { chains: ["ca-ordered.pem"] } },
  {
    rule: "chain/ordered",
    what: "over two files",
    files: { "a.pem": root, "b.pem": issuing },
    operands: { chains: ["a.pem", "b.pem"] },
    give: { chains: ["a-ordered.pem"] },
  },
  {
    rule: "chain/trusted",
    what: "another CA of the same name first",
    files: { "ca.pem": `${issuing}${namesake}${root}` },
    give: { chains: ["ca-ordered.pem"] },
  },
  { rule: "chain/only-cas", files: { "ca.pem": `${crt}${issuing}${root}` }, give: { chains: ["ca-ordered.pem"] } },
  { rule: "chain/only-needed", files: { "ca.pem": `${root}${issuing}${root}` }, give: { chains: ["ca-ordered.pem"] } },
  ...Object.entries({
    "BER in PEM": pem("PRIVATE KEY", indefinite(der(key))),
    "bytes after it in PEM": pem("PRIVATE KEY", Buffer.concat([der(key), Buffer.from("\r\n")])),
    BER: indefinite(der(key)),
    "bytes after it": Buffer.concat([der(key), Buffer.from("\r\n")]),
  }).map(([what, content]): Repair => ({
    rule: "key/encoding",
    what,
    files: { "sensor.key": content },
    give: { key: "sensor-clean.key" },
  })),
  {
    rule: "passphrase/within-limits",
    convertible: false,
    before:
      "openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 2000001 -in sensor.key -out slow.key -passout 'pass:Sensor-2026!'",
    operands: { key: "slow.key", passphrase: "pass:Sensor-2026!" },
    give: { key: "slow-encrypted.key", passphrase: "pass:Other-2026!" },
    answers: passphrases,
  },
  {
    rule: "key/cipher",
    what: "PBES1",
    convertible: false,
    files: { "sensor.key": keyPem("leaf-pbes1") },
    give: { key: "sensor-aes.key" },
    answers: passphrases,
    needs: ["openssl's legacy provider"],
  },
  {
    rule: "key/cipher",
    what: "DES",
    convertible: false,
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
    old: "Sensor & 2026",
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

const usual: Operands = { certificate: "sensor.crt", key: "sensor.key", chains: ["ca.pem"], roots: [] };

const commands = (result: Result | undefined): string[] => [
  ...new Set(result?.findings.flatMap(({ fix }) => fix.split("\n").slice(1))),
];

/** The command for certcheck, and the commands that do the same without it. */
function ways(result: Result | undefined): { readonly own: string | undefined; readonly others: readonly string[] } {
  const lines = commands(result);
  const at = lines.indexOf(OTHERWISE);
  const isOwn = lines[0]?.startsWith("certcheck convert ") === true;
  return { own: isOwn ? lines[0] : undefined, others: isOwn ? lines.slice(at < 0 ? lines.length : at + 1) : lines };
}

const cases = repairs.map((repair) => ({
  what: "",
  ...repair,
  lack: missing("sh", "openssl", ...(repair.needs ?? [])),
}));

describe("the commands mend the fault", () => {
  test.for(cases)(
    "$rule $what $lack",
    async ({ rule, give, answers = "", before, lack, convertible, old = "Sensor-2026!", ...spec }, { skip }) => {
      skip(lack !== "", lack);
      await inFolder(await given(spec), async ({ run, read }) => {
        if (before !== undefined) run(before);
        const operands: Operands = { ...usual, ...spec.operands };
        const withFiles = ({ certificate, key: own, chains, roots }: Operands): Files =>
          Object.fromEntries(
            [certificate, ...(own === undefined ? [] : [own]), ...chains, ...roots].map((name) => [name, read(name)]),
          );

        const fault = await judge(rule, { ...spec, operands, files: withFiles(operands) });
        expect(fault.result?.outcome).toBe("fails");
        const { own, others } = ways(fault.result);
        expect([own !== undefined, others.length > 0 || own !== undefined]).toEqual([convertible !== false, true]);
        run(...others.map((line) => (/^(?:openssl|ssh-keygen) /.test(line) ? `${line} ${answers}` : line)));

        const isMended = async (after: BundleSpec): Promise<void> => {
          const mended = await judge(rule, after);
          expect(mended.result).toMatchObject({ outcome: "holds" });
          // No repair brings a fault of another kind, nor another certificate or key: what was given is still there.
          for (const id of ["file/decodes", "file/right-slot", "key/belongs-to-certificate"])
            expect((await ask(id, after))?.outcome).not.toMatch(/fails|broken/);
          expect(mended.leaf).toBe(fault.leaf ?? mended.leaf);
          expect(mended.key).toBe(fault.key ?? mended.key);
        };
        const instead = { ...operands, ...give };
        if (others.length > 0) await isMended({ ...spec, operands: instead, files: withFiles(instead) });
        if (own === undefined) return;

        const made = await convertWith(own, withFiles(operands), { old, run });
        const named = (ending: string): string | undefined => [...made.keys()].find((name) => name.endsWith(ending));
        const [certificate = "", ownKey = "", chain] = [".crt", ".key", ".pem"].map(named);
        const passphrase = `pass:${own.includes("--passout") ? NEW_PASSPHRASE : old}`;
        await isMended({
          ...spec,
          operands: {
            certificate,
            key: ownKey,
            passphrase,
            roots: operands.roots,
            chains: chain === undefined ? [] : [chain],
          },
          files: { ...withFiles(operands), ...Object.fromEntries(made) },
        });
      });
    },
  );
});

const NEW_PASSPHRASE = "Other-2026!";

/** Runs certcheck as a shell would call it, at a terminal where somebody knows the passphrases; the files it makes. */
async function convertWith(
  line: string,
  files: Files,
  { old, run }: { readonly old: string; readonly run: (line: string) => string },
): Promise<Map<string, string | Uint8Array>> {
  const words = run(`certcheck() { printf '%s\\0' "$@"; }; ${line}`).split("\0").slice(0, -1);
  const askPassphrase = (question: string): Promise<string> =>
    Promise.resolve(question.startsWith("Passphrase of") ? old : NEW_PASSPHRASE);
  const system = memorySystem(files, { askPassphrase });
  const exitCode = await main(words, system);
  expect([exitCode > 1 ? system.err : "", [...system.made.values()].filter((file) => file.isSecret).length]).toEqual([
    "",
    1,
  ]);
  return new Map([...system.made].map(([name, { content }]) => [name, content]));
}

describe("who may read the key", () => {
  const lack = missing("sh");
  test.skipIf(lack !== "").each([0o644, 0o604, 0o777, 0o646])(
    `from mode %o on, nobody else may${lack}`,
    async (mode) => {
      const name = "-my 'key'.key";
      await inFolder({ [name]: key }, async ({ run }) => {
        const path = join(run("pwd").trim(), name);
        chmodSync(path, mode);
        const files = { ...(await applianceFiles()), [name]: key };
        const system = memorySystem(files, { modeOf: () => statSync(path).mode & 0o777 });
        const check = async (): Promise<Result | undefined> => {
          const found = await gather({ ...usual, key: name }, NOW, system);
          const rule = rules.filter(({ id }) => id === "hygiene/key-permissions");
          return evaluate(rule, found, { ...(await bundle()).context, files: found.files })[0];
        };
        const fault = await check();
        expect(fault?.outcome).toBe("fails");
        run(...commands(fault));
        expect([(await check())?.outcome, statSync(path).mode & 0o077]).toEqual(["holds", 0]);
      });
    },
  );
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
