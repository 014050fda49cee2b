/** What CRLs say of a certificate. */
import { expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { crlReader } from "../../src/pki/crl-file.ts";
import { revocationOf } from "../../src/pki/revocation.ts";
import { NOW } from "../support/bundle.ts";
import { type CrlSpec, mintCrl } from "../support/mint-crl.ts";
import { mintAppliance } from "../support/mint.ts";

const appliance = await mintAppliance();
const leaf = readCertificate(appliance.leaf);
const cas = appliance.cas.map((ca) => readCertificate(ca));

function stateOf(...specs: readonly CrlSpec[]): string {
  const [issuer = leaf] = cas;
  const crls = specs.flatMap((spec) => {
    const reader = crlReader({ serialNumbers: new Set([leaf.serialNumber]), signers: cas });
    reader.push(mintCrl(spec));
    return reader.end().crls;
  });
  const found = revocationOf(leaf, issuer, crls, NOW);
  return found.state === "unknown"
    ? found.problems.map(({ kind, message }) => `${kind}: ${message}`).join("; ")
    : found.state;
}

test.each<readonly [what: string, state: string, specs: readonly CrlSpec[]]>([
  ["a CRL without entries", "good", [{}]],
  ["a CRL with the serial number", "revoked", [{ entries: [{ serialNumber: "5a17" }] }]],
  [
    "a CRL that is out of date",
    'stale: the CRL of "Contoso Issuing CA" was to be replaced by 2026-11-01',
    [{ thisUpdate: "2026-10-01T00:00:00Z", nextUpdate: "2026-11-01T00:00:00Z" }],
  ],
])("%s: %s", (_, state, specs) => {
  expect(stateOf(...specs)).toBe(state);
});
