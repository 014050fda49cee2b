/** What the catalogue says against something that is not issued yet: its rules are asked about the example's appliance, with what is wished in the place of its own. */
import type { Bundle, BundleKey } from "../bundle/bundle.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { exampleBundle, exampleContext } from "../evaluation/example.ts";
import type { Certificate } from "../pki/certificate.ts";
import type { Extension, ExtensionValues } from "../pki/extensions.ts";
import type { GeneralName } from "../pki/general-name.ts";
import type { Attribute, Name } from "../pki/name.ts";
import type { PublicKey } from "../pki/public-key.ts";
import type { Context } from "../rule.ts";
import { applianceRules } from "../rules/index.ts";
import type { Wish, WishedAttribute } from "./wish.ts";

/** A rule that would fail, and what it would say. */
export interface Refusal {
  readonly rule: string;
  readonly message: string;
}

/** The key that is to be certified. */
export interface WishedKey {
  readonly publicKey: PublicKey;
  readonly facts: Pick<BundleKey, "key">;
}

/** Of the context, what does not come with the example. */
type Measure = Pick<Context, "edition" | "requirements">;

/** Issuer and dates are the CA's. */
const ofTheIssuer: ReadonlySet<string> = new Set(["policy/issuer", "policy/lifetime"]);

const aboutWishes = applianceRules.filter(
  ({ id, on, severity }) =>
    (on === "leaf" || on === "entity" || on === "crlPoint" || on === "key" || on === "pair") &&
    severity === "error" &&
    !ofTheIssuer.has(id),
);

/**
 * The errors that the rules would find in a certificate of this wish. The example meets every rule: whatever fails is
 * the wish's. Of a key that will be made, the size is known.
 */
export function refusalsOf(
  wish: Pick<Wish, "subject" | "names" | "addresses" | "crlUrl">,
  key: WishedKey | { readonly bits: number },
  measure: Measure,
): Refusal[] {
  const bundle = exampleWith(wish, key);
  // A certificate without a CRL distribution point is for an appliance that does not validate, or its CA adds one.
  const context = { ...exampleContext, ...measure, hosts: [], validation: wish.crlUrl !== undefined };
  return evaluate(aboutWishes, bundle, context)
    .filter(({ outcome }) => outcome === "fails")
    .flatMap(({ rule, findings }) => findings.map(({ message }) => ({ rule, message })));
}

function exampleWith(
  { subject, names, addresses, crlUrl }: Parameters<typeof refusalsOf>[0],
  key: Parameters<typeof refusalsOf>[1],
): Bundle {
  const example = exampleBundle();
  const { leaf } = example;
  if (leaf === undefined) throw new Error("the example has no certificate");
  const publicKey = "bits" in key ? { ...leaf.certificate.publicKey, ...key } : key.publicKey;
  const alternative = [
    ...names.map((value) => generalName("dns", value)),
    ...addresses.map((value) => generalName("ip", value)),
  ];
  const certificate: Certificate = {
    ...leaf.certificate,
    publicKey,
    subject: nameOf(subject, leaf.certificate.subject),
    extensions: [
      ...leaf.certificate.extensions.filter(
        ({ name }) => name !== "subjectAltName" && name !== "cRLDistributionPoints",
      ),
      extensionOf("subjectAltName", alternative),
      ...(crlUrl === undefined
        ? []
        : [
            extensionOf("cRLDistributionPoints", [
              { names: [generalName("uri", crlUrl)], partialReasons: false, indirect: false },
            ]),
          ]),
    ],
  };
  const own = "facts" in key ? key.facts.key : undefined;
  const facts = own ?? (example.key?.key && { ...example.key.key, publicKey });
  return {
    ...example,
    leaf: { ...leaf, certificate },
    ...(example.key && { key: { ...example.key, ...(facts && { key: facts }) } }),
  };
}

const extensionOf = <N extends keyof ExtensionValues>(name: N, value: ExtensionValues[N]): Extension => ({
  oid: "",
  name,
  critical: false,
  offset: 0,
  value,
});

const generalName = (type: GeneralName["type"], value: string): GeneralName => ({
  type,
  value,
  bytes: Buffer.from(value),
  offset: 0,
});

/** A name as it would be decoded; string type and place are those of the example's attributes. */
function nameOf(wished: readonly WishedAttribute[], example: Name): Name {
  const attributes = wished.map(([type, value]): Attribute => {
    const like = example.attributes.find((attribute) => attribute.type === type);
    if (like === undefined) throw new Error(`the example has no ${type}`);
    return { ...like, value };
  });
  return { rdns: attributes.map((attribute) => [attribute]), attributes, bytes: new Uint8Array(), offset: 0 };
}
