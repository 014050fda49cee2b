#!/usr/bin/env node
"use strict";
// certcheck for programs that hand over many certificates at once, such as pre-commit: one check for each, one after the
// other. `certcheck-each [options of certcheck] -- [certificates]`; the exit code is the highest of all.
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const words = process.argv.slice(2);
const end = words.indexOf("--");
if (end < 0) {
  // A file called --format=… must not become an option: only what stands before the two dashes is one.
  console.error("certcheck-each: the options have to end with --, the certificates follow");
  process.exit(2);
}

const options = words.slice(0, end);
if (
  options.some(
    (word, index) => /^--format=.*=/s.test(word) || (options[index - 1] === "--format" && word.includes("=")),
  )
) {
  // The report of each check would replace that of the one before, or the certificate that is next.
  console.error("certcheck-each: --format cannot name a file, for there are many reports");
  process.exit(2);
}

/** certcheck reads standard input for -, and a variable for env:…; here both are files. */
const asFile = (name) => (/^(?:-$|env:)/.test(name) ? `./${name}` : name);

const files = words.slice(end + 1);
if (files.length === 0) {
  console.error("certcheck-each: nothing to check");
  process.exit(2);
}
let worst = 0;
for (const file of files) {
  const args = [join(__dirname, "certcheck.js"), ...options, `--crt=${asFile(file)}`];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  worst = Math.max(worst, status ?? 3);
}
process.exitCode = worst;
