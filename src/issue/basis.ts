/** What a new request takes over from a certificate or a request: the subject and the names, in so far as they are asked for at all. */
import { isRequest } from "../bundle/artifact.ts";
import type { Contents } from "../bundle/decode.ts";
import { isAuthority } from "../pki/certificate.ts";
import { extension } from "../pki/extensions.ts";
import { plainName } from "../pki/dns-name.ts";
import { type Name, values } from "../pki/name.ts";
import { type Answers, fields } from "./wish.ts";

/** What is taken over, and what is not. */
export interface Basis {
  readonly answers: Pick<Answers, "name" | "subject" | "alternatives">;
  /** Attributes and names that no request of certcheck has, such as `DC=contoso`. */
  readonly leftOut: readonly string[];
}

/** The basis in a file: its certificate, not that of a CA if there is another, else its request; nothing if it has neither. */
export function basisIn({ artifacts }: Contents): Basis | undefined {
  const certificates = artifacts.flatMap((one) => (one.kind === "certificate" ? [one.certificate] : []));
  const holder = certificates.find((one) => !isAuthority(one)) ?? certificates[0] ?? artifacts.find(isRequest)?.request;
  if (holder === undefined) return undefined;
  const alternatives = extension(holder, "subjectAltName") ?? [];
  const isTaken = ({ type }: (typeof alternatives)[number]): boolean => type === "dns" || type === "ip";
  const known = new Set<string>(["CN", ...fields.map(({ type }) => type)]);
  const [name, ...otherNames] = values(holder.subject, "CN").map((value) => value.trim());
  return {
    answers: {
      ...(name !== undefined && { name }),
      subject: subjectOf(holder.subject),
      alternatives: alternatives
        .filter(isTaken)
        .map(({ value }) => value)
        .filter((value) => plainName(value) !== plainName(name ?? "")),
    },
    leftOut: [
      ...otherNames.map((value) => `CN=${value}`),
      ...holder.subject.attributes.filter(({ type }) => !known.has(type)).map(({ type, value }) => `${type}=${value}`),
      ...alternatives.filter((one) => !isTaken(one)).map(({ type, value }) => `${type}:${value}`),
    ],
  };
}

const subjectOf = (subject: Name): Answers["subject"] =>
  Object.fromEntries(
    fields.flatMap(({ type, key }) => {
      const present = values(subject, type)
        .map((value) => value.trim())
        .filter((value) => value !== "");
      return present.length === 0 ? [] : [[key, present]];
    }),
  );
