/** Whether files of lines are all parts of one run, each once and whole, and of the same fleet: else nothing they say of it holds. */
import { UsageError } from "../errors.ts";
import type { PartEnd } from "./line.ts";
import type { PlacedLine } from "./merge.ts";

/** The end of a part, with the file that it stands in. */
export interface PlacedEnd extends PartEnd {
  readonly file: string;
}

/** Looks at all lines in their order. */
export interface Assembly {
  /** Takes the next line. @throws UsageError if it cannot come after the others, or is of another run */
  readonly add: (line: PlacedLine) => void;
  /** The ends of the parts. */
  readonly ends: readonly PlacedEnd[];
  /** What is not there of the whole, in words; `cut` are the files that end in the middle of a line. */
  readonly lacks: (cut: ReadonlySet<string>) => readonly string[];
}

/** Begins with the lines of these files. */
export function assembly(files: readonly string[]): Assembly {
  const ends: PlacedEnd[] = [];
  /** Of each file: its appliances since the last end. */
  const open = new Map<string, { checked: number; all: number }>();
  const losses: string[] = [];
  /** Parts take turns, so that each n-th appliance is of the same file. */
  const turns: (string | undefined)[] = files.map(() => undefined);
  let isInTurn = true;
  let count = 0;
  let first: PlacedLine | undefined;
  let previous: string | undefined;
  return {
    ends,
    add(line) {
      const { file, run } = line;
      first ??= line;
      if (run.overall.edition !== first.run.overall.edition)
        throw new UsageError(
          `${file}: checked by the edition ${run.overall.edition}, other parts by ${first.run.overall.edition}`,
        );
      if (run.at !== first.run.at)
        throw new UsageError(
          `${file}: judged as of ${run.at}, ${first.file} as of ${first.run.at}`,
          "give all parts the same --at",
        );
      const own = open.get(file) ?? { checked: 0, all: 0 };
      open.set(file, own);
      if (line.kind === "end") {
        if (line.end.appliances !== own.checked)
          losses.push(`${file} has ${own.checked} of ${line.end.appliances} appliances`);
        open.set(file, { checked: 0, all: 0 });
        ends.push({ ...line.end, file });
        return;
      }
      const { name } = line.kind === "appliance" ? line.report : line.unread;
      if (name === previous) throw new UsageError(`${file}: ${name} has a result already`, "give each part once");
      if (previous !== undefined && name < previous)
        throw new UsageError(`${file}: ${name} is not in the order of names`, "give each part in a file of its own");
      previous = name;
      own.all++;
      if (line.kind === "appliance") own.checked++;
      const turn = count++ % files.length;
      turns[turn] ??= file;
      isInTurn &&= turns[turn] === file;
    },
    lacks(cut) {
      const unended = files.filter(
        (file) => cut.has(file) || open.get(file)?.all !== 0 || !ends.some((end) => end.file === file),
      );
      const counts = new Map<string, number>();
      for (const { shard = WHOLE } of ends) counts.set(shard, (counts.get(shard) ?? 0) + 1);
      const [total = 1, ...others] = new Set([...counts.keys()].map((shard) => Number(shard.split("/")[1])));
      const wanted = Array.from({ length: Math.min(total, MAX_PARTS) }, (_, index) => `${index + 1}/${total}`);
      const found = [
        ...[...new Set(unended)].map((file) => `${file} ends before its last line`),
        ...losses,
        ...ends.filter(({ interrupted }) => interrupted).map(({ file }) => `the run of ${file} was interrupted`),
        ...ends.flatMap(({ file, incomplete = [] }) => incomplete.map((lack) => `${file}: ${lack}`)),
        ...(others.length > 0 ? ["the files are parts of different runs"] : []),
        ...[...counts].flatMap(([shard, times]) =>
          shard !== WHOLE && times > 1 ? [`part ${shard} is there ${times} times`] : [],
        ),
        ...wanted.filter((shard) => !counts.has(shard)).map((shard) => `part ${shard} is not among the files`),
      ];
      const isOrdered = ends.every(({ file, shard = WHOLE }) => {
        const owner = turns[Number(shard.split("/")[0]) - 1];
        return owner === undefined || owner === file;
      });
      return found.length === 0 && total === files.length && !(isInTurn && isOrdered)
        ? ["the parts did not find the same appliances"]
        : found;
    },
  };
}

/** What is no part has all of it. */
const WHOLE = "1/1";

/** More parts than anybody has. */
const MAX_PARTS = 10_000;
