/** Decryption by a passphrase of what stands in PKCS#12: PBES2 (RFC 8018) and PKCS#12's own schemes (RFC 7292 appendix B). */
import { createDecipheriv, hash, pbkdf2Sync, scryptSync } from "node:crypto";
import { children, content, type Element } from "./der.ts";
import { type Encryption, MAX_SCRYPT_BYTES, readPbes2, readRounds, readScheme } from "./encryption.ts";

/** The name that node:crypto has for the hash of an HMAC: `hmacWithSHA256` is `sha256`. */
export const hashOfPrf = (prf: string): string => prf.replace("hmacWith", "").toLowerCase();

/** The passphrase of PKCS#12: UTF-16, big end first, with a zero at its end; without a passphrase, nothing at all. */
export const pkcs12Passphrase = (passphrase: string | null): Buffer =>
  passphrase === null ? Buffer.alloc(0) : Buffer.from(`${passphrase}\0`, "utf16le").swap16();

/** Octets that the derivation of PKCS#12 mixes at a time, by its hash. */
const hashBlocks: Readonly<Record<string, number>> = {
  md5: 64,
  sha1: 64,
  sha224: 64,
  sha256: 64,
  sha384: 128,
  sha512: 128,
  blake2b512: 128,
};

/** Whether keys can be derived with a hash. */
export const isPkcs12Hash = (hash: string): boolean => Object.hasOwn(hashBlocks, hash);

/** What a derived key of PKCS#12 is for, RFC 7292 appendix B.3. */
export const purposes = { key: 1, iv: 2, mac: 3 } as const;

/** The key derivation of PKCS#12, RFC 7292 appendix B.2. @throws if node:crypto does not know the hash */
export function derivePkcs12(
  algorithm: string,
  purpose: keyof typeof purposes,
  {
    passphrase,
    salt,
    rounds,
    length,
  }: { readonly passphrase: Uint8Array; readonly salt: Uint8Array; readonly rounds: number; readonly length: number },
): Buffer {
  const v = hashBlocks[algorithm] ?? 64;
  const stretch = (bytes: Uint8Array): Buffer => Buffer.alloc(Math.ceil(bytes.length / v) * v, bytes);
  const mixed = Buffer.concat([stretch(salt), stretch(passphrase)]);
  const chunks: Buffer[] = [];
  for (let have = 0; have < length; have += chunks.at(-1)?.length ?? length) {
    let chunk = hash(algorithm, Buffer.concat([Buffer.alloc(v, purposes[purpose]), mixed]), "buffer");
    for (let round = 1; round < rounds; round++) chunk = hash(algorithm, chunk, "buffer");
    chunks.push(chunk);
    const addend = Buffer.alloc(v, chunk);
    for (let at = 0; at < mixed.length; at += v) addPlusOne(mixed.subarray(at, at + v), addend);
  }
  return Buffer.concat(chunks).subarray(0, length);
}

/** Adds one number and 1 to another, both big-endian and of the same length, modulo that length. */
function addPlusOne(number: Uint8Array, addend: Uint8Array): void {
  let carry = 1;
  for (let at = number.length - 1; at >= 0; at--) {
    carry += (number[at] ?? 0) + (addend[at] ?? 0);
    number[at] = carry & 0xff;
    carry >>= 8;
  }
}

/** Decrypts with RC2, which OpenSSL 3 has switched off. */
export type Rc2 = (key: Uint8Array, effectiveBits: number, iv: Uint8Array, data: Uint8Array) => Uint8Array;

/** Key length in octets, and its name in node:crypto or the effective bits of RC2, of the ciphers of PKCS#12. */
const pkcs12Ciphers: Readonly<Record<string, readonly [length: number, cipher: string | number]>> = {
  "PBE-SHA1-3DES": [24, "des-ede3-cbc"],
  "PBE-SHA1-2DES": [16, "des-ede3-cbc"],
  "PBE-SHA1-RC2-128": [16, 128],
  "PBE-SHA1-RC2-40": [5, 40],
};

/** Whether `decrypt` knows it: more than OpenSSL 3 does by default. */
export const isDecryptable = ({ scheme, obstacle }: Encryption): boolean =>
  obstacle === undefined || scheme in pkcs12Ciphers;

/**
 * Decrypts what an AlgorithmIdentifier of PBES2 or PKCS#12 belongs to. The passphrase of PKCS#12 may be absent (`null`),
 * which is not the same as empty.
 * @throws if the passphrase is wrong (usually), or the algorithm unknown
 */
export function decrypt(algorithm: Element, data: Uint8Array, passphrase: string | null, rc2: Rc2): Uint8Array {
  const { scheme } = readScheme(algorithm);
  const [, parameters] = children(algorithm);
  if (scheme.startsWith("PBES2")) return decryptPbes2(parameters, data, passphrase ?? "");
  const [length, cipher] = pkcs12Ciphers[scheme] ?? [];
  if (parameters === undefined || length === undefined || cipher === undefined)
    throw new Error(`${scheme} is not known`);
  const [salt] = children(parameters);
  const input = {
    passphrase: pkcs12Passphrase(passphrase),
    salt: salt === undefined ? new Uint8Array() : content(salt),
    rounds: readRounds(algorithm),
  };
  const key = derivePkcs12("sha1", "key", { ...input, length });
  const iv = derivePkcs12("sha1", "iv", { ...input, length: 8 });
  if (typeof cipher === "number") return rc2(key, cipher, iv, data);
  // With two keys, the first is also the third.
  return decipher(cipher, length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key, iv, data);
}

function decryptPbes2(parameters: Element | undefined, data: Uint8Array, passphrase: string): Uint8Array {
  const { derivation, salt, numbers, prf, cipher, iv } = readPbes2(parameters);
  const length = cipher.startsWith("DES") ? 24 : Number(/\d{3}/.exec(cipher)?.[0] ?? 0) / 8;
  const [first = 1, r = 1, p = 1] = numbers;
  const key =
    derivation === "PBKDF2"
      ? pbkdf2Sync(passphrase, salt, first, length, hashOfPrf(prf))
      : scryptSync(passphrase, salt, length, { N: first, r, p, maxmem: 2 * MAX_SCRYPT_BYTES });
  return decipher(cipher.toLowerCase(), key, iv === undefined ? new Uint8Array() : content(iv), data);
}

function decipher(name: string, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const engine = createDecipheriv(name, key, iv);
  return Buffer.concat([engine.update(data), engine.final()]);
}
