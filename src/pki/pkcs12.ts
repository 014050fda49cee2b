/** PKCS#12 containers, RFC 7292: opened with a passphrase, all at once. */
import type { KeyObject } from "node:crypto";
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
import { readOid } from "./der-values.ts";
import { budget, deriving, type Encryption, readScheme, type Spend } from "./encryption.ts";
import { encryptedPem, isUsable, plainPem, type PrivateKey, readPrivateKey, readSecretKey, secretKey } from "./key.ts";
import { decrypt, isDecryptable, type Rc2 } from "./pbe.ts";
import { isAuthentic, type Mac, readMac } from "./pkcs12-mac.ts";

/** What came of opening a container; `isLegacy`: OpenSSL 3 opens it with its legacy provider only. */
export type Opening = { readonly isLegacy?: boolean } & (
  | { readonly state: "opened"; readonly contents: Pkcs12 }
  | { readonly state: "no-passphrase" | "wrong-passphrase" }
  /** `isLimit`: it costs too much, and nothing is known to be wrong. */
  | { readonly state: "cannot-open"; readonly obstacle: string; readonly isLimit: boolean }
);

/** What a container holds. */
export interface Pkcs12 {
  /** In DER, in their order. */
  readonly certificates: readonly Uint8Array[];
  readonly keys: readonly Pkcs12Key[];
}

/** A key in a container. */
export interface Pkcs12Key {
  /** What may be known of it. */
  readonly key: PrivateKey;
  readonly encryption: Encryption;
  /** The key itself; absent if OpenSSL cannot read it. */
  readonly secret: KeyObject | undefined;
}

const OID = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
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

/** A container that is being opened. */
interface Session {
  /** `null` is none at all, which is not the same as an empty one. */
  readonly passphrase: string | null;
  readonly rc2: Rc2;
  readonly spend: Spend;
}

/** Opens a container; without a passphrase, only one that has none. `loadRc2` is called before a passphrase is tried. */
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

function readPfx(bytes: Uint8Array): Pfx {
  const pfx = fields(readDer(bytes), "the container");
  pfx.take(TAG.integer, "its version");
  const authSafe = fields(pfx.take(TAG.sequence, "its content"), "its content");
  if (readOid(authSafe.take(TAG.oid, "the type of the content")) !== OID.data)
    throw new DerError("it is protected by a public key, not by a passphrase", 0);
  const data = octets(innerOfTag(authSafe.take(context(0), "the content"), "the content"));
  const safes = partsOf(readDer(data));
  const macData = pfx.optional(TAG.sequence);
  return { safes, mac: macData && readMac(macData, data) };
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
  const keys: Pkcs12Key[] = [];
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
  const { obstacle } = readScheme(algorithm);
  if (obstacle?.kind === "limit") throw new DerError(obstacle.message, algorithm.start, "limit");
  spend(deriving(algorithm));
  return decrypt(algorithm, data, passphrase, rc2);
}

function openBags(
  bags: Element,
  session: Session,
  found: { readonly certificates: Uint8Array[]; readonly keys: Pkcs12Key[] },
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
    else if (type === OID.keyBag) found.keys.push(plainKey(whole(value), { scheme: "PKCS#12" }));
    else if (type === OID.shroudedKeyBag) found.keys.push(unlockKey(value, session));
  }
}

function certificateIn(value: Element): Uint8Array[] {
  const parts = fields(value, "a certificate's bag");
  if (readOid(parts.take(TAG.oid, "its type")) !== OID.x509Certificate) return [];
  return [octets(innerOfTag(parts.take(context(0), "the certificate"), "the certificate"))];
}

function unlockKey(value: Element, session: Session): Pkcs12Key {
  const parts = fields(value, "an encrypted key");
  const algorithm = parts.take(TAG.sequence, "its algorithm");
  const encryption = readScheme(algorithm);
  const { passphrase, spend } = session;
  // OpenSSL is faster, but does not tell an empty passphrase from none.
  if (encryption.obstacle === undefined && passphrase) {
    spend(deriving(algorithm, "by OpenSSL"));
    const secret = secretKey(encryptedPem({ form: "PKCS#8", bytes: whole(value) }), passphrase);
    const key = secret && readSecretKey(secret);
    if (key === undefined) throw new Error("the key does not open");
    return { key, encryption, secret };
  }
  const plain = unlock(algorithm, octets(parts.any("its data")), session);
  try {
    return plainKey(plain, encryption);
  } finally {
    plain.fill(0);
  }
}

function plainKey(bytes: Uint8Array, encryption: Encryption): Pkcs12Key {
  const key = readPrivateKey(bytes);
  return { key, encryption, secret: isUsable(key, bytes) ? secretKey(plainPem(key, bytes)) : undefined };
}
