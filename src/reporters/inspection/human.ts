/** The inspection for people: each file, what is in it, and what of it cannot be read. */
import type { InspectedFile, Inspection, Item } from "../../inspection/inspection.ts";
import type { Style } from "../style.ts";
import { indent, type Measure, neutral, pad, where, wrap } from "../text.ts";
import { asn1Lines } from "./asn1-lines.ts";
import { comparisonLines, summaryOf } from "./comparison-lines.ts";
import { itemLines } from "./item-lines.ts";
import { count } from "./layout.ts";

/** Narrower lines than this cannot be read; wider ones neither. */
const MIN_COLUMNS = 40;
const MAX_COLUMNS = 100;

/** Writes it. */
export function inspectionHuman({ files, comparison }: Inspection, given: Style): string {
  const columns = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, given.columns));
  const style = { ...given, columns, measure: thrifty(given.measure) };
  const isTree = files.some(({ asn1 }) => asn1);
  const sections =
    comparison !== undefined && !isTree
      ? [
          briefLines(files, style),
          ...files.map((file) => problemLines(file, style)),
          comparisonLines(comparison, style),
        ]
      : files.flatMap((file) => fileSections(file, isTree, style));
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** Characters of which it is found out how wide they are, at five microseconds each; a file may have millions. */
const MEASURED_CHARACTERS = 200_000;

/** Measures as long as that is no matter of minutes; then a character is a column. */
function thrifty(measure: Measure): Measure {
  let left = MEASURED_CHARACTERS;
  return (text) => {
    if (left < 0 || /^[ -~]*$/.test(text)) return text.length;
    left -= text.length;
    return measure(text);
  };
}

/** A line for each. */
function briefLines(files: readonly InspectedFile[], { columns, measure, paint }: Style): string[] {
  const names = files.map(({ file }) => neutral(file));
  const width = Math.max(...names.map(measure));
  return files.flatMap((file, index) => {
    const [first = "", ...rest] = wrap(
      neutral(summaryOf(file)),
      Math.max(MIN_COLUMNS / 2, columns - width - 2),
      measure,
    );
    return [`${paint.strong(pad(names[index] ?? "", width, measure))}  ${first}`, ...indent(width + 2, rest)];
  });
}

function fileSections(file: InspectedFile, isTree: boolean, style: Style): string[][] {
  const { items, asn1 = [] } = file;
  const head = [headLine(file, style)];
  if (isTree) return [head, ...asn1.map((block) => asn1Lines(block, style)), problemLines(file, style)];
  return [head, ...items.flatMap((item) => itemLines(placed(item, items), style)), problemLines(file, style)];
}

/** A place tells apart what stands in one file. */
function placed(item: Item, items: readonly Item[]): Item {
  if (items.length > 1) return item;
  const { line: _line, ...alone } = item;
  return alone;
}

function headLine({ file, encoding, items }: InspectedFile, { paint }: Style): string {
  const kinds = [...new Set(items.map(nameOf))];
  const what = kinds.map((kind) => {
    const number = items.filter((item) => nameOf(item) === kind).length;
    return number === 1 ? kind : count(number, kind);
  });
  const form = encoding === "none" ? [] : [encoding];
  return `${paint.strong(neutral(file))}  ${neutral([...(what.length > 0 ? what : ["nothing that can be read"]), ...form].join(", "))}`;
}

const nameOf = (item: Item): string =>
  item.kind === "other"
    ? item.what.replace(/^an? /, "")
    : item.kind.startsWith("PKCS")
      ? `${item.kind} container`
      : item.kind;

function problemLines({ file, problems }: InspectedFile, style: Style): string[] {
  if (problems.length === 0) return [];
  const { columns, measure, paint } = style;
  return [
    paint.strong("What is wrong with the file"),
    ...problems.flatMap(({ message, line, offset, hides }) => {
      const place = { file, ...(line !== undefined && { line }), ...(offset !== undefined && { offset }) };
      const [first = "", ...rest] = wrap(`${where(place)}: ${neutral(message)}`, columns - 2, measure);
      const color = hides ? paint.bad : String;
      return [...indent(2, [color(first)]), ...indent(4, rest.map(color))];
    }),
  ];
}
