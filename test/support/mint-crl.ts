/** CRLs made at test time, good ones and broken ones; by default as a CA would issue them, so that a case states only what it breaks. */
import { createPrivateKey, sign } from "node:crypto";
import { context, contextPrimitive, readDer, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { commonName, hex, integer, name, octets, oid, seq, text } from "../pki/hand-made.ts";
import { type KeyName, keyPem } from "./mint.ts";

/** An entry. */
export interface EntrySpec {
  /** Hexadecimal digits, the content of the INTEGER as it is to be. */
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly date?: string;
  /** The number of the reason. */
  readonly reason?: number;
  readonly reasonIsCritical?: boolean;
  /** A Name in DER. */
  readonly certificateIssuer?: Uint8Array;
  /** Extensions in DER. */
  readonly more?: readonly Uint8Array[];
}

/** What a CRL is about; names in DER. */
export interface PointSpec {
  readonly uris?: readonly string[];
  readonly directory?: Uint8Array;
  /** A common name to append to the issuer's. */
  readonly relative?: string;
  readonly onlyUser?: boolean;
  readonly onlyAuthority?: boolean;
  readonly onlyAttribute?: boolean;
  /** The BIT STRING's content. */
  readonly reasons?: string;
  readonly indirect?: boolean;
}

/** What a CRL is to be other than the default: one of the default issuing CA, without entries. */
export interface CrlSpec {
  /** Null: no version, which is version 1. */
  readonly version?: number | null;
  /** A Name in DER. */
  readonly issuer?: Uint8Array;
  readonly key?: KeyName;
  readonly algorithm?: "RSA-SHA256" | "RSA-SHA1" | "RSA-PSS" | "EC" | "Ed25519";
  /** ISO 8601. */
  readonly thisUpdate?: string;
  /** Null: none. */
  readonly nextUpdate?: string | null;
  readonly entries?: readonly EntrySpec[];
  /** The content of revokedCertificates, ready made. */
  readonly rawEntries?: Uint8Array;
  /** Hexadecimal digits. */
  readonly number?: string | null;
  readonly numberIsCritical?: boolean;
  readonly delta?: string;
  readonly point?: PointSpec;
  /** The key identifier of the signer, hexadecimal digits. */
  readonly keyIdentifier?: string;
  /** Extensions in DER. */
  readonly more?: readonly Uint8Array[];
  /** Another algorithm beside the signature, in DER. */
  readonly outerAlgorithm?: Uint8Array;
  /** Breaks the signature. */
  readonly isAltered?: boolean;
}

/** The name of a CA of the default appliance, in DER. */
export const caName = (value: string): Uint8Array =>
  name(
    [["2.5.4.6", text(TAG.printableString, "US")]],
    [["2.5.4.10", text(TAG.utf8String, "Contoso Ltd")]],
    [["2.5.4.3", text(TAG.utf8String, value)]],
  );

/** An extension in DER from its value in DER. */
export const extensionOf = (id: string, value: Uint8Array, isCritical = false): Uint8Array =>
  seq(oid(id), ...(isCritical ? [hex("0101ff")] : []), octets(value));

const algorithms: Readonly<Record<NonNullable<CrlSpec["algorithm"]>, readonly [string | null, Uint8Array]>> = {
  "RSA-SHA256": ["sha256", seq(oid("1.2.840.113549.1.1.11"), hex("0500"))],
  "RSA-SHA1": ["sha1", seq(oid("1.2.840.113549.1.1.5"), hex("0500"))],
  "RSA-PSS": [
    "sha256",
    seq(
      oid("1.2.840.113549.1.1.10"),
      seq(
        encode(context(0), seq(oid("2.16.840.1.101.3.4.2.1"), hex("0500"))),
        encode(context(1), seq(oid("1.2.840.113549.1.1.8"), seq(oid("2.16.840.1.101.3.4.2.1"), hex("0500")))),
        encode(context(2), integer(0)),
      ),
    ),
  ],
  EC: ["sha256", seq(oid("1.2.840.10045.4.3.2"))],
  Ed25519: [null, seq(oid("1.3.101.112"))],
};

const time = (iso: string): Uint8Array => {
  const digits = iso.replace(/[-:T]/g, "");
  return Number(digits.slice(0, 4)) < 2050 ? text(TAG.utcTime, digits.slice(2)) : text(TAG.generalizedTime, digits);
};

function entry(spec: EntrySpec): Uint8Array {
  const extensions = [
    ...(spec.reason === undefined
      ? []
      : [extensionOf("2.5.29.21", encode(0x0a, Uint8Array.of(spec.reason)), spec.reasonIsCritical)]),
    ...(spec.certificateIssuer === undefined
      ? []
      : [extensionOf("2.5.29.29", seq(encode(context(4), spec.certificateIssuer)), true)]),
    ...(spec.more ?? []),
  ];
  return seq(
    encode(TAG.integer, hex(spec.serialNumber)),
    time(spec.date ?? "2026-10-01T08:30:00Z"),
    ...(extensions.length > 0 ? [seq(...extensions)] : []),
  );
}

function issuingDistributionPoint(spec: PointSpec): Uint8Array {
  const names = [
    ...(spec.uris ?? []).map((uri) => encode(contextPrimitive(6), Buffer.from(uri))),
    ...(spec.directory === undefined ? [] : [encode(context(4), spec.directory)]),
  ];
  const flag = (number: number, isSet: boolean | undefined): Uint8Array[] =>
    isSet ? [encode(contextPrimitive(number), Uint8Array.of(0xff))] : [];
  return seq(
    ...(names.length > 0 ? [encode(context(0), encode(context(0), ...names))] : []),
    ...(spec.relative === undefined ? [] : [encode(context(0), relativeName(spec.relative))]),
    ...flag(1, spec.onlyUser),
    ...flag(2, spec.onlyAuthority),
    ...(spec.reasons === undefined ? [] : [encode(contextPrimitive(3), hex(spec.reasons))]),
    ...flag(4, spec.indirect),
    ...flag(5, spec.onlyAttribute),
  );
}

/** A common name as nameRelativeToCRLIssuer. */
export const relativeName = (value: string): Uint8Array => {
  const rdns = readDer(commonName(value));
  // SEQUENCE { SET { … } }: the SET's content under the tag of the choice.
  const set = readDer(rdns.input.bytes.subarray(rdns.contentStart));
  return encode(context(1), set.input.bytes.subarray(set.contentStart));
};

function crlExtensions(spec: CrlSpec): Uint8Array[] {
  const number = spec.number === undefined ? "07" : spec.number;
  return [
    ...(spec.keyIdentifier === undefined
      ? []
      : [extensionOf("2.5.29.35", seq(encode(contextPrimitive(0), hex(spec.keyIdentifier))))]),
    ...(number === null ? [] : [extensionOf("2.5.29.20", encode(TAG.integer, hex(number)), spec.numberIsCritical)]),
    ...(spec.delta === undefined ? [] : [extensionOf("2.5.29.27", encode(TAG.integer, hex(spec.delta)), true)]),
    ...(spec.point === undefined ? [] : [extensionOf("2.5.29.28", issuingDistributionPoint(spec.point), true)]),
    ...(spec.more ?? []),
  ];
}

/** A CRL in DER; the same specification gives the same bytes, for RSA and Ed25519 keys. */
export function mintCrl(spec: CrlSpec = {}): Buffer {
  const [hash, algorithm] = algorithms[spec.algorithm ?? "RSA-SHA256"];
  const extensions = crlExtensions(spec);
  const entries = spec.rawEntries ?? Buffer.concat((spec.entries ?? []).map(entry));
  const nextUpdate = spec.nextUpdate === undefined ? "2026-12-20T00:00:00Z" : spec.nextUpdate;
  const tbs = seq(
    ...(spec.version === null ? [] : [integer((spec.version ?? 2) - 1)]),
    algorithm,
    spec.issuer ?? caName("Contoso Issuing CA"),
    time(spec.thisUpdate ?? "2026-11-20T00:00:00Z"),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length > 0 || spec.entries !== undefined ? [encode(TAG.sequence, entries)] : []),
    ...(extensions.length > 0 ? [encode(context(0), seq(...extensions))] : []),
  );
  // Without salt the same CRL comes out each time.
  const options = spec.algorithm === "RSA-PSS" ? { padding: 6, saltLength: 0 } : {};
  const signature = sign(hash, tbs, { key: createPrivateKey(keyPem(spec.key ?? "issuing")), ...options });
  if (spec.isAltered) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  return Buffer.from(seq(tbs, spec.outerAlgorithm ?? algorithm, encode(TAG.bitString, new Uint8Array(1), signature)));
}
