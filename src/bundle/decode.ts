/** One file's bytes, whatever its name, to the artifacts in it and to what is wrong with it; never throws. */
import { type Artifact, asDerError, decodeStructure, encryptedKey, type Origin } from "./artifact.ts";
import { labelProblems, type Problem, trailingProblems, wrongLabel } from "./block-problems.ts";
import { readCertificate } from "../pki/certificate.ts";
import { readDer, TAG, whole } from "../pki/der.ts";
import { readDekInfo } from "../pki/encryption.ts";
import { isLegacyLabel } from "../pki/key.ts";
import { collapse, isText, looksLikePem, readPem } from "../pki/pem.ts";
import type { Lack, PemBlock } from "../pki/pem-body.ts";
import { describeLabel } from "../pki/pem-label.ts";
import { sha256 } from "../pki/public-key.ts";
import { describeUnknown, isBareBase64, type OtherKind, recogniseBytes } from "./recognise.ts";

/** What a file turned out to be. */
export interface Contents {
  readonly file: string;
  /** By content, not by name. */
  readonly encoding: "PEM" | "DER" | "none";
  readonly artifacts: readonly Artifact[];
  /** What keeps all or part of it from being read, or is tolerated. */
  readonly problems: readonly Problem[];
  /** SHA-256 of the file, hexadecimal digits, computed for those who ask; absent if it was not read to its end. */
  readonly digest?: () => string;
}

/** Largest file that is decoded: a chain of a hundred CAs has 200 kB. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Most blocks of one file that are decoded. */
const MAX_BLOCKS = 200;

/** Decodes a file; `file` is its name in findings. */
export function decode(file: string, bytes: Uint8Array): Contents {
  if (bytes.length > MAX_FILE_BYTES) {
    const message = `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB: it was not read`;
    return nothing(file, { message, effect: "limit" });
  }
  const { encoding, artifacts, problems } = decodeWhole(file, bytes);
  return { file, encoding, artifacts, problems, digest: () => sha256(bytes) };
}

