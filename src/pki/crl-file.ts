/** Files of certificate revocation lists, in PEM or in DER, read as their bytes come: no list is ever held in memory. */
import type { Certificate } from "./certificate.ts";
import { type Crl, crlDecoder, type CrlDecoder, WINDOW_BYTES, type Workspace } from "./crl.ts";
import { wantedSerials } from "./crl-entries.ts";
import { type CrlFileProblem, textReader, type TextReceiver } from "./crl-text.ts";
import { DerError } from "./der.ts";
import { describeLabel } from "./pem-label.ts";

/** What a reader looks for while the entries pass by. */
export interface CrlWish {
  /** Serial numbers whose entries are wanted, hexadecimal digits as in `Certificate`. */
  readonly serialNumbers: ReadonlySet<string>;
  /** Certificates that may have signed: signatures are verified with the keys of those that have the issuer's name. */
  readonly signers: readonly Certificate[];
}

/** A CRL in its place. */
export interface CrlInFile extends Crl {
  /** Line of the BEGIN line, in a file in PEM. */
  readonly line?: number;
}

/** What a file turned out to hold. */
export interface CrlFile {
  /** `none`: neither text nor anything like DER. */
  readonly encoding: "PEM" | "DER" | "none";
  /** Those that could be read from start to end. */
  readonly crls: readonly CrlInFile[];
  readonly problems: readonly CrlFileProblem[];
  /** How many bytes were looked at. */
  readonly bytes: number;
}

/** Takes the bytes of a file, in pieces of any size. */
export interface CrlReader {
  /** Returns whether more is wanted; the array may be used again. */
  push(chunk: Uint8Array): boolean;
  /** Says that the file has ended. */
  end(): CrlFile;
}

/** Most bytes of one file that are read; the largest CRLs of public CAs have a few dozen MiB. */
export const MAX_CRL_BYTES = 256 * 1024 * 1024;
/** Most blocks of CRLs of one file. */
const MAX_BLOCKS = 1000;
/** Most lines of one file: `MAX_CRL_BYTES` have half as many. */
const MAX_LINES = 8_000_000;
/** Problems of a file that are listed, of each effect. */
const LISTED_PROBLEMS = 50;
/** Bytes by which a file is known for text or DER. */
const SNIFFED_BYTES = 64;

/** A reader for a file with CRLs in PEM or DER. It never throws. */
export function crlReader(wish: CrlWish): CrlReader {
  const crls: CrlInFile[] = [];
  const problems: CrlFileProblem[] = [];
  const sniffed = Buffer.alloc(SNIFFED_BYTES);
  let encoding: CrlFile["encoding"] | undefined;
  let bytes = 0;
  let isDone = false;

  function problem(found: CrlFileProblem): void {
    if (problems.filter(({ effect }) => effect === found.effect).length < LISTED_PROBLEMS) problems.push(found);
  }

  function giveUp(message: string): void {
    if (!isDone) problem({ message: `${message}: the rest was not read`, effect: "limit" });
    isDone = true;
  }

  const workspace: Workspace = {
    window: new Uint8Array(WINDOW_BYTES),
    serialNumbers: wantedSerials(wish.serialNumbers),
    signers: wish.signers,
  };
  const text = textReader(textReceiver(workspace, crls, problem, giveUp));
  const decoder = crlDecoder(workspace);

  function readDer(chunk: Uint8Array): void {
    try {
      decoder.push(chunk);
    } catch (error) {
      problem(problemOf(error));
      isDone = true;
    }
  }

  function feed(chunk: Uint8Array): void {
    if (encoding === "PEM") text.push(chunk);
    else if (encoding === "DER") readDer(chunk);
  }

  /** Settles what the file is by its first bytes, and hands them on. */
  function settle(length: number): void {
    const head = sniffed.subarray(0, length);
    encoding = encodingOf(head);
    if (encoding === "none") isDone = true;
    feed(head);
  }

  function push(chunk: Uint8Array): boolean {
    if (isDone || chunk.length === 0) return !isDone;
    const before = bytes;
    bytes += chunk.length;
    if (bytes > MAX_CRL_BYTES) {
      giveUp(`more than ${MAX_CRL_BYTES / 2 ** 20} MiB`);
      return false;
    }
    if (encoding !== undefined) feed(chunk);
    else {
      sniffed.set(chunk.subarray(0, SNIFFED_BYTES - before), before);
      if (bytes < SNIFFED_BYTES) return true;
      settle(SNIFFED_BYTES);
      if (!isDone) feed(chunk.subarray(SNIFFED_BYTES - before));
    }
    if (text.lines() > MAX_LINES) giveUp(`more than ${MAX_LINES} lines`);
    return !isDone;
  }

  function end(): CrlFile {
    if (encoding === undefined) settle(bytes);
    if (encoding === "PEM" && !isDone) text.end();
    if (encoding === "DER" && !isDone) {
      try {
        crls.push(decoder.end());
        if (decoder.surplus() > 0) problem(surplusOf(decoder));
      } catch (error) {
        problem(problemOf(error));
      }
    }
    if (crls.length === 0 && !problems.some(({ effect }) => effect === "unreadable" || effect === "limit"))
      problem({ message: nothingFound(bytes, sniffed.subarray(0, bytes)), effect: "unreadable" });
    return { encoding: encoding ?? "none", crls, problems, bytes };
  }

  return { push, end };
}

