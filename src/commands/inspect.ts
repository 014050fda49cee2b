/** The verb `inspect`: what files hold, in the reader's words. */
import { UsageError } from "../errors.ts";
import { inspect } from "../inspection/gathering.ts";
import type { Inspection } from "../inspection/inspection.ts";
import { warnOfVisible } from "../passphrase.ts";
import { inspectionHuman } from "../reporters/inspection/human.ts";
import { inspectionJson } from "../reporters/inspection/json.ts";
import { fileTerminal, type System } from "../system.ts";
import { type Output, requireOwnPlaces } from "./outputs.ts";
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
  requireOwnPlaces(outputs, operands, system);
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
  const failures: UsageError[] = [];
  // Those for files before the one that people wait for; one that cannot be written does not keep the others from it.
  for (const { format, file } of outputs.toSorted(
    (a, b) => Number(a.file === undefined) - Number(b.file === undefined),
  ))
    try {
      const text = `${await render(inspection, format, color, file === undefined ? system : { ...system, ...fileSurroundings })}\n`;
      if (file === undefined) system.print(text);
      else system.replaceFile(file, text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      failures.push(error);
    }
  if (failures.length > 0) throw new UsageError(failures.map(({ message }) => message).join("\n"));
  return inspection.exitCode;
}

/** A file is no terminal, and knows of no variables about one. */
const fileSurroundings = { env: {}, terminal: fileTerminal };

/** Only people care for columns and colours. */
async function render(inspection: Inspection, format: InspectFormat, color: Color, system: System): Promise<string> {
  if (format === "json") return inspectionJson(inspection);
  const wishes = { color, verbose: false, quiet: false };
  return inspectionHuman(inspection, await styleFor(JSON.stringify(inspection), wishes, system));
}
