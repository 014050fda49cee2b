/** The examples of fleets in parts, each run as its system runs it: put together, they are what one run says. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { pipelineFaults } from "./support/pipeline-schemas.ts";
import { inWorkspace, readYaml, stepsOf, withoutBash, type Workspace } from "./support/pipelines.ts";

const AT = "2026-11-21";
const PARTS = 3;

/** Certificates that share much. */
const sites = Object.fromEntries(
  readdirSync("fixtures/fleet-conflicts/sites").map((name) => [
    `the sites/${name}`,
    readFileSync(`fixtures/fleet-conflicts/sites/${name}`),
  ]),
);

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}
interface Job {
  readonly spec: {
    readonly completions?: number;
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

const jobs = (): readonly Job[] =>
  parseAllDocuments(readFileSync("docs/pipelines/kubernetes-fleet.yaml", "utf8")).map(
    (document) => document.toJS() as Job,
  );
const container = (index: number): Container | undefined => jobs()[index]?.spec.template.spec.containers[0];

const numbers = Array.from({ length: PARTS }, (_, index) => index + 1);
const step = (name: string): string =>
  stepsOf("docs/pipelines/github-fleet.yml").find((one) => one.name === name)?.script ?? "";
const bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"];

/** How a system checks the parts, and puts them together; where the report is, and what came of each. */
const systems: Readonly<
  Record<string, (workspace: Workspace) => { readonly report?: string; readonly exitCodes: readonly (number | null)[] }>
> = {
  "GNU parallel (as it is called here)": ({ run }) => {
    const script = readFileSync("docs/pipelines/fleet-parallel.sh", "utf8").replace(/^AT=.*$/m, `AT=${AT}`);
    const { exitCode } = run(
      ["sh", "-c"],
      script.replaceAll("$1 ", "'the sites' ").replace("=$2 ", `=${PARTS} `).replace("=$3", "=results"),
      {},
    );
    return { report: "results/report.json", exitCodes: [exitCode] };
  },

  "a GitHub matrix": ({ run }) => {
    const parts = numbers.map((part) => {
      const env = { FLEET: "the sites", PARTS: String(PARTS), PART: String(part), AT };
      const { exitCode } = run(bash, step("Check the part"), env);
      run(bash, 'mkdir -p "parts/part-$PART" && mv "part-$PART.jsonl" "parts/part-$PART"', env);
      return exitCode;
    });
    return {
      report: "certcheck-reports/fleet.json",
      exitCodes: [...parts, run(bash, step("Put them together"), {}).exitCode],
    };
  },

  "an indexed Job of Kubernetes": ({ run, path }) => {
    const [each, whole] = [container(0), container(1)];
    const shared = { FLEET: "the sites", RESULTS: path("results"), PARTS: String(PARTS), AT };
    run(bash, "mkdir results", {});
    const parts = numbers.map((part) =>
      run(each?.command ?? [], each?.args[0] ?? "", { ...shared, JOB_COMPLETION_INDEX: String(part - 1) }),
    );
    return {
      report: "results/report.json",
      exitCodes: [...parts, run(whole?.command ?? [], whole?.args[0] ?? "", shared)].map(({ exitCode }) => exitCode),
    };
  },

  "Spark's pipe": ({ run }) => {
    const [, command = ""] =
      /^COMMAND = """(.*?)"""$/ms.exec(readFileSync("docs/pipelines/fleet-spark.py", "utf8")) ?? [];
    run(bash, "mkdir results", {});
    const env = { FLEET: "the sites", PARTS: String(PARTS), AT };
    const parts = numbers.map(
      (part) => run(bash, `echo ${part} | ${command} > results/part-0000${part}`, env).exitCode,
    );
    const merge = "certcheck fleet merge results/part-* --format json=report.json";
    return { report: "report.json", exitCodes: [...parts, run(bash, merge, env).exitCode] };
  },
};

describe.each(Object.entries(systems))(`%s${withoutBash}`, (_system, runAll) => {
  test.skipIf(withoutBash !== "")("says what one run says", () => {
    inWorkspace(
      sites,
      (workspace) => {
        const { exitCodes, report = "" } = runAll(workspace);
        // Findings fail the whole alone.
        expect(exitCodes).toEqual([...exitCodes.slice(0, -1).map(() => 0), 1]);
        const one = workspace.run(bash, `certcheck fleet "the sites" --at ${AT} --format json=one.json`, {});
        expect(one.exitCode).toBe(1);
        expect(workspace.read(report)).toBe(workspace.read("one.json"));
      },
      ["certcheck", "parallel"],
    );
  });

  test.skipIf(withoutBash !== "")("fails if a part cannot be checked", () => {
    inWorkspace({}, (workspace) => expect(runAll(workspace).exitCodes[0]).not.toBe(0), ["certcheck", "parallel"]);
  });
});

describe(`every night${withoutBash}`, () => {
  /** What each run finds, with a certificate that is ready, one that expires in 10 days, and a host that does not answer. */
  const nights: readonly (readonly [what: string, scenario: string, hosts: string, found: RegExp | undefined])[] = [
    ["nothing to do", "ready", "", undefined],
    ["a certificate that expires soon", "expiring-soon", "", /validity\/not-expiring-soon/],
    ["a host that is not reached", "ready", "127.0.0.1:1", /127\.0\.0\.1:1: NOT IN ORDER/],
  ];
  const filesOf = (scenario: string): Record<string, Buffer> =>
    Object.fromEntries(
      ["sensor.crt", "ca.pem"].map((file) => [`the fleet/${file}`, readFileSync(`fixtures/${scenario}/${file}`)]),
    );

  test.skipIf(withoutBash !== "").each(nights)("cron: %s", (_what, scenario, hosts, found) => {
    inWorkspace({ ...filesOf(scenario), hosts }, ({ run }) => {
      const script = readFileSync("docs/pipelines/nightly.sh", "utf8").replace(
        "FLEET=$1 HOSTS=$2 ROOTS=$3",
        "FLEET='the fleet' HOSTS=hosts ROOTS='the fleet/ca.pem'",
      );
      const { exitCode, out, err } = run(["sh", "-c"], script, {});
      expect([exitCode, err]).toEqual([found === undefined ? 0 : 1, ""]);
      expect(out).toMatch(found ?? /^$/);
    });
  });

  test.skipIf(withoutBash !== "").each(nights.slice(0, 2))("GitHub: %s", (_what, scenario, _hosts, found) => {
    inWorkspace(filesOf(scenario), ({ run, read, path }) => {
      const check = stepsOf("docs/pipelines/github-nightly.yml").at(-1)?.script ?? "";
      const { exitCode } = run(bash, check, { FLEET: "the fleet", GITHUB_STEP_SUMMARY: path("summary.md") });
      expect(exitCode).toBe(found === undefined ? 0 : 1);
      expect(read("summary.md")).toMatch(found ?? /Ready/);
      expect(read("certcheck-reports/certificates.ics")).toContain("BEGIN:VEVENT");
    });
  });
});

describe("docs/pipelines/kubernetes-fleet.yaml", () => {
  test.each([0, 1])("job %i is one", (index) => expect(pipelineFaults("kubernetes job", jobs()[index])).toEqual([]));

  test("a key that nobody knows is found", () => {
    const text = JSON.stringify(jobs()[0]).replace('"completionMode"', '"completionModes"');
    expect(pipelineFaults("kubernetes job", JSON.parse(text))).not.toEqual([]);
  });

  test("has as many parts as it says", () => {
    const [job] = jobs();
    const parts = container(0)?.env.find(({ name }) => name === "PARTS")?.value;
    expect(Number(parts)).toBe(job?.spec.completions);
  });
});

test("docs/pipelines/github-fleet.yml has as many parts as it says", () => {
  const { env, jobs: all } = readYaml("docs/pipelines/github-fleet.yml") as {
    env: { PARTS: number };
    jobs: { part: { strategy: { matrix: { part: readonly number[] } } } };
  };
  expect(all.part.strategy.matrix.part).toEqual(Array.from({ length: env.PARTS }, (_, index) => index + 1));
});

const python = spawnSync("python3", ["-c", ""]).status === 0 ? "" : " (skipped: no Python)";

test.skipIf(python !== "")(`docs/pipelines/fleet-spark.py is Python${python}`, () => {
  const parse = "import ast, sys; ast.parse(sys.stdin.read())";
  const { status, stderr } = spawnSync("python3", ["-c", parse], {
    input: readFileSync("docs/pipelines/fleet-spark.py"),
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
});
