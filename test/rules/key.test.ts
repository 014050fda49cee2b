/** Rules on the private key. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { key } from "../../src/rules/key.ts";
import { keyIs, type BundleSpec } from "../support/bundle.ts";
import { type KeyName, keyPem, mintAppliance, pem } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";
import { algorithm, hex, indefinite, octets, pbes2, pbkdf2, pkcs12Pbe, scrypt, seq } from "../pki/hand-made.ts";

const holding = (file: string): BundleSpec => ({ files: { "sensor.key": keyPem(file) } });
const opened = (file: string): BundleSpec => ({ ...holding(file), operands: { passphrase: "pass:Sensor-2026!" } });

/** The first digits of the modulus, which are public. */
const modulus = (name: KeyName): string => {
  const { n = "" } = createPublicKey(keyPem(name)).export({ format: "jwk" });
  return `modulus ${Buffer.from(n, "base64url").subarray(0, 6).toString("hex")}…`;
};

/** The numbers of a PKCS#1 key by their place. */
const numbers = ["version", "n", "e", "d", "p", "q", "dP", "dQ", "qInv"];

/** The default key with a bit changed in one of its numbers. */
function damaged(number: string): BundleSpec {
  const der = createPrivateKey(keyPem("leaf")).export({ format: "der", type: "pkcs1" });
  let at = 4;
  for (const name of numbers) {
    const long = (der[at + 1] ?? 0) & 0x80 ? (der[at + 1] ?? 0) & 0x7f : 0;
    const length = long === 0 ? (der[at + 1] ?? 0) : der.readUIntBE(at + 2, long);
    at += 2 + long + length;
    if (name === number) der[at - 1] = (der[at - 1] ?? 0) ^ 2;
  }
  return { files: { "sensor.key": pem("RSA PRIVATE KEY", der) } };
}

/** Six numbers, as OpenSSL writes a DSA key: there is no way to its public half. */
const dsa = { files: { "sensor.key": pem("DSA PRIVATE KEY", Buffer.from("3012" + "020103".repeat(6), "hex")) } };

const { leaf, cas } = await mintAppliance();
const { leaf: another } = await mintAppliance({ leaf: { key: "other" } });
const two = pem("CERTIFICATE", another) + pem("CERTIFICATE", leaf);
const second = two.slice(0, two.lastIndexOf("-----BEGIN")).split("\n").length;
const mismatch = (name: KeyName, certificate: KeyName = "leaf"): string =>
  `the key is RSA 2048, ${modulus(name)}, the certificate's is RSA 2048, ${modulus(certificate)}`;

const needsLegacy = (cipher: string): string =>
  `${cipher} needs the legacy provider of OpenSSL 3, which is off by default`;
const pkcs8 = createPrivateKey(keyPem("leaf")).export({ format: "der", type: "pkcs8" });
const after = (bytes: Uint8Array): Buffer => Buffer.concat([pkcs8, bytes]);
/** An encrypted key of which nothing is left but how it was encrypted. */
const closed = (algorithm: Uint8Array): BundleSpec =>
  keyIs(pem("ENCRYPTED PRIVATE KEY", seq(algorithm, octets(new Uint8Array(16)))));
const encrypted = (derivation: Uint8Array, cipher?: string): BundleSpec => closed(pbes2(derivation, cipher));
const inContainer: BundleSpec = {
  files: { "a.pfx": readFileSync(join(resolve("fixtures/keys"), "appliance.pfx")) },
  operands: { key: "a.pfx", passphrase: "pass:Sensor-2026!" },
};

