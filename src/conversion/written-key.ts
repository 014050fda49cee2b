/** Private keys as they are written: PKCS#8, encrypted as they were, anew, or not at all. */
import { UsageError } from "../errors.ts";
import type { MaterialKey } from "../gather/material.ts";
import { HIDDEN_SOURCES } from "../gather/passphrase.ts";
import { describePublicKey } from "../pki/public-key.ts";
import { keyPem, sealedKey } from "../pki/sealing.ts";
import { encryptKey } from "../remedy.ts";

/** What becomes of a key's passphrase. */
export type Protection =
  /** A key stays as it is in its file; one out of a container keeps that one's passphrase. */
  | { readonly how: "keep"; readonly passphrase?: string }
  | { readonly how: "none" }
  | { readonly how: "passphrase"; readonly passphrase: string };

/** How a key is to be written. */
export interface KeyForm {
  readonly form: "PEM" | "DER";
  readonly protection: Protection;
}

/** The key in a file of its own. @throws UsageError if it is closed */
export function writeKey<Form extends KeyForm["form"]>(
  key: MaterialKey,
  { form, protection }: { readonly form: Form; readonly protection: Protection },
): Form extends "PEM" ? string : Uint8Array;
export function writeKey(key: MaterialKey, { form, protection }: KeyForm): string | Uint8Array {
  // Who gave a passphrase wants a key that it opens.
  if (key.facts.state === "wrong-passphrase") throw closedError(key);
  const kept = keptText(key, protection);
  if (kept !== undefined && form === "PEM") return kept;
  if (kept !== undefined) return derOf(key, kept);
  const passphrase = passphraseOf(key, protection);
  const plain = pkcs8Of(key);
  if (form === "DER" && passphrase === undefined) return plain;
  try {
    return form === "PEM" ? keyPem(plain, passphrase) : sealedKey(plain, passphrase ?? "");
  } finally {
    plain.fill(0);
  }
}

/** The key itself in DER, for what closes it in another way. @throws UsageError if it is closed */
export function pkcs8Of(key: MaterialKey): Uint8Array {
  const secret = key.secret();
  if (secret === undefined) throw closedError(key);
  return secret.export({ format: "der", type: "pkcs8" });
}

/** `private key RSA 2048 bits, encrypted`. */
export function describeKey(key: MaterialKey, { protection }: Pick<KeyForm, "protection">): string {
  const { publicKey } = key.facts.key ?? {};
  const lock =
    keptText(key, protection) !== undefined
      ? "encrypted as it was"
      : passphraseOf(key, protection) === undefined
        ? "not encrypted"
        : "encrypted with AES-256";
  return `private key${publicKey === undefined ? "" : ` ${describePublicKey(publicKey)}`}, ${lock}`;
}

/** The passphrase that a key will have once it is written; nothing if it will have none, or stays closed. */
export function passphraseOf({ facts: { encryption } }: MaterialKey, protection: Protection): string | undefined {
  if (protection.how === "none") return undefined;
  // The passphrase of a container may be an empty one: that is no protection to keep.
  const isLocked = protection.how === "passphrase" || encryption !== undefined;
  return isLocked && protection.passphrase !== "" ? protection.passphrase : undefined;
}

/** An encrypted key as it stands in its file, if it is to stay so. */
const keptText = ({ facts, pem }: MaterialKey, { how }: Protection): string | undefined =>
  how === "keep" && facts.encryption !== undefined ? pem?.() : undefined;

/** The legacy form has headers, which DER has no place for. */
function derOf({ facts: { origin } }: MaterialKey, text: string): Uint8Array {
  if (!text.includes("ENCRYPTED PRIVATE KEY"))
    throw new UsageError(
      `${origin.file}: the form in which this key is encrypted exists in PEM alone`,
      "--passout env:NAME gives it another, --no-passphrase none",
    );
  return Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64");
}

function closedError({ facts: { state, encryption, origin } }: MaterialKey): UsageError {
  const { file } = origin;
  switch (state) {
    case "no-passphrase":
      return new UsageError(
        `${file}: the key is encrypted, and no passphrase was given`,
        `--passin ${HIDDEN_SOURCES} opens it`,
      );
    case "wrong-passphrase":
      return new UsageError(`${file}: the passphrase does not open the key`);
    case "cannot-open": {
      const providers = encryption?.obstacle?.kind === "legacy" ? " -provider legacy -provider default" : "";
      return new UsageError(
        `${file}: the key cannot be opened here: ${encryption?.obstacle?.message}`,
        encryptKey(file, "new.key", providers),
      );
    }
    default:
      return new UsageError(`${file}: OpenSSL cannot read the private key`);
  }
}
