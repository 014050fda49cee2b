"use strict";
// Another thread of certcheck, for fleets: answers messages, one after the other.
const { parentPort } = require("node:worker_threads");
const { realSystem, threadOf } = require("./certcheck.js");

const answer = threadOf(realSystem());
let last = Promise.resolve();
parentPort.on("message", (message) => {
  last = last.then(async () => parentPort.postMessage(await (await answer)(message)));
});
