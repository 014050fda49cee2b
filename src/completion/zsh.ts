/** Completion for zsh. */
import type { CommandWords } from "./words.ts";

/** The script. */
export const zshScript = (program: CommandWords): string => program.description;
