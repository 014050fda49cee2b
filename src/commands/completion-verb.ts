/** The command line of `completion`. Loaded when it is asked for. */
import type { Command } from "commander";
import { type Shell, scripts } from "../completion/index.ts";
import { wordsOf } from "../completion/words.ts";
import { UsageError } from "../errors.ts";
import { didYouMean, meantWords } from "../spelling.ts";
import type { System } from "../system/system.ts";
import { addSections, exitCodes } from "./sections.ts";

const shells = Object.keys(scripts);

const isShell = (name: string): name is Shell => Object.hasOwn(scripts, name);

/** Gives the verb what it does; the program has to be complete by then. */
export function defineCompletion(command: Command, system: System, done: (exitCode: number) => void): void {
  for (const operand of command.registeredArguments) operand.argChoices = shells;
  command.usage("<shell>").action((shell: string) => {
    if (!isShell(shell))
      throw new UsageError(
        "there is no completion for this shell",
        didYouMean(meantWords(shell, shells)) ?? `shells are ${shells.join(", ")}`,
      );
    system.print(scripts[shell](wordsOf(command.parent ?? command)));
    done(0);
  });
  addSections(
    command,
    {
      title: "How to install it",
      text: ["It works in shells that are started afterwards. After an update of certcheck, write the script anew."],
      rows: [
        ["certcheck completion bash > ~/.certcheck.bash", "bash: writes the script"],
        ["echo '. ~/.certcheck.bash' >> ~/.bashrc", "bash: once, so that each new shell reads it"],
        ['certcheck completion zsh > "${fpath[1]}/_certcheck"', "zsh"],
        ["certcheck completion fish > ~/.config/fish/completions/certcheck.fish", "fish"],
        ["certcheck completion powershell > ~/certcheck.ps1", "PowerShell: writes the script"],
        ["Add-Content $PROFILE '. ~/certcheck.ps1'", "PowerShell: once, so that each new shell reads it"],
      ],
    },
    {
      text: [
        "The script has all words in it: at a <Tab> no program starts, and nothing is read but the names of files.",
      ],
    },
    exitCodes({ 0: "printed", 2: "the command line, or there is no completion for this shell" }),
  );
}
