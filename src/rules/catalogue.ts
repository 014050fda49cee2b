/** The catalogue: all rules there are, in the order of reporting. */
import type { Rule } from "../rule.ts";
import { endpoint } from "./endpoint.ts";
import { fileRules } from "./index.ts";

export const rules: readonly Rule[] = [...fileRules, ...endpoint];
