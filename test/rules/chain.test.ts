/** Rules on the chain file. */
import { X509Certificate } from "node:crypto";
import { chain } from "../../src/rules/chain.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { type ApplianceSpec, type CaSpec, keyPem, mint, mintAppliance, pem } from "../support/mint.ts";
import { nameConstraints } from "../support/name-constraints.ts";
import { type Case, testRules } from "../support/rules.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";

const pems = async (spec: ApplianceSpec = {}): Promise<{ leaf: string; cas: string[] }> => {
  const { leaf, cas } = await mintAppliance(spec);
  return { leaf: pem("CERTIFICATE", leaf), cas: cas.map((ca) => pem("CERTIFICATE", ca)) };
};

const { leaf, cas } = await pems();
const [issuing = "", root = ""] = cas;
const three = await pems({ cas: [{}, {}, {}] });
const [issuing3 = "", policy3 = "", root3 = ""] = three.cas;
const fabrikam = (
  await pems({
    cas: [
      {
        subject: [
          ["O", "Fabrikam"],
          ["CN", "Fabrikam Issuing CA"],
        ],
      },
      {
        subject: [
          ["O", "Fabrikam"],
          ["CN", "Fabrikam Root CA"],
        ],
      },
    ],
  })
).cas;
const [, sameNameRoot = ""] = (await pems({ cas: [{}, { key: "other" }] })).cas;
const [, sameNameRootWithoutIdentifier = ""] = (await pems({ cas: [{}, { key: "other", identifiers: false }] })).cas;
const selfSigned = await pems({ leaf: { signer: "self" } });

/** The default certificate with these blocks as its chain file. */
const chained = (...blocks: readonly string[]): BundleSpec => ({ files: { "ca.pem": blocks.join("") } });
const of3 = (...blocks: readonly string[]): BundleSpec => ({
  files: { "sensor.crt": three.leaf, "ca.pem": blocks.join("") },
});
const rooted = (roots: string, ...blocks: readonly string[]): BundleSpec => ({
  files: { "root.pem": roots, "ca.pem": blocks.join("") },
  operands: { roots: ["root.pem"] },
});
const alone = (...blocks: readonly string[]): BundleSpec => ({
  files: { "sensor.crt": selfSigned.leaf, "ca.pem": blocks.join("") },
});

const none: BundleSpec = { operands: { chains: [] } };
const noChain = { skipped: "no chain file was given" };
const off = { context: { validation: false } };
const isOff = { skipped: "asked only with the appliance's validation on" };

const organization = "C=US, O=Contoso Ltd";
const noIssuer = (of: string, issuer: string): string =>
  `no certificate of the issuer of "${of}" is there: ${organization}, CN=${issuer}`;
const wrongKey = (of: string, issuer: string): string =>
  `the signature of "${of}" was not made with the key of "${issuer}" (RSA 2048), or the certificate was altered`;

const print = (block: string): string =>
  `SHA-256 fingerprint ${new X509Certificate(block).fingerprint256.replaceAll(":", "").slice(0, 16).toLowerCase()}...`;

/** The certificate with the last byte of its signature changed. */
const altered = async (): Promise<BundleSpec> => {
  const { leaf: der } = await mintAppliance();
  der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1;
  return { files: { "sensor.crt": pem("CERTIFICATE", der) } };
};

/** CAs of two names, so many of each, that certify each other and nobody else; unless there is a root as well. */
const loops = (name: string, by: string, count: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) =>
      pem(
        "CERTIFICATE",
        await mint({
          subject: [["CN", name]],
          key: "issuing",
          issuer: { subject: [["CN", by]], key: "issuing" },
          serialNumber: (index + 16).toString(16),
          extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
        }),
      ),
    ),
  );
