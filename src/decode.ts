/** One file's bytes, whatever its name, to the artifacts in it and to what is wrong with it; never throws. */
import { type Certificate, readCertificate } from "./pki/certificate.ts";
import { DerError, readDer, TAG } from "./pki/der.ts";
import {
  decryptKey,
  type EncryptedKey,
  type Encryption,
  type PrivateKey,
  readDekInfo,
  readEncryption,
  readPrivateKey,
} from "./pki/key.ts";
import { describeUnknown, isBareBase64, type OtherKind, recogniseBytes, recogniseStructure } from "./recognise.ts";
import { describeLabel } from "./pki/pem-label.ts";
import { looksLikePem, type PemBlock, type PemProblem, readPem } from "./pki/pem.ts";

/** Where an artifact came from. */
export interface Origin {
  /** The operand as the user wrote it. */
  readonly file: string;
  /** First and last line of its block; absent for DER, and where no other tool would count the same lines. */
  readonly lines?: readonly [first: number, last: number];
  /** The place of a byte of the artifact, or of its start: a line in PEM, an offset in DER. */
  readonly at: (offset?: number) => Position;
}

/** A place in a file. */
export interface Position {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Bytes from the start of the DER encoding. */
  readonly offset?: number;
}

/** A certificate and its place. */
export interface CertificateArtifact {
  readonly kind: "certificate";
  readonly origin: Origin;
  readonly certificate: Certificate;
}

/** A private key and its place, opened or not. */
export interface KeyArtifact {
  readonly kind: "key";
  readonly origin: Origin;
  /** Present if the file holds it encrypted. */
  readonly encryption?: Encryption;
  /** Present once it can be read. */
  readonly key?: PrivateKey;
  /** Opens it; present as long as it is encrypted. */
  readonly open?: (passphrase: string) => PrivateKey | undefined;
}

/** Something recognised that none of the upload's files should be. */
export interface OtherArtifact {
  readonly kind: OtherKind;
  readonly origin: Origin;
}

export type Artifact = CertificateArtifact | KeyArtifact | OtherArtifact;

/** What a file turned out to be. */
export interface Contents {
  readonly file: string;
  /** By content, not by name. */
  readonly encoding: "PEM" | "DER" | "none";
  readonly artifacts: readonly Artifact[];
  /** What keeps all or part of it from being read, or is tolerated. */
  readonly problems: readonly Problem[];
}

/** Something wrong with a file. */
export interface Problem extends Omit<PemProblem, "line"> {
  readonly line?: number;
  readonly offset?: number;
}

/** Largest file that is decoded: a chain of a hundred CAs has 200 kB. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Most blocks of one file that are decoded. */
const MAX_BLOCKS = 200;

/** Decodes a file; `file` is its name in findings. */
export function decode(file: string, bytes: Uint8Array): Contents {
  const nothing = (message: string, more: Pick<Problem, "lacks"> = {}): Contents => ({
    file,
    encoding: "none",
    artifacts: [],
    problems: [{ message, effect: "unreadable", ...more }],
  });
  const unknown = (text: string): Contents =>
    isBareBase64(text)
      ? nothing("base64 without its BEGIN and END lines", { lacks: "boundaries" })
      : nothing(describeUnknown(text));
  if (bytes.length === 0) return nothing("the file is empty");
  if (bytes.length > MAX_FILE_BYTES)
    return nothing(`the file is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB, no certificate or key is`);
  const wide = decodeUtf16(bytes);
  const text = wide ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  if (looksLikePem(text)) {
    const contents = decodePem(file, text, wide === undefined);
    if (contents.artifacts.length === 0 && contents.problems.length === 0) return unknown(text);
    if (wide === undefined) return contents;
    return {
      ...contents,
      problems: [
        {
          message: "the text is UTF-16, as PowerShell's > writes it, and not ASCII",
          line: 1,
          effect: "refused",
          lacks: "ASCII",
        },
        ...contents.problems,
      ],
    };
  }
  if (bytes[0] === TAG.sequence) return decodeDer(file, bytes);
  const other = recogniseBytes(bytes, text);
  if (other !== undefined)
    return {
      file,
      encoding: "none",
      artifacts: [{ kind: other, origin: { file, at: () => ({ file }) } }],
      problems: [],
    };
  return unknown(text);
}

/** UTF-16 by its byte order mark, or by ASCII text in it. */
function decodeUtf16(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  const little = (first === 0xff && second === 0xfe) || (first === 0x2d && second === 0);
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x2d);
  if (!little && !big) return undefined;
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  return (little ? even : even.swap16()).toString("utf16le").replace(/^\ufeff/, "");
}