function decodeWhole(file: string, bytes: Uint8Array): Contents {
  if (bytes.length === 0) return nothing(file, { message: "the file is empty", effect: "unreadable" });
  const wide = decodeUtf16(bytes);
  if (wide === undefined)
    return decodeText(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"), bytes);
  const { text, charset } = wide;
  const contents = decodeText(file, text, bytes);
  if (contents.encoding === "none") return contents;
  return damaged(contents, "the text is UTF-16, as PowerShell's > writes it, and not ASCII", { charset });
}

const nothing = (file: string, problem: Problem): Contents => ({
  file,
  encoding: "none",
  artifacts: [],
  problems: [problem],
});

/** A file by its text if it has one, else by its bytes. */
function decodeText(file: string, text: string, bytes: Uint8Array): Contents {
  if (looksLikePem(text)) {
    const contents = decodePem(file, text);
    if (contents.artifacts.length > 0 || contents.problems.length > 0) return contents;
  }
  if (bytes[0] === TAG.sequence) {
    const contents = decodeDer(file, bytes);
    // A text may begin with a zero, which is what the tag looks like.
    if (contents.artifacts.length > 0 || !isText(text)) return contents;
  }
  const kind = recogniseBytes(bytes, text);
  if (kind !== undefined)
    return { file, encoding: "none", artifacts: [{ kind, origin: { file, at: () => ({ file }) } }], problems: [] };
  if (isBareBase64(text)) return decodeBareBase64(file, text);
  return nothing(file, { message: describeUnknown(text), effect: "unreadable" });
}

/** A structure in base64 without its boundaries, or something that was encoded once more. */
function decodeBareBase64(file: string, text: string): Contents {
  const bytes = Buffer.from(text, "base64");
  const inner = bytes.toString("latin1");
  if (looksLikePem(inner)) return damaged(decodePem(file, inner), "PEM that was encoded in base64 once more", "base64");
  const contents: Contents = { ...decodeDer(file, bytes), encoding: "none" };
  const message = "base64 without its BEGIN and END lines";
  if (contents.artifacts.some(({ kind }) => kind === "pkcs12")) return damaged(contents, "base64 of a file", "base64");
  const isJudged = contents.artifacts.length > 0 || contents.problems.some(({ effect }) => effect === "limit");
  return isJudged
    ? damaged(contents, message, "boundaries")
    : nothing(file, { message, effect: "unreadable", lacks: "boundaries" });
}

/** What is read all the same, though OpenSSL would not: lines and offsets are those of the text that was meant. */
const damaged = ({ artifacts, problems, ...contents }: Contents, message: string, lacks: Lack): Contents => ({
  ...contents,
  artifacts: artifacts.map((artifact) => ({ ...artifact, origin: withoutLines(artifact.origin) })),
  problems: [{ message, line: 1, effect: "refused", lacks }, ...problems],
});

const withoutLines = ({ file, at, container }: Origin): Origin => ({ file, at, ...(container && { container }) });

/** UTF-16 by its byte order mark, or by ASCII text in it. */
function decodeUtf16(bytes: Uint8Array): { readonly text: string; readonly charset: Charset } | undefined {
  const [first = 0, second = 0] = bytes;
  const [hasLittleMark, hasBigMark] = [first === 0xff && second === 0xfe, first === 0xfe && second === 0xff];
  const isLittle = hasLittleMark || (first === 0x2d && second === 0);
  if (!isLittle && !hasBigMark && !(first === 0 && second === 0x2d)) return undefined;
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  const text = (isLittle ? even : even.swap16()).toString("utf16le").replace(/^\ufeff/, "");
  return { text, charset: hasLittleMark || hasBigMark ? "UTF-16" : isLittle ? "UTF-16LE" : "UTF-16BE" };
}

type Charset = Extract<Lack, { charset: string }>["charset"];

function decodePem(file: string, text: string): Contents {
  const { blocks, problems } = readPem(text);
  // Commands count line feeds, and take whole lines.
  const hasUsualLines = !problems.some(({ lacks }) => lacks === "line ends" || lacks === "own lines");
  const found: Problem[] = [...problems];
  const artifacts: Artifact[] = [];
  for (const block of blocks.slice(0, MAX_BLOCKS)) {
    if (block.bytes === undefined) continue;
    const at: Origin["at"] = (offset) => ({ file, line: offset === undefined ? block.line : block.lineAt(offset) });
    const origin: Origin = hasUsualLines ? { file, lines: [block.line, block.endLine], at } : { file, at };
    const encryption = readDekInfo(block);
    try {
      if (encryption !== undefined) {
        if (!isLegacyLabel(block.label))
          found.push(wrongLabel(block, "a key with headers", "RSA PRIVATE KEY", "refused"));
        artifacts.push(encryptedKey(origin, { encryption, data: { form: "DEK-Info", block } }));
        continue;
      }
      const read = decodeBlock(block, block.bytes, origin);
      artifacts.push(...read);
      found.push(...labelProblems(block, read[0]), ...trailingProblems(block, block.bytes, read[0]));
      if (read.length === 0)
        found.push({
          message: `the block ${describeLabel(block.label)} holds nothing that certcheck knows`,
          line: block.line,
          effect: "unreadable",
        });
    } catch (error) {
      const { message, offset, isLimit } = asDerError(error);
      found.push({
        message: `the block ${describeLabel(block.label)} ${isLimit ? "was not read" : "is damaged"}: ${message}`,
        line: block.lineAt(offset),
        effect: isLimit ? "limit" : "unreadable",
      });
    }
  }
  if (blocks.length > MAX_BLOCKS) {
    found.push({
      message: `${blocks.length} blocks, only the first ${MAX_BLOCKS} were read`,
      line: blocks[MAX_BLOCKS]?.line ?? 1,
      effect: "limit",
    });
  }
  return { file, encoding: "PEM", artifacts, problems: collapse(found) };
}

/** Labels whose blocks are no DER, or whose DER says less than the label. */
const labelled: Readonly<Record<string, OtherKind>> = {
  "OPENSSH PRIVATE KEY": "openssh-key",
  "EC PARAMETERS": "parameters",
  "DSA PARAMETERS": "parameters",
  "DH PARAMETERS": "parameters",
};

/** Labels that promise DER of a known structure: RFC 7468, and the older ones that OpenSSL knows. */
const derLabel =
  /^((X509 |TRUSTED )?CERTIFICATE|((NEW )?CERTIFICATE REQUEST)|((ANY|RSA|EC|DSA|ENCRYPTED) )?PRIVATE KEY|(RSA )?PUBLIC KEY|(X509 )?CRL|PKCS #?7.*|PKCS7|CMS)$/;

function decodeBlock({ label }: PemBlock, bytes: Uint8Array, origin: Origin): Artifact[] {
  const other = labelled[label];
  if (other !== undefined) return [{ kind: other, origin }];
  // OpenSSL's settings of what the certificate is trusted for stand behind it.
  if (label === "TRUSTED CERTIFICATE") return decodeStructure(whole(readDer(bytes)), origin);
  try {
    const found = decodeStructure(bytes, origin);
    // A label that promises a certificate names the structure of which an error is then reported.
    if (found.length === 0 && /^(X509 )?CERTIFICATE$/.test(label)) readCertificate(bytes);
    return found;
  } catch (error) {
    asDerError(error);
    // Under a label of somebody's own there need not be DER at all.
    if (derLabel.test(label)) throw error;
    return [];
  }
}

function decodeDer(file: string, bytes: Uint8Array): Contents {
  const origin: Origin = { file, at: (offset = 0) => ({ file, offset }) };
  const problem = (message: string, offset: number, effect: Problem["effect"] = "unreadable"): Contents => ({
    file,
    encoding: "DER",
    artifacts: [],
    problems: [{ message, offset, effect }],
  });
  try {
    const artifacts = decodeStructure(bytes, origin);
    if (artifacts.length === 0) return problem("binary data in DER, but nothing that certcheck knows", 0);
    return { file, encoding: "DER", artifacts, problems: [] };
  } catch (error) {
    const { message, offset, isLimit } = asDerError(error);
    return isLimit
      ? problem(`binary data that was not read: ${message}`, offset, "limit")
      : problem(`binary data that begins like DER, but is damaged: ${message}`, offset);
  }
}
