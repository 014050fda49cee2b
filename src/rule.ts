/** Rules: what one is, what it is asked about, and what it may answer. */
import type { Bundle, BundleKey, Chain, FileNames, Passphrase, Slot } from "./bundle/bundle.ts";
import type { CertificateArtifact, Origin, RequestArtifact } from "./bundle/artifact.ts";
import type { Entity } from "./entity.ts";
import { currentEdition, type Edition, type MessageId, type Source } from "./defender.ts";
import type { CrlSource } from "./bundle/crl-source.ts";
import type { Endpoint } from "./bundle/endpoint.ts";
import type { Fleet } from "./bundle/fleet.ts";
import type { CrlInFile } from "./pki/crl-file.ts";
import type { DistributionPoint } from "./pki/distribution-point.ts";
import type { Handshake } from "./pki/handshake.ts";
import type { Certificate } from "./pki/certificate.ts";
import type { Path } from "./pki/path.ts";
import type { RevocationState } from "./pki/revocation.ts";
import type { Revocable } from "./bundle/revocable.ts";

/** How bad a failure is. */
export type Severity = "error" | "warning" | "info";

/** From bad to harmless. */
export const severities = ["error", "warning", "info"] as const satisfies readonly Severity[];

/** What a rule may be asked about. The kind decides when a rule applies, how often it is asked, and where its findings point. */
export interface Subjects {
  /** Each file given. */
  file: Slot;
  /** The appliance's own certificate. */
  leaf: CertificateArtifact;
  /** What certificates and requests have in common: the leaf as its certificate has it, or as the request asks for it. */
  entity: Entity;
  /** Where the leaf says its CRL is; not asked if it says nothing. */
  crlPoint: { readonly points: readonly DistributionPoint[] };
  /** Each name or address planned for the appliance, with what has to cover it. */
  host: { readonly entity: Entity; readonly host: Host };
  /** The private key, if it is open; with the certificate or request, for what has to be done about it. */
  key: BundleKey & { readonly key: NonNullable<BundleKey["key"]>; readonly entity?: Entity };
  /** The private key's encryption, if it has one. */
  encryption: BundleKey & { readonly encryption: NonNullable<BundleKey["encryption"]> };
  /** The leaf and the open key. */
  pair: { readonly leaf: CertificateArtifact; readonly key: Subjects["key"]; readonly bundle: Bundle };
  /** A certification request. */
  request: RequestArtifact;
  /** A request and the open key. */
  requestPair: { readonly request: RequestArtifact; readonly key: Subjects["key"] };
  /** A request and the certificate that it is to renew. */
  renewal: { readonly request: RequestArtifact; readonly previous: CertificateArtifact };
  /** The passphrase that was given, with the key it was given for. */
  passphrase: Passphrase & { readonly key: BundleKey };
  /** The chain file with the leaf and the path from it. */
  chain: Chain & { readonly leaf: CertificateArtifact; readonly path: Path };
  /** The http URLs of the leaf or a CA that can stand for each other, with what came of them; `offset` is that of the first. */
  crlUrls: { readonly sources: readonly CrlSource[]; readonly offset: number };
  /** A CRL file or what a URL handed out, with the certificates it is meant for. */
  crlSource: {
    readonly source: CrlSource;
    /** Those that name the URL; of a file, those whose issuer issued a CRL in it. Known is of which some CRL says what they are. */
    readonly certificates: readonly (Revocable & { readonly isKnown: boolean })[];
    /** The CRLs in it of nobody on the path. */
    readonly strangers: readonly CrlInFile[];
    /** Where the first of the certificates names the URL, as a byte offset. */
    readonly offset?: number;
  };
  /** A certificate of the path of which the CRLs say something. */
  revocable: Revocable & { readonly status: Exclude<RevocationState, { state: "unknown" }>; readonly isLeaf: boolean };
  /** What came of a TLS handshake that nothing else explains. */
  handshake: { readonly handshake: Handshake; readonly path?: Path };
  /** What was connected to; asked of live endpoints alone, as the next ones are. */
  endpoint: Endpoint;
  /** The same, where something listens. */
  connection: Endpoint;
  /** The same, where it came to versions and ciphers of TLS. */
  session: Endpoint;
  /** The certificate that is served, and the one that should be; whether its issuer is one that the user trusts. */
  served: {
    readonly leaf: CertificateArtifact;
    readonly expected: CertificateArtifact;
    readonly isKnownIssuer: boolean;
  };
  /** What the server sends, and the paths built of that alone, which may end at a root, and with all that was given. */
  sent: {
    readonly leaf: CertificateArtifact;
    readonly sent: readonly CertificateArtifact[];
    readonly path: Path;
    readonly isWhole: boolean;
    readonly whole: readonly Certificate[];
  };
  /** All appliances of a run together; asked for fleets alone. */
  fleet: Fleet;
}

