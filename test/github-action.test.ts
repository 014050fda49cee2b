/** The action of action.yml: its steps run as GitHub's runner runs them, with the inputs that a workflow gives. */
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readSarif } from "./support/ci-formats.ts";
import { commandsIn } from "./support/github-commands.ts";
import {
  appliance,
  day,
  fixture,
  inWorkspace,
  passphrase,
  readOutputs,
  readYaml,
  stepsOf,
  withoutBash,
  type Workspace,
} from "./support/pipelines.ts";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
}

const { inputs: declared, outputs: promised } = readYaml("action.yml") as Action;
const [build, check] = stepsOf("action.yml");
const shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"];

/** Runs the second step. */
function act({ run, path, read }: Workspace, given: Readonly<Record<string, string>>) {
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(declared).map(([name, { default: value = "" }]) => [name, value])),
    ...given,
    args: `--at=${day}\n${given["args"] ?? ""}`,
  };
  const env = Object.entries(check?.env ?? {}).map(([name, text]) => [
    name,
    text.replace(/^\$\{\{ inputs\.([\w-]+) \}\}$/, (_, input: string) => values[input] ?? `no input ${input}`),
  ]);
  const outcome = run(shell, check?.script ?? "", {
    ...Object.fromEntries(env),
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION_PATH: resolve("."),
    GITHUB_OUTPUT: path("output.txt"),
    GITHUB_STEP_SUMMARY: path("summary.md"),
  });
  return { ...outcome, outputs: readOutputs(read("output.txt")) };
}

const usual = { certificate: "sensor.crt", key: "sensor.key", chain: "ca.pem" };
const expired = "This SSL certificate has expired and is not considered valid.";
const wrongPassphrase = "Passphrase does not match to the key";

test("every input is handed over, and only by the environment", () => {
  const handed = Object.values(check?.env ?? {}).map(
    (text) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text)?.[1] ?? text,
  );
  expect(handed.toSorted()).toEqual(Object.keys(declared).toSorted());
  expect(build?.env).toEqual({});
  for (const { script } of stepsOf("action.yml")) expect(script).not.toContain("${{");
});

