/** The report as JSON has it: the types of docs/report.schema.json. Written by `npm run generate`. */

/**
 * One of the appliance's messages, word for word.
 */
export type ApplianceMessage =
  | "Passphrase does not match to the key"
  | "Cannot validate chain of trust. The provided Certificate and Root CA do not match."
  | "This SSL certificate has expired and is not considered valid."
  | "This certificate has been revoked by the CRL and cannot be trusted for a secure connection"
  | "The CRL (Certificate Revocation List) location is not reachable. Verify the URL can be accessed from this appliance"
  | "Certificate validation failed";
/**
 * Id of the rule.
 */
export type RuleId =
  | "file/decodes"
  | "file/right-slot"
  | "file/extension"
  | "file/chain-extension"
  | "file/pem"
  | "file/single-certificate"
  | "file/single-key"
  | "file/no-private-key"
  | "hygiene/clean"
  | "hygiene/nothing-else"
  | "hygiene/key-permissions"
  | "hygiene/within-limits"
  | "validity/readable"
  | "validity/begun"
  | "validity/not-expired"
  | "validity/not-expiring-soon"
  | "certificate/signature-algorithm"
  | "certificate/algorithms-agree"
  | "certificate/public-key"
  | "certificate/listed-key-size"
  | "certificate/not-self-signed"
  | "certificate/encoding"
  | "certificate/not-ca"
  | "certificate/server-auth"
  | "certificate/key-usage"
  | "certificate/sample-extensions"
  | "subject/common-name"
  | "subject/no-wildcard"
  | "subject/country"
  | "subject/organization"
  | "subject/organizational-unit"
  | "subject/field-order"
  | "names/subject-alt-name"
  | "names/covers-host"
  | "crl-point/present"
  | "crl-point/absent"
  | "crl-point/http"
  | "crl-point/only-http"
  | "crl-point/port"
  | "crl-point/crl-file"
  | "key/belongs-to-certificate"
  | "key/size"
  | "key/fast"
  | "key/consistent"
  | "key/cipher"
  | "key/encoding"
  | "passphrase/opens-key"
  | "passphrase/within-limits"
  | "passphrase/characters"
  | "passphrase/needed"
  | "chain/trusted"
  | "chain/within-limits"
  | "chain/root-included"
  | "chain/ordered"
  | "chain/only-cas"
  | "chain/only-needed"
  | "chain/algorithms"
  | "chain/purpose"
  | "chain/strict"
  | "chain/strength"
  | "revocation/crl-reachable"
  | "revocation/every-url-reachable"
  | "revocation/no-redirect"
  | "revocation/crl-usable"
  | "revocation/within-limits"
  | "revocation/crl-needed"
  | "revocation/not-revoked"
  | "handshake/completes"
  | "policy/issuer"
  | "policy/names"
  | "policy/subject"
  | "policy/lifetime"
  | "policy/key-size"
  | "request/single"
  | "request/signature"
  | "request/signature-hash"
  | "request/clean"
  | "request/no-challenge-password"
  | "request/key-matches"
  | "request/same-subject"
  | "request/same-names"
  | "request/new-key"
  | "fleet/unique-certificate"
  | "fleet/unique-common-name"
  | "fleet/unique-key"
  | "fleet/unique-serial-number"
  | "fleet/separate-names"
  | "fleet/spread-expiry"
  | "fleet/files-present"
  | "fleet/files-assigned"
  | "endpoint/reachable"
  | "endpoint/speaks-tls"
  | "endpoint/modern-protocol"
  | "endpoint/no-client-certificate"
  | "endpoint/admits-clients"
  | "endpoint/key-usage"
  | "endpoint/serves-certificate"
  | "endpoint/sends-chain"
  | "endpoint/chain-in-order";

/**
 * What `certcheck --format json` prints.
 */
