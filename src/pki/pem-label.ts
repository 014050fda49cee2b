/** Labels of PEM blocks, RFC 7468 and the habits of OpenSSL, as they may be spoken of. */

/** Labels that are repeated in messages; of another one, nobody knows what it gives away. */
const knownLabels: ReadonlySet<string> = new Set([
  "CERTIFICATE",
  "X509 CERTIFICATE",
  "TRUSTED CERTIFICATE",
  "CERTIFICATE REQUEST",
  "NEW CERTIFICATE REQUEST",
  "X509 CRL",
  "PKCS7",
  "PKCS #7 SIGNED DATA",
  "CMS",
  "PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "DSA PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
  "PUBLIC KEY",
  "RSA PUBLIC KEY",
  "EC PARAMETERS",
  "DSA PARAMETERS",
  "DH PARAMETERS",
]);

/** Whether a label is one that programs write. */
export const isKnownLabel = (label: string): boolean => knownLabels.has(label);

/** A label as it may stand in a message. */
export const describeLabel = (label: string): string => (knownLabels.has(label) ? `"${label}"` : "(unknown label)");

/** A block of PEM, as RFC 7468 wants it written: its base64 in lines of 64 characters. */
export function armour(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString("base64")
    .replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
