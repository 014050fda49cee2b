/** The report formats of fleets by their names; each is loaded when it is asked for. */
import type { FleetReporter } from "./reporter.ts";

export const fleetReporters = {
  human: async () => (await import("./human.ts")).human,
  json: async () => (await import("./json.ts")).json,
  jsonl: async () => (await import("./json.ts")).jsonl,
  junit: async () => (await import("./junit.ts")).junit,
  sarif: async () => (await import("./sarif.ts")).sarif,
  github: async () => (await import("./github.ts")).github,
  gitlab: async () => (await import("./gitlab.ts")).gitlab,
  markdown: async () => (await import("./markdown.ts")).markdown,
  html: async () => (await import("./html.tsx")).html,
  ics: async () => (await import("./ics.ts")).ics,
} as const satisfies Readonly<Record<string, () => Promise<FleetReporter>>>;

/** The name of a format. */
export type FleetFormat = keyof typeof fleetReporters;

/** All names. */
export const fleetFormats = Object.keys(fleetReporters) as readonly FleetFormat[];
