/** The entries of a CRL, revokedCertificates of RFC 5280 section 5.1, scanned by position: a million of them pass by. */
import { readEntry, type Revocation } from "./crl-entry.ts";
import { DerError, readDer, TAG } from "./der.ts";
import { lengthSize, longLength } from "./der-outline.ts";
import { readOid } from "./der-values.ts";
import { oidName } from "./oid.ts";

/** What came of the entries. */
export interface Entries {
  readonly count: number;
  readonly revoked: readonly Revocation[];
  /** Whether there were more of the wanted ones than are kept. */
  readonly isCut: boolean;
  /** The first critical extension of an entry that is not certificateIssuer. */
  readonly criticalExtension?: string;
}

/** Reads entries that come in pieces. */
export interface EntryScanner {
  /**
   * Scans whole entries of `bytes` between two positions and returns where the first begins that is not whole;
   * `offset` is that of the bytes in the CRL.
   * @throws DerError if something is no entry
   */
  scan(bytes: Uint8Array, from: number, to: number, offset: number): number;
  result(): Entries;
}

/** Most wanted entries that are kept: an honest CRL lists a serial number once for each issuer. */
const MAX_REVOCATIONS = 256;
/** Longest value of certificateIssuer that is kept. */
const MAX_ISSUER_BYTES = 16 * 1024;

/** Serial numbers to look for. */
export interface WantedSerials {
  /** Hexadecimal digits without zeros before them. */
  readonly digits: ReadonlySet<string>;
  /** By the last two octets of a serial number: whether one like that is wanted. */
  readonly filter: Uint8Array;
}

/** Makes hexadecimal digits ready to be looked for. */
export function wantedSerials(serialNumbers: ReadonlySet<string>): WantedSerials {
  const digits = new Set([...serialNumbers].map(trimZeros));
  const filter = new Uint8Array(1 << 16);
  for (const serial of digits) filter[Number.parseInt(serial.slice(-4), 16)] = 1;
  return { digits, filter };
}

/** A scanner for entries of these serial numbers. */
export function entryScanner({ digits: wanted, filter }: WantedSerials): EntryScanner {
  const revoked: Revocation[] = [];
  let count = 0;
  let isCut = false;
  let criticalExtension: string | undefined;
  /** The certificateIssuer in force, in a buffer that is used again and again. */
  let issuer: Uint8Array | undefined;
  let issuerLength = 0;

  /** Looks at extensions; nothing but their structure, what is critical, and certificateIssuer counts for all entries. */
  function scanExtensions(bytes: Uint8Array, start: number, end: number): void {
    if (isReasonAlone(bytes, start, end)) return;
    const list = elementIn(bytes, start, end, TAG.sequence);
    if (list.end !== end) throw new DerError("an entry with a field too many", list.end);
    for (let at = list.content; at < end;) {
      const extension = elementIn(bytes, at, end, TAG.sequence);
      const oid = elementIn(bytes, extension.content, extension.end, TAG.oid);
      let value = oid.end;
      let isCritical = false;
      if (bytes[value] === TAG.boolean) {
        const flag = elementIn(bytes, value, extension.end, TAG.boolean);
        if (flag.end - flag.content !== 1) throw new DerError("a boolean that is not of one octet", value);
        isCritical = bytes[flag.content] !== 0;
        value = flag.end;
      }
      const octets = elementIn(bytes, value, extension.end, TAG.octetString);
      if (octets.end !== extension.end) throw new DerError("an extension with a field too many", octets.end);
      if (isCertificateIssuer(bytes, oid.content, oid.end)) keepIssuer(bytes, octets.content, octets.end);
      else if (isCritical) criticalExtension ??= nameOf(bytes, extension.content, oid.end);
      at = extension.end;
    }
  }

  function keepIssuer(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > MAX_ISSUER_BYTES)
      throw new DerError(`a certificateIssuer of more than ${MAX_ISSUER_BYTES} bytes`, start, "limit");
    issuer ??= new Uint8Array(MAX_ISSUER_BYTES);
    issuerLength = end - start;
    for (let i = 0; i < issuerLength; i++) issuer[i] = bytes[start + i] ?? 0;
  }

  function keepEntry(bytes: Uint8Array, start: number, end: number, offset: number): void {
    if (revoked.length === MAX_REVOCATIONS) isCut = true;
    else revoked.push(readEntry(bytes.slice(start, end), offset + start, issuer?.slice(0, issuerLength)));
  }

  return {
    scan(bytes, from, to, offset) {
      let at = from;
      try {
        while (at + 2 <= to) {
          if (bytes[at] !== TAG.sequence) throw new DerError("an entry expected", at);
          const length = bytes[at + 1] ?? 0;
          let start = at + 2;
          let end = start + length;
          if (length >= 0x80) {
            const size = lengthSize(bytes, at);
            if (start + size > to) break;
            start += size;
            end = start + longLength(bytes, at + 2, size);
          }
          if (end > to) break;
          let serial = start + 2;
          const serialLength = bytes[start + 1] ?? 0;
          let date = serial + serialLength;
          let rest: number;
          if (
            bytes[start] === TAG.integer &&
            serialLength > 0 &&
            serialLength < 0x80 &&
            date + 2 <= end &&
            (bytes[date + 1] ?? 0) < 0x80
          ) {
            rest = date + 2 + (bytes[date + 1] ?? 0);
          } else {
            // Also where the error of whatever else this may be is thrown.
            ({ content: serial, end: date } = elementIn(bytes, start, end, TAG.integer));
            if (serial === date) throw new DerError("a serial number without content", start);
            rest = elementIn(bytes, date, end, bytes[date] ?? 0).end;
          }
          const tag = bytes[date];
          if (rest > end || (tag !== TAG.utcTime && tag !== TAG.generalizedTime))
            throw new DerError("an entry without a date", date);
          if (isPadded(bytes, serial)) throw new DerError("a serial number that is not in its shortest form", start);
          if (rest !== end) scanExtensions(bytes, rest, end);
          const last = date - 1;
          if (filter[(last > serial ? (bytes[last - 1] ?? 0) << 8 : 0) | (bytes[last] ?? 0)] === 1) {
            const digits = trimZeros(Buffer.from(bytes.subarray(serial, date)).toString("hex"));
            if (wanted.has(digits)) keepEntry(bytes, at, end, offset);
          }
          count++;
          at = end;
        }
      } catch (error) {
        if (error instanceof DerError) throw rebased(error, offset);
        throw error;
      }
      return at;
    },
    result: () => ({ count, revoked, isCut, ...(criticalExtension !== undefined && { criticalExtension }) }),
  };
}

