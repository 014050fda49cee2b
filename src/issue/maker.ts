/** Makes certification requests (RFC 2986), self-signed certificates (RFC 5280) and key files (RFC 5958), by the library that issues. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import { keyPem } from "../pki/sealing.ts";
import type { Wish, WishedAttribute } from "./wish.ts";

/** A request for this wish, in PEM, signed with the key. */
export async function makeRequest(wish: Wish, key: KeyObject): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: nameOf(wish.subject),
      keys: await pairOf(key),
      signingAlgorithm: algorithm,
      extensions: extensionsOf(wish),
    },
    globalThis.crypto,
  );
  return `${request.toString("pem")}\n`;
}

/** A certificate that the key signs itself, in PEM; the times are in milliseconds since 1970. */
export async function makeSelfSigned(
  wish: Wish,
  key: KeyObject,
  { notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number },
): Promise<string> {
  const keys = await pairOf(key);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: makeSerialNumber(),
      name: nameOf(wish.subject),
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, globalThis.crypto),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false, globalThis.crypto),
        ...extensionsOf(wish),
        ...(wish.crlUrl === undefined ? [] : [new x509.CRLDistributionPointsExtension([wish.crlUrl])]),
      ],
    },
    globalThis.crypto,
  );
  return `${certificate.toString("pem")}\n`;
}

/** The key in a file of its own; with a passphrase, encrypted. */
export function keyFile(key: KeyObject, passphrase: string | undefined): string {
  const plain = key.export({ format: "der", type: "pkcs8" });
  try {
    return keyPem(plain, passphrase);
  } finally {
    plain.fill(0);
  }
}

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;

/** The library signs with keys of the Web Cryptography API. */
async function pairOf(key: KeyObject): Promise<CryptoKeyPair> {
  const { subtle } = globalThis.crypto;
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  try {
    return {
      privateKey: await subtle.importKey("pkcs8", new Uint8Array(pkcs8), algorithm, false, ["sign"]),
      publicKey: await subtle.importKey(
        "spki",
        new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" })),
        algorithm,
        true,
        ["verify"],
      ),
    };
  } finally {
    pkcs8.fill(0);
  }
}

/** The string types that OpenSSL chooses: RFC 5280 wants them for country and e-mail address. */
const stringTypes: Readonly<Partial<Record<WishedAttribute[0], "printableString" | "ia5String">>> = {
  C: "printableString",
  E: "ia5String",
};

const nameOf = (subject: Wish["subject"]): x509.Name =>
  new x509.Name(
    subject.map(([type, value]) => ({
      [type === "E" ? "1.2.840.113549.1.9.1" : type]: [{ [stringTypes[type] ?? "utf8String"]: value }],
    })),
  );

/** Those that a certificate for the appliance has, whoever issues it, in the order of the published sample. */
const extensionsOf = ({ names, addresses }: Wish): x509.Extension[] => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
  new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
  new x509.SubjectAlternativeNameExtension([
    ...names.map((value) => ({ type: "dns" as const, value })),
    ...addresses.map((value) => ({ type: "ip" as const, value })),
  ]),
];

/** Sixteen octets, positive and without a leading zero. */
function makeSerialNumber(): string {
  const [first = 0, ...rest] = randomBytes(16);
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString("hex");
}
