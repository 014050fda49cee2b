/** What a TLS server says until the handshake ends, RFC 8446 and RFC 5246, as it was sent: OpenSSL hands over a chain that it has put in order. */
import { createDecipheriv, createHmac } from "node:crypto";

/** What is to be known of it. */
export interface ServerFlight {
  /** In DER, in the server's order, as often as they were sent. */
  readonly certificates: readonly Uint8Array[];
  /** Whether the client was asked for a certificate. */
  readonly asksForCertificate: boolean;
  /** The number of the last alert, RFC 8446 section 6: if the handshake failed, that is why. */
  readonly alert?: number;
}

/**
 * Reads it as far as it goes: a connection may end anywhere. From TLS 1.3 on it takes the server's handshake secret to
 * read the certificates; it opens nothing else.
 */
export function readServerFlight(bytes: Uint8Array, handshakeSecret?: Uint8Array): ServerFlight {
  const found: Draft = { certificates: [], asksForCertificate: false };
  const messages = Buffer.alloc(bytes.length);
  let [start, end] = [0, 0];
  let decrypt: Decrypt | undefined;
  for (const { type, header, fragment } of records(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))) {
    const inner = type === APPLICATION_DATA ? decrypt?.(header, fragment) : { type, content: fragment };
    if (inner === undefined) break;
    if (inner.type === ALERT && inner.content[1] !== undefined) {
      found.alert = inner.content[1];
      // Up to TLS 1.2 a server may go on behind a warning, say of a name that it does not know.
      if (inner.content[0] !== WARNING || found.alert === CLOSE_NOTIFY) break;
    }
    // All that follows is encrypted, in a way that is not undone here; TLS 1.3 has this record for show.
    if (inner.type === CHANGE_CIPHER_SPEC && found.version !== TLS_1_3) break;
    if (inner.type !== HANDSHAKE) continue;
    end += inner.content.copy(messages, end);
    while (end - start >= MESSAGE_HEADER) {
      const next = start + MESSAGE_HEADER + lengthAt(messages, start + 1);
      if (next > end) break;
      readMessage(messages[start], messages.subarray(start + MESSAGE_HEADER, next), found);
      start = next;
    }
    if (found.suite !== undefined && handshakeSecret) decrypt ??= decryptor(found.suite, handshakeSecret);
  }
  const { certificates, asksForCertificate, alert } = found;
  return { certificates, asksForCertificate, ...(alert !== undefined && { alert }) };
}

/** While it is read. */
interface Draft {
  certificates: Uint8Array[];
  asksForCertificate: boolean;
  alert?: number;
  version?: number;
  /** Of TLS 1.3. */
  suite?: number;
}

const [CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA] = [20, 21, 22, 23];
const [SERVER_HELLO, CERTIFICATE, CERTIFICATE_REQUEST] = [2, 11, 13];
const [WARNING, CLOSE_NOTIFY] = [1, 0];
const TLS_1_3 = 0x0304;
const [RECORD_HEADER, MESSAGE_HEADER] = [5, 4];

/** Whether bytes begin as TLS begins: with a handshake or an alert of version 3. */
export const isTls = (bytes: Uint8Array): boolean => (bytes[0] === HANDSHAKE || bytes[0] === ALERT) && bytes[1] === 3;

interface RecordOfTls {
  readonly type: number;
  readonly header: Buffer;
  readonly fragment: Buffer;
}

function* records(bytes: Buffer): Generator<RecordOfTls> {
  for (let at = 0; at + RECORD_HEADER <= bytes.length;) {
    const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) return;
    const [header, fragment] = [bytes.subarray(at, at + RECORD_HEADER), bytes.subarray(at + RECORD_HEADER, end)];
    yield { type: bytes[at] ?? 0, header, fragment };
    at = end;
  }
}

/** Three bytes; what lies behind the end counts as endless. */
const lengthAt = (bytes: Buffer, at: number): number => (at + 3 <= bytes.length ? bytes.readUIntBE(at, 3) : Infinity);

