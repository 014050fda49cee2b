/** Names of files in a fleet: what a file is by its ending, which of them belong together, and how a path is written. */
import { sep } from "node:path";
import { isUnnamed } from "../bundle/bundle.ts";
import type { Stray } from "../bundle/fleet.ts";

const kinds: ReadonlyMap<string, Stray["kind"]> = new Map([
  ["crt", "certificate"],
  ["cer", "certificate"],
  ["key", "key"],
  ["pem", "chain"],
  ["p7b", "chain"],
]);

/** What a file is by its ending; capitals do not count. */
export const kindOf = (file: string): Stray["kind"] => kinds.get(endingOf(file)) ?? "other";

/** The ending without its dot, in small letters. */
export const endingOf = (file: string): string => /\.([^./\\]*)$/.exec(file)?.[1]?.toLowerCase() ?? "";

/** A path without its ending. */
export const stemOf = (file: string): string => file.replace(/\.[^./\\]*$/, "");

/** Whether a file is certcheck's own by its name: a configuration, or a manifest. */
export const isOwn = (name: string): boolean => /^certcheck\.(?:config|fleet)\.(?:ya?ml|json)$/.test(name);

/** A path that nothing takes for standard input, a variable or an option. */
export const plainPath = (path: string): string =>
  path.startsWith("-") || path.startsWith("env:") ? `.${sep}${path}` : path;

/** Whether a manifest must not name it: a variable, what is typed, a device, or what lies on another machine. */
export const isForeign = (path: string): boolean => isUnnamed(path) || /^[\\/]{2}/.test(path);

/** The path of what stands in a folder, as the user would write it. */
export function within(folder: string, name: string): string {
  if (folder === ".") return plainPath(name);
  return plainPath(folder.endsWith(sep) ? folder + name : folder + sep + name);
}

/** A path without what does nothing in it. Where `..` leads to is left to the system: a link may stand before it. */
export function tidy(path: string): string {
  const parts = path.replaceAll("/", sep).split(sep);
  const first = parts.findIndex((part) => part !== "");
  if (first < 0) return path === "" ? "." : sep;
  return parts.filter((part, index) => index < first || (part !== "" && part !== ".")).join(sep) || ".";
}
