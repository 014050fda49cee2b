/** Measuring whole processes from outside: how long they take, how much memory, and how that compares. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** A command line and the folder it runs in. */
export interface Process {
  readonly command: readonly string[];
  readonly folder: string;
  /** Exit codes besides 0 that are no failure: 1, where there are findings. */
  readonly alsoGood?: number;
}

const WARM_UP = 3;

/** Certificates that Node reads at its start would count for both sides of a ratio, and flatter it. */
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...environment } = process.env;

/** How long it runs, in milliseconds. */
export function time({ command: [command = "", ...args], folder, alsoGood = 0 }: Process): number {
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0 && status !== alsoGood)
    throw new Error(`${command} ended with ${status}: ${error?.message ?? stderr.toString()}`);
  return elapsed;
}

/** The peak of resident memory of a process of Node's, in MiB, as it reads it itself when it ends. */
export function peak({ command: [command = "", ...args], folder }: Process): number {
  const env = { ...environment, NODE_OPTIONS: `--require ${resolve("bench/peak.cjs")}` };
  const { stderr } = spawnSync(command, args, { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  return Math.max(...[...stderr.toString().matchAll(/peak (\d+)/g)].map(([, kibibytes]) => Number(kibibytes))) / 1024;
}

export const median = (values: readonly number[] = []): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Runs all processes in turn, so that a machine that slows down slows down all of them. */
export function interleave(
  processes: readonly Process[],
  measure: (process: Process) => number,
  runs: number,
  warmUp = WARM_UP,
): number[][] {
  for (let run = 0; run < warmUp; run++) for (const one of processes) measure(one);
  const samples: number[][] = processes.map(() => []);
  for (let run = 0; run < runs; run++)
    for (const [index, one] of processes.entries()) samples[index]?.push(measure(one));
  return samples;
}

/** The median of the ratios of each round. */
export const ratio = (a: readonly number[] = [], b: readonly number[] = []): number =>
  median(a.map((value, index) => value / (b[index] ?? NaN)));

export const milliseconds = (values: readonly number[] = []): string => `${median(values).toFixed(1)} ms`;

/** A bound such as `64.0 MiB` in the table, and whether it is missed. */
export const atMost = (bound: string, value: number): string =>
  value <= Number.parseFloat(bound) ? bound : `${bound}, missed`;

/** The same, of what should be more. */
export const atLeast = (bound: string, value: number): string =>
  value >= Number.parseFloat(bound) ? bound : `${bound}, missed`;
