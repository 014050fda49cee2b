/** What is read here, read by others too: node:crypto, the libraries, and the openssl command. */
import * as asn1js from "asn1js";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as pkijs from "pkijs";
import { beforeAll, describe, expect, test } from "vitest";
import { decode } from "../../src/bundle/decode.ts";
import { type Certificate, fingerprint, readCertificate } from "../../src/pki/certificate.ts";
import { children, DerError, type Element, readDer } from "../../src/pki/der.ts";
import { extension } from "../../src/pki/extensions.ts";
import { type PrivateKey, readPrivateKey } from "../../src/pki/key.ts";
import type { Name } from "../../src/pki/name.ts";
import { isRoot } from "../../src/pki/link.ts";
import { validatePath } from "../../src/pki/path.ts";
import { serverProblem, usageProblem } from "../../src/pki/purpose.ts";
import { strictProblems } from "../../src/pki/strict.ts";
import { formatInstant } from "../../src/pki/time.ts";
import { NOW } from "../support/bundle.ts";
import { type ApplianceSpec, keyPem, mintAppliance, pem } from "../support/mint.ts";
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
/** BER: OpenSSL shows of it the fingerprint of what it would be in DER. */
const isBer = ({ irregularities }: Certificate): boolean =>
  irregularities.some(({ message }) => message === "a length that is indefinite: BER, not DER");
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
          fingerprint: !isBer(certificate) && theirs.fingerprint256.replaceAll(":", "").toLowerCase(),
          dates: isReadable(certificate) ? [Date.parse(theirs.validFrom), Date.parse(theirs.validTo)] : [],
          bits: details?.modulusLength,
          sans: theirs.subjectAltName?.replace(/(^|, )(IP Address|DNS|URI|email):/g, "$1").split(", "),
        };
      },
      (certificate) => ({
        serial: withoutZeros(certificate.serialNumber),
        fingerprint: !isBer(certificate) && fingerprint(certificate),
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

  test.skipIf(opensslVersion === undefined)(`openssl x509${orSkipped}`, () => {
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
              fingerprint:
                !isBer(certificate) &&
                find(/Fingerprint=([\w:]+)/)
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
        fingerprint: !isBer(certificate) && fingerprint(certificate),
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
  // Of several in a file, others read the first.
  const keys = contents.flatMap(({ file, artifacts }) => {
    const first = artifacts.find((artifact) => artifact.kind === "key");
    return first?.kind === "key" && first.key?.publicKey !== undefined ? [{ file, key: first.key }] : [];
  });
  const stored = (file: string): Buffer => readFileSync(new URL(`../../fixtures/${file}`, import.meta.url));
  const spki = ({ publicKey }: PrivateKey): string => Buffer.from(publicKey?.spki ?? []).toString("hex");

  test("node:crypto derives the same public keys, of all that it reads", () => {
    const pairs = keys.map(({ file, key }) => {
      const text = stored(file).toString();
      const native = text.includes("-----BEGIN") ? publicHalf(text) : publicHalf(stored(file));
      return { file, own: spki(key), other: native?.toString("hex") };
    });
    expect(pairs.filter(({ own, other }) => other !== undefined && own !== other)).toEqual([]);
    // A PKCS#1 key under another label, and what is not a key's file at all.
    expect(new Set(pairs.flatMap(({ file, other }) => (other === undefined ? [file] : [])))).toEqual(
      new Set(["forms-of-keys/lying-label.key"]),
    );
  });

  test.skipIf(opensslVersion === undefined)(`openssl finds the same keys consistent${orSkipped}`, () => {
    const seen = new Set<string>();
    for (const { file, key } of keys) {
      const text = stored(file).toString();
      if (key.algorithm !== "RSA" || seen.has(spki(key)) || publicHalf(text) === undefined) continue;
      seen.add(spki(key));
      const { out } = openssl(["pkey", "-in", "key.pem", "-check", "-noout"], { "key.pem": text });
      // The output may show numbers of the key: only the verdict is looked at.
      expect([file, /^Key is valid/m.test(out)]).toEqual([file, key.broken.length === 0]);
    }
    expect(seen.size).toBeGreaterThan(0);
  });
});

/** The public half of a private key by node:crypto, or nothing if it refuses the key. */
function publicHalf(key: string | Buffer, types = ["pkcs8", "pkcs1", "sec1"] as const): Buffer | undefined {
  const read = (input: Parameters<typeof createPrivateKey>[0]): Buffer | undefined =>
    attempt(() => createPublicKey(createPrivateKey(input)).export({ format: "der", type: "spki" }));
  if (typeof key === "string") return read(key);
  return types.reduce<Buffer | undefined>((found, type) => found ?? read({ key, format: "der", type }), undefined);
}

describe("mutations", () => {
  /** Numbers that are the same in every run. */
  let state = 1;
  function random(below: number): number {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state >> 8) % below;
  }

  const elements = (element: Element): Element[] => [
    element,
    ...(element.tag & 0x20 ? children(element).flatMap(elements) : []),
  ];

  /** Each with one thing changed: bits, the end cut off, and tags and lengths of all elements of some. */
  function* mutations(
    bytes: Uint8Array,
    { flips, cuts, edits }: { readonly flips: number; readonly cuts: number; readonly edits: boolean },
  ): Generator<Uint8Array> {
    const changed = (at: number, value: (old: number) => number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[at] = value(copy[at] ?? 0) & 0xff;
      return copy;
    };
    for (let i = 0; i < flips; i++) yield changed(random(bytes.length), (old) => old ^ (1 << random(8)));
    for (let i = 0; i < cuts; i++) yield bytes.subarray(0, random(bytes.length));
    if (!edits) return;
    for (const { tag, start, contentStart } of elements(readDer(bytes))) {
      for (const other of [0x02, 0x05, 0x0c, 0x30, 0xa0, tag ^ 0x20]) yield changed(start, () => other);
      for (const step of [-1, 1]) yield changed(contentStart - 1, (old) => old + step);
    }
  }

  /** How often they disagree, by reason. */
  function disagreements(
    originals: readonly Uint8Array[],
    { edited, ...amount }: { readonly flips: number; readonly cuts: number; readonly edited: number },
    reasonOf: (bytes: Uint8Array) => string | undefined,
  ): { readonly tried: number; readonly reasons: Readonly<Record<string, number>> } {
    const reasons: Record<string, number> = {};
    let tried = 0;
    for (const [index, original] of originals.entries()) {
      state = index + 1;
      for (const bytes of mutations(original, { ...amount, edits: index < edited })) {
        tried++;
        const reason = reasonOf(bytes);
        if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
      }
    }
    return { tried, reasons };
  }

  /** What is read, or the message of the DerError. */
  function readOr<T>(read: () => T): T | string {
    try {
      return read();
    } catch (error) {
      if (error instanceof DerError) return error.message;
      throw error;
    }
  }

  /** OpenSSL looks into the parameters of algorithms, even those that it does not use. */
  const hasStrangeParameters = (bytes: Uint8Array): boolean => {
    const [tbs, outer] = children(readDer(bytes));
    const identifiers = [outer, ...(tbs ? elements(tbs) : [])];
    return identifiers.some((element) => {
      const [oid, parameters, more] = element?.tag === 0x30 ? children(element) : [];
      if (oid?.tag !== 0x06 || parameters === undefined || more !== undefined) return false;
      const length = parameters.contentEnd - parameters.contentStart;
      return (parameters.tag & 0x1f) === 0x05
        ? parameters.tag !== 0x05 || length > 0
        : length === 0 || parameters.tag === 0x01;
    });
  };

  /** Where OpenSSL, which follows BER there, accepts what is refused here, by the message. */
  const tolerated: readonly (readonly [RegExp, string])[] = [
    [/^its value expected, found tag 0x24$/, "an extension in pieces"],
    [/^its value expected, found tag 0x1f$/, "a tag in its long form"],
    [/ is not a (?:name|sequence of sets)$|, found tag 0x10$/, "a sequence or set without the bit that says so"],
  ];

  test("node:crypto accepts a certificate where it is accepted here, and reads the same number", () => {
    // ECDSA signs otherwise each time.
    const originals = samples.flatMap(({ name, certificate: { signatureAlgorithm, bytes } }) =>
      name.startsWith("minted") && signatureAlgorithm.name.startsWith("ecdsa") ? [] : [bytes],
    );
    const { tried, reasons } = disagreements(originals, { flips: 40, cuts: 10, edited: 4 }, (bytes) => {
      const theirs = attempt(() => new X509Certificate(bytes).serialNumber);
      const own = readOr(() => readCertificate(bytes));
      if (typeof own === "string")
        return theirs && (tolerated.find(([pattern]) => pattern.test(own))?.[1] ?? `refused here alone: ${own}`);
      if (theirs === undefined)
        return hasStrangeParameters(bytes) ? "parameters of an algorithm" : "accepted here alone";
      if (withoutZeros(theirs) === withoutZeros(own.serialNumber)) return undefined;
      // They show its absolute value.
      return theirs.startsWith("-") ? "a negative serial number" : "another serial number";
    });
    expect(tried).toBeGreaterThan(3000);
    const least = {
      "a negative serial number": 0,
      "a sequence or set without the bit that says so": 20,
      "a tag in its long form": 1,
      "an extension in pieces": 10,
      "parameters of an algorithm": 10,
    };
    expect(Object.keys(reasons).filter((reason) => !Object.hasOwn(least, reason))).toEqual([]);
    for (const [reason, count] of Object.entries(least)) {
      expect([reason, reasons[reason] ?? 0]).toEqual([
        reason,
        expect.toSatisfy((found: number) => found >= count && found < tried / 50),
      ]);
    }
  });

  test("node:crypto derives of a private key what is derived here", () => {
    const forms = (["leaf-1024", "leaf-p256", "leaf-ed25519"] as const).flatMap((name) => {
      const key = createPrivateKey(keyPem(name));
      const old = { "leaf-1024": "pkcs1", "leaf-p256": "sec1", "leaf-ed25519": "pkcs8" } as const;
      return [key.export({ format: "der", type: "pkcs8" }), key.export({ format: "der", type: old[name] as "pkcs1" })];
    });
    const { tried, reasons } = disagreements(forms, { flips: 60, cuts: 10, edited: forms.length }, (bytes) => {
      const theirs = publicHalf(Buffer.from(bytes))?.toString("hex");
      const own = readOr(() => readPrivateKey(bytes));
      const spki =
        typeof own === "string" ? undefined : own.publicKey && Buffer.from(own.publicKey.spki).toString("hex");
      if (theirs === spki) return undefined;
      if (theirs === undefined)
        return hasStrangeParameters(bytes) ? "parameters of an algorithm" : "accepted here alone";
      return spki === undefined
        ? `refused here alone: ${typeof own === "string" ? own : "no public key"}`
        : "another key";
    });
    expect(tried).toBeGreaterThan(500);
    expect(Object.keys(reasons)).toEqual(["parameters of an algorithm"]);
    expect(reasons["parameters of an algorithm"]).toBeLessThan(tried / 50);
  });
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
    [
      "a CA by Netscape's certificate type",
      { cas: [{ cA: null, keyUsage: null, more: [broken("2.16.840.1.113730.1.1", "03020004")] }, {}] },
    ],
    [
      "a root by Netscape's certificate type",
      { cas: [{}, { cA: null, keyUsage: null, more: [broken("2.16.840.1.113730.1.1", "03020004")] }] },
    ],
    [
      "a root that is no CA by Netscape's certificate type",
      { cas: [{}, { cA: null, keyUsage: null, more: [broken("2.16.840.1.113730.1.1", "03020010")] }] },
    ],
    ["a broken certificate type of Netscape's", { leaf: { more: [broken("2.16.840.1.113730.1.1", "0500")] } }],
    ["broken name constraints in a CA", { cas: [{ more: [broken("2.5.29.30", "0500")] }, {}] }],
    ["broken name constraints in a leaf", { leaf: { more: [broken("2.5.29.30", "3003a00130")] } }],
    ["empty name constraints in a CA", { cas: [{ more: [broken("2.5.29.30", "3000")] }, {}] }],
    ["broken policies in a CA", { cas: [{ more: [broken("2.5.29.32", "0500"), broken("2.5.29.36", "0500")] }, {}] }],
    ["a broken other name", { leaf: { names: null, more: [broken("2.5.29.17", "3004a0020500")] } }],
    ["an other name", { leaf: { names: null, more: [broken("2.5.29.17", "300da00b06032a0304a0040c026162")] } }],
    [
      "a CA for mail",
      { cas: [{ more: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.emailProtection])] }, {}] },
    ],
    ["a broken extension that does not matter", { leaf: { more: [broken("2.5.29.18", "0500")] } }],
  ];

  test.each(chains.map(([what, spec, pick = (cas) => cas]) => ({ what, spec, pick })))(
    "$what",
    async ({ spec, pick }) => {
      const { leaf, cas } = await mintAppliance(spec);
      for (const options of [[], ["-purpose", "sslserver"], ["-x509_strict"]]) {
        const { ours, theirs, reasons } = verdicts(leaf, pick(cas), options);
        expect({ options, accepted: ours, reasons }).toEqual({ options, accepted: theirs, reasons });
      }
    },
  );

  test("of several CAs of one name, the first alone is tried", async () => {
    const ca = { identifiers: false };
    const { leaf, cas } = await mintAppliance({ leaf: ca, cas: [ca, {}] });
    const [stranger] = (await mintAppliance({ leaf: ca, cas: [{ ...ca, key: "policy" }, {}] })).cas;
    if (stranger === undefined) throw new Error("no CA");
    expect(verdicts(leaf, [...cas, stranger])).toMatchObject({ ours: true, theirs: true });
    expect(verdicts(leaf, [stranger, ...cas])).toMatchObject({ ours: false, theirs: false });
  });
});

