"use strict";
// Loaded into the processes that the benchmark measures: tells their peak of resident memory, in KiB.
process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\n`));
