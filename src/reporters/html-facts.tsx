/** Facts in a page: certificates and requests as lists of names and values, and times. */
import type { VNode } from "preact";
import type { CertificateFacts, RequestFacts } from "../report/facts.ts";
import { neutral } from "./text.ts";

/** Names and what they stand for; the names are certcheck's own. */
export const pairs = (list: readonly (readonly [name: string, value: string | readonly string[]])[]): VNode => (
  <dl>
    {list.map(([name, value]) => (
      <div>
        <dt>{name}</dt>
        {[value].flat().map((one) => (
          <dd>{neutral(one)}</dd>
        ))}
      </div>
    ))}
  </dl>
);

/** What a request asks for. */
export const requestList = (request: RequestFacts): VNode =>
  pairs([
    ["Subject", request.subject],
    ["Names", orNone(request.subjectAltNames)],
    ...(request.keyUsage ? [["Key usage", request.keyUsage] as const] : []),
    ...(request.extKeyUsage ? [["Extended key usage", request.extKeyUsage] as const] : []),
    ["Signature", request.signatureAlgorithm],
    ["Public key", keyText(request.publicKey)],
    ["SHA-256 of the key", request.keyFingerprint],
  ]);

/** What a certificate says. */
export const certificateList = (certificate: CertificateFacts): VNode =>
  pairs([
    ["Subject", certificate.subject],
    ["Issuer", certificate.issuer],
    ["Valid", `${instant(certificate.notBefore)} to ${instant(certificate.notAfter)}`],
    ["Names", orNone(certificate.subjectAltNames)],
    ["Serial number", certificate.serialNumber],
    ["Signature", certificate.signatureAlgorithm],
    ["Public key", keyText(certificate.publicKey)],
    ["CRLs", orNone(certificate.crlUrls)],
    ["SHA-256", certificate.fingerprint],
    ["SHA-256 of the key", certificate.keyFingerprint],
  ]);

/** `2026-11-21 00:00 UTC`; what is no instant in ISO 8601 stays as it is. */
export const instant = (text: string): string => text.replace(/^([\d-]+)T(\d\d:\d\d)(:\d\d)Z$/, clock);

const keyText = ({ algorithm, bits, curve }: CertificateFacts["publicKey"]): string =>
  [algorithm, curve, bits].filter((part) => part !== undefined).join(" ");

const orNone = (values: readonly string[]): readonly string[] => (values.length > 0 ? values : ["none"]);

const clock = (_: string, date: string, minutes: string, seconds: string): string =>
  `${date} ${minutes}${seconds === ":00" ? "" : seconds} UTC`;
