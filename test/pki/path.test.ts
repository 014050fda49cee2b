import { describe, expect, test } from "vitest";
import { type Certificate, fingerprint, readCertificate } from "../../src/pki/certificate.ts";
import { displayName } from "../../src/pki/name.ts";
import { isRoot, isSelfSigned } from "../../src/pki/link.ts";
import { type Path, validatePath } from "../../src/pki/path.ts";
import { NOW } from "../support/bundle.ts";
import {
  type Appliance,
  type ApplianceSpec,
  type AttributeSpec,
  type CaSpec,
  type KeyName,
  mint,
  mintAppliance,
  rawExtension,
} from "../support/mint.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";
import { commonName, extensionOf, handMade, hex, oid, seq } from "./hand-made.ts";

/** A path from an appliance's certificates, or from what is made of them. */
async function path(
  spec: ApplianceSpec,
  change: (certificates: readonly Certificate[]) => readonly Certificate[] = (same) => same,
): Promise<Path> {
  const { leaf, cas } = await mintAppliance(spec);
  return validate(readCertificate(leaf), change(cas.map(readCertificate)));
}

const validate = (leaf: Certificate, chain: readonly Certificate[], now = NOW): Path =>
  validatePath({ leaf, candidates: chain, anchors: chain.filter(isRoot), now });
const names = ({ certificates }: Path): string[] => certificates.map(({ subject }) => displayName(subject));
const problems = (found: Path): string[] => found.problems.map(({ kind, message }) => `${kind}: ${message}`);
const keyUsage = x509.KeyUsageFlags;

const sensor = "sensor.contoso.com";
const [root, policy, issuing] = ["Contoso Root CA", "Contoso Policy CA", "Contoso Issuing CA"];

describe("good paths", () => {
  test.each<readonly [what: string, spec: ApplianceSpec, certificates: readonly string[]]>([
    ["one CA", { cas: [{}] }, [sensor, root]],
    ["two CAs", {}, [sensor, issuing, root]],
    ["three CAs", { cas: [{}, {}, {}] }, [sensor, issuing, policy, root]],
    [
      "without key identifiers",
      { leaf: { identifiers: false }, cas: [{ identifiers: false }, { identifiers: false }] },
      [sensor, issuing, root],
    ],
    [
      "EC all along",
      { leaf: { key: "leaf-p256" }, cas: [{ key: "leaf-p256" }, { key: "root-p384", signature: "ECDSA-SHA384" }] },
      [sensor, issuing, root],
    ],
    ["RSASSA-PSS", { leaf: { signature: "RSA-PSS" } }, [sensor, issuing, root]],
    [
      "a path length that suffices",
      { cas: [{ pathLength: 0 }, { pathLength: 1 }, { pathLength: 2 }] },
      [sensor, issuing, policy, root],
    ],
    ["a root that may sign by its keyUsage alone", { cas: [{}, { cA: null }] }, [sensor, issuing, root]],
    ["CAs without keyUsage", { cas: [{ keyUsage: null }, { keyUsage: null }] }, [sensor, issuing, root]],
    [
      "a leaf that has expired, which is not the chain's",
      { leaf: { notAfter: "2026-02-01T00:00:00Z" } },
      [sensor, issuing, root],
    ],
  ])("%s", async (_, spec, certificates) => {
    const found = await path(spec);
    expect([names(found), problems(found), found.anchored]).toEqual([certificates, [], true]);
  });

  test.each<readonly [what: string, change: (all: readonly Certificate[]) => readonly Certificate[]]>([
    ["in reverse order", (all) => all.toReversed()],
    ["twice", (all) => [...all, ...all]],
    ["with a stranger", (all) => [readCertificate(handMade({ subject: commonName("Stranger") })), ...all]],
  ])("CAs %s", async (_, change) => {
    expect(problems(await path({ cas: [{}, {}, {}] }, change))).toEqual([]);
  });

  test("a self-signed leaf that is trusted itself", async () => {
    const leaf = readCertificate((await mintAppliance({ leaf: { signer: "self" } })).leaf);
    expect([names(validate(leaf, [leaf])), problems(validate(leaf, [leaf]))]).toEqual([[sensor], []]);
  });
});

