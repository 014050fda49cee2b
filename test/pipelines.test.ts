/** The pipelines of docs/pipelines, each run as its system runs it: the exit code, the reports, and nothing else done. */
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readGitlab, readJunit, readSarif } from "./support/ci-formats.ts";
import { commandsIn } from "./support/github-commands.ts";
import {
  appliance,
  fixture,
  inWorkspace,
  passphrase,
  type PipelineFile,
  stepsOf,
  withoutBash,
  type Workspace,
} from "./support/pipelines.ts";

/** What a pipeline is given. */
interface Given {
  readonly certificate: string;
  readonly chain: string;
  readonly key: string;
  readonly passphrase?: string;
}

/** A system, and how it runs a script. */
interface System {
  readonly file: PipelineFile;
  readonly shell: readonly string[];
  readonly env: (given: Given, workspace: Workspace) => Readonly<Record<string, string>>;
  /** What is said before the script. */
  readonly prologue?: string;
  /** The reports, by their formats. */
  readonly reports: Readonly<Record<string, string>>;
}

const secret = ({ passphrase }: Given): Record<string, string> =>
  passphrase === undefined ? {} : { SENSOR_KEY_PASSPHRASE: passphrase };
const files = ({ certificate, chain }: Given): Record<string, string> => ({ CERTIFICATE: certificate, CHAIN: chain });

const systems: readonly System[] = [
  {
    file: "docs/pipelines/github-plain.yml",
    shell: ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"],
    env: (given, { read, path }) => ({
      ...files(given),
      GITHUB_ACTIONS: "true",
      GITHUB_STEP_SUMMARY: path("summary.md"),
      SENSOR_KEY: given.key === "" ? "" : read(given.key),
      // A secret that does not exist is empty.
      SENSOR_KEY_PASSPHRASE: given.passphrase ?? "",
    }),
    reports: { markdown: "summary.md", html: "certcheck-reports/report.html" },
  },
  {
    file: "docs/pipelines/gitlab.yml",
    shell: ["bash", "-c"],
    prologue: "set -eo pipefail\n",
    env: (given, { path }) => ({ ...files(given), ...secret(given), GITLAB_CI: "true", SENSOR_KEY: path(given.key) }),
    reports: {
      junit: "certcheck-reports/junit.xml",
      gitlab: "certcheck-reports/gl-code-quality.json",
      html: "certcheck-reports/report.html",
    },
  },
  {
    file: "docs/pipelines/azure.yml",
    shell: ["bash", "--noprofile", "--norc", "-c"],
    env: (given, { path }) => ({
      ...files(given),
      ...secret(given),
      TF_BUILD: "True",
      REPORTS: path("staging"),
      SENSOR_KEY: path(given.key),
    }),
    reports: {
      junit: "staging/certcheck/junit.xml",
      html: "staging/certcheck/report.html",
      sarif: "staging/sarif/certcheck.sarif",
    },
  },
  {
    file: "docs/pipelines/Jenkinsfile",
    shell: ["sh", "-xec"],
    env: (given, { path }) => ({
      ...files(given),
      ...secret(given),
      JENKINS_URL: "https://jenkins.contoso.com",
      SENSOR_KEY: path(given.key),
    }),
    reports: {
      junit: "certcheck-reports/junit.xml",
      sarif: "certcheck-reports/report.sarif",
      html: "certcheck-reports/report.html",
    },
  },
];

const usual: Given = { certificate: "sensor.crt", chain: "ca.pem", key: "sensor.key" };

/** A name that does harm wherever a shell reads it. */
const hostile = "it's \"a\" $(touch x) `touch x`; touch x\n::error::forged ${HOME} * 'b'";

