/** What belongs together in a heap of files. */
import { describe, expect, test } from "vitest";
import { sortOut } from "../../src/conversion/assortment.ts";
import { gatherMaterial } from "../../src/gather/material.ts";
import { displayName } from "../../src/pki/name.ts";
import { type Files, memorySystem, NOW } from "../support/bundle.ts";
import { keyPem, mintAppliance, mintRequest, pem, sampleSubject } from "../support/mint.ts";

const certificate = (bytes: Uint8Array): string => pem("CERTIFICATE", bytes);
const { leaf, cas } = await mintAppliance();
const [own = "", issuing = "", root = ""] = [leaf, ...cas].map(certificate);
const three = await mintAppliance({ cas: [{}, {}, {}] });
const threeCas = three.cas.map(certificate);
const renewed = certificate(
  (await mintAppliance({ leaf: { notAfter: "2049-01-01T00:00:00Z", serialNumber: "77" } })).leaf,
);
const other = certificate(
  (
    await mintAppliance({
      leaf: { key: "other", subject: sampleSubject.map(([type, value]) => [type, type === "CN" ? "other" : value]) },
    })
  ).leaf,
);
const selfSigned = certificate((await mintAppliance({ leaf: { signer: "self" } })).leaf);
const authority = certificate((await mintAppliance({ leaf: { cA: true } })).leaf);
const request = pem("CERTIFICATE REQUEST", await mintRequest());
/** Without identifiers, so that either root may have signed. */
const twins = await mintAppliance({
  leaf: { identifiers: false },
  cas: [{ identifiers: false }, { identifiers: false }],
});
const namesake = certificate(
  (await mintAppliance({ cas: [{}, { key: "other", identifiers: false }] })).cas[1] ?? new Uint8Array(),
);

async function sorted(contents: readonly string[], passphrase?: string) {
  const files: Files = Object.fromEntries(contents.map((content, index) => [String(index), content]));
  const from = passphrase === undefined ? {} : { passphrase: `pass:${passphrase}` };
  const material = await gatherMaterial(Object.keys(files), from, memorySystem(files));
  const found = sortOut(material, NOW);
  const names = (certificates: typeof found.chain): string =>
    certificates.map((one) => displayName(one.certificate.subject).replace(/^Contoso | CA$/g, "")).join(" ");
  return {
    leaf: found.leaf === undefined ? "" : `${names([found.leaf])} ${found.leaf.certificate.serialNumber}`,
    key: found.key === undefined ? "" : `${found.key.facts.origin.file}${found.isForeignKey ? " foreign" : ""}`,
    chain: names(found.chain),
    strangers: names(found.strangers),
    others: found.others.map(({ kind }) => kind).join(" "),
    missing: found.missingIssuer ?? "",
    left: found.leftOver.map(({ message }) => message).join("; "),
  };
}

const nothing = { leaf: "", key: "", chain: "", strangers: "", others: "", missing: "", left: "" };
const sensor = { ...nothing, leaf: "sensor.contoso.com 5a17" };
const complete = { ...sensor, chain: "Issuing Root" };
const missingRoot = "C=US, O=Contoso Ltd, CN=Contoso Root CA";

describe("what belongs together", () => {
  test.each<readonly [what: string, contents: readonly string[], expected: Partial<typeof nothing>]>([
    ["in order", [own, keyPem("leaf"), issuing + root], { ...complete, key: "1" }],
    ["in any order", [root, keyPem("leaf"), issuing, own], { ...complete, key: "1" }],
    ["in one file", [root + keyPem("leaf") + issuing + own], { ...complete, key: "0" }],
    [
      "three CAs, upside down",
      [threeCas.toReversed().join(""), certificate(three.leaf)],
      { ...sensor, chain: "Issuing Policy Root" },
    ],
    [
      "twice",
      [own, own, root, issuing, root],
      {
        ...complete,
        left: 'the certificate "sensor.contoso.com", which is there already; the certificate "Contoso Root CA", which is there already',
      },
    ],
    ["a CA that has no part", [own, issuing, root, namesake], { ...complete, strangers: "Root" }],
    ["a CA that may have a part", [own, issuing], { ...sensor, chain: "Issuing", missing: missingRoot }],
    [
      "a root without what leads to it",
      [own, root],
      { ...sensor, chain: "Root", missing: "C=US, O=Contoso Ltd, CN=Contoso Issuing CA" },
    ],
    [
      "the root that signed, of two of one name",
      [certificate(twins.leaf), namesake, ...twins.cas.map(certificate)],
      { ...complete, strangers: "Root" },
    ],
    ["alone", [own], { ...sensor, missing: "C=US, O=Contoso Ltd, CN=Contoso Issuing CA" }],
    ["a key alone", [keyPem("leaf")], { ...nothing, key: "0" }],
    ["CAs alone", [root, issuing], { ...nothing, chain: "Issuing Root" }],
    ["a CA alone", [issuing], { leaf: "Issuing 02", missing: missingRoot }],
    ["self-signed", [selfSigned, root], { ...sensor, strangers: "Root" }],
    ["a CA whose key is there", [root, issuing, authority, keyPem("leaf")], { ...complete, key: "3" }],
    [
      "the key's certificate, of two",
      [other, own, keyPem("leaf"), issuing, root],
      { ...complete, key: "2", strangers: "other" },
    ],
    [
      "the first certificate, where no key tells",
      [other, own, issuing, root],
      { ...complete, leaf: "other 5a17", strangers: "sensor.contoso.com" },
    ],
    [
      "the newest, where one was renewed",
      [own, renewed, keyPem("leaf"), issuing, root],
      { ...complete, leaf: "sensor.contoso.com 77", key: "2", strangers: "sensor.contoso.com" },
    ],
    [
      "the key of the certificate",
      [keyPem("other"), own, keyPem("leaf"), issuing, root],
      { ...complete, key: "2", left: "another private key" },
    ],
    ["the key once", [keyPem("leaf"), own, keyPem("leaf-pkcs1"), issuing, root], { ...complete, key: "0" }],
    ["a key that is another's", [keyPem("other"), own, issuing, root], { ...complete, key: "0 foreign" }],
    [
      "a closed key before another's",
      [keyPem("other"), own, keyPem("leaf-encrypted"), issuing, root],
      { ...complete, key: "2", left: "another private key" },
    ],
    [
      "what is not uploaded",
      [own, issuing, root, request, "ssh-rsa AAAAB3NzaC1yc2E= x"],
      { ...complete, others: "request", left: "an SSH public key" },
    ],
    ["nothing", [request], { ...nothing, others: "request" }],
  ])("%s", async (_what, contents, expected) => {
    expect(await sorted(contents)).toEqual({ ...nothing, ...expected });
  });

  test("an encrypted key that its passphrase opens", async () => {
    const found = await sorted([keyPem("other"), own, keyPem("leaf-encrypted"), issuing, root], "Sensor-2026!");
    expect(found).toEqual({ ...complete, key: "2", left: "another private key" });
  });
});
