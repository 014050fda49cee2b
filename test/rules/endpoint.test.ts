/** Rules on live endpoints. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { endpoint } from "../../src/rules/endpoint.ts";
import type { TlsFailure } from "../../src/bundle/tls.ts";
import { applianceFiles, type BundleSpec, type EndpointSpec } from "../support/bundle.ts";
import { type ApplianceSpec, type LeafSpec, mintAppliance } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

const live = (spec: EndpointSpec = {}, more: BundleSpec = {}): BundleSpec => ({ ...more, endpoint: spec });

/** Nothing came of it, with either offer. */
const failed = (failure: TlsFailure): BundleSpec => live({ only: { certificates: [], failure } });

/** What is uploaded, where something else is served. */
async function uploaded(spec: ApplianceSpec): Promise<NonNullable<BundleSpec["files"]>> {
  return { "sensor.crt": (await applianceFiles(spec))["sensor.crt"] };
}

const served = async (leaf: LeafSpec, expected: ApplianceSpec = {}): Promise<BundleSpec> =>
  live({}, { leaf, files: await uploaded(expected) });

/** Of the same name, with another key. */
const stranger = (await mintAppliance({ cas: [{}, { key: "policy" }] })).cas[1] ?? Buffer.of();

const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
const old = { protocol: "TLSv1.2", cipher: "AES128-SHA" };
const mismatch = { failure: { kind: "alert", alert: "handshake_failure" } } as const;

const usual = await applianceFiles();

