/** Rules on the trial handshake, which takes place now: the certificates are valid for some more years. */
import { handshake } from "../../src/rules/handshake.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { keyPem } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

/** A bundle whose files are tried. */
const tried = ({ operands, ...spec }: BundleSpec = {}): BundleSpec => ({
  ...spec,
  operands: { handshake: "now", ...operands },
});

const clientAuth = "1.3.6.1.5.5.7.3.2";

testRules("the handshake", handshake, [
  ["nobody asked", "handshake/completes", {}, { skipped: "none was asked for" }],
  ["key, certificate and chain", "handshake/completes", tried()],
  ["a key on a curve", "handshake/completes", tried({ leaf: { key: "leaf-p256" } })],
  [
    "an encrypted key",
    "handshake/completes",
    tried({
      files: { "sensor.key": keyPem("leaf-encrypted"), pass: "Sensor-2026!" },
      operands: { passphrase: "file:pass" },
    }),
  ],
  [
    "a self-signed certificate without a chain",
    "handshake/completes",
    tried({ leaf: { signer: "self" }, operands: { chains: [] } }),
  ],
  [
    "a certificate for clients",
    "handshake/completes",
    tried({ leaf: { extKeyUsage: [clientAuth] } }),
    ["a client refuses the certificate: unsuitable certificate purpose (INVALID_PURPOSE)"],
  ],
  [
    "what the rules refuse, and a client accepts",
    "handshake/completes",
    tried({ cas: [{ notAfter: "2047-01-01T00:00:00Z" }, {}], context: { now: Date.parse("2047-06-01T00:00:00Z") } }),
    ['a client accepts in TLSv1.3 what chain/trusted refuses: the CA "Contoso Issuing CA" expired on 2047-01-01'],
  ],
  [
    "another time",
    "handshake/completes",
    tried({ operands: { handshake: "later" } }),
    { skipped: "it is judged as of now, and --at was given" },
  ],
  ["no key", "handshake/completes", tried({ operands: { key: undefined } as never }), { skipped: "no key was given" }],
  [
    "a locked key",
    "handshake/completes",
    tried({ files: { "sensor.key": keyPem("leaf-encrypted") } }),
    { skipped: "the key could not be opened" },
  ],
  ["no chain", "handshake/completes", tried({ operands: { chains: [] } }), { skipped: "no chain file was given" }],
  [
    "another key",
    "handshake/completes",
    tried({ files: { "sensor.key": keyPem("other") } }),
    { skipped: "it failed, for a reason that key/belongs-to-certificate gives" },
  ],
  [
    "a chain of somebody else",
    "handshake/completes",
    tried({ leaf: { signer: "other" } }),
    { skipped: "it failed, for a reason that chain/trusted gives" },
  ],
  [
    "an expired certificate",
    "handshake/completes",
    tried({ leaf: { notAfter: "2026-01-02T00:00:00Z" } }),
    { skipped: "it failed, for a reason that validity/* gives" },
  ],
  [
    "validation switched off",
    "handshake/completes",
    tried({ context: { validation: false } }),
    { skipped: "asked only with the appliance's validation on" },
  ],
]);
