/** How a file that is damaged, or something else than its place asks for, becomes what is needed. */
import { type Artifact, isOther, pemLabels } from "../bundle/artifact.ts";
import type { Slot } from "../bundle/bundle.ts";
import type { Problem } from "../bundle/block-problems.ts";
import { describePublicKey } from "../pki/public-key.ts";
import { type OtherKind, otherKinds } from "../bundle/recognise.ts";
import { command, convertFix, fix, sibling, uploadCommand } from "../remedy.ts";
import type { Context, Found, Remedy } from "../rule.ts";

/** The ending of each place: the documented one, where there is one. */
export const documentedEnding = {
  certificate: ".crt",
  key: ".key",
  chain: ".pem",
  roots: ".pem",
  request: ".csr",
  previous: ".crt",
} as const;

/** What belongs into each place, as it stands in a sentence. */
export const wanted = {
  certificate: "a certificate",
  key: "a private key",
  chain: "CA certificates",
  roots: "CA certificates",
  request: "a certificate request (CSR)",
  previous: "a certificate",
} as const;

/** An artifact as it stands in a sentence after "holds". */
export function describe(artifact: Artifact): string {
  switch (artifact.kind) {
    case "certificate":
      return "a certificate";
    case "key": {
      const publicKey = artifact.key?.publicKey;
      const what = publicKey === undefined ? "" : ` (${describePublicKey(publicKey)})`;
      return artifact.encryption === undefined ? `a private key${what}` : `an encrypted private key${what}`;
    }
    default:
      return otherKinds[artifact.kind];
  }
}

/** The ending of a file's name, with its dot and in lower case. */
export const ending = (file: string): string => /\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? "";

/** Leaves out empty lines and leading blanks within the blocks; the empty line after the headers of a key has to stay. */
const TIDY = "/-----BEGIN/,/-----END/{s/^[[:space:]]*//;/DEK-Info:/G;/^$/d;}";

/** Gives each boundary five hyphens; in the C locale, a dash of another kind is several bytes. */
const HYPHENS = "s/^[^A-Z]*(BEGIN|END) ([A-Z0-9 ]*[A-Z0-9])[^A-Z]*$/-----\\1 \\2-----/";

/** Gives each boundary a line of its own, and leaves out what is not base64 beside it; headers keep their empty line. */
const OWN_LINES =
  '/-----(BEGIN|END) |\\\\n/{gsub(/\\\\r|\\\\n/,"\\n");gsub(/-----(BEGIN|END) [A-Z0-9 ]+-----/,"\\n&\\n");n=split($0,l,"\\n");for(i=1;i<=n;i++){if(l[i]!~/-----|: /)gsub(/[ \\t\\r]/,"",l[i]);if(l[i]!=""||h)print l[i];h=l[i]~/^DEK-Info:/}next}{print}';

/** The command that puts what another prints, base64, between the lines of a PEM block. */
export const armour = (label: string, base64: string, output: string): string =>
  `{ echo '-----BEGIN ${label}-----'; ${base64}; echo; echo '-----END ${label}-----'; } | grep . > ${command`${output}`}`;

/** What to do about bytes that cannot be read. */
export function repair({ slot, contents: { file, problems, artifacts } }: Slot, context: Context): Remedy {
  const serious = problems.filter(({ effect }) => effect !== "tolerated");
  const lacks = serious.map((problem) => problem.lacks).filter((lack) => lack !== undefined);
  const output = sibling(file, `-fixed${ending(file)}`, context);
  // The copy of a key is nobody else's either.
  const mend = (advice: string, line: string): Remedy =>
    convertFix(advice, uploadCommand(context), slot === "key" ? `(umask 077; ${line})` : line);
  const charset = lacks.find((lack) => typeof lack === "object" && "charset" in lack);
  if (charset !== undefined)
    return mend("Write the text as ASCII.", command`iconv -f ${charset.charset} -t UTF-8 ${file} > ${output}`);
  if (lacks.includes("line ends"))
    return mend("Give the lines their usual ends.", command`tr '\\r' '\\n' < ${file} > ${output}`);
  if (lacks.includes("boundaries"))
    return mend("Add the lines that say what it is.", armour(labelFor(slot, artifacts), command`cat ${file}`, output));
  if (lacks.includes("base64"))
    return mend("Decode the text.", command`tr -d '\\r\\n' < ${file} | openssl base64 -d -A > ${output}`);
  if (lacks.includes("hyphens"))
    return mend("Put five hyphens on either side of each label.", command`sed -E ${HYPHENS} ${file} > ${output}`);
  if (lacks.includes("own lines"))
    return mend("Put the lines where they belong.", command`awk ${OWN_LINES} ${file} > ${output}`);
  const labels = lacks.filter((lack) => typeof lack === "object" && "label" in lack);
  if (labels.length > 0) {
    const edits = labels.map(
      ({ label, lines }) => `${lines.join(",")}s/^(-----BEGIN|-----END) .*-----/\\1 ${label}-----/`,
    );
    return mend(
      "Write the label that belongs to the content.",
      command`sed -E ${edits.join("; ")} ${file} > ${output}`,
    );
  }
  if (serious.length > 0 && serious.every(({ effect }) => effect === "refused"))
    return mend("Remove empty lines and blanks.", command`sed ${TIDY} ${file} > ${output}`);
  return `Export ${wanted[slot].replace(/^a /, "the ")} again, and copy the file as it is, not through a document, a mail or a screen.`;
}

