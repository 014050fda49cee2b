/** What a live endpoint offers to the rules, or why there is nothing to ask about. */
import type { CertificateArtifact, Origin } from "../bundle/artifact.ts";
import type { Bundle } from "../bundle/bundle.ts";
import type { Endpoint } from "../bundle/endpoint.ts";
import { noEndpoint } from "./no-endpoint.ts";
import { type Certificate, isSelfIssued, sameCertificate } from "../pki/certificate.ts";
import { describe, isRoot, isSelfSigned } from "../pki/link.ts";
import { displayName } from "../pki/name.ts";
import { validatePath } from "../pki/path.ts";
import type { Subjects } from "../rule.ts";
import { refusesOffer } from "../rules/tls-words.ts";
import type { Missing, Selection } from "./offered.ts";
import { subjectsOf } from "./subjects.ts";

type Kind = "endpoint" | "connection" | "session" | "served" | "sent";

/** Finds the subjects of each kind, also those that files have. */
export const liveSubjects: typeof subjectsOf = {
  ...subjectsOf,

  endpoint: ({ endpoint }) => (endpoint === undefined ? noEndpoint : one(endpoint, endpoint)),

  connection({ endpoint }) {
    if (endpoint === undefined) return noEndpoint;
    return isConnected(endpoint) ? one(endpoint, endpoint) : { missing: "there is no connection" };
  },

  session({ endpoint }) {
    if (endpoint === undefined) return noEndpoint;
    const { protocol, failure } = endpoint.answer;
    const isAboutOffer = failure !== undefined && refusesOffer(failure);
    return protocol !== undefined || (isAboutOffer && !endpoint.answer.asksForCertificate)
      ? one(endpoint, endpoint)
      : { missing: "there was no handshake" };
  },

  served({ endpoint, leaf, chain }) {
    if (endpoint === undefined) return noEndpoint;
    if (leaf === undefined) return nothingServed;
    const { expected } = endpoint;
    const what = "that it is the certificate that was uploaded";
    if (expected === undefined) return { missing: "none was given", unchecked: [{ what, option: "--cert" }] };
    const isKnownIssuer = chain?.path?.anchored === true && chain.path.problems.length === 0;
    return one({ leaf, expected, isKnownIssuer }, endpoint);
  },

  sent(bundle, { now }) {
    const { endpoint, leaf, chain } = bundle;
    if (endpoint === undefined) return noEndpoint;
    if (leaf === undefined) return { missing: "no certificate was served" };
    const { sent } = endpoint;
    const candidates = sent.slice(1).map(({ certificate }) => certificate);
    // What the user has of CAs between leaf and root is what the server should have sent.
    const anchors = (chain?.anchors ?? []).filter(isRoot);
    const path = validatePath({ leaf: leaf.certificate, candidates, anchors, now });
    const last = path.certificates.at(-1) ?? leaf.certificate;
    const isWhole = path.anchored || isSelfIssued(last);
    if (!isWhole && !hasTrust(bundle)) {
      const why = `nothing tells whether ${displayName(last.issuer)}, which issued ${describe(last)}, is a root`;
      const what = "that the server sends all CAs between its certificate and the root";
      return { missing: why, unchecked: [{ what, option: "--roots or --chain" }] };
    }
    return one({ leaf, sent, path, isWhole, whole: chain?.path?.certificates ?? path.certificates }, endpoint);
  },

  chain: (bundle, context) => untoldChain(bundle) ?? subjectsOf.chain(bundle, context),
};

/** Why nothing can be said of the chain of trust; nothing if something can. */
function untoldChain(bundle: Bundle): Missing | undefined {
  const { endpoint, leaf, chain } = bundle;
  if (endpoint === undefined || leaf === undefined || isSelfSigned(leaf.certificate)) return undefined;
  const path = chain?.path ?? { certificates: [leaf.certificate], problems: [] };
  const last = path.certificates.at(-1) ?? leaf.certificate;
  // What is wrong besides is told, whoever the root may be.
  if (path.problems.some(({ kind }) => kind !== "gap") || isSelfIssued(last) || chain?.path?.anchored) return undefined;
  if (!hasTrust(bundle))
    return {
      missing: "no root was given, and the server sends none",
      unchecked: [{ what: "the chain of trust", option: "--roots" }],
    };
  return isSent(last, endpoint.sent)
    ? { missing: "the server does not send all of the chain: endpoint/sends-chain says what it lacks" }
    : undefined;
}

/** Whether the user said what to trust. */
const hasTrust = ({ slots, endpoint }: Bundle): boolean =>
  slots.some(({ slot, contents }) => slot === "roots" || (slot === "chain" && contents.file !== endpoint?.name));

const isSent = (certificate: Certificate, sent: readonly CertificateArtifact[]): boolean =>
  sent.some((artifact) => sameCertificate(artifact.certificate, certificate));

/** Whether something listens there. */
const isConnected = ({ answer: { failure } }: Endpoint): boolean =>
  failure === undefined || !["name", "refused", "timeout", "route"].includes(failure.kind);

const nothingServed: Missing = {
  missing: "nothing was served",
  unchecked: [{ what: "the certificate and its chain" }],
};

const one = <K extends Kind>(subject: Subjects[K], { name: file }: Endpoint): Selection<K> => {
  const origin: Origin = { file, at: () => ({ file }) };
  return { present: [{ subject, origin }] };
};
