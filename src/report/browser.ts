/** What a browser would show of a live endpoint: the error codes of Chromium (net_error_list.h), as version 150 was seen to choose them. */
import { unfitWhy, unreadableWhy } from "./browser-certificate.ts";
import type { Bundle } from "../bundle/bundle.ts";
import type { Endpoint } from "../bundle/endpoint.ts";
import { covers, parseIp } from "../pki/dns-name.ts";
import type { Certificate } from "../pki/certificate.ts";
import { alternativeNames } from "../pki/extensions.ts";
import { describe, isCurrent, isSelfSigned, type PathProblemKind } from "../pki/link.ts";
import type { Path } from "../pki/path.ts";
import { judgeRevocation } from "../bundle/revocable.ts";
import { isForgeable } from "../rules/chain-practice.ts";
import { usageMismatch } from "../rules/endpoint.ts";
import { refusesOffer } from "../rules/tls-words.ts";
import { liveSubjects } from "../evaluation/endpoint-subjects.ts";
import type { Context, Host, Subjects } from "../rule.ts";

/** An error page. */
export interface BrowserError {
  /** Such as `NET::ERR_CERT_DATE_INVALID`. */
  readonly code: string;
  /** What it is about. */
  readonly why: string;
  /** What can be done by whoever sits in front of it. */
  readonly advice: string;
}

/**
 * The errors, the one that is shown first; each of the others comes when those before it are mended. A browser is meant
 * that trusts the root: on others, NET::ERR_CERT_AUTHORITY_INVALID comes before most of them.
 */
export function browserErrors(bundle: Bundle, context: Context): readonly BrowserError[] {
  const { endpoint, leaf } = bundle;
  if (endpoint === undefined) return [];
  const ofConnection = connectionError(endpoint);
  if (leaf === undefined) return [ofConnection ?? protocolError("the certificate cannot be read")];
  const others = certificateErrors(bundle, leaf.certificate, endpoint, context);
  if (ofConnection === undefined) return others;
  // A browser looks at the server's certificate before it is asked for its own.
  return endpoint.answer.asksForCertificate ? [...others, ofConnection] : [ofConnection, ...others];
}

const error = (code: string, why: string, advice: string): BrowserError => ({ code, why, advice });

const nothingToDo = "There is no way on from the browser: the server has to be mended.";

const protocolError = (why: string): BrowserError => error("ERR_SSL_PROTOCOL_ERROR", why, nothingToDo);

const versionMismatch = (why: string): BrowserError => error("ERR_SSL_VERSION_OR_CIPHER_MISMATCH", why, nothingToDo);

/** Alerts that browsers take for words on a certificate of their own, even where they were not asked for one. */
const clientAlerts: ReadonlySet<string> = new Set([
  "bad_certificate",
  "unsupported_certificate",
  "certificate_revoked",
  "certificate_expired",
  "certificate_unknown",
  "unknown_ca",
  "certificate_required",
]);

/** Nothing, if the handshake goes on as far as the certificate. */
function connectionError({ answer, modern, host }: Endpoint): BrowserError | undefined {
  const { failure, asksForCertificate } = answer;
  if (failure && (asksForCertificate || (failure.kind === "alert" && clientAlerts.has(failure.alert))))
    return error(
      "ERR_BAD_SSL_CLIENT_AUTH_CERT",
      "the server wants to see a certificate of the client",
      "Import the certificate that the server knows, with its key, into the browser or the system.",
    );
  switch (failure?.kind) {
    case "name":
      return error(
        "ERR_NAME_NOT_RESOLVED",
        `DNS does not know ${JSON.stringify(host)}`,
        "Until it does, a line in the hosts file of this computer leads there.",
      );
    case "refused":
      return error("ERR_CONNECTION_REFUSED", "nothing listens there", "Check the port in the address.");
    case "timeout":
      return error("ERR_CONNECTION_TIMED_OUT", "no answer comes", "Check the network, or the VPN, that leads there.");
    case "route":
      return error("ERR_ADDRESS_UNREACHABLE", "no way leads there", "Check the network, or the VPN, that leads there.");
    case "silent":
      return error("ERR_TIMED_OUT", "the server says nothing", nothingToDo);
    case "unfinished":
      return error("ERR_TIMED_OUT", "the server does not end the handshake", nothingToDo);
    case "closed":
      return error("ERR_CONNECTION_CLOSED", "the server ends the connection", nothingToDo);
    case "reset":
      return error("ERR_CONNECTION_RESET", "the server breaks the connection off", nothingToDo);
    case "alert":
      if (failure.alert === "unrecognized_name")
        return error(
          "ERR_SSL_UNRECOGNIZED_NAME_ALERT",
          "the server does not know this name",
          "Open it by a name that the server has a certificate for.",
        );
      return refusesOffer(failure)
        ? versionMismatch("the server refuses what is offered")
        : protocolError("the server ends the handshake");
    case "foreign":
      return error(
        "ERR_SSL_PROTOCOL_ERROR",
        "the server does not speak TLS",
        "Open the port that has TLS, most often that without a number in the address.",
      );
    case "limit":
    case "other":
      return protocolError("the handshake fails");
  }
  return modern && versionMismatch("the server has nothing of what browsers offer");
}