const cases: readonly (readonly [what: string, files: Record<string, Buffer>, given: Given, exitCode: number])[] = [
  ["ready", appliance("ready"), usual, 0],
  ["expired", appliance("expired"), usual, 1],
  ["an encrypted key", appliance("ready-encrypted-key"), { ...usual, passphrase }, 0],
  ["an encrypted key without its passphrase", appliance("ready-encrypted-key"), usual, 1],
  ["a wrong passphrase", appliance("ready-encrypted-key"), { ...usual, passphrase: "$(touch x) `touch x`" }, 1],
  ["a missing certificate", appliance("ready"), { ...usual, certificate: "missing.crt" }, 2],
  [
    "hostile names",
    {
      [`${hostile}.crt`]: fixture("ready", "sensor.crt"),
      [`--format=json=x${hostile}.pem`]: fixture("ready", "ca.pem"),
      "sensor.key": fixture("ready", "sensor.key"),
    },
    { ...usual, certificate: `${hostile}.crt`, chain: `--format=json=x${hostile}.pem` },
    0,
  ],
];

describe.each(systems)(`$file${withoutBash}`, ({ file, shell, env, prologue = "", reports }) => {
  const script = stepsOf(file).at(-1)?.script ?? "";
  const before = file.includes("gitlab") ? "mkdir -p certcheck-reports\n" : "";
  const written = Object.entries(reports);

  test.skipIf(withoutBash !== "").each(cases)("%s", (_what, inputs, given, expected) => {
    inWorkspace(inputs, (workspace) => {
      const { exitCode, out, err } = workspace.run(shell, prologue + before + script, env(given, workspace));
      expect([exitCode, err.replace(/^\+ set .*\n/, "")]).toEqual([
        expected,
        expected === 2 ? expect.stringContaining("certcheck: missing.crt: no such file") : "",
      ]);
      expect(written.filter(([, name]) => workspace.has(name))).toEqual(expected === 2 ? [] : written);
      for (const [format, name] of expected === 2 ? [] : written) expectSound(format, workspace.read(name), expected);
      expect(workspace.has("x")).toBe(false);
      const annotations = commandsIn(out).filter(({ name }) => name === "error");
      expect(annotations.length > 0).toBe(expected === 1 && file.includes("github"));
      if (given.passphrase !== undefined) expect(out + err).not.toContain(given.passphrase);
    });
  });

  test.skipIf(withoutBash !== "")("gets certcheck from the package, where it is not there", () => {
    const [install] = stepsOf(file);
    inWorkspace(
      {},
      (workspace) => {
        const variables = { CERTCHECK_PACKAGE: "./a $(touch x).tgz" };
        expect(workspace.run(shell, prologue + install?.script, variables).exitCode).toBe(0);
        expect(workspace.read("~/npm.txt")).toMatch(
          /^npm install --global .*--ignore-scripts \.\/a \$\(touch x\)\.tgz\n$/,
        );
        expect(workspace.has("x")).toBe(false);
      },
      ["npm"],
    );
  });

  test.skipIf(withoutBash !== "")("fails if certcheck cannot be had", () => {
    const [install] = stepsOf(file);
    inWorkspace({}, ({ run, path }) => {
      // Nothing is found here but what the shell itself has.
      mkdirSync(path("empty"));
      const [program = "", ...words] = shell;
      const { exitCode } = run([`/bin/${program}`, ...words], prologue + install?.script, {
        PATH: path("empty"),
        CERTCHECK_PACKAGE: "x",
      });
      expect(exitCode).not.toBe(0);
    });
  });
});

/** A report can be read, and agrees with the exit code. */
function expectSound(format: string, text: string, exitCode: number): void {
  const failing: Readonly<Record<string, () => number>> = {
    junit: () => readJunit(text).reduce((sum, { counts }) => sum + counts.failures + counts.errors, 0),
    sarif: () =>
      readSarif(text).runs.flatMap(({ results = [] }) => results.filter(({ level }) => level === "error")).length,
    gitlab: () => readGitlab(text).filter(({ severity }) => severity !== "info" && severity !== "minor").length,
  };
  expect(text.length).toBeGreaterThan(0);
  const count = failing[format]?.();
  if (count !== undefined) expect(count > 0).toBe(exitCode === 1);
}
