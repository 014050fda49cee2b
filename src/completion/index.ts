/** The shells, and the scripts that make them complete command lines. */
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import type { CommandWords } from "./words.ts";
import { zshScript } from "./zsh.ts";

/** By the names that the command line has for them. */
export const scripts = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
} satisfies Record<string, (program: CommandWords) => string>;

/** A shell that completes. */
export type Shell = keyof typeof scripts;
