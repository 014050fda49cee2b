/** What is told of files that are looked into: public facts, as plain data; docs/inspect.schema.json holds their shape. */
import type { TreeRow } from "./asn1-tree.ts";

/** All that is told. */
export interface Inspection {
  /** The time judged, ISO 8601. */
  readonly at: string;
  readonly exitCode: 0 | 1;
  readonly files: readonly InspectedFile[];
  /** What differs, if two files hold one thing each that can be compared. */
  readonly comparison?: Comparison;
}

/** A file. */
export interface InspectedFile {
  readonly file: string;
  readonly encoding: "PEM" | "DER" | "none";
  /** SHA-256 of the file, hexadecimal digits; absent if it was not read to its end. */
  readonly sha256?: string;
  readonly items: readonly Item[];
  readonly problems: readonly FileProblem[];
  /** Its ASN.1, if that was asked for. */
  readonly asn1?: readonly Asn1Block[];
}

/** What is wrong with a file. */
export interface FileProblem {
  readonly message: string;
  readonly line?: number;
  readonly offset?: number;
  /** Whether it keeps something of the file from being read here. */
  readonly hides: boolean;
}

/** The ASN.1 of a file in DER, or of a block in PEM. */
export interface Asn1Block {
  /** Of a block. */
  readonly label?: string;
  readonly line?: number;
  readonly rows: readonly TreeRow[];
  /** What cannot be read, and from which byte on. */
  readonly problem?: { readonly message: string; readonly offset: number };
}

/** Something in a file. */
export type Item = CertificateItem | RequestItem | KeyItem | CrlItem | ContainerItem | OtherItem;

/** Where it stands. */
export interface Place {
  /** The lines of its block, in PEM. */
  readonly line?: number;
  readonly endLine?: number;
  readonly container?: "PKCS#7" | "PKCS#12";
}

/** Where the time judged lies. */
export type Validity = "current" | "not begun" | "expired" | "unreadable";

/** A period with what it means now. */
export interface Period {
  /** In ISO 8601, or as it stands in the file if it cannot be read. */
  readonly from: string;
  /** Absent for a CRL without an end. */
  readonly until?: string;
  readonly validity: Validity;
  /** Whole days until it ends, since it ended, or until it begins. */
  readonly days?: number;
}

/** An attribute of a name. */
export interface AttributeFacts {
  readonly type: string;
  readonly value: string;
}

/** A certificate. */
export interface CertificateItem extends Place {
  readonly kind: "certificate";
  /** What people call the holder. */
  readonly name: string;
  readonly role: "leaf" | "CA" | "root";
  readonly subject: string;
  readonly subjectAttributes: readonly AttributeFacts[];
  readonly issuer: string;
  readonly isSelfSigned: boolean;
  readonly version: number;
  /** Hexadecimal digits. */
  readonly serialNumber: string;
  readonly period: Period;
  readonly signatureAlgorithm: string;
  readonly publicKey: PublicKeyFacts;
  readonly extensions: readonly ExtensionFacts[];
  readonly digests: { readonly sha256: string; readonly sha1: string };
  readonly irregularities: readonly IrregularityFacts[];
  /** Field by field; of a CA's, nothing. */
  readonly sample?: readonly SampleField[];
}

/** A departure from DER. */
export interface IrregularityFacts {
  readonly message: string;
  readonly offset: number;
}

/** A public key. */
export interface PublicKeyFacts {
  readonly algorithm: string;
  readonly bits?: number;
  readonly curve?: string;
  /** Of RSA, decimal; absent if it has more digits than anybody uses. */
  readonly exponent?: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal digits. */
  readonly sha256: string;
  /** MD5 of the modulus as the documents compare it, hexadecimal digits. */
  readonly modulusMd5?: string;
}

/** An extension. */
export interface ExtensionFacts {
  readonly oid: string;
  readonly name: string;
  readonly critical: boolean;
  readonly values: readonly string[];
  readonly meaning: string;
  /** Why it cannot be decoded. */
  readonly problem?: string;
  /** How many octets its value has. */
  readonly length: number;
  /** The first of them, hexadecimal digits, where there is nothing better to show. */
  readonly start?: string;
}

