/** What is told of a file: each thing in it, and what is wrong with it. */
import { type Artifact, isRequest, type OtherArtifact } from "../bundle/artifact.ts";
import type { BundleKey } from "../bundle/bundle.ts";
import type { Problem } from "../bundle/block-problems.ts";
import type { MaterialFile } from "../gather/material.ts";
import type { CrlFile } from "../pki/crl-file.ts";
import { otherKinds } from "../bundle/recognise.ts";
import { certificateItem, placeOf, requestItem } from "./certificate.ts";
import { isSameKey } from "./comparison.ts";
import { crlItem, type Sought } from "./crl.ts";
import type { ContainerItem, FileProblem, InspectedFile, Item, KeyItem, OtherItem } from "./inspection.ts";
import { publicKeyFacts } from "./public-key.ts";

/** A file with the lists in it, which are read by themselves. */
export interface ReadFile extends MaterialFile {
  readonly crls?: CrlFile;
}

/** Tells of the files at a time, in milliseconds since 1970. */
export function inspectedFiles(files: readonly ReadFile[], sought: Sought, now: number): InspectedFile[] {
  const told = files.map((file) => inspectFile(file, sought, now));
  const owners = told.flatMap(({ file, items }) =>
    items.flatMap((item) => (item.kind === "certificate" || item.kind === "request" ? [{ file, item }] : [])),
  );
  const belongsTo = ({ publicKey }: KeyItem): KeyItem["belongsTo"] =>
    owners
      .filter(({ item }) => publicKey && isSameKey(item.publicKey, publicKey))
      .map(({ file, item: { kind, name } }) => ({ kind, name, file }));
  return told.map((file) => ({
    ...file,
    items: file.items.map((item) => (item.kind === "private key" ? { ...item, belongsTo: belongsTo(item) } : item)),
  }));
}

function inspectFile({ contents, keys, crls }: ReadFile, sought: Sought, now: number): InspectedFile {
  const { file, artifacts, digest } = contents;
  const lists = (crls?.crls ?? []).map((crl) => crlItem(crl, sought, now));
  const opened = [...keys];
  const items = artifacts.flatMap((artifact): Item[] => {
    switch (artifact.kind) {
      case "certificate":
        return [certificateItem(artifact, now)];
      case "key": {
        const facts = opened.shift()?.facts;
        return facts === undefined ? [] : [keyItem(facts)];
      }
      case "crl":
        // Of one that could not be read, the problems tell.
        return lists.splice(0, 1);
      default:
        return [isRequest(artifact) ? requestItem(artifact) : otherItem(artifact, artifacts)];
    }
  });
  // Too large for anything but lists.
  const isList = crls !== undefined && artifacts.length === 0;
  const sha256 = digest?.();
  return {
    file,
    encoding: isList && contents.encoding === "none" ? crls.encoding : contents.encoding,
    ...(sha256 !== undefined && { sha256 }),
    items: [...items, ...lists],
    problems: problemsOf(contents.problems, crls, isList),
  };
}

/** What is wrong with the file; `isList`: it is too large for anything but the lists in it. */
function problemsOf(problems: readonly Problem[], crls: CrlFile | undefined, isList: boolean): FileProblem[] {
  const own = isList ? [] : problems;
  const seen = new Set(own.map(({ message, line }) => `${line} ${message}`));
  const more: readonly Problem[] = (crls?.problems ?? []).filter(
    // What else stands in the file was read as what it is.
    ({ effect, message, line }) => effect !== "tolerated" && !seen.has(`${line} ${message}`),
  );
  const told = [...own, ...more].map(({ message, line, offset, effect, column }) => ({
    message: column === undefined ? message : `${message}, column ${column}`,
    ...(line !== undefined && { line }),
    ...(offset !== undefined && { offset }),
    hides: effect === "unreadable" || effect === "limit",
  }));
  // The worst first.
  return told.toSorted((a, b) => Number(b.hides) - Number(a.hides));
}

function keyItem({ key, encryption, state, origin }: BundleKey): KeyItem {
  return {
    kind: "private key",
    ...placeOf(origin),
    ...(key && { format: key.container, algorithm: key.algorithm }),
    ...(key?.publicKey && { publicKey: publicKeyFacts(key.publicKey) }),
    ...(encryption && { encryption: encryption.scheme }),
    state,
    ...(encryption?.obstacle && { obstacle: encryption.obstacle.message }),
    compared: key?.algorithm === "RSA" && key.unchecked === undefined,
    broken: key?.broken ?? [],
    belongsTo: [],
  };
}

function otherItem(artifact: OtherArtifact, artifacts: readonly Artifact[]): ContainerItem | OtherItem {
  const { kind, origin, closed, isLegacy = false } = artifact;
  const place = placeOf(origin);
  if (kind !== "pkcs7" && kind !== "pkcs12") return { kind: "other", ...place, what: otherKinds[kind] };
  const container = kind === "pkcs7" ? "PKCS#7" : "PKCS#12";
  const inside = (wanted: Artifact["kind"]): number =>
    partsOf(artifact, artifacts).filter((one) => one.kind === wanted).length;
  return {
    kind: container,
    ...place,
    state: closed?.why ?? "opened",
    ...(closed && { message: closed.message }),
    isLegacy,
    certificates: inside("certificate"),
    keys: inside("key"),
  };
}

/** What stands in a container: behind it, up to what stands in none, or to the next. */
function partsOf(container: OtherArtifact, artifacts: readonly Artifact[]): readonly Artifact[] {
  const behind = artifacts.slice(artifacts.indexOf(container) + 1);
  const end = behind.findIndex(({ origin }) => origin.container === undefined);
  return end < 0 ? behind : behind.slice(0, end);
}
