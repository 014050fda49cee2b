/** Other versions of Node, out of the npm registry: packages there have the programs of nodejs.org, for each platform. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { npm } from "./npm.ts";

/** Kept between runs; the folder may be removed. */
const kept = "node_modules/.cache/certcheck/nodes";

/** The oldest that package.json names, and the newest of each line. */
export const supported: readonly string[] = ["20.19.0", "20", "22.12.0", "22", "24", "26"];

/** The package with the programs for a platform; that of Apple's own processors had its name taken. */
export function packageFor(platform: string, arch: string): string {
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** A Node of a version such as 20.19.0 or 24. @throws Error if there is none that runs here */
export function nodeOf(version: string): string {
  const { platform, arch } = process;
  const name = packageFor(platform, arch);
  const folder = resolve(kept, version);
  const program = join(folder, "node_modules", name, "bin", platform === "win32" ? "node.exe" : "node");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const quiet = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    npm(["install", "--prefix", folder, ...quiet, `${name}@${version}`]);
  }
  if (versionOf(program) === undefined) throw new Error(`${name}@${version} does not run on this machine`);
  return program;
}

/** What a Node says of its version, without the letter; nothing if it does not run. */
export function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim().slice(1) : undefined;
}
