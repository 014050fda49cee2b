/** Bundles the command line into dist/: one file that starts fast, and chunks for what is needed seldom. */
import Module, { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Script } from "node:vm";
import { defineConfig, type Plugin } from "rolldown";
import { isolatedDeclarationSync } from "rolldown/experimental";
import manifest from "./package.json" with { type: "json" };
import { componentsOf } from "./packaging/components.ts";
import { licensesText } from "./packaging/licenses.ts";
import { sbomText } from "./packaging/sbom.ts";

/** Where the bundle is written. */
const dist = "dist";

/**
 * Commander loads node:child_process for verbs that are programs of their own. certcheck has none and starts no
 * process: without the module it starts faster, and cannot.
 */
const withoutChildProcess: Plugin = {
  name: "without-child-process",
  resolveId: (id) => (id === "node:child_process" ? "\0no-child-process" : undefined),
  load: (id) => (id === "\0no-child-process" ? "export default {}" : undefined),
};

/** V8 takes twice the memory for a source that is not Latin-1, and bin/ reads it as such. */
const toAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * Makes the entry the function that bin/ runs. Then runs a check with it, and keeps what V8 compiled on the way beside
 * it, behind the Node that it is for: any other compiles for itself.
 */
const codeCache: Plugin = {
  name: "code-cache",
  async writeBundle(_options, bundle) {
    for (const name of Object.keys(bundle)) {
      const path = resolve(dist, name);
      writeFileSync(path, toAscii(readFileSync(path, "utf8")));
    }
    const file = resolve(dist, "certcheck.cjs");
    // What the bundler itself needs, a kilobyte, lies in a file of its own: the entry has a copy, so as to stay one file.
    const runtime = `(()=>{const exports={};${readFileSync(resolve(dist, "rolldown-runtime.cjs"), "latin1")};return exports})()`;
    const entry = readFileSync(file, "latin1").replace('require("./rolldown-runtime.cjs")', () => runtime);
    const source = Module.wrap(entry);
    writeFileSync(file, source);
    const script = new Script(source, { filename: file });
    const module = { exports: {}, loaded: true } as NodeJS.Module;
    const require = createRequire(file);
    require.cache[file] = module;
    script.runInThisContext()(module.exports, require, module, file, dirname(file));
    const { main, realSystem } = module.exports as typeof import("./src/cli.ts");
    const files = ["fixtures/ready/sensor.crt", "fixtures/ready/sensor.key", "--chain", "fixtures/ready/ca.pem"];
    await main(files, { ...realSystem(), print: () => {}, complain: () => {} });
    const maker = `${process.version} ${process.platform} ${process.arch}`.padEnd(64);
    writeFileSync(resolve(dist, "certcheck.cache"), Buffer.concat([Buffer.from(maker), script.createCachedData()]));
  },
};

/** The modules of what was built so far, by what the bundler calls them. */
const built = new Set<string>();

/** Writes down whose code is in what was built: the licences, and a bill of materials. */
const inventory: Plugin = {
  name: "inventory",
  writeBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === "chunk") for (const module of Object.keys(chunk.modules)) built.add(module);
    const components = componentsOf(built);
    const epoch = process.env["SOURCE_DATE_EPOCH"];
    writeFileSync(join(dist, "licenses.txt"), licensesText(components));
    writeFileSync(join(dist, "sbom.cdx.json"), sbomText(manifest, components, { epoch }));
  },
};

/** The types that `import { check } from "certcheck"` brings with it: of the library, and of what it hands out. */
const declarations: Plugin = {
  name: "declarations",
  writeBundle({ dir = dist }) {
    for (const name of ["library", "errors", "reporters/report-json"]) {
      const { code, errors } = isolatedDeclarationSync(`${name}.ts`, readFileSync(`src/${name}.ts`, "utf8"));
      if (errors[0] !== undefined) throw new Error(`src/${name}.ts: ${errors[0].message}`);
      const file = resolve(dir, `${name}.d.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code.replace(/(from ".*)\.ts"/g, '$1.js"'));
    }
  },
};

/** The command line. */
const program = defineConfig({
  input: { certcheck: "src/cli.ts" },
  platform: "node",
  // What a chunk shares with the entry stays in the entry, which is there already.
  preserveEntrySignatures: "allow-extension",
  plugins: [withoutChildProcess, codeCache, inventory],
  resolve: { mainFields: ["module", "main"] },
  output: {
    dir: dist,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    cleanDir: true,
    // One file at the start: what the entry shares with chunks stays in it, however many share it.
    codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }] },
    minify: true,
  },
});

/** The library: modules that other bundlers understand, and people can read. */
const library = defineConfig({
  input: { library: "src/library.ts" },
  platform: "node",
  plugins: [declarations, inventory],
  output: { dir: `${dist}/library`, format: "esm", chunkFileNames: "[name].js", cleanDir: true, comments: false },
});

export default [program, library];
