/** The certificate itself: algorithms, key, encoding, and what it may be used for. */
import { defender, keySizes, practice, sampleExtensions, sizeProblem } from "../defender.ts";
import { isAuthority } from "../pki/certificate.ts";
import { extension, findExtension } from "../pki/extensions.ts";
import { isSelfSigned } from "../pki/link.ts";
import { describePublicKey } from "../pki/public-key.ts";
import { command, fix } from "../remedy.ts";
import { reissue, renew } from "../remedy-request.ts";
import type { Found, Rule } from "../rule.ts";

/** The only signature algorithm that the documents list, "SHA256RSA". */
const SUPPORTED_SIGNATURE = "sha256WithRSAEncryption";

export const certificate: readonly Rule[] = [
  {
    id: "certificate/signature-algorithm",
    on: "leaf",
    severity: "error",
    title: "The certificate is signed with sha256WithRSAEncryption (SHA256RSA)",
    source: defender("2023", "CRT file requirements, Signature Algorithm and Signature Hash Algorithm"),
    why: "Certificates with another signature might work, but are not supported.",
    fix({ certificate: { signatureAlgorithm } }) {
      if (signatureAlgorithm.name === "RSASSA-PSS") {
        return fix(
          "Have the CA sign with PKCS#1 v1.5 and SHA-256. On AD CS, where RSASSA-PSS is a setting of the CA:",
          "certutil -setreg ca\\csp\\AlternateSignatureAlgorithm 0",
          "net stop certsvc && net start certsvc",
        );
      }
      if (/^(md|sha)\d+With/i.test(signatureAlgorithm.name)) {
        return fix(
          "Have the CA sign with SHA-256. On AD CS, where the hash is a setting of the CA:",
          "certutil -setreg ca\\csp\\CNGHashAlgorithm SHA256",
          "net stop certsvc && net start certsvc",
        );
      }
      return "Have the certificate issued by a CA with an RSA key that signs with SHA-256.";
    },
    check({ certificate: { signatureAlgorithm } }) {
      if (signatureAlgorithm.name === SUPPORTED_SIGNATURE) return undefined;
      return { message: `signed with ${signatureAlgorithm.name}`, offset: signatureAlgorithm.offset };
    },
  },
  {
    id: "certificate/algorithms-agree",
    on: "leaf",
    severity: "error",
    refusal: "chain-of-trust",
    validation: "on",
    title: "The signature algorithm is the same inside and outside the signed part",
    source: practice("RFC 5280", "4.1.1.2"),
    why: "OpenSSL rejects such a signature: one of the two names is not what the CA signed.",
    fix: () => "Have the certificate issued again; this one was altered, or made by faulty software.",
    check({ certificate: { signatureAlgorithm, signature } }) {
      if (Buffer.compare(signatureAlgorithm.bytes, signature.bytes) === 0) return undefined;
      const difference =
        signatureAlgorithm.name === signature.name ? "with other parameters" : `${signatureAlgorithm.name} outside`;
      return { message: `${signature.name} inside, ${difference}`, offset: signature.offset };
    },
  },
  {
    id: "certificate/public-key",
    on: "entity",
    severity: "error",
    title: "The public key is RSA of 2048 or 4096 bits",
    source: defender("2023", "CRT file requirements, Public Key", "contradictory"),
    why: "Other keys might work, but are not supported.",
    fix: reissue("for an RSA key of 2048 bits."),
    check({ publicKey, publicKeyOffset: offset }, { edition }) {
      const { algorithm, bits } = publicKey;
      if (algorithm !== "RSA") return { message: `the key is ${describePublicKey(publicKey)}`, offset };
      if (bits === undefined) return { message: "the RSA key cannot be decoded", offset };
      const message = sizeProblem(bits, edition);
      return message === undefined ? undefined : { message, offset };
    },
  },
  {
    id: "certificate/listed-key-size",
    on: "entity",
    severity: "info",
    editions: ["2021"],
    title: "The public key has a size that later editions list",
    source: defender("2023", "Key file requirements"),
    why: "The 2021 edition asks for 2048 bits at least; the later ones name 2048 and 4096 only.",
    fix: reissue("for a key of 2048 or 4096 bits; that can wait for the next renewal."),
    check({ publicKey, publicKeyOffset: offset }) {
      const { algorithm, bits = 0 } = publicKey;
      return algorithm !== "RSA" || bits < 2048 || keySizes.includes(bits)
        ? undefined
        : { message: `the key has ${bits} bits`, offset };
    },
  },
  {
    id: "certificate/not-self-signed",
    on: "leaf",
    severity: ({ allowSelfSigned }) => (allowSelfSigned ? "warning" : "error"),
    title: "The certificate is issued by a CA, not signed with its own key",
    source: defender("2023 guide", "Create a CA-signed SSL/TLS certificate"),
    why: "Nobody vouches for a self-signed certificate: those who connect cannot tell the appliance from an impostor. It is for test environments only.",
    fix: renew("Have a CA issue a certificate. In a test environment, --allow-self-signed makes this a warning."),
    check: (leaf) => (isSelfSigned(leaf.certificate) ? "the certificate is signed with its own key" : undefined),
  },
  {
    id: "certificate/encoding",
    on: "file",
    severity: "warning",
    title: "Certificates are clean DER, and keep to the forms of RFC 5280",
    source: practice("RFC 5280", "4.1"),
    why: "OpenSSL reads these forms, stricter readers such as browsers may not.",
    fix: () =>
      "Have the certificate issued again by software that keeps to RFC 5280, or export it again if bytes were added.",
    check: ({ contents }): Found[] =>
      contents.artifacts.flatMap((artifact) => {
        if (artifact.kind !== "certificate") return [];
        const { origin, certificate } = artifact;
        const broken = certificate.extensions
          .filter(({ problem }) => problem !== undefined)
          .map(({ name, problem, offset }) => ({
            message: `the extension ${name} cannot be decoded: ${problem}`,
            offset,
          }));
        return [...certificate.irregularities, ...broken].map(({ message, offset }) => ({ message, offset, origin }));
      }),
  },
  {
    id: "certificate/not-ca",
    on: "entity",
    severity: "warning",
    title: "The certificate is not a CA certificate",
    source: practice("CA/Browser Forum Baseline Requirements", "7.1.2.7"),
    why: "With its key, a CA certificate can issue others: whoever takes over the appliance takes over the CA. (The published sample is one itself.)",
    fix: reissue("from a template for servers."),
    check(entity) {
      if (!isAuthority(entity)) return undefined;
      return { message: "basicConstraints says CA:TRUE", ...offsetOf(entity, "basicConstraints") };
    },
  },
  {
    id: "certificate/server-auth",
    on: "entity",
    severity: "warning",
    title: "Extended key usage, if there, includes serverAuth",
    source: practice("RFC 5280", "4.2.1.12"),
    why: "Browsers and OpenSSL do not accept such a certificate from a server.",
    fix: reissue("from a template for servers."),
    check(entity) {
      const usages = extension(entity, "extKeyUsage");
      if (usages === undefined || usages.includes("serverAuth")) return undefined;
      return { message: `the extended key usage allows ${only(usages)}`, ...offsetOf(entity, "extKeyUsage") };
    },
  },
  {
    id: "certificate/key-usage",
    on: "entity",
    severity: "warning",
    title: "Key usage, if there, includes digitalSignature or keyEncipherment",
    source: practice("RFC 5280", "4.2.1.3"),
    why: "TLS with an RSA key needs one of the two; clients refuse the handshake without it.",
    fix: reissue("from a template for servers."),
    check(entity) {
      const usage = extension(entity, "keyUsage");
      if (usage === undefined || usage.has("digitalSignature") || usage.has("keyEncipherment")) return undefined;
      return { message: `the key usage allows ${only([...usage])}`, ...offsetOf(entity, "keyUsage") };
    },
  },
  {
    id: "certificate/sample-extensions",
    on: "leaf",
    severity: "info",
    title: "The extensions of the published sample are there, in its order",
    source: defender("2023 guide", "Check your certificate against a sample"),
    why: "The documents ask to compare a certificate with the sample: the same fields in the same order.",
    fix: ({ origin }, { files }) =>
      fix(
        "Compare the fields yourself; nothing needs to change if the CA's template is meant so.",
        ...(origin.container === undefined && files.purpose !== "endpoint"
          ? [command`openssl x509 -in ${origin.file} -noout -text`]
          : []),
      ),
    check({ certificate }) {
      const present = certificate.extensions
        .map(({ name }) => name)
        .filter((name) => sampleExtensions.some((s) => s === name));
      const missing = sampleExtensions.filter((name) => !present.includes(name));
      if (missing.length > 0) return `the certificate has no ${missing.join(", ")}`;
      const expected = sampleExtensions.filter((name) => present.includes(name));
      return present.join() === expected.join() ? undefined : `the extensions stand in the order ${present.join(", ")}`;
    },
  },
];

const only = (usages: readonly string[]): string => (usages.length > 0 ? `${usages.join(", ")} only` : "nothing");

function offsetOf(...holderAndName: Parameters<typeof findExtension>): Pick<Found, "offset"> {
  const offset = findExtension(...holderAndName)?.offset;
  return offset === undefined ? {} : { offset };
}
