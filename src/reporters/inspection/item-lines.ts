/** What is told of one thing in a file, in lines. */
import type {
  CertificateItem,
  ContainerItem,
  CrlItem,
  IrregularityFacts,
  Item,
  KeyItem,
  RequestItem,
  SoughtSerial,
} from "../../inspection/inspection.ts";
import { NEGATIVE_SERIAL } from "../../pki/certificate.ts";
import type { Style } from "../style.ts";
import { neutral } from "../text.ts";
import { extensionsLines, sampleLines } from "./extension-lines.ts";
import { digestLines, inDays, keyDigestLines, periodRows, publicKeyText, remaining, serialText } from "./fact-text.ts";
import { count, paragraph, type Row, table, withColons } from "./layout.ts";

/** All of it, a section after the other. */
export function itemLines(item: Item, style: Style): string[][] {
  switch (item.kind) {
    case "certificate":
      return certificateLines(item, style);
    case "request":
      return requestLines(item, style);
    case "private key":
      return [keyLines(item, style)];
    case "CRL":
      return crlLines(item, style);
    case "PKCS#7":
    case "PKCS#12":
      return [containerLines(item, style)];
    case "other":
      return [paragraph(`It is ${item.what}, which is not looked into.`, style, 0)];
  }
}

const section = (title: string, lines: readonly string[], { paint }: Style): string[] =>
  lines.length === 0 ? [] : [paint.strong(title), ...lines];

/** Where it stands, for a title. */
const where = ({ line, container }: Item): string =>
  line !== undefined ? ` (line ${line})` : container !== undefined ? ` (in the container)` : "";

function certificateLines(item: CertificateItem, style: Style): string[][] {
  const { name, subject, issuer, isSelfSigned, serialNumber, version, signatureAlgorithm, publicKey } = item;
  const isNegative = item.irregularities.some(({ message }) => message === NEGATIVE_SERIAL);
  const kinds = { leaf: "Certificate", CA: "CA certificate", root: "Root certificate" } as const;
  const rows: Row[] = [
    ["Subject", subject],
    ["Issuer", isSelfSigned ? `${issuer}: signed with its own key` : issuer],
    ...periodRows(item.period, style),
    ["Serial number", isNegative ? `${serialNumber} (the octets of a negative number)` : serialText(serialNumber)],
    ["Public key", publicKeyText(publicKey)],
    ["Signature", signatureAlgorithm],
    ["Version", String(version)],
  ];
  const { sha256, sha1 } = item.digests;
  return [
    section(neutral(`${kinds[item.role]} of ${name}${where(item)}`), table(rows, style), style),
    section("Extensions", extensionsLines(item.extensions, style), style),
    section("Compared with the documents' sample", sampleLines(item.sample ?? [], style), style),
    section("Strays from DER", irregularityLines(item.irregularities, style), style),
    section(
      "Digests",
      [
        ...digestLines("SHA-256", withColons(sha256)),
        ...digestLines("SHA-1, the thumbprint that Windows shows", withColons(sha1)),
        ...keyDigestLines(publicKey, "x509"),
      ],
      style,
    ),
  ];
}

function requestLines(item: RequestItem, style: Style): string[][] {
  const { name, subject, publicKey, signatureAlgorithm, signature, attributes } = item;
  const verified = {
    valid: "valid: whoever made it has the private key",
    invalid: "NOT VALID: it was changed, or made without the private key",
    unknown: "of a kind that cannot be verified here",
  } as const;
  const rows: Row[] = [
    ["Subject", subject],
    ["Public key", publicKeyText(publicKey)],
    ["Signature", `${signatureAlgorithm}, ${verified[signature]}`, signature === "invalid" ? style.paint.bad : String],
    ["Attributes", attributes.length === 0 ? "none" : attributes.map(attributeText).join(", ")],
  ];
  return [
    section(neutral(`Request for ${name}${where(item)}`), table(rows, style), style),
    section("Extensions asked for", extensionsLines(item.extensions, style), style),
    section("Strays from DER", irregularityLines(item.irregularities, style), style),
    section("Digests", keyDigestLines(publicKey, "req"), style),
  ];
}

const attributeText = (name: string): string =>
  name === "challengePassword" ? "challengePassword (its value is not shown)" : name;

const keyStates: Readonly<Record<KeyItem["state"], string>> = {
  plain: "none: whoever has the file has the key",
  opened: "opened by the passphrase",
  "no-passphrase": "not opened: give its passphrase with --passin",
  "wrong-passphrase": "NOT OPENED: the passphrase is another",
  "cannot-open": "NOT OPENED",
};

