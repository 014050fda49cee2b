/** RSA keys by the thousand, for fleets that are made up: products of a few primes, good for nothing else. */
import { createHash, generatePrimeSync } from "node:crypto";
import { TAG } from "../src/pki/der.ts";
import { encode, encodeInteger } from "../src/pki/der-writer.ts";

const hex = (digits: string): Uint8Array => Buffer.from(digits, "hex");
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encode(TAG.sequence, ...parts);
const rsaEncryption = hex("300d06092a864886f70d0101010500");

/** The keys of an appliance. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  /** PKCS#8; absent if nobody has it. */
  readonly privateKey?: Uint8Array;
}

const EXPONENT = 65_537n;
const PRIME_BITS = 1024;

const publicKeyOf = (modulus: Uint8Array): Uint8Array =>
  sequence(
    rsaEncryption,
    encode(TAG.bitString, new Uint8Array(1), sequence(encodeInteger(modulus), encodeInteger(toBytes(EXPONENT)))),
  );

/** A public key that differs for each index. */
export function unfactored(index: number): KeyPair {
  const parts = Array.from({ length: 8 }, (_, part) =>
    createHash("sha256").update(`modulus ${index} ${part}`).digest(),
  );
  const modulus = Buffer.concat(parts);
  modulus[0] = 0x80 | (modulus[0] ?? 0);
  modulus[255] = 1 | (modulus[255] ?? 0);
  return { publicKey: publicKeyOf(modulus) };
}

/** A prime with what it contributes to every key. */
interface Prime {
  readonly p: bigint;
  /** The private exponent modulo p-1. */
  readonly d: bigint;
}

/** Keys that are pairs of primes: n primes make n(n-1)/2 keys. */
export function keysOfPrimes(count: number): (index: number) => KeyPair {
  const primes: Prime[] = [];
  const wanted = Math.ceil((1 + Math.sqrt(1 + 8 * count)) / 2);
  while (primes.length < wanted) {
    const p = generatePrimeSync(PRIME_BITS, { bigint: true, add: 2n ** 16n, rem: 1n + 2n });
    // The product of two has all its bits only if each has its upper two.
    if (p >> BigInt(PRIME_BITS - 2) === 3n && (p - 1n) % EXPONENT !== 0n)
      primes.push({ p, d: inverse(EXPONENT, p - 1n) });
  }
  return (index) => {
    const larger = Math.floor((1 + Math.sqrt(1 + 8 * index)) / 2);
    const [first, second] = [primes[larger], primes[index - (larger * (larger - 1)) / 2]];
    if (first === undefined || second === undefined) throw new Error(`no primes for key ${index}`);
    return keyOf(first, second);
  };
}

function keyOf({ p, d: dP }: Prime, { p: q, d: dQ }: Prime): KeyPair {
  const phi = (p - 1n) * (q - 1n);
  // The multiple of phi that lacks 1 to a multiple of the exponent: with a number so small, that is fast.
  const d = (1n + (EXPONENT - inverse(phi % EXPONENT, EXPONENT)) * phi) / EXPONENT;
  const numbers = [p * q, EXPONENT, d, p, q, dP, dQ, inverse(q % p, p)];
  const key = sequence(encodeInteger(new Uint8Array()), ...numbers.map((number) => encodeInteger(toBytes(number))));
  return {
    publicKey: publicKeyOf(toBytes(p * q)),
    privateKey: sequence(encodeInteger(new Uint8Array()), rsaEncryption, encode(TAG.octetString, key)),
  };
}

function toBytes(number: bigint): Uint8Array {
  const digits = number.toString(16);
  return hex(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** The inverse of a number by Euclid's algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [a, b] = [number, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return x < 0n ? x + modulus : x;
}
