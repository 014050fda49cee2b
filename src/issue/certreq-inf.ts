/** The wish as a policy file of certreq, for AD CS: INF syntax around an X.500 name as CertStrToName reads it. */
import type { Wish, WishedAttribute } from "./wish.ts";

/** `CERT_X500_NAME_STR`, and `CERT_NAME_STR_FORWARD_FLAG`: without it, the subject would be encoded backwards. */
const NAME_FLAGS = "0x1000003";
/** digitalSignature and keyEncipherment. */
const KEY_USAGE = "0xa0";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/** The file: in ASCII if that will do, else in UTF-16, the two that Windows takes for what they are. */
export function certreqInf(wish: Wish, file: string, bits: number): Uint8Array {
  const text = `${linesOf(wish, file, bits).join("\r\n")}\r\n`;
  return /^[\0-~]*$/.test(text) ? Buffer.from(text) : Buffer.from(`\ufeff${text}`, "utf16le");
}

function linesOf(wish: Wish, file: string, bits: number): string[] {
  // Other endings than those of what certcheck made.
  const [request, certificate, container] = [".req", ".cer", ".pfx"].map((ending) => file.replace(/\.inf$/, ending));
  const alternative = [
    ...wish.names.map((name) => `dns=${name}`),
    ...wish.addresses.map((address) => `ipaddress=${address}`),
  ];
  return [
    `; For ${wish.commonName}, by certcheck new. Windows makes a key of its own for it:`,
    "; neither the key nor the request that certcheck made belongs to its certificate.",
    ";",
    `;   certreq -new ${file} ${request}`,
    `;   certreq -submit ${request} ${certificate}`,
    `;   certreq -accept ${certificate}`,
    `;   certutil -exportPFX My ${wish.commonName} ${container}`,
    `;   certcheck convert ${container} --to upload`,
    ";",
    "; The CA has to sign with sha256RSA, its certificate template to take the subject from",
    `; the request. It is the CA that names its CRL: by an http URL${wish.crlUrl === undefined ? "" : `, ${wish.crlUrl}`}`,
    "; (certutil -getreg CA\\CRLPublicationURLs).",
    "",
    "[Version]",
    'Signature = "$Windows NT$"',
    "",
    "[NewRequest]",
    `Subject = ${quoted(wish.subject.map(attribute).join(","))}`,
    `X500NameFlags = ${NAME_FLAGS}`,
    "RequestType = PKCS10",
    "KeyAlgorithm = RSA",
    `KeyLength = ${bits}`,
    "HashAlgorithm = sha256",
    "AlternateSignatureAlgorithm = FALSE",
    `KeyUsage = ${KEY_USAGE}`,
    "MachineKeySet = TRUE",
    "Exportable = TRUE",
    'ProviderName = "Microsoft Software Key Storage Provider"',
    "",
    "[Extensions]",
    '2.5.29.19 = "{text}ca=0"',
    "Critical = 2.5.29.19",
    `2.5.29.37 = "{text}${SERVER_AUTH}"`,
    '2.5.29.17 = "{text}"',
    ...alternative.map((name, index) => `_continue_ = ${quoted(index === alternative.length - 1 ? name : `${name}&`)}`),
    "",
    "[RequestAttributes]",
    'CertificateTemplate = "WebServer"',
  ];
}

/** `S` is what CertStrToName has always called a state. */
const attribute = ([type, value]: WishedAttribute): string =>
  `${type === "ST" ? "S" : type}="${value.replaceAll('"', '""')}"`;

/** A string of an INF file: what looks like the name of another string is none. */
const quoted = (value: string): string => `"${value.replaceAll('"', '""').replaceAll("%", "%%")}"`;
