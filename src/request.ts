/** The request for a certificate like the one at hand that would meet the rules: one command, whatever is wrong. */
import { isCountry } from "./country.ts";
import type { CertificateArtifact } from "./artifact.ts";
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

/**
 * The command that makes the request. It uses the key at hand if that can be supported, and makes a new one beside it
 * otherwise.
 */
export function requestCommand(
  leaf: CertificateArtifact,
  context: Context,
  keys: "key at hand" | "new key" = "key at hand",
  newBits = 2048,
): string {
  const { files } = context;
  const { algorithm, bits = 0 } = leaf.certificate.publicKey;
  const commonName = plannedName(leaf, context);
  const subject = requestSubject(leaf, commonName);
  const names = requestNames(leaf, context, commonName);
  const isKeyUsable =
    keys === "key at hand" && files.key !== undefined && algorithm === "RSA" && keySizes.includes(bits);
  const key = isKeyUsable
    ? command`-key ${files.key}`
    : command`-newkey ${`rsa:${newBits}`} -nodes -keyout ${sibling(files.certificate, "-new.key", context)}`;
  const utf8 = /[^ -~]/.test(subject) ? " -utf8" : "";
  const output = sibling(files.certificate, ".csr", context);
  return `openssl req -new -sha256${utf8} ${key} ${command`-out ${output} -subj ${subject}`} -addext ${quote(`subjectAltName=${names.join(",")}`)}`;
}

/** The fix of a rule on the certificate: what to have it issued with, and the request that asks for it. */
export const reissue =
  (advice: string) =>
  (leaf: CertificateArtifact, context: Context): Remedy =>
    fix(advice, requestCommand(leaf, context));

/** The subject in the form of OpenSSL's -subj, in the order of the published sample. */
function requestSubject({ certificate }: CertificateArtifact, commonName: string): string {
  const attributes = sampleSubject.flatMap((type) => {
    const present = values(certificate.subject, type).filter((value) => value.trim() !== "");
    const wanted = { CN: [commonName], C: present.map(likelyCountry) }[type as string] ?? present;
    const example = examples[type];
    const filled = wanted.length === 0 && example !== undefined ? [example] : wanted;
    return filled.map((value) => `${opensslNames[type] ?? type}=${value.replace(/[\\/+=,"]/g, "\\$&")}`);
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
function plannedName({ certificate }: CertificateArtifact, { hosts }: Context): string {
  const planned = hosts.filter(({ kind }) => kind === "name").map(({ value }) => value);
  const candidates = [...planned, ...values(certificate.subject, "CN"), ...alternativeNames(certificate, "dns")];
  return candidates.find((name) => nameKind(name) === "domain") ?? EXAMPLE_NAME;
}

/** The names and addresses to ask for, in the form of OpenSSL's subjectAltName: no wildcards, and nothing that would need quoting there. */
function requestNames({ certificate }: CertificateArtifact, { hosts }: Context, commonName: string): string[] {
  const planned = (wanted: string): string[] => hosts.filter(({ kind }) => kind === wanted).map(({ value }) => value);
  const names = [commonName, ...alternativeNames(certificate, "dns"), ...planned("name")];
  const addresses = [...alternativeNames(certificate, "ip"), ...planned("address")];
  return [
    ...new Set(names.filter((name) => nameKind(name) === "domain").map((name) => `DNS:${name}`)),
    ...new Set(addresses.filter((address) => parseIp(address) !== undefined).map((address) => `IP:${address}`)),
  ];
}