function readMessage(type: number | undefined, body: Buffer, found: Draft): void {
  if (type === SERVER_HELLO) readHello(body, found);
  if (type === CERTIFICATE_REQUEST) found.asksForCertificate = true;
  if (type === CERTIFICATE && found.certificates.length === 0)
    found.certificates = certificatesOf(body, found.version === TLS_1_3);
}

/** Fixed lengths of a ServerHello: version and random; cipher suite and compression. */
const [BEFORE_SESSION, BEHIND_SESSION] = [34, 3];
const SUPPORTED_VERSIONS = 43;

/** Version and cipher suite. A HelloRetryRequest has the same form, and the same of both. */
function readHello(body: Buffer, found: Draft): void {
  const suite = BEFORE_SESSION + 1 + (body[BEFORE_SESSION] ?? 0);
  for (let at = suite + BEHIND_SESSION + 2; at + 4 <= body.length; at += 4 + body.readUInt16BE(at + 2)) {
    if (body.readUInt16BE(at) !== SUPPORTED_VERSIONS || at + 6 > body.length) continue;
    found.version = body.readUInt16BE(at + 4);
    if (found.version === TLS_1_3) found.suite = body.readUInt16BE(suite);
  }
}

/** A list of certificates; in TLS 1.3 with a context before it, and extensions behind each. */
function certificatesOf(body: Buffer, isTls13: boolean): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  let at = isTls13 ? 1 + (body[0] ?? 0) : 0;
  at += 3;
  while (at + 3 <= body.length) {
    const end = at + 3 + lengthAt(body, at);
    if (end > body.length) break;
    certificates.push(Uint8Array.from(body.subarray(at + 3, end)));
    at = isTls13 && end + 2 <= body.length ? end + 2 + body.readUInt16BE(end) : end;
  }
  return certificates;
}

/** What is inside of an encrypted record; nothing if it cannot be opened. */
type Decrypt = (header: Buffer, fragment: Buffer) => { readonly type: number; readonly content: Buffer } | undefined;

/** The cipher suites of TLS 1.3 that OpenSSL offers by itself: cipher, bytes of its key, hash. */
const suites: Readonly<
  Record<number, readonly [cipher: "aes-128-gcm" | "aes-256-gcm" | "chacha20-poly1305", key: number, hash: string]>
> = {
  0x1301: ["aes-128-gcm", 16, "sha256"],
  0x1302: ["aes-256-gcm", 32, "sha384"],
  0x1303: ["chacha20-poly1305", 32, "sha256"],
};

const [IV, TAG] = [12, 16];

/** RFC 8446 sections 5.2, 5.3 and 7.3. */
function decryptor(suite: number, secret: Uint8Array): Decrypt {
  const [cipher, keyLength, hash] = suites[suite] ?? [];
  if (cipher === undefined || keyLength === undefined || hash === undefined) return () => undefined;
  const key = expand(secret, "key", keyLength, hash);
  const iv = expand(secret, "iv", IV, hash);
  let sequence = 0;
  return (header, fragment) => {
    if (fragment.length <= TAG) return undefined;
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(IV - 4) ^ sequence++) >>> 0, IV - 4);
    try {
      // The three are used alike; the types of Node know them as two kinds.
      const opened = createDecipheriv(cipher as "aes-128-gcm", key, nonce, { authTagLength: TAG });
      opened.setAuthTag(fragment.subarray(-TAG));
      opened.setAAD(header);
      const content = Buffer.concat([opened.update(fragment.subarray(0, -TAG)), opened.final()]);
      // Zeros may stand behind the type.
      const last = content.findLastIndex((byte) => byte !== 0);
      return { type: content[last] ?? 0, content: content.subarray(0, Math.max(0, last)) };
    } catch {
      return undefined;
    }
  };
}

/** HKDF-Expand-Label without a context, for no more bytes than the hash has. */
function expand(secret: Uint8Array, label: string, length: number, hash: string): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}