export interface Report {
  /**
   * Grows when a change would break a reader.
   */
  readonly schemaVersion: 1;
  /**
   * The program.
   */
  readonly tool: {
    readonly name: "certcheck";
    /**
     * Its version.
     */
    readonly version: string;
  };
  /**
   * The time judged, ISO 8601.
   */
  readonly at: string;
  /**
   * Edition of the documents in force.
   */
  readonly edition: "2021" | "2022" | "2023";
  /**
   * The worst of the bundles; in a fleet, what has to differ and does not counts as unsupported, and so does an appliance that could not be checked.
   */
  readonly verdict: "refused" | "unsupported" | "ready";
  /**
   * What the process ends with, unless a report could not be written; without a report it is 2.
   */
  readonly exitCode: 0 | 1 | 3;
  /**
   * What of the findings makes the exit code 1.
   */
  readonly failOn: "error" | "warning" | "never";
  /**
   * On the line of an appliance: what counts for the run, if a profile says otherwise for this one.
   */
  readonly overall?: {
    /**
     * As above.
     */
    readonly edition: "2021" | "2022" | "2023";
    /**
     * As above.
     */
    readonly failOn: "error" | "warning" | "never";
  };
  /**
   * The configuration's file; absent if there is none.
   */
  readonly configuration?: string;
  /**
   * The waivers of the configuration; absent if it has none.
   */
  readonly waivers?: readonly WaiverState[];
  /**
   * The appliances.
   */
  readonly bundles: readonly BundleReport[];
  /**
   * Appliances that could not be checked; absent if there is none.
   */
  readonly unread?: readonly Unread[];
  readonly fleet?: Fleet;
}
/**
 * A waiver.
 */
export interface WaiverState {
  /**
   * Rules by id or pattern.
   */
  readonly rule: string;
  /**
   * The appliance, as the configuration names it.
   */
  readonly subject: string;
  /**
   * Why the failure is let pass.
   */
  readonly reason: string;
  /**
   * Who answers for it.
   */
  readonly owner: string;
  /**
   * The last day on which it counts.
   */
  readonly until: string;
  /**
   * `unused`: nothing fails that it covers; `unasked`: none of its rules was asked; `elsewhere`: it is about no appliance of this run.
   */
  readonly state: "used" | "unused" | "expired" | "unasked" | "elsewhere";
}
/**
 * One appliance.
 */
export interface BundleReport {
  /**
   * What was judged; absent if it was an upload.
   */
  readonly purpose?: "request" | "endpoint";
  /**
   * The certificate's or the request's file, as the command line named it; in a fleet, the appliance's name.
   */
  readonly name: string;
  /**
   * Who answers for it, where a manifest says so.
   */
  readonly owner?: string;
  /**
   * What the upload will come to; of a live endpoint, `ready` if it is in order, and `unsupported` if it is not.
   */
  readonly verdict: "refused" | "unsupported" | "ready";
  /**
   * The messages the appliance would show, each once.
   */
  readonly messages: readonly ApplianceMessage[];
  /**
   * The files that were checked.
   */
  readonly files: readonly FileReport[];
  readonly certificate?: CertificateFacts;
  readonly request?: RequestFacts;
  readonly chain?: Chain;
  /**
   * The places where CRLs were looked for; absent if nobody asked.
   */
  readonly crls?: readonly CrlPlace[];
  readonly endpoint?: Endpoint;
  /**
   * What was not checked.
   */
  readonly notChecked: readonly NotChecked[];
  /**
   * One for each rule that is asked, in the order of the catalogue; in a fleet, of those alone that fail or are broken.
   */
  readonly results: readonly Result[];
}
/**
 * A file.
 */
export interface FileReport {
  /**
   * The file, as the command line named it.
   */
  readonly file: string;
  /**
   * What it was given as; `previous` is the certificate to be renewed.
   */
  readonly slot: "certificate" | "key" | "chain" | "roots" | "request" | "previous";
  /**
   * What it is.
   */
  readonly kind: string;
  /**
   * SHA-256 of the file, hexadecimal digits; absent if it was not read to its end, or is what a server sent.
   */
  readonly sha256?: string;
}
/**
 * Public facts of the certificate; absent if it could not be decoded.
 */
