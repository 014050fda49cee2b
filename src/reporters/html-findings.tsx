/** What was found, in a page: where, by which rule, why it matters, what to do, and who let it pass. */
import type { ComponentChildren, VNode } from "preact";
import type { Finding, Result } from "../evaluation/evaluate.ts";
import { counts, type FailOn, isWaived } from "../report/report.ts";
import { type Fix, fixesOf, type Printed, weighing, whyOf } from "./outline.ts";
import { neutral, where } from "./text.ts";
import { noteWords } from "./waiver-words.ts";

/** A page while it is being written. */
export interface Page {
  readonly failOn: FailOn;
  readonly printed: Printed;
}

/** Findings of one rule that are listed. */
const LISTED_FINDINGS = 100;

/** Results of rules that fail. */
export const resultList = (results: readonly Result[], page: Page): VNode => (
  <ul class="results">{results.map((result) => resultItem(result, page))}</ul>
);

function resultItem(result: Result, page: Page): VNode {
  const { rule: id, findings } = result;
  const why = whyOf(result);
  const rest = findings.length - LISTED_FINDINGS;
  return (
    <li class={isWaived(result) ? "waived" : result.ruleSeverity}>
      {findings.slice(0, LISTED_FINDINGS).map(findingText)}
      {rest > 0 && <p>and {rest} more of the same rule; the report in JSON has all</p>}
      <p class="rule">
        <code>{neutral(id)}</code> {weight(result, page.failOn)}
      </p>
      {waiverText(result)}
      {why !== undefined && <p class="why">{why}</p>}
      {fixesOf(result, page.printed).map(fixText)}
    </li>
  );
}

const findingText = (finding: Finding): VNode => (
  <p class="what">
    <span class="place">{where(finding)}:</span> <span class="message">{neutral(finding.message)}</span>
  </p>
);

/** How much it counts for the exit code. */
function weight(result: Result, failOn: FailOn): string {
  const weighed = [result.ruleSeverity, weighing(result)].filter((part) => part !== undefined).join(", ");
  return counts(result, failOn) ? `${weighed}; fails the run` : weighed;
}

function waiverText({ waiver }: Result): VNode | undefined {
  if (waiver === undefined) return undefined;
  const { state, until, owner, reason } = waiver;
  return (
    <p class="waiver">
      <strong>
        {noteWords[state]} {neutral(until)}
      </strong>{" "}
      (<bdi>{neutral(owner)}</bdi>: <bdi>{neutral(reason)}</bdi>)
    </p>
  );
}

const fixText = ({ advice, commands, standsUnder }: Fix): VNode => (
  <div class="fix">
    <p>
      <strong>Fix:</strong> {neutral(advice)}
      {standsUnder !== undefined && ` (the command under ${neutral(standsUnder)})`}
    </p>
    {standsUnder === undefined && commandBlock(commands)}
  </div>
);

/** Commands to copy. Long ones are wrapped and never cut; their further lines are indented, so that it is seen. */
export const commandBlock = (commands: readonly string[]): VNode | undefined =>
  commands.length === 0 ? undefined : (
    <pre>
      {commands.map((command, index) => (
        <code>
          {unbroken(neutral(command))}
          {index < commands.length - 1 && "\n"}
        </code>
      ))}
    </pre>
  );

/** A line ends before an option, and not behind its hyphen. */
const unbroken = (command: string): ComponentChildren =>
  command.split(/((?<!\S)-\S{1,30}(?!\S))/).map((part, index) => (index % 2 === 1 ? <span>{part}</span> : part));

/** A heading and what stands below it; nothing if there is nothing. */
export const section = (
  Heading: "h2" | "h3" | "h4",
  title: string,
  isThere: boolean,
  content: () => ComponentChildren,
): VNode | undefined =>
  isThere ? (
    <section>
      <Heading>{title}</Heading>
      {content()}
    </section>
  ) : undefined;