describe("bad paths", () => {
  const expired = "2026-06-01T00:00:00Z";
  test.each<readonly [what: string, spec: ApplianceSpec, expected: readonly string[]]>([
    [
      "a leaf signed with another key of its issuer's name",
      { leaf: { signer: "other" } },
      [
        `signature: the signature of "${sensor}" was not made with the key of "${issuing}" (RSA 2048), or the certificate was altered`,
      ],
    ],
    [
      "a CA signed with another key",
      { cas: [{ signer: "other" }, {}] },
      [
        `signature: the signature of "${issuing}" was not made with the key of "${root}" (RSA 2048), or the certificate was altered`,
      ],
    ],
    [
      "CA:FALSE",
      { cas: [{ cA: false }, {}] },
      [`authority: "${issuing}" is not a CA: its basicConstraints says CA:FALSE`],
    ],
    [
      "CA:FALSE in the root",
      { cas: [{}, { cA: false }] },
      [`authority: "${root}" is not a CA: its basicConstraints says CA:FALSE`],
    ],
    [
      "no basicConstraints below the root",
      { cas: [{ cA: null }, {}] },
      [`authority: "${issuing}" is not a CA: it has no basicConstraints`],
    ],
    [
      "neither basicConstraints nor keyUsage",
      { cas: [{}, { cA: null, keyUsage: null }] },
      [`authority: "${root}" is not a CA: it has no basicConstraints`],
    ],
    [
      "no keyCertSign",
      { cas: [{ keyUsage: keyUsage.cRLSign }, {}] },
      [`authority: "${issuing}" may not sign certificates: its keyUsage lacks keyCertSign`],
    ],
    [
      "no keyCertSign in the root",
      { cas: [{}, { keyUsage: keyUsage.cRLSign }] },
      [`authority: "${root}" may not sign certificates: its keyUsage lacks keyCertSign`],
    ],
    [
      "pathLen:0 above a CA",
      { cas: [{}, { pathLength: 0 }] },
      [`path-length: "${root}" allows 0 CAs below it (pathLen:0), there are 1`],
    ],
    [
      "pathLen:1 above two",
      { cas: [{}, {}, { pathLength: 1 }] },
      [`path-length: "${root}" allows 1 CA below it (pathLen:1), there are 2`],
    ],
    ["an expired CA", { cas: [{ notAfter: expired }, {}] }, [`dates: the CA "${issuing}" expired on 2026-06-01`]],
    ["an expired root", { cas: [{}, { notAfter: expired }] }, [`dates: the CA "${root}" expired on 2026-06-01`]],
    [
      "a CA of the future",
      { cas: [{ notBefore: "2027-01-01T00:00:00Z" }, {}] },
      [`dates: the CA "${issuing}" is not valid before 2027-01-01`],
    ],
    [
      "two reasons",
      { cas: [{ cA: false, notAfter: expired }, {}] },
      [
        `authority: "${issuing}" is not a CA: its basicConstraints says CA:FALSE`,
        `dates: the CA "${issuing}" expired on 2026-06-01`,
      ],
    ],
    [
      "a leaf that signs itself",
      { leaf: { signer: "self" } },
      [`gap: "${sensor}" is signed by itself and is not among the trusted roots`],
    ],
    ["no CA", { cas: [] }, [`gap: "${sensor}" is signed by itself and is not among the trusted roots`]],
  ])("%s", async (_, spec, expected) => {
    expect(problems(await path(spec))).toEqual(expected);
  });

  test("a missing link, at either end", async () => {
    const three = { cas: [{}, {}, {}] };
    const without = (index: number) => (all: readonly Certificate[]) => all.toSpliced(index, 1);
    const missing = (who: string, issuer: string): string =>
      `gap: no certificate of the issuer of "${who}" is there: C=US, O=Contoso Ltd, CN=${issuer}`;
    expect(problems(await path(three, without(0)))).toEqual([missing(sensor, issuing)]);
    expect(problems(await path(three, without(1)))).toEqual([missing(issuing, policy)]);
    const rootless = await path(three, without(2));
    expect([names(rootless), problems(rootless), rootless.anchored]).toEqual([
      [sensor, issuing, policy],
      [missing(policy, root)],
      false,
    ]);
  });

  test("the last second of a CA: OpenSSL takes it for expired", async () => {
    const { leaf, cas } = await mintAppliance({ cas: [{ notAfter: "2026-11-21T00:00:00Z" }, {}] });
    const at = (now: number): string[] => problems(validate(readCertificate(leaf), cas.map(readCertificate), now));
    expect(at(NOW - 1000)).toEqual([]);
    expect(at(NOW)).toHaveLength(1);
  });

  test("an altered certificate", async () => {
    const { leaf, cas } = await mintAppliance();
    const at = leaf.indexOf("Illinois");
    leaf.write("Illinoys", at);
    expect(problems(validate(readCertificate(leaf), cas.map(readCertificate)))[0]).toMatch(/^signature: /);
  });

  test("a broken signature of the root over itself proves nothing", async () => {
    const { leaf, cas } = await mintAppliance();
    const last = Buffer.from(cas[1] ?? []);
    last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
    const chain = [readCertificate(cas[0] ?? last), readCertificate(last)];
    expect(problems(validate(readCertificate(leaf), chain))).toEqual([]);
    expect(chain.map(isSelfSigned)).toEqual([false, false]);
    expect(isSelfSigned(readCertificate(cas[1] ?? last))).toBe(true);
  });
});

