/**
 * Programs, run to their end: by a small shell that stays, for a process of a gigabyte takes longer to fork than most of
 * them take to run. Each worker has one, which ends when nobody can write to it any more.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a program runs and what it is given; without `env`, it has that of the tests. */
interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/** What came of a program, which had nothing to read. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program. */
export function runProgram(program: string, args: readonly string[], { cwd, env }: Surroundings = {}): Ended {
  if (process.platform === "win32") return spawnSync(program, args, { cwd, env, encoding: "utf8", input: "" });
  shell ??= startShell();
  const { folder, ask } = shell;
  const words = [program, ...args];
  const given =
    env === undefined ? [] : ["env", "-i", ...Object.entries(env).map(([name, value = ""]) => `${name}=${value}`)];
  const place = cwd === undefined ? "" : `cd ${quoted(cwd)} && `;
  writeFileSync(join(folder, "request"), `${place}exec ${[...given, ...words].map(quoted).join(" ")}\n`);
  const status = ask();
  const [stdout, stderr] = ["out", "err"].map((name) => readFileSync(join(folder, name), "utf8")) as [string, string];
  return { status, stdout, stderr };
}

/** A shell that runs what stands in a file of its folder, whenever it is asked to, and answers with the exit code; it takes the folder away at its end. */
interface Shell {
  readonly folder: string;
  readonly ask: () => number;
}

let shell: Shell | undefined;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const LOOP = 'while read -r _; do (. ./request) </dev/null >out 2>err; printf "%03d" $?; done; rm -r "$0"';

function startShell(): Shell {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  spawnSync("sh", ["-c", "mkfifo questions answers"], { cwd: folder });
  const [questions, answers] = ["questions", "answers"].map((name) => join(folder, name)) as [string, string];
  // Opened for both, a pipe waits for nobody; kept open for one, it ends with whoever is at its other end.
  const both = [questions, answers].map((pipe) => openSync(pipe, constants.O_RDWR));
  const [stdin, stdout] = [openSync(questions, constants.O_RDONLY), openSync(answers, constants.O_WRONLY)];
  const [asked, answered] = [openSync(questions, constants.O_WRONLY), openSync(answers, constants.O_RDONLY)];
  spawn("sh", ["-c", LOOP, folder], { cwd: folder, stdio: [stdin, stdout, "inherit"] }).unref();
  for (const descriptor of [...both, stdin, stdout]) closeSync(descriptor);
  const status = Buffer.alloc(3);
  const ask = (): number => {
    writeSync(asked, "\n");
    if (readSync(answered, status) !== status.length) throw new Error("the shell that runs programs has ended");
    return Number(status.toString());
  };
  return { folder, ask };
}
