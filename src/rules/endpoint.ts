/** A live endpoint: whether it answers, in a TLS that browsers speak, with the certificate that was uploaded and its chain. */
import type { CertificateArtifact } from "../bundle/artifact.ts";
import { defender, practice } from "../defender.ts";
import type { Endpoint } from "../bundle/endpoint.ts";
import { type Certificate, isSelfIssued, sameCertificate } from "../pki/certificate.ts";
import { alternativeNames, extension } from "../pki/extensions.ts";
import { describe, isSelfSigned } from "../pki/link.ts";
import { displayName, sameName } from "../pki/name.ts";
import { samePublicKey } from "../pki/public-key.ts";
import { formatDay } from "../pki/time.ts";
import type { Found, Rule, Subjects } from "../rule.ts";
import { protocolName, refusesOffer, tlsAdvice, tlsFault } from "./tls-words.ts";

export const endpoint: readonly Rule[] = [
  {
    id: "endpoint/reachable",
    on: "endpoint",
    severity: "error",
    title: "Something listens at the address and port",
    source: practice("RFC 9293", "3.5"),
    why: "Without a connection there is no console, and nothing to say of its certificate. What this machine reaches need not be what others do.",
    fix({ answer: { failure }, host, port, address }) {
      const where = address === undefined ? host : `${host} at ${address}`;
      if (failure?.kind === "name")
        return `Give the appliance's address with --ip, and have ${host} entered in DNS; until then a line with address and name in the hosts file of each computer does.`;
      if (failure?.kind === "refused")
        return `Start the web server of ${where}, or give the port that it listens on behind the name, such as :8443.`;
      return `Check that ${where} is on, and that no firewall keeps this machine from its port ${port}; --timeout waits longer.`;
    },
    check({ answer: { failure }, host, address, port }) {
      const where = `${address ?? host} port ${port}`;
      switch (failure?.kind) {
        case "name":
          return `DNS knows no address of ${JSON.stringify(host)} (${failure.code})`;
        case "refused":
          return `nothing listens at ${where} (${failure.code})`;
        case "timeout":
          return `no answer from ${where}`;
        case "route":
          return `no way leads to ${where} (${failure.code})`;
      }
      return undefined;
    },
  },
  {
    id: "endpoint/speaks-tls",
    on: "connection",
    severity: "error",
    title: "The server answers in TLS, and the handshake ends well",
    source: practice("RFC 8446", "4.1"),
    why: "Browsers show ERR_SSL_PROTOCOL_ERROR or an error of the connection, and no certificate.",
    fix: ({ answer: { failure } }) => tlsAdvice(failure),
    check({ answer: { failure, asksForCertificate }, unreadable }) {
      if (unreadable !== undefined) return `a certificate that the server sends cannot be read: ${unreadable}`;
      // These have rules of their own.
      if (failure === undefined || asksForCertificate || refusesOffer(failure)) return undefined;
      return tlsFault(failure);
    },
  },
  {
    id: "endpoint/modern-protocol",
    on: "session",
    severity: "error",
    title: "The server speaks TLS 1.2 or 1.3 with what browsers offer",
    source: practice("RFC 8996", "4, 5"),
    why: "Browsers have done away with older versions and ciphers: they show ERR_SSL_VERSION_OR_CIPHER_MISMATCH, and offer no way on.",
    fix: () =>
      "Update the server, or have it configured for TLS 1.2 and 1.3 with ECDHE and AES-GCM; whoever connects can do nothing about it.",
    check({ answer: { failure, protocol = "", cipher }, modern }) {
      if (failure?.kind === "alert" && protocol === "")
        return `the server refuses all that is offered, TLS 1.0 to TLS 1.3: ${failure.alert}`;
      if (protocol === "TLSv1" || protocol === "TLSv1.1") return `the server speaks ${protocolName(protocol)} at best`;
      return (
        modern?.failure &&
        `the server speaks ${protocolName(protocol)}, but nothing of what browsers offer; it chose ${cipher}`
      );
    },
  },
  {
    id: "endpoint/no-client-certificate",
    on: "connection",
    severity: "warning",
    title: "The server asks for no certificate of the client",
    source: practice("RFC 8446", "4.3.2"),
    why: "Browsers ask whoever opens a console to choose one, and most people have none.",
    fix: () => "Where this is a console, switch off client certificates in the server's configuration.",
    check: ({ answer: { failure, asksForCertificate } }) =>
      asksForCertificate && failure === undefined
        ? "the server asks for a certificate, and goes on without"
        : undefined,
  },
  {
    id: "endpoint/admits-clients",
    on: "connection",
    severity: "error",
    title: "The server lets clients in that have no certificate",
    source: practice("RFC 8446", "4.4.2.4"),
    why: "Browsers without a certificate show ERR_BAD_SSL_CLIENT_AUTH_CERT. Where both sides have to have one, nothing more can be seen from here.",
    fix: () =>
      "Where this is a console, switch off client certificates in the server's configuration; else leave this rule out with --ignore endpoint/admits-clients.",
    check({ answer: { failure, asksForCertificate } }) {
      if (!asksForCertificate || failure === undefined) return undefined;
      return `the server insists on a certificate: ${failure.kind === "alert" ? failure.alert : "it ends the handshake without one"}`;
    },
  },
  {
    id: "endpoint/key-usage",
    on: "session",
    severity: "error",
    title: "The certificate may be used for the key exchange that server and client agree on",
    source: practice("RFC 5280", "4.2.1.3"),
    why: "Browsers compare the two: they show ERR_SSL_KEY_USAGE_INCOMPATIBLE, and offer no way on.",
    fix: () => "Have a certificate issued from a template for servers, with digitalSignature and keyEncipherment.",
    check: usageMismatch,
  },
  {
    id: "endpoint/serves-certificate",
    on: "served",
    severity: "error",
    title: "The server presents the certificate that was uploaded",
    source: defender("2023 guide", "Validate the certificate's common name", "inferred"),
    why: "What was checked before the upload says nothing of another certificate: an old one, that of another appliance, or one that a proxy puts in its place.",
    fix: uploadAdvice,
    check({ leaf: { certificate: served }, expected: { certificate, origin } }) {
      if (sameCertificate(served, certificate)) return undefined;
      const differences = aspects.flatMap(([what, of]) => {
        const [now, wanted] = [of(served), of(certificate)];
        return now === wanted ? [] : [`${what} ${now} instead of ${wanted}`];
      });
      const key = samePublicKey(served.publicKey, certificate.publicKey) ? "the same key" : "another key";
      return `not the certificate of ${origin.file}: ${[...differences, `with ${key}`].join(", ")}`;
    },
  },
  {
    id: "endpoint/sends-chain",
    on: "sent",
    severity: "error",
    title: "The server sends the CAs between its certificate and the root",
    source: practice("RFC 8446", "4.4.2"),
    why: "Clients know roots, not what is below them: they show NET::ERR_CERT_AUTHORITY_INVALID, except those that have met the missing CA elsewhere.",
    fix: ({ whole, leaf: { certificate } }) => {
      const last = whole.at(-1) ?? certificate;
      return isSelfIssued(last)
        ? "Upload the certificate again, with a chain file that has all of its CAs; other servers have them in the same file behind their own certificate."
        : `If ${displayName(last.issuer)} is a root, give its certificate with --roots; else upload the certificate again, with a chain file that has all CAs.`;
    },
    check({ sent, isWhole, whole, leaf: { certificate } }) {
      const last = whole.at(-1) ?? certificate;
      if (isWhole) return undefined;
      const missing = whole.filter((one) => !isSelfIssued(one) && !isAmong(one, sent)).map(describe);
      if (missing.length === 0)
        return isSelfIssued(last)
          ? undefined
          : `the server sends no certificate of "${displayName(last.issuer)}", which issued ${describe(last)}, and it is not among the roots given`;
      const what = sent.length === 1 ? "its own certificate alone" : `${sent.length} certificates`;
      return `the server sends ${what}: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing`;
    },
  },
  {
    id: "endpoint/chain-in-order",
    on: "sent",
    severity: "warning",
    title: "The server sends its certificate and its CAs in order, each once, and nothing else",
    source: practice("RFC 5246", "7.4.2"),
    why: "Up to TLS 1.2 each certificate has to certify the one before; browsers put them in order, simpler clients give up.",
    fix: () =>
      "Upload the certificate again, with a chain file in which the issuer comes first, then the CAs up to the root.",
    check({ sent, path, whole }): Found[] {
      const firsts = sent.filter((one, index) => sent.findIndex((other) => isSame(other, one)) === index);
      const twice = sent.filter((one) => !firsts.includes(one));
      const isOn = (certificates: readonly Certificate[], { certificate }: CertificateArtifact): boolean =>
        certificates.some((other) => sameCertificate(other, certificate));
      const strangers = firsts.filter((one) => !isOn(path.certificates, one) && !isOn(whole, one));
      const actual = firsts.filter((one) => isOn(path.certificates, one)).map(({ certificate }) => certificate);
      const isOrdered = actual.every((one, index) => sameCertificate(one, path.certificates[index] ?? one));
      return [
        ...(isOrdered ? [] : [{ message: `the server sends ${actual.map(describe).join(", ")}, in this order` }]),
        ...twice.map(({ certificate }) => ({ message: `the server sends ${describe(certificate)} twice` })),
        ...strangers.map(({ certificate }) => ({ message: `${describe(certificate)} has no part in this chain` })),
      ];
    },
  },
];

