/** The MAC of PKCS#12 containers, RFC 7292 section 4 and PBMAC1, RFC 9879: whether a passphrase is the right one. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import { children, content, DerError, type Element, fields, TAG } from "./der.ts";
import { readOid, readSmallInteger } from "./der-values.ts";
import { NATIVE, readDerivation, type Spend } from "./encryption.ts";
import { oidName } from "./oid.ts";
import { derivePkcs12, hashOfPrf, isPkcs12Hash, pkcs12Passphrase } from "./pbe.ts";

const PBMAC1 = "1.2.840.113549.1.5.14";

/** Shortest and longest key of PBMAC1 in octets: less could be guessed (RFC 9879 section 5), more is work for nothing. */
const [MIN_MAC_KEY, MAX_MAC_KEY] = [20, 128];
/** What the MAC of a container is over, and its parameters. */
export interface Mac {
  readonly data: Uint8Array;
  readonly algorithm: Element;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
}

/** Reads MacData, which is over `data`. @throws DerError */
export function readMac(macData: Element, data: Uint8Array): Mac {
  const parts = fields(macData, "the MAC");
  const digestInfo = fields(parts.take(TAG.sequence, "its digest"), "the digest of the MAC");
  const algorithm = digestInfo.take(TAG.sequence, "the algorithm");
  const digest = content(digestInfo.take(TAG.octetString, "the digest"));
  const salt = content(parts.take(TAG.octetString, "the salt"));
  const iterations = parts.optional(TAG.integer);
  const rounds = iterations === undefined ? 1 : readSmallInteger(iterations, "the iteration count");
  return { data, algorithm, digest, salt, rounds };
}

/** Whether a passphrase makes the MAC; `null` is none. @throws DerError */
export function isAuthentic(
  { data, algorithm, digest, salt, rounds }: Mac,
  passphrase: string | null,
  spend: Spend,
): boolean {
  const [oid, parameters] = children(algorithm);
  const name = oid === undefined ? "" : readOid(oid);
  if (name === PBMAC1) return isSame(pbmac1(parameters, data, passphrase ?? "", spend), digest);
  const hash = oidName(name).toLowerCase();
  if (!isPkcs12Hash(hash)) throw new DerError(`the hash ${oidName(name)} of its MAC is not known here`, 0);
  const { length } = createHash(hash).digest();
  if (length !== digest.length) return false;
  spend(rounds);
  const key = derivePkcs12(hash, "mac", { passphrase: pkcs12Passphrase(passphrase), salt, rounds, length });
  return isSame(createHmac(hash, key).update(data).digest(), digest);
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** PBMAC1, RFC 9879. */
function pbmac1(parameters: Element | undefined, data: Uint8Array, passphrase: string, spend: Spend): Buffer {
  const [derivation, scheme] = parameters === undefined ? [] : children(parameters);
  const [oid, derivationParameters] = derivation === undefined ? [] : children(derivation);
  const [hmac] = scheme === undefined ? [] : children(scheme);
  if (oid === undefined || derivationParameters === undefined || hmac === undefined)
    throw new DerError("the parameters of PBMAC1 are incomplete", 0);
  if (oidName(readOid(oid)) !== "PBKDF2") throw new DerError("the key derivation of PBMAC1 is not PBKDF2", 0);
  const { salt, numbers, prf } = readDerivation(derivationParameters);
  const [rounds = 0, length = 0] = numbers;
  if (length < MIN_MAC_KEY || length > MAX_MAC_KEY)
    throw new DerError(`the key of PBMAC1 has ${length} bytes, not ${MIN_MAC_KEY} to ${MAX_MAC_KEY}`, 0);
  spend(rounds * NATIVE.pbkdf2 * Math.ceil(length / MIN_MAC_KEY));
  const key = pbkdf2Sync(passphrase, salt, rounds, length, hashOfPrf(prf));
  return createHmac(hashOfPrf(oidName(readOid(hmac))), key)
    .update(data)
    .digest();
}
