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

Written by \`npm run generate\`. The cases come from public test suites: x509-limbo, OpenSSL, pyca/cryptography, pkilint,
phpseclib, BoringSSL and others. They are not part of this project; where they do not lie beside it, in
\`../shared/conformance\`, the tests that compare with them are skipped, and say so.

| section | cases | as expected | exceptions, each with its reason |
| --- | --: | --: | --: |
${all.map((score) => `| ${score.section.title} | ${score.cases} | ${met(score)} | ${score.cases - met(score)} |`).join("\n")}
${all.map(chapter).join("")}`;

function chapter({ section: { title, about }, excused }: Score): string {
  const reasons = [...excused].map(([reason, ids]) => `\n${reason}:\n\n${ids.map((id) => `- \`${id}\`\n`).join("")}`);
  return `\n## ${title}\n\n${about}\n${reasons.length === 0 ? "\nThere are no exceptions.\n" : reasons.join("")}`;
}
