/** The JSON Schema of what `inspect` tells; `npm run generate` writes it to docs/inspect.schema.json. */
import { INSPECTION_VERSION } from "../../src/reporters/inspection/json.ts";
import { list, object, type Schema, text, withRoom } from "./report-schema.ts";

const HEX = "^[0-9a-f]+$";
const SHA256 = "^[0-9a-f]{64}$";

const number = (description: string, minimum = 0): Schema => ({ type: "integer", minimum, description });
const flag = (description: string): Schema => ({ type: "boolean", description });

const place = {
  line: number("Line of the BEGIN line, in PEM.", 1),
  endLine: number("Line of the END line, likewise.", 1),
  container: { enum: ["PKCS#7", "PKCS#12"], description: "The container it came out of." },
} as const;

const placed = (description: string, properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []) =>
  object(description, { ...properties, ...place }, [...optional, ...Object.keys(place)]);

/** Where the time judged lies. */
const judged = {
  validity: { enum: ["current", "not begun", "expired", "unreadable"], description: "At the time judged." },
  days: number("Whole days until it ends, since it ended, or until it begins; `validity` says which."),
} as const;

const attributes = list(
  "Attributes of the subject, in their order.",
  object("An attribute.", {
    type: text("Short name, or dotted object identifier."),
    value: text("Its value."),
  }),
);

const publicKey = object(
  "A public key.",
  {
    algorithm: text("RSA, EC, Ed25519, …, or a dotted object identifier."),
    bits: number("Size in bits."),
    curve: text("Named curve of an EC key."),
    exponent: text("Public exponent of an RSA key, decimal.", { pattern: "^[0-9]+$" }),
    modulusMd5: text("MD5 of what `openssl … -noout -modulus` prints, hexadecimal digits.", {
      pattern: "^[0-9a-f]{32}$",
    }),
  },
  ["bits", "curve", "exponent", "modulusMd5"],
);

const keyFingerprint = text("SHA-256 of the SubjectPublicKeyInfo, hexadecimal digits.", { pattern: SHA256 });

const extensions = list(
  "Extensions, in their order.",
  object(
    "An extension.",
    {
      oid: text("Dotted object identifier."),
      name: text("Name in RFC 5280 or elsewhere, or the dotted identifier."),
      critical: flag("Whether who does not know it has to refuse the certificate."),
      values: list("What it holds; empty if certcheck does not know it.", text("One thing.")),
      meaning: text("What it means for the appliance."),
      problem: text("Why it cannot be decoded."),
      length: number("Octets of its value."),
      start: text("The first of them, of an unknown or broken one; hexadecimal digits.", { pattern: "^[0-9a-f]*$" }),
    },
    ["problem", "start"],
  ),
);

const irregularities = list(
  "Where the encoding strays from DER.",
  object("A place.", { message: text("What is there."), offset: number("Bytes from the start of the DER.") }),
);

const sample = list(
  "Field by field beside the sample of the appliance's documents; absent for certificates of CAs.",
  object(
    "A field.",
    {
      field: text("Its name."),
      outcome: {
        enum: ["same", "own", "differs", "missing", "more"],
        description: "`own`: each certificate has another; `missing`: the sample has it; `more`: it does not.",
      },
      here: text("What stands here."),
      sample: text("What the sample has."),
      matters: flag("Whether an appliance or a browser minds."),
      remark: text("What the difference means."),
    },
    ["here", "sample", "remark"],
  ),
);

