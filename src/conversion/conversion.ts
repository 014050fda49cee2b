/** Conversion: an assortment of certificates and keys, written in the form that is wanted. Nothing here touches a disk. */
import { type CertificateArtifact, isRequest, type OtherArtifact } from "../bundle/artifact.ts";
import type { Assortment, LeftOver } from "./assortment.ts";
import { UsageError } from "../errors.ts";
import type { MaterialKey } from "../gather/material.ts";
import { describe } from "../pki/link.ts";
import { displayName, values } from "../pki/name.ts";
import { armour } from "../pki/pem-label.ts";
import type { Age } from "../pki/sealing.ts";
import { isAuthority } from "../pki/certificate.ts";
import { describeKey, type KeyForm, pkcs8Of, writeKey } from "./written-key.ts";

/** What can be made. */
export const targets = ["pem", "der", "crt", "pfx", "upload"] as const;

/** What is to be made. */
export type Target = (typeof targets)[number];

/** How it is to be made. */
export interface Manner {
  /** What all files are called, before their endings. */
  readonly name: string;
  /** What becomes of the key's passphrase. */
  readonly protection: KeyForm["protection"];
  /** Of a container. */
  readonly age: Age;
}

/** A file that was made. */
export interface Product {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly isSecret: boolean;
  /** What is in it, in words. */
  readonly what: string;
}

/** What came of it. */
export interface Conversion {
  readonly products: readonly Product[];
  readonly leftOut: readonly LeftOver[];
  /** What is missing, or does not fit. */
  readonly lacks: readonly string[];
}

/** Makes what is wanted of what is there. @throws UsageError if it cannot be made */
export async function convert(target: Target, assortment: Assortment, manner: Manner): Promise<Conversion> {
  const { products, written, lacks = [] } = await makers[target](assortment, manner);
  const { leaf, key, chain, strangers, others, leftOver } = assortment;
  const isLeft = (part: Part): boolean => !written.includes(part);
  const certificate = (one: CertificateArtifact, remark = ""): LeftOver => ({
    origin: one.origin,
    message: `the certificate ${describe(one.certificate)}${remark}`,
  });
  return {
    products,
    leftOut: [
      ...[...(leaf ? [leaf] : []), ...chain].filter(isLeft).map((one) => certificate(one)),
      ...strangers.filter(isLeft).map((one) => certificate(one, ", which has no part in the chain")),
      ...(key && isLeft(key) ? [{ origin: key.facts.origin, message: "the private key" }] : []),
      ...others.filter(isLeft).map((one) => ({ origin: one.origin, message: describeOther(one) })),
      ...leftOver,
    ],
    lacks: [...lacks, ...(key && written.includes(key) ? brokenKey(key) : [])],
  };
}

/** What an assortment is made of. */
type Part = CertificateArtifact | OtherArtifact | MaterialKey;

/** What a target is made of. */
interface Made {
  readonly products: readonly Product[];
  /** The parts of the assortment that are in it. */
  readonly written: readonly Part[];
  readonly lacks?: readonly string[];
}

