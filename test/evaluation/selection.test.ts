/** Choosing rules. */
import { describe, expect, test } from "vitest";
import { type Choice, select, suggestion } from "../../src/evaluation/selection.ts";
import { UsageError } from "../../src/errors.ts";

const ids = ["chain/trusted", "chain/ordered", "key/size"];
const choose = (choice: Partial<Choice>) => select([{ only: [], ignore: [], severity: [], ...choice }], ids);
const asked = (choice: Partial<Choice>): string[] => ids.filter((id) => choose(choice).deselected(id) === undefined);

describe("select", () => {
  test.each<[string, Partial<Choice>, string[]]>([
    ["nothing said", {}, ids],
    ["one", { only: ["key/size"] }, ["key/size"]],
    ["a pattern", { only: ["chain/*"] }, ["chain/trusted", "chain/ordered"]],
    ["all but", { ignore: ["*/ordered"] }, ["chain/trusted", "key/size"]],
    ["both", { only: ["chain/*"], ignore: ["chain/ordered"] }, ["chain/trusted"]],
  ])("%s", (_what, choice, expected) => expect(asked(choice)).toEqual(expected));

  test("the last weight that matches counts", () => {
    const { level } = choose({ severity: ["chain/*=info", "chain/trusted=warning"] });
    expect(ids.map((id) => level?.(id))).toEqual(["warning", "info", undefined]);
    expect(choose({}).level).toBeUndefined();
  });

  test("the most particular `only` counts, what is ignored adds up", () => {
    const empty = { only: [], ignore: [], severity: [] };
    const file = { ...empty, by: "certcheck.config.yaml", only: ["key/size"], ignore: ["chain/ordered"] };
    const { deselected } = select([file, { ...empty, only: ["chain/*"] }], ids);
    expect(ids.map(deselected)).toEqual([undefined, "deselected by certcheck.config.yaml", "deselected with --only"]);
  });

  test("no rule is left: a usage error", () =>
    expect(() => choose({ ignore: ["chain/*", "*/size"] })).toThrow(
      new UsageError(
        "nothing to check: no rule is left",
        "what was chosen is asked by another command, in another edition, or with another configuration",
      ),
    ));

  test.each<[string, Partial<Choice>, string, string]>([
    [
      "an unknown rule",
      { only: ["chain/order"] },
      "--only chain/order: no rule has this id",
      "did you mean chain/ordered?",
    ],
    [
      "an unknown rule of a topic",
      { only: ["chain/sorted"] },
      "--only chain/sorted: no rule has this id",
      "did you mean chain/trusted, chain/ordered?",
    ],
    ["an unknown name", { ignore: ["size"] }, "--ignore size: no rule has this id", "did you mean key/size?"],
    ["nothing like it", { only: ["x"] }, "--only x: no rule has this id", "certcheck rules lists them"],
    ["a dot is no pattern", { only: ["key.size"] }, "--only key.size: no rule has this id", "did you mean key/size?"],
    [
      "an unknown level",
      { severity: ["key/size=bad"] },
      "--severity key/size=bad: no such level",
      "write id=level, with one of error, warning, info",
    ],
    [
      "no level",
      { severity: ["key/size"] },
      "--severity key/size: no such level",
      "write id=level, with one of error, warning, info",
    ],
  ])("%s is a usage error", (_what, choice, message, hint) => {
    expect(() => choose(choice)).toThrow(expect.objectContaining({ message, hint }) as UsageError);
  });
});

test.each(["key/sise", "key/siz", "key/ssize", "key/szie", "kez/size", "key/s"])("%s means key/size", (text) =>
  expect(suggestion(text, ids)).toBe("did you mean key/size?"),
);

test("a long text is no slip", () => expect(suggestion("key".repeat(1_000_000), ids)).toBeUndefined());
