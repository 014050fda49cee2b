/** The entries of a CRL, revokedCertificates of RFC 5280 section 5.1, scanned by position: a million of them pass by. */
import { type Issuers, readEntry, readIssuers, type Revocation } from "./crl-entry.ts";
import { DerError, readDer, TAG } from "./der.ts";
import { lengthSize, longLength, outlineAt } from "./der-outline.ts";
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

/** Most wanted entries that are kept, or twice as many as are wanted: an honest CRL lists a serial number once for each issuer. */
const MAX_REVOCATIONS = 256;
/** As many times that are kept of all CRLs of a file: an attacker can repeat a CRL. */
const CRLS_OF_FILE = 2;
/** Octets of a UTCTime as RFC 5280 has it. */
const UTC_TIME_LENGTH = 13;
/** Longest value of certificateIssuer that is kept. */
const MAX_ISSUER_BYTES = 4 * 1024;

/** Serial numbers to look for. */
export interface WantedSerials {
  /** Hexadecimal digits without zeros before them. */
  readonly digits: ReadonlySet<string>;
  /** By the last two octets of a serial number: whether one like that is wanted. */
  readonly filter: Uint8Array;
  /** Most entries of a CRL that are kept. */
  readonly most: number;
  /** Counts an entry that is to be kept; false if there are too many. */
  readonly mayKeep: () => boolean;
}

/** Makes hexadecimal digits ready to be looked for. */
export function wantedSerials(serialNumbers: ReadonlySet<string>): WantedSerials {
  const digits = new Set([...serialNumbers].map(trimZeros));
  const filter = new Uint8Array(1 << 16);
  for (const serial of digits) filter[Number.parseInt(serial.slice(-4), 16)] = 1;
  const most = Math.max(MAX_REVOCATIONS, 2 * digits.size);
  let kept = 0;
  return { digits, filter, most, mayKeep: () => ++kept <= CRLS_OF_FILE * most };
}

/** A scanner for entries of these serial numbers. */
export function entryScanner({ digits: wanted, filter, most, mayKeep }: WantedSerials): EntryScanner {
  const revoked: Revocation[] = [];
  let count = 0;
  let isCut = false;
  let criticalExtension: string | undefined;
  /** The certificateIssuer in force, in a buffer that is used again and again. */
  let issuer: Uint8Array | undefined;
  let issuerLength = 0;
  /** What it says, read once for all the entries it is in force for. */
  let issuers: Issuers | undefined;

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
    issuers = undefined;
    for (let i = 0; i < issuerLength; i++) issuer[i] = bytes[start + i] ?? 0;
  }

  function keepEntry(bytes: Uint8Array, start: number, end: number, offset: number): void {
    isCut ||= revoked.length === most || !mayKeep();
    if (isCut) return;
    issuers ??= issuer && readIssuers(issuer.slice(0, issuerLength));
    revoked.push(readEntry(bytes.slice(start, end), offset + start, issuers));
  }

  /**
   * Passes over entries of the usual form: a serial number that nobody asked for, a UTCTime, and a reason at most. The loop
   * does nothing else, so that V8 has it compiled while the first of many entries pass by.
   */
  function passUsual(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    let passed = 0;
    while (at + 4 <= to) {
      const length = bytes[at + 1] ?? 0;
      const serialLength = bytes[at + 3] ?? 0;
      const end = at + 2 + length;
      const date = at + 4 + serialLength;
      const rest = date + 2 + UTC_TIME_LENGTH;
      if (bytes[at] !== TAG.sequence || length >= 0x80 || end > to) break;
      if (bytes[at + 2] !== TAG.integer || serialLength < 2 || isPadded(bytes, at + 4)) break;
      if (bytes[date] !== TAG.utcTime || bytes[date + 1] !== UTC_TIME_LENGTH) break;
      if (rest !== end && !isReasonAlone(bytes, rest, end)) break;
      if (filter[((bytes[date - 2] ?? 0) << 8) | (bytes[date - 1] ?? 0)] === 1) break;
      passed++;
      at = end;
    }
    count += passed;
    return at;
  }

  /** Reads an entry of any form, and returns where it ends; where it begins, if it is not whole. */
  function takeEntry(bytes: Uint8Array, at: number, to: number, offset: number): number {
    const outline = outlineAt(bytes, at, to, 0);
    if (outline !== undefined && outline.tag !== TAG.sequence) throw new DerError("an entry expected", at);
    if (outline === undefined || outline.end > to) return at;
    const { start, end } = outline;
    const serial = elementIn(bytes, start, end, TAG.integer);
    if (serial.content === serial.end) throw new DerError("a serial number without content", start);
    if (isPadded(bytes, serial.content)) throw new DerError("a serial number that is not in its shortest form", start);
    const tag = bytes[serial.end];
    const rest = elementIn(bytes, serial.end, end, tag ?? 0).end;
    if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw new DerError("an entry without a date", serial.end);
    if (rest < end) scanExtensions(bytes, rest, end);
    const digits = trimZeros(Buffer.from(bytes.subarray(serial.content, serial.end)).toString("hex"));
    if (wanted.has(digits)) keepEntry(bytes, at, end, offset);
    count++;
    return end;
  }

  return {
    scan(bytes, from, to, offset) {
      let at = from;
      try {
        for (;;) {
          const start = passUsual(bytes, at, to);
          at = takeEntry(bytes, start, to, offset);
          if (at === start) return at;
        }
      } catch (error) {
        throw error instanceof DerError ? rebased(error, offset) : error;
      }
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
