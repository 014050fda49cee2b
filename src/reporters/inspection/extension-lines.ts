/** Extensions and the comparison with the sample, in lines. */
import type { ExtensionFacts, SampleField } from "../../inspection/inspection.ts";
import type { Style } from "../style.ts";
import { neutral } from "../text.ts";
import { count, paragraph, type Row, table } from "./layout.ts";

/** Values of an extension that are shown; JSON has all. */
const SHOWN_VALUES = 40;
/** Values that are longer, or have blanks in them, have a line each. */
const SHORT_VALUE = 40;

/** Extensions and fields that are shown; nobody means more. */
const SHOWN_EXTENSIONS = 60;

const more = (all: number, shown: number): string[] =>
  all > shown ? [`  and ${all - shown} more, which --format json has`] : [];

/** Extensions, each with what it means. */
export const extensionsLines = (extensions: readonly ExtensionFacts[], style: Style): string[] => [
  ...extensions.slice(0, SHOWN_EXTENSIONS).flatMap((extension) => extensionLines(extension, style)),
  ...more(extensions.length, SHOWN_EXTENSIONS),
];

/** A certificate beside the sample, field by field. */
export const sampleLines = (fields: readonly SampleField[], style: Style): string[] => [
  ...table(
    fields.slice(0, SHOWN_EXTENSIONS).map((field) => sampleRow(field, style)),
    style,
  ),
  ...more(fields.length, SHOWN_EXTENSIONS),
];

function extensionLines(extension: ExtensionFacts, style: Style): string[] {
  const { name, critical, values, meaning, problem, length, start } = extension;
  const shown = values.slice(0, SHOWN_VALUES);
  const rest = values.length - shown.length;
  const listed = rest > 0 ? [...shown, `and ${rest} more, which --format json has`] : shown;
  const isList = listed.some((value) => value.length > SHORT_VALUE || value.includes(" "));
  const texts = isList ? listed : listed.length > 0 ? [listed.join(", ")] : [];
  const octets =
    start === undefined ? [] : [`${count(length, "octet")}: ${start}${start.length < length * 2 ? "…" : ""}`];
  return [
    `  ${neutral(name)}${critical ? ", critical" : ""}`,
    ...(problem === undefined ? [] : paragraph(`cannot be decoded: ${problem}`, style, 4).map(style.paint.bad)),
    ...[...texts, ...octets].flatMap((value) => paragraph(value, style, 4)),
    ...paragraph(meaning, style, 4).map(style.paint.faint),
  ];
}

function sampleRow({ field, outcome, here, sample, matters, remark }: SampleField, { paint }: Style): Row {
  const because = remark === undefined || remark === "" ? "" : ` (${remark})`;
  const there = sample === undefined ? "" : `; the sample has ${sample}`;
  const texts = {
    same: `the same: ${here}`,
    own: `its own: ${here}${there}`,
    differs: `differs${matters ? ", and it matters" : ""}: ${here ?? "unreadable"}${there}${because}`,
    missing: `missing${there}${because}`,
    more: `more than the sample has${matters ? ", and it matters" : ""}${because}`,
  } as const;
  return [field, texts[outcome], matters ? paint.unsure : String];
}
