/** Cases of public test suites with the verdict each must get, if they lie beside the project; they are not part of it. */
import { existsSync, readFileSync } from "node:fs";
import { type Contents, decode } from "../../src/bundle/decode.ts";
import type { Certificate } from "../../src/pki/certificate.ts";

const folder = new URL("../../../shared/conformance/", import.meta.url);
const manifest = new URL("manifest.jsonl", folder);
/** Whether the cases are there. */
export const isThere = existsSync(manifest);

/** What a CRL is said to hold. */
interface CrlFacts {
  readonly version: number;
  readonly sigAlgOid: string;
  readonly sigAlgMismatch: boolean;
  readonly thisUpdate: string;
  readonly nextUpdate?: string | null;
  readonly revokedCount: number;
  readonly revokedSerials: readonly string[];
  readonly delta: boolean;
  readonly idp: Readonly<Record<string, unknown>>;
  readonly extOids: readonly string[];
}

/** A case as the manifest has it. */
export interface Case {
  readonly id: string;
  readonly section: string;
  /** Where it comes from; `path` may have words behind it. */
  readonly source: { readonly repo: string; readonly commit: string; readonly path: string };
  readonly files: Readonly<Record<string, string>>;
  readonly args: { readonly time?: string; readonly passphrase?: string; readonly passphraseHex?: string };
  readonly needs?: readonly string[];
  readonly expected: {
    readonly verdict: string;
    readonly facts?: Readonly<Record<string, unknown>>;
    readonly alg?: string;
    readonly bits?: number;
    readonly spkiSha256?: string;
    readonly matchingCerts?: readonly string[];
    readonly certs?: number;
    readonly keys?: number;
    readonly leafSha256?: string;
    readonly keyMatchesCert?: boolean;
    readonly certSha256?: readonly string[];
    readonly crl?: CrlFacts;
    readonly signatureOkAgainstIssuer?: boolean;
  };
  /** What other programs said: of a certificate its fingerprint, of a path whether they accept it. */
  readonly oracle: {
    readonly openssl?: { readonly sha256?: string } | "accept" | "reject";
    readonly openssl_sslserver?: string;
    readonly openssl_strict?: string;
    readonly openssl_err?: string;
  };
}

/** All cases; none where the folder is not there. */
export const cases: readonly Case[] = isThere
  ? readFileSync(manifest, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Case)
  : [];

/** What differs from the expected, as text; nothing if the case is met. */
export type Judge = (subject: Case) => string[] | Promise<string[]>;

/** Reasons, each with the cases that fail for it: listed, or told by what they are. */
export type Exceptions = Readonly<Record<string, readonly string[] | ((subject: Case) => boolean)>>;

/** Cases of one kind, and how they are judged. */
export interface Section {
  /** Of the manifest. */
  readonly section: string;
  readonly title: string;
  /** What is compared with what. */
  readonly about: string;
  /** Of the section, those that are meant; all, if absent. */
  readonly only?: (subject: Case) => boolean;
  readonly judge: Judge;
  readonly exceptions: Exceptions;
}

/** A file of a case. */
export const bytesOf = (file: string): Uint8Array => readFileSync(new URL(file, folder));

/** A file of a case, decoded. */
export const open = (file: string): Contents => decode(file, bytesOf(file));

/** The certificates that stand in it as such. */
export const certificatesIn = (file: string): Certificate[] =>
  open(file).artifacts.flatMap((artifact) =>
    artifact.kind === "certificate" && artifact.origin.container === undefined ? [artifact.certificate] : [],
  );

/** Whether a file of a case is there. */
export const isFile = (file: string): boolean => existsSync(new URL(file, folder));

/** Pairs of what was found and what was expected, if anything was, that are not the same. */
export function differences(pairs: Readonly<Record<string, readonly [ours: unknown, theirs: unknown]>>): string[] {
  return Object.entries(pairs).flatMap(([what, [ours, theirs]]) =>
    theirs === undefined || JSON.stringify(ours) === JSON.stringify(theirs)
      ? []
      : [`${what} ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`],
  );
}

/** A list whose order does not count. */
export const sorted = (list: unknown): unknown => (Array.isArray(list) ? list.map(String).toSorted() : list);
