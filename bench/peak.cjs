"use strict";
// Loaded into the processes that the benchmark measures: tells their peak of resident memory, in KiB.
const { readFileSync } = require("node:fs");

process.on("exit", () => {
  // What getrusage says of a process counts the one that started it as well, up to the moment when it became another.
  const [, peak = process.resourceUsage().maxRSS] = /VmHWM:\s+(\d+)/.exec(readStatus()) ?? [];
  process.stderr.write(`peak ${peak}\n`);
});

function readStatus() {
  try {
    return readFileSync("/proc/self/status", "latin1");
  } catch {
    return "";
  }
}
