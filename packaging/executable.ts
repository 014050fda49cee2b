/** `npm run executable`: certcheck and the Node that runs this in one file, tried where there is no Node beside it. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { sbomWithNode } from "./sbom-with-node.ts";
import { count, faultsOf } from "./trials.ts";

/** Where it comes, with its licences and its bill of materials beside it. */
const place = "dist/executable";
const program = join(place, process.platform === "win32" ? "certcheck.exe" : "certcheck");
const entry = "packaging/executable-entry.cjs";

/** What Node looks for in itself: https://nodejs.org/api/single-executable-applications.html */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
try {
  build();
  describe();
  const faults = faultsOf([resolve(program)], join(folder, "work"), "");
  for (const fault of faults) console.log(fault);
  console.log(`${faults.length === 0 ? "ok" : "FAILED"}  ${count} command lines, without a Node beside it`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Without the code cache, which differs with every build: the same sources and Node give the same file. */
function build(): void {
  const { variables } = process.config;
  if ("node_shared" in variables && variables.node_shared === true)
    throw new Error("this Node is a library and no program: take another");
  const chunks = readdirSync("dist").filter((name) => name.endsWith(".cjs"));
  const assets = Object.fromEntries(chunks.map((name) => [name, join("dist", name)]));
  const [config, blob] = ["sea.json", "sea.blob"].map((name) => join(folder, name)) as [string, string];
  const settings = { main: entry, output: blob, assets: { ...assets, "entry.cjs": entry } };
  writeFileSync(config, JSON.stringify({ ...settings, disableExperimentalSEAWarning: true }));
  run(process.execPath, "--experimental-sea-config", config);
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  const isMac = process.platform === "darwin";
  if (isMac) run("codesign", "--remove-signature", program);
  const segment = isMac ? ["--macho-segment-name", "NODE_SEA"] : [];
  const injector = resolve("node_modules/postject/dist/cli.js");
  run(process.execPath, injector, program, "NODE_SEA_BLOB", blob, "--sentinel-fuse", fuse, ...segment);
  if (isMac) run("codesign", "--sign", "-", program);
}

/** Writes down whose code is in it: what is in the bundle, and Node with all that it brings. */
function describe(): void {
  const sbom = sbomWithNode(readFileSync("dist/sbom.cdx.json", "utf8"), process.versions);
  writeFileSync(join(place, "sbom.cdx.json"), sbom);
  const licence = nodeLicence();
  if (licence === undefined)
    console.log("note: this Node came without its LICENSE; the executable must not be passed on");
  else {
    const parts = [readFileSync("dist/licenses.txt", "utf8"), "-".repeat(80), `Node.js ${process.version}\n`, licence];
    writeFileSync(join(place, "licenses.txt"), parts.join("\n"));
  }
  const bytes = readFileSync(program);
  console.log(`${createHash("sha256").update(bytes).digest("hex")}  ${program}`);
  console.log(`${Math.round(bytes.length / 1e6)} MB, Node ${process.versions.node}`);
  if (bytes.includes(process.cwd())) throw new Error("the executable names the folder it was built in");
}

/** The licence of this Node, if it is where installations have it. */
function nodeLicence(): string | undefined {
  const home = dirname(dirname(process.execPath));
  const places = [home, dirname(process.execPath), join(home, "share/doc/nodejs"), join(home, "share/doc/node")];
  const file = places.map((place) => join(place, "LICENSE")).find((file) => existsSync(file));
  return file && readFileSync(file, "utf8");
}

function run(program: string, ...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${words[0]} ended with ${status}:\n${stderr}${stdout}`);
}