describe("certificates that OpenSSL does not use at all", () => {
  const bad = (id: string, value: string): x509.Extension => new x509.Extension(id, false, Buffer.from(value, "hex"));
  test.each<readonly [what: string, more: readonly x509.Extension[], expected: readonly string[]]>([
    ["an extension that cannot be decoded", [bad("2.5.29.18", "ff")], []],
    [
      "an authorityKeyIdentifier twice",
      [bad("2.5.29.35", "3000")],
      [`invalid: "${sensor}" has two extensions authorityKeyIdentifier`],
    ],
    ["an unknown extension twice", [bad("1.2.3.4", "0500"), bad("1.2.3.4", "0500")], []],
  ])("%s in the leaf", async (_, more, expected) => {
    expect(problems(await path({ leaf: { more } }))).toEqual(expected);
  });

  test("a broken extension in the leaf", async () => {
    const found = await path({ leaf: { names: null, more: [bad("2.5.29.17", "0500")] } });
    expect(problems(found)).toEqual([
      `invalid: "${sensor}" has an extension subjectAltName that cannot be decoded: subjectAltName expected, found tag 0x05`,
    ]);
  });

  test("the names in the authorityKeyIdentifier count, if it has any", async () => {
    const { cas } = await mintAppliance({ cas: [{}] });
    const ca = readCertificate(cas[0] ?? Buffer.alloc(0));
    const directory = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    const issuerName = (bytes: Uint8Array): string => {
      const length = (n: number): string => n.toString(16).padStart(2, "0");
      const a4 = `a4${length(bytes.length)}${directory(bytes)}`;
      return `30${length(a4.length / 2 + 2 + 3)}a1${length(a4.length / 2)}${a4}820101`;
    };
    const withNames = (bytes: Uint8Array): Certificate =>
      readCertificate(
        handMade({ issuer: ca.subject.bytes, extensions: [extensionOf("2.5.29.35", hex(issuerName(bytes)))] }),
      );
    expect(problems(validate(withNames(ca.issuer.bytes), [ca]))[0]).toMatch(/^signature: /);
    expect(problems(validate(withNames(commonName("Somebody")), [ca]))).toEqual([
      `identifier: "${sensor}" names a CA certificate that CN=Somebody issued, "${root}" was issued by C=US, O=Contoso Ltd, CN=Contoso Root CA`,
    ]);
  });
});

