/** What a conversion has made, for people: the files, what is in them, and what was left out. */
import { grouped } from "./outline.ts";
import type { Style } from "./style.ts";
import { hanging, indent, neutral, pad, where, wrap } from "./text.ts";
import type { Position } from "../bundle/artifact.ts";

/** A conversion as it is told. */
export interface ConversionFacts {
  /** `replaced`: something was there, and is no more. */
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly what: string;
    readonly isSecret: boolean;
    readonly isReplaced: boolean;
  }[];
  readonly leftOut: readonly { readonly at: Position; readonly message: string }[];
  readonly lacks: readonly string[];
  /** Nothing was written. */
  readonly isDry: boolean;
}

/** Says it. */
export function conversionText({ files, leftOut, lacks, isDry }: ConversionFacts, style: Style): string {
  const sections = [
    files.length === 0
      ? []
      : [style.paint.strong(isDry ? "Would be written" : "Written"), ...fileLines(files, isDry, style)],
    section(
      "Left out",
      leftOut.map(({ at, message }) => `${where(at)}: ${neutral(message)}`),
      style,
    ),
    section("Warnings", lacks.map(neutral), style),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function fileLines(files: ConversionFacts["files"], isDry: boolean, { columns, measure, paint }: Style): string[] {
  const names = files.map(({ path }) => neutral(path));
  const width = Math.max(...names.map(measure));
  return files.flatMap(({ bytes, what, isSecret, isReplaced }, index) => {
    const head = `  ${pad(names[index] ?? "", width, measure)}  `;
    const facts = [
      neutral(what),
      `${grouped(bytes)} bytes`,
      ...(isSecret ? ["for its owner alone"] : []),
      ...(isReplaced ? [isDry ? "in the place of what is there" : "in the place of what was there"] : []),
    ];
    // Beside a long name there is no room.
    if (measure(head) > columns / 2)
      return [paint.strong(head.trimEnd()), ...indent(4, wrap(facts.join(", "), columns - 4, measure))];
    const [first = "", ...rest] = wrap(facts.join(", "), columns - measure(head), measure);
    return [`${paint.strong(head)}${first}`, ...indent(measure(head), rest)];
  });
}

const section = (title: string, texts: readonly string[], style: Style): string[] =>
  texts.length === 0 ? [] : [style.paint.strong(title), ...texts.flatMap((text) => hanging(text, style))];
