/**
 * Completion for bash 3.2 and later, without the package bash-completion. What was typed is compared, never evaluated; where
 * the script has nothing to offer, readline completes file names, and knows how to quote them.
 */
import { severities } from "../rule.ts";
import { allWords, type CommandWords, keyOf, namedValues, quoted, type Value } from "./words.ts";

/** The script. */
export function bashScript(program: CommandWords): string {
  const named = namedValues(program);
  const taking = (value: Value): string => {
    const name = named.get(keyOf(value))?.name;
    return `kind=${quoted(value.kind)}${name === undefined ? "" : ` list=("\${values_${name}[@]}")`}`;
  };
  const nested = program.commands.filter(({ commands }) => commands.length > 0);
  return [
    BEGINNING,
    ...[...named.values()].map(({ name, value }) => `  local values_${name}=(${value.words.map(quoted).join(" ")})`),
    "  local path=''",
    "  if ((${#words[@]} > 2)); then",
    '    case "${words[1]}" in',
    `      ${program.commands.map(({ path }) => path[0]).join(" | ")}) path="\${words[1]}" ;;`,
    "    esac",
    "  fi",
    "  if ((${#words[@]} > 3)); then",
    '    case "$path ${words[2]}" in',
    `      ${nested.flatMap(({ commands }) => commands.map(({ path }) => quoted(path.join(" ")))).join(" | ")}) path+=" \${words[2]}" ;;`,
    "    esac",
    "  fi",
    "",
    '  case "$path" in',
    ...allWords(program).flatMap(({ path, options, commands, operands }) => [
      `    ${quoted(path.join(" "))})`,
      `      options=(${options.flatMap(({ names }) => names).join(" ")})`,
      ...(commands.length > 0 ? [`      commands=(${commands.map((one) => one.path.at(-1)).join(" ")})`] : []),
      ...(operands[0] === undefined ? [] : [`      ${taking(operands[0])}`]),
      '      case "$option" in',
      ...options.flatMap(({ names, value }) =>
        value === undefined ? [] : [`        ${names.join(" | ")}) isValue=yes ${taking(value)} ;;`],
      ),
      "      esac",
      "      ;;",
    ]),
    "  esac",
    ending(program.commands.map(({ path }) => path[0]).join(" "), severities.join(" ")),
  ].join("\n");
}

const BEGINNING = `# bash completion of certcheck, written by: certcheck completion bash

_certcheck() {
  COMPREPLY=()
  # bash takes "=" and ":" for words of their own: what stands together is put together.
  local line="\${COMP_LINE:0:COMP_POINT}" words=() word='' blanks i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    blanks="\${line%%[![:space:]]*}"
    line="\${line#"$blanks"}"
    # What stands behind the cursor does not count.
    ((i < COMP_CWORD)) || word="$line"
    line="\${line#"$word"}"
    if ((i == 0)) || [[ -n "$blanks" ]]; then
      words+=("$word")
    else
      words[\${#words[@]} - 1]+="$word"
    fi
  done
  local current="\${words[\${#words[@]} - 1]}" tail="$word" option='' before='' onlyOperands=''
  # Of these, readline replaces what is behind.
  [[ "$tail" != [=:] ]] || tail=''
  for ((i = 1; i < \${#words[@]} - 1; i++)); do
    [[ "\${words[i]}" != -- ]] || onlyOperands=yes
  done
  if [[ -z "$onlyOperands" && "$current" == --*=* ]]; then
    option="\${current%%=*}" before="\${current%%=*}="
  elif [[ -z "$onlyOperands" && \${#words[@]} -gt 2 ]]; then
    option="\${words[\${#words[@]} - 2]}"
  fi
  local typed="\${current#"$before"}" options=() commands=() kind='' list=() isValue=''
`;

const ending = (commands: string, levels: string): string => `
  if [[ -z "$isValue" ]]; then
    if [[ -n "$before" ]]; then return; fi
    if [[ -z "$onlyOperands" && "$current" == -* ]]; then
      for word in "\${options[@]}"; do _certcheck_offer "$word"; done
      return
    fi
    # The first word may be a command or a file.
    if ((\${#commands[@]} > 0 && \${#words[@]} == \${path:+1}+2)); then
      for word in "\${commands[@]}"; do _certcheck_offer "$word"; done
      if ((\${#COMPREPLY[@]} > 0)); then
        while IFS= read -r word; do
          if [[ -d "$word" ]]; then word+=/; fi
          printf -v word %q "$word"
          COMPREPLY+=("$word")
        done < <(compgen -f -- "$current")
        _certcheck_glue
        return
      fi
    fi
  fi

  case "$kind" in
    words) for word in "\${list[@]}"; do _certcheck_offer "$before$word"; done ;;
    'words or word=file')
      if [[ "$typed" == *=* ]]; then return; fi
      for word in "\${list[@]}"; do _certcheck_offer "$before$word"; done
      compopt -o nospace 2>/dev/null
      ;;
    list)
      before+="\${typed%"\${typed##*,}"}"
      for word in "\${list[@]}"; do _certcheck_offer "$before$word"; done
      ;;
    'word=level')
      before+="\${typed%"\${typed##*,}"}"
      typed="\${typed##*,}"
      if [[ "$typed" == *=* ]]; then
        for word in ${levels}; do _certcheck_offer "$before\${typed%%=*}=$word"; done
      else
        for word in "\${list[@]}"; do _certcheck_offer "$before$word="; done
      fi
      ;;
    source)
      case "$typed" in
        env:*) while IFS= read -r word; do _certcheck_offer "\${before}env:$word"; done < <(compgen -A export) ;;
        *:*) return ;;
        *) for word in "\${list[@]}"; do _certcheck_offer "$before$word"; done ;;
      esac
      ;;
    command) for word in ${commands}; do _certcheck_offer "$word"; done ;;
    folder) compopt +o default -o dirnames 2>/dev/null ;;
    anything) compopt +o default 2>/dev/null ;;
  esac
  _certcheck_glue
}

# Offers a word that begins as what was typed does, without what readline leaves as it is.
_certcheck_offer() {
  if [[ "$1" == "$current"* ]]; then COMPREPLY+=("\${1:\${#current} - \${#tail}}"); fi
}

# No blank behind what has to go on.
_certcheck_glue() {
  if ((\${#COMPREPLY[@]} == 1)) && [[ "\${COMPREPLY[0]}" == *[=:/] ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -o default -F _certcheck certcheck
`;
