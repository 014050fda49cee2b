/** Completion for fish; what it does not say itself fish completes as the names of files. */
import { allWords, brief, type CommandWords, hasWords, keyOf, namedValues, quoted, type Value } from "./words.ts";

/** The script. */
export function fishScript(program: CommandWords): string {
  const named = namedValues(program);
  const names = program.commands.flatMap(({ path }) => path);
  const nameOf = (value: Value): string => `__certcheck_values_${named.get(keyOf(value))?.name}`;
  return [
    "# fish completion of certcheck, written by: certcheck completion fish",
    "",
    pathFunction(program),
    TYPED,
    ...[...named.values()].map(({ name, value }) => valueFunction(name, value)),
    ...allWords(program).flatMap((command) => completions(command, names, nameOf)),
    "",
  ].join("\n");
}

/** A word in single quotes: fish knows two escapes there. */
const inQuotes = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Says whether the words before the one that is typed lead to a command. */
const pathFunction = ({ commands }: CommandWords): string => `function __certcheck_in
    set -l words (commandline -opc)
    set -l path
    switch "$words[2]"
        case ${commands.map(({ path }) => path[0]).join(" ")}
            set path "$words[2]"
    end
    switch "$path $words[3]"
        case ${commands.flatMap((one) => one.commands.map(({ path }) => quoted(path.join(" ")))).join(" ")}
            set path "$path $words[3]"
    end
    test "$path" = "$argv[1]"
end

# Whether it is the word behind the name of the command.
function __certcheck_first
    __certcheck_in "$argv[1]"; and test (count (commandline -opc)) -eq (math 1 + (count (string split -n ' ' -- "$argv[1]")))
end
`;

const TYPED = `# What was typed of a value.
function __certcheck_typed
    commandline -ct | string replace -r '^--[a-z0-9-]+=' ''
end

function __certcheck_typed_like
    string match -q -- "$argv[1]" (__certcheck_typed)
end
`;

/** What stands before the last comma. */
const BEFORE = [
  "set -l typed (__certcheck_typed)",
  "set -l before (string replace -r '[^,]*$' '' -- \"$typed\")",
] as const;

/** Prints what a value may be. */
function valueFunction(name: string, value: Value): string {
  const words = (list: readonly string[]): string => list.map(inQuotes).join(" ");
  const body = (): readonly string[] => {
    if (!hasWords(value)) return [];
    const print = `printf '%s\\n' ${words(value.words)}`;
    switch (value.kind) {
      case "words":
      case "words or word=file":
        return [print];
      case "list":
        // What was typed is no format of printf.
        return [...BEFORE, `set -l words ${words(value.words)}`, `printf '%s\\n' "$before"$words`];
      case "word=level":
        return [
          ...BEFORE,
          "set -l last (string replace -r '^.*,' '' -- \"$typed\")",
          "if string match -q '*=*' -- \"$last\"",
          "    set -l id (string replace -r '=.*' '=' -- \"$last\")",
          `    set -l levels ${words(value.levels)}`,
          `    printf '%s\\n' "$before$id"$levels`,
          "else",
          `    set -l words ${words(value.words)}`,
          `    printf '%s=\\n' "$before"$words`,
          "end",
        ];
      case "source":
        return [
          "if __certcheck_typed_like 'env:*'",
          "    set -nx | string replace -r '^' 'env:'",
          "else",
          `    ${print}`,
          "end",
        ];
    }
  };
  return [`function __certcheck_values_${name}`, ...body().map((line) => `    ${line}`), "end", ""].join("\n");
}

/** What fish is told of one command; `names` are those of all. */
function completions(
  { path, options, operands, commands }: CommandWords,
  names: readonly string[],
  nameOf: (value: Value) => string,
): string[] {
  const here = path.join(" ");
  const line = (condition: string, rest: string): string => `complete -c certcheck -n ${inQuotes(condition)} ${rest}`;
  const inside = `__certcheck_in ${inQuotes(here)}`;
  const [operand] = operands;
  return [
    "",
    ...commands.map((one) =>
      line(
        `__certcheck_first ${inQuotes(here)}`,
        `-a ${inQuotes(one.path.at(-1) ?? "")} -d ${inQuotes(brief(one.description))}`,
      ),
    ),
    ...(operand === undefined || operand.kind === "file" ? [] : [line(inside, `-f${operandWords(operand)}`)]),
    ...options.flatMap(({ names: spellings, description, value }) => {
      const spelling = spellings.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
      const rest = `${spelling.join(" ")} -d ${inQuotes(brief(description))}`;
      return optionValues(value).map(([typed, what]) => line(`${inside}${typed}`, `${rest}${what}`));
    }),
  ];

  function operandWords(value: Value): string {
    if (value.kind === "command") return ` -a ${inQuotes(names.join(" "))}`;
    return hasWords(value) ? ` -a ${inQuotes(`(${nameOf(value)})`)}` : "";
  }

  /** A condition on what was typed, and what may follow. */
  function optionValues(value: Value | undefined): readonly (readonly [typed: string, what: string])[] {
    if (value === undefined) return [["", ""]];
    if (value.kind === "file") return [["", " -r -F"]];
    if (value.kind === "folder") return [["", " -x -a '(__fish_complete_directories)'"]];
    if (!hasWords(value)) return [["", " -x"]];
    const words = ` -x -a ${inQuotes(`(${nameOf(value)})`)}`;
    const file = { "words or word=file": "*=*", source: "file:*" }[value.kind as string];
    if (file === undefined) return [["", words]];
    return [
      [`; and not __certcheck_typed_like ${inQuotes(file)}`, words],
      [`; and __certcheck_typed_like ${inQuotes(file)}`, " -r -F"],
    ];
  }
}
