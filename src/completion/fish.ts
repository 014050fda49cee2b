/** Completion for fish. */
import type { CommandWords } from "./words.ts";

/** The script. */
export const fishScript = (program: CommandWords): string => program.description;
