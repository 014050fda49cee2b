"use strict";
// The second step of action.yml: inputs out of the environment, one run of certcheck, then outputs and summary of the job.
const { spawnSync } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join } = require("node:path");

/** Largest summary that GitHub takes from a step, in bytes. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

const input = (name) => process.env[`INPUT_${name}`] ?? "";

/** An input with a file or word in each line. */
const linesOf = (name) =>
  input(name)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");

/** Whether an input says true. */
const isOn = (name) => input(name) === "true";

/** An option with its value in one word, which nothing takes for another option. */
const option = (name, value) => (value === "" ? [] : [`--${name}=${value}`]);

const repeated = (name) => linesOf(name.toUpperCase()).flatMap((value) => option(name, value));

const reportNames = ["sarif", "junit", "html"];

/** What is wrong with the inputs. certcheck finds the rest. */
function complaint() {
  const unclear = ["ONLINE", "HANDSHAKE", "ANNOTATIONS", "SUMMARY"].find(
    (name) => !["true", "false", ""].includes(input(name)),
  );
  if (unclear !== undefined) return `the input ${unclear.toLowerCase()} is neither true nor false`;
  return input("KEY") !== "" && process.env.CERTCHECK_KEY ? "both key and key-content are given" : undefined;
}

/** The command line. Secrets are named on it, not said. */
function argumentsFor(json, summary) {
  return [
    ...option("crt", input("CERTIFICATE")),
    ...option("key", process.env.CERTCHECK_KEY ? "env:CERTCHECK_KEY" : input("KEY")),
    ...option("passin", process.env.CERTCHECK_PASSPHRASE ? "env:CERTCHECK_PASSPHRASE" : ""),
    ...["chain", "roots", "crl", "host", "ip"].flatMap(repeated),
    ...(isOn("ONLINE") ? ["--online"] : []),
    ...(isOn("HANDSHAKE") ? ["--handshake"] : []),
    ...option("config", input("CONFIG")),
    ...option("fail-on", input("FAIL_ON")),
    ...linesOf("ARGS"),
    `--format=${isOn("ANNOTATIONS") ? "github" : "human"}`,
    `--format=json=${json}`,
    ...(isOn("SUMMARY") ? [`--format=markdown=${summary}`] : []),
    ...reportNames.flatMap((name) => {
      const file = input(name.toUpperCase());
      return file === "" ? [] : [`--format=${name}=${file}`];
    }),
  ];
}

/** Makes the folder of a report. If it cannot, certcheck says so. */
function makeFolder(file) {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch {}
}

/** Sets an output. No value can have the line that ends it, and so set others. */
function setOutput(name, value) {
  const end = randomUUID();
  appendFileSync(process.env.GITHUB_OUTPUT, `${name}<<${end}\n${value}\n${end}\n`);
}

/** What there is under a name: certcheck puts another file in its place. */
function fileNumber(name) {
  try {
    const status = statSync(name, { bigint: true });
    return status.isFile() ? status.ino : undefined;
  } catch {
    return undefined;
  }
}

/** What the reports say, as outputs and summary. `before`: the files that had their names. */
function publish(exitCode, json, summary, before) {
  const report = existsSync(json) ? JSON.parse(readFileSync(json, "utf8")) : undefined;
  const messages = report?.bundles.flatMap((bundle) => bundle.messages) ?? [];
  setOutput("verdict", report?.verdict ?? "");
  setOutput("exit-code", exitCode);
  setOutput("messages", JSON.stringify(messages));
  for (const name of reportNames) {
    const file = input(name.toUpperCase());
    // What an earlier run has left there is no report of this one.
    const now = fileNumber(file);
    setOutput(name, now !== undefined && now !== before[name] ? file : "");
  }
  if (report === undefined) console.log("::error title=certcheck::Nothing could be checked; the log says why.");
  if (!isOn("SUMMARY") || !process.env.GITHUB_STEP_SUMMARY) return;
  const text = existsSync(summary) ? readFileSync(summary) : "certcheck: nothing could be checked; the log says why.\n";
  const isShort = Buffer.byteLength(text) < MAX_SUMMARY_BYTES;
  appendFileSync(
    process.env.GITHUB_STEP_SUMMARY,
    isShort ? text : "certcheck: the report is too long for a summary.\n",
  );
}

/** Runs certcheck, if the inputs allow it, and says the exit code. */
function run(json, summary) {
  const wrong = complaint();
  if (wrong !== undefined) {
    console.error(`certcheck: ${wrong}`);
    return 2;
  }
  for (const name of reportNames) makeFolder(input(name.toUpperCase()));
  const program = input("CERTCHECK") || join(__dirname, "certcheck.js");
  const args = [program, ...argumentsFor(json, summary)];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return status ?? 3;
}

const folder = mkdtempSync(join(process.env.RUNNER_TEMP || tmpdir(), "certcheck-"));
const before = Object.fromEntries(reportNames.map((name) => [name, fileNumber(input(name.toUpperCase()))]));
const [json, summary] = ["report.json", "summary.md"].map((name) => join(folder, name));
try {
  process.exitCode = run(json, summary);
  publish(process.exitCode, json, summary, before);
} finally {
  rmSync(folder, { recursive: true });
}
