/** A certificate beside the one that the documents publish as a sample ("the same fields exist in the same order"), field by field. */
import { keySizes, sampleExtensions, sampleSubject } from "../defender.ts";
import type { Certificate } from "../pki/certificate.ts";
import { formatName } from "../pki/name.ts";
import { describePublicKey } from "../pki/public-key.ts";
import { DAY, formatDay } from "../pki/time.ts";
import type { ExtensionFacts, SampleField } from "./inspection.ts";

/** What the published sample has; its text in the documents is damaged, and was read by eye. */
const sample = {
  version: 3,
  serialOctets: 8,
  signatureAlgorithm: "sha256WithRSAEncryption",
  notBefore: Date.parse("2020-12-17T18:40:38Z"),
  notAfter: Date.parse("2022-12-17T18:40:38Z"),
  publicKey: "RSA 2048",
  values: {
    basicConstraints: ["CA:TRUE"],
    keyUsage: ["digitalSignature", "keyEncipherment", "keyAgreement"],
    extKeyUsage: ["clientAuth", "serverAuth"],
  },
} as const;

/** Extensions that the documents or browsers ask for, though the sample has none. */
const wanted: Readonly<Record<string, string>> = {
  subjectAltName: "the documents do not mention it, and no browser does without",
  cRLDistributionPoints: "the documents ask for it while validation is on",
};

/** Compares them; `extensions` are those of the certificate. */
export function compareWithSample(certificate: Certificate, extensions: readonly ExtensionFacts[]): SampleField[] {
  const { version, serialNumber, signatureAlgorithm, issuer } = certificate;
  return [
    equal("version", String(version), String(sample.version), "extensions need version 3"),
    {
      field: "serial number",
      outcome: "own",
      here: octets(serialNumber.length / 2),
      sample: octets(sample.serialOctets),
      matters: false,
    },
    equal(
      "signature algorithm",
      signatureAlgorithm.name,
      sample.signatureAlgorithm,
      "the documents ask for SHA-256 with RSA",
    ),
    { field: "issuer", outcome: "own", here: formatName(issuer), matters: false },
    compareValidity(certificate),
    compareSubject(certificate),
    compareKey(certificate),
    ...compareExtensions(extensions),
  ];
}

const days = (count: number): string => `${count} day${count === 1 ? "" : "s"}`;

const octets = (count: number): string => `${count} octet${count === 1 ? "" : "s"}`;

function equal(field: string, here: string, expected: string, remark: string): SampleField {
  return here === expected
    ? { field, outcome: "same", here, sample: expected, matters: false }
    : { field, outcome: "differs", here, sample: expected, matters: true, remark };
}

function compareValidity({ notBefore, notAfter }: Certificate): SampleField {
  const span = (from: number, until: number): string =>
    Number.isNaN(from + until)
      ? "unreadable dates"
      : `${days(Math.round((until - from) / DAY))}, ${formatDay(from)} to ${formatDay(until)}`;
  return {
    field: "validity",
    outcome: "own",
    here: span(notBefore.at, notAfter.at),
    sample: span(sample.notBefore, sample.notAfter),
    matters: Number.isNaN(notBefore.at + notAfter.at),
  };
}

/** Attributes that the documents require. */
const required: ReadonlySet<string> = new Set(["C", "O", "OU", "CN"]);

function compareSubject({ subject }: Certificate): SampleField {
  const types = subject.attributes.map(({ type }) => type);
  const expected: readonly string[] = sampleSubject;
  const [here, there] = [types.join(", "), expected.join(", ")];
  if (here === there) return { field: "subject", outcome: "same", here, sample: there, matters: false };
  const missing = expected.filter((type) => !types.includes(type));
  const lacking = missing.filter((type) => required.has(type));
  const more = types.filter((type) => !expected.includes(type));
  const remark = [
    ...(lacking.length > 0 ? [`the documents require ${lacking.join(", ")}`] : []),
    ...(missing.length > lacking.length ? [`without ${missing.filter((type) => !required.has(type)).join(", ")}`] : []),
    ...(more.length > 0 ? [`${more.join(", ")} besides`] : []),
    ...(missing.length + more.length === 0 ? ["another order, which OpenSSL does not mind"] : []),
  ].join("; ");
  return { field: "subject", outcome: "differs", here, sample: there, matters: lacking.length > 0, remark };
}