describe(`the check${withoutBash}`, () => {
  test
    .skipIf(withoutBash !== "")
    .each<
      [what: string, name: string, given: Record<string, string>, code: number, verdict: string, messages: string[]]
    >([
      ["ready", "ready", {}, 0, "ready", []],
      ["expired", "expired", {}, 1, "refused", [expired]],
      ["expired, and that is no reason to fail", "expired", { "fail-on": "never" }, 0, "refused", [expired]],
      ["a certificate alone", "ready", { key: "", chain: "" }, 0, "ready", []],
      ["another name", "ready", { host: "other.contoso.com" }, 1, "unsupported", []],
      ["an encrypted key", "ready-encrypted-key", { passphrase }, 0, "ready", []],
      ["an encrypted key alone", "ready-encrypted-key", {}, 1, "refused", [wrongPassphrase]],
      ["a wrong passphrase", "ready-encrypted-key", { passphrase: "$(touch x)" }, 1, "refused", [wrongPassphrase]],
      ["a handshake", "ready", { handshake: "true", args: "--edition=2022\n\n--verbose" }, 0, "ready", []],
      ["a missing file", "ready", { certificate: "missing.crt" }, 2, "", []],
      ["no certificate", "ready", { certificate: "", key: "" }, 2, "", []],
      ["an unclear input", "ready", { online: "yes" }, 2, "", []],
      ["two keys", "ready", { "key-content": "x" }, 2, "", []],
    ])("%s", (_what, name, given, code, verdict, messages) => {
    inWorkspace(appliance(name), (workspace) => {
      const { exitCode, out, err, outputs } = act(workspace, { ...usual, ...given });
      expect(outputs).toEqual({
        verdict,
        "exit-code": String(code),
        messages: JSON.stringify(messages),
        sarif: "",
        junit: "",
        html: "",
      });
      expect(Object.keys(outputs)).toEqual(Object.keys(promised));
      expect(exitCode).toBe(code);
      expect(commandsIn(out).some((command) => command.name === "error")).toBe(code > 0);
      expect(err === "").toBe(code !== 2);
      expect(workspace.has("x")).toBe(false);
    });
  });

  test.skipIf(withoutBash !== "")("takes the key out of a secret, and shows nothing of it", () => {
    const { "sensor.key": key = Buffer.of(), ...rest } = appliance("ready");
    for (const content of [key.toString(), key.toString("base64")])
      inWorkspace(rest, (workspace) => {
        const { exitCode, out, err, outputs } = act(workspace, { ...usual, key: "", "key-content": content });
        expect([exitCode, outputs["verdict"], err]).toEqual([0, "ready", ""]);
        expect(out).not.toContain(content.slice(40, 70));
      });
  });

  test.skipIf(withoutBash !== "")(
    "writes the reports, in folders that it makes, also of a certificate that fails",
    () => {
      inWorkspace(appliance("expired"), (workspace) => {
        const own = {
          sarif: "reports/of certcheck/report.sarif",
          junit: "reports/junit.xml",
          html: "reports/page.html",
        };
        const given = { ...usual, ...own };
        const { exitCode, outputs } = act(workspace, given);
        expect(exitCode).toBe(1);
        expect(outputs).toMatchObject(own);
        expect(readSarif(workspace.read(own.sarif)).runs).toHaveLength(1);
        for (const name of [own.junit, own.html]) expect(workspace.read(name)).toContain("<");
      });
    },
  );

  test.skipIf(withoutBash !== "")("names no report of an earlier run", () => {
    inWorkspace({ ...appliance("ready"), "report.sarif": "old" }, (workspace) => {
      const { outputs } = act(workspace, { ...usual, certificate: "missing.crt", sarif: "report.sarif" });
      expect(outputs["sarif"]).toBe("");
    });
  });

  test.skipIf(withoutBash !== "")("names no report that could not be written, and those that replaced one", () => {
    inWorkspace({ ...appliance("ready"), "report.html": "old" }, (workspace) => {
      const { exitCode, outputs } = act(workspace, { ...usual, sarif: "/dev/full", junit: ".", html: "report.html" });
      expect([exitCode, outputs["sarif"], outputs["junit"], outputs["html"]]).toEqual([2, "", "", "report.html"]);
    });
  });

  test.skipIf(withoutBash !== "")("says so where a report cannot be written", () => {
    inWorkspace(appliance("ready"), (workspace) => {
      const { exitCode, err } = act(workspace, { ...usual, sarif: "sensor.crt/report.sarif" });
      expect([exitCode, err]).toEqual([2, expect.stringContaining("certcheck: sensor.crt/report.sarif: ")]);
    });
  });

  test.skipIf(withoutBash !== "")(
    "has names with anything in them, several in a list, and does nothing that they say",
    () => {
      const name = 'it\'s "a" $(touch x) `touch x`; touch x & ${HOME} * ${{ github.token }}';
      const [leaf = "", ...cas] = [fixture("ready", "sensor.crt"), fixture("ready", "ca.pem")].map(String);
      const [issuing = "", root = ""] = cas.join("").split(/(?<=-----END CERTIFICATE-----\n)/);
      const certificate = `${name}\nverdict=ready\n::error::forged.crt`;
      const files = {
        [certificate]: leaf,
        [`${name}.pem`]: issuing,
        "--online.pem": root,
        "sensor.key": fixture("ready", "sensor.key"),
      };
      inWorkspace(files, (workspace) => {
        const sarif = "a report\nverdict<<x\nrefused\nx";
        const given = { certificate, key: "sensor.key", chain: `${name}.pem\r\n--online.pem\n\n`, sarif };
        const { exitCode, out, outputs } = act(workspace, given);
        expect([exitCode, outputs["verdict"], outputs["sarif"]]).toEqual([0, "ready", sarif]);
        expect(workspace.has("x")).toBe(false);
        expect(commandsIn(out)).toEqual([]);
      });
    },
  );

  test.skipIf(withoutBash !== "")("writes for people where annotations are not wanted", () => {
    inWorkspace(appliance("expired"), (workspace) => {
      const { out } = act(workspace, { ...usual, annotations: "false" });
      expect(commandsIn(out)).toEqual([]);
      expect(out).toContain("REFUSED: the appliance would show this message");
    });
  });

  test.skipIf(withoutBash !== "")("adds to the summary", () => {
    inWorkspace({ ...appliance("expired"), "summary.md": "before\n" }, (workspace) => {
      act(workspace, usual);
      expect(workspace.read("summary.md")).toMatch(/^before\n/);
      expect(workspace.read("summary.md")).toContain(expired);
    });
    inWorkspace({ ...appliance("expired"), "summary.md": "before\n" }, (workspace) => {
      act(workspace, { ...usual, summary: "false" });
      expect(workspace.read("summary.md")).toBe("before\n");
    });
  });
});

describe(`the build${withoutBash}`, () => {
  test.skipIf(withoutBash !== "").each<[what: string, files: Record<string, string>, expected: string]>([
    [
      "installs what the lock has, runs none of its scripts, and builds",
      {},
      "npm ci --ignore-scripts --include=dev --no-audit --no-fund\nnpm run build\n",
    ],
    ["is not done twice", { "dist/certcheck.cache": "" }, ""],
  ])("%s", (_what, files, expected) => {
    inWorkspace(
      { "home.txt": "", ...files },
      ({ run, folder, read }) => {
        const { exitCode, err } = run(shell, `touch "$HOME/npm.txt"; ${build?.script}`, { GITHUB_ACTION_PATH: folder });
        expect([exitCode, err, read("~/npm.txt")]).toEqual([0, "", expected]);
      },
      ["npm"],
    );
  });
});
