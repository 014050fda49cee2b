/** One certificate revocation list, RFC 5280 section 5.1, read as its bytes come: a field or an entry is all that is held. */
import type { Certificate } from "./certificate.ts";
import { entryScanner, rebased, type WantedSerials } from "./crl-entries.ts";
import type { Revocation } from "./crl-entry.ts";
import type { CrlExtension } from "./crl-extensions.ts";
import { type CrlHead, readCrlHead, readCrlTail } from "./crl-head.ts";
import { type CrlSigner, type CrlVerifier, crlVerifier } from "./crl-signature.ts";
import { context, DerError, type Fields, fields, type Irregularity, readDer, TAG } from "./der.ts";
import { type Outline, outlineAt } from "./der-outline.ts";
import { readBitString } from "./der-values.ts";
import { encode } from "./der-writer.ts";
import { type AlgorithmIdentifier, readAlgorithm } from "./signature.ts";

/** A CRL without its entries, but for those that were wanted. Offsets are bytes from its start. */
export interface Crl extends CrlHead, CrlSigner {
  /** The algorithm named beside the signature, which must be the same as `signature`. */
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** In their order. Offsets in their values count from the extensions. */
  readonly extensions: readonly CrlExtension[];
  /** How many entries there are. */
  readonly entries: number;
  /** The entries of the wanted serial numbers, in their order. */
  readonly revoked: readonly Revocation[];
  /** Whether there were more of those than are kept. */
  readonly isCut: boolean;
  /** The first critical extension of an entry that is not certificateIssuer. */
  readonly criticalEntryExtension?: string;
  /** Where the encoding strays from DER, apart from the entries. */
  readonly irregularities: readonly Irregularity[];
}

/** What decoders of the CRLs of a file share. */
export interface Workspace {
  readonly window: Uint8Array;
  readonly serialNumbers: WantedSerials;
  /** Certificates that may have signed. */
  readonly signers: readonly Certificate[];
}

/** Takes the bytes of one CRL. */
export interface CrlDecoder {
  /** @throws DerError if they cannot be those of a CRL */
  push(bytes: Uint8Array): void;
  /** @throws DerError if bytes are missing */
  end(): Crl;
  /** How many bytes stand behind the CRL. */
  surplus(): number;
}

/** Largest field or entry that is read. */
const MAX_FIELD_BYTES = 64 * 1024;
/** Bytes that are taken at once. */
const PIECE = 64 * 1024;
/** Bytes of `Workspace.window`. */
export const WINDOW_BYTES = MAX_FIELD_BYTES + PIECE;
type Stage = "outer" | "signed part" | "head" | "entries" | "extensions" | "signature" | "done";

