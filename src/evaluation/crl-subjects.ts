/** What a bundle offers to the rules on revocation. */
import type { Bundle } from "../bundle/bundle.ts";
import { httpUrls } from "../bundle/crl-source.ts";
import { describe } from "../pki/link.ts";
import { sameName } from "../pki/name.ts";
import { judgeRevocation, revocables, whyUnknown } from "../bundle/revocable.ts";
import type { Context } from "../rule.ts";
import { type Missing, noLeaf, type Selection, type Unchecked, wholeFile } from "./offered.ts";

/** Finds the subjects of each of these kinds. */
export const crlSubjects: {
  readonly [K in "crlUrls" | "crlSource" | "revocable"]: (bundle: Bundle, context: Context) => Selection<K>;
} = {
  crlUrls(bundle) {
    const { crls } = bundle;
    if (crls?.isOnline !== true) {
      const what = "that the CRL can be reached";
      return { missing: "nothing was fetched", unchecked: [{ what, option: "--online" }] };
    }
    const byUrl = new Map(crls.sources.filter(({ kind }) => kind === "url").map((source) => [source.name, source]));
    const present = revocables(bundle).flatMap(({ certificate, origin }) =>
      httpUrls(certificate).map((urls) => ({
        subject: {
          sources: [...new Set(urls.map(({ text }) => text))].flatMap((text) => byUrl.get(text) ?? []),
          offset: urls[0]?.offset ?? 0,
        },
        origin,
      })),
    );
    return present.length > 0 ? { present } : noUrl;
  },

  crlSource(bundle, { now }) {
    const { crls } = bundle;
    if (crls === undefined) return noCrl;
    const all = judgeRevocation(bundle, now).map(({ status, ...revocable }) => ({
      ...revocable,
      isKnown: status.state !== "unknown",
      urls: new Map(httpUrls(revocable.certificate).flatMap((urls) => urls.map(({ text, offset }) => [text, offset]))),
    }));
    const present = crls.sources.map((source) => {
      const lists = source.file?.crls ?? [];
      const certificates = all.filter(({ urls, issuer }) =>
        source.kind === "url"
          ? urls.has(source.name)
          : issuer !== undefined && lists.some((crl) => sameName(crl.issuer, issuer.subject)),
      );
      const strangers = lists.filter(({ issuer }) => !all.some((other) => sameName(other.certificate.issuer, issuer)));
      const [first] = certificates;
      if (source.kind === "file" || first === undefined)
        return { subject: { source, certificates, strangers }, origin: wholeFile(source.name) };
      const offset = first.urls.get(source.name) ?? 0;
      return { subject: { source, certificates, strangers, offset }, origin: first.origin };
    });
    return present.length > 0 ? { present } : noUrl;
  },

  revocable(bundle, { now }) {
    const { crls, leaf } = bundle;
    if (crls === undefined) return noCrl;
    if (leaf === undefined) return noLeaf("revocation");
    const judged = judgeRevocation(bundle, now);
    const present = judged.flatMap(({ status, ...revocable }) => {
      const isLeaf = revocable.certificate === leaf.certificate;
      return status.state === "unknown"
        ? []
        : [{ subject: { ...revocable, status, isLeaf }, origin: revocable.origin }];
    });
    if (judged.length === 0) return { missing: "a self-signed certificate is on no CRL but its own" };
    const rest = judged.flatMap(({ status, certificate, issuer }): Unchecked[] => {
      if (status.state !== "unknown") return [];
      const what = `revocation of ${describe(certificate)}`;
      const option = issuer === undefined ? "--chain" : crls.isOnline ? "--crl" : "--online or --crl";
      return [{ what, why: whyUnknown(status, certificate), option }];
    });
    const [first] = rest;
    return first !== undefined && present.length === 0
      ? { missing: first.why ?? "", unchecked: rest }
      : { present, ...(rest.length > 0 && { rest }) };
  },
};

const noUrl: Missing = { missing: "no certificate names an http URL of a CRL" };

const noCrl: Missing = {
  missing: "no CRL was given or fetched",
  unchecked: [{ what: "revocation", option: "--online or --crl" }],
};
