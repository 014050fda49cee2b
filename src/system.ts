/** The only door outside: files, streams, environment, clock, terminal. */
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";

/** The world as the rest of certcheck sees it; tests bring their own. */
export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Reads a file, at most `limit` bytes of it. @throws UsageError */
  readonly readFile: (path: string, limit: number) => Uint8Array;
  /** Reads an open file descriptor to its end, at most `limit` bytes; standard input is 0. @throws UsageError */
  readonly readDescriptor: (descriptor: number, limit: number) => Uint8Array;
  /** Writes a report, replacing the file in one step. @throws UsageError */
  readonly replaceFile: (path: string, text: string) => void;
  /** The permission bits of a file; nothing where the system has none, or the name leads nowhere. */
  readonly modeOf: (path: string) => number | undefined;
  /** Asks at the terminal, without an echo; nothing if nobody is there to answer. @throws UsageError if interrupted */
  readonly askPassphrase: (question: string) => Promise<string | undefined>;
  /** Whether two names lead to the same file; false if either leads to none. */
  readonly isSameFile: (a: string, b: string) => boolean;
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error. */
  readonly complain: (text: string) => void;
  readonly terminal: Terminal;
}

/** Where standard output goes. */
export interface Terminal {
  /** False for a pipe or a file. */
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly columns: number;
}

/** The command line is wrong, or a file on it cannot be opened: exit code 2. */
export class UsageError extends Error {
  /** What to do instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Whether this runs in a pipeline: nobody answers there, and nobody shares the machine. */
export const isPipeline = ({ env }: Pick<System, "env">): boolean =>
  !["", "0", "false"].includes((env["CI"] ?? "").toLowerCase());

/** Columns of a line where nothing tells. */
const DEFAULT_COLUMNS = 80;

/** What a file is, and a pipe. */
export const fileTerminal: Terminal = { isTerminal: false, columns: DEFAULT_COLUMNS };

/** The machine this runs on. */
export function realSystem(): System {
  return {
    env: process.env,
    now: Date.now,
    readFile(path, limit) {
      const descriptor = attempt(path, () => openSync(path, "r"));
      try {
        return attempt(path, () => readAll(descriptor, limit));
      } finally {
        closeSync(descriptor);
      }
    },
    readDescriptor: (descriptor, limit) =>
      attempt(descriptor === 0 ? "standard input" : `file descriptor ${descriptor}`, () => readAll(descriptor, limit)),
    replaceFile: (path, text) => attempt(path, () => replaceFile(path, text)),
    modeOf(path) {
      const status = process.platform === "win32" ? undefined : statusOf(path);
      return status && Number(status.mode & 0o777n);
    },
    askPassphrase,
    isSameFile(a, b) {
      const [left, right] = [statusOf(a), statusOf(b)];
      return left !== undefined && right !== undefined && left.dev === right.dev && left.ino === right.ino;
    },
    print: (text) => attempt("standard output", () => writeAll(STDOUT, text)),
    complain: (text) => {
      try {
        writeAll(STDERR, text);
      } catch {
        // There is nobody to tell.
      }
    },
    terminal: findTerminal(),
  };
}

/** Replaces what a name leads to in one step, behind links; a device or a pipe is written to. */
function replaceFile(path: string, text: string): void {
  const status = statusOf(path);
  if (status !== undefined && !status.isFile()) return writeFileSync(path, text);
  const target = status === undefined ? path : realpathSync(path);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** What a name leads to, if it can be found out. */
function statusOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Asks for process.stdout only where it may be a terminal: making that stream takes longer than a check. */
function findTerminal(): Terminal {
  if (!isDevice(STDOUT) || !process.stdout.isTTY) return fileTerminal;
  return { isTerminal: true, columns: process.stdout.columns || DEFAULT_COLUMNS };
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

/** The question goes to standard error: standard output is the report's. */
async function askPassphrase(question: string): Promise<string | undefined> {
  if (!isDevice(STDIN) || !isDevice(STDERR) || !process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { read } = await import("read");
  const { stdin: input, stderr: output } = process;
  let leave = (): void => {};
  try {
    // The library says nothing of an end of input: the process would end as if all were well.
    const left = new Promise<never>((_, reject) => (leave = () => reject(new Error("end of input"))));
    process.once("beforeExit", leave);
    const answer = read({ prompt: question, silent: true, input, output });
    return await Promise.race([answer, left]);
  } catch {
    throw new UsageError("no passphrase was typed");
  } finally {
    process.off("beforeExit", leave);
    writeAll(STDERR, "\n");
  }
}

/** Writes without a stream, so that nothing is lost when the process ends. */
function writeAll(descriptor: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    const written = patiently(() => writeSync(descriptor, rest));
    // A reader that has seen enough (`certcheck … | head`) closes the pipe: that is no error.
    if (written === "closed") return;
    rest = rest.subarray(written);
  }
}

/** Bytes asked for in one read. */
const CHUNK = 65_536;
/** How long to wait, in milliseconds, where a descriptor has nothing to read yet. */
const RETRY_AFTER = 10;

function readAll(descriptor: number, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < limit) {
    const chunk = new Uint8Array(Math.min(CHUNK, limit - total));
    const length = patiently(() => readSync(descriptor, chunk));
    if (length === "closed" || length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks);
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
};

/** Turns what the operating system says into a usage error. */
function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UsageError(`${what}: ${reasons[code] ?? code}`);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
