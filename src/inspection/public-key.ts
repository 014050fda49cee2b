/** What is told of public keys: their numbers in short, and the digests by which people compare them. */
import { hash } from "node:crypto";
import { type PublicKey, sha256 } from "../pki/public-key.ts";
import type { PublicKeyFacts } from "./inspection.ts";

/** Longest exponent that is written out, in octets; nearly all are 65537. */
const MAX_EXPONENT_BYTES = 16;

/** The facts of a public key. */
export function publicKeyFacts({ algorithm, bits, curve, rsa, spki }: PublicKey): PublicKeyFacts {
  const modulusMd5 = rsa && md5OfModulus(rsa.modulus);
  return {
    algorithm,
    ...(bits !== undefined && { bits }),
    ...(curve !== undefined && { curve }),
    ...(rsa && rsa.exponent.length <= MAX_EXPONENT_BYTES && { exponent: String(toBigInt(rsa.exponent)) }),
    sha256: sha256(spki),
    ...(modulusMd5 !== undefined && { modulusMd5 }),
  };
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);

/**
 * What `openssl rsa -noout -modulus | openssl md5` prints, as the documents compare key, certificate and request; nothing
 * where the system allows no MD5. It finds what belongs together, and is no protection against forgery.
 */
function md5OfModulus(modulus: Uint8Array): string | undefined {
  const digits = Buffer.from(modulus).toString("hex").toUpperCase();
  try {
    // OpenSSL writes no zero before the first digit.
    return hash("md5", `Modulus=${digits.replace(/^0(?=.)/, "")}\n`, "hex");
  } catch {
    return undefined;
  }
}

/** SHA-1 of bytes, hexadecimal digits: the thumbprint that Windows shows. */
export const sha1 = (bytes: Uint8Array): string => hash("sha1", bytes, "hex");
