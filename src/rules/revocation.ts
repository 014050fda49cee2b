/** The CRLs of the path: whether they can be had, whether they can be relied on, and what they say. */
import { isUnnamed } from "../bundle.ts";
import type { CrlSource } from "../crl-source.ts";
import { defender, practice } from "../defender.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { CrlProblem } from "../pki/crl-scope.ts";
import { displayName } from "../pki/name.ts";
import { crlProblems } from "../pki/revocation.ts";
import { formatDay } from "../pki/time.ts";
import { command, downloadCommand, fix, fetchCommand } from "../remedy.ts";
import type { Rule, Subjects } from "../rule.ts";

type SourceSubject = Subjects["crlSource"];

export const revocation: readonly Rule[] = [
  {
    id: "revocation/crl-reachable",
    on: "crlUrls",
    severity: "error",
    refusal: "crl-unreachable",
    validation: "on",
    title: "The CRLs of the certificate and its CAs can be fetched",
    source: defender("2023 guide", "Verify CRL server access"),
    why: "With validation on, the appliance fetches the list, and refuses the certificate if it cannot. certcheck can try from this machine alone: the appliance has a network of its own.",
    fix: ({ sources }) =>
      fix(
        "Make the CRL server answer over http, or let the appliance reach it through a proxy; then try from the sensor's network.",
        fetchCommand(sources.filter(({ limit }) => limit === undefined).map(({ name }) => name)),
      ),
    check({ sources, offset }) {
      const tried = sources.filter(({ limit }) => limit === undefined);
      if (tried.length === 0 || tried.some(({ failure }) => failure === undefined)) return undefined;
      return tried.map(({ name, failure }) => ({ message: `${name}: ${failure}`, offset }));
    },
  },
  {
    id: "revocation/every-url-reachable",
    on: "crlUrls",
    severity: "warning",
    validation: "on",
    title: "A CRL can be fetched from each of its http URLs",
    source: defender("2023 guide", "Verify CRL server access", "inferred"),
    why: "Which of several URLs the appliance takes is not documented; if it is this one, the certificate is refused.",
    fix: ({ sources }) =>
      fix(
        "Mend the server, or leave its URL out with the next renewal; then try from the sensor's network.",
        fetchCommand(sources.filter(({ failure }) => failure !== undefined).map(({ name }) => name)),
      ),
    check({ sources, offset }) {
      const failed = sources.filter(({ failure }) => failure !== undefined);
      const hasAnswer = sources.some(({ file }) => file !== undefined);
      return hasAnswer ? failed.map(({ name, failure }) => ({ message: `${name}: ${failure}`, offset })) : undefined;
    },
  },
  {
    id: "revocation/no-redirect",
    on: "crlUrls",
    severity: "info",
    validation: "on",
    title: "The CRL is served at its URL, without a redirect",
    source: practice("RFC 5280", "4.2.1.13"),
    why: "Whether the appliance follows a redirect, and whether it may reach the server behind it, is not documented.",
    fix: () =>
      "Make sure that the appliance may reach that server as well, or have the CA serve the list at the URL itself.",
    check: ({ sources, offset }) =>
      sources.flatMap(({ name, redirects = [] }) => {
        const target = redirects.at(-1);
        return target === undefined ? [] : [{ message: `${name} redirects to ${target}`, offset }];
      }),
  },
  {
    id: "revocation/crl-usable",
    on: "crlSource",
    severity: "error",
    refusal: "failed",
    validation: "on",
    title: "The CRL can be relied on: complete, current, signed by the issuer, in DER over http",
    source: defender("2022", "Troubleshoot CA-Certificate Upload", "inferred"),
    why: "A list that cannot be verified says nothing, not even that a certificate is good.",
    fix: (subject) => fix("Have the CA publish a current, complete CRL of its own, in DER.", lookAt(subject)),
    check: (subject, { now }) =>
      usabilityProblems(subject, now).map((message) => ({ message: named(subject, message) })),
  },
  {
    id: "revocation/within-limits",
    on: "crlSource",
    severity: "error",
    validation: "on",
    title: "The CRLs are within the limits of what certcheck reads",
    source: practice("RFC 5280", "5"),
    why: "What was not read to its end says nothing.",
    fix: () =>
      "Ask the CA for a partitioned CRL, or check without --online and look at the list with: openssl crl -noout -text.",
    check(subject) {
      const { limit, file } = subject.source;
      const messages = [
        ...(limit === undefined ? [] : [limit]),
        ...(file?.problems ?? []).filter(({ effect }) => effect === "limit").map(({ message }) => message),
      ];
      return messages.map((message) => ({ message: named(subject, message) }));
    },
  },
  {
    id: "revocation/crl-on-path",
    on: "crlSource",
    severity: "info",
    validation: "on",
    title: "Each CRL at hand is of a CA on the path",
    source: practice("RFC 5280", "6.3"),
    why: "A list of another CA says nothing of these certificates: it is left out of account.",
    fix: ({ source }) => `Give the CRLs of the CAs on the path, and leave ${source.name} out.`,
    check: ({ source, strangers }) =>
      source.kind === "url"
        ? undefined
        : strangers.map(({ issuer, line }) => ({
            message: `of ${JSON.stringify(displayName(issuer))}, which has issued none of these certificates`,
            ...(line !== undefined && { line }),
          })),
  },
  {
    id: "revocation/not-revoked",
    on: "revocable",
    severity: "error",
    refusal: "revoked",
    validation: "on",
    title: "Neither the certificate nor a CA above it is revoked",
    source: defender("2022", "Troubleshoot CA-Certificate Upload"),
    why: "A revoked certificate is not trusted for a connection, whatever else is right with it; neither is one that a revoked CA has issued.",
    fix: ({ certificate, isLeaf }) =>
      isLeaf
        ? "Create a new certificate; with a new key, if the old one may have been seen by others."
        : `Ask who runs ${quoted(certificate)} for a certificate from a CA that is not revoked.`,
    check({ certificate, status }) {
      if (status.state !== "revoked") return undefined;
      const { date, reason, crl } = status;
      const why = reason === undefined ? "" : `, reason ${reason}`;
      const day = Number.isNaN(date) ? "a day that cannot be read" : formatDay(date);
      const list = `the CRL of ${JSON.stringify(displayName(crl.issuer))}, issued on ${formatDay(crl.thisUpdate.at)}`;
      return `${quoted(certificate)} was revoked on ${day}${why}, says ${list}`;
    },
  },
];