const [a4, b4, [rootB = ""]] = await Promise.all([
  loops("Loop A", "Loop B", 4),
  loops("Loop B", "Loop A", 4),
  loops("Loop B", "Loop B", 1),
]);
const { leaf: lostLeaf } = await pems({ cas: [{ subject: [["CN", "Loop A"]], key: "issuing" }, {}] });
const lost = (count: number, withRoot = false): BundleSpec => ({
  files: {
    "sensor.crt": lostLeaf,
    "ca.pem": [...a4.slice(0, count), ...b4.slice(0, count), ...(withRoot ? [rootB] : [])].join(""),
  },
});
const many = (count: number): CaSpec[] => Array.from({ length: count }, () => ({}));
const circle = '"Loop A", "Loop B" certify one another in a circle, and none of them is a root';
/** More comparisons than are made: each CA has a thousand constraints, and the certificate a thousand names. */
const countless: ApplianceSpec = {
  leaf: { names: Array.from({ length: 1000 }, (_, index) => `sensor-${index}.contoso.com`) },
  cas: Array.from({ length: 5 }, () => ({
    more: [nameConstraints(Array.from({ length: 1000 }, (_, index) => ["dns", index === 999 ? "com" : `x${index}`]))],
  })),
};
const gaveUp = "comparing the names with the name constraints of the CAs was given up for its cost";