function compareKey({ publicKey }: Certificate): SampleField {
  const { algorithm, bits = 0 } = publicKey;
  const here = describePublicKey(publicKey);
  if (here === sample.publicKey)
    return { field: "public key", outcome: "same", here, sample: sample.publicKey, matters: false };
  const isSupported = algorithm === "RSA" && keySizes.includes(bits);
  const remark = isSupported ? "the documents allow it" : "the documents allow RSA of 2048 or 4096 bits";
  return { field: "public key", outcome: "differs", here, sample: sample.publicKey, matters: !isSupported, remark };
}

function compareExtensions(extensions: readonly ExtensionFacts[]): SampleField[] {
  const expected: readonly string[] = sampleExtensions;
  const known = expected.map((name) =>
    compareExtension(
      name,
      extensions.find((extension) => extension.name === name),
    ),
  );
  const more = extensions
    .filter(({ name }) => !expected.includes(name))
    .map(({ name, critical }): SampleField => {
      // A critical extension that a program does not know makes it refuse the certificate, RFC 5280 section 4.2.
      const matters = critical && wanted[name] === undefined;
      const remark = matters ? "critical: who does not know it refuses the certificate" : wanted[name];
      return { field: name, outcome: "more", matters, ...(remark !== undefined && { remark }) };
    });
  const order = extensions.map(({ name }) => name).filter((name) => expected.includes(name));
  const isOrdered = order.every((name, index) => index === 0 || rank(order[index - 1]) <= rank(name));
  const [here, there] = [order.join(", "), expected.join(", ")];
  const inOrder: SampleField[] = isOrdered
    ? []
    : [
        {
          field: "order of extensions",
          outcome: "differs",
          here,
          sample: there,
          matters: false,
          remark: "no program minds",
        },
      ];
  return [...known, ...more, ...inOrder];
}

const rank = (name = ""): number => (sampleExtensions as readonly string[]).indexOf(name);

/** What another value means. */
const remarks: Readonly<Record<string, (values: readonly string[]) => readonly [matters: boolean, remark: string]>> = {
  basicConstraints: (values) =>
    values[0] === "CA:FALSE"
      ? [false, "rightly: a server's certificate is no CA's"]
      : [false, "the sample limits no path"],
  keyUsage: (values) =>
    values.includes("digitalSignature") || values.includes("keyEncipherment")
      ? [false, "enough for a TLS server"]
      : [true, "too little for a TLS server"],
  extKeyUsage: (values) =>
    values.includes("serverAuth") || values.includes("anyExtendedKeyUsage")
      ? [false, "enough: serverAuth is what counts"]
      : [true, "browsers ask for serverAuth"],
};

function compareExtension(name: string, extension: ExtensionFacts | undefined): SampleField {
  const values: readonly string[] | undefined = (sample.values as Readonly<Record<string, readonly string[]>>)[name];
  const there = values?.join(", ") ?? "an identifier";
  if (extension === undefined)
    return {
      field: name,
      outcome: "missing",
      sample: there,
      matters: false,
      remark: name === "extKeyUsage" ? "without it, it may be used for anything" : "no refusal is known for that",
    };
  if (extension.problem !== undefined)
    return { field: name, outcome: "differs", sample: there, matters: true, remark: extension.problem };
  const here = values === undefined ? there : extension.values.join(", ");
  if (here === there) return { field: name, outcome: "same", here, sample: there, matters: false };
  const [matters, remark] = remarks[name]?.(extension.values) ?? [false, ""];
  return { field: name, outcome: "differs", here, sample: there, matters, remark };
}