/** What is against a path besides, by the option of openssl. */
const stricter: Readonly<Record<string, (path: readonly Certificate[]) => readonly unknown[]>> = {
  "-purpose": ([own, ...cas]) => [own && serverProblem(own), ...cas.map(usageProblem)].filter((p) => p !== undefined),
  "-x509_strict": strictProblems,
};

/** What is said of a chain whose roots are trusted. */
function verdicts(
  leaf: Uint8Array,
  chain: readonly Uint8Array[],
  options: readonly string[] = [],
): { ours: boolean; theirs: boolean; reasons: string } {
  const certificates = chain.map(readCertificate);
  const own = readCertificate(leaf);
  const anchors = certificates.filter(isRoot);
  const { problems, certificates: path } = validatePath({ leaf: own, candidates: certificates, anchors, now: NOW });
  const more = stricter[options[0] ?? ""]?.(path) ?? [];
  const isCurrent = NOW >= own.notBefore.at && NOW < own.notAfter.at;
  const text = (some: readonly Uint8Array[]): string => some.map((bytes) => pem("CERTIFICATE", bytes)).join("");
  const roots = text(anchors.map(({ bytes }) => bytes));
  const trusted = roots === "" ? ["-no-CAfile"] : ["-CAfile", "roots.pem"];
  const { ok, out } = openssl(
    [
      "verify",
      ...options,
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
  return { ours: problems.length === 0 && more.length === 0 && isCurrent, theirs: ok, reasons };
}
