/** What CRLs say of a certificate: as OpenSSL has it, or nothing. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { crlReader } from "../../src/pki/crl-file.ts";
import { context, contextPrimitive } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { extension } from "../../src/pki/extensions.ts";
import { crlProblems, revocationOf } from "../../src/pki/revocation.ts";
import { NOW } from "../support/bundle.ts";
import { caName, type CrlSpec, extensionOf, mintCrl, relativeName } from "../support/mint-crl.ts";
import { type ApplianceSpec, mintAppliance, pem, rawExtension } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
import { digits, hex, integer, octets, seq } from "./hand-made.ts";

const LISTED = { entries: [{ serialNumber: "5a17" }] } as const;
const LATER = "2026-11-20T12:00:00Z";
const url = "http://crl.contoso.com/issuing.crl";
const identifier = await identifierOfIssuer();

async function identifierOfIssuer(): Promise<string> {
  const [issuing = Buffer.alloc(0)] = (await mintAppliance()).cas;
  return extension(readCertificate(issuing), "subjectKeyIdentifier") ?? "";
}

/** A leaf with these distribution points, each the content of its SEQUENCE. */
const withPoints = (...points: readonly Uint8Array[]): ApplianceSpec => ({
  leaf: { crlUrls: null, more: [rawExtension("2.5.29.31", digits(seq(...points.map((point) => seq(point)))))] },
});
const uri = (text: string): Uint8Array => encode(contextPrimitive(6), Buffer.from(text));
const fullName = (text: string): Uint8Array => encode(context(0), encode(context(0), uri(text)));
const directoryName = (name: Uint8Array): Uint8Array =>
  encode(context(0), encode(context(0), encode(context(4), name)));
const issuerOf = (name: Uint8Array): Uint8Array => encode(context(2), encode(context(4), name));

/** `stricter`: OpenSSL takes the certificate for good. */
interface Row {
  readonly what: string;
  readonly expected: string;
  readonly specs: readonly CrlSpec[];
  readonly appliance: ApplianceSpec | undefined;
  readonly opinion: "stricter" | undefined;
}

const who = 'the CRL of "Contoso Issuing CA"';