export interface CertificateFacts {
  /**
   * Distinguished name, in the order of the file.
   */
  readonly subject: string;
  /**
   * First common name of the subject.
   */
  readonly commonName?: string;
  /**
   * Name of the signature algorithm, or its dotted object identifier.
   */
  readonly signatureAlgorithm: string;
  readonly publicKey: PublicKeyFacts;
  /**
   * SHA-256 of the SubjectPublicKeyInfo, hexadecimal digits.
   */
  readonly keyFingerprint: string;
  /**
   * Distinguished name of the issuer.
   */
  readonly issuer: string;
  /**
   * Serial number, hexadecimal digits.
   */
  readonly serialNumber: string;
  /**
   * Start of validity, ISO 8601; as it stands in the certificate if it cannot be read.
   */
  readonly notBefore: string;
  /**
   * End of validity, likewise.
   */
  readonly notAfter: string;
  /**
   * SHA-256 of the certificate, hexadecimal digits.
   */
  readonly fingerprint: string;
  /**
   * DNS names and IP addresses.
   *
   * Items: A name or an address.
   */
  readonly subjectAltNames: readonly string[];
  /**
   * URLs of the CRL distribution points.
   *
   * Items: A URL as the certificate writes it.
   */
  readonly crlUrls: readonly string[];
}
/**
 * The key.
 */
export interface PublicKeyFacts {
  /**
   * RSA, EC, Ed25519, …, or a dotted object identifier.
   */
  readonly algorithm: string;
  /**
   * Size in bits.
   */
  readonly bits?: number;
  /**
   * Named curve of an EC key.
   */
  readonly curve?: string;
}
/**
 * Public facts of the request; present if one was judged, and could be decoded.
 */
export interface RequestFacts {
  /**
   * Distinguished name, in the order of the file.
   */
  readonly subject: string;
  /**
   * First common name of the subject.
   */
  readonly commonName?: string;
  /**
   * Name of the signature algorithm, or its dotted object identifier.
   */
  readonly signatureAlgorithm: string;
  readonly publicKey: PublicKeyFacts;
  /**
   * SHA-256 of the SubjectPublicKeyInfo, hexadecimal digits.
   */
  readonly keyFingerprint: string;
  /**
   * DNS names and IP addresses asked for.
   *
   * Items: A name or an address.
   */
  readonly subjectAltNames: readonly string[];
  /**
   * Key usages asked for.
   *
   * Items: As RFC 5280 calls it.
   */
  readonly keyUsage?: readonly string[];
  /**
   * Extended key usages asked for.
   *
   * Items: Its name, or its dotted object identifier.
   */
  readonly extKeyUsage?: readonly string[];
}
/**
 * The path from the certificate to a root; absent if no chain was given, or if it was not judged.
 */
export interface Chain {
  /**
   * The certificate first, then each one's issuer, as far as certificates were found.
   */
  readonly path: readonly PathCertificate[];
  /**
   * Whether the path ends at a trust anchor.
   */
  readonly anchored: boolean;
  /**
   * Name of the issuer that no file holds, if the path ends there.
   */
  readonly missing?: string;
  /**
   * Whether the chain file has the order of the path.
   */
  readonly ordered: boolean;
  /**
   * What the chain file holds besides.
   */
  readonly others: readonly OtherCertificate[];
}
/**
 * A certificate of the path.
 */
export interface PathCertificate {
  /**
   * Common name of the subject, or what else people call it.
   */
  readonly name: string;
  /**
   * The file, as the command line named it.
   */
  readonly file: string;
  /**
   * Line, for PEM and text.
   */
  readonly line?: number;
  /**
   * A root names itself as its issuer.
   */
  readonly role: "leaf" | "CA" | "root";
  /**
   * Start of validity, ISO 8601; as it stands in the certificate if it cannot be read.
   */
  readonly notBefore: string;
  /**
   * End of validity, likewise.
   */
  readonly notAfter: string;
  /**
   * At the time judged.
   */
  readonly validity: "current" | "not begun" | "expired" | "unreadable";
  /**
   * What the CRLs say; absent if none were looked for, and of a root.
   */
  readonly revocation?: "good" | "revoked" | "unknown";
  /**
   * Why the path is not valid here.
   */
  readonly problems: readonly ChainProblem[];
}
/**
 * One reason.
 */
