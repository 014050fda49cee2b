import { createCipheriv, createHmac, createPrivateKey, createPublicKey, pbkdf2Sync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import forge from "node-forge";
import * as pkijs from "pkijs";
import { afterAll, describe, expect, test } from "vitest";
import { context, TAG } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
import { MAX_ROUNDS } from "../../src/pki/encryption.ts";
import { derivePkcs12, pkcs12Passphrase } from "../../src/pki/pbe.ts";
import { openPkcs12, type Opening } from "../../src/pki/pkcs12.ts";
import { describePublicKey } from "../../src/pki/public-key.ts";
import { rc2 } from "../../src/pki/rc2.ts";
import { keyPem, mintAppliance, pem } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";
import {
  algorithm,
  bag,
  certificateBag,
  contentInfo,
  digits,
  encryptedSafe,
  handMade,
  hex,
  hmac,
  indefinite,
  macData,
  octets,
  oid,
  pbes2,
  pbkdf2,
  pfx,
  pieces,
  pkcs12Pbe,
  safe,
  scrypt,
  seq,
} from "./hand-made.ts";

const PASSPHRASE = "Sensor-2026!";
const { leaf, cas } = await mintAppliance();
const pkcs8 = (name: string): Buffer => createPrivateKey(keyPem(name)).export({ format: "der", type: "pkcs8" });

const open = (bytes: Uint8Array, passphrase?: string): Promise<Opening> =>
  openPkcs12(bytes, passphrase, () => Promise.resolve(rc2));

/** What came of it, in a line; of certificates their number, of keys what they are and how they are encrypted. */
async function outcome(bytes: Uint8Array, passphrase?: string): Promise<string> {
  const opening = await open(bytes, passphrase);
  const legacy = opening.isLegacy === true ? " (legacy)" : "";
  if (opening.state === "cannot-open") return `${opening.isLimit ? "limit" : "damaged"}: ${opening.obstacle}${legacy}`;
  if (opening.state !== "opened") return opening.state + legacy;
  const { certificates, keys } = opening.contents;
  const what = keys.map(
    ({ key, encryption }) =>
      `${key.publicKey ? describePublicKey(key.publicKey) : key.algorithm} (${encryption.scheme})`,
  );
  return [`${certificates.length} certificates`, ...what].join(", ") + legacy;
}

/** What is in a container, to compare: certificates and public halves of keys, byte by byte. */
const contentsOf = (opening: Opening): string[] | string =>
  opening.state === "opened"
    ? [
        ...opening.contents.certificates.map(digits),
        ...opening.contents.keys.map(({ key }) => digits(key.publicKey?.spki ?? new Uint8Array())),
      ]
    : opening.state;

const sha1 = algorithm("1.3.14.3.2.26", hex("0500"));
const hashes = {
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  sha224: "2.16.840.1.101.3.4.2.4",
  blake2b512: "1.3.6.1.4.1.1722.12.2.1.16",
} as const;

/** The content that a MAC is over. */
const authenticated = (safes: readonly Uint8Array[]): Uint8Array => seq(...safes);

/** A MAC as RFC 7292 has it. */
function macOf(
  safes: readonly Uint8Array[],
  passphrase: string | null,
  { hash = "sha1", rounds = 1 }: { readonly hash?: keyof typeof hashes; readonly rounds?: number } = {},
): Uint8Array {
  const salt = hex("a0a1a2a3a4a5a6a7");
  const length = createHmac(hash, "").digest().length;
  const key = derivePkcs12(hash, "mac", { passphrase: pkcs12Passphrase(passphrase), salt, rounds, length });
  const digest = createHmac(hash, key).update(authenticated(safes)).digest();
  return macData(algorithm(hashes[hash], hex("0500")), digest, { salt, rounds });
}

/** A MAC as RFC 9879 has it; `stated` is the length of the key that stands there, if it is another one. */
function pbmac1Of(
  safes: readonly Uint8Array[],
  {
    length = 32,
    prf = "sha256",
    mac = "sha256",
    stated = length,
  }: {
    readonly length?: number;
    readonly prf?: Parameters<typeof hmac>[0];
    readonly mac?: Parameters<typeof hmac>[0];
    readonly stated?: number | null;
  } = {},
): Uint8Array {
  const salt = hex("b0b1b2b3b4b5b6b7");
  const derivation = pbkdf2(3, { salt, prf: hmac(prf), ...(stated !== null && { length: stated }) });
  const key = pbkdf2Sync(PASSPHRASE, salt, 3, length, prf);
  const digest = createHmac(mac, key).update(authenticated(safes)).digest();
  const unused = Buffer.from("NOT USED");
  return macData(algorithm("1.2.840.113549.1.5.14", seq(derivation, hmac(mac))), digest, { salt: unused });
}

/** An Ed25519 key under RC2-40, encrypted. */
const rc2Data = ((): Uint8Array => {
  const input = { passphrase: pkcs12Passphrase(PASSPHRASE), salt: hex("0102030405060708"), rounds: 1 };
  const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const cipher = forge.rc2.createEncryptionCipher(binary(derivePkcs12("sha1", "key", { ...input, length: 5 })), 40);
  cipher.start(binary(derivePkcs12("sha1", "iv", { ...input, length: 8 })));
  cipher.update(forge.util.createBuffer(binary(pkcs8("leaf-ed25519"))));
  cipher.finish();
  return Buffer.from(cipher.output.getBytes(), "latin1");
})();
const keyBag = bag("key", pkcs8("leaf-ed25519"));
const small = handMade({ spki: seq(seq(oid("1.3.101.112")), hex("030100")), signatureValue: hex("030100") });
const safes = [safe(certificateBag(small)), safe(keyBag)];
const ED25519 = "Ed25519 (PKCS#12)";
const BOTH = `1 certificates, ${ED25519}`;

describe("the passphrase", () => {
  const closed = pfx(safes, macOf(safes, PASSPHRASE));
  const withEmpty = pfx(safes, macOf(safes, ""));
  const withNone = pfx(safes, macOf(safes, null));
  const withoutMac = pfx(safes);

  test.each<readonly [what: string, bytes: Uint8Array, passphrase: string | undefined, expected: string]>([
    ["the right one", closed, PASSPHRASE, BOTH],
    ["a wrong one", closed, "sensor-2026!", "wrong-passphrase"],
    ["an empty one for one that is not", closed, "", "wrong-passphrase"],
    ["none for one that is not empty", closed, undefined, "no-passphrase"],
    ["empty, where it is empty with its terminator", withEmpty, "", BOTH],
    ["empty, where there is none at all", withNone, "", BOTH],
    ["none, where it is empty with its terminator", withEmpty, undefined, BOTH],
    ["none, where there is none at all", withNone, undefined, BOTH],
    ["one for one that is empty", withEmpty, PASSPHRASE, "wrong-passphrase"],
    ["one for none at all", withNone, PASSPHRASE, "wrong-passphrase"],
    ["none where nothing is closed", withoutMac, undefined, BOTH],
    ["one where nothing is closed", withoutMac, PASSPHRASE, BOTH],
  ])("%s", async (_, bytes, passphrase, expected) => {
    expect(await outcome(bytes, passphrase)).toBe(expected);
  });

  test.each(["Zürich ☂", "\u{1f600}\u{10ffff}", "пароль", "a\0b", " ", "x".repeat(4000)])("%j", async (passphrase) => {
    const bytes = pfx(safes, macOf(safes, passphrase));
    expect([await outcome(bytes, passphrase), await outcome(bytes, passphrase.normalize("NFD") + " ")]).toEqual([
      BOTH,
      "wrong-passphrase",
    ]);
  });
});

describe("the MAC", () => {
  test.each(Object.keys(hashes) as (keyof typeof hashes)[])("HMAC with %s", async (hash) => {
    const bytes = pfx(safes, macOf(safes, PASSPHRASE, { hash, rounds: 3 }));
    expect([await outcome(bytes, PASSPHRASE), await outcome(bytes, "x")]).toEqual([BOTH, "wrong-passphrase"]);
  });

  test.each<readonly [what: string, mac: Uint8Array, expected: string]>([
    ["PBMAC1", pbmac1Of(safes), BOTH],
    ["PBMAC1 with SHA-512 and a PRF of SHA-384", pbmac1Of(safes, { prf: "sha384", mac: "sha512", length: 64 }), BOTH],
    ["PBMAC1 with a key of 20 bytes", pbmac1Of(safes, { length: 20 }), BOTH],
    [
      "PBMAC1 with a key of 19 bytes",
      pbmac1Of(safes, { length: 19 }),
      "damaged: the key of PBMAC1 has 19 bytes, not 20 to 128",
    ],
    [
      "PBMAC1 without the length of its key",
      pbmac1Of(safes, { stated: null }),
      "damaged: the key of PBMAC1 has 0 bytes, not 20 to 128",
    ],
    [
      "PBMAC1 with a key of 129 bytes",
      pbmac1Of(safes, { length: 129 }),
      "damaged: the key of PBMAC1 has 129 bytes, not 20 to 128",
    ],
    ["PBMAC1 with another length than that of its key", pbmac1Of(safes, { stated: 33 }), "wrong-passphrase"],
    ["PBMAC1 over other content", pbmac1Of([safe(keyBag)]), "wrong-passphrase"],
    [
      "PBMAC1 without parameters",
      macData(algorithm("1.2.840.113549.1.5.14"), hex("00")),
      "damaged: the parameters of PBMAC1 are incomplete",
    ],
    [
      "PBMAC1 without an HMAC",
      macData(algorithm("1.2.840.113549.1.5.14", seq(pbkdf2(1, { length: 32 }))), hex("00")),
      "damaged: the parameters of PBMAC1 are incomplete",
    ],
    ["one over other content", macOf([safe(keyBag)], PASSPHRASE), "wrong-passphrase"],
    ["an empty digest", macData(sha1, hex("")), "wrong-passphrase"],
    ["a digest that is cut off", macData(sha1, hex("00")), "wrong-passphrase"],
    [
      "a hash that nobody knows",
      macData(algorithm("1.2.3"), hex("00")),
      "damaged: the hash 1.2.3 of its MAC is not known here",
    ],
    ["no algorithm", macData(seq(), hex("00")), "damaged: the hash  of its MAC is not known here"],
    [
      "negative rounds",
      seq(seq(sha1, octets()), octets(), hex("0201ff")),
      "damaged: the iteration count is out of range",
    ],
  ])("%s", async (_, mac, expected) => {
    expect(await outcome(pfx(safes, mac), PASSPHRASE)).toBe(expected);
  });
});

/** Encrypts as node:crypto and node-forge do: a PKCS#8 key for a bag. */
const shrouded = (name: string, options: forge.pki.EncryptionOptions): Uint8Array => {
  const info = forge.asn1.fromDer(pkcs8(name).toString("latin1"));
  const encrypted = forge.pki.encryptPrivateKeyInfo(info, PASSPHRASE, options);
  return Buffer.from(forge.asn1.toDer(encrypted).getBytes(), "latin1");
};
const aesKey = (name: string): Buffer =>
  createPrivateKey(keyPem(name)).export({
    format: "der",
    type: "pkcs8",
    cipher: "aes-256-cbc",
    passphrase: PASSPHRASE,
  });
const AES = "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC";

describe("what is in a container", () => {
  const plain = (...bags: readonly Uint8Array[]): Uint8Array => pfx([safe(...bags)]);
  const attribute = encode(
    TAG.set,
    seq(oid("1.2.840.113549.1.9.20"), encode(TAG.set, encode(TAG.bmpString, hex("0041")))),
  );

  test.each<readonly [what: string, bytes: Uint8Array, expected: string]>([
    ["nothing", pfx([]), "0 certificates"],
    ["an empty safe", plain(), "0 certificates"],
    ["certificates alone", plain(certificateBag(leaf), ...cas.map(certificateBag)), "3 certificates"],
    ["a key alone", plain(keyBag), `0 certificates, ${ED25519}`],
    ["an encrypted key", plain(bag("shrouded", aesKey("leaf"))), `0 certificates, RSA 2048 (${AES})`],
    [
      "several keys",
      plain(bag("shrouded", aesKey("leaf")), bag("key", pkcs8("leaf-p256")), keyBag),
      `0 certificates, RSA 2048 (${AES}), EC P-256 (PKCS#12), ${ED25519}`,
    ],
    [
      "keys of several ciphers",
      plain(
        bag("shrouded", shrouded("leaf", { algorithm: "3des", count: 3 })),
        bag("shrouded", shrouded("other", { algorithm: "aes128", count: 3, prfAlgorithm: "sha512" })),
      ),
      "0 certificates, RSA 2048 (PBE-SHA1-3DES), RSA 2048 (PBES2, PBKDF2 with hmacWithSHA512, AES-128-CBC)",
    ],
    [
      "a key that needs the legacy provider",
      plain(bag("shrouded", seq(pkcs12Pbe(6, 1), octets(rc2Data)))),
      "0 certificates, Ed25519 (PBE-SHA1-RC2-40) (legacy)",
    ],
    ["attributes", plain(bag("key", pkcs8("leaf-ed25519"), attribute)), `0 certificates, ${ED25519}`],
    ["several safes", pfx([safe(keyBag), safe(certificateBag(small)), safe()]), BOTH],
    ["bags in bags", plain(bag("safe", seq(keyBag, bag("safe", seq(certificateBag(small)))))), BOTH],
    [
      "a revocation list and a secret, which are left",
      plain(bag("crl", seq()), bag("secret", seq()), keyBag),
      `0 certificates, ${ED25519}`,
    ],
    [
      "a certificate that is none of X.509",
      plain(bag("certificate", seq(oid("1.2.840.113549.1.9.22.2"), encode(context(0), encode(TAG.ia5String))))),
      "0 certificates",
    ],
    [
      "a version of its own",
      seq(hex("020104"), contentInfo(1, octets(seq(safe(keyBag))))),
      `0 certificates, ${ED25519}`,
    ],
    ["bytes after the end", Buffer.concat([pfx(safes), hex("0d0a")]), BOTH],
  ])("%s", async (_, bytes, expected) => {
    expect(await outcome(bytes, PASSPHRASE)).toBe(expected);
  });

  test("certificates are what was put there, byte by byte and in their order", async () => {
    const opening = await open(plain(...[leaf, ...cas].map(certificateBag), keyBag));
    expect(contentsOf(opening)).toEqual([...[leaf, ...cas].map(digits), digits(publicHalf("leaf-ed25519"))]);
  });

  const publicHalf = (name: string): Uint8Array => {
    const bytes = createPrivateKey(keyPem(name)).export({ format: "jwk" });
    return seq(seq(oid("1.3.101.112")), encode(TAG.bitString, hex("00"), Buffer.from(bytes.x ?? "", "base64url")));
  };

  describe("in BER", () => {
    const data = authenticated(safes);
    test.each<readonly [what: string, bytes: Uint8Array]>([
      ["an indefinite length", indefinite(pfx(safes, macOf(safes, PASSPHRASE)))],
      [
        "all of the outer lengths",
        indefinite(seq(hex("020103"), indefinite(contentInfo(1, octets(data))), macOf(safes, PASSPHRASE))),
      ],
      ["the content in pieces", seq(hex("020103"), contentInfo(1, pieces(data, 40)), macOf(safes, PASSPHRASE))],
      [
        "pieces of pieces",
        seq(
          hex("020103"),
          contentInfo(1, indefinite(encode(0x24, pieces(data.subarray(0, 30), 7), pieces(data.subarray(30), 100)))),
          macOf(safes, PASSPHRASE),
        ),
      ],
      [
        "bags in pieces",
        ((): Uint8Array => {
          const inPieces = [contentInfo(1, pieces(seq(certificateBag(small), keyBag), 20))];
          return pfx(inPieces, macOf(inPieces, PASSPHRASE));
        })(),
      ],
      [
        "a certificate in pieces",
        pfx([
          safe(bag("certificate", seq(oid("1.2.840.113549.1.9.22.1"), encode(context(0), pieces(small, 50)))), keyBag),
        ]),
      ],
    ])("%s", async (_, bytes) => {
      expect(contentsOf(await open(bytes, PASSPHRASE))).toEqual(contentsOf(await open(pfx(safes))));
    });

    test("what is encrypted, in pieces, as NSS writes it", async () => {
      const cipher = createCipheriv(
        "aes-256-cbc",
        pbkdf2Sync("x", hex("0102030405060708"), 1, 32, "sha1"),
        Buffer.alloc(16),
      );
      const data = Buffer.concat([cipher.update(seq(certificateBag(small))), cipher.final()]);
      const info = [oid("1.2.840.113549.1.7.1"), pbes2(pbkdf2(1))];
      const implicit = Buffer.from(pieces(data, 50)).fill(context(0), 0, 1);
      expect(await outcome(pfx([contentInfo(6, seq(hex("020100"), seq(...info, implicit)))]), "x")).toBe(
        "1 certificates",
      );
    });
  });
});

describe("what is not opened", () => {
  const key = (algorithmIdentifier: Uint8Array): Uint8Array =>
    bag("shrouded", seq(algorithmIdentifier, octets(new Uint8Array(16))));
  const zeros = new Uint8Array(16);

  test.each<readonly [what: string, bytes: Uint8Array, expected: string]>([
    ["nothing", hex(""), "damaged: ends in the middle of an element"],
    ["an empty structure", seq(), "damaged: the container ends before its version"],
    ["a certificate", leaf, "damaged: its version expected, found tag 0x30"],
    [
      "one that is protected by a public key",
      seq(hex("020103"), contentInfo(2, seq())),
      "damaged: it is protected by a public key, not by a passphrase",
    ],
    ["no content", seq(hex("020103"), contentInfo(1)), "damaged: its content ends before the content"],
    [
      "content that is no DER",
      seq(hex("020103"), contentInfo(1, octets(hex("ff")))),
      "damaged: ends in the middle of an element",
    ],
    ["a safe that is none", pfx([hex("0500")]), "damaged: a part of the container expected, found tag 0x05"],
    [
      "a safe of a cipher that is switched off everywhere",
      pfx([encryptedSafe(pkcs12Pbe(1, 1), zeros)]),
      "damaged: PBE-SHA1-RC4-128 needs the legacy provider of OpenSSL 3, which is off by default (legacy)",
    ],
    [
      "a safe of a cipher that nobody knows",
      pfx([encryptedSafe(pbes2(pbkdf2(1), "1.2.3"), zeros)]),
      "damaged: the cipher 1.2.3 is not opened here",
    ],
    [
      "a safe of a derivation that nobody knows",
      pfx([encryptedSafe(pbes2(algorithm("1.2.3", seq())), zeros)]),
      "damaged: the key derivation 1.2.3 is unknown",
    ],
    ["a safe that the passphrase does not open", pfx([encryptedSafe(pbes2(pbkdf2(1)), zeros)]), "wrong-passphrase"],
    [
      "a safe that the passphrase does not open, though the MAC is right",
      ((): Uint8Array => {
        const wrong = [encryptedSafe(pbes2(pbkdf2(1)), zeros)];
        return pfx(wrong, macOf(wrong, PASSPHRASE));
      })(),
      "damaged: what it holds cannot be decrypted",
    ],
    ["a key that is none, without a MAC", pfx([safe(bag("key", seq()))]), "wrong-passphrase"],
    [
      "a key that is none",
      pfx([safe(bag("key", seq()))], macOf([safe(bag("key", seq()))], PASSPHRASE)),
      "damaged: a private key expected",
    ],
    [
      "bags in bags, deeper than anybody puts them",
      pfx([safe(Array.from({ length: 10 }).reduce<Uint8Array>((inner) => bag("safe", seq(inner)), keyBag))]),
      "limit: more than 8 levels of bags",
    ],
    [
      "a MAC of too many rounds",
      pfx(safes, macData(sha1, new Uint8Array(20), { rounds: MAX_ROUNDS + 1 })),
      "limit: more than 2000000 iterations of key derivation",
    ],
    [
      "PBMAC1 of too many rounds",
      pfx(
        safes,
        macData(algorithm("1.2.840.113549.1.5.14", seq(pbkdf2(MAX_ROUNDS + 1, { length: 32 }), hmac("sha1"))), zeros),
      ),
      "limit: more than 2000000 iterations of key derivation",
    ],
    [
      "a safe of too many rounds",
      pfx([encryptedSafe(pbes2(pbkdf2(MAX_ROUNDS + 1)), zeros)]),
      "limit: 2000001 iterations, more than the 2000000 that certcheck runs",
    ],
    [
      "a safe of too much memory",
      pfx([encryptedSafe(pbes2(scrypt(1 << 20, 8, 1)), zeros)]),
      "limit: scrypt with N=1048576, r=8, p=1 asks for more memory or time than is spent here",
    ],
    [
      "a key of too many rounds",
      pfx([safe(key(pbes2(pbkdf2(MAX_ROUNDS + 1))))]),
      "limit: 2000001 iterations, more than the 2000000 that certcheck runs",
    ],
    [
      "a key of PKCS#12's own ciphers, of too many rounds",
      pfx([safe(key(pkcs12Pbe(3, MAX_ROUNDS + 1)))]),
      "limit: 2000001 iterations, more than the 2000000 that certcheck runs",
    ],
    [
      "a key whose scrypt costs too much",
      pfx([safe(key(pbes2(scrypt(2, 1, 300_000))))]),
      "limit: scrypt with N=2, r=1, p=300000 asks for more memory or time than is spent here",
    ],
    [
      "too many rounds in sum, of which the first are run",
      ((): Uint8Array => {
        // Three derivations each.
        const both = [encryptedSafe(pkcs12Pbe(3, 666_500), zeros)];
        return pfx(both, macOf(both, PASSPHRASE, { rounds: 1000 }));
      })(),
      "limit: more than 2000000 iterations of key derivation",
    ],
  ])("%s", async (_, bytes, expected) => {
    expect(await outcome(bytes, PASSPHRASE)).toBe(expected);
  });
});

describe("containers of others", () => {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const files = {
    "leaf.pem": pem("CERTIFICATE", leaf),
    "leaf.key": keyPem("leaf"),
    "ca.pem": cas.map((ca) => pem("CERTIFICATE", ca)).join(""),
  };
  const contents = new Set([leaf, ...cas].map(digits));

  /** A container by the command, which writes it into a file. */
  function exported(args: string, passphrase: string): Uint8Array {
    const out = join(folder, "out.pfx");
    const all = [
      "pkcs12",
      "-export",
      "-out",
      out,
      "-passout",
      `pass:${passphrase}`,
      "-in",
      "leaf.pem",
      ...args.split(" "),
    ];
    const { ok, out: said } = openssl(all, files);
    if (!ok) throw new Error(said);
    return readFileSync(out);
  }

  const WHOLE = "-inkey leaf.key -certfile ca.pem";
  const AES_CBC = "PBES2, PBKDF2 with hmacWithSHA256, AES-256-CBC";
  type Command = readonly [args: string, passphrase: string, expected: string];

  const opens = async (args: string, passphrase: string, expected: string): Promise<void> => {
    const bytes = exported(args, passphrase);
    expect(await outcome(bytes, passphrase)).toBe(expected);
    const opening = await open(bytes, passphrase);
    const found = opening.state === "opened" ? opening.contents.certificates.map(digits) : [];
    expect(found.every((certificate) => contents.has(certificate))).toBe(true);
    if (!args.includes("-nomac")) expect(await outcome(bytes, `${passphrase}x`)).toMatch(/^wrong-passphrase/);
  };

  test.skipIf(opensslVersion === undefined).each<Command>([
    [WHOLE, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -name friendly -caname issuing -CSP provider -keyex`, "x", `3 certificates, RSA 2048 (${AES_CBC})`],
    [WHOLE, "", `3 certificates, RSA 2048 (${AES_CBC})`],
    [WHOLE, "Zürich ☂ \u{1f600}", `3 certificates, RSA 2048 (${AES_CBC})`],
    ["-inkey leaf.key", PASSPHRASE, `1 certificates, RSA 2048 (${AES_CBC})`],
    ["-nokeys -certfile ca.pem", PASSPHRASE, "3 certificates"],
    ["-nocerts -inkey leaf.key", PASSPHRASE, `0 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -nomac`, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -noiter -nomaciter`, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -keypbe NONE -certpbe NONE`, PASSPHRASE, "3 certificates, RSA 2048 (PKCS#12)"],
    [`${WHOLE} -macalg sha1`, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -macalg sha384`, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -macalg sha512 -iter 3`, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [`${WHOLE} -macalg blake2b512`, PASSPHRASE, `3 certificates, RSA 2048 (${AES_CBC})`],
    [
      `${WHOLE} -keypbe aes-128-cbc -certpbe aes-192-cbc`,
      PASSPHRASE,
      "3 certificates, RSA 2048 (PBES2, PBKDF2 with hmacWithSHA256, AES-128-CBC)",
    ],
    [
      `${WHOLE} -keypbe des-ede3-cbc`,
      "x",
      "3 certificates, RSA 2048 (PBES2, PBKDF2 with hmacWithSHA256, DES-EDE3-CBC)",
    ],
    [`${WHOLE} -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES`, "ü", "3 certificates, RSA 2048 (PBE-SHA1-3DES)"],
    [`${WHOLE} -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-2DES`, "", "3 certificates, RSA 2048 (PBE-SHA1-2DES)"],
  ])(`openssl %s, passphrase %j${orSkipped}`, opens);

  const hasLegacy = opensslVersion !== undefined && openssl(["list", "-provider", "legacy", "-providers"]).ok;
  test.skipIf(!hasLegacy).each<Command>([
    [`${WHOLE} -legacy`, PASSPHRASE, "3 certificates, RSA 2048 (PBE-SHA1-3DES) (legacy)"],
    [`${WHOLE} -legacy -descert`, PASSPHRASE, "3 certificates, RSA 2048 (PBE-SHA1-3DES)"],
    [`${WHOLE} -legacy -certpbe PBE-SHA1-RC2-128`, "Zürich ☂", "3 certificates, RSA 2048 (PBE-SHA1-3DES) (legacy)"],
    [`${WHOLE} -legacy -certpbe PBE-SHA1-RC2-40`, "", "3 certificates, RSA 2048 (PBE-SHA1-3DES) (legacy)"],
  ])(`openssl %s, passphrase %j${hasLegacy ? "" : " (skipped: no legacy provider)"}`, opens);

  test.skipIf(opensslVersion === undefined)(`openssl -macalg sha3-256${orSkipped}`, async () => {
    expect(await outcome(exported(`${WHOLE} -macalg sha3-256`, PASSPHRASE), PASSPHRASE)).not.toBe("wrong-passphrase");
  });

  test.each<readonly [what: string, options: object, passphrase: string | null, expected: string]>([
    ["3DES", { algorithm: "3des" }, PASSPHRASE, "3 certificates, RSA 2048 (PBE-SHA1-3DES)"],
    [
      "AES-128",
      { algorithm: "aes128" },
      PASSPHRASE,
      "3 certificates, RSA 2048 (PBES2, PBKDF2 with hmacWithSHA1, AES-128-CBC)",
    ],
    [
      "AES-256 of few rounds",
      { algorithm: "aes256", count: 2 },
      PASSPHRASE,
      "3 certificates, RSA 2048 (PBES2, PBKDF2 with hmacWithSHA1, AES-256-CBC)",
    ],
    ["no MAC", { algorithm: "3des", useMac: false }, PASSPHRASE, "3 certificates, RSA 2048 (PBE-SHA1-3DES)"],
    ["no passphrase", {}, null, "3 certificates, RSA 2048 (PKCS#12)"],
    ["an empty passphrase", { algorithm: "3des" }, "", "3 certificates, RSA 2048 (PBE-SHA1-3DES)"],
  ])("node-forge, %s", async (_, options, passphrase, expected) => {
    const certificates = [leaf, ...cas].map((bytes) => forge.pki.certificateFromPem(pem("CERTIFICATE", bytes)));
    const key = forge.pki.privateKeyFromPem(keyPem("leaf"));
    const asn1 = forge.pkcs12.toPkcs12Asn1(key, certificates, passphrase, { friendlyName: "sensor", ...options });
    const bytes = Buffer.from(forge.asn1.toDer(asn1).getBytes(), "latin1");
    expect(await outcome(bytes, passphrase ?? undefined)).toBe(expected);
  });
});

describe("second opinion", () => {
  /** Views of no more than their own bytes, as the libraries want them. */
  const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
  const password = buffer(Buffer.from(PASSPHRASE));

  /** What pkijs reads: certificates, and public halves of keys. */
  async function readByPkijs(bytes: Uint8Array): Promise<string[]> {
    const container = pkijs.PFX.fromBER(buffer(bytes));
    await container.parseInternalValues({ password, checkIntegrity: true });
    const authenticatedSafe = container.parsedValue?.authenticatedSafe;
    if (authenticatedSafe === undefined) throw new Error("pkijs finds nothing");
    await authenticatedSafe.parseInternalValues({
      safeContents: authenticatedSafe.safeContents.map(({ contentType }) =>
        contentType === "1.2.840.113549.1.7.6" ? { password } : {},
      ),
    });
    const contents = authenticatedSafe.parsedValue as { safeContents: { value: pkijs.SafeContents }[] };
    const [certificates, keys]: [string[], string[]] = [[], []];
    for (const { bagValue } of contents.safeContents.flatMap(({ value }) => value.safeBags)) {
      if (bagValue instanceof pkijs.CertBag)
        certificates.push(digits(new Uint8Array((bagValue.parsedValue as pkijs.Certificate).toSchema().toBER())));
      else if (bagValue instanceof pkijs.PKCS8ShroudedKeyBag) {
        await (bagValue as unknown as { parseInternalValues: (p: object) => Promise<void> }).parseInternalValues({
          password,
        });
        const key = Buffer.from(bagValue.parsedValue?.toSchema().toBER() ?? new ArrayBuffer(0));
        keys.push(digits(spki({ key, format: "der", type: "pkcs8" })));
      }
    }
    return [...certificates, ...keys];
  }

  /** What node-forge reads. */
  function readByForge(bytes: Uint8Array): string[] {
    const asn1 = forge.asn1.fromDer(Buffer.from(bytes).toString("latin1"));
    const container = forge.pkcs12.pkcs12FromAsn1(asn1, PASSPHRASE);
    const of = (type: string): forge.pkcs12.Bag[] => container.getBags({ bagType: type })[type] ?? [];
    const { certBag = "", keyBag: plainBag = "", pkcs8ShroudedKeyBag = "" } = forge.pki.oids;
    return [
      ...of(certBag).map(({ cert }) => {
        if (!cert) throw new Error("forge finds no certificate");
        return digits(Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(cert)).getBytes(), "latin1"));
      }),
      ...[...of(plainBag), ...of(pkcs8ShroudedKeyBag)].map(({ key }) => {
        if (!key) throw new Error("forge finds no key");
        return digits(spki(forge.pki.privateKeyToPem(key)));
      }),
    ];
  }

  const spki = (key: Parameters<typeof createPrivateKey>[0]): Buffer =>
    createPublicKey(createPrivateKey(key)).export({ format: "der", type: "spki" });
  const stored = (name: string): Buffer => readFileSync(new URL(`../../fixtures/keys/${name}.pfx`, import.meta.url));

  test.each<readonly [name: string, reader: string, read: (bytes: Uint8Array) => string[] | Promise<string[]>]>([
    ["appliance", "pkijs", readByPkijs],
    ["appliance", "node-forge", readByForge],
    ["sensor", "pkijs", readByPkijs],
    ["sensor", "node-forge", readByForge],
    // pkijs has no RC2.
    ["appliance-old", "node-forge", readByForge],
  ])("fixtures/keys/%s.pfx is to %s what it is here", async (name, _, read) => {
    const own = contentsOf(await open(stored(name), PASSPHRASE));
    expect(own).toEqual(await read(stored(name)));
    expect(own.length).toBeGreaterThan(1);
  });

  test.each<readonly [cipher: string, length: number, hash: string]>([
    ["AES-CBC", 128, "SHA-1"],
    ["AES-CBC", 192, "SHA-384"],
    ["AES-CBC", 256, "SHA-256"],
    ["AES-CBC", 256, "SHA-512"],
  ])("what pkijs writes with %s of %i bits and %s is read", async (name, length, hash) => {
    const encryption = {
      password,
      contentType: "1.2.840.113549.1.7.1",
      contentEncryptionAlgorithm: { name, length, iv: new ArrayBuffer(16) },
      hmacHashAlgorithm: hash,
      iterationCount: 5,
    };
    const info = pkijs.PrivateKeyInfo.fromBER(buffer(pkcs8("leaf-p256")));
    const keyInBag = new pkijs.PKCS8ShroudedKeyBag({ parsedValue: info });
    await keyInBag.makeInternalValues(encryption);
    const bags = [
      new pkijs.SafeBag({ bagId: "1.2.840.113549.1.12.10.1.2", bagValue: keyInBag }),
      ...[leaf, ...cas].map(
        (bytes) =>
          new pkijs.SafeBag({
            bagId: "1.2.840.113549.1.12.10.1.3",
            bagValue: new pkijs.CertBag({ parsedValue: pkijs.Certificate.fromBER(buffer(bytes)) }),
          }),
      ),
    ];
    const contents = new pkijs.SafeContents({ safeBags: bags });
    const authenticatedSafe = new pkijs.AuthenticatedSafe({
      parsedValue: { safeContents: [{ privacyMode: 1, value: contents }] },
    });
    await authenticatedSafe.makeInternalValues({ safeContents: [encryption] });
    const container = new pkijs.PFX({ parsedValue: { integrityMode: 0, authenticatedSafe } });
    await container.makeInternalValues({
      password,
      iterations: 7,
      pbkdf2HashAlgorithm: hash,
      hmacHashAlgorithm: hash,
    });
    const bytes = new Uint8Array(container.toSchema().toBER());
    expect(contentsOf(await open(bytes, PASSPHRASE))).toEqual([
      ...[leaf, ...cas].map(digits),
      digits(spki(keyPem("leaf-p256"))),
    ]);
    expect([await outcome(bytes, "x"), await outcome(bytes)]).toEqual(["wrong-passphrase", "no-passphrase"]);
  });
});

describe("damage", () => {
  const closed = pfx(safes, macOf(safes, PASSPHRASE));

  test("no container that has a MAC opens as another one, whatever byte of it is changed", async () => {
    const whole = contentsOf(await open(closed, PASSPHRASE));
    for (let at = 0; at < closed.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const bytes = Buffer.from(closed);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const opening = await open(bytes, PASSPHRASE);
        if (opening.state === "opened") expect([at, contentsOf(opening)]).toEqual([at, whole]);
      }
    }
  });

  test("no truncation opens", async () => {
    for (let length = 0; length < closed.length; length++)
      expect(await outcome(closed.subarray(0, length), PASSPHRASE)).toMatch(/^damaged: /);
  });

  test("without a MAC, whatever it is made into has an outcome", async () => {
    const samples = [
      pfx(safes),
      pfx([safe(bag("shrouded", seq(pbes2(pbkdf2(1)), octets(new Uint8Array(32)))))]),
      pfx([encryptedSafe(pkcs12Pbe(6, 1), new Uint8Array(16))]),
    ];
    const property = fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      async (sample, mutations) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of mutations) bytes[at % bytes.length] = value;
        expect(await outcome(bytes, PASSPHRASE)).toMatch(/^(?:\d+ certificates|wrong-passphrase|damaged: |limit: )/);
      },
    );
    const { failed, counterexample } = await fc.check(property, { seed: 20_261_121, numRuns: 700 });
    expect([failed, counterexample]).toEqual([false, null]);
  });
});

describe("secrets", () => {
  /** Everything in a value, bytes as hexadecimal digits. */
  const dump = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) => {
      const bytes = Buffer.isBuffer(inner) || (inner as { type?: string } | null)?.type === "Buffer";
      return bytes || inner instanceof Uint8Array
        ? digits(Uint8Array.from((inner as { data?: number[] }).data ?? (inner as Uint8Array)))
        : inner;
    });
  const numbers = (name: string): string[] => {
    const {
      d = "",
      p = "",
      q = "",
      dp = "",
      dq = "",
      qi = "",
    } = createPrivateKey(keyPem(name)).export({ format: "jwk" });
    return [d, p, q, dp, dq, qi].filter((text) => text !== "").map((text) => digits(Buffer.from(text, "base64url")));
  };

  test.each(["leaf-1024", "leaf-p256", "leaf-ed25519"])("no number of %s is kept", async (name) => {
    const bytes = pfx([safe(bag("key", pkcs8(name)), bag("shrouded", aesKey(name)))]);
    const opening = await open(bytes, PASSPHRASE);
    expect(opening.state === "opened" && opening.contents.keys.length).toBe(2);
    const text = dump(opening);
    expect(text).toContain(digits(publicNumber(name)));
    expect(numbers(name).filter((number) => text.includes(number))).toEqual([]);
  });

  const publicNumber = (name: string): Uint8Array => {
    const { n, x = "" } = createPrivateKey(keyPem(name)).export({ format: "jwk" });
    return Buffer.from(n ?? x, "base64url");
  };

  test("no message repeats the passphrase, or what was decrypted", async () => {
    const secret = "Hunter2-Hunter2";
    const text = octets(Buffer.from(secret));
    const damaged = [
      pfx([safe(bag("key", text))], macOf([safe(bag("key", text))], secret)),
      pfx(
        [safe(bag("key", seq(hex("020100"), seq(text), text)))],
        macOf([safe(bag("key", seq(hex("020100"), seq(text), text)))], secret),
      ),
      pfx([text], macOf([text], secret)),
      pfx(safes, macOf(safes, "x")),
      pfx([encryptedSafe(pbes2(pbkdf2(1)), text)]),
      pfx(safes, macData(algorithm("1.2.3"), text)),
    ];
    for (const bytes of damaged) {
      const opening = await open(bytes, secret);
      expect(opening.state).not.toBe("opened");
      expect(dump(opening)).not.toMatch(/Hunter2/);
    }
  });
});

describe("what is odd", () => {
  test.each<readonly [what: string, bytes: Uint8Array, expected: RegExp]>([
    ["a safe's content that is no sequence of bags", pfx([contentInfo(1, octets(hex("0500")))]), /^wrong-passphrase/],
    ["content that is no sequence of safes", seq(hex("020103"), contentInfo(1, octets(hex("0500")))), /^damaged/],
    ["a key in pieces", pfx([safe(bag("shrouded", seq(pkcs12Pbe(6, 1), pieces(rc2Data, 20))))]), /Ed25519/],
    ["a safe that is encrypted for a public key", pfx([contentInfo(3, seq())]), /^damaged: .*public key/],
  ])("%s", async (_, bytes, expected) => {
    expect(await outcome(bytes, PASSPHRASE)).toMatch(expected);
  });
});
