/** Runs a case in process, and says what it broke of what is to hold for every input. */
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { main } from "../../src/cli.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { DerError } from "../../src/pki/der.ts";
import { memorySystem } from "../support/bundle.ts";
import { readGitlab, readJunit, readSarif } from "../support/ci-formats.ts";
import { unsafeIn } from "../support/safe-text.ts";
import { type Detector, detector, privateNumbers } from "../support/secrets.ts";
import type { Case } from "./case.ts";
import type { Corpus } from "./corpus.ts";
import { certificatesIn } from "./mutate.ts";

/** Something that is not to be. */
export interface Finding {
  readonly kind:
    | "throws"
    | "broken"
    | "slow"
    | "unsafe"
    | "secret"
    | "schema"
    | "unstable"
    | "hang"
    | "died"
    | "memory";
  /** The same for what has the same cause, as far as can be told. */
  readonly key: string;
  readonly detail: string;
}

/** What a run came to. */
interface Outcome {
  readonly exitCode: number;
  readonly texts: readonly string[];
  /** Files that were made for others than their owner. */
  readonly made: readonly string[];
  /** Of the processor, so that a busy machine makes no findings. */
  readonly milliseconds: number;
}

/** Longest that a run may take. */
const MAX_MILLISECONDS = 2000;

/** Runs a case. */
async function execute({ argv, files, env, stdin, columns, answer, mode }: Case): Promise<Outcome> {
  const terminal = { isTerminal: true, columns };
  const system = memorySystem(files, {
    env,
    stdin,
    terminal,
    modeOf: () => mode,
    askPassphrase: () => Promise.resolve(answer),
  });
  const start = process.cpuUsage();
  const exitCode = await main(argv, system);
  const { user, system: kernel } = process.cpuUsage(start);
  const milliseconds = (user + kernel) / 1000;
  const made = [...system.made.values()].filter(({ isSecret }) => !isSecret);
  const texts = [system.out, system.err, ...system.written.values()];
  return { exitCode, texts, made: made.map(({ content }) => Buffer.from(content).toString("latin1")), milliseconds };
}

/** Says what a run broke; `twice` runs it again, for the same output. */
export async function judge(run: Case, secretIn: Detector, twice: boolean): Promise<Finding[]> {
  const found: Finding[] = [];
  const add = (kind: Finding["kind"], key: string, detail = key): void => void found.push({ kind, key, detail });
  let outcome: Outcome;
  try {
    outcome = await execute(run);
  } catch (error) {
    const { stack = String(error) } = error instanceof Error ? error : {};
    return [{ kind: "throws", key: causeOf(stack), detail: stack }];
  }
  const { exitCode, texts, made, milliseconds } = outcome;
  if (![0, 1, 2].includes(exitCode)) {
    const { texts: again } = await execute({ ...run, argv: [...run.argv, "--debug"] });
    const detail = again[1] ?? "";
    add("broken", causeOf(detail), detail);
  }
  if (milliseconds > MAX_MILLISECONDS) add("slow", "slow", `${Math.round(milliseconds)} ms`);
  for (const text of texts) {
    const unsafe = unsafeIn(text);
    if (unsafe !== undefined) add("unsafe", unsafe.replace(/^at \d+: /, "").slice(0, 40), unsafe);
    const leak = secretIn(text);
    if (leak !== undefined && !isPublished(run, secretIn)) add("secret", leak.replace(/^.*: /, ""), leak);
    const problem = formatProblem(text, run.argv);
    if (problem !== undefined) add("schema", problem);
  }
  for (const content of made) {
    const leak = secretIn(content);
    if (leak !== undefined && !isPublished(run, secretIn))
      add("secret", `in a file: ${leak.replace(/^.*: /, "")}`, leak);
  }
  if (twice && milliseconds < MAX_MILLISECONDS / 4) {
    const again = await execute(run);
    if (again.exitCode !== exitCode || again.texts.join("\0") !== texts.join("\0"))
      add("unstable", "unstable", "the second run says something else");
  }
  return found;
}

/** Whether a number of a key has become part of a certificate: then it is no secret any more. */
const isPublished = ({ files, stdin, env }: Case, secretIn: Detector): boolean =>
  [
    ...Object.values(files),
    stdin,
    ...Object.values(env).flatMap((text) => [Buffer.from(text), Buffer.from(text, "base64")]),
  ]
    .flatMap(certificatesIn)
    .some(
      (der) =>
        messageOf(() => readCertificate(der)) === undefined && secretIn(Buffer.from(der).toString("hex")) !== undefined,
    );

/** Functions of a stack that tell causes apart. */
const TELLING_FRAMES = 3;

