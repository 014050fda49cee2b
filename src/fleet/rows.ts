/** The rows of a fleet, packed: as objects, a hundred thousand would take three times the memory. */
import type { Appliances } from "../bundle/fleet.ts";
import { rank, type Row } from "./row.ts";

/** Rows by their places; each is unpacked when it is asked for. */
export interface Rows extends Appliances<Row> {
  /** The rank of one, without looking at all of it. */
  readonly rankAt: (index: number) => number;
  /** Everything that is said in one, as text. */
  readonly textAt: (index: number) => string;
  readonly add: (rows: readonly PackedRow[]) => void;
}

/** A row as it is kept, and as it comes from another thread. */
export interface PackedRow {
  readonly rank: number;
  /** The rest as JSON, a list without the names of fields. */
  readonly text: string;
  /** Apart from the rest: thousands have the same. */
  readonly issuer?: string;
}

/** Begins without rows. */
export function rowStore(): Rows {
  const texts: string[] = [];
  const ranks: number[] = [];
  const issuers = new Map<string | undefined, string | undefined>();
  const issuerOf: (string | undefined)[] = [];
  return {
    get length() {
      return texts.length;
    },
    at: (index) => unpack(texts[index] ?? "", issuerOf[index]),
    rankAt: (index) => ranks[index] ?? 0,
    textAt: (index) => `${texts[index]} ${issuerOf[index]}`,
    add(rows) {
      for (const { text, rank: own, issuer } of rows) {
        texts.push(text);
        ranks.push(own);
        // The same text once, not as often as it was read.
        if (!issuers.has(issuer)) issuers.set(issuer, issuer);
        issuerOf.push(issuers.get(issuer));
      }
    },
  };
}

/** The fields of a packed row, in their order; null is absent. Of the usual file the ending is kept, of the usual name nothing. */
type Fields = readonly [
  name: string,
  file: string | readonly [whole: string],
  fingerprint: string | null,
  keyFingerprint: string | null,
  commonName: string | null,
  serialNumber: string | null,
  names: readonly string[] | 1 | null,
  notAfter: string | null,
  verdict: Row["verdict"],
  messages: Row["messages"],
  failures: Row["failures"],
  owner?: string | null,
  files?: Row["files"],
];

/** Packs a row. */
export function pack(row: Row): PackedRow {
  const { name, file, commonName, names, issuer, owner, files } = row;
  const isUsual = names?.length === 1 && names[0] === commonName;
  const fields: Fields = [
    name,
    file.startsWith(name) ? file.slice(name.length) : [file],
    row.fingerprint ?? null,
    row.keyFingerprint ?? null,
    commonName ?? null,
    row.serialNumber ?? null,
    isUsual ? 1 : (names ?? null),
    row.notAfter ?? null,
    row.verdict,
    row.messages,
    row.failures,
    ...(owner === undefined && files === undefined ? [] : [owner ?? null]),
    ...(files === undefined ? [] : [files]),
  ] as unknown as Fields;
  return { rank: rank(row), text: JSON.stringify(fields), ...(issuer !== undefined && { issuer }) };
}

function unpack(text: string, issuer: string | undefined): Row {
  const fields = JSON.parse(text) as Fields;
  const [name, file, fingerprint, keyFingerprint, commonName, serialNumber, packedNames, notAfter] = fields;
  const [, , , , , , , , verdict, messages, failures, owner = null, files] = fields;
  const names = packedNames === 1 ? (commonName === null ? [] : [commonName]) : packedNames;
  return {
    name,
    file: typeof file === "string" ? name + file : file[0],
    ...(fingerprint !== null && { fingerprint }),
    ...(keyFingerprint !== null && { keyFingerprint }),
    ...(commonName !== null && { commonName }),
    ...(issuer !== undefined && { issuer }),
    ...(serialNumber !== null && { serialNumber }),
    ...(names !== null && { names }),
    ...(notAfter !== null && { notAfter }),
    verdict,
    messages,
    failures,
    ...(owner !== null && { owner }),
    ...(files && { files }),
  };
}
