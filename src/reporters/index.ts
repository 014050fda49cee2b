/** All report formats by their names; those that people wait for are there at once, the others are loaded. */
import type { Report } from "../report/report.ts";
import { human } from "./human.ts";
import { json, jsonl } from "./json.ts";
import type { Style } from "./style.ts";

/** Writes a report, without a line end behind it. */
export type Reporter = (report: Report, style: Style) => string;

export const reporters = {
  human: () => Promise.resolve(human),
  json: () => Promise.resolve(json),
  jsonl: () => Promise.resolve(jsonl),
  junit: async () => (await import("./junit.ts")).junit,
  sarif: async () => (await import("./sarif.ts")).sarif,
  github: async () => (await import("./github.ts")).github,
  gitlab: async () => (await import("./gitlab.ts")).gitlab,
  markdown: async () => (await import("./markdown.ts")).markdown,
  html: async () => (await import("./html.tsx")).html,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

/** The name of a format. */
export type Format = keyof typeof reporters;

/** All names. */
export const formats = Object.keys(reporters) as readonly Format[];
