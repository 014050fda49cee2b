/** PEM, RFC 7468, as it comes: finds the blocks of CRLs in a text of any length and decodes them piece by piece. */
import { decodeLines } from "./base64-lines.ts";
import { describeLabel } from "./pem-label.ts";

/** Something wrong in a file of CRLs. */
export interface CrlFileProblem {
  readonly message: string;
  /** Line of a text, counted from 1. */
  readonly line?: number;
  /** Byte offset in a file in DER, or in the content of a block. */
  readonly offset?: number;
  /** As in `PemProblem`: what OpenSSL makes of it. */
  readonly effect: "tolerated" | "refused" | "unreadable" | "limit";
}

/** Who is told what stands in the text. */
export interface TextReceiver {
  /** A block begins; whether its content is wanted. */
  begin(label: string, line: number): boolean;
  /** The next bytes of the block; the array is used again. False: nothing more of the block is wanted. */
  content(bytes: Uint8Array): boolean;
  /** The block has ended as it should; or, not so, it is to be forgotten. */
  end(isWhole: boolean): void;
  problem(problem: CrlFileProblem): void;
}

/** Reads a text that comes in pieces. */
export interface TextReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** How many lines have ended, whatever ends them. */
  lines(): number;
}

/** Base64 characters that are decoded at once. */
const PIECE = 64 * 1024;
/** Of a line that is not content, as much as a boundary can have. */
const MAX_LINE = 128;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HYPHEN = 0x2d;
const EQUALS = 0x3d;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The six bits of a base64 character, or -1. */
const sextets = Int32Array.from({ length: 256 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));

/** Where the reader is: between blocks, in one that is wanted, or in one whose content is passed over. */
type Place = "outside" | "block" | "skipped";

