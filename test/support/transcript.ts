/** Transcripts: `$ certcheck …` with the output and, unless it is 0, the exit code; run in process, on real files. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../src/cli.ts";
import { readFolder } from "../../src/system/descriptors.ts";
import type { NewFile } from "../../src/system/new-files.ts";
import type { System } from "../../src/system/system.ts";
import { UsageError } from "../../src/errors.ts";
import { memorySystem } from "./bundle.ts";
import { withEndpoints } from "./endpoints.ts";
import { withWeb } from "./web.ts";

/** The commands of a transcript. */
export const commandsOf = (transcript: string): string[] =>
  [...transcript.matchAll(/^\$ (.*)$/gm)].map(([, command = ""]) => command);

/** Runs the commands in a folder, and writes down what a terminal would show; standard error comes first. `written` takes the reports. */
export async function runTranscript(
  commands: readonly string[],
  folder: string,
  more: Partial<System> = {},
  written = new Map<string, string>(),
): Promise<string> {
  const made = new Map<string, NewFile>();
  const parts: string[] = [];
  const modes = new Map<string, number>();
  for (const command of commands) {
    const [, mode, file] = /^chmod (\d+) (\S+)$/.exec(command) ?? [];
    if (mode !== undefined && file !== undefined) {
      // A clone keeps no permissions: they are what the transcript says.
      modes.set(file, Number.parseInt(mode, 8));
      parts.push(`$ ${command}\n`);
      continue;
    }
    const result = await run(command, folder, { modeOf: (path) => modes.get(path), ...more }, made);
    const { exitCode, out, err } = result;
    for (const [file, text] of result.written) written.set(file, text);
    for (const [file, one] of result.made) made.set(file, one);
    parts.push(`$ ${command}\n${err}${out}${exitCode === 0 ? "" : `exit ${exitCode}\n`}`);
  }
  return parts.join("\n");
}

/** Runs one command line in a folder; `made` are files that commands before it have made there. */
export async function run(
  command: string,
  folder: string,
  more: Partial<System> = {},
  made: ReadonlyMap<string, NewFile> = new Map(),
): Promise<{
  exitCode: number;
  out: string;
  err: string;
  written: Map<string, string>;
  made: Map<string, NewFile>;
}> {
  const { env, argv, stdin } = parse(command, folder);
  const read = (path: string): Buffer => {
    const content = made.get(path)?.content;
    if (content !== undefined) return Buffer.from(content);
    try {
      return readFileSync(join(folder, path));
    } catch {
      throw new UsageError(`${path}: no such file`);
    }
  };
  const withWorld = <T>(use: (world: Partial<System>) => Promise<T>): Promise<T> =>
    withWeb(folder, (web) => withEndpoints(folder, (endpoints) => use({ ...web, ...endpoints })));
  return withWorld(async (world) => {
    const files: Partial<System> = {
      env: { LANG: "C.UTF-8", ...env },
      isFile: (path) => made.has(path) || statSync(join(folder, path), { throwIfNoEntry: false })?.isFile(),
      readFolder: (path) => readFolder(join(folder, path)),
      fileNumber: (path) => (existsSync(join(folder, path)) ? path : undefined),
      readFile: (path, limit) => read(path).subarray(0, limit),
    };
    const system = memorySystem({}, { stdin, ...files, ...world, ...more });
    const exitCode = await main(argv, system);
    return { exitCode, out: system.out, err: system.err, written: system.written, made: system.made };
  });
}

/** What of a shell transcripts need: words in quotes, variables before the command, a file as standard input. */
function parse(command: string, folder: string): { env: Record<string, string>; argv: string[]; stdin: Uint8Array } {
  const env: Record<string, string> = {};
  const argv: string[] = [];
  let stdin: Uint8Array = new Uint8Array();
  const words = [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [, name, value = ""] = /^([A-Z_]+)=(.*)$/.exec(word) ?? [];
    if (name !== undefined && argv.length === 0) env[name] = substitute(value, folder);
    else if (word === "<") stdin = readFileSync(join(folder, words[++index] ?? ""));
    else argv.push(word);
  }
  if (argv[0] !== "certcheck") throw new Error(`not a certcheck command: ${command}`);
  return { env, argv: argv.slice(1), stdin };
}

/** `$(cat file)` and `$(base64 file)`, without the line ends behind it, as a shell has it. */
const substitute = (value: string, folder: string): string =>
  value.replace(/\$\((cat|base64) (\S+)\)/g, (_, how: string, file: string) =>
    readFileSync(join(folder, file))
      .toString(how === "cat" ? "utf8" : "base64")
      .replace(/\n+$/, ""),
  );
