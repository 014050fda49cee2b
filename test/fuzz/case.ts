/** One run to be tried: a command line with its files and surroundings, drawn from a corpus. */
import { MAX_FILE_BYTES } from "../../src/bundle/decode.ts";
import { editions } from "../../src/defender.ts";
import { formats } from "../../src/reporters/index.ts";
import { rules } from "../../src/rules/catalogue.ts";
import { nastyTexts } from "../support/nasty.ts";
import { type Corpus, type Group, type Seed, type SlotName, slotNames } from "./corpus.ts";
import { mutators } from "./mutate.ts";
import type { Random } from "./random.ts";

/** A run, and what it was made of. */
export interface Case {
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array;
  readonly columns: number;
  /** What is typed at the terminal where a passphrase is asked for; nothing, if nobody is there. */
  readonly answer?: string;
  /** Permission bits of all files. */
  readonly mode: number;
  /** Files of the corpus, by name, that parts of the files may come from. */
  readonly seeds: readonly string[];
  readonly mutations: readonly string[];
}

/** The usual names, and an ending that is none of the place. */
const fileNames: Readonly<Record<SlotName, readonly [string, ...string[]]>> = {
  certificate: ["sensor.crt", "sensor.cer", "sensor.der"],
  key: ["sensor.key", "sensor.pem"],
  chain: ["ca.pem", "ca.cer", "chain.p7b"],
  roots: ["root.pem", "root"],
  crl: ["ca.crl", "crl.pem", "-list"],
};

const names = [...mutators.keys()];

/** Most mutations of one file. */
const MAX_MUTATIONS = 6;
/** Longest file: a bit more than certcheck reads. */
const MAX_BYTES = MAX_FILE_BYTES + 100;

/** The verbs besides `check` that take files of one appliance. */
const verbs = ["csr", "inspect", "convert", "new"] as const;

/** Draws a case. */
export function drawCase(corpus: Corpus, random: Random): Case {
  const group: Group = random.pickAny(corpus.groups) ?? { files: {} };
  const seeds = new Set<string>();
  const mutations: string[] = [];
  const use = (seed: Seed | undefined): Uint8Array => {
    if (seed !== undefined) seeds.add(seed.name);
    return seed?.bytes ?? new Uint8Array();
  };
  const anySeed = (): Uint8Array => use(random.pickAny(corpus.seeds));
  const content = (slot: SlotName): Uint8Array => {
    const from = random.chance(0.05) ? random.pick(slotNames) : slot;
    const own = group.files[from];
    let bytes = own === undefined || random.chance(0.05) ? anySeed() : use(own);
    if (random.chance(0.5))
      for (let n = random.size(MAX_MUTATIONS); n > 0; n--) {
        const name = random.pickAny(names) ?? "";
        mutations.push(`${slot}: ${name}`);
        bytes = (mutators.get(name)?.(bytes, random, anySeed) ?? bytes).subarray(0, MAX_BYTES);
      }
    return bytes;
  };

  const files: Record<string, Uint8Array> = {};
  const env: Record<string, string> = { NO_COLOR: "1" };
  let stdin: Uint8Array | undefined;
  const place = (slot: SlotName): string => {
    const bytes = content(slot);
    if (stdin === undefined && random.chance(0.03)) {
      stdin = bytes;
      return "-";
    }
    if (random.chance(0.05)) {
      const name = slot.toUpperCase();
      env[name] = Buffer.from(bytes).toString(random.pick(["utf8", "latin1", "base64"]));
      return `env:${name}`;
    }
    const name = random.pick(fileNames[slot]);
    files[name] = bytes;
    return name;
  };

  const has = (slot: SlotName, otherwise: number): boolean => slot in group.files || random.chance(otherwise);
  const argv = random.chance(0.6) ? drawCheck() : drawVerb(random.pickAny(verbs) ?? "inspect");

  function drawCheck(): string[] {
    return [
      place("certificate"),
      ...(has("key", 0.3) ? [place("key")] : []),
      ...(has("chain", 0.3) ? ["--chain", place("chain")] : []),
      ...(has("roots", 0.05) ? ["--roots", place("roots")] : []),
      ...(has("crl", 0.05) ? ["--crl", place("crl")] : []),
      ...drawPassphrase(),
      ...drawOptions(group, random),
    ];
  }

  /** The verbs that take files in any order, or a request. */
  function drawVerb(verb: (typeof verbs)[number]): string[] {
    const any = slotNames.filter((slot) => has(slot, 0.1)).map(place);
    const [first = place("certificate"), second = place("key")] = any;
    const debug = random.chance(0.5) ? ["--debug"] : [];
    const format = (of: readonly string[]): string[] => (random.chance(0.7) ? [`--format=${random.pickAny(of)}`] : []);
    env["NEW"] = random.chance(0.8) ? "Other-2026!" : anyText(random);
    const common = [...drawPassphrase().map((word) => word.replace(/^--pass=/, "--passin=pass:")), ...debug];
    switch (verb) {
      case "csr":
        return ["csr", first, ...(random.chance(0.5) ? [second] : []), ...common, ...format(formats), ...drawRenewal()];
      case "inspect":
        return ["inspect", ...any, ...common, ...format(["human", "json"]), ...(random.chance(0.4) ? ["--asn1"] : [])];
      case "convert":
        return [
          "convert",
          ...any,
          ...common,
          `--to=${random.pick(["pem", "der", "crt", "pfx", "upload"])}`,
          "--out=new",
          ...(random.chance(0.3) ? ["--passout=env:NEW"] : []),
          ...(random.chance(0.2) ? ["--no-passphrase"] : []),
          ...(random.chance(0.2) ? ["--legacy"] : []),
          ...(random.chance(0.2) ? ["--dry-run"] : []),
        ];
      case "new":
        return [
          "new",
          "sensor.contoso.com",
          `--from=${first}`,
          ...common.filter((word) => word !== "--debug"),
          "--organization=a",
          "--country=US",
          "--organizational-unit=b",
          "--no-validation",
          ...(random.chance(0.3) ? ["--self-signed"] : []),
          ...(random.chance(0.3) ? ["--template=openssl,certreq,step"] : []),
        ];
    }
  }

  function drawRenewal(): string[] {
    return random.chance(0.5) ? ["--cert", place("certificate")] : [];
  }

  function drawPassphrase(): string[] {
    if (!random.chance(group.passphrase === undefined ? 0.15 : 0.9)) return [];
    const phrase = random.chance(0.7)
      ? (group.passphrase ?? "")
      : random.pick([random.pickAny(corpus.passphrases) ?? "", anyText(random), "x".repeat(random.size(5000))]);
    const source = random.pick(["env", "file", "fd", "stdin", "prompt", "pass", "--pass"]);
    if (source === "env") env["PASSPHRASE"] = phrase;
    if (source === "file")
      files["passphrase.txt"] = Buffer.from(`${phrase}${random.pick(["", "\n", "\r\n", "\nmore\n"])}`);
    if (source === "fd" || source === "stdin") stdin ??= Buffer.from(`${phrase}\n`);
    const operand = {
      env: "env:PASSPHRASE",
      file: "file:passphrase.txt",
      fd: "fd:3",
      stdin: "stdin",
      prompt: "prompt",
      pass: `pass:${phrase}`,
      "--pass": "",
    };
    return source === "--pass" ? [`--pass=${phrase}`] : ["--passin", operand[source]];
  }

  return {
    argv,
    files,
    env,
    stdin: stdin ?? new Uint8Array(),
    columns: random.pick([1, 40, 80, 100, 1000]),
    ...(random.chance(0.3) && { answer: random.chance(0.5) ? (group.passphrase ?? "") : anyText(random) }),
    mode: random.pick([0o600, 0o644, 0o777]),
    seeds: [...seeds],
    mutations,
  };
}

