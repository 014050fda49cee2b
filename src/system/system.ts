/** The only door outside: files, streams, environment, clock, terminal. */
import { closeSync, openSync } from "node:fs";
import type { KeyObject } from "node:crypto";
import { join, resolve } from "node:path";
import {
  attempt,
  type FolderEntry,
  isDevice,
  isSomebodyElses,
  modeOf,
  isThere,
  readAll,
  readFolder,
  readPieces,
  statusOf,
  writeAll,
} from "./descriptors.ts";
import { type Draft, draftFile, openReport, replaceFile, type ReportFile } from "./drafts.ts";
import type { HttpAnswer, HttpRequest } from "./http.ts";
import type { NewFile } from "./new-files.ts";
import { UsageError } from "../errors.ts";
import { startThread, type Thread } from "./thread.ts";
import type { TlsAnswer, TlsRequest } from "../bundle/tls.ts";

/** The world as the rest of certcheck sees it; tests bring their own. */
export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The working directory. @throws UsageError if it is gone */
  readonly folder: string;
  /** Whether a name is that of a file: false for a folder, a pipe, a link that leads nowhere; nothing if it is not there. */
  readonly isFile: (path: string) => boolean | undefined;
  /** Whether a file belongs to another user, who may want this one to be mistaken. */
  readonly isSomebodyElses: (path: string) => boolean;
  /** Reads a file, at most `limit` bytes of it. @throws UsageError */
  readonly readFile: (path: string, limit: number) => Uint8Array;
  /** Reads an open file descriptor to its end, at most `limit` bytes; standard input is 0. @throws UsageError */
  readonly readDescriptor: (descriptor: number, limit: number) => Uint8Array;
  /** What stands in a folder, in the order of names. @throws UsageError */
  readonly readFolder: (path: string) => readonly FolderEntry[];
  /** Writes a report, replacing the file in one step. @throws UsageError */
  readonly replaceFile: (path: string, text: string) => void;
  /** Begins a report that is written in pieces; a stream is seen under its name from the beginning. @throws UsageError */
  readonly openReport: (path: string, form: "whole" | "stream") => ReportFile;
  /** Makes files, all or none; one that is there is replaced only if that is asked for. @throws UsageError */
  readonly writeFiles: (files: readonly NewFile[], options: { readonly force: boolean }) => Promise<void>;
  /** The permission bits of a file; nothing where the system has none, or the name leads nowhere. */
  readonly modeOf: (path: string) => number | undefined;
  /** The bytes of a file, or of an open descriptor, in pieces; a piece counts until the next is asked for. @throws UsageError */
  readonly readPieces: (source: string | number) => Iterable<Uint8Array>;
  /** Begins a file that is seen under its name once it is whole. @throws UsageError */
  readonly draftFile: (path: string) => Draft;
  /** Where to keep what can be fetched again; absent where there is no place for it. */
  readonly cacheFolder?: string;
  /** Fetches over HTTP. @throws NetworkError */
  readonly get: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Shakes hands with a TLS server, and sends nothing else; whatever comes of it is an answer. */
  readonly connectTls: (request: TlsRequest) => Promise<TlsAnswer>;
  /** Shows what takes long, in a line of a terminal that is written anew each time; nothing takes it away. */
  readonly showProgress: (text: string | undefined) => void;
  /** Asks at the terminal, without an echo; nothing if nobody is there to answer. @throws UsageError if interrupted */
  readonly askPassphrase: (question: string) => Promise<string | undefined>;
  /** The same, where what is typed may be seen. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** A new RSA key of so many bits. */
  readonly makeKey: (bits: number) => Promise<KeyObject>;
  /**
   * Calls `handle` when the user or the system wants the run to end, and `giveUp` before it ends at once, if they insist;
   * until the function that is returned is called.
   */
  readonly onInterrupt: (handle: () => void, giveUp: () => void) => () => void;
  /** Makes this process, and the threads it starts, prefer little memory to speed: for runs over many files. */
  readonly preferMemory: () => void;
  /** How many threads the machine runs at once. */
  readonly parallelism: () => number;
  /** Starts a thread that does what bin/thread.js does; absent where there are none. */
  readonly startThread?: () => Thread;
  /** Whether two names lead to the same file, or would if it was there. */
  readonly isSameFile: (a: string, b: string) => boolean;
  /** A number that all names of a file have in common, and no other file's; nothing if it is not there. */
  readonly fileNumber: (path: string) => string | undefined;
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

/** Whether this runs in a pipeline: nobody answers there, and nobody shares the machine. */
export const isPipeline = ({ env }: Pick<System, "env">): boolean =>
  !["", "0", "false"].includes((env["CI"] ?? "").toLowerCase());

/** Columns of a line where nothing tells. */
const DEFAULT_COLUMNS = 80;

/** What a file is, and a pipe. */
export const fileTerminal: Terminal = { isTerminal: false, columns: DEFAULT_COLUMNS };