/** What to do with the blocks of a text. */
function textReceiver(
  workspace: Workspace,
  crls: CrlInFile[],
  problem: (problem: CrlFileProblem) => void,
  giveUp: (message: string) => void,
): TextReceiver {
  let decoder = crlDecoder(workspace);
  let begin = 1;
  let blocks = 0;
  function attempt(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      problem({ ...problemOf(error), line: begin });
      return false;
    }
  }
  return {
    begin(label, line) {
      begin = line;
      if (label !== "X509 CRL" && label !== "CRL") {
        problem({ message: `a block ${describeLabel(label)}, which is no CRL`, line, effect: "tolerated" });
        return false;
      }
      if (++blocks > MAX_BLOCKS) {
        giveUp(`more than ${MAX_BLOCKS} CRLs`);
        return false;
      }
      if (label === "CRL") {
        const message = 'the block is labelled "CRL", OpenSSL knows "X509 CRL" alone';
        problem({ message, line, effect: "refused" });
      }
      decoder = crlDecoder(workspace);
      return true;
    },
    content: (bytes) => attempt(() => decoder.push(bytes)),
    end(isWhole) {
      if (!isWhole) return;
      attempt(() => {
        crls.push({ ...decoder.end(), line: begin });
        if (decoder.surplus() > 0) problem({ ...surplusOf(decoder), line: begin });
      });
    },
    problem,
  };
}

/** As much as a line end has: no other list. */
const MAX_TOLERATED_SURPLUS = 2;

const surplusOf = (decoder: CrlDecoder): CrlFileProblem => ({
  message: `${decoder.surplus()} bytes after the end of the CRL: they were not read`,
  // OpenSSL reads one CRL in DER after the other: the next may be the one that matters.
  effect: decoder.surplus() > MAX_TOLERATED_SURPLUS ? "limit" : "tolerated",
});

function problemOf(error: unknown): CrlFileProblem {
  if (!(error instanceof DerError)) throw error;
  return { message: error.message, offset: error.offset, effect: error.isLimit ? "limit" : "unreadable" };
}

/** DER begins with a SEQUENCE whose length is in no octet of text; text has no control characters but white space. */
function encodingOf(head: Uint8Array): CrlFile["encoding"] {
  const [first, second = 0x80] = head;
  if (first === 0x30 && (second >= 0x7f || second < 0x20) && !isBlank(second)) return "DER";
  const isText = head.every((byte) => (byte >= 0x20 && byte !== 0x7f) || isBlank(byte));
  return isText && head.length > 0 ? "PEM" : "none";
}

const isBlank = (byte: number): boolean => byte >= 0x09 && byte <= 0x0d;

/** What to say of a file without any CRL. */
function nothingFound(bytes: number, head: Buffer): string {
  if (bytes === 0) return "an empty file instead of a CRL";
  const start = head.toString("latin1").trimStart().toLowerCase();
  if (start.startsWith("<!doctype") || start.startsWith("<html")) return "a web page instead of a CRL";
  if (head[0] === 0xff && head[1] === 0xfe) return "text in UTF-16, which OpenSSL does not read";
  if (start.startsWith("mii")) return "base64 without BEGIN and END lines";
  return "nothing that is a CRL";
}
