/** Opens the PKCS#12 containers among a file's artifacts; what is in them stands behind them. */
import { type Artifact, asDerError, isOther, type Origin, type OtherArtifact } from "./artifact.ts";
import type { Problem } from "./block-problems.ts";
import type { Contents } from "./decode.ts";
import { readCertificate } from "../pki/certificate.ts";
import { budget, type Spend } from "../pki/encryption.ts";
import type { Opening, Pkcs12 } from "../pki/pkcs12.ts";

/** The contents with what the passphrase opens; without one, only what has none is open. */
export async function openContainers(
  contents: Contents,
  passphrase: string | undefined,
  spend: Spend = budget(),
): Promise<Contents> {
  if (!contents.artifacts.some((artifact) => isOther(artifact) && artifact.sealed !== undefined)) return contents;
  // Loaded for containers alone.
  const { openPkcs12 } = await import("../pki/pkcs12.ts");
  const artifacts: Artifact[] = [];
  const problems: Problem[] = [...contents.problems];
  for (const artifact of contents.artifacts) {
    if (!isOther(artifact) || artifact.sealed === undefined) {
      artifacts.push(artifact);
      continue;
    }
    const { sealed, ...container } = artifact;
    const opening = await openPkcs12(sealed, passphrase, async () => (await import("../pki/rc2.ts")).rc2, spend);
    const isLegacy = opening.isLegacy === true;
    artifacts.push({ ...container, ...(isLegacy && { isLegacy }), ...closed(opening) });
    if (opening.state === "opened") artifacts.push(...unpack(opening.contents, container.origin, problems));
  }
  return { ...contents, artifacts, problems };
}

function closed(opening: Opening): Pick<OtherArtifact, "closed"> {
  switch (opening.state) {
    case "opened":
      return {};
    case "cannot-open":
      return { closed: { why: opening.isLimit ? "limit" : "damaged", message: opening.obstacle } };
    case "no-passphrase":
      return { closed: { why: opening.state, message: "it needs a passphrase, and none was given" } };
    case "wrong-passphrase":
      return { closed: { why: opening.state, message: "the passphrase does not open it" } };
  }
}

function unpack({ certificates, keys }: Pkcs12, { file, at }: Origin, problems: Problem[]): Artifact[] {
  // What was encrypted has no place of its own.
  const origin: Origin = { file, container: "PKCS#12", at: () => at() };
  const artifacts: Artifact[] = keys.map(({ key, encryption, secret }) => ({
    kind: "key",
    origin,
    key,
    encryption,
    secret: () => secret,
  }));
  for (const bytes of certificates) {
    try {
      artifacts.push({ kind: "certificate", origin, certificate: readCertificate(bytes) });
    } catch (error) {
      const { message } = asDerError(error);
      problems.push({ message: `a certificate in the container is damaged: ${message}`, effect: "unreadable" });
    }
  }
  return artifacts;
}
