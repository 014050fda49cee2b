/** Files while they are written: nobody sees one under its name before it is whole, but for streams, which are seen to grow. */
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { attempt, isThere, refuseForeignLink, statusOf, writeAll } from "./descriptors.ts";

/** A report while it is written. */
export interface ReportFile {
  readonly write: (text: string) => void;
  /** Says that it is whole. */
  readonly keep: () => void;
  /** Gives it up; what is there of a stream stays. */
  readonly discard: () => void;
}

/** Replaces what a name leads to in one step, behind links; an open descriptor, a device or a pipe is written to. */
export function replaceFile(path: string, text: string): void {
  const report = openReport(path, "whole");
  try {
    report.write(text);
    report.keep();
  } catch (error) {
    report.discard();
    throw error;
  }
}

/**
 * Begins what is to replace a file, which happens in one step: when it is whole, or, of a stream, at once, so that who
 * looks sees it grow.
 */
export function openReport(path: string, form: "whole" | "stream"): ReportFile {
  const open = descriptorOf(path);
  // By its name a file behind it would be replaced, with all that was written to it before.
  if (open !== undefined) return { write: (text) => writeAll(open, text), keep: () => {}, discard: () => {} };
  if (isThere(path)) refuseForeignLink(path);
  const status = statusOf(path);
  // Behind a link that leads nowhere there is nothing yet to replace; the link itself is not to be.
  const isWrittenTo = status === undefined ? isThere(path) : !status.isFile();
  const target = isWrittenTo || status === undefined ? path : realpathSync(path);
  const temporary = isWrittenTo ? undefined : join(dirname(target), `.certcheck-${randomUUID()}.tmp`);
  // Who may not read the report before may not read it after.
  const mode = status === undefined ? 0o666 : Number(status.mode & 0o777n);
  const descriptor = temporary === undefined ? openSync(path, "w") : openSync(temporary, "wx", mode);
  const rename = (): void => {
    if (temporary !== undefined) renameSync(temporary, target);
  };
  const close = once(() => closeSync(descriptor));
  if (form === "stream") {
    rename();
    return { write: (text) => writeAll(descriptor, text), keep: close, discard: close };
  }
  return {
    write: (text) => writeAll(descriptor, text),
    keep() {
      close();
      rename();
    },
    discard() {
      close();
      if (temporary !== undefined) rmSync(temporary, { force: true });
    },
  };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

/** The open descriptor that a name stands for. */
function descriptorOf(path: string): number | undefined {
  const [, name = ""] = /^\/(?:dev|dev\/fd|proc\/self\/fd)\/(stdout|stderr|\d+)$/.exec(path) ?? [];
  if (name === "" || process.platform === "win32") return undefined;
  return { stdout: 1, stderr: 2 }[name] ?? Number(name);
}

/** A file while it is written: nobody sees it under its name before it is whole. */
export interface Draft {
  readonly write: (bytes: Uint8Array) => void;
  /** Gives it its name. */
  readonly keep: () => void;
  readonly discard: () => void;
}

/** Begins a file that only its owner may read, in a folder that is made if it is not there. @throws UsageError */
export function draftFile(path: string): Draft {
  const temporary = `${path}.${process.pid}.tmp`;
  const descriptor = attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    sweep(path);
    return openSync(temporary, "wx", 0o600);
  });
  const close = once(() => closeSync(descriptor));
  const discard = (): void => {
    close();
    rmSync(temporary, { force: true });
  };
  return {
    write: (bytes) => attempt(path, () => writeAll(descriptor, bytes)),
    keep() {
      close();
      attempt(path, () => renameSync(temporary, path));
    },
    discard,
  };
}

/** No draft is written for as long, in milliseconds. */
const ABANDONED_AFTER = 3_600_000;

/** Removes drafts of a file that were never finished: who interrupts certcheck leaves one behind. */
function sweep(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(".tmp")) continue;
    const draft = join(folder, name);
    const age = Date.now() - Number(statusOf(draft)?.mtimeMs ?? Infinity);
    if (age > ABANDONED_AFTER) rmSync(draft, { force: true });
  }
}
