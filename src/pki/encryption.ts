/** Encryption by passphrases: PBES1 and PBES2 (RFC 8018), that of PKCS#12 (RFC 7292), scrypt (RFC 7914), headers (RFC 1421). */
import { children, content, DerError, type Element, fields, readDer, TAG } from "./der.ts";
import { readOid, readSmallInteger } from "./der-values.ts";
import { oidName } from "./oid.ts";
import type { PemBlock } from "./pem-body.ts";

/** How something is encrypted. */
export interface Encryption {
  /** `PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC` and the like. */
  readonly scheme: string;
  /** Why it is not opened here, whatever the passphrase; absent if it can be. */
  readonly obstacle?: Obstacle;
}

/** `legacy` needs what OpenSSL 3 has switched off; `unknown` is known to nobody here; `limit` costs too much. */
export interface Obstacle {
  readonly kind: "legacy" | "unknown" | "limit";
  readonly message: string;
}

/** Most rounds of hashing that are spent on one file; OWASP asks for 600,000, and Firefox takes three times that. */
export const MAX_ROUNDS = 2_000_000;
/** Most memory, in bytes, that scrypt may ask for; OpenSSL itself stops at this limit. */
export const MAX_SCRYPT_BYTES = 32 * 1024 * 1024;
/** Most blocks scrypt may mix in sequence (N·r·p). */
const MAX_SCRYPT_WORK = 4_194_304;

/** Encryption that OpenSSL 3 opens without its legacy provider. */
const openable =
  /^(?:PBE-SHA1-[32]DES|DES-EDE3-(?:CBC|CFB|OFB)|(?:AES|CAMELLIA|ARIA)-(?:128|192|256)-(?:CBC|ECB|CFB|OFB|CTR))$/;
/** Encryption that it opens with that provider only. */
const legacy = /^(?:PBE-.*|DES-CBC|RC[24].*|BF-CBC|CAST5-CBC|IDEA-CBC|SEED-CBC)$/;

function obstacleOf(cipher: string, rounds: number): { readonly obstacle?: Obstacle } {
  if (rounds > MAX_ROUNDS) {
    const message = `${rounds} iterations, more than the ${MAX_ROUNDS} that certcheck runs`;
    return { obstacle: { kind: "limit", message } };
  }
  if (openable.test(cipher)) return {};
  return legacy.test(cipher)
    ? {
        obstacle: {
          kind: "legacy",
          message: `${cipher} needs the legacy provider of OpenSSL 3, which is off by default`,
        },
      }
    : { obstacle: { kind: "unknown", message: `the cipher ${cipher} is not opened here` } };
}

/**
 * How an EncryptedPrivateKeyInfo (RFC 5958 section 3) is encrypted.
 * @throws DerError if it is none
 */
export function readEncryption(bytes: Uint8Array): Encryption {
  const [algorithm] = children(readDer(bytes));
  if (algorithm === undefined) throw new DerError("an encrypted private key without an algorithm", 0);
  return readScheme(algorithm);
}

/**
 * How what an AlgorithmIdentifier belongs to is encrypted.
 * @throws DerError if it says nothing
 */
export function readScheme(algorithm: Element): Encryption {
  const [oid, parameters] = children(algorithm);
  if (oid === undefined) throw new DerError("encryption without an algorithm", algorithm.start);
  const scheme = oidName(readOid(oid));
  if (scheme !== "PBES2") return { scheme, ...obstacleOf(scheme, readRounds(algorithm)) };
  const { derivation, numbers, prf, cipher } = readPbes2(parameters);
  if (derivation === "PBKDF2")
    return { scheme: `PBES2, PBKDF2 with ${prf}, ${cipher}`, ...obstacleOf(cipher, readRounds(algorithm)) };
  if (derivation === "scrypt") {
    const [n = 0, r = 0, p = 0] = numbers;
    // OpenSSL counts its own buffers: N + 2 blocks to mix in, and one for each lane.
    const isTooMuch = 128 * r * (n + 2 + p) > MAX_SCRYPT_BYTES || n * r * p > MAX_SCRYPT_WORK;
    const message = `scrypt with N=${n}, r=${r}, p=${p} asks for more memory or time than is spent here`;
    return {
      scheme: `PBES2, scrypt, ${cipher}`,
      ...(isTooMuch ? { obstacle: { kind: "limit", message } } : obstacleOf(cipher, 0)),
    };
  }
  const message = `the key derivation ${derivation} is unknown`;
  return { scheme: `PBES2, ${derivation}, ${cipher}`, obstacle: { kind: "unknown", message } };
}

