/** The reports of a run: which are wanted, and writing all of them. */
import { decode, MAX_FILE_BYTES } from "../bundle/decode.ts";
import type { Report } from "../report/report.ts";
import { type Format, reporters } from "../reporters/index.ts";
import { fileTerminal, type System } from "../system/system.ts";
import { UsageError } from "../errors.ts";
import { foreignTexts } from "../reporters/foreign-texts.ts";
import { plainStyle } from "../reporters/style.ts";
import { styleFor, type Wishes } from "./style.ts";

/** One report that is wanted, in one of a verb's formats. */
export interface Output<F extends string = Format> {
  readonly format: F;
  /** Standard output, if absent. */
  readonly file?: string;
}

/** Reads `name` or `name=file`, or says what is wrong with it. */
export const outputParser =
  <F extends string>(formats: readonly F[]) =>
  (text: string): Output<F> | string => {
    const [name = "", ...rest] = text.split("=");
    const file = rest.join("=");
    const format = formats.find((one) => one === name);
    if (format === undefined) return `Formats are ${formats.join(", ")}.`;
    if (rest.length > 0 && file === "") return "The file's name is missing.";
    return { format, ...(file !== "" && { file }) };
  };

/** Where operands and a passphrase are read from, also where the shell has opened it. */
export function inputPlaces(operands: readonly string[], passphrase = ""): string[] {
  const [, scheme, rest = ""] = /^(file|fd):(.*)$/s.exec(passphrase) ?? [];
  const source = passphrase === "stdin" ? "/dev/stdin" : scheme === "file" ? rest : scheme && `/dev/fd/${rest}`;
  return [
    ...operands.map((operand) => (operand === "-" ? "/dev/stdin" : operand)),
    ...(source === undefined ? [] : [source]),
  ];
}

/** Refuses two reports in one place, and a report in the place of what is to be checked, or of a key. @throws UsageError */
export function requireOwnPlaces(
  outputs: readonly Pick<Output, "file">[],
  inputs: readonly string[],
  system: System,
): void {
  const files = outputs.flatMap(({ file }) => file ?? []);
  const toPrint = outputs.length - files.length;
  if (toPrint + files.filter((file) => toPrint > 0 && system.isSameFile(file, "/dev/stdout")).length > 1)
    throw new UsageError("two reports for standard output", "write the others into files: --format json=report.json");
  for (const [index, file] of files.entries()) {
    if (inputs.some((input) => system.isSameFile(input, file)))
      throw new UsageError(`--format: ${file} is a file to check`, "give another name for the report");
    if (files.slice(0, index).some((other) => system.isSameFile(other, file)))
      throw new UsageError(`--format: two reports for ${file}`, "give each a name of its own");
    if (holdsMaterial(file, system))
      throw new UsageError(
        `--format: ${file} holds a certificate, a key or the like, which no report replaces`,
        "give another name for the report",
      );
  }
}

/** Whether something can be read in a file, or it begins as what is damaged or cut off: no report has a boundary before a line. */
function holdsMaterial(file: string, { isFile, readFile }: System): boolean {
  // What the shell has opened is written to, and not replaced.
  if (isFile(file) !== true || /^\/dev\/(?:stdout|stderr|fd\/\d+)$/.test(file)) return false;
  const bytes = readFile(file, MAX_FILE_BYTES);
  if (decode(file, bytes).artifacts.some(({ kind }) => !reportKinds.has(kind))) return true;
  const [first, second = 0] = bytes;
  return (
    (first === 0x30 && second >= 0x80) || /^[\xef\xbb\xbf \t]*-----BEGIN /m.test(Buffer.from(bytes).toString("latin1"))
  );
}

/** What a report may be taken for, or may be put into. */
const reportKinds: ReadonlySet<string> = new Set(["json", "html", "pdf", "text-dump", "zip", "gzip", "archive"]);

/** Writes the reports of what was judged. @throws UsageError after all that can be were written */
export const writeReports = (
  report: Report,
  outputs: readonly Output[],
  wishes: Wishes,
  system: System,
): Promise<void> => writeOutputs(outputs, (format, place) => render(report, format, wishes, place), system);

/**
 * Writes what `write` makes of each format, with a system as the place has it: those for files before the one that people
 * wait for. One that cannot be written does not keep the others from it.
 * @throws UsageError after all others were written
 */
export async function writeOutputs<F extends string>(
  outputs: readonly Output<F>[],
  write: (format: F, place: System) => Promise<string>,
  system: System,
): Promise<void> {
  const failures: unknown[] = [];
  const written: string[] = [];
  const isForFile = ({ file }: Output<F>): boolean => file !== undefined;
  for (const { format, file } of [...outputs.filter(isForFile), ...outputs.filter((one) => !isForFile(one))]) {
    try {
      const text = `${await write(format, file === undefined ? system : { ...system, ...fileSurroundings })}\n`;
      if (file === undefined) {
        system.print(text);
        continue;
      }
      // Names that led nowhere before lead to one file now: by a link to a folder, or where capitals do not count.
      if (written.some((other) => system.isSameFile(other, file)))
        throw new UsageError(`--format: two reports for ${file}`);
      system.replaceFile(file, text);
      written.push(file);
    } catch (error) {
      failures.push(error);
    }
  }
  const usage = failures.filter((error) => error instanceof UsageError);
  if (failures.length > usage.length) throw failures.find((error) => !(error instanceof UsageError));
  if (usage.length > 0) throw new UsageError(usage.map(({ message }) => message).join("\n"));
}

/** A file is no terminal, and knows of no variables about one. */
const fileSurroundings = { env: {}, terminal: fileTerminal };

/** Only people care for columns and colours. */
async function render(report: Report, format: Format, wishes: Wishes, system: System): Promise<string> {
  const reporter = await reporters[format]();
  const { folder } = system;
  return reporter(
    report,
    format === "human" ? await styleFor(foreignTexts(report), wishes, system) : { ...plainStyle, folder },
  );
}