/** The same error, for bytes that stand at an offset. */
export const rebased = ({ message, offset, isLimit }: DerError, base: number): DerError =>
  new DerError(message, offset + base, isLimit ? "limit" : undefined);

/** Whether an INTEGER whose content begins here has an octet too many before it; OpenSSL reads no such CRL. */
const isPadded = (bytes: Uint8Array, serial: number): boolean => {
  const first = bytes[serial];
  if ((first !== 0 && first !== 0xff) || bytes[serial - 1] === 1) return false;
  return (bytes[serial + 1] ?? 0) >= 0x80 === (first === 0xff);
};

/** Where the content of an element begins and ends, which must be of this tag and lie before `limit`. */
function elementIn(bytes: Uint8Array, at: number, limit: number, tag: number): { content: number; end: number } {
  if (at + 2 > limit) throw new DerError("an entry ends in the middle of an element", at);
  if (bytes[at] !== tag)
    throw new DerError(`an element with tag 0x${tag.toString(16).padStart(2, "0")} expected in an entry`, at);
  const first = bytes[at + 1] ?? 0;
  const size = first < 0x80 ? 0 : lengthSize(bytes, at);
  const content = at + 2 + size;
  const end = content + (first < 0x80 ? first : longLength(bytes, at + 2, size));
  if (content > limit || end > limit) throw new DerError("an element that goes beyond its entry", at);
  return { content, end };
}

/** The extensions that most entries have: a reasonCode and nothing else, up to the reason itself. */
const reasonAlone = Buffer.from("300c300a0603551d1504030a01", "hex");

function isReasonAlone(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== reasonAlone.length + 1) return false;
  for (let i = 0; i < reasonAlone.length; i++) if (bytes[start + i] !== reasonAlone[i]) return false;
  return true;
}

/** 2.5.29.29 */
const isCertificateIssuer = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === 3 && bytes[start] === 0x55 && bytes[start + 1] === 0x1d && bytes[start + 2] === 0x1d;

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  try {
    return oidName(readOid(readDer(bytes.slice(start, end))));
  } catch (error) {
    throw error instanceof DerError ? rebased(error, start) : error;
  }
}

/** Hexadecimal digits of whole octets without those that are zero at the start. */
function trimZeros(digits: string): string {
  let start = 0;
  while (digits.startsWith("00", start) && start + 2 < digits.length) start += 2;
  return digits.slice(start);
}