/** `isAscii`: false if the file's bytes are not those of the text. */
function decodePem(file: string, text: string, isAscii: boolean): Contents {
  const { blocks, problems } = readPem(text);
  // Commands count line feeds.
  const hasUsualLines = isAscii && !problems.some(({ lacks }) => lacks === "line ends");
  const found: Problem[] = [...problems];
  const artifacts: Artifact[] = [];
  const lines = blocks.some((block) => block.headers.size > 0) ? text.split(/\r\n|\n|\r/) : [];
  for (const block of blocks.slice(0, MAX_BLOCKS)) {
    if (block.bytes === undefined) continue;
    const origin: Origin = {
      file,
      ...(hasUsualLines && { lines: [block.line, block.endLine] }),
      at: (offset) => ({ file, line: offset === undefined ? block.line : block.lineAt(offset) }),
    };
    const encryption = readDekInfo(block);
    try {
      if (encryption !== undefined) {
        const pem = lines.slice(block.line - 1, block.endLine).join("\n");
        artifacts.push(encryptedKey(origin, { encryption, data: { form: "DEK-Info", pem } }));
        continue;
      }
      const artifact = decodeBlock(block, block.bytes, origin);
      if (artifact !== undefined) artifacts.push(artifact);
      else
        found.push({
          message: `the block ${describeLabel(block.label)} holds nothing that is known here`,
          line: block.line,
          effect: "unreadable",
        });
    } catch (error) {
      const { message, offset } = asDerError(error);
      found.push({
        message: `the block ${describeLabel(block.label)} is damaged: ${message}`,
        line: block.lineAt(offset),
        effect: "unreadable",
      });
    }
  }
  if (blocks.length > MAX_BLOCKS) {
    found.push({
      message: `${blocks.length} blocks, only the first ${MAX_BLOCKS} were read`,
      line: blocks[MAX_BLOCKS]?.line ?? 1,
      effect: "unreadable",
    });
  }
  return { file, encoding: "PEM", artifacts, problems: found };
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

function decodeBlock({ label }: PemBlock, bytes: Uint8Array, origin: Origin): Artifact | undefined {
  const other = labelled[label];
  if (other !== undefined) return { kind: other, origin };
  // A label that promises a certificate names the structure of which an error is then reported.
  if (/^(X509 |TRUSTED )?CERTIFICATE$/.test(label) && recogniseStructure(readDer(bytes)) === undefined)
    readCertificate(bytes);
  try {
    return decodeStructure(bytes, origin);
  } catch (error) {
    asDerError(error);
    // Under a label of somebody's own there need not be DER at all.
    if (derLabel.test(label)) throw error;
    return undefined;
  }
}

function decodeDer(file: string, bytes: Uint8Array): Contents {
  const origin: Origin = { file, at: (offset = 0) => ({ file, offset }) };
  try {
    const artifact = decodeStructure(bytes, origin);
    if (artifact !== undefined) return { file, encoding: "DER", artifacts: [artifact], problems: [] };
    return {
      file,
      encoding: "DER",
      artifacts: [],
      problems: [{ message: "binary data in DER, but nothing that is known here", offset: 0, effect: "unreadable" }],
    };
  } catch (error) {
    const { message, offset } = asDerError(error);
    return {
      file,
      encoding: "DER",
      artifacts: [],
      problems: [
        { message: `binary data that begins like DER, but is damaged: ${message}`, offset, effect: "unreadable" },
      ],
    };
  }
}

/** @throws DerError if the structure is recognised, but broken */
function decodeStructure(bytes: Uint8Array, origin: Origin): Artifact | undefined {
  const structure = recogniseStructure(readDer(bytes));
  switch (structure) {
    case "certificate":
      return { kind: "certificate", origin, certificate: readCertificate(bytes) };
    case "private-key":
      return { kind: "key", origin, key: readPrivateKey(bytes) };
    case "encrypted-key":
      return encryptedKey(origin, { encryption: readEncryption(bytes), data: { form: "PKCS#8", bytes } });
    case undefined:
      return undefined;
    default:
      return { kind: structure, origin };
  }
}

function encryptedKey(origin: Origin, encrypted: EncryptedKey): KeyArtifact {
  const { encryption } = encrypted;
  return { kind: "key", origin, encryption, open: (passphrase) => decryptKey(encrypted, passphrase) };
}

/** A defect of the input as it is; anything else thrown is ours, and goes on. */
function asDerError(error: unknown): DerError {
  if (error instanceof DerError) return error;
  throw error;
}
