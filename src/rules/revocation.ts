/** The CRLs of the path: whether they can be had, whether they can be relied on, and what they say. */
import { isUnnamed } from "../bundle/bundle.ts";
import type { CrlSource } from "../bundle/crl-source.ts";
import { defender, practice } from "../defender.ts";
import { type CrlProblem, describeCrl } from "../pki/crl-scope.ts";
import { describe } from "../pki/link.ts";
import { displayName } from "../pki/name.ts";
import { crlProblems } from "../pki/revocation.ts";
import { formatDay } from "../pki/time.ts";
import { command, downloadCommand, fetchCommand, fix } from "../remedy.ts";
import type { Found, Rule, Subjects } from "../rule.ts";

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
        fetchCommand(sources.map(({ name }) => name)),
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
    why: "With validation on, the appliance needs a list that it can rely on: one that is out of date or cannot be verified does not show that a certificate is good.",
    fix: (subject) => fix(adviceOn(subject), ...lookAt(subject)),
    check(subject, { now }) {
      const { file, kind, encoding } = subject.source;
      if (file === undefined) return undefined;
      const wire = kind === "url" ? wireProblems(file, encoding) : [];
      const damage = file.problems.filter(({ effect }) => effect === "refused" || effect === "unreadable");
      const all = [
        ...wire.map((message) => foundIn(subject, message)),
        ...damage.map(({ message, line }) => foundIn(subject, message, line)),
        ...doubts(subject, now).flatMap(({ isSpare, found }) => (isSpare ? [] : [found])),
      ];
      return [...new Map(all.map((found) => [found.message, found])).values()];
    },
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
      "Ask the CA for smaller lists, and for certificates that name few URLs; or judge the lists with openssl.",
    check(subject) {
      const { limit, file } = subject.source;
      const unread = (file?.problems ?? []).filter(({ effect }) => effect === "limit");
      return [
        ...(limit === undefined ? [] : [foundIn(subject, limit)]),
        ...unread.map(({ message, line }) => foundIn(subject, message, line)),
      ];
    },
  },
  {
    id: "revocation/crl-needed",
    on: "crlSource",
    severity: "info",
    validation: "on",
    title: "Each CRL at hand helps to judge the path",
    source: practice("RFC 5280", "6.3"),
    why: "A list of another CA, or one beside a better one, says nothing of these certificates: it is left out of account.",
    fix: () => "Give the current CRLs of the CAs on the path, and leave the others out.",
    check(subject, { now }) {
      const { source, strangers } = subject;
      if (source.kind === "url") return undefined;
      const foreign = strangers.map(({ issuer, line }) =>
        foundIn(subject, `of "${displayName(issuer)}", which has issued none of these certificates`, line),
      );
      return [...foreign, ...doubts(subject, now).flatMap(({ isSpare, found }) => (isSpare ? [found] : []))];
    },
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
        ? "Have a new certificate issued; for a new key, if others may have seen the old one."
        : `Ask who runs ${describe(certificate)} for a certificate from a CA that is not revoked.`,
    check({ certificate, status }) {
      if (status.state !== "revoked") return undefined;
      const { date, reason, crl } = status;
      const why = reason === undefined ? "" : `, reason ${reason}`;
      const day = Number.isNaN(date) ? "a day that cannot be read" : formatDay(date);
      const list = `${describeCrl(crl)}, issued on ${formatDay(crl.thisUpdate.at)}`;
      return `${describe(certificate)} was revoked on ${day}${why}, says ${list}`;
    },
  },
];

/** What was found in something fetched points at the URL in the certificate: the message has the URL itself. */
const foundIn = ({ source, offset }: SourceSubject, message: string, line?: number): Found =>
  source.kind === "url"
    ? { message: `${source.name}: ${message}`, ...(offset !== undefined && { offset }) }
    : { message, ...(line !== undefined && { line }) };

/** What to do about a list that does not serve, by where it is from. */
function adviceOn({ source }: SourceSubject): string {
  if (source.kind === "file") return "Give the CRL that the CA publishes now for these certificates.";
  return isServed(source)
    ? "Have the CA publish its current, complete CRL at this URL, in DER; or have the certificate issued again, with the URL of the list that covers it."
    : "Have the server hand out the CA's CRL itself at this URL, in DER; the command shows what it sends instead.";
}

/** Whether what came is a CRL, and not something that the server made of it. */
const isServed = ({ file, encoding }: CrlSource): boolean => encoding === undefined && file?.crls.length !== 0;

/**
 * Why the CRLs of a source are not to be relied on. At a URL stands what is meant for those who name it. Several files may
 * share the work, by kind of certificate; one that is not needed, for others say all that there is to know, is spare.
 */
function doubts(subject: SourceSubject, now: number): { readonly isSpare: boolean; readonly found: Found }[] {
  const { source, certificates } = subject;
  const isFile = source.kind === "file";
  const isSpare = isFile && certificates.every(({ isKnown }) => isKnown);
  return (source.file?.crls ?? []).flatMap((crl) => {
    const problems = certificates.flatMap(({ certificate, issuer }) =>
      issuer === undefined ? [] : [crlProblems(crl, certificate, issuer, now)],
    );
    if (isFile && problems.some(({ length }) => length === 0)) return [];
    const own = isFile ? problems.flat().filter(isOwn) : problems.flat();
    const messages = new Set(own.map(({ message }) => message));
    return [...messages].map((message) => ({ isSpare, found: foundIn(subject, message, crl.line) }));
  });
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

/** The command that shows what the list says of itself; where none came, what a server says of what it sends. */
function lookAt({ source }: SourceSubject): string[] {
  const { name, kind, file, redirects = [] } = source;
  const download = downloadCommand(name, redirects.length > 0);
  if (!isServed(source)) return kind === "url" ? [`${download} -D - -o /dev/null`] : [];
  const shown = `${file?.encoding === "DER" ? "-inform DER " : ""}-noout -issuer -lastupdate -nextupdate`;
  if (kind === "url") return [`${download} | openssl crl ${shown}`];
  return [`openssl crl ${isUnnamed(name) ? "" : command`-in ${name} `}${shown}`];
}
