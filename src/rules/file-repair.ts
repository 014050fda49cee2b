/** How a file that is damaged, or something else than its place asks for, becomes what is needed. */
import type { Slot } from "../bundle.ts";
import type { OtherKind } from "../recognise.ts";
import { command, fix, sibling } from "../remedy.ts";

/** What belongs into each place, as it stands in a sentence. */
export const wanted = {
  certificate: "a certificate",
  key: "a private key",
  chain: "CA certificates",
  roots: "CA certificates",
} as const;

/** The ending of a file's name, with its dot and in lower case. */
export const ending = (file: string): string => /\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? "";

/** What to do about bytes that cannot be read. */
export function repair({ slot, contents: { file, problems } }: Slot): string {
  const says = (part: string): boolean => problems.some(({ message }) => message.includes(part));
  const output = sibling(file, `-fixed${ending(file)}`);
  if (says("UTF-16")) return fix("Write the text as ASCII.", command`iconv -f UTF-16 -t ASCII ${file} > ${output}`);
  if (says("carriage return"))
    return fix("Give the lines their usual ends.", command`tr '\\r' '\\n' < ${file} > ${output}`);
  if (problems.every(({ effect }) => effect !== "unreadable") && problems.length > 0) {
    return fix("Remove empty lines and blanks.", command`sed ${"s/^[[:blank:]]*//; /^$/d"} ${file} > ${output}`);
  }
  if (says("without its BEGIN")) {
    const label = slot === "key" ? "PRIVATE KEY" : "CERTIFICATE";
    return fix(
      "Add the lines that say what it is.",
      `{ echo '-----BEGIN ${label}-----'; ${command`cat ${file}`}; echo '-----END ${label}-----'; } > ${command`${output}`}`,
    );
  }
  return `Export ${wanted[slot]} again, and copy the file as it is, not through a document, a mail or a screen.`;
}

/** How what is needed comes out of what is there. */
export function exchange(slot: Slot): string {
  const { file, artifacts, encoding } = slot.contents;
  const [kind] = artifacts.map((artifact) => artifact.kind);
  if (kind === "key") return `This is the private key: give it as the key, and ${wanted[slot.slot]} here.`;
  if (kind === "certificate") return "This is a certificate: give it as the certificate, and the private key here.";
  return kind === undefined ? `Give ${wanted[slot.slot]} here.` : extraction[kind](file, slot, encoding);
}

const extraction: { readonly [K in OtherKind]: (file: string, slot: Slot, encoding: string) => string } = {
  request: (_, { slot }) =>
    slot === "key"
      ? "Give the private key that the request was made with."
      : "Submit the request to the CA, and give the certificate that it issues.",
  crl: (_, { slot }) => `A list of revoked certificates is not uploaded: give ${wanted[slot]} here.`,
  pkcs7(file, { slot }, encoding) {
    const out = sibling(file, slot === "certificate" ? ".crt" : ".pem");
    const form = encoding === "DER" ? " -inform DER" : "";
    return fix(
      "Take the certificates out of the container.",
      `openssl pkcs7 -print_certs${form} ${command`-in ${file} -out ${out}`}`,
    );
  },
  pkcs12(file, { slot }) {
    if (slot === "key")
      return fix(
        "Take the key out of the container.",
        command`openssl pkcs12 -in ${file} -nocerts -nodes -out ${sibling(file, ".key")}`,
      );
    if (slot === "certificate")
      return fix(
        "Take the certificate out of the container.",
        command`openssl pkcs12 -in ${file} -clcerts -nokeys -out ${sibling(file, "-only.crt")}`,
      );
    return fix(
      "Take the CA certificates out of the container.",
      command`openssl pkcs12 -in ${file} -cacerts -nokeys -out ${sibling(file, "-chain.pem")}`,
    );
  },
  "public-key": (_, { slot }) => `A public key is not uploaded: give ${wanted[slot]} here.`,
  "openssh-key": (file) =>
    fix(
      "Convert a copy of the key to PKCS#8.",
      command`cp ${file} ${sibling(file, "-pkcs8.key")}`,
      command`ssh-keygen -p -m PKCS8 -f ${sibling(file, "-pkcs8.key")}`,
    ),
  parameters: (_, { slot }) => `Parameters are not uploaded: give ${wanted[slot]} here.`,
  "java-keystore": (file) =>
    fix(
      "Convert the keystore to PKCS#12, and take certificate and key out of that.",
      command`keytool -importkeystore -srckeystore ${file} -destkeystore ${sibling(file, ".pfx")} -deststoretype pkcs12`,
    ),
  zip: (file) => fix("Unpack the archive.", command`unzip ${file}`),
  gzip: (file) => fix("Unpack the archive.", command`gunzip --keep ${file}`),
  html: () => "Download the file again: what was saved is a page, perhaps one that asks to sign in.",
  "text-dump": () => "Export the certificate itself: this is what a program printed about it.",
};
