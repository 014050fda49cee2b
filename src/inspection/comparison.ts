/** What differs between two things: a certificate and the one it replaces or the request it came of, a key and what it belongs to, two CRLs. */
import { DAY } from "../pki/time.ts";
import type {
  CertificateItem,
  Comparison,
  CrlItem,
  Difference,
  ExtensionFacts,
  InspectedFile,
  Item,
  KeyItem,
  PublicKeyFacts,
  RequestItem,
} from "./inspection.ts";

type Comparable = CertificateItem | RequestItem | KeyItem | CrlItem;

/** Compares the files, if there are two and each holds one thing that can be compared with the other. */
export function compareFiles(files: readonly InspectedFile[]): Comparison | undefined {
  const [first, second, ...more] = files;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const [before, after] = [only(first), only(second)];
  if (before === undefined || after === undefined) return undefined;
  const compared = compare(before, after);
  return compared && { files: [first.file, second.file], ...compared };
}

function only({ items }: InspectedFile): Comparable | undefined {
  const found = items.filter(isComparable);
  return found.length === 1 ? found[0] : undefined;
}

const isComparable = (item: Item): item is Comparable =>
  item.kind === "certificate" || item.kind === "request" || item.kind === "private key" || item.kind === "CRL";

type Compared = Omit<Comparison, "files">;

function compare(before: Comparable, after: Comparable): Compared | undefined {
  if (before.kind === "CRL" || after.kind === "CRL")
    return before.kind === "CRL" && after.kind === "CRL" ? compareCrls(before, after) : undefined;
  if (before.kind === "private key" || after.kind === "private key") return compareKeys(before, after);
  if (before.kind === "certificate" && after.kind === "certificate") return compareCertificates(before, after);
  return compareNamed(before, after);
}

/** Certificates: a renewal has the same names and later dates. */
function compareCertificates(before: CertificateItem, after: CertificateItem): Compared {
  const longer = endOf(after) - endOf(before);
  const days = Math.round(Math.abs(longer) / DAY);
  const differences = [
    ...namesOf(before, after),
    text("issuer", before.issuer, after.issuer),
    serialDifference(before, after),
    text("valid from", before.period.from, after.period.from),
    {
      ...text("valid until", before.period.until ?? "", after.period.until ?? ""),
      ...(days && { remark: `${count(days, "day")} ${longer > 0 ? "later" : "earlier"}` }),
    },
    keyDifference(before, after),
    text("signature algorithm", before.signatureAlgorithm, after.signatureAlgorithm),
    text("version", String(before.version), String(after.version)),
    ...extensionDifferences(before.extensions, after.extensions),
  ];
  if (before.digests.sha256 === after.digests.sha256)
    return { summary: "It is the same certificate, to the last byte.", differences };
  const isSame = (field: string): boolean => differences.find((one) => one.field === field)?.outcome === "same";
  const hasSameNames = isSame("subject") && isSame("names");
  const names = hasSameNames
    ? "the same subject and names"
    : `another ${isSame("subject") ? "set of names" : "subject"}`;
  const key = isSame("public key") ? "the same key" : "a new key";
  const end = longer === 0 ? "the same end" : "an end that cannot be compared";
  const dates = longer > 0 ? "later dates" : longer < 0 ? "earlier dates" : end;
  const summary = hasSameNames && longer > 0 ? "It is a renewal" : "It is another certificate";
  return { summary: `${summary}: ${names}, ${dates}, ${key}.`, differences };
}

/** In milliseconds since 1970; NaN, if it is no date. */
const endOf = ({ period: { until = "", validity } }: CertificateItem): number =>
  validity === "unreadable" ? Number.NaN : Date.parse(until);

function serialDifference(before: CertificateItem, after: CertificateItem): Difference {
  const difference = text("serial number", before.serialNumber, after.serialNumber);
  const isTwice =
    difference.outcome === "same" && before.issuer === after.issuer && before.digests.sha256 !== after.digests.sha256;
  return isTwice ? { ...difference, remark: "no CA may give the same twice" } : difference;
}

/** A request with a certificate, or two requests. */
function compareNamed(before: CertificateItem | RequestItem, after: CertificateItem | RequestItem): Compared {
  const key = keyDifference(before, after);
  const pair = before.kind === after.kind ? "The requests are" : "The request and the certificate are";
  // A CA adds extensions of its own: what counts is what became of those asked for.
  const asked = before.kind === "request" ? before.extensions : after.extensions;
  const names = new Set([
    ...asked.map(({ name }) => name),
    ...(before.kind === after.kind ? namesIn(before, after) : []),
  ]);
  const differences = [
    ...namesOf(before, after),
    key,
    ...extensionDifferences(before.extensions, after.extensions).filter(({ field }) => names.has(field)),
  ];
  return { summary: `${pair} for ${key.outcome === "same" ? "the same key" : "different keys"}.`, differences };
}

const namesIn = (...items: readonly (CertificateItem | RequestItem)[]): string[] =>
  items.flatMap(({ extensions }) => extensions.map(({ name }) => name));

