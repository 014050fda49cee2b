/** PKCS#12 containers, RFC 7292: opened with a passphrase, all at once. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import {
  children,
  content,
  context,
  contextPrimitive,
  DerError,
  type Element,
  fields,
  innerOfTag,
  readDer,
  TAG,
  unexpected,
  whole,
} from "./der.ts";
import { readOid, readSmallInteger } from "./der-values.ts";
import { type Encryption, MAX_ROUNDS, readDerivation, readRounds, readScheme } from "./encryption.ts";
import { decryptKey, type PrivateKey, readPrivateKey } from "./key.ts";
import { oidName } from "./oid.ts";
import { decrypt, derivePkcs12, hashOfPrf, isDecryptable, isPkcs12Hash, pkcs12Passphrase, type Rc2 } from "./pbe.ts";

/** What came of opening a container; `isLegacy`: OpenSSL 3 opens it with its legacy provider only. */
export type Opening = { readonly isLegacy?: boolean } & (
  | { readonly state: "opened"; readonly contents: Pkcs12 }
  | { readonly state: "no-passphrase" | "wrong-passphrase" }
  /** `isLimit`: it costs too much, and nothing is known to be wrong. */
  | { readonly state: "cannot-open"; readonly obstacle: string; readonly isLimit: boolean }
);

/** What a container holds; of keys, what may be known of them. */
export interface Pkcs12 {
  /** In DER, in their order. */
  readonly certificates: readonly Uint8Array[];
  readonly keys: readonly { readonly key: PrivateKey; readonly encryption: Encryption }[];
}

const OID = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  pbmac1: "1.2.840.113549.1.5.14",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certificateBag: "1.2.840.113549.1.12.10.1.3",
  safeContentsBag: "1.2.840.113549.1.12.10.1.6",
} as const;

/** Most certificates and keys that are read. */
const MAX_ITEMS = 200;
/** Bags within bags that are opened. */
const MAX_NESTING = 8;
/** Shortest and longest key of PBMAC1 in octets: less could be guessed (RFC 9879 section 5), more is work for nothing. */
const [MIN_MAC_KEY, MAX_MAC_KEY] = [20, 128];
/** What rounds cost that OpenSSL runs by itself, and that are not run one by one from here. */
const NATIVE = { pkcs12: 0.1, pbkdf2: 0.5 } as const;

/** Counts what is spent on hashing. @throws DerError if it is too much */
export type Spend = (rounds: number) => void;

/** What may be spent on all containers of a run. */
export function budget(): Spend {
  let rounds = 0;
  return (more) => {
    if ((rounds += more) > MAX_ROUNDS)
      throw new DerError(`more than ${MAX_ROUNDS} iterations of key derivation`, 0, "limit");
  };
}

/** A container that is being opened. */
interface Session {
  /** `null` is none at all, which is not the same as an empty one. */
  readonly passphrase: string | null;
  readonly rc2: Rc2;
  readonly spend: Spend;
}

/** Opens a container; without a passphrase, only one that has none. `loadRc2` is called if a part needs RC2. */
export async function openPkcs12(
  bytes: Uint8Array,
  passphrase: string | undefined,
  loadRc2: () => Promise<Rc2>,
  spend: Spend = budget(),
): Promise<Opening> {
  try {
    const pfx = readPfx(bytes);
    const encryptions = pfx.safes.map(encryptionOf).filter((encryption) => encryption !== undefined);
    const obstacle = encryptions.find((encryption) => !isDecryptable(encryption))?.obstacle;
    const opening: Opening =
      obstacle === undefined
        ? // That a key needs RC2 is seen only once its safe is open.
          tryPassphrases(pfx, passphrase, await loadRc2(), spend)
        : { state: "cannot-open", obstacle: obstacle.message, isLimit: obstacle.kind === "limit" };
    const keys = opening.state === "opened" ? opening.contents.keys.map(({ encryption }) => encryption) : [];
    const isLegacy = [...encryptions, ...keys].some((encryption) => encryption.obstacle?.kind === "legacy");
    return isLegacy ? { ...opening, isLegacy } : opening;
  } catch (error) {
    const { message, isLimit } =
      error instanceof DerError ? error : { message: "what it holds cannot be decrypted", isLimit: false };
    return { state: "cannot-open", obstacle: message, isLimit };
  }
}

