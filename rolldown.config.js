/** Bundles the command line into dist/: one file that starts fast, and chunks for what is needed seldom. */
import Module, { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Script } from "node:vm";
import { defineConfig } from "rolldown";

/**
 * Commander loads node:child_process for verbs that are programs of their own. certcheck has none and starts no
 * process: without the module it starts faster, and cannot.
 */
const withoutChildProcess = {
  name: "without-child-process",
  resolveId: (id) => (id === "node:child_process" ? "\0no-child-process" : undefined),
  load: (id) => (id === "\0no-child-process" ? "export default {}" : undefined),
};

/** V8 takes twice the memory for a source that is not Latin-1, and bin/ reads it as such. */
const toAscii = (text) =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * Makes the entry the function that bin/ runs. Then runs a check with it, and keeps what V8 compiled on the way beside
 * it, behind the Node that it is for: any other compiles for itself.
 */
const codeCache = {
  name: "code-cache",
  async writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle)) {
      const path = resolve(dir, name);
      writeFileSync(path, toAscii(readFileSync(path, "utf8")));
    }
    const file = resolve(dir, "certcheck.cjs");
    // What the bundler itself needs, a kilobyte, lies in a file of its own: the entry has a copy, so as to stay one file.
    const runtime = `(()=>{const exports={};${readFileSync(resolve(dir, "rolldown-runtime.cjs"), "latin1")};return exports})()`;
    const entry = readFileSync(file, "latin1").replace('require("./rolldown-runtime.cjs")', () => runtime);
    const source = Module.wrap(entry);
    writeFileSync(file, source);
    const script = new Script(source, { filename: file });
    const module = { exports: {}, loaded: true };
    const require = createRequire(file);
    require.cache[file] = module;
    script.runInThisContext()(module.exports, require, module, file, dirname(file));
    const { main, realSystem } = module.exports;
    const files = ["fixtures/ready/sensor.crt", "fixtures/ready/sensor.key", "--chain", "fixtures/ready/ca.pem"];
    await main(files, { ...realSystem(), print: () => {}, complain: () => {} });
    const maker = `${process.version} ${process.platform} ${process.arch}`.padEnd(64);
    writeFileSync(resolve(dir, "certcheck.cache"), Buffer.concat([Buffer.from(maker), script.createCachedData()]));
  },
};

export default defineConfig({
  input: { certcheck: "src/cli.ts" },
  platform: "node",
  // What a chunk shares with the entry stays in the entry, which is there already.
  preserveEntrySignatures: "allow-extension",
  plugins: [withoutChildProcess, codeCache],
  resolve: { mainFields: ["module", "main"] },
  output: {
    dir: "dist",
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    cleanDir: true,
    // One file at the start: what the entry shares with chunks stays in it, however many share it.
    codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }] },
    minify: true,
  },
});