describe("several candidates of one name", () => {
  const ca = (
    subject: readonly AttributeSpec[],
    key: KeyName,
    more: { issuer?: readonly AttributeSpec[]; signer?: KeyName; serialNumber?: string; notAfter?: string } = {},
  ): Promise<Certificate> =>
    mint({
      subject,
      key,
      ...(more.issuer && { issuer: { subject: more.issuer, key: more.signer ?? key } }),
      ...(more.serialNumber !== undefined && { serialNumber: more.serialNumber }),
      ...(more.notAfter !== undefined && { notAfter: more.notAfter }),
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    }).then(readCertificate);
  const cn = (value: string): readonly AttributeSpec[] => [["CN", value]];
  const leafOf = async (issuer: string, key: KeyName): Promise<Certificate> =>
    readCertificate(
      await mint({ subject: cn("leaf"), key: "leaf", issuer: { subject: cn(issuer), key }, extensions: [] }),
    );

  const print = (certificate: Certificate): string => `SHA-256 fingerprint ${fingerprint(certificate).slice(0, 16)}...`;
  const missed = (wrong: Certificate, right: Certificate, reason: string): string =>
    `choice: OpenSSL takes one certificate of "${displayName(wrong.subject)}" (${print(wrong)}), though another (${print(right)}) leads to a root: ${reason}`;

  test("the first is taken; if it has the wrong key, that is the problem", async () => {
    const leaf = await leafOf("CA", "root");
    const [right, wrong] = [await ca(cn("CA"), "root"), await ca(cn("CA"), "other")];
    const reason =
      'the signature of "leaf" was not made with the key of "CA" (RSA 2048), or the certificate was altered';
    expect(problems(validate(leaf, [right, wrong]))).toEqual([]);
    const found = validate(leaf, [wrong, right]);
    expect([problems(found), found.certificates[1]]).toEqual([[missed(wrong, right, reason)], right]);
    expect(problems(validate(leaf, [wrong]))).toHaveLength(1);
  });

  test("one that is current is taken before those that are not, else the one that was last", async () => {
    const leaf = await leafOf("CA", "root");
    const [older, old, current] = await Promise.all(
      ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2048-01-01T00:00:00Z"].map((notAfter) =>
        ca(cn("CA"), "root", { notAfter }),
      ),
    );
    if (older === undefined || old === undefined || current === undefined) throw new Error("three were made");
    expect(problems(validate(leaf, [older, old, current]))).toEqual([]);
    expect(problems(validate(leaf, [older, old]))).toEqual(['dates: the CA "CA" expired on 2026-03-01']);
  });

  test("a cross-signed CA: the first way that is there", async () => {
    const leaf = await leafOf("Issuing", "issuing");
    const byA = await ca(cn("Issuing"), "issuing", { issuer: cn("A"), signer: "root" });
    const byB = await ca(cn("Issuing"), "issuing", { issuer: cn("B"), signer: "policy" });
    const [a, b] = [await ca(cn("A"), "root"), await ca(cn("B"), "policy")];
    const bExpired = await ca(cn("B"), "policy", { notAfter: "2026-02-01T00:00:00Z" });
    expect(names(validate(leaf, [byA, byB, b]))).toEqual(["leaf", "Issuing", "B"]);
    expect(names(validate(leaf, [byB, byA, a]))).toEqual(["leaf", "Issuing", "A"]);
    expect(problems(validate(leaf, [byA, byB, a, bExpired]))).toEqual([]);
    expect(problems(validate(leaf, [byB, byA, a, bExpired]))).toEqual([
      missed(byB, byA, 'the CA "B" expired on 2026-02-01'),
    ]);
    expect(problems(validate(leaf, [byB, bExpired]))).toEqual(['dates: the CA "B" expired on 2026-02-01']);
  });

  test("of several bad paths the one with the smallest fault is told", async () => {
    const leaf = await leafOf("CA", "root");
    const [old, wrong] = [
      await ca(cn("CA"), "root", { notAfter: "2026-02-01T00:00:00Z" }),
      await ca(cn("CA"), "other"),
    ];
    expect(problems(validate(leaf, [wrong, old]))).toEqual(['dates: the CA "CA" expired on 2026-02-01']);
  });

  test("CAs that sign each other", async () => {
    const leaf = await leafOf("A", "root");
    const a = await ca(cn("A"), "root", { issuer: cn("B"), signer: "policy" });
    const b = await ca(cn("B"), "policy", { issuer: cn("A"), signer: "root" });
    const found = validate(leaf, [a, b]);
    expect([names(found), found.anchored, problems(found)]).toEqual([
      ["leaf", "A", "B"],
      false,
      ['gap: "A", "B" certify one another in a circle, and none of them is a root'],
    ]);
  });

  test("what is trusted goes before the rest, and is not left again", async () => {
    const leaf = await leafOf("Issuing", "issuing");
    const byA = await ca(cn("Issuing"), "issuing", { issuer: cn("A"), signer: "root" });
    const byB = await ca(cn("Issuing"), "issuing", { issuer: cn("B"), signer: "policy" });
    const [a, b] = [await ca(cn("A"), "root"), await ca(cn("B"), "policy")];
    const found = (candidates: readonly Certificate[], anchors: readonly Certificate[]): Path =>
      validatePath({ leaf, candidates, anchors, now: NOW });
    expect(names(found([byA, byB], [a, b]))).toEqual(["leaf", "Issuing", "A"]);
    expect(names(found([byA], [a, b, byB]))).toEqual(["leaf", "Issuing", "B"]);
    expect(problems(found([byA], [a, byB]))).toEqual([
      missed(byB, byA, 'no certificate of the issuer of "Issuing" is there: CN=B'),
    ]);
    const bByA = await ca(cn("B"), "policy", { issuer: cn("A"), signer: "root" });
    expect(problems(found([bByA], [a, byB]))).toEqual([
      'choice: OpenSSL goes no further than "Issuing", though another way leads to a root: the issuer of "Issuing", which is among the trusted roots, is looked for there alone',
    ]);
  });

  describe("many certificates of one name are not all tried", async () => {
    const leaf = await leafOf("A", "other");
    const many = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        ca(cn("A"), "root", { issuer: cn("A"), signer: "policy", serialNumber: (index + 16).toString(16) }),
      ),
    );
    const search = (count: number, ...anchors: readonly Certificate[]): Path =>
      validatePath({ leaf, candidates: many.slice(0, count), anchors, now: NOW });

    test.each([1, 2, 5, 6, 7, 60])("%i of them", (count) => {
      const found = search(count);
      expect(found.problems.map(({ kind }) => kind)).toContain("gap");
    });

    test("a good anchor among them is found first", async () => {
      const anchor = await ca(cn("A"), "other");
      const found = search(60, anchor);
      expect([problems(found), found.certificates[1], found.anchored]).toEqual([[], anchor, true]);
    });

    test("a bad one is told, for OpenSSL takes it", async () => {
      const anchor = await ca(cn("A"), "other", { notAfter: "2026-02-01T00:00:00Z" });
      expect(problems(search(60, anchor))).toEqual(['dates: the CA "A" expired on 2026-02-01']);
      expect(problems(search(3, anchor))).toEqual(['dates: the CA "A" expired on 2026-02-01']);
    });
  });
});

