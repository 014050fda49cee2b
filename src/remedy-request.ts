/** The request for a certificate like the one at hand, or like the one asked for, that would meet the rules: one command, whatever is wrong. */
import { isCountry } from "./pki/country.ts";
import type { CertificateArtifact } from "./bundle/artifact.ts";
import type { Entity } from "./entity.ts";
import { keySizes, sampleSubject } from "./defender.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import { alternativeNames } from "./pki/extensions.ts";
import { values } from "./pki/name.ts";
import { command, fix, quote, sibling } from "./remedy.ts";
import type { Context, Remedy } from "./rule.ts";

/** What OpenSSL calls an attribute, where it has another name. */
const opensslNames: Readonly<Record<string, string>> = { E: "emailAddress" };

/** What stands in for an attribute that is required and not there: the published sample's, to be replaced. */
const examples: Readonly<Record<string, string>> = { C: "US", O: "Contoso Inc.", OU: "Contoso Labs" };

/** The example of a name, likewise. */
const EXAMPLE_NAME = "sensor.contoso.com";

/** What a request is made after. */
type Pattern = Pick<Entity, "subject" | "publicKey" | "extensions"> & {
  /** Whether the subject is to stay as it is. */
  readonly isExact?: true;
};

/**
 * The command that makes the request. It uses the key at hand if that can be supported, and makes a new one beside it
 * otherwise.
 */
export function requestCommand(
  pattern: Pattern,
  context: Context,
  keys: "key at hand" | "new key" = "key at hand",
  newBits = 2048,
): string {
  const { files } = context;
  const { algorithm, bits = 0 } = pattern.publicKey;
  const commonName = plannedName(pattern, context);
  const subject = pattern.isExact ? exactSubject(pattern) : requestSubject(pattern, commonName);
  const names = requestNames(pattern, context, commonName);
  const isKeyUsable =
    keys === "key at hand" && files.key !== undefined && algorithm === "RSA" && keySizes.includes(bits);
  const key = isKeyUsable
    ? command`-key ${files.key}`
    : command`-newkey ${`rsa:${newBits}`} -nodes -keyout ${sibling(files.certificate, "-new.key", context)}`;
  const utf8 = /[^ -~]/.test(subject) ? " -utf8" : "";
  const output = sibling(files.certificate, ".csr", context);
  return `openssl req -new -sha256${utf8} ${key} ${command`-out ${output} -subj ${subject}`} -addext ${quote(`subjectAltName=${names.join(",")}`)}`;
}

/** The fix of a rule on the certificate: what to do, and the request that asks for a new one. */
export const renew =
  (advice: string) =>
  ({ certificate }: CertificateArtifact, context: Context): Remedy =>
    fix(advice, requestCommand(certificate, context));

/** The fix of a rule on what certificates and requests have in common: how the next is to be, and the request that asks for it. */
export const reissue =
  (how: string) =>
  (entity: Entity, context: Context): Remedy =>
    fix(`${orderOf(entity)} ${how}`, requestCommand(entity, context));

/** What to have done: with a certificate, by the CA. */
export const orderOf = ({ kind }: Entity): string =>
  kind === "certificate" ? "Have the certificate issued" : "Make the request anew";

/** The request with the very subject of a certificate that it is to renew. */
export const renewalCommand = (certificate: Pattern, context: Context): string =>
  requestCommand({ ...certificate, isExact: true }, context);

/** A subject as it is, in the form of OpenSSL's -subj. */
const exactSubject = ({ subject }: Pattern): string =>
  `/${subject.attributes.map(({ type, value }) => `${opensslNames[type] ?? type}=${escaped(value)}`).join("/")}`;

const escaped = (value: string): string => value.replace(/[\\/+=,"]/g, "\\$&");

/** The subject in the form of OpenSSL's -subj, in the order of the published sample. */
function requestSubject({ subject }: Pattern, commonName: string): string {
  const attributes = sampleSubject.flatMap((type) => {
    const present = values(subject, type).filter((value) => value.trim() !== "");
    const wanted = { CN: [commonName], C: present.map(likelyCountry) }[type as string] ?? present;
    const example = examples[type];
    const filled = wanted.length === 0 && example !== undefined ? [example] : wanted;
    return filled.map((value) => `${opensslNames[type] ?? type}=${escaped(value)}`);
  });
  return `/${attributes.join("/")}`;
}

/** The code of the country that was meant, else the example's. */
function likelyCountry(value: string): string {
  const code = value.trim().toUpperCase();
  if (code === "UK") return "GB";
  return isCountry(code) ? code : (examples["C"] ?? code);
}

/** The name a new certificate should have: the one planned, else one the certificate presents, else an example. */
function plannedName(pattern: Pattern, { hosts }: Context): string {
  const planned = hosts.filter(({ kind }) => kind === "name").map(({ value }) => value);
  const candidates = [...planned, ...values(pattern.subject, "CN"), ...alternativeNames(pattern, "dns")];
  return candidates.find((name) => nameKind(name) === "domain") ?? EXAMPLE_NAME;
}

/** The names and addresses to ask for, in the form of OpenSSL's subjectAltName: no wildcards, and nothing that would need quoting there. */
function requestNames(pattern: Pattern, { hosts }: Context, commonName: string): string[] {
  const planned = (wanted: string): string[] => hosts.filter(({ kind }) => kind === wanted).map(({ value }) => value);
  const names = [commonName, ...alternativeNames(pattern, "dns"), ...planned("name")];
  const addresses = [...alternativeNames(pattern, "ip"), ...planned("address")];
  return [
    ...new Set(names.filter((name) => nameKind(name) === "domain").map((name) => `DNS:${name}`)),
    ...new Set(addresses.filter((address) => parseIp(address) !== undefined).map((address) => `IP:${address}`)),
  ];
}
