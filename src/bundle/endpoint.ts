/** A live endpoint: where it is, what came of a TLS handshake with it, and the certificates that it serves. */
import type { CertificateArtifact } from "./artifact.ts";
import type { TlsAnswer } from "./tls.ts";

/** What was connected to. */
export interface Endpoint {
  /** What findings call it, such as `sensor.contoso.com:443`. */
  readonly name: string;
  /** A name as it is told to the server and compared with the certificate, or an address. */
  readonly host: string;
  readonly kind: "name" | "address";
  readonly port: number;
  /** Where the host was said to be; DNS was asked, if absent. */
  readonly address?: string;
  /** What came of offering all that there is. */
  readonly answer: TlsAnswer;
  /** What came of offering what browsers do; absent if that was seen already. */
  readonly modern?: TlsAnswer;
  /** The certificates that were sent, in the server's order: its own, then CAs. */
  readonly sent: readonly CertificateArtifact[];
  /** Why a certificate cannot be read. */
  readonly unreadable?: string;
  /** The certificate that it is to serve. */
  readonly expected?: CertificateArtifact;
}
