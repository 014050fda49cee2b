/** The verb `inspect`: what files hold, in the reader's words. */
import { inspect } from "../inspection/gathering.ts";
import type { Inspection } from "../inspection/inspection.ts";
import { warnOfVisible } from "../gather/passphrase.ts";
import { inspectionHuman } from "../reporters/inspection/human.ts";
import { inspectionJson } from "../reporters/inspection/json.ts";
import type { System } from "../system/system.ts";
import { inputPlaces, type Output, requireOwnPlaces, writeOutputs } from "./outputs.ts";
import { type Color, styleFor } from "./style.ts";

/** The formats of an inspection. */
export const inspectFormats = ["human", "json"] as const;

/** One of them. */
export type InspectFormat = (typeof inspectFormats)[number];

/** The options of `inspect`; what was not given is absent. */
export interface InspectOptions {
  readonly passin?: string;
  /** Hexadecimal digits in lower case. */
  readonly serial?: readonly string[];
  readonly asn1?: boolean;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly format?: readonly Output<InspectFormat>[];
  readonly color: Color;
}

/** Looks into the files, writes what is in them, and says the exit code. @throws UsageError */
export async function inspectFiles(
  operands: readonly string[],
  { passin, serial = [], asn1 = false, at, format: outputs = [{ format: "human" }], color }: InspectOptions,
  system: System,
): Promise<number> {
  requireOwnPlaces(outputs, inputPlaces(operands, passin), system);
  warnOfVisible(passin, system);
  const inspection = await inspect(
    {
      operands,
      ...(passin !== undefined && { passphrase: passin }),
      serialNumbers: serial,
      asn1,
      now: at ?? system.now(),
    },
    system,
  );
  await writeOutputs(outputs, (format, place) => render(inspection, format, color, place), system);
  return inspection.exitCode;
}

/** Only people care for columns and colours. */
async function render(inspection: Inspection, format: InspectFormat, color: Color, system: System): Promise<string> {
  if (format === "json") return inspectionJson(inspection);
  const wishes = { color, verbose: false, quiet: false };
  return inspectionHuman(inspection, await styleFor(JSON.stringify(inspection), wishes, system));
}