/** The label of what is there, else of what should be. */
function labelFor(slot: Slot["slot"], artifacts: Slot["contents"]["artifacts"]): string {
  const [first] = artifacts;
  if (first?.kind === "pkcs7") return "PKCS7";
  if (first?.kind === "request") return "CERTIFICATE REQUEST";
  return (
    (first && pemLabels(first)?.proper) ??
    { key: "PRIVATE KEY", request: "CERTIFICATE REQUEST" }[slot as string] ??
    "CERTIFICATE"
  );
}

/** How what is needed comes out of what is there. */
export function exchange(slot: Slot, context: Context): Remedy {
  const { file, artifacts, encoding } = slot.contents;
  const [kind] = artifacts.map((artifact) => artifact.kind);
  if (kind === "certificate" && slot.slot === "request")
    return fix(
      "This is a certificate, which no CA has to issue any more: check it as one.",
      command`certcheck ${file}`,
    );
  const convert = context.files.all.length > 1 ? uploadCommand(context) : undefined;
  if (kind === "key")
    return convertFix(`This is a private key: give it as the key, and ${wanted[slot.slot]} here.`, convert);
  if (kind === "certificate")
    return convertFix("This is a certificate: give it as the certificate, and the private key here.", convert);
  if (kind === undefined) return `Give ${wanted[slot.slot]} here.`;
  const isReadable = encoding !== "none" || (kind !== "pkcs7" && kind !== "pkcs12");
  return isReadable
    ? extraction[kind](file, slot, encoding, context)
    : "Mend the file first, and check it again: the next answer has the command for what is needed.";
}

const extraction: {
  readonly [K in OtherKind]: (file: string, slot: Slot, encoding: string, context: Context) => Remedy;
} = {
  request: (_, { slot }) =>
    slot === "key"
      ? "Give the private key that the request was made with."
      : `Submit the request to the CA, and give ${slot === "chain" ? "the CA's own certificates here" : "the certificate that it issues"}.`,
  crl: (_, { slot }) => `A list of revoked certificates is not uploaded: give ${wanted[slot]} here.`,
  pkcs7(file, { slot }, encoding, context) {
    if (slot === "key")
      return "There is no private key in such a container: give the one that the request was made with.";
    const output = sibling(file, documentedEnding[slot], context);
    // OpenSSL's command knows one of the labels.
    const read =
      encoding === "PEM"
        ? command`sed -E ${"s/(BEGIN|END) .*-----/\\1 PKCS7-----/"} ${file} | openssl pkcs7 -print_certs -out ${output}`
        : command`openssl pkcs7 -print_certs -inform DER -in ${file} -out ${output}`;
    return convertFix("Take the certificates out of the container.", uploadCommand(context), read);
  },
  pkcs12(file, { slot, contents: { artifacts } }, _encoding, context) {
    const isLegacy = artifacts.some((artifact) => isOther(artifact) && artifact.isLegacy === true);
    const from = `openssl pkcs12${isLegacy ? " -legacy" : ""} ${command`-in ${file}`}`;
    const parts = {
      certificate: `${from} -clcerts -nokeys ${command`-out ${sibling(file, "-only.crt", context)}`}`,
      key: `${from} -nocerts -nodes ${command`-out ${sibling(file, ".key", context)}`}`,
      chain: `${from} -cacerts -nokeys ${command`-out ${sibling(file, "-chain.pem", context)}`}`,
    };
    const isOpen = artifacts.every((artifact) => !isOther(artifact) || artifact.closed === undefined);
    const count = (kind: string): number => artifacts.filter((artifact) => artifact.kind === kind).length;
    if (isOpen && count(slot === "key" ? "key" : "certificate") === 0)
      return `There is ${slot === "key" ? "no private key" : "no certificate"} in this container: give ${wanted[slot]} from elsewhere.`;
    const convert = uploadCommand(context);
    if (slot === "key")
      return convertFix(
        "Take the key out of the container; openssl writes it without a passphrase.",
        convert,
        parts.key,
      );
    if (slot !== "certificate")
      return convertFix("Take the CA certificates out of the container.", convert, parts.chain);
    if (context.files.all.length > 1 || (isOpen && (count("key") === 0 || count("certificate") === 1)))
      return convertFix("Take the certificate out of the container.", convert, parts.certificate);
    return convertFix(
      "Take certificate, key and CA certificates out of the container; openssl writes the key without a passphrase.",
      convert,
      ...Object.values(parts),
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
  "ssh-public-key": (_, { slot }) => `A public key is not uploaded: give ${wanted[slot]} here.`,
  "putty-key": (file, _slot, _encoding, context) =>
    fix(
      "Convert a copy of the key with PuTTY's command, and give that as the key.",
      command`puttygen ${file} -O private-openssh -o ${sibling(file, "-openssh.key", context)}`,
    ),
  pvk: (file, _slot, _encoding, context) =>
    fix(
      "Convert the key, and give that as the key.",
      command`openssl rsa -inform PVK -in ${file} -out ${sibling(file, ".key", context)}`,
    ),
  "certificate-store": (_, { slot }) =>
    `Open the store in Windows (certmgr.msc), and export ${wanted[slot]} from it, Base-64 encoded.`,
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
  archive: (_, { slot }) => `Unpack the archive, and give ${wanted[slot]} that may be in it.`,
  pdf: (_, { slot }) => `A document is not uploaded: ask for ${wanted[slot]} as a file.`,
  json: (_, { slot }) => `Export ${wanted[slot]} in PEM: a program wrote this for other programs.`,
  html: () => "Download the file again: what was saved is a page, perhaps one that asks to sign in.",
  "text-dump": () => "Export the certificate itself: this is what a program printed about it.",
};

/** A problem of a file as a finding. */
export const foundAt = ({ message, line, column, offset }: Problem): Found => ({
  message: column === undefined ? message : `${message}, column ${column}`,
  ...(line !== undefined && { line }),
  ...(offset !== undefined && { offset }),
});
