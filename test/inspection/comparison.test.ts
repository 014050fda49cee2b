/** What differs between two files, and how a certificate stands beside the published sample. */
import "reflect-metadata";
import { Extension, KeyUsageFlags } from "@peculiar/x509";
import { describe, expect, test } from "vitest";
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { compareFiles } from "../../src/inspection/comparison.ts";
import { inspect } from "../../src/inspection/gathering.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import type { SampleField } from "../../src/inspection/inspection.ts";
import { TAG } from "../../src/pki/der.ts";
import { handMade, text } from "../pki/hand-made.ts";
import { memorySystem, NOW } from "../support/bundle.ts";
import { keyPem, type LeafSpec, mintAppliance, mintRequest, rawExtension, sampleSubject } from "../support/mint.ts";
import { mintCrl } from "../support/mint-crl.ts";

const leafOf = async (leaf: LeafSpec = {}): Promise<Buffer> => (await mintAppliance({ leaf })).leaf;

/** The inspection of files, named by their places. */
function inspectAll(contents: readonly (string | Uint8Array)[]): Promise<Inspection> {
  const files = Object.fromEntries(contents.map((content, index) => [`file-${index}`, content]));
  const question = { operands: Object.keys(files), serialNumbers: [], asn1: false, now: NOW };
  return inspect(question, memorySystem(files));
}

/** The summary, and the fields that are not the same. */
async function compared(...contents: readonly (string | Uint8Array)[]) {
  const { comparison } = await inspectAll(contents);
  if (comparison === undefined) return undefined;
  const { summary, differences } = comparison;
  const changed = differences.filter(({ outcome }) => outcome !== "same");
  return { summary, changed: changed.map(({ field }) => field), differences };
}

const old = await leafOf({ notAfter: "2026-12-01T00:00:00Z" });
const request = await mintRequest();
const [issuing = new Uint8Array()] = (await mintAppliance()).cas;
/** As `openssl genpkey -algorithm RSA-PSS` makes it: another identifier of the algorithm. */
const pssKey = ((der: Buffer): Buffer => {
  der[der.indexOf("2a864886f70d010101", "hex") + 8] = 10;
  return der;
})(createPrivateKey(keyPem("leaf")).export({ type: "pkcs8", format: "der" }));
const encrypted = readFileSync("fixtures/keys/leaf-encrypted.key");

describe("differences", () => {
  const later = "2027-12-01T00:00:00Z";
  test.each<
    [
      what: string,
      before: string | Uint8Array,
      after: string | Uint8Array | Promise<Uint8Array>,
      summary: string,
      changed: readonly string[],
    ]
  >([
    ["itself", old, old, "It is the same certificate, to the last byte.", []],
    [
      "a renewal with the same key",
      old,
      leafOf({ notAfter: later, serialNumber: "5a18" }),
      "It is a renewal: the same subject and names, later dates, the same key.",
      ["serial number", "valid until"],
    ],
    [
      "a renewal of some hours",
      old,
      leafOf({ notAfter: "2026-12-01T06:00:00Z", serialNumber: "5a18" }),
      "It is a renewal: the same subject and names, later dates, the same key.",
      ["serial number", "valid until"],
    ],
    [
      "an end that is no date",
      handMade({ notAfter: text(TAG.utcTime, "3912312359Z") }),
      handMade(),
      "It is another certificate: the same subject and names, an end that cannot be compared, the same key.",
      ["valid until"],
    ],
    [
      "a renewal with a new key",
      old,
      leafOf({ notAfter: later, serialNumber: "5a18", key: "other" }),
      "It is a renewal: the same subject and names, later dates, a new key.",
      ["serial number", "valid until", "public key", "subjectKeyIdentifier"],
    ],
    [
      "an older one",
      old,
      leafOf({ notAfter: "2025-12-01T00:00:00Z" }),
      "It is another certificate: the same subject and names, earlier dates, the same key.",
      ["valid until"],
    ],
    [
      "one of another subject",
      old,
      leafOf({ subject: sampleSubject.toReversed(), notAfter: later }),
      "It is another certificate: another subject, later dates, the same key.",
      ["subject", "valid until"],
    ],
    [
      "one of other names",
      old,
      leafOf({ names: ["sensor.contoso.com", "b.contoso.com"], notAfter: "2026-12-01T00:00:00Z" }),
      "It is another certificate: another set of names, the same end, the same key.",
      ["names"],
    ],
    [
      "one with other extensions",
      old,
      leafOf({
        notAfter: "2026-12-01T00:00:00Z",
        crlUrls: null,
        keyUsage: KeyUsageFlags.digitalSignature,
        more: [rawExtension("1.2.3.4", "0500")],
      }),
      "It is another certificate: the same subject and names, the same end, the same key.",
      ["keyUsage", "cRLDistributionPoints", "1.2.3.4"],
    ],
    ["its key", old, keyPem("leaf"), "The private key belongs to the certificate.", []],
    ["its key first", keyPem("leaf"), old, "The private key belongs to the certificate.", []],
    ["another key", old, keyPem("other"), "The private key does not belong to the certificate.", ["public key"]],
    [
      "a key on a curve",
      old,
      keyPem("leaf-p256"),
      "The private key does not belong to the certificate.",
      ["public key"],
    ],
    [
      "a key for RSA-PSS alone",
      pssKey,
      old,
      "Whether they belong together cannot be told: of such a private key the public one is not known here.",
      ["public key"],
    ],
    [
      "an encrypted key",
      old,
      encrypted,
      "Whether they belong together cannot be told: the private key is not opened.",
      ["public key"],
    ],
    ["a request and its key", request, keyPem("leaf"), "The private key belongs to the request.", []],
    ["a key in two forms", keyPem("leaf"), readFileSync("fixtures/keys/leaf-pkcs1.key"), "They are the same key.", []],
    ["two keys", keyPem("leaf"), keyPem("other"), "They are different keys.", ["public key"]],
    ["a request and its certificate", request, old, "The request and the certificate are for the same key.", ["names"]],
    ["a certificate and its request", old, request, "The request and the certificate are for the same key.", ["names"]],
    ["two requests", request, request, "The requests are for the same key.", []],
    [
      "two lists",
      mintCrl(),
      mintCrl({ number: "08", entries: [{ serialNumber: "77" }] }),
      "They are lists of the same issuer.",
      ["number", "entries"],
    ],
  ])("%s", async (_what, before, after, summary, changed) => {
    expect(await compared(before, await after)).toMatchObject({ summary, changed });
  });

  test.each<[what: string, contents: readonly (string | Uint8Array)[]]>([
    ["one file", [old]],
    ["three", [old, old, old]],
    ["several in one", [old, `${keyPem("leaf")}${keyPem("other")}`]],
    ["nothing in one", [old, ""]],
    ["a list and a certificate", [mintCrl(), issuing]],
    ["a list and a key", [mintCrl(), keyPem("leaf")]],
  ])("there is no comparison of %s", async (_what, contents) => {
    expect(await compared(...contents)).toBeUndefined();
  });

  test("say what came and what went, in which order, and what that means", async () => {
    const other = await leafOf({ names: ["b.contoso.com"], notAfter: "2026-12-02T00:00:00Z" });
    const swapped = await leafOf({ subject: sampleSubject.toReversed() });
    const found = async (after: Uint8Array, field: string) =>
      (await compared(old, after))?.differences.find((one) => one.field === field);
    expect(await found(other, "names")).toEqual({
      field: "names",
      outcome: "differs",
      added: ["DNS:b.contoso.com"],
      removed: ["DNS:sensor.contoso.com"],
    });
    expect(await found(other, "valid until")).toMatchObject({ remark: "1 day later" });
    expect(await found(other, "serial number")).toMatchObject({
      outcome: "same",
      remark: "no CA may give the same twice",
    });
    expect(await found(swapped, "subject")).toMatchObject({
      added: [],
      removed: [],
      remark: "the same in another order",
    });
  });

  test("are a matter of two files", () => {
    expect(compareFiles([])).toBeUndefined();
  });
});