/** The machine this runs on; `threadFile` is the script of its other threads. */
export function realSystem(threadFile?: string): System {
  return {
    env: process.env,
    now: Date.now,
    get folder() {
      return attempt("the working directory", () => process.cwd());
    },
    isFile: (path) => (isThere(path) ? statusOf(path)?.isFile() === true : undefined),
    isSomebodyElses,
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
    readFolder,
    replaceFile: (path, text) => attempt(path, () => replaceFile(path, text), noFolder),
    openReport(path, form) {
      const { write, keep, discard } = attempt(path, () => openReport(path, form), noFolder);
      return { write: (text) => attempt(path, () => write(text)), keep: () => attempt(path, keep), discard };
    },
    // Loaded by those who make files.
    writeFiles: async (files, options) => (await import("./new-files.ts")).writeNewFiles(files, options),
    modeOf(path) {
      if (process.platform === "win32") return undefined;
      const mode = modeOf(path);
      return mode === undefined ? undefined : mode & 0o777;
    },
    readPieces,
    draftFile,
    ...findCacheFolder(process.env),
    get: async (request) => (await import("./network.ts")).get(request, process.env),
    connectTls: async (request) => (await import("./tls-connection.ts")).lookAt(request),
    showProgress(text) {
      if (isDevice(STDERR) && process.stderr.isTTY) writeAll(STDERR, `\r\u001b[K${text ?? ""}`);
    },
    askPassphrase: (question) => askAtTerminal(question, "hidden"),
    ask: (question) => askAtTerminal(question, "seen"),
    makeKey: async (bits) => (await import("./new-key.ts")).makeKey(bits),
    onInterrupt(handle, giveUp) {
      let isAsked = false;
      const listen = (signal: NodeJS.Signals): void => {
        if (!isAsked) handle();
        else {
          giveUp();
          letGo();
          process.kill(process.pid, signal);
        }
        isAsked = true;
      };
      const letGo = (): void => {
        for (const signal of INTERRUPTS) process.off(signal, listen);
      };
      for (const signal of INTERRUPTS) process.on(signal, listen);
      return letGo;
    },
    preferMemory() {
      const { setFlagsFromString } = process.getBuiltinModule("node:v8");
      // V8 would let its space for young objects grow to 48 MB, and the other one with it: none of ours live long.
      setFlagsFromString("--semi-space-growth-factor=1");
      setFlagsFromString("--optimize-for-size");
    },
    parallelism: () => process.getBuiltinModule("node:os").availableParallelism(),
    ...(threadFile !== undefined && { startThread: () => startThread(threadFile) }),
    isSameFile(a, b) {
      const [left, right] = [statusOf(a), statusOf(b)];
      if (left === undefined && right === undefined) return resolve(a) === resolve(b);
      return left !== undefined && right !== undefined && left.dev === right.dev && left.ino === right.ino;
    },
    fileNumber(path) {
      const status = statusOf(path);
      return status && `${status.dev}:${status.ino}`;
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

/** Ctrl-C, and what CI systems and clusters send before they kill. */
const INTERRUPTS = ["SIGINT", "SIGTERM"] as const;

const noFolder = { ENOENT: "no such folder" };

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** The user's folder for what can be fetched again, by the habits of the system. */
function findCacheFolder({
  XDG_CACHE_HOME: xdg,
  LOCALAPPDATA: local,
  HOME: home,
}: NodeJS.ProcessEnv): Pick<System, "cacheFolder"> {
  const base = xdg || local || (home && join(home, process.platform === "darwin" ? "Library/Caches" : ".cache"));
  return base ? { cacheFolder: join(base, "certcheck") } : {};
}

/** Asks for process.stdout only where it may be a terminal: making that stream takes longer than a check. */
function findTerminal(): Terminal {
  if (!isDevice(STDOUT) || !process.stdout.isTTY) return fileTerminal;
  return { isTerminal: true, columns: process.stdout.columns || DEFAULT_COLUMNS };
}

/** The question goes to standard error: standard output is the report's. */
async function askAtTerminal(question: string, answer: "hidden" | "seen"): Promise<string | undefined> {
  if (!isDevice(STDIN) || !isDevice(STDERR) || !process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { read } = await import("read");
  const { stdin: input, stderr: output } = process;
  const silent = answer === "hidden";
  let leave = (): void => {};
  try {
    // The library says nothing of an end of input: the process would end as if all were well.
    const left = new Promise<never>((_, reject) => (leave = () => reject(new Error("end of input"))));
    process.once("beforeExit", leave);
    const typed = await Promise.race([read({ prompt: question, silent, input, output }), left]);
    if (silent) writeAll(STDERR, "\n");
    return typed;
  } catch {
    writeAll(STDERR, "\n");
    throw new UsageError(silent ? "no passphrase was typed" : "interrupted: nothing was written");
  } finally {
    process.off("beforeExit", leave);
  }
}
