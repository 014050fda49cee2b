/** The JSON Schema of the report, derived from the catalogue; `npm run generate` writes it to docs/report.schema.json. */
import { editions, messages } from "../../src/defender.ts";
import { failOns } from "../../src/report/report.ts";
import { severities } from "../../src/rule.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { SCHEMA_VERSION } from "../../src/reporters/json.ts";

export type Schema = Readonly<Record<string, unknown>>;

export const text = (description: string, more: Schema = {}): Schema => ({ type: "string", description, ...more });

export const list = (description: string, items: Schema): Schema => ({ type: "array", description, items });

/** An object whose properties are all required, but for those named. */
export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: "object",
  description,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

/** The same, with a name for types that are made of it. */
const named = (title: string, ...rest: Parameters<typeof object>): Schema => ({ title, ...object(...rest) });

const verdict = (description: string): Schema => ({ enum: ["refused", "unsupported", "ready"], description });

const publicKey = named(
  "PublicKeyFacts",
  "The key.",
  {
    algorithm: text("RSA, EC, Ed25519, …, or a dotted object identifier."),
    bits: { type: "integer", minimum: 0, description: "Size in bits." },
    curve: text("Named curve of an EC key."),
  },
  ["bits", "curve"],
);

/** What certificates and requests have in common. */
const described = {
  subject: text("Distinguished name, in the order of the file."),
  commonName: text("First common name of the subject."),
  signatureAlgorithm: text("Name of the signature algorithm, or its dotted object identifier."),
  publicKey,
  keyFingerprint: text("SHA-256 of the SubjectPublicKeyInfo, hexadecimal digits.", { pattern: "^[0-9a-f]{64}$" }),
} as const;

const certificate = named(
  "CertificateFacts",
  "Public facts of the certificate; absent if it could not be decoded.",
  {
    ...described,
    issuer: text("Distinguished name of the issuer."),
    serialNumber: text("Serial number, hexadecimal digits.", { pattern: "^[0-9a-f]+$" }),
    notBefore: text("Start of validity, ISO 8601; as it stands in the certificate if it cannot be read."),
    notAfter: text("End of validity, likewise."),
    fingerprint: text("SHA-256 of the certificate, hexadecimal digits.", { pattern: "^[0-9a-f]{64}$" }),
    subjectAltNames: list("DNS names and IP addresses.", text("A name or an address.")),
    crlUrls: list("URLs of the CRL distribution points.", text("A URL as the certificate writes it.")),
  },
  ["commonName"],
);

const request = named(
  "RequestFacts",
  "Public facts of the request; present if one was judged, and could be decoded.",
  {
    ...described,
    subjectAltNames: list("DNS names and IP addresses asked for.", text("A name or an address.")),
    keyUsage: list("Key usages asked for.", text("As RFC 5280 calls it.")),
    extKeyUsage: list("Extended key usages asked for.", text("Its name, or its dotted object identifier.")),
  },
  ["commonName", "keyUsage", "extKeyUsage"],
);

const finding = named(
  "Finding",
  "One thing found.",
  {
    message: text("What was found."),
    file: text("The file, as the command line named it."),
    line: { type: "integer", minimum: 1, description: "Line, for PEM and text." },
    endLine: { type: "integer", minimum: 1, description: "Last line, where a whole block is meant." },
    offset: { type: "integer", minimum: 0, description: "Byte offset, for DER." },
    fix: text("What to do. Lines after the first are commands."),
  },
  ["line", "endLine", "offset"],
);

const waiver = {
  reason: text("Why the failure is let pass."),
  owner: text("Who answers for it."),
  until: text("The last day on which it counts.", { format: "date" }),
} as const;

const result = named(
  "Result",
  "What came of one rule.",
  {
    rule: { title: "RuleId", enum: rules.map(({ id }) => id), description: "Id of the rule." },
    outcome: {
      enum: ["holds", "fails", "skipped", "broken"],
      description: "`broken` is an error of certcheck itself.",
    },
    severity: { enum: severities, description: "What counts for the exit code." },
    refusal: { enum: Object.keys(messages), description: "The appliance's message that the failure predicts." },
    reason: text("Why the rule was skipped, or broke."),
    waived: named("Waiver", "The waiver of the configuration that covers the failure; the outcome stays.", waiver),
    waiverExpired: object("The waiver that covered the failure until its day.", waiver),
    findings: list("What was found, if the rule fails.", finding),
  },
  ["refusal", "reason", "waived", "waiverExpired"],
);

