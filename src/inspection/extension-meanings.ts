/** What extensions mean for an appliance that serves its console with the certificate, a sentence each. */

/** Whose extension it is: that of an appliance's certificate, a CA's, or one that is asked for in a request. */
export type Holder = "leaf" | "CA" | "request";

/** The sentence for an extension; `values` are its lines. */
export function meaningOf(name: string, values: readonly string[], holder: Holder): string {
  const meaning = meanings[name];
  if (meaning === undefined) return "certcheck does not know this extension, and no rule asks for it.";
  return typeof meaning === "string" ? meaning : meaning(values, holder);
}

type Meaning = string | ((values: readonly string[], holder: Holder) => string);

const NETSCAPE = "Netscape's, of the 1990s: browsers pass over it.";

const meanings: Readonly<Record<string, Meaning>> = {
  basicConstraints: ([first, ...more], holder) =>
    first === "CA:TRUE"
      ? holder === "CA"
        ? `It may sign other certificates${more.length > 0 ? ", and no more CAs below it than the number says" : ""}.`
        : "It may sign other certificates, which an appliance has no need to do."
      : "It may not sign other certificates, as it should be for an appliance.",
  keyUsage: (values, holder) => {
    if (holder === "CA")
      return values.includes("keyCertSign")
        ? "The key may sign certificates, as a CA's has to."
        : "The key may not sign certificates: what it has signed is not trusted.";
    return values.includes("digitalSignature") || values.includes("keyEncipherment")
      ? "The key may do what a TLS server does with it."
      : "The key may not do what a TLS server does with it: it would need digitalSignature or keyEncipherment.";
  },
  extKeyUsage: (values, holder) => {
    if (holder === "CA") return "What certificates below this CA may be used for.";
    return values.includes("serverAuth") || values.includes("anyExtendedKeyUsage")
      ? "It may be a server's, which the console's has to be."
      : "It may not be a server's: browsers refuse it for the console.";
  },
  subjectAltName: "Browsers compare the address of the console with these names, and with no others.",
  issuerAltName: "Other names of the CA; nothing depends on them.",
  nameConstraints: "Certificates below this CA are valid for names within these limits only.",
  subjectKeyIdentifier: "A name for this certificate's key, by which others can refer to it.",
  authorityKeyIdentifier: "The name of the key that signed this: the CA above has it as subjectKeyIdentifier.",
  cRLDistributionPoints:
    "Where the appliance fetches the revocation list while validation is on; it takes http on port 80.",
  freshestCRL: "Where changes since the last revocation list are to be had; the documents do not mention them.",
  authorityInfoAccess:
    "Where the CA's certificate and its OCSP responder are. The documents mention neither: the chain goes into the upload.",
  subjectInfoAccess: "Where a CA publishes what it has issued; nothing depends on it.",
  certificatePolicies: "The rules by which the CA issued it; the appliance's documents ask for none.",
  msApplicationPolicies: "Microsoft's form of extKeyUsage, from a template; browsers go by extKeyUsage.",
  policyMappings: "Which policies of two CAs count as the same; nothing of the upload depends on it.",
  policyConstraints: "How far down policies have to be named; seldom set, and then strict.",
  inhibitAnyPolicy: "From how many levels down anyPolicy no longer stands for every policy.",
  subjectDirectoryAttributes: "Facts on a person; of no use for an appliance.",
  privateKeyUsagePeriod: "When the key may sign; browsers pass over it, notAfter is what counts.",
  nsCertType: NETSCAPE,
  nsComment: "A comment of whoever made it, often the software's own; without effect.",
  nsBaseUrl: NETSCAPE,
  nsRevocationUrl: NETSCAPE,
  nsCaRevocationUrl: NETSCAPE,
  nsRenewalUrl: NETSCAPE,
  nsCaPolicyUrl: NETSCAPE,
  nsSslServerName: NETSCAPE,
  tlsFeature: (values) =>
    values.includes("status_request")
      ? "The server has to hand out an OCSP answer with it (must-staple): browsers refuse it from a server that does not."
      : "What the server has to support in TLS.",
  signedCertificateTimestampList: (values) =>
    values.length > 0
      ? "Public logs have seen it (Certificate Transparency): a public CA issued it."
      : "It names no log (Certificate Transparency), and is of no use.",
  precertificatePoison: "It is a draft for the logs of Certificate Transparency, and no certificate to be used.",
  ocspNoCheck: "It signs OCSP answers, and is itself not looked up: no certificate for an appliance.",
  qcStatements: "It is a qualified certificate of European law; nothing of the upload depends on it.",
  smimeCapabilities: "For encrypted mail; without effect for an appliance.",
  msCertificateTemplateName: "The template of Active Directory Certificate Services it was issued from.",
  msCertificateTemplate: "The template of Active Directory Certificate Services it was issued from, by its number.",
  msCaVersion: "How often the CA of Active Directory Certificate Services was renewed.",
  msPreviousCaCertificateHash: "The SHA-1 digest of the CA's certificate before its renewal.",
  msSecurityIdentifier: "The account in Active Directory it was issued for; of no use for an appliance.",
  cRLNumber: "Counts the lists of this CA: a newer one has a greater number.",
  deltaCRLIndicator: "It lists only what has changed since the complete list of this number.",
  issuingDistributionPoint: "Which of the CA's certificates the list is about.",
};