test.each([
  [101, []],
  [102, ["gap: the path has more than the 100 CAs that OpenSSL follows"]],
])("%i CAs up to the root", async (count, expected) => {
  const found = await path({ cas: Array.from({ length: count }, (): CaSpec => ({})) });
  expect([problems(found), found.certificates.length, found.anchored]).toEqual([expected, 102, expected.length === 0]);
});

describe("trust anchors", () => {
  test.each<readonly [what: string, spec: ApplianceSpec, expected: readonly boolean[]]>([
    ["a root, not the CA below it", {}, [false, true]],
    [
      "a self-issued CA signed with a key of another kind is none",
      { cas: [{ key: "leaf-p256", signer: "root" }] },
      [false],
    ],
    [
      "nor is one that names another key as its issuer's",
      { cas: [{ subject: [["CN", "X"]], key: "issuing" }, { subject: [["CN", "X"]] }] },
      [false, true],
    ],
  ])("%s", async (_, spec, expected) => {
    const { cas }: Appliance = await mintAppliance(spec);
    expect(cas.map((ca) => isRoot(readCertificate(ca)))).toEqual(expected);
  });

  test("given apart, the chain's own root is no anchor", async () => {
    const { leaf, cas } = await mintAppliance();
    const candidates = cas.map(readCertificate);
    const found = validatePath({ leaf: readCertificate(leaf), candidates, anchors: [], now: NOW });
    expect([names(found), problems(found)]).toEqual([
      [sensor, issuing, root],
      [`gap: "${root}" is signed by itself and is not among the trusted roots`],
    ]);
  });
});

test("a proxy certificate is refused, as OpenSSL does", () => {
  const proxy = readCertificate(
    handMade({ extensions: [extensionOf("1.3.6.1.5.5.7.1.14", seq(seq(oid("1.3.6.1.5.5.7.21.1"))), 0xff)] }),
  );
  const { problems } = validatePath({ leaf: proxy, candidates: [], anchors: [], now: 0 });
  expect(problems.map(({ kind, message }) => `${kind}: ${message}`)[0]).toMatch(/^invalid: .* is a proxy certificate/);
});

test.each(["1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8"])("what is not judged is said: %s", async (id) => {
  expect(problems(await path({ leaf: { more: [rawExtension(id, "3000")] } }))).toEqual([
    `limit: the address blocks or system numbers (RFC 3779) of "${sensor}" are not judged by certcheck`,
  ]);
});

test("a root by Netscape's certificate type", async () => {
  const root = (type: string): CaSpec => ({
    cA: null,
    keyUsage: null,
    more: [rawExtension("2.16.840.1.113730.1.1", type)],
  });
  expect(problems(await path({ cas: [{}, root("03020001")] }))).toEqual([]);
  expect(problems(await path({ cas: [{}, root("03020040")] }))).toEqual([
    `authority: "Contoso Root CA" is not a CA: it has no basicConstraints`,
  ]);
});