/** A request. */
export interface RequestItem extends Place {
  readonly kind: "request";
  readonly name: string;
  readonly subject: string;
  readonly subjectAttributes: readonly AttributeFacts[];
  readonly signatureAlgorithm: string;
  /** Whether whoever made it has the private key. */
  readonly signature: "valid" | "invalid" | "unknown";
  readonly publicKey: PublicKeyFacts;
  /** The names of its attributes; their values may be secret. */
  readonly attributes: readonly string[];
  readonly extensions: readonly ExtensionFacts[];
  readonly irregularities: readonly IrregularityFacts[];
}

/** A private key, by its public half. */
export interface KeyItem extends Place {
  readonly kind: "private key";
  /** `PKCS#8`, `PKCS#1`, …; absent if it is closed. */
  readonly format?: string;
  readonly algorithm?: string;
  readonly publicKey?: PublicKeyFacts;
  /** How it is encrypted, if it is. */
  readonly encryption?: string;
  readonly state: "plain" | "opened" | "no-passphrase" | "wrong-passphrase" | "cannot-open";
  /** Why it cannot be opened. */
  readonly obstacle?: string;
  /** Whether the numbers of an RSA key were held against each other. */
  readonly compared: boolean;
  /** Relations between its numbers that do not hold. */
  readonly broken: readonly string[];
  /** What of all files it belongs to. */
  readonly belongsTo: readonly {
    readonly kind: "certificate" | "request";
    readonly name: string;
    readonly file: string;
  }[];
}

/** A revocation list. */
export interface CrlItem extends Place {
  readonly kind: "CRL";
  /** What people call the issuer. */
  readonly name: string;
  readonly issuer: string;
  readonly version: number;
  /** thisUpdate and nextUpdate. */
  readonly period: Period;
  /** Hexadecimal digits. */
  readonly number?: string;
  readonly entries: number;
  readonly signatureAlgorithm: string;
  /** `unknown` where no certificate of the issuer was given. */
  readonly signature: "valid" | "invalid" | "unknown";
  /** Of what it is about, if not of all that the issuer has issued. */
  readonly scope: readonly string[];
  /** In the words of RFC 5280. */
  readonly extensions: readonly { readonly name: string; readonly critical: boolean; readonly meaning: string }[];
  /** What became of each serial number that was asked for, and of each certificate given that its issuer has issued. */
  readonly sought: readonly SoughtSerial[];
}

/** A serial number looked for on a list. */
export interface SoughtSerial {
  /** Hexadecimal digits. */
  readonly serialNumber: string;
  /** The certificate that has it, if it was given. */
  readonly certificate?: string;
  /** `unknown`: the list has more entries like it than are kept. */
  readonly state: "revoked" | "not on the list" | "taken off the list" | "unknown";
  readonly since?: string;
  readonly reason?: string;
  /** Who issued the certificate, where the entry says so. */
  readonly issuer?: string;
}

/** A container; what is in it stands behind it. */
export interface ContainerItem extends Place {
  readonly kind: "PKCS#7" | "PKCS#12";
  readonly state: "opened" | "no-passphrase" | "wrong-passphrase" | "damaged" | "limit";
  readonly message?: string;
  /** OpenSSL 3 opens it with its legacy provider only. */
  readonly isLegacy: boolean;
  readonly certificates: number;
  readonly keys: number;
}

/** Something recognised that is not looked into. */
export interface OtherItem extends Place {
  readonly kind: "other";
  readonly what: string;
}

/** A field of both. */
export interface SampleField {
  readonly field: string;
  /** `own`: each certificate has another; `missing`: the sample has it; `more`: the sample does not. */
  readonly outcome: "same" | "own" | "differs" | "missing" | "more";
  /** What stands here; absent if nothing does. */
  readonly here?: string;
  readonly sample?: string;
  /** Whether an appliance or a browser minds; certcheck's rules then say more. */
  readonly matters: boolean;
  /** What the difference means. */
  readonly remark?: string;
}

/** Two things, and what differs. Nothing is judged. */
export interface Comparison {
  /** The files, in the order in which they were named. */
  readonly files: readonly [before: string, after: string];
  /** The whole in a sentence. */
  readonly summary: string;
  readonly differences: readonly Difference[];
}

/** One field of both. */
export interface Difference {
  readonly field: string;
  readonly outcome: "same" | "differs" | "unknown";
  readonly before?: string;
  readonly after?: string;
  /** Of what has several values: those of the second alone, and those of the first alone. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly remark?: string;
}
