/** A new RSA key, by OpenSSL's generator. */
import { generateKeyPair, type KeyObject } from "node:crypto";

/** Makes a key of so many bits, beside the main thread: it takes a tenth of a second, and ten times that for 4096. */
export const makeKey = (bits: number): Promise<KeyObject> =>
  new Promise((resolve, reject) => {
    generateKeyPair("rsa", { modulusLength: bits }, (error, _publicKey, privateKey) => {
      if (error) reject(error);
      else resolve(privateKey);
    });
  });
