/** The appliance: its messages, the editions of its documents, what they list, and how a certificate is uploaded to it. */

/** What the appliance shows when it refuses an upload, word for word. */
export const messages = {
  passphrase: "Passphrase does not match to the key",
  "chain-of-trust": "Cannot validate chain of trust. The provided Certificate and Root CA do not match.",
  expired: "This SSL certificate has expired and is not considered valid.",
  revoked: "This certificate has been revoked by the CRL and cannot be trusted for a secure connection",
  "crl-unreachable":
    "The CRL (Certificate Revocation List) location is not reachable. Verify the URL can be accessed from this appliance",
  failed: "Certificate validation failed",
} as const;

/** The name certcheck gives to one of the appliance's messages. */
export type MessageId = keyof typeof messages;

/** Editions of the documents, oldest first. The default is the last. */
export const editions = ["2021", "2022", "2023"] as const;

/** An edition of the documents, by the year of its last change. */
export type Edition = (typeof editions)[number];

/** The edition in force. */
export const currentEdition: Edition = "2023";

const LEARN = "https://learn.microsoft.com/en-us/azure/defender-for-iot/organizations";

/** The documents; each belongs to an edition. */
export const documents = {
  "2021": "Work with certificates, draft of 2021-08",
  "2022": "About certificates, 2021-11 and 2022-02",
  "2023": "SSL/TLS certificate requirements for on-premises resources, 2023-01",
  "2023 guide": "Create SSL/TLS certificates for OT appliances, 2023-01",
} as const;

/** Where the documents can be read, by their titles; none is known for the draft of 2021. */
export const documentAddresses: Readonly<Record<string, string>> = {
  [documents["2022"]]: `${LEARN}/how-to-deploy-certificates`,
  [documents["2023"]]: `${LEARN}/best-practices/certificate-requirements`,
  [documents["2023 guide"]]: `${LEARN}/ot-deploy/create-ssl-certificates`,
  "CA/Browser Forum Baseline Requirements":
    "https://cabforum.org/working-groups/server/baseline-requirements/requirements/",
  "NIST SP 800-57 Part 1": "https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final",
  "NIST SP 800-131A": "https://csrc.nist.gov/pubs/sp/800/131/a/r2/final",
  "OpenSSL 3 migration guide": "https://docs.openssl.org/3.0/man7/migration_guide/",
  "OWASP File Upload Cheat Sheet": "https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html",
};

/** How firmly a requirement stands: by its words, by conclusion, against another sentence, or as practice of the field. */
export type Firmness = "stated" | "inferred" | "contradictory" | "practice";

/** Where a requirement is written. */
export interface Source {
  /** Title and date of the document, or the number of an RFC. */
  readonly document: string;
  readonly section: string;
  readonly firmness: Firmness;
}

/** Cites one of the appliance's documents. */
export const defender = (document: keyof typeof documents, section: string, firmness: Firmness = "stated"): Source => ({
  document: documents[document],
  section,
  firmness,
});

/** Cites a document of the field, which the appliance's documents do not mention. */
export const practice = (document: string, section: string): Source => ({ document, section, firmness: "practice" });

/** Key sizes in bits that the documents name. */
export const keySizes: readonly number[] = [2048, 4096];

/**
 * What is wrong with the size of an RSA key, or nothing.
 * NOTE: 3072 lies between "2048 bits (Minimum)" and "either 2048 or 4096". Since 2022 both sentences stand side by side:
 * the narrower one counts.
 */
export function sizeProblem(bits: number, edition: Edition): string | undefined {
  if (keySizes.includes(bits) || (edition === "2021" && bits > 2048)) return undefined;
  const isBetween = bits > 2048 && bits < 4096;
  return `the key has ${bits} bits${isBetween ? '; the documents say both 2048 as a minimum and "either 2048 or 4096"' : ""}`;
}

/** Attributes of the published sample's subject, in its order. */
export const sampleSubject = ["C", "ST", "L", "O", "OU", "CN", "E"] as const;

/** Extensions of the published sample, in its order. */
export const sampleExtensions = [
  "subjectKeyIdentifier",
  "authorityKeyIdentifier",
  "basicConstraints",
  "keyUsage",
  "extKeyUsage",
] as const;

/** The characters that a passphrase may have. */
const passphraseCharacter = /^[a-zA-Z0-9!#%()+,\-./:=?@[\\\]^_{}~]$/;

/** What a character outside that set is called, without showing it. */
const characterKinds: readonly (readonly [RegExp, string])[] = [
  [/ /, "a space"],
  [/["'`]/, "a quotation mark"],
  [/[$&*;<>|]/, "one of $ & * ; < > |"],
  [/[\0-\x1f\x7f]/, "a control character"],
  [/[^\0-\x7f]/, "not an ASCII character"],
];

/** The characters of a passphrase that the documents do not list: place and kind, so that none of it is shown. */
export function unsupportedCharacters(passphrase: string): { readonly position: number; readonly kind: string }[] {
  return Array.from(passphrase).flatMap((character, index) =>
    passphraseCharacter.test(character)
      ? []
      : [
          {
            position: index + 1,
            kind: characterKinds.find(([pattern]) => pattern.test(character))?.[1] ?? "another character",
          },
        ],
  );
}

/** What an upload is made of. */
export interface Upload {
  readonly certificate: string;
  readonly key: string;
  readonly chain?: string;
  readonly encrypted: boolean;
  /** The dialog's switch for CRL and chain validation. */
  readonly validation: boolean;
}

/** The fields of the dialog with what goes into them, in their order. */
export function dialogFields({
  certificate,
  key,
  chain,
  encrypted,
  validation,
}: Upload): (readonly [field: string, value: string])[] {
  return [
    ["Certificate file (.crt)", certificate],
    ["Private key (.key)", key],
    ["Certificate chain (.pem)", chain ?? "(optional, none was given)"],
    ["Passphrase", encrypted ? "the one given here" : "(leave empty)"],
    ["Validation", validation ? "on" : "off"],
  ];
}

/** The appliance's own import command and its options; a passphrase is left for the person who runs it. */
export const importCommand = "cyberx-xsense-certificate-import";

/** The options of that command with their values. */
export function importOptions({
  certificate,
  key,
  chain,
  encrypted,
}: Upload): (readonly [option: string, value: string])[] {
  return [
    ["--crt", certificate],
    ["--key", key],
    ...(chain === undefined ? [] : [["--chain", chain] as const]),
    ...(encrypted ? [["--pass", "PASSPHRASE"] as const] : []),
  ];
}
