/** Artifacts: what is found in files, each with its place; a structure in DER becomes one, or a container and what is in it. */
import type { KeyObject } from "node:crypto";
import { type Certificate, readCertificate } from "../pki/certificate.ts";
import { DerError, readDer, whole } from "../pki/der.ts";
import { type Encryption, readEncryption } from "../pki/encryption.ts";
import {
  decryptKey,
  type EncryptedKey,
  encryptedPem,
  isUsable,
  plainPem,
  type PrivateKey,
  readPrivateKey,
  secretKey,
} from "../pki/key.ts";
import { type Pkcs7, readPkcs7 } from "../pki/pkcs7.ts";
import { type CertificationRequest, readRequest } from "../pki/request.ts";
import { type OtherKind, recogniseStructure } from "./recognise.ts";

/** Where an artifact came from. */
export interface Origin {
  /** The operand as the user wrote it. */
  readonly file: string;
  /** First and last line of its block; absent for DER, and where no other tool would count the same lines. */
  readonly lines?: readonly [first: number, last: number];
  /** The place of a byte of the artifact, or of its start: a line in PEM, an offset in DER. */
  readonly at: (offset?: number) => Position;
  /** The container it was taken out of: it cannot be uploaded as it is. */
  readonly container?: "PKCS#7" | "PKCS#12";
}

/** A place in a file. */
export interface Position {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number;
  /** The last of several lines, of a whole block. */
  readonly endLine?: number;
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
  /** The key itself in PEM, encrypted if it is so in the file; absent if it came out of a container. */
  readonly pem?: () => string;
  /** The private key itself, for what writes it anew; nothing if OpenSSL cannot read it, or the passphrase is wrong. */
  readonly secret: (passphrase?: string) => KeyObject | undefined;
}

/** Something recognised that none of the upload's files should be. */
export interface OtherArtifact {
  readonly kind: OtherKind;
  readonly origin: Origin;
  /** The bytes of a container that has to be opened, until that has been tried. */
  readonly sealed?: Uint8Array;
  /** The encoding of a CRL, which is not read further here. */
  readonly bytes?: Uint8Array;
  /** OpenSSL 3 opens the container with its legacy provider only. */
  readonly isLegacy?: boolean;
  /** Why a container could not be opened. */
  readonly closed?: {
    readonly why: "no-passphrase" | "wrong-passphrase" | "damaged" | "limit";
    readonly message: string;
  };
}

/** A certification request and its place. */
export interface RequestArtifact extends OtherArtifact {
  readonly kind: "request";
  readonly request: CertificationRequest;
}

/** Whether it is a certification request: whatever is one was read as one. */
export const isRequest = (artifact: Artifact): artifact is RequestArtifact => artifact.kind === "request";

/** Whether it is neither certificate nor key. */
export const isOther = (artifact: Artifact): artifact is OtherArtifact =>
  artifact.kind !== "certificate" && artifact.kind !== "key";

/** Whether it stands in the file itself, and not in a container. */
export const isBare = ({ origin }: Pick<Artifact, "origin">): boolean => origin.container === undefined;

export type Artifact = CertificateArtifact | KeyArtifact | OtherArtifact | RequestArtifact;

/** Several artifacts are a container and what is in it. @throws DerError if the structure is recognised, but broken */
export function decodeStructure(bytes: Uint8Array, origin: Origin): Artifact[] {
  const structure = recogniseStructure(readDer(bytes));
  switch (structure) {
    case "certificate":
      return [{ kind: "certificate", origin, certificate: readCertificate(bytes) }];
    case "private-key":
      return [plainKey(origin, bytes)];
    case "encrypted-key":
      return [encryptedKey(origin, { encryption: readEncryption(bytes), data: { form: "PKCS#8", bytes } })];
    case "pkcs7":
      return [{ kind: "pkcs7", origin }, ...readPkcs7(bytes).certificates.map((found) => inPkcs7(found, origin))];
    case "pkcs12":
      return [{ kind: "pkcs12", origin, sealed: bytes }];
    case "request":
      return [{ kind: "request", origin, request: readRequest(bytes) }];
    case "crl":
      return [{ kind: "crl", origin, bytes: whole(readDer(bytes)) }];
    case undefined:
      return [];
    default:
      return [{ kind: structure, origin }];
  }
}

/** @throws DerError */
function inPkcs7({ bytes, offset: start }: Pkcs7["certificates"][number], { file, at }: Origin): CertificateArtifact {
  const origin: Origin = { file, container: "PKCS#7", at: (offset = 0) => at(start + offset) };
  try {
    return { kind: "certificate", origin, certificate: readCertificate(bytes) };
  } catch (error) {
    const { message, offset, isLimit } = asDerError(error);
    throw new DerError(message, start + offset, isLimit ? "limit" : undefined);
  }
}

function plainKey(origin: Origin, bytes: Uint8Array): KeyArtifact {
  const key = readPrivateKey(bytes);
  const pem = (): string => plainPem(key, bytes);
  return { kind: "key", origin, key, pem, secret: () => (isUsable(key, bytes) ? secretKey(pem()) : undefined) };
}

export function encryptedKey(origin: Origin, encrypted: EncryptedKey): KeyArtifact {
  const { encryption, data } = encrypted;
  return {
    kind: "key",
    origin,
    encryption,
    open: (passphrase) => decryptKey(encrypted, passphrase),
    pem: () => encryptedPem(data),
    secret: (passphrase) => secretKey(encryptedPem(data), passphrase),
  };
}

/** A defect of the input as it is; anything else thrown is ours, and goes on. */
export function asDerError(error: unknown): DerError {
  if (error instanceof DerError) return error;
  throw error;
}

/** Labels by what stands under them: the right one, and those with which OpenSSL reads it as well. */
const labels: Readonly<Record<string, readonly [proper: string, ...tolerated: string[]]>> = {
  "a certificate": ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"],
  "an encrypted PKCS#8 key": ["ENCRYPTED PRIVATE KEY"],
  "a PKCS#8 key": ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"],
  "a PKCS#1 key": ["RSA PRIVATE KEY"],
  "a SEC 1 key": ["EC PRIVATE KEY"],
};

/** The labels of a certificate or key in PEM; nothing for what is seldom seen. */
export function pemLabels(
  artifact: Artifact,
): { readonly what: string; readonly proper: string; readonly tolerated: readonly string[] } | undefined {
  const what = describeForm(artifact);
  const [proper, ...others] = (what === undefined ? undefined : labels[what]) ?? [];
  if (what === undefined || proper === undefined) return undefined;
  const isRsa = artifact.kind === "key" && artifact.key?.algorithm === "RSA";
  return { what, proper, tolerated: others.filter((label) => isRsa || !label.startsWith("RSA")) };
}

function describeForm(artifact: Artifact): string | undefined {
  if (artifact.kind === "certificate") return "a certificate";
  if (artifact.kind !== "key") return undefined;
  return artifact.encryption === undefined ? `a ${artifact.key?.container} key` : "an encrypted PKCS#8 key";
}