describe("beside the sample", () => {
  async function fieldsOf(leaf: LeafSpec): Promise<Map<string, SampleField>> {
    const { files } = await inspectAll([await leafOf(leaf)]);
    const [item] = files[0]?.items ?? [];
    if (item?.kind !== "certificate" || item.sample === undefined) throw new Error("nothing to compare");
    return new Map(item.sample.map((field) => [field.field, field]));
  }

  test.each<
    [what: string, leaf: LeafSpec, field: string, outcome: SampleField["outcome"] | undefined, matters: boolean]
  >([
    ["version", {}, "version", "same", false],
    ["algorithm", {}, "signature algorithm", "same", false],
    ["another algorithm", { signature: "RSA-SHA384" }, "signature algorithm", "differs", true],
    ["dates", {}, "validity", "own", false],
    ["subject", {}, "subject", "same", false],
    [
      "a subject without its state",
      { subject: sampleSubject.filter(([type]) => type !== "ST") },
      "subject",
      "differs",
      false,
    ],
    ["a subject without OU", { subject: sampleSubject.filter(([type]) => type !== "OU") }, "subject", "differs", true],
    ["a subject in another order", { subject: sampleSubject.toReversed() }, "subject", "differs", false],
    ["a key of 4096 bits", { key: "leaf-4096" }, "public key", "differs", false],
    ["a key on a curve", { key: "leaf-p256" }, "public key", "differs", true],
    ["no CA", {}, "basicConstraints", "differs", false],
    ["a CA, as the sample", { cA: true }, "basicConstraints", "same", false],
    ["usages, enough", {}, "keyUsage", "differs", false],
    ["usages, too few", { keyUsage: KeyUsageFlags.cRLSign }, "keyUsage", "differs", true],
    ["no usages", { keyUsage: null }, "keyUsage", "missing", false],
    [
      "purposes as the sample",
      { extKeyUsage: ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"] },
      "extKeyUsage",
      "same",
      false,
    ],
    ["another purpose", { extKeyUsage: ["1.3.6.1.5.5.7.3.2"] }, "extKeyUsage", "differs", true],
    ["no identifiers", { identifiers: false }, "subjectKeyIdentifier", "missing", false],
    ["names", {}, "subjectAltName", "more", false],
    [
      "a critical extension",
      { more: [new Extension("1.2.3.4", true, Buffer.from("0500", "hex"))] },
      "1.2.3.4",
      "more",
      true,
    ],
    ["the order of extensions", {}, "order of extensions", undefined, false],
  ])("%s", async (_what, leaf, field, outcome, matters) => {
    const found = (await fieldsOf(leaf)).get(field);
    expect([found?.outcome, found?.matters ?? false]).toEqual([outcome, matters]);
  });

  test("a certificate of a CA has no such neighbour", async () => {
    const { files } = await inspectAll([issuing]);
    expect(files[0]?.items[0]).toMatchObject({ kind: "certificate", role: "CA" });
    expect(files[0]?.items[0]).not.toHaveProperty("sample");
  });
});