/**
 * The rounds of hashing that an AlgorithmIdentifier asks for; of scrypt, as many as take about as long.
 * @throws DerError
 */
export function readRounds(algorithm: Element): number {
  const [oid, parameters] = children(algorithm);
  if (oid === undefined || parameters === undefined) return 0;
  if (oidName(readOid(oid)) === "PBES2") {
    const { derivation, numbers } = readPbes2(parameters);
    const [first = 0, r = 1, p = 1] = numbers;
    return derivation === "PBKDF2" ? first : Math.ceil((first * r * p * MAX_ROUNDS) / MAX_SCRYPT_WORK);
  }
  const count = children(parameters)[1];
  return count === undefined ? 0 : readSmallInteger(count, "the iteration count");
}

/** The names and numbers of PBES2-params, RFC 8018 appendix A.4, and the values that decryption takes. */
export function readPbes2(parameters: Element | undefined) {
  if (parameters === undefined) throw new DerError("PBES2 without parameters", 0);
  const parts = fields(parameters, "the PBES2 parameters");
  const [kdf, kdfParameters] = children(parts.take(TAG.sequence, "the key derivation"));
  const [cipher, iv] = children(parts.take(TAG.sequence, "the cipher"));
  if (kdf === undefined || kdfParameters === undefined || cipher === undefined)
    throw new DerError("incomplete PBES2 parameters", parameters.start);
  return { derivation: oidName(readOid(kdf)), ...readDerivation(kdfParameters), cipher: oidName(readOid(cipher)), iv };
}

/** The parameters of PBKDF2 or scrypt: a salt, integers, and the function that PBKDF2 goes on with. */
export function readDerivation(parameters: Element) {
  const parts = children(parameters);
  const prf = parts.find(({ tag }) => tag === TAG.sequence);
  const prfOid = prf === undefined ? undefined : children(prf)[0];
  const salt = parts.find(({ tag }) => tag === TAG.octetString);
  return {
    salt: salt === undefined ? new Uint8Array() : content(salt),
    numbers: parts
      .filter(({ tag }) => tag === TAG.integer)
      .map((n) => readSmallInteger(n, "a cost of the key derivation")),
    prf: prfOid === undefined ? "hmacWithSHA1" : oidName(readOid(prfOid)),
  };
}

/** How a key with a `DEK-Info` header is encrypted, or nothing if it is not. */
export function readDekInfo({ headers }: PemBlock): Encryption | undefined {
  if (!headers.get("Proc-Type")?.includes("ENCRYPTED")) return undefined;
  const named = headers.get("DEK-Info")?.split(",")[0]?.toUpperCase() ?? "";
  const cipher = /^[A-Z0-9-]{1,20}$/.test(named) ? named : "of no known name";
  return { scheme: `legacy PEM encryption, ${cipher}`, ...obstacleOf(cipher, 1) };
}

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

/** What a round costs that OpenSSL runs by itself, next to one that is run from here. */
export const NATIVE = { pkcs12: 0.1, pbkdf2: 0.5 } as const;

/** What it costs to derive all that an AlgorithmIdentifier asks for; PBES2 is always OpenSSL's work. @throws DerError */
export function deriving(algorithm: Element, how: "round by round" | "by OpenSSL" = "round by round"): number {
  const { scheme } = readScheme(algorithm);
  const rounds = readRounds(algorithm);
  if (scheme.startsWith("PBES2")) return rounds * NATIVE.pbkdf2;
  // PKCS#12 derives the key, twice if it is long, and the initialisation vector.
  const derivations = scheme.endsWith("3DES") ? 3 : 2;
  return rounds * derivations * (how === "by OpenSSL" ? NATIVE.pkcs12 : 1);
}