/** In the order of Chromium, as it was seen: key usage belongs to the handshake; a wrong purpose counts after dates, if these are wrong. */
function certificateErrors(bundle: Bundle, leaf: Certificate, endpoint: Endpoint, context: Context): BrowserError[] {
  const path = judgedPath(bundle, context);
  const certificates = path?.certificates ?? [leaf];
  const usage = usageMismatch(endpoint);
  const untrusted = untrustedWhy(bundle, leaf, context);
  const revoked = revokedWhy(bundle, context.now);
  // Where no root is found, a browser has verified what there is an issuer for.
  const verified =
    untrusted === undefined ? certificates : (sentOf(bundle, context)?.path.certificates.slice(0, -1) ?? []);
  const forgeable = verified.find(isForgeable);
  const dated = certificates.find((one) => !isCurrent(one, context.now));
  const unfit =
    unreadableWhy(leaf) ??
    path?.problems.find(({ kind }) => unfitting.has(kind))?.message ??
    firstOf(certificates, unfitWhy);
  const unnamed = unnamedWhy(leaf, endpoint);
  const invalid = (why: string | undefined): BrowserError | undefined =>
    why === undefined ? undefined : error("NET::ERR_CERT_INVALID", why, nothingToDo);
  const errors = [
    usage === undefined ? undefined : error("ERR_SSL_KEY_USAGE_INCOMPATIBLE", usage, nothingToDo),
    revoked === undefined
      ? undefined
      : error(
          "NET::ERR_CERT_REVOKED",
          `${revoked}; by themselves, Chrome and Edge do not fetch CRLs`,
          "There is no way on: the certificate has to be replaced.",
        ),
    invalid(forgeable && `${describe(forgeable)} is signed with ${forgeable.signatureAlgorithm.name}`),
    untrusted,
    dated === undefined ? invalid(unfit) : undefined,
    unnamed,
    dated &&
      error(
        "NET::ERR_CERT_DATE_INVALID",
        `${describe(dated)} is out of its dates`,
        "Compare the clock of this computer. If it is right, go on only where you know the appliance, until it has a new certificate.",
      ),
    dated === undefined ? undefined : invalid(unfit),
  ];
  return errors.filter((one) => one !== undefined);
}

/** What makes a path one that leads to no root; and one that leads there, and may not be used. */
const astray: ReadonlySet<PathProblemKind> = new Set(["gap", "choice", "identifier", "signature"]);
const unfitting: ReadonlySet<PathProblemKind> = new Set(["authority", "path-length", "name-constraint"]);

/** The first reason that one of them gives. */
function firstOf(
  certificates: readonly Certificate[],
  why: (certificate: Certificate) => string | undefined,
): string | undefined {
  for (const certificate of certificates) {
    const found = why(certificate);
    if (found !== undefined) return found;
  }
  return undefined;
}

const AUTHORITY = "NET::ERR_CERT_AUTHORITY_INVALID";

function untrustedWhy(bundle: Bundle, leaf: Certificate, context: Context): BrowserError | undefined {
  if (isSelfSigned(leaf))
    return error(
      AUTHORITY,
      "the certificate is signed by itself",
      "Go on only where you know the appliance by its fingerprint; a certificate of a CA takes its place.",
    );
  if (sentOf(bundle, context)?.isWhole === false)
    return error(
      AUTHORITY,
      "the server does not send all CAs up to the root",
      "Whoever imports the missing CA gets on; the others wait until the server sends it.",
    );
  const path = judgedPath(bundle, context);
  // Chromium leaves CAs out that it cannot read.
  const unreadable = firstOf(path?.certificates.slice(1) ?? [], unreadableWhy);
  if (unreadable !== undefined) return error(AUTHORITY, unreadable, nothingToDo);
  const problem = path?.problems.find(({ kind }) => astray.has(kind));
  return (
    problem &&
    error(AUTHORITY, problem.message, "Import the root that the certificate leads to, if it is one of yours.")
  );
}

/** What is known of what the server sends. */
function sentOf(bundle: Bundle, context: Context): Subjects["sent"] | undefined {
  const sent = liveSubjects.sent(bundle, context);
  return "present" in sent ? sent.present[0]?.subject : undefined;
}

/** The path, if enough is known to judge it. */
const judgedPath = (bundle: Bundle, context: Context): Path | undefined =>
  "present" in liveSubjects.chain(bundle, context) ? bundle.chain?.path : undefined;

function revokedWhy(bundle: Bundle, now: number): string | undefined {
  if (bundle.crls === undefined) return undefined;
  const revoked = judgeRevocation(bundle, now).find(({ status }) => status.state === "revoked");
  return revoked && `${describe(revoked.certificate)} is revoked`;
}

function unnamedWhy(leaf: Certificate, { host, kind }: Endpoint): BrowserError | undefined {
  if (isCovered(leaf, { kind, value: host })) return undefined;
  const names = [...alternativeNames(leaf, "dns"), ...alternativeNames(leaf, "ip")];
  const usable = names.filter((name) => !name.startsWith("*")).slice(0, LISTED_NAMES);
  const [advice, has] =
    usable.length > 0
      ? [`Open it by a name that the certificate has: ${usable.join(", ")}.`, names.slice(0, LISTED_NAMES).join(", ")]
      : ["Only a certificate with this name helps.", names.slice(0, LISTED_NAMES).join(", ") || "no name"];
  return error("NET::ERR_CERT_COMMON_NAME_INVALID", `the certificate has ${has}, not ${JSON.stringify(host)}`, advice);
}

/** Names that are listed of a certificate that may have thousands. */
const LISTED_NAMES = 3;

/** Whether a browser finds the name: the common name is none to it. */
const isCovered = (certificate: Certificate, { kind, value }: Host): boolean =>
  kind === "name"
    ? alternativeNames(certificate, "dns").some((pattern) => covers(pattern, value))
    : alternativeNames(certificate, "ip").includes(parseIp(value) ?? value);
