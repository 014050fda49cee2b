/** Rules on the CRL distribution points. */
import { crlPoint } from "../../src/rules/crl-point.ts";
import type { BundleSpec } from "../support/bundle.ts";
import { rawExtension } from "../support/mint.ts";
import { testRules } from "../support/rules.ts";

const ldap = "ldap:///CN=Contoso%20CA,CN=CDP,DC=contoso,DC=com?certificateRevocationList?base";
const http = "http://crl.contoso.com/issuing.crl";

const at = (...crlUrls: readonly string[]): BundleSpec => ({ leaf: { crlUrls } });
const off = { context: { validation: false } };
const none: BundleSpec = { leaf: { crlUrls: null } };

const raw = (hex: string): BundleSpec => ({
  leaf: { crlUrls: null, more: [rawExtension("2.5.29.31", hex)] },
});
const broken = raw("0500");
/** One point with a directory name, C=US, and no URL. */
const directory = raw("30193017a015a013a411300f310d300b06035504060c045553412e");
/** One point that names a CRL issuer only. */
const withoutName = raw("30043002a200");

const offReason = { skipped: "asked only with the appliance's validation on" };

testRules("crl-point", crlPoint, [
  ["there", "crl-point/present", {}],
  ["none", "crl-point/present", none, ["the certificate has no CRL distribution point"]],
  [
    "broken",
    "crl-point/present",
    broken,
    ["the CRL distribution points cannot be decoded: cRLDistributionPoints expected, found tag 0x05"],
  ],
  ["none, and validation is off", "crl-point/present", { ...none, ...off }, offReason],

  ["none", "crl-point/absent", { ...none, ...off }],
  ["there", "crl-point/absent", off, ["the certificate has a CRL distribution point, and validation is off"]],
  [
    "broken",
    "crl-point/absent",
    { ...broken, ...off },
    ["the certificate has a CRL distribution point, and validation is off"],
  ],
  ["validation is on", "crl-point/absent", {}, { skipped: "asked only with the appliance's validation off" }],

  ["http", "crl-point/http", {}],
  ["HTTP", "crl-point/http", at("HTTP://CRL.contoso.com/issuing.crl")],
  ["http second", "crl-point/http", at(ldap, http)],
  [
    "https",
    "crl-point/http",
    at("https://crl.contoso.com/issuing.crl"),
    ["https, not http: https://crl.contoso.com/issuing.crl"],
  ],
  ["ldap", "crl-point/http", at(ldap), [`ldap, not http: ${ldap}`]],
  [
    "ftp and file",
    "crl-point/http",
    at("ftp://crl.contoso.com/a.crl", "file://server/a.crl"),
    ["ftp, not http: ftp://crl.contoso.com/a.crl", "file, not http: file://server/a.crl"],
  ],
  [
    "as the documents misprint it",
    "crl-point/http",
    at("http: //crl.contoso.com/a.crl"),
    ["not a URL: http: //crl.contoso.com/a.crl"],
  ],
  ["no scheme", "crl-point/http", at("crl.contoso.com/a.crl"), ["not a URL: crl.contoso.com/a.crl"]],
  ["a directory name", "crl-point/http", directory, ["the distribution points have no URL"]],
  ["no name", "crl-point/http", withoutName, ["the distribution points have no URL"]],
  ["none", "crl-point/http", none, { skipped: "the certificate names no CRL distribution point" }],
  ["validation is off", "crl-point/http", { ...at(ldap), ...off }, offReason],

  ["http alone", "crl-point/only-http", {}],
  ["two of http", "crl-point/only-http", at(http, "http://crl2.contoso.com/issuing.crl")],
  ["ldap beside it", "crl-point/only-http", at(http, ldap), [`another URL beside the http one: ${ldap}`]],
  [
    "https beside it",
    "crl-point/only-http",
    at("https://crl.contoso.com/a.crl", http),
    ["another URL beside the http one: https://crl.contoso.com/a.crl"],
  ],
  ["ldap alone has a rule of its own", "crl-point/only-http", at(ldap)],

  ["80 by default", "crl-point/port", {}],
  ["80 spelled out", "crl-point/port", at("http://crl.contoso.com:80/issuing.crl")],
  [
    "another",
    "crl-point/port",
    at("http://crl.contoso.com:8080/issuing.crl"),
    ["the CRL is served on port 8080 of crl.contoso.com"],
  ],
  ["that of an ldap server", "crl-point/port", at("ldap://dc.contoso.com:3268/CN=CA", http)],

  ...(["2021", "2022"] as const).flatMap((edition) => [
    [`.crl in ${edition}`, "crl-point/crl-file", { context: { edition } }] as const,
    [
      `.CRL in ${edition}`,
      "crl-point/crl-file",
      { ...at("http://crl.contoso.com/A.CRL"), context: { edition } },
    ] as const,
    [
      `a query does not count in ${edition}`,
      "crl-point/crl-file",
      { ...at("http://crl.contoso.com/a.crl?v=2"), context: { edition } },
    ] as const,
    [
      `a server in ${edition}`,
      "crl-point/crl-file",
      { ...at("http://crl.contoso.com/"), context: { edition } },
      ["the path does not end in .crl: http://crl.contoso.com/"],
    ] as const,
  ]),
  [
    "a server in 2023",
    "crl-point/crl-file",
    at("http://crl.contoso.com/"),
    {
      skipped: "the 2023 edition does not ask for it",
    },
  ],
]);
