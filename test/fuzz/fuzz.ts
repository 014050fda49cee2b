/** `npm run fuzz -- --minutes 10`: damages files until the time is up, and keeps what broke certcheck in `.fuzz/`. */
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Case, drawCase } from "./case.ts";
import { wholeCorpus } from "./corpus.ts";
import { disagreements, type Finding, judge, secretFinder } from "./judge.ts";
import { randomOf } from "./random.ts";
import { beWatched, HANGING, isWatcher, watch } from "./stack-of-main.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    workers: { type: "string", default: String(availableParallelism()) },
    replay: { type: "string" },
    child: { type: "boolean", default: false },
  },
});
const seed = Number(options.seed);

/** Where findings are kept, a folder each. */
const KEPT = ".fuzz";

/** A case that takes longer, in milliseconds, is ended from outside. */
const HANG_AFTER = 5000;
/** Cases that are handed out at once. */
const BATCH = 200;
/** Memory that may be held after a case, or between cases, in bytes. */
const MAX_GROWTH = 256 * 1024 * 1024;
/** Cases that are run twice. */
const TWICE_EVERY = 5;

/** What parent and child tell each other. */
type Order = { readonly run: readonly [from: number, to: number] } | { readonly replay: string };
type Word =
  | { readonly at: number }
  | { readonly index: number; readonly findings: readonly Finding[] }
  | {
      readonly done: true;
      readonly disagreements: readonly (readonly [text: string, index: number])[];
      readonly rss: number;
    };

const program = resolve(process.argv[1] ?? "");
const corpus = isWatcher ? { seeds: [], groups: [], passphrases: [] } : wholeCorpus();
const caseAt = (index: number): Case => drawCase(corpus, randomOf(seed, index));

// The child's side

function child(): void {
  const finder = secretFinder(corpus);
  const tell = (word: Word): void => void process.send?.(word);
  const tick = beWatched(program);
  let held: number | undefined;
  let cases = 0;

  async function tryOne(run: Case, index: number): Promise<void> {
    const secretIn = finder(run);
    tell({ at: index });
    const before = process.memoryUsage.rss();
    tick();
    const findings = await judge(run, secretIn, cases++ % TWICE_EVERY === 0);
    tick();
    const growth = process.memoryUsage.rss() - before;
    if (growth > MAX_GROWTH) findings.push({ kind: "memory", key: "a case", detail: `${growth} bytes more after it` });
    tell({ index, findings });
  }

  async function runBatch([from, to]: readonly [from: number, to: number]): Promise<void> {
    const said: [string, number][] = [];
    for (let index = from; index < to; index++) {
      const run = caseAt(index);
      await tryOne(run, index);
      said.push(...disagreements(run).map((text): [string, number] => [text, index]));
    }
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    held ??= heapUsed + external;
    if (heapUsed + external - held > MAX_GROWTH)
      tell({
        index: to - 1,
        findings: [{ kind: "memory", key: "all cases", detail: `${heapUsed + external - held} bytes are held` }],
      });
    tell({ done: true, disagreements: said, rss });
  }

  process.on("message", (order: Order) => {
    const work =
      "run" in order
        ? runBatch(order.run)
        : tryOne(readCase(order.replay), 0).then(() => tell({ done: true, disagreements: [], rss: 0 }));
    work.catch((error: unknown) => {
      throw error;
    });
  });
}

// Cases in folders

const CASE_FILE = "case.json";

/** What of a case is no file, and what was found. */
interface Kept extends Omit<Case, "files" | "stdin"> {
  readonly finding: Finding;
  readonly seed: number;
  readonly index: number;
  /** Base64. */
  readonly stdin: string;
}