/** The message and the innermost functions of a stack, without what differs from run to run. */
function causeOf(stack: string): string {
  const message = stack.split("\n").find((line) => !/^\s*(?:certcheck: )?\s*at /.test(line)) ?? "";
  const frames = [...stack.matchAll(/\bat (?:async )?([\w.<>]+) \(/g)].map(([, name = ""]) => name);
  return [message.replaceAll(/\d+/g, "#").slice(0, 120), ...frames.slice(0, TELLING_FRAMES)].join(" < ");
}

const validators = new Map<string, ValidateFunction>();

/** What reads a format of CI systems, by how its reports begin. */
const readers: readonly (readonly [start: RegExp, read: (text: string) => unknown])[] = [
  [/^\{\n  "\$schema"/, readSarif],
  [/^<\?xml [^>]+>\n<testsuites/, readJunit],
  [/^\[(?:\]|\n  \{\n    "description")/, readGitlab],
];

/** Why a report is none of its format. */
function formatProblem(text: string, [verb]: readonly string[]): string | undefined {
  const [, read] = readers.find(([start]) => start.test(text)) ?? [];
  if (read !== undefined) return messageOf(() => read(text));
  return text.startsWith("{") ? schemaProblem(text, verb === "inspect" ? "inspect" : "report") : undefined;
}

function schemaProblem(text: string, of: "report" | "inspect"): string | undefined {
  let validate = validators.get(of);
  if (validate === undefined) {
    const ajv = new Ajv();
    addFormats.default(ajv);
    validate = ajv.compile(JSON.parse(readFileSync(`docs/${of}.schema.json`, "utf8")) as object);
    validators.set(of, validate);
  }
  try {
    if (validate(JSON.parse(text))) return undefined;
  } catch (error) {
    return String(error).replaceAll(/\d+/g, "#");
  }
  const [first] = validate.errors ?? [];
  return `${first?.instancePath.replaceAll(/\d+/g, "#")} ${first?.message}`;
}

/** The key in the containers of the fixtures. */
const CONTAINED = "fixtures/keys/leaf.key";

/** Detectors that are kept: a key is mutated again and again. */
const MAX_DETECTORS = 100;

/** Makes what finds the private keys of a corpus in the output of a case that uses some of its files. */
export function secretFinder({ seeds, groups, passphrases }: Corpus): (run: Case) => Detector {
  const byName = new Map(seeds.map((seed) => [seed.name, seed]));
  const phrases = new Map(
    groups.flatMap(({ files, passphrase }) => Object.values(files).map(({ name }) => [name, passphrase] as const)),
  );
  const detectors = new Map<string, Detector | undefined>();
  const detectorOf = (name: string): Detector | undefined => {
    if (detectors.has(name)) return detectors.get(name);
    const [oldest] = detectors.keys();
    if (oldest !== undefined && detectors.size >= MAX_DETECTORS) detectors.delete(oldest);
    const own = phrases.get(name);
    const known = name.startsWith("fixtures/") ? passphrases : own === undefined ? [] : [own];
    const keys = privateNumbers(name, byName.get(name)?.bytes ?? "", known);
    const made = keys.length === 0 ? undefined : detector({ keys });
    detectors.set(name, made);
    return made;
  };
  return ({ seeds: used }) => {
    const all = new Set([CONTAINED, ...used].flatMap((name) => detectorOf(name) ?? []));
    return (text) => [...all].map((find) => find(text)).find((leak) => leak !== undefined);
  };
}

/** Where certcheck and OpenSSL do not agree on whether something is a certificate, as far as it is made up of any. */
export const disagreements = ({ files }: Case): string[] =>
  Object.values(files)
    .flatMap(certificatesIn)
    // Node looks for PEM first, wherever it stands.
    .filter((der) => !Buffer.from(der).includes("-----BEGIN "))
    .map(disagreement)
    .filter((text) => text !== undefined);

function disagreement(der: Uint8Array): string | undefined {
  let noted: readonly string[] = [];
  const ours = messageOf(() => (noted = readCertificate(der).irregularities.map(({ message }) => message)));
  const theirs = messageOf(() => new X509Certificate(der));
  if ((ours === undefined) === (theirs === undefined)) return undefined;
  const [first = "nothing"] = noted;
  return ours === undefined
    ? `read here, refused by OpenSSL; noted: ${withoutNumbers(first)}`
    : `refused here, read by OpenSSL: ${ours}`;
}

const withoutNumbers = (text: string): string => text.replaceAll(/0x[0-9a-f]+|\d+/g, "#");

/** What a reader says against its input, without numbers; nothing if it reads it. */
function messageOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return `${error instanceof DerError || "code" in (error as Error) ? "" : "(not a DerError) "}${withoutNumbers(message)}`;
  }
}
