/** The wish as an X.509 template of step and step-ca: a Go template that comes to JSON. */
import type { TemplateFiles } from "./openssl-config.ts";
import type { Wish, WishedAttribute } from "./wish.ts";

/** X.520 and, for the e-mail address, PKCS#9. */
const types: Readonly<Record<WishedAttribute[0], string>> = {
  C: "2.5.4.6",
  ST: "2.5.4.8",
  L: "2.5.4.7",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  CN: "2.5.4.3",
  E: "1.2.840.113549.1.9.1",
};

/** The command by which a CA issues. */
export const stepCommand = ({ template, request, certificate }: TemplateFiles): string =>
  `step certificate sign --template ${template} --not-after 8760h ${request} ca.pem ca.key > ${certificate}`;

/** The template. Other signatures than the one named fail when it is used, and not when the certificate is uploaded. */
export function stepTemplate(wish: Wish, files: TemplateFiles): string {
  const content = {
    subject: {
      commonName: wish.commonName,
      // Go has an order of its own for what is not among these.
      extraNames: wish.subject.map(([type, value]) => ({ type: types[type], value })),
    },
    sans: [
      ...wish.names.map((value) => ({ type: "dns", value })),
      ...wish.addresses.map((value) => ({ type: "ip", value })),
    ],
    basicConstraints: { isCA: false },
    keyUsage: ["digitalSignature", "keyEncipherment"],
    extKeyUsage: ["serverAuth"],
    ...(wish.crlUrl !== undefined && { crlDistributionPoints: [wish.crlUrl] }),
    signatureAlgorithm: "SHA256-RSA",
  };
  return [
    `{{- /* For ${wish.commonName}, by certcheck new. The key of the CA has to be RSA:`,
    `  ${stepCommand(files)}`,
    "*/ -}}",
    // What would begin an action of the template stands in texts alone.
    JSON.stringify(content, undefined, 2).replaceAll("{{", "\\u007b\\u007b"),
    "",
  ].join("\n");
}