testRules("key", key, [
  ["PKCS#8", "key/belongs-to-certificate", {}],
  ["PKCS#1", "key/belongs-to-certificate", holding("leaf-pkcs1")],
  ["PKCS#8, encrypted", "key/belongs-to-certificate", opened("leaf-encrypted")],
  ["PKCS#1, encrypted", "key/belongs-to-certificate", opened("leaf-dek-aes")],
  ["EC", "key/belongs-to-certificate", { leaf: { key: "leaf-p256" } }],
  ["Ed25519", "key/belongs-to-certificate", { leaf: { key: "leaf-ed25519" } }],
  [
    "DER in both places",
    "key/belongs-to-certificate",
    {
      files: {
        "sensor.crt": leaf,
        "sensor.key": createPrivateKey(keyPem("leaf")).export({ format: "der", type: "pkcs8" }),
      },
    },
  ],
  ["another key", "key/belongs-to-certificate", holding("other"), [mismatch("other")]],
  [
    "another kind of key",
    "key/belongs-to-certificate",
    holding("leaf-p256"),
    [`the key is EC P-256, the certificate's is RSA 2048, ${modulus("leaf")}`],
  ],
  [
    "that of a CA in the chain",
    "key/belongs-to-certificate",
    holding("issuing"),
    [`${mismatch("issuing")}; it belongs to the certificate in ca.pem at line 1`],
  ],
  [
    "that of the second certificate in the file",
    "key/belongs-to-certificate",
    { files: { "sensor.crt": two } },
    [`${mismatch("leaf", "other")}; it belongs to the certificate in sensor.crt at line ${second}`],
  ],
  [
    "that of a CA in DER",
    "key/belongs-to-certificate",
    {
      files: { "ca.pem": cas[0], "sensor.key": keyPem("issuing") },
    },
    [`${mismatch("issuing")}; it belongs to the certificate in ca.pem`],
  ],
  [
    "swapped files are compared as what they are",
    "key/belongs-to-certificate",
    {
      operands: { certificate: "sensor.key", key: "sensor.crt" },
    },
  ],
  ["not opened", "key/belongs-to-certificate", holding("leaf-encrypted"), { skipped: "the key could not be opened" }],
  ["no key", "key/belongs-to-certificate", { operands: { key: undefined } as object }, { skipped: "no key was given" }],
  [
    "no key in the file",
    "key/belongs-to-certificate",
    { files: { "sensor.key": "" } },
    { skipped: "no private key could be read" },
  ],
  [
    "no certificate",
    "key/belongs-to-certificate",
    { files: { "sensor.crt": "" } },
    { skipped: "no certificate could be read" },
  ],
  [
    "a kind that cannot be compared",
    "key/belongs-to-certificate",
    dsa,
    { skipped: "the public half of the key cannot be derived here" },
  ],

  ["RSA 2048", "key/size", {}],
  ["RSA 4096", "key/size", { leaf: { key: "leaf-4096" } }],
  ["RSA 1024", "key/size", { leaf: { key: "leaf-1024" } }, ["the key has 1024 bits"]],
  [
    "RSA 3072",
    "key/size",
    { leaf: { key: "leaf-3072" } },
    ['the key has 3072 bits; the documents say both 2048 as a minimum and "either 2048 or 4096"'],
  ],
  ["RSA 3072 in 2021", "key/size", { leaf: { key: "leaf-3072" }, context: { edition: "2021" } }],
  [
    "RSA 1024 in 2021",
    "key/size",
    { leaf: { key: "leaf-1024" }, context: { edition: "2021" } },
    ["the key has 1024 bits"],
  ],
  ["EC", "key/size", { leaf: { key: "leaf-p256" } }, ["the key is EC P-256, not RSA"]],
  ["Ed25519", "key/size", { leaf: { key: "leaf-ed25519" } }, ["the key is Ed25519, not RSA"]],
  ["DSA", "key/size", dsa, ["the key is DSA, not RSA"]],
  ["not opened", "key/size", holding("leaf-encrypted"), { skipped: "the key could not be opened" }],

  ["RSA 2048", "key/fast", {}],
  ["RSA 4096", "key/fast", { leaf: { key: "leaf-4096" } }, ["the key has 4096 bits"]],
  ["EC", "key/fast", { leaf: { key: "leaf-p256" } }],

  ["PKCS#8", "key/consistent", {}],
  ["PKCS#1", "key/consistent", holding("leaf-pkcs1")],
  ["encrypted", "key/consistent", opened("leaf-encrypted")],
  ["EC", "key/consistent", { leaf: { key: "leaf-p256" } }],
  ["the modulus", "key/consistent", damaged("n"), ["damaged: n = p·q does not hold"]],
  [
    "the private exponent",
    "key/consistent",
    damaged("d"),
    [
      "damaged: e·d ≡ 1 mod p-1 and q-1 does not hold",
      "damaged: dP = d mod p-1 does not hold",
      "damaged: dQ = d mod q-1 does not hold",
    ],
  ],
  [
    "a prime",
    "key/consistent",
    damaged("p"),
    [
      "damaged: n = p·q does not hold",
      "damaged: e·d ≡ 1 mod p-1 and q-1 does not hold",
      "damaged: dP = d mod p-1 does not hold",
      "damaged: q·qInv ≡ 1 mod p does not hold",
    ],
  ],
  ["a CRT value", "key/consistent", damaged("dQ"), ["damaged: dQ = d mod q-1 does not hold"]],
  ["the coefficient", "key/consistent", damaged("qInv"), ["damaged: q·qInv ≡ 1 mod p does not hold"]],

  ["AES-256 in PKCS#8", "key/cipher", holding("leaf-encrypted")],
  ["AES-128 in PKCS#1", "key/cipher", holding("leaf-dek-aes")],
  ["AES-256, derived with scrypt", "key/cipher", opened("leaf-scrypt")],
  ["3DES", "key/cipher", holding("leaf-3des")],
  ["DES", "key/cipher", holding("leaf-dek-des"), [needsLegacy("DES-CBC")]],
  ["DES, with the right passphrase", "key/cipher", opened("leaf-dek-des"), [needsLegacy("DES-CBC")]],
  ["DES with MD5", "key/cipher", opened("leaf-pbes1"), [needsLegacy("PBE-MD5-DES")]],
  ["RC2", "key/cipher", encrypted(pbkdf2(2048), "1.2.840.113549.3.2"), [needsLegacy("RC2-CBC")]],
  ["RC4 of PKCS#12", "key/cipher", closed(pkcs12Pbe(1, 2048)), [needsLegacy("PBE-SHA1-RC4-128")]],
  [
    "a cipher that nobody knows",
    "key/cipher",
    encrypted(pbkdf2(2048), "1.2.3.4"),
    ["the cipher 1.2.3.4 is not opened here"],
  ],
  [
    "a derivation that nobody knows",
    "key/cipher",
    encrypted(algorithm("1.2.3.5", seq())),
    ["the key derivation 1.2.3.5 is unknown"],
  ],
  [
    "a name that nobody knows",
    "key/cipher",
    { files: { "sensor.key": keyPem("leaf-dek-des").replace("DES-CBC", "ROT-13") } },
    ["the cipher ROT-13 is not opened here"],
  ],
  [
    "a name that is none is not repeated",
    "key/cipher",
    { files: { "sensor.key": keyPem("leaf-dek-des").replace("DES-CBC", "MIIEvQIBADANBgkqhkiG9w0BAQ") } },
    ["the cipher of no known name is not opened here"],
  ],
  ["too many rounds have a rule of their own", "key/cipher", encrypted(pbkdf2(2_000_001))],
  ["too much memory has a rule of its own", "key/cipher", encrypted(scrypt(32_768, 8, 1))],
  ["not encrypted", "key/cipher", {}, { skipped: "the key is not encrypted" }],
  ["no key", "key/cipher", { files: { "sensor.key": "" } }, { skipped: "no private key could be read" }],
  [
    "a container's cipher is the container's",
    "key/cipher",
    inContainer,
    { skipped: "the passphrase is that of a container, not of a key" },
  ],

  ["PKCS#8", "key/encoding", {}],
  ["PKCS#1", "key/encoding", holding("leaf-pkcs1")],
  ["DER", "key/encoding", { files: { "sensor.key": pkcs8 } }],
  ["EC", "key/encoding", { leaf: { key: "leaf-p256" } }],
  ["Ed25519", "key/encoding", { leaf: { key: "leaf-ed25519" } }],
  ["encrypted, where OpenSSL writes what was inside", "key/encoding", opened("leaf-encrypted")],
  ["in a container", "key/encoding", inContainer],
  ["BER", "key/encoding", keyIs(indefinite(pkcs8)), ["a length that is indefinite: BER, not DER"]],
  [
    "BER in PEM",
    "key/encoding",
    keyIs(pem("PRIVATE KEY", indefinite(pkcs8))),
    ["a length that is indefinite: BER, not DER"],
  ],
  [
    "BER within",
    "key/encoding",
    keyIs(seq(pkcs8.subarray(4, 7), indefinite(pkcs8.subarray(7, 22)), pkcs8.subarray(22))),
    ["a length that is indefinite: BER, not DER"],
  ],
  ["bytes after it", "key/encoding", keyIs(after(hex("0d0a"))), ["2 bytes after the end of the structure"]],
  [
    "a byte after it, in PEM",
    "key/encoding",
    keyIs(pem("PRIVATE KEY", after(hex("00")))),
    ["1 byte after the end of the structure"],
  ],
  [
    "a length that is too long",
    "key/encoding",
    keyIs(Buffer.concat([hex("308300"), pkcs8.subarray(2)])),
    ["a length that is not in its shortest form"],
  ],
  [
    "both",
    "key/encoding",
    keyIs(Buffer.concat([indefinite(pkcs8), hex("00")])),
    ["a length that is indefinite: BER, not DER", "1 byte after the end of the structure"],
  ],
  ["not opened", "key/encoding", holding("leaf-encrypted"), { skipped: "the key could not be opened" }],
  ["no key", "key/encoding", { operands: { key: undefined } as object }, { skipped: "no key was given" }],
]);