const trusted: readonly Case[] = [
  ["two CAs", "chain/trusted", {}],
  ["one CA", "chain/trusted", { cas: [{}] }],
  ["three CAs", "chain/trusted", { cas: [{}, {}, {}] }],
  ["the wrong order has a rule of its own", "chain/trusted", chained(root, issuing)],
  ["strangers and duplicates have a rule of their own", "chain/trusted", chained(...fabrikam, issuing, issuing, root)],
  ["the leaf in the chain has a rule of its own", "chain/trusted", chained(leaf, issuing, root)],
  [
    "in two files",
    "chain/trusted",
    { files: { "a.pem": issuing, "b.pem": root }, operands: { chains: ["a.pem", "b.pem"] } },
  ],
  [
    "bag attributes",
    "chain/trusted",
    chained("Bag Attributes: <No Attributes>\nsubject=C = US\n", issuing, "issuer=C = US\n", root),
  ],
  [
    "no key identifiers",
    "chain/trusted",
    { leaf: { identifiers: false }, cas: [{ identifiers: false }, { identifiers: false }] },
  ],
  [
    "an ECDSA root with SHA-384",
    "chain/trusted",
    { cas: [{ signature: "ECDSA-SHA384" }, { key: "root-p384", signature: "ECDSA-SHA384" }] },
  ],
  ["signed with RSA-PSS", "chain/trusted", { leaf: { signature: "RSA-PSS" } }],
  ["the leaf's own dates have rules of their own", "chain/trusted", { leaf: { notAfter: "2026-11-20" } }],
  ["a root that names no key usage", "chain/trusted", { cas: [{}, { keyUsage: null }] }],
  [
    "a CA that may sign, and states no constraints",
    "chain/trusted",
    { cas: [{ cA: null }, {}] },
    ['"Contoso Issuing CA" is not a CA: it has no basicConstraints'],
  ],

  ["no issuing CA", "chain/trusted", chained(root), [noIssuer("sensor.contoso.com", "Contoso Issuing CA")]],
  ["no policy CA", "chain/trusted", of3(issuing3, root3), [noIssuer("Contoso Issuing CA", "Contoso Policy CA")]],
  ["no root", "chain/trusted", chained(issuing), [noIssuer("Contoso Issuing CA", "Contoso Root CA")]],
  [
    "the chain of somebody else",
    "chain/trusted",
    chained(...fabrikam),
    [noIssuer("sensor.contoso.com", "Contoso Issuing CA")],
  ],
  [
    "a root of the same name",
    "chain/trusted",
    chained(issuing, sameNameRootWithoutIdentifier),
    [wrongKey("Contoso Issuing CA", "Contoso Root CA")],
  ],
  ["the right root beside one of the same name", "chain/trusted", chained(issuing, sameNameRoot, root)],
  [
    "one of the same name before the right root",
    "chain/trusted",
    chained(issuing, sameNameRootWithoutIdentifier, root),
    [
      `OpenSSL takes one certificate of "Contoso Root CA" (${print(sameNameRootWithoutIdentifier)}), though another (${print(root)}) leads to a root: ${wrongKey("Contoso Issuing CA", "Contoso Root CA")}`,
    ],
  ],
  [
    "one of the same name before the right root, in the rule that has the command",
    "chain/only-needed",
    chained(issuing, sameNameRootWithoutIdentifier, root),
    ['"Contoso Root CA" has no part in this chain'],
  ],
  [
    "signed by somebody else under the CA's name",
    "chain/trusted",
    { leaf: { signer: "other" } },
    [wrongKey("sensor.contoso.com", "Contoso Issuing CA")],
  ],
  ["altered", "chain/trusted", await altered(), [wrongKey("sensor.contoso.com", "Contoso Issuing CA")]],
  [
    "the issuing CA was signed by somebody else",
    "chain/trusted",
    { cas: [{ signer: "other" }, {}] },
    [wrongKey("Contoso Issuing CA", "Contoso Root CA")],
  ],
  [
    "CA:FALSE",
    "chain/trusted",
    { cas: [{ cA: false }, {}] },
    ['"Contoso Issuing CA" is not a CA: its basicConstraints says CA:FALSE'],
  ],
  [
    "a CA by nothing at all",
    "chain/trusted",
    { cas: [{ cA: null, keyUsage: null }, {}] },
    ['"Contoso Issuing CA" is not a CA: it has no basicConstraints'],
  ],
  [
    "no keyCertSign",
    "chain/trusted",
    { cas: [{ keyUsage: 2 ** 6 }, {}] },
    ['"Contoso Issuing CA" may not sign certificates: its keyUsage lacks keyCertSign'],
  ],
  ["pathLen that is kept", "chain/trusted", { cas: [{ pathLength: 0 }, { pathLength: 1 }] }],
  [
    "pathLen that is not",
    "chain/trusted",
    { cas: [{}, { pathLength: 0 }] },
    ['"Contoso Root CA" allows 0 CAs below it (pathLen:0), there are 1'],
  ],
  [
    "an expired CA",
    "chain/trusted",
    { cas: [{ notAfter: "2026-11-20" }, {}] },
    ['the CA "Contoso Issuing CA" expired on 2026-11-20'],
  ],
  [
    "a CA that expires now",
    "chain/trusted",
    { cas: [{ notAfter: "2026-11-21" }, {}] },
    ['the CA "Contoso Issuing CA" expired on 2026-11-21'],
  ],
  [
    "a root that is not valid yet",
    "chain/trusted",
    { cas: [{}, { notBefore: "2027-01-01" }] },
    ['the CA "Contoso Root CA" is not valid before 2027-01-01'],
  ],
  [
    "several faults at once",
    "chain/trusted",
    { cas: [{ cA: false, notAfter: "2026-11-20" }, { pathLength: 0 }] },
    [
      '"Contoso Issuing CA" is not a CA: its basicConstraints says CA:FALSE',
      'the CA "Contoso Issuing CA" expired on 2026-11-20',
      '"Contoso Root CA" allows 0 CAs below it (pathLen:0), there are 1',
    ],
  ],
  [
    "a name that the CA may certify",
    "chain/trusted",
    { cas: [{ more: [nameConstraints([["dns", "contoso.com"]])] }, {}] },
  ],
  [
    "a name that the CA may not certify",
    "chain/trusted",
    { cas: [{ more: [nameConstraints([["dns", "fabrikam.com"]])] }, {}] },
    [
      'the DNS name "sensor.contoso.com" of "sensor.contoso.com" is not among those that "Contoso Issuing CA" may certify: "fabrikam.com"',
    ],
  ],
  ["no certificate in the file", "chain/trusted", chained(), [noIssuer("sensor.contoso.com", "Contoso Issuing CA")]],
  [
    "a key in place of the chain",
    "chain/trusted",
    chained(keyPem("root")),
    [noIssuer("sensor.contoso.com", "Contoso Issuing CA")],
  ],

  ["the root apart", "chain/trusted", rooted(root, issuing)],
  ["the root in both", "chain/trusted", rooted(root, issuing, root)],
  [
    "a root of somebody else apart",
    "chain/trusted",
    rooted(fabrikam[1] ?? "", issuing, root),
    ['"Contoso Root CA" is signed by itself and is not among the trusted roots'],
  ],
  [
    "trust anchors without a chain file",
    "chain/trusted",
    { files: { "root.pem": root }, operands: { chains: [], roots: ["root.pem"] } },
    { skipped: "no chain file was given" },
  ],
  [
    "an intermediate that is among the trusted roots alone",
    "chain/trusted",
    { files: { "ca.pem": root, "root.pem": issuing + root }, operands: { roots: ["root.pem"] } },
  ],

  [
    "self-signed, without a chain",
    "chain/trusted",
    { leaf: { signer: "self" }, ...none },
    { skipped: "a self-signed certificate has no chain" },
  ],
  ["self-signed, itself as its chain", "chain/trusted", alone(selfSigned.leaf)],
  [
    "self-signed, a chain that is not its own",
    "chain/trusted",
    alone(issuing, root),
    ['"sensor.contoso.com" is signed by itself and is not among the trusted roots'],
  ],
  ["no chain", "chain/trusted", none, noChain],
  ["no certificate", "chain/trusted", { files: { "sensor.crt": "" } }, { skipped: "no certificate could be read" }],
  ["validation is off", "chain/trusted", { ...chained(root), ...off }, isOff],
];

