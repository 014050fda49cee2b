/** The pipelines that the documents show: their shell, taken out and run for real in a folder of its own. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { runProgram } from "./processes.ts";

/** What to add to the name of a test that needs a POSIX bash; empty if there is one. */
export const withoutBash =
  runProgram("bash", ["-c", "exit 0"]).status === 0 && process.platform !== "win32" ? "" : " (skipped: no bash)";

/** A step that runs a shell. */
export interface Step {
  readonly name: string;
  readonly script: string;
  /** As the file has it, with the expressions of its system. */
  readonly env: Readonly<Record<string, string>>;
}

interface GithubStep {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Reads YAML strictly. */
export const readYaml = (file: string): unknown => parse(readFileSync(file, "utf8"), { strict: true });

const githubSteps = (steps: readonly GithubStep[]): Step[] =>
  steps.flatMap(({ name = "", run, env = {} }) => (run === undefined ? [] : [{ name, script: run, env }]));

/** Files of systems, as far as they are about shells. */
interface Action {
  readonly runs: { readonly steps: readonly GithubStep[] };
}
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly GithubStep[] }>>;
}
interface GitlabPipeline {
  readonly certcheck: Readonly<Record<"before_script" | "script", readonly string[]>>;
}
interface AzurePipeline {
  readonly steps: readonly {
    readonly bash?: string;
    readonly displayName: string;
    readonly env?: Step["env"];
  }[];
}

const readers = {
  "action.yml": (file) => githubSteps((readYaml(file) as Action).runs.steps),
  "docs/pipelines/github-plain.yml": (file) =>
    Object.values((readYaml(file) as Workflow).jobs).flatMap(({ steps }) => githubSteps(steps)),
  "docs/pipelines/github-fleet.yml": (file) =>
    Object.values((readYaml(file) as Workflow).jobs).flatMap(({ steps }) => githubSteps(steps)),
  "docs/pipelines/github-nightly.yml": (file) =>
    Object.values((readYaml(file) as Workflow).jobs).flatMap(({ steps }) => githubSteps(steps)),
  "docs/pipelines/gitlab.yml": (file) => {
    const { before_script, script } = (readYaml(file) as GitlabPipeline).certcheck;
    return Object.entries({ before_script, script }).map(([name, lines]) => ({
      name,
      script: lines.join("\n"),
      env: {},
    }));
  },
  "docs/pipelines/azure.yml": (file) =>
    (readYaml(file) as AzurePipeline).steps.flatMap(({ bash, displayName, env = {} }) =>
      bash === undefined ? [] : [{ name: displayName, script: bash, env }],
    ),
  "docs/pipelines/Jenkinsfile": (file) =>
    [...readFileSync(file, "utf8").matchAll(/^\s*sh '''\n(.*?)'''$/gms)].map(
      // As Groovy reads it: a backslash at the end of a line joins it with the next.
      ([, text = ""]) => ({ name: "sh", script: text.replaceAll("\\\n", ""), env: {} }),
    ),
} as const satisfies Readonly<Record<string, (file: string) => Step[]>>;

/** A file with shells in it. */
export type PipelineFile = keyof typeof readers;

/** All such files. */
export const pipelineFiles = Object.keys(readers) as readonly PipelineFile[];

/** The steps of a file that run a shell. */
export const stepsOf = (file: PipelineFile): readonly Step[] => readers[file](file);

/** A file of a scenario. */
export const fixture = (name: string, file = "sensor.crt"): Buffer => readFileSync(join("fixtures", name, file));

/** The usual files of a scenario. */
export const appliance = (name: string): Record<string, Buffer> =>
  Object.fromEntries(["sensor.crt", "sensor.key", "ca.pem"].map((file) => [file, fixture(name, file)]));

/** The passphrase of the scenario ready-encrypted-key. */
export const passphrase = fixture("ready-encrypted-key", "passphrase.txt").toString().trimEnd();

/** What came of a script. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder for the time of a test, with the programs of the pipeline beside it. */
export interface Workspace {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly read: (name: string) => string;
  readonly has: (name: string) => boolean;
  /** Runs a script as the system does: `shell` are the words before it. */
  readonly run: (shell: readonly string[], script: string, env: Readonly<Record<string, string>>) => Outcome;
}

/** The day of all these runs. */
export const day = "2026-11-21";

/** What stands in for a program that is found by its name. */
const programs = {
  certcheck: `case "$*" in *--at* | "fleet merge"*) ;; *) set -- "$@" --at=${day} ;; esac
exec "${process.execPath}" "${resolve("bin/certcheck.js")}" "$@"\n`,
  // Of GNU parallel, what the example needs: options with their values, then a command for each line.
  parallel: `shift 3
while read -r line; do
  ( for word do shift; [ "$word" = "{}" ] && word=$line; set -- "$@" "$word"; done; exec "$@" ) || exit
done\n`,
  npm: 'printf "%s\\n" "npm $*" >> "$HOME/npm.txt"\n',
} as const;

/** Makes the folder, with files in it. A program that is not wanted is not found; the real npm never is. */
export function inWorkspace(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (workspace: Workspace) => void,
  wanted: readonly (keyof typeof programs)[] = ["certcheck"],
): void {
  const base = mkdtempSync(join(tmpdir(), "certcheck-"));
  const [folder, bin, home] = ["work space", "bin", "home"].map((name) => join(base, name)) as [string, string, string];
  try {
    for (const name of [folder, bin, home]) mkdirSync(name);
    for (const name of wanted) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${programs[name]}`);
      chmodSync(join(bin, name), 0o755);
    }
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    }
    const path = (name: string): string => join(folder, name);
    work({
      folder,
      path,
      read: (name) => readFileSync(name.startsWith("~") ? join(home, name.slice(2)) : path(name), "utf8"),
      has: (name) => existsSync(path(name)),
      run([program = "bash", ...words], script, env) {
        const node = dirname(process.execPath);
        const { status, stdout, stderr } = runProgram(program, [...words, script], {
          cwd: folder,
          env: { PATH: [bin, "/usr/bin", "/bin", node].join(delimiter), HOME: home, CI: "true", ...env },
        });
        return { exitCode: status, out: stdout, err: stderr };
      },
    });
  } finally {
    rmSync(base, { recursive: true });
  }
}

/** What a step has set in the file of GITHUB_OUTPUT, as the runner reads it. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let index = 0; index < lines.length - 1; index++) {
    const [, name = "", end = ""] = /^([\w-]+)<<(.+)$/.exec(lines[index] ?? "") ?? [];
    if (name === "") throw new Error(`no output: ${lines[index]}`);
    const last = lines.indexOf(end, index + 1);
    outputs[name] = lines.slice(index + 1, last).join("\n");
    index = last;
  }
  return outputs;
}
