import { describe, expect, test } from "vitest";
import { type Credentials, shakeHands } from "../../src/pki/handshake.ts";
import { type ApplianceSpec, keyPem, mintAppliance } from "../support/mint.ts";

/** The appliance's certificate with its key; the last CA is trusted. */
async function credentials(spec: ApplianceSpec = {}, more: Partial<Credentials> = {}): Promise<Credentials> {
  const { leaf, cas } = await mintAppliance(spec);
  return { key: keyPem(spec.leaf?.key ?? "leaf"), certificates: [leaf, ...cas], anchors: cas.slice(-1), ...more };
}

describe("a handshake in memory", () => {
  test.each<readonly [what: string, spec: ApplianceSpec]>([
    ["an RSA key", {}],
    ["a key on a curve", { leaf: { key: "leaf-p256" } }],
    ["an Ed25519 key", { leaf: { key: "leaf-ed25519" } }],
    ["a weak key, for which there is another rule", { leaf: { key: "leaf-1024" } }],
    ["SHA-1, likewise", { leaf: { signature: "RSA-SHA1" } }],
    ["a signature with RSASSA-PSS", { leaf: { signature: "RSA-PSS" } }],
  ])("completes with %s", async (_, spec) => {
    expect(await shakeHands(await credentials(spec))).toEqual({ completed: true, protocol: "TLSv1.3" });
  });

  test("completes with an encrypted key and its passphrase", async () => {
    const [key, passphrase] = [keyPem("leaf-encrypted"), "Sensor-2026!"];
    expect(await shakeHands(await credentials({}, { key, passphrase }))).toMatchObject({ completed: true });
  });

  test.each<readonly [what: string, spec: ApplianceSpec, more: Partial<Credentials>, side: string, code: RegExp]>([
    ["the key of another certificate", {}, { key: keyPem("other") }, "server", /KEY_VALUES_MISMATCH/],
    ["a key that cannot be read", {}, { key: "nothing" }, "server", /NO_START_LINE|UNSUPPORTED/],
    ["no certificate", {}, { certificates: [] }, "server", /^ERR_/],
    ["bytes instead of a certificate", {}, { certificates: [new Uint8Array(9)] }, "server", /^ERR_OSSL/],
    ["an issuer that is not trusted", {}, { anchors: [] }, "client", /SELF_SIGNED_CERT_IN_CHAIN/],
    ["an expired certificate", { leaf: { notAfter: "2026-01-02T00:00:00Z" } }, {}, "client", /CERT_HAS_EXPIRED/],
    ["another purpose", { leaf: { extKeyUsage: ["1.3.6.1.5.5.7.3.2"] } }, {}, "client", /INVALID_PURPOSE/],
    ["a CA that may not sign", { cas: [{ cA: false }, {}] }, {}, "client", /INVALID_(?:CA|PURPOSE)/],
  ])("fails with %s", async (_, spec, more, side, code) => {
    const outcome = await shakeHands(await credentials(spec, more));
    expect(outcome).toMatchObject({ completed: false, side, code: expect.stringMatching(code) as string });
    expect(JSON.stringify(outcome)).not.toMatch(/BEGIN|error:/);
  });

  test("does not let the environment switch the verification off", async () => {
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await shakeHands(await credentials({}, { anchors: [] }))).toMatchObject({ completed: false });
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    }
  });
});
