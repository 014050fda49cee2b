/**
 * Fleets for the benchmark and for tests: any number of appliances that meet every rule, with some conflicts among them.
 * RSA keys are products of a few primes, so that thousands are made in seconds: they are good for nothing else.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { context, contextPrimitive, TAG } from "../src/pki/der.ts";
import { encode, encodeInteger } from "../src/pki/der-writer.ts";
import { keysOfPrimes, unfactored } from "./fleet-keys.ts";

/** What a fleet is to be. */
export interface FleetSpec {
  readonly appliances: number;
  /** With private keys; without, a public key is a number that nobody has factored. */
  readonly keys: boolean | { readonly passphrase: string };
  /** How many pairs of each kind of conflict are planted. */
  readonly conflicts: number;
}

/** Two appliances that share what must differ, by their names. */
export interface Conflict {
  readonly rule: string;
  readonly appliances: readonly [string, string];
}

/** CAs that share the fleet among them, with the keys that they have; each has a folder with its chain. */
const authorityKeys = ["issuing", "policy", "other"] as const;
const ROOT_KEY = "root";

/** The kinds of conflicts, by the rule that finds them. */
const kinds = [
  "fleet/unique-certificate",
  "fleet/unique-common-name",
  "fleet/unique-key",
  "fleet/unique-serial-number",
] as const;

/** Writes the files of a fleet below a folder, and says which appliances are in conflict. */
export function writeFleet(folder: string, { appliances, keys, conflicts }: FleetSpec): readonly Conflict[] {
  const root = authority(ROOT_KEY, "Contoso Root CA");
  const rootCertificate = pem(certificateOf(root, root, "01", "480101000000Z", caExtensions));
  const authorities = authorityKeys.map((key, index) => authority(key, `Contoso Issuing CA ${index + 1}`));
  const write = (file: string, text: string, mode = 0o644): void => writeFileSync(join(folder, file), text, { mode });
  for (const [index, issuing] of authorities.entries()) {
    mkdirSync(dirname(join(folder, `plant-${index + 1}/ca.pem`)), { recursive: true });
    const own = pem(certificateOf(issuing, root, `0${index + 2}`, "480101000000Z", caExtensions));
    write(`plant-${index + 1}/ca.pem`, own + rootCertificate);
  }
  const makeKey = keys ? keysOfPrimes(appliances) : unfactored;
  const planted: Conflict[] = [];
  // Pairs lie far from each other, so that they come into other batches, and have the same CA.
  const pairs = kinds.length * conflicts;
  const distance = Math.floor(appliances / 2 / authorities.length) * authorities.length;
  for (let index = 0; index < appliances; index++) {
    const twin = index - distance;
    const kind = twin >= 0 && twin < pairs ? kinds[twin % kinds.length] : undefined;
    const of = (rule: (typeof kinds)[number]): number =>
      kind === rule || kind === "fleet/unique-certificate" ? twin : index;
    const own = place(index);
    if (kind !== undefined) planted.push({ rule: kind, appliances: [place(twin), own] });
    const key = makeKey(of("fleet/unique-key"));
    const issuer = authorities[index % authorities.length] ?? root;
    const name = `appliance-${String(of("fleet/unique-common-name")).padStart(6, "0")}.contoso.com`;
    const subject = distinguishedName(kind === "fleet/unique-common-name" ? name.toUpperCase() : name);
    const serial = digest(`serial ${of("fleet/unique-serial-number")}`)
      .subarray(0, 16)
      .toString("hex");
    const holder = { subject, publicKey: key.publicKey };
    const days = of("fleet/unique-certificate") % EXPIRY_DAYS;
    const notAfter = utcTime(Date.UTC(2027, 0, 1 + days));
    const certificate = certificateOf(holder, issuer, `4${serial.slice(1)}`, notAfter, leafExtensions(name));
    write(`${own}.crt`, pem(certificate));
    if (key.privateKey !== undefined) write(`${own}.key`, keyText(key.privateKey, keys), 0o600);
  }
  return planted;
}

/** A key as a file has it, encrypted if there is a passphrase. */
function keyText(pkcs8: Uint8Array, keys: FleetSpec["keys"]): string {
  if (typeof keys === "boolean") return armour("PRIVATE KEY", pkcs8);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  return key.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: keys.passphrase }).toString();
}

/** Certificates expire on as many days, in turn: no week stands out. */
const EXPIRY_DAYS = 700;

