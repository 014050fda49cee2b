/** Every block of every document is tried, by its language; one that nothing tries fails. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseSync, transformSync } from "rolldown/utils";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { main } from "../src/cli.ts";
import { readConfiguration } from "../src/configuration/configuration-file.ts";
import { readEntry } from "../src/fleet/manifest-schema.ts";
import { readManifestText } from "../src/fleet/manifest-text.ts";
import { memorySystem } from "./support/bundle.ts";
import { type Block, blocksOf, documentOf, documents } from "./support/documents.ts";
import { withoutBash } from "./support/pipelines.ts";
import { certcheckCalls } from "./support/shell-lines.ts";
import { commandsOf, run } from "./support/transcript.ts";

/** Says what is wrong with a block; nothing if it is sound. */
type Trial = (text: string, block: Pick<Block, "document">) => unknown;

/** Documents with blocks that nothing here can try, each with the reason. */
const untried: Readonly<Record<string, string>> = {
  "docs/design.md": "a drawing of how data flows",
  "docs/fleets.md": "a formula, to be filled in",
  "docs/library.md": "what its programs print, which library.test.ts compares",
};

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: object };

/** Files that tests read, run or write; what is cut out of them needs no trial of its own. */
const sources = ["docs/pipelines", "fixtures/all-formats"]
  .flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`))
  .concat("action.yml", ".pre-commit-hooks.yaml")
  .map((file) => `\n${readFileSync(file, "utf8")}\n`);

/** What is cut out of a file may have lost the indentation that all its lines have there. */
const isCut = (text: string): boolean =>
  ["", "  ", "    ", "      ", "        ", "          "]
    .map((blanks) => `\n${text.replace(/^(?=.)/gm, blanks)}`)
    .some((whole) => sources.some((source) => source.includes(whole)));

const isCutOut: Trial = (text) => (isCut(text) ? undefined : "is in none of the files that are tested");

const trials: Readonly<Record<string, Trial>> = {
  // They are run, and compared, by docs.test.ts.
  console(text) {
    const commands = commandsOf(text);
    if (!commands.some((command) => command.includes("certcheck "))) return "runs no certcheck";
    return commands.find((command, index) => command.startsWith("cd ") && index > 0);
  },

  async sh(text) {
    const { status, stderr } =
      withoutBash === "" ? spawnSync("bash", ["-n"], { input: text, encoding: "utf8" }) : { status: 0, stderr: "" };
    const [, strange] = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].find(([, name = ""]) => !(name in scripts)) ?? [];
    if (status !== 0 || strange !== undefined) return stderr || `npm run ${strange}: no such script`;
    return firstFault(certcheckCalls(text));
  },

  async yaml(text) {
    if (isCut(text)) return undefined;
    const value = parse(text, { strict: true }) as { readonly appliances?: unknown };
    if (value.appliances === undefined) return void readConfiguration("docs", text);
    const { entries } = await readManifestText("docs.yaml", () => Buffer.from(text));
    return entries.map((entry) => readEntry(entry)).find((entry) => Array.isArray(entry));
  },

  // Examples of reports are real ones.
  json: (text, { document }) =>
    document === "docs/formats.md" || isCut(text) ? isCutOut(text, { document }) : void JSON.parse(text),
  js: (text) => moduleFault(text, "js"),
  ts: (text) => moduleFault(text, "ts"),
  groovy: isCutOut,
  python: isCutOut,
  xml: isCutOut,
  markdown: isCutOut,
  async ics(text) {
    const { out } = await run("certcheck fleet plants --format ics", "fixtures/fleet-folders");
    return out.replaceAll("\r\n", "\n").includes(text) ? undefined : "is in no calendar that certcheck writes";
  },
  text: (_text, { document }) => (document in untried ? undefined : "nothing tries it, and no reason is given"),
};

/** What is said of files that are not there, and of what a configuration would add: the command line itself is understood. */
const noFiles = /no such file|matches no|cannot be|^certcheck: (?:missing: --|--template \w+: where is)/m;
/** What is said besides of one that is only named, such as `certcheck fleet`. */
const incomplete = /no such file|matches no|cannot be|missing|nothing to check|not specified/;

const { verbs } = await (async () => {
  const system = memorySystem({});
  await main(["--help"], system);
  const groups = Array.from(system.out.matchAll(/^Commands .*:\n((?: {2}.*\n)+)/gm), ([, rows = ""]) => rows);
  return { verbs: new Set(Array.from(groups.join("").matchAll(/^ {2}(\w+)/gm), ([, verb = ""]) => verb)) };
})();

/** What the real command line says against the first of these that it does not understand. */
async function firstFault(calls: readonly (readonly string[])[], fine = noFiles): Promise<string | undefined> {
  for (const words of calls) {
    const [verb = ""] = words;
    if (/^[a-z]+$/.test(verb) && !verbs.has(verb)) return `certcheck ${verb}: no such verb`;
    const system = memorySystem({}, { get: () => Promise.reject(new Error("no network")) });
    const exitCode = await main(words, system);
    if (exitCode === 3 || (exitCode === 2 && !fine.test(system.err)))
      return `certcheck ${words.join(" ")}: ${system.err}`;
  }
  return undefined;
}

/** Runs a module that imports the package, beside the files of an appliance, as one who has installed it; parses any other. */
function moduleFault(text: string, lang: "js" | "ts"): string | undefined {
  if (!/from "certcheck"/.test(text)) {
    // A part of a file may be the inside of an object or a list.
    const readings = [text, `(${text})`, `[${text}]`, `({${text}})`];
    const errors = readings.map((one) => parseSync(`block.${lang}`, one).errors);
    return errors.some(({ length }) => length === 0) ? undefined : errors[0]?.[0]?.message;
  }
  const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
  try {
    cpSync("fixtures/ready", folder, { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(resolve("."), join(folder, "node_modules/certcheck"), "junction");
    symlinkSync(resolve("fixtures"), join(folder, "fixtures"), "junction");
    writeFileSync(join(folder, "block.mjs"), transformSync(`block.${lang}`, text).code);
    const { status, stderr } = spawnSync(process.execPath, ["block.mjs"], { cwd: folder, encoding: "utf8" });
    return status === 0 ? undefined : stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const faultOf = async ({ language, text, document }: Omit<Block, "place">): Promise<unknown> => {
  const trial = trials[language];
  return trial === undefined ? `nothing tries "${language}"` : trial(text, { document });
};

describe.each(documents)("%s", (document) => {
  test.each(blocksOf(document).map((block) => [block.place, block.language, block] as const))(
    "%s: %s",
    async (_place, _language, block) => expect(await faultOf(block)).toBeUndefined(),
  );

  test("the command lines in its text are understood", async () => {
    const prose = documentOf(document).text.replace(/^```[\s\S]*?^```$/gm, "");
    // `<file>` and `...` stand for what readers put there.
    const calls = [...prose.matchAll(/`(certcheck [^`]+)`/g)].map(([, line = ""]) =>
      line
        .replace(/\s*(?:\.\.\.|…)/g, "")
        .replace(/<([\w:]+)>/g, "$1.x")
        .replace(/[[\]]/g, ""),
    );
    expect(await firstFault(calls.flatMap(certcheckCalls), incomplete)).toBeUndefined();
  });
});

