/** What certcheck has to do wherever it was put, far from its sources: tried on the package and on the executable. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A command line, and what has to come of it. */
interface Trial {
  readonly words: readonly string[];
  readonly exitCode: number;
  readonly says: RegExp;
  /** A file that is made, and what it holds. */
  readonly makes?: readonly [name: string, holds: RegExp];
  readonly env?: Readonly<Record<string, string>>;
}

/** The day of all runs that judge. */
const at = ["--at", "2026-11-21"];
const files = ["sensor.crt", "sensor.key", "--chain", "ca.pem"];

/** Nothing listens there. */
const closed = { http_proxy: "http://127.0.0.1:1", no_proxy: "", NO_PROXY: "" };

const trials: readonly Trial[] = [
  { words: ["--version"], exitCode: 0, says: /^\d+\.\d+\.\d+\n$/ },
  { words: ["--help"], exitCode: 0, says: /fleet.*connect/s },
  { words: [...files, ...at], exitCode: 0, says: /READY/ },
  { words: [...files, ...at, "--handshake", "--config", "config.yaml"], exitCode: 0, says: /READY/ },
  { words: ["expired.crt", ...at], exitCode: 1, says: /This SSL certificate has expired/ },
  { words: ["missing.crt"], exitCode: 2, says: /^certcheck: missing\.crt: no such file\n$/ },
  {
    words: [...files, ...at, "--format", "html=report.html"],
    exitCode: 0,
    says: /^$/,
    makes: ["report.html", /^<!doctype html>/i],
  },
  { words: [...files, ...at, "--format", "junit"], exitCode: 0, says: /<testsuites/ },
  { words: [...files, ...at, "--format", "sarif"], exitCode: 0, says: /"version": "2\.1\.0"/ },
  { words: [...files, ...at, "--online", "--no-cache"], exitCode: 1, says: /ECONNREFUSED/, env: closed },
  { words: ["connect", "localhost:1", "--ip", "127.0.0.1", ...at], exitCode: 1, says: /ERR_CONNECTION_REFUSED/ },
  { words: ["inspect", "sensor.crt"], exitCode: 0, says: /CN=sensor\.contoso\.com/ },
  {
    words: ["convert", "sensor.crt", "--to", "der", "--out", "made"],
    exitCode: 0,
    says: /Written/,
    makes: ["made/sensor.der", /^0\u0082/],
  },
  {
    words: ["convert", ...files.slice(0, 2), "--to", "pfx", "--passout", "env:WORD", "--out", "made"],
    exitCode: 0,
    says: /Written/,
    makes: ["made/sensor.pfx", /^0\u0082/],
    env: { WORD: "Sensor-2026!" },
  },
  {
    words: ["inspect", "made/sensor.pfx", "--passin", "env:WORD"],
    exitCode: 0,
    says: /Subject .*CN=sensor/s,
    env: { WORD: "Sensor-2026!" },
  },
  {
    words: [
      "new",
      "new.contoso.com",
      "--country",
      "US",
      "--organization",
      "Contoso",
      "--organizational-unit",
      "Labs",
    ].concat(["--self-signed", "--out", "made"]),
    exitCode: 0,
    says: /self-signed/,
    makes: ["made/new.contoso.com.crt", /^-----BEGIN CERTIFICATE-----/],
  },
  { words: ["csr", "sensor.crt"], exitCode: 1, says: /request/ },
  { words: ["rules", "chain/trusted"], exitCode: 0, says: /chain\/trusted/ },
  {
    words: ["fleet", "fleet.json", "--threads", "2", "--quiet", ...at],
    // Two appliances have one certificate. Node says on standard error what threads it starts.
    exitCode: 1,
    says: /Ready +s1000 .*create new worker/s,
    env: { NODE_DEBUG: "worker" },
  },
];

/** Appliances from which on a fleet has a second thread. */
const ENOUGH_FOR_TWO = 1001;

/** Tries a program in an empty folder, and says what went wrong; `path` is where it finds programs. */
export function faultsOf(program: readonly string[], folder: string, path: string): string[] {
  mkdirSync(folder, { recursive: true });
  for (const name of ["sensor.crt", "sensor.key", "ca.pem"]) cpSync(join("fixtures/ready", name), join(folder, name));
  cpSync("fixtures/expired/sensor.crt", join(folder, "expired.crt"));
  writeFileSync(join(folder, "config.yaml"), "warnDays: 60\r\n");
  const [certificate, key, , chain] = files;
  const appliances = Array.from({ length: ENOUGH_FOR_TWO }, (_, n) => ({ name: `s${n}`, certificate, key, chain }));
  writeFileSync(join(folder, "fleet.json"), JSON.stringify({ appliances }));
  return trials.flatMap((trial) => faultOf(trial, program, folder, path));
}

/** How many command lines are tried. */
export const count = trials.length;

function faultOf(
  { words, exitCode, says, makes, env }: Trial,
  [program = "", ...before]: readonly string[],
  folder: string,
  path: string,
): string[] {
  // Windows opens no socket without it.
  const { SystemRoot = "" } = process.env;
  const { status, stdout, stderr } = spawnSync(program, [...before, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { SystemRoot, PATH: path, HOME: folder, XDG_CACHE_HOME: folder, CI: "true", ...env },
  });
  const output = `${stdout}${stderr}`;
  const said = status === exitCode && says.test(output);
  const [name = "", holds] = makes ?? [];
  const made = holds === undefined || (existsSync(join(folder, name)) && holds.test(readStart(join(folder, name))));
  return said && made
    ? []
    : [`certcheck ${words.join(" ")}: exit ${status}${made ? "" : `, no good ${name}`}\n${output.slice(0, 2000)}`];
}

const readStart = (file: string): string => readFileSync(file, "latin1").slice(0, 100);
