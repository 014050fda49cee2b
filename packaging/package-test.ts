/** `npm run package-test [-- --node 20,24]`: packs, looks at what was packed, installs it under several Nodes, and runs it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { faultsOfLibrary } from "./library-trial.ts";
import { nodeOf, supported, versionOf } from "./nodes.ts";
import { npm } from "./npm.ts";
import { packageFaults } from "./package-files.ts";
import { count, faultsOf } from "./trials.ts";

const { values } = parseArgs({ options: { node: { type: "string" } } });
const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
let isGood = true;

try {
  const tarball = pack();
  tell("publint", faultsOfTool("publint/src/cli.js", [tarball, "--strict"]));
  // Its other finding is meant: require() of a module is what the supported Nodes do, and is tried below.
  const rules = ["--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm", "--no-color"];
  tell("attw", faultsOfTool("@arethetypeswrong/cli/dist/index.js", [tarball, ...rules]));
  for (const version of values.node?.split(",") ?? supported) tryWith(version, tarball);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = isGood ? 0 : 1;

function tell(what: string, faults: readonly string[]): void {
  console.log(`${faults.length === 0 ? "ok    " : "FAILED"}  ${what}`);
  for (const fault of faults) console.log(fault.replace(/^/gm, "        "));
  isGood &&= faults.length === 0;
}

/** What npm says of a package that it made. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

function pack(): string {
  const printed = JSON.parse(npm(["pack", "--json", "--pack-destination", folder])) as readonly Packed[];
  const [packed] = printed;
  if (packed === undefined) throw new Error("npm pack made nothing");
  const { filename, size, unpackedSize, files } = packed;
  const names = files.map(({ path }) => path);
  const places = names.filter((name) => readFileSync(name, "latin1").includes(process.cwd()));
  tell(`${filename}: ${names.length} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`, [
    ...packageFaults(names, size),
    ...places.map((name) => `${name} names the folder it was built in`),
  ]);
  return join(folder, filename);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

/** Runs a tool that is a package here. */
function faultsOfTool(script: string, words: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("node_modules", script), ...words], {
    encoding: "utf8",
  });
  return status === 0 ? [] : [`${stdout}${stderr}`];
}

/** Installs the package and tries it under a Node of a version, or under this one, if there is none of that version. */
function tryWith(version: string, tarball: string): void {
  let node = process.execPath;
  try {
    node = nodeOf(version);
  } catch (error) {
    console.log(`note    no Node ${version}, so this one: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  const home = join(folder, version);
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), "{}");
  npm(["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball], { folder: home, node });
  const installed = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));
  const program = join(home, "node_modules/.bin/certcheck");
  const isWindows = process.platform === "win32";
  // What npm makes for Windows is started by a shell.
  const command = isWindows ? [node, join(home, "node_modules/certcheck/bin/certcheck.js")] : [program];
  const path = [dirname(node), ...(isWindows ? [] : ["/usr/bin", "/bin"])].join(delimiter);
  tell(`Node ${versionOf(node)}: ${count} command lines, the library by import, require and its types`, [
    ...installed.filter((name) => name !== "certcheck").map((name) => `${name} was installed as well`),
    ...(existsSync(isWindows ? `${program}.cmd` : program) ? [] : ["npm made no command of the name certcheck"]),
    ...faultsOf(command, join(home, "work"), path),
    ...faultsOfLibrary(node, home),
  ]);
}