export interface ChainProblem {
  /**
   * The certificate itself, or its link to the next one.
   */
  readonly on: "certificate" | "link";
  /**
   * `signature`, `authority`, …; new ones may come.
   */
  readonly kind: string;
  /**
   * What was found.
   */
  readonly message: string;
}
/**
 * A certificate beside the path.
 */
export interface OtherCertificate {
  /**
   * Common name of the subject, or what else people call it.
   */
  readonly name: string;
  /**
   * The file, as the command line named it.
   */
  readonly file: string;
  /**
   * Line, for PEM and text.
   */
  readonly line?: number;
  /**
   * It stands there, or on the path, already; or the path does not come to it.
   */
  readonly why: "duplicate" | "unconnected";
}
/**
 * A place where CRLs were looked for.
 */
export interface CrlPlace {
  /**
   * The file as the command line named it, or the URL.
   */
  readonly name: string;
  /**
   * Which of the two.
   */
  readonly kind: "file" | "url";
  /**
   * What came of it; `unreadable` is a place that hands out something else than CRLs.
   */
  readonly state: "read" | "unreadable" | "unreachable" | "not asked";
  /**
   * The CRLs that were read.
   */
  readonly crls: readonly Crl[];
}
/**
 * A CRL, in its own words.
 */
export interface Crl {
  /**
   * Distinguished name of the issuer.
   */
  readonly issuer: string;
  /**
   * What people call the issuer.
   */
  readonly issuerName: string;
  /**
   * When it was issued, ISO 8601; as it stands in the CRL if it cannot be read.
   */
  readonly thisUpdate: string;
  /**
   * By when its successor is due, likewise.
   */
  readonly nextUpdate?: string;
  /**
   * cRLNumber, hexadecimal digits.
   */
  readonly number?: string;
  /**
   * How many certificates it lists.
   */
  readonly entries: number;
}
/**
 * The live endpoint that serves the certificate; absent if that came out of a file.
 */
export interface Endpoint {
  /**
   * Name or address that was asked for.
   */
  readonly host: string;
  /**
   * TCP port.
   */
  readonly port: number;
  /**
   * Address that was connected to; absent without a connection.
   */
  readonly address?: string;
  /**
   * TLS 1.3, …; absent if the handshake failed.
   */
  readonly protocol?: string;
  /**
   * Cipher suite by OpenSSL's name, likewise.
   */
  readonly cipher?: string;
  /**
   * How many certificates the server sent.
   */
  readonly certificates: number;
  /**
   * The certificate that should be served; absent if none was given.
   */
  readonly expected?: {
    /**
     * Its file, as the command line named it.
     */
    readonly file: string;
    /**
     * Whether it is the one that is served.
     */
    readonly served: boolean;
  };
  /**
   * What browsers would show that trust the root: the first, and what comes behind it once that is mended.
   */
  readonly browserErrors: readonly BrowserError[];
}
/**
 * An error page.
 */
export interface BrowserError {
  /**
   * Chromium's name for it, such as NET::ERR_CERT_DATE_INVALID; new ones may come.
   */
  readonly code: string;
  /**
   * What it is about.
   */
  readonly why: string;
  /**
   * What can be done in front of it.
   */
  readonly advice: string;
}
/**
 * Something the appliance may look at, and certcheck did not.
 */
export interface NotChecked {
  /**
   * What remains unknown.
   */
  readonly what: string;
  /**
   * Why.
   */
  readonly why: string;
  /**
   * What to give to have it checked.
   */
  readonly option?: string;
}
/**
 * What came of one rule.
 */
