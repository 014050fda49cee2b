/** Requests: whether a CA can go by them, and whether they ask for what the certificate before had. */
import { isRequest } from "../bundle/artifact.ts";
import { practice } from "../defender.ts";
import { alternativeNames } from "../pki/extensions.ts";
import { formatName, sameName } from "../pki/name.ts";
import { describePublicKey, samePublicKey } from "../pki/public-key.ts";
import { verifyRequest } from "../pki/request.ts";
import { fix, joinCommand, sibling } from "../remedy.ts";
import { renewalCommand, requestCommand } from "../remedy-request.ts";
import type { Context, Found, Remedy, Rule, Subjects } from "../rule.ts";
import { bare } from "./files.ts";
import { short } from "./key.ts";

export const request: readonly Rule[] = [
  {
    id: "request/single",
    on: "file",
    severity: "warning",
    title: "The file holds one request",
    source: practice("RFC 7468", "7"),
    why: "Most CAs take the first request of a file and say nothing of the others, some refuse the file.",
    fix(slot, context) {
      const first = bare(slot).find(isRequest);
      const keep = first && joinCommand([first.origin], sibling(slot.contents.file, "-only.csr", context));
      return fix("Send one request at a time. The command keeps the first.", ...(keep ? [keep] : []));
    },
    check(slot) {
      const [, second, ...more] = bare(slot).filter(isRequest);
      if (slot.slot !== "request" || second === undefined) return undefined;
      return { message: `holds ${more.length + 2} requests; the first is judged`, origin: second.origin };
    },
  },
  {
    id: "request/signature",
    on: "request",
    severity: "error",
    title: "The request is signed with its own key",
    source: practice("RFC 2986", "3"),
    why: "The signature proves that whoever asks has the private key. A CA that checks it refuses such a request; one that does not issues a certificate that nobody can use. (openssl req -verify says so as well, and before OpenSSL 3.3 ends with exit code 0 all the same.)",
    fix: anew("Make the request anew, with the key that it is for; this one was altered, or made by faulty software."),
    check({ request: { signatureAlgorithm, publicKey }, request }) {
      const { offset, name } = signatureAlgorithm;
      const state = verifyRequest(request);
      if (state === "unknown") return { skipped: `a signature with ${name} cannot be verified here` };
      if (state === "valid") return undefined;
      return {
        message: `the signature (${name}) was not made with the key of the request (${describePublicKey(publicKey)}), or the request was altered`,
        offset,
      };
    },
  },
  {
    id: "request/signature-hash",
    on: "request",
    severity: "warning",
    title: "The request is signed with SHA-256 or a longer hash",
    source: practice("NIST SP 800-131A", "9"),
    why: "The CA chooses the hash of the certificate. Many refuse a request signed with MD5 or SHA-1 all the same, and some sign with the hash that they see in it.",
    fix: anew("Make the request anew; the command signs it with SHA-256."),
    check({
      request: {
        signatureAlgorithm: { name, offset },
      },
    }) {
      return /^(?:md\d|sha1)with|with-sha1$/i.test(name) ? { message: `signed with ${name}`, offset } : undefined;
    },
  },
  {
    id: "request/clean",
    on: "request",
    severity: "warning",
    title: "The request is clean DER",
    source: practice("RFC 2986", "4"),
    why: "OpenSSL reads these forms, the software of a CA may not.",
    fix: anew("Make the request anew, with OpenSSL for instance."),
    check({ request: { irregularities, extensions } }): Found[] {
      const broken = extensions
        .filter(({ problem }) => problem !== undefined)
        .map(({ name, problem, offset }) => ({
          message: `the extension ${name} cannot be decoded: ${problem}`,
          offset,
        }));
      return [...irregularities.map(({ message, offset }) => ({ message, offset })), ...broken];
    },
  },
  {
    id: "request/no-challenge-password",
    on: "request",
    severity: "warning",
    title: "The request holds no challenge password",
    source: practice("RFC 2985", "5.4.1"),
    why: "It stands in the request for everybody to read. OpenSSL asks for it by habit, and people type the passphrase of the key.",
    fix: anew("Make the request anew without it; if it was the passphrase of something, change that."),
    check: ({ request: { attributes } }): Found[] =>
      attributes
        .filter(({ name }) => name === "challengePassword")
        .map(({ offset }) => ({ message: "a challenge password stands in it, readable by anybody", offset })),
  },
  {
    id: "request/key-matches",
    on: "requestPair",
    severity: "error",
    title: "The private key is the one that the request was made with",
    source: practice("RFC 2986", "3"),
    why: "The certificate will be for the key in the request: with another one, the appliance cannot use it.",
    fix: ({ request: artifact, key: { origin } }, context) =>
      fix(
        `Find the key that was made with this request, or make a request for ${origin.file}.`,
        requestCommand(artifact.request, context),
      ),
    check({ request: { request: requested }, key: { key } }) {
      const { publicKey } = key;
      if (publicKey === undefined) return { skipped: "the public half of the key cannot be derived here" };
      if (samePublicKey(publicKey, requested.publicKey)) return undefined;
      return {
        message: `the key is ${short(publicKey)}, that of the request ${short(requested.publicKey)}`,
        offset: requested.publicKeyOffset,
      };
    },
  },
  {
    id: "request/same-subject",
    on: "renewal",
    severity: "warning",
    title: "The request asks for the subject of the certificate that it is to renew",
    source: practice("RFC 4210", "5.3.5"),
    why: "Whatever knows the appliance by the old subject (allow lists, forwarding rules, monitoring) does not know it by another. Nothing is wrong if that is meant.",
    fix: asBefore("Make the request anew with the subject of the certificate, unless the difference is meant."),
    check({ request: { request: requested }, previous: { certificate } }) {
      if (sameName(requested.subject, certificate.subject)) return undefined;
      const message = `the request has ${formatName(requested.subject) || "an empty subject"}, the certificate ${formatName(certificate.subject) || "an empty one"}`;
      return { message, offset: requested.subject.offset };
    },
  },
  {
    id: "request/same-names",
    on: "renewal",
    severity: "warning",
    title: "The request asks for the names of the certificate that it is to renew",
    source: practice("RFC 9525", "6"),
    why: "Whoever connects by a name that is missing gets a warning from the day of the renewal on. Nothing is wrong if that is meant.",
    fix: asBefore("Make the request anew with the names of the certificate, unless the difference is meant."),
    check({ request: { request: requested }, previous: { certificate } }): Found[] {
      const [before, after] = [certificate, requested].map(
        (holder) => new Set((["dns", "ip"] as const).flatMap((type) => alternativeNames(holder, type).map(lower))),
      );
      const only = (these: ReadonlySet<string> = new Set(), those: ReadonlySet<string> = new Set()): string =>
        [...these].filter((name) => !those.has(name)).join(", ");
      const [lost, added] = [only(before, after), only(after, before)];
      return [
        ...(lost === "" ? [] : [{ message: `without ${lost}, which the certificate has` }]),
        ...(added === "" ? [] : [{ message: `with ${added}, which the certificate has not` }]),
      ];
    },
  },
  {
    id: "request/new-key",
    on: "renewal",
    severity: "info",
    title: "The request is for a new key",
    source: practice("NIST SP 800-57 Part 1", "5.3"),
    why: "Whoever got hold of the old key unnoticed can go on using it if the new certificate is for the same.",
    fix: ({ request: { request: requested } }, context) =>
      fix("Make a new key with the request.", requestCommand(requested, context, "new key")),
    check({ request: { request: requested }, previous: { certificate, origin } }) {
      if (!samePublicKey(requested.publicKey, certificate.publicKey)) return undefined;
      return { message: `the key is still that of ${origin.file}`, offset: requested.publicKeyOffset };
    },
  },
];

/** The advice with the command that makes the request. */
function anew(advice: string): (subject: Subjects["request"], context: Context) => Remedy {
  return ({ request: requested }, context) => fix(advice, requestCommand(requested, context));
}

/** The same, after the certificate that is to be renewed. */
function asBefore(advice: string): (subject: Subjects["renewal"], context: Context) => Remedy {
  return ({ previous: { certificate } }, context) => fix(advice, renewalCommand(certificate, context));
}

const lower = (name: string): string => name.toLowerCase();
