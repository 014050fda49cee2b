/** The catalogue as a whole. */
import { describe, expect, test } from "vitest";
import { evaluate } from "../src/evaluation/evaluate.ts";
import { reportBundle } from "../src/report/report.ts";
import { rules } from "../src/rules/catalogue.ts";
import { endpointIds } from "../src/rules/index.ts";
import { bundle } from "./support/bundle.ts";

describe("the catalogue", () => {
  test("the default bundle satisfies every rule that is asked", async () => {
    const { bundle: subject, context } = await bundle();
    const results = evaluate(rules, subject, context);
    expect(results.filter(({ outcome }) => outcome !== "holds" && outcome !== "skipped")).toEqual([]);
    expect(reportBundle(subject, results, context).verdict).toBe("ready");
  });

  test("those on endpoints are known by their ids, whether they are loaded or not", () => {
    expect(rules.map(({ id }) => id).filter((id) => id.startsWith("endpoint/"))).toEqual(endpointIds);
  });

  test("ids are unique, and of the form topic/what-holds", () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*$/.test(id))).toEqual([]);
  });
});
