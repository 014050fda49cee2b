/** One entry of a CRL, RFC 5280 section 5.1.2.6. */
import { readCertificateIssuer, readEntryExtensions, type RevocationReason } from "./crl-extensions.ts";
import { DerError, fields, readDer, TAG } from "./der.ts";
import { readInteger } from "./der-values.ts";
import type { Name } from "./name.ts";
import { readTime, type Time } from "./time.ts";

/** An entry about a serial number that was asked for. */
export interface Revocation {
  /** Hexadecimal digits, as in `Certificate`. */
  readonly serialNumber: string;
  readonly date: Time;
  readonly reason?: RevocationReason;
  /** Whose certificate it is, if the entry or one before it says so; else that of the CRL's issuer. */
  readonly certificateIssuer?: readonly Name[];
  /** Byte offset in the CRL. */
  readonly offset: number;
  /** What of the entry cannot be decoded. */
  readonly problem?: string;
}

/** What a certificateIssuer says. */
export interface Issuers {
  readonly names?: readonly Name[];
  readonly problem?: string;
}

/**
 * Reads an entry that stands at an offset in its CRL; `issuers` is the certificateIssuer in force.
 * @throws DerError if it is none
 */
export function readEntry(bytes: Uint8Array, offset: number, issuers: Issuers = {}): Revocation {
  const parts = fields(readDer(bytes), "an entry");
  const serial = readInteger(parts.take(TAG.integer, "its serial number"), "its serial number");
  const date = readTime(parts.any("its date"), "its date");
  const list = parts.optional(TAG.sequence);
  parts.end();
  const { reason, problem } = list === undefined ? {} : readEntryExtensions(list);
  const broken = problem ?? issuers.problem;
  return {
    serialNumber: Buffer.from(serial.magnitude).toString("hex") || "00",
    date: { ...date, offset: date.offset + offset },
    offset,
    ...(reason !== undefined && { reason }),
    ...(issuers.names && { certificateIssuer: issuers.names }),
    ...(broken !== undefined && { problem: broken }),
  };
}

/** Most names of a certificateIssuer; honest ones have one. */
const MAX_ISSUERS = 8;

/**
 * Like OpenSSL, takes one that cannot be decoded for none: the entry is then about the CRL's own issuer.
 * @throws DerError for more names than are kept
 */
export function readIssuers(bytes: Uint8Array): Issuers {
  const issuers = attemptIssuers(bytes);
  if (issuers.names === undefined || issuers.names.length <= MAX_ISSUERS) return issuers;
  throw new DerError(`a certificateIssuer of more than ${MAX_ISSUERS} names`, 0, "limit");
}

function attemptIssuers(bytes: Uint8Array): Issuers {
  try {
    return { names: readCertificateIssuer(readDer(bytes)).flatMap(({ name }) => name ?? []) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { problem: `certificateIssuer: ${error.message}` };
  }
}
