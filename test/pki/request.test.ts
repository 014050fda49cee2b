/** Certification requests: read as OpenSSL and a library read them, and never otherwise than with a DerError. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { assert, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { DerError, readDer } from "../../src/pki/der.ts";
import { encode } from "../../src/pki/der-writer.ts";
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
    const { attributes, extensions, irregularities } = readRequest(requestOf({ attributes: [[MICROSOFT, 1]] }));
    expect(irregularities).toEqual([]);
    expect(attributes.map(({ name }) => name)).toEqual(["msExtensionRequest"]);
    expect(extensions.map(({ name }) => name)).toEqual(["subjectAltName"]);
  });

  test.each<[what: string, parts: Parameters<typeof requestOf>[0], message: string]>([
    [
      "in two attributes",
      {
        attributes: [
          [STANDARD, 1],
          [STANDARD, 1],
        ],
      },
      "extensions are asked for in 2 places",
    ],
    [
      "in the forms of both",
      {
        attributes: [
          [MICROSOFT, 1],
          [STANDARD, 1],
        ],
      },
      "extensions are asked for in 2 places",
    ],
    ["in three values", { attributes: [[STANDARD, 3]] }, "extensions are asked for in 3 places"],
    ["of another version", { attributes: [], version: 2 }, "a version other than 1, the only one there is"],
  ])("%s is irregular", (_, parts, message) => {
    expect(readRequest(requestOf(parts)).irregularities).toEqual([
      { message: expect.stringContaining(message), offset: expect.any(Number) },
    ]);
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

/** The object identifiers under which extensions are asked for: RFC 2985's, and what certreq writes. */
const STANDARD = "06092a864886f70d01090e";
const MICROSOFT = "060a2b06010401823702010e";

/** A request that asks for a name in each value of these attributes. */
function requestOf({
  attributes,
  version = 0,
}: {
  readonly attributes: readonly (readonly [oid: string, values: number])[];
  readonly version?: number;
}): Uint8Array {
  const extension = new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "a.contoso.com" }]);
  const value = encode(0x30, new Uint8Array(extension.rawData));
  const encoded = attributes.map(([oid, values]) =>
    encode(0x30, Buffer.from(oid, "hex"), encode(0x31, ...Array.from({ length: values }, () => value))),
  );
  // An Ed25519 key of no bytes that matter, and no signature: nothing here verifies.
  const spki = Buffer.from(`302a300506032b6570032100${"11".repeat(32)}`, "hex");
  const info = encode(
    0x30,
    Buffer.from([0x02, 0x01, version]),
    Buffer.from("3000", "hex"),
    spki,
    encode(0xa0, ...encoded),
  );
  return encode(0x30, info, Buffer.from("300506032b6570", "hex"), Buffer.from("030100", "hex"));
}