const makers: { readonly [T in Target]: (assortment: Assortment, manner: Manner) => Made | Promise<Made> } = {
  pem(assortment, manner) {
    const { leaf, chain, strangers, others, key } = assortment;
    const certificates = [...(leaf ? [leaf] : []), ...chain, ...strangers];
    const text = [...certificates.map(pemOf), ...others.map(pemOfOther)].join("");
    const what = [...(certificates.length > 0 ? [describeAll(certificates)] : []), ...others.map(describeOther)];
    return {
      products: [
        ...(text === "" ? [] : [publicFile(`${manner.name}.pem`, text, what.join(", "))]),
        ...keyFiles(assortment, manner),
      ],
      written: [...certificates, ...others, ...(key ? [key] : [])],
      // A certificate alone is no chain that could be short of one.
      lacks: [...foreignKey(assortment), ...(certificates.length > 1 ? lackOfIssuer(assortment) : [])],
    };
  },

  der(assortment, manner) {
    const { leaf, chain, strangers, others, key } = assortment;
    const parts = [
      ...(leaf ? [{ label: "", bytes: leaf.certificate.bytes, what: describeAll([leaf]) }] : []),
      ...chain.map((one) => ({ label: "-ca", bytes: one.certificate.bytes, what: describeAll([one]) })),
      ...strangers.map((one) => ({ label: "-other", bytes: one.certificate.bytes, what: describeAll([one]) })),
      ...others.map((one) => ({ label: `-${one.kind}`, bytes: bytesOf(one), what: describeOther(one) })),
      ...(key
        ? [{ label: "-key", bytes: writeKey(key, { form: "DER", ...manner }), what: describeKey(key, manner) }]
        : []),
    ];
    return {
      products: parts.map(({ label, bytes, what }, index) => {
        const alike = parts.filter((part) => part.label === label).length > 1;
        const number = parts.slice(0, index + 1).filter((part) => part.label === label).length;
        const name = parts.length === 1 ? manner.name : `${manner.name}${label}${alike ? `-${number}` : ""}`;
        return { name: `${name}.der`, content: bytes, isSecret: label === "-key", what };
      }),
      written: [...(leaf ? [leaf] : []), ...chain, ...strangers, ...others, ...(key ? [key] : [])],
      lacks: foreignKey(assortment),
    };
  },

  crt(assortment, { name }) {
    const leaf = requireLeaf(assortment);
    return { products: [certificateFile(name, leaf)], written: [leaf] };
  },

  async pfx(assortment, { name, protection, age }) {
    const leaf = requireLeaf(assortment);
    const { key, chain } = assortment;
    if (key && assortment.isForeignKey)
      throw new UsageError(
        foreignKey(assortment).join(),
        "a container has both: give the key that was made with the certificate's request",
      );
    if (protection.how === "keep") throw new Error("a container has a passphrase, or expressly none");
    const certificates = [leaf, ...chain];
    const [commonName] = values(leaf.certificate.subject, "CN");
    const plain = key && pkcs8Of(key);
    // Loaded for those who want one: the library has half a megabyte.
    const { writePkcs12 } = await import("../pki/pkcs12-writer.ts");
    const content = writePkcs12(
      {
        certificates: certificates.map(({ certificate }) => certificate.bytes),
        ...(plain && { key: plain }),
        friendlyName: commonName ?? name,
      },
      protection.how === "none" ? "" : protection.passphrase,
      age,
    );
    plain?.fill(0);
    const closed = protection.how === "none" ? "with an empty passphrase" : "closed with a passphrase";
    const what = `${key ? "private key and " : ""}${describeAll(certificates)}; ${closed}`;
    return {
      products: [{ name: `${name}.pfx`, content, isSecret: true, what }],
      written: [...certificates, ...(key ? [key] : [])],
      lacks: [
        ...(key ? [] : ["no private key was given: there is none in the container"]),
        ...lackOfIssuer(assortment),
      ],
    };
  },

  upload(assortment, manner) {
    const leaf = requireLeaf(assortment);
    const { key, chain } = assortment;
    return {
      products: [
        certificateFile(manner.name, leaf),
        ...keyFiles(assortment, manner),
        ...(chain.length > 0 ? [publicFile(`${manner.name}.pem`, chain.map(pemOf).join(""), describeAll(chain))] : []),
      ],
      written: [leaf, ...chain, ...(key ? [key] : [])],
      lacks: [
        ...(key ? [] : ["no private key was given: the dialog asks for one"]),
        ...(chain.length > 0 ? [] : lackOfIssuer(assortment)),
      ],
    };
  },
};

const pemOf = ({ certificate }: CertificateArtifact): string => armour("CERTIFICATE", certificate.bytes);

const pemOfOther = (artifact: OtherArtifact): string =>
  armour(artifact.kind === "crl" ? "X509 CRL" : "CERTIFICATE REQUEST", bytesOf(artifact));

const bytesOf = (artifact: OtherArtifact): Uint8Array =>
  (isRequest(artifact) ? artifact.request.bytes : artifact.bytes) ?? new Uint8Array();

const describeOther = (artifact: OtherArtifact): string =>
  isRequest(artifact) ? `certificate request ${displayName(artifact.request.subject)}` : "certificate revocation list";

/** `certificate sensor.contoso.com`, `2 CA certificates: …`. */
function describeAll(certificates: readonly CertificateArtifact[]): string {
  const names = certificates.map(({ certificate }) => displayName(certificate.subject)).join(", ");
  const kind = certificates.every(({ certificate }) => isAuthority(certificate)) ? "CA certificate" : "certificate";
  return certificates.length === 1 ? `${kind} ${names}` : `${certificates.length} ${kind}s: ${names}`;
}

const publicFile = (name: string, content: string, what: string): Product => ({ name, content, isSecret: false, what });

const certificateFile = (name: string, leaf: CertificateArtifact): Product =>
  publicFile(`${name}.crt`, pemOf(leaf), describeAll([leaf]));

const keyFiles = ({ key }: Assortment, manner: Manner): Product[] =>
  key === undefined
    ? []
    : [
        {
          name: `${manner.name}.key`,
          content: writeKey(key, { form: "PEM", ...manner }),
          isSecret: true,
          what: describeKey(key, manner),
        },
      ];

/** @throws UsageError */
function requireLeaf({ leaf, chain }: Assortment): CertificateArtifact {
  if (leaf !== undefined) return leaf;
  const [what, hint] =
    chain.length > 0
      ? [`${chain.length} certificates of CAs, and none of an appliance`, "--to pem writes them in order"]
      : ["no certificate is among the files", "give the certificate as well"];
  throw new UsageError(what, hint);
}

/** A check of an upload says so itself. */
const foreignKey = ({ leaf, key, isForeignKey }: Assortment): string[] =>
  leaf && key && isForeignKey
    ? [
        `the private key in ${key.facts.origin.file} does not belong to the certificate ${describe(leaf.certificate)} in ${leaf.origin.file}`,
      ]
    : [];

const brokenKey = ({ facts: { key, origin } }: MaterialKey): string[] =>
  key === undefined || key.broken.length === 0
    ? []
    : [`the private key in ${origin.file} is damaged, and written as it is: its numbers do not fit together`];

const lackOfIssuer = ({ missingIssuer }: Assortment): string[] =>
  missingIssuer === undefined
    ? []
    : [`the chain ends before a root: the certificate of ${missingIssuer} is not among the files`];