/** What the key usage of a certificate lacks for the handshake that there was, RFC 8446 section 4.4.2.2. */
export function usageMismatch({ answer: { protocol, cipher = "" }, sent: [leaf] }: Endpoint): string | undefined {
  if (leaf === undefined || protocol === undefined) return undefined;
  const usage = extension(leaf.certificate, "keyUsage");
  // Of RSA key exchange alone, OpenSSL's name of the cipher says nothing.
  const needed = /^(?:TLS_|ECDHE-|DHE-)/.test(cipher) ? "digitalSignature" : "keyEncipherment";
  if (usage === undefined || usage.has(needed)) return undefined;
  return `${cipher} needs ${needed}, and the certificate's key usage is ${[...usage].join(", ") || "nothing"}`;
}

const isSame = (one: CertificateArtifact, other: CertificateArtifact): boolean =>
  sameCertificate(one.certificate, other.certificate);

const isAmong = (certificate: Certificate, artifacts: readonly CertificateArtifact[]): boolean =>
  artifacts.some((artifact) => sameCertificate(artifact.certificate, certificate));

/** What tells certificates apart, in words. */
const aspects: readonly (readonly [what: string, of: (certificate: Certificate) => string])[] = [
  ["serial number", ({ serialNumber }) => serialNumber],
  ["for", describe],
  ["issued by", ({ issuer }) => JSON.stringify(displayName(issuer))],
  ["valid until", ({ notAfter: { at, text } }) => (Number.isNaN(at) ? JSON.stringify(text) : formatDay(at))],
];

/** What is most likely, by how the certificates differ. */
function uploadAdvice({
  leaf: { certificate: served },
  expected: { certificate, origin },
  isKnownIssuer,
}: Subjects["served"]): string {
  const again = `upload ${origin.file} again, and restart the appliance's web server if it still serves the old one`;
  if (isSelfSigned(served) && !isSelfSigned(certificate))
    return `The appliance has the certificate that it made for itself: ${again}.`;
  if (!sameName(served.issuer, certificate.issuer) && !isKnownIssuer)
    return `If "${displayName(served.issuer)}" is no CA of yours, a proxy on the way puts its own certificate in the place of the appliance's: connect from the appliance's network. Else ${again}.`;
  const names = alternativeNames(certificate, "dns");
  if (!alternativeNames(served, "dns").some((name) => names.includes(name)))
    return `Another appliance may be behind this name: check what DNS says, or give the address with --ip. Else ${again}.`;
  if (served.notBefore.at > certificate.notBefore.at)
    return `A newer certificate is in place: compare with that, not with ${origin.file}.`;
  return `${again.slice(0, 1).toUpperCase()}${again.slice(1)}.`;
}