testRules("endpoints", endpoint, [
  ["a file", "endpoint/reachable", {}, { skipped: "it is asked of live endpoints" }],
  ["a server", "endpoint/reachable", live()],
  [
    "no name",
    "endpoint/reachable",
    failed({ kind: "name", code: "ENOTFOUND" }),
    ['DNS knows no address of "sensor.contoso.com" (ENOTFOUND)'],
  ],
  [
    "no listener",
    "endpoint/reachable",
    failed({ kind: "refused", code: "ECONNREFUSED" }),
    ["nothing listens at sensor.contoso.com port 443 (ECONNREFUSED)"],
  ],
  [
    "no answer",
    "endpoint/reachable",
    failed({ kind: "timeout", code: "ETIMEDOUT" }),
    ["no answer from sensor.contoso.com port 443"],
  ],
  [
    "no way",
    "endpoint/reachable",
    failed({ kind: "route", code: "EHOSTUNREACH" }),
    ["no way leads to sensor.contoso.com port 443 (EHOSTUNREACH)"],
  ],

  ["a server", "endpoint/speaks-tls", live()],
  [
    "no connection",
    "endpoint/speaks-tls",
    failed({ kind: "name", code: "ENOTFOUND" }),
    { skipped: "there is no connection" },
  ],
  ...(
    [
      [{ kind: "silent" }, "the server takes the connection, and says nothing"],
      [{ kind: "unfinished" }, "the server begins the handshake, and does not end it in time"],
      [{ kind: "closed" }, "the server ends the connection before the handshake does"],
      [{ kind: "reset" }, "the server breaks the connection off"],
      [
        { kind: "foreign", said: "HTTP/1.1 400 Bad Request" },
        'the server does not speak TLS, but HTTP: "HTTP/1.1 400 Bad Request"',
      ],
      [
        { kind: "foreign", said: "220 mail.contoso.com" },
        'the server does not speak TLS, but SMTP or FTP: "220 mail.contoso.com"',
      ],
      [{ kind: "foreign", said: "\u0003\0\0" }, 'the server does not speak TLS, but RDP: "\\u0003\\u0000\\u0000"'],
      [{ kind: "foreign", said: "hello" }, 'the server does not speak TLS: "hello"'],
      [{ kind: "alert", alert: "unrecognized_name" }, "the server ends the handshake: unrecognized_name"],
      [{ kind: "limit" }, "the server sends more than anybody's certificates take"],
      [
        { kind: "other", code: "ERR_SSL_BAD_ECPOINT", reason: "bad ecpoint" },
        "the handshake fails: bad ecpoint (ERR_SSL_BAD_ECPOINT)",
      ],
    ] as const
  ).map(
    ([failure, message]) =>
      [`${failure.kind} ${message.slice(-20)}`, "endpoint/speaks-tls", failed(failure), [message]] as const,
  ),
  [
    "junk for a certificate",
    "endpoint/speaks-tls",
    live({ sends: (_leaf, ca = _leaf) => [Buffer.from("3003020101", "hex"), ca] }),
    ["a certificate that the server sends cannot be read: the signed part expected, found tag 0x02"],
  ],
  [
    "a server that insists on a certificate",
    "endpoint/speaks-tls",
    live({ answer: { asksForCertificate: true, failure: { kind: "alert", alert: "certificate_required" } } }),
  ],

  ["nothing in common", "endpoint/speaks-tls", failed({ kind: "alert", alert: "protocol_version" })],

  ["TLS 1.3", "endpoint/modern-protocol", live()],
  ["TLS 1.2", "endpoint/modern-protocol", live({ answer: old })],
  ["no TLS", "endpoint/modern-protocol", failed({ kind: "silent" }), { skipped: "there was no handshake" }],
  [
    "nothing in common",
    "endpoint/modern-protocol",
    failed({ kind: "alert", alert: "protocol_version" }),
    ["the server refuses all that is offered, TLS 1.0 to TLS 1.3: protocol_version"],
  ],
  [
    "TLS 1.0",
    "endpoint/modern-protocol",
    live({ answer: { protocol: "TLSv1" }, modern: mismatch }),
    ["the server speaks TLS 1.0 at best"],
  ],
  [
    "TLS 1.1",
    "endpoint/modern-protocol",
    live({ answer: { protocol: "TLSv1.1" }, modern: mismatch }),
    ["the server speaks TLS 1.1 at best"],
  ],
  [
    "an old cipher",
    "endpoint/modern-protocol",
    live({ answer: { protocol: "TLSv1.2", cipher: "DHE-RSA-AES256-SHA" }, modern: mismatch }),
    ["the server speaks TLS 1.2, but nothing of what browsers offer; it chose DHE-RSA-AES256-SHA"],
  ],

  ["a server", "endpoint/no-client-certificate", live()],
  [
    "it asks",
    "endpoint/no-client-certificate",
    live({ answer: { asksForCertificate: true } }),
    ["the server asks for a certificate, and goes on without"],
  ],
  ["it asks", "endpoint/admits-clients", live({ answer: { asksForCertificate: true } })],
  [
    "it insists",
    "endpoint/admits-clients",
    live({ answer: { asksForCertificate: true, failure: { kind: "alert", alert: "certificate_required" } } }),
    ["the server insists on a certificate: certificate_required"],
  ],
  [
    "it insists, and says nothing",
    "endpoint/admits-clients",
    live({ answer: { asksForCertificate: true, failure: { kind: "closed" } } }),
    ["the server insists on a certificate: it ends the handshake without one"],
  ],

  ["key usage for both", "endpoint/key-usage", live()],
  ["none", "endpoint/key-usage", live({}, { leaf: { keyUsage: null } })],
  ["an EC key", "endpoint/key-usage", live({}, { leaf: { key: "leaf-p256", keyUsage: digitalSignature } })],
  [
    "an EC key for encryption",
    "endpoint/key-usage",
    live({}, { leaf: { key: "leaf-p256", keyUsage: keyEncipherment } }),
    ["TLS_AES_256_GCM_SHA384 needs digitalSignature, and the certificate's key usage is keyEncipherment"],
  ],
  [
    "keyEncipherment, and TLS 1.3",
    "endpoint/key-usage",
    live({}, { leaf: { keyUsage: keyEncipherment } }),
    ["TLS_AES_256_GCM_SHA384 needs digitalSignature, and the certificate's key usage is keyEncipherment"],
  ],
  [
    "keyEncipherment, and no ECDHE",
    "endpoint/key-usage",
    live({ answer: old }, { leaf: { keyUsage: keyEncipherment } }),
  ],
  [
    "digitalSignature, and no ECDHE",
    "endpoint/key-usage",
    live({ answer: old }, { leaf: { keyUsage: digitalSignature } }),
    ["AES128-SHA needs keyEncipherment, and the certificate's key usage is digitalSignature"],
  ],

  ["the same", "endpoint/serves-certificate", live()],
  [
    "the same, behind its CAs",
    "endpoint/serves-certificate",
    live({ operands: { expected: "all.pem" } }, { files: { "all.pem": `${usual["ca.pem"]}${usual["sensor.crt"]}` } }),
  ],
  [
    "none to compare",
    "endpoint/serves-certificate",
    live({ operands: { expected: undefined } as never }),
    { skipped: "none was given" },
  ],
  ["none served", "endpoint/serves-certificate", failed({ kind: "silent" }), { skipped: "nothing was served" }],
  [
    "an older one of the same key",
    "endpoint/serves-certificate",
    await served({ serialNumber: "77", notBefore: "2025-01-01T00:00:00Z", notAfter: "2026-12-01T00:00:00Z" }),
    [
      "not the certificate of sensor.crt: serial number 77 instead of 5a17, valid until 2026-12-01 instead of 2048-01-01, with the same key",
    ],
  ],
  [
    "a newer one of another key",
    "endpoint/serves-certificate",
    await served({ serialNumber: "79", notBefore: "2026-11-01T00:00:00Z", key: "other" }),
    ["not the certificate of sensor.crt: serial number 79 instead of 5a17, with another key"],
  ],
  [
    "that of another appliance",
    "endpoint/serves-certificate",
    await served({
      serialNumber: "77",
      subject: [["CN", "console.contoso.com"]],
      names: ["console.contoso.com"],
      key: "other",
    }),
    [
      'not the certificate of sensor.crt: serial number 77 instead of 5a17, for "console.contoso.com" instead of "sensor.contoso.com", with another key',
    ],
  ],
  [
    "its own",
    "endpoint/serves-certificate",
    await served({ signer: "self" }),
    [
      'not the certificate of sensor.crt: issued by "sensor.contoso.com" instead of "Contoso Issuing CA", with the same key',
    ],
  ],
  [
    "that of a proxy",
    "endpoint/serves-certificate",
    live(
      { operands: { roots: ["ours.pem"] } },
      {
        leaf: { key: "other" },
        cas: [{ subject: [["CN", "Proxy"]] }, { subject: [["CN", "Proxy Root"]], key: "policy" }],
        files: { ...(await uploaded({})), "ours.pem": (await applianceFiles())["ca.pem"] },
      },
    ),
    ['not the certificate of sensor.crt: issued by "Proxy" instead of "Contoso Issuing CA", with another key'],
  ],

  ["up to the root", "endpoint/sends-chain", live()],
  ["with the root", "endpoint/sends-chain", live({ sends: (leaf, ...cas) => [leaf, ...cas] })],
  ["a root right above", "endpoint/sends-chain", live({ sends: (leaf) => [leaf] }, { cas: [{}] })],
  ["a certificate of its own", "endpoint/sends-chain", live({ sends: (leaf) => [leaf] }, { leaf: { signer: "self" } })],
  [
    "nothing above, and roots",
    "endpoint/sends-chain",
    live({ sends: (leaf) => [leaf] }),
    [
      'the server sends no certificate of "Contoso Issuing CA", which issued "sensor.contoso.com", and it is not among the roots given',
    ],
  ],
  [
    "nothing above, and a chain",
    "endpoint/sends-chain",
    live({ sends: (leaf) => [leaf], operands: { chains: ["ca.pem"], roots: [] } }),
    ['the server sends its own certificate alone: "Contoso Issuing CA" is missing'],
  ],
  [
    "one of two",
    "endpoint/sends-chain",
    live({ operands: { chains: ["ca.pem"] } }, { cas: [{}, {}, {}] }),
    ['the server sends 2 certificates: "Contoso Policy CA" is missing'],
  ],
  [
    "nothing above, and nothing given",
    "endpoint/sends-chain",
    live({ sends: (leaf) => [leaf], operands: { roots: [] } }),
    { skipped: 'nothing tells whether Contoso Issuing CA, which issued "sensor.contoso.com", is a root' },
  ],
  ["nothing served", "endpoint/sends-chain", failed({ kind: "silent" }), { skipped: "no certificate was served" }],

  ["in order", "endpoint/chain-in-order", live({ sends: (leaf, ...cas) => [leaf, ...cas] })],
  [
    "the root first",
    "endpoint/chain-in-order",
    live({ sends: (leaf, ...cas) => [leaf, ...cas.toReversed()] }),
    ['the server sends "sensor.contoso.com", "Contoso Root CA", "Contoso Issuing CA", in this order'],
  ],
  [
    "the certificate twice",
    "endpoint/chain-in-order",
    live({ sends: (leaf, ...cas) => [leaf, leaf, ...cas] }),
    ['the server sends "sensor.contoso.com" twice'],
  ],
  [
    "a stranger",
    "endpoint/chain-in-order",
    live({ sends: (leaf, ca = leaf) => [leaf, ca, stranger] }),
    ['"Contoso Root CA" has no part in this chain'],
  ],
]);
