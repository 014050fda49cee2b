/**
 * Completion for PowerShell, by the contract of `Register-ArgumentCompleter -Native`: the script block is given the word,
 * the command's syntax tree and the place of the cursor; where it returns nothing, PowerShell completes file names.
 */
import { severities } from "../rule.ts";
import { allWords, brief, type CommandWords, hasWords, keyOf, namedValues, type Value } from "./words.ts";

/** The script. */
export function powershellScript(program: CommandWords): string {
  const named = namedValues(program);
  const nameOf = (value: Value): string => (hasWords(value) ? (named.get(keyOf(value))?.name ?? "") : "");
  const rows = allWords(program).flatMap(({ path, options, operands, commands }) => [
    `        ${inQuotes(path.join(" "))} = @{`,
    `            Operand = ${inQuotes(operands[0]?.kind ?? "anything")}`,
    `            Values = ${inQuotes(operands[0] === undefined ? "" : nameOf(operands[0]))}`,
    "            Commands = @(",
    ...commands.map(
      (one) => `                ,@(${inQuotes(one.path.at(-1) ?? "")}, ${inQuotes(brief(one.description))})`,
    ),
    "            )",
    "            Options = @(",
    ...options.flatMap(({ names, description, value }) =>
      names.map((name) => {
        const [kind, values] = value === undefined ? ["", ""] : [value.kind, nameOf(value)];
        return `                ,@(${[name, brief(description), kind, values].map(inQuotes).join(", ")})`;
      }),
    ),
    "            )",
    "        }",
  ]);
  return [
    "# PowerShell completion of certcheck, written by: certcheck completion powershell",
    "",
    "Register-ArgumentCompleter -Native -CommandName certcheck -ScriptBlock {",
    "    param($wordToComplete, $commandAst, $cursorPosition)",
    "",
    "    $values = @{",
    ...[...named.values()].map(
      ({ name, value }) => `        ${inQuotes(name)} = @(${value.words.map(inQuotes).join(", ")})`,
    ),
    "    }",
    `    $levels = @(${severities.map(inQuotes).join(", ")})`,
    "    $commands = @{",
    ...rows,
    "    }",
    ENDING,
  ].join("\n");
}

/** A word in single quotes, where PowerShell expands nothing. */
const inQuotes = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const ENDING = `
    # The words before the cursor, as they are written: nothing is expanded.
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })

    $path = ''
    if ($words.Count -gt 0 -and $commands.ContainsKey($words[0])) { $path = $words[0] }
    if ($words.Count -gt 1 -and $commands.ContainsKey("$path $($words[1])")) { $path = "$path $($words[1])" }
    $command = $commands[$path]
    $onlyOperands = $words -ccontains '--'

    # What begins as typed; words that PowerShell would not take as they are stand in quotes.
    function Offer($text, $tip) {
        if (-not $text.StartsWith($wordToComplete, [System.StringComparison]::Ordinal)) { return }
        $written = if ($text -match '^[\\w./:=-]+$') { $text } else { "'" + $text.Replace("'", "''") + "'" }
        if (-not $tip) { $tip = $text }
        [System.Management.Automation.CompletionResult]::new($written, $text, 'ParameterValue', $tip)
    }

    function OfferFiles($before, $typed) {
        foreach ($file in [System.Management.Automation.CompletionCompleters]::CompleteFilename($typed)) {
            [System.Management.Automation.CompletionResult]::new($before + $file.CompletionText, $file.ListItemText, $file.ResultType, $file.ToolTip)
        }
    }

    $before = ''
    $name = ''
    if (-not $onlyOperands) {
        if ($wordToComplete -cmatch '^(--[a-z0-9-]+)=') {
            $name = $Matches[1]
            $before = $Matches[0]
        } elseif ($words.Count -gt 0) {
            $name = $words[-1]
        }
    }
    $kind = ''
    foreach ($one in $command.Options) {
        if ($one[0] -ceq $name) { $kind, $list = $one[2], $one[3] }
    }
    if ($kind) {
        # What follows is the option's value.
    } elseif ($before) {
        return
    } else {
        if ($wordToComplete.StartsWith('-') -and -not $onlyOperands) {
            foreach ($one in $command.Options) { Offer $one[0] $one[1] }
            return
        }
        $depth = if ($path) { $path.Split(' ').Count } else { 0 }
        if ($command.Commands.Count -gt 0 -and $words.Count -eq $depth) {
            foreach ($one in $command.Commands) { Offer $one[0] $one[1] }
            OfferFiles '' $wordToComplete
            return
        }
        $kind = $command.Operand
        $list = $command.Values
    }

    $typed = $wordToComplete.Substring($before.Length)
    switch ($kind) {
        'words' { foreach ($one in $values[$list]) { Offer ($before + $one) '' } }
        'list' {
            $before += $typed.Substring(0, $typed.LastIndexOf(',') + 1)
            foreach ($one in $values[$list]) { Offer ($before + $one) '' }
        }
        'words or word=file' {
            $equals = $typed.IndexOf('=') + 1
            if ($equals -gt 0) { OfferFiles ($before + $typed.Substring(0, $equals)) $typed.Substring($equals) }
            else { foreach ($one in $values[$list]) { Offer ($before + $one) '' } }
        }
        'word=level' {
            $equals = $typed.LastIndexOf('=') + 1
            if ($equals -gt 0) { foreach ($one in $levels) { Offer ($before + $typed.Substring(0, $equals) + $one) '' } }
            else { foreach ($one in $values[$list]) { Offer ($before + $one + '=') '' } }
        }
        'source' {
            if ($typed.StartsWith('env:')) { foreach ($one in (Get-ChildItem env:).Name) { Offer ($before + 'env:' + $one) '' } }
            elseif ($typed.StartsWith('file:')) { OfferFiles ($before + 'file:') $typed.Substring(5) }
            else { foreach ($one in $values[$list]) { Offer ($before + $one) '' } }
        }
        'command' { foreach ($one in $commands[''].Commands) { Offer $one[0] $one[1] } }
        'file' { if ($before) { OfferFiles $before $typed } }
        'folder' { if ($before) { OfferFiles $before $typed } }
    }
}
`;
