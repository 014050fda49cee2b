/** What is wrong with a PEM block that can be read: another label than its content's, or something behind a certificate. */
import { type Artifact, asDerError, isBare, pemLabels } from "./artifact.ts";
import { children, context, type Element, readDer, TAG } from "../pki/der.ts";
import type { PemBlock, PemProblem } from "../pki/pem-body.ts";
import { describeLabel } from "../pki/pem-label.ts";
import { recogniseStructure } from "./recognise.ts";

/** Something wrong with a file. */
export interface Problem extends Omit<PemProblem, "line"> {
  readonly line?: number;
  readonly offset?: number;
}

/** A label that is not that of what the block holds. A server's OpenSSL goes by the label, the commands of OpenSSL 3 do not. */
export function labelProblems(block: PemBlock, artifact: Artifact | undefined): Problem[] {
  const known = artifact && pemLabels(artifact);
  if (known === undefined || block.label === known.proper) return [];
  const { what, proper, tolerated } = known;
  return [wrongLabel(block, what, proper, tolerated.includes(block.label) ? "tolerated" : "refused")];
}

/** A block labelled as something else than it is. */
export const wrongLabel = (
  { label, line, endLine }: PemBlock,
  what: string,
  proper: string,
  effect: Problem["effect"],
): Problem => ({
  message: `labelled ${describeLabel(label)}, but holds ${what}, whose label is "${proper}"`,
  line,
  effect,
  lacks: { label: proper, lines: [line, endLine] },
});

/** What stands behind a certificate: OpenSSL's settings of trust, or what a server's OpenSSL stumbles over. */
export function trailingProblems(block: PemBlock, bytes: Uint8Array, artifact: Artifact | undefined): Problem[] {
  if (artifact?.kind !== "certificate" || !isBare(artifact)) return [];
  const { end } = readDer(bytes);
  if (end === bytes.length) return [];
  const settings = readSettings(bytes.subarray(end));
  const line = block.lineAt(end);
  if (settings === undefined)
    return [{ message: `${bytes.length - end} bytes after the certificate`, line, effect: "refused" }];
  const message = "OpenSSL's own settings of what the certificate is trusted for, which were not judged";
  return settings.some(({ tag }) => tag === TAG.sequence || tag === context(0))
    ? [{ message, line, effect: "limit" }]
    : [];
}

/** X509_CERT_AUX: a sequence, of purposes trusted and rejected among others. A second certificate is none. */
function readSettings(bytes: Uint8Array): readonly Element[] | undefined {
  try {
    const root = readDer(bytes);
    const isAlone = root.tag === TAG.sequence && root.end === bytes.length && recogniseStructure(root) === undefined;
    return isAlone ? children(root) : undefined;
  } catch (error) {
    asDerError(error);
    return undefined;
  }
}