const certificate = placed(
  "A certificate.",
  {
    kind: { const: "certificate" },
    name: text("What people call the holder."),
    role: { enum: ["leaf", "CA", "root"], description: "A leaf is what an appliance has." },
    subject: text("Distinguished name, in the order of the certificate."),
    subjectAttributes: attributes,
    issuer: text("Distinguished name of the issuer."),
    isSelfSigned: flag("Whether its own key has signed it."),
    version: number("1, 2 or 3; 0 if it says nonsense."),
    serialNumber: text("Hexadecimal digits.", { pattern: HEX }),
    notBefore: text("Start of validity, ISO 8601; as it stands in the certificate if it cannot be read."),
    notAfter: text("End of validity, likewise."),
    ...judged,
    signatureAlgorithm: text("Name, or dotted object identifier."),
    publicKey,
    keyFingerprint,
    extensions,
    fingerprint: text("SHA-256 of the certificate, hexadecimal digits.", { pattern: SHA256 }),
    fingerprintSha1: text("SHA-1, the thumbprint of Windows, hexadecimal digits.", { pattern: "^[0-9a-f]{40}$" }),
    irregularities,
    sample,
  },
  ["sample", "days"],
);

const request = placed("A certification request.", {
  kind: { const: "request" },
  name: text("What people call the subject."),
  subject: text("Distinguished name, in the order of the request."),
  subjectAttributes: attributes,
  signatureAlgorithm: text("Name, or dotted object identifier."),
  signature: { enum: ["valid", "invalid", "unknown"], description: "By the key in it." },
  publicKey,
  keyFingerprint,
  attributes: list("Names of its attributes; values may be secret.", text("A name, or a dotted identifier.")),
  extensions,
  irregularities,
});

const key = placed(
  "A private key, by its public half.",
  {
    kind: { const: "private key" },
    format: text("PKCS#8, PKCS#1, …; absent if it is closed."),
    algorithm: text("RSA, EC, …; likewise."),
    publicKey,
    keyFingerprint,
    encryption: text("How it is encrypted, if it is."),
    state: {
      enum: ["plain", "opened", "no-passphrase", "wrong-passphrase", "cannot-open"],
      description: "`plain` is not encrypted.",
    },
    obstacle: text("Why no passphrase opens it here."),
    compared: { type: "boolean", description: "Whether the numbers of an RSA key were held against each other." },
    broken: list("Relations between its numbers that do not hold.", text("A relation, such as n = p·q.")),
    belongsTo: list(
      "Certificates and requests among the files that have its public key.",
      object("One of them.", {
        kind: { enum: ["certificate", "request"] },
        name: text("What people call the holder."),
        file: text("Its file."),
      }),
    ),
  },
  ["format", "algorithm", "publicKey", "keyFingerprint", "encryption", "obstacle"],
);

const crl = placed(
  "A revocation list.",
  {
    kind: { const: "CRL" },
    name: text("What people call the issuer."),
    issuer: text("Distinguished name of the issuer."),
    version: number("1 or 2; 0 if it says nonsense."),
    thisUpdate: text("When it was issued, ISO 8601; as it stands in the list if it cannot be read."),
    nextUpdate: text("By when its successor is due, likewise; absent if it does not say."),
    ...judged,
    number: text("cRLNumber, hexadecimal digits.", { pattern: HEX }),
    entries: number("How many certificates it lists."),
    signatureAlgorithm: text("Name, or dotted object identifier."),
    signature: {
      enum: ["valid", "invalid", "unknown"],
      description: "By a certificate of the issuer, if one was given.",
    },
    scope: list("What limits it.", text("A limit.")),
    extensions: list(
      "Extensions, in their order.",
      object("An extension.", {
        name: text("Name in RFC 5280, or the dotted identifier."),
        critical: flag("Whether who does not know it may not use the list."),
        meaning: text("What it means."),
      }),
    ),
    sought: list(
      "Serial numbers of --serial, and of certificates given that its issuer has issued.",
      object(
        "A serial number.",
        {
          serialNumber: text("Hexadecimal digits.", { pattern: HEX }),
          certificate: text("Whose it is, if the certificate was given."),
          state: {
            enum: ["revoked", "not on the list", "taken off the list", "unknown"],
            description: "`unknown`: there are more entries for it than are kept.",
          },
          since: text("Date of the entry, ISO 8601."),
          reason: text("Reason in the entry, as RFC 5280 names it."),
          issuer: text("Issuer of the certificate, where the entry says so."),
        },
        ["certificate", "since", "reason", "issuer"],
      ),
    ),
  },
  ["number", "nextUpdate", "days"],
);