const table: readonly (readonly [
  what: string,
  expected: string,
  specs: readonly CrlSpec[],
  appliance?: ApplianceSpec,
  opinion?: "stricter",
])[] = [
  ["a CRL without entries", "good", [{}]],
  ["an empty list of entries", "good", [{ entries: [] }]],
  ["entries of others", "good", [{ entries: [{ serialNumber: "5a18" }, { serialNumber: "175a" }] }]],
  ["no CRL at all", 'issuer: no CRL of "Contoso Issuing CA" is there', []],
  ["an entry", "revoked 2026-10-01", [LISTED]],
  ["an entry with a reason", "revoked 2026-10-01 keyCompromise", [{ entries: [{ serialNumber: "5a17", reason: 1 }] }]],
  ["a hold", "revoked 2026-10-01 certificateHold", [{ entries: [{ serialNumber: "5a17", reason: 6 }] }]],
  ["an entry that was removed", "good", [{ entries: [{ serialNumber: "5a17", reason: 8 }] }]],
  ["a reason that cannot be decoded", "revoked 2026-10-01", [{ entries: [{ serialNumber: "5a17", reason: 99 }] }]],
  [
    "two reasons, of which the first lifts it",
    "revoked 2026-10-01",
    [{ entries: [{ serialNumber: "5a17", reason: 8, more: [extensionOf("2.5.29.21", hex("0a0101"))] }] }],
  ],
  [
    "more distribution points than are compared",
    `limit: "sensor.contoso.com" names more than 32 distribution points: not all were compared with that of ${who}`,
    [{ point: { uris: [url] } }],
    withPoints(...Array.from({ length: 32 }, (_, index) => fullName(`http://crl.contoso.com/${index}`)), fullName(url)),
    "stricter",
  ],
  ["the key named", "good", [{ keyIdentifier: identifier }]],
  ["version 1", "good", [{ version: null, number: null }]],
  ["RSA-PSS", "good", [{ algorithm: "RSA-PSS" }]],
  ["SHA-1", "good", [{ algorithm: "RSA-SHA1" }]],
  ["no nextUpdate", "good", [{ nextUpdate: null }]],
  [
    "replaced in this second",
    `stale: ${who} is out of date: the next one was due on 2026-11-21`,
    [{ nextUpdate: "2026-11-21T00:00:00Z" }],
  ],
  ["valid for a second more", "good", [{ nextUpdate: "2026-11-21T00:00:01Z" }]],
  [
    "out of date",
    `stale: ${who} is out of date: the next one was due on 2026-11-01`,
    [{ nextUpdate: "2026-11-01T00:00:00Z" }],
  ],
  ["out of date, with an entry", "revoked 2026-10-01", [{ ...LISTED, nextUpdate: "2026-11-01T00:00:00Z" }]],
  ["valid from this second", "good", [{ thisUpdate: "2026-11-21T00:00:00Z" }]],
  ["of tomorrow", `not-yet-valid: ${who} is not valid before 2026-11-22`, [{ thisUpdate: "2026-11-22T00:00:00Z" }]],
  ["dates past 2049", "good", [{ nextUpdate: "2050-01-01T00:00:00Z" }]],
  [
    "another issuer",
    'issuer: the CRL was issued by "Fabrikam CA", not by "Contoso Issuing CA"',
    [{ issuer: caName("Fabrikam CA"), key: "other" }],
  ],
  ["another issuer beside the right one", "good", [{ issuer: caName("Fabrikam CA"), key: "other", ...LISTED }, {}]],
  [
    "another key",
    `signature: the signature of ${who} was not made with the key of "Contoso Issuing CA" (RSA 2048), or the CRL was altered`,
    [{ key: "other" }],
  ],
  [
    "another key, and an entry",
    `signature: the signature of ${who} was not made with the key of "Contoso Issuing CA" (RSA 2048), or the CRL was altered`,
    [{ key: "other", ...LISTED }],
  ],
  [
    "an altered signature",
    `signature: the signature of ${who} was not made with the key of "Contoso Issuing CA" (RSA 2048), or the CRL was altered`,
    [{ isAltered: true }],
  ],
  [
    "two algorithms",
    `signature: ${who} names two signature algorithms, sha256WithRSAEncryption inside and sha512WithRSAEncryption outside`,
    [{ outerAlgorithm: hex("300d06092a864886f70d01010d0500") }],
  ],
  [
    "the identifier of another key",
    `signature: ${who} was signed by another key of "Contoso Issuing CA": authority key identifier aabb, the CA's is ${identifier.slice(0, 16)}…`,
    [{ keyIdentifier: "aabb" }],
  ],
  [
    "a CA that may not sign CRLs",
    'authority: "Contoso Issuing CA" may not sign CRLs: its keyUsage lacks cRLSign',
    [{}],
    { cas: [{ keyUsage: x509.KeyUsageFlags.keyCertSign }, {}] },
  ],
  ["a CA without keyUsage", "good", [{}], { cas: [{ keyUsage: null }, {}] }],

  ["users alone", "good", [{ point: { onlyUser: true } }]],
  ["CAs alone", `scope: ${who} covers CA certificates only`, [{ point: { onlyAuthority: true }, ...LISTED }]],
  ["CAs alone, for a CA", "good", [{ point: { onlyAuthority: true } }], { leaf: { cA: true } }],
  [
    "users alone, for a CA",
    `scope: ${who} covers end-entity certificates only`,
    [{ point: { onlyUser: true } }],
    { leaf: { cA: true } },
  ],
  ["attribute certificates", `scope: ${who} covers attribute certificates only`, [{ point: { onlyAttribute: true } }]],
  [
    "users alone and CAs alone",
    `damaged: ${who} says that it covers end-entity certificates only, and CA certificates only`,
    [{ point: { onlyUser: true, onlyAuthority: true } }],
  ],
  [
    "some reasons, without the entry",
    `reasons: ${who} covers revocations for these reasons only: keyCompromise`,
    [{ point: { reasons: "0640" } }],
  ],
  ["some reasons, with the entry", "revoked 2026-10-01", [{ point: { reasons: "0640" }, ...LISTED }]],
  [
    "an indirect CRL",
    `indirect: ${who} is an indirect CRL, which OpenSSL does not use unless it is told to`,
    [{ point: { indirect: true } }],
  ],
  [
    "an indirect CRL of another issuer",
    'issuer: an indirect CRL was issued by "Fabrikam CA", not by "Contoso Issuing CA"',
    [{ issuer: caName("Fabrikam CA"), key: "other", point: { indirect: true } }],
  ],
  ["its distribution point", "good", [{ point: { uris: [url] } }]],
  ["one of its distribution points", "good", [{ point: { uris: ["http://other.contoso.com/x.crl", url] } }]],
  [
    "another distribution point",
    `distribution-point: ${who} belongs to another distribution point than those of "sensor.contoso.com": "http://crl.contoso.com/other.crl"`,
    [{ point: { uris: ["http://crl.contoso.com/other.crl"] }, ...LISTED }],
  ],
  [
    "a distribution point where the certificate names none",
    `distribution-point: ${who} belongs to another distribution point than those of "sensor.contoso.com": "${url}"`,
    [{ point: { uris: [url] } }],
    { leaf: { crlUrls: null } },
  ],
  ["no distribution point in the CRL", "good", [{}], { leaf: { crlUrls: null } }],
  [
    "a second distribution point",
    "good",
    [{ point: { uris: [url] } }],
    withPoints(fullName("http://a"), fullName(url)),
  ],
  ["directory names", "good", [{ point: { directory: caName("A") } }], withPoints(directoryName(caName("a")))],
  ["relative names", "good", [{ point: { relative: "A" } }], withPoints(encode(context(0), relativeName("a")))],
  [
    "the last name of many",
    "good",
    [{ point: { uris: [url] } }],
    withPoints(
      encode(
        context(0),
        encode(context(0), ...Array.from({ length: 99 }, (_, index) => uri(`http://${index}`)), uri(url)),
      ),
    ),
  ],
  [
    "other relative names",
    `distribution-point: ${who} belongs to another distribution point than those of "sensor.contoso.com": a name relative to the issuer's`,
    [{ point: { relative: "A" } }],
    withPoints(encode(context(0), relativeName("b"))),
  ],
  [
    "a point for some reasons",
    `reasons: "sensor.contoso.com" names ${who} for some reasons of revocation only`,
    [{}],
    withPoints(Buffer.concat([fullName(url), hex("81020640")])),
  ],
  [
    "a point whose CRL has another issuer, and the issuer's own",
    "good",
    [{}],
    withPoints(Buffer.concat([fullName(url), issuerOf(caName("Fabrikam CA"))])),
  ],

  [
    "a delta CRL",
    `delta: ${who} is a delta CRL: it lists nothing but what changed since another one`,
    [{ delta: "03" }],
    {},
    "stricter",
  ],
  ["a delta CRL with an entry", "revoked 2026-10-01", [{ delta: "03", ...LISTED }]],
  ["a complete CRL with a newer delta CRL", "good", [{}, { delta: "03", thisUpdate: LATER }]],
  [
    "a complete CRL, and a delta CRL that revokes",
    "revoked 2026-10-01",
    [{}, { delta: "03", thisUpdate: LATER, ...LISTED }],
  ],
  [
    "a hold that a delta CRL lifts",
    "good",
    [
      { entries: [{ serialNumber: "5a17", reason: 6 }] },
      { delta: "03", thisUpdate: LATER, entries: [{ serialNumber: "5a17", reason: 8 }] },
    ],
  ],
  [
    "an entry that a newer delta CRL does not repeat",
    "revoked 2026-10-01",
    [LISTED, { delta: "03", thisUpdate: LATER }],
    {},
    "stricter",
  ],
  ["an entry that a newer CRL does not have", "good", [LISTED, { thisUpdate: LATER }]],
  ["an entry that an older CRL does not have", "revoked 2026-10-01", [{}, { ...LISTED, thisUpdate: LATER }]],
  ["two of the same moment, one with an entry", "revoked 2026-10-01", [LISTED, {}]],
  [
    "an entry that a newer CRL about something else does not have",
    "revoked 2026-10-01",
    [LISTED, { thisUpdate: LATER, point: { onlyUser: true } }],
    {},
    "stricter",
  ],
  [
    "an entry of a CRL that is out of date, and a newer one",
    "good",
    [{ ...LISTED, nextUpdate: "2026-11-20T01:00:00Z" }, { thisUpdate: LATER }],
  ],

  [
    "a critical extension that is not known",
    `critical-extension: ${who} has a critical extension that OpenSSL does not handle: 1.2.3.4`,
    [{ more: [extensionOf("1.2.3.4", octets(), true)], ...LISTED }],
  ],
  ["an extension that is not known", "good", [{ more: [extensionOf("1.2.3.4", octets())] }]],
  [
    "a critical number",
    `critical-extension: ${who} has a critical extension that OpenSSL does not handle: cRLNumber`,
    [{ numberIsCritical: true }],
  ],
  [
    "a critical extension of an entry",
    `critical-extension: ${who} has an entry with a critical extension that OpenSSL does not handle: 1.2.3.4`,
    [{ entries: [{ serialNumber: "01", more: [extensionOf("1.2.3.4", octets(), true)] }] }],
  ],
  [
    "a critical reason",
    `critical-extension: ${who} has an entry with a critical extension that OpenSSL does not handle: reasonCode`,
    [{ entries: [{ serialNumber: "01", reason: 1, reasonIsCritical: true }] }],
  ],
  [
    "an extension that cannot be decoded",
    `damaged: ${who} has an extension issuingDistributionPoint that cannot be decoded: issuingDistributionPoint expected, found tag 0x02`,
    [{ more: [extensionOf("2.5.29.28", integer(1), true)] }],
    {},
    "stricter",
  ],
  [
    "an extension that stands twice",
    `damaged: ${who} has two extensions cRLNumber`,
    [{ more: [extensionOf("2.5.29.20", integer(1))] }],
    {},
    "stricter",
  ],

  [
    "an entry of another issuer's certificate",
    "good",
    [{ entries: [{ serialNumber: "5a17", certificateIssuer: caName("B") }] }],
  ],
  [
    "an entry after that of another issuer's certificate",
    "good",
    [{ entries: [{ serialNumber: "01", certificateIssuer: caName("B") }, { serialNumber: "5a17" }] }],
  ],
  [
    "an entry that goes back to the issuer",
    "revoked 2026-10-01",
    [
      {
        entries: [
          { serialNumber: "01", certificateIssuer: caName("B") },
          { serialNumber: "5a17", certificateIssuer: caName("CONTOSO  issuing ca") },
        ],
      },
    ],
  ],
  [
    "an entry whose issuer cannot be decoded",
    "revoked 2026-10-01",
    [{ entries: [{ serialNumber: "5a17", more: [extensionOf("2.5.29.29", integer(1), true)] }] }],
  ],
];

