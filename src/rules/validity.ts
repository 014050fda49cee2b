/** The certificate's own dates, judged at the time given. The dates of the CAs belong to `chain/trusted`. */
import { defender } from "../defender.ts";
import { DAY, formatDay, formatInstant } from "../pki/time.ts";
import { renew } from "../remedy-request.ts";
import type { Rule } from "../rule.ts";

/** A number of whole days, in words. */
function days(milliseconds: number): string {
  const count = Math.floor(milliseconds / DAY);
  return count === 0 ? "less than a day" : `${count} day${count === 1 ? "" : "s"}`;
}

export const validity: readonly Rule[] = [
  {
    id: "validity/readable",
    on: "leaf",
    severity: "error",
    refusal: "failed",
    title: "Both dates can be read",
    source: defender("2023", "CRT file requirements, Valid from and Valid To", "inferred"),
    why: "OpenSSL refuses a certificate whose dates are not in the form of RFC 5280.",
    fix: renew("Have the certificate issued again by software that keeps to RFC 5280."),
    check({ certificate: { notBefore, notAfter } }) {
      return Object.entries({ notBefore, notAfter })
        .filter(([, { at }]) => Number.isNaN(at))
        .map(([name, { text, offset }]) => ({ message: `${name} is not a date: ${JSON.stringify(text)}`, offset }));
    },
  },
  {
    id: "validity/begun",
    on: "leaf",
    severity: "error",
    refusal: "expired",
    title: "The certificate is already valid",
    source: defender("2023", "CRT file requirements, Valid from", "inferred"),
    why: "The appliance has one message for all dates that are not valid, and compares them with its own clock.",
    fix({ certificate: { notBefore } }, { files }) {
      const then = formatInstant(notBefore.at);
      const wait = files.purpose === "endpoint" ? `Wait until ${then}` : `Upload it from ${then} on`;
      return `${wait}, or have the CA issue it with an earlier date.`;
    },
    check({ certificate: { notBefore } }, { now }) {
      if (!(now < notBefore.at)) return undefined;
      return {
        message: `not valid before ${formatDay(notBefore.at)}, ${days(notBefore.at - now)} from now`,
        offset: notBefore.offset,
      };
    },
  },
  {
    id: "validity/not-expired",
    on: "leaf",
    severity: "error",
    refusal: "expired",
    title: "The certificate has not expired",
    source: defender("2023", "CRT file requirements, Valid To"),
    why: "The appliance takes no expired certificate, whatever its validation switch says; browsers warn of one.",
    fix: renew("Have a new certificate issued."),
    check({ certificate: { notAfter } }, { now }) {
      // OpenSSL takes the last second for expired, RFC 5280 does not.
      if (!(now >= notAfter.at)) return undefined;
      return {
        message: `expired on ${formatDay(notAfter.at)}, ${days(now - notAfter.at)} ago`,
        offset: notAfter.offset,
      };
    },
  },
  {
    id: "validity/not-expiring-soon",
    on: "leaf",
    severity: "warning",
    title: "The certificate does not expire soon",
    source: defender("2023", "CRT file requirements, Valid To", "inferred"),
    why: "Renewal takes time; once the certificate has expired, connections fail.",
    fix: renew("Have the next certificate issued."),
    check({ certificate: { notAfter } }, { now, warnDays }) {
      const left = notAfter.at - now;
      if (!(left > 0 && left < warnDays * DAY)) return undefined;
      return { message: `expires on ${formatDay(notAfter.at)}, in ${days(left)}`, offset: notAfter.offset };
    },
  },
];