function keep({ files, stdin, ...run }: Case, index: number, finding: Finding): string {
  const hash = createHash("sha256").update(finding.key).digest("hex").slice(0, 8);
  const folder = join(KEPT, `${finding.kind}-${hash}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const kept: Kept = { finding, seed, index, ...run, stdin: Buffer.from(stdin).toString("base64") };
  writeFileSync(join(folder, CASE_FILE), `${JSON.stringify(kept, undefined, 2)}\n`);
  return folder;
}

function readCase(folder: string): Case {
  const { stdin, ...run } = JSON.parse(readFileSync(join(folder, CASE_FILE), "utf8")) as Kept;
  const names = readdirSync(folder).filter((name) => name !== CASE_FILE);
  return {
    ...run,
    stdin: Buffer.from(stdin, "base64"),
    files: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])),
  };
}

// The parent's side

/** What was found, by kind and cause. */
interface Cause {
  readonly folder: string;
  readonly finding: Finding;
  count: number;
}

const causes = new Map<string, Cause>();
const opinions = new Map<string, { count: number; readonly first: number }>();
const started = performance.now();
let tried = 0;
let peak = 0;

const runAt = (index: number): Case => (options.replay === undefined ? caseAt(index) : readCase(options.replay));

function record(index: number, finding: Finding): void {
  const id = `${finding.kind} ${finding.key}`;
  const known = causes.get(id);
  if (known !== undefined) return void known.count++;
  const folder = options.replay ?? keep(caseAt(index), index, finding);
  causes.set(id, { folder, finding, count: 1 });
  say(`${finding.kind}: ${finding.key}\n  ${folder}`);
}

const isTerminal = process.stderr.isTTY;

/** Says something above the line of progress. */
function say(text: string): void {
  process.stdout.write(`${isTerminal ? "\r\u001b[K" : ""}${text}\n`);
}

const minutes = (): number => (performance.now() - started) / 60_000;

function showProgress(): void {
  if (!isTerminal) return;
  const figures = [
    `${tried} cases`,
    `${Math.round(tried / minutes())} a minute`,
    `${causes.size} causes`,
    `${minutes().toFixed(1)} of ${options.minutes} minutes`,
  ];
  process.stderr.write(`\r\u001b[K${figures.join(", ")}`);
}

/** A child that is given work until there is none; one that hangs or dies is replaced. */
function employ(nextOrder: () => Order | undefined): Promise<void> {
  return new Promise((resolveAll) => {
    let worker: ChildProcess;
    let order: Order | undefined;
    let at: { readonly index: number; readonly since: number } | undefined;
    let rest: Order | undefined;
    let ended = false;
    /** The last that the child has said on standard error. */
    let errors = "";

    /** Where the case was that took so long; told once. */
    const whereIt = (): string | undefined => {
      const [, where] = new RegExp(`${HANGING}(.*)`).exec(errors) ?? [];
      errors = "";
      return where;
    };
    const assign = (): void => {
      order = rest ?? nextOrder();
      rest = undefined;
      if (order !== undefined) return void worker.send(order);
      ended = true;
      clearInterval(watch);
      worker.kill();
      resolveAll();
    };
    /** What is left of an order once a case has ended its child. */
    const after = (index: number): Order | undefined =>
      order !== undefined && "run" in order && index + 1 < order.run[1]
        ? { run: [index + 1, order.run[1]] }
        : undefined;
    const lose = (kind: "hang" | "died", key: string, detail: string): void => {
      const index = at?.index ?? -1;
      at = undefined;
      if (index >= 0) {
        tried++;
        record(index, { kind, key, detail });
      }
      rest = after(index);
    };
    const hire = (): void => {
      errors = "";
      worker = fork(program, ["--child", "--seed", String(seed)], {
        execArgv: ["--expose-gc", "--enable-source-maps"],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      worker.stderr?.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
      worker.on("message", (word: Word) => {
        if ("at" in word) {
          at = { index: word.at, since: performance.now() };
        } else if ("index" in word) {
          tried++;
          at = undefined;
          for (const finding of word.findings)
            record(word.index, finding.kind === "slow" ? { ...finding, key: whereIt() ?? finding.key } : finding);
        } else {
          peak = Math.max(peak, word.rss);
          for (const [text, first] of word.disagreements) {
            const opinion = opinions.get(text) ?? { count: 0, first };
            opinion.count++;
            opinions.set(text, opinion);
          }
          assign();
        }
      });
      worker.on("exit", (code, signal) => {
        if (ended) return;
        const cause = /(?:Error|FATAL).*/.exec(errors)?.[0] ?? `${code ?? signal}`;
        if (at !== undefined) lose("died", cause.replaceAll(/\d+/g, "#"), errors);
        hire();
      });
      assign();
    };
    const watch = setInterval(() => {
      if (at === undefined || performance.now() - at.since < HANG_AFTER) return;
      lose("hang", whereIt() ?? runAt(at.index).mutations.join(", "), `more than ${HANG_AFTER} ms`);
      worker.kill("SIGKILL");
    }, 250);
    hire();
  });
}

async function parent(): Promise<void> {
  const { replay } = options;
  let next = 0;
  let isReplayed = false;
  const nextOrder = (): Order | undefined => {
    if (replay !== undefined) {
      if (isReplayed) return undefined;
      isReplayed = true;
      return { replay };
    }
    if (minutes() >= Number(options.minutes)) return undefined;
    next += BATCH;
    return { run: [next - BATCH, next] };
  };
  if (replay === undefined) say(`seed ${seed}, ${corpus.seeds.length} files, ${corpus.groups.length} groups of files`);
  else {
    const { argv } = readCase(replay);
    say(`certcheck ${argv.map((word) => JSON.stringify(word)).join(" ")}`);
  }
  const progress = setInterval(showProgress, 500);
  await Promise.all(
    Array.from({ length: replay === undefined ? Number(options.workers) : 1 }, () => employ(nextOrder)),
  );
  clearInterval(progress);
  summarize();
  process.exitCode = causes.size > 0 ? 1 : 0;
}

function summarize(): void {
  say(
    `${tried} cases in ${minutes().toFixed(1)} minutes, ${Math.round(tried / minutes())} a minute; ${Math.round(peak / 1024 / 1024)} MiB at most`,
  );
  for (const { finding, folder, count } of [...causes.values()].toSorted((a, b) => b.count - a.count))
    say(`${String(count).padStart(7)}  ${finding.kind}: ${finding.key}\n         ${folder}`);
  if (opinions.size === 0) return;
  say("certcheck and OpenSSL disagree on what is a certificate (for information)");
  for (const [text, { count, first }] of [...opinions].toSorted(([, a], [, b]) => b.count - a.count))
    say(`${String(count).padStart(7)}  ${text} (case ${first})`);
}

if (isWatcher) watch();
else if (options.child) child();
else await parent();
