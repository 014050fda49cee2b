/** Signature algorithms of certificates, RFC 4055, 5758 and 8410, verified by node:crypto. */
import { constants, createVerify, type KeyObject, type Verify, verify } from "node:crypto";
import { children, context, DerError, type Element, fields, inner, TAG, whole } from "./der.ts";
import { readOid, readSmallInteger } from "./der-values.ts";
import { oidName } from "./oid.ts";
import { keyObject, type PublicKey } from "./public-key.ts";

/** An AlgorithmIdentifier, RFC 5280 section 4.1.1.2. */
export interface AlgorithmIdentifier {
  /** The name of the algorithm (`sha256WithRSAEncryption`), or its dotted identifier. */
  readonly name: string;
  readonly oid: string;
  readonly parameters: Element | undefined;
  /** The DER encoding. */
  readonly bytes: Uint8Array;
  /** Byte offset in the input. */
  readonly offset: number;
}

/** Reads an AlgorithmIdentifier. */
export function readAlgorithm(element: Element, what: string): AlgorithmIdentifier {
  if (element.tag !== TAG.sequence) throw new DerError(`${what} is not an algorithm identifier`, element.start);
  const [identifier, parameters, more] = children(element);
  if (identifier === undefined) throw new DerError(`${what} is empty`, element.start);
  if (more !== undefined) throw new DerError(`${what} has a field too many`, more.start);
  if (parameters?.tag === TAG.null && parameters.contentEnd > parameters.contentStart)
    throw new DerError(`${what} has a NULL with content`, parameters.start);
  const oid = readOid(identifier);
  return { name: oidName(oid), oid, parameters, bytes: whole(element), offset: element.start };
}

type Scheme = "RSA" | "EC" | "EdDSA" | "DSA";

/** Key type and hash of each algorithm; EdDSA has its hash built in. */
const schemes: Readonly<Record<string, readonly [Scheme, string | null]>> = {
  md5WithRSAEncryption: ["RSA", "md5"],
  sha1WithRSAEncryption: ["RSA", "sha1"],
  sha1WithRSASignature: ["RSA", "sha1"],
  sha224WithRSAEncryption: ["RSA", "sha224"],
  sha256WithRSAEncryption: ["RSA", "sha256"],
  sha384WithRSAEncryption: ["RSA", "sha384"],
  sha512WithRSAEncryption: ["RSA", "sha512"],
  "ecdsa-with-SHA1": ["EC", "sha1"],
  "ecdsa-with-SHA224": ["EC", "sha224"],
  "ecdsa-with-SHA256": ["EC", "sha256"],
  "ecdsa-with-SHA384": ["EC", "sha384"],
  "ecdsa-with-SHA512": ["EC", "sha512"],
  "dsa-with-SHA1": ["DSA", "sha1"],
  "dsa-with-SHA224": ["DSA", "sha224"],
  "dsa-with-SHA256": ["DSA", "sha256"],
  Ed25519: ["EdDSA", null],
  Ed448: ["EdDSA", null],
};

/** Whether a key of this kind can make such a signature; an algorithm unknown here is given the benefit of the doubt. */
export function suitsKey({ name }: AlgorithmIdentifier, key: PublicKey): boolean {
  const isRsa = key.algorithm === "RSA" || key.algorithm === "RSA-PSS";
  if (isRsa && key.rsa === undefined) return false;
  if (name === "RSASSA-PSS") return isRsa;
  const [scheme = key.algorithm] = schemes[name] ?? [];
  return key.algorithm === (scheme === "EdDSA" ? name : scheme);
}

/** Largest key of another kind than RSA that is used, in bytes: OpenSSL would take minutes for the DSA keys that it allows. */
const MAX_KEY_BYTES = 2048;

/** Keys as node:crypto holds them: a CA's verifies many certificates, and OpenSSL prepares it the first time. */
const keyObjects = new WeakMap<PublicKey, { readonly key: KeyObject | undefined }>();

/** The key as node:crypto holds it, if it can be read and verifying with it costs no more than it should. */
export function verifyingKey(publicKey: PublicKey): KeyObject | undefined {
  const known = keyObjects.get(publicKey);
  if (known !== undefined) return known.key;
  const isCostly = publicKey.algorithm !== "RSA" && publicKey.spki.length > MAX_KEY_BYTES;
  const key = isCostly ? undefined : keyObject(publicKey);
  keyObjects.set(publicKey, { key });
  return key;
}

/** What became of a signature: `unknown` is an algorithm that cannot be verified here. */
export type SignatureState = "valid" | "invalid" | "unknown";

/** Verifies a signature over `data` with a public key. Never throws. */
export function verifySignature(
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
): SignatureState {
  return judge(algorithm, key, ({ hash, options }) => verify(hash, data, { key, ...options }, signature));
}

