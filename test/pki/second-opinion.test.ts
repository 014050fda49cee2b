/** What is read here, read by others too: node:crypto, the libraries, and the openssl command. */
import * as asn1js from "asn1js";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as pkijs from "pkijs";
import { beforeAll, describe, expect, test } from "vitest";
import { decode } from "../../src/decode.ts";
import { type Certificate, fingerprint, readCertificate } from "../../src/pki/certificate.ts";
import { children, type Element, readDer } from "../../src/pki/der.ts";
import { extension } from "../../src/pki/extensions.ts";
import type { PrivateKey } from "../../src/pki/key.ts";
import type { Name } from "../../src/pki/name.ts";
import { isRoot, validatePath } from "../../src/pki/path.ts";
import { formatInstant } from "../../src/pki/time.ts";
import { NOW } from "../support/bundle.ts";
import { type ApplianceSpec, mintAppliance, pem } from "../support/mint.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

/** What is issued for the comparison, besides what lies in fixtures. */
const minted: readonly ApplianceSpec[] = [
  {},
  { leaf: { names: null, crlUrls: null, extKeyUsage: null, keyUsage: null }, cas: [{ pathLength: 0 }, {}] },
  { leaf: { key: "leaf-4096", names: ["a.contoso.com", "*.b.contoso.com"], addresses: ["10.0.0.5", "2001:db8::1"] } },
  { leaf: { key: "leaf-p256", signature: "RSA-PSS" }, cas: [{ signature: "RSA-SHA1" }, { signature: "RSA-SHA384" }] },
  {
    leaf: { key: "leaf-ed25519", signer: "self" },
    cas: [{ key: "leaf-p256" }, { key: "root-p384", signature: "ECDSA-SHA384" }],
  },
  {
    leaf: { serialNumber: `7f${"ab".repeat(19)}`, notBefore: "1999-12-31T23:59:59Z", notAfter: "2051-02-28T00:00:00Z" },
  },
  {
    leaf: {
      subject: [
        ["CN", "Zürich ☂", "bmpString"],
        ["O", 'Contoso, "Ltd" + Söhne'],
        ["OU", "x", "printableString"],
        ["CN", "b"],
      ],
    },
  },
];

interface Sample {
  readonly name: string;
  readonly certificate: Certificate;
}

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const contents = readdirSync(fixtures, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => `${parentPath}${parentPath.endsWith(sep) ? "" : sep}${name}`)
  .toSorted()
  .map((file) => decode(file.slice(fixtures.length), readFileSync(file)));

const samples: Sample[] = [];
beforeAll(async () => {
  const found = new Map<string, Sample>();
  const add = (name: string, certificate: Certificate): void => {
    const id = fingerprint(certificate);
    if (!found.has(id)) found.set(id, { name, certificate });
  };
  for (const [index, spec] of minted.entries()) {
    const { leaf, cas } = await mintAppliance(spec);
    for (const [place, bytes] of [leaf, ...cas].entries()) add(`minted ${index}.${place}`, readCertificate(bytes));
  }
  for (const { file, artifacts } of contents)
    for (const artifact of artifacts) if (artifact.kind === "certificate") add(file, artifact.certificate);
  samples.push(...found.values());
});

/** Where what another reads of a certificate differs from what is read here, of all that the other reads at all. */
function differences<T>(
  theirs: (certificate: Certificate) => T | undefined,
  ours: (certificate: Certificate) => T,
): { readonly name: string; readonly own: T; readonly other: T }[] {
  const pairs = samples.flatMap(({ name, certificate }) => {
    const other = theirs(certificate);
    return other === undefined ? [] : [{ name, other, own: ours(certificate) }];
  });
  // Most are to be compared, lest a library that reads nothing agrees with everything.
  if (pairs.length <= samples.length / 2) throw new Error(`of ${samples.length} certificates ${pairs.length} are read`);
  return pairs.filter(({ own, other }) => JSON.stringify(own) !== JSON.stringify(other));
}

