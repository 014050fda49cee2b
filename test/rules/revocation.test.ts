/** Rules on the CRLs of a path: at hand, and fetched from pages that exist in memory. */
import { revocation } from "../../src/rules/revocation.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { pem } from "../support/mint.ts";
import { caName, type CrlSpec, mintCrl } from "../support/mint-crl.ts";
import { testRules } from "../support/rules.ts";

const ISSUING = "http://crl.contoso.com/issuing.crl";
const ROOT = "http://crl.contoso.com/root.crl";
const SECOND = "http://crl2.contoso.com/issuing.crl";

const [leafSerial, caSerial] = ["5a17", "02"];

const ofRoot = (spec: CrlSpec = {}): Buffer => mintCrl({ issuer: caName("Contoso Root CA"), key: "root", ...spec });

type Pages = NonNullable<BundleSpec["pages"]>;

/** The default bundle with a CA that can be revoked, checked online. */
const online = (pages: Pages, { operands, ...more }: BundleSpec = {}): BundleSpec => ({
  cas: [{ crlUrls: [ROOT] }, {}],
  pages,
  operands: { crls: { files: [], online: { timeout: 1000, useCache: false } }, ...operands },
  ...more,
});

const both = (issuing: Uint8Array | string | number | { location: string }): Pages => ({
  [ISSUING]: issuing,
  [ROOT]: ofRoot(),
});

/** The default bundle with CRL files beside it. */
const atHand = (...crls: readonly (Uint8Array | string)[]): BundleSpec => ({
  files: Object.fromEntries(crls.map((content, index) => [`${index}.crl`, content])),
  operands: { crls: { files: crls.map((_, index) => `${index}.crl`) } },
});

const reachable = "revocation/crl-reachable";
const every = "revocation/every-url-reachable";
const usable = "revocation/crl-usable";
const limits = "revocation/within-limits";
const needed = "revocation/crl-needed";
const redirect = "revocation/no-redirect";
const revoked = "revocation/not-revoked";

const unresolved = (url: string): string =>
  `${url}: the name ${new URL(url).hostname} cannot be resolved from this machine (ENOTFOUND)`;

