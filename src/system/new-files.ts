/** Files that are made: all of them or none, and never in the place of another unless that is asked for. */
import { randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  closeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { attempt, isThere, refuseForeignLink, statusOf, writeAll } from "./descriptors.ts";
import { takenError, UsageError } from "../errors.ts";

/** A file to be made. */
export interface NewFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Nobody but its owner may read it: it holds a private key. */
  readonly isSecret: boolean;
}

/**
 * Writes the files, in folders that are made if they are not there. Each is seen under its name once it is whole; if
 * one cannot be written, none is, and what was there before is there again.
 * @throws UsageError
 */
export function writeNewFiles(files: readonly NewFile[], { force }: { readonly force: boolean }): void {
  for (const [index, { path }] of files.entries()) {
    if (files.slice(0, index).some((other) => resolve(other.path) === resolve(path)))
      throw new UsageError(`${path}: two files of this name would be written`);
    refuseTaken(path, force);
  }
  /** What takes back each step that was done. */
  const steps: (() => void)[] = [];
  /** What is left to be cleared away once all is well. */
  const leftovers: string[] = [];
  try {
    const drafts = files.map((file) => draft(file, steps));
    for (const [index, { path, target }] of drafts.entries())
      if (drafts.slice(0, index).some((other) => other.target === target))
        throw new UsageError(`${path}: leads to the same file as another that would be written`);
    for (const { temporary, path, target } of drafts)
      attempt(path, () => place(temporary, target, force, steps, leftovers));
  } catch (error) {
    for (const undo of steps.toReversed()) undo();
    throw error;
  }
  for (const path of leftovers) rmSync(path, { force: true });
}

/** @throws UsageError */
function refuseTaken(path: string, force: boolean): void {
  if (!isThere(path)) return;
  if (!force) throw takenError(path);
  attempt(path, () => refuseForeignLink(path));
  const status = statusOf(path);
  if (status !== undefined && !status.isFile()) throw new UsageError(`${path}: is no file that could be replaced`);
}

/** Writes a file under a name of its own, beside the place where it belongs. */
function draft(
  { path, content, isSecret }: NewFile,
  steps: (() => void)[],
): { readonly temporary: string; readonly path: string; readonly target: string } {
  const others = { ENOENT: "the folder cannot be made" };
  const write = (): ReturnType<typeof draft> => {
    makeFolder(dirname(path), steps);
    const status = statusOf(path);
    // What a link leads to is replaced, not the link.
    const target = status === undefined ? path : realpathSync(path);
    const mode = isSecret ? 0o600 : status === undefined ? 0o666 : Number(status.mode & 0o777n);
    const temporary = besides(target);
    const descriptor = openSync(temporary, "wx", mode);
    steps.push(() => rmSync(temporary, { force: true }));
    try {
      writeAll(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
    return { temporary, path, target };
  };
  return attempt(path, write, others);
}

const besides = (path: string): string => join(dirname(path), `.certcheck-${randomUUID()}.tmp`);

/** Gives a draft its name. What came to be there in the meantime is not replaced either, unless that is asked for. */
function place(temporary: string, target: string, force: boolean, steps: (() => void)[], leftovers: string[]): void {
  if (force && isThere(target)) {
    const before = besides(target);
    renameSync(target, before);
    steps.push(() => renameSync(before, target));
    leftovers.push(before);
    renameSync(temporary, target);
    return;
  }
  try {
    linkSync(temporary, target);
  } catch (error) {
    // Some file systems have no links.
    if (
      !(error instanceof Error && "code" in error && /^(?:EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(String(error.code)))
    )
      throw error;
    copyFileSync(temporary, target, constants.COPYFILE_EXCL);
  }
  steps.push(() => rmSync(target, { force: true }));
  leftovers.push(temporary);
}

/** Makes a folder, and those above it. One by one: in folders such as /proc, Node's own way to make all never ends. */
function makeFolder(folder: string, steps: (() => void)[]): void {
  if (isThere(folder)) return;
  makeFolder(dirname(resolve(folder)), steps);
  mkdirSync(folder);
  steps.push(() => {
    try {
      rmdirSync(folder);
    } catch {
      // Somebody else has put something into it.
    }
  });
}
