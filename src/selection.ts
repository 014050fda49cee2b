/** Choosing and re-weighing rules by patterns such as `chain/*`. */
import type { Deselection } from "./evaluate.ts";
import { severities, type Severity } from "./rule.ts";
import { UsageError } from "./errors.ts";

/** What the command line says about rules; patterns are ids, or ids with `*`. */
export interface Choice {
  /** Nothing else is asked; all, if empty. */
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  /** `id=level` each; the last that matches counts. */
  readonly severity: readonly string[];
}

/** A choice that was checked against the catalogue. */
export interface Selection {
  readonly deselected: Deselection;
  /** The severity that the command line gives a rule. */
  readonly level: (ruleId: string) => Severity | undefined;
}

/** @throws UsageError for a pattern that matches no rule, or an unknown level */
export function select({ only, ignore, severity }: Choice, ruleIds: readonly string[]): Selection {
  const [isOnly, isIgnored] = [
    { option: "--only", patterns: only },
    { option: "--ignore", patterns: ignore },
  ].map(({ option, patterns }) => {
    const tests = patterns.map((pattern) => matcher(pattern, option, ruleIds));
    return (id: string): boolean => tests.some((matches) => matches(id));
  });
  const levels = severity.map((text) => {
    const [, pattern = "", level = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (!isSeverity(level))
      throw new UsageError(`--severity ${text}: no such level`, `write id=level, with one of ${severities.join(", ")}`);
    return { matches: matcher(pattern, "--severity", ruleIds), level };
  });
  return {
    deselected(id) {
      if (isIgnored?.(id)) return "deselected with --ignore";
      return only.length > 0 && !isOnly?.(id) ? "deselected with --only" : undefined;
    },
    level: (id) => levels.findLast(({ matches }) => matches(id))?.level,
  };
}

const isSeverity = (text: string): text is Severity => severities.some((severity) => severity === text);

function matcher(pattern: string, option: string, ruleIds: readonly string[]): (id: string) => boolean {
  const expression = new RegExp(
    `^${pattern
      .split(/\*+/)
      .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, "\\$&"))
      .join(".*")}$`,
  );
  if (!ruleIds.some((id) => expression.test(id))) {
    throw new UsageError(
      `${option} ${pattern}: no rule has this id`,
      suggestion(pattern, ruleIds) ?? "certcheck rules lists them",
    );
  }
  return (id) => expression.test(id);
}

/** The rule that may have been meant: one that shares topic or name. */
export function suggestion(text: string, ruleIds: readonly string[]): string | undefined {
  const [topic, name] = text.split("/");
  const near = ruleIds.filter((id) => id.split("/")[1] === (name ?? topic) || id.split("/")[0] === topic);
  return near.length > 0 ? `did you mean ${near.join(", ")}?` : undefined;
}
