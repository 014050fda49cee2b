/** Reading CRLs, whole and in pieces. */
import { expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { type CrlFile, crlReader } from "../../src/pki/crl-file.ts";
import { type CrlSpec, mintCrl } from "../support/mint-crl.ts";
import { mintAppliance, pem } from "../support/mint.ts";

const { cas } = await mintAppliance();
const signers = cas.map((ca) => readCertificate(ca));

function read(bytes: Uint8Array, size = bytes.length): CrlFile {
  const reader = crlReader({ serialNumbers: new Set(["5a17"]), signers });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return reader.end();
}

const specs: Readonly<Record<string, CrlSpec>> = {
  plain: {},
  "with entries": { entries: [{ serialNumber: "5a17", reason: 1 }, { serialNumber: "00ff" }] },
};

test.each(Object.entries(specs))("%s: the same in pieces of any size", (_, spec) => {
  const der = mintCrl(spec);
  for (const bytes of [der, Buffer.from(pem("X509 CRL", der))]) {
    const whole = read(bytes);
    expect(whole.problems).toEqual([]);
    expect(whole.crls[0]?.signatureState).toBe("valid");
    expect(read(bytes, 1)).toEqual(whole);
    expect(read(bytes, 7)).toEqual(whole);
  }
});
