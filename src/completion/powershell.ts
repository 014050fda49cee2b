/** Completion for powershell. */
import type { CommandWords } from "./words.ts";

/** The script. */
export const powershellScript = (program: CommandWords): string => program.description;
