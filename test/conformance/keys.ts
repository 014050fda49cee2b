/** Private keys: whether they open, what they are, and which certificates they belong to. */
import type { KeyArtifact } from "../../src/bundle/artifact.ts";
import type { Contents } from "../../src/bundle/decode.ts";
import { samePublicKey, sha256 } from "../../src/pki/public-key.ts";
import { certificatesIn, differences, type Exceptions, isFile, type Judge, open, type Section } from "./cases.ts";

const exceptions: Exceptions = {
  "the cipher needs OpenSSL's legacy provider, with which the suite was judged": [2, 20].flatMap((n) =>
    ["", "?wrong-pass", "?no-pass"].map((how) => `key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#${n}${how}`),
  ),
  "the suite takes a key for RSASSA-PSS alone for any RSA key": [
    "key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#15",
    "key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#21",
  ],
  "the padding of the base64 is missing: unreadable before anything is known of the format": [
    "key/phpseclib/tests/Unit/Crypt/RSA/LoadKeyTest.php#16",
    "key/phpseclib/tests/Unit/Crypt/DSA/LoadDSAKeyTest.php#2",
  ],
  "OpenSSL does not open it, pyca/cryptography alone does": [
    "key/formats/pem-rfc7468/tests/examples/chosen_header.pem",
  ],
};

/** Verdicts that meet an expected one besides itself: whatever cannot be opened or read is refused, for one reason or another. */
const alike: Readonly<Record<string, readonly string[]>> = {
  "ok-or-invalid": ["ok", "invalid"],
  reject: ["invalid", "wrong-passphrase", "passphrase-required", "unsupported"],
  // A key that is not RSA is refused as that, whether OpenSSL can read its numbers or not.
  invalid: ["not RSA", "no known format"],
  unsupported: ["not RSA", "no known format"],
};

function keyVerdict(artifact: KeyArtifact | undefined, contents: Contents, passphrase: string | undefined): string {
  if (artifact === undefined) {
    const isOther =
      contents.artifacts.length > 0 ||
      contents.problems.some(({ message }) => message.includes("nothing that certcheck knows"));
    return isOther ? "no known format" : "invalid";
  }
  if (artifact.encryption?.obstacle !== undefined) return "unsupported";
  if (artifact.open !== undefined && passphrase === undefined) return "passphrase-required";
  const key = artifact.open === undefined ? artifact.key : artifact.open(passphrase ?? "");
  if (key === undefined) return "wrong-passphrase";
  if (key.algorithm !== "RSA") return "not RSA";
  const isRefused = contents.problems.some(({ effect }) => effect !== "tolerated");
  return key.broken.length > 0 || isRefused ? "invalid" : "ok";
}

const judge: Judge = ({ files, args: { passphrase }, expected }) => {
  const contents = open(files["key"] ?? "");
  const artifact = contents.artifacts.find((a) => a.kind === "key");
  const verdict = keyVerdict(artifact, contents, passphrase);
  const found =
    verdict === expected.verdict || alike[expected.verdict]?.includes(verdict)
      ? []
      : [`${verdict} instead of ${expected.verdict}`];
  const key = artifact?.key ?? artifact?.open?.(passphrase ?? "");
  if (key === undefined) return found;
  const { publicKey } = key;
  const strangers = (expected.matchingCerts ?? [])
    .filter((file) => isFile(file))
    .filter((file) => !certificatesIn(file).some((c) => publicKey && samePublicKey(c.publicKey, publicKey)));
  return [
    ...found,
    ...strangers.map((file) => `does not match ${file}`),
    ...differences({
      algorithm: [key.algorithm.toUpperCase(), expected.alg?.toUpperCase()],
      bits: [publicKey?.bits, publicKey?.bits === undefined ? undefined : expected.bits],
      fingerprint: [publicKey && sha256(publicKey.spki), publicKey ? expected.spkiSha256 : undefined],
    }),
  ];
};

export const keys: Section = {
  section: "keys",
  title: "Private keys",
  about: "Whether a key opens, whether it is sound, and which certificates it belongs to.",
  judge,
  exceptions,
};