/** Where an appliance lies; the folder is that of the CA of most in it. */
const place = (index: number): string =>
  `plant-${(index % authorityKeys.length) + 1}/appliance-${String(index).padStart(6, "0")}`;

/** Who a certificate is for. */
interface Holder {
  readonly subject: Uint8Array;
  /** A SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** Who signs. */
interface Authority extends Holder {
  readonly privateKey: KeyObject;
}

function authority(key: string, name: string): Authority {
  const privateKey = createPrivateKey(readFileSync(`fixtures/keys/${key}.key`));
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return { subject: distinguishedName(name), publicKey, privateKey };
}

const hex = (digits: string): Uint8Array => Buffer.from(digits, "hex");
const digest = (text: string | Uint8Array): Buffer => createHash("sha1").update(text).digest();
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.sequence, ...parts);
const oid = (digits: string): Uint8Array => encode(TAG.oid, hex(digits));

const armour = (label: string, der: Uint8Array): string => {
  const base64 = Buffer.from(der).toString("base64");
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
};
const pem = (certificate: Uint8Array): string => armour("CERTIFICATE", certificate);

const sha256WithRsa = hex("300d06092a864886f70d01010b0500");

/** C, ST, L, O, OU, CN as the documents' sample has them. */
function distinguishedName(commonName: string): Uint8Array {
  const attributes: readonly (readonly [type: string, tag: number, value: string])[] = [
    ["550406", TAG.printableString, "US"],
    ["550408", TAG.utf8String, "Illinois"],
    ["550407", TAG.utf8String, "Springfield"],
    ["55040a", TAG.utf8String, "Contoso Ltd"],
    ["55040b", TAG.utf8String, "Contoso Labs"],
    ["550403", TAG.utf8String, commonName],
    ["2a864886f70d010901", TAG.ia5String, "support@contoso.com"],
  ];
  return sequence(
    ...attributes.map(([type, tag, value]) => encode(TAG.set, sequence(oid(type), encode(tag, Buffer.from(value))))),
  );
}

function certificateOf(
  { subject, publicKey }: Holder,
  issuer: Authority,
  serialNumber: string,
  notAfter: string,
  extensions: (own: Uint8Array, issuer: Uint8Array) => readonly Uint8Array[],
): Uint8Array {
  const time = (text: string): Uint8Array => encode(TAG.utcTime, Buffer.from(text));
  const tbs = sequence(
    encode(context(0), encodeInteger(Uint8Array.of(2))),
    encodeInteger(hex(serialNumber)),
    sha256WithRsa,
    issuer.subject,
    sequence(time("260101000000Z"), time(notAfter)),
    subject,
    publicKey,
    encode(context(3), sequence(...extensions(digest(publicKey), digest(issuer.publicKey)))),
  );
  const signature = sign("sha256", tbs, issuer.privateKey);
  return sequence(tbs, sha256WithRsa, encode(TAG.bitString, new Uint8Array(1), signature));
}

const extension = (type: string, value: Uint8Array): Uint8Array =>
  sequence(oid(`551d${type}`), encode(TAG.octetString, value));
const critical = (type: string, value: Uint8Array): Uint8Array =>
  sequence(oid(`551d${type}`), hex("0101ff"), encode(TAG.octetString, value));

const identifiers = (own: Uint8Array, issuer: Uint8Array): readonly Uint8Array[] => [
  extension("0e", encode(TAG.octetString, own)),
  extension("23", sequence(encode(contextPrimitive(0), issuer))),
];

/** A CA that may sign certificates and CRLs. */
const caExtensions = (own: Uint8Array, issuer: Uint8Array): readonly Uint8Array[] => [
  ...identifiers(own, issuer),
  critical("13", hex("30030101ff")),
  critical("0f", hex("03020106")),
];

/** A TLS server with a name and a place for its CRL. */
const leafExtensions =
  (name: string) =>
  (own: Uint8Array, issuer: Uint8Array): readonly Uint8Array[] => [
    ...identifiers(own, issuer),
    critical("13", hex("3000")),
    critical("0f", hex("030205a0")),
    extension("25", sequence(oid("2b06010505070301"))),
    extension("11", sequence(encode(contextPrimitive(2), Buffer.from(name)))),
    extension("1f", sequence(sequence(encode(context(0), encode(context(0), crlUrl))))),
  ];

const crlUrl = encode(contextPrimitive(6), Buffer.from("http://crl.contoso.com/issuing.crl"));

const utcTime = (at: number): string => `${new Date(at).toISOString().replace(/\D/g, "").slice(2, 14)}Z`;
