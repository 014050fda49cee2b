/** From a live endpoint to a bundle: connects, reads what is served, and the files that it is judged by. */
import { asDerError, type CertificateArtifact, type Origin } from "../bundle/artifact.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { type Contents, decode } from "../bundle/decode.ts";
import type { Endpoint } from "../bundle/endpoint.ts";
import { UsageError } from "../errors.ts";
import { gather, type Operands } from "./gather.ts";
import { readOperand } from "./operand.ts";
import { isAuthority, readCertificate } from "../pki/certificate.ts";
import { progressLine } from "./progress-line.ts";
import { free } from "../remedy.ts";
import type { System } from "../system/system.ts";
import type { Target } from "./target.ts";
import type { TlsAnswer, TlsRequest } from "../bundle/tls.ts";

/** What is connected to, and what it is compared with. */
export interface ProbeOperands extends Pick<Operands, "chains" | "roots" | "crls"> {
  readonly target: Target;
  /** Where the host is, instead of what DNS says. */
  readonly address?: string;
  /** The file with the certificate that should be served. */
  readonly expected?: string;
  /** Longest wait for any sign, in milliseconds. */
  readonly timeout: number;
}

/** What is served, with all that it is judged by. */
export type LiveBundle = Bundle & Required<Pick<Bundle, "endpoint">>;

/** How much longer all of a handshake may take than any sign of the server. */
const PATIENCE = 4;

/** @throws UsageError if a file cannot be opened */
export async function probe(operands: ProbeOperands, now: number, system: System): Promise<LiveBundle> {
  const { target, address, expected: file, chains, roots, crls, timeout } = operands;
  const read = (operand: string): Contents => decode(operand, readOperand(operand, system));
  const expected = file === undefined ? undefined : serverCertificate(read(file));
  // Nobody is connected to before the files are there.
  const given = new Map([...chains, ...roots].map((operand) => [operand, read(operand)]));
  for (const chain of chains) requireCertificate("--chain", given.get(chain));
  const { host, port, name } = target;
  const request = { host, port, timeout, deadline: PATIENCE * timeout, ...(address !== undefined && { address }) };
  const progress = waiting(name, system);
  const { answer, modern } = await ask(request, system).finally(progress.end);
  const { sent, unreadable } = readServed(answer, name);
  const [leaf, ...others] = sent;
  const contents = (artifacts: readonly CertificateArtifact[]): Contents => ({
    file: name,
    encoding: "DER",
    artifacts,
    problems: [],
  });
  const slots = new Map([
    ["certificate", contents(leaf === undefined ? [] : [leaf])],
    ["chain", contents(others)],
  ]);
  const bundle = await gather(
    {
      certificate: name,
      // A root may be the issuer of the certificate itself: there is a path then, and nothing to send.
      chains: leaf === undefined || others.length + chains.length + roots.length === 0 ? chains : [name, ...chains],
      roots,
      unattended: true,
      ...(crls && { crls }),
    },
    now,
    system,
    (slot, operand) => (operand === name ? slots.get(slot) : undefined) ?? given.get(operand) ?? read(operand),
  );
  const endpoint: Endpoint = {
    ...target,
    ...(address !== undefined && { address }),
    answer,
    ...(modern && { modern }),
    sent,
    ...(unreadable !== undefined && { unreadable }),
    ...(expected && { expected }),
  };
  const taken = bundle.files.all.filter((one) => one !== name);
  return {
    ...bundle,
    purpose: "endpoint",
    endpoint,
    slots: bundle.slots.filter(({ contents: { file: own, artifacts } }) => own !== name || artifacts.length > 0),
    // Commands write beside this name; nobody has the file.
    files: {
      ...bundle.files,
      purpose: "endpoint",
      certificate: file ?? free(host.replaceAll(":", "-"), ".crt", taken),
    },
  };
}

/** How often it is said that nothing has come yet, in milliseconds. */
const BREATH = 1000;

/** Says on a terminal what is waited for. */
function waiting(name: string, system: System): { readonly end: () => void } {
  const { show, end } = progressLine(system);
  const seconds = (elapsed: number): string => `${Math.round(elapsed / 1000)} s`;
  const timer = setInterval(() => show((elapsed) => `connecting to ${name}: ${seconds(elapsed)}`), BREATH);
  return {
    end() {
      clearInterval(timer);
      end();
    },
  };
}

/** As a browser would first, which most often is all; then with all that there is. */
async function ask(
  request: Omit<TlsRequest, "offer">,
  { connectTls }: System,
): Promise<{ readonly answer: TlsAnswer; readonly modern?: TlsAnswer }> {
  const modern = await connectTls({ ...request, offer: "modern" });
  const { failure, asksForCertificate } = modern;
  // What breaks off may do so at the sight of what is new.
  if (failure === undefined || asksForCertificate || !["alert", "closed", "reset", "other"].includes(failure.kind))
    return { answer: modern };
  const all = await connectTls({ ...request, offer: "all" });
  return all.protocol === undefined && all.certificates.length === 0 ? { answer: modern } : { answer: all, modern };
}

/** What was served, up to what cannot be read; places in it are nobody's. */
function readServed({ certificates }: TlsAnswer, file: string): Pick<Endpoint, "sent" | "unreadable"> {
  const origin: Origin = { file, at: () => ({ file }) };
  const sent: CertificateArtifact[] = [];
  for (const bytes of certificates) {
    try {
      sent.push({ kind: "certificate", origin, certificate: readCertificate(bytes) });
    } catch (error) {
      return { sent, unreadable: asDerError(error).message };
    }
  }
  return { sent };
}

/** The certificate of a server in a file, which may have CAs before it. */
function serverCertificate(contents: Contents): CertificateArtifact {
  const certificates = contents.artifacts.filter((artifact) => artifact.kind === "certificate");
  const found = certificates.find(({ certificate }) => !isAuthority(certificate)) ?? certificates[0];
  if (found !== undefined) return found;
  throw withoutCertificate("--cert", contents, "give the certificate that was uploaded");
}

/** A file without CAs would make every chain seem to lead nowhere; of a container it is known when it is open. */
function requireCertificate(option: string, contents: Contents | undefined): void {
  const mayHold = contents?.artifacts.some(({ kind }) => ["certificate", "pkcs7", "pkcs12"].includes(kind));
  if (contents && !mayHold) throw withoutCertificate(option, contents, "give the certificates of the CAs, PEM or DER");
}

function withoutCertificate(option: string, { file, problems }: Contents, hint: string): UsageError {
  const damage = problems.find(({ effect }) => effect !== "tolerated")?.message;
  return new UsageError(`${option} ${file}: ${damage ?? "holds no certificate"}`, hint);
}