const crlPlace = named("CrlPlace", "A place where CRLs were looked for.", {
  name: text("The file as the command line named it, or the URL."),
  kind: { enum: ["file", "url"], description: "Which of the two." },
  state: {
    enum: ["read", "unreadable", "unreachable", "not asked"],
    description: "What came of it; `unreadable` is a place that hands out something else than CRLs.",
  },
  crls: list(
    "The CRLs that were read.",
    named(
      "Crl",
      "A CRL, in its own words.",
      {
        issuer: text("Distinguished name of the issuer."),
        issuerName: text("What people call the issuer."),
        thisUpdate: text("When it was issued, ISO 8601; as it stands in the CRL if it cannot be read."),
        nextUpdate: text("By when its successor is due, likewise."),
        number: text("cRLNumber, hexadecimal digits.", { pattern: "^[0-9a-f]+$" }),
        entries: { type: "integer", minimum: 0, description: "How many certificates it lists." },
      },
      ["nextUpdate", "number"],
    ),
  ),
});

const endpoint = named(
  "Endpoint",
  "The live endpoint that serves the certificate; absent if that came out of a file.",
  {
    host: text("Name or address that was asked for."),
    port: { type: "integer", minimum: 1, maximum: 65_535, description: "TCP port." },
    address: text("Address that was connected to; absent without a connection."),
    protocol: text("TLS 1.3, …; absent if the handshake failed."),
    cipher: text("Cipher suite by OpenSSL's name, likewise."),
    certificates: { type: "integer", minimum: 0, description: "How many certificates the server sent." },
    expected: object("The certificate that should be served; absent if none was given.", {
      file: text("Its file, as the command line named it."),
      served: { type: "boolean", description: "Whether it is the one that is served." },
    }),
    browserErrors: list(
      "What browsers would show that trust the root: the first, and what comes behind it once that is mended.",
      named("BrowserError", "An error page.", {
        code: text("Chromium's name for it, such as NET::ERR_CERT_DATE_INVALID; new ones may come."),
        why: text("What it is about."),
        advice: text("What can be done in front of it."),
      }),
    ),
  },
  ["address", "protocol", "cipher", "expected"],
);

const notChecked = named(
  "NotChecked",
  "Something the appliance may look at, and certcheck did not.",
  { what: text("What remains unknown."), why: text("Why."), option: text("What to give to have it checked.") },
  ["option"],
);

const placed = {
  name: text("Common name of the subject, or what else people call it."),
  file: text("The file, as the command line named it."),
  line: { type: "integer", minimum: 1, description: "Line, for PEM and text." },
} as const;

const chain = named(
  "Chain",
  "The path from the certificate to a root; absent if no chain was given, or if it was not judged.",
  {
    path: list(
      "The certificate first, then each one's issuer, as far as certificates were found.",
      named(
        "PathCertificate",
        "A certificate of the path.",
        {
          ...placed,
          role: { enum: ["leaf", "CA", "root"], description: "A root names itself as its issuer." },
          notBefore: text("Start of validity, ISO 8601; as it stands in the certificate if it cannot be read."),
          notAfter: text("End of validity, likewise."),
          validity: { enum: ["current", "not begun", "expired", "unreadable"], description: "At the time judged." },
          revocation: {
            enum: ["good", "revoked", "unknown"],
            description: "What the CRLs say; absent if none were looked for, and of a root.",
          },
          problems: list(
            "Why the path is not valid here.",
            named("ChainProblem", "One reason.", {
              on: {
                enum: ["certificate", "link"],
                description: "The certificate itself, or its link to the next one.",
              },
              kind: text("`signature`, `authority`, …; new ones may come."),
              message: text("What was found."),
            }),
          ),
        },
        ["line", "revocation"],
      ),
    ),
    anchored: { type: "boolean", description: "Whether the path ends at a trust anchor." },
    missing: text("Name of the issuer that no file holds, if the path ends there."),
    ordered: { type: "boolean", description: "Whether the chain file has the order of the path." },
    others: list(
      "What the chain file holds besides.",
      named(
        "OtherCertificate",
        "A certificate beside the path.",
        {
          ...placed,
          why: {
            enum: ["duplicate", "unconnected"],
            description: "It stands there, or on the path, already; or the path does not come to it.",
          },
        },
        ["line"],
      ),
    ),
  },
  ["missing"],
);

const bundle = named(
  "BundleReport",
  "One appliance.",
  {
    purpose: { enum: ["request", "endpoint"], description: "What was judged; absent if it was an upload." },
    name: text(
      "The certificate's or the request's file, as the command line named it; in a fleet, the appliance's name.",
    ),
    owner: text("Who answers for it, where a manifest says so."),
    verdict: verdict(
      "What the upload will come to; of a live endpoint, `ready` if it is in order, and `unsupported` if it is not.",
    ),
    messages: list("The messages the appliance would show, each once.", {
      title: "ApplianceMessage",
      enum: Object.values(messages),
      description: "One of the appliance's messages, word for word.",
    }),
    files: list(
      "The files that were checked.",
      named(
        "FileReport",
        "A file.",
        {
          file: text("The file, as the command line named it."),
          slot: {
            enum: ["certificate", "key", "chain", "roots", "request", "previous"],
            description: "What it was given as; `previous` is the certificate to be renewed.",
          },
          kind: text("What it is."),
          sha256: text(
            "SHA-256 of the file, hexadecimal digits; absent if it was not read to its end, or is what a server sent.",
            {
              pattern: "^[0-9a-f]{64}$",
            },
          ),
        },
        ["sha256"],
      ),
    ),
    certificate,
    request,
    chain,
    crls: list("The places where CRLs were looked for; absent if nobody asked.", crlPlace),
    endpoint,
    notChecked: list("What was not checked.", notChecked),
    results: list(
      "One for each rule that is asked, in the order of the catalogue; in a fleet, of those alone that fail or are broken.",
      result,
    ),
  },
  ["purpose", "owner", "certificate", "request", "chain", "crls", "endpoint"],
);