const container = placed(
  "A container; what is in it stands behind it.",
  {
    kind: { enum: ["PKCS#7", "PKCS#12"] },
    state: { enum: ["opened", "no-passphrase", "wrong-passphrase", "damaged", "limit"] },
    message: text("Why it is not opened."),
    isLegacy: flag("Whether OpenSSL 3 opens it with its legacy provider only."),
    certificates: number("Certificates in it."),
    keys: number("Private keys in it."),
  },
  ["message"],
);

const other = placed("Something that is recognised, and not looked into.", {
  kind: { const: "other" },
  what: text("What it is."),
});

const tree = object(
  "The ASN.1 of a file in DER, or of a block in PEM.",
  {
    label: text("Label of the block."),
    line: number("Line of its BEGIN line.", 1),
    rows: list(
      "The elements, each before those in it.",
      object(
        "An element.",
        {
          depth: number("How many are around it."),
          offset: number("Of its first octet, from the start of the outermost."),
          header: number("Octets of tag and length."),
          length: number("Octets of the content, as it says; absent if a mark ends it (BER)."),
          tag: text("SEQUENCE, [0], …"),
          value: text("What it holds, if that is short."),
          hidden: { const: true, description: "Its content may be secret, and is left out." },
        },
        ["length", "value", "hidden"],
      ),
    ),
    problem: object("What could not be read.", { message: text("Why."), offset: number("From which octet on.") }),
  },
  ["label", "line", "problem"],
);

const comparison = object("What differs, if two files hold one thing each that can be compared.", {
  files: list("The two files.", text("A file.")),
  summary: text("The whole in a sentence."),
  differences: list(
    "Field by field.",
    object(
      "A field.",
      {
        field: text("Its name."),
        outcome: { enum: ["same", "differs", "unknown"], description: "`unknown`: a private key is not opened." },
        before: text("In the first file."),
        after: text("In the second."),
        added: list("Values of the second alone.", text("A value.")),
        removed: list("Values of the first alone.", text("A value.")),
        remark: text("What the difference means."),
      },
      ["before", "after", "added", "removed", "remark"],
    ),
  ),
});

/** The schema with no room for what it does not know: what tests hold inspections to. */
export const strictInspectSchema: Schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Inspection of certcheck",
  ...object(
    "What `certcheck inspect --format json` prints.",
    {
      schemaVersion: { const: INSPECTION_VERSION, description: "Grows when a change would break a reader." },
      tool: object("The program.", { name: { const: "certcheck" }, version: text("Its version.") }),
      at: text("The time judged, ISO 8601.", { format: "date-time" }),
      exitCode: { enum: [0, 1], description: "What the process ends with." },
      files: list(
        "The files, in the order in which they were named.",
        object(
          "A file.",
          {
            file: text("The file, as the command line named it."),
            encoding: { enum: ["PEM", "DER", "none"], description: "By content, not by name." },
            sha256: text("SHA-256 of the file, hexadecimal digits; absent if it was not read to its end.", {
              pattern: SHA256,
            }),
            items: list("What is in it, in its order.", {
              anyOf: [certificate, request, key, crl, container, other],
            }),
            problems: list(
              "What is wrong with it.",
              object(
                "A problem.",
                {
                  message: text("What was found."),
                  line: number("Line, for PEM and text.", 1),
                  offset: number("Byte offset, for DER."),
                  hides: flag("Whether it keeps something of the file from being read."),
                },
                ["line", "offset"],
              ),
            ),
            asn1: list("Its ASN.1, with --asn1.", tree),
          },
          ["sha256", "asn1"],
        ),
      ),
      comparison,
    },
    ["comparison"],
  ),
};

/** The schema as it is published. */
export const inspectSchema = withRoom(strictInspectSchema);
