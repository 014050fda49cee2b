/** The files of pipelines as their systems read them, and that the document about them shows the same. */
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pipelineFaults } from "./support/pipeline-schemas.ts";
import { pipelineFiles, readYaml, stepsOf } from "./support/pipelines.ts";

const textOf = (file: string): string => readFileSync(file, "utf8");
const trace = new NoOperationTraceWriter();

const workflows = [
  ...["github.yml", "github-plain.yml", "github-fleet.yml", "github-nightly.yml"].map(
    (name) => `docs/pipelines/${name}`,
  ),
  ...["ci.yml", "release.yml"].map((name) => `.github/workflows/${name}`),
];

const actionFaults = (content: string): string[] =>
  parseAction({ name: "action.yml", content }, trace).context.errors.getErrors().map(String);

async function workflowFaults(content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name: "workflow.yml", content }, trace);
  const faults = context.errors.getErrors().map(String);
  if (value === undefined || faults.length > 0) return faults;
  return ((await convertWorkflowTemplate(context, value)).errors ?? []).map(({ Message }) => Message);
}

describe("GitHub, by its own parser", () => {
  test("action.yml", () => expect(actionFaults(textOf("action.yml"))).toEqual([]));

  test.each(workflows)("%s", async (file) => {
    expect(await workflowFaults(textOf(file))).toEqual([]);
  });

  test("the parser finds what is wrong", async () => {
    expect(actionFaults(textOf("action.yml").replaceAll("shell: bash", ""))).not.toEqual([]);
    expect(actionFaults(textOf("action.yml").replaceAll("steps.check", "step.check"))).not.toEqual([]);
    expect(await workflowFaults(textOf("docs/pipelines/github.yml").replaceAll("secrets.", "secret."))).not.toEqual([]);
  });

  test.each(workflows)("%s: actions are pinned by their commits", (file) => {
    const uses = [...textOf(file).matchAll(/uses: (.*)/g)].map(([, name = ""]) => name);
    expect(uses.length).toBeGreaterThan(0);
    for (const name of uses) expect(name).toMatch(/^(?:actions|github|contoso)\/[\w/-]+@[0-9a-f]{40}(?: # v[\d.]+)?$/);
  });

  test("the workflow gives the action inputs that it has, and reads outputs that it has", () => {
    const { inputs, outputs } = readYaml("action.yml") as Record<"inputs" | "outputs", object>;
    const { jobs } = readYaml("docs/pipelines/github.yml") as {
      jobs: { certificate: { steps: { id?: string; with?: object }[] } };
    };
    const step = jobs.certificate.steps.find(({ id }) => id === "certcheck");
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? {})));
    const read = [...textOf("docs/pipelines/github.yml").matchAll(/steps\.certcheck\.outputs\.([\w-]+)/g)];
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(read.map(([, name]) => name)));
  });
});

describe("other systems", () => {
  const files = [
    ["docs/pipelines/gitlab.yml", "gitlab"],
    ["docs/pipelines/azure.yml", "azure"],
    ["docs/pipelines/pre-commit.yaml", "pre-commit"],
    [".pre-commit-hooks.yaml", "pre-commit hooks"],
  ] as const;

  test.each(files)("%s", (file, kind) => expect(pipelineFaults(kind, readYaml(file))).toEqual([]));

  test.each(files)("%s: a key that nobody knows is found", (file, kind) => {
    const text = JSON.stringify(readYaml(file)).replace(/"(script|inputs|hooks|entry)":/, '"$1s":');
    expect(pipelineFaults(kind, JSON.parse(text))).not.toEqual([]);
  });

  test("docs/pipelines/Jenkinsfile: its braces close, and shells are in single quotes", () => {
    const text = textOf("docs/pipelines/Jenkinsfile");
    const groovy = text.replace(/'''.*?'''|'[^'\n]*'|\/\/.*$/gms, "");
    expect(groovy).not.toMatch(/["$\\]/);
    const open: string[] = [];
    for (const [bracket] of groovy.matchAll(/[()[\]{}]/g)) {
      if ("([{".includes(bracket)) open.push(bracket);
      else expect((open.pop() ?? "") + bracket).toMatch(/^(?:\(\)|\[\]|\{\})$/);
    }
    expect(open).toEqual([]);
  });
});

describe.each(pipelineFiles)("%s", (file) => {
  const scripts = stepsOf(file).map(({ script }) => script);

  test("no value is put into the text of a shell", () => {
    expect(scripts.length).toBeGreaterThan(1);
    // GitHub's and Azure's expressions; what a shell substitutes looks like Azure's.
    for (const script of scripts) expect(script).not.toMatch(/\$\{\{|\$\(|\$\[\[|`/);
  });

  test("every variable stands in quotes, but for the one option that may be absent", () => {
    for (const script of scripts) expect(script.replace(/"[^"]*"|\$\{\w+:\+[\w=:-]+\}/g, "")).not.toContain("$");
  });

  test("no secret stands on a command line", () => {
    for (const script of scripts) expect(script).not.toMatch(/\$\{?\w*PASSPHRASE(?!:\+)/);
  });
});

describe("docs/pipelines.md", () => {
  const text = textOf("docs/pipelines.md");
  const shown = [
    "action.yml",
    ".pre-commit-hooks.yaml",
    ...readdirSync("docs/pipelines").map((file) => `docs/pipelines/${file}`),
  ];

  test("its blocks are cut from the files that are tested", () => {
    const blocks = [...text.matchAll(/^```(?:yaml|groovy)\n(.*?)^```$/gms)].map(([, block = ""]) => block);
    expect(blocks.length).toBeGreaterThan(4);
    const sources = shown.map((file) => `\n${textOf(file)}`);
    for (const block of blocks)
      expect(
        sources.some((source) => source.includes(`\n${block}`)),
        block,
      ).toBe(true);
  });

  test("docs/fleets.md: its examples are cut from them as well", () => {
    const fleets = textOf("docs/fleets.md").split("\n### ").slice(1).join("\n### ");
    const blocks = [...fleets.matchAll(/^```(?:yaml|sh|python)\n(.*?)^```$/gms)].map(([, block = ""]) => block);
    expect(blocks.length).toBeGreaterThan(3);
    const sources = shown.map((file) => `\n${textOf(file)}`);
    const missing = blocks.filter((block) => !sources.some((source) => source.includes(`\n${block}`)));
    // What a part is without --shard.
    expect(missing).toEqual([expect.stringContaining('certcheck fleet "$FLEET/$part"')]);
  });

  test("links to all of them", () => {
    for (const file of readdirSync("docs/pipelines")) expect(text).toContain(`](pipelines/${file})`);
  });
});

test("npm pack prints the file's name alone, for pre-commit", () => {
  expect(textOf(".npmrc")).toContain("\nforeground-scripts=false\n");
});
