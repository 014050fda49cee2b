/** What a fix is made of: a sentence, and commands with the real file names, quoted for a POSIX shell. */
import type { CertificateArtifact, Origin } from "./decode.ts";
import { sampleSubject } from "./defender.ts";
import { nameKind, parseIp } from "./pki/dns-name.ts";
import { extension } from "./pki/extensions.ts";
import { values } from "./pki/name.ts";
import type { Context } from "./rule.ts";

/** Quotes a word for a POSIX shell, if it needs that; what could act on a terminal is written as an escape. */
export function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word) && !word.startsWith("-")) return word;
  if (/[\0-\x1f\x7f-\x9f]/.test(word)) {
    const escaped = word
      .replace(/[\\']/g, "\\$&")
      .replace(/[\0-\x1f\x7f-\x9f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
    return `$'${escaped}'`;
  }
  return `'${(word.startsWith("-") ? `./${word}` : word).replaceAll("'", "'\\''")}'`;
}

/** A command line; what is interpolated is quoted. */
export const command = (parts: TemplateStringsArray, ...words: readonly string[]): string =>
  parts.reduce((line, part, index) => line + quote(words[index - 1] ?? "") + part);

/** A fix: what to do, then the commands that do it. */
export const fix = (advice: string, ...commands: readonly string[]): string => [advice, ...commands].join("\n");

/** `sensor.crt` with another ending: `sensor.csr`. Nothing that can be typed (standard input, a variable) becomes `sensor`. */
export function sibling(file: string, ending: string): string {
  const stem = /^(?:-|env:.*)$/.test(file) ? "sensor" : file.replace(/\.[^./\\]*$/, "");
  return `${stem}${ending}`;
}

/** What a new request shall have that the certificate at hand has not. */
export interface Changes {
  /** Attributes of the subject by their short name. */
  readonly subject?: Readonly<Partial<Record<string, string>>>;
  /** An address to add to the alternative names. */
  readonly address?: string;
  /** A new key is made beside the request; else the key at hand is used, if there is one. */
  readonly newKey?: boolean;
}

/** What OpenSSL calls an attribute, where it has another name. */
const opensslNames: Readonly<Record<string, string>> = { E: "emailAddress" };

/** The command that makes a request for a certificate like this one, but for the changes. */
export function requestCommand(leaf: CertificateArtifact, { files }: Context, changes: Changes = {}): string {
  const subject = requestSubject(leaf, changes);
  const names = requestNames(leaf, changes);
  const alternative = names.length > 0 ? ` -addext ${quote(`subjectAltName=${names.join(",")}`)}` : "";
  const key =
    files.key === undefined || changes.newKey === true
      ? command`-newkey rsa:2048 -nodes -keyout ${sibling(files.certificate, "-new.key")}`
      : command`-key ${files.key}`;
  const utf8 = /[^ -~]/.test(subject) ? " -utf8" : "";
  return `openssl req -new -sha256${utf8} ${key} ${command`-out ${sibling(files.certificate, ".csr")} -subj ${subject}`}${alternative}`;
}

/** The subject in the form of OpenSSL's -subj, in the order of the published sample. */
function requestSubject({ certificate }: CertificateArtifact, { subject = {} }: Changes): string {
  const current = new Map(certificate.subject.attributes.map(({ type, value }) => [type, value]));
  const attributes = sampleSubject.flatMap((type) => {
    const value = subject[type] ?? current.get(type);
    return value === undefined ? [] : [`${opensslNames[type] ?? type}=${value.replace(/[\\/+=,"]/g, "\\$&")}`];
  });
  return `/${attributes.join("/")}`;
}

/** The names and addresses to ask for, in the form of OpenSSL's subjectAltName: no wildcards, and nothing that would need quoting there. */
function requestNames({ certificate }: CertificateArtifact, { subject = {}, address }: Changes): string[] {
  const commonName = subject["CN"] ?? values(certificate.subject, "CN")[0] ?? "";
  const presented = extension(certificate, "subjectAltName") ?? [];
  const names = [commonName, ...presented.filter(({ type }) => type === "dns").map(({ value }) => value)];
  const addresses = [
    ...presented.filter(({ type }) => type === "ip").map(({ value }) => value),
    ...(address === undefined ? [] : [address]),
  ];
  return [
    ...new Set(names.filter((name) => nameKind(name) === "domain").map((name) => `DNS:${name}`)),
    ...new Set(addresses.filter((ip) => parseIp(ip) !== undefined).map((ip) => `IP:${ip}`)),
  ];
}

/** The command that writes these blocks, in this order, into a new file; nothing if they do not all stand in lines. */
export function joinCommand(origins: readonly Origin[], output: string): string | undefined {
  const parts = origins.map(({ file, lines }) =>
    lines === undefined || /^(?:-|env:.*)$/.test(file)
      ? undefined
      : command`sed -n ${`${lines[0]},${lines[1]}p`} ${file}`,
  );
  if (parts.length === 0 || parts.includes(undefined)) return undefined;
  return parts.length === 1 ? `${parts[0]} > ${quote(output)}` : `{ ${parts.join("; ")}; } > ${quote(output)}`;
}

/** The commands that make a computer trust a root, by its system. */
export function trustCommands(root: Origin): (readonly [system: string, command: string])[] {
  const file = "root.crt";
  const extract = joinCommand([root], file);
  return [
    ...(extract === undefined ? [] : [["first", extract] as const]),
    ["Windows", `certutil -addstore -f Root ${file}`],
    ["macOS", `sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain ${file}`],
    ["Linux", `sudo cp ${file} /usr/local/share/ca-certificates/ && sudo update-ca-certificates`],
  ];
}
