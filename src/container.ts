/** Opens the PKCS#12 containers among a file's artifacts; what is in them stands behind them. */
import { isOther, contained, type Artifact, type KeyArtifact, type Origin, type OtherArtifact } from "./artifact.ts";
import type { Contents, Problem } from "./decode.ts";
import { DerError } from "./pki/der.ts";
import { openPkcs12, type Opening, type Pkcs12 } from "./pki/pkcs12.ts";

/** The contents with what the passphrase opens; without one, only what has none is open. */
export async function openContainers(contents: Contents, passphrase: string | undefined): Promise<Contents> {
  if (!contents.artifacts.some((artifact) => isOther(artifact) && artifact.sealed !== undefined)) return contents;
  const artifacts: Artifact[] = [];
  const problems: Problem[] = [...contents.problems];
  for (const artifact of contents.artifacts) {
    if (!isOther(artifact) || artifact.sealed === undefined) {
      artifacts.push(artifact);
      continue;
    }
    const { sealed, ...container } = artifact;
    const opening = await openPkcs12(sealed, passphrase, async () => (await import("./pki/rc2.ts")).rc2);
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
  const origin: Origin = { file, container: "PKCS#12", at: () => at() };
  const found = keys.map(({ key, encryption }): KeyArtifact => ({ kind: "key", origin, key, encryption }));
  return [
    ...found,
    ...certificates.flatMap((bytes) => {
      try {
        return [contained({ bytes, offset: 0 }, { ...origin, at: () => at() }, "PKCS#12")];
      } catch (error) {
        if (!(error instanceof DerError)) throw error;
        problems.push({ message: `a certificate in the container is damaged: ${error.message}`, effect: "unreadable" });
        return [];
      }
    }),
  ];
}
