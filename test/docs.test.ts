/** The documents: every console block is a transcript, and what the README tells to do is what the project does. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { inspectFormats } from "../src/commands/inspect.ts";
import { messages } from "../src/defender.ts";
import { fleetFormats } from "../src/reporters/fleet/index.ts";
import { formats } from "../src/reporters/index.ts";
import { rules } from "../src/rules/catalogue.ts";
import { inFolder, missing } from "./rules/shell.ts";
import { blocksOf, documents } from "./support/documents.ts";
import { commandsOf, runTranscript } from "./support/transcript.ts";

/** The text with each console block run anew. A `cd` at the top of a block says where. */
async function executed(text: string): Promise<string> {
  const parts = text.split(/(^```console\n[\s\S]*?^```$)/m);
  const fresh = parts.map(async (part) => {
    if (!part.startsWith("```console")) return part;
    const [, folder] = /^\$ cd (\S+)$/m.exec(part) ?? [];
    const commands = commandsOf(part).filter((command) => !command.startsWith("cd "));
    const output = (await runTranscript(commands, folder ?? ".")).trimEnd();
    return `\`\`\`console\n${folder === undefined ? "" : `$ cd ${folder}\n`}${output}\n\`\`\``;
  });
  return (await Promise.all(fresh)).join("");
}

/** The text with each table of the rules that lead to a message made anew: `<!-- rules: expired -->` begins one. */
const withRules = (text: string): string =>
  text.replace(/^<!-- rules: ([\w-]+) -->\n[\s\S]*?^<!-- end -->$/gm, (_, message: string) => {
    const rows = rules
      .filter(({ refusal }) => refusal === message)
      .map(
        ({ id, title, validation }) =>
          `| [\`${id}\`](rules.md#${id.replace("/", "")}) | ${title} | ${validation === "on" ? "no" : "yes"} |`,
      );
    return [
      `<!-- rules: ${message} -->`,
      "",
      "| rule | what it asks | asked with validation off |",
      "| --- | --- | --- |",
      ...rows,
      "",
      "<!-- end -->",
    ].join("\n");
  });

test.each(documents)(
  "%s: the console blocks are what certcheck prints, and the tables what its rules say",
  async (document) => {
    const text = readFileSync(document, "utf8");
    await expect(await executed(withRules(text))).toMatchFileSnapshot(resolve(document));
  },
);

