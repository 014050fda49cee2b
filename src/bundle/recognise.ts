/** What bytes are, by their content and whatever their name: the shape of a structure, or the first bytes of a file. */
import { children, type Element, TAG } from "../pki/der.ts";
import { readOid } from "../pki/der-values.ts";
import { isText } from "../pki/pem.ts";

/** Names for what is recognised and not opened, as they stand in a sentence after "holds". */
export const otherKinds = {
  request: "a certificate request (CSR)",
  crl: "a certificate revocation list (CRL)",
  pkcs7: "a PKCS#7 container (.p7b)",
  pkcs12: "a PKCS#12 container (.pfx, .p12)",
  "public-key": "a public key",
  "openssh-key": "a private key in OpenSSH's own format",
  "ssh-public-key": "an SSH public key",
  "putty-key": "a private key in PuTTY's own format (.ppk)",
  pvk: "a private key in Microsoft's old format (.pvk)",
  "certificate-store": "a Microsoft serialized certificate store (.sst)",
  parameters: "parameters of a key algorithm",
  "java-keystore": "a Java keystore",
  zip: "a ZIP archive",
  gzip: "a gzip archive",
  archive: "an archive",
  pdf: "a PDF document",
  json: "JSON text",
  html: "an HTML page",
  "text-dump": "a certificate printed as text, without the certificate itself",
} as const;

export type OtherKind = keyof typeof otherKinds;

/** A structure in DER that is recognised. */
export type Structure = OtherKind | "certificate" | "private-key" | "encrypted-key";

/**
 * Structures by the tags of their fields, one level deep, and two for the signed ones. I INTEGER, S SEQUENCE, O OID,
 * B BIT STRING, X OCTET STRING, T time, 0-3 context tags; the first match counts.
 */
const shapes: readonly (readonly [RegExp, Structure])[] = [
  [/^S\(0?ISSSSS.*\)SB$/, "certificate"],
  [/^S\(ISS0?\)SB$/, "request"],
  [/^S\(I?SST.*\)SB$/, "crl"],
  [/^S\(O.*\)X$/, "encrypted-key"],
  [/^S\(O.*\)B$/, "public-key"],
  [/^IS\(O.*\)X/, "private-key"],
  [/^IS\(O.*\)/, "pkcs12"],
  [/^I{9}S?/, "private-key"],
  [/^IX/, "private-key"],
  [/^I{6}$/, "private-key"],
  [/^II$/, "public-key"],
  [/^O(0|$)/, "pkcs7"],
];

const letters: Readonly<Record<number, string>> = {
  [TAG.integer]: "I",
  [TAG.sequence]: "S",
  [TAG.oid]: "O",
  [TAG.bitString]: "B",
  [TAG.octetString]: "X",
  [TAG.utcTime]: "T",
  [TAG.generalizedTime]: "T",
};

const letter = ({ tag }: Element): string => letters[tag] ?? ((tag & 0xe0) === 0xa0 ? String(tag & 0x1f) : "?");

/** What a structure is, by its shape; nothing if it is none that is known here. @throws DerError */
export function recogniseStructure(root: Element): Structure | undefined {
  if (root.tag !== TAG.sequence) return undefined;
  const parts = children(root);
  const isPkcs7 = parts[0]?.tag === TAG.oid && readOid(parts[0]).startsWith("1.2.840.113549.1.7.");
  const nested = parts.findIndex(({ tag }) => tag === TAG.sequence);
  const shape = parts
    .map((part, index) => letter(part) + (index === nested ? `(${children(part).map(letter).join("")})` : ""))
    .join("");
  const found = shapes.find(([pattern]) => pattern.test(shape))?.[1];
  return found === "pkcs7" && !isPkcs7 ? undefined : found;
}

const magic: readonly (readonly [OtherKind, (bytes: Uint8Array, text: string) => boolean])[] = [
  ["java-keystore", (bytes) => startsWith(bytes, 0xfe, 0xed, 0xfe, 0xed) || startsWith(bytes, 0xce, 0xce, 0xce, 0xce)],
  ["zip", (bytes) => startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)],
  ["gzip", (bytes) => startsWith(bytes, 0x1f, 0x8b)],
  // xz, bzip2, 7-Zip, RAR, zstd; tar has its mark further in.
  ["archive", (bytes) => startsWith(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a) || startsWith(bytes, 0x42, 0x5a, 0x68)],
  ["archive", (bytes) => startsWith(bytes, 0x37, 0x7a, 0xbc, 0xaf) || startsWith(bytes, 0x52, 0x61, 0x72, 0x21)],
  [
    "archive",
    (bytes) =>
      startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd) || startsWith(bytes.subarray(257), 0x75, 0x73, 0x74, 0x61, 0x72),
  ],
  ["pdf", (_, text) => text.startsWith("%PDF-")],
  ["pvk", (bytes) => startsWith(bytes, 0x1e, 0xf1, 0xb5, 0xb0)],
  ["certificate-store", (bytes) => startsWith(bytes, 0, 0, 0, 0, 0x43, 0x45, 0x52, 0x54)],
  ["putty-key", (_, text) => text.startsWith("PuTTY-User-Key-File-")],
  ["ssh-public-key", (_, text) => /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S{1,40}) AAAA/.test(text)],
  ["json", (_, text) => /^\ufeff?\s*[{[]\s*["{[]/.test(text)],
  ["html", (_, text) => /^\s*<(!doctype html|html|head|body)\b/i.test(text)],
  ["text-dump", (_, text) => /^\s*Certificate:\s+Data:/.test(text)],
];

/** What a file that is neither PEM nor DER is, by its first bytes or its text. */
export const recogniseBytes = (bytes: Uint8Array, text: string): OtherKind | undefined =>
  magic.find(([, test]) => test(bytes, text))?.[0];

const startsWith = (bytes: Uint8Array, ...prefix: number[]): boolean =>
  prefix.every((byte, index) => bytes[index] === byte);

/** Whether a text is base64 long enough to be a certificate or a key, without what makes it PEM. */
export const isBareBase64 = (text: string): boolean =>
  text.length > 200 &&
  text
    .trim()
    .split(/\r\n|\n|\r/)
    .every((line) => /^[A-Za-z0-9+/]+={0,2}\s*$/.test(line));

/** What can be said of a file that is nothing known. */
export function describeUnknown(text: string): string {
  if (text.trim() === "") return "the file holds blanks only";
  return `${isText(text) ? "text" : "binary data"}, but no certificate, key or container`;
}
