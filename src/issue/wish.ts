/** What a new certificate is asked for: the attributes of its subject, its names, and the bounds of RFC 5280 appendix A. */
import { sampleSubject } from "../defender.ts";
import { nameKind, parseIp, plainName } from "../pki/dns-name.ts";

/** What a key is to be certified for. */
export interface Wish {
  readonly commonName: string;
  /** Attributes in the order of the published sample, the common name among them. */
  readonly subject: readonly WishedAttribute[];
  /** DNS names, the common name first. */
  readonly names: readonly string[];
  /** IP addresses, as RFC 5952 writes them. */
  readonly addresses: readonly string[];
  /** Where the CA says that its CRL is; requests do not ask for it. */
  readonly crlUrl?: string;
}

/** An attribute by its short name. */
export type WishedAttribute = readonly [type: (typeof sampleSubject)[number], value: string];

/** An attribute that is asked for, besides the common name. */
export interface Field {
  readonly type: Exclude<WishedAttribute[0], "CN">;
  /** Its name among answers and in a configuration. */
  readonly key: "country" | "state" | "locality" | "organization" | "organizationalUnit" | "email";
  readonly option: string;
  readonly question: string;
  /** What stands in for it in the hint of an error. */
  readonly example: string;
  /** Most characters, by the upper bounds of RFC 5280; OpenSSL's for an e-mail address. */
  readonly longest: number;
  readonly isRequired: boolean;
}

/** In the order in which they are asked. */
export const fields: readonly Field[] = [
  {
    type: "C",
    key: "country",
    option: "--country",
    question: "Country, its two-letter code",
    example: "US",
    longest: 64,
    isRequired: true,
  },
  {
    type: "ST",
    key: "state",
    option: "--state",
    question: "State or province (may be empty)",
    example: "Illinois",
    longest: 128,
    isRequired: false,
  },
  {
    type: "L",
    key: "locality",
    option: "--locality",
    question: "Locality (may be empty)",
    example: "Springfield",
    longest: 128,
    isRequired: false,
  },
  {
    type: "O",
    key: "organization",
    option: "--organization",
    question: "Organization",
    example: "Contoso Inc.",
    longest: 64,
    isRequired: true,
  },
  {
    type: "OU",
    key: "organizationalUnit",
    option: "--organizational-unit",
    question: "Organizational unit",
    example: "Contoso Labs",
    longest: 64,
    isRequired: true,
  },
  {
    type: "E",
    key: "email",
    option: "--email",
    question: "E-mail address (may be empty)",
    example: "support@contoso.com",
    longest: 128,
    isRequired: false,
  },
];

/** What was answered so far. */
export interface Answers {
  readonly name?: string;
  /** Several values of one attribute come from another certificate; none: it is to be left out. */
  readonly subject: Readonly<Partial<Record<Field["key"], readonly string[]>>>;
  /** Names and addresses besides the common name. */
  readonly alternatives: readonly string[];
  readonly crlUrl?: string;
}

/** The attributes that have to be there and are not. */
export const missingFields = ({ subject }: Answers): Field[] =>
  fields.filter(({ key, isRequired }) => isRequired && (subject[key] ?? []).length === 0);

/** Puts answers together: the sample's order, the common name among the names, nothing twice. */
export function wishOf({ name = "", subject, alternatives, crlUrl }: Answers): Wish {
  const commonName = name.replace(/\.$/, "");
  const attributes = sampleSubject.flatMap((type) => {
    const field = fields.find((one) => one.type === type);
    const values = field === undefined ? [commonName] : (subject[field.key] ?? []);
    return values.map((value): WishedAttribute => [type, value]);
  });
  const isAddress = (text: string): boolean => parseIp(text) !== undefined;
  const names = [commonName, ...alternatives.filter((text) => !isAddress(text))];
  const isNew = (text: string, index: number): boolean =>
    names.findIndex((other) => plainName(other) === plainName(text)) === index;
  return {
    commonName,
    subject: attributes,
    names: names.filter(isNew).map((text) => text.replace(/\.$/, "")),
    addresses: [...new Set(alternatives.flatMap((text) => parseIp(text) ?? []))],
    ...(crlUrl !== undefined && { crlUrl }),
  };
}

/** What cannot be seen, moves the cursor or breaks a line: no part of a name that people are to compare. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u;

/** What is wrong with a value as text, whatever the rules say of it; nothing if it can be encoded. */
export function attributeProblem(
  { type, longest }: Pick<Field, "type" | "longest">,
  value: string,
): string | undefined {
  if (unseen.test(value)) return "has a character that cannot be seen";
  // What stands for bytes that could not be read.
  if (value.includes("\ufffd")) return "is no text in UTF-8";
  if (Array.from(value).length > longest) return `has more than ${longest} characters`;
  if (type === "E" && (nameKind(value) !== "email" || !/^[!-~]+$/.test(value))) return "is not an e-mail address";
  return undefined;
}

const others = { url: "is a URL", email: "is an e-mail address", invalid: "is no name of a host" } as const;

/** What is wrong with an alternative name; of wildcards, the rules judge. */
export function alternativeProblem(text: string): string | undefined {
  const kind = nameKind(text);
  return kind === "url" || kind === "email" || kind === "invalid" ? others[kind] : undefined;
}
