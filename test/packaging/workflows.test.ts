/** The workflows of this repository: what they may do, and that nothing of an event reaches a shell but through the environment. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { supported } from "../../packaging/nodes.ts";
import { readYaml, withoutBash } from "../support/pipelines.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflow = (name: string): Workflow => readYaml(`.github/workflows/${name}`) as Workflow;
const jobsOf = (name: string): [string, Job][] => Object.entries(workflow(name).jobs);

describe.each(readdirSync(".github/workflows"))("%s", (name) => {
  test("may read, and write only where a job says so", () => {
    expect(Object.values(workflow(name).permissions).filter((right) => right !== "read")).toEqual([]);
  });

  test("does not run for strangers with the rights of the repository", () => {
    expect(Object.keys(workflow(name).on)).not.toContain("pull_request_target");
  });

  test.each(jobsOf(name))("%s: no expression in a shell, no credentials left behind, an end", (_job, job) => {
    for (const { run = "", uses = "", with: inputs = {} } of job.steps) {
      expect(run).not.toContain("${{");
      if (uses.startsWith("actions/checkout@")) expect(inputs["persist-credentials"]).toBe(false);
    }
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test.each(jobsOf(name))("%s: runs scripts that package.json has", (_job, job) => {
    const { scripts } = readYaml("package.json") as { readonly scripts: Readonly<Record<string, string>> };
    for (const { run = "" } of job.steps)
      for (const [, script = ""] of run.matchAll(/npm run ([\w-]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });
});

test("every line of Node that is supported is tested, on every system", () => {
  const matrix = workflow("ci.yml").jobs["test"]?.strategy?.matrix;
  expect(matrix?.["node"]).toEqual(supported.filter((version) => !version.includes(".")).map(Number));
  expect(matrix?.["system"]).toHaveLength(3);
});

describe("release.yml", () => {
  const { jobs } = workflow("release.yml");

  test("where something can be signed or written, no code of the repository runs", () => {
    const powerful = Object.values(jobs).filter(({ permissions = {} }) => Object.values(permissions).includes("write"));
    expect(powerful).toHaveLength(2);
    for (const { steps } of powerful)
      for (const { uses = "", run = "" } of steps) {
        expect(uses).not.toContain("checkout");
        expect(run).not.toMatch(/npm (?!publish)|node /);
      }
  });

  describe(`a tag${withoutBash}`, () => {
    const script = jobs["package"]?.steps.find(({ name }) => name?.startsWith("The tag names"))?.run ?? "";
    const folder = mkdtempSync(join(tmpdir(), "certcheck-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const url = "git+https://git.example/contoso/certcheck.git";
    const manifest = { version: "1.2.3", repository: { type: "git", url } };
    const cases: readonly [what: string, tag: string, manifest: object, exitCode: number, says: string][] = [
      ["that fits", "v1.2.3", manifest, 0, ""],
      ["of another version", "v1.2.4", manifest, 1, "the tag v1.2.4 is not v1.2.3 of package.json"],
      ["that would be more", "v1.2.3'; exit 0", manifest, 1, "is not v1.2.3"],
      ["where the repository has no name", "v1.2.3", { version: "1.2.3" }, 1, "repository.url is not git+https://git"],
    ];
    test.skipIf(withoutBash !== "").each(cases)("%s", (_what, tag, text, exitCode, says) => {
      writeFileSync(join(folder, "package.json"), JSON.stringify(text));
      const { status, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], TAG: tag, REPOSITORY: "https://git.example/contoso/certcheck" },
      });
      expect(status).toBe(exitCode);
      expect(stderr).toContain(says);
    });
  });
});
