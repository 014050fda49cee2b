/** Completion for bash. */
import type { CommandWords } from "./words.ts";

/** The script. */
export const bashScript = (program: CommandWords): string => program.description;
