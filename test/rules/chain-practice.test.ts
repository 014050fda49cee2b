/** Rules on what stricter programs ask of the CAs. */
import { chainPractice } from "../../src/rules/chain-practice.ts";
import { type CaSpec, rawExtension } from "../support/mint.ts";
import { type Case, testRules } from "../support/rules.ts";
// After mint.ts, which loads the polyfill that the library needs.
import * as x509 from "@peculiar/x509";

const usages = (...oids: readonly string[]): CaSpec => ({ more: [new x509.ExtendedKeyUsageExtension([...oids])] });
const { serverAuth, clientAuth, emailProtection } = x509.ExtendedKeyUsage;
const off = { context: { validation: false } };
const isOff = { skipped: "asked only with the appliance's validation on" };
const none = { operands: { chains: [] } };
const noChain = { skipped: "no chain file was given" };

const purpose: readonly Case[] = [
  ["CAs for anything", "chain/purpose", {}],
  ["a CA for servers", "chain/purpose", { cas: [usages(serverAuth), {}] }],
  ["a CA for servers and others", "chain/purpose", { cas: [usages(clientAuth, serverAuth), {}] }],
  ["Server Gated Cryptography", "chain/purpose", { cas: [usages("2.16.840.1.113730.4.1"), {}] }],
  [
    "a CA for mail",
    "chain/purpose",
    { cas: [usages(emailProtection, clientAuth), {}] },
    ['the extKeyUsage of "Contoso Issuing CA" lacks serverAuth: emailProtection, clientAuth'],
  ],
  [
    "a root for nothing but mail",
    "chain/purpose",
    { cas: [{}, usages(emailProtection)] },
    ['the extKeyUsage of "Contoso Root CA" lacks serverAuth: emailProtection'],
  ],
  [
    "any usage, which OpenSSL does not take for serverAuth",
    "chain/purpose",
    { cas: [usages("2.5.29.37.0"), {}] },
    ['the extKeyUsage of "Contoso Issuing CA" lacks serverAuth: anyExtendedKeyUsage'],
  ],
  [
    "no usage",
    "chain/purpose",
    { cas: [{ more: [rawExtension("2.5.29.37", "3000")] }, {}] },
    ['the extKeyUsage of "Contoso Issuing CA" lacks serverAuth: nothing'],
  ],
  ["a leaf for mail has a rule of its own", "chain/purpose", { leaf: { extKeyUsage: [emailProtection] } }],
  ["no chain", "chain/purpose", none, noChain],
  ["validation is off", "chain/purpose", { cas: [usages(emailProtection), {}], ...off }, isOff],
];

const strict: readonly Case[] = [
  ["nothing to find", "chain/strict", {}],
  ["three CAs", "chain/strict", { cas: [{}, {}, {}] }],
  ["a path length", "chain/strict", { cas: [{ pathLength: 0 }, {}] }],
  [
    "no key identifiers",
    "chain/strict",
    { leaf: { identifiers: false }, cas: [{ identifiers: false }, {}] },
    [
      '"sensor.contoso.com" has no authorityKeyIdentifier',
      '"Contoso Issuing CA" has no authorityKeyIdentifier',
      '"Contoso Issuing CA" is a CA without subjectKeyIdentifier',
    ],
  ],
  [
    "a root without key usage",
    "chain/strict",
    { cas: [{}, { keyUsage: null }] },
    ['"Contoso Root CA" is a CA without keyUsage'],
  ],
  [
    "a root without constraints",
    "chain/strict",
    { cas: [{}, { cA: null }] },
    ['"Contoso Root CA" is a CA without basicConstraints', '"Contoso Root CA" has keyUsage keyCertSign, and is no CA'],
  ],
  [
    "basicConstraints that are not critical",
    "chain/strict",
    { cas: [{ cA: null, more: [rawExtension("2.5.29.19", "30030101ff")] }, {}] },
    ['"Contoso Issuing CA" has basicConstraints that are not critical'],
  ],
  [
    "a leaf that may sign",
    "chain/strict",
    { leaf: { keyUsage: x509.KeyUsageFlags.keyCertSign } },
    ['"sensor.contoso.com" has keyUsage keyCertSign, and is no CA'],
  ],
  [
    "a subject that is empty",
    "chain/strict",
    { leaf: { subject: [] } },
    ['"(an empty name)" has an empty subject, and a subjectAltName that is not critical'],
  ],
  ["what does not verify at all has a rule of its own", "chain/strict", { cas: [{ cA: false }, {}] }],
  ["validation is off", "chain/strict", { leaf: { identifiers: false }, ...off }, isOff],
];

const strength: readonly Case[] = [
  ["RSA 2048 and SHA-256", "chain/strength", {}],
  [
    "an EC root with SHA-384",
    "chain/strength",
    { cas: [{ signature: "ECDSA-SHA384" }, { key: "root-p384", signature: "ECDSA-SHA384" }] },
  ],
  [
    "SHA-1 below the root",
    "chain/strength",
    { cas: [{ signature: "RSA-SHA1" }, {}] },
    ['"Contoso Issuing CA" is signed with sha1WithRSAEncryption'],
  ],
  ["what a root signs itself with does not count", "chain/strength", { cas: [{}, { signature: "RSA-SHA1" }] }],
  [
    "a small key",
    "chain/strength",
    { cas: [{ key: "leaf-1024", signature: "RSA-SHA1" }, {}] },
    ['"Contoso Issuing CA" has a key of RSA 1024, and is signed with sha1WithRSAEncryption'],
  ],
  ["the leaf has rules of its own", "chain/strength", { leaf: { key: "leaf-1024", signature: "RSA-SHA1" } }],
  ["validation is off", "chain/strength", { cas: [{ signature: "RSA-SHA1" }, {}], ...off }, isOff],
];

testRules("the practice of chains", chainPractice, [...purpose, ...strict, ...strength]);
