/** Completion for zsh, in the words of its own `_arguments`; names of certificates stand before other files. */
import {
  allWords,
  brief,
  type CommandWords,
  extensions,
  hasWords,
  keyOf,
  namedValues,
  type OptionWords,
  quoted,
  type Value,
  type WordValue,
} from "./words.ts";

/** The script. */
export function zshScript(program: CommandWords): string {
  const named = namedValues(program);
  const actionOf = (value: Value): string => {
    if (hasWords(value)) return `_certcheck_values_${named.get(keyOf(value))?.name}`;
    return { file: "_certcheck_files", folder: "_files -/", command: "_certcheck_commands", anything: " " }[value.kind];
  };
  return [
    "#compdef certcheck",
    "# zsh completion of certcheck, written by: certcheck completion zsh",
    "",
    ...allWords(program).map((command) => functionOf(command, actionOf)),
    ...[...named.values()].map(({ name, value }) => `_certcheck_values_${name}() {\n${valueBody(value)}\n}\n`),
    `_certcheck_files() {\n  _files "$@" -g '*.(${extensions.join("|")})'\n}`,
    "",
    "# The file may be loaded at the first <Tab>, or read at the start.",
    'if [[ "${funcstack[1]}" == _certcheck ]]; then',
    '  _certcheck "$@"',
    "elif (( $+functions[compdef] )); then",
    "  compdef _certcheck certcheck",
    "fi",
    "",
  ].join("\n");
}

const functionName = (path: readonly string[]): string => ["_certcheck", ...path].join("_");

/** What completes a command; those below it are tried first. */
function functionOf({ path, options, operands, isVariadic, commands }: CommandWords, actionOf: Action): string {
  const name = functionName(path);
  const below = commands.map((one) => one.path.at(-1) ?? "");
  const operandSpecs = operands.map((value, index) => {
    const repeated = isVariadic && index === operands.length - 1;
    return `${repeated ? "*" : index + 1}:operand:${actionOf(value)}`;
  });
  const firstSpec = below.length === 0 ? [] : [`1:command or file:${name}_first`];
  const specs = [
    ...options.flatMap((option) => optionSpecs(option, actionOf)),
    ...firstSpec,
    ...operandSpecs.filter((spec) => below.length === 0 || !spec.startsWith("1:")),
  ];
  const dispatch = [
    "  if (( CURRENT > 2 )); then",
    '    case "${words[2]}" in',
    `      ${below.join("|")})`,
    `        local next="${name}_\${words[2]}"`,
    "        shift words",
    "        (( CURRENT-- ))",
    '        "$next"',
    "        return",
    "        ;;",
    "    esac",
    "  fi",
  ];
  return [
    `${name}() {`,
    ...(below.length > 0 ? dispatch : []),
    "  _arguments -s -S \\",
    specs.map((spec) => `    ${quoted(spec)}`).join(" \\\n"),
    "}",
    ...(below.length > 0
      ? [
          "",
          `${name}_commands() {`,
          "  local -a list=(",
          ...commands.map((one) => `    ${quoted(`${one.path.at(-1)}:${brief(one.description)}`)}`),
          "  )",
          '  _describe -t commands command list "$@"',
          "}",
          "",
          `${name}_first() {`,
          `  _alternative ${quoted(`commands:command:${name}_commands`)} ${quoted("files:file:_certcheck_files")}`,
          "}",
        ]
      : []),
    "",
  ].join("\n");
}

/** What completes a value. */
type Action = (value: Value) => string;

function optionSpecs({ names, description, value, isRepeatable }: OptionWords, actionOf: Action): string[] {
  const others = isRepeatable ? "*" : names.length > 1 ? `(${names.join(" ")})` : "";
  const meaning = `[${brief(description).replace(/[[\]\\:]/g, String.raw`\$&`)}]`;
  return names.map((name) => {
    const equals = value !== undefined && name.startsWith("--") ? "=" : "";
    return `${others}${name}${equals}${meaning}${value === undefined ? "" : `:value:${actionOf(value)}`}`;
  });
}

/** The body of a function that completes a value with words. */
function valueBody(value: WordValue): string {
  const list = `  local -a list=(${value.words.map(quoted).join(" ")})`;
  switch (value.kind) {
    case "words":
      return `${list}\n  compadd "$@" -a list`;
    case "list":
      return `${list}\n  compset -P '*,'\n  compadd "$@" -q -S , -a list`;
    case "words or word=file":
      return `${list}\n  if compset -P '*='; then _files; else compadd "$@" -q -S = -a list; fi`;
    case "word=level": {
      const levels = value.levels.map(quoted).join(" ");
      return `${list}\n  compset -P '*,'\n  if compset -P '*='; then compadd "$@" -- ${levels}; else compadd "$@" -S = -a list; fi`;
    }
    case "source":
      return [
        list,
        "  if compset -P env:; then _parameters -g '*export*'",
        "  elif compset -P file:; then _files",
        '  else compadd "$@" -S \'\' -- ${(M)list:#*:}; compadd "$@" -- ${list:#*:}; fi',
      ].join("\n");
  }
}
