#!/usr/bin/env node
"use strict";
// CommonJS, as package.json beside this file says: an ES module would take twice as long to start.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const filename = join(__dirname, "../dist/certcheck.cjs");
// What V8 has compiled at the build. A long run, in another thread, is better without.
const cachedData = require.main === module ? codeCache() : undefined;
const script = new Script(source(), { filename, cachedData });
const bundle = { exports: {}, loaded: true };
const requireBeside = createRequire(filename);
// The chunks that are loaded when they are needed share code with this one: it must not be loaded again.
requireBeside.cache[filename] = bundle;
script.runInThisContext()(bundle.exports, requireBeside, bundle, filename, dirname(filename));

const { main, realSystem } = bundle.exports;
if (require.main === module) {
  main(process.argv.slice(2), realSystem(join(__dirname, "thread.js"))).then((exitCode) => {
    // All output is written by now, whatever is still open: a connection that is kept, a garbage collection that is due.
    process.exit(exitCode);
  });
}
module.exports = bundle.exports;

/** The bundle, which `npm ci --ignore-scripts` leaves unbuilt. */
function source() {
  try {
    return readFileSync(filename, "latin1");
  } catch (error) {
    console.error(`certcheck: ${filename}: ${error.code === "ENOENT" ? "no such file" : error.code}`);
    console.error("certcheck: hint: in a clone, npm run build makes it; elsewhere, install certcheck anew");
    process.exit(3);
  }
}

/**
 * V8 takes the cache of any Node with its own version, and crashes if that Node had other patches: so it is named in front.
 * Without the file, or a whole one, certcheck starts later, and that is all.
 */
function codeCache() {
  try {
    const cache = readFileSync(join(__dirname, "../dist/certcheck.cache"));
    const maker = `${process.version} ${process.platform} ${process.arch}`.padEnd(64);
    return cache.latin1Slice(0, maker.length) === maker ? cache.subarray(maker.length) : undefined;
  } catch {
    return undefined;
  }
}
