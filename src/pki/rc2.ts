/** RC2, RFC 2268, by node-forge: OpenSSL 3 has switched it off, and old PKCS#12 containers are closed with it. */
import forgeRc2 from "node-forge/lib/rc2.js";
import forgeUtil from "node-forge/lib/util.js";
import type { Rc2 } from "./pbe.ts";

/** @throws if the padding is wrong, usually because the passphrase is */
export const rc2: Rc2 = (key, effectiveBits, iv, data) => {
  const binary = (bytes: Uint8Array) => forgeUtil.createBuffer(Buffer.from(bytes).toString("latin1"));
  const cipher = forgeRc2.createDecryptionCipher(binary(key), effectiveBits);
  cipher.start(binary(iv));
  cipher.update(binary(data));
  if (!cipher.finish()) throw new Error("the padding is wrong");
  return Buffer.from(cipher.output.getBytes(), "latin1");
};
