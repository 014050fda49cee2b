/** Containers: whether they open, and what is in them. */
import { openContainers } from "../../src/bundle/container.ts";
import { fingerprint } from "../../src/pki/certificate.ts";
import { samePublicKey } from "../../src/pki/public-key.ts";
import { differences, type Exceptions, type Judge, open, type Section, sorted } from "./cases.ts";

const judgePkcs12: Judge = async ({ files, args: { passphrase }, expected }) => {
  const contents = await openContainers(open(files["pkcs12"] ?? ""), passphrase);
  const [container] = contents.artifacts;
  const closed = container?.kind === "pkcs12" ? container.closed : undefined;
  const certificates = contents.artifacts.filter((a) => a.kind === "certificate").map((a) => a.certificate);
  const keys = contents.artifacts.filter((a) => a.kind === "key").map((a) => a.key?.publicKey);
  const refused = contents.problems.map(({ message }) => message);
  switch (expected.verdict) {
    case "wrong-passphrase":
      return closed?.why === "wrong-passphrase" ? [] : [`${closed?.why ?? "opened"} instead of wrong-passphrase`];
    case "reject":
      return closed !== undefined || refused.length > 0 ? [] : ["opened instead of reject"];
    case "ok-or-clear-error":
      if (closed !== undefined) return [];
  }
  if (container === undefined || closed !== undefined || refused.length > 0)
    return [`${[closed?.message, ...refused].join("; ")} instead of ${expected.verdict}`];
  const prints = certificates.map(fingerprint);
  const isMatched = certificates.some((c) => keys.some((key) => key && samePublicKey(c.publicKey, key)));
  return differences({
    certificates: [certificates.length, expected.certs],
    keys: [keys.length, expected.keys],
    "the leaf": [prints.find((print) => print === expected.leafSha256), expected.leafSha256],
    "a key of the leaf": [isMatched, expected.keyMatchesCert],
  });
};

const pkcs7Exceptions: Exceptions = {
  "CMS names a signer by its key identifier, which OpenSSL's reader of PKCS#7 does not know; no certificate is in it": [
    "pkcs7/boringssl/crypto/pkcs7/test/sign_sha1_key_id.p7s",
    "pkcs7/boringssl/crypto/pkcs7/test/sign_sha256_key_id.p7s",
  ],
};

const judgePkcs7: Judge = ({ files, expected: { verdict, certSha256 } }) => {
  const { artifacts } = open(files["pkcs7"] ?? "");
  const prints = artifacts.flatMap((a) =>
    a.kind === "certificate" && a.origin.container ? [fingerprint(a.certificate)] : [],
  );
  const ours =
    prints.length > 0 ? "certs" : artifacts.some(({ kind }) => kind === "pkcs7") ? "no-certs" : "unparseable";
  return [
    ...(ours === verdict ? [] : [`${ours} instead of ${verdict}`]),
    ...differences({ certificates: [sorted(prints), sorted(certSha256)] }),
  ];
};

export const pkcs12: Section = {
  section: "pkcs12",
  title: "PKCS#12",
  about: "Whether a container opens, and what is in it.",
  judge: judgePkcs12,
  exceptions: {},
};

export const pkcs7: Section = {
  section: "pkcs7",
  title: "PKCS#7",
  about: "The certificates in a container.",
  judge: judgePkcs7,
  exceptions: pkcs7Exceptions,
};
