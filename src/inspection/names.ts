/** Names of object identifiers that are explained where a file is looked into, and that nothing else here needs. */
import { oidName } from "../pki/oid.ts";

const names: Readonly<Record<string, string>> = {
  // Extensions: RFC 5280, RFC 6960, RFC 6962, RFC 3739, Netscape's
  "2.5.29.1": "authorityKeyIdentifier (obsolete)",
  "2.5.29.16": "privateKeyUsagePeriod",
  "1.3.6.1.5.5.7.1.3": "qcStatements",
  "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
  "1.3.6.1.5.5.7.48.1.5": "ocspNoCheck",
  "1.3.6.1.4.1.11129.2.4.3": "precertificatePoison",
  "2.16.840.1.113730.1.2": "nsBaseUrl",
  "2.16.840.1.113730.1.3": "nsRevocationUrl",
  "2.16.840.1.113730.1.4": "nsCaRevocationUrl",
  "2.16.840.1.113730.1.7": "nsRenewalUrl",
  "2.16.840.1.113730.1.8": "nsCaPolicyUrl",
  "2.16.840.1.113730.1.12": "nsSslServerName",
  "2.16.840.1.113730.1.13": "nsComment",

  // Extensions of Active Directory Certificate Services
  "1.3.6.1.4.1.311.20.2": "msCertificateTemplateName",
  "1.3.6.1.4.1.311.21.1": "msCaVersion",
  "1.3.6.1.4.1.311.21.2": "msPreviousCaCertificateHash",
  "1.3.6.1.4.1.311.21.7": "msCertificateTemplate",
  "1.3.6.1.4.1.311.21.10": "msApplicationPolicies",
  "1.3.6.1.4.1.311.25.2": "msSecurityIdentifier",
  "1.2.840.113549.1.9.15": "smimeCapabilities",

  // Extended key usages and application policies
  "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",
  "1.3.6.1.5.5.7.3.6": "ipsecTunnel",
  "1.3.6.1.5.5.7.3.7": "ipsecUser",
  "1.3.6.1.5.5.7.3.17": "ipsecIKE",
  "1.3.6.1.4.1.311.10.3.3": "msServerGatedCrypto",
  "1.3.6.1.4.1.311.10.3.4": "msEncryptingFileSystem",
  "1.3.6.1.4.1.311.20.2.2": "msSmartcardLogon",
  "1.3.6.1.4.1.311.10.12.1": "msAnyApplicationPolicy",
  "2.16.840.1.113730.4.1": "nsServerGatedCrypto",

  // Policies
  "2.5.29.32.0": "anyPolicy",
  "2.23.140.1.1": "extended validation",
  "2.23.140.1.2.1": "domain validated",
  "2.23.140.1.2.2": "organization validated",
  "2.23.140.1.2.3": "individual validated",
  "1.3.6.1.5.5.7.2.1": "certification practice statement",
  "1.3.6.1.5.5.7.2.2": "user notice",

  // Where to ask for more: RFC 5280 section 4.2.2
  "1.3.6.1.5.5.7.48.1": "OCSP",
  "1.3.6.1.5.5.7.48.2": "CA issuers",
  "1.3.6.1.5.5.7.48.5": "CA repository",

  // Containers: RFC 2315, RFC 7292
  "1.2.840.113549.1.7.1": "data",
  "1.2.840.113549.1.7.2": "signedData",
  "1.2.840.113549.1.7.3": "envelopedData",
  "1.2.840.113549.1.7.5": "digestedData",
  "1.2.840.113549.1.7.6": "encryptedData",
  "1.2.840.113549.1.9.3": "contentType",
  "1.2.840.113549.1.9.4": "messageDigest",
  "1.2.840.113549.1.9.5": "signingTime",
  "1.2.840.113549.1.9.20": "friendlyName",
  "1.2.840.113549.1.9.21": "localKeyID",
  "1.2.840.113549.1.9.22.1": "x509Certificate",
  "1.2.840.113549.1.12.10.1.1": "keyBag",
  "1.2.840.113549.1.12.10.1.2": "pkcs8ShroudedKeyBag",
  "1.2.840.113549.1.12.10.1.3": "certBag",
  "1.2.840.113549.1.12.10.1.6": "safeContentsBag",
  "1.2.840.113549.1.1.8": "MGF1",
};

/** The field's name of an object identifier, or its dotted form. */
export const nameOf = (oid: string): string => names[oid] ?? oidName(oid);

/** The name with the identifier behind it; the identifier alone, if there is no name. */
export function namedOid(oid: string): string {
  const name = nameOf(oid);
  return name === oid ? oid : `${oid} (${name})`;
}
