/** `npm run bench`: whole processes side by side, in turn, with their medians; the table is kept in bench/README.md. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "../src/bundle/decode.ts";
import { largeCrl } from "./crl.ts";
import { fleetRows } from "./fleet-rows.ts";
import { atMost, interleave, median, milliseconds, peak, type Process, ratio, time } from "./measure.ts";

const needs: readonly (readonly [what: string, isThere: boolean])[] = [
  ["a build in dist/: npm run build", existsSync("dist/certcheck.cjs")],
  ["openssl", isProgram("openssl", "version")],
  ["a POSIX shell as sh", isProgram("sh", "-c", ":")],
];
const missing = needs.filter(([, isThere]) => !isThere).map(([what]) => what);
if (missing.length > 0) {
  process.stderr.write(`bench: this needs ${missing.join(", and ")}\n`);
  process.exit(1);
}
process.stderr.write(
  "bench: ten minutes, 1 GB in the folder for temporary files, and a machine that does nothing else\n",
);

/** Odd, so that the median is a figure that was measured. */
const RUNS = 41;

const folder = "fixtures/ready";
const check = ["node", "../../bin/certcheck.js", "sensor.crt", "sensor.key", "--chain", "ca.pem", "--at", "2026-11-21"];
const bare = ["node", "-e", "0"];
/** A flag that V8 counts among those the cache was made with: it rejects the cache. */
const cold = ["node", "--no-opt", ...check.slice(1)];

const handshake = [...check.slice(0, -2), "--handshake"];

/** What the documents prescribe to look into certificate and key and to compare them, and a chain check beside it. */
const openssl = `
openssl x509 -in sensor.crt -text -noout
openssl rsa -in sensor.key -check
openssl x509 -noout -modulus -in sensor.crt | openssl md5
openssl rsa -noout -modulus -in sensor.key | openssl md5
openssl verify -CAfile ca.pem sensor.crt
`;

const here = (command: readonly string[]): Process => ({ command, folder });

const [checks, bares, scripts, colds] = interleave([check, bare, ["sh", "-ec", openssl], cold].map(here), time, RUNS);
const [checkPeaks, barePeaks] = interleave([check, bare].map(here), peak, 9);
const growth = median(checkPeaks) - median(barePeaks);

const [handshakes, handshakeBares] = interleave([handshake, bare].map(here), time, RUNS);

/** Large CRLs, each against what OpenSSL makes of it. */
const { artifacts } = decode("ca.pem", readFileSync(join(folder, "ca.pem")));
const [issuing] = artifacts;
if (issuing?.kind !== "certificate") throw new Error("no CA in ca.pem");
const temporary = mkdtempSync(join(tmpdir(), "certcheck-bench-"));
const lists = [1_000_000, 100_000].map((entries) => {
  const crl = join(temporary, `${entries}.pem`);
  writeFileSync(crl, largeCrl(issuing.certificate, entries));
  // What openssl verify is given: it looks at no key.
  const ours = [...check.filter((word) => word !== "sensor.key"), "--crl", crl];
  const theirs = ["openssl", "verify", "-crl_check", "-CAfile", "ca.pem", "-CRLfile", crl, "sensor.crt"];
  const [our, their] = interleave([ours, theirs].map(here), time, entries > 500_000 ? 7 : 15);
  const [peaks] = interleave([here(ours)], peak, 3);
  return { entries, our, their, peak: median(peaks) };
});
rmSync(temporary, { recursive: true });

const rows = [
  ["", "median", "ratio", "bound"],
  ["---", "---:", "---:", "---:"],
  ["`node -e 0`", milliseconds(bares), "1", ""],
  [
    "cold check, RSA 2048, chain of two CAs",
    milliseconds(checks),
    `${ratio(checks, bares).toFixed(2)} × \`node -e 0\``,
    atMost("1.80", ratio(checks, bares)),
  ],
  [
    "the commands of the documents and openssl verify, one shell script",
    milliseconds(scripts),
    `a check is ${ratio(checks, scripts).toFixed(2)} × that`,
    atMost("0.50", ratio(checks, scripts)),
  ],
  ["cold check without the code cache", milliseconds(colds), `${ratio(colds, bares).toFixed(2)} × \`node -e 0\``, ""],
  [
    "a check with `--handshake`",
    milliseconds(handshakes),
    `${ratio(handshakes, handshakeBares).toFixed(2)} × \`node -e 0\``,
    atMost("3.30", ratio(handshakes, handshakeBares)),
  ],
  ...lists.map(({ entries, our, their }, index) => [
    `a check with a CRL of ${entries.toLocaleString("en")} entries, PEM`,
    milliseconds(our),
    `${ratio(our, their).toFixed(3)} × \`openssl verify -crl_check\``,
    atMost(["0.10", "0.35"][index] ?? "", ratio(our, their)),
  ]),
  ...lists
    .slice(0, 1)
    .map(({ peak: memory, entries }) => [
      `peak memory with a CRL of ${entries.toLocaleString("en")} entries`,
      `${memory.toFixed(1)} MiB`,
      "",
      atMost("64.0 MiB", memory),
    ]),
  ["peak memory of a cold check over bare node", `${growth.toFixed(1)} MiB`, "", atMost("10.0 MiB", growth)],
  ...fleetRows(),
];
const table = rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
const machine = `Node ${process.version}, ${spawnSync("openssl", ["version"]).stdout.toString().split(" (")[0]?.trim()}, ${platform()} ${arch()}, ${cpus().length} cores.`;

process.stdout.write(`${machine}\n\n${table}\n`);
const readme = "bench/README.md";
const [before = ""] = readFileSync(readme, "utf8").split("<!-- figures -->");
writeFileSync(readme, `${before}<!-- figures -->\n\n${machine}\n\n${table}\n`);

function isProgram(name: string, ...args: readonly string[]): boolean {
  return spawnSync(name, args).status === 0;
}
