/** The subject: which attributes, with what values, in which order. */
import { defender, sampleSubject } from "../defender.ts";
import type { Entity } from "../entity.ts";
import { extension } from "../pki/extensions.ts";
import { type NameKind, nameKind } from "../pki/dns-name.ts";
import { reissue } from "../remedy-request.ts";
import type { Answer, Found, Rule } from "../rule.ts";
import { isCountry } from "../pki/country.ts";

/** RFC 5280 appendix A, ub-common-name. */
const MAX_COMMON_NAME = 64;

const notADomain: Readonly<Record<Exclude<NameKind, "domain" | "wildcard">, string>> = {
  bare: "a host name without a domain",
  ip: "an IP address",
  url: "a URL",
  email: "an e-mail address",
  invalid: "not a domain name",
};

export const subject: readonly Rule[] = [
  {
    id: "subject/common-name",
    on: "entity",
    severity: "error",
    title: "The subject has one common name, and it is the appliance's domain name",
    source: defender("2023", "CRT file requirements, Subject CN"),
    why: "Users and other appliances reach the appliance by this name, and compare it with the certificate's.",
    fix: reissue("with the appliance's fully qualified domain name."),
    check: ({ subject: name }) => {
      const names = name.attributes.filter(({ type }) => type === "CN");
      const [first, second] = names;
      if (first === undefined) return { message: "the subject has no common name", offset: name.offset };
      if (second !== undefined)
        return {
          message: `${names.length} common names: ${names.map(({ value }) => quoted(value)).join(", ")}`,
          offset: second.offset,
        };
      if (isBlank(first.value)) return { message: "the common name is blank", offset: first.offset };
      const kind = nameKind(first.value);
      if (kind !== "domain" && kind !== "wildcard")
        return { message: `${quoted(first.value)} is ${notADomain[kind]}`, offset: first.offset };
      const { length } = first.value;
      return length > MAX_COMMON_NAME
        ? {
            message: `${length} characters, more than the ${MAX_COMMON_NAME} that a common name may have`,
            offset: first.offset,
          }
        : undefined;
    },
  },
  {
    id: "subject/no-wildcard",
    on: "entity",
    severity: "error",
    editions: ["2023"],
    title: "No name is a wildcard",
    source: defender("2023", "CRT file requirements, Important", "contradictory"),
    why: "A wildcard certificate serves every host of its domain: one stolen key stands for all of them. The documents forbid it since 2023, and ask for a unique name for each appliance.",
    fix: reissue("for this appliance's own name."),
    check(entity) {
      const common = entity.subject.attributes.filter(({ type, value }) => type === "CN" && value.includes("*"));
      const alternative = (extension(entity, "subjectAltName") ?? []).filter(
        ({ type, value }) => type === "dns" && value.includes("*"),
      );
      return [
        ...common.map(({ value, offset }) => ({ message: `the common name ${quoted(value)} is a wildcard`, offset })),
        ...alternative.map(({ value, offset }) => ({
          message: `the alternative name ${quoted(value)} is a wildcard`,
          offset,
        })),
      ];
    },
  },
  {
    id: "subject/country",
    on: "entity",
    severity: "error",
    title: "The subject has a country (C), a two-letter code of ISO 3166",
    source: defender("2023", "CRT file requirements, Subject (C)ountry"),
    why: "The documents list it as required.",
    fix: reissue("with your country's code; the one in the command is a guess."),
    check: (entity) =>
      required(entity, "C", "country", (value) => {
        if (value === "UK") return `"UK" is not the code of the United Kingdom, which is GB`;
        if (isCountry(value)) return undefined;
        return isCountry(value.toUpperCase())
          ? `${quoted(value)} is not in capital letters`
          : `${quoted(value)} is not a code of ISO 3166`;
      }),
  },
  {
    id: "subject/organization",
    on: "entity",
    severity: "error",
    title: "The subject has an organization (O)",
    source: defender("2023", "CRT file requirements, Subject (O)rganization"),
    why: "The documents list it as required.",
    fix: reissue("with your organization's name in place of Contoso Inc."),
    check: (entity) => required(entity, "O", "organization"),
  },
  {
    id: "subject/organizational-unit",
    on: "entity",
    severity: "error",
    title: "The subject has an organizational unit (OU)",
    source: defender("2023", "CRT file requirements, Subject (OU) Org Unit"),
    why: "The documents list it as required. Public CAs may not issue it since 2022-09-01 (CA/Browser Forum ballot SC47v2).",
    fix: reissue(
      "with a unit of yours in place of Contoso Labs. Only a private CA can: public ones may not issue OU since 2022-09-01.",
    ),
    check: (entity) => required(entity, "OU", "organizational unit"),
  },
  {
    id: "subject/field-order",
    on: "entity",
    severity: "info",
    title: "The subject has the attributes of the published sample, in its order",
    source: defender("2023 guide", "Check your certificate against a sample"),
    why: "The documents ask to compare a certificate with the sample: the same fields in the same order.",
    fix: reissue("in this order; that can wait for the next renewal."),
    check({ subject: name }): Found[] {
      const present = name.attributes.map(({ type }) => type).filter((type) => sampleSubject.some((s) => s === type));
      // What the documents require is judged by rules of its own.
      const missing = Object.entries(optional).filter(([type]) => !present.includes(type));
      const expected = sampleSubject.filter((type) => present.includes(type));
      const unique = present.filter((type, index) => present.indexOf(type) === index);
      return [
        ...(missing.length > 0
          ? [
              {
                message: `the subject has no ${missing.map(([type, words]) => `${words} (${type})`).join(", ")}`,
                offset: name.offset,
              },
            ]
          : []),
        ...(unique.join() === expected.join()
          ? []
          : [
              {
                message: `the subject has the order ${unique.join(", ")}, the sample has ${expected.join(", ")}`,
                offset: name.offset,
              },
            ]),
      ];
    },
  },
];

/** What the sample has, and the documents do not require. */
const optional = { ST: "state", L: "locality", E: "e-mail address" };

/** An attribute that must be there and not be blank; every one of several is judged. */
function required(
  { subject: holder }: Entity,
  type: string,
  name: string,
  judge?: (value: string) => string | undefined,
): Answer {
  const attributes = holder.attributes.filter((attribute) => attribute.type === type);
  if (attributes.length === 0) return { message: `the subject has no ${name} (${type})`, offset: holder.offset };
  return attributes.flatMap(({ value, offset }) => {
    const message = isBlank(value) ? `the ${name} (${type}) is blank` : judge?.(value);
    return message === undefined ? [] : [{ message, offset }];
  });
}

/** Nothing to be seen: blanks, and characters without width. */
const isBlank = (value: string): boolean => !/[!-~]/.test(value) && /^[\s\p{Cf}]*$/u.test(value);

const quoted = (value: string): string => JSON.stringify(value);
