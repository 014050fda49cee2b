/** npm, run by the Node that runs this: by its script and without a shell, so that Windows does the same. */
import { spawnSync } from "node:child_process";

/** Where and by what it is run. */
export interface NpmOptions {
  readonly folder?: string;
  /** The Node that runs it; this one, if absent. */
  readonly node?: string;
}

/** Runs npm and gives what it prints. @throws Error with what it says, if it fails */
export function npm(
  words: readonly string[],
  { folder = process.cwd(), node = process.execPath }: NpmOptions = {},
): string {
  const script = process.env["npm_execpath"];
  if (script === undefined) throw new Error("start this with npm run: it asks which npm that is");
  const { status, stdout, stderr } = spawnSync(node, [script, ...words], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${words[0]} ended with ${status}:\n${stderr}${stdout}`);
  return stdout;
}
