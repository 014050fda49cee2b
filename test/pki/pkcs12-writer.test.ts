/** Containers as they are written: everything that reads such files reads them. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import forge from "node-forge";
import * as pkijs from "pkijs";
import { describe, expect, test } from "vitest";
import { openPkcs12 } from "../../src/pki/pkcs12.ts";
import { type Pkcs12Content, writePkcs12 } from "../../src/pki/pkcs12-writer.ts";
import { rc2 } from "../../src/pki/rc2.ts";
import { keyPem, mintAppliance, pem } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

const { leaf, cas } = await mintAppliance();
const certificates = [leaf, ...cas];
const secret = createPrivateKey(keyPem("leaf"));
const plain = secret.export({ format: "der", type: "pkcs8" });
const whole: Pkcs12Content = { certificates, key: plain, friendlyName: "sensor.contoso.com" };

const open = (bytes: Uint8Array, passphrase: string) => openPkcs12(bytes, passphrase, () => Promise.resolve(rc2));

const passphrases = ["Sensor-2026!", "Grüße 漢字 \u{1f511}", ""];
const made = (["modern", "legacy"] as const).flatMap((age) =>
  // Each of these takes a tenth of a second to make, and another to open.
  (age === "modern" ? passphrases.slice(1) : passphrases).map((passphrase) => ({
    age,
    passphrase,
    bytes: Buffer.from(writePkcs12(whole, passphrase, age)),
  })),
);

describe.each(made)("a $age container with the passphrase '$passphrase'", ({ age, passphrase, bytes }) => {
  test("is opened by certcheck, with what was put in", async () => {
    const opening = await open(bytes, passphrase);
    if (opening.state !== "opened") throw new Error(opening.state);
    expect(opening.contents.certificates.map((one) => Buffer.from(one))).toEqual(certificates);
    expect(opening.contents.keys.map((one) => one.secret?.equals(secret))).toEqual([true]);
    expect(opening.isLegacy).toBeUndefined();
  });

  test.skipIf(opensslVersion === undefined)(`is opened by openssl${orSkipped}`, () => {
    const { ok, out } = openssl(["pkcs12", "-in", "x.pfx", "-nodes", "-info", "-passin", `pass:${passphrase}`], {
      "x.pfx": bytes,
    });
    expect(ok).toBe(true);
    const found = out.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    expect(found.map((text) => new X509Certificate(text).raw)).toEqual(certificates);
    const [key = ""] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(out) ?? [];
    expect(createPrivateKey(key).equals(secret)).toBe(true);
    // The certificate and its key say that they belong together.
    const identifiers = [...out.matchAll(/localKeyID: ([0-9A-F ]+)/g)].map(([, id]) => id);
    expect([identifiers.length, new Set(identifiers).size]).toEqual([2, 1]);
    expect(out.match(/friendlyName: sensor.contoso.com/g)).toHaveLength(2);
    expect(out).toContain(
      age === "modern" ? "AES-256-CBC, Iteration 100000, PRF hmacWithSHA256" : "pbeWithSHA1And3-KeyTripleDES-CBC",
    );
    expect(out).toContain(age === "modern" ? "MAC: sha256, Iteration 100000" : "MAC: sha1, Iteration 2048");
  });
});

test("is opened by pkijs", async () => {
  const [first] = made;
  const pfx = pkijs.PFX.fromBER(new Uint8Array(first?.bytes ?? []));
  const password = new TextEncoder().encode(first?.passphrase).buffer;
  await pfx.parseInternalValues({ password, checkIntegrity: true });
  await pfx.parsedValue?.authenticatedSafe?.parseInternalValues({ safeContents: [{ password }, {}] });
  const [certificateSafe, keySafe] = pfx.parsedValue?.authenticatedSafe?.parsedValue.safeContents ?? [];
  expect(certificateSafe.value.safeBags).toHaveLength(3);
  expect(keySafe.value.safeBags).toHaveLength(1);
});

test("one for old programs is opened by node-forge", () => {
  const legacy = made.find(({ age }) => age === "legacy");
  const pfx = forge.pkcs12.pkcs12FromAsn1(
    forge.asn1.fromDer(legacy?.bytes.toString("latin1") ?? ""),
    legacy?.passphrase ?? "",
  );
  const bags = pfx.getBags({ friendlyName: "sensor.contoso.com" })["friendlyName"] ?? [];
  const found = bags.map(({ type }) => type);
  expect([found.length, found]).toEqual([
    2,
    expect.arrayContaining([forge.pki.oids["certBag"], forge.pki.oids["pkcs8ShroudedKeyBag"]]),
  ]);
});

test("no other passphrase opens it", async () => {
  for (const { bytes, passphrase } of made.filter((one) => one.age === "legacy" && one.passphrase !== ""))
    expect([(await open(bytes, `${passphrase} `)).state, (await open(bytes, "")).state]).toEqual([
      "wrong-passphrase",
      "wrong-passphrase",
    ]);
});

test.each<readonly [string, Partial<Pkcs12Content>, number]>([
  ["no key", { certificates: cas }, 0],
  ["a key on a curve", { key: createPrivateKey(keyPem("leaf-p256")).export({ format: "der", type: "pkcs8" }) }, 1],
  ["a hostile name", { key: plain, friendlyName: `\ud800\0${"\u{1f511}".repeat(100)}\u202e` }, 1],
  ["an empty name", { key: plain, friendlyName: "" }, 1],
])("%s", async (_what, content, keys) => {
  const bytes = Buffer.from(writePkcs12({ certificates, friendlyName: "x", ...content }, "x", "legacy"));
  const opening = await open(bytes, "x");
  expect(opening.state === "opened" && opening.contents.keys.length).toBe(keys);
  if (opensslVersion === undefined) return;
  expect(openssl(["pkcs12", "-in", "x.pfx", "-noout", "-passin", "pass:x"], { "x.pfx": bytes }).ok).toBe(true);
});

test("the certificates come out as they went in", () => {
  // What other writers decode and encode anew loses what is strange about it, and the signature with it.
  const strange = Buffer.concat([leaf.subarray(0, -1), Buffer.from([(leaf.at(-1) ?? 0) ^ 1])]);
  const bytes = Buffer.from(writePkcs12({ certificates: [strange], friendlyName: "x" }, "x", "legacy"));
  const { out } = openssl(["pkcs12", "-in", "x.pfx", "-nokeys", "-passin", "pass:x"], { "x.pfx": bytes });
  if (opensslVersion !== undefined) expect(out).toContain(pem("CERTIFICATE", strange));
});
