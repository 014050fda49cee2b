/** Rows of the benchmark on fleets: certcheck and OpenSSL on the same certificates, and what memory that takes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Conflict, type FleetSpec, writeFleet } from "./fleet.ts";
import { atLeast, atMost, interleave, median, milliseconds, peak, type Process, ratio, time } from "./measure.ts";

const APPLIANCES = 10_000;
const MANY = 100_000;
/** With an encrypted key each; deriving their keys takes most of the time. */
const ENCRYPTED = 1000;
const CONFLICTS = 10;
const RUNS = 7;

const PASSPHRASE = "Sensor-2026!";

/** The table's rows: what, median, ratio, bound. */
export function fleetRows(): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "certcheck-bench-"));
  const make = (name: string, spec: FleetSpec): { readonly at: string; readonly planted: readonly Conflict[] } => {
    const at = join(folder, name);
    return { at, planted: writeFleet(at, spec) };
  };
  try {
    const keyed = make("keys", { appliances: APPLIANCES, keys: true, conflicts: CONFLICTS });
    const bare = make("certificates", { appliances: APPLIANCES, keys: false, conflicts: CONFLICTS });
    requireFindings(keyed.at, keyed.planted, folder);
    const verify = opensslOn(bare.at, folder);
    const [ours, oursBare, theirs] = interleave([fleet(keyed.at), fleet(bare.at), verify], time, RUNS, 1);
    const [peaks] = interleave([fleet(keyed.at)], peak, 3, 0);
    rmSync(keyed.at, { recursive: true });

    const locked = make("encrypted", { appliances: ENCRYPTED, keys: { passphrase: PASSPHRASE }, conflicts: 0 });
    const [encrypted] = interleave([fleet(locked.at, "--passin", `file:${passphraseFile(folder)}`)], time, 3, 1);

    const large = make("many", { appliances: MANY, keys: true, conflicts: CONFLICTS });
    const [manyPeaks] = interleave([fleet(large.at)], peak, 1, 0);
    const [many] = interleave([fleet(large.at)], time, 1, 0);

    const limit = verificationsPerSecond();
    const rate = (MANY / median(many)) * 1000;
    const count = (number: number): string => Math.round(number).toLocaleString("en");
    return [
      [`\`openssl verify\` of ${count(APPLIANCES)} certificates in one process`, milliseconds(theirs), "1", ""],
      [
        `a fleet of ${count(APPLIANCES)} appliances with RSA keys`,
        milliseconds(ours),
        `${ratio(ours, theirs).toFixed(2)} × that`,
        atMost("0.60", ratio(ours, theirs)),
      ],
      [
        "the same without their keys",
        milliseconds(oursBare),
        `${ratio(oursBare, theirs).toFixed(2)} × that`,
        atMost("0.50", ratio(oursBare, theirs)),
      ],
      [
        `a fleet of ${count(MANY)} appliances with RSA keys: ${count(rate)}/s`,
        milliseconds(many),
        `${((rate / limit) * 100).toFixed(0)} % of the ${count(limit)} signatures that one core verifies in a second (\`openssl speed\`)`,
        atLeast("45 %", (rate / limit) * 100),
      ],
      [`a fleet of ${count(ENCRYPTED)} appliances with encrypted keys`, milliseconds(encrypted), "", ""],
      [
        `peak memory with ${count(APPLIANCES)} appliances`,
        `${median(peaks).toFixed(1)} MiB`,
        "",
        atMost("90.0 MiB", median(peaks)),
      ],
      [
        `peak memory with ${count(MANY)} appliances`,
        `${median(manyPeaks).toFixed(1)} MiB`,
        "",
        atMost("120.0 MiB", median(manyPeaks)),
      ],
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fleet = (folder: string, ...more: readonly string[]): Process => ({
  command: ["node", resolve("bin/certcheck.js"), "fleet", ".", "--at", "2026-11-21", ...more],
  folder,
  alsoGood: 1,
});

/** All certificates of a fleet on one command line, with the CAs of all in one file. */
function opensslOn(fleetFolder: string, folder: string): Process {
  const plants = readdirSync(fleetFolder);
  const certificates = plants.flatMap((plant) =>
    readdirSync(join(fleetFolder, plant)).flatMap((name) => (name.endsWith(".crt") ? [`${plant}/${name}`] : [])),
  );
  const chains = plants.map((plant) => readFileSync(join(fleetFolder, plant, "ca.pem"), "utf8"));
  const file = join(folder, "ca.pem");
  writeFileSync(file, chains.join(""));
  return { command: ["openssl", "verify", "-CAfile", file, ...certificates], folder: fleetFolder };
}

function passphraseFile(folder: string): string {
  const file = join(folder, "passphrase");
  writeFileSync(file, PASSPHRASE);
  return file;
}

interface Outcome {
  readonly bundles: readonly { readonly verdict: string; readonly results: readonly unknown[] }[];
  readonly fleet: {
    readonly results: readonly { readonly rule: string; readonly findings: readonly { readonly message: string }[] }[];
  };
}

/** All conflicts are found, and nothing else: a benchmark of something that is wrong is worth nothing. */
function requireFindings(at: string, planted: readonly Conflict[], folder: string): void {
  const file = join(folder, "report.json");
  time(fleet(at, "--format", `json=${file}`));
  const report = JSON.parse(readFileSync(file, "utf8")) as Outcome;
  const found = report.fleet.results.flatMap(({ rule, findings }) =>
    findings.map(({ message }) => `${rule} ${[...message.matchAll(/plant-\d\/appliance-\d{6}/g)].join(" ")}`),
  );
  const expected = planted.map(({ rule, appliances }) => `${rule} ${appliances.join(" ")}`);
  const isReady = report.bundles.every(({ verdict, results }) => verdict === "ready" && results.length === 0);
  if (!isReady || found.toSorted().join("\n") !== expected.toSorted().join("\n"))
    throw new Error(`${found.length} findings, ${expected.length} were planted`);
}

/** RSA signatures of 2048 bits that OpenSSL verifies on one core. */
function verificationsPerSecond(): number {
  const { stdout } = spawnSync("openssl", ["speed", "-seconds", "2", "rsa2048"], { encoding: "utf8" });
  return Number(/^rsa 2048 bits.* ([\d.]+)\s*$/m.exec(stdout)?.[1]);
}
