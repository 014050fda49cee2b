/** Requests: what a CA can go by, and what is to stay as it was. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { reportBundle } from "../../src/report/report.ts";
import { requestRules } from "../../src/rules/index.ts";
import { request } from "../../src/rules/request.ts";
import { bundle, type BundleSpec } from "../support/bundle.ts";
import { keyPem, mintRequest, pem, type RequestSpec, sampleSubject } from "../support/mint.ts";
import { type Case, testRules } from "../support/rules.ts";

const names = ["sensor.contoso.com"];
const der = await mintRequest({ names });

/** A bundle with this request instead of the usual one, and the default appliance's certificate to be renewed. */
const withRequest = (content: string | Uint8Array, more: BundleSpec = {}): BundleSpec => ({
  ...more,
  request: { previous: "sensor.crt", ...more.request },
  files: { "sensor.csr": content, ...more.files },
});

const usual = withRequest(pem("CERTIFICATE REQUEST", der));

const like = async (spec: RequestSpec, more: BundleSpec = {}): Promise<BundleSpec> =>
  withRequest(pem("CERTIFICATE REQUEST", await mintRequest({ names, ...spec })), more);

/** The request with one byte of its signature, or of something else, changed. */
const damaged = (offset: number): Buffer => {
  const bytes = Buffer.from(der);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  return bytes;
};

const otherKey = "the key is RSA 2048, modulus";

const cases: readonly Case[] = [
  ["one request", "request/single", usual],
  [
    "two requests",
    "request/single",
    withRequest(pem("CERTIFICATE REQUEST", der).repeat(2)),
    ["holds 2 requests; the first is judged"],
  ],

  ["its own signature", "request/signature", usual],
  ["its own signature, in DER", "request/signature", withRequest(der)],
  ["a key on a curve", "request/signature", await like({ key: "leaf-p256" })],
  ["RSASSA-PSS", "request/signature", await like({ signature: "RSA-PSS" })],
  [
    "another signature",
    "request/signature",
    withRequest(damaged(der.length - 1)),
    [
      "the signature (sha256WithRSAEncryption) was not made with the key of the request (RSA 2048), or the request was altered",
    ],
  ],
  [
    "an altered subject",
    "request/signature",
    withRequest(Buffer.from(der.toString("latin1").replace("Illinois", "Illinoys"), "latin1")),
    [
      "the signature (sha256WithRSAEncryption) was not made with the key of the request (RSA 2048), or the request was altered",
    ],
  ],
  [
    "a signature of nobody knows what",
    "request/signature",
    // 1.2.840.113549.1.1.11 becomes 1.2.840.113549.1.1.127, outside of what is signed.
    withRequest(renamed("2a864886f70d01010b", "2a864886f70d01017f")),
    { skipped: "a signature with 1.2.840.113549.1.1.127 cannot be verified here" },
  ],

  ["SHA-256", "request/signature-hash", usual],
  ["SHA-384", "request/signature-hash", await like({ signature: "RSA-SHA384" })],
  ["SHA-1", "request/signature-hash", await like({ signature: "RSA-SHA1" }), ["signed with sha1WithRSAEncryption"]],

  ["clean DER", "request/clean", usual],
  [
    "an extension that cannot be decoded",
    "request/clean",
    await like({ more: [new x509.Extension("2.5.29.15", false, Buffer.from([0x04, 0x00]))] }),
    ["the extension keyUsage cannot be decoded: keyUsage expected, found tag 0x04"],
  ],

  ["no challenge password", "request/no-challenge-password", usual],
  [
    "a challenge password",
    "request/no-challenge-password",
    await like({ challengePassword: "not shown" }),
    ["a challenge password stands in it, readable by anybody"],
  ],

  ["its own key", "request/key-matches", usual],
  ["no key", "request/key-matches", { ...usual, request: {} }],
  [
    "another key",
    "request/key-matches",
    { ...usual, files: { ...usual.files, "sensor.key": keyPem("other") } },
    [`${otherKey} aed396f12094…, that of the request RSA 2048, modulus 91e2fd44073e…`],
  ],

  ["the same subject", "request/same-subject", usual],
  ["in other capitals", "request/same-subject", await like({ subject: sampleSubject.map(inCapitals) })],
  [
    "nothing to renew",
    "request/same-subject",
    { ...usual, request: {} },
    { skipped: "no certificate to be renewed was given" },
  ],
  [
    "another unit",
    "request/same-subject",
    await like({
      subject: [
        ["C", "US"],
        ["OU", "Other"],
        ["CN", "sensor.contoso.com"],
      ],
    }),
    [
      "the request has C=US, OU=Other, CN=sensor.contoso.com, the certificate C=US, ST=Illinois, L=Springfield, O=Contoso Ltd, OU=Contoso Labs, CN=sensor.contoso.com, E=support@contoso.com",
    ],
  ],

  ["the same names", "request/same-names", usual],
  ["in other capitals", "request/same-names", await like({ names: ["Sensor.Contoso.com"] })],
  [
    "other names",
    "request/same-names",
    await like({ names: ["a.contoso.com", "b.contoso.com"] }),
    [
      "without sensor.contoso.com, which the certificate has",
      "with a.contoso.com, b.contoso.com, which the certificate has not",
    ],
  ],

  ["a new key", "request/new-key", await like({ key: "other" })],
  ["the same key", "request/new-key", usual, ["the key is still that of sensor.crt"]],
];

