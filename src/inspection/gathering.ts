/** From operands to an inspection: reads the files, opens what a passphrase opens, looks for serial numbers on the lists. */
import { MAX_FILE_BYTES } from "../bundle/decode.ts";
import { UsageError } from "../errors.ts";
import { gatherMaterial, type MaterialFile } from "../gather/material.ts";
import { readOperand } from "../gather/operand.ts";
import type { Certificate } from "../pki/certificate.ts";
import { type CrlFile, crlReader, type CrlWish } from "../pki/crl-file.ts";
import { formatInstant } from "../pki/time.ts";
import type { System } from "../system/system.ts";
import { bytesOfVariable } from "../gather/variable.ts";
import { readBlocks } from "./asn1-blocks.ts";
import { compareFiles } from "./comparison.ts";
import { inspectedFiles, type ReadFile } from "./file.ts";
import type { Asn1Block, InspectedFile, Inspection } from "./inspection.ts";

/** What is asked. */
export interface Question {
  /** Paths, `-` for standard input, `env:NAME`. */
  readonly operands: readonly string[];
  /** `env:NAME`, `file:PATH`, …: where the passphrase comes from. */
  readonly passphrase?: string;
  /** Serial numbers to look for on CRLs, hexadecimal digits in lower case. */
  readonly serialNumbers: readonly string[];
  /** Whether the ASN.1 is wanted. */
  readonly asn1: boolean;
  /** The time judged, in milliseconds since 1970. */
  readonly now: number;
}

/** Most files of one run: all are held in memory. */
const MAX_FILES = 100;

/** Looks into the files. @throws UsageError if one cannot be opened, or none is a CRL to look for a serial number on */
export async function inspect(question: Question, system: System): Promise<Inspection> {
  const { operands, passphrase, serialNumbers, asn1, now } = question;
  if (operands.length > MAX_FILES) throw new UsageError(`more than ${MAX_FILES} files`, "give fewer at a time");
  const read = new Map<string, Uint8Array>();
  const from = { ...(passphrase !== undefined && { passphrase }) };
  const { files } = await gatherMaterial(operands, from, system, (operand) => {
    const bytes = readOperand(operand, system);
    read.set(operand, bytes);
    return bytes;
  });
  const certificates = files.flatMap(({ contents }) =>
    contents.artifacts.flatMap((artifact) => (artifact.kind === "certificate" ? [artifact.certificate] : [])),
  );
  const wish: CrlWish = {
    serialNumbers: new Set([...serialNumbers, ...certificates.map(({ serialNumber }) => serialNumber)]),
    signers: certificates,
  };
  const withLists = files.map((file) => addLists(file, read.get(file.contents.file), wish, system));
  if (serialNumbers.length > 0 && !withLists.some(mayBeList))
    throw new UsageError("--serial: none of the files is a CRL", "give the list to look for the serial number on");
  const sought = { serialNumbers, certificates: distinct(certificates) };
  const told = inspectedFiles(withLists, sought, now);
  const whole = asn1 ? told.map((file) => addTree(file, read.get(file.file))) : told;
  const comparison = compareFiles(whole);
  return { at: formatInstant(now), exitCode: exitCodeOf(whole), files: whole, ...(comparison && { comparison }) };
}

/** A file that could not be read may be a list: that is told of it, and nothing is wrong with the command line. */
const mayBeList = ({ crls, contents }: ReadFile): boolean =>
  crls !== undefined || contents.problems.some(({ effect }) => effect === "unreadable" || effect === "limit");

/** The same certificate may stand in several files. */
const distinct = (certificates: readonly Certificate[]): Certificate[] => [
  ...new Map(certificates.map((one) => [Buffer.from(one.bytes).toString("latin1"), one])).values(),
];

/** Reads lists by themselves: they may be larger than anything else. */
function addLists(file: MaterialFile, bytes: Uint8Array | undefined, wish: CrlWish, system: System): ReadFile {
  const { contents } = file;
  const isLarge = (bytes?.length ?? 0) > MAX_FILE_BYTES;
  if (bytes === undefined || (!isLarge && !contents.artifacts.some(({ kind }) => kind === "crl"))) return file;
  const crls = readLists(contents.file, bytes, isLarge, wish, system);
  // What was read so far is a list, whatever is wrong with it.
  const isBroken = crls.encoding === "DER" && crls.bytes > MAX_FILE_BYTES;
  return isLarge && crls.crls.length === 0 && !isBroken ? file : { ...file, crls };
}

const STANDARD_INPUT = 0;

function readLists(operand: string, start: Uint8Array, isLarge: boolean, wish: CrlWish, system: System): CrlFile {
  const reader = crlReader(wish);
  const feed = (pieces: Iterable<Uint8Array>): void => {
    for (const piece of pieces) if (!reader.push(piece)) break;
  };
  if (!isLarge) feed([start]);
  else if (operand.startsWith("env:")) feed([bytesOfVariable(operand, system)]);
  else if (operand !== "-") feed(system.readPieces(operand));
  // What was read of standard input does not come again.
  else if (reader.push(start)) feed(system.readPieces(STANDARD_INPUT));
  return reader.end();
}

const addTree = (file: InspectedFile, bytes: Uint8Array = new Uint8Array()): InspectedFile => ({
  ...file,
  asn1: bytes.length > MAX_FILE_BYTES ? [tooLarge] : readBlocks(bytes),
});

const tooLarge: Asn1Block = {
  rows: [],
  problem: { message: `larger than ${MAX_FILE_BYTES / 2 ** 20} MiB: its tree is not shown`, offset: 0 },
};

/** 1 if something could not be read, or is on a list; all else is for the reader to judge. */
const exitCodeOf = (files: readonly InspectedFile[]): Inspection["exitCode"] => (files.some(isFinding) ? 1 : 0);

const isFinding = ({ items, problems, asn1 = [] }: InspectedFile): boolean =>
  items.every(({ kind }) => kind === "other") ||
  problems.some(({ hides }) => hides) ||
  asn1.some(({ rows }) => rows.length === 0) ||
  items.some((item) => {
    switch (item.kind) {
      case "CRL":
        return item.sought.some(({ state }) => state === "revoked" || state === "unknown");
      case "private key":
        return item.state === "wrong-passphrase" || item.state === "cannot-open";
      case "PKCS#7":
      case "PKCS#12":
        return item.state !== "opened" && item.state !== "no-passphrase";
      default:
        return false;
    }
  });