const numbers = (description: string): Schema => ({
  type: "object",
  description,
  additionalProperties: { type: "integer", minimum: 1 },
});

const unread = named(
  "Unread",
  "An appliance that could not be checked.",
  {
    name: text("Its name."),
    file: text("Its certificate's file."),
    why: text("Which of its files cannot be opened, and why."),
    isBroken: { const: true, description: "It is an error of certcheck itself." },
  },
  ["isBroken"],
);

const fleet = named(
  "Fleet",
  "What appliances have in common, and how many came to what; absent outside of fleets, and on the lines of single appliances.",
  {
    manifest: text("The manifest's file; absent if the files themselves said what belongs together."),
    shard: text("Which part of the fleet this is, such as 3/8; absent if it is all of it."),
    interrupted: { const: true, description: "The run was interrupted." },
    toCheck: { type: "integer", minimum: 0, description: "How many appliances were to be checked." },
    incomplete: list("What is not there of the parts that were put together.", text("A sentence.")),
    appliances: { type: "integer", minimum: 0, description: "How many appliances were checked." },
    verdicts: numbers("How many appliances came to each verdict."),
    messages: numbers("How many appliances would show each of the appliance's messages, by certcheck's name for it."),
    rules: numbers("How many appliances fail each rule; waived failures do not count."),
    months: numbers("How many certificates expire in each month, such as 2027-05."),
    strays: list(
      "Files that belong to no appliance.",
      named(
        "Stray",
        "A file.",
        {
          file: text("Its path."),
          kind: { enum: ["certificate", "key", "chain", "other"], description: "What its ending says." },
          why: text("Why it was not taken, if it might be meant."),
        },
        ["why"],
      ),
    ),
    results: list("One for each rule across appliances.", result),
  },
  ["manifest", "shard", "interrupted", "toCheck", "incomplete"],
);

/** The schema with no room for what it does not know: what tests hold reports to. */
export const strictReportSchema: Schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Report of certcheck",
  ...object(
    "What `certcheck --format json` prints.",
    {
      schemaVersion: { const: SCHEMA_VERSION, description: "Grows when a change would break a reader." },
      tool: object("The program.", { name: { const: "certcheck" }, version: text("Its version.") }),
      at: text("The time judged, ISO 8601.", { format: "date-time" }),
      edition: { enum: editions, description: "Edition of the documents in force." },
      verdict: verdict(
        "The worst of the bundles; in a fleet, what has to differ and does not counts as unsupported, and so does an appliance that could not be checked.",
      ),
      exitCode: {
        enum: [0, 1, 3],
        description: "What the process ends with, unless a report could not be written; without a report it is 2.",
      },
      failOn: { enum: failOns, description: "What of the findings makes the exit code 1." },
      overall: object(
        "On the line of an appliance: what counts for the run, if a profile says otherwise for this one.",
        {
          edition: { enum: editions, description: "As above." },
          failOn: { enum: failOns, description: "As above." },
        },
      ),
      configuration: text("The configuration's file; absent if there is none."),
      waivers: list(
        "The waivers of the configuration; absent if it has none.",
        named("WaiverState", "A waiver.", {
          rule: text("Rules by id or pattern."),
          subject: text("The appliance, as the configuration names it."),
          ...waiver,
          state: {
            enum: ["used", "unused", "expired", "unasked", "elsewhere"],
            description:
              "`unused`: nothing fails that it covers; `unasked`: none of its rules was asked; `elsewhere`: it is about no appliance of this run.",
          },
        }),
      ),
      bundles: list("The appliances.", bundle),
      unread: list("Appliances that could not be checked; absent if there is none.", unread),
      fleet,
    },
    ["overall", "configuration", "waivers", "unread", "fleet"],
  ),
};

/** A schema as it is published: reports of later versions have more fields, and are to be read all the same. */
export const withRoom = (schema: Schema): Schema =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === "additionalProperties" && value === false ? undefined : value,
    ),
  ) as Schema;

/** The schema of the report as it is published. */
export const reportSchema = withRoom(strictReportSchema);
