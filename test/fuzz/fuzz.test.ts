/** A little of the fuzzing at every run of the tests, always the same: `npm run fuzz` goes on with it. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formats } from "../../src/reporters/index.ts";
import { type Case, drawCase } from "./case.ts";
import { fixtures } from "./corpus.ts";
import { parseTree, places, writeTree } from "./der-tree.ts";
import { judge, secretFinder } from "./judge.ts";
import { mutators } from "./mutate.ts";
import { randomOf } from "./random.ts";

const corpus = fixtures();
const finder = secretFinder(corpus);
const [firstName = "", ...moreNames] = mutators.keys();

/** Where the run to try is put: as each of the files, with what belongs to them. */
const commandLines = [
  ["damaged", "sensor.key", "--chain", "ca.pem"],
  ["sensor.crt", "damaged", "--chain", "ca.pem", "--passin", "pass:Sensor-2026!"],
  ["sensor.crt", "sensor.key", "--chain", "damaged"],
  ["sensor.crt", "damaged", "--roots", "ca.pem", "--no-validation"],
] as const;

const seedNamed = (name: string): Uint8Array =>
  corpus.seeds.find((seed) => seed.name === name)?.bytes ?? new Uint8Array();
const usual = Object.fromEntries(
  ["sensor.crt", "sensor.key", "ca.pem"].map((name) => [name, seedNamed(`fixtures/ready/${name}`)]),
);

interface Damage {
  readonly seed: number;
  readonly mutations: readonly (readonly [name: string, draw: number])[];
  readonly argv: readonly string[];
  readonly format: string;
}

/** Damages a file, and puts it somewhere. */
function damaged({ seed, mutations, argv, format }: Damage): Case {
  const own = corpus.seeds[seed];
  const used = new Set(own === undefined ? [] : [own.name]);
  const bytes = mutations.reduce((content: Uint8Array, [name, draw]) => {
    const random = randomOf(draw);
    const other = (): Uint8Array => {
      const next = random.pickAny(corpus.seeds);
      if (next !== undefined) used.add(next.name);
      return next?.bytes ?? content;
    };
    return mutators.get(name)?.(content, random, other) ?? content;
  }, own?.bytes ?? new Uint8Array());
  return {
    argv: [...argv, "--verbose", `--format=${format}`],
    files: { ...usual, damaged: bytes },
    env: { NO_COLOR: "1" },
    stdin: new Uint8Array(),
    columns: 80,
    mode: 0o600,
    seeds: [...used, "fixtures/ready/sensor.key"],
    mutations: mutations.map(([name]) => name),
  };
}

/** Longest that a property is tried, in milliseconds: a slow machine tries less. It is looked at between two runs. */
const TIME_LIMIT = 1000;

/** Why something does not hold, with the example found; nothing if it does. */
async function failureOf<T>(
  arbitrary: fc.Arbitrary<T>,
  make: (drawn: T) => Case,
  numRuns: number,
): Promise<string | undefined> {
  const property = fc.asyncProperty(arbitrary, async (drawn) => {
    const run = make(drawn);
    const found = await judge(run, finder(run), false);
    if (found.length > 0) throw new Error(found.map(({ kind, detail }) => `${kind}: ${detail}`).join("\n"));
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, {
    seed: 20_261_121,
    numRuns,
    interruptAfterTimeLimit: TIME_LIMIT,
    endOnFailure: true,
  });
  return failed ? `${fc.stringify(counterexample)}: ${String(errorInstance)}` : undefined;
}

describe("no damage to a file makes certcheck fail, hang or give away a key", () => {
  const damage = fc.record({
    seed: fc.nat(corpus.seeds.length - 1),
    mutations: fc.array(fc.tuple(fc.constantFrom(firstName, ...moreNames), fc.nat()), { minLength: 1, maxLength: 4 }),
    argv: fc.constantFrom(...commandLines),
    format: fc.constantFrom(...formats),
  });

  test("one file of a good appliance", async () => {
    expect(await failureOf(damage, damaged, 300)).toBeUndefined();
  });

  test("everything at once", async () => {
    expect(await failureOf(fc.nat(), (draw) => drawCase(corpus, randomOf(draw)), 200)).toBeUndefined();
  });
});

describe("the fuzzer itself", () => {
  test.each([...mutators])("%s changes files, and draws the same from the same seed", (_name, mutate) => {
    const other = (): Uint8Array => seedNamed("fixtures/keys/leaf.key");
    const texts = [0, 1, 2, 3].map((draw) =>
      [0, 1].map(() =>
        Buffer.from(mutate(usual["ca.pem"] ?? new Uint8Array(), randomOf(draw), other)).toString("latin1"),
      ),
    );
    expect(texts.filter(([first, second]) => first !== second)).toEqual([]);
    expect(texts.some(([first]) => first !== Buffer.from(usual["ca.pem"] ?? "").toString("latin1"))).toBe(true);
  });

  test("trees are written as they were read", () => {
    const der = corpus.seeds.filter(({ bytes }) => bytes[0] === 0x30);
    const trees = der.flatMap(({ bytes }) => parseTree(bytes) ?? []);
    expect(trees.length).toBeGreaterThan(1);
    for (const [index, tree] of trees.entries()) {
      expect(places(tree).length).toBeGreaterThan(10);
      expect(
        der.some(({ bytes }) => Buffer.from(writeTree(tree)).equals(bytes)),
        `${index}`,
      ).toBe(true);
    }
  });
});