const quoted = ({ subject }: Certificate): string => JSON.stringify(displayName(subject));

/** What was found in something fetched points at the certificate that names the URL: the message has the URL. */
const named = ({ source }: SourceSubject, message: string): string =>
  source.kind === "url" ? `${source.name}: ${message}` : message;

function usabilityProblems({ source, certificates }: SourceSubject, now: number): string[] {
  const { file, kind, encoding } = source;
  if (file === undefined) return [];
  const damage = file.problems.filter(({ effect }) => effect === "refused" || effect === "unreadable");
  const byWire = kind === "url" ? wireProblems(file, encoding) : [];
  const found = file.crls.map((crl) => {
    const own = certificates.filter(({ issuer }) => issuer !== undefined);
    return own.map(({ certificate, issuer }) => crlProblems(crl, certificate, issuer ?? certificate, now));
  });
  // Several files may share the work, by kind of certificate; at a URL stands what is meant for those who name it.
  const judged =
    kind === "url"
      ? found.flat(2)
      : found.flatMap((of) => (of.some(({ length }) => length === 0) ? [] : of.flat().filter(isOwn)));
  return [...new Set([...byWire, ...[...damage, ...judged].map(({ message }) => message)])];
}

/** Who else has a list in the file is a note of its own. */
const isOwn = ({ kind }: CrlProblem): boolean => kind !== "issuer";

function wireProblems({ encoding, crls }: NonNullable<CrlSource["file"]>, wire: string | undefined): string[] {
  if (wire !== undefined) return [`sent with Content-Encoding ${wire}, which nobody asked for`];
  return [
    ...(encoding === "PEM" && crls.length > 0 ? ["PEM, where DER is due"] : []),
    ...(crls.length > 1 ? [`${crls.length} CRLs, where one is due`] : []),
  ];
}

/** The command that shows what the list says of itself. */
function lookAt({ source: { name, kind, file, redirects = [] } }: SourceSubject): string {
  const shown = "-noout -issuer -lastupdate -nextupdate";
  if (kind === "url") return `${downloadCommand(name, redirects.length > 0)} | openssl crl -inform DER ${shown}`;
  return `openssl crl ${isUnnamed(name) ? "" : command`-in ${name} `}${file?.encoding === "DER" ? "-inform DER " : ""}${shown}`;
}
