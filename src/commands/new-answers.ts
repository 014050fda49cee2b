/** Answers for a new certificate: from the command line, what it is based on, the configuration, and by asking; and what the rules say against them. */
import type { Configuration } from "../configuration/configuration.ts";
import { UsageError } from "../errors.ts";
import type { Basis } from "../issue/basis.ts";
import { refusalsOf, type WishedKey } from "../issue/refusals.ts";
import {
  alternativeProblem,
  type Answers,
  attributeProblem,
  type Field,
  fields,
  missingFields,
  wishOf,
} from "../issue/wish.ts";
import { TRIES } from "../gather/passphrase.ts";
import { quote } from "../remedy.ts";
import { neutral } from "../reporters/text.ts";
import type { Context } from "../rule.ts";
import { isPipeline, type System } from "../system/system.ts";

/** What the command line may answer. */
export interface GivenAnswers extends Readonly<Partial<Record<Field["key"], string>>> {
  readonly san?: readonly string[];
  readonly crlUrl?: string;
}

/** What the rules are asked with. */
export interface Judging {
  readonly key: WishedKey | { readonly bits: number };
  readonly context: Pick<Context, "edition" | "requirements">;
}

/** Those of a configuration, or without some of them. */
type Defaults = {
  readonly [K in keyof NonNullable<Configuration["new"]>]: NonNullable<Configuration["new"]>[K] | undefined;
};

/** The answers at hand: the command line's, else those of the basis, else those of the configuration. @throws UsageError */
export function answersOf(
  name: string | undefined,
  given: GivenAnswers,
  basis: Basis["answers"] | undefined,
  defaults: Defaults,
): Answers {
  const ownName = name?.trim() ?? basis?.name;
  const crlUrl = given.crlUrl ?? defaults.crlUrl;
  const answers: Answers = {
    ...(ownName !== undefined && ownName !== "" && { name: ownName }),
    subject: Object.fromEntries(
      fields.map(({ key }) => {
        const own = given[key]?.trim();
        const fallback = defaults[key] === undefined ? [] : [defaults[key]];
        return [key, own === undefined ? (basis?.subject[key] ?? fallback) : own === "" ? [] : [own]];
      }),
    ),
    alternatives: given.san ?? basis?.alternatives ?? [],
    ...(crlUrl !== undefined && { crlUrl: URL.canParse(crlUrl) ? new URL(crlUrl).href : crlUrl }),
  };
  if (hasTooMany(answers)) throw new UsageError(TOO_MANY);
  return answers;
}

/** Most attributes, and most names: a certificate of thousands is no appliance's. */
const MAX_PARTS = 100;

const TOO_MANY = `more than ${MAX_PARTS} attributes or names`;

const hasTooMany = ({ subject, alternatives }: Answers): boolean =>
  alternatives.length > MAX_PARTS || Object.values(subject).flat().length > MAX_PARTS;

/** What questions depend on. */
export interface Interview {
  readonly given: GivenAnswers;
  readonly basis: Basis["answers"] | undefined;
  /** Throws if what is called by the name could not be written: that is said before more is asked. */
  readonly requireRoom: (answers: Answers) => void;
}

/**
 * Asks for all that was not said on the command line or by the basis, if something is missing that has to be there.
 * @throws UsageError if nobody is there to be asked, with all that is missing
 */
export async function completeAnswers(
  answers: Answers,
  { given, basis, requireRoom }: Interview,
  judging: Judging,
  system: System,
): Promise<Answers> {
  if (answers.name !== undefined && missingFields(answers).length === 0) return answers;
  if (isPipeline(system)) throw missing(answers);
  let all = answers;
  const ask = async (question: string, fallback: string, put: (value: string) => Answers): Promise<void> => {
    for (let left = TRIES; left > 0; left--) {
      const shown = fallback === "" ? "" : ` [${neutral(fallback)}]`;
      const typed = await system.ask(`${question}${shown}: `);
      if (typed === undefined) throw missing(answers);
      const next = put(typed.trim() || fallback);
      const [objection] = newObjections(all, next, judging);
      if (objection === undefined) {
        all = next;
        return;
      }
      system.complain(`certcheck: ${neutral(objection)}\n`);
    }
    throw new UsageError("no answer that could be used: nothing was written");
  };
  if (all.name === undefined) await ask("Domain name of the appliance", "", (name) => ({ ...all, name }));
  requireRoom(all);
  for (const field of fields) {
    if (given[field.key] !== undefined || basis?.subject[field.key] !== undefined) continue;
    await ask(field.question, all.subject[field.key]?.[0] ?? "", (value) => ({
      ...all,
      subject: { ...all.subject, [field.key]: value === "" ? [] : [value] },
    }));
  }
  if (given.san === undefined && basis === undefined)
    await ask("Other names and addresses, separated by commas (may be empty)", "", (value) => ({
      ...all,
      alternatives: namesIn(value),
    }));
  return all;
}