/** Without a passphrase, that of a container that has none: it is empty, or absent. */
function tryPassphrases({ safes, mac }: Pfx, passphrase: string | undefined, rc2: Rc2, spend: Spend): Opening {
  for (const candidate of passphrase === undefined || passphrase === "" ? ["", null] : [passphrase]) {
    if (mac !== undefined && !isAuthentic(mac, candidate, spend)) continue;
    try {
      return { state: "opened", contents: openSafes(safes, { passphrase: candidate, rc2, spend }) };
    } catch (error) {
      // Without a MAC, junk tells that the passphrase is wrong.
      if (mac !== undefined || (error instanceof DerError && error.isLimit)) throw error;
    }
  }
  return { state: passphrase === undefined ? "no-passphrase" : "wrong-passphrase" };
}

/** A container before it is opened: its parts, and what they are authenticated by. */
interface Pfx {
  readonly safes: readonly Element[];
  readonly mac: Mac | undefined;
}

/** What the MAC of a container is over, and its parameters. */
interface Mac {
  readonly data: Uint8Array;
  readonly algorithm: Element;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
}

function readPfx(bytes: Uint8Array): Pfx {
  const pfx = fields(readDer(bytes), "the container");
  pfx.take(TAG.integer, "its version");
  const authSafe = fields(pfx.take(TAG.sequence, "its content"), "its content");
  if (readOid(authSafe.take(TAG.oid, "the type of the content")) !== OID.data)
    throw new DerError("it is protected by a public key, not by a passphrase", 0);
  const data = octets(innerOfTag(authSafe.take(context(0), "the content"), "the content"));
  const safes = partsOf(readDer(data));
  const macData = pfx.optional(TAG.sequence);
  if (macData === undefined) return { safes, mac: undefined };
  const parts = fields(macData, "the MAC");
  const digestInfo = fields(parts.take(TAG.sequence, "its digest"), "the digest of the MAC");
  const algorithm = digestInfo.take(TAG.sequence, "the algorithm");
  const digest = content(digestInfo.take(TAG.octetString, "the digest"));
  const salt = content(parts.take(TAG.octetString, "the salt"));
  const iterations = parts.optional(TAG.integer);
  const rounds = iterations === undefined ? 1 : readSmallInteger(iterations, "the iteration count");
  return { safes, mac: { data, algorithm, digest, salt, rounds } };
}

/** The elements of a SEQUENCE OF. */
function partsOf(element: Element): Element[] {
  if (element.tag !== TAG.sequence) throw unexpected(element, "the container's content");
  return children(element);
}

/** The content of an OCTET STRING, or of the pieces that BER makes of one. */
function octets(element: Element): Uint8Array {
  const isWhole = element.tag === TAG.octetString || element.tag === contextPrimitive(0);
  return isWhole ? content(element) : Buffer.concat(children(element).map(octets));
}

