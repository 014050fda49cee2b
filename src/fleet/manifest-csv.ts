/** A manifest as CSV, RFC 4180, as spreadsheets write it: a line of names, then a line for each appliance. */
import { CsvError, parse } from "csv-parse/sync";
import { UsageError } from "../errors.ts";
import { inWords } from "../configuration/yaml-text.ts";
import { isList, keys, type ManifestText, strangeKey } from "./manifest-schema.ts";

/** Longest line, in characters. */
const MAX_LINE = 100_000;

/** Reads the text. @throws UsageError */
export function readCsv(file: string, text: string): ManifestText {
  const entries: Readonly<Record<string, unknown>>[] = [];
  const lines: number[] = [];
  let columns: readonly string[] | undefined;
  const take = (cells: readonly string[], { lines: line }: { readonly lines: number }): null => {
    const place = `${file}:${line}`;
    if (columns === undefined) {
      columns = columnsOf(cells, place);
    } else {
      entries.push(entryOf(cells, columns, place));
      lines.push(line);
    }
    return null;
  };
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: MAX_LINE,
      on_record: take,
    });
  } catch (error) {
    // The library's words repeat the text, which may be a secret.
    if (error instanceof CsvError)
      throw new UsageError(
        `${file}:${String(error["lines"])}: not sound CSV: ${inWords(error.code.replace(/^CSV_/, ""))}`,
      );
    throw error;
  }
  if (columns === undefined) throw new UsageError(`${file}: no list of appliances`, HINT);
  return { entries, placeOf: (index) => `${file}:${lines[index]}`, nameOf: () => "" };
}

const HINT = `the first line names the columns: ${keys.join(", ")}`;

/** What stands between cells: Excel writes semicolons where the comma is in numbers. */
function delimiterOf(text: string): string {
  const head =
    text
      .slice(0, MAX_LINE)
      .trimStart()
      .split(/\r?\n|\r/, 1)[0] ?? "";
  const count = (one: string): number => head.split(one).length;
  return [";", "\t"].reduce((most, one) => (count(one) > count(most) ? one : most), ",");
}

/** The columns by the first line. @throws UsageError */
function columnsOf(cells: readonly string[], place: string): readonly string[] {
  const names = cells.map((cell) => cell.toLowerCase());
  if (!names.includes("certificate") && !names.some((name) => (keys as readonly string[]).includes(name)))
    // It may be anything, also a secret: it is not repeated.
    throw new UsageError(`${place}: the first line does not name the columns`, HINT);
  for (const [index, name] of names.entries()) {
    if (name === "") continue;
    if (!(keys as readonly string[]).includes(name))
      throw new UsageError(`${place}: column ${index + 1}: ${strangeKey(name).replace(/key/, "column")}`);
    if (names.indexOf(name) < index && !isList(name)) throw new UsageError(`${place}: two columns ${name}`);
  }
  if (!names.includes("certificate")) throw new UsageError(`${place}: lacks the column certificate`, HINT);
  return names;
}

/** What a line says. Names and addresses may be several in a cell, files cannot: blanks may be in their names. */
function entryOf(
  cells: readonly string[],
  columns: readonly string[],
  place: string,
): Readonly<Record<string, unknown>> {
  const entry: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  for (const [index, cell] of cells.entries()) {
    if (cell === "") continue;
    const column = columns[index] ?? "";
    if (column === "") throw new UsageError(`${place}: a cell that is in no column`);
    if (isList(column))
      (lists[column] ??= []).push(...(column === "chain" ? [cell] : cell.split(/[\s,;]+/).filter((one) => one !== "")));
    else entry[column] = cell;
  }
  return { ...entry, ...lists };
}