/** A key with what may belong to it, or with another key. */
function compareKeys(before: Exclude<Comparable, CrlItem>, after: Exclude<Comparable, CrlItem>): Compared {
  const difference = keyDifference(before, after);
  const differences = [difference];
  const other = [before, after].find(({ kind }) => kind !== "private key");
  if (difference.outcome === "unknown") {
    const isShut = [before, after].some((one) => one.kind === "private key" && one.format === undefined);
    const why = isShut ? "the private key is not opened" : "of such a private key the public one is not known here";
    return { summary: `Whether they belong together cannot be told: ${why}.`, differences };
  }
  const isSame = difference.outcome === "same";
  if (other === undefined) return { summary: `They are ${isSame ? "the same key" : "different keys"}.`, differences };
  return { summary: `The private key ${isSame ? "belongs" : "does not belong"} to the ${other.kind}.`, differences };
}

function compareCrls(before: CrlItem, after: CrlItem): Compared {
  const more = after.entries - before.entries;
  const differences = [
    text("issuer", before.issuer, after.issuer),
    text("number", before.number ?? "none", after.number ?? "none"),
    text("issued", before.period.from, after.period.from),
    text("next update", before.period.until ?? "none", after.period.until ?? "none"),
    {
      ...text("entries", String(before.entries), String(after.entries)),
      ...(more !== 0 && { remark: `${Math.abs(more)} ${more > 0 ? "more" : "fewer"}` }),
    },
    text("signature algorithm", before.signatureAlgorithm, after.signatureAlgorithm),
  ];
  const [issuer] = differences;
  return {
    summary: issuer?.outcome === "same" ? "They are lists of the same issuer." : "They are lists of different issuers.",
    differences,
  };
}

const text = (field: string, before: string, after: string): Difference =>
  before === after ? { field, outcome: "same", before, after } : { field, outcome: "differs", before, after };

function lists(field: string, before: readonly string[], after: readonly string[]): Difference {
  const [old, young] = [new Set(before), new Set(after)];
  const added = after.filter((value) => !old.has(value));
  const removed = before.filter((value) => !young.has(value));
  if (added.length + removed.length > 0) return { field, outcome: "differs", added, removed };
  return before.join("\n") === after.join("\n")
    ? { field, outcome: "same" }
    : { field, outcome: "differs", added, removed, remark: "the same in another order" };
}

/** Subject and alternative names. */
function namesOf(before: CertificateItem | RequestItem, after: CertificateItem | RequestItem): Difference[] {
  const attributes = ({ subjectAttributes }: CertificateItem | RequestItem): string[] =>
    subjectAttributes.map(({ type, value }) => `${type}=${value}`);
  return [
    lists("subject", attributes(before), attributes(after)),
    lists("names", alternativeNames(before.extensions), alternativeNames(after.extensions)),
  ];
}

const alternativeNames = (extensions: readonly ExtensionFacts[]): readonly string[] =>
  extensions.find(({ name }) => name === "subjectAltName")?.values ?? [];

function keyDifference(
  { publicKey: before }: { readonly publicKey?: PublicKeyFacts },
  { publicKey: after }: { readonly publicKey?: PublicKeyFacts },
): Difference {
  const field = "public key";
  if (before === undefined || after === undefined) return { field, outcome: "unknown" };
  if (isSameKey(before, after)) return { field, outcome: "same", before: describe(before), after: describe(after) };
  return { field, outcome: "differs", before: describe(before), after: describe(after), remark: "another key" };
}

/** The encoding of RSA's parameters does not count. */
export const isSameKey = (a: PublicKeyFacts, b: PublicKeyFacts): boolean =>
  a.sha256 === b.sha256 ||
  (a.modulusMd5 !== undefined && a.modulusMd5 === b.modulusMd5 && a.exponent === b.exponent && a.bits === b.bits);

/** `RSA 2048`, with the beginning of its digest, for that is what tells keys apart. */
const describe = ({ algorithm, bits, curve, sha256 }: PublicKeyFacts): string =>
  `${[algorithm, curve ?? bits].filter((part) => part !== undefined).join(" ")}, SHA-256 ${sha256.slice(0, 16)}…`;

function extensionDifferences(before: readonly ExtensionFacts[], after: readonly ExtensionFacts[]): Difference[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names
    .filter((name) => name !== "subjectAltName")
    .map((name) => {
      const [old, young] = [before, after].map((list) => list.filter((one) => one.name === name).flatMap(lines));
      const difference = lists(name, old ?? [], young ?? []);
      const remark = isOfKey(name) ? "it follows from the key" : difference.remark;
      return difference.outcome === "same" || remark === undefined ? difference : { ...difference, remark };
    });
}

const isOfKey = (name: string): boolean => name === "subjectKeyIdentifier";

/** All that counts of an extension. */
const lines = ({ values, critical, start, length }: ExtensionFacts): string[] => [
  ...values,
  ...(critical ? ["critical"] : []),
  ...(start === undefined ? [] : [`${start}${length * 2 > start.length ? `… (${count(length, "octet")})` : ""}`]),
  ...(values.length === 0 && start === undefined ? ["present"] : []),
];

const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;