const anyText = (random: Random): string => random.pickAny(nastyTexts)?.[1] ?? "";

const patterns = ["*", "chain/*", "file/*", "*/*", "nothing/here", "*a*b*c*d*e*f*"] as const;

/** Options, each with how often it is there, and what it may be. */
const options: readonly (readonly [chance: number, draw: (random: Random, group: Group) => string])[] = [
  [0.15, () => "--no-validation"],
  [0.15, () => "--allow-self-signed"],
  [0.2, (random) => `--edition=${random.pickAny(editions)}`],
  [
    0.2,
    (random) =>
      `--at=${random.pick(["2026-11-21", "2049-12-31T23:59:59Z", "0000-01-01", "9999-12-31", "2026-02-30", "1950-01-01T00:00:00+14:00", anyText(random)])}`,
  ],
  [0.1, (random) => `--warn-days=${random.pick(["0", "999999", "x"])}`],
  [
    0.2,
    (random, { host }) =>
      `--host=${random.pick([host ?? "sensor.contoso.com", "sensor", "*.contoso.com", anyText(random)])}`,
  ],
  [0.1, (random) => `--ip=${random.pick(["192.0.2.17", "2001:db8::1", "::ffff:1.2.3.4", anyText(random)])}`],
  [0.05, (random) => `--only=${random.pick([...patterns, random.pickAny(rules)?.id ?? ""])}`],
  [0.05, (random) => `--ignore=${random.pick([...patterns, random.pickAny(rules)?.id ?? ""])}`],
  [0.05, (random) => `--severity=${random.pick(patterns)}=${random.pick(["error", "warning", "info", "none"])}`],
  [0.1, (random) => `--fail-on=${random.pick(["error", "warning", "never"])}`],
  [0.4, () => "--verbose"],
  [0.05, () => "--quiet"],
  [0.5, () => "--debug"],
  [0.01, (random) => random.pick([`--${anyText(random)}`, anyText(random), "--help", "--version", "--passphrase-set"])],
];

function drawOptions(group: Group, random: Random): string[] {
  const { time } = group;
  return [
    // The test suites write fractions of seconds, which cannot be given here.
    ...(time !== undefined && random.chance(0.8) ? [`--at=${time.replace(/(?<=:\d\d)\.\d+/, "")}`] : []),
    ...options.flatMap(([chance, draw]) => (random.chance(chance) ? [draw(random, group)] : [])),
    ...formats.flatMap((format) => (random.chance(0.2) ? [`--format=${format}=${format}.out`] : [])),
    ...(random.chance(0.8) ? [`--format=${random.pickAny(formats)}`] : []),
  ];
}
