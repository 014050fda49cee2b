/** Subtrees of names, RFC 5280 section 4.2.1.10, as OpenSSL compares them: whether a name lies within another. */
import { content, innerOfTag, readDer, TAG } from "./der.ts";
import { readOid } from "./der-values.ts";
import type { GeneralName } from "./general-name.ts";
import { isBelow, type Name } from "./name.ts";

/** A name to be judged, or the base of a constraint, ready to be compared. */
export interface Comparable {
  /** As in GeneralName; of another name, the identifier of its own type. */
  readonly type: string;
  readonly value: string;
  /** The value without case. */
  readonly folded: string;
  readonly bytes: Uint8Array;
  readonly name?: Name;
}

/** Makes a name ready to be compared. */
export function comparable({ type, value, bytes, name }: GeneralName): Comparable {
  const effective = type === "other" ? readOid(readDer(bytes)) : type;
  return { type: effective, value, folded: fold(value), bytes, ...(name && { name }) };
}

/** Makes a text, which a certificate has in another place, ready to be compared. */
export const comparableText = (type: "dns" | "email", value: string): Comparable => ({
  type,
  value,
  folded: fold(value),
  bytes: new Uint8Array(),
});

/** Only the letters of ASCII have a case here. */
const fold = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** An address with letters outside of ASCII, RFC 8398: another name that is compared as an e-mail address. */
const SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9";

/** The type of the constraints that a name is held against. */
export const typeOfBases = ({ type }: Comparable): string => (type === SMTP_UTF8_MAILBOX ? "email" : type);

/** Whether a name lies within a base of its type; nothing if OpenSSL cannot say so. */
export function isWithin(name: Comparable, base: Comparable): boolean | undefined {
  switch (name.type) {
    case "directory":
      return name.name && base.name && isBelow(name.name, base.name);
    case "dns":
      return isWithinDomain(name.folded, base.folded);
    case "email":
      return isWithinMail(name, base);
    case "uri":
      return isWithinUrl(name.folded, base.folded);
    case "ip":
      return isWithinNetwork(name.bytes, base.bytes);
    case SMTP_UTF8_MAILBOX:
      return isWithinMailUtf8(name.bytes, base.folded);
    default:
      return undefined;
  }
}

/** Other than RFC 5280, OpenSSL takes a dot at the start: then the domain itself is not meant. */
const isWithinDomain = (name: string, base: string): boolean =>
  name === base || base === "" || name.endsWith(base.startsWith(".") ? base : `.${base}`);

function isWithinMail(name: Comparable, base: Comparable): boolean | undefined {
  const [at, baseAt] = [name.value.lastIndexOf("@"), base.value.lastIndexOf("@")];
  if (at < 0) return undefined;
  if (baseAt < 0 && base.value.startsWith(".")) return isRightPart(name.folded, base.folded);
  const [local, baseLocal] = [name.value.slice(0, at), base.value.slice(0, Math.max(baseAt, 0))];
  if (baseLocal.length > 0) {
    if (local.length !== baseLocal.length) return false;
    if (`${local}${baseLocal}`.includes("\0")) return undefined;
    if (local !== baseLocal) return false;
  }
  return name.folded.slice(at + 1) === base.folded.slice(baseAt + 1);
}

const isRightPart = (name: string, base: string): boolean => name.length > base.length && name.endsWith(base);

function isWithinUrl(name: string, base: string): boolean | undefined {
  const colon = name.indexOf(":");
  if (colon < 0 || !name.startsWith("://", colon)) return undefined;
  const rest = name.slice(colon + 3);
  // OpenSSL looks for the port first, wherever a colon stands.
  const end = [rest.indexOf(":"), rest.indexOf("/"), rest.length].find((index) => index >= 0);
  const host = rest.slice(0, end);
  if (host === "") return undefined;
  return base.startsWith(".") ? isRightPart(host, base) : host === base;
}

function isWithinNetwork(address: Uint8Array, base: Uint8Array): boolean | undefined {
  const { length } = address;
  if (![4, 16].includes(length) || ![8, 32].includes(base.length)) return undefined;
  if (length * 2 !== base.length) return false;
  return address.every((byte, index) => ((byte ^ (base[index] ?? 0)) & (base[length + index] ?? 0)) === 0);
}

/** The address is compared with the domain alone; a dot at the start has to be there twice, which is a fault of OpenSSL's. */
function isWithinMailUtf8(bytes: Uint8Array, base: string): boolean | undefined {
  const oid = readDer(bytes);
  const value = innerOfTag(readDer(bytes.subarray(oid.end)), "its value");
  const text = value.tag === TAG.utf8String ? fold(Buffer.from(content(value)).toString("latin1")) : "";
  // What a label of Punycode stands for is not known here.
  if (!text.includes("@") || /(?:^|\.)xn--|\0/.test(base)) return undefined;
  return base.startsWith(".") ? isRightPart(text, `.${base}`) : text.slice(text.lastIndexOf("@") + 1) === base;
}
