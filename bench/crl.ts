/** CRLs of any length for the benchmark, from the issuing CA of fixtures/ready: the same bytes each time. */
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Certificate } from "../src/pki/certificate.ts";
import { context, TAG } from "../src/pki/der.ts";
import { encode } from "../src/pki/der-writer.ts";

const hex = (digits: string): Uint8Array => Buffer.from(digits, "hex");
const utcTime = (digits: string): Uint8Array => encode(TAG.utcTime, Buffer.from(digits));
const sha256WithRsa = hex("300d06092a864886f70d01010b0500");
/** cRLNumber 1. */
const extensions = encode(context(0), hex("300c300a0603551d140403020101"));

const SERIAL_BYTES = 16;
const DATE = utcTime("260901120000Z");
/** keyCompromise. */
const REASON = hex("300c300a0603551d1504030a0101");
/** Every third entry has a reason. */
const REASON_EVERY = 3;

/** A CRL of the CA with so many entries, in PEM. */
export function largeCrl(issuer: Certificate, entries: number): Buffer {
  const tbs = encode(
    TAG.sequence,
    encode(TAG.integer, Uint8Array.of(1)),
    sha256WithRsa,
    issuer.subject.bytes,
    utcTime("261101000000Z"),
    utcTime("361101000000Z"),
    encode(TAG.sequence, revokedCertificates(entries)),
    extensions,
  );
  const signature = sign("sha256", tbs, createPrivateKey(readFileSync("fixtures/keys/issuing.key")));
  const der = encode(TAG.sequence, tbs, sha256WithRsa, encode(TAG.bitString, new Uint8Array(1), signature));
  return toPem(Buffer.from(der));
}

function revokedCertificates(count: number): Uint8Array {
  const bytes = Buffer.alloc(count * (2 + 2 + SERIAL_BYTES + DATE.length + REASON.length));
  let at = 0;
  // Park and Miller's generator: serial numbers in no order, as they are issued.
  let random = 20_261_121;
  for (let entry = 0; entry < count; entry++) {
    const reason = entry % REASON_EVERY === 0 ? REASON : [];
    bytes.set([TAG.sequence, 2 + SERIAL_BYTES + DATE.length + reason.length, TAG.integer, SERIAL_BYTES], at);
    at += 4;
    for (let i = 0; i < SERIAL_BYTES; i += 4) {
      random = (random * 48_271) % 2_147_483_647;
      bytes.writeUInt32BE(random, at + i);
    }
    // Neither negative nor with a zero in front.
    bytes[at] = 0x40 | (bytes[at] ?? 0);
    at += SERIAL_BYTES;
    bytes.set(DATE, at);
    at += DATE.length;
    bytes.set(reason, at);
    at += reason.length;
  }
  return bytes.subarray(0, at);
}

function toPem(der: Buffer): Buffer {
  const parts = ["-----BEGIN X509 CRL-----\n"];
  for (let at = 0; at < der.length; at += 48) parts.push(der.toString("base64", at, at + 48), "\n");
  parts.push("-----END X509 CRL-----\n");
  return Buffer.from(parts.join(""));
}
