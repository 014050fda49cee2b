/** What an organisation requires on top of the appliance's documents. The configuration says it; the verdict on the upload does not depend on it. */
import { alternativeNames } from "../pki/extensions.ts";
import { displayName, formatName, values } from "../pki/name.ts";
import { DAY, formatDay } from "../pki/time.ts";
import { nameMatcher } from "../pattern.ts";
import { fix } from "../remedy.ts";
import { orderOf, reissue, renew, requestCommand } from "../remedy-request.ts";
import type { Requirements, Rule } from "../rule.ts";
import type { Source } from "../defender.ts";

const own = (requirement: keyof Requirements): Source => ({
  document: "the configuration",
  section: `requirements.${requirement}`,
  firmness: "stated",
});

const why = "The organisation that wrote the configuration requires it; the appliance does not.";

export const policy: readonly Rule[] = [
  {
    id: "policy/issuer",
    on: "leaf",
    severity: "error",
    requirement: "issuers",
    title: "The certificate is from a CA that the configuration allows",
    source: own("issuers"),
    why,
    fix: renew("Have the certificate issued by one of the CAs that the configuration lists."),
    check({ certificate: { issuer } }, { requirements: { issuers = [] } }) {
      if ([displayName(issuer), formatName(issuer)].some(nameMatcher(issuers))) return undefined;
      return `issued by ${JSON.stringify(displayName(issuer))}; allowed are ${issuers.join(", ")}`;
    },
  },
  {
    id: "policy/names",
    on: "entity",
    severity: "error",
    requirement: "names",
    title: "The names are of the form that the configuration requires",
    source: own("names"),
    why,
    fix: reissue("with names of the required form."),
    check(entity, { requirements: { names = [] } }) {
      const presented = new Set([...values(entity.subject, "CN"), ...alternativeNames(entity, "dns")]);
      const isRequired = nameMatcher(names);
      const others = [...presented].filter((name) => !isRequired(name));
      if (others.length === 0) return undefined;
      return `${others.map((name) => JSON.stringify(name)).join(", ")}: not of the form ${names.join(" or ")}`;
    },
  },
  {
    id: "policy/subject",
    on: "entity",
    severity: "error",
    requirement: "subject",
    title: "The attributes of the subject are those that the configuration requires",
    source: own("subject"),
    why,
    fix: reissue("with the required subject; the one in the command is the present one."),
    check(entity, { requirements: { subject = {} } }) {
      return Object.entries(subject).flatMap(([type, patterns]) => {
        const present = values(entity.subject, type);
        if (present.length > 0 && present.every(nameMatcher(patterns))) return [];
        const found =
          present.length === 0 ? `no ${type}` : `${type} ${present.map((v) => JSON.stringify(v)).join(", ")}`;
        return [{ message: `the subject has ${found}; required is ${patterns.join(" or ")}` }];
      });
    },
  },
  {
    id: "policy/lifetime",
    on: "leaf",
    severity: "error",
    requirement: "maximumLifetimeDays",
    title: "The certificate is valid for no longer than the configuration allows",
    source: own("maximumLifetimeDays"),
    why,
    fix: renew("Have the certificate issued for a shorter time."),
    check({ certificate: { notBefore, notAfter } }, { requirements: { maximumLifetimeDays = Infinity } }) {
      if (Number.isNaN(notBefore.at) || Number.isNaN(notAfter.at)) return { skipped: "a date cannot be read" };
      // NOTE: RFC 5280 counts the last second in, and CAs disagree on it: one second more than whole days is let pass.
      const days = (notAfter.at - notBefore.at) / DAY;
      if (days <= maximumLifetimeDays) return undefined;
      const dates = `${formatDay(notBefore.at)} to ${formatDay(notAfter.at)}`;
      return {
        message: `valid for ${Math.ceil(days)} days, ${dates}; at most ${maximumLifetimeDays} are allowed`,
        offset: notAfter.offset,
      };
    },
  },
  {
    id: "policy/key-size",
    on: "entity",
    severity: "error",
    requirement: "minimumKeySize",
    title: "The RSA key has no fewer bits than the configuration requires",
    source: own("minimumKeySize"),
    why,
    fix: (entity, context) =>
      fix(
        `${orderOf(entity)} for a larger key; the command makes one of 4096 bits.`,
        requestCommand(entity, context, "new key", 4096),
      ),
    check({ publicKey, publicKeyOffset: offset }, { requirements: { minimumKeySize = 0 } }) {
      const { algorithm, bits } = publicKey;
      // Of other algorithms, certificate/public-key speaks.
      if (algorithm !== "RSA" || bits === undefined || bits >= minimumKeySize) return undefined;
      return { message: `the key has ${bits} bits; at least ${minimumKeySize} are required`, offset };
    },
  },
];
