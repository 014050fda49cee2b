/** Names of hosts as certificates present them, RFC 9525, and the kinds of text that people write in their place. */

/** What a common name or a planned host name turns out to be. */
export type NameKind = "domain" | "wildcard" | "bare" | "ip" | "url" | "email" | "invalid";

/** A label of a domain name, RFC 1123 section 2.1; an underscore is not allowed in a host's name. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** The longest domain name in text, RFC 1035 section 2.3.4. */
const MAX_DOMAIN_LENGTH = 253;

/** Longest text that is looked at: a URL of this length is nobody's name. */
const MAX_NAME_LENGTH = 2000;

/** What kind of name a text is. `domain` is a fully qualified domain name: two labels or more, the last not all digits. */
export function nameKind(text: string): NameKind {
  if (text.length > MAX_NAME_LENGTH) return "invalid";
  if (parseIp(text) !== undefined) return "ip";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/\s]+\.[^/\s]+\//.test(text)) return "url";
  if (/^[^@\s]+@[^@\s]+$/.test(text)) return "email";
  if (text.length > MAX_DOMAIN_LENGTH) return "invalid";
  const labels = text.replace(/\.$/, "").split(".");
  const isWildcard = labels[0] === "*" && labels.length > 1;
  if (!labels.slice(isWildcard ? 1 : 0).every((part) => label.test(part))) return "invalid";
  if (isWildcard) return "wildcard";
  if (labels.length === 1) return "bare";
  return /^\d+$/.test(labels.at(-1) ?? "") ? "invalid" : "domain";
}

/** A name as it is compared: case does not count, and the dot of the root may stand at its end. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Whether a presented name, which may be `*.contoso.com`, covers a host name; case and a final dot do not count. */
export function covers(presented: string, host: string): boolean {
  const [pattern = "", name = ""] = [presented, host].map(plainName);
  return pattern !== "" && pattern === (pattern.startsWith("*.") ? wildcardOver(name) : name);
}

/** The wildcard that covers a plain name: it stands for exactly one label, and not for one right below a top-level domain. */
export function wildcardOver(name: string): string | undefined {
  const [first, ...rest] = name.split(".");
  return first !== "" && rest.length > 1 ? `*.${rest.join(".")}` : undefined;
}

/** An IP address in the notation of RFC 5952, or nothing if the text is none. */
export function parseIp(text: string): string | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    return text.split(".").every((part) => Number(part) < 256 && String(Number(part)) === part) ? text : undefined;
  }
  if (!text.includes(":") || !/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]`)) return undefined;
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