/** The same with a key as it stands in a certificate or a request. Never throws. */
export function verifyWith(
  publicKey: PublicKey,
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  signature: Uint8Array,
): SignatureState {
  const key = verifyingKey(publicKey);
  return key === undefined ? "unknown" : verifySignature(algorithm, data, signature, key);
}

/** Signed bytes that pass by, for a signature that stands behind them. */
export interface SignatureStream {
  /** Takes the next of them, and keeps no reference to the array. */
  update(bytes: Uint8Array): void;
  /** Verifies a signature over what has passed by. Never throws. */
  verify(signature: Uint8Array, key: KeyObject): SignatureState;
}

/** Most bytes that are kept for algorithms that cannot hash what passes by (Ed25519, Ed448). */
export const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** A stream whose signature can be verified as often as `attempts` says; a further time it is `unknown`. */
export function signatureStream(algorithm: AlgorithmIdentifier, attempts: number): SignatureStream {
  const kept: Uint8Array[] = [];
  let size = 0;
  const keeps = schemes[algorithm.name]?.[0] === "EdDSA";
  const verifiers = keeps ? [] : startVerifiers(algorithm, attempts);
  return {
    update(bytes) {
      for (const verifier of verifiers) verifier.update(bytes);
      if (!keeps) return;
      size += bytes.length;
      if (size > MAX_KEPT_BYTES) kept.length = 0;
      else kept.push(Uint8Array.from(bytes));
    },
    verify(signature, key) {
      if (keeps)
        return size > MAX_KEPT_BYTES ? "unknown" : verifySignature(algorithm, Buffer.concat(kept), signature, key);
      const verifier = verifiers.pop();
      if (verifier === undefined) return "unknown";
      return judge(algorithm, key, ({ options }) => verifier.verify({ key, ...options }, signature));
    },
  };
}

/** One for each attempt, for node:crypto ends a hash with its verification; none of a hash that OpenSSL does not know. */
function startVerifiers(algorithm: AlgorithmIdentifier, attempts: number): Verify[] {
  try {
    const hash = methodOf(algorithm)?.hash ?? undefined;
    return hash === undefined ? [] : Array.from({ length: attempts }, () => createVerify(hash));
  } catch {
    return [];
  }
}

/** How a signature is verified. */
interface Method {
  /** As node:crypto names them. */
  readonly keyTypes: readonly string[];
  readonly hash: string | null;
  readonly options: { readonly padding?: number; readonly saltLength?: number };
}

function judge(algorithm: AlgorithmIdentifier, key: KeyObject, run: (method: Method) => boolean): SignatureState {
  try {
    const method = methodOf(algorithm);
    if (method === undefined) return "unknown";
    if (!method.keyTypes.includes(key.asymmetricKeyType ?? "")) return "invalid";
    return run(method) ? "valid" : "invalid";
  } catch {
    return "invalid";
  }
}

const keyTypes: Readonly<Record<Scheme, readonly string[]>> = {
  RSA: ["rsa"],
  EC: ["ec"],
  EdDSA: ["ed25519", "ed448"],
  DSA: ["dsa"],
};

/** Nothing for an algorithm that cannot be verified here. */
function methodOf(algorithm: AlgorithmIdentifier): Method | undefined {
  if (algorithm.name !== "RSASSA-PSS") {
    const [type, hash = null] = schemes[algorithm.name] ?? [];
    return type && { keyTypes: keyTypes[type], hash, options: {} };
  }
  const { hash, mgfHash, saltLength } = readPssParameters(algorithm);
  // node:crypto has no way to give MGF1 another hash than the message's.
  if (hash !== mgfHash) return undefined;
  return { keyTypes: ["rsa", "rsa-pss"], hash, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } };
}

/** RSASSA-PSS-params, RFC 4055 section 3.1; absent fields have the defaults given there. */
function readPssParameters({ parameters, offset }: AlgorithmIdentifier): {
  hash: string;
  mgfHash: string;
  saltLength: number;
} {
  if (parameters === undefined) throw new DerError("RSASSA-PSS without parameters", offset);
  const parts = fields(parameters, "the RSASSA-PSS parameters");
  const hash = parts.optional(context(0));
  const mgf = parts.optional(context(1));
  const salt = parts.optional(context(2));
  const algorithmIn = (element: Element): AlgorithmIdentifier =>
    readAlgorithm(inner(element, "the algorithm"), "a hash algorithm");
  const mgfParameters = mgf === undefined ? undefined : algorithmIn(mgf).parameters;
  return {
    hash: hash === undefined ? "SHA1" : algorithmIn(hash).name,
    mgfHash: mgfParameters === undefined ? "SHA1" : readAlgorithm(mgfParameters, "the hash of MGF1").name,
    saltLength: salt === undefined ? 20 : readSmallInteger(inner(salt, "the salt length"), "the salt length"),
  };
}
