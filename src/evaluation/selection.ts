/** Choosing and re-weighing rules by patterns such as `chain/*`. */
import type { Deselection } from "./evaluate.ts";
import { matches } from "../pattern.ts";
import { severities, type Severity } from "../rule.ts";
import { UsageError } from "../errors.ts";
import { didYouMean, differBySlip } from "../spelling.ts";

/** What the command line or a configuration says about rules; patterns are ids, or ids with `*`. */
export interface Choice {
  /** The configuration's file; absent for the command line. */
  readonly by?: string;
  /** Nothing else is asked; all, if empty. */
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  /** `id=level` each; the last that matches counts. */
  readonly severity: readonly string[];
}

/** A choice that was checked against the catalogue. */
export interface Selection {
  readonly deselected: Deselection;
  /** The severity that is given to a rule; absent if none is. */
  readonly level?: (ruleId: string) => Severity | undefined;
}

/**
 * Puts choices together, the most particular last: what it says of `only` overrides what others say, and so do its weights.
 * `asked` are those of the rules that are asked at all, whatever is chosen.
 * @throws UsageError for a pattern that matches no rule, an unknown level, or if no rule is left
 */
export function select(
  choices: readonly Choice[],
  ruleIds: readonly string[],
  asked: readonly string[] = ruleIds,
): Selection {
  const lists = choices.map(({ by, only, ignore, severity }) => ({
    only: patterns(only, "--only", by, ruleIds),
    ignore: patterns(ignore, "--ignore", by, ruleIds),
    levels: severity.map((text) => weight(text, by, ruleIds)),
  }));
  const only = lists.findLast((list) => list.only.length > 0)?.only;
  const ignored = lists.flatMap(({ ignore }) => ignore);
  const levels = lists.flatMap((list) => list.levels);
  const covers =
    (id: string) =>
    ({ pattern }: Pattern): boolean =>
      matches(pattern, id);
  const isUnchosen = only === undefined && ignored.length === 0;
  function deselected(id: string): string | undefined {
    if (isUnchosen) return undefined;
    const ignoring = ignored.find(covers(id));
    if (ignoring !== undefined) return `deselected ${ignoring.where}`;
    return only === undefined || only.some(covers(id)) ? undefined : `deselected ${only[0]?.where}`;
  }
  // A run that asks nothing finds nothing, which would look like success.
  if (asked.every((id) => deselected(id) !== undefined))
    throw new UsageError(
      "nothing to check: no rule is left",
      "what was chosen is asked by another command, in another edition, or with another configuration",
    );
  return { deselected, ...(levels.length > 0 && { level: (id) => levels.findLast(covers(id))?.level }) };
}

/** A pattern that matches some rule, and where it stands. */
interface Pattern {
  readonly pattern: string;
  readonly where: string;
}

const patterns = (
  texts: readonly string[],
  option: string,
  by: string | undefined,
  ruleIds: readonly string[],
): readonly Pattern[] => texts.map((text) => requirePattern(text, option, by, ruleIds));

function weight(
  text: string,
  by: string | undefined,
  ruleIds: readonly string[],
): Pattern & { readonly level: Severity } {
  const [, pattern = "", level = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!isSeverity(level))
    throw new UsageError(`--severity ${text}: no such level`, `write id=level, with one of ${severities.join(", ")}`);
  return { ...requirePattern(pattern, "--severity", by, ruleIds), level };
}

const isSeverity = (text: string): text is Severity => severities.some((severity) => severity === text);

function requirePattern(text: string, option: string, by: string | undefined, ruleIds: readonly string[]): Pattern {
  if (ruleIds.some((id) => matches(text, id)))
    return { pattern: text, where: by === undefined ? `with ${option}` : `by ${by}` };
  throw new UsageError(
    `${option} ${text}: no rule has this id`,
    suggestion(text, ruleIds) ?? "certcheck rules lists them",
  );
}

/** The rules that may have been meant: those that are misspelt or cut short, or else those that share topic or name. */
export function suggestion(text: string, ruleIds: readonly string[]): string | undefined {
  const [topic, name] = text.split("/");
  const misspelt = ruleIds.filter((id) => differBySlip(id, text) || (name !== undefined && id.startsWith(text)));
  const related = ruleIds.filter((id) => id.endsWith(`/${name ?? topic}`) || id.startsWith(`${topic}/`));
  const near = misspelt.length > 0 ? misspelt : related;
  return didYouMean(near);
}
