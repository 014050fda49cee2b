/** How a file that is damaged, or something else than its place asks for, becomes what is needed. */
import type { Slot } from "../bundle.ts";
import type { OtherKind } from "../recognise.ts";
import { command, fix, sibling } from "../remedy.ts";
import type { Context } from "../rule.ts";

/** The documented ending of each place. */
export const documentedEnding = { certificate: ".crt", key: ".key", chain: ".pem", roots: ".pem" } as const;

/** What belongs into each place, as it stands in a sentence. */
export const wanted = {
  certificate: "a certificate",
  key: "a private key",
  chain: "CA certificates",
  roots: "CA certificates",
} as const;

/** The ending of a file's name, with its dot and in lower case. */
export const ending = (file: string): string => /\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? "";

/** Leaves out empty lines and leading blanks within the blocks; the empty line after the headers of a key has to stay. */
const TIDY = "/-----BEGIN/,/-----END/{s/^[[:space:]]*//;/DEK-Info:/G;/^$/d;}";

/** The command that puts what another prints, base64, between the lines of a PEM block. */
export const armour = (label: string, base64: string, output: string): string =>
  `{ echo '-----BEGIN ${label}-----'; ${base64}; echo; echo '-----END ${label}-----'; } | grep . > ${command`${output}`}`;

/** What to do about bytes that cannot be read. */
export function repair({ slot, contents: { file, problems } }: Slot, context: Context): string {
  const lacks = new Set(problems.map((problem) => problem.lacks));
  const output = sibling(file, `-fixed${ending(file)}`, context);
  if (lacks.has("ASCII")) return fix("Write the text as ASCII.", command`iconv -f UTF-16 -t ASCII ${file} > ${output}`);
  if (lacks.has("line ends"))
    return fix("Give the lines their usual ends.", command`tr '\\r' '\\n' < ${file} > ${output}`);
  if (problems.every(({ effect }) => effect !== "unreadable") && problems.length > 0) {
    return fix("Remove empty lines and blanks.", command`sed ${TIDY} ${file} > ${output}`);
  }
  if (lacks.has("boundaries")) {
    const label = slot === "key" ? "PRIVATE KEY" : "CERTIFICATE";
    return fix("Add the lines that say what it is.", armour(label, command`cat ${file}`, output));
  }
  return `Export ${wanted[slot].replace(/^a /, "the ")} again, and copy the file as it is, not through a document, a mail or a screen.`;
}

/** How what is needed comes out of what is there. */
export function exchange(slot: Slot, context: Context): string {
  const { file, artifacts, encoding } = slot.contents;
  const [kind] = artifacts.map((artifact) => artifact.kind);
  if (kind === "key") return `This is a private key: give it as the key, and ${wanted[slot.slot]} here.`;
  if (kind === "certificate") return "This is a certificate: give it as the certificate, and the private key here.";
  return kind === undefined ? `Give ${wanted[slot.slot]} here.` : extraction[kind](file, slot, encoding, context);
}

const extraction: {
  readonly [K in OtherKind]: (file: string, slot: Slot, encoding: string, context: Context) => string;
} = {
  request: (_, { slot }) =>
    slot === "key"
      ? "Give the private key that the request was made with."
      : `Submit the request to the CA, and give ${slot === "chain" ? "the CA's own certificates here" : "the certificate that it issues"}.`,
  crl: (_, { slot }) => `A list of revoked certificates is not uploaded: give ${wanted[slot]} here.`,
  pkcs7(file, { slot }, encoding, context) {
    if (slot === "key")
      return "There is no private key in such a container: give the one that the request was made with.";
    return fix(
      "Take the certificates out of the container.",
      command`openssl pkcs7 -print_certs -inform ${encoding} -in ${file} -out ${sibling(file, documentedEnding[slot], context)}`,
    );
  },
  pkcs12(file, { slot }, _encoding, context) {
    const old = "If OpenSSL 3 finds the container unsupported, add -legacy.";
    if (slot === "key")
      return fix(
        `Take the key out of the container; it is written without a passphrase. ${old}`,
        command`openssl pkcs12 -in ${file} -nocerts -nodes -out ${sibling(file, ".key", context)}`,
      );
    if (slot === "certificate")
      return fix(
        `Take the certificate out of the container. ${old}`,
        command`openssl pkcs12 -in ${file} -clcerts -nokeys -out ${sibling(file, "-only.crt", context)}`,
      );
    return fix(
      `Take the CA certificates out of the container. ${old}`,
      command`openssl pkcs12 -in ${file} -cacerts -nokeys -out ${sibling(file, "-chain.pem", context)}`,
    );
  },
  "public-key": (_, { slot }) => `A public key is not uploaded: give ${wanted[slot]} here.`,
  "openssh-key"(file, { slot }, _encoding, context) {
    const to = sibling(file, "-pkcs8.key", context);
    return fix(
      `Convert a copy of the key to PKCS#8${slot === "key" ? "" : `, give that as the key, and ${wanted[slot]} here`}.`,
      // The tool refuses keys that others may read.
      `(umask 077 && ${command`cat ${file} > ${to}`})`,
      command`ssh-keygen -p -m PKCS8 -f ${to}`,
    );
  },
  parameters: (_, { slot }) => `Parameters are not uploaded: give ${wanted[slot]} here.`,
  "java-keystore": (file, _slot, _encoding, context) =>
    fix(
      "Convert the keystore to PKCS#12, and check that: the next answer has the command for what is needed.",
      command`keytool -importkeystore -srckeystore ${file} -destkeystore ${sibling(file, ".pfx", context)} -deststoretype pkcs12`,
    ),
  zip: (file) => fix("Unpack the archive.", command`unzip ${file}`),
  gzip: (file, { slot }, _encoding, context) =>
    fix(
      "Unpack the archive.",
      command`gzip -dc < ${file} > ${sibling(file, `-unpacked${documentedEnding[slot]}`, context)}`,
    ),
  html: () => "Download the file again: what was saved is a page, perhaps one that asks to sign in.",
  "text-dump": () => "Export the certificate itself: this is what a program printed about it.",
};
