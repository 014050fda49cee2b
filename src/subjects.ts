/** What a bundle offers to the rules: the subjects of each kind, or why there are none. */
import type { Origin } from "./artifact.ts";
import { type Bundle, type BundleKey, lockedContainers } from "./bundle.ts";
import { httpUrls } from "./crl-source.ts";
import { withoutEndpoint } from "./no-endpoint.ts";
import { extension } from "./pki/extensions.ts";
import { describe, isCurrent, isSelfSigned } from "./pki/link.ts";
import { sameName } from "./pki/name.ts";
import { samePublicKey } from "./pki/public-key.ts";
import { judgeRevocation, revocables, whyUnknown } from "./revocable.ts";
import type { Context, Subjects } from "./rule.ts";

/** Something that could not be checked. */
export interface Unchecked {
  readonly what: string;
  /** Why not, if that is not why the whole rule was skipped. */
  readonly why?: string;
  /** The option that would make it possible. */
  readonly option?: string;
}

/** There is nothing to ask about. `unchecked` is present if the appliance may have something to look at all the same. */
export interface Missing {
  readonly missing: string;
  readonly unchecked?: readonly Unchecked[];
}

/** The subjects of one kind, each with the place its findings point at; `rest` is what there is besides, and cannot be asked about. */
export type Selection<K extends keyof Subjects> =
  | Missing
  | {
      readonly present: readonly { readonly subject: Subjects[K]; readonly origin: Origin }[];
      readonly rest?: readonly Unchecked[];
    };

const one = <S>(subject: S, origin: Origin): { present: { subject: S; origin: Origin }[] } => ({
  present: [{ subject, origin }],
});

/** A whole file; findings in it name a line where they know one. */
const wholeFile = (file: string): Origin => ({
  file,
  at: (offset) => ({ file, ...(offset !== undefined && { offset }) }),
});

/** Finds the subjects of each kind. */
export const subjectsOf: { readonly [K in keyof Subjects]: (bundle: Bundle, context: Context) => Selection<K> } = {
  // The appliance never sees the trust anchors that certcheck alone was given.
  file: ({ slots }) => ({
    present: slots
      .filter(({ slot }) => slot !== "roots")
      .map((slot) => ({ subject: slot, origin: wholeFile(slot.contents.file) })),
  }),

  leaf: ({ leaf }) => (leaf === undefined ? noLeaf("the certificate") : one(leaf, leaf.origin)),

  crlPoint({ leaf }) {
    if (leaf === undefined) return noLeaf("its CRL distribution point");
    const points = extension(leaf.certificate, "cRLDistributionPoints");
    if (points === undefined) return { missing: "the certificate names no CRL distribution point" };
    return one({ points }, leaf.origin);
  },

  host({ leaf }, { hosts }) {
    if (leaf === undefined) return noLeaf("its names");
    if (hosts.length === 0) {
      return {
        missing: "no planned name or address was given",
        unchecked: [{ what: "that the certificate covers the appliance's name and address", option: "--host, --ip" }],
      };
    }
    return { present: hosts.map((host) => ({ subject: { leaf, host }, origin: leaf.origin })) };
  },

  key(bundle) {
    const { key } = bundle;
    if (key === undefined) return noKey(bundle, "the private key");
    if (key.key === undefined) return closed(key, "the private key's size and soundness");
    return one({ ...key, key: key.key, ...(bundle.leaf && { leaf: bundle.leaf }) }, key.origin);
  },

  encryption(bundle) {
    const { key } = bundle;
    if (key === undefined) return noKey(bundle, "its passphrase");
    if (key.encryption === undefined) return { missing: "the key is not encrypted" };
    if (key.origin.container !== undefined) return inContainer;
    return one({ ...key, encryption: key.encryption }, key.origin);
  },

  pair(bundle) {
    const { key, leaf } = bundle;
    if (leaf === undefined) return noLeaf("that key and certificate belong together");
    if (key === undefined) return noKey(bundle, "that key and certificate belong together");
    if (key.key === undefined) return closed(key, "that key and certificate belong together");
    return one({ leaf, key: { ...key, key: key.key }, bundle }, key.origin);
  },

  passphrase(bundle) {
    const { key, passphrase } = bundle;
    if (key === undefined) return noKey(bundle, "its passphrase");
    const hasContainer = bundle.slots.some(({ contents }) => contents.artifacts.some(({ kind }) => kind === "pkcs12"));
    if (hasContainer && (key.encryption === undefined || key.origin.container !== undefined)) return inContainer;
    if (passphrase !== undefined) return one({ ...passphrase, key }, key.origin);
    const isWanted = key.encryption !== undefined;
    return {
      missing: "no passphrase was given",
      ...(isWanted && { unchecked: [{ what: "the passphrase's characters", option: "--passin" }] }),
    };
  },

  chain({ chain, leaf, slots }) {
    if (
      slots.some(({ slot, contents }) => slot === "chain" && contents.problems.some(({ effect }) => effect === "limit"))
    )
      return { missing: "not all of the chain file was read", unchecked: [{ what: "the chain of trust" }] };
    // Nobody issued it: certificate/not-self-signed says so, and no chain could change that.
    if (chain === undefined && leaf !== undefined && isSelfSigned(leaf.certificate)) return selfSigned;
    if (chain === undefined) return noChain;
    if (leaf === undefined || chain.path === undefined) return noLeaf("its chain of trust");
    return one({ ...chain, leaf, path: chain.path }, wholeFile(chain.file));
  },

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

  handshake(bundle, { now }) {
    const { handshake, leaf, chain } = bundle;
    const what = "a TLS handshake with this certificate and key";
    if (handshake === undefined) return { missing: "none was asked for", unchecked: [{ what, option: "--handshake" }] };
    if ("untried" in handshake) {
      const { untried, option } = handshake;
      return { missing: untried, unchecked: [{ what, ...(option !== undefined && { option }) }] };
    }
    if (leaf === undefined) return noLeaf(what);
    const cause = handshake.completed ? undefined : knownCause(bundle, now);
    if (cause !== undefined) return { missing: `it failed, for a reason that ${cause} gives` };
    return one({ handshake, ...(chain?.path && { path: chain.path }) }, leaf.origin);
  },

  ...withoutEndpoint,
  fleet: () => ({ missing: "it is asked of several appliances together" }),
};

