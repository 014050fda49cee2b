/** Rules on the certificate itself. */
import { expect, test } from "vitest";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { certificate } from "../../src/rules/certificate.ts";
import { bundle, type BundleSpec } from "../support/bundle.ts";
import { mint, mintAppliance, pem, rawExtension, sampleSubject } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";
import { hex, indefinite, pkcs7, seq } from "../pki/hand-made.ts";

const usage = { digitalSignature: 1, nonRepudiation: 2, keyEncipherment: 4, keyAgreement: 16, keyCertSign: 32 };
const clientAuth = "1.3.6.1.5.5.7.3.2";
const serverAuth = "1.3.6.1.5.5.7.3.1";
const anyUsage = "2.5.29.37.0";

const { leaf, cas } = await mintAppliance();

/** The certificate with one of its bytes changed. */
function patched(at: number, byte: number): BundleSpec {
  const bytes = Buffer.from(leaf);
  bytes[at] = byte;
  return { files: { "sensor.crt": pem("CERTIFICATE", bytes) } };
}

/** The serial number is zero. */
async function withoutSerial(): Promise<string> {
  const { leaf: bytes } = await mintAppliance({ leaf: { serialNumber: "7f" } });
  bytes[bytes.indexOf(Buffer.from("02017f", "hex")) + 2] = 0;
  return pem("CERTIFICATE", bytes);
}

const sha256WithRsa = Buffer.from("2a864886f70d01010b", "hex");
/** The outside names SHA-384, the inside SHA-256. */
const disagreeing = patched(leaf.lastIndexOf(sha256WithRsa) + sha256WithRsa.length - 1, 0x0c);

/** The bytes 3082010a0282 begin the numbers of the key: without them it is no RSA key. */
const withoutKeyNumbers = patched(leaf.indexOf(Buffer.from("3082010a0282", "hex")), 0x31);

/** A certificate with no extension but these. */
const bareDer = (...oids: readonly string[]): Promise<Buffer> =>
  mint({
    subject: sampleSubject,
    key: "leaf",
    issuer: { subject: [["CN", "Contoso Issuing CA"]], key: "issuing" },
    extensions: oids.map((id) => rawExtension(id, contents[id] ?? "")),
  });
const bare = async (...oids: readonly string[]): Promise<BundleSpec> => ({
  files: { "sensor.crt": pem("CERTIFICATE", await bareDer(...oids)) },
});
const contents: Readonly<Record<string, string>> = {
  "2.5.29.14": "0402abcd",
  "2.5.29.35": "30048002abcd",
  "2.5.29.19": "3000",
  "2.5.29.15": "030205a0",
  "2.5.29.37": "300a06082b06010505070301",
};
const sampleOrder = ["2.5.29.14", "2.5.29.35", "2.5.29.19", "2.5.29.15", "2.5.29.37"];
const reversed = await bareDer(...sampleOrder.toReversed());

const ber = "a length that is indefinite: BER, not DER";
const bits = '; the documents say both 2048 as a minimum and "either 2048 or 4096"';

