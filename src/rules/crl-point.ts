/** Where the certificate says that its revocation list is. */
import { type CrlUrl, isHttp, urlsOf } from "../bundle/crl-source.ts";
import { defender } from "../defender.ts";
import { findExtension } from "../pki/extensions.ts";
import type { DistributionPoint } from "../pki/distribution-point.ts";
import type { Found, Rule } from "../rule.ts";

const DEFAULT_HTTP_PORT = "";

const urls = (points: readonly DistributionPoint[]): CrlUrl[] => points.flatMap(urlsOf);

const republish =
  "Have the CA publish its list over http, add that URL to the CRL distribution points it issues with, and have the certificate issued again.";

export const crlPoint: readonly Rule[] = [
  {
    id: "crl-point/present",
    on: "leaf",
    severity: "error",
    validation: "on",
    title: "The certificate names a CRL distribution point",
    source: defender("2023", "CRT file requirements, CRL Distribution Point"),
    why: "With validation on, the appliance fetches the revocation list from there.",
    fix: () => `${republish} If the appliance will not validate, say so with --no-validation.`,
    check({ certificate }) {
      const found = findExtension(certificate, "cRLDistributionPoints");
      if (found === undefined) return "the certificate has no CRL distribution point";
      return found.problem === undefined
        ? undefined
        : { message: `the CRL distribution points cannot be decoded: ${found.problem}`, offset: found.offset };
    },
  },
  {
    id: "crl-point/absent",
    on: "leaf",
    severity: "error",
    validation: "off",
    title: "The certificate names no CRL distribution point",
    source: defender("2023", "CRT file requirements, CRL Distribution Point"),
    why: "The documents ask to leave it out if certificates are not validated.",
    fix: () => "Have the certificate issued without CRL distribution points, or switch validation on.",
    check({ certificate }) {
      const found = findExtension(certificate, "cRLDistributionPoints");
      return (
        found && {
          message: "the certificate has a CRL distribution point, and validation is off",
          offset: found.offset,
        }
      );
    },
  },
  {
    id: "crl-point/http",
    on: "crlPoint",
    severity: "error",
    validation: "on",
    title: "A CRL distribution point is an http URL",
    source: defender("2023 guide", "Verify CRL server access"),
    why: "The appliance fetches the list over http, by default on port 80. The URL has to be http:// and not https://; ldap, the default of AD CS, is not mentioned.",
    fix: () => republish,
    check({ points }) {
      const found = urls(points);
      if (found.some(isHttp)) return undefined;
      if (found.length === 0) return "the distribution points have no URL";
      return found.map(({ text, url, offset }) => ({
        message: `${url === undefined ? "not a URL" : `${url.protocol.slice(0, -1)}, not http`}: ${text}`,
        offset,
      }));
    },
  },
  {
    id: "crl-point/only-http",
    on: "crlPoint",
    severity: "info",
    validation: "on",
    title: "All CRL distribution points are http URLs",
    source: defender("2023 guide", "Verify CRL server access", "inferred"),
    why: "What the appliance does with another scheme beside an http URL is not documented.",
    fix: () => "With the next renewal, leave the other distribution points out, or put the http one first.",
    check({ points }): Found[] {
      const found = urls(points);
      if (!found.some(isHttp)) return [];
      return found
        .filter((url) => !isHttp(url))
        .map(({ text, offset }) => ({ message: `another URL beside the http one: ${text}`, offset }));
    },
  },
  {
    id: "crl-point/port",
    on: "crlPoint",
    severity: "info",
    validation: "on",
    title: "The CRL is served on port 80",
    source: defender("2023 guide", "Verify CRL server access"),
    why: "Another port is allowed, if the server listens there and the firewalls between let the appliance through.",
    fix: () => "Make sure that the CRL server listens on this port, and that the appliance may reach it.",
    check: ({ points }): Found[] =>
      urls(points)
        .filter((found) => isHttp(found) && found.url?.port !== DEFAULT_HTTP_PORT)
        .map(({ url, offset }) => ({ message: `the CRL is served on port ${url?.port} of ${url?.hostname}`, offset })),
  },
  {
    id: "crl-point/crl-file",
    on: "crlPoint",
    severity: "info",
    validation: "on",
    editions: ["2021", "2022"],
    title: "The CRL distribution point is the URL of a .crl file",
    source: defender("2022", "CRT file requirements, CRL Distribution Point"),
    why: "Until 2022 the documents asked for the URL of a .crl file, since then for that of a CRL server.",
    fix: () => "With the next renewal, publish the list under a name that ends in .crl.",
    check: ({ points }): Found[] =>
      urls(points)
        .filter((found) => isHttp(found) && !found.url?.pathname.toLowerCase().endsWith(".crl"))
        .map(({ text, offset }) => ({ message: `the path does not end in .crl: ${text}`, offset })),
  },
];
