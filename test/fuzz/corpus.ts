/** What is mutated: the files of all fixtures and, if they lie beside the project, those of public test suites. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A file. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The places of a command line that take files. */
export const slotNames = ["certificate", "key", "chain", "roots", "crl"] as const;
export type SlotName = (typeof slotNames)[number];

/** Files that belong together, and what opens, dates and names them. */
export interface Group {
  readonly files: Readonly<Partial<Record<SlotName, Seed>>>;
  readonly passphrase?: string;
  readonly time?: string;
  readonly host?: string;
}

/** All there is. */
export interface Corpus {
  readonly seeds: readonly Seed[];
  readonly groups: readonly Group[];
  readonly passphrases: readonly string[];
}

/** What the encrypted keys in fixtures open with. */
const fixturePassphrases = ["Sensor-2026!", "Sensor & 2026"] as const;

/** The place of a file by its name; the first that matches counts. */
const slotOf: readonly (readonly [RegExp, SlotName])[] = [
  [/^ca\./, "chain"],
  [/^root\./, "roots"],
  [/\.crl$/, "crl"],
  [/\.key$|^sensor\.pem$/, "key"],
  [/\.(?:crt|cer)$/, "certificate"],
];

/** The files of the scenarios, and the keys. */
export function fixtures(): Corpus {
  const folders = readdirSync("fixtures", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const perFolder = folders.map(({ name: folder }) =>
    readdirSync(join("fixtures", folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.md$|^transcript\.txt$|^report\./.test(entry.name))
      .map(({ name }) => seedOf(join("fixtures", folder, name))),
  );
  const groups = perFolder.map((files): Group => {
    const passphrase = files.find(({ name }) => name.endsWith("passphrase.txt"));
    return {
      files: Object.fromEntries(
        files.flatMap((seed) => {
          const [, slot] = slotOf.find(([pattern]) => pattern.test(basename(seed.name))) ?? [];
          return slot === undefined ? [] : [[slot, seed] as const];
        }),
      ),
      ...(passphrase && { passphrase: Buffer.from(passphrase.bytes).toString("utf8").trimEnd() }),
    };
  });
  return { seeds: perFolder.flat(), groups, passphrases: fixturePassphrases };
}

const seedOf = (path: string): Seed => ({ name: path.replaceAll("\\", "/"), bytes: readFileSync(path) });

const conformanceFolder = join("..", "shared", "conformance");

/** What of a case of the test suites matters here. */
interface ManifestLine {
  readonly files: Readonly<Record<string, string | readonly string[]>>;
  readonly args: { readonly time?: string; readonly hostname?: string; readonly passphrase?: string };
}

/** The roles of their files, by the place that suits them. */
const slotOfRole: Readonly<Record<string, SlotName>> = {
  leaf: "certificate",
  pkcs12: "certificate",
  pkcs7: "chain",
  chain: "chain",
  crl: "crl",
  crls: "crl",
  roots: "roots",
  key: "key",
};

/** The files of public test suites; none, if they are not there. */
function conformance(): Corpus {
  const manifest = join(conformanceFolder, "manifest.jsonl");
  if (!existsSync(manifest)) return { seeds: [], groups: [], passphrases: [] };
  const lines = readFileSync(manifest, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ManifestLine);
  const seeds = new Map<string, Seed>();
  const load = (file: string): Seed => {
    const seed = seeds.get(file) ?? seedOf(join(conformanceFolder, file));
    seeds.set(file, seed);
    return seed;
  };
  const groups = lines.map(({ files, args: { time, hostname, passphrase } }): Group => {
    const all = Object.entries(files).flatMap(([role, paths]) =>
      [paths].flat().map((path) => [role, load(path)] as const),
    );
    return {
      files: Object.fromEntries(
        all.flatMap(([role, seed]) => {
          const slot = slotOfRole[role];
          return slot === undefined ? [] : [[slot, seed] as const];
        }),
      ),
      ...(time !== undefined && { time }),
      ...(hostname !== undefined && { host: hostname }),
      ...(passphrase !== undefined && { passphrase }),
    };
  });
  const passphrases = [...new Set(groups.flatMap(({ passphrase }) => passphrase ?? []))];
  return { seeds: [...seeds.values()], groups, passphrases };
}

/** Everything. */
export function wholeCorpus(): Corpus {
  const parts = [fixtures(), conformance()];
  return {
    seeds: parts.flatMap(({ seeds }) => seeds),
    groups: parts.flatMap(({ groups }) => groups),
    passphrases: parts.flatMap(({ passphrases }) => passphrases),
  };
}
