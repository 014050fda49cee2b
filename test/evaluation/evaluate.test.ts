/** The engine and the report, on rules of three lines. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Bundle } from "../../src/bundle/bundle.ts";
import { evaluate, type Result } from "../../src/evaluation/evaluate.ts";
import { assembleReport, reportBundle, reweigh } from "../../src/report/report.ts";
import type { Context, Rule } from "../../src/rule.ts";
import { bundle } from "../support/bundle.ts";

type LeafRule = Extract<Rule, { on: "leaf" }>;

let subject: Bundle;
let context: Context;
beforeAll(async () => ({ bundle: subject, context } = await bundle()));

const rule = (more: Partial<LeafRule>): LeafRule => ({
  id: "made/up",
  on: "leaf",
  severity: "error",
  title: "Something holds",
  source: { document: "none", section: "none", firmness: "stated" },
  why: "Otherwise it would not.",
  fix: () => "Mend it.",
  check: () => undefined,
  ...more,
});

const evaluateOne = (more: Partial<LeafRule>, on: Partial<Context> = {}): Result | undefined =>
  evaluate([rule(more)], subject, { ...context, ...on })[0];

describe("evaluate", () => {
  test("nothing found: it holds", () => expect(evaluateOne({})).toMatchObject({ outcome: "holds", findings: [] }));

  test.each<[string, LeafRule["check"], object[]]>([
    ["a text", () => "found", [{ message: "found", file: "sensor.crt", line: 1 }]],
    [
      "one with an offset in the DER",
      () => ({ message: "found", offset: 100 }),
      [{ message: "found", file: "sensor.crt", line: 4 }],
    ],
    ["one with a line", () => ({ message: "found", line: 7 }), [{ message: "found", file: "sensor.crt", line: 7 }]],
    ["several", () => [{ message: "a" }, { message: "b" }], [{ message: "a" }, { message: "b" }]],
  ])("%s: it fails there", (_what, check, findings) => {
    expect(evaluateOne({ check, refusal: "failed" })).toMatchObject({
      outcome: "fails",
      refusal: "failed",
      findings: findings.map((finding) => ({ ...finding, fix: "Mend it." })),
    });
  });

  test("an empty list: it holds", () => expect(evaluateOne({ check: () => [] })?.outcome).toBe("holds"));

  test("a check that throws is broken, and the others go on", () => {
    const results = evaluate(
      [
        rule({
          check: () => {
            throw new Error("oops");
          },
        }),
        rule({ id: "made/another" }),
      ],
      subject,
      context,
    );
    expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["broken", "oops"],
      ["holds", undefined],
    ]);
    expect(results[0]?.stack).toContain("oops");
  });

  test("a fix that throws is broken as well", () => {
    expect(
      evaluateOne({
        check: () => "found",
        fix: () => {
          throw new Error("oops");
        },
      })?.outcome,
    ).toBe("broken");
  });

  test("a refusal is named only if the rule fails", () =>
    expect(evaluateOne({ refusal: "failed" })).not.toHaveProperty("refusal"));

  test.each<[string, Partial<LeafRule>, Partial<Context>, string]>([
    ["another edition", { editions: ["2021"] }, {}, "the 2023 edition does not ask for it"],
    ["validation off", { validation: "on" }, { validation: false }, "asked only with the appliance's validation on"],
    ["validation on", { validation: "off" }, {}, "asked only with the appliance's validation off"],
  ])("skipped, and not missed: %s", (_what, more, on, reason) => {
    const result = evaluateOne(more, on);
    expect(result).toMatchObject({ outcome: "skipped", reason });
    expect(result).not.toHaveProperty("unchecked");
  });

  test("a deselected rule remains unchecked", () => {
    const [result] = evaluate([rule({})], subject, context, () => "not wanted");
    expect(result).toMatchObject({
      outcome: "skipped",
      reason: "not wanted",
      unchecked: [{ what: "made/up" }],
    });
  });

  test("severity may depend on the context", () => {
    const severity: LeafRule["severity"] = ({ allowSelfSigned }) => (allowSelfSigned ? "warning" : "error");
    expect(evaluateOne({ severity })?.severity).toBe("error");
    expect(evaluateOne({ severity }, { allowSelfSigned: true })?.severity).toBe("warning");
  });
});

describe("the report", () => {
  const fails = (severity: LeafRule["severity"], refusal?: LeafRule["refusal"]): LeafRule =>
    rule({ severity, check: () => "found", ...(refusal && { refusal }) });
  const report = (rules: readonly Rule[]) => reportBundle(subject, evaluate(rules, subject, context), context);

  test.each<[string, LeafRule[], string, string[]]>([
    ["nothing", [], "ready", []],
    ["a warning", [fails("warning"), fails("info")], "ready", []],
    ["an error without a message", [fails("error")], "unsupported", []],
    ["an error with one", [fails("error"), fails("error", "failed")], "refused", ["failed"]],
    [
      "several, some twice",
      [fails("error", "failed"), fails("error", "passphrase"), fails("error", "failed")],
      "refused",
      ["passphrase", "failed"],
    ],
  ])("%s", (_what, rules, verdict, messages) => expect(report(rules)).toMatchObject({ verdict, messages }));

  test("another weight changes the exit code, not the verdict nor the message", () => {
    const weighed = reweigh(report([fails("error", "failed")]), () => "info");
    expect(weighed).toMatchObject({
      verdict: "refused",
      messages: ["failed"],
      results: [{ severity: "info", ruleSeverity: "error" }],
    });
    expect(assembleReport([weighed], context, "error").exitCode).toBe(0);
  });

  const broken = rule({
    check: () => {
      throw new Error("oops");
    },
  });
  test.each<[string, LeafRule[], "error" | "warning" | "never", number]>([
    ["nothing", [], "error", 0],
    ["a warning", [fails("warning")], "error", 0],
    ["a warning that counts", [fails("warning")], "warning", 1],
    ["a note", [fails("info")], "warning", 0],
    ["an error", [fails("error")], "error", 1],
    ["an error that does not count", [fails("error", "failed")], "never", 0],
    ["an error of our own", [broken, fails("error")], "never", 3],
  ])("exit code of %s", (_what, rules, failOn, exitCode) =>
    expect(assembleReport([report(rules)], context, failOn).exitCode).toBe(exitCode),
  );

  test("without details, it says the same of what counts", async () => {
    const { rules } = await import("../../src/rules/catalogue.ts");
    const results = evaluate(rules, subject, context);
    const { chain, upload, fetchCommand, files, ...rest } = reportBundle(subject, results, context);
    expect([chain, upload, files[0]?.details.length]).toEqual([expect.anything(), expect.anything(), 4]);
    expect(reportBundle(subject, results, context, { details: false })).toEqual({
      ...rest,
      files: files.map(({ file, slot, kind }) => ({ file, slot, kind, details: [], sha256: undefined })),
    });
    expect(fetchCommand).toBeUndefined();
  });

  test("what was not checked is said once for each reason", async () => {
    const { applianceRules } = await import("../../src/rules/index.ts");
    const { bundle: alone, context: its } = await bundle({
      operands: { chains: [] },
      context: { hosts: [{ kind: "name", value: "sensor.contoso.com" }] },
    });
    const { notChecked } = reportBundle(alone, evaluate(applianceRules, alone, its), its);
    expect(notChecked.map(({ why, option }) => [why, option])).toEqual([
      ["no chain file was given", "--chain"],
      ["nothing was fetched", "--online"],
      ["no CRL was given or fetched", "--online or --crl"],
      ["none was asked for", "--handshake"],
    ]);
  });
});