function keyLines(item: KeyItem, style: Style): string[] {
  const { format, algorithm, publicKey, encryption, state, obstacle, compared, broken, belongsTo } = item;
  const isShut = state === "wrong-passphrase" || state === "cannot-open";
  const closed = [encryption, keyStates[state], obstacle].filter((part) => part !== undefined).join(", ");
  const rows: Row[] = [
    ...(format === undefined ? [] : [["Format", format] as const]),
    ...(publicKey !== undefined
      ? [["Key", publicKeyText(publicKey)] as const]
      : algorithm === undefined
        ? []
        : [["Key", algorithm] as const]),
    ["Encryption", closed, isShut ? style.paint.bad : String],
    ...(broken.length === 0
      ? compared
        ? [["Numbers", "fit together: n = p·q, e·d ≡ 1, and what is kept for speed"] as const]
        : []
      : [["Damaged", `these relations do not hold: ${broken.join(", ")}`, style.paint.bad] as const]),
    ...belongsTo.map(({ kind, name, file }): Row => ["Belongs to", `the ${kind} of ${name} in ${file}`]),
  ];
  const digests = publicKey === undefined ? [] : keyDigestLines(publicKey, "rsa");
  return [
    ...section(`Private key${where(item)}`, table(rows, style), style),
    ...(digests.length > 0 ? ["", ...section("Digests", digests, style)] : []),
  ];
}

function crlLines(item: CrlItem, style: Style): string[][] {
  const { name, issuer, period, number, entries, signatureAlgorithm, signature, scope, extensions, version } = item;
  const verified = {
    valid: "verified with the issuer's certificate",
    invalid: "NOT VALID by the issuer's certificate",
    unknown: "not verified: the issuer's certificate was not given",
  } as const;
  const rows: Row[] = [
    ["Issuer", issuer],
    ["Issued", period.from + (period.validity === "not begun" ? `: it counts ${inDays(period)}` : "")],
    [
      "Next update",
      period.until === undefined ? "none: it has no end" : `${period.until}${remaining(period, "overdue for")}`,
      period.validity === "expired" ? style.paint.unsure : String,
    ],
    ...(number === undefined ? [] : [["Number", serialText(number)] as const]),
    ["Entries", entries === 0 ? "none: nothing is revoked" : `${count(entries, "certificate")} revoked`],
    ["Signature", `${signatureAlgorithm}, ${verified[signature]}`, signature === "invalid" ? style.paint.bad : String],
    ["Version", String(version)],
    ...scope.map((limit): Row => ["Only about", limit.replace(/^only /, "")]),
  ];
  return [
    section(neutral(`Revocation list of ${name}${where(item)}`), table(rows, style), style),
    section(
      "Extensions",
      extensions.flatMap((one) => [
        `  ${neutral(one.name)}${one.critical ? ", critical" : ""}`,
        ...paragraph(one.meaning, style, 4).map(style.paint.faint),
      ]),
      style,
    ),
    section(
      "Looked for",
      item.sought.length === 0
        ? []
        : table(
            item.sought.map((one) => soughtRow(one, style)),
            style,
          ),
      style,
    ),
  ];
}

function soughtRow({ serialNumber, certificate, state, since, reason, issuer }: SoughtSerial, { paint }: Style): Row {
  const who = certificate === undefined ? serialNumber : `${serialNumber}, ${certificate}`;
  const why = reason === undefined ? ", no reason given" : `, reason ${reason}`;
  const of = issuer === undefined ? "" : `, issued by ${issuer}`;
  switch (state) {
    case "revoked":
      return [who, `REVOKED since ${since}${why}${of}`, paint.bad];
    case "taken off the list":
      return [who, `taken off the list again, ${since}${of}`];
    case "unknown":
      return [who, "not known: the list has more entries for it than are kept", paint.unsure];
    case "not on the list":
      return [who, "not on this list", paint.good];
  }
}

function containerLines(item: ContainerItem, style: Style): string[] {
  const { kind, state, message, isLegacy, certificates, keys } = item;
  const isShut = state !== "opened" && state !== "no-passphrase";
  const rows: Row[] = [
    state === "opened"
      ? ["Holds", `${count(certificates, "certificate")}${kind === "PKCS#12" ? `, ${count(keys, "private key")}` : ""}`]
      : [
          "Not opened",
          `${message}${state === "no-passphrase" ? ": give it with --passin" : ""}`,
          isShut ? style.paint.bad : String,
        ],
    ...(isLegacy ? [["Encryption", "old: OpenSSL 3 opens it with its legacy provider only"] as const] : []),
  ];
  return section(`${kind} container${where(item)}`, table(rows, style), style);
}

const irregularityLines = (irregularities: readonly IrregularityFacts[], style: Style): string[] =>
  irregularities.flatMap(({ message, offset }) => paragraph(`at byte ${offset}: ${message}`, style, 2));
