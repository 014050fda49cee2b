/** A walk through folders in which anybody may have put anything: neither deep nor large ones, nor circles, hold it up. */
import type { FolderEntry } from "../system/descriptors.ts";
import { UsageError } from "../errors.ts";

/** Folders within folders that are looked into. */
const MAX_DEPTH = 64;
/** Files and folders that are looked at in a run. */
const MAX_ENTRIES = 1_000_000;

/** What stands in a folder: names in their order, those that begin with a dot not among them. */
export interface Folder {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Devices, pipes, and links that lead to no file: nobody reads them, but their names may promise something. */
  readonly others: readonly string[];
}

/** Opens folders, or says why one cannot be looked into. @throws UsageError if they hold too much altogether */
export type OpenFolder = (path: string, depth: number) => Folder | string;

/** Counts what all folders of a run hold together. */
export function folderOpener(readFolder: (path: string) => readonly FolderEntry[]): OpenFolder {
  let seen = 0;
  return (path, depth) => {
    if (depth > MAX_DEPTH) return `${path}: more than ${MAX_DEPTH} folders deep`;
    try {
      const entries = readFolder(path).filter(({ name }) => !name.startsWith("."));
      seen += entries.length;
      if (seen > MAX_ENTRIES) throw new TooMany();
      const namesOf = (wanted: FolderEntry["kind"]): readonly string[] =>
        entries.flatMap(({ name, kind }) => (kind === wanted ? [name] : []));
      return { files: namesOf("file"), folders: namesOf("folder"), others: namesOf("other") };
    } catch (error) {
      if (!(error instanceof UsageError) || error instanceof TooMany) throw error;
      return error.message;
    }
  };
}

/** More than a run looks at. */
export class TooMany extends UsageError {
  constructor() {
    super(
      `more than ${MAX_ENTRIES.toLocaleString("en")} files and folders`,
      "name the folders with the certificates, or check a part at a time",
    );
  }
}
