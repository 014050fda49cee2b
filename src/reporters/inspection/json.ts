/** The inspection for programs; its shape is held by docs/inspect.schema.json. */
import type { Inspection } from "../../inspection/inspection.ts";
import { version } from "../../version.ts";
import { serialize } from "../json.ts";

/** Grows when a change would break a reader; new fields do not. */
export const INSPECTION_VERSION = 1;

/** Writes it. */
export const inspectionJson = (inspection: Inspection): string =>
  serialize({ schemaVersion: INSPECTION_VERSION, tool: { name: "certcheck", version }, ...inspection }, 2);