test("docs/messages.md: its headings are the messages, word for word, each with its rules", () => {
  const text = readFileSync("docs/messages.md", "utf8");
  const headings = Array.from(text.matchAll(/^## (.*)$/gm), ([, heading]) => heading);
  expect(headings.slice(0, 6)).toEqual(Object.values(messages));
  const tables = Array.from(text.matchAll(/^## (.*)$[^#]*?^<!-- rules: ([\w-]+) -->$/gm), ([, heading, id]) => [
    id,
    heading,
  ]);
  expect(tables).toEqual(Object.entries(messages));
});

describe("docs/revocation.md", () => {
  const transcript = readFileSync("fixtures/online-findings/transcript.txt", "utf8");
  const outcomes = new Map(
    transcript.split(/^\$ certcheck /m).map((part) => [/^[\w-]+/.exec(part)?.[0], part.replace(/\s+/g, " ")]),
  );
  const rows = [
    ...readFileSync("docs/revocation.md", "utf8").matchAll(/^\| [^|]+ \| ([^|]+) \| (?!case)([a-z][\w-]+) \|$/gm),
  ];

  test.each(rows.map(([, message = "", name = ""]) => [name, message]))("%s: %s", (name, message) => {
    const outcome = outcomes.get(name) ?? "";
    if (message.startsWith("none")) expect(outcome).toContain("READY");
    else expect(outcome).toContain(message);
  });

  test("has all cases of the transcript", () => {
    const listed = rows.map(([, , name]) => name);
    expect(new Set(listed)).toEqual(new Set([...outcomes.keys()].filter((name) => name !== undefined)));
  });
});

describe("README.md", () => {
  const shell = [...readFileSync("README.md", "utf8").matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(
    ([, block = ""]) => block,
  );

  test("has two commands: one for the main job, on files that are there, and one for the tests", async () => {
    expect(shell).toHaveLength(2);
    const [job = "", tests = ""] = shell;
    const output = await runTranscript([job.replace(/^npm ci && npx /, "")], ".");
    expect(output).toContain("READY");
    expect(output).not.toContain("exit ");
    expect(readFileSync(".ci/run", "utf8")).toContain(`\n${tests}\n`);
  });

  test("lists every rule that predicts a message beside it", () => {
    const text = readFileSync("README.md", "utf8");
    for (const [id, message] of Object.entries(messages)) {
      const row = text.split("\n").find((line) => line.startsWith(`| ${message} |`)) ?? "";
      const listed = [...row.matchAll(/`([^`]+)`/g)].map(([, rule = ""]) => rule);
      expect(listed.toSorted(), message).toEqual(
        rules
          .filter(({ refusal }) => refusal === id)
          .map((rule) => rule.id)
          .toSorted(),
      );
    }
  });
});

test("docs/design.md: its table has every package that package.json has, and no other", () => {
  const [, table = ""] = readFileSync("docs/design.md", "utf8").split("\n## Dependencies\n");
  const rows = Array.from(table.matchAll(/^\| (?!package|---)([^|]+) \|/gm), ([, names = ""]) => names.split(", "));
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly devDependencies: object };
  expect(rows.flat().toSorted()).toEqual(Object.keys(devDependencies).toSorted());
});

test("docs/fleets.md: its manifest is sound, and its rules are those of fleets", async () => {
  const text = readFileSync("docs/fleets.md", "utf8");
  const [, manifest = ""] = /^```yaml\n(appliances:\n[\s\S]*?)\n```$/m.exec(text) ?? [];
  const { readManifestText } = await import("../src/fleet/manifest-text.ts");
  const { readEntry } = await import("../src/fleet/manifest-schema.ts");
  const { entries } = await readManifestText("docs.yaml", () => Buffer.from(manifest));
  expect(entries.map((entry) => readEntry(entry))).toEqual([
    expect.objectContaining({ name: "Plant north, line 1" }),
    { certificate: "south/line-2.crt" },
  ]);
  const rows = [...text.matchAll(/^\| ((?:`[a-z]+`(?:, )?)+) \|/gm)].flatMap(([, cell = ""]) => cell.split(", "));
  for (const format of fleetFormats) expect(rows).toContain(`\`${format}\``);
  expect([...text.matchAll(/^\| `(fleet\/[\w-]+)` \|/gm)].map(([, id]) => id)).toEqual(
    rules.filter(({ on }) => on === "fleet").map(({ id }) => id),
  );
});

describe("docs/formats.md", () => {
  const text = readFileSync("docs/formats.md", "utf8");

  test("lists the formats of each verb, and has a heading for each", () => {
    const rows = [...text.matchAll(/^\| \[`(\w+)`\]\(#\1\) \| .* \| (yes|no) \| (yes|no) \| (yes|no) \|$/gm)];
    const listed = (column: number): ReadonlySet<string | undefined> =>
      new Set(rows.filter((row) => row[column] === "yes").map(([, format]) => format));
    expect([2, 3, 4].map(listed)).toEqual([formats, fleetFormats, inspectFormats].map((names) => new Set(names)));
    for (const [, format] of rows) expect(text).toContain(`\n## ${format}\n`);
  });

  const withoutJq = missing("sh", "jq");
  const printed: readonly (readonly [folder: string, out: string])[] = [
    ["expired", "sensor.crt: validity/not-expired: expired on 2025-05-30, 540 days ago\n"],
    ["fleet-folders", "2026-05-30 plants/north/line-2\n2027-05-30 plants/north/line-1\n"],
    ["expired", "8cae853a16478e76a0104e408d89d60c70e8ac5cb4c40f35a2a4761cc35f08c3\n"],
  ];

  test.skipIf(withoutJq !== "")(`its lines for jq print what they say${withoutJq}`, async () => {
    const lines = blocksOf("docs/formats.md").flatMap(({ language, text: line }) => (language === "sh" ? [line] : []));
    expect(lines).toHaveLength(printed.length);
    const certcheck = `certcheck() { "${process.execPath}" "${resolve("bin/certcheck.js")}" "$@" --at 2026-11-21; }`;
    await inFolder({}, ({ run }) => {
      for (const [index, [folder, out]] of printed.entries())
        expect(run(certcheck, `cd "${resolve("fixtures", folder)}"`, lines[index] ?? "")).toContain(out);
    });
  });
});

test("docs/live.md: its codes are those that are predicted, and its rules are there", async () => {
  const rows = [
    ...readFileSync("docs/live.md", "utf8").matchAll(/^\| `((?:NET::)?ERR_\w+)` \| [^|]+ \| ([^|]+) \|$/gm),
  ];
  const predicted = readFileSync("src/report/browser.ts", "utf8").matchAll(/"((?:NET::)?ERR_\w+)"/g);
  expect(new Set(rows.map(([, code]) => code))).toEqual(new Set(Array.from(predicted, ([, code]) => code)));
  const ids = new Set<string>(rules.map(({ id }) => id));
  const named = rows.flatMap(([, , cell = ""]) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, id = ""]) => id));
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});
