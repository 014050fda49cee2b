/** Public conformance cases, held against what certcheck says; the scores are docs/conformance.md. */
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Case, cases, isThere, type Section } from "./conformance/cases.ts";
import { certificates } from "./conformance/certificates.ts";
import { pkcs12, pkcs7 } from "./conformance/containers.ts";
import { crls } from "./conformance/crls.ts";
import { keys } from "./conformance/keys.ts";
import { paths } from "./conformance/path.ts";

const sections: readonly Section[] = [certificates, keys, pkcs12, pkcs7, ...paths, ...crls];

/** What came of a section. */
interface Score {
  readonly section: Section;
  readonly cases: number;
  /** The identifiers of the cases that fail, by the reason. */
  readonly excused: ReadonlyMap<string, readonly string[]>;
}

const scores: Score[] = [];

/** The reason for which a case may fail: the first that holds. */
const reasonFor = (subject: Case, { exceptions }: Section): string | undefined =>
  Object.entries(exceptions).find(([, on]) => (typeof on === "function" ? on(subject) : on.includes(subject.id)))?.[0];

describe.skipIf(!isThere)(
  `public conformance cases${isThere ? "" : " (skipped: no folder ../shared/conformance beside the project)"}`,
  () => {
    test.each(sections)("$title: as expected, but for the exceptions listed", async (section) => {
      const own = cases.filter((subject) => subject.section === section.section && section.only?.(subject) !== false);
      const excused = new Map<string, string[]>();
      const unexpected: string[] = [];
      for (const subject of own) {
        const differences = await section.judge(subject);
        if (differences.length === 0) continue;
        const reason = reasonFor(subject, section);
        if (reason === undefined) unexpected.push(`${subject.id}: ${differences.join("; ")}`);
        else excused.set(reason, [...(excused.get(reason) ?? []), subject.id]);
      }
      expect(unexpected).toEqual([]);
      const failed = new Set([...excused.values()].flat());
      const stale = Object.entries(section.exceptions).flatMap(([reason, on]) =>
        typeof on !== "function" ? on.filter((id) => !failed.has(id)) : excused.has(reason) ? [] : [reason],
      );
      expect(stale, "exceptions that are none any more").toEqual([]);
      scores.push({ section, cases: own.length, excused });
    });

    test("docs/conformance.md has the scores", async () => {
      expect(scores).toHaveLength(sections.length);
      await expect(document(scores)).toMatchFileSnapshot(resolve("docs/conformance.md"));
    });
  },
  // Containers of Firefox ask for two million rounds of hashing.
  60_000,
);

const met = ({ cases: all, excused }: Score): number => all - [...excused.values()].flat().length;

const document = (all: readonly Score[]): string => `# Conformance

How much of what others expect of a reader of certificates certcheck fulfils: cases of public test suites, each with the verdict
that its suite, or \`openssl verify\`, has for it. Where certcheck says otherwise, the reason stands below.

| section | cases | as expected | exceptions, each with its reason |
| --- | --: | --: | --: |
${all.map((score) => `| ${score.section.title} | ${score.cases} | ${met(score)} | ${score.cases - met(score)} |`).join("\n")}

A case may be in several sections: paths are held against several verdicts.

## How to repeat it

The cases are not part of this project, and belong to theirs. They have to lie in \`../shared/conformance\`, beside the clone; without
that folder the tests are skipped, and say so.

\`\`\`sh
npx vitest run test/conformance.test.ts
\`\`\`

It fails if a case gets another verdict than expected without a reason that is written in \`test/conformance/\`, if a reason is
not needed any more, and if this page is not what came of it; \`npm run generate\` writes it anew.

The folder has the files of the cases, and \`manifest.jsonl\` with a line for each: where it comes from (\`source\`), its files, when
and with which passphrase to judge it (\`args\`), what is \`expected\`, and what OpenSSL says (\`oracle\`). \`Case\` in
\`test/conformance/cases.ts\` has all keys. The cases are from:

| suite | commit | cases |
| --- | --- | --: |
${suites().join("\n")}
${all.map(chapter).join("")}`;

/** A row for each repository that cases come from, the one with most first. */
function suites(): string[] {
  const counts = new Map<string, number>();
  for (const { source } of cases) {
    const suite = `[${source.repo}](https://github.com/${source.repo}) | \`${source.commit}\``;
    counts.set(suite, (counts.get(suite) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([suite, count]) => `| ${suite} | ${count} |`);
}

function chapter({ section: { title, about }, excused }: Score): string {
  const reasons = [...excused].map(([reason, ids]) => `\n${reason}:\n\n${ids.map((id) => `- \`${id}\`\n`).join("")}`);
  return `\n## ${title}\n\n${about}\n${reasons.length === 0 ? "\nThere are no exceptions.\n" : reasons.join("")}`;
}
