/** What a bundle offers to the rules: the subjects of each kind, or why there are none. */
import { entityOf } from "../entity.ts";
import { type Bundle, type BundleKey, lockedContainers } from "../bundle/bundle.ts";
import { withoutEndpoint } from "./no-endpoint.ts";
import { extension } from "../pki/extensions.ts";
import { isCurrent, isSelfSigned } from "../pki/link.ts";
import { samePublicKey } from "../pki/public-key.ts";
import { crlSubjects } from "./crl-subjects.ts";
import type { Context, Subjects } from "../rule.ts";
import { type Missing, noLeaf, one, type Selection, wholeFile } from "./offered.ts";

/** Finds the subjects of each kind. */
export const subjectsOf: { readonly [K in keyof Subjects]: (bundle: Bundle, context: Context) => Selection<K> } = {
  // The appliance never sees the trust anchors that certcheck alone was given, nor the CA what is to be renewed.
  file: ({ slots }) => ({
    present: slots
      .filter(({ slot }) => slot !== "roots" && slot !== "previous")
      .map((slot) => ({ subject: slot, origin: wholeFile(slot.contents.file) })),
  }),

  leaf: ({ leaf }) => (leaf === undefined ? noLeaf("the certificate") : one(leaf, leaf.origin)),

  entity(bundle) {
    const artifact = bundle.leaf ?? bundle.request;
    return artifact === undefined ? noEntity(bundle) : one(entityOf(artifact), artifact.origin);
  },

  crlPoint({ leaf }) {
    if (leaf === undefined) return noLeaf("its CRL distribution point");
    const points = extension(leaf.certificate, "cRLDistributionPoints");
    if (points === undefined) return { missing: "the certificate names no CRL distribution point" };
    return one({ points }, leaf.origin);
  },

  host(bundle, { hosts }) {
    const artifact = bundle.leaf ?? bundle.request;
    if (artifact === undefined) return noEntity(bundle, "its names");
    if (hosts.length === 0) {
      return {
        missing: "no planned name or address was given",
        unchecked: [
          { what: `that the ${artifact.kind} covers the appliance's name and address`, option: "--host, --ip" },
        ],
      };
    }
    const entity = entityOf(artifact);
    return { present: hosts.map((host) => ({ subject: { entity, host }, origin: artifact.origin })) };
  },

  key(bundle) {
    const { key } = bundle;
    if (key === undefined) return noKey(bundle, "the private key");
    if (key.key === undefined) return closed(key, "the private key's size and soundness");
    const artifact = bundle.leaf ?? bundle.request;
    return one({ ...key, key: key.key, ...(artifact && { entity: entityOf(artifact) }) }, key.origin);
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

  request: (bundle) => (bundle.request === undefined ? noEntity(bundle) : one(bundle.request, bundle.request.origin)),

  requestPair(bundle) {
    const { key, request } = bundle;
    const what = "that the key is the request's";
    if (request === undefined) return noEntity(bundle, what);
    if (key === undefined) return noKey(bundle, what);
    if (key.key === undefined) return closed(key, what);
    return one({ request, key: { ...key, key: key.key } }, request.origin);
  },

  renewal(bundle) {
    const { request, previous } = bundle;
    if (request === undefined) return noEntity(bundle);
    if (previous === undefined) return { missing: "no certificate to be renewed was given" };
    return one({ request, previous }, request.origin);
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

  ...crlSubjects,

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

/** Neither a certificate nor a request; which of them was wanted is told by what was to be judged. */
function noEntity({ purpose }: Bundle, what?: string): Missing {
  const wanted = purpose === "request" ? "request" : "certificate";
  return { missing: `no ${wanted} could be read`, unchecked: [{ what: what ?? `the ${wanted}` }] };
}

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
