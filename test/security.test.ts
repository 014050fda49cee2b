/** SECURITY.md: what it points to is there, the limits it states are those of the code, and the lock is what it says. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { MAX_FILE_BYTES } from "../src/bundle/decode.ts";
import { MAX_CRL_BYTES } from "../src/pki/crl-file.ts";
import { MAX_ROUNDS, MAX_SCRYPT_BYTES } from "../src/pki/encryption.ts";

const text = readFileSync("SECURITY.md", "utf8");
const [, table = ""] = /^## What could be tried\n([\s\S]*?)^## /m.exec(text) ?? [];
const rows = table
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split("|").slice(1, -1));

const linksIn = (cell = ""): (readonly [name: string, file: string])[] =>
  Array.from(cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g), ([, name = "", file = ""]) => [name, file]);

describe("what could be tried", () => {
  test.each(rows.map(([, what = "", by, tests]) => [what.trim(), by, tests] as const))(
    "%s: has what holds it, and what tries it",
    (_what, by, tests) => {
      const [holders, trials] = [linksIn(by), linksIn(tests)];
      expect([holders.length > 0, trials.length > 0]).toEqual([true, true]);
      for (const [name, file] of [...holders, ...trials])
        expect([file, existsSync(file), file.endsWith(name)]).toEqual([file, true, true]);
      expect(trials.map(([, file]) => basename(file)).filter((file) => !file.endsWith(".test.ts"))).toEqual([]);
    },
  );

  test("has rows", () => expect(rows.length).toBeGreaterThan(30));
});

/** A limit as it stands in the page, and where the code has it. */
const limits: readonly (readonly [said: string, file: string, line: string])[] = [
  ["200 blocks", "src/bundle/decode.ts", "const MAX_BLOCKS = 200;"],
  ["64 levels", "src/pki/der.ts", "const MAX_NESTING = 64;"],
  ["200,000 elements", "src/pki/der.ts", "const MAX_ELEMENTS = 200_000;"],
  ["above 16,384 bits", "src/pki/key.ts", "const MAX_CHECKED_BITS = 16_384;"],
  ["500 steps", "src/pki/path.ts", "const MAX_STEPS = 500;"],
  ["8 levels", "src/pki/pkcs12.ts", "const MAX_NESTING = 8;"],
  ["200 items", "src/pki/pkcs12.ts", "const MAX_ITEMS = 200;"],
  ["less than 4 kB", "src/gather/download.ts", "const MIN_BYTES = 4096;"],
  ["ten minutes in any case", "src/gather/download.ts", "const MAX_DURATION = 600_000;"],
  ["three redirects", "src/gather/download.ts", "const MAX_REDIRECTS = 3;"],
  ["20 for an appliance", "src/gather/crls.ts", "const MAX_URLS = 20;"],
  ["500 for a fleet", "src/commands/fleet-crls.ts", "const MAX_URLS = 500;"],
  ["256 kB, and a deadline", "src/system/tls-connection.ts", "const MAX_BYTES = 256 * 1024;"],
  ["1 MiB and more", "src/configuration/configure.ts", "const MAX_BYTES = 1024 * 1024;"],
];

describe("limits", () => {
  test.each(limits)("%s: %s", (said, file, line) => {
    expect([text.includes(said), readFileSync(file, "utf8").includes(line)]).toEqual([true, true]);
  });

  test("in bytes and rounds", () => {
    const mebibytes = (bytes: number): string => `${bytes / 2 ** 20} MiB`;
    expect(text).toContain(`${mebibytes(MAX_FILE_BYTES)} of a file`);
    expect(text).toContain(`${mebibytes(MAX_CRL_BYTES)} pass by`);
    expect(text).toContain(`${MAX_ROUNDS.toLocaleString("en")} rounds and ${mebibytes(MAX_SCRYPT_BYTES)} of scrypt`);
  });
});

describe("packages", () => {
  type Lock = {
    readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly hasInstallScript?: true }>>;
  };
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;

  test("each has a hash in the lock", () => {
    const [, ...locked] = Object.entries(packages);
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity = "" }]) => !integrity.startsWith("sha512-")).map(([name]) => name)).toEqual(
      [],
    );
  });

  test("none runs a script when it is installed", () => {
    const running = Object.entries(packages).filter(([, { hasInstallScript }], index) => index > 0 && hasInstallScript);
    expect(running.map(([name]) => name)).toEqual([]);
  });

  test("none is installed with certcheck", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Readonly<Record<string, unknown>>;
    const kinds = ["dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies"];
    expect(kinds.filter((kind) => manifest[kind] !== undefined)).toEqual([]);
    const scripts = manifest["scripts"] as Readonly<Record<string, string>>;
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
  });
});
