/** All report formats by their names. */
import type { Report } from "../report.ts";
import { human } from "./human.ts";
import { json } from "./json.ts";
import type { Style } from "./style.ts";

/** Writes a report; `style` matters to the one for people alone. */
export type Reporter = (report: Report, style: Style) => string;

export const reporters = { human, json } as const satisfies Readonly<Record<string, Reporter>>;

/** The name of a format. */
export type Format = keyof typeof reporters;

/** All names. */
export const formats = Object.keys(reporters) as readonly Format[];
