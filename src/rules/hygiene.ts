/** How clean files are: what readers let pass, what does not belong, who may read the key, and what costs too much. */
import { type Artifact, isOther } from "../bundle/artifact.ts";
import type { Slot } from "../bundle/bundle.ts";
import { defender, practice } from "../defender.ts";
import { command, convertFix, encryptKey, fix, sibling, uploadCommand } from "../remedy.ts";
import type { Context, Found, Remedy, Rule } from "../rule.ts";
import { bare, holds, kindWanted } from "./files.ts";
import { describe, documentedEnding, foundAt } from "./file-repair.ts";

/** Permission bits, POSIX: others may read. */
const OTHERS_READ = 0o004;

export const hygiene: readonly Rule[] = [
  {
    id: "hygiene/clean",
    on: "file",
    severity: "warning",
    title: "The text of the file is clean PEM",
    source: defender("2023", "Supported file types", "inferred"),
    why: "OpenSSL reads it all the same, stricter readers do not.",
    fix: rewrite,
    check: ({ contents }): Found[] => contents.problems.filter(({ effect }) => effect === "tolerated").map(foundAt),
  },
  {
    id: "hygiene/nothing-else",
    on: "file",
    severity: "warning",
    title: "The file holds nothing but what its place is for",
    source: defender("2023", "Supported file types", "inferred"),
    why: "Which of several things the appliance takes is not documented; leftovers show that the file was put together by hand.",
    fix: ({ contents: { file } }, context) =>
      convertFix(`Leave out of ${file} what does not belong there.`, uploadCommand(context)),
    check(slot) {
      if (!holds(slot)) return undefined;
      return bare(slot)
        .filter(({ kind }) => isStray(kind, slot.slot))
        .map((artifact) => ({ message: `holds ${describe(artifact)} as well`, origin: artifact.origin }));
    },
  },
  {
    id: "hygiene/key-permissions",
    on: "file",
    severity: ({ inPipeline }) => (inPipeline ? "info" : "warning"),
    title: "The key file cannot be read by every user of the machine",
    source: practice("NIST SP 800-57 Part 1", "6.2.2"),
    why: "Whoever reads the key can pose as the appliance, and nobody will notice.",
    fix: ({ contents: { file } }) => fix("Take the right to read it from the others.", command`chmod go= ${file}`),
    check({ slot, mode, contents }) {
      const isKey = slot === "key" && contents.artifacts.some(({ kind }) => kind === "key");
      if (!isKey || mode === undefined || (mode & OTHERS_READ) === 0) return undefined;
      return `every user of this machine may read it: its mode is ${mode.toString(8)}`;
    },
  },
  {
    id: "hygiene/within-limits",
    on: "file",
    severity: "error",
    title: "The file stays within the limits of what certcheck reads",
    source: practice("OWASP File Upload Cheat Sheet", "Upload and Download Limits"),
    why: "No certificate, key or chain comes near these limits. What lies beyond them was not looked at, and nothing is known of it.",
    fix: ({ contents: { file } }) => `Give the part of ${file} that matters, or look at it by other means.`,
    check: ({ contents }): Found[] => [
      ...contents.problems.filter(({ effect }) => effect === "limit").map(foundAt),
      ...contents.artifacts
        .filter(isOther)
        .filter(({ closed }) => closed?.why === "limit")
        .map(({ closed, origin }) => ({ message: `the container was not opened: ${closed?.message}`, origin })),
    ],
  },
];

/** What has no place in a slot, apart from what has a rule of its own: a key beside certificates, certificates beside the first. */
const isStray = (kind: Artifact["kind"], slot: Slot["slot"]): boolean => kind !== "key" && kind !== kindWanted(slot);

/** OpenSSL reads what is tolerated, and writes it clean. */
function rewrite(slot: Slot, context: Context): Remedy {
  const { file } = slot.contents;
  const output = sibling(file, `-clean${documentedEnding[slot.slot]}`, context);
  if (!holds(slot)) return "Export the file again.";
  if (slot.contents.problems.some(({ effect }) => effect === "refused" || effect === "unreadable"))
    return "Mend first what keeps the file from being read.";
  const advice = "Write the file anew.";
  const convert = uploadCommand(context);
  if (slot.slot === "key") {
    const isEncrypted = bare(slot).some((artifact) => artifact.kind === "key" && artifact.encryption !== undefined);
    return convertFix(
      advice,
      convert,
      isEncrypted ? encryptKey(file, output) : command`openssl pkey -in ${file} -out ${output}`,
    );
  }
  if (slot.slot === "request") return fix(advice, command`openssl req -in ${file} -out ${output}`);
  const isSingle = bare(slot).filter(({ kind }) => kind === "certificate").length === 1;
  return convertFix(
    advice,
    convert,
    isSingle
      ? command`openssl x509 -in ${file} -out ${output}`
      : command`openssl crl2pkcs7 -nocrl -certfile ${file} | openssl pkcs7 -print_certs -out ${output}`,
  );
}