/** What another makes of a certificate, or nothing if it refuses it. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const withoutZeros = (digits: string): string => digits.toLowerCase().replace(/^0+(?=.)/, "");
const identifiers = ({ attributes }: Name): string[] => attributes.map(({ oid }) => oid);
const buffer = ({ bytes }: Certificate): ArrayBuffer => Uint8Array.from(bytes).buffer;
const isReadable = ({ notBefore, notAfter }: Certificate): boolean =>
  !Number.isNaN(notBefore.at) && !Number.isNaN(notAfter.at);

describe("certificates", () => {
  test("node:crypto", () => {
    const found = differences(
      (certificate) => {
        const theirs = new X509Certificate(certificate.bytes);
        const details = attempt(() => theirs.publicKey.asymmetricKeyDetails);
        return {
          serial: withoutZeros(theirs.serialNumber),
          fingerprint: theirs.fingerprint256.replaceAll(":", "").toLowerCase(),
          dates: isReadable(certificate) ? [Date.parse(theirs.validFrom), Date.parse(theirs.validTo)] : [],
          bits: details?.modulusLength,
          sans: theirs.subjectAltName?.replace(/(^|, )(IP Address|DNS|URI|email):/g, "$1").split(", "),
        };
      },
      (certificate) => ({
        serial: withoutZeros(certificate.serialNumber),
        fingerprint: fingerprint(certificate),
        dates: isReadable(certificate) ? [certificate.notBefore.at, certificate.notAfter.at] : [],
        bits: certificate.publicKey.rsa && certificate.publicKey.bits,
        sans: extension(certificate, "subjectAltName")?.map(({ type, value }) =>
          // node:crypto writes addresses in full.
          type === "ip" && value.includes(":") ? value.replace("::", ":0:0:0:0:0:").toUpperCase() : value,
        ),
      }),
    );
    expect(found).toEqual([]);
  });

  test("@peculiar/x509", () => {
    const types: Readonly<Record<string, string>> = { E: "1.2.840.113549.1.9.1" };
    const found = differences(
      (certificate) =>
        attempt(() => {
          const theirs = new x509.X509Certificate(buffer(certificate));
          const names = (name: x509.Name): string[] =>
            name
              .toJSON()
              .flatMap((rdn) => Object.entries(rdn).flatMap(([type, v]) => v.map(() => types[type] ?? type)));
          return {
            serial: withoutZeros(theirs.serialNumber),
            dates: isReadable(certificate) ? [theirs.notBefore.getTime(), theirs.notAfter.getTime()] : [],
            counts: [names(theirs.subjectName).length, names(theirs.issuerName).length],
            extensions: theirs.extensions.map(({ type, critical }) => `${type} ${critical}`),
            sans: theirs
              .getExtension(x509.SubjectAlternativeNameExtension)
              ?.names.items.filter(({ type }) => type === "dns")
              .map(({ value }) => value),
          };
        }),
      (certificate) => ({
        serial: withoutZeros(certificate.serialNumber),
        dates: isReadable(certificate) ? [certificate.notBefore.at, certificate.notAfter.at] : [],
        counts: [certificate.subject.attributes.length, certificate.issuer.attributes.length],
        extensions: certificate.extensions.map(({ oid, critical }) => `${oid} ${critical}`),
        sans: extension(certificate, "subjectAltName")
          ?.filter(({ type }) => type === "dns")
          .map(({ value }) => value),
      }),
    );
    expect(found).toEqual([]);
  });

  test("pkijs", () => {
    const found = differences(
      (certificate) =>
        attempt(() => {
          const theirs = pkijs.Certificate.fromBER(buffer(certificate));
          const order = (name: pkijs.RelativeDistinguishedNames): string[] =>
            name.typesAndValues.map(({ type }) => type);
          return {
            version: theirs.version + 1,
            serial: withoutZeros(Buffer.from(theirs.serialNumber.valueBlock.valueHexView).toString("hex")),
            subject: order(theirs.subject),
            issuer: order(theirs.issuer),
            algorithms: [theirs.signature.algorithmId, theirs.signatureAlgorithm.algorithmId],
            extensions: theirs.extensions?.map(({ extnID, critical }) => `${extnID} ${critical}`) ?? [],
          };
        }),
      (certificate) => ({
        version: certificate.version,
        serial: withoutZeros(certificate.serialNumber),
        subject: identifiers(certificate.subject),
        issuer: identifiers(certificate.issuer),
        algorithms: [certificate.signature.oid, certificate.signatureAlgorithm.oid],
        extensions: certificate.extensions.map(({ oid, critical }) => `${oid} ${critical}`),
      }),
    );
    expect(found).toEqual([]);
  });

  test("asn1js: the same tree, with the same tags, offsets and ends", () => {
    const ourTree = (element: Element): string[] => [
      `${element.tag.toString(16)} ${element.start}-${element.end}`,
      ...(element.tag & 0x20 ? children(element).flatMap(ourTree) : []),
    ];
    function theirTree(block: asn1js.BaseBlock, start: number): string[] {
      const { idBlock, lenBlock, blockLength, valueBlock } = block;
      const tag =
        ([1, 2, 3, 4].indexOf(idBlock.tagClass) << 6) | (idBlock.isConstructed ? 0x20 : 0) | idBlock.tagNumber;
      const found = [`${tag.toString(16)} ${start}-${start + blockLength}`];
      if (!idBlock.isConstructed) return found;
      let at = start + idBlock.blockLength + lenBlock.blockLength;
      for (const child of (valueBlock as unknown as { readonly value: asn1js.BaseBlock[] }).value) {
        found.push(...theirTree(child, at));
        at += child.blockLength;
      }
      return found;
    }
    const found = differences(
      (certificate) => {
        const { result, offset } = asn1js.fromBER(buffer(certificate));
        return offset < 0 ? undefined : theirTree(result, 0);
      },
      ({ bytes }) => ourTree(readDer(bytes)),
    );
    expect(found).toEqual([]);
  });

  test.skipIf(opensslVersion === undefined)(`openssl x509${orSkipped}`, { timeout: 20_000 }, () => {
    const found = differences(
      (certificate) => {
        const { ok, out } = openssl(
          [
            "x509",
            "-inform",
            "DER",
            "-in",
            "c.der",
            "-noout",
            "-text",
            "-serial",
            "-fingerprint",
            "-sha256",
            "-dates",
            "-dateopt",
            "iso_8601",
          ],
          { "c.der": certificate.bytes },
        );
        const find = (pattern: RegExp): string | undefined => pattern.exec(out)?.[1];
        return ok
          ? {
              serial: withoutZeros(find(/^serial=-?(\w+)/m) ?? ""),
              fingerprint: find(/Fingerprint=([\w:]+)/)
                ?.replaceAll(":", "")
                .toLowerCase(),
              dates: isReadable(certificate) ? [find(/^notBefore=(.*)/m), find(/^notAfter=(.*)/m)] : [],
              version: Number(find(/Version: (\d+)/)),
              bits: certificate.publicKey.rsa && Number(find(/Public-Key: \((\d+) bit/)),
              algorithm: find(/Signature Algorithm: (\S+)/)?.toLowerCase(),
            }
          : undefined;
      },
      (certificate) => ({
        serial: withoutZeros(certificate.serialNumber),
        fingerprint: fingerprint(certificate),
        dates: isReadable(certificate)
          ? [certificate.notBefore, certificate.notAfter].map(({ at }) => formatInstant(at).replace("T", " "))
          : [],
        version: certificate.version,
        bits: certificate.publicKey.rsa && certificate.publicKey.bits,
        algorithm: certificate.signatureAlgorithm.name.replace("RSASSA-PSS", "rsassaPss").toLowerCase(),
      }),
    );
    expect(found).toEqual([]);
  });
});

describe("keys in fixtures", () => {
  const keys = contents.flatMap(({ file, artifacts }) =>
    artifacts.flatMap((artifact) =>
      artifact.kind === "key" && artifact.key?.publicKey !== undefined ? [{ file, key: artifact.key }] : [],
    ),
  );
  const text = (file: string): string => readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), "utf8");
  const spki = ({ publicKey }: PrivateKey): string => Buffer.from(publicKey?.spki ?? []).toString("hex");

  test("node:crypto derives the same public keys", () => {
    const pairs = keys.flatMap(({ file, key }) => {
      const native = attempt(() =>
        createPublicKey(createPrivateKey(text(file))).export({ format: "der", type: "spki" }),
      );
      return native === undefined ? [] : [{ file, own: spki(key), other: native.toString("hex") }];
    });
    expect(pairs.map(({ file, own }) => [file, own])).toEqual(pairs.map(({ file, other }) => [file, other]));
    expect(pairs.length).toBeGreaterThan(0);
  });

  test.skipIf(opensslVersion === undefined)(
    `openssl finds the same keys consistent${orSkipped}`,
    { timeout: 20_000 },
    () => {
      const seen = new Set<string>();
      for (const { file, key } of keys) {
        if (key.algorithm !== "RSA" || seen.has(spki(key)) || createable(text(file)) === undefined) continue;
        seen.add(spki(key));
        const { out } = openssl(["pkey", "-in", "key.pem", "-check", "-noout"], { "key.pem": text(file) });
        // The output may show numbers of the key: only the verdict is looked at.
        expect([file, /^Key is valid/m.test(out)]).toEqual([file, key.broken.length === 0]);
      }
      expect(seen.size).toBeGreaterThan(0);
    },
  );
  const createable = (key: string): unknown => attempt(() => createPrivateKey(key));
});

describe.skipIf(opensslVersion === undefined)(`openssl verify says the same of chains${orSkipped}`, () => {
  const none = x509.KeyUsageFlags.cRLSign;
  const past = "2026-06-01T00:00:00Z";
  const three = [{}, {}, {}];
  const broken = (id: string, bytes: string): x509.Extension =>
    new x509.Extension(id, false, Buffer.from(bytes, "hex"));

  const chains: readonly (readonly [
    what: string,
    spec: ApplianceSpec,
    pick?: (cas: readonly Buffer[]) => readonly Buffer[],
  ])[] = [
    ["one CA", { cas: [{}] }],
    ["two CAs", {}],
    ["three CAs", { cas: three }],
    ["three CAs in reverse order", { cas: three }, (cas) => cas.toReversed()],
    ["three CAs, each twice", { cas: three }, (cas) => [...cas, ...cas]],
    ["the first link missing", { cas: three }, ([, ...rest]) => rest],
    ["the middle link missing", { cas: three }, (cas) => cas.toSpliced(1, 1)],
    ["the root missing", { cas: three }, (cas) => cas.slice(0, -1)],
    ["no CA at all", { cas: [] }],
    ["no key identifiers", { leaf: { identifiers: false }, cas: [{ identifiers: false }, { identifiers: false }] }],
    ["a leaf signed with another key", { leaf: { signer: "other" } }],
    ["the same without key identifiers", { leaf: { signer: "other", identifiers: false } }],
    ["a CA signed with another key", { cas: [{ signer: "other" }, {}] }],
    ["a root signed with another key", { cas: [{}, { signer: "other" }] }],
    ["a self-signed leaf", { leaf: { signer: "self" } }],
    ["a self-signed leaf that is a CA", { leaf: { signer: "self", cA: true } }],
    ["CA:FALSE", { cas: [{ cA: false }, {}] }],
    ["CA:FALSE in the root", { cas: [{}, { cA: false }] }],
    ["no basicConstraints", { cas: [{ cA: null }, {}] }],
    ["no basicConstraints in the root", { cas: [{}, { cA: null }] }],
    ["neither these nor keyUsage", { cas: [{ cA: null, keyUsage: null }, {}] }],
    ["neither these nor keyUsage in the root", { cas: [{}, { cA: null, keyUsage: null }] }],
    ["no keyCertSign", { cas: [{ keyUsage: none }, {}] }],
    ["no keyCertSign in the root", { cas: [{}, { keyUsage: none }] }],
    ["no keyUsage anywhere", { leaf: { keyUsage: null }, cas: [{ keyUsage: null }, { keyUsage: null }] }],
    ["pathLen:0 above a CA", { cas: [{}, { pathLength: 0 }] }],
    ["pathLen:0 above the leaf", { cas: [{ pathLength: 0 }, {}] }],
    ["pathLen:1 above two CAs", { cas: [{}, {}, { pathLength: 1 }] }],
    ["pathLen:2 above two CAs", { cas: [{}, {}, { pathLength: 2 }] }],
    ["an expired CA", { cas: [{ notAfter: past }, {}] }],
    ["an expired root", { cas: [{}, { notAfter: past }] }],
    ["a CA of the future", { cas: [{ notBefore: "2027-01-01T00:00:00Z" }, {}] }],
    ["a CA in its last second", { cas: [{ notAfter: "2026-11-21T00:00:00Z" }, {}] }],
    ["a CA in its first second", { cas: [{ notBefore: "2026-11-21T00:00:00Z" }, {}] }],
    ["an expired leaf", { leaf: { notAfter: past } }],
    [
      "EC CAs",
      { leaf: { key: "leaf-p256" }, cas: [{ key: "leaf-p256" }, { key: "root-p384", signature: "ECDSA-SHA384" }] },
    ],
    ["an Ed25519 CA", { cas: [{ key: "leaf-ed25519" }, {}] }],
    ["RSASSA-PSS", { leaf: { signature: "RSA-PSS" }, cas: [{ signature: "RSA-PSS" }, {}] }],
    ["SHA-1", { leaf: { signature: "RSA-SHA1" } }],
    [
      "names in other string types",
      { cas: [{ subject: [["CN", "ca", "printableString"]] }, { subject: [["CN", "Root", "bmpString"]] }] },
    ],
    ["a CA with the root's name", { cas: [{ subject: [["CN", "X"]] }, { subject: [["CN", "X"]] }] }],
    ["an empty keyUsage in a CA", { cas: [{ keyUsage: 0 as x509.KeyUsageFlags }, {}] }],
    ["a broken subjectAltName", { leaf: { names: null, more: [broken("2.5.29.17", "0500")] } }],
    ["a broken CRL distribution point", { leaf: { crlUrls: null, more: [broken("2.5.29.31", "0500")] } }],
    ["an extension twice", { leaf: { more: [broken("2.5.29.35", "3000")] } }],
    ["an unknown extension twice", { leaf: { more: [broken("1.2.3.4", "0500"), broken("1.2.3.4", "0500")] } }],
    ["a broken extension that does not matter", { leaf: { more: [broken("2.5.29.18", "0500")] } }],
  ];

  test.each(chains.map(([what, spec, pick = (cas) => cas]) => ({ what, spec, pick })))(
    "$what",
    async ({ spec, pick }) => {
      const { leaf, cas } = await mintAppliance(spec);
      const { ours, theirs, reasons } = verdicts(leaf, pick(cas));
      expect({ accepted: ours, reasons }).toEqual({ accepted: theirs, reasons });
    },
  );

  test("exception: of several CAs of one name OpenSSL tries the first alone, and does not go back", async () => {
    const ca = { identifiers: false };
    const { leaf, cas } = await mintAppliance({ leaf: ca, cas: [ca, {}] });
    const [stranger] = (await mintAppliance({ leaf: ca, cas: [{ ...ca, key: "policy" }, {}] })).cas;
    if (stranger === undefined) throw new Error("no CA");
    expect(verdicts(leaf, [...cas, stranger])).toMatchObject({ ours: true, theirs: true });
    expect(verdicts(leaf, [stranger, ...cas])).toMatchObject({ ours: true, theirs: false });
  });
});

/** What is said of a chain whose roots are trusted. */
function verdicts(leaf: Uint8Array, chain: readonly Uint8Array[]): { ours: boolean; theirs: boolean; reasons: string } {
  const certificates = chain.map(readCertificate);
  const own = readCertificate(leaf);
  const anchors = certificates.filter(isRoot);
  const { problems } = validatePath({ leaf: own, candidates: certificates, anchors, now: NOW });
  const isCurrent = NOW >= own.notBefore.at && NOW < own.notAfter.at;
  const text = (some: readonly Uint8Array[]): string => some.map((bytes) => pem("CERTIFICATE", bytes)).join("");
  const roots = text(anchors.map(({ bytes }) => bytes));
  const trusted = roots === "" ? ["-no-CAfile"] : ["-CAfile", "roots.pem"];
  const { ok, out } = openssl(
    [
      "verify",
      "-attime",
      String(NOW / 1000),
      "-no-CApath",
      "-no-CAstore",
      ...trusted,
      "-untrusted",
      "chain.pem",
      "leaf.pem",
    ],
    // An empty file of untrusted certificates would be an error of its own.
    { "leaf.pem": text([leaf]), "chain.pem": text(chain) || text([leaf]), ...(roots !== "" && { "roots.pem": roots }) },
  );
  const reasons = `${problems.map(({ message }) => message).join("; ")} / ${out}`;
  return { ours: problems.length === 0 && isCurrent, theirs: ok, reasons };
}