function isAuthentic({ data, algorithm, digest, salt, rounds }: Mac, passphrase: string | null, spend: Spend): boolean {
  const [oid, parameters] = children(algorithm);
  const name = oid === undefined ? "" : readOid(oid);
  if (name === OID.pbmac1) return isSame(pbmac1(parameters, data, passphrase ?? "", spend), digest);
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
  const [, derivationParameters] = derivation === undefined ? [] : children(derivation);
  const [hmac] = scheme === undefined ? [] : children(scheme);
  if (derivationParameters === undefined || hmac === undefined)
    throw new DerError("the parameters of PBMAC1 are incomplete", 0);
  const [derivationOid] = derivation === undefined ? [] : children(derivation);
  if (derivationOid === undefined || oidName(readOid(derivationOid)) !== "PBKDF2")
    throw new DerError("the key derivation of PBMAC1 is not PBKDF2", 0);
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

/** How a part of the container is encrypted, or nothing if it is not. */
function encryptionOf(safe: Element): Encryption | undefined {
  const encrypted = encryptedContent(safe);
  return encrypted && readScheme(encrypted.algorithm);
}

/** EncryptedData, RFC 2315 section 13. */
function encryptedContent(safe: Element): { readonly algorithm: Element; readonly data: Element } | undefined {
  const contentInfo = fields(safe, "a part of the container");
  const type = readOid(contentInfo.take(TAG.oid, "its type"));
  if (type === OID.data) return undefined;
  if (type !== OID.encryptedData)
    throw new DerError("a part of it is protected by a public key, not by a passphrase", safe.start);
  const encryptedData = fields(
    innerOfTag(contentInfo.take(context(0), "the content"), "the content"),
    "the encrypted part",
  );
  encryptedData.take(TAG.integer, "its version");
  const info = fields(encryptedData.take(TAG.sequence, "the content"), "the encrypted content");
  info.take(TAG.oid, "its type");
  const algorithm = info.take(TAG.sequence, "the algorithm");
  return { algorithm, data: info.any("the data") };
}

function openSafes(safes: readonly Element[], session: Session): Pkcs12 {
  const certificates: Uint8Array[] = [];
  const keys: Pkcs12["keys"][number][] = [];
  const found = { certificates, keys };
  for (const safe of safes) {
    const encrypted = encryptedContent(safe);
    const bags =
      encrypted === undefined ? plainContent(safe) : unlock(encrypted.algorithm, octets(encrypted.data), session);
    openBags(readDer(bags), session, found);
  }
  return found;
}

function plainContent(safe: Element): Uint8Array {
  const contentInfo = fields(safe, "a part of the container");
  contentInfo.take(TAG.oid, "its type");
  return octets(innerOfTag(contentInfo.take(context(0), "the content"), "the content"));
}

function unlock(algorithm: Element, data: Uint8Array, { passphrase, rc2, spend }: Session): Uint8Array {
  const { scheme, obstacle } = readScheme(algorithm);
  if (obstacle?.kind === "limit") throw new DerError(obstacle.message, algorithm.start, "limit");
  spend(readRounds(algorithm) * (scheme.startsWith("PBES2") ? NATIVE.pbkdf2 : derivations(scheme)));
  return decrypt(algorithm, data, passphrase, rc2);
}

/** PKCS#12 derives the key, twice if it is long, and the initialisation vector. */
const derivations = (scheme: string): number => (scheme.endsWith("3DES") ? 3 : 2);

function openBags(
  bags: Element,
  session: Session,
  found: { readonly certificates: Uint8Array[]; readonly keys: Pkcs12["keys"][number][] },
  depth = 0,
): void {
  if (depth > MAX_NESTING) throw new DerError(`more than ${MAX_NESTING} levels of bags`, bags.start, "limit");
  for (const bag of partsOf(bags)) {
    const parts = fields(bag, "a bag");
    const type = readOid(parts.take(TAG.oid, "its type"));
    const value = innerOfTag(parts.take(context(0), "its value"), "its value");
    if (type === OID.safeContentsBag) openBags(value, session, found, depth + 1);
    else if (found.certificates.length + found.keys.length >= MAX_ITEMS)
      throw new DerError(`more than ${MAX_ITEMS} certificates and keys`, bag.start, "limit");
    else if (type === OID.certificateBag) found.certificates.push(...certificateIn(value));
    else if (type === OID.keyBag)
      found.keys.push({ key: readPrivateKey(whole(value)), encryption: { scheme: "PKCS#12" } });
    else if (type === OID.shroudedKeyBag) found.keys.push(unlockKey(value, session));
  }
}

function certificateIn(value: Element): Uint8Array[] {
  const parts = fields(value, "a certificate's bag");
  if (readOid(parts.take(TAG.oid, "its type")) !== OID.x509Certificate) return [];
  return [octets(innerOfTag(parts.take(context(0), "the certificate"), "the certificate"))];
}

function unlockKey(value: Element, session: Session): Pkcs12["keys"][number] {
  const parts = fields(value, "an encrypted key");
  const algorithm = parts.take(TAG.sequence, "its algorithm");
  const encryption = readScheme(algorithm);
  const { passphrase, spend } = session;
  // OpenSSL is faster, but does not tell an empty passphrase from none.
  if (encryption.obstacle === undefined && passphrase) {
    const cost = encryption.scheme.startsWith("PBES2") ? NATIVE.pbkdf2 : NATIVE.pkcs12 * derivations(encryption.scheme);
    spend(readRounds(algorithm) * cost);
    const key = decryptKey({ encryption, data: { form: "PKCS#8", bytes: whole(value) } }, passphrase);
    if (key === undefined) throw new Error("the key does not open");
    return { key, encryption };
  }
  const plain = unlock(algorithm, octets(parts.any("its data")), session);
  try {
    return { key: readPrivateKey(plain), encryption };
  } finally {
    plain.fill(0);
  }
}
