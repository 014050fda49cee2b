/** What other programs do with the package: import it, require it, and compile against its types. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Says the verdict on an appliance; the same for both kinds of modules. */
const judge = `
const files = ["certificate", "key", "chain"].map((place, n) => {
  const name = ["sensor.crt", "sensor.key", "ca.pem"][n];
  const file = { name, content: readFileSync("work/" + name) };
  return [place, place === "chain" ? [file] : file];
});
check(Object.fromEntries(files), { at: new Date("2026-11-21") }).then(({ verdict }) => console.log(verdict));
`;

const consumers = {
  "consumer.mjs": `import { readFileSync } from "node:fs";\nimport { check } from "certcheck";${judge}`,
  "consumer.cjs": `const { readFileSync } = require("node:fs");\nconst { check } = require("certcheck");${judge}`,
  "consumer.mts": `import { check, type Report } from "certcheck";
const report: Report = await check({ certificate: { name: "sensor.crt", content: new Uint8Array() } }, { warnDays: 60 });
export const verdict: "refused" | "unsupported" | "ready" = report.verdict;
// @ts-expect-error a certificate is needed
await check({});
`,
} as const;

/** Tries it in a folder that the package is installed in, with files of an appliance in `work`; says what went wrong. */
export function faultsOfLibrary(node: string, home: string): string[] {
  for (const [name, text] of Object.entries(consumers)) writeFileSync(join(home, name), text);
  const compiler = resolve("node_modules/typescript/bin/tsc");
  const strict = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "",
    "--ignoreConfig",
  ];
  const runs: readonly (readonly [words: readonly string[], prints: string])[] = [
    [[node, "consumer.mjs"], "ready\n"],
    [[node, "consumer.cjs"], "ready\n"],
    [[process.execPath, compiler, ...strict, "consumer.mts"], ""],
  ];
  return runs.flatMap(([[program = "", ...words], prints]) => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: home, encoding: "utf8" });
    // Node 22.12 warns on standard error that require() of a module is new.
    const isRight = status === 0 && stdout === prints;
    return isRight ? [] : [`${words.at(-1)}: exit ${status}\n${stdout}${stderr}`];
  });
}
