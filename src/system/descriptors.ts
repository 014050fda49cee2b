/** Files, folders and streams of the operating system: looked at, read and written; its errors as sentences. */
import {
  type BigIntStats,
  closeSync,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../errors.ts";

/** What stands in a folder. */
export interface FolderEntry {
  readonly name: string;
  /** Of a link, what it leads to; folders behind links are none: they may lead in a circle. */
  readonly kind: "file" | "folder" | "other";
}

/** What stands in a folder, in the order of names. @throws UsageError */
export function readFolder(path: string): readonly FolderEntry[] {
  const kindOf = (entry: Dirent): FolderEntry["kind"] => {
    if (entry.isSymbolicLink()) return statusOf(join(path, entry.name))?.isFile() ? "file" : "other";
    return entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other";
  };
  return attempt(path, () => readdirSync(path, { withFileTypes: true }))
    .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a name leads to, if it can be found out. */
export function statusOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Whether there is something under a name, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** The mode of what a name leads to, if it can be found out. Exact numbers, as in `statusOf`, take longer. */
export function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode;
  } catch {
    return undefined;
  }
}

/**
 * Whether a file, or the link that leads to it, belongs to another user than this one: neither to the administrator, nor to whoever
 * has the working directory, which in a container is often neither. Nothing does where files have no owners.
 */
export function isSomebodyElses(path: string): boolean {
  const user = process.geteuid?.();
  if (user === undefined) return false;
  const friends = new Set([user, ADMINISTRATOR, ownerOf(() => lstatSync("."))]);
  return [lstatSync, statSync].some((look) => !friends.has(ownerOf(() => look(path)) ?? user));
}

const ADMINISTRATOR = 0;

function ownerOf(look: () => Stats): number | undefined {
  try {
    return look().uid;
  } catch {
    return undefined;
  }
}

/** Permission bits of a folder in which all may make files, and none may take away another's: /tmp. */
const STICKY_FOR_ALL = 0o1002;

/**
 * Refuses a link that somebody else has laid into a folder for all, where something is to be replaced: what it leads to is not
 * what was meant. Linux does not open such a link either (protected_symlinks), but tells where it leads. @throws UsageError
 */
export function refuseForeignLink(path: string): void {
  const [link, folder] = [lstatSync(path), statSync(dirname(path))];
  const isForAll = (folder.mode & STICKY_FOR_ALL) === STICKY_FOR_ALL;
  if (link.isSymbolicLink() && isForAll && ![process.geteuid?.(), folder.uid].includes(link.uid))
    throw new UsageError(`${path}: is a link of another user, in a folder where all may write`);
}

export function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Bytes asked for in one read. */
const CHUNK = 65_536;

/** Writes without a stream, so that nothing is lost when the process ends. */
export function writeAll(descriptor: number, content: string | Uint8Array): void {
  let rest: Uint8Array = typeof content === "string" ? Buffer.from(content) : content;
  while (rest.length > 0) {
    const written = patiently(() => writeSync(descriptor, rest));
    // A reader that has seen enough (`certcheck … | head`) closes the pipe: that is no error.
    if (written === "closed") return;
    rest = rest.subarray(written);
  }
}

/** How long to wait, in milliseconds, where a descriptor has nothing to read yet. */
const RETRY_AFTER = 10;

export function readAll(descriptor: number, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < limit) {
    const length = patiently(() => readSync(descriptor, room, 0, Math.min(CHUNK, limit - total), null));
    if (length === "closed" || length === 0) break;
    chunks.push(room.slice(0, length));
    // It may have been a key.
    room.fill(0, 0, length);
    total += length;
  }
  return chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks);
}

/** Room for what is read, used again and again. */
const room = new Uint8Array(CHUNK);

/** The bytes of a file, or of an open descriptor, in pieces; a piece counts until the next is asked for. @throws UsageError */
export function* readPieces(source: string | number): Generator<Uint8Array, void> {
  const name = typeof source === "string" ? source : source === 0 ? "standard input" : `file descriptor ${source}`;
  const descriptor = typeof source === "string" ? attempt(name, () => openSync(source, "r")) : source;
  const buffer = new Uint8Array(CHUNK);
  try {
    for (;;) {
      const length = attempt(name, () => patiently(() => readSync(descriptor, buffer)));
      if (length === "closed" || length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    if (descriptor !== source) closeSync(descriptor);
  }
}

/** Repeats an action on a descriptor that is not ready yet; `closed`: the other end is. */
function patiently(action: () => number): number | "closed" {
  for (;;) {
    try {
      return action();
    } catch (error) {
      const code = codeOf(error);
      if (code === "EOF" || code === "EPIPE") return "closed";
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER);
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EEXIST: "is there already",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a folder",
  ENOTDIR: "part of the path is not a folder",
  ENOSPC: "no space left",
  EROFS: "the file system is read-only",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
  EBADF: "is not open",
  ENXIO: "no such device",
  ERR_ACCESS_DENIED: "Node was started without the permission for it",
};

/** Turns what the operating system says into a usage error; `others` are reasons that mean something else here. */
export function attempt<T>(what: string, action: () => T, others: Readonly<Record<string, string>> = {}): T {
  try {
    return action();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UsageError(`${what}: ${others[code] ?? reasons[code] ?? code}`);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