export interface Result {
  readonly rule: RuleId;
  /**
   * `broken` is an error of certcheck itself.
   */
  readonly outcome: "holds" | "fails" | "skipped" | "broken";
  /**
   * What counts for the exit code.
   */
  readonly severity: "error" | "warning" | "info";
  /**
   * The appliance's message that the failure predicts.
   */
  readonly refusal?: "passphrase" | "chain-of-trust" | "expired" | "revoked" | "crl-unreachable" | "failed";
  /**
   * Why the rule was skipped, or broke.
   */
  readonly reason?: string;
  readonly waived?: Waiver;
  /**
   * The waiver that covered the failure until its day.
   */
  readonly waiverExpired?: {
    /**
     * Why the failure is let pass.
     */
    readonly reason: string;
    /**
     * Who answers for it.
     */
    readonly owner: string;
    /**
     * The last day on which it counts.
     */
    readonly until: string;
  };
  /**
   * What was found, if the rule fails.
   */
  readonly findings: readonly Finding[];
}
/**
 * The waiver of the configuration that covers the failure; the outcome stays.
 */
export interface Waiver {
  /**
   * Why the failure is let pass.
   */
  readonly reason: string;
  /**
   * Who answers for it.
   */
  readonly owner: string;
  /**
   * The last day on which it counts.
   */
  readonly until: string;
}
/**
 * One thing found.
 */
export interface Finding {
  /**
   * What was found.
   */
  readonly message: string;
  /**
   * The file, as the command line named it.
   */
  readonly file: string;
  /**
   * Line, for PEM and text.
   */
  readonly line?: number;
  /**
   * Last line, where a whole block is meant.
   */
  readonly endLine?: number;
  /**
   * Byte offset, for DER.
   */
  readonly offset?: number;
  /**
   * What to do. Lines after the first are commands.
   */
  readonly fix: string;
}
/**
 * An appliance that could not be checked.
 */
export interface Unread {
  /**
   * Its name.
   */
  readonly name: string;
  /**
   * Its certificate's file.
   */
  readonly file: string;
  /**
   * Which of its files cannot be opened, and why.
   */
  readonly why: string;
  /**
   * It is an error of certcheck itself.
   */
  readonly isBroken?: true;
}
/**
 * What appliances have in common, and how many came to what; absent outside of fleets, and on the lines of single appliances.
 */
export interface Fleet {
  /**
   * The manifest's file; absent if the files themselves said what belongs together.
   */
  readonly manifest?: string;
  /**
   * Which part of the fleet this is, such as 3/8; absent if it is all of it.
   */
  readonly shard?: string;
  /**
   * The run was interrupted.
   */
  readonly interrupted?: true;
  /**
   * How many appliances were to be checked.
   */
  readonly toCheck?: number;
  /**
   * What is not there of the parts that were put together.
   *
   * Items: A sentence.
   */
  readonly incomplete?: readonly string[];
  /**
   * How many appliances were checked.
   */
  readonly appliances: number;
  /**
   * How many appliances came to each verdict.
   */
  readonly verdicts: {
    readonly [k: string]: number;
  };
  /**
   * How many appliances would show each of the appliance's messages, by certcheck's name for it.
   */
  readonly messages: {
    readonly [k: string]: number;
  };
  /**
   * How many appliances fail each rule; waived failures do not count.
   */
  readonly rules: {
    readonly [k: string]: number;
  };
  /**
   * How many certificates expire in each month, such as 2027-05.
   */
  readonly months: {
    readonly [k: string]: number;
  };
  /**
   * Files that belong to no appliance.
   */
  readonly strays: readonly Stray[];
  /**
   * One for each rule across appliances.
   */
  readonly results: readonly Result[];
}
/**
 * A file.
 */
export interface Stray {
  /**
   * Its path.
   */
  readonly file: string;
  /**
   * What its ending says.
   */
  readonly kind: "certificate" | "key" | "chain" | "other";
  /**
   * Why it was not taken, if it might be meant.
   */
  readonly why?: string;
}