function inCapitals([type, value]: (typeof sampleSubject)[number]): (typeof sampleSubject)[number] {
  return [type, value.toUpperCase()];
}

function renamed(from: string, to: string): Buffer {
  const hex = der.toString("hex");
  const at = hex.lastIndexOf(from);
  return Buffer.from(hex.slice(0, at) + to + hex.slice(at + from.length), "hex");
}

testRules("request", request, cases);

const unsupported: readonly (readonly [string, BundleSpec, readonly string[]])[] = [
  [
    "a certificate in its place",
    withRequest(keyPem("leaf"), { request: { request: "sensor.crt" } }),
    ["file/right-slot"],
  ],
  [
    "a key in its place",
    withRequest("", { request: { request: "sensor.key", key: "sensor.key" } }),
    ["file/right-slot"],
  ],
  ["nothing that is known", withRequest("nothing"), ["file/decodes"]],
  ["a private key beside it", withRequest(pem("CERTIFICATE REQUEST", der) + keyPem("leaf")), ["file/no-private-key"]],
  [
    "a key that does not open",
    { ...usual, files: { ...usual.files, "sensor.key": keyPem("leaf-encrypted") } },
    ["passphrase/opens-key"],
  ],
  ["a small key", await like({ key: "leaf-1024" }, { request: {} }), ["certificate/public-key", "key/size"]],
  [
    "a wildcard",
    await like({
      subject: [
        ["C", "US"],
        ["O", "a"],
        ["OU", "b"],
        ["CN", "*.contoso.com"],
      ],
      names: ["*.contoso.com"],
    }),
    ["subject/no-wildcard"],
  ],
  [
    "no subject",
    await like({ subject: [] }),
    ["subject/common-name", "subject/country", "subject/organization", "subject/organizational-unit"],
  ],
];

test("what a renewal lacks is asked for as the certificate has it, whatever its order", async () => {
  const subject = [
    ["CN", "sensor.contoso.com"],
    ["O", "Contoso, Ltd"],
    ["C", "US"],
  ] as const;
  const { bundle: before, context } = await bundle(await like({}, { leaf: { subject } }));
  const [result] = evaluate(
    request.filter(({ id }) => id === "request/same-subject"),
    before,
    context,
  );
  expect(result?.findings.map(({ fix }) => fix)).toEqual([
    expect.stringContaining("-subj '/CN=sensor.contoso.com/O=Contoso\\, Ltd/C=US'"),
  ]);
});

describe("a request", () => {
  test("meets every rule that it is asked, and predicts no message", async () => {
    const { bundle: subject, context } = await bundle(
      await like({ key: "other" }, { files: { "sensor.key": keyPem("other") } }),
    );
    const results = evaluate(requestRules(), subject, context);
    expect(results.filter(({ outcome }) => outcome === "fails" || outcome === "broken")).toEqual([]);
    const report = reportBundle(subject, results, context);
    expect(report).toMatchObject({ verdict: "ready", purpose: "request" });
    expect(report.submit?.check).toBe("certcheck sensor-new.crt sensor.key --chain ca.pem");
    expect(report.upload).toBeUndefined();
  });

  test.each(unsupported)("is unsupported, and not refused: %s", async (_, spec, expected) => {
    const key = spec.files?.["sensor.key"] ?? keyPem(expected.includes("key/size") ? "leaf-1024" : "leaf");
    const { bundle: subject, context } = await bundle({ ...spec, files: { ...spec.files, "sensor.key": key } });
    const results = evaluate(requestRules(), subject, context);
    const failed = results.filter(({ outcome, severity }) => outcome === "fails" && severity === "error");
    expect(failed.map(({ rule }) => rule)).toEqual(expected);
    expect(reportBundle(subject, results, context)).toMatchObject({ verdict: "unsupported", messages: [] });
  });
});
