/** What may stand where on a command line, as the program and the catalogue have it: what all shells complete. */
import type { Argument, Command, Option } from "commander";
import { hiddenSources } from "../gather/passphrase.ts";
import { severities } from "../rule.ts";
import { rules } from "../rules/catalogue.ts";

/** A command, and what may follow it. */
export interface CommandWords {
  /** What leads to it; empty for the program, which checks. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** What its operands are; the last holds for all that follow if it may be repeated. */
  readonly operands: readonly Value[];
  readonly isVariadic: boolean;
  readonly commands: readonly CommandWords[];
}

/** An option. */
export interface OptionWords {
  /** Its spellings, such as `-v` and `--verbose`. */
  readonly names: readonly string[];
  readonly description: string;
  /** What its value is; absent if it has none. */
  readonly value?: Value;
  readonly isRepeatable: boolean;
}

/** What a value may be. */
export type Value =
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** A word, and after `=` a file. */
  | { readonly kind: "words or word=file"; readonly words: readonly string[] }
  /** Several of the words, separated by commas. */
  | { readonly kind: "list"; readonly words: readonly string[] }
  /** A word, `=`, and a level. */
  | { readonly kind: "word=level"; readonly words: readonly string[]; readonly levels: readonly string[] }
  /** A word, or what one begins that ends in a colon: `env:` with a variable, `file:` with a file. */
  | { readonly kind: "source"; readonly words: readonly string[] }
  | { readonly kind: "file" | "folder" | "command" | "anything" };

/** What files of certificates, keys and requests are called mostly; others are offered behind them. */
export const extensions = ["crt", "cer", "pem", "der", "key", "csr", "crl", "pfx", "p12", "p7b"] as const;

/** What a complete program has. */
export const wordsOf = (program: Command): CommandWords => commandWords(program, []);

function commandWords(command: Command, path: readonly string[]): CommandWords {
  // The verb check may be left out.
  const checks = path.length === 0 ? command.commands.find((one) => one.name() === "check") : undefined;
  const { registeredArguments: operands } = checks ?? command;
  const own = [...command.createHelp().visibleOptions(command), ...(checks?.options ?? [])];
  return {
    path,
    description: command.description(),
    options: own.map(optionWords),
    operands: operands.map(operandValue),
    isVariadic: operands.at(-1)?.variadic === true,
    commands: command.commands.map((one) => commandWords(one, [...path, one.name()])),
  };
}

function optionWords(option: Option): OptionWords {
  const [, placeholder] = /[<[](.*)[>\]]$/.exec(option.flags) ?? [];
  return {
    names: [option.short, option.long].flatMap((name) => name ?? []),
    description: option.description,
    ...(placeholder !== undefined && { value: optionValue(placeholder, option.argChoices) }),
    isRepeatable: /\brepeatable\b/.test(option.description) || placeholder === "ids",
  };
}

const ids = rules.map(({ id }) => id);
const topics = [...new Set(ids.map((id) => `${id.split("/")[0]}/*`))];

/** What the placeholders of options and the names of operands stand for, where the words are not given there. */
const values: Readonly<Record<string, Value>> = {
  file: { kind: "file" },
  folder: { kind: "folder" },
  ids: { kind: "list", words: [...topics, ...ids] },
  "id=level": { kind: "word=level", words: [...topics, ...ids], levels: severities },
  source: { kind: "source", words: [...hiddenSources, "pass:"].map((text) => text.replace(/(?<=:).*/, "")) },
};

function optionValue(placeholder: string, choices: readonly string[] | undefined): Value {
  if (choices === undefined) return values[placeholder] ?? { kind: "anything" };
  if (placeholder.endsWith("[=file]")) return { kind: "words or word=file", words: choices };
  return { kind: placeholder === "names" ? "list" : "words", words: choices };
}

/** What operands are that are no files. */
const operandValues: Readonly<Record<string, Value>> = {
  id: { kind: "words", words: ids },
  command: { kind: "command" },
  "host[:port]": { kind: "anything" },
  name: { kind: "anything" },
};

const operandValue = (operand: Argument): Value =>
  operand.argChoices === undefined
    ? (operandValues[operand.name()] ?? { kind: "file" })
    : { kind: "words", words: operand.argChoices };

/** A command and all below it, in the order of the program. */
export const allWords = (command: CommandWords): CommandWords[] => [command, ...command.commands.flatMap(allWords)];

/** Values that have words, by what they are: each under a name, such as that of the first option that has it. */
export function namedValues(
  program: CommandWords,
): ReadonlyMap<string, { readonly name: string; readonly value: WordValue }> {
  const named = new Map<string, { readonly name: string; readonly value: WordValue }>();
  function add(value: Value | undefined, name: string): void {
    if (value === undefined || !hasWords(value) || named.has(keyOf(value))) return;
    const taken = [...named.values()].filter((one) => one.name.replace(/_\d+$/, "") === name).length;
    named.set(keyOf(value), { name: taken === 0 ? name : `${name}_${taken + 1}`, value });
  }
  for (const { path, options, operands } of allWords(program)) {
    for (const { names, value } of options) add(value, (names.at(-1) ?? "").slice(2).replaceAll("-", "_"));
    for (const operand of operands) add(operand, path.join("_"));
  }
  return named;
}

/** A value that has words. */
export type WordValue = Extract<Value, { readonly words: readonly string[] }>;

/** Whether there are words to choose from. */
export const hasWords = (value: Value): value is WordValue => "words" in value;

/** The same for values that are the same. */
export const keyOf = (value: Value): string => JSON.stringify(value);

/** What an option is for, in a few words. */
export const brief = (description: string): string => description.replace(/(?:[;,:]\s|\s\().*/s, "");

/** A word that a shell like that of POSIX takes as it is. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