const others: readonly Case[] = [
  ["the root stands in the file", "chain/root-included", {}],
  ["apart and in the file", "chain/root-included", rooted(root, issuing, root)],
  [
    "apart alone",
    "chain/root-included",
    rooted(root, issuing),
    ['the root "Contoso Root CA" is not in the chain file'],
  ],
  ["no root anywhere has a rule of its own", "chain/root-included", chained(issuing)],
  [
    "roots apart, no chain file",
    "chain/root-included",
    { files: { "root.pem": root }, operands: { chains: [], roots: ["root.pem"] } },
    noChain,
  ],
  ["validation is off", "chain/root-included", { ...rooted(root, issuing), ...off }, isOff],

  ["in order", "chain/ordered", {}],
  ["three in order", "chain/ordered", { cas: [{}, {}, {}] }],
  [
    "reversed",
    "chain/ordered",
    chained(root, issuing),
    ['the certificates stand in the order "Contoso Root CA", "Contoso Issuing CA"'],
  ],
  [
    "three, two of them swapped",
    "chain/ordered",
    of3(issuing3, root3, policy3),
    ['the certificates stand in the order "Contoso Issuing CA", "Contoso Root CA", "Contoso Policy CA"'],
  ],
  ["a stranger between does not count", "chain/ordered", chained(issuing, fabrikam[0] ?? "", root)],
  ["the leaf before does not count", "chain/ordered", chained(leaf, issuing, root)],
  ["a duplicate after does not count", "chain/ordered", chained(issuing, root, issuing)],
  [
    "reversed over two files",
    "chain/ordered",
    { files: { "a.pem": root, "b.pem": issuing }, operands: { chains: ["a.pem", "b.pem"] } },
    ['the certificates stand in the order "Contoso Root CA", "Contoso Issuing CA"'],
  ],
  [
    "reversed, and the root is missing",
    "chain/ordered",
    of3(policy3, issuing3),
    ['the certificates stand in the order "Contoso Policy CA", "Contoso Issuing CA"'],
  ],
  ["a gap has a rule of its own", "chain/ordered", of3(issuing3, root3)],
  ["no certificate", "chain/ordered", chained(), { skipped: "the chain file holds no certificate" }],
  ["a key", "chain/ordered", chained(keyPem("root")), { skipped: "the chain file holds no certificate" }],
  ["no chain", "chain/ordered", none, noChain],
  ["validation is off", "chain/ordered", { ...chained(root, issuing), ...off }, isOff],

  ["CAs", "chain/only-cas", {}],
  ["the leaf as well", "chain/only-cas", chained(leaf, issuing, root), ["holds the appliance's own certificate"]],
  [
    "another leaf",
    "chain/only-cas",
    chained(issuing, root, (await pems({ leaf: { subject: [["CN", "sensor2.contoso.com"]] } })).leaf),
    ['"sensor2.contoso.com" is not a CA'],
  ],
  ["a CA on the path that may not be one has a rule of its own", "chain/only-cas", { cas: [{ cA: false }, {}] }],
  ["a CA on the path without constraints", "chain/only-cas", { cas: [{ cA: null }, {}] }],
  [
    "self-signed, itself as its chain",
    "chain/only-cas",
    alone(selfSigned.leaf),
    ["holds the appliance's own certificate"],
  ],
  ["no chain", "chain/only-cas", none, noChain],
  ["validation is off", "chain/only-cas", { ...chained(leaf, issuing, root), ...off }, isOff],

  ["nothing else", "chain/only-needed", {}],
  ["a duplicate", "chain/only-needed", chained(issuing, root, issuing), ['"Contoso Issuing CA" stands there twice']],
  [
    "three times the same",
    "chain/only-needed",
    chained(issuing, root, root, root),
    ['"Contoso Root CA" stands there twice', '"Contoso Root CA" stands there twice'],
  ],
  [
    "strangers",
    "chain/only-needed",
    chained(issuing, root, ...fabrikam),
    ['"Fabrikam Issuing CA" has no part in this chain', '"Fabrikam Root CA" has no part in this chain'],
  ],
  [
    "a root of the same name",
    "chain/only-needed",
    chained(issuing, sameNameRoot, root),
    ['"Contoso Root CA" has no part in this chain'],
  ],
  ["who is a stranger is unknown as long as the path is", "chain/only-needed", chained(...fabrikam)],
  ["the leaf has a rule of its own", "chain/only-needed", chained(leaf, issuing, root)],
  ["no certificate", "chain/only-needed", chained()],
  ["validation is off", "chain/only-needed", { ...chained(issuing, issuing, root), ...off }, isOff],

  ["RSA with SHA-256", "chain/algorithms", {}],
  [
    "SHA-384 below the root",
    "chain/algorithms",
    { cas: [{ signature: "RSA-SHA384" }, {}] },
    ['"Contoso Issuing CA" has a key of RSA 2048, signed with sha384WithRSAEncryption'],
  ],
  ["what a root signs itself with does not count", "chain/algorithms", { cas: [{}, { signature: "RSA-SHA1" }] }],
  [
    "an EC root",
    "chain/algorithms",
    { cas: [{ signature: "ECDSA-SHA384" }, { key: "root-p384", signature: "ECDSA-SHA384" }] },
    [
      '"Contoso Issuing CA" has a key of RSA 2048, signed with ecdsa-with-SHA384',
      '"Contoso Root CA" has a key of EC P-384',
    ],
  ],
  [
    "a stranger does not count",
    "chain/algorithms",
    chained(issuing, root, (await pems({ cas: [{ subject: [["CN", "x"]], key: "root-p384" }] })).cas[0] ?? ""),
  ],
  ["validation is off", "chain/algorithms", { cas: [{ signature: "RSA-SHA384" }, {}], ...off }, isOff],
];