const rows: readonly Row[] = table.map(([what, expected, specs, appliance, opinion]) => ({
  what,
  expected,
  specs,
  appliance,
  opinion,
}));

async function judge(crls: readonly CrlSpec[], appliance: ApplianceSpec = {}) {
  const minted = await mintAppliance(appliance);
  const leaf = readCertificate(minted.leaf);
  const signers = minted.cas.map((ca) => readCertificate(ca));
  const ders = crls.map((spec) => mintCrl(spec));
  const reader = crlReader({ serialNumbers: new Set([leaf.serialNumber]), signers });
  reader.push(Buffer.from(ders.map((der) => pem("X509 CRL", der)).join("")));
  const [issuer = leaf] = signers;
  return { minted, ders, leaf, issuer, crls: reader.end().crls };
}

test.each(rows)("$what: $expected", async ({ expected, specs, appliance }) => {
  const { leaf, issuer, crls } = await judge(specs, appliance);
  const found = revocationOf(leaf, issuer, crls, NOW);
  if (found.state === "unknown") {
    expect(found.problems.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([expected]);
  } else {
    const more = found.state === "revoked" ? [new Date(found.date).toISOString().slice(0, 10), found.reason] : [];
    expect([found.state, ...more].filter((part) => part !== undefined).join(" ")).toBe(expected);
  }
});

describe.skipIf(opensslVersion === undefined)(`as openssl verify has it${orSkipped}`, () => {
  test.each(rows)("$what", async ({ expected, specs, appliance, opinion }) => {
    const { minted, ders } = await judge(specs, appliance);
    const result = openssl(
      ["verify", "-attime", String(NOW / 1000), "-crl_check", "-CAfile", "ca.pem", "-CRLfile", "crls.pem", "leaf.pem"],
      {
        "ca.pem": minted.cas.map((ca) => pem("CERTIFICATE", ca)).join(""),
        // Without any CRL the option would be refused.
        "crls.pem": ders.map((der) => pem("X509 CRL", der)).join("") || pem("CERTIFICATE", minted.leaf),
        "leaf.pem": pem("CERTIFICATE", minted.leaf),
      },
    );
    if (opinion === "stricter") expect(result.ok && expected !== "good").toBe(true);
    else expect(result.ok, result.out).toBe(expected === "good");
    if (result.out.includes("certificate revoked")) expect(expected).toMatch(/^revoked/);
  });
});

test.skipIf(opensslVersion === undefined)(
  `all certificates of a path, each with the CRL of its issuer${orSkipped}`,
  async () => {
    const minted = await mintAppliance();
    const path = [minted.leaf, ...minted.cas].map((bytes) => readCertificate(bytes));
    const root = { issuer: caName("Contoso Root CA"), key: "root" } as const;
    for (const [expected, specs] of [
      ["good good good", [{}, root]],
      ["good revoked good", [{}, { ...root, entries: [{ serialNumber: "02" }] }]],
      ["good unknown unknown", [{}]],
    ] as const) {
      const text = specs.map((spec) => pem("X509 CRL", mintCrl(spec))).join("");
      const reader = crlReader({ serialNumbers: new Set(path.map(({ serialNumber }) => serialNumber)), signers: path });
      reader.push(Buffer.from(text));
      const { crls } = reader.end();
      const states = path.map((one, index) => revocationOf(one, path[index + 1] ?? one, crls, NOW).state);
      expect(states.join(" ")).toBe(expected);
      const files = {
        "ca.pem": minted.cas.map((ca) => pem("CERTIFICATE", ca)).join(""),
        "crls.pem": text,
        "leaf.pem": pem("CERTIFICATE", minted.leaf),
      };
      const options = ["-attime", String(NOW / 1000), "-crl_check_all", "-CAfile", "ca.pem", "-CRLfile", "crls.pem"];
      expect(openssl(["verify", ...options, "leaf.pem"], files).ok).toBe(expected === "good good good");
    }
  },
);

test("the problems of a CRL are all listed", async () => {
  const { leaf, issuer, crls } = await judge([
    { key: "other", nextUpdate: "2026-11-20T01:00:00Z", delta: "01", numberIsCritical: true },
  ]);
  const [crl] = crls;
  expect(crl && crlProblems(crl, leaf, issuer, NOW).map(({ kind }) => kind)).toEqual([
    "signature",
    "critical-extension",
    "delta",
    "stale",
  ]);
});

test("a CRL that was read without the issuer among the signers is not relied on", async () => {
  const { leaf, issuer, ders } = await judge([LISTED]);
  const reader = crlReader({ serialNumbers: new Set([leaf.serialNumber]), signers: [] });
  reader.push(ders[0] ?? Buffer.alloc(0));
  expect(revocationOf(leaf, issuer, reader.end().crls, NOW)).toEqual({
    state: "unknown",
    problems: [
      { kind: "signature", message: `the signature of ${who} could not be verified (sha256WithRSAEncryption)` },
    ],
  });
});