test("every reason is needed", () => {
  const needed = documents.filter((document) => blocksOf(document).some(({ language }) => language === "text"));
  expect(needed.toSorted()).toEqual(Object.keys(untried).toSorted());
});

describe("what is wrong is found", () => {
  test.each<[language: string, text: string]>([
    ["console", "$ ls\nfiles\n"],
    ["sh", "if true; then\n"],
    ["sh", "certcheck sensor.crt --chian ca.pem\n"],
    ["sh", "false || certcheck fleet --shard 0/3 plants\n"],
    ["sh", "certcheck fleat plants\n"],
    ["sh", "npm run no-such-script\n"],
    ["yaml", "warnDays: many\n"],
    ["yaml", "appliances:\n  - certifcate: sensor.crt\n"],
    ["js", 'import { noSuchName } from "certcheck";\nnoSuchName();\n'],
    ["ts", "const a: = 1;\n"],
    ["groovy", "pipeline {}\n"],
    ["ics", "BEGIN:VEVENT\nEND:VEVENT\n"],
    ["text", "no reason\n"],
    ["cobol", "STOP RUN.\n"],
  ])("%s: %j", async (language, text) => {
    const fault = await faultOf({ language, text, document: "README.md" }).catch(String);
    expect(fault).toBeDefined();
  });

  test("what has no fault is let pass", async () => {
    for (const [language, text] of [
      ["sh", "certcheck sensor.crt sensor.key --chain ca.pem && echo 'certcheck --chian'\n"],
      ["ts", '{ id: "a/b", on: "file", check: (file: string) => undefined }\n'],
      ["json", '{ "a": 1 }\n'],
    ] as const)
      expect(await faultOf({ language, text, document: "README.md" })).toBeUndefined();
  });
});
