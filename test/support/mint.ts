/** Certificates made at test time from the checked-in keys: valid by default, so that a case states only what it breaks. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createPrivateKey, createPublicKey, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** A key in fixtures/keys. */
export type KeyName =
  | "leaf"
  | "leaf-4096"
  | "leaf-3072"
  | "leaf-1024"
  | "leaf-p256"
  | "leaf-ed25519"
  | "other"
  | "root"
  | "policy"
  | "issuing"
  | "root-p384";

/** An attribute of a name; a tag chooses the string type. */
export type AttributeSpec = readonly [
  type: string,
  value: string,
  string?: "utf8String" | "printableString" | "ia5String" | "bmpString" | "teletexString",
];

/** How a certificate is signed; by default as the key allows, with SHA-256. */
export type SignatureName = "RSA-SHA1" | "RSA-SHA384" | "RSA-PSS" | "ECDSA-SHA384";

const hashes: Readonly<Partial<Record<SignatureName, string>>> = {
  "RSA-SHA1": "SHA-1",
  "RSA-SHA384": "SHA-384",
  "ECDSA-SHA384": "SHA-384",
};

/** What a certificate is to be. */
export interface CertificateSpec {
  readonly subject: readonly AttributeSpec[];
  readonly key: KeyName;
  /** Who signs; the certificate itself, if absent. */
  readonly issuer?: { readonly subject: readonly AttributeSpec[]; readonly key: KeyName };
  readonly serialNumber?: string;
  /** ISO 8601. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly signature?: SignatureName;
  readonly extensions: readonly x509.Extension[];
}

/** Keys for tests; scripts and tests start in the root of the repository. */
const keysFolder = resolve("fixtures/keys");

/** The text of a key file. */
export const keyPem = (name: string): string => readFileSync(join(keysFolder, `${name}.key`), "utf8");

const isEc = (name: KeyName): boolean => name === "leaf-p256" || name === "root-p384";
const curve = (name: KeyName): string => (name === "root-p384" ? "P-384" : "P-256");

function algorithmOf(
  key: KeyName,
  signature: SignatureName | undefined,
): EcKeyImportParams & RsaHashedImportParams & EcdsaParams {
  const hash = (signature && hashes[signature]) ?? "SHA-256";
  if (key === "leaf-ed25519") return { name: "Ed25519", hash, namedCurve: "" };
  if (isEc(key)) return { name: "ECDSA", namedCurve: curve(key), hash };
  return {
    name: signature === "RSA-PSS" ? "RSA-PSS" : "RSASSA-PKCS1-v1_5",
    hash,
    namedCurve: "",
    // Without salt the same certificate comes out each time.
    ...(signature === "RSA-PSS" && { saltLength: 0 }),
  };
}

async function importKeys(name: KeyName, signature: SignatureName | undefined): Promise<CryptoKeyPair> {
  const privateKey = createPrivateKey(keyPem(name));
  const algorithm = algorithmOf(name, signature);
  const [pkcs8, spki] = [
    privateKey.export({ format: "der", type: "pkcs8" }),
    createPublicKey(privateKey).export({ format: "der", type: "spki" }),
  ];
  const subtle = webcrypto.subtle as unknown as SubtleCrypto;
  return {
    privateKey: await subtle.importKey("pkcs8", new Uint8Array(pkcs8), algorithm, false, ["sign"]),
    publicKey: await subtle.importKey("spki", new Uint8Array(spki), algorithm, true, ["verify"]),
  };
}

const pairs = new Map<string, Promise<CryptoKeyPair>>();

/** The key pair for an algorithm; imported once. */
function keyPair(name: KeyName, signature: SignatureName | undefined): Promise<CryptoKeyPair> {
  const id = `${name} ${signature}`;
  const pair = pairs.get(id) ?? importKeys(name, signature);
  pairs.set(id, pair);
  return pair;
}

/** The public key of a key file, as extensions need it. */
const publicKeyOf = async (name: KeyName): Promise<CryptoKey> => (await keyPair(name, undefined)).publicKey;

/** E-mail addresses are IA5String by RFC 5280, countries PrintableString, everything else UTF8String. */
function stringType(type: string): NonNullable<AttributeSpec[2]> {
  if (type === "E") return "ia5String";
  return type === "C" ? "printableString" : "utf8String";
}

function toName(attributes: readonly AttributeSpec[]): x509.Name {
  const types = (type: string): string => (type === "E" ? "1.2.840.113549.1.9.1" : type);
  return new x509.Name(
    attributes.map(([type, value, string = stringType(type)]) => ({ [types(type)]: [{ [string]: value }] })),
  );
}

/** Makes a certificate; the same specification gives the same bytes, for RSA and Ed25519 keys. */
export async function mint(spec: CertificateSpec): Promise<Buffer> {
  const signer = spec.issuer ?? spec;
  const [subjectKeys, signerKeys] = await Promise.all([
    keyPair(spec.key, undefined),
    keyPair(signer.key, spec.signature),
  ]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: spec.serialNumber ?? "0a",
    subject: toName(spec.subject),
    issuer: toName(signer.subject),
    notBefore: new Date(spec.notBefore ?? "2026-01-01T00:00:00Z"),
    notAfter: new Date(spec.notAfter ?? "2048-01-01T00:00:00Z"),
    signingAlgorithm: algorithmOf(signer.key, spec.signature),
    publicKey: subjectKeys.publicKey,
    signingKey: signerKeys.privateKey,
    extensions: [...spec.extensions],
  });
  return Buffer.from(certificate.rawData);
}