/** The rules that say already why a handshake failed. */
function knownCause({ leaf, key, chain }: Bundle, now: number): string | undefined {
  if (leaf === undefined || !isCurrent(leaf.certificate, now)) return "validity/*";
  if (!key?.key?.publicKey || !samePublicKey(leaf.certificate.publicKey, key.key.publicKey))
    return "key/belongs-to-certificate";
  if (key.key.broken.length > 0) return "key/consistent";
  return chain?.path !== undefined && chain.path.problems.length > 0 ? "chain/trusted" : undefined;
}

const noUrl: Missing = { missing: "no certificate names an http URL of a CRL" };

const noCrl: Missing = {
  missing: "no CRL was given or fetched",
  unchecked: [{ what: "revocation", option: "--online or --crl" }],
};

const noLeaf = (what: string): Missing => ({ missing: "no certificate could be read", unchecked: [{ what }] });

/** How it will be encrypted is decided when it is taken out. */
const inContainer: Missing = { missing: "the passphrase is that of a container, not of a key" };

const selfSigned: Missing = { missing: "a self-signed certificate has no chain" };

const noChain: Missing = {
  missing: "no chain file was given",
  unchecked: [{ what: "the chain of trust", option: "--chain" }],
};

function noKey({ slots }: Bundle, what: string): Missing {
  if (lockedContainers(slots).length > 0)
    return { missing: "the container could not be opened", unchecked: [{ what, option: "--passin" }] };
  if (slots.some(({ slot }) => slot === "key"))
    return { missing: "no private key could be read", unchecked: [{ what }] };
  return { missing: "no key was given", unchecked: [{ what, option: "--key" }] };
}

/** The key is there, and cannot be looked into. */
function closed({ state }: BundleKey, what: string): Missing {
  const isLocked = state === "no-passphrase" || state === "wrong-passphrase";
  return { missing: "the key could not be opened", unchecked: [{ what, ...(isLocked && { option: "--passin" }) }] };
}