testRules("revocation", revocation, [
  ["nobody asked", reachable, {}, { skipped: "nothing was fetched" }],
  ["files alone", reachable, atHand(mintCrl()), { skipped: "nothing was fetched" }],
  ["both CRLs are there", reachable, online(both(mintCrl()))],
  ["what is there is no CRL", reachable, online(both("nothing"))],
  ["neither is there", reachable, online({}), [unresolved(ISSUING), unresolved(ROOT)]],
  ["that of the CA is not there", reachable, online({ [ISSUING]: mintCrl() }), [unresolved(ROOT)]],
  ["a status", reachable, online(both(404)), [`${ISSUING}: crl.contoso.com answers this machine with HTTP 404`]],
  [
    "a redirect to another protocol",
    reachable,
    online(both({ location: "ftp://crl.contoso.com/" })),
    [`${ISSUING}: crl.contoso.com redirects to ftp://crl.contoso.com/, which is not followed`],
  ],
  ["one of two URLs", reachable, online(both(mintCrl()), { leaf: { crlUrls: [SECOND, ISSUING] } })],
  [
    "no http URL",
    reachable,
    online({}, { cas: [{}, {}], leaf: { crlUrls: ["https://crl.contoso.com/issuing.crl"] } }),
    { skipped: "no certificate names an http URL of a CRL" },
  ],
  [
    "validation switched off",
    reachable,
    online({}, { context: { validation: false } }),
    { skipped: "asked only with the appliance's validation on" },
  ],

  ["every URL", every, online({ ...both(mintCrl()), [SECOND]: mintCrl() }, { leaf: { crlUrls: [ISSUING, SECOND] } })],
  ["none: another rule says so", every, online({})],
  ["one of two", every, online(both(mintCrl()), { leaf: { crlUrls: [ISSUING, SECOND] } }), [unresolved(SECOND)]],

  ["no redirect", redirect, online(both(mintCrl()))],
  [
    "a redirect",
    redirect,
    online({ ...both({ location: SECOND }), [SECOND]: mintCrl() }),
    [`${ISSUING} redirects to ${SECOND}`],
  ],

  ["no CRL", usable, {}, { skipped: "no CRL was given or fetched" }],
  ["both CRLs", usable, online(both(mintCrl()))],
  ["at hand, in DER", usable, atHand(mintCrl(), ofRoot())],
  ["at hand, in PEM", usable, atHand(pem("X509 CRL", mintCrl()))],
  ["at hand, for CAs and others apart", usable, atHand(mintCrl({ point: { onlyUser: true } }), ofRoot())],
  ["what was not fetched", usable, online({})],
  ["empty", usable, online(both("")), [`${ISSUING}: an empty file instead of a CRL`]],
  [
    "a web page",
    usable,
    online(both("<!DOCTYPE html>\n<html><body>404</body></html>")),
    [`${ISSUING}: a web page instead of a CRL`],
  ],
  ["PEM over http", usable, online(both(pem("X509 CRL", mintCrl()))), [`${ISSUING}: PEM, where DER is due`]],
  [
    "stale",
    usable,
    online(both(mintCrl({ nextUpdate: "2026-11-20T12:00:00Z" }))),
    [`${ISSUING}: the CRL of "Contoso Issuing CA" is out of date: the next one was due on 2026-11-20`],
  ],
  [
    "of another CA",
    usable,
    online(both(ofRoot())),
    [`${ISSUING}: the CRL was issued by "Contoso Root CA", not by "Contoso Issuing CA"`],
  ],
  [
    "signed by a stranger",
    usable,
    online(both(mintCrl({ key: "other" }))),
    [
      `${ISSUING}: the signature of the CRL of "Contoso Issuing CA" was not made with the key of "Contoso Issuing CA" (RSA 2048), or the CRL was altered`,
    ],
  ],
  [
    "at hand, and stale",
    usable,
    atHand(mintCrl({ nextUpdate: "2026-11-20T12:00:00Z" })),
    ['the CRL of "Contoso Issuing CA" is out of date: the next one was due on 2026-11-20'],
  ],
  ["at hand, and nothing", usable, atHand("nothing"), ["nothing that is a CRL"]],
  [
    "at hand, in one file with that of another CA",
    usable,
    atHand(pem("X509 CRL", mintCrl()) + pem("X509 CRL", mintCrl({ issuer: caName("Fabrikam CA"), key: "other" }))),
  ],

  [
    "beside one that says all, of a key that the CA had before",
    usable,
    atHand(mintCrl(), mintCrl({ key: "other" }), ofRoot()),
  ],
  [
    "beside one that says all, and stale",
    needed,
    atHand(mintCrl(), mintCrl({ nextUpdate: "2026-11-20T12:00:00Z" }), ofRoot()),
    ['the CRL of "Contoso Issuing CA" is out of date: the next one was due on 2026-11-20'],
  ],

  ["both are small", limits, online(both(mintCrl()))],
  [
    "more URLs than anybody asks",
    limits,
    online(both(mintCrl()), {
      leaf: { crlUrls: [ISSUING, ...Array.from({ length: 20 }, (_, index) => `http://crl.contoso.com/${index}.crl`)] },
    }),
    [
      "http://crl.contoso.com/19.crl: not asked: the certificates name more than 20 URLs",
      `${ROOT}: not asked: the certificates name more than 20 URLs`,
    ],
  ],

  [
    "two in DER in one file, of which one is read",
    limits,
    atHand(Buffer.concat([mintCrl(), mintCrl({ entries: [{ serialNumber: leafSerial }] })])),
    ["436 bytes after the end of the CRL: they were not read"],
  ],

  ["of the path", needed, atHand(mintCrl(), ofRoot())],
  ["where it was fetched from is another matter", needed, online(both(mintCrl({ issuer: caName("Fabrikam CA") })))],
  [
    "of another CA beside it",
    needed,
    atHand(mintCrl(), mintCrl({ issuer: caName("Fabrikam CA"), key: "other" })),
    ['of "Fabrikam CA", which has issued none of these certificates'],
  ],

  ["nobody asked", revoked, {}, { skipped: "no CRL was given or fetched" }],
  ["others are revoked", revoked, online(both(mintCrl({ entries: [{ serialNumber: "77" }] })))],
  ["on no CRL at hand", revoked, atHand(mintCrl())],
  [
    "revoked",
    revoked,
    online(both(mintCrl({ entries: [{ serialNumber: leafSerial, reason: 1 }] }))),
    [
      '"sensor.contoso.com" was revoked on 2026-10-01, reason keyCompromise, says the CRL of "Contoso Issuing CA", issued on 2026-11-20',
    ],
  ],
  [
    "a CA is revoked",
    revoked,
    online({ [ISSUING]: mintCrl(), [ROOT]: ofRoot({ entries: [{ serialNumber: caSerial, reason: 2 }] }) }),
    [
      '"Contoso Issuing CA" was revoked on 2026-10-01, reason cACompromise, says the CRL of "Contoso Root CA", issued on 2026-11-20',
    ],
  ],
  [
    "a root that revokes itself",
    revoked,
    atHand(mintCrl(), ofRoot({ entries: [{ serialNumber: "01" }] })),
    ['"Contoso Root CA" was revoked on 2026-10-01, says the CRL of "Contoso Root CA", issued on 2026-11-20'],
  ],
  [
    "revoked by a file in PEM",
    revoked,
    atHand(pem("X509 CRL", mintCrl({ entries: [{ serialNumber: leafSerial }] }))),
    ['"sensor.contoso.com" was revoked on 2026-10-01, says the CRL of "Contoso Issuing CA", issued on 2026-11-20'],
  ],
  [
    "a CRL that nobody can verify says nothing",
    revoked,
    atHand(mintCrl({ key: "other", entries: [{ serialNumber: leafSerial }] })),
    {
      skipped:
        'the signature of the CRL of "Contoso Issuing CA" was not made with the key of "Contoso Issuing CA" (RSA 2048), or the CRL was altered',
    },
  ],
  [
    "nor one without a chain",
    revoked,
    { ...atHand(mintCrl()), operands: { ...atHand(mintCrl()).operands, chains: [] } },
    { skipped: "the certificate of its issuer is not there to verify a CRL with" },
  ],
  [
    "a self-signed certificate",
    revoked,
    { leaf: { signer: "self" }, operands: { chains: [], crls: { files: [] } } },
    { skipped: "a self-signed certificate is on no CRL but its own" },
  ],
]);
