/** The private key: whose it is, its size, and whether its numbers are sound. */
import { certificateOf } from "../bundle/bundle.ts";
import { defender, practice, sizeProblem } from "../defender.ts";
import type { Entity } from "../entity.ts";
import { describePublicKey, type PublicKey, samePublicKey } from "../pki/public-key.ts";
import { command, convertFix, encryptKey, fix, sibling, uploadCommand } from "../remedy.ts";
import { requestCommand } from "../remedy-request.ts";
import type { Context, Found, Remedy, Rule } from "../rule.ts";

/** The size from which on the documents warn of the cost of a handshake, in bits. */
const SLOW_FROM = 4096;

export const key: readonly Rule[] = [
  {
    id: "key/belongs-to-certificate",
    on: "pair",
    severity: "error",
    refusal: "failed",
    title: "The private key belongs to the certificate",
    source: defender("2021", "Troubleshooting certificate creation", "inferred"),
    why: "The appliance's web server cannot start TLS with a key that the certificate does not certify.",
    fix: ({ leaf, key: { origin } }, context) =>
      fix(
        `Find the key that was made with this certificate's request, or have a certificate issued for ${origin.file} with the request of this command.`,
        requestCommand(leaf.certificate, context),
      ),
    check({ leaf, key: artifact, bundle }) {
      const { publicKey } = artifact.key;
      if (publicKey === undefined) return { skipped: "the public half of the key cannot be derived here" };
      if (samePublicKey(publicKey, leaf.certificate.publicKey)) return undefined;
      const other = certificateOf(bundle, artifact);
      const owner =
        other === undefined
          ? ""
          : `; it belongs to the certificate in ${other.file}${other.lines === undefined ? "" : ` at line ${other.lines[0]}`}`;
      return `the key is ${short(publicKey)}, the certificate's is ${short(leaf.certificate.publicKey)}${owner}`;
    },
  },
  {
    id: "key/size",
    on: "key",
    severity: "error",
    title: "The private key is RSA of 2048 or 4096 bits",
    source: defender("2023", "Key file requirements", "contradictory"),
    why: "Other keys are not supported; the help of the appliance's import command asks for at least 2048 bits.",
    fix: ({ entity }, context) =>
      newKey("Make a new key of 2048 bits, and have a certificate issued for it.", entity, context),
    check({ key: { algorithm, publicKey } }, { edition }) {
      if (algorithm !== "RSA" || publicKey === undefined)
        return `the key is ${publicKey === undefined ? algorithm : describePublicKey(publicKey)}, not RSA`;
      return sizeProblem(publicKey.bits ?? 0, edition);
    },
  },
  {
    id: "key/fast",
    on: "key",
    severity: "info",
    title: "The key does not slow down the handshake",
    source: defender("2023", "Key file requirements"),
    why: "With 4096 bits the handshake at the start of each connection is slower and costs more CPU.",
    fix: ({ entity }, context) =>
      newKey("Keep the key if your policy asks for it; 2048 bits are supported as well.", entity, context),
    check({ key: { publicKey } }) {
      const { rsa, bits = 0 } = publicKey ?? {};
      return rsa !== undefined && bits >= SLOW_FROM ? `the key has ${bits} bits` : undefined;
    },
  },
  {
    id: "key/consistent",
    on: "key",
    severity: "error",
    refusal: "failed",
    title: "The numbers of the private key fit together",
    source: defender("2023 guide", "Test certificates without a .csr or private key file", "inferred"),
    why: "With a damaged key every signature is wrong, and may even give the key away.",
    fix: ({ entity }, context) =>
      newKey("Take the key from a backup, or make a new one and have a certificate issued for it.", entity, context),
    check({ key: { broken, unchecked } }) {
      if (unchecked !== undefined) return { skipped: unchecked };
      return broken.map((relation) => ({ message: `damaged: ${relation} does not hold` }));
    },
  },
  {
    id: "key/cipher",
    on: "encryption",
    severity: "error",
    title: "The private key is encrypted in a way that OpenSSL 3 opens",
    source: practice("OpenSSL 3 migration guide", "legacy algorithms"),
    why: "A key that OpenSSL opens with its legacy provider alone stays closed on most systems, whatever the passphrase.",
    fix: ({ origin: { file }, encryption: { obstacle } }, context) => {
      const providers = obstacle?.kind === "legacy" ? " -provider legacy -provider default" : "";
      return fix(
        "Encrypt the key anew; the command asks for the old passphrase and for a new one.",
        encryptKey(file, sibling(file, "-aes.key", context), providers),
      );
    },
    check({ encryption: { obstacle } }) {
      if (obstacle === undefined || obstacle.kind === "limit") return undefined;
      return obstacle.message;
    },
  },
  {
    id: "key/encoding",
    on: "key",
    severity: "warning",
    title: "The private key is clean DER",
    source: practice("RFC 5958", "2"),
    why: "OpenSSL reads these forms, stricter readers do not.",
    fix: ({ origin: { file, container } }, context) =>
      container === undefined
        ? convertFix(
            "Write the key anew.",
            uploadCommand(context),
            command`openssl pkey -in ${file} -out ${sibling(file, "-clean.key", context)}`,
          )
        : convertFix("The key is written anew when it is taken out of the container.", uploadCommand(context)),
    check: ({ key: { irregularities } }): Found[] => irregularities.map(({ message, offset }) => ({ message, offset })),
  },
];

/** The advice with the command that makes a new key and the request for it, if there is a certificate to go by. */
const newKey = (advice: string, entity: Entity | undefined, context: Context): Remedy =>
  fix(advice, ...(entity === undefined ? [] : [requestCommand(entity, context, "new key")]));

/** A public key by its size and the first digits of its modulus. */
export function short(publicKey: PublicKey): string {
  const { rsa } = publicKey;
  const digits = rsa === undefined ? "" : `, modulus ${Buffer.from(rsa.modulus.subarray(0, 6)).toString("hex")}…`;
  return `${describePublicKey(publicKey)}${digits}`;
}
