/** What an operand of `fleet` stands for: a folder with all below, what a pattern matches, or files by their names. */
import { basename, dirname, sep } from "node:path";
import { UsageError } from "../errors.ts";
import { globComplaint, globMatches } from "../configuration/glob.ts";
import { tidy } from "./file-name.ts";

/** Where to look, and for what. */
export interface Scope {
  readonly folder: string;
  /** How many folders down what is meant may lie. */
  readonly depth: number;
  /** Whether a path is meant; of a folder, with all below. */
  readonly isMeant: (path: string) => boolean;
  /** Files that are named, though a folder may not show them. */
  readonly named?: readonly string[];
  /** A pattern has to match something. */
  readonly pattern?: string;
}

/** A folder with all below. */
export const folderScope = (folder: string): Scope => ({ folder: tidy(folder), depth: Infinity, isMeant: () => true });

/** Files, those of one folder together. */
export function fileScopes(files: readonly string[]): readonly Scope[] {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = tidy(dirname(file));
    const names = folders.get(folder);
    if (names === undefined) folders.set(folder, [basename(file)]);
    else names.push(basename(file));
  }
  return [...folders].map(([folder, names]) => {
    const wanted = new Set(names);
    return { folder, depth: 0, isMeant: (path) => wanted.has(basename(path)), named: names };
  });
}

/** Whether it can be no name but a pattern. */
export const isPattern = (operand: string): boolean => /[*?[{]/.test(operand);

/** What a pattern matches: files, or folders with all below. @throws UsageError */
export function patternScope(pattern: string): Scope {
  const complaint = globComplaint(pattern);
  if (complaint !== undefined) throw new UsageError(`${pattern} ${complaint}`);
  const plain = tidy(pattern).replaceAll(sep, "/");
  const parts = plain.split("/");
  const fixed = parts.findIndex((part) => /[*?[{\\]/.test(part));
  const isDeep = plain.includes("**");
  return {
    folder: tidy(parts.slice(0, fixed).join("/") || (parts[0] === "" ? "/" : ".")),
    depth: isDeep ? Infinity : parts.length - fixed - 1,
    isMeant: (path) => globMatches(plain, path.replaceAll(sep, "/").replace(/^\.\//, "")),
    pattern,
  };
}
