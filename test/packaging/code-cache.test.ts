/** The bundle, and the code cache beside it, which the Node that made it uses and no other. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Says what V8 made of each cache that it was given. */
const spy = join(folder, "spy.cjs");
writeFileSync(
  spy,
  `const vm = require("node:vm");
const { Script } = vm;
vm.Script = class extends Script {
  constructor(source, options) {
    super(source, options);
    if (options.cachedData) console.log(this.cachedDataRejected ? "rejected" : "used");
  }
};`,
);
cpSync("bin", join(folder, "bin"), { recursive: true });
mkdirSync(join(folder, "dist"));
cpSync("dist/certcheck.cjs", join(folder, "dist/certcheck.cjs"));
const cache = readFileSync("dist/certcheck.cache");
const isOfThisNode = cache.toString("latin1").startsWith(`${process.version} ${process.platform} ${process.arch} `);

function run(changed: Buffer): string {
  writeFileSync(join(folder, "dist/certcheck.cache"), changed);
  return start();
}

function start(): string {
  const { stdout } = spawnSync(process.execPath, ["-r", spy, join(folder, "bin/certcheck.js"), "--version"], {
    encoding: "utf8",
  });
  return stdout;
}

test.skipIf(!isOfThisNode)("is used by the Node that made it", () => expect(run(cache)).toMatch(/^used\n\d/));

test("is not offered to V8 by another, whose V8 may have the same version and crash", () => {
  const other = Buffer.from(cache);
  other.write("v00.00.0 ", "latin1");
  expect(run(other)).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  ["is cut off", (): string => run(cache.subarray(0, 30))],
  ["is cut off behind the name of its Node", (): string => run(cache.subarray(0, 64))],
  [
    "is not there",
    (): string => {
      rmSync(join(folder, "dist/certcheck.cache"));
      return start();
    },
  ],
])("is done without if it %s", (_what, printed) => expect(printed()).toMatch(/^(?:rejected\n)?\d+\.\d+\.\d+\n$/));

test("what is not built says so", () => {
  rmSync(join(folder, "dist/certcheck.cjs"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "bin/certcheck.js")], {
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 3,
    stdout: "",
    stderr:
      `certcheck: ${join(folder, "dist/certcheck.cjs")}: no such file\n` +
      "certcheck: hint: in a clone, npm run build makes it; elsewhere, install certcheck anew\n",
  });
});