testRules("certificate", certificate, [
  ["SHA-256 with RSA", "certificate/signature-algorithm", {}],
  ["RSA-PSS", "certificate/signature-algorithm", { leaf: { signature: "RSA-PSS" } }, ["signed with RSASSA-PSS"]],
  [
    "SHA-1",
    "certificate/signature-algorithm",
    { leaf: { signature: "RSA-SHA1" } },
    ["signed with sha1WithRSAEncryption"],
  ],
  [
    "SHA-384",
    "certificate/signature-algorithm",
    { leaf: { signature: "RSA-SHA384" } },
    ["signed with sha384WithRSAEncryption"],
  ],
  ["ECDSA", "certificate/signature-algorithm", { cas: [{ key: "root-p384" }] }, ["signed with ecdsa-with-SHA256"]],
  [
    "ECDSA with SHA-384",
    "certificate/signature-algorithm",
    { leaf: { signature: "ECDSA-SHA384" }, cas: [{ key: "root-p384" }] },
    ["signed with ecdsa-with-SHA384"],
  ],
  [
    "Ed25519",
    "certificate/signature-algorithm",
    { leaf: { key: "leaf-ed25519", signer: "self" } },
    ["signed with Ed25519"],
  ],
  [
    "validation is off",
    "certificate/signature-algorithm",
    { leaf: { signature: "RSA-SHA1" }, context: { validation: false } },
    ["signed with sha1WithRSAEncryption"],
  ],
  [
    "the CA's own signature does not count",
    "certificate/signature-algorithm",
    { cas: [{ signature: "RSA-SHA384" }, { signature: "RSA-SHA1" }] },
  ],

  ["the same", "certificate/algorithms-agree", {}],
  [
    "not the same",
    "certificate/algorithms-agree",
    disagreeing,
    ["sha256WithRSAEncryption inside, sha384WithRSAEncryption outside"],
  ],
  [
    "other parameters",
    "certificate/algorithms-agree",
    patched(leaf.lastIndexOf(sha256WithRsa) + sha256WithRsa.length, 0x0a),
    ["sha256WithRSAEncryption inside, with other parameters"],
  ],
  [
    "no chain is validated",
    "certificate/algorithms-agree",
    { ...disagreeing, context: { validation: false } },
    { skipped: "asked only with the appliance's validation on" },
  ],

  ["RSA 2048", "certificate/public-key", {}],
  ["RSA 4096", "certificate/public-key", { leaf: { key: "leaf-4096" } }],
  ["RSA without numbers", "certificate/public-key", withoutKeyNumbers, ["the RSA key cannot be decoded"]],
  ["RSA 1024", "certificate/public-key", { leaf: { key: "leaf-1024" } }, ["the key has 1024 bits"]],
  ["RSA 3072", "certificate/public-key", { leaf: { key: "leaf-3072" } }, [`the key has 3072 bits${bits}`]],
  [
    "RSA 3072 in 2022",
    "certificate/public-key",
    { leaf: { key: "leaf-3072" }, context: { edition: "2022" } },
    [`the key has 3072 bits${bits}`],
  ],
  ["RSA 3072 in 2021", "certificate/public-key", { leaf: { key: "leaf-3072" }, context: { edition: "2021" } }],
  [
    "RSA 1024 in 2021",
    "certificate/public-key",
    { leaf: { key: "leaf-1024" }, context: { edition: "2021" } },
    ["the key has 1024 bits"],
  ],
  ["EC", "certificate/public-key", { leaf: { key: "leaf-p256" } }, ["the key is EC P-256"]],
  [
    "EC in 2021",
    "certificate/public-key",
    { leaf: { key: "leaf-p256" }, context: { edition: "2021" } },
    ["the key is EC P-256"],
  ],
  ["Ed25519", "certificate/public-key", { leaf: { key: "leaf-ed25519" } }, ["the key is Ed25519"]],

  ["RSA 2048 in 2021", "certificate/listed-key-size", { context: { edition: "2021" } }],
  [
    "RSA 3072 in 2021",
    "certificate/listed-key-size",
    { leaf: { key: "leaf-3072" }, context: { edition: "2021" } },
    ["the key has 3072 bits"],
  ],
  [
    "RSA 1024 in 2021 has a rule of its own",
    "certificate/listed-key-size",
    { leaf: { key: "leaf-1024" }, context: { edition: "2021" } },
  ],
  [
    "EC in 2021 has a rule of its own",
    "certificate/listed-key-size",
    { leaf: { key: "leaf-p256" }, context: { edition: "2021" } },
  ],
  [
    "RSA 3072 in 2023",
    "certificate/listed-key-size",
    { leaf: { key: "leaf-3072" } },
    { skipped: "the 2023 edition does not ask for it" },
  ],

  ["issued by a CA", "certificate/not-self-signed", {}],
  [
    "signed with its own key",
    "certificate/not-self-signed",
    { leaf: { signer: "self" } },
    ["the certificate is signed with its own key"],
  ],
  [
    "in a test environment",
    "certificate/not-self-signed",
    { leaf: { signer: "self" }, context: { allowSelfSigned: true } },
    ["the certificate is signed with its own key"],
  ],
  [
    "without key identifiers",
    "certificate/not-self-signed",
    { leaf: { signer: "self", identifiers: false } },
    ["the certificate is signed with its own key"],
  ],
  [
    "with an EC key",
    "certificate/not-self-signed",
    { leaf: { signer: "self", key: "leaf-p256" } },
    ["the certificate is signed with its own key"],
  ],
  [
    "a CA of the same name is not the certificate itself",
    "certificate/not-self-signed",
    { cas: [{ subject: sampleSubject }] },
  ],

  ["clean", "certificate/encoding", {}],
  [
    "a byte too many",
    "certificate/encoding",
    { files: { "sensor.crt": pem("CERTIFICATE", Buffer.concat([leaf, Buffer.of(0)])) } },
    ["1 byte after the end of the structure"],
  ],
  [
    "a serial number of zero",
    "certificate/encoding",
    { files: { "sensor.crt": await withoutSerial() } },
    ["the serial number is zero"],
  ],
  [
    "an extension that stands twice",
    "certificate/encoding",
    { leaf: { more: [rawExtension("2.5.29.15", "030205a0")] } },
    ["the extension keyUsage stands twice"],
  ],
  [
    "a broken extension",
    "certificate/encoding",
    { leaf: { extKeyUsage: null, more: [rawExtension("2.5.29.37", "0500")] } },
    ["the extension extKeyUsage cannot be decoded: extKeyUsage expected, found tag 0x05"],
  ],
  ["DER", "certificate/encoding", { files: { "sensor.crt": leaf } }],
  [
    "bytes after DER",
    "certificate/encoding",
    { files: { "sensor.crt": Buffer.concat([leaf, Buffer.from("\r\n")]) } },
    ["2 bytes after the end of the structure"],
  ],
  ["BER", "certificate/encoding", { files: { "sensor.crt": indefinite(leaf) } }, [ber]],
  ["BER in PEM", "certificate/encoding", { files: { "sensor.crt": pem("CERTIFICATE", indefinite(leaf)) } }, [ber]],
  [
    "BER in each file",
    "certificate/encoding",
    {
      files: {
        "sensor.crt": indefinite(leaf),
        "ca.pem": cas.map((ca) => pem("CERTIFICATE", indefinite(ca))).join(""),
      },
    },
    [ber, ber, ber],
  ],
  ["DER in PKCS#7", "certificate/encoding", { files: { "sensor.crt": pkcs7(leaf) } }],
  [
    "BER in PKCS#7",
    "certificate/encoding",
    { files: { "sensor.crt": pkcs7(leaf, indefinite(cas[0] ?? leaf)) } },
    [ber],
  ],
  [
    "settings of trust behind it",
    "certificate/encoding",
    { files: { "sensor.crt": pem("TRUSTED CERTIFICATE", Buffer.concat([leaf, seq()])) } },
  ],
  ["no certificate", "certificate/encoding", { files: { "sensor.crt": indefinite(hex("30820000")) } }],
  ["an extension nobody knows", "certificate/encoding", { leaf: { more: [rawExtension("1.2.3.4", "ff")] } }],

  ["not a CA", "certificate/not-ca", {}],
  ["a CA", "certificate/not-ca", { leaf: { cA: true } }, ["basicConstraints says CA:TRUE"]],

  ["serverAuth", "certificate/server-auth", {}],
  ["no usage named", "certificate/server-auth", { leaf: { extKeyUsage: null } }],
  [
    "any usage, which OpenSSL does not take for this one",
    "certificate/server-auth",
    { leaf: { extKeyUsage: [anyUsage] } },
    ["the extended key usage allows anyExtendedKeyUsage only"],
  ],
  ["clientAuth and serverAuth", "certificate/server-auth", { leaf: { extKeyUsage: [clientAuth, serverAuth] } }],
  [
    "clientAuth",
    "certificate/server-auth",
    { leaf: { extKeyUsage: [clientAuth] } },
    ["the extended key usage allows clientAuth only"],
  ],
  ["none", "certificate/server-auth", { leaf: { extKeyUsage: [] } }, ["the extended key usage allows nothing"]],
  [
    "one nobody knows",
    "certificate/server-auth",
    { leaf: { extKeyUsage: ["1.2.3.4"] } },
    ["the extended key usage allows 1.2.3.4 only"],
  ],

  ["both", "certificate/key-usage", {}],
  ["not named", "certificate/key-usage", { leaf: { keyUsage: null } }],
  ["digitalSignature", "certificate/key-usage", { leaf: { keyUsage: usage.digitalSignature } }],
  ["keyEncipherment", "certificate/key-usage", { leaf: { keyUsage: usage.keyEncipherment } }],
  [
    "keyAgreement and keyCertSign",
    "certificate/key-usage",
    { leaf: { keyUsage: usage.keyAgreement | usage.keyCertSign } },
    ["the key usage allows keyAgreement, keyCertSign only"],
  ],
  [
    "nonRepudiation",
    "certificate/key-usage",
    { leaf: { keyUsage: usage.nonRepudiation } },
    ["the key usage allows nonRepudiation only"],
  ],

  ["the sample's", "certificate/sample-extensions", {}],
  ["nothing else", "certificate/sample-extensions", await bare(...sampleOrder)],
  [
    "reversed",
    "certificate/sample-extensions",
    await bare(...sampleOrder.toReversed()),
    [
      "the extensions stand in the order extKeyUsage, keyUsage, basicConstraints, authorityKeyIdentifier, subjectKeyIdentifier",
    ],
  ],
  [
    "without key identifiers",
    "certificate/sample-extensions",
    { leaf: { identifiers: false } },
    ["the certificate has no subjectKeyIdentifier, authorityKeyIdentifier"],
  ],
  [
    "without any",
    "certificate/sample-extensions",
    await bare(),
    ["the certificate has no subjectKeyIdentifier, authorityKeyIdentifier, basicConstraints, keyUsage, extKeyUsage"],
  ],
]);

test.each<readonly [what: string, content: Uint8Array, commands: readonly string[]]>([
  ["in a file of its own is printed by a command", reversed, ["openssl x509 -in sensor.crt -noout -text"]],
  ["in a container is not", pkcs7(reversed), []],
])("a certificate %s", async (_, content, commands) => {
  const { bundle: subject, context: around } = await bundle({ files: { "sensor.crt": content } });
  const rule = certificate.filter(({ id }) => id === "certificate/sample-extensions");
  const [result] = evaluate(rule, subject, around);
  expect(result?.findings.map(({ fix }) => fix.split("\n").slice(1))).toEqual([commands]);
});