/** A decoder for one CRL. */
export function crlDecoder({ window, serialNumbers, signers }: Workspace): CrlDecoder {
  const scanner = entryScanner(serialNumbers);
  const irregularities: Irregularity[] = [];
  let stage: Stage = "outer";
  /** Positions in the window: of the next byte to read, of the first to keep, and after the last. */
  let [at, kept, fill] = [0, 0, 0];
  /** Offsets in the CRL: of the window, and of ends. */
  let base = 0;
  let outerEnd = Infinity;
  let signedEnd = Infinity;
  let entriesEnd = Infinity;
  let headStart = 0;
  let headTimes = 0;
  let head: CrlHead | undefined;
  let extensions: readonly CrlExtension[] = [];
  let verifier: CrlVerifier | undefined;
  let result: Crl | undefined;
  let surplus = 0;

  /** The element at `at`; nothing if more bytes are needed to see how long it is. */
  function next(limit: number): Outline | undefined {
    const outline = outlineAt(window, at, fill, base);
    if (outline === undefined && base + fill >= limit)
      throw new DerError("ends in the middle of an element", base + at);
    if (outline !== undefined && outline.end > limit)
      throw new DerError("an element that goes beyond the one around it", base + at);
    return outline;
  }

  /** Goes on with the content of the element at `at`. */
  function enter({ start, isShortest }: Outline): void {
    if (!isShortest) irregularities.push({ message: "a length that is not in its shortest form", offset: base + at });
    at = start - base;
  }

  /** Whether all bytes up to an offset are there. */
  function isThere(end: number): boolean {
    if (end - base - at > MAX_FIELD_BYTES)
      throw new DerError(`a field of more than ${MAX_FIELD_BYTES / 1024} KiB`, base + at, "limit");
    return end <= base + fill;
  }

  /** Reads copied bytes as the content of a SEQUENCE, with offsets and irregularities as they are in the CRL. */
  function readPart<T>(start: number, end: number, what: string, read: (parts: Fields, shift: number) => T): T {
    const element = readDer(encode(TAG.sequence, window.subarray(start - base, end - base)));
    const shift = start - element.contentStart;
    try {
      return read(fields(element, what), shift);
    } catch (error) {
      throw error instanceof DerError ? rebased(error, shift) : error;
    } finally {
      for (const { message, offset } of element.input.irregularities)
        irregularities.push({ message, offset: offset + shift });
    }
  }

  /** Reads what it can of the current stage; true if it led to the next one. */
  const steps: Readonly<Record<Stage, () => boolean>> = {
    outer() {
      const element = next(Infinity);
      if (element === undefined) return false;
      if (element.tag !== TAG.sequence) throw new DerError("this is no CRL: a sequence expected", base + at);
      outerEnd = element.end;
      enter(element);
      stage = "signed part";
      return true;
    },
    "signed part"() {
      const element = next(outerEnd);
      if (element === undefined) return false;
      if (element.tag !== TAG.sequence) throw new DerError("this is no CRL: the signed part expected", base + at);
      signedEnd = element.end;
      kept = at;
      enter(element);
      headStart = element.start;
      stage = "head";
      return true;
    },
    head() {
      const element = base + at === signedEnd ? undefined : next(signedEnd);
      if (element === undefined && base + at < signedEnd) return false;
      const isTime = element?.tag === TAG.utcTime || element?.tag === TAG.generalizedTime;
      if (element !== undefined && (headTimes === 0 || isTime)) {
        if (!isThere(element.end)) return false;
        if (element.start === headStart + 2 && element.tag === context(0))
          throw new DerError("this is no CRL: a certificate", base + at);
        at = element.end - base;
        if (isTime) headTimes++;
        return true;
      }
      head = readPart(headStart, base + at, "the signed part of a CRL", readCrlHead);
      verifier = crlVerifier(head.signature, head.issuer, signers);
      stage = "extensions";
      if (element?.tag !== TAG.sequence) return true;
      stage = "entries";
      entriesEnd = element.end;
      enter(element);
      return true;
    },
    entries() {
      at = scanner.scan(window, at, Math.min(fill, entriesEnd - base), base);
      if (base + at === entriesEnd) stage = "extensions";
      else if (base + fill >= entriesEnd) throw new DerError("an entry that goes beyond their list", base + at);
      return stage === "extensions";
    },
    extensions() {
      if (base + at < signedEnd) {
        if (!isThere(signedEnd)) return false;
        extensions = readPart(base + at, signedEnd, "what follows the entries", readCrlTail);
        at = signedEnd - base;
      }
      hash();
      stage = "signature";
      return true;
    },
    signature() {
      if (!isThere(outerEnd)) return false;
      result = readPart(base + at, outerEnd, "what follows the signed part", finish);
      at = outerEnd - base;
      stage = "done";
      return false;
    },
    done: () => false,
  };

  function hash(): void {
    const end = Math.min(at, signedEnd - base);
    if (verifier === undefined || end <= kept) return;
    verifier.update(window.subarray(kept, end));
    kept = at;
  }

  function makeRoom(size: number): void {
    if (fill + size <= window.length) return;
    hash();
    // While the head is read, its bytes are kept: which hash they go into is not known before its end.
    const first = verifier === undefined ? kept : at;
    window.copyWithin(0, first, fill);
    base += first;
    at -= first;
    fill -= first;
    kept = 0;
    if (fill + size > window.length)
      throw new DerError(`a field of more than ${MAX_FIELD_BYTES / 1024} KiB`, base + at, "limit");
  }

  function take(piece: Uint8Array): void {
    makeRoom(piece.length);
    window.set(piece, fill);
    fill += piece.length;
    while (steps[stage]());
    if (result !== undefined) surplus = fill - at;
  }

  function finish(parts: Fields, shift: number): Crl {
    const algorithm = readAlgorithm(parts.take(TAG.sequence, "the signature algorithm"), "the signature algorithm");
    const { unused, bytes } = readBitString(parts.take(TAG.bitString, "the signature"), "the signature");
    parts.end();
    if (head === undefined || verifier === undefined) throw new Error("a CRL that ends before it begins");
    const entries = scanner.result();
    return {
      ...head,
      signatureAlgorithm: { ...algorithm, offset: algorithm.offset + shift },
      extensions,
      entries: entries.count,
      revoked: entries.revoked,
      isCut: entries.isCut,
      ...(entries.criticalExtension !== undefined && { criticalEntryExtension: entries.criticalExtension }),
      // OpenSSL verifies no signature that does not end on a byte.
      ...verifier.verify(unused > 0 ? new Uint8Array() : bytes, extensions),
      irregularities,
    };
  }

  return {
    push(bytes) {
      for (let from = 0; from < bytes.length; from += PIECE) {
        const piece = bytes.subarray(from, from + PIECE);
        if (result !== undefined) surplus += piece.length;
        else take(piece);
      }
    },
    end() {
      if (result !== undefined) return result;
      const there = base + fill;
      const declared = outerEnd === Infinity ? "" : ` of the ${outerEnd} it declares`;
      throw new DerError(`truncated: the CRL ends after ${there} bytes${declared}`, there);
    },
    surplus: () => surplus,
  };
}