/** A reader that tells what it finds. */
export function textReader(receiver: TextReceiver): TextReader {
  const output = Buffer.alloc(((PIECE + MAX_LINE) / 4) * 3 + 3);
  /** The start of a line that has not ended yet, if it is short. */
  const carry = Buffer.alloc(MAX_LINE);
  let carried = 0;
  const lineBytes = Buffer.alloc(MAX_LINE);
  let place: Place = "outside";
  let label = "";
  let begin = 0;
  let line = 1;
  let returns = 0;
  /** Bytes of the line so far; those of content are not kept. */
  let length = 0;
  let isBoundary = false;
  let afterReturn = false;
  let hasLoneReturn = false;
  let filled = 0;
  /** Base64 characters that make no whole byte yet. */
  let pending = 0;
  let count = 0;
  let padding = 0;

  const problem = (message: string, effect: CrlFileProblem["effect"], at = line): void =>
    receiver.problem({ message, line: at, effect });

  function flush(): void {
    if (filled > 0 && place === "block" && !receiver.content(output.subarray(0, filled))) place = "skipped";
    filled = 0;
  }

  /** Gives the block up; the rest of it is passed over. */
  function fail(message: string): void {
    problem(message, "unreadable");
    if (place === "block") receiver.end(false);
    place = "skipped";
    filled = 0;
  }

  function endLine(): void {
    if (isBoundary || (place === "outside" && length < MAX_LINE))
      atLine(lineBytes.toString("latin1", 0, Math.min(length, MAX_LINE)));
    else if (place === "block" && length === 0) problem("an empty line inside the block", "refused");
    length = 0;
    isBoundary = false;
  }

  function atLine(text: string): void {
    const [whole, before = "", kind, name = "", behind = ""] = boundary.exec(text) ?? [];
    if (whole === undefined) {
      if (place === "block") fail("a line inside the block that begins with a hyphen");
      return;
    }
    if (before !== "" && !(line === 1 && before === BYTE_ORDER_MARK))
      problem(`something before the ${kind} line`, "refused");
    if (behind.trim() !== "") problem(`something behind the ${kind} line`, "refused");
    if (kind === "BEGIN") {
      if (place !== "outside")
        abandon(`the block ${describeLabel(label)} that begins at line ${begin} has no END line`);
      [label, begin, count, pending, padding] = [name, line, 0, 0, 0];
      place = receiver.begin(name, line) ? "block" : "skipped";
    } else if (place === "outside") {
      problem("an END line without a BEGIN line", "tolerated");
    } else if (name === label) {
      endBlock();
    } else {
      abandon(`the block begins as ${describeLabel(label)} at line ${begin} and ends as ${describeLabel(name)}`);
    }
  }

  function endBlock(): void {
    if (place === "block" && (count + padding) % 4 !== 0) fail("base64 that ends in the middle of a group");
    if (place === "block" && count === 2) output[filled++] = pending >> 4;
    if (place === "block" && count === 3) {
      output[filled++] = pending >> 10;
      output[filled++] = pending >> 2;
    }
    flush();
    if (place === "block") receiver.end(true);
    place = "outside";
  }

  function abandon(message: string): void {
    if (place === "block") fail(message);
    place = "outside";
  }

  /** One character of a line of content. */
  function takeContent(byte: number): void {
    const value = sextets[byte] ?? -1;
    if (value >= 0 && padding === 0) {
      pending = (pending << 6) | value;
      if (++count < 4) return;
      output[filled++] = pending >> 16;
      output[filled++] = pending >> 8;
      output[filled++] = pending;
      [pending, count] = [0, 0];
    } else if (byte === EQUALS && count >= 2 && count + padding < 4) padding++;
    else if (byte === 0x20 || byte === 0x09) return;
    else fail(`${nameCharacter(byte)} is not a base64 character${value >= 0 ? " behind the padding" : ""}`);
  }

  function readPiece(bytes: Buffer): void {
    let mayBeEven = true;
    let hyphen = bytes.indexOf(HYPHEN);
    for (let at = 0; at < bytes.length;) {
      if (hyphen >= 0 && hyphen < at) hyphen = bytes.indexOf(HYPHEN, at);
      if (place !== "block" && length === 0 && !afterReturn) {
        // Text without any hyphen has no boundaries.
        const end = hyphen < 0 ? bytes.length : hyphen;
        const start = at;
        for (let i = start; i < end; i++) {
          if (bytes[i] !== NEWLINE) continue;
          line++;
          at = i + 1;
        }
        if (at > start) continue;
        takeByte(bytes[at++] ?? 0);
      } else if (mayBeEven && place === "block" && length === 0 && count === 0 && padding === 0 && !afterReturn) {
        const lines = decodeLines(bytes, at, output, filled);
        at += lines.taken;
        filled += lines.decoded;
        line += lines.count;
        // What is left is the start of a line, or it is looked at byte by byte.
        mayBeEven = false;
      } else takeByte(bytes[at++] ?? 0);
    }
  }

  /** Reads whole lines, which are decoded at once where a part of one is not. */
  function takePiece(bytes: Buffer): void {
    let head = 0;
    if (carried > 0) {
      head = bytes.indexOf(NEWLINE) + 1 || bytes.length;
      const fits = carried + head <= carry.length;
      if (fits) bytes.copy(carry, carried, 0, head);
      else head = 0;
      carried += head;
      if (fits && carry[carried - 1] !== NEWLINE) return;
      readPiece(carry.subarray(0, carried));
      carried = 0;
    }
    const rest = bytes.subarray(head);
    const whole = rest.lastIndexOf(NEWLINE) + 1;
    const isShort = rest.length - whole <= carry.length;
    readPiece(isShort ? rest.subarray(0, whole) : rest);
    if (isShort) carried = rest.copy(carry, 0, whole);
    flush();
  }

  function takeByte(byte: number): void {
    if (byte === NEWLINE) {
      if (!afterReturn) endLine();
      line++;
      afterReturn = false;
      return;
    }
    if (afterReturn && byte !== RETURN && !hasLoneReturn) {
      hasLoneReturn = true;
      problem("lines that end in a carriage return alone", "refused");
    }
    if (byte === RETURN) {
      if (!afterReturn) endLine();
      returns++;
      afterReturn = true;
      return;
    }
    afterReturn = false;
    if (length === 0 && byte === HYPHEN) isBoundary = true;
    if (place === "block" && !isBoundary) takeContent(byte);
    if (length < MAX_LINE) lineBytes[length] = byte;
    length++;
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      for (let at = 0; at < bytes.length; at += PIECE) takePiece(bytes.subarray(at, at + PIECE));
    },
    end() {
      readPiece(carry.subarray(0, carried));
      flush();
      if (length > 0) endLine();
      if (place !== "outside")
        abandon(`truncated: the block ${describeLabel(label)} that begins at line ${begin} has no END line`);
    },
    lines: () => Math.max(line, returns),
  };
}

const BYTE_ORDER_MARK = "\xef\xbb\xbf";

/** An encapsulation boundary, with what stands on its line beside it. */
const boundary = /^([^-]{0,40})-----(BEGIN|END) ([A-Z0-9#][A-Z0-9# ]{0,39})-----(.*)$/s;

const nameCharacter = (byte: number): string =>
  byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `the byte 0x${byte.toString(16).padStart(2, "0")}`;
