/** Certification requests: read as OpenSSL and a library read them, and never otherwise than with a DerError. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { assert, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { DerError, readDer } from "../../src/pki/der.ts";
import { alternativeNames } from "../../src/pki/extensions.ts";
import { readRequest, verifyRequest } from "../../src/pki/request.ts";
import { mintRequest, type RequestSpec, sampleSubject } from "../support/mint.ts";
import { openssl, opensslVersion, orSkipped } from "../support/openssl.ts";

const specs: readonly (readonly [string, RequestSpec])[] = [
  ["of an RSA key", { names: ["a.contoso.com", "b.contoso.com"] }],
  ["of a key on a curve", { key: "leaf-p256", names: ["a.contoso.com"] }],
  ["of an Edwards curve", { key: "leaf-ed25519" }],
  ["without a subject", { subject: [] }],
  ["with a challenge password", { challengePassword: "Sensor-2026!" }],
];

describe("a request", () => {
  test.each(specs)("%s is read, and its signature verified", async (_, spec) => {
    const bytes = await mintRequest(spec);
    const request = readRequest(bytes);
    const { subject = sampleSubject, names = [], challengePassword } = spec;
    expect(request.subject.attributes.map(({ type, value }) => [type, value])).toEqual(subject);
    expect(alternativeNames(request, "dns")).toEqual(names);
    expect(request.attributes.map(({ name }) => name)).toEqual([
      ...(challengePassword === undefined ? [] : ["challengePassword"]),
      ...(names.length > 0 ? ["extensionRequest"] : []),
    ]);
    expect(JSON.stringify(request.attributes)).not.toContain("Sensor-2026!");
    expect(verifyRequest(request)).toBe("valid");
    expect(request.irregularities).toEqual([]);
  });

  test.skipIf(opensslVersion === undefined).each(specs)(`%s is what OpenSSL reads${orSkipped}`, async (_, spec) => {
    const bytes = await mintRequest(spec);
    const { publicKey } = readRequest(bytes);
    const { out } = openssl(["req", "-inform", "DER", "-in", "x.csr", "-noout", "-pubkey"], { "x.csr": bytes });
    expect(Buffer.from(publicKey.spki).toString("base64")).toBe(out.replace(/-----.*-----|\s/g, ""));
  });

  test("in the form of Windows has its extensions under another name", () => {
    const { attributes, extensions } = readRequest(withMicrosoftExtensions());
    expect(attributes.map(({ name }) => name)).toEqual(["msExtensionRequest"]);
    expect(extensions.map(({ name }) => name)).toEqual(["subjectAltName"]);
  });

  test("that is altered anywhere is not verified, or not read", async () => {
    const bytes = await mintRequest({ names: ["a.contoso.com"], key: "leaf-p256" });
    assert(
      property(nat(bytes.length - 1), integer({ min: 1, max: 255 }), (at, by) => {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(at) ^ by, at);
        try {
          const request = readRequest(altered);
          // What BER allows in many ways may still be the same to a reader; the library is then of one mind.
          return verifyRequest(request) !== "valid" || readDer(altered).input.irregularities.length > 0;
        } catch (error) {
          return error instanceof DerError;
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

/** The request of a library with the object identifier that certreq writes. */
function withMicrosoftExtensions(): Uint8Array {
  const oid = Buffer.from("060a2b06010401823702010e", "hex");
  const extension = new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "a.contoso.com" }]);
  const sequence = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x81, content.length]), content]);
  };
  const attribute = sequence(0x30, oid, sequence(0x31, sequence(0x30, new Uint8Array(extension.rawData))));
  // An Ed25519 key of no bytes that matter, and no signature: nothing here verifies.
  const spki = Buffer.from(`302a300506032b6570032100${"11".repeat(32)}`, "hex");
  const info = sequence(
    0x30,
    Buffer.from("020100", "hex"),
    Buffer.from("3000", "hex"),
    spki,
    sequence(0xa0, attribute),
  );
  return sequence(0x30, info, Buffer.from("300506032b6570", "hex"), Buffer.from("030100", "hex"));
}