/** A name or address planned for the appliance. */
export interface Host {
  readonly kind: "name" | "address";
  readonly value: string;
  /** It was connected to by this name. */
  readonly isLive?: true;
}

/** What an organisation requires on top of the documents; in patterns `*` stands for anything, and capitals do not count. */
export interface Requirements {
  /** Patterns of the issuer's common name, or of its whole name. */
  readonly issuers?: readonly string[];
  /** Patterns, one of which each DNS name and common name has to be like. */
  readonly names?: readonly string[];
  /** Patterns of the subject's attributes, by their short names such as O. */
  readonly subject?: Readonly<Record<string, readonly string[]>>;
  readonly maximumLifetimeDays?: number;
  /** Of RSA keys, in bits. */
  readonly minimumKeySize?: number;
}

/** Everything but the files that a verdict depends on. */
export interface Context {
  /** The time judged, in milliseconds since 1970. */
  readonly now: number;
  readonly edition: Edition;
  /** The dialog's switch for CRL and chain validation. */
  readonly validation: boolean;
  /** A test environment, where a self-signed certificate is a warning. */
  readonly allowSelfSigned: boolean;
  /** Days before notAfter from which on a certificate expires soon. */
  readonly warnDays: number;
  readonly hosts: readonly Host[];
  /** What the configuration requires on top of the documents. */
  readonly requirements: Requirements;
  /** Whether this runs in a pipeline, on a machine that nobody shares. */
  readonly inPipeline: boolean;
  readonly files: FileNames;
}

/** What counts where nobody says anything else. */
export const usualContext = {
  edition: currentEdition,
  validation: true,
  allowSelfSigned: false,
  warnDays: 30,
} as const satisfies Partial<Context>;

/** One thing found; the place is that of the subject, unless given. */
export interface Found {
  readonly message: string;
  /** Byte offset in the subject's DER. */
  readonly offset?: number;
  /** Line in the subject's file. */
  readonly line?: number;
  /** Where another part of the bundle is meant. */
  readonly origin?: Origin;
  /** What to do about this, where it is something else than about the others. */
  readonly remedy?: Remedy;
}

/** Why a rule could not be asked. */
export interface Skipped {
  readonly skipped: string;
}

/** Nothing if the rule holds; else what was found, or why nothing can be said. */
export type Answer = undefined | string | Found | readonly Found[] | Skipped;

/** What to do about a finding; commands are to be copied as they are. */
export type Remedy = string | { readonly advice: string; readonly commands: readonly string[] };

/** A remedy as text: lines after the first are commands. A name in the advice cannot add one. */
export function formatRemedy(remedy: Remedy): string {
  const { advice, commands } = typeof remedy === "string" ? { advice: remedy, commands: [] } : remedy;
  const line = advice.replace(/[\n\r\u2028\u2029]/g, (end) => `\\u{${end.charCodeAt(0).toString(16)}}`);
  return [line, ...commands].join("\n");
}

interface RuleOn<K extends keyof Subjects> {
  /** Topic, then what holds; the topic is the file the rule lives in. */
  readonly id: `${string}/${string}`;
  readonly on: K;
  readonly severity: Severity | ((context: Context) => Severity);
  /** The message of the appliance that a failure predicts; without it, a failure means unsupported at most. */
  readonly refusal?: MessageId;
  /** Editions that ask for it; all, if absent. */
  readonly editions?: readonly Edition[];
  /** Asked only with the dialog's validation switched so. */
  readonly validation?: "on" | "off";
  /** Asked only where the configuration requires it. A failure counts for the exit code, and not for the verdict on the upload. */
  readonly requirement?: keyof Requirements;
  /** The requirement, one sentence. */
  readonly title: string;
  readonly source: Source;
  /** What goes wrong otherwise, and for whom. */
  readonly why: string;
  /** What to do. */
  readonly fix: (subject: Subjects[K], context: Context) => Remedy;
  readonly check: (subject: Subjects[K], context: Context) => Answer;
}

/** A rule on any kind of subject. */
export type Rule = { [K in keyof Subjects]: RuleOn<K> }[keyof Subjects];

/** The severity of a rule in a context. */
export const severityOf = ({ severity }: Rule, context: Context): Severity =>
  typeof severity === "function" ? severity(context) : severity;
