/** How a request that is ready becomes a certificate: what it cannot ask for, and how the answer is checked. */
import { type Bundle, isUnnamed } from "../bundle/bundle.ts";
import { command, sibling } from "../remedy.ts";
import type { Context } from "../rule.ts";

/** What is to be done with a request that is ready. */
export interface SubmitSteps {
  readonly file: string;
  /** What the CA decides, whatever the request says, and the documents require. */
  readonly decidedByCa: readonly string[];
  /** The command that checks what the CA returns. */
  readonly check: string;
}

/** The steps; nothing without a request. */
export function submitSteps({ request }: Bundle, context: Context): SubmitSteps | undefined {
  if (request === undefined) return undefined;
  const { files, validation } = context;
  const certificate = sibling(files.certificate, ".crt", context);
  const key = files.key === undefined || isUnnamed(files.key) ? "" : command` ${files.key}`;
  return {
    file: request.origin.file,
    decidedByCa: [
      "sha256WithRSAEncryption (SHA256RSA) as the signature algorithm",
      validation
        ? "an http URL of its revocation list as CRL distribution point"
        : "no CRL distribution point, as the appliance will not validate",
      'the subject as it stands in the request, OU included: in AD CS the template has to say "Supply in the request", and public CAs leave OU out',
      "serverAuth as extended key usage, and no CA certificate",
    ],
    check: `${command`certcheck ${certificate}`}${key} --chain ca.pem`,
  };
}