/** One CA more than OpenSSL follows. */
const tooLong: BundleSpec = { cas: many(102) };

const limits: readonly Case[] = [
  ["two CAs", "chain/within-limits", {}],
  ["as many CAs as OpenSSL follows", "chain/trusted", { cas: many(101) }],
  ["a CA more", "chain/trusted", tooLong, ["the path has more than the 100 CAs that OpenSSL follows"]],
  ["a path that is too long was searched to its end", "chain/within-limits", tooLong],
  ["a hundred copies of each CA", "chain/within-limits", chained(...Array<string>(100).fill(issuing + root))],
  ["a hundred copies of each CA", "chain/trusted", chained(...Array<string>(100).fill(issuing + root))],
  ["no way out of a few CAs", "chain/trusted", lost(2), [circle]],
  ["no way out of many", "chain/within-limits", lost(4)],
  ["no way out of many", "chain/trusted", lost(4), [circle]],
  [
    "a way out that OpenSSL does not find",
    "chain/trusted",
    lost(4, true),
    [`OpenSSL goes no further than "Loop B", though another way leads to a root: ${circle}`],
  ],
  ["more names and constraints than are compared", "chain/within-limits", countless, [gaveUp]],
  ["more names and constraints than are compared", "chain/trusted", countless, { skipped: gaveUp }],
  [
    "more names and constraints than are compared, and a fault that is known",
    "chain/trusted",
    { ...countless, leaf: { ...countless.leaf, signer: "other", identifiers: false } },
    [wrongKey("sensor.contoso.com", "Contoso CA 0")],
  ],
  ["more names and constraints than are compared, in the other rules", "chain/ordered", countless],
  ["no chain", "chain/within-limits", none, noChain],
  [
    "no certificate",
    "chain/within-limits",
    { files: { "sensor.crt": "" } },
    { skipped: "no certificate could be read" },
  ],
  ["validation is off", "chain/within-limits", { ...countless, ...off }, isOff],
  [
    "a chain file that was not read to its end",
    "chain/trusted",
    chained(issuing, root, ...Array<string>(200).fill(root)),
    { skipped: "not all of the chain file was read" },
  ],
  [
    "a chain file that was not read at all",
    "chain/trusted",
    { files: { "ca.pem": Buffer.alloc(4 * 1024 * 1024 + 1) } },
    { skipped: "not all of the chain file was read" },
  ],
];

testRules("chain", chain, [...trusted, ...others, ...limits]);