/** A PEM block. */
export const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString("base64")
    .replace(/(.{64})(?=.)/g, "$1\n")}\n-----END ${label}-----\n`;

/** PEM with the base64 of each block in one line. */
export const inOneLine = (text: string): string => text.replace(/(?<=[^-])\n(?=[^-])/g, "");

/** An extension of these bytes, whatever they are, in hexadecimal digits. */
export const rawExtension = (oid: string, hex: string): x509.Extension =>
  new x509.Extension(oid, false, Buffer.from(hex, "hex"));

/** What the appliance's certificate is to be other than the default, which meets every rule. */
export interface LeafSpec {
  readonly subject?: readonly AttributeSpec[];
  readonly key?: KeyName;
  /** DNS names; null: no subject alternative name at all. */
  readonly names?: readonly string[] | null;
  readonly addresses?: readonly string[];
  /** Null: no CRL distribution points. */
  readonly crlUrls?: readonly string[] | null;
  readonly cA?: boolean;
  /** Null: no keyUsage. */
  readonly keyUsage?: x509.KeyUsageFlags | null;
  /** Object identifiers; null: no extKeyUsage. */
  readonly extKeyUsage?: readonly string[] | null;
  /** Who signs: the lowest CA, unless it is to be self-signed, or signed by somebody else under the CA's name. */
  readonly signer?: "self" | KeyName;
  /** False: no key identifiers, so that nothing but the signature ties the certificate to its issuer. */
  readonly identifiers?: boolean;
  readonly more?: readonly x509.Extension[];
  readonly serialNumber?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly signature?: SignatureName;
}

/** What a CA is to be other than the default. */
export interface CaSpec {
  readonly subject?: readonly AttributeSpec[];
  readonly key?: KeyName;
  /** Null: no basicConstraints. */
  readonly cA?: boolean | null;
  readonly pathLength?: number;
  readonly keyUsage?: x509.KeyUsageFlags | null;
  readonly more?: readonly x509.Extension[];
  /** Who signs, under the name of the CA above: that CA's key, unless given. */
  readonly signer?: KeyName;
  readonly identifiers?: boolean;
  /** Where the CRL is that may list this CA; nowhere by default. */
  readonly crlUrls?: readonly string[];
  readonly serialNumber?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly signature?: SignatureName;
}

/** An appliance's certificate with its CAs. */
export interface ApplianceSpec {
  readonly leaf?: LeafSpec;
  /** CAs from the leaf's issuer upward; the last signs itself. By default an issuing CA and a root. */
  readonly cas?: readonly CaSpec[];
}

/** What came of it, in DER. */
export interface Appliance {
  readonly leaf: Buffer;
  /** The issuer of the leaf first. */
  readonly cas: readonly Buffer[];
}

/** The subject of the published sample, in its order. */
export const sampleSubject: readonly AttributeSpec[] = [
  ["C", "US"],
  ["ST", "Illinois"],
  ["L", "Springfield"],
  ["O", "Contoso Ltd"],
  ["OU", "Contoso Labs"],
  ["CN", "sensor.contoso.com"],
  ["E", "support@contoso.com"],
];

const organization: readonly AttributeSpec[] = [
  ["C", "US"],
  ["O", "Contoso Ltd"],
];

/** CAs by their place from the top: names and keys. */
const caDefaults: readonly (readonly [name: string, key: KeyName])[] = [
  ["Contoso Root CA", "root"],
  ["Contoso Issuing CA", "issuing"],
];
const threeCaDefaults: typeof caDefaults = [
  ["Contoso Root CA", "root"],
  ["Contoso Policy CA", "policy"],
  ["Contoso Issuing CA", "issuing"],
];

/** Makes a certificate with its CAs. */
export async function mintAppliance({ leaf = {}, cas = [{}, {}] }: ApplianceSpec = {}): Promise<Appliance> {
  const defaults = cas.length > 2 ? threeCaDefaults : caDefaults;
  const full = cas.map((ca, index) => {
    const [name, key] = defaults[cas.length - 1 - index] ?? [`Contoso CA ${index}`, "policy"];
    return { key, subject: [...organization, ["CN", name] as const], ...ca };
  });
  const minted = full.map(async (ca, index) => {
    const above = full[index + 1] ?? ca;
    const signer = ca.signer ?? above.key;
    const isRoot = above === ca;
    const keyUsage =
      ca.keyUsage === undefined ? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign : ca.keyUsage;
    return mint({
      ...dates(ca),
      serialNumber: ca.serialNumber ?? `0${full.length - index}`,
      subject: ca.subject,
      key: ca.key,
      ...(!isRoot || ca.signer ? { issuer: { subject: above.subject, key: signer } } : {}),
      extensions: [
        ...(ca.identifiers === false ? [] : await identifiers(ca.key, isRoot ? undefined : above.key)),
        ...(ca.cA === null ? [] : [new x509.BasicConstraintsExtension(ca.cA ?? true, ca.pathLength, true)]),
        ...(keyUsage === null ? [] : [new x509.KeyUsagesExtension(keyUsage, true)]),
        ...(ca.crlUrls ? [new x509.CRLDistributionPointsExtension([...ca.crlUrls])] : []),
        ...(ca.more ?? []),
      ],
    });
  });
  return {
    leaf: await mintLeaf(leaf, full[0] ?? { subject: sampleSubject, key: "leaf" }),
    cas: await Promise.all(minted),
  };
}

async function mintLeaf(
  spec: LeafSpec,
  issuer: { readonly subject: readonly AttributeSpec[]; readonly key: KeyName },
): Promise<Buffer> {
  const key = spec.key ?? "leaf";
  const keyUsage =
    spec.keyUsage === undefined
      ? x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment
      : spec.keyUsage;
  const extKeyUsage = spec.extKeyUsage === undefined ? [x509.ExtendedKeyUsage.serverAuth] : spec.extKeyUsage;
  const crlUrls = spec.crlUrls === undefined ? ["http://crl.contoso.com/issuing.crl"] : spec.crlUrls;
  const names = spec.names === undefined ? ["sensor.contoso.com"] : spec.names;
  const alternative: x509.JsonGeneralNames = [
    ...(names ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(spec.addresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  const isSelfSigned = spec.signer === "self";
  return mint({
    ...dates(spec),
    serialNumber: spec.serialNumber ?? "5a17",
    subject: spec.subject ?? sampleSubject,
    key,
    ...(isSelfSigned ? {} : { issuer: { subject: issuer.subject, key: spec.signer ?? issuer.key } }),
    extensions: [
      ...(spec.identifiers === false ? [] : await identifiers(key, isSelfSigned ? key : issuer.key)),
      new x509.BasicConstraintsExtension(spec.cA ?? false, undefined, true),
      ...(keyUsage === null ? [] : [new x509.KeyUsagesExtension(keyUsage, true)]),
      ...(extKeyUsage === null ? [] : [new x509.ExtendedKeyUsageExtension([...extKeyUsage])]),
      ...(alternative.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternative)] : []),
      ...(crlUrls === null ? [] : [new x509.CRLDistributionPointsExtension([...crlUrls])]),
      ...(spec.more ?? []),
    ],
  });
}

async function identifiers(own: KeyName, above: KeyName | undefined): Promise<x509.Extension[]> {
  const subject = await x509.SubjectKeyIdentifierExtension.create(await publicKeyOf(own));
  return above === undefined
    ? [subject]
    : [subject, await x509.AuthorityKeyIdentifierExtension.create(await publicKeyOf(above))];
}

const dates = ({ notBefore, notAfter, signature }: Pick<LeafSpec, "notBefore" | "notAfter" | "signature">) => ({
  ...(notBefore !== undefined && { notBefore }),
  ...(notAfter !== undefined && { notAfter }),
  ...(signature !== undefined && { signature }),
});

/** What a request is to be other than the default. */
export interface RequestSpec {
  readonly subject?: readonly AttributeSpec[];
  readonly key?: KeyName;
  /** DNS names; none by default. */
  readonly names?: readonly string[];
  readonly more?: readonly x509.Extension[];
  readonly challengePassword?: string;
  readonly signature?: SignatureName;
}

/** A certificate request for the default appliance, in DER. */
export async function mintRequest({
  subject = sampleSubject,
  key = "leaf",
  names = [],
  more = [],
  challengePassword,
  signature,
}: RequestSpec = {}): Promise<Buffer> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: toName(subject),
    keys: await keyPair(key, signature),
    signingAlgorithm: algorithmOf(key, signature),
    extensions: [
      ...(names.length > 0
        ? [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))]
        : []),
      ...more,
    ],
    ...(challengePassword !== undefined && { attributes: [new x509.ChallengePasswordAttribute(challengePassword)] }),
  });
  return Buffer.from(request.rawData);
}

/** What the issuing CA of the default appliance makes of a request, in DER: its subject, key and names. */
export async function issue(request: Uint8Array): Promise<Buffer> {
  const { subjectName, publicKey, extensions } = new x509.Pkcs10CertificateRequest(new Uint8Array(request));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: "5a18",
    subject: subjectName,
    issuer: toName([...organization, ["CN", "Contoso Issuing CA"]]),
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2048-01-01T00:00:00Z"),
    signingAlgorithm: algorithmOf("issuing", undefined),
    publicKey,
    signingKey: (await keyPair("issuing", undefined)).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ...extensions.filter(({ type }) => type === "2.5.29.17"),
    ],
  });
  return Buffer.from(certificate.rawData);
}