/** Names between commas. */
export const namesIn = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** What is wrong with complete answers. @throws UsageError with all of it */
export function requireAcceptable(answers: Answers, judging: Judging): void {
  if (answers.name === undefined || missingFields(answers).length > 0) throw missing(answers);
  const found = objectionsTo(answers, judging);
  if (found.length > 0)
    throw new UsageError(found.map(({ text }) => text).join("\n"), found.find(({ rule }) => rule !== undefined)?.hint);
}

/** All that is missing, with an example of it. */
function missing(answers: Answers): UsageError {
  const lacking = missingFields(answers);
  const options = [
    ...(answers.name === undefined ? ["the domain name of the appliance"] : []),
    ...lacking.map(({ option }) => option),
  ];
  const words = [
    ...(answers.name === undefined ? [EXAMPLE_NAME] : []),
    ...lacking.flatMap(({ option, example }) => [option, quote(example)]),
  ];
  return new UsageError(`missing: ${options.join(", ")}`, `add ${words.join(" ")}`);
}

const EXAMPLE_NAME = "sensor.contoso.com";

/** Something that is wrong, by the option that would say it otherwise. */
interface Objection {
  readonly text: string;
  readonly rule?: string;
  readonly hint?: string;
}

/** What is wrong with the next answers and was not with those before, where examples stand for what is not answered yet. */
function newObjections(before: Answers, next: Answers, judging: Judging): string[] {
  const known = new Set(objectionsTo(withExamples(before), judging).map(({ text }) => text));
  const lacks = missingFields(next).find(({ key }) => before.subject[key] !== next.subject[key]);
  if (lacks !== undefined) return [`${lacks.option.slice(2)}: has to be there`];
  if (next.name === "") return ["the name: has to be there"];
  return objectionsTo(withExamples(next), judging)
    .map(({ text }) => text)
    .filter((text) => !known.has(text))
    .map((text) => text.replace(/^--/, ""));
}

const withExamples = (answers: Answers): Answers => ({
  ...answers,
  name: answers.name ?? EXAMPLE_NAME,
  subject: {
    ...answers.subject,
    ...Object.fromEntries(missingFields(answers).map(({ key, example }) => [key, [example]])),
  },
});

function objectionsTo(answers: Answers, { key, context }: Judging): Objection[] {
  if (hasTooMany(answers)) return [{ text: TOO_MANY }];
  const texts = [
    ...fields.flatMap((field) =>
      (answers.subject[field.key] ?? []).map((value) => [field.option, value, attributeProblem(field, value)] as const),
    ),
    ...answers.alternatives.map((name) => ["--san", name, alternativeProblem(name)] as const),
  ].flatMap(([option, value, problem]) =>
    problem === undefined ? [] : [{ text: `${option}: ${JSON.stringify(value)} ${problem}` }],
  );
  // What cannot be encoded is nothing that rules could be asked about.
  if (texts.length > 0) return texts;
  const found = refusalsOf(wishOf(answers), key, context).map(({ rule, message }): Objection => ({
    text: `${optionOf(rule, message)}: ${message}`,
    rule,
    hint: `certcheck rules ${rule} explains it`,
  }));
  // Of a key, rules on the certificate and on the key say the same.
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}

/** What to say otherwise, by the rule that would fail. */
const options: Readonly<Record<string, string>> = {
  "subject/common-name": "the name",
  "subject/country": "--country",
  "subject/organization": "--organization",
  "subject/organizational-unit": "--organizational-unit",
  "policy/names": "the name, or --san",
  "certificate/public-key": "the key",
  "key/size": "the key",
  "key/consistent": "the key",
  "policy/key-size": "--bits",
  "crl-point/http": "--crl-url",
};

function optionOf(rule: string, message: string): string {
  if (rule === "subject/no-wildcard") return message.startsWith("the alternative") ? "--san" : "the name";
  return options[rule] ?? rule;
}
