"use strict";
// The program in the single executable, and in its threads: what bin/ does, with the files of dist/ out of its own assets.
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const textOf = (name) => Buffer.from(getRawAsset(name)).latin1Slice();
const modules = new Map();

/** A chunk of dist/ or a module of Node. */
function load(name) {
  if (!name.startsWith("./")) return require(name);
  const file = name.slice(2);
  const known = modules.get(file);
  if (known) return known.exports;
  const source = `(function (exports, require, module) { ${textOf(file)}\n})`;
  return run(file, new Script(source, { filename: file }));
}

function run(file, script) {
  const bundle = { exports: {}, loaded: true };
  modules.set(file, bundle);
  script.runInThisContext()(bundle.exports, load, bundle);
  return bundle.exports;
}

// In a thread, `port` leads to the one that started it.
const isThread = typeof port !== "undefined";
const script = new Script(textOf("certcheck.cjs"), { filename: "certcheck.cjs" });
const { main, realSystem, threadOf } = run("certcheck.cjs", script);

if (isThread) {
  const answer = threadOf(realSystem());
  let last = Promise.resolve();
  port.on("message", (message) => {
    last = last.then(async () => port.postMessage(await (await answer)(message)));
  });
} else {
  const thread = `import { createRequire } from "node:module";
import { getAsset } from "node:sea";
import { parentPort } from "node:worker_threads";
new Function("require", "port", getAsset("entry.cjs", "utf8"))(createRequire(process.execPath), parentPort);`;
  const threadFile = new URL(`data:text/javascript,${encodeURIComponent(thread)}`);
  main(process.argv.slice(2), realSystem(threadFile)).then((exitCode) => process.exit(exitCode));
}
