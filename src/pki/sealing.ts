/** Encryption by a passphrase of what is written: PBES2 (RFC 8018) with AES-256, and PKCS#12's own 3DES (RFC 7292 appendix C). */
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { TAG } from "./der.ts";
import { encode, encodeNumber, encodeOid } from "./der-writer.ts";
import { derivePkcs12, pkcs12Passphrase } from "./pbe.ts";
import { armour } from "./pem-label.ts";

/** `modern` is AES-256 and SHA-256; `legacy` is 3DES and SHA-1, which Windows before 2019 needs. */
export type Age = "modern" | "legacy";

/** What was encrypted, and how, each in DER. */
export interface Sealed {
  readonly algorithm: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * Rounds of hashing: OpenSSL's own default of 2048 can be guessed against at leisure, and many times this would be felt
 * at each start of a server. What needs 3DES does not expect more than it makes itself.
 */
export const ROUNDS: Readonly<Record<Age, number>> = { modern: 100_000, legacy: 2048 };

const OID = {
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacWithSHA256: "1.2.840.113549.2.9",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
  pbeSha1And3Des: "1.2.840.113549.1.12.1.3",
} as const;

/** Encrypts bytes with a passphrase, and a salt of their own. */
export const seal = (plain: Uint8Array, passphrase: string, age: Age = "modern"): Sealed =>
  age === "modern" ? sealPbes2(plain, passphrase) : sealPkcs12(plain, passphrase);

/** An EncryptedPrivateKeyInfo, RFC 5958 section 3, of a key in PKCS#8. */
export function sealedKey(pkcs8: Uint8Array, passphrase: string, age: Age = "modern"): Uint8Array {
  const { algorithm, data } = seal(pkcs8, passphrase, age);
  return encode(TAG.sequence, algorithm, encode(TAG.octetString, data));
}

/** A key in PKCS#8 as PEM, encrypted if there is a passphrase. */
export const keyPem = (pkcs8: Uint8Array, passphrase: string | undefined): string =>
  passphrase === undefined
    ? armour("PRIVATE KEY", pkcs8)
    : armour("ENCRYPTED PRIVATE KEY", sealedKey(pkcs8, passphrase));

function sealPbes2(plain: Uint8Array, passphrase: string): Sealed {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const key = pbkdf2Sync(passphrase, salt, ROUNDS.modern, 32, "sha256");
  const prf = encode(TAG.sequence, encodeOid(OID.hmacWithSHA256), encode(TAG.null));
  const derivation = encode(TAG.sequence, encode(TAG.octetString, salt), encodeNumber(ROUNDS.modern), prf);
  const parameters = encode(
    TAG.sequence,
    encode(TAG.sequence, encodeOid(OID.pbkdf2), derivation),
    encode(TAG.sequence, encodeOid(OID.aes256Cbc), encode(TAG.octetString, iv)),
  );
  return {
    algorithm: encode(TAG.sequence, encodeOid(OID.pbes2), parameters),
    data: encipher("aes-256-cbc", key, iv, plain),
  };
}

function sealPkcs12(plain: Uint8Array, passphrase: string): Sealed {
  const input = { passphrase: pkcs12Passphrase(passphrase), salt: randomBytes(8), rounds: ROUNDS.legacy };
  const key = derivePkcs12("sha1", "key", { ...input, length: 24 });
  const iv = derivePkcs12("sha1", "iv", { ...input, length: 8 });
  const parameters = encode(TAG.sequence, encode(TAG.octetString, input.salt), encodeNumber(input.rounds));
  return {
    algorithm: encode(TAG.sequence, encodeOid(OID.pbeSha1And3Des), parameters),
    data: encipher("des-ede3-cbc", key, iv, plain),
  };
}

function encipher(name: string, key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const engine = createCipheriv(name, key, iv);
  return Buffer.concat([engine.update(plain), engine.final()]);
}
