/** The wish as an OpenSSL configuration, config(5) and x509v3_config(5): for `openssl req`, and for a CA's `openssl x509 -req`. */
import type { Wish, WishedAttribute } from "./wish.ts";

/** The names of the files that commands in it are to use. */
export interface TemplateFiles {
  readonly template: string;
  readonly key: string;
  readonly request: string;
  readonly certificate: string;
}

/** The commands by which a CA issues, and by which the request is made without certcheck: with the key that is there, or a new one of so many bits. */
export const opensslCommands = (
  { template, key, request, certificate }: TemplateFiles,
  newBits: number | undefined,
): Readonly<Record<"request" | "issue", string>> => ({
  // A key that is there would be written over.
  request: `openssl req -new ${newBits === undefined ? `-key ${key}` : `-newkey rsa:${newBits} -nodes -keyout ${key}`} -config ${template} -out ${request}`,
  issue: `openssl x509 -req -in ${request} -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -sha256 -extfile ${template} -extensions issued -out ${certificate}`,
});

/** The configuration. */
export function opensslConfig(wish: Wish, files: TemplateFiles, newBits: number | undefined): string {
  const { request, issue } = opensslCommands(files, newBits);
  const usage = [
    "basicConstraints = critical, CA:FALSE",
    "keyUsage = critical, digitalSignature, keyEncipherment",
    "extendedKeyUsage = serverAuth",
    "subjectAltName = @names",
  ];
  const section = (name: string, lines: readonly string[]): string[] => ["", `[ ${name} ]`, ...lines];
  return [
    `# For ${wish.commonName}, by certcheck new.`,
    "#",
    "# The certificate, by a CA of your own whose key is RSA:",
    `#   ${issue}`,
    newBits === undefined ? "# The request once more:" : "# A key and the request:",
    `#   ${request}`,
    ...section("req", [
      "prompt = no",
      "utf8 = yes",
      "string_mask = utf8only",
      ...(newBits === undefined ? [] : [`default_bits = ${newBits}`]),
      "default_md = sha256",
      "distinguished_name = subject",
      "req_extensions = requested",
    ]),
    ...section("subject", wish.subject.map(attribute)),
    ...section("requested", usage),
    ...section("issued", [
      "subjectKeyIdentifier = hash",
      "authorityKeyIdentifier = keyid",
      ...usage,
      ...(wish.crlUrl === undefined ? [] : ["crlDistributionPoints = crl"]),
    ]),
    ...section("names", [
      ...wish.names.map((name, index) => `DNS.${index + 1} = ${escape(name)}`),
      ...wish.addresses.map((address, index) => `IP.${index + 1} = ${escape(address)}`),
    ]),
    // Two steps: in one, a comma would begin another name.
    ...(wish.crlUrl === undefined
      ? []
      : [...section("crl", ["fullname = @crl_urls"]), ...section("crl_urls", [`URI.1 = ${escape(wish.crlUrl)}`])]),
    "",
  ].join("\n");
}

/** A number before the name lets an attribute stand several times. */
const attribute = ([type, value]: WishedAttribute, index: number): string =>
  `${index}.${type === "E" ? "emailAddress" : type} = ${escape(value)}`;

/** What would be expanded, end the value, or be taken away from it. */
const escape = (value: string): string => value.replace(/[\\$#"'`;]/g, "\\$&");
