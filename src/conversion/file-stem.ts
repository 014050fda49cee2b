/** Names for files that are made: of a file, of a certificate, or as asked; without what would lead elsewhere on any system. */
import { basename } from "node:path";
import { isUnnamed } from "../bundle/bundle.ts";
import { looksLikeContent } from "../bundle/content.ts";
import { UsageError } from "../errors.ts";

/** Endings that say what a file is, and are no part of its name. */
const endings = /\.(?:crt|cer|cert|der|pem|key|pfx|p12|p7b|p7c|p7s|csr|req|crl)$/i;

/** What no name of a file may have, on one system or another. */
const forbidden = /[\p{C}\p{Z}\\/:*?"<>|]/u;

/** Most characters of a name that comes out of a certificate. */
const MAX_LENGTH = 64;

/** The name of a file without its folder and ending; nothing if it has none. */
export function stemOfFile(file: string): string | undefined {
  const stem = isUnnamed(file) ? "" : basename(file).replace(endings, "");
  return stem === "" || /^\.+$/.test(stem) ? undefined : stem;
}

/** A name out of a certificate, which may hold anything. */
export function stemOfName(name: string): string {
  const stem = Array.from(name.replace(/^\*\./, ""), (c) => (/^[\p{L}\p{N}._-]$/u.test(c) ? c : "_"))
    .slice(0, MAX_LENGTH)
    .join("")
    .replace(/^[.-]+|\.+$/g, "");
  if (/^_*$/.test(stem)) return "certificate";
  return isReserved(stem) ? `_${stem}` : stem;
}

/** A name as the user wants it. @throws UsageError if it is none for a file */
export function requireStem(given: string): string {
  const name = given.replace(endings, "");
  const fault = /[\\/]/.test(name)
    ? "names a folder, which is what --out is for"
    : name === "" ||
        looksLikeContent(name) ||
        /^[.-]|\.$/.test(name) ||
        forbidden.test(name.replaceAll(" ", "")) ||
        isReserved(name)
      ? "is no name for a file"
      : undefined;
  if (fault !== undefined) throw new UsageError(`--name ${fault}`, "give a name such as sensor, without an ending");
  return name;
}

/** Whether Windows keeps a name for its devices, which it does whatever stands behind a full stop. */
const isReserved = (name: string): boolean => /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name);
